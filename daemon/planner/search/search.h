/* SPDX-License-Identifier: ISC */
/*
 * search: bound and plan of an instance, phase by phase.
 *
 * A phase depends on the seed, its number, its temperature and the plan before
 * it, not on time or threads; cost is recomputed from the choices after each.
 * One that time or a signal has ended before its end counts for nothing.  There
 * is a plan within all rules from the first moment: the empty one.
 */
#ifndef PLANNER_SEARCH_H
#define PLANNER_SEARCH_H

#include "daemon/planner/bound/dual.h"
#include "daemon/planner/search/lane.h"

#include <signal.h>

struct search;

struct limits {
	unsigned threads;
	uint64_t seed;
	double seconds;    /* since start_us; 0: none */
	uint64_t start_us; /* by the clock; 0: when it is made */
	int32_t phases;    /* -1: none */
	double gap;        /* per cent; below 0: none */
	int32_t rounds;    /* of the bound; -1: as many as pay */
	/* Of the first plans, and answers of the sweep behind them; both 0:
	 * all. */
	int32_t sweeps, answers;
	const int32_t *temperature; /* by phase, to repeat a run; or NULL */
	const volatile sig_atomic_t *stop; /* or NULL */
	/* How many of the seconds what follows the search will take; asked
	 * before the first plan and once there is one.  May be NULL. */
	double (*reserve)(void *context, const struct search *search);
	/* After the bound and each phase; may be NULL. */
	void (*on_progress)(
	    void *context, int64_t cost, int64_t bound, int32_t phase);
	void *context;
};

struct search {
	const struct model *model;
	struct pool *pool;
	struct dual dual;
	struct board board, best;
	struct tariff tariff;
	struct lanes lanes;
	int64_t cost;    /* of best */
	int64_t bound;   /* whole points */
	int32_t sweeps;  /* of the first plans, done */
	int32_t answers; /* of the next one, which was left */
	int32_t phases;
	int32_t idle;         /* phases since a move was kept */
	int32_t *temperature; /* by phase, 2^-16 point */
	size_t temperature_room;
	uint64_t start_us;
	uint64_t until_us; /* the end of all seconds; 0: there is none */
	uint64_t first_us; /* the first plan is built till then, or a signal */
	bool whole_only;   /* the first sweep is always made to its end */
	double reserved;   /* of the seconds, not for the search */
	const volatile sig_atomic_t *stop; /* of the limits */
};

void search_make(struct search *search, const struct model *model,
    const struct limits *limits);
void search_run(struct search *search, const struct limits *limits);
void search_free(struct search *search);

/* 100 (cost - bound) / |cost|; 0 when they are the same. */
double search_gap(int64_t cost, int64_t bound);
/* Whether a signal has ended the run. */
bool search_interrupted(const struct search *search);
/* Since the start. */
double search_seconds(const struct search *search);
/* Seconds that the calling thread has worked: on a busy machine less than have
 * gone by. */
double search_worked(void);

#endif
