/* SPDX-License-Identifier: ISC */
/*
 * pace: an offered rate.  Requests fall due at even distances whether or not
 * the daemon keeps up; a latency measured from the moment of falling due counts
 * the time that a request had to wait for its turn.
 */
#ifndef BENCH_PACE_H
#define BENCH_PACE_H

#include "daemon/base/compiler.h"

#include <stdbool.h>
#include <stdint.h>

struct event;
struct event_base;

struct pace {
	struct event *tick; /* owned */
	unsigned rate;      /* per second */
	uint64_t begin_us, issued;
	/* Something is due: take it with pace_take(). */
	void (*on_due)(void *arg);
	void *arg;
};

void pace_init(struct pace *pace, struct event_base *base, unsigned rate,
    void (*on_due)(void *arg), void *arg);
void pace_fini(struct pace *pace);
void pace_start(struct pace *pace);
/* Whether another one is due; *due_us is when it fell due. */
bool pace_due(const struct pace *pace, uint64_t *due_us);
/* The one that pace_due() spoke of has been sent, and n - 1 more with it. */
void pace_take(struct pace *pace, unsigned n);

#endif
