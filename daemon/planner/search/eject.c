/* SPDX-License-Identifier: ISC */
/* eject: who gives way answers in turn. */
#include "daemon/planner/search/eject.h"

#include "daemon/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* WORK_MAX: changes by one answer, the weeks before it included. */
enum { QUEUE_MAX = 48, WORK_MAX = 2 * HALVES_PER_WEEK * 3 };

/* Found by trial on the instances of tests/bench/planner. */
enum {
	EJECT = 20, /* points, at most, that ejecting somebody is made dearer */
	DEPTH = 12, /* answers that may eject, at most */
	THETA_LOW = 60, /* of THETA_ONE */
	NOISE = 60,     /* points, at most, in NOISY of 100 answers */
	NOISY = 25,
	SPREAD = 95, /* of 100 chains begin with two weeks */
	RUIN = 15,   /* of 100 chains begin with several physicians, */
	RUINED = 4,  /* at most */
	SHY = 50,    /* of 100 of these eject nobody */
	LOOKS = 6
};

struct task {
	int32_t physician, week[2], weeks;
};

struct ejection {
	struct desk *desk;
	struct reply *reply;
	struct task queue[QUEUE_MAX];
	int32_t head, tail;
	int32_t left; /* answers that may eject */
	int64_t cost;
	/* After the answer that left it at its lowest. */
	int64_t least;
	int32_t least_logged;
};

static uint32_t
draw(struct desk *desk, int32_t below)
{
	return rng_below(&desk->rng, (uint32_t)below);
}

static bool
chance(struct desk *desk, int32_t percent)
{
	return (int32_t)draw(desk, 100) < percent;
}

/* Whether another answer fits in the log. */
static bool
has_room(const struct ejection *ejection)
{
	return ejection->desk->logged <= LOG_MAX - WORK_MAX;
}

static void
clear_week(struct ejection *ejection, int32_t physician, int32_t week)
{
	struct desk *desk = ejection->desk;
	const struct model *model = desk->model;
	const int32_t *at =
	    &model->week_seat[week * model->in->physicians + physician];

	for (int32_t s = at[0]; s < at[1]; s++) {
		if (desk->board->choice[s] != OPTION_NONE &&
		    !desk_frozen(desk, s))
			ejection->cost += desk_put(desk, s, OPTION_NONE);
	}
}

/* The physician shall answer for the week, unless he is to anyway. */
static bool
push(struct ejection *ejection, int32_t physician, int32_t week)
{
	for (int32_t i = ejection->head; i < ejection->tail; i++) {
		const struct task *task = &ejection->queue[i];

		if (task->physician == physician &&
		    (task->week[0] == week ||
			(task->weeks > 1 && task->week[1] == week)))
			return true;
	}
	if (ejection->tail == QUEUE_MAX)
		return false;
	ejection->queue[ejection->tail++] =
	    (struct task){physician, {week, 0}, 1};
	return true;
}

/* Empties the seat; who held it answers later. */
static bool
evict(struct ejection *ejection, int32_t seat)
{
	struct desk *desk = ejection->desk;
	const struct seat *at = &desk->model->seat[seat];

	if (desk_frozen(desk, seat))
		return false;
	ejection->cost += desk_put(desk, seat, OPTION_NONE);
	return push(ejection, at->physician, half_week(at->half));
}

/* A holder of the slot, or of its room, any: who has to go for the option; or
 * OPTION_NONE. */
static int32_t
in_the_way(struct desk *desk, int32_t need)
{
	const struct model *model = desk->model;
	const struct board *board = desk->board;
	const struct slot *slot = &model->slot[need];
	const struct room *room = &model->room[slot->room];
	int32_t n = need;
	uint32_t pick;

	if (board->fill[need] >= slot->count) {
		pick = draw(desk, board->fill[need]);
	} else if (board->used[slot->room] >= room->rooms) {
		if (board->used[slot->room] == 0)
			return OPTION_NONE;
		pick = draw(desk, board->used[slot->room]);
		for (n = room->slot; pick >= board->fill[n]; n++)
			pick -= board->fill[n];
	} else {
		return OPTION_NONE;
	}
	return board->holder[model->slot[n].holder + (int32_t)pick];
}

/* Whether the share is kept with an unscheduled half-day more. */
static bool
bears(const struct desk *desk, int32_t share, unsigned care)
{
	const struct instance *in = desk->model->in;

	return share == NAMES_NONE ||
	    desk->share[share].weight +
		instance_weight(in, &in->share[share], care) <=
	    desk->share_leave[share].most;
}

static bool
may_take(const struct desk *desk, int32_t seat, int32_t option)
{
	const struct model *model = desk->model;
	const struct offer *offer = &model->option[option];
	const struct need *need = &model->in->need[offer->need];

	return (offer->flags & FLAG_UNSCHEDULED) == 0 ||
	    (bears(desk, need->share, need->care) &&
		bears(desk,
		    instance_own_share(
			model->in, model->seat[seat].physician, need),
		    need->care));
}

