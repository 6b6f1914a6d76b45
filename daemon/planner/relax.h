/* SPDX-License-Identifier: ISC */
/*
 * relax: the bound that prices prove, and where they are wrong: what would be
 * worked and what would be filled at them.
 */
#ifndef PLANNER_RELAX_H
#define PLANNER_RELAX_H

#include "daemon/planner/horizon.h"
#include "daemon/planner/pool.h"

#include <stdatomic.h>

struct relax {
	const struct model *model;
	struct pool *pool;       /* lent */
	struct horizon *horizon; /* by thread */
	const struct prices *prices;
	/* By slot: half-days that physicians take, that sites fill. */
	_Atomic int32_t *worked;
	int32_t *filled;
	/* By physician and site: what the prices of the minority and of
	 * unpopular half-days would rise by; and the values. */
	int32_t *physician_minority, *site_minority, *unpopular;
	int64_t *physician_value, *site_value;
};

void relax_make(
    struct relax *relax, const struct model *model, struct pool *pool);
void relax_free(struct relax *relax);
/* The bound in 2^-16 point, and the rest of the struct. */
int64_t relax_solve(struct relax *relax, const struct prices *prices);
/* Whole points: no plan of whole points costs less. */
int64_t relax_points(int64_t bound);

/* Of one site: *minority as above, filled of its slots. */
int64_t site_solve(const struct model *model, const struct prices *prices,
    int32_t site, int32_t *filled, int32_t *minority);

#endif
