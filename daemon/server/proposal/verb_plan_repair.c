/* SPDX-License-Identifier: ISC */
/*
 * verb_plan_repair: plan repair: what to do when a physician drops out, a site
 * closes or a half-day is locked.  The planner that stays answers; until it
 * can, and for half-days that it does not plan, the plain replacements of each
 * do.
 */
#include "daemon/server/proposal/repair_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/change/substitute.h"
#include "daemon/server/change/write_private.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/print.h"
#include "daemon/server/proposal/resident.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "proto/request.h"

#include <stdlib.h>
#include <string.h>

enum { MILLISECONDS_MAX = 60000 };

/* ----- the end ----- */

void
repair_end(struct repair *repair)
{
	struct conn *conn = repair->conn;

	adopt_lines_fini(&repair->lines);
	free(repair->ranked);
	free(repair);
	conn_release(conn);
}

void
repair_refuse(struct repair *repair, enum status status)
{
	if (!conn_gone(repair->conn))
		reply_status(repair->conn, status);
	repair_end(repair);
}

bool
repair_goes_on(struct repair *repair, enum status status)
{
	struct conn *conn = repair->conn;

	if (status == STATUS_OK && conn->session.role == ROLE_NONE)
		status = STATUS_AUTH;
	if (status == STATUS_OK && store_book(conn->server->store) == NULL)
		status = STATUS_LOADING;
	if (status == STATUS_OK && !conn_gone(conn))
		return true;
	repair_refuse(repair, status);
	return false;
}

/* ----- the question ----- */

static bool
take_one(struct conn *conn, const struct request *request, enum key key,
    enum kind kind, struct id *id)
{
	const struct book *book = store_book(conn->server->store);
	struct span text = request_text(request, key);
	int32_t index;
	bool covered;

	if (text.ptr == NULL)
		return true;
	index = book_resolve(book, kind, text);
	if (index == REF_NONE) {
		reply_refuse(conn, STATUS_NOT_FOUND, text, NULL);
		return false;
	}
	*id = book_entity(book, kind, index)->id;
	covered = kind == KIND_SITE
	    ? session_covers_site(&conn->session, book, index)
	    : session_covers_physician(&conn->session, book, index);
	if (!covered)
		reply_refuse(conn, STATUS_SCOPE, text, NULL);
	return covered;
}

/* Keys of one way to ask that stand in the other. */
static bool
has_none(struct conn *conn, const struct request *request, const enum key *keys,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (request_value(request, keys[i]) != NULL)
			return reply_refuse_key(conn, STATUS_VALUE, keys[i],
			    "from= and to=, or lock= with day= and part=");
	return true;
}

static bool
take_lock(struct repair *repair, const struct request *request)
{
	static const enum key others[] = {KEY_FROM, KEY_TO};
	struct conn *conn = repair->conn;
	struct span word = request_text(request, KEY_LOCK);
	struct span part = request_text(request, KEY_PART);
	struct span activity = request_text(request, KEY_ACTIVITY);

	repair->locks_in = span_is(word, "in");
	if (!repair->locks_in && !span_is(word, "out"))
		return reply_refuse_key(
		    conn, STATUS_VALUE, KEY_LOCK, "in or out");
	if (!has_none(conn, request, others, ARRAY_SIZE(others)))
		return false;
	if (id_is_nil(repair->physician) || id_is_nil(repair->site))
		return reply_refuse_key(conn, STATUS_MISSING,
		    id_is_nil(repair->physician) ? KEY_PHYSICIAN : KEY_SITE,
		    "physician=, site=, day= and part=");
	if (request_value(request, KEY_DAY) == NULL)
		return reply_refuse_key(conn, STATUS_MISSING, KEY_DAY, "a day");
	if (!part_find(part, &repair->part))
		return reply_refuse_key(conn,
		    part.ptr == NULL ? STATUS_MISSING : STATUS_VALUE, KEY_PART,
		    "one of M A E S N");
	repair->has_part = true;
	repair->activity = repair->part == PART_S || repair->part == PART_N
	    ? ACTIVITY_PDSA
	    : ACTIVITY_MT;
	if (activity.ptr != NULL && !activity_find(activity, &repair->activity))
		return reply_refuse_key(
		    conn, STATUS_VALUE, KEY_ACTIVITY, "a word such as MT");
	repair->from = repair->to =
	    (int32_t)request_number(request, KEY_DAY, 0);
	return true;
}