/* Takes an option of an answer; one that may not be after all is left. */
static bool
take(struct ejection *ejection, int32_t option)
{
	struct desk *desk = ejection->desk;
	const struct model *model = desk->model;
	int32_t seat = model_seat(model, option), holder;

	if (desk->board->choice[seat] != OPTION_NONE)
		return true; /* frozen, or taken by the same answer */
	if (!may_take(desk, seat, option))
		return true;
	holder = in_the_way(desk, model->option[option].need);
	if (holder != OPTION_NONE && !evict(ejection, holder))
		return false;
	if (desk_can(desk, seat, option))
		ejection->cost += desk_put(desk, seat, option);
	return true;
}

/* The options of the answer that are, or are not, unscheduled. */
static bool
take_all(struct ejection *ejection, unsigned unscheduled)
{
	const struct reply *reply = ejection->reply;

	for (int32_t i = 0; i < reply->options; i++) {
		unsigned flags = reply->model->option[reply->option[i]].flags;

		if ((flags & FLAG_UNSCHEDULED) == unscheduled &&
		    !take(ejection, reply->option[i]))
			return false;
	}
	return true;
}

/* The cheapest option of an empty seat that may be and saves anything, or
 * OPTION_NONE. */
static int32_t
worth_taking(const struct desk *desk, int32_t seat)
{
	const struct seat *at = &desk->model->seat[seat];
	int32_t best = OPTION_NONE, least = 0;

	for (int32_t o = at[0].first; o < at[1].first; o++) {
		int32_t cost;

		if (!may_take(desk, seat, o) || !desk_can(desk, seat, o))
			continue;
		cost = desk_cost(desk, seat, o);
		if (cost < least) {
			least = cost;
			best = o;
		}
	}
	return best;
}

/* Of an answer of which things were taken out again, for they were too much
 * together, some may have been so in vain. */
static void
refill(struct ejection *ejection, const struct task *task)
{
	struct desk *desk = ejection->desk;
	const struct model *model = desk->model;

	for (int32_t i = 0; i < task->weeks; i++) {
		const int32_t *at =
		    &model->week_seat[task->week[i] * model->in->physicians +
			task->physician];

		for (int32_t s = at[0]; s < at[1]; s++) {
			int32_t option = OPTION_NONE;

			if (desk->board->choice[s] == OPTION_NONE)
				option = worth_taking(desk, s);
			if (option != OPTION_NONE)
				ejection->cost += desk_put(desk, s, option);
		}
	}
}

static bool
answer(struct ejection *ejection, const struct task *task)
{
	struct desk *desk = ejection->desk;
	struct reply *reply = ejection->reply;
	const struct question question = {
	    task->physician, task->week, task->weeks};
	struct taste taste = {
	    THETA_LOW + (int32_t)draw(desk, THETA_ONE + 1 - THETA_LOW), -1, 0,
	    (int32_t)draw(desk, THETA_ONE + 1)};

	if (!has_room(ejection))
		return false;
	if (ejection->left-- > 0)
		taste.eject = (int32_t)draw(desk, EJECT + 1);
	if (chance(desk, NOISY))
		taste.noise = NOISE;
	for (int32_t i = 0; i < task->weeks; i++)
		clear_week(ejection, task->physician, task->week[i]);
	reply_find(reply, desk, &question, &taste);
	if (!take_all(ejection, 0) || !take_all(ejection, FLAG_UNSCHEDULED))
		return false;
	if (reply->trimmed)
		refill(ejection, task);
	return true;
}

/* ----- beginnings ----- */

/* Somebody who has what one of the seats could have. */
static int32_t
rival(struct desk *desk, int32_t physician, int32_t week)
{
	const struct model *model = desk->model;
	const struct board *board = desk->board;
	const int32_t *at =
	    &model->week_seat[week * model->in->physicians + physician];

	for (int look = 0; look < LOOKS && at[0] < at[1]; look++) {
		const struct seat *seat =
		    &model->seat[at[0] + (int32_t)draw(desk, at[1] - at[0])];
		int32_t option = seat->first +
		    (int32_t)draw(desk, seat[1].first - seat->first);
		int32_t need = model->option[option].need, holder;

		if (board->fill[need] == 0)
			continue;
		holder = board->holder[model->slot[need].holder +
		    (int32_t)draw(desk, board->fill[need])];
		if (model->seat[holder].physician != physician)
			return model->seat[holder].physician;
	}
	return physician;
}

/* Several physicians lose the week, and answer in any order. */
static void
ruin(struct ejection *ejection, int32_t physician, int32_t week)
{
	struct desk *desk = ejection->desk;
	struct task *queue = ejection->queue;
	int32_t others = 1 + (int32_t)draw(desk, RUINED - 1);

	push(ejection, physician, week);
	for (int32_t i = 0; i < others; i++)
		push(ejection, rival(desk, physician, week), week);
	for (int32_t i = 0; i < ejection->tail; i++)
		clear_week(ejection, queue[i].physician, week);
	for (int32_t i = ejection->tail - 1; i > 0; i--) {
		int32_t j = (int32_t)draw(desk, i + 1);
		struct task swap = queue[i];

		queue[i] = queue[j];
		queue[j] = swap;
	}
	if (chance(desk, SHY))
		ejection->left = 0;
}

