/* SPDX-License-Identifier: ISC */
/*
 * check_bound: the bound that a plan's prices prove.  A physician is one
 * recursion over the days of the horizon, a day all its combinations: slow, and
 * nothing like the way the planner does it.
 */
#include "daemon/planner/check/check.h"

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
	bool scheduled_only; /* no share at all then */
	int64_t set[SETS];   /* of the day at hand */
};

/* What the half-day is charged by shares and caps. */
static int64_t
charges(const struct pricing *with, const struct need *need)
{
	const struct instance *in = with->in;
	int32_t p = with->physician;
	int32_t share = instance_own_share(in, p, need);
	int64_t sum = 0;

	if (share >= 0 && !with->scheduled_only)
		sum += with->plan->share[share] *
		    instance_weight(in, &in->share[share], need->care);
	for (size_t c = 0; c < in->caps; c++) {
		if (in->cap[c].physician == p &&
		    instance_in_cap(in, &in->cap[c], need))
			sum += with->plan->cap[c] *
			    in->rule.units[half_part(need->half)];
	}
	return sum;
}

/* What a half-day costs the physician; NEVER when it is not for him. */
static int64_t
half_cost(const struct pricing *with, const struct reach *reach, int32_t number)
{
	const struct instance *in = with->in;
	const struct need *need = &in->need[number];
	int64_t cost;

	if (check_refusal(in, reach, number) != NULL ||
	    (in->care[need->care].unscheduled > 0 && with->scheduled_only))
		return NEVER;
	cost = check_own_cost(in, reach, number) * ONE -
	    with->plan->slot[number] + charges(with, need);
	if (instance_unpopular(in, need->half))
		cost += with->plan->unpopular[with->physician];
	return cost;
}

struct last {
	const struct reach *reach; /* of the part before; NULL: none */
	int32_t need;
};

/* What going from one to the other saves; NEVER when it cannot be done. */
static int64_t
together(const struct instance *in, unsigned first, const struct last *a,
    const struct last *b)
{
	struct halt stay[2] = {
	    {a->reach, a->reach->site,
		in->activity[in->need[a->need].activity].remote},
	    {b->reach, b->reach->site,
		in->activity[in->need[b->need].activity].remote}};
	int64_t saved;

	return check_saving(in, a->reach->physician, first, stay, &saved)
	    ? saved * ONE
	    : NEVER;
}

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
	if (check_kept(in, with->plan, with->physician, half) < 0)
		fill_day(
		    with, day, part + 1, set, cost, (struct last){NULL, 0});
	for (int32_t r = worker->first; r < worker[1].first; r++) {
		const struct reach *reach = &in->reach[r];
		const int32_t *at =
		    &in->need_first[week * in->sites + reach->site];

		for (int32_t n = at[0]; n < at[1]; n++) {
			const struct last here = {reach, n};
			int64_t more, saved = 0;

			if (in->need[n].half != half)
				continue;
			more = half_cost(with, reach, n);
			if (more < NEVER && last.reach != NULL &&
			    in->rule.gap[part - 1] >= 0)
				saved = together(
				    in, (unsigned)part - 1, &last, &here);
			if (more < NEVER && saved < NEVER)
				fill_day(with, day, part + 1, set | 1u << part,
				    cost + more - saved, here);
		}
	}
}

