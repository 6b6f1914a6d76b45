/* SPDX-License-Identifier: ISC */
/*
 * repair_private: one question in the making; for repair*.c.
 */
#ifndef PLANNER_REPAIR_PRIVATE_H
#define PLANNER_REPAIR_PRIVATE_H

#include "daemon/planner/repair/repair.h"

/* An option that is closed costs this; whoever compares may take no other. */
enum { CLOSED = OPTION_COST_MAX };

/* A half-day that nobody holds any more. */
struct vacancy {
	int32_t need;
	int32_t seat; /* whose it was in the plan, or OPTION_NONE */
	bool wanted;
};

/* What is published and has no place in the plan. */
struct misfit {
	int32_t physician, need;
	bool counted, housed; /* taken off what is wanted, off the rooms */
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
	struct instance *in; /* lent; that of the model */
	struct pool *pool;
	struct dual dual;
	struct relax relax; /* at the best prices */
	struct tariff tariff;
	struct board board;
	struct desk desk;
	struct reply reply;
	int64_t cost, bound; /* of what is published; bound: 2^-16 point */
	bool stale;          /* better prices are there than those used */
	bool changed;        /* the plan, since prices were sought last */
	bool ready;          /* the desk has all weeks, as they are */
	bool untotalled;     /* the board's totals are older */
	int32_t *touched;    /* physicians whose part of the bound is older */
	size_t touches, touch_room;
	struct misfit *misfit;
	size_t misfits, misfit_room;
	int32_t *published; /* choice by seat */
	/* Options of each need. */
	int32_t *taker, *taker_first;
	bool *shut; /* by seat: closed once it is not held any more */
	/* ----- of the question ----- */
	const struct repair_ask *ask;
	const char *why;
	uint64_t begun_us;
	bool cut;
	int64_t now_cost, now_bound;
	struct vacancy *vacancy;
	struct repriced *repriced;
	struct revalued *revalued;
	int32_t *pinned; /* seats */
	int32_t *freed;  /* seats that may have something else */
	int32_t *let_go; /* misfits */
	struct repair_line *line;
	size_t vacancies, reprices, revalues, pins, freeds, let_gos, lines;
	size_t vacancy_room, reprice_room, revalue_room, pin_room, freed_room,
	    let_go_room, line_room;
	bool *hit;            /* by physician: his options were closed */
	bool *moved;          /* by physician */
	bool *emptied;        /* by seat: by the question itself */
	int32_t *net;         /* by need: what comes less what goes; 0 */
	uint8_t *open;        /* by need: wanted vacancies */
	uint8_t *bare;        /* by need of a vacancy: open before, too */
	int64_t *share_limit; /* as before the question */
};

static inline bool
repair_is_closed(const struct repairer *repairer, int32_t option)
{
	return repairer->model->option[option].cost == CLOSED;
}

static inline bool
repair_has_begun(const struct repairer *repairer, int32_t need)
{
	const struct repair_ask *ask = repairer->ask;

	return ask->has_begun != NULL &&
	    repairer->model->slot[need].half < ask->began &&
	    ask->has_begun(ask->arg, need);
}

/* ----- repair_plan.c ----- */

/* The desk on all weeks, as the board is. */
void repair_ready(struct repairer *repairer);
/* The seat of a physician's half-day, or OPTION_NONE. */
int32_t repair_seat(
    const struct repairer *repairer, int32_t physician, int32_t half);

/* Closed, for good; once it is not held any more. */
void repair_shut(struct repairer *repairer, int32_t seat, int32_t option);

/* ----- repair_misfit.c ----- */

bool repair_is_misfit(
    const struct repairer *repairer, int32_t physician, int32_t need);
/* What is there and has no place. */
void repair_leave_out(struct repairer *repairer, const struct mark *mark);
/* All of them, once the rest is in its place: against the limits. */
void repair_count_misfits(struct repairer *repairer);

/* ----- repair_price.c ----- */

/* Totals, values and bound of what is published, at the best prices. */
void repair_refresh(struct repairer *repairer);

/* ----- repair_patch.c ----- */

void repair_set_cost(struct repairer *repairer, int32_t option, int32_t cost);
/* Nobody may take it; quietly: the bound does without knowing. */
void repair_close_option(
    struct repairer *repairer, int32_t option, bool quietly);
int32_t repair_put(struct repairer *repairer, int32_t seat, int32_t option);
/* What a seat has falls vacant; wanted: others may take it. */
void repair_vacate(struct repairer *repairer, int32_t seat, bool wanted);
void repair_add_vacancy(
    struct repairer *repairer, int32_t need, int32_t seat, bool wanted);
void repair_free_seat(struct repairer *repairer, int32_t seat);
/* The misfit goes; wanted: others may take what it has. */
void repair_let_go(struct repairer *repairer, size_t misfit, bool wanted);
/* Nobody can leave it, and nobody has to take another for it. */
void repair_pin(struct repairer *repairer, int32_t seat);
void repair_unpin(struct repairer *repairer, int32_t seat);
/* Everything as it was. */
void repair_restore(struct repairer *repairer);
/* Shares that what is there breaks may not get worse; *bound, in 2^-16 point,
 * is lower by what that is worth. */
void repair_widen(struct repairer *repairer, int64_t *bound);

/* ----- repair_open.c ----- */

/* Empties what the question hits and closes it. */
enum repair_end repair_open(struct repairer *repairer);
/* Weeks in which something fell vacant are the desk's; nothing else moves. */
void repair_open_desk(struct repairer *repairer);

/* ----- repair_lock.c ----- */

/* Who shall be there is; what was in the way fell vacant.  False with why not:
 * then only some of that is done. */
bool repair_lock(struct repairer *repairer);

/* ----- repair_fill.c ----- */

/* The first pass; minimal: only free half-days of others are used. */
void repair_fill(struct repairer *repairer);
/* Until nobody who is free gains anything by what is vacant. */
void repair_close_up(struct repairer *repairer);

/* ----- repair_chain.c ----- */

/* Chains until nothing is gained any more, or the time is over. */
void repair_chains(struct repairer *repairer);
/* The weeks at the desk anew, without the cost of change. */
void repair_anew(struct repairer *repairer);

/* ----- repair_rank.c ----- */

/* Why an option cannot be taken as the plan stands; NULL: it can. */
const char *repair_in_the_way(
    struct repairer *repairer, int32_t seat, int32_t option);
void repair_rank(struct repairer *repairer, const struct repair_hooks *hooks);

#endif
