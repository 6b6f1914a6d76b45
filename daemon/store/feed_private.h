/* SPDX-License-Identifier: ISC */
/*
 * feed_private: what the feed is made of; for feed*.c only.
 */
#ifndef STORE_FEED_PRIVATE_H
#define STORE_FEED_PRIVATE_H

#include "daemon/base/backoff.h"
#include "daemon/store/feed.h"
#include "daemon/store/loader.h"

struct feed {
	const struct store_env *env;
	const struct store_options *options;
	struct store_figures *figures;
	const struct feed_hooks *hooks;
	void *arg;

	struct pgsession *session;
	struct identity identity; /* of the last good hello */
	bool moved;               /* it is another server than before */
	bool refused;             /* only the operator can help */
	bool current;             /* a poll has been applied since READY */
	int ignored;              /* process whose notifications are ours */

	struct book *book; /* NULL until the first load */
	struct cursor cursor;
	struct identity history; /* that the book and cursor belong to */
	bool broken; /* the book may not be followed on: load a new one */

	struct loader *loader;
	struct book *fresh; /* loaded, waits for its first poll; or NULL */
	struct cursor fresh_cursor;
	struct identity fresh_history;
	struct event *reload; /* when the next load begins */
	struct backoff reload_backoff;
	uint64_t load_ended_us;
	bool load_due; /* until a loaded book has been swapped in */

	struct event *turn, *timer; /* end of this turn; the next poll */
	bool polling, wanted;
	bool poll_is_fresh;      /* the poll in flight is for `fresh` */
	uint64_t begun, applied; /* numbers of polls */
	int64_t poll_began_s;    /* the one in flight, real clock */
	int64_t good_s;          /* when the last one that was applied began */
	struct cursor next;      /* of the poll being applied */

	enum store_state state;
	char reason[512];
};

/* feed.c */
/* Sets the state from everything else, and tells; reason NULL: as it was. */
void feed_settle(struct feed *feed, const char *reason);
/* Loads, polls or waits: what is next after the session became READY, or a
 * load ended. */
void feed_go_on(struct feed *feed);

/* feed_poll.c */
extern const struct pgsession_role feed_role;
void feed_poll_init(struct feed *feed);
void feed_poll_fini(struct feed *feed);
/* At the end of this turn, or after the one in flight. */
void feed_poll_soon(struct feed *feed);
void feed_poll_stop(struct feed *feed);
/* The first poll of a connection; loads instead when there is too much. */
void feed_catch_up(struct feed *feed);

/* feed_load.c */
void feed_load_init(struct feed *feed);
void feed_load_fini(struct feed *feed);
/* Today may be in another quarter than when the book was loaded. */
void feed_load_if_day_moved(struct feed *feed);
/* What was loaded or is being loaded is of no use any more. */
void feed_load_drop(struct feed *feed);

#endif
