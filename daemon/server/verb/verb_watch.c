/* SPDX-License-Identifier: ISC */
/*
 * verb_watch: begins and ends a watch, and brings one up to date that comes
 * back.
 *
 * A watch that comes back is registered at once, so that no change slips
 * through, and keeps what it is told until the database has said what it had
 * missed by then.  All that goes out as fast as the client reads, live pushes
 * behind it, until nothing is left.
 */
#include "daemon/server/dispatch.h"

#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "daemon/server/verb/verb_slot.h"
#include "daemon/server/watch_private.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

enum {
	MISSED_MAX = 100000,   /* changes */
	KEPT_MAX = 256 << 20,  /* bytes of all watches that catch up */
	PUMP_BYTES = 64 << 10, /* pushed in one turn */
	OUTPUT_MAX = 64 << 10  /* unsent before more is pushed */
};

/* A watch that comes back; its connection is held. */
struct resume {
	struct conn *conn;
	struct watch *watch;     /* NULL: not yet, or no longer */
	struct store_wait *wait; /* until the book has come as far */
	enum kind kind;
	int32_t index;
	char *after; /* owned: the cursor that the client has */
	char *upto;  /* owned: the book's when the watch was registered */
};

static char *
copy(struct span text)
{
	return xstrndup(text.ptr, text.len);
}

/* ----- catching up: what is kept goes out ----- */

static size_t
unsent(const struct conn *conn)
{
	return evbuffer_get_length(bufferevent_get_output(conn->bev));
}

static void
on_pump(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	watch_pump(arg);
}

/* Some of the output was read: more may follow, but not from here. */
static void
on_drained(struct evbuffer *output UNUSED, const struct evbuffer_cb_info *info,
    void *arg)
{
	struct watch *watch = arg;

	if (info->n_deleted > 0)
		event_active(watch->pump, EV_TIMEOUT, 1);
}

static void
begin_pump(struct watch *watch)
{
	struct evbuffer *output = bufferevent_get_output(watch->conn->bev);

	watch->pump =
	    event_new(watch->conn->server->base, -1, 0, on_pump, watch);
	watch->drained = evbuffer_add_cb(output, on_drained, watch);
	if (watch->pump == NULL || watch->drained == NULL)
		abort();
}

static void
end_pump(struct watch *watch)
{
	if (watch->drained != NULL)
		(void)evbuffer_remove_cb_entry(
		    bufferevent_get_output(watch->conn->bev), watch->drained);
	if (watch->pump != NULL)
		event_free(watch->pump);
	watch->watchers->kept -= watch->capacity;
	free(watch->lines);
	watch->drained = NULL;
	watch->pump = NULL;
	watch->lines = NULL;
	watch->len = watch->sent = watch->capacity = watch->live = 0;
	watch->behind = false;
}

/* Pushes one kept line. */
static void
push_kept(struct watch *watch)
{
	const char *line = watch->lines + watch->sent;
	const char *end = memchr(line, '\n', watch->len - watch->sent);
	size_t len = (size_t)(end - line);
	struct out *out = reply_push(watch->conn, len);

	watch->sent += len + 1;
	out_bytes(out, line, len);
	reply_end(watch->conn);
}

void
watch_pump(struct watch *watch)
{
	struct conn *conn = watch->conn;
	size_t limit = watch->sent + PUMP_BYTES;

	if (conn_gone(conn))
		return;
	while (watch->sent < watch->len && watch->sent < limit &&
	    unsent(conn) <= OUTPUT_MAX) {
		push_kept(watch);
		if (conn_gone(conn))
			return;
	}
	printer_flush(conn->server->printer);
	if (watch->sent == watch->len)
		end_pump(watch);
	else if (unsent(conn) <= OUTPUT_MAX)
		event_active(watch->pump, EV_TIMEOUT, 1);
}

void
watch_abandon(struct watch *watch)
{
	if (watch->resume != NULL)
		watch->resume->watch = NULL;
	watch->resume = NULL;
	end_pump(watch);
}

/* ----- coming back ----- */

static void
resume_end(struct resume *resume)
{
	struct conn *conn = resume->conn;

	free(resume->after);
	free(resume->upto);
	free(resume);
	conn_release(conn);
}

