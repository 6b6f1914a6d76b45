/* SPDX-License-Identifier: ISC */
/*
 * check_bound: the bound that a plan's prices prove.  A physician is one
 * recursion over the days of the horizon, a day all its combinations, a room
 * all its fillings: slow, and nothing like the way the planner does it.
 */
#include "daemon/planner/check.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

#define ONE ((int64_t)65536)
#define NEVER (INT64_MAX / 4)

enum { SETS = 1 << PART_COUNT, WEEK_END = DAYS_PER_WEEK - 1 };

/* ----- physicians ----- */

struct pricing {
	const struct instance *in;
	const struct plan *plan;
	int32_t physician;
	int64_t minority; /* price */
	bool scheduled_only;
	int64_t set[SETS]; /* of the day at hand */
};

/* What a half-day costs the physician; NEVER when it is not for him. */
static int64_t
half_cost(const struct pricing *with, const struct reach *reach, int32_t number)
{
	const struct instance *in = with->in;
	const struct need *need = &in->need[number];
	const struct worker *worker = &in->physician[with->physician];
	const struct activity_kind *kind = &in->activity[need->activity];
	int32_t day = half_day(need->half);
	size_t at = (size_t)with->physician * (size_t)in->days + (size_t)day;
	int32_t anchor = worker->anchor[day % DAYS_PER_WEEK];
	unsigned part = half_part(need->half);
	int64_t cost = (int64_t)in->weight.preference * reach->preference;

	if ((worker->skills >> need->activity & 1) == 0 ||
	    (in->free_parts[at] >> part & 1) == 0 ||
	    in->site[need->site].rooms == 0 ||
	    (kind->unscheduled && with->scheduled_only))
		return NEVER;
	if (!kind->remote)
		cost += (int64_t)2 * in->weight.travel * reach->minutes;
	if ((in->disliked[at] >> part & 1) != 0)
		cost += in->weight.dislike;
	if (kind->anchored && anchor >= 0 && anchor != need->site)
		cost += in->weight.anchor;
	cost = cost * ONE - with->plan->slot[number];
	cost += kind->unscheduled ? with->minority : -with->minority;
	if (instance_unpopular(in, need->half))
		cost += with->plan->unpopular[with->physician];
	return cost;
}

/* What going from one to the other saves; NEVER when it cannot be done. */
static int64_t
together(const struct instance *in, const struct reach *a, int32_t need_a,
    const struct reach *b, int32_t need_b, int32_t gap)
{
	int32_t minutes;

	if (in->activity[in->need[need_a].activity].remote ||
	    in->activity[in->need[need_b].activity].remote)
		return 0;
	if (a == b)
		return 2 * in->weight.travel * a->minutes * ONE;
	minutes = instance_minutes(in, a->site, b->site);
	if (minutes < 0 || minutes > gap)
		return NEVER;
	minutes = a->minutes + b->minutes - minutes;
	return minutes > 0 ? in->weight.travel * minutes * ONE : 0;
}

struct last {
	const struct reach *reach; /* of the part before; NULL: none */
	int32_t need;
};

/* All ways to fill the parts of a day from `part` on; as deep as there are
 * parts. */
static void /* NOLINTNEXTLINE(misc-no-recursion) */
fill_day(struct pricing *with, int32_t day, int32_t part, unsigned set,
    int64_t cost, struct last last)
{
	const struct instance *in = with->in;
	const struct worker *worker = &in->physician[with->physician];
	int32_t half = day * PART_COUNT + part, week = day / DAYS_PER_WEEK;

	if (part == PART_COUNT) {
		if (cost < with->set[set])
			with->set[set] = cost;
		return;
	}
	fill_day(with, day, part + 1, set, cost, (struct last){NULL, 0});
	for (int32_t r = worker->first; r < worker[1].first; r++) {
		const struct reach *reach = &in->reach[r];
		const int32_t *at =
		    &in->need_first[week * in->sites + reach->site];

		for (int32_t n = at[0]; n < at[1]; n++) {
			int64_t more, saved = 0;

			if (in->need[n].half != half)
				continue;
			more = half_cost(with, reach, n);
			if (more < NEVER && last.reach != NULL &&
			    in->rule.gap[part - 1] >= 0)
				saved = together(in, last.reach, last.need,
				    reach, n, in->rule.gap[part - 1]);
			if (more < NEVER && saved < NEVER)
				fill_day(with, day, part + 1, set | 1u << part,
				    cost + more - saved,
				    (struct last){reach, n});
		}
	}
}

