/* SPDX-License-Identifier: ISC */
/*
 * feed_load: when a book is loaded, and what becomes of it.
 *
 * A loaded book waits as `fresh` for the poll that brings it to the present;
 * feed_poll.c swaps it in.
 */
#include "daemon/store/feed_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"

#include <event2/event.h>
#include <stdlib.h>

enum {
	AGAIN_MIN_MS = 1000, /* between loads that follow each other */
	AGAIN_MAX_MS = 60000,
	QUIET_US = 60 * 1000000 /* after such a pause one begins at once */
};

static const char log_id[] = "store/book";

static int32_t
today(void)
{
	return (int32_t)(clock_real_us() / 1000000 / SECONDS_PER_DAY);
}

static void
on_loaded(void *arg, const struct loaded *loaded)
{
	struct feed *feed = arg;

	feed->load_ended_us = clock_mono_us();
	if (loaded->book == NULL) {
		log_error(
		    log_id, "load-failed", "why=%s", LOG_QUOTE(loaded->why));
		if (feed->book == NULL || feed->broken)
			feed->refused = loaded->refused;
		feed_settle(feed, loaded->why);
		feed_go_on(feed);
		return;
	}
	feed->refused = false;
	feed->figures->load_us = loaded->took_us;
	log_info(log_id, "loaded",
	    "assignments=%zu physicians=%d sites=%d from=%d ms=%llu",
	    book_assignments(loaded->book),
	    (int)book_count(loaded->book, KIND_PHYSICIAN),
	    (int)book_count(loaded->book, KIND_SITE),
	    (int)book_from(loaded->book),
	    (unsigned long long)loaded->took_us / 1000);
	if (pgsession_state(feed->session) == PGSESSION_READY &&
	    identity_continues(&loaded->identity, &feed->identity)) {
		feed->fresh = loaded->book;
		cursor_copy(&feed->fresh_cursor, loaded->cursor);
		feed->fresh_history = loaded->identity;
	} else {
		book_free(loaded->book);
	}
	feed_go_on(feed);
}

static void
on_reload(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct feed *feed = arg;

	/* When it is READY again, feed_go_on() remembers. */
	if (pgsession_state(feed->session) == PGSESSION_READY)
		loader_start(feed->loader, book_first_day(today()));
}

/* A load that is under way will do, wherever its snapshot lies: its first poll
 * brings again what made another necessary. */
void
feed_reload(struct feed *feed, const char *why)
{
	uint64_t quiet = clock_mono_us() - feed->load_ended_us;
	uint64_t delay = 0;
	struct timeval in;

	feed->load_due = true;
	if (feed->fresh != NULL || loader_is_running(feed->loader) ||
	    event_pending(feed->reload, EV_TIMEOUT, NULL))
		return;
	if (feed->load_ended_us != 0 && quiet < QUIET_US)
		delay = backoff_next(&feed->reload_backoff);
	else
		backoff_reset(&feed->reload_backoff);
	log_info(log_id, "load", "in_ms=%llu why=%s", (unsigned long long)delay,
	    LOG_QUOTE(why));
	in = (struct timeval){
	    (time_t)(delay / 1000), (suseconds_t)(delay % 1000 * 1000)};
	event_add(feed->reload, &in);
}

void
feed_load_if_day_moved(struct feed *feed)
{
	if (feed->book != NULL && feed->fresh == NULL &&
	    !loader_is_running(feed->loader) &&
	    book_first_day(today()) != book_from(feed->book))
		feed_reload(feed, "the first day in full has moved");
}

void
feed_load_drop(struct feed *feed)
{
	loader_stop(feed->loader);
	book_free(feed->fresh);
	feed->fresh = NULL;
}

void
feed_load_init(struct feed *feed)
{
	feed->loader = loader_new(feed->env, on_loaded, feed);
	feed->reload = evtimer_new(feed->env->base, on_reload, feed);
	if (feed->reload == NULL)
		abort();
	backoff_init(&feed->reload_backoff, AGAIN_MIN_MS, AGAIN_MAX_MS);
}

void
feed_load_fini(struct feed *feed)
{
	loader_free(feed->loader);
	event_free(feed->reload);
	book_free(feed->fresh);
	snapshot_fini(&feed->fresh_cursor.snapshot);
}
