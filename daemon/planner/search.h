/* SPDX-License-Identifier: ISC */
/*
 * search: bound and plan of an instance, phase by phase.
 *
 * A phase depends on the seed, its number, its temperature and the plan before
 * it, not on time or threads; cost is recomputed from the choices after each.
 * There is a plan within all rules from the first moment: the empty one.
 */
#ifndef PLANNER_SEARCH_H
#define PLANNER_SEARCH_H

#include "daemon/planner/chain.h"
#include "daemon/planner/dual.h"

#include <signal.h>

struct limits {
	unsigned threads;
	uint64_t seed;
	double seconds;             /* 0: none */
	int32_t phases;             /* -1: none */
	double gap;                 /* per cent; below 0: none */
	int32_t rounds;             /* of the bound; -1: as many as pay */
	const int32_t *temperature; /* by phase, to repeat a run; or NULL */
	const volatile sig_atomic_t *stop; /* or NULL */
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
	struct desk *desk;
	int32_t desks;
	struct guide guide;
	int64_t cost;  /* of best */
	int64_t bound; /* whole points */
	int32_t phases;
	int32_t *temperature; /* by phase, 2^-16 point */
	size_t temperature_room;
	uint64_t start_us;
};

void search_make(struct search *search, const struct model *model,
    const struct limits *limits);
void search_run(struct search *search, const struct limits *limits);
void search_free(struct search *search);

/* 100 (cost - bound) / cost; 0 when nothing costs anything. */
double search_gap(int64_t cost, int64_t bound);
double search_seconds(const struct search *search);

#endif