/* States: half-days of the horizon, of the week, and the set of yesterday. */
struct table {
	int32_t totals, weeks; /* one more than the most */
	int64_t *now, *next;
};

static size_t
state(const struct table *table, int32_t total, int32_t week, unsigned set)
{
	return ((size_t)set * (size_t)table->weeks + (size_t)week) *
	    (size_t)table->totals +
	    (size_t)total;
}

static unsigned
forbidden(const struct rules *rule, unsigned yesterday)
{
	unsigned parts = 0;

	for (unsigned part = 0; part < PART_COUNT; part++) {
		if ((yesterday >> part & 1) != 0)
			parts |= rule->rest[part];
	}
	return parts;
}

/* Only what yesterday forbids matters of it: any set that forbids the same. */
static unsigned
canonical(const struct rules *rule, unsigned set)
{
	unsigned same = 0;

	while (forbidden(rule, same) != forbidden(rule, set))
		same++;
	return same;
}

static void
spread(const struct pricing *with, struct table *table, unsigned yesterday,
    unsigned today)
{
	const struct rules *rule = &with->in->rule;
	int32_t count = __builtin_popcount(today);
	unsigned to = canonical(rule, today);

	if (with->set[today] >= NEVER ||
	    count > with->in->physician[with->physician].day_max ||
	    (forbidden(rule, yesterday) & today) != 0)
		return;
	for (int32_t w = 0; w + count < table->weeks; w++) {
		const int64_t *from =
		    &table->now[state(table, 0, w, yesterday)];
		int64_t *into =
		    &table->next[state(table, count, w + count, to)];

		for (int32_t t = 0; t + count < table->totals; t++) {
			if (from[t] < NEVER &&
			    from[t] + with->set[today] < into[t])
				into[t] = from[t] + with->set[today];
		}
	}
}

static void
swap_tables(struct table *table)
{
	int64_t *now = table->now;

	table->now = table->next;
	table->next = now;
}

static void
clear_next(struct table *table)
{
	size_t count =
	    (size_t)SETS * (size_t)table->weeks * (size_t)table->totals;

	for (size_t i = 0; i < count; i++)
		table->next[i] = NEVER;
}

/* The end of a week: its minimum, and all begin the next with none. */
static void
end_week(const struct pricing *with, struct table *table)
{
	const struct instance *in = with->in;
	int32_t least = in->physician[with->physician].week_min;

	clear_next(table);
	for (unsigned set = 0; set < SETS; set++) {
		unsigned to = in->rule.rest_across ? set : 0;

		for (int32_t w = 0; w < table->weeks; w++) {
			int64_t lack = w < least
			    ? (int64_t)in->weight.week_short * (least - w) * ONE
			    : 0;
			const int64_t *from =
			    &table->now[state(table, 0, w, set)];
			int64_t *into = &table->next[state(table, 0, 0, to)];

			for (int32_t t = 0; t < table->totals; t++) {
				if (from[t] < NEVER && from[t] + lack < into[t])
					into[t] = from[t] + lack;
			}
		}
	}
	swap_tables(table);
}