static bool
take_period(struct repair *repair, const struct request *request)
{
	static const enum key others[] = {KEY_DAY, KEY_PART, KEY_ACTIVITY};
	struct conn *conn = repair->conn;

	if (!has_none(conn, request, others, ARRAY_SIZE(others)))
		return false;
	if (request_value(request, KEY_FROM) == NULL)
		return reply_refuse_key(
		    conn, STATUS_MISSING, KEY_FROM, "a day");
	if (request_value(request, KEY_TO) == NULL)
		return reply_refuse_key(conn, STATUS_MISSING, KEY_TO, "a day");
	if (id_is_nil(repair->physician) && id_is_nil(repair->site))
		return reply_refuse_key(
		    conn, STATUS_MISSING, KEY_PHYSICIAN, "physician= or site=");
	repair->from = (int32_t)request_number(request, KEY_FROM, 0);
	repair->to = (int32_t)request_number(request, KEY_TO, 0);
	return repair->from <= repair->to ||
	    reply_refuse_key(conn, STATUS_VALUE, KEY_TO, "not before from=");
}

static bool
take_days(struct repair *repair, const struct request *request)
{
	int32_t today = tz_day(print_tz(), clock_real_s());
	bool locks = request_value(request, KEY_LOCK) != NULL;

	if (locks ? !take_lock(repair, request) : !take_period(repair, request))
		return false;
	if (repair->to < today || repair->from > today + RESIDENT_DAYS - 1)
		return reply_refuse_key(repair->conn, STATUS_CLOSED,
		    locks ? KEY_DAY : KEY_FROM, "days of the next 13 weeks");
	return true;
}

static bool
take_scope(struct repair *repair)
{
	const struct session *session = &repair->conn->session;
	struct out out = {repair->scope, 0, sizeof(repair->scope) - 1, false};

	if (!resident_scope(
		session, store_book(repair->conn->server->store), &out))
		return reply_refuse_key(repair->conn, STATUS_SCOPE, KEY_SITE,
		    "an account with territories or sites");
	repair->scope[out.len] = '\0';
	return true;
}

static bool
take_words(struct repair *repair, const struct request *request)
{
	int64_t most = request_number(request, KEY_MILLISECONDS, 0);
	struct span variant = request_text(request, KEY_VARIANT);

	if (variant.ptr != NULL && !span_is(variant, "minimal") &&
	    !span_is(variant, "local") && !span_is(variant, "free"))
		return reply_refuse_key(repair->conn, STATUS_VALUE, KEY_VARIANT,
		    "minimal, local or free");
	if (most > MILLISECONDS_MAX)
		return reply_refuse_key(repair->conn, STATUS_VALUE,
		    KEY_MILLISECONDS, "at most 60000");
	repair->variant = variant;
	repair->publishes = request_number(request, KEY_PUBLISH, 0) != 0;
	repair->adopts =
	    repair->publishes || request_number(request, KEY_ADOPT, 0) != 0;
	repair->keeps =
	    repair->adopts || request_number(request, KEY_KEEP, 0) != 0;
	repair->dry = request_number(request, KEY_DRY, 0) != 0;
	return true;
}

/* What is asked: a half-day that somebody shall have, or what falls vacant. */
static void
compose_subject(const struct repair *repair, struct out *out)
{
	out_text(out, repair->locks_in ? "keep" : "repair");
	if (!id_is_nil(repair->physician))
		out_key_id(out, "physician", repair->physician);
	if (!id_is_nil(repair->site))
		out_key_id(out, "site", repair->site);
	if (repair->locks_in) {
		out_key_day(out, "day", repair->from);
		out_key(out, "part");
		out_char(out, part_letter(repair->part));
		out_key_text(out, "activity", activity_name(repair->activity));
		return;
	}
	out_key_day(out, "from", repair->from);
	out_key_day(out, "to", repair->to);
	if (repair->has_part) {
		out_key(out, "parts");
		out_char(out, part_letter(repair->part));
	}
}

