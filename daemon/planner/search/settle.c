/* SPDX-License-Identifier: ISC */
/*
 * settle: between the board of a search and the judge.
 *
 * What the judge takes out or holds changes what the rest stands on: who takes
 * the place of a half-day that does not go after all must go himself, say.  So
 * the plan is put together anew from what is left, within the limits of the
 * model, what is there before what is new, and judged again, until nothing of
 * it is refused.  Each time something new is out for good or something that is
 * there is held for good, so it ends; a plan that has not got there after many
 * rounds changes nothing at all, and that is refused by nobody.
 */
#include "daemon/planner/search/settle.h"

#include "daemon/base/mem.h"
#include "daemon/planner/search/force.h"
#include "proto/limits.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MAX = 40 };

/* The half-days of a board, and the seats that they are on. */
struct listing {
	struct chosen *chosen;
	size_t *seat;
	size_t count;
};

/* A plan being put together anew. */
struct settling {
	struct board *board;
	const struct model *model;
	struct reduction *reduction;
	struct listing listing;
	struct desk desk; /* of all weeks */
	int32_t *was;     /* choices of the plan as it was judged */
};

static void
list(const struct board *board, struct listing *listing)
{
	const struct model *model = board->model;

	listing->count = 0;
	for (size_t s = 0; s < model->seats; s++) {
		const struct need *need;

		if (board->choice[s] == OPTION_NONE)
			continue;
		need = &model->in->need[model->option[board->choice[s]].need];
		listing->chosen[listing->count] =
		    (struct chosen){.doctor = model->seat[s].physician,
			.spot = need->site,
			.half = need->half,
			.class = need->activity};
		listing->seat[listing->count++] = s;
	}
}

/* ----- the plan anew ----- */

/* The option that a half-day is which may move, or OPTION_NONE. */
static int32_t
option_of(const struct model *model, const struct remark *held)
{
	size_t count;
	const struct mark *mark =
	    instance_marks(model->in, held->doctor, held->half, &count);

	for (size_t i = 0; i < count; i++)
		if (mark[i].kind == MARK_EXISTING &&
		    mark[i].site == held->spot &&
		    mark[i].activity == held->class)
			return force_option(model, held->doctor, mark[i].need);
	return OPTION_NONE;
}

/* Within all limits, or not at all. */
static void
put(struct settling *settling, int32_t seat, int32_t option)
{
	struct desk *desk = &settling->desk;

	if (desk->board->choice[seat] != OPTION_NONE ||
	    !desk_can(desk, seat, option))
		return;
	desk->logged = 0;
	desk_put(desk, seat, option);
	if (!desk_minority(desk))
		desk_undo(desk, 0);
	desk->logged = 0;
}

static bool
is_unscheduled(const struct settling *settling, int32_t option)
{
	return (settling->model->option[option].flags & FLAG_UNSCHEDULED) != 0;
}

static void
put_held(struct settling *settling, bool unscheduled)
{
	const struct model *model = settling->model;
	struct remark held;
	size_t at = 0;

	while (reduction_held(settling->reduction, &at, &held)) {
		int32_t option = option_of(model, &held);

		if (option != OPTION_NONE &&
		    is_unscheduled(settling, option) == unscheduled)
			put(settling, model_seat(model, option), option);
	}
}

static void
put_chosen(struct settling *settling, bool kept, bool unscheduled)
{
	const struct listing *listing = &settling->listing;

	for (size_t i = 0; i < listing->count; i++) {
		const struct chosen *chosen = &listing->chosen[i];
		int32_t option = settling->was[listing->seat[i]];

		if (!chosen->refused && chosen->kept == kept &&
		    is_unscheduled(settling, option) == unscheduled)
			put(settling, (int32_t)listing->seat[i], option);
	}
}

/* Locks first, as far as the judge has nothing against them. */
static void
put_locked(struct settling *settling)
{
	const struct listing *listing = &settling->listing;

	for (size_t i = 0; i < listing->count; i++) {
		size_t seat = listing->seat[i];

		if (settling->model->seat[seat].forced &&
		    !listing->chosen[i].refused)
			settling->board->choice[seat] = settling->was[seat];
	}
}

/* Other care before unscheduled care, which it carries. */
static void
put_together(struct settling *settling)
{
	const struct model *model = settling->model;
	struct board *board = settling->board;
	struct desk *desk = &settling->desk;

	memcpy(settling->was, board->choice, model->seats * sizeof(int32_t));
	for (size_t s = 0; s < model->seats; s++)
		board->choice[s] = OPTION_NONE;
	put_locked(settling);
	board_rebuild(board);
	desk_make(desk, board);
	for (int32_t w = 0; w < model->in->weeks; w++)
		desk->week[desk->weeks++] = w;
	desk_open(desk, 0, 0, 1);
	for (int unscheduled = 0; unscheduled < 2; unscheduled++) {
		put_held(settling, unscheduled);
		put_chosen(settling, true, unscheduled);
		put_chosen(settling, false, unscheduled);
	}
	desk_free(desk);
	board_rebuild(board);
}

/* Nothing is new and nothing goes. */
static void
give_up(struct settling *settling)
{
	for (size_t i = 0; i < settling->listing.count; i++)
		if (!settling->listing.chosen[i].kept)
			settling->listing.chosen[i].refused = true;
	reduction_hold_all(settling->reduction);
}

/* ----- until nothing is refused ----- */

static size_t
count_held(const struct reduction *reduction)
{
	struct remark held;
	size_t count = 0, at = 0;

	while (reduction_held(reduction, &at, &held))
		count++;
	return count;
}

static void
judge(struct settling *settling, struct judged *judged)
{
	list(settling->board, &settling->listing);
	judge_plan(settling->reduction, settling->listing.chosen,
	    settling->listing.count, PROTO_BATCH_MAX, judged);
}

bool
settle_plan(struct search *search, struct judged *judged)
{
	const struct model *model = search->model;
	struct settling settling = {.board = &search->best,
	    .model = model,
	    .reduction = model->in->reduction};
	struct judged first;
	unsigned rounds = 0;

	if (settling.reduction == NULL)
		return false;
	settling.listing.chosen =
	    xcalloc(model->seats + 1, sizeof(struct chosen));
	settling.listing.seat = xcalloc(model->seats + 1, sizeof(size_t));
	settling.was = xcalloc(model->seats + 1, sizeof(int32_t));
	judge(&settling, judged);
	first = *judged;
	while (judged->refused_write + judged->refused_publish > 0) {
		if (++rounds == ROUNDS_MAX)
			give_up(&settling);
		put_together(&settling);
		judge(&settling, judged);
	}
	if (rounds > 0)
		search->cost = board_cost(settling.board);
	memcpy(judged->first, first.first, sizeof(judged->first));
	judged->left_out = first.added - judged->added;
	judged->held = count_held(settling.reduction);
	free(settling.listing.chosen);
	free(settling.listing.seat);
	free(settling.was);
	return true;
}