static int64_t
least_of(const struct pricing *with, const struct table *table)
{
	const struct instance *in = with->in;
	int32_t least = in->physician[with->physician].horizon_min;
	int64_t best = NEVER;

	for (unsigned set = 0; set < SETS; set++) {
		for (int32_t t = 0; t < table->totals; t++) {
			int64_t value = table->now[state(table, t, 0, set)];

			if (value < NEVER && t < least)
				value += (int64_t)in->weight.horizon_short *
				    (least - t) * ONE;
			if (value < best)
				best = value;
		}
	}
	return best;
}

static int64_t
best_horizon(struct pricing *with, struct table *table)
{
	const struct instance *in = with->in;

	clear_next(table);
	swap_tables(table);
	table->now[state(table, 0, 0, 0)] = 0;
	for (int32_t day = 0; day < in->days; day++) {
		for (unsigned set = 0; set < SETS; set++)
			with->set[set] = NEVER;
		fill_day(with, day, 0, 0, 0, (struct last){NULL, 0});
		clear_next(table);
		for (unsigned yesterday = 0; yesterday < SETS; yesterday++) {
			if (canonical(&in->rule, yesterday) != yesterday)
				continue;
			for (unsigned today = 0; today < SETS; today++)
				spread(with, table, yesterday, today);
		}
		swap_tables(table);
		if (day % DAYS_PER_WEEK == WEEK_END)
			end_week(with, table);
	}
	return least_of(with, table);
}

static int64_t
least_unfair(const struct pricing *with)
{
	const struct instance *in = with->in;
	const struct worker *worker = &in->physician[with->physician];
	int64_t best = 0;

	for (int64_t e = 1; e <= worker->horizon_max; e++) {
		int64_t m = e > worker->fair_share ? e - worker->fair_share : 0;
		int64_t value = in->weight.unfair * (m * (m + 1) / 2) * ONE -
		    with->plan->unpopular[with->physician] * e;

		best = value < best ? value : best;
	}
	return best;
}

/* Either no unscheduled half-day, or a strict minority of them. */
static int64_t
physician_bound(
    const struct instance *in, const struct plan *plan, int32_t physician)
{
	const struct worker *worker = &in->physician[physician];
	struct pricing with = {.in = in, .plan = plan, .physician = physician};
	struct table table = {
	    (worker->horizon_max < in->halves ? worker->horizon_max
					      : in->halves) +
		1,
	    worker->week_max + 1, NULL, NULL};
	size_t count =
	    (size_t)SETS * (size_t)table.weeks * (size_t)table.totals;
	int64_t price =
	    in->rule.minority_physician ? plan->physician[physician] : 0;
	int64_t best, mixed;

	table.now = xcalloc(count, sizeof(int64_t));
	table.next = xcalloc(count, sizeof(int64_t));
	with.minority = price;
	best = best_horizon(&with, &table);
	if (price > 0) {
		mixed = best + price;
		with.minority = 0;
		with.scheduled_only = true;
		best = best_horizon(&with, &table);
		best = mixed < best ? mixed : best;
	}
	free(table.now);
	free(table.next);
	return best + least_unfair(&with);
}

/* ----- sites ----- */

struct filling {
	const struct instance *in;
	const struct plan *plan;
	int64_t minority;
	bool scheduled_only;
};

struct room_best {
	int64_t any, seen; /* seen: with somebody there in person */
};

static bool
in_person(const struct instance *in, const struct need *need)
{
	return !in->activity[need->activity].remote &&
	    (in->weight.presence_parts >> half_part(need->half) & 1) != 0;
}

/* By whether somebody is there in person, and by rooms used. */
struct room_table {
	int64_t at[2][ROOMS_MAX + 1];
};

static void
clear_room(struct room_table *table)
{
	for (int32_t u = 0; u <= ROOMS_MAX; u++)
		table->at[0][u] = table->at[1][u] = NEVER;
}

