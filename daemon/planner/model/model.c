/* SPDX-License-Identifier: ISC */
/* model: options, seats, slots and places, from an instance. */
#include "daemon/planner/model/model.h"

#include "daemon/base/mem.h"
#include "daemon/planner/instance/filter.h"
#include "daemon/planner/model/spread.h"

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
		model->room[model->rooms++] = (struct room){
		    (int32_t)n, (int32_t)model->visits - 1, need->rooms};
	*slot = (struct slot){need->site, need->half, (int32_t)model->rooms - 1,
	    (int32_t)model->visits - 1, *levels, (int32_t)model->holders,
	    need->share, need->care, (uint8_t)(need->count - need->filled), 0};
	for (unsigned k = need->filled; k < need->count; k++) {
		model->level[*levels] = instance_level(in, need, k);
		model->empty_cost += model->level[(*levels)++];
	}
	model->holders += slot->count;
	slot->flags =
	    (uint8_t)((in->care[need->care].unscheduled > 0 ? FLAG_UNSCHEDULED
							    : 0) |
		(instance_unpopular(in, need->half) ? FLAG_UNPOPULAR : 0) |
		(is_visit(in, need) ? FLAG_VISIT : 0));
	if (is_visit(in, need) && need->present == 0 &&
	    model->visit[model->visits - 1].worth == 0) {
		int32_t worth = in->site[need->site].presence +
		    instance_dear(in, need->site, half_day(need->half));

		model->visit[model->visits - 1].worth = worth;
		model->empty_cost += worth;
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
	int32_t cost = weight->preference * reach->preference, saved;
	const struct candidate candidate = {in, reach, need};

	if (!kind->remote)
		cost += 2 * worker->travel * reach->minutes;
	if ((in->disliked[at] >> half_part(need->half) & 1) != 0)
		cost += weight->dislike;
	if (kind->anchored && anchor != NAMES_NONE && anchor != need->site)
		cost += weight->anchor;
	filter_beside(&candidate, &saved);
	cost += instance_extra(&candidate) - saved;
	return cost > OPTION_COST_MAX ? OPTION_COST_MAX
	    : cost < -OPTION_COST_MAX ? -OPTION_COST_MAX
				      : cost;
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

/* Into fewer bits than the numbers' types have; all are in range. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
static struct offer
pack(int32_t need, uint8_t flags, int32_t cost, uint8_t place)
{
	return (struct offer){need, flags, cost, place};
}
#pragma GCC diagnostic pop

static void
collect(struct maker *maker, const struct reach *reach, int32_t week,
    uint8_t place, uint8_t home)
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
		    pack(n, model->slot[n].flags,
			option_cost(in, reach, candidate.need),
			in->activity[candidate.need->activity].remote ? home
								      : place),
		    candidate.need->half};
	}
}

/* Half-days of a day, less those at which he is held. */
static uint8_t
day_most(const struct instance *in, int32_t physician, int32_t day)
{
	unsigned held =
	    in->held_parts[(size_t)physician * (size_t)in->days + (size_t)day];
	int32_t most = in->physician[physician].day_max;

	for (; held != 0 && most > 0; held &= held - 1)
		most--;
	return (uint8_t)most;
}

static void
make_seats(struct maker *maker, int32_t physician)
{
	struct model *model = maker->model;
	const struct instance *in = model->in;

	model->option = xgrow(model->option, &maker->option_room,
	    model->options + maker->raws + 1, sizeof(model->option[0]));
	for (size_t i = 0; i < maker->raws; i++) {
		const struct raw *raw = &maker->raw[i];

		if (i == 0 || raw->half != raw[-1].half) {
			model->seat = xgrow(model->seat, &maker->seat_room,
			    model->seats + 2, sizeof(model->seat[0]));
			model->seat[model->seats++] = (struct seat){physician,
			    raw->half, (int32_t)model->options, 0, 0,
			    day_most(in, physician, half_day(raw->half)),
			    false};
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

/* By pair of places, in two parts that see each other: the last place is home,
 * whoever is there is nowhere else, at no saving. */
static void
make_savings(struct maker *maker, int32_t physician, unsigned part)
{
	struct model *model = maker->model;
	const struct instance *in = model->in;
	const struct worker *worker = &in->physician[physician];
	const struct reach *reach = &in->reach[worker->first];
	size_t sites = (size_t)(worker[1].first - worker->first);
	size_t count = sites + 1;

	model->save = xgrow(model->save, &maker->save_room,
	    maker->saves + count * count, sizeof(model->save[0]));
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			int32_t save = i == sites || j == sites
			    ? 0
			    : filter_saving(in, reach + i, reach + j, part);

			model->save[maker->saves++] = save;
		}
	}
}

static void
make_places(struct maker *maker, int32_t physician)
{
	struct model *model = maker->model;
	const struct instance *in = model->in;
	const struct worker *worker = &in->physician[physician];
	size_t row = (size_t)physician * (PART_COUNT - 1);

	model->places[physician] = worker[1].first - worker->first + 1;
	for (unsigned part = 0; part < PART_COUNT - 1; part++) {
		model->saving[row + part] = maker->saves;
		if (in->rule.gap[part] >= 0)
			make_savings(maker, physician, part);
	}
}

static void
make_week(struct maker *maker, int32_t physician, int32_t week)
{
	struct model *model = maker->model;
	const struct instance *in = model->in;
	const struct worker *worker = &in->physician[physician];
	uint8_t home = (uint8_t)(worker[1].first - worker->first);
	size_t seat = model->seats;

	model->week_seat[week * in->physicians + physician] = (int32_t)seat;
	maker->raws = 0;
	for (int32_t r = worker->first; r < worker[1].first; r++)
		collect(maker, &in->reach[r], week,
		    (uint8_t)(r - worker->first), home);
	if (maker->raws > 1)
		qsort(maker->raw, maker->raws, sizeof(maker->raw[0]),
		    compare_raw);
	make_seats(maker, physician);
	count_days(model, seat);
}

static void
make_blocks(struct model *model)
{
	size_t blocks = model->options / SEAT_BLOCK + 1;
	int32_t seat = 0;

	model->seat_block = xcalloc(blocks, sizeof(model->seat_block[0]));
	for (size_t b = 0; b < blocks; b++) {
		while (seat < (int32_t)model->seats &&
		    model->seat[seat + 1].first <= (int32_t)(b * SEAT_BLOCK))
			seat++;
		model->seat_block[b] = seat;
	}
}

/* Which kinds of care there are by FLAG_UNSCHEDULED, if no more than one. */
static void
find_plain(struct model *model)
{
	const struct instance *in = model->in;

	model->plain = in->caps == 0;
	model->plain_care[0] = model->plain_care[1] = -1;
	for (size_t c = 0; c < in->cares; c++) {
		int32_t *care = &model->plain_care[in->care[c].unscheduled > 0];

		model->plain = model->plain && *care < 0;
		*care = (int32_t)c;
	}
}

/* Whether a half-day without an unscheduled minute alone keeps the share. */
static bool
any_keeps(const struct instance *in, const struct share *share)
{
	for (unsigned c = 0; c < in->cares; c++) {
		if (in->care[c].unscheduled == 0 &&
		    instance_weight(in, share, c) >= 0)
			return false;
	}
	return true;
}

/* Nothing that can be planned is unscheduled: then there is no limit. */
static void
free_shares(struct model *model)
{
	const struct instance *in = model->in;
	bool *mixed = xcalloc(in->shares + 1, sizeof(bool));

	for (size_t s = 0; s < model->seats; s++) {
		int32_t p = model->seat[s].physician;

		for (int32_t o = model->seat[s].first;
		     o < model->seat[s + 1].first; o++) {
			const struct need *need =
			    &in->need[model->option[o].need];
			int32_t own;

			if ((model->option[o].flags & FLAG_UNSCHEDULED) == 0)
				continue;
			own = instance_own_share(in, p, need);
			if (own != NAMES_NONE)
				mixed[own] = true;
			if (need->share != NAMES_NONE)
				mixed[need->share] = true;
		}
	}
	for (size_t g = 0; g < in->shares; g++) {
		if (mixed[g] || in->share[g].unscheduled > 0)
			continue;
		model->share_limit[g] = SHARE_FREE;
		model->share_whole[g] = false;
	}
	free(mixed);
}

static void
make_shares(struct model *model)
{
	const struct instance *in = model->in;

	model->share_limit = xcalloc(in->shares + 1, sizeof(int64_t));
	model->share_whole = xcalloc(in->shares + 1, sizeof(bool));
	for (size_t g = 0; g < in->shares; g++) {
		const struct share *share = &in->share[g];
		int32_t p = share->physician;

		model->share_limit[g] = share->limit;
		model->share_whole[g] = share->limit < 0 &&
		    share->family == 0 && any_keeps(in, share) &&
		    (p == NAMES_NONE ||
			(in->share_list[in->share_first[p]] == (int32_t)g &&
			    share->from <= 0 && share->until >= in->halves &&
			    share->programme == NAMES_NONE));
	}
	/* Not the share of a site with needs of another or of none. */
	for (size_t n = 1; n < in->needs; n++) {
		int32_t a = in->need[n - 1].share, b = in->need[n].share;

		if (in->need[n].site != in->need[n - 1].site || a == b)
			continue;
		if (a != NAMES_NONE)
			model->share_whole[a] = false;
		if (b != NAMES_NONE)
			model->share_whole[b] = false;
	}
	free_shares(model);
}

static int64_t
empty_cost(const struct instance *in, int32_t p)
{
	const uint8_t *least = in->week_min + (size_t)p * (size_t)in->weeks;
	int64_t sum =
	    (int64_t)in->weight.horizon_short * in->physician[p].horizon_min;

	for (int32_t w = 0; w < in->weeks; w++)
		sum += (int64_t)in->physician[p].week_short * least[w];
	return sum;
}

static void
make_physicians(struct maker *maker)
{
	struct model *model = maker->model;
	const struct instance *in = model->in;
	size_t physicians = (size_t)in->physicians;

	model->seat = xgrow(NULL, &maker->seat_room, 2, sizeof(model->seat[0]));
	/* There may be none, but there are places in it. */
	model->save = xgrow(NULL, &maker->save_room, 1, sizeof(model->save[0]));
	model->week_seat =
	    xcalloc(physicians * (size_t)in->weeks + 1, sizeof(int32_t));
	model->places = xcalloc(physicians + 1, sizeof(int32_t));
	model->saving = xcalloc(
	    physicians * (PART_COUNT - 1) + 1, sizeof(model->saving[0]));
	for (int32_t p = 0; p < in->physicians; p++) {
		make_places(maker, p);
		model->empty_cost += empty_cost(in, p);
	}
	for (int32_t w = 0; w < in->weeks; w++) {
		for (int32_t p = 0; p < in->physicians; p++)
			make_week(maker, p, w);
	}
	model->seat[model->seats] = (struct seat){in->physicians, in->halves,
	    (int32_t)model->options, 0, 0, 0, false};
	model->week_seat[physicians * (size_t)in->weeks] =
	    (int32_t)model->seats;
}

void
model_make(struct model *model, const struct instance *in)
{
	struct maker maker = {.model = model};

	memset(model, 0, sizeof(*model));
	model->in = in;
	model->constant = instance_constant(in);
	model->empty_cost = model->constant;
	shape_make(&model->shape, &in->rule);
	make_sites(model);
	make_physicians(&maker);
	free(maker.raw);
	/* What doubling left over is memory too. */
	model->option = xrealloc(
	    model->option, (model->options + 1) * sizeof(model->option[0]));
	model->seat =
	    xrealloc(model->seat, (model->seats + 1) * sizeof(model->seat[0]));
	make_blocks(model);
	spread_make(model);
	find_plain(model);
	make_shares(model);
	for (size_t c = 0; c < in->caps; c++)
		model->empty_cost +=
		    (int64_t)in->cap[c].weight * in->cap[c].min;
	lock_settle(model);
}

void
model_free(struct model *model)
{
	free(model->option);
	free(model->seat);
	free(model->seat_block);
	free(model->week_seat);
	free(model->slot);
	free(model->room);
	free(model->visit);
	free(model->level);
	free(model->places);
	free(model->saving);
	free(model->save);
	free(model->share_limit);
	free(model->share_whole);
	free(model->forced);
	free(model->conflict);
	spread_free(model);
	memset(model, 0, sizeof(*model));
}
