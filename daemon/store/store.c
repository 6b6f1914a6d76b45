/* SPDX-License-Identifier: ISC */
/*
 * store: what stands between the parts and the caller: nothing but wiring.
 *
 * The feed is the root: it knows which database this is, and the other sessions
 * connect when it has connected.
 */
#include "daemon/store/store.h"

#include "daemon/base/mem.h"
#include "daemon/store/await.h"
#include "daemon/store/dial.h"
#include "daemon/store/feed.h"
#include "daemon/store/history.h"
#include "daemon/store/known.h"
#include "daemon/store/proposal.h"
#include "daemon/store/wake.h"
#include "daemon/store/write.h"
#include "daemon/store/write_params.h"

#include "proto/limits.h"

#include <stdlib.h>

struct store {
	struct store_options options;
	struct store_hooks hooks;
	void *arg;
	struct store_figures figures;
	struct store_env env;
	struct feed *feed;
	struct wake *wake;
	struct writers *writers;
	struct history *history;
	struct proposals *proposals;
	struct awaiting *awaiting;
	struct pack cursor_text; /* of the cursor below, or empty */
	bool cursor_printed;
};

/* ----- what the feed tells ----- */

static void
on_change(void *arg, const struct change *change)
{
	struct store *store = arg;

	store->hooks.on_change(store->arg, change);
}

static void
on_polled(void *arg, uint64_t number, bool changed)
{
	struct store *store = arg;

	store->cursor_printed = false;
	if (changed)
		store->hooks.on_applied(store->arg);
	writers_polled(store->writers, number);
	awaiting_look(store->awaiting);
}

static void
on_loaded(void *arg, enum store_load load)
{
	struct store *store = arg;

	store->cursor_printed = false;
	store->hooks.on_loaded(store->arg, load);
}

static void
on_state(void *arg)
{
	struct store *store = arg;

	store->hooks.on_state(store->arg, feed_state(store->feed));
	if (feed_state(store->feed) != STORE_UP)
		writers_unfollowed(store->writers);
}

static void
on_connected(void *arg, bool moved)
{
	static const char why[] = "the feed has moved to another server";
	struct store *store = arg;

	if (moved) {
		writers_restart(store->writers, why);
		wake_restart(store->wake, why);
		history_restart(store->history, why);
		proposals_restart(store->proposals, why);
	} else {
		writers_start(store->writers);
		wake_start(store->wake);
		history_start(store->history);
		proposals_start(store->proposals);
	}
}

static const struct feed_hooks feed_hooks = {
    on_change, on_polled, on_loaded, on_state, on_connected};

/* ----- life ----- */

struct store *
store_new(struct event_base *base, const struct store_options *options,
    const struct store_hooks *hooks, void *arg)
{
	struct store *store = xcalloc(1, sizeof(*store));

	store->options = *options;
	store->options.conninfo = NULL; /* its parse is in env.hosts */
	store->hooks = *hooks;
	store->arg = arg;
	store->env = (struct store_env){base, &store->options, &store->figures,
	    hosts_new(options->conninfo)};
	store->feed = feed_new(&store->env, &feed_hooks, store);
	store->wake = wake_new(&store->env, store->feed);
	store->writers = writers_new(&store->env, store->feed, store->wake);
	store->history = history_new(&store->env, store->feed);
	store->proposals = proposals_new(&store->env, store->feed);
	store->awaiting = awaiting_new(base, store->feed);
	return store;
}

void
store_start(struct store *store)
{
	feed_start(store->feed);
}

void
store_reload(struct store *store, const struct store_options *options)
{
	struct store_options *mine = &store->options;

	/* Sessions are made and prepared once: their number, their depth and
	 * what the server enforces stay. */
	mine->write_queue = options->write_queue;
	mine->connect_timeout_ms = options->connect_timeout_ms;
	mine->reconnect_min_ms = options->reconnect_min_ms;
	mine->reconnect_max_ms = options->reconnect_max_ms;
	mine->poll_ms = options->poll_ms;
	mine->wake_ms = options->wake_ms;
	mine->mark_ms = options->mark_ms;
	mine->key_lifetime_ms = options->key_lifetime_ms;
}

void
store_free(struct store *store)
{
	if (store == NULL)
		return;
	writers_free(store->writers);
	history_free(store->history);
	proposals_free(store->proposals);
	awaiting_free(store->awaiting);
	wake_free(store->wake);
	feed_free(store->feed);
	hosts_free(store->env.hosts);
	pack_fini(&store->cursor_text);
	free(store);
}

/* ----- state ----- */

enum store_state
store_state(const struct store *store)
{
	return feed_state(store->feed);
}

const char *
store_reason(const struct store *store)
{
	return feed_reason(store->feed);
}

struct book *
store_book(struct store *store)
{
	return feed_book(store->feed);
}

int64_t
store_stale_since(const struct store *store)
{
	return feed_stale_since(store->feed);
}

unsigned
store_epoch(const struct store *store)
{
	return feed_cursor(store->feed)->epoch;
}

