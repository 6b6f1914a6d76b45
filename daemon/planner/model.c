/* SPDX-License-Identifier: ISC */
/* model: options, seats, slots and places, from an instance. */
#include "daemon/planner/model.h"

#include "daemon/base/mem.h"
#include "daemon/planner/filter.h"

#include <stdlib.h>
#include <string.h>

struct raw {
	struct offer option;
	int32_t half;
};

struct maker {
	struct model *model;
	struct raw *raw; /* the options of one physician */
	size_t raws, raw_room, option_room, seat_room, save_room, saves;
};

/* ----- sites: slots, rooms, visits ----- */

static bool
is_visit(const struct instance *in, const struct need *need)
{
	return !in->activity[need->activity].remote &&
	    (in->weight.presence_parts >> half_part(need->half) & 1) != 0;
}

static void
make_slot(struct model *model, size_t n, int32_t *levels)
{
	const struct instance *in = model->in;
	const struct need *need = &in->need[n], *last = need - 1;
	struct slot *slot = &model->slot[n];
	bool new_visit, new_room;

	new_visit = n == 0 || last->site != need->site ||
	    half_day(last->half) != half_day(need->half);
	new_room = new_visit || last->half != need->half;
	if (new_visit)
		model->visit[model->visits++] =
		    (struct visit){(int32_t)model->rooms, need->site,
			half_week(need->half), 0};
	if (new_room)
		model->room[model->rooms++] = (struct room){(int32_t)n,
		    (int32_t)model->visits - 1, in->site[need->site].rooms};
	*slot = (struct slot){need->site, need->half, (int32_t)model->rooms - 1,
	    (int32_t)model->visits - 1, *levels, (int32_t)model->holders,
	    need->count, 0};
	for (unsigned k = 0; k < need->count; k++) {
		model->level[*levels] = instance_level(in, need, k);
		model->empty_cost += model->level[(*levels)++];
	}
	model->holders += need->count;
	slot->flags = (uint8_t)((in->activity[need->activity].unscheduled
					? FLAG_UNSCHEDULED
					: 0) |
	    (instance_unpopular(in, need->half) ? FLAG_UNPOPULAR : 0) |
	    (is_visit(in, need) ? FLAG_VISIT : 0));
	if (is_visit(in, need) && model->visit[model->visits - 1].worth == 0) {
		model->visit[model->visits - 1].worth =
		    model->worth[need->site];
		model->empty_cost += model->worth[need->site];
	}
}

static void
make_sites(struct model *model)
{
	const struct instance *in = model->in;
	size_t count = in->needs + 1, levels = 1;
	int32_t level = 0;

	for (size_t n = 0; n < in->needs; n++)
		levels += in->need[n].count;
	model->slots = in->needs;
	model->slot = xcalloc(count, sizeof(model->slot[0]));
	model->room = xcalloc(count, sizeof(model->room[0]));
	model->visit = xcalloc(count, sizeof(model->visit[0]));
	model->level = xcalloc(levels, sizeof(model->level[0]));
	model->worth = xcalloc((size_t)in->sites + 1, sizeof(int32_t));
	for (int32_t s = 0; s < in->sites; s++)
		model->worth[s] = instance_presence(in, s);
	for (size_t n = 0; n < in->needs; n++)
		make_slot(model, n, &level);
	model->slot[in->needs].level = level;
	model->slot[in->needs].holder = (int32_t)model->holders;
	model->room[model->rooms].slot = (int32_t)in->needs;
	model->visit[model->visits].room = (int32_t)model->rooms;
}

/* ----- physicians: options, seats, places ----- */

