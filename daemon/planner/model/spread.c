/* SPDX-License-Identifier: ISC */
/* spread: half-days by group, of those physicians who shall have several. */
#include "daemon/planner/model/spread.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { NO_GROUP = -1 };

/* The number of each place's group among those of the physician, from 0 in
 * order of places; how many there are.  What is used already and home have
 * none: they neither gain nor lose. */
static size_t
number_groups(const struct instance *in, const struct spread *spread,
    int32_t places, int16_t *group)
{
	const struct reach *reach =
	    &in->reach[in->physician[spread->physician].first];
	size_t count = 0;

	group[places - 1] = NO_GROUP; /* home */
	for (int32_t i = 0; i < places - 1; i++) {
		int32_t name = instance_group(in, spread->of, reach[i].site);
		int32_t j = 0;

		group[i] = NO_GROUP;
		if (name == NAMES_NONE || name == spread->used)
			continue;
		while (instance_group(in, spread->of, reach[j].site) != name)
			j++;
		group[i] = (int16_t)(j < i ? group[j] : (int32_t)count++);
	}
	return count;
}

void
spread_make(struct model *model)
{
	const struct instance *in = model->in;
	struct model_spread *all = &model->spread;
	size_t room = 0, counts = 0, places = 0;

	if (in->spreads == 0)
		return;
	all->first = xcalloc((size_t)in->physicians + 1, sizeof(int32_t));
	all->list = xcalloc(in->spreads, sizeof(all->list[0]));
	for (size_t i = 0; i < in->spreads; i++) {
		const struct spread *spread = &in->spread[i];
		int32_t own = model->places[spread->physician];
		size_t groups;

		all->group = xgrow(all->group, &room, places + (size_t)own,
		    sizeof(all->group[0]));
		groups = number_groups(in, spread, own, all->group + places);
		all->list[i] = (struct model_groups){.place = places,
		    .count = counts,
		    .total = counts + groups, /* behind those of groups */
		    .want = spread->want - (spread->used != NAMES_NONE),
		    .weight = spread->weight};
		places += (size_t)own;
		counts += groups + 1;
		model->empty_cost += (int64_t)spread->weight *
		    (all->list[i].want > 0 ? all->list[i].want : 0);
		all->first[spread->physician + 1] = (int32_t)i + 1;
	}
	for (int32_t p = 0; p < in->physicians; p++) {
		if (all->first[p + 1] == 0)
			all->first[p + 1] = all->first[p];
	}
	all->counts = counts;
}

void
spread_free(struct model *model)
{
	free(model->spread.first);
	free(model->spread.list);
	free(model->spread.group);
}

size_t
spread_counts(const struct model *model)
{
	return model->spread.counts;
}

void
spread_note(struct board *board, int32_t physician, unsigned place, int sign)
{
	const struct model_spread *all = &board->model->spread;

	for (int32_t i = all->first[physician]; i < all->first[physician + 1];
	     i++) {
		const struct model_groups *groups = &all->list[i];
		int16_t group = all->group[groups->place + place];
		uint16_t *count;

		if (group == NO_GROUP)
			continue;
		count = &board->grouped[groups->count + (size_t)group];
		*count = (uint16_t)(*count + sign);
		if (*count == (sign > 0 ? 1 : 0))
			board->grouped[groups->total] =
			    (uint16_t)(board->grouped[groups->total] + sign);
	}
}

/* Points of those of his spreads for which the place's group has so many
 * half-days, 0 or 1, and that lack one without it. */
static int32_t
points(const struct board *board, int32_t physician, unsigned place,
    uint16_t count)
{
	const struct model_spread *all = &board->model->spread;
	int32_t sum = 0;

	for (int32_t i = all->first[physician]; i < all->first[physician + 1];
	     i++) {
		const struct model_groups *groups = &all->list[i];
		int16_t group = all->group[groups->place + place];

		if (group != NO_GROUP &&
		    board->grouped[groups->count + (size_t)group] == count &&
		    board->grouped[groups->total] - count < groups->want)
			sum += groups->weight;
	}
	return sum;
}

int32_t
spread_gain(const struct board *board, int32_t physician, unsigned place)
{
	return points(board, physician, place, 0);
}

int32_t
spread_loss(const struct board *board, int32_t physician, unsigned place)
{
	return points(board, physician, place, 1);
}

struct spread_group
spread_draw(const struct model *model, int32_t physician, struct rng *rng)
{
	const struct model_spread *all = &model->spread;
	int32_t first = all->first[physician];
	uint32_t count = (uint32_t)(all->first[physician + 1] - first);
	int32_t i = first + (int32_t)rng_below(rng, count);
	size_t groups = all->list[i].total - all->list[i].count;

	if (groups == 0)
		return (struct spread_group){-1, NO_GROUP};
	return (struct spread_group){
	    i, (int16_t)rng_below(rng, (uint32_t)groups)};
}

int32_t
spread_group_gain(
    const struct board *board, const struct spread_group *group, unsigned place)
{
	const struct model_spread *all = &board->model->spread;
	const struct model_groups *groups = &all->list[group->spread];

	return all->group[groups->place + place] == group->group &&
		board->grouped[groups->count + (size_t)group->group] == 0 &&
		board->grouped[groups->total] < groups->want
	    ? groups->weight
	    : 0;
}

void
spread_count(struct board *board)
{
	const struct model *model = board->model;

	if (model->spread.first == NULL)
		return;
	memset(board->grouped, 0, model->spread.counts * sizeof(uint16_t));
	for (size_t s = 0; s < model->seats; s++) {
		int32_t choice = board->choice[s];
		int32_t physician = model->seat[s].physician;

		if (choice != OPTION_NONE && spread_any(model, physician))
			spread_note(
			    board, physician, model->option[choice].place, 1);
	}
}

int32_t
spread_missing(const struct board *board, size_t i)
{
	const struct model_groups *groups = &board->model->spread.list[i];
	int32_t missing = groups->want - board->grouped[groups->total];

	return missing > 0 ? missing : 0;
}

int64_t
spread_cost(const struct board *board)
{
	const struct model *model = board->model;
	struct board again = {.model = model, .choice = board->choice};
	int64_t sum = 0;

	if (model->spread.first == NULL)
		return 0;
	again.grouped = xcalloc(model->spread.counts, sizeof(uint16_t));
	spread_count(&again);
	for (size_t i = 0; i < model->in->spreads; i++)
		sum += (int64_t)model->spread.list[i].weight *
		    spread_missing(&again, i);
	free(again.grouped);
	return sum;
}
