/* SPDX-License-Identifier: ISC */
/*
 * board: a plan, and the counts that its cost is made of.
 *
 * A desk is a view of the board for one thread: some weeks, all physicians and
 * sites.  Of the totals over the horizon it sees those of the other weeks as
 * they stood when it was opened, with its own changes; how far it may go is
 * divided beforehand among the desks, so that whatever each does, the plan
 * stays within every limit.  Desks of different weeks touch no memory in
 * common.
 */
#ifndef PLANNER_BOARD_H
#define PLANNER_BOARD_H

#include "daemon/planner/model.h"
#include "daemon/planner/rng.h"

struct tally {
	int32_t all, unscheduled, unpopular;
};

struct board {
	const struct model *model;
	int32_t *choice; /* by seat: an option or OPTION_NONE */
	uint8_t *fill;   /* by slot */
	int32_t *holder; /* seats; slot.holder + 0 .. fill - 1 */
	uint8_t *used;   /* by room */
	uint8_t *seen;   /* by visit: half-days in person */
	uint8_t *worked; /* week * physicians + physician */
	struct tally *physician, *site;
};

/* What a desk may do to a physician or site. */
struct leave {
	int32_t most;  /* half-days, of a physician */
	int32_t spare; /* all - 1 - 2 * unscheduled may not go below */
	bool owner;
	bool may_start; /* unscheduled ones when there are none */
};

enum { LOG_MAX = 64 };

struct change {
	int32_t seat, was;
};

struct guide;

struct desk {
	struct board *board;
	const struct model *model;
	struct tally *physician, *site;
	struct leave *physician_leave, *site_leave;
	int32_t week[WEEKS_MAX];
	bool own[WEEKS_MAX]; /* the same, by week */
	int32_t weeks;
	struct change log[LOG_MAX];
	int32_t logged;
	struct rng rng;
	const struct guide *guide; /* lent by chain_run */
};

void board_make(struct board *board, const struct model *model);
void board_free(struct board *board);
void board_copy(struct board *to, const struct board *from);
/* Brings the totals of the board up to date from its choices. */
void board_total(struct board *board);
/* Recomputed from the choices alone. */
int64_t board_cost(const struct board *board);

void desk_make(struct desk *desk, struct board *board);
void desk_free(struct desk *desk);
/* Before work: number of count desks, whose weeks are set. */
void desk_open(
    struct desk *desk, uint64_t salt, uint32_t number, uint32_t count);

/* Change of cost; the log keeps what was.  The choice must be possible. */
int32_t desk_put(struct desk *desk, int32_t seat, int32_t option);
/* Takes back what was logged after the first `to` changes. */
void desk_undo(struct desk *desk, int32_t to);

/* Whether the empty seat may take the option without any other change, the
 * minority of unscheduled half-days aside; and what it would cost. */
bool desk_can(const struct desk *desk, int32_t seat, int32_t option);
int32_t desk_cost(const struct desk *desk, int32_t seat, int32_t option);
/* What it would cost to empty a taken seat. */
int32_t desk_loss(const struct desk *desk, int32_t seat);
/* Whether unscheduled half-days are a minority wherever the log went. */
bool desk_minority(const struct desk *desk);
/* Points saved with the neighbours of the day that see the seat; false when one
 * of them is too far from the place. */
bool desk_neighbours(
    const struct desk *desk, int32_t seat, unsigned place, int32_t *saved);
/* A seat of the next day, or of the one before, where the physician works and
 * that rest keeps from going with this seat; or OPTION_NONE. */
int32_t desk_unrested(const struct desk *desk, int32_t seat);
/* Whether another desk relies on the seat as it is. */
bool desk_frozen(const struct desk *desk, int32_t seat);
/* Parts of the day of the seat at which its physician works. */
unsigned desk_day(const struct desk *desk, int32_t seat);

#endif