/* States: half-days of the horizon, of the week, and the set of yesterday. */
struct table {
	int32_t totals, weeks; /* one more than the most */
	int64_t *now, *next;
	unsigned as[SETS]; /* see canonical() */
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
spread(const struct pricing *with, struct table *table, int32_t most,
    unsigned yesterday, unsigned today)
{
	const struct rules *rule = &with->in->rule;
	int32_t count = __builtin_popcount(today);
	unsigned to = table->as[today];

	if (with->set[today] >= NEVER || count > most ||
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
	size_t count = (size_t)table->weeks * (size_t)table->totals;

	for (unsigned set = 0; set < SETS; set++) {
		for (size_t i = 0; table->as[set] == set && i < count; i++)
			table->next[set * count + i] = NEVER;
	}
}

/* The end of a week: its limits, and all begin the next with none. */
static void
end_week(const struct pricing *with, struct table *table, int32_t week)
{
	const struct instance *in = with->in;
	size_t at = (size_t)with->physician * (size_t)in->weeks + (size_t)week;
	int32_t least = in->week_min[at], most = in->week_max[at];

	clear_next(table);
	for (unsigned set = 0; set < SETS; set++) {
		unsigned to = in->rule.rest_across ? set : 0;

		for (int32_t w = 0;
		     table->as[set] == set && w < table->weeks && w <= most;
		     w++) {
			int64_t lack = w < least
			    ? (int64_t)in->physician[with->physician]
				    .week_short *
				(least - w) * ONE
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
		for (int32_t t = 0; table->as[set] == set && t < table->totals;
		     t++) {
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

/* Half-days of a day besides those at which he is held. */
static int32_t
day_most(const struct pricing *with, int32_t day)
{
	const struct instance *in = with->in;
	size_t at = (size_t)with->physician * (size_t)in->days + (size_t)day;
	int32_t most = in->physician[with->physician].day_max -
	    __builtin_popcount(in->held_parts[at]);

	return most > 0 ? most : 0;
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
			if (table->as[yesterday] != yesterday)
				continue;
			for (unsigned today = 0; today < SETS; today++)
				spread(with, table, day_most(with, day),
				    yesterday, today);
		}
		swap_tables(table);
		if (day % DAYS_PER_WEEK == WEEK_END)
			end_week(with, table, day / DAYS_PER_WEEK);
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
		int64_t value = worker->unfair * (m * (m + 1) / 2) * ONE -
		    with->plan->unpopular[with->physician] * e;

		best = value < best ? value : best;
	}
	return best;
}

/* Of all counts of a cap: what is missing of its minimum, less the price. */
static int64_t
least_cap(const struct cap *cap, int64_t price)
{
	int64_t best = INT64_MAX;

	for (int64_t c = 0; c <= cap->most; c++) {
		int64_t lack = cap->min > c ? cap->min - c : 0;
		int64_t value = cap->weight * lack * ONE - price * c;

		best = value < best ? value : best;
	}
	return best;
}

/* The share that all he can do counts for, void without an unscheduled minute
 * and kept by any half-day without one; or -1. */
static int32_t
void_share(const struct instance *in, const struct allowance *allowance,
    int32_t physician)
{
	int32_t first = in->share_first[physician];
	int32_t g = in->share_list[first];
	const struct share *share = &in->share[g];

	if (first == in->share_first[physician + 1] ||
	    !allowance[g].conditional || allowance[g].limit >= 0 ||
	    allowance[g].locked || share->from > 0 ||
	    share->until < in->halves || share->programme >= 0)
		return -1;
	for (size_t c = 0; c < in->cares; c++) {
		if (in->care[c].minutes == 0)
			return -1;
	}
	return g;
}

/* As large as limits of weeks and of the horizon let states be. */
static void
make_table(struct table *table, const struct instance *in, int32_t physician)
{
	const uint8_t *most =
	    &in->week_max[(size_t)physician * (size_t)in->weeks];
	int32_t week = 0, total = 0;
	size_t count;

	for (int32_t w = 0; w < in->weeks; w++) {
		int32_t of =
		    most[w] < HALVES_PER_WEEK ? most[w] : HALVES_PER_WEEK;

		week = of > week ? of : week;
		total += of;
	}
	if (total > in->physician[physician].horizon_max)
		total = in->physician[physician].horizon_max;
	table->weeks = week + 1;
	table->totals = total + 1;
	count = (size_t)SETS * (size_t)table->weeks * (size_t)table->totals;
	table->now = xcalloc(count, sizeof(int64_t));
	table->next = xcalloc(count, sizeof(int64_t));
	for (unsigned set = 0; set < SETS; set++)
		table->as[set] = canonical(&in->rule, set);
}

/* Either no unscheduled half-day, or a strict minority of them. */
static int64_t
physician_bound(const struct instance *in, const struct plan *plan,
    const struct allowance *allowance, int32_t physician)
{
	struct pricing with = {.in = in, .plan = plan, .physician = physician};
	struct table table;
	int32_t share = void_share(in, allowance, physician);
	int64_t best, mixed;

	make_table(&table, in, physician);
	best = best_horizon(&with, &table);
	if (share >= 0 && plan->share[share] > 0) {
		mixed = best + plan->share[share];
		with.scheduled_only = true;
		best = best_horizon(&with, &table);
		best = mixed < best ? mixed : best;
	}
	free(table.now);
	free(table.next);
	for (size_t c = 0; c < in->caps; c++) {
		if (in->cap[c].physician == physician)
			best += least_cap(&in->cap[c], plan->cap[c]);
	}
	return best + least_unfair(&with);
}

/* Prices so large that their sum has no end prove nothing. */
static int64_t
plus(int64_t a, int64_t b)
{
	int64_t sum;

	if (a <= -NEVER || b <= -NEVER || __builtin_add_overflow(a, b, &sum) ||
	    sum <= -NEVER || sum >= NEVER)
		return -NEVER;
	return sum;
}

/* What the shares allow that do not stand with their owner's bound. */
static int64_t
allowed(const struct instance *in, const struct plan *plan,
    const struct allowance *allowance)
{
	int64_t sum = 0;

	for (size_t g = 0; g < in->shares; g++) {
		const struct share *share = &in->share[g];
		int32_t of = share->physician >= 0
		    ? void_share(in, allowance, share->physician)
		    : check_site_share(in, allowance, share->site);

		int64_t most;

		if (of == (int32_t)g || allowance[g].limit <= 0)
			continue;
		if (__builtin_mul_overflow(
			plan->share[g], allowance[g].limit, &most))
			most = NEVER;
		sum = plus(sum, -most);
	}
	return sum;
}

int64_t
check_bound(const struct instance *in, const struct plan *plan)
{
	struct allowance *allowance =
	    xcalloc(in->shares + 1, sizeof(allowance[0]));
	int64_t sum;

	check_allowances(in, plan, allowance);
	sum = plus(instance_constant(in) * ONE, allowed(in, plan, allowance));
	for (int32_t p = 0; p < in->physicians; p++)
		sum = plus(sum, physician_bound(in, plan, allowance, p));
	for (int32_t s = 0; s < in->sites; s++)
		sum = plus(sum, check_site_bound(in, plan, allowance, s));
	free(allowance);
	return sum;
}
