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

#include "daemon/planner/model/model.h"
#include "daemon/planner/model/rng.h"

/* Half-days of a physician. */
struct tally {
	int32_t all, unpopular;
};

/* Of a share: what its half-days weigh, and how many of them have unscheduled
 * care. */
struct mixture {
	int64_t weight;
	int32_t unscheduled;
};

struct board {
	const struct model *model;
	int32_t *choice; /* by seat: an option or OPTION_NONE */
	uint8_t *fill;   /* by slot */
	int32_t *holder; /* seats; slot.holder + 0 .. fill - 1 */
	uint8_t *used;   /* by room */
	uint8_t *seen;   /* by visit: half-days in person */
	uint8_t *worked; /* week * physicians + physician */
	struct tally *physician;
	struct mixture *share;
	int32_t *cap;      /* units counted */
	uint16_t *grouped; /* half-days and groups: see spread.h */
};

/* How far a desk may go: of a physician or of a cap. */
struct leave {
	int32_t most; /* half-days, units */
};

/* Of a share. */
struct freedom {
	int64_t most; /* its weight may not go above */
	bool owner;
	bool may_start; /* unscheduled ones when there are none */
};

/* A whole horizon of a physician emptied and filled again, and more. */
enum { LOG_MAX = 2 * WEEKS_MAX * HALVES_PER_WEEK + 600 };

struct change {
	int32_t seat, was;
};

struct desk {
	struct board *board;
	const struct model *model;
	struct tally *physician;
	struct mixture *share;
	int32_t *cap;
	struct leave *physician_leave, *cap_leave;
	struct freedom *share_leave;
	int32_t week[WEEKS_MAX];
	bool own[WEEKS_MAX]; /* the same, by week */
	int32_t weeks;
	struct change log[LOG_MAX];
	int32_t logged;
	struct rng rng;
};

/* With what is locked, and nothing else. */
void board_make(struct board *board, const struct model *model);
void board_free(struct board *board);
void board_copy(struct board *to, const struct board *from);
/* Brings the totals of the board up to date from its choices. */
void board_total(struct board *board);
/* All counts from the choices. */
void board_rebuild(struct board *board);
/* Aborts when a count is not what the choices say, or a rule is broken. */
void board_verify(const struct board *board);
/* That, in builds with the address sanitizer: after each phase. */
void board_debug(const struct board *board);
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

/* Whether the empty seat may take the option without any other change, shares
 * of unscheduled care aside; and what it would cost. */
bool desk_can(const struct desk *desk, int32_t seat, int32_t option);
int32_t desk_cost(const struct desk *desk, int32_t seat, int32_t option);
/* What it would cost to empty a taken seat. */
int32_t desk_loss(const struct desk *desk, int32_t seat);
/* Whether shares of unscheduled care are kept wherever the log went. */
bool desk_minority(const struct desk *desk);
/* Points saved with the neighbours of the day that see the seat; false when one
 * of them is too far from the place. */
bool desk_neighbours(
    const struct desk *desk, int32_t seat, unsigned place, int32_t *saved);
/* A seat of the next day, or of the one before, where the physician works and
 * that rest keeps from going with this seat; or OPTION_NONE. */
int32_t desk_unrested(const struct desk *desk, int32_t seat);
/* Whether the seat is locked, or another desk relies on it as it is. */
bool desk_frozen(const struct desk *desk, int32_t seat);
/* Parts of the day of the seat at which its physician works. */
unsigned desk_day(const struct desk *desk, int32_t seat);

#endif
