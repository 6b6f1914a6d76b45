/* SPDX-License-Identifier: ISC */
/*
 * lock: puts what is locked into a plan, one after another; what does not go
 * with those before it is a conflict, and is not forced.
 */
#include "daemon/base/mem.h"
#include "daemon/planner/instance/filter.h"
#include "daemon/planner/model/board.h"

#include <stdlib.h>

/* The option that a lock keeps, or OPTION_NONE. */
static int32_t
kept_option(const struct model *model, const struct mark *mark, int32_t *seat)
{
	const int32_t *at =
	    &model->week_seat[half_week(mark->half) * model->in->physicians +
		mark->physician];

	for (int32_t s = at[0]; s < at[1]; s++) {
		if (model->seat[s].half != mark->half)
			continue;
		for (int32_t o = model->seat[s].first;
		     o < model->seat[s + 1].first; o++) {
			*seat = s;
			if (model->option[o].need == mark->need)
				return o;
		}
	}
	return OPTION_NONE;
}

/* Why there is no such option. */
static const char *
no_option(const struct instance *in, const struct mark *mark)
{
	const struct worker *worker = &in->physician[mark->physician];
	struct candidate candidate = {in, NULL, &in->need[mark->need]};
	size_t refusing;

	for (int32_t r = worker[0].first; r < worker[1].first; r++) {
		if (in->reach[r].site != mark->site)
			continue;
		candidate.reach = &in->reach[r];
		refusing = filter_refusing(&candidate);
		return refusing < filter_count ? filters[refusing].word
					       : "rule";
	}
	return "reach";
}

/* Why it does not go with the others. */
static const char *
no_place(const struct desk *desk, int32_t seat, int32_t option)
{
	const struct model *model = desk->model;
	const struct board *board = desk->board;
	int32_t need = model->option[option].need, saved;

	if (board->choice[seat] != OPTION_NONE)
		return "twice";
	if (board->fill[need] >= model->slot[need].count)
		return "wanted";
	if (board->used[model->slot[need].room] >=
	    model->room[model->slot[need].room].rooms)
		return "room";
	if (!desk_neighbours(desk, seat, model->option[option].place, &saved))
		return "near";
	if (desk_unrested(desk, seat) != OPTION_NONE)
		return "rest";
	return "limit";
}

static void
refuse(struct model *model, size_t mark, const char *word, size_t *room)
{
	model->conflict = xgrow(model->conflict, room, model->conflicts + 1,
	    sizeof(model->conflict[0]));
	model->conflict[model->conflicts++] = (struct conflict){mark, word};
}

/* What locks alone make of a share is its limit. */
static void
widen_shares(struct model *model, const struct board *board)
{
	const struct instance *in = model->in;

	for (size_t g = 0; g < in->shares; g++) {
		const struct mixture *share = &board->share[g];

		if (share->unscheduled > 0 &&
		    share->weight > model->share_limit[g])
			model->share_limit[g] = share->weight;
	}
	for (size_t i = 0; i < model->forceds; i++) {
		int32_t seat = model_seat(model, model->forced[i]);
		int32_t need = model->option[model->forced[i]].need;
		int32_t own = instance_own_share(
		    in, model->seat[seat].physician, &in->need[need]);

		/* Not void: there is something of it in any case. */
		if (own != NAMES_NONE)
			model->share_whole[own] = false;
		if (in->need[need].share != NAMES_NONE)
			model->share_whole[in->need[need].share] = false;
		model->seat[seat].forced = true;
	}
}

static int
compare(const void *left, const void *right)
{
	const int32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static void
settle(struct model *model, struct desk *desk)
{
	const struct instance *in = model->in;
	size_t room = 0;

	for (size_t i = 0; i < in->marks; i++) {
		int32_t seat = OPTION_NONE, option;

		if (in->mark[i].kind != MARK_KEEP)
			continue;
		option = kept_option(model, &in->mark[i], &seat);
		if (option == OPTION_NONE) {
			refuse(model, i, no_option(in, &in->mark[i]), &room);
			continue;
		}
		desk->logged = 0;
		if (desk->board->choice[seat] != OPTION_NONE ||
		    !desk_can(desk, seat, option)) {
			refuse(model, i, no_place(desk, seat, option), &room);
			continue;
		}
		desk_put(desk, seat, option);
		model->forced[model->forceds++] = option;
	}
}

void
lock_settle(struct model *model)
{
	const struct instance *in = model->in;
	struct board board;
	struct desk desk;
	size_t locks = 0;

	for (size_t i = 0; i < in->marks; i++)
		locks += in->mark[i].kind == MARK_KEEP;
	if (locks == 0)
		return;
	model->forced = xcalloc(locks, sizeof(model->forced[0]));
	board_make(&board, model);
	desk_make(&desk, &board);
	for (int32_t w = 0; w < in->weeks; w++)
		desk.week[desk.weeks++] = w;
	desk_open(&desk, 0, 0, 1);
	settle(model, &desk);
	qsort(model->forced, model->forceds, sizeof(model->forced[0]), compare);
	board_total(&board);
	widen_shares(model, &board);
	desk_free(&desk);
	board_free(&board);
}