static void
resume_refuse(struct resume *resume, enum status status)
{
	struct conn *conn = resume->conn;

	if (resume->watch != NULL) {
		conn->watch = NULL;
		watch_free(resume->watch);
	}
	if (!conn_gone(conn))
		reply_refuse(conn, status,
		    status == STATUS_LIMIT || status == STATUS_CURSOR
			? SPAN("after")
			: (struct span){NULL, 0},
		    NULL);
	resume_end(resume);
}

/* What was missed, before what was kept since. */
static void
put_missed(struct resume *resume, const struct change *changes, size_t n)
{
	const struct book *book = store_book(resume->conn->server->store);
	struct watch *watch = resume->watch;
	char *later = watch->lines;
	size_t later_len = watch->len;
	struct telling telling;

	watch->watchers->kept -= watch->capacity;
	watch->lines = NULL;
	watch->len = watch->capacity = 0;
	for (size_t i = 0; i < n; i++) {
		telling_init(&telling, book, &changes[i]);
		telling_tell(&telling, watch);
	}
	if (watch->len > 0)
		watch_push_cursor(
		    watch, " cursor value=", span_of(resume->upto));
	watch_keep(watch, (struct span){later, later_len});
	free(later);
}

static void
on_replayed(void *arg, enum status status, const struct change *changes,
    size_t n, bool more UNUSED, const struct store_mark *mark UNUSED)
{
	struct resume *resume = arg;
	struct watch *watch = resume->watch;
	struct out *out;

	if (status != STATUS_OK || watch == NULL || conn_gone(resume->conn)) {
		resume_refuse(resume, status);
		return;
	}
	watch->resume = NULL;
	put_missed(resume, changes, n);
	out = reply_ok(resume->conn, REPLY_ROOM_LONG);
	out_key_text(out, "cursor", resume->after);
	reply_end(resume->conn);
	begin_pump(watch);
	watch_pump(watch);
	resume_end(resume);
}

/* The book shows all that the client was told: from here on it is told more. */
static void
resume_begin(struct resume *resume)
{
	struct conn *conn = resume->conn;
	struct store *store = conn->server->store;
	struct watch *watch;
	enum status status = STATUS_BUSY;

	watch = watch_new(conn, resume->kind, resume->index);
	watch_free(conn->watch);
	conn->watch = watch;
	watch->behind = true;
	watch->resume = resume;
	resume->watch = watch;
	resume->upto = copy(store_cursor(store));
	if (strcmp(resume->after, resume->upto) == 0) {
		on_replayed(resume, STATUS_OK, NULL, 0, false, NULL);
		return;
	}
	if (watch->watchers->kept <= KEPT_MAX)
		status = store_replay(store, span_of(resume->after), MISSED_MAX,
		    on_replayed, resume);
	if (status != STATUS_OK)
		resume_refuse(resume, status);
}

static void
on_covered(void *arg, enum status status)
{
	struct resume *resume = arg;

	resume->wait = NULL;
	if (conn_gone(resume->conn))
		resume_end(resume);
	else if (status != STATUS_OK)
		resume_refuse(resume, status);
	else
		resume_begin(resume);
}

static void
resume_new(struct conn *conn, enum kind kind, int32_t index, struct span after)
{
	struct server *server = conn->server;
	struct resume *resume = xcalloc(1, sizeof(*resume));
	enum status status = store_covers(server->store, after);

	resume->conn = conn;
	resume->kind = kind;
	resume->index = index;
	resume->after = copy(after);
	conn_hold(conn);
	if (status == STATUS_BEHIND)
		resume->wait = store_await(server->store, after,
		    server->config->read_behind_timeout_ms, on_covered, resume);
	else
		on_covered(resume, status);
}

void
read_watch(struct conn *conn, const struct request *request)
{
	const struct value *state = request_value(request, KEY_STATE);
	const struct value *after = request_value(request, KEY_AFTER);
	struct watch *watch = NULL;
	struct out *out;
	enum kind kind;
	int32_t index;

	if (state != NULL && !span_is(state->text, "off")) {
		reply_refuse(conn, STATUS_VALUE, SPAN("state"), "off");
		return;
	}
	if (!slot_subject(conn, request, &kind, &index))
		return;
	if (state == NULL && after != NULL) {
		resume_new(conn, kind, index, after->text);
		return;
	}
	if (state == NULL)
		watch = watch_new(conn, kind, index);
	watch_free(conn->watch);
	conn->watch = watch;
	out = reply_ok(conn, REPLY_ROOM_LONG);
	reply_cursor(conn, out);
	reply_end(conn);
}
