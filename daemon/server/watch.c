/* SPDX-License-Identifier: ISC */
/*
 * watch: the registry of watches, and what the feed makes them say.
 *
 * To push may end the connection that is pushed to, and with it its watch; so a
 * watch is not touched after a push, and the lists are walked from their head.
 */
#include "daemon/server/watch.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/alarm.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "daemon/server/watch_private.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

/* ----- the registry ----- */

static void on_timer(evutil_socket_t fd, short what, void *arg);

static struct watchers *
watchers_new(struct server *server)
{
	struct watchers *watchers = xcalloc(1, sizeof(*watchers));

	watchers->server = server;
	TAILQ_INIT(&watchers->all);
	TAILQ_INIT(&watchers->quiet);
	TAILQ_INIT(&watchers->tells);
	watchers->timer = evtimer_new(server->base, on_timer, watchers);
	if (watchers->timer == NULL)
		abort();
	watchers->alarms = alarms_new(watchers);
	return watchers;
}

static void
free_if_idle(struct watchers *watchers)
{
	if (watchers->busy || !TAILQ_EMPTY(&watchers->all))
		return;
	watchers->server->watchers = NULL;
	watchers_fini_index(watchers);
	alarms_free(watchers->alarms);
	event_free(watchers->timer);
	free(watchers);
}

/* The registry stays until the matching end. */
static void
begin(struct watchers *watchers)
{
	watchers->busy = true;
}

static void
end(struct watchers *watchers)
{
	watchers->busy = false;
	free_if_idle(watchers);
}

static void
set_timer(struct watchers *watchers)
{
	uint64_t now = clock_mono_us(), due;
	const struct watch *first = TAILQ_FIRST(&watchers->quiet);
	struct timeval wait;

	if (first == NULL)
		return;
	due = first->since + watchers->server->config->heartbeat_ms * 1000;
	due = due > now ? due - now : 0;
	wait.tv_sec = (time_t)(due / 1000000);
	wait.tv_usec = (suseconds_t)(due % 1000000);
	if (evtimer_add(watchers->timer, &wait) != 0)
		abort();
}

struct watch *
watch_new(struct conn *conn, enum kind kind, int32_t index)
{
	struct server *server = conn->server;
	struct watch *watch = xcalloc(1, sizeof(*watch));

	if (server->watchers == NULL)
		server->watchers = watchers_new(server);
	watch->conn = conn;
	watch->watchers = server->watchers;
	watch->kind = kind;
	watch->index = index;
	if (kind != KIND_COUNT)
		watch->subject =
		    book_entity(store_book(server->store), kind, index)->id;
	watch->since = clock_mono_us();
	TAILQ_INSERT_TAIL(&watch->watchers->all, watch, all);
	TAILQ_INSERT_TAIL(&watch->watchers->quiet, watch, quiet);
	if (TAILQ_FIRST(&watch->watchers->quiet) == watch)
		set_timer(watch->watchers);
	watch_join(watch);
	alarms_greet(watch->watchers->alarms);
	return watch;
}

void
watch_free(struct watch *watch)
{
	struct watchers *watchers;

	if (watch == NULL)
		return;
	watchers = watch->watchers;
	watch_abandon(watch);
	watch_leave(watch);
	TAILQ_REMOVE(&watchers->all, watch, all);
	TAILQ_REMOVE(&watchers->quiet, watch, quiet);
	if (watch->told)
		TAILQ_REMOVE(&watchers->tells, watch, tells);
	for (size_t i = 0; i < watchers->ntargets; i++)
		if (watchers->targets[i] == watch)
			watchers->targets[i] = NULL;
	free(watch->places);
	free(watch->low);
	free(watch);
	free_if_idle(watchers);
}

/* ----- pushing ----- */

void
watch_keep(struct watch *watch, struct span lines)
{
	size_t before = watch->capacity;

	if (lines.len == 0)
		return;
	watch->lines =
	    xgrow(watch->lines, &watch->capacity, watch->len + lines.len, 1);
	watch->watchers->kept += watch->capacity - before;
	memcpy(watch->lines + watch->len, lines.ptr, lines.len);
	watch->len += lines.len;
}

/* Keeps a live line behind those that were missed.  A client that does not get
 * on with these is too slow. */
static void
keep(struct watch *watch, struct span line)
{
	watch_keep(watch, line);
	watch_keep(watch, SPAN("\n"));
	if (watch->resume != NULL || watch->pump != NULL)
		watch->live += line.len + 1;
	if (watch->live > watch->watchers->server->config->unread_max)
		conn_bye(watch->conn, "unread");
}

static void
touch(struct watch *watch)
{
	struct watchers *watchers = watch->watchers;

	watch->since = clock_mono_us();
	TAILQ_REMOVE(&watchers->quiet, watch, quiet);
	TAILQ_INSERT_TAIL(&watchers->quiet, watch, quiet);
}