const char *
store_promise(const struct store *store)
{
	return feed_identity(store->feed)->promise;
}

struct span
store_cursor(const struct store *store)
{
	struct store *mine = (struct store *)(uintptr_t)store;

	/* Printed when somebody asks, once between two polls. */
	if (!store->cursor_printed) {
		mine->cursor_text.len = 0;
		cursor_print(feed_cursor(store->feed), &mine->cursor_text);
		mine->cursor_printed = true;
	}
	/* One that no request could bring back is not given out. */
	if (store->cursor_text.len > PROTO_LONG_MAX)
		return (struct span){NULL, 0};
	return (struct span){store->cursor_text.ptr, store->cursor_text.len};
}

enum status
store_covers(const struct store *store, struct span text)
{
	struct cursor cursor = {.epoch = 0};
	enum status status = awaiting_covers(store->awaiting, text, &cursor);

	snapshot_fini(&cursor.snapshot);
	return status;
}

struct store_wait *
store_await(struct store *store, struct span cursor, uint64_t timeout_ms,
    store_wait_fn *done, void *arg)
{
	return awaiting_add(store->awaiting, cursor, timeout_ms, done, arg);
}

void
store_forget(struct store *store, struct store_wait *wait)
{
	awaiting_remove(store->awaiting, wait);
}

struct proposals *
store_proposals(struct store *store)
{
	return store->proposals;
}

void
store_figures(const struct store *store, struct store_figures *figures)
{
	*figures = store->figures;
	figures->reconnects = feed_reconnects(store->feed);
	writers_figures(store->writers, figures);
	if (feed_book(store->feed) != NULL)
		figures->book_bytes = book_memory(feed_book(store->feed));
}

/* ----- writing and history ----- */

enum status
store_write(struct store *store, const struct store_write *write,
    store_done_fn *done, void *arg)
{
	return store_write_chain(store, write, &arg, 1, done);
}

enum status
store_write_chain(struct store *store, const struct store_write *writes,
    void *const *args, size_t count, store_done_fn *done)
{
	struct writes_asked asked = {
	    writes, args, count, feed_book(store->feed), done};

	if (feed_state(store->feed) != STORE_UP)
		return STATUS_UNAVAILABLE;
	return writers_write(store->writers, &asked);
}

bool
store_may_chain(const struct unit *unit)
{
	return write_may_join(unit);
}

enum status
store_key(struct store *store, struct id by, struct id key,
    const unsigned char request[32], store_done_fn *done, void *arg)
{
	if (feed_state(store->feed) != STORE_UP)
		return STATUS_UNAVAILABLE;
	return writers_key(store->writers, by, key, request, done, arg);
}

enum status
store_refresh(struct store *store, store_done_fn *done, void *arg)
{
	if (feed_state(store->feed) != STORE_UP)
		return STATUS_UNAVAILABLE;
	return writers_refresh(store->writers, done, arg);
}

enum status
store_history(struct store *store, struct id entity, uint64_t after_rev,
    unsigned limit, store_rows_fn *done, void *arg)
{
	if (feed_book(store->feed) == NULL)
		return STATUS_LOADING;
	return history_entity(
	    store->history, entity, after_rev, limit, done, arg);
}

enum status
store_private(struct store *store, const struct id *ids, size_t count,
    store_private_fn *done, void *arg)
{
	if (feed_book(store->feed) == NULL)
		return STATUS_LOADING;
	return history_private(store->history, ids, count, done, arg);
}

enum status
store_past(struct store *store, const struct store_past *past,
    store_rows_fn *done, void *arg)
{
	if (feed_book(store->feed) == NULL)
		return STATUS_LOADING;
	return history_past(store->history, past, done, arg);
}

enum status
store_find_mark(struct store *store, uint64_t mark, int64_t as_of,
    store_found_fn *done, void *arg)
{
	if (feed_book(store->feed) == NULL)
		return STATUS_LOADING;
	return known_find_mark(history_session(store->history), store->feed,
	    mark, as_of, done, arg);
}

enum status
store_known(struct store *store, const struct store_known *call,
    store_known_fn *done, void *arg)
{
	if (feed_book(store->feed) == NULL)
		return STATUS_LOADING;
	return known_book(
	    history_session(store->history), store->feed, call, done, arg);
}

enum status
store_mark(struct store *store, store_mark_fn *done, void *arg)
{
	return history_mark(store->history, done, arg);
}

enum status
store_replay(struct store *store, struct span text, unsigned limit,
    store_rows_fn *done, void *arg)
{
	struct cursor cursor = {.epoch = 0};
	enum status status;

	if (feed_book(store->feed) == NULL)
		return STATUS_LOADING;
	status = awaiting_covers(store->awaiting, text, &cursor);
	/* Of a cursor that is ahead there is less to tell, not nothing. */
	if (status == STATUS_OK || status == STATUS_BEHIND)
		status =
		    history_replay(store->history, &cursor, limit, done, arg);
	snapshot_fini(&cursor.snapshot);
	return status;
}