static int32_t
option_cost(const struct instance *in, const struct reach *reach,
    const struct need *need)
{
	const struct weights *weight = &in->weight;
	const struct worker *worker = &in->physician[reach->physician];
	const struct activity_kind *kind = &in->activity[need->activity];
	int32_t day = half_day(need->half);
	int32_t anchor = worker->anchor[day % DAYS_PER_WEEK];
	size_t at = (size_t)reach->physician * (size_t)in->days + (size_t)day;
	int32_t cost = weight->preference * reach->preference;

	if (!kind->remote)
		cost += 2 * weight->travel * reach->minutes;
	if ((in->disliked[at] >> half_part(need->half) & 1) != 0)
		cost += weight->dislike;
	if (kind->anchored && anchor != NAMES_NONE && anchor != need->site)
		cost += weight->anchor;
	return cost;
}

static int
compare_raw(const void *left, const void *right)
{
	const struct raw *a = left, *b = right;

	if (a->half != b->half)
		return a->half < b->half ? -1 : 1;
	if (a->option.place != b->option.place)
		return a->option.place < b->option.place ? -1 : 1;
	return (a->option.need > b->option.need) -
	    (a->option.need < b->option.need);
}

static void
collect(struct maker *maker, const struct reach *reach, int32_t week,
    uint16_t place, uint16_t home)
{
	struct model *model = maker->model;
	const struct instance *in = model->in;
	struct candidate candidate = {in, reach, NULL};
	const int32_t *first = &in->need_first[week * in->sites + reach->site];

	for (int32_t n = first[0]; n < first[1]; n++) {
		candidate.need = &in->need[n];
		if (filter_refusing(&candidate) != filter_count)
			continue;
		maker->raw = xgrow(maker->raw, &maker->raw_room,
		    maker->raws + 1, sizeof(maker->raw[0]));
		maker->raw[maker->raws++] = (struct raw){
		    {n, option_cost(in, reach, candidate.need),
			in->activity[candidate.need->activity].remote ? home
								      : place,
			model->slot[n].flags},
		    candidate.need->half};
	}
}

static void
make_seats(struct maker *maker, int32_t physician)
{
	struct model *model = maker->model;

	model->option = xgrow(model->option, &maker->option_room,
	    model->options + maker->raws + 1, sizeof(model->option[0]));
	for (size_t i = 0; i < maker->raws; i++) {
		const struct raw *raw = &maker->raw[i];

		if (i == 0 || raw->half != raw[-1].half) {
			model->seat = xgrow(model->seat, &maker->seat_room,
			    model->seats + 2, sizeof(model->seat[0]));
			model->seat[model->seats++] = (struct seat){physician,
			    raw->half, (int32_t)model->options, 0, 0};
		}
		model->option[model->options++] = raw->option;
	}
}

/* Neighbours of a day in the seats from `from` on, of one physician and week.
 */
static void
count_days(struct model *model, size_t from)
{
	struct seat *seat = model->seat;

	for (size_t i = from; i < model->seats; i++) {
		size_t j = i + 1;

		for (; j < model->seats &&
		     half_day(seat[j].half) == half_day(seat[i].half);
		     j++) {
			seat[j].back++;
			seat[i].ahead++;
		}
	}
}

static int32_t
saving(const struct instance *in, const struct reach *a, const struct reach *b,
    int32_t gap)
{
	int32_t minutes, saved;

	if (a == b)
		return 2 * in->weight.travel * a->minutes;
	minutes = instance_minutes(in, a->site, b->site);
	if (minutes < 0 || minutes > gap)
		return APART;
	saved = in->weight.travel * (a->minutes + b->minutes - minutes);
	return saved < 0 ? 0 : saved;
}

/* The last place is home: whoever is there is nowhere else, at no saving. */
static void
make_places(struct maker *maker, int32_t physician)
{
	struct model *model = maker->model;
	const struct instance *in = model->in;
	const struct reach *reach = &in->reach[in->physician[physician].first];
	size_t sites = (size_t)(in->physician[physician + 1].first -
	    in->physician[physician].first);
	size_t count = sites + 1;

	model->places[physician] = (int32_t)count;
	for (unsigned part = 0; part < PART_COUNT - 1; part++) {
		size_t *at =
		    &model->saving[(size_t)physician * (PART_COUNT - 1) + part];

		*at = maker->saves;
		if (in->rule.gap[part] < 0)
			continue;
		model->save = xgrow(model->save, &maker->save_room,
		    maker->saves + count * count, sizeof(model->save[0]));
		for (size_t i = 0; i < count; i++) {
			for (size_t j = 0; j < count; j++)
				model->save[maker->saves++] =
				    i == sites || j == sites
				    ? 0
				    : saving(in, reach + i, reach + j,
					  in->rule.gap[part]);
		}
	}
}

