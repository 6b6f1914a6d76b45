/* SPDX-License-Identifier: ISC */
/* settle: between the board of a search and the judge. */
#include "daemon/planner/settle.h"

#include "daemon/base/mem.h"
#include "proto/limits.h"

#include <stdlib.h>

/* The half-days of a board, and the seats that they are on. */
struct listing {
	struct chosen *chosen;
	size_t *seat;
	size_t count;
};

static void
list(const struct board *board, struct listing *listing)
{
	const struct model *model = board->model;

	listing->chosen = xcalloc(model->seats, sizeof(listing->chosen[0]));
	listing->seat = xcalloc(model->seats, sizeof(listing->seat[0]));
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

bool
settle_plan(struct search *search, struct judged *judged)
{
	struct reduction *reduction = search->model->in->reduction;
	struct board *board = &search->best;
	struct listing listing;

	if (reduction == NULL)
		return false;
	list(board, &listing);
	judge_plan(
	    reduction, listing.chosen, listing.count, PROTO_BATCH_MAX, judged);
	for (size_t i = 0; i < listing.count; i++)
		if (listing.chosen[i].refused)
			board->choice[listing.seat[i]] = OPTION_NONE;
	if (judged->refused_write + judged->refused_publish > 0) {
		board_rebuild(board);
		search->cost = board_cost(board);
	}
	free(listing.chosen);
	free(listing.seat);
	return true;
}
