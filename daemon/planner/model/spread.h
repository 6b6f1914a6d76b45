/* SPDX-License-Identifier: ISC */
/*
 * spread: at how many of the groups of sites that he shall work at a physician
 * does.
 *
 * The counts are the board's own and exact after every change.  Where an
 * instance has no spreads there is nothing, and nothing is done.
 */
#ifndef PLANNER_SPREAD_H
#define PLANNER_SPREAD_H

#include "daemon/planner/model/board.h"

/* For model_make, once places are known; and for model_free. */
void spread_make(struct model *model);
void spread_free(struct model *model);

/* Room for the counts of one board: how many. */
size_t spread_counts(const struct model *model);
/* All counts from the choices. */
void spread_count(struct board *board);
/* Recomputed from the choices alone, of all physicians. */
int64_t spread_cost(const struct board *board);
/* Of the ith spread of the instance: groups that are missing. */
int32_t spread_missing(const struct board *board, size_t i);

/* Notes a half-day more, or less, at the place. */
void spread_note(
    struct board *board, int32_t physician, unsigned place, int sign);
/* What one half-day more at the place would save; and what the loss of one that
 * is there would cost. */
int32_t spread_gain(
    const struct board *board, int32_t physician, unsigned place);
int32_t spread_loss(
    const struct board *board, int32_t physician, unsigned place);

/* One group, of all those of the physician's spreads. */
struct spread_group {
	int32_t spread; /* -1: none */
	int16_t group;
};

struct spread_group spread_draw(
    const struct model *model, int32_t physician, struct rng *rng);
/* What one half-day more at the place would save, if it is of the group. */
int32_t spread_group_gain(const struct board *board,
    const struct spread_group *group, unsigned place);

static inline bool
spread_any(const struct model *model, int32_t physician)
{
	return model->spread.first != NULL &&
	    model->spread.first[physician] !=
	    model->spread.first[physician + 1];
}

#endif
