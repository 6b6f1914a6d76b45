/* SPDX-License-Identifier: ISC */
/*
 * feed: its session and its state; see feed_poll.c and feed_load.c.
 */
#include "daemon/store/feed_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	STALE_POLLS = 20, /* poll intervals without a poll: it is stale */
	STALE_MIN_MS = 2000
};

static const char log_id[] = "store/feed";

/* ----- state ----- */

static enum store_state
state_now(const struct feed *feed)
{
	if (feed->refused)
		return STORE_REFUSED;
	if (feed->book == NULL)
		return STORE_LOADING;
	return feed->current && !feed->broken ? STORE_UP : STORE_DOWN;
}

void
feed_settle(struct feed *feed, const char *reason)
{
	static const char *const names[] = {"loading", "up", "down", "refused"};
	enum store_state state = state_now(feed);

	if (state == STORE_UP)
		feed->reason[0] = '\0';
	else if (reason != NULL && reason != feed->reason)
		snprintf(feed->reason, sizeof(feed->reason), "%s", reason);
	if (state == feed->state)
		return;
	log_info(log_id, "state", "from=%s to=%s reason=%s", names[feed->state],
	    names[state], LOG_QUOTE(feed->reason));
	feed->state = state;
	feed->hooks->on_state(feed->arg);
}

void
feed_go_on(struct feed *feed)
{
	if (pgsession_state(feed->session) != PGSESSION_READY)
		return;
	if (feed->fresh != NULL) {
		feed_poll_soon(feed);
		return;
	}
	if (feed->book == NULL || feed->broken)
		feed_reload(feed, "there is no book that can be followed");
	else if (!feed->current)
		feed_catch_up(feed);
	if (feed->load_due)
		feed_reload(feed, "the last load failed");
}

/* ----- the session ----- */

static enum pgsession_hello
on_hello(
    void *arg, const PGresult *hello, const char *sqlstate, struct error *why)
{
	struct feed *feed = arg;
	struct identity identity;
	enum pgsession_hello answer =
	    identity_read(&identity, hello, sqlstate, why);

	feed->refused = answer == HELLO_REFUSED;
	if (answer != HELLO_GOOD) {
		feed_settle(feed, why->text);
		return answer;
	}
	feed->moved = feed->identity.epoch != 0 &&
	    !identity_continues(&feed->identity, &identity);
	feed->identity = identity;
	return HELLO_GOOD;
}

static void
on_ready(void *arg)
{
	struct feed *feed = arg;

	log_info(log_id, "connected",
	    "system=%s timeline=%s epoch=%u promise=%s", feed->identity.system,
	    feed->identity.timeline, feed->identity.epoch,
	    feed->identity.promise);
	if (feed->fresh != NULL &&
	    !identity_continues(&feed->fresh_history, &feed->identity))
		feed_load_drop(feed);
	if (feed->book != NULL && !feed->broken &&
	    !identity_continues(&feed->history, &feed->identity)) {
		log_warn(log_id, "another-history",
		    "was_system=%s was_timeline=%s was_epoch=%u",
		    feed->history.system, feed->history.timeline,
		    feed->history.epoch);
		feed_load_drop(feed);
		feed->broken = true;
		feed_settle(feed, "the database has another history; loading");
	}
	feed->hooks->on_connected(feed->arg, feed->moved);
	feed_go_on(feed);
}

static void
on_down(void *arg, const char *why)
{
	struct feed *feed = arg;

	feed->current = false;
	feed_poll_stop(feed);
	feed_settle(feed, why);
}

static void
on_notify(void *arg, int pid)
{
	struct feed *feed = arg;

	feed->figures->notifies++;
	if (pid != feed->ignored && feed->current)
		feed_poll_soon(feed);
}

static const struct pgsession_hooks pgsession_hooks = {
    on_hello, on_ready, on_down, on_notify};

/* ----- for others ----- */

struct feed *
feed_new(const struct store_env *env, const struct feed_hooks *hooks, void *arg)
{
	struct feed *feed = xcalloc(1, sizeof(*feed));

	feed->env = env;
	feed->options = env->options;
	feed->figures = env->figures;
	feed->hooks = hooks;
	feed->arg = arg;
	feed->state = STORE_LOADING;
	feed_poll_init(feed);
	feed_load_init(feed);
	feed->session =
	    pgsession_new(env, log_id, &feed_role, &pgsession_hooks, feed);
	return feed;
}

void
feed_free(struct feed *feed)
{
	if (feed == NULL)
		return;
	pgsession_free(feed->session, STATUS_STOPPING);
	feed_load_fini(feed);
	feed_poll_fini(feed);
	book_free(feed->book);
	free(feed);
}

void
feed_start(struct feed *feed)
{
	pgsession_start(feed->session);
}

enum store_state
feed_state(const struct feed *feed)
{
	return feed->state;
}

const char *
feed_reason(const struct feed *feed)
{
	return feed->reason;
}

struct book *
feed_book(const struct feed *feed)
{
	return feed->book;
}

const struct cursor *
feed_cursor(const struct feed *feed)
{
	return &feed->cursor;
}

/* Connected or not: what counts is when the database was looked at last. */
int64_t
feed_stale_since(const struct feed *feed)
{
	uint64_t limit_ms = feed->options->poll_ms * STALE_POLLS;
	int64_t now_s = clock_real_us() / 1000000;

	if (feed->book == NULL)
		return 0;
	if (limit_ms < STALE_MIN_MS)
		limit_ms = STALE_MIN_MS;
	if (feed->state == STORE_UP &&
	    now_s - feed->good_s <= (int64_t)(limit_ms / 1000))
		return 0;
	return feed->good_s;
}

const struct identity *
feed_identity(const struct feed *feed)
{
	return &feed->identity;
}

uint64_t
feed_reconnects(const struct feed *feed)
{
	return pgsession_reconnects(feed->session);
}

uint64_t
feed_ask(struct feed *feed)
{
	if (feed->state != STORE_UP)
		return 0;
	feed_poll_soon(feed);
	/* A poll in flight may have begun before. */
	return feed->begun + 1;
}

void
feed_ignore(struct feed *feed, int pid)
{
	feed->ignored = pid;
}

enum pgsession_hello
feed_judge(const struct feed *feed, const PGresult *hello, const char *sqlstate,
    struct error *why)
{
	struct identity identity;
	enum pgsession_hello answer =
	    identity_read(&identity, hello, sqlstate, why);

	if (answer != HELLO_GOOD)
		return answer;
	if (identity_same_server(&identity, &feed->identity) &&
	    identity.epoch == feed->identity.epoch)
		return HELLO_GOOD;
	error_set(why, "this is not the database that the feed follows");
	return HELLO_AGAIN;
}
