/* SPDX-License-Identifier: ISC */
/*
 * chain: one random change of a plan and what follows from it: whoever loses a
 * half-day looks for another, whoever is left looks for someone; kept when the
 * whole is cheap enough, undone otherwise.
 */
#ifndef PLANNER_CHAIN_H
#define PLANNER_CHAIN_H

#include "daemon/planner/board.h"

/* Options and takers in the order of what they are worth at prices. */
struct guide {
	int32_t *ranked;     /* by seat: its options, the best first */
	struct taker *taker; /* by slot, likewise */
};

void guide_make(
    struct guide *guide, const struct model *model, const int64_t *price);
void guide_free(struct guide *guide);

/* Runs `moves` chains at the temperature, in points; what they cost. */
int64_t chain_run(struct desk *desk, const struct guide *guide, uint64_t moves,
    double temperature);

#endif
