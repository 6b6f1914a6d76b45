/* SPDX-License-Identifier: ISC */
/*
 * eject: chains of best replies.  A physician answers for some weeks anew and
 * may take what others hold; who loses a half-day answers for that week in
 * turn, until nobody is left; the whole is kept when it is cheap enough.
 */
#ifndef PLANNER_EJECT_H
#define PLANNER_EJECT_H

#include "daemon/planner/search/reply.h"

/* One chain on any weeks of the desk, as in annealing: *limit, drawn at the
 * temperature, is what it may cost.  True when it is kept, then the log of the
 * desk says what changed; otherwise all is as before. */
bool eject_move(
    struct desk *desk, struct reply *reply, double temperature, double *limit);

/* Likewise, beginning with a physician and one or two weeks of the desk; *cost:
 * of what is kept, at most the limit. */
bool eject_from(struct desk *desk, struct reply *reply,
    const struct question *start, double limit, int64_t *cost);

/*
 * Every physician, in random order, answers for all weeks, others staying as
 * they are.  Answers that cost more are undone, unless theta is THETA_ONE.
 */
struct sweep {
	int32_t *order; /* owned */
	int32_t next, count;
	int32_t theta;
};

/* Draws the order; sweep_free in any case. */
void sweep_make(struct sweep *sweep, struct desk *desk, int32_t theta);
void sweep_free(struct sweep *sweep);
/* So many answers more; false when all have answered. */
bool sweep_on(struct sweep *sweep, struct desk *desk, struct reply *reply,
    int32_t answers);

#endif
