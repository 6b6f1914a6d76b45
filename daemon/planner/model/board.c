/* SPDX-License-Identifier: ISC */
/* board: the counts, and the cost from nothing but the choices. */
#include "daemon/planner/model/board.h"

#include "daemon/base/mem.h"
#include "daemon/planner/model/spread.h"

#include <stdlib.h>
#include <string.h>

static void
make_empty(struct board *board, const struct model *model)
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
	board->share = xcalloc(in->shares + 1, sizeof(struct mixture));
	board->cap = xcalloc(in->caps + 1, sizeof(int32_t));
	if (in->spreads > 0)
		board->grouped =
		    xcalloc(spread_counts(model), sizeof(uint16_t));
}

void
board_make(struct board *board, const struct model *model)
{
	make_empty(board, model);
	for (size_t i = 0; i < model->forceds; i++)
		board->choice[model_seat(model, model->forced[i])] =
		    model->forced[i];
	board_rebuild(board);
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
	free(board->share);
	free(board->cap);
	free(board->grouped);
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
	memcpy(to->share, from->share, in->shares * sizeof(struct mixture));
	memcpy(to->cap, from->cap, in->caps * sizeof(int32_t));
	if (from->grouped != NULL)
		memcpy(to->grouped, from->grouped,
		    spread_counts(model) * sizeof(uint16_t));
}

static void
mix(struct mixture *share, const struct instance *in, int32_t number,
    const struct slot *slot)
{
	if (number == NAMES_NONE)
		return;
	share[number].weight +=
	    instance_weight(in, &in->share[number], slot->care);
	share[number].unscheduled += (slot->flags & FLAG_UNSCHEDULED) != 0;
}

static void
count_caps(struct board *board, int32_t physician, const struct need *need)
{
	const struct instance *in = board->model->in;

	for (int32_t i = in->cap_first[physician];
	     i < in->cap_first[physician + 1]; i++) {
		if (instance_in_cap(in, &in->cap[in->cap_list[i]], need))
			board->cap[in->cap_list[i]] +=
			    in->rule.units[half_part(need->half)];
	}
}

void
board_total(struct board *board)
{
	const struct model *model = board->model;
	const struct instance *in = model->in;

	memset(
	    board->physician, 0, (size_t)in->physicians * sizeof(struct tally));
	memset(board->share, 0, in->shares * sizeof(struct mixture));
	memset(board->cap, 0, in->caps * sizeof(int32_t));
	for (size_t s = 0; s < model->seats; s++) {
		int32_t p = model->seat[s].physician;
		const struct offer *option;
		const struct need *need;

		if (board->choice[s] == OPTION_NONE)
			continue;
		option = &model->option[board->choice[s]];
		need = &in->need[option->need];
		board->physician[p].all++;
		board->physician[p].unpopular +=
		    (option->flags & FLAG_UNPOPULAR) != 0;
		mix(board->share, in, instance_own_share(in, p, need),
		    &model->slot[option->need]);
		mix(board->share, in, need->share, &model->slot[option->need]);
		count_caps(board, p, need);
	}
}