static void
make_week(struct maker *maker, int32_t physician, int32_t week)
{
	struct model *model = maker->model;
	const struct instance *in = model->in;
	const struct worker *worker = &in->physician[physician];
	uint16_t home = (uint16_t)(worker[1].first - worker->first);
	size_t seat = model->seats;

	model->week_seat[week * in->physicians + physician] = (int32_t)seat;
	maker->raws = 0;
	for (int32_t r = worker->first; r < worker[1].first; r++)
		collect(maker, &in->reach[r], week,
		    (uint16_t)(r - worker->first), home);
	if (maker->raws > 1)
		qsort(maker->raw, maker->raws, sizeof(maker->raw[0]),
		    compare_raw);
	make_seats(maker, physician);
	count_days(model, seat);
}

static void
make_takers(struct model *model)
{
	int32_t *first = xcalloc(model->slots + 2, sizeof(first[0]));

	for (size_t i = 0; i < model->options; i++)
		first[model->option[i].need + 2]++;
	for (size_t n = 2; n < model->slots + 2; n++)
		first[n] += first[n - 1];
	model->taker = xcalloc(model->options + 1, sizeof(model->taker[0]));
	for (size_t s = 0; s < model->seats; s++) {
		for (int32_t o = model->seat[s].first;
		     o < model->seat[s + 1].first; o++)
			model->taker[first[model->option[o].need + 1]++] =
			    (struct taker){(int32_t)s, o};
	}
	model->taker_first = first;
}

static int64_t
empty_cost(const struct instance *in, const struct worker *worker)
{
	return (int64_t)in->weight.horizon_short * worker->horizon_min +
	    (int64_t)in->weight.week_short * worker->week_min * in->weeks;
}

void
model_make(struct model *model, const struct instance *in)
{
	struct maker maker = {.model = model};
	size_t physicians = (size_t)in->physicians;

	memset(model, 0, sizeof(*model));
	model->in = in;
	shape_make(&model->shape, &in->rule);
	make_sites(model);
	model->seat = xgrow(NULL, &maker.seat_room, 2, sizeof(model->seat[0]));
	model->week_seat =
	    xcalloc(physicians * (size_t)in->weeks + 1, sizeof(int32_t));
	model->places = xcalloc(physicians + 1, sizeof(int32_t));
	model->saving = xcalloc(
	    physicians * (PART_COUNT - 1) + 1, sizeof(model->saving[0]));
	for (int32_t p = 0; p < in->physicians; p++) {
		make_places(&maker, p);
		model->empty_cost += empty_cost(in, &in->physician[p]);
	}
	for (int32_t w = 0; w < in->weeks; w++) {
		for (int32_t p = 0; p < in->physicians; p++)
			make_week(&maker, p, w);
	}
	model->seat[model->seats] = (struct seat){
	    in->physicians, in->halves, (int32_t)model->options, 0, 0};
	model->week_seat[physicians * (size_t)in->weeks] =
	    (int32_t)model->seats;
	make_takers(model);
	free(maker.raw);
}

void
model_free(struct model *model)
{
	free(model->option);
	free(model->seat);
	free(model->week_seat);
	free(model->slot);
	free(model->room);
	free(model->visit);
	free(model->taker_first);
	free(model->taker);
	free(model->level);
	free(model->worth);
	free(model->places);
	free(model->saving);
	free(model->save);
	memset(model, 0, sizeof(*model));
}
