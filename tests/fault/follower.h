/* SPDX-License-Identifier: ISC */
/*
 * follower: a client that watches everything, whatever happens to daemons and
 * connections, and hangs up now and then by itself.
 *
 * It believes what stands before a cursor only, and after a disconnect resumes
 * from the last one, at whichever daemon.  So it must be told each change once,
 * and those of one physician in their order: the next revision of the half-day
 * that it is at, or the first of another.
 */
#ifndef TESTS_FAULT_FOLLOWER_H
#define TESTS_FAULT_FOLLOWER_H

#include "tests/support/town.h"

#include <pthread.h>
#include <stdatomic.h>

enum { FOLLOWER_PEOPLE = 16, FOLLOWER_ID = 40 };

struct follower_push {
	unsigned physician;
	char slot[FOLLOWER_ID];
	long long rev;
};

struct follower {
	pthread_t thread;
	const struct town *town; /* borrowed, with all of its daemons */
	unsigned daemons;
	uint64_t chance;
	atomic_llong told; /* changes of half-days, once each */
	atomic_bool over;  /* set by the test */
	long long resumed;
	char *cursor;                             /* owned: the last one */
	struct follower_push at[FOLLOWER_PEOPLE]; /* what it knows of each */
	struct follower_push *waiting;            /* owned: behind the cursor */
	size_t nwaiting, capacity;
	char failure[512]; /* "" as long as all is well */
};

/* Watches from now on; physicians are those of town_physicians(). */
void follower_start(struct follower *follower, const struct town *town,
    unsigned daemons, uint64_t seed);
/* Waits until it has been told so many changes, then ends it; what is wrong
 * stands in follower->failure. */
void follower_finish(struct follower *follower, long long told);

#endif