/* With f half-days more, which cost so much. */
static void
fill_room(const struct room_table *now, struct room_table *next, int32_t rooms,
    int32_t f, bool person, int64_t cost)
{
	for (int32_t u = 0; u + f <= rooms; u++) {
		for (int s = 0; s < 2; s++) {
			int64_t *to = &next->at[s != 0 || person][u + f];

			if (now->at[s][u] < NEVER && now->at[s][u] + cost < *to)
				*to = now->at[s][u] + cost;
		}
	}
}

/* All fillings of the needs of one half-day, by rooms used. */
static struct room_best
best_room(const struct filling *with, int32_t from, int32_t to)
{
	const struct instance *in = with->in;
	int32_t rooms = in->site[in->need[from].site].rooms;
	struct room_table now, next;
	struct room_best best = {NEVER, NEVER};

	clear_room(&now);
	now.at[0][0] = 0;
	for (int32_t n = from; n < to; n++) {
		const struct need *need = &in->need[n];
		const struct activity_kind *kind =
		    &in->activity[need->activity];
		int64_t price = with->plan->slot[n] +
		    (kind->unscheduled ? with->minority : -with->minority);
		int32_t most =
		    kind->unscheduled && with->scheduled_only ? 0 : need->count;

		clear_room(&next);
		for (int32_t f = 0; f <= most && f <= rooms; f++) {
			int64_t cost = price * f;

			for (int32_t k = f; k < need->count; k++)
				cost +=
				    instance_level(in, need, (unsigned)k) * ONE;
			fill_room(&now, &next, rooms, f,
			    f > 0 && in_person(in, need), cost);
		}
		now = next;
	}
	for (int32_t u = 0; u <= rooms; u++) {
		best.seen = now.at[1][u] < best.seen ? now.at[1][u] : best.seen;
		best.any = now.at[0][u] < best.any ? now.at[0][u] : best.any;
	}
	best.any = best.seen < best.any ? best.seen : best.any;
	return best;
}

/* One day of a site: needs from..to. */
static int64_t
best_day(const struct filling *with, int32_t from, int32_t to)
{
	const struct instance *in = with->in;
	int64_t any = 0, more = NEVER;
	int64_t worth = instance_presence(in, in->need[from].site) * ONE;
	bool wanted = false;

	for (int32_t n = from; n < to;) {
		int32_t end = n;
		struct room_best room;

		for (; end < to && in->need[end].half == in->need[n].half;
		     end++) {
			wanted = wanted || in_person(in, &in->need[end]);
		}
		room = best_room(with, n, end);
		any += room.any;
		if (room.seen < NEVER && room.seen - room.any < more)
			more = room.seen - room.any;
		n = end;
	}
	if (!wanted)
		return any;
	return any + (more < worth ? more : worth);
}

static int64_t
best_site(const struct filling *with, int32_t site)
{
	const struct instance *in = with->in;
	int64_t sum = 0;

	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *at = &in->need_first[w * in->sites + site];

		for (int32_t n = at[0]; n < at[1];) {
			int32_t end = n;

			while (end < at[1] &&
			    half_day(in->need[end].half) ==
				half_day(in->need[n].half))
				end++;
			sum += best_day(with, n, end);
			n = end;
		}
	}
	return sum;
}

static int64_t
site_bound(const struct instance *in, const struct plan *plan, int32_t site)
{
	int64_t price = in->rule.minority_site ? plan->site[site] : 0;
	struct filling with = {in, plan, price, false};
	int64_t best = best_site(&with, site), mixed = best + price;

	if (price == 0)
		return best;
	with.minority = 0;
	with.scheduled_only = true;
	best = best_site(&with, site);
	return mixed < best ? mixed : best;
}

int64_t
check_bound(const struct instance *in, const struct plan *plan)
{
	int64_t sum = 0;

	for (int32_t p = 0; p < in->physicians; p++)
		sum += physician_bound(in, plan, p);
	for (int32_t s = 0; s < in->sites; s++)
		sum += site_bound(in, plan, s);
	return sum;
}
