/* SPDX-License-Identifier: ISC */
/*
 * verb_misc: help, ping, quit, lang, status.
 */
#include "daemon/base/clock.h"
#include "daemon/server/change/guardq.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/proposal/job.h"
#include "daemon/server/proposal/resident.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

enum { USAGE_MAX = 1024 };

static void
end_count(struct conn *conn, uint64_t count)
{
	struct out *out = reply_ok(conn, REPLY_ROOM);

	out_key_u64(out, "count", count);
	reply_end(conn);
}

void
read_ping(struct conn *conn, const struct request *request UNUSED)
{
	reply_ok(conn, REPLY_ROOM);
	reply_end(conn);
}

void
read_quit(struct conn *conn, const struct request *request UNUSED)
{
	reply_ok(conn, REPLY_ROOM);
	reply_end(conn);
	conn_close(conn);
}

void
read_lang(struct conn *conn, const struct request *request)
{
	static const char *const names[LANG_COUNT] = {
	    [LANG_EN] = "en", [LANG_FR] = "fr"};
	struct span lang = request_text(request, KEY_LANG);
	struct out *out;

	for (int i = 0; i < LANG_COUNT; i++) {
		if (!span_is(lang, names[i]))
			continue;
		conn->session.lang = (enum lang)i;
		out = reply_ok(conn, REPLY_ROOM);
		out_key_text(out, "lang", names[i]);
		reply_end(conn);
		return;
	}
	reply_refuse(conn, STATUS_VALUE, SPAN("lang"), "en or fr");
}

/* ----- help ----- */

static void
help_all(struct conn *conn)
{
	for (int i = 0; i < VERB_COUNT; i++) {
		const struct verb_info *info = verb_info((enum verb)i);
		struct out *out = reply_data(conn, REPLY_ROOM);

		out_key_text(out, "verb", info->name);
		out_key_text(out, "summary", info->summary);
		reply_end(conn);
	}
	end_count(conn, VERB_COUNT);
}

static void
help_key(struct conn *conn, enum key key, bool required)
{
	struct out *out = reply_data(conn, REPLY_ROOM);

	out_key_text(out, "key", key_name(key));
	out_key_text(out, "required", required ? "yes" : "no");
	out_key_text(out, "expected", value_expected(key_type(key)));
	reply_end(conn);
}

static bool
is_among(const unsigned char *keys, enum key key)
{
	for (; *keys != KEY_0; keys++) {
		if (*keys == key)
			return true;
	}
	return false;
}

static void
help_one(struct conn *conn, enum verb verb)
{
	const struct verb_info *info = verb_info(verb);
	char usage[USAGE_MAX];
	size_t len = verb_usage(verb, usage, sizeof(usage));
	struct out *out = reply_data(conn, REPLY_ROOM);
	uint64_t count = 1;

	out_key_value(out, "usage", (struct span){usage, len});
	reply_end(conn);
	for (size_t i = 0; info->required[i] != KEY_0; i++, count++)
		help_key(conn, (enum key)info->required[i], true);
	for (size_t i = 0; info->optional[i] != KEY_0; i++, count++)
		help_key(conn, (enum key)info->optional[i], false);
	/* those that come with the flags */
	for (int i = KEY_0 + 1; i < KEY_COUNT; i++) {
		enum key key = (enum key)i;

		if (!verb_takes(verb, key) || is_among(info->required, key) ||
		    is_among(info->optional, key))
			continue;
		help_key(conn, key, false);
		count++;
	}
	end_count(conn, count);
}

void
read_help(struct conn *conn, const struct request *request)
{
	const struct value *value = request_value(request, KEY_VERB);
	enum verb verb;

	if (value == NULL)
		help_all(conn);
	else if (verb_find(value->text, &verb))
		help_one(conn, verb);
	else
		reply_refuse(conn, STATUS_NOT_FOUND, value->text,
		    "one of the verbs that help lists");
}

/* ----- status ----- */

static void
status_database(struct conn *conn, struct out *out)
{
	struct store *store = conn->server->store;
	enum store_state state = store_state(store);
	int64_t stale = store_stale_since(store);

	out_key_text(out, "database", state == STORE_UP ? "up" : "down");
	if (stale != 0) {
		out_key(out, "stale-since");
		out_instant(out, stale, 0);
	}
	/* Host names and the like are for those who run it. */
	if (state != STORE_UP && conn->session.role == ROLE_ADMIN)
		out_key_text(out, "reason", store_reason(store));
}

static void
status_book(struct conn *conn, struct out *out)
{
	const struct book *book = store_book(conn->server->store);

	out_key_text(out, "book", book != NULL ? "ready" : "loading");
	if (book == NULL)
		return;
	out_key_u64(out, "assignments", book_assignments(book));
	out_key_u64(
	    out, "physicians", (uint64_t)book_count(book, KIND_PHYSICIAN));
	out_key_u64(out, "sites", (uint64_t)book_count(book, KIND_SITE));
}

static void
status_figures(struct conn *conn, struct out *out)
{
	struct store_figures figures;

	store_figures(conn->server->store, &figures);
	out_key_u64(out, "writes", figures.writes);
	out_key_u64(out, "stale", figures.stale);
	out_key_u64(out, "waiting", figures.write_waiting);
	out_key_u64(out, "running", figures.write_running);
	out_key_u64(out, "guards", guardq_waiting(conn->server->guards));
	out_key_u64(out, "polls", figures.polls);
	out_key_u64(out, "changes", figures.changes);
	out_key_u64(out, "unknown", figures.unknown);
	out_key_u64(out, "notifies", figures.notifies);
	out_key_u64(out, "reconnects", figures.reconnects);
	out_key_u64(out, "load-ms", figures.load_us / 1000);
	out_key_u64(out, "book-bytes", figures.book_bytes);
}

static void
status_plans(struct conn *conn, struct out *out)
{
	struct jobs_figures figures;

	jobs_figures(conn->server->jobs, &figures);
	out_key_u64(out, "plans-running", figures.running);
	out_key_u64(out, "plans-waiting", figures.waiting);
	out_key_u64(out, "plans-done", figures.done);
	out_key_u64(out, "plans-failed", figures.failed);
	out_key_u64(out, "plan-pause-us", figures.pause_us);
	out_key_u64(out, "plan-pause-max-us", figures.pause_max_us);
}

static void
status_residents(struct conn *conn, struct out *out)
{
	struct residents_figures figures;

	residents_figures(conn->server->residents, &figures);
	out_key_u64(out, "residents", figures.running);
	out_key_u64(out, "residents-ready", figures.ready);
	out_key_u64(out, "resident-starts", figures.starts);
	out_key_u64(out, "resident-deaths", figures.deaths);
}

void
read_status(struct conn *conn, const struct request *request UNUSED)
{
	struct server *server = conn->server;
	struct out *out = reply_ok(conn, REPLY_ROOM_LONG);

	out_key_text(out, "version", PACKAGE_VERSION);
	out_key_text(out, "role", role_name(conn->session.role));
	out_key_u64(
	    out, "uptime-ms", (clock_mono_us() - server->started_us) / 1000);
	status_database(conn, out);
	status_book(conn, out);
	out_key_text(out, "promise", store_promise(server->store));
	out_key_u64(out, "epoch", store_epoch(server->store));
	if (store_book(server->store) != NULL &&
	    store_cursor(server->store).len > 0)
		out_key_value(out, "cursor", store_cursor(server->store));
	out_key_u64(out, "connections", server_connections(server));
	status_figures(conn, out);
	status_plans(conn, out);
	status_residents(conn, out);
	reply_end(conn);
}