static void
begin(struct ejection *ejection)
{
	struct desk *desk = ejection->desk;
	int32_t weeks = desk->weeks;
	int32_t physician = (int32_t)draw(desk, desk->model->in->physicians);
	uint32_t at = draw(desk, weeks);
	int32_t week = desk->week[at];

	ejection->left = 1 + (int32_t)draw(desk, DEPTH);
	if (chance(desk, RUIN)) {
		ruin(ejection, physician, week);
		return;
	}
	push(ejection, physician, week);
	if (weeks > 1 && chance(desk, SPREAD)) {
		at += 1 + draw(desk, weeks - 1);
		ejection->queue[0].week[1] = desk->week[at % (uint32_t)weeks];
		ejection->queue[0].weeks = 2;
	}
}

/* All answers, as far as they pay: whoever has not answered then may as well go
 * without.  True when the whole is kept. */
static bool
run(struct ejection *ejection, double limit)
{
	struct desk *desk = ejection->desk;
	bool good = true;

	ejection->least = INT64_MAX;
	while (good && ejection->head < ejection->tail) {
		struct task task = ejection->queue[ejection->head++];

		good = answer(ejection, &task);
		if (good && ejection->cost < ejection->least &&
		    (double)ejection->cost <= limit && desk_minority(desk)) {
			ejection->least = ejection->cost;
			ejection->least_logged = desk->logged;
		}
	}
	desk_undo(desk, ejection->least_logged);
	return ejection->least < INT64_MAX;
}

bool
eject_move(
    struct desk *desk, struct reply *reply, double temperature, double *limit)
{
	struct ejection ejection = {.desk = desk, .reply = reply};

	desk->logged = 0;
	*limit = -temperature * log(rng_unit(&desk->rng) + 1e-12);
	if (desk->model->seats == 0)
		return false;
	begin(&ejection);
	return run(&ejection, *limit);
}

bool
eject_from(struct desk *desk, struct reply *reply, const struct question *start,
    double limit, int64_t *cost)
{
	struct ejection ejection = {.desk = desk,
	    .reply = reply,
	    .left = 1 + (int32_t)draw(desk, DEPTH)};
	struct task *task = &ejection.queue[0];

	desk->logged = 0;
	task->physician = start->physician;
	task->weeks = start->weeks < 2 ? start->weeks : 2;
	for (int32_t i = 0; i < task->weeks; i++)
		task->week[i] = start->week[i];
	ejection.tail = 1;
	if (!run(&ejection, limit))
		return false;
	*cost = ejection.least;
	return true;
}

/* ----- sweeps ----- */

static void
shuffle(struct desk *desk, int32_t *order, int32_t count)
{
	for (int32_t i = 0; i < count; i++)
		order[i] = i;
	for (int32_t i = count - 1; i > 0; i--) {
		int32_t j = (int32_t)draw(desk, i + 1);
		int32_t swap = order[i];

		order[i] = order[j];
		order[j] = swap;
	}
}

/* The log holds a whole horizon cleared and taken again. */
static void
sweep_one(struct desk *desk, struct reply *reply, int32_t physician,
    int32_t weeks, const struct taste *taste)
{
	struct ejection ejection = {.desk = desk, .reply = reply};
	const struct question question = {physician, desk->week, weeks};

	desk->logged = 0;
	for (int32_t w = 0; w < weeks; w++)
		clear_week(&ejection, physician, desk->week[w]);
	reply_find(reply, desk, &question, taste);
	take_all(&ejection, 0);
	take_all(&ejection, FLAG_UNSCHEDULED);
	if ((ejection.cost > 0 && taste->theta < THETA_ONE) ||
	    !desk_minority(desk))
		desk_undo(desk, 0);
}

void
sweep_make(struct sweep *sweep, struct desk *desk, int32_t theta)
{
	int32_t physicians = desk->model->in->physicians;

	*sweep = (struct sweep){.count = physicians, .theta = theta};
	sweep->order = xcalloc((size_t)physicians + 1, sizeof(int32_t));
	shuffle(desk, sweep->order, physicians);
}

void
sweep_free(struct sweep *sweep)
{
	free(sweep->order);
	memset(sweep, 0, sizeof(*sweep));
}

bool
sweep_on(struct sweep *sweep, struct desk *desk, struct reply *reply,
    int32_t answers)
{
	const struct taste taste = {sweep->theta, -1, 0, THETA_ONE};

	for (; answers > 0 && sweep->next < sweep->count; answers--)
		sweep_one(desk, reply, sweep->order[sweep->next++], desk->weeks,
		    &taste);
	return sweep->next < sweep->count;
}
