/* SPDX-License-Identifier: ISC */
/* lane: copies of the plan, the moves noted on them, and those made. */
#include "daemon/planner/search/lane.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Enough for the threads of most machines, and a divisor of what remains. */
enum { LANES = 6 };

/* Moves between two looks at whether it is over. */
enum { LOOK = 16 };

static void
open_desk(struct desk *desk)
{
	desk->weeks = desk->model->in->weeks;
	for (int32_t w = 0; w < desk->weeks; w++)
		desk->week[w] = w;
	desk_open(desk, 0, 0, 1);
}

void
lanes_make(struct lanes *lanes, struct board *board, struct pool *pool,
    const struct tariff *tariff)
{
	memset(lanes, 0, sizeof(*lanes));
	lanes->board = board;
	lanes->pool = pool;
	lanes->count = LANES;
	lanes->lane = xcalloc((size_t)LANES, sizeof(lanes->lane[0]));
	desk_make(&lanes->desk, board);
	for (int32_t i = 0; i < LANES; i++) {
		struct lane *lane = &lanes->lane[i];

		board_make(&lane->board, board->model);
		desk_make(&lane->desk, &lane->board);
		reply_make(&lane->reply, board->model, tariff);
	}
}

void
lanes_free(struct lanes *lanes)
{
	for (int32_t i = 0; i < lanes->count; i++) {
		struct lane *lane = &lanes->lane[i];

		board_free(&lane->board);
		desk_free(&lane->desk);
		reply_free(&lane->reply);
		free(lane->note);
		free(lane->change);
	}
	free(lanes->lane);
	if (lanes->board != NULL)
		desk_free(&lanes->desk);
	memset(lanes, 0, sizeof(*lanes));
}

void
lanes_open(struct lanes *lanes)
{
	open_desk(&lanes->desk);
	for (int32_t i = 0; i < lanes->count; i++)
		open_desk(&lanes->lane[i].desk);
}

/* Brings the copy up to date. */
static void
follow(struct lane *lane, const struct desk *desk)
{
	const struct instance *in = desk->model->in;

	board_copy(&lane->board, desk->board);
	memcpy(lane->desk.physician, desk->physician,
	    (size_t)in->physicians * sizeof(struct tally));
	memcpy(
	    lane->desk.share, desk->share, in->shares * sizeof(struct mixture));
	memcpy(lane->desk.cap, desk->cap, in->caps * sizeof(int32_t));
	lane->notes = lane->changes = 0;
}

static bool
is_noted(const struct lane *lane, int32_t from, int32_t seat)
{
	for (int32_t i = from; i < lane->changes; i++) {
		if (lane->change[i].seat == seat)
			return true;
	}
	return false;
}

/* Notes what the last move changed in the end. */
static void
take_note(struct lane *lane, double limit)
{
	const struct desk *desk = &lane->desk;
	int32_t from = lane->changes, to = from;

	for (int32_t i = 0; i < desk->logged; i++) {
		const struct change *change = &desk->log[i];

		if (is_noted(lane, from, change->seat))
			continue;
		lane->change = xgrow(lane->change, &lane->change_room,
		    (size_t)lane->changes + 1, sizeof(lane->change[0]));
		lane->change[lane->changes++] =
		    (struct lane_change){change->seat, change->was,
			desk->board->choice[change->seat]};
	}
	for (int32_t i = from; i < lane->changes; i++) {
		if (lane->change[i].was != lane->change[i].now)
			lane->change[to++] = lane->change[i];
	}
	lane->changes = to;
	if (to == from)
		return;
	lane->note = xgrow(lane->note, &lane->note_room,
	    (size_t)lane->notes + 1, sizeof(lane->note[0]));
	lane->note[lane->notes++] = (struct lane_note){limit, from, to};
}

static bool
is_over(const struct lanes *lanes)
{
	return lanes->ends != NULL && lanes->ends(lanes->context);
}

static void
on_lane(void *context, size_t item, unsigned thread)
{
	struct lanes *lanes = context;
	struct lane *lane = &lanes->lane[item];
	double limit;

	(void)thread;
	lane->left = is_over(lanes);
	if (lane->left)
		return;
	follow(lane, &lanes->desk);
	lane->desk.rng = rng_of(lanes->seed, lanes->round, item);
	for (uint64_t m = 0; m < lanes->moves && !lane->left; m++) {
		if (eject_move(
			&lane->desk, &lane->reply, lanes->temperature, &limit))
			take_note(lane, limit);
		if (m % LOOK == LOOK - 1)
			lane->left = is_over(lanes);
	}
}

/* Makes a noted move on the plan; false, and nothing done, when it is not the
 * plan it was meant for or not worth it any more. */
static bool
redo(struct desk *desk, const struct lane *lane, const struct lane_note *note)
{
	const struct lane_change *change = lane->change;
	const int32_t *choice = desk->board->choice;
	int64_t cost = 0;

	for (int32_t i = note->from; i < note->to; i++) {
		if (choice[change[i].seat] != change[i].was)
			return false;
	}
	desk->logged = 0;
	for (int32_t i = note->from; i < note->to; i++) {
		if (change[i].was != OPTION_NONE)
			cost += desk_put(desk, change[i].seat, OPTION_NONE);
	}
	for (int32_t i = note->from; i < note->to; i++) {
		if (change[i].now == OPTION_NONE)
			continue;
		if (!desk_can(desk, change[i].seat, change[i].now)) {
			desk_undo(desk, 0);
			return false;
		}
		cost += desk_put(desk, change[i].seat, change[i].now);
	}
	if ((double)cost <= note->limit && desk_minority(desk))
		return true;
	desk_undo(desk, 0);
	return false;
}

bool
lanes_run(struct lanes *lanes, uint64_t seed, uint64_t round, uint64_t moves,
    double temperature)
{
	uint64_t count = (uint64_t)lanes->count;

	lanes->seed = seed;
	lanes->round = round;
	lanes->moves = (moves + count - 1) / count;
	lanes->temperature = temperature;
	pool_run(lanes->pool, (size_t)count, on_lane, lanes);
	for (uint64_t i = 0; i < count; i++) {
		if (lanes->lane[i].left)
			return false;
	}
	for (uint64_t i = 0; i < count; i++) {
		/* Whoever comes first has it easier. */
		const struct lane *lane = &lanes->lane[(i + round) % count];

		lanes->kept += (uint64_t)lane->notes;
		for (int32_t n = 0; n < lane->notes; n++)
			redo(&lanes->desk, lane, &lane->note[n]);
	}
	return true;
}
