/* SPDX-License-Identifier: ISC */
/*
 * repair_private: one question in the making; for repair*.c.
 */
#ifndef PLANNER_REPAIR_PRIVATE_H
#define PLANNER_REPAIR_PRIVATE_H

#include "daemon/planner/repair.h"

/* An option that is closed costs this; whoever compares may take no other. */
enum { CLOSED = OPTION_COST_MAX };

/* A half-day that was published and is not held any more. */
struct vacancy {
	int32_t need, seat, option;
};

struct repriced {
	int32_t option, cost;
};

struct revalued {
	int32_t physician;
	int64_t value;
};

struct repairer {
	struct model *model; /* lent */
	struct pool *pool;
	struct dual dual;
	struct relax relax; /* at the best prices */
	struct tariff tariff;
	struct board board;
	struct desk desk;
	struct reply reply;
	int64_t cost, bound; /* of what is published; bound: 2^-16 point */
	bool stale;          /* better prices are there than those used */
	size_t misfits;
	int32_t *published; /* choice by seat */
	/* Options of each need. */
	int32_t *taker, *taker_first;
	/* ----- of the question ----- */
	const struct repair_ask *ask;
	uint64_t begun_us;
	int64_t now_cost, now_bound;
	struct vacancy *vacancy;
	struct repriced *repriced;
	struct revalued *revalued;
	int32_t *pinned; /* seats */
	struct repair_line *line;
	size_t vacancies, reprices, revalues, pins, lines;
	size_t vacancy_room, reprice_room, revalue_room, pin_room, line_room;
	bool *hit; /* by physician: his options were closed */
	bool *moved;
	bool *shut;           /* by seat: closed once it is not held any more */
	uint8_t *open;        /* by need: vacancies */
	int64_t *share_limit; /* as before the question */
};

static inline bool
repair_is_closed(const struct repairer *repairer, int32_t option)
{
	return repairer->model->option[option].cost == CLOSED;
}

/* ----- repair_patch.c ----- */

/* Empties what the question hits and closes it; false when it hits nothing. */
bool repair_open(struct repairer *repairer);
/* Everything as it was. */
void repair_restore(struct repairer *repairer);
/* Weeks in which something fell vacant are the desk's; nothing else moves. */
void repair_open_desk(struct repairer *repairer);
/* Shares that what is there breaks may not get worse; *bound, in 2^-16 point,
 * is lower by what that is worth. */
void repair_widen(struct repairer *repairer, int64_t *bound);
void repair_set_cost(struct repairer *repairer, int32_t option, int32_t cost);

/* ----- repair_fill.c ----- */

/* The first pass; minimal: only free half-days of others are used. */
void repair_fill(struct repairer *repairer, bool minimal);

/* ----- repair_chain.c ----- */

/* Chains until nothing is gained any more, or the time is over. */
void repair_chains(struct repairer *repairer);
/* All weeks anew without the cost of change. */
void repair_anew(struct repairer *repairer);

/* ----- repair_rank.c ----- */

void repair_rank(struct repairer *repairer, const struct repair_hooks *hooks);

#endif