static void
push(struct watch *watch, struct span line)
{
	struct out *out;

	if (conn_gone(watch->conn))
		return; /* its last line was the bye */
	touch(watch);
	if (watch->behind) {
		keep(watch, line);
		return;
	}
	out = reply_push(watch->conn, line.len);
	out_bytes(out, line.ptr, line.len);
	reply_end(watch->conn);
}

void
watch_push(struct watch *watch, struct span line)
{
	if (!watch->told) {
		watch->told = true;
		TAILQ_INSERT_TAIL(&watch->watchers->tells, watch, tells);
	}
	push(watch, line);
}

void
watch_push_alone(struct watch *watch, struct span line)
{
	push(watch, line);
}

void
watchers_look(struct watchers *watchers)
{
	bool busy = watchers->busy;

	begin(watchers);
	alarms_look(watchers->alarms);
	if (!busy)
		end(watchers);
}

void
watch_push_cursor(struct watch *watch, const char *words, struct span cursor)
{
	char text[PROTO_LONG_MAX + 64];
	struct out out = OUT(text);

	if (watch->told) {
		watch->told = false;
		TAILQ_REMOVE(&watch->watchers->tells, watch, tells);
	}
	if (cursor.len == 0)
		return; /* too long to be brought back: the next one will do */
	out_text(&out, words);
	out_value(&out, cursor);
	push(watch, (struct span){text, out.len});
}

/* What was told may not hold any more: read again. */
static void
push_reset(struct watch *watch)
{
	struct store *store = watch->watchers->server->store;
	struct span cursor = store_cursor(store);
	char text[64];
	struct out out = OUT(text);

	out_literal(&out, " reset");
	out_key_u64(&out, "epoch", store_epoch(store));
	if (cursor.len == 0) {
		push(watch, (struct span){text, out.len});
		return;
	}
	out_literal(&out, " cursor=");
	out_char(&out, '\0');
	watch_push_cursor(watch, text, cursor);
}

/* ----- heartbeats ----- */

static void
on_timer(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct watchers *watchers = arg;
	const struct server *server = watchers->server;
	uint64_t before = clock_mono_us() - server->config->heartbeat_ms * 1000;
	struct watch *watch;

	begin(watchers);
	while ((watch = TAILQ_FIRST(&watchers->quiet)) != NULL &&
	    watch->since <= before) {
		struct out *out;

		touch(watch);
		if (watch->behind || conn_gone(watch->conn))
			continue; /* has enough to read, or no more */
		out = reply_push(watch->conn, REPLY_ROOM_LONG);
		out_literal(out, " heartbeat");
		reply_cursor(watch->conn, out);
		reply_end(watch->conn);
	}
	set_timer(watchers);
	end(watchers);
}

/* ----- the feed ----- */

/* Rights that changed: what was told may be more or less than what is seen. */
static void
rejoin(struct watchers *watchers, const struct change *change)
{
	struct watch *watch, *next;

	for (watch = TAILQ_FIRST(&watchers->all); watch != NULL; watch = next) {
		next = TAILQ_NEXT(watch, all);
		if (!id_equal(watch->conn->session.account_id, change->id))
			continue;
		watch_leave(watch);
		watch_join(watch);
		push_reset(watch);
	}
}

void
watch_on_change(struct server *server, const struct change *change)
{
	struct watchers *watchers = server->watchers;
	const struct book *book = store_book(server->store);
	struct telling telling;

	if (watchers == NULL)
		return;
	begin(watchers);
	telling_init(&telling, book, change);
	watchers_aim(watchers, book, change);
	for (size_t i = 0; i < watchers->ntargets; i++)
		if (watchers->targets[i] != NULL)
			telling_tell(&telling, watchers->targets[i]);
	watchers->ntargets = 0;
	if (change->kind == KIND_ACCOUNT)
		rejoin(watchers, change);
	alarms_note(watchers->alarms, change);
	end(watchers);
}

void
watch_on_applied(struct server *server)
{
	struct watchers *watchers = server->watchers;
	struct watch *watch;

	if (watchers == NULL)
		return;
	begin(watchers);
	while ((watch = TAILQ_FIRST(&watchers->tells)) != NULL)
		watch_push_cursor(
		    watch, " cursor value=", store_cursor(server->store));
	end(watchers);
}

void
watch_on_loaded(struct server *server, enum store_load load)
{
	struct watchers *watchers = server->watchers;
	const struct book *book = store_book(server->store);
	struct watch *watch, *next;

	if (watchers == NULL || load == STORE_LOAD_FIRST)
		return;
	begin(watchers);
	alarms_reset(watchers->alarms);
	TAILQ_FOREACH(watch, &watchers->all, all)
	watch_leave(watch);
	for (watch = TAILQ_FIRST(&watchers->all); watch != NULL; watch = next) {
		next = TAILQ_NEXT(watch, all);
		if (watch->kind != KIND_COUNT)
			watch->index =
			    book_find(book, watch->kind, watch->subject);
		watch_join(watch);
		if (load == STORE_LOAD_TORN)
			push_reset(watch);
	}
	end(watchers);
}
