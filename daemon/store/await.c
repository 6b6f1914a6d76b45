/* SPDX-License-Identifier: ISC */
/*
 * await: see await.h.
 *
 * A wait that is over is only marked, and told by its own event: nobody is
 * called while the list is walked.
 */
#include "daemon/store/await.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/store/feed.h"

#include <event2/event.h>
#include <stdlib.h>
#include <sys/queue.h>

/* Seconds from 1970 to 2020, where epochs count from, and how far the clocks of
 * two machines may be apart. */
enum { EPOCH_ZERO_S = 1577836800, SKEW_S = 86400 };

struct store_wait {
	LIST_ENTRY(store_wait) link;
	struct awaiting *awaiting;
	struct cursor cursor;
	enum status status; /* to be told when the event fires */
	store_wait_fn *done;
	void *arg;
	struct event *event;
};

LIST_HEAD(waits, store_wait);

struct awaiting {
	struct event_base *base;
	struct feed *feed;
	struct waits waits;
};

static enum status
judge(const struct awaiting *awaiting, const struct cursor *cursor)
{
	const struct cursor *have = feed_cursor(awaiting->feed);
	const struct identity *identity = feed_identity(awaiting->feed);
	int64_t now = clock_real_us() / 1000000 - EPOCH_ZERO_S;

	/* Epochs are numbered by the clock: one of tomorrow is none. */
	if (cursor->epoch < identity->floor ||
	    (int64_t)cursor->epoch > now + SKEW_S)
		return STATUS_CURSOR;
	if (feed_book(awaiting->feed) == NULL || cursor->epoch > have->epoch)
		return STATUS_BEHIND;
	/* The book went into the next epoch with all that this one had. */
	if (cursor->epoch < have->epoch)
		return STATUS_OK;
	return snapshot_covers(&have->snapshot, &cursor->snapshot)
	    ? STATUS_OK
	    : STATUS_BEHIND;
}

enum status
awaiting_covers(
    const struct awaiting *awaiting, struct span text, struct cursor *parsed)
{
	if (!cursor_parse(parsed, text))
		return STATUS_CURSOR;
	return judge(awaiting, parsed);
}

static void
forget(struct store_wait *wait)
{
	LIST_REMOVE(wait, link);
	event_free(wait->event);
	snapshot_fini(&wait->cursor.snapshot);
	free(wait);
}

static void
on_event(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct store_wait *wait = arg;
	store_wait_fn *done = wait->done;
	void *done_arg = wait->arg;
	enum status status = wait->status;

	forget(wait);
	done(done_arg, status);
}

struct store_wait *
awaiting_add(struct awaiting *awaiting, struct span cursor, uint64_t timeout_ms,
    store_wait_fn *done, void *arg)
{
	struct store_wait *wait = xcalloc(1, sizeof(*wait));
	struct timeval in = {(time_t)(timeout_ms / 1000),
	    (suseconds_t)(timeout_ms % 1000 * 1000)};

	wait->awaiting = awaiting;
	wait->done = done;
	wait->arg = arg;
	wait->event = evtimer_new(awaiting->base, on_event, wait);
	if (wait->event == NULL)
		abort();
	LIST_INSERT_HEAD(&awaiting->waits, wait, link);
	wait->status = awaiting_covers(awaiting, cursor, &wait->cursor);
	if (wait->status == STATUS_BEHIND) {
		event_add(wait->event, &in);
		feed_ask(awaiting->feed);
	} else {
		event_active(wait->event, EV_TIMEOUT, 0);
	}
	return wait;
}

void
awaiting_remove(struct awaiting *awaiting UNUSED, struct store_wait *wait)
{
	forget(wait);
}

void
awaiting_look(struct awaiting *awaiting)
{
	struct store_wait *wait;

	LIST_FOREACH(wait, &awaiting->waits, link)
	{
		if (wait->status != STATUS_BEHIND)
			continue;
		wait->status = judge(awaiting, &wait->cursor);
		if (wait->status != STATUS_BEHIND)
			event_active(wait->event, EV_TIMEOUT, 0);
	}
}

struct awaiting *
awaiting_new(struct event_base *base, struct feed *feed)
{
	struct awaiting *awaiting = xcalloc(1, sizeof(*awaiting));

	awaiting->base = base;
	awaiting->feed = feed;
	LIST_INIT(&awaiting->waits);
	return awaiting;
}

void
awaiting_free(struct awaiting *awaiting)
{
	struct store_wait *wait;

	if (awaiting == NULL)
		return;
	while ((wait = LIST_FIRST(&awaiting->waits)) != NULL) {
		/* The analyzer takes LIST_REMOVE for nothing.
		 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		wait->status = STATUS_STOPPING;
		on_event(-1, 0, wait);
	}
	free(awaiting);
}