static void
compose(struct repair *repair, const struct request *request)
{
	const struct config *config = repair->conn->server->config;
	int32_t today = tz_day(print_tz(), clock_real_s());
	struct out out = {
	    repair->question, 0, sizeof(repair->question) - 1, false};

	compose_subject(repair, &out);
	if (repair->variant.ptr != NULL)
		out_key_value(&out, "variant", repair->variant);
	if (request_value(request, KEY_MILLISECONDS) != NULL)
		out_key_u64(&out, "milliseconds",
		    (uint64_t)request_number(request, KEY_MILLISECONDS, 0));
	out_key_day(&out, "frozen",
	    (int32_t)request_number(
		request, KEY_FROZEN, today + (int64_t)config->freeze_days));
	repair->question[out.len] = '\0';
}

/* ----- the answer ----- */

/* "first id=1 cost=..." */
static void
on_line(void *arg, struct span line)
{
	struct repair *repair = arg;
	struct conn *conn = repair->conn;
	struct span rest = line, word, id;

	if (conn_gone(conn) || store_book(conn->server->store) == NULL)
		return;
	span_cut(&rest, ' ', &word);
	span_cut(&rest, ' ', &id);
	if (span_is(word, "done"))
		repair->vacant =
		    span_is(rest, "vacant=yes") && !repair->nothing;
	else
		repair_take_line(repair, line);
}

/* physician, site: indices, or REF_NONE. */
static bool
is_vacated(const struct repair *repair, int32_t physician, int32_t site,
    const struct assignment *a)
{
	return (a->state == STATE_DRAFT || a->state == STATE_PUBLISHED) &&
	    a->from > clock_real_s() && a->day >= repair->from &&
	    a->day <= repair->to &&
	    (physician == REF_NONE || physician == a->physician) &&
	    (site == REF_NONE || site == a->site) &&
	    (!repair->has_part || a->part == (uint8_t)repair->part);
}

bool
repair_vacated(const struct repair *repair, size_t *at, struct assignment *out)
{
	const struct conn *conn = repair->conn;
	const struct book *book = store_book(conn->server->store);
	int32_t physician = id_is_nil(repair->physician)
	    ? REF_NONE
	    : book_find(book, KIND_PHYSICIAN, repair->physician);
	int32_t site = id_is_nil(repair->site)
	    ? REF_NONE
	    : book_find(book, KIND_SITE, repair->site);
	struct run run;

	/* Gone with a former book; or nobody drops out. */
	if ((physician == REF_NONE && site == REF_NONE) || repair->locks_in)
		return false;
	run = physician != REF_NONE ? book_physician_run(book, physician)
				    : book_site_run(book, site);
	if (*at == 0)
		*at = run_from_day(book, run, repair->from);
	while (*at < run.count) {
		const struct assignment *a = book_at(book, run.slot[(*at)++]);

		if (a->from / SECONDS_PER_DAY > repair->to + 2)
			break;
		if (is_vacated(repair, physician, site, a) &&
		    session_sees(&conn->session, book, a)) {
			*out = *a;
			return true;
		}
	}
	return false;
}

/* What the daemon can say by itself, of half-days for which the planner has
 * named nobody.  Nobody can come to where it is closed. */
