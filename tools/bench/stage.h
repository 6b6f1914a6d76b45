/* SPDX-License-Identifier: ISC */
/*
 * stage: the course of a run.
 *
 *   opening -> warm-up -> measured -> draining -> over
 *
 * Each phase has a deadline, so a run ends whatever the daemon does.  A command
 * counts its links ready and its requests in flight here; the stage tells when
 * to begin, and knows when the last answer has come.
 */
#ifndef BENCH_STAGE_H
#define BENCH_STAGE_H

#include "daemon/base/compiler.h"
#include "tools/bench/options.h"

#include <stdbool.h>
#include <stdint.h>

enum stage_phase {
	STAGE_OPENING,
	STAGE_WARM_UP,
	STAGE_MEASURED,
	STAGE_DRAINING,
	STAGE_OVER
};

struct event;
struct event_base;

struct stage {
	struct event_base *base; /* owned */
	struct event *timer;     /* of the phase */
	enum stage_phase phase;
	bool failed;
	unsigned links, ready; /* expected and counted */
	uint64_t busy;         /* requests in flight */
	uint64_t warm_up_us, measured_us;
	uint64_t linger_us; /* from the last answer to the end; 0 at first */
	bool tolerant;      /* what stays unanswered does not void the run */
	uint64_t begin_us, end_us; /* of the measured phase, clock_mono_us() */
	/* Every link is ready: send. */
	void (*on_start)(void *arg);
	void *arg;
};

void stage_init(struct stage *stage, const struct common *common,
    unsigned links, void (*on_start)(void *arg), void *arg);
void stage_fini(struct stage *stage);
/* Until all is over: 0, or -1 when the run is void (a complaint was made). */
int stage_run(struct stage *stage) MUST_CHECK;

void stage_count_ready(struct stage *stage);
/* The run is void. */
void stage_fail(struct stage *stage, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A request has been sent, one has been answered. */
void stage_sent(struct stage *stage);
void stage_answered(struct stage *stage);
/* Ends the measured phase early: there is nothing more to be sent. */
void stage_exhausted(struct stage *stage);

/* Whether requests may still be sent. */
static inline bool
stage_sends(const struct stage *stage)
{
	return stage->phase == STAGE_WARM_UP || stage->phase == STAGE_MEASURED;
}

static inline bool
stage_measures(const struct stage *stage)
{
	return stage->phase == STAGE_MEASURED;
}

/* Length of the measured phase. */
double stage_seconds(const struct stage *stage);

#endif