void
board_rebuild(struct board *board)
{
	const struct model *model = board->model;
	const struct instance *in = model->in;

	memset(board->fill, 0, model->slots);
	memset(board->used, 0, model->rooms);
	memset(board->seen, 0, model->visits);
	memset(board->worked, 0, (size_t)in->physicians * (size_t)in->weeks);
	for (size_t n = 0; n < in->needs; n++) {
		if (in->need[n].present != 0)
			board->seen[model->slot[n].visit] = 1;
	}
	for (size_t s = 0; s < model->seats; s++) {
		const struct offer *option;
		const struct slot *slot;

		if (board->choice[s] == OPTION_NONE)
			continue;
		option = &model->option[board->choice[s]];
		slot = &model->slot[option->need];
		board->holder[slot->holder + board->fill[option->need]++] =
		    (int32_t)s;
		board->used[slot->room]++;
		if ((option->flags & FLAG_VISIT) != 0)
			board->seen[slot->visit]++;
		board->worked[half_week(slot->half) * in->physicians +
		    model->seat[s].physician]++;
	}
	board_total(board);
	spread_count(board);
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

/* Caps aside. */
static int64_t
physician_cost(const struct board *board, int32_t p)
{
	const struct model *model = board->model;
	const struct instance *in = model->in;
	const struct weights *weight = &in->weight;
	const struct worker *worker = &in->physician[p];
	int64_t sum = 0, all = 0, unpopular = 0, above;

	for (int32_t w = 0; w < in->weeks; w++) {
		int32_t worked = 0;
		const int32_t *at = &model->week_seat[w * in->physicians + p];

		for (int32_t s = at[0]; s < at[1]; s++) {
			int32_t choice = board->choice[s];

			if (choice == OPTION_NONE)
				continue;
			worked++;
			unpopular +=
			    (model->option[choice].flags & FLAG_UNPOPULAR) != 0;
		}
		all += worked;
		sum += worker->week_short *
		    below(worked, model_week_min(model, p, w));
	}
	above =
	    unpopular > worker->fair_share ? unpopular - worker->fair_share : 0;
	return sum +
	    weight->horizon_short * below((int32_t)all, worker->horizon_min) +
	    worker->unfair * (above * (above + 1) / 2);
}

static int64_t
caps_cost(const struct board *board)
{
	const struct instance *in = board->model->in;
	struct board count = {.model = board->model};
	int64_t sum = 0;

	if (in->caps == 0)
		return 0;
	count.cap = xcalloc(in->caps, sizeof(int32_t));
	for (size_t s = 0; s < board->model->seats; s++) {
		if (board->choice[s] != OPTION_NONE)
			count_caps(&count, board->model->seat[s].physician,
			    &in->need[board->model->option[board->choice[s]]
					  .need]);
	}
	for (size_t c = 0; c < in->caps; c++)
		sum += in->cap[c].weight * below(count.cap[c], in->cap[c].min);
	free(count.cap);
	return sum;
}

int64_t
board_cost(const struct board *board)
{
	int64_t sum = board->model->constant;

	for (int32_t p = 0; p < board->model->in->physicians; p++)
		sum += physician_cost(board, p);
	return sum + choices_cost(board) + sites_cost(board) +
	    caps_cost(board) + spread_cost(board);
}

static void
hold(bool holds)
{
	if (!holds)
		abort();
}

/* Limits that a desk keeps by counting. */
static void
verify_limits(const struct board *board)
{
	const struct model *model = board->model;
	const struct instance *in = model->in;

	for (size_t n = 0; n < model->slots; n++)
		hold(board->fill[n] <= model->slot[n].count);
	for (size_t r = 0; r < model->rooms; r++)
		hold(board->used[r] <= model->room[r].rooms);
	for (int32_t p = 0; p < in->physicians; p++) {
		hold(board->physician[p].all <= in->physician[p].horizon_max);
		for (int32_t w = 0; w < in->weeks; w++)
			hold(board->worked[w * in->physicians + p] <=
			    model_week_max(model, p, w));
	}
	for (size_t c = 0; c < in->caps; c++)
		hold(board->cap[c] <= in->cap[c].max);
	for (size_t g = 0; g < in->shares; g++)
		hold(board->share[g].weight <= model->share_limit[g] ||
		    (board->share[g].unscheduled == 0 &&
			in->share[g].unscheduled == 0));
}

void
board_verify(const struct board *board)
{
	const struct model *model = board->model;
	const struct instance *in = model->in;
	struct board again;

	make_empty(&again, model);
	memcpy(again.choice, board->choice, model->seats * sizeof(int32_t));
	board_rebuild(&again);
	hold(memcmp(again.fill, board->fill, model->slots) == 0);
	hold(memcmp(again.used, board->used, model->rooms) == 0);
	hold(memcmp(again.seen, board->seen, model->visits) == 0);
	hold(memcmp(again.worked, board->worked,
		 (size_t)in->physicians * (size_t)in->weeks) == 0);
	hold(memcmp(again.physician, board->physician,
		 (size_t)in->physicians * sizeof(struct tally)) == 0);
	hold(board->grouped == NULL ||
	    memcmp(again.grouped, board->grouped,
		spread_counts(model) * sizeof(uint16_t)) == 0);
	for (size_t i = 0; i < model->forceds; i++)
		hold(board->choice[model_seat(model, model->forced[i])] ==
		    model->forced[i]);
	verify_limits(&again);
	board_free(&again);
}

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

void
board_debug(const struct board *board)
{
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
	board_verify(board);
#else
	(void)board;
#endif
}