static void
answer_plainly(struct repair *repair)
{
	bool closes = id_is_nil(repair->physician);
	struct conn *conn = repair->conn;
	struct text data = {NULL, 0, 0};
	struct plan plan = {.server = conn->server,
	    .session = &conn->session,
	    .book = store_book(conn->server->store),
	    .data = &data};
	/* Copied: the book is supposed meanwhile. */
	struct assignment a;
	struct span rest, line;
	struct out *out;
	size_t at = 0, told = 0;

	while (repair_vacated(repair, &at, &a)) {
		repair->unplanned += !repair_takes_away(repair, a.id);
		if (!closes && !repair_has_ranked(repair, &a) &&
		    told++ < SUBSTITUTES_SLOTS)
			substitute_tell(&plan, &a);
	}
	rest = (struct span){data.ptr, data.len};
	while (span_cut(&rest, '\n', &line) && line.len > 0) {
		out = reply_data(conn, REPLY_ROOM);
		out_bytes(out, line.ptr, line.len);
		reply_end(conn);
	}
	text_reset(&data);
}

/* "error id=1 line=4 text="H05: ..."": in one word, and in the planner's. */
static void
print_why(struct out *out, struct span why)
{
	struct answer answer;
	struct span text, rest, word;

	if (!answer_parse_data(&answer, why))
		return;
	text = rest = answer_value(&answer, "text");
	if (span_cut(&rest, ':', &word) && rest.len > 0 &&
	    memchr(word.ptr, ' ', word.len) == NULL)
		out_key_value(out, "reason", word);
	if (text.len > 0)
		out_key_value(out, "text", text);
}

void
repair_print_unplanned(const struct repair *repair, struct out *out)
{
	if (repair->unplanned > 0 && !id_is_nil(repair->physician))
		out_key_u64(out, "unplanned", repair->unplanned);
}

/* Nothing of it is kept. */
static void
answer(struct repair *repair, enum resident_end end, struct span why)
{
	static const char *const states[] = {[RESIDENT_ANSWERED] = "answered",
	    [RESIDENT_STARTING] = "starting",
	    [RESIDENT_GONE] = "gone"};
	struct conn *conn = repair->conn;
	bool vacant = repair->vacant ||
	    (end == RESIDENT_ANSWERED && repair->unplanned > 0);
	struct out *out = reply_ok(conn, REPLY_ROOM_LONG);

	out_key_text(out, "state", why.len > 0 ? "outside" : states[end]);
	out_key_text(out, "vacant", vacant ? "yes" : "no");
	if (end == RESIDENT_ANSWERED && why.len == 0)
		repair_print_unplanned(repair, out);
	print_why(out, why);
	if (end != RESIDENT_ANSWERED)
		out_key_u64(out, "retry", 2);
	if (repair->dry)
		out_literal(out, " dry=yes");
	else
		reply_cursor(conn, out);
	reply_end(conn);
	repair_end(repair);
}

void
repair_answer(struct repair *repair)
{
	answer(repair, RESIDENT_ANSWERED, (struct span){NULL, 0});
}

static void
on_end(void *arg, enum resident_end end, struct span why)
{
	struct repair *repair = arg;

	if (!repair_goes_on(repair, STATUS_OK))
		return;
	/* An answer that broke off is none. */
	if (end != RESIDENT_ANSWERED || why.ptr != NULL) {
		adopt_lines_fini(&repair->lines);
		repair->keeps = false;
	}
	answer_plainly(repair);
	if (!repair_keep(repair))
		answer(repair, end, why);
}

void
repair_ask(struct repair *repair)
{
	static const struct resident_hooks hooks = {on_line, on_end};

	residents_ask(repair->conn->server->residents, span_of(repair->scope),
	    repair->question, &hooks, repair);
}

void
read_plan_repair(struct conn *conn, const struct request *request)
{
	struct repair *repair = xcalloc(1, sizeof(*repair));

	repair->conn = conn;
	if (!take_one(conn, request, KEY_PHYSICIAN, KIND_PHYSICIAN,
		&repair->physician) ||
	    !take_one(conn, request, KEY_SITE, KIND_SITE, &repair->site) ||
	    !take_days(repair, request) || !take_scope(repair) ||
	    !take_words(repair, request)) {
		free(repair);
		return;
	}
	compose(repair, request);
	plan_take_key(&repair->request, conn, request);
	conn_hold(conn);
	if (repair->keeps)
		repair_begin(repair);
	else
		repair_ask(repair);
}
