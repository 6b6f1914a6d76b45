/* SPDX-License-Identifier: ISC */
/*
 * relax: the bound that prices prove, and where they are wrong: what would be
 * worked and what would be filled at them.
 */
#ifndef PLANNER_RELAX_H
#define PLANNER_RELAX_H

#include "daemon/planner/bound/horizon.h"
#include "daemon/planner/bound/pool.h"

#include <stdatomic.h>

struct relax {
	const struct model *model;
	struct pool *pool;       /* lent */
	struct horizon *horizon; /* by thread */
	const struct prices *prices;
	/* What each physician chose: options from chosen_first on. */
	int32_t *chosen, *choices;
	size_t *chosen_first;
	/* By slot: half-days that physicians take, that sites fill. */
	int32_t *worked, *filled;
	/* What the prices would rise by: of shares, of unpopular half-days by
	 * physician, of caps; and the values. */
	_Atomic int64_t *share_excess; /* several physicians have one share */
	int32_t *unpopular, *cap_excess;
	int64_t *physician_value, *site_value;
};

void relax_make(
    struct relax *relax, const struct model *model, struct pool *pool);
void relax_free(struct relax *relax);
/* The bound in 2^-16 point, and the rest of the struct. */
int64_t relax_solve(struct relax *relax, const struct prices *prices);
/* By how much the bound changes at the same prices when what one physician's
 * options cost has changed; the excesses are void then. */
int64_t relax_again(struct relax *relax, int32_t physician);
/* Whole points: no plan of whole points costs less. */
int64_t relax_points(int64_t bound);

/* Of one site: filled of its slots, and the excess of its shares. */
int64_t site_solve(const struct model *model, const struct prices *prices,
    int32_t site, int32_t *filled, _Atomic int64_t *excess);

#endif
