/* SPDX-License-Identifier: ISC */
/* board: the counts, and the cost from nothing but the choices. */
#include "daemon/planner/board.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

void
board_make(struct board *board, const struct model *model)
{
	const struct instance *in = model->in;
	size_t physicians = (size_t)in->physicians;

	memset(board, 0, sizeof(*board));
	board->model = model;
	board->choice = xcalloc(model->seats + 1, sizeof(int32_t));
	for (size_t s = 0; s < model->seats; s++)
		board->choice[s] = OPTION_NONE;
	board->fill = xcalloc(model->slots + 1, 1);
	board->holder = xcalloc(model->holders + 1, sizeof(int32_t));
	board->used = xcalloc(model->rooms + 1, 1);
	board->seen = xcalloc(model->visits + 1, 1);
	board->worked = xcalloc(physicians * (size_t)in->weeks + 1, 1);
	board->physician = xcalloc(physicians + 1, sizeof(struct tally));
	board->site = xcalloc((size_t)in->sites + 1, sizeof(struct tally));
}

void
board_free(struct board *board)
{
	free(board->choice);
	free(board->fill);
	free(board->holder);
	free(board->used);
	free(board->seen);
	free(board->worked);
	free(board->physician);
	free(board->site);
	memset(board, 0, sizeof(*board));
}

void
board_copy(struct board *to, const struct board *from)
{
	const struct model *model = from->model;
	const struct instance *in = model->in;
	size_t physicians = (size_t)in->physicians;

	memcpy(to->choice, from->choice, model->seats * sizeof(int32_t));
	memcpy(to->fill, from->fill, model->slots);
	memcpy(to->holder, from->holder, model->holders * sizeof(int32_t));
	memcpy(to->used, from->used, model->rooms);
	memcpy(to->seen, from->seen, model->visits);
	memcpy(to->worked, from->worked, physicians * (size_t)in->weeks);
	memcpy(
	    to->physician, from->physician, physicians * sizeof(struct tally));
	memcpy(to->site, from->site, (size_t)in->sites * sizeof(struct tally));
}

static void
count(struct tally *tally, uint8_t flags)
{
	tally->all++;
	tally->unscheduled += (flags & FLAG_UNSCHEDULED) != 0;
	tally->unpopular += (flags & FLAG_UNPOPULAR) != 0;
}

void
board_total(struct board *board)
{
	const struct model *model = board->model;
	const struct instance *in = model->in;

	memset(
	    board->physician, 0, (size_t)in->physicians * sizeof(struct tally));
	memset(board->site, 0, (size_t)in->sites * sizeof(struct tally));
	for (size_t s = 0; s < model->seats; s++) {
		const struct offer *option;

		if (board->choice[s] == OPTION_NONE)
			continue;
		option = &model->option[board->choice[s]];
		count(
		    &board->physician[model->seat[s].physician], option->flags);
		count(&board->site[model->slot[option->need].site],
		    option->flags);
	}
}

/* What the choices cost themselves, with what consecutive ones save. */
static int64_t
choices_cost(const struct board *board)
{
	const struct model *model = board->model;
	int64_t sum = 0;

	for (size_t s = 0; s < model->seats; s++) {
		const struct seat *seat = &model->seat[s];
		unsigned part = half_part(seat->half);
		int32_t next;

		if (board->choice[s] == OPTION_NONE)
			continue;
		sum += model->option[board->choice[s]].cost;
		if (seat->ahead == 0 || seat[1].half != seat->half + 1 ||
		    model->in->rule.gap[part] < 0)
			continue;
		next = board->choice[s + 1];
		if (next != OPTION_NONE)
			sum -= model_saving(model, seat->physician, part,
			    model->option[board->choice[s]].place,
			    model->option[next].place);
	}
	return sum;
}

static int64_t
sites_cost(const struct board *board)
{
	const struct model *model = board->model;
	uint8_t *fill = xcalloc(model->slots + 1, 1);
	uint8_t *seen = xcalloc(model->visits + 1, 1);
	int64_t sum = 0;

	for (size_t s = 0; s < model->seats; s++) {
		const struct offer *option;

		if (board->choice[s] == OPTION_NONE)
			continue;
		option = &model->option[board->choice[s]];
		fill[option->need]++;
		if ((option->flags & FLAG_VISIT) != 0)
			seen[model->slot[option->need].visit] = 1;
	}
	for (size_t n = 0; n < model->slots; n++) {
		for (unsigned k = fill[n]; k < model->slot[n].count; k++)
			sum += model->level[model->slot[n].level + (int)k];
	}
	for (size_t v = 0; v < model->visits; v++)
		sum += seen[v] ? 0 : model->visit[v].worth;
	free(fill);
	free(seen);
	return sum;
}

static int64_t
below(int32_t count, int32_t least)
{
	return count < least ? least - count : 0;
}

static int64_t
physicians_cost(const struct board *board)
{
	const struct model *model = board->model;
	const struct instance *in = model->in;
	const struct weights *weight = &in->weight;
	int64_t sum = 0;

	for (int32_t p = 0; p < in->physicians; p++) {
		const struct worker *worker = &in->physician[p];
		int64_t all = 0, unpopular = 0, above;

		for (int32_t w = 0; w < in->weeks; w++) {
			int32_t worked = 0;
			const int32_t *at =
			    &model->week_seat[w * in->physicians + p];

			for (int32_t s = at[0]; s < at[1]; s++) {
				int32_t choice = board->choice[s];

				if (choice == OPTION_NONE)
					continue;
				worked++;
				unpopular += (model->option[choice].flags &
						 FLAG_UNPOPULAR) != 0;
			}
			all += worked;
			sum += weight->week_short *
			    below(worked, worker->week_min);
		}
		above = unpopular > worker->fair_share
		    ? unpopular - worker->fair_share
		    : 0;
		sum += weight->horizon_short *
		    below((int32_t)all, worker->horizon_min);
		sum += weight->unfair * (above * (above + 1) / 2);
	}
	return sum;
}

int64_t
board_cost(const struct board *board)
{
	return choices_cost(board) + sites_cost(board) + physicians_cost(board);
}
