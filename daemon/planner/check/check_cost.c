/* SPDX-License-Identifier: ISC */
/* check_cost: every rule of a plan, and its cost, half-day by half-day. */
#include "daemon/planner/check/check.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

/* The plan as a table: what a physician does in a half-day. */
struct table {
	const struct instance *in;
	const struct plan *plan;
	int32_t *need; /* physician * halves + half; -1: nothing */
	const struct reach **reach;
	int32_t *held; /* by need */
	/* By share: what it weighs, how many half-days are unscheduled. */
	int64_t *weight;
	int32_t *unscheduled;
	int32_t *cap; /* units */
	struct error *error;
};

static size_t
cell(const struct table *table, int32_t p, int32_t half)
{
	return (size_t)p * (size_t)table->in->halves + (size_t)half;
}

static bool
broken(struct table *table, int32_t physician, int32_t half, const char *rule)
{
	const struct instance *in = table->in;

	error_set(table->error, "physician %s, day %d part %c: %s",
	    names_text(&in->physician_names, physician), half_day(half),
	    part_letter((enum part)half_part(half)), rule);
	return false;
}

/* For the shares and caps that it counts for. */
static void
count(struct table *table, int32_t p, const struct need *need)
{
	const struct instance *in = table->in;
	int32_t share[] = {need->share, instance_own_share(in, p, need)};
	const struct care *care = &in->care[need->care];

	for (size_t i = 0; i < ARRAY_SIZE(share); i++) {
		if (share[i] == NAMES_NONE)
			continue;
		table->weight[share[i]] += 100 * care->unscheduled -
		    in->share[share[i]].bound * care->minutes;
		table->unscheduled[share[i]] += care->unscheduled > 0;
	}
	for (size_t c = 0; c < in->caps; c++) {
		const struct cap *cap = &in->cap[c];

		if (cap->physician == p && need->half >= cap->from &&
		    need->half < cap->until &&
		    (cap->programme < 0 || cap->programme == need->programme) &&
		    (cap->turn == 0 || cap->turn == need->turn) &&
		    (!cap->unscheduled || care->unscheduled > 0))
			table->cap[c] += in->rule.units[half_part(need->half)];
	}
}

static bool
enter(struct table *table, const struct assign *assign)
{
	const struct instance *in = table->in;
	const struct need *need = &in->need[assign->need];
	int32_t p = assign->physician;
	size_t at = cell(table, p, need->half);
	const char *refusal;

	if (table->need[at] >= 0)
		return broken(table, p, need->half, "two half-days at once");
	table->need[at] = assign->need;
	table->reach[at] = check_reach(in, p, need->site);
	if (table->reach[at] == NULL)
		return broken(table, p, need->half, "the site is not his");
	refusal = check_refusal(in, table->reach[at], assign->need);
	if (refusal != NULL)
		return broken(table, p, need->half, refusal);
	if (++table->held[assign->need] > need->count - need->filled)
		return broken(table, p, need->half, "more than are needed");
	count(table, p, need);
	return true;
}

/* Two half-days in a row: false when they are too far apart. */
static bool
pair_saving(const struct table *table, int32_t p, int32_t half, int64_t *saved)
{
	const struct instance *in = table->in;
	struct halt stay[2];

	for (int i = 0; i < 2; i++) {
		size_t at = cell(table, p, half + i);
		const struct need *need = &in->need[table->need[at]];

		stay[i] = (struct halt){table->reach[at], need->site,
		    in->activity[need->activity].remote};
	}
	return check_saving(in, p, half_part(half), stay, saved);
}

/* Parts worked on a day, as bits. */
static unsigned
worked(const struct table *table, int32_t p, int32_t day)
{
	unsigned mask = 0;

	for (int32_t part = 0; part < PART_COUNT; part++) {
		if (table->need[cell(table, p, day * PART_COUNT + part)] >= 0)
			mask |= 1u << part;
	}
	return mask;
}

static bool
rested(const struct table *table, int32_t p, int32_t day, unsigned mask)
{
	const struct rules *rule = &table->in->rule;
	unsigned before;

	if (day == 0 || (day % DAYS_PER_WEEK == 0 && !rule->rest_across))
		return true;
	before = worked(table, p, day - 1);
	for (unsigned part = 0; part < PART_COUNT; part++) {
		if ((before >> part & 1) != 0 && (rule->rest[part] & mask) != 0)
			return false;
	}
	return true;
}

struct sums {
	int32_t day, week, all, unpopular;
	int64_t cost;
};

static bool
judge_half(struct table *table, int32_t p, int32_t half, unsigned mask,
    struct sums *sums)
{
	const struct instance *in = table->in;
	size_t at = cell(table, p, half);
	unsigned part = half_part(half);
	int32_t kept = check_kept(in, table->plan, p, half);
	int64_t saved;

	if (kept >= 0 && table->need[at] != kept)
		return broken(table, p, half, "a lock is not kept");
	if (table->need[at] < 0)
		return true;
	sums->day++;
	sums->unpopular += instance_unpopular(in, half);
	sums->cost += check_own_cost(in, table->reach[at], table->need[at]);
	if (part + 1 == PART_COUNT || in->rule.gap[part] < 0 ||
	    (mask >> (part + 1) & 1) == 0)
		return true;
	if (!pair_saving(table, p, half, &saved))
		return broken(table, p, half, "too far for one day");
	sums->cost -= saved;
	return true;
}

static bool
judge_day(struct table *table, int32_t p, int32_t day, struct sums *sums)
{
	const struct instance *in = table->in;
	unsigned mask = worked(table, p, day);
	unsigned held =
	    in->held_parts[(size_t)p * (size_t)in->days + (size_t)day];

	sums->day = 0;
	for (int32_t part = 0; part < PART_COUNT; part++) {
		if (!judge_half(table, p, day * PART_COUNT + part, mask, sums))
			return false;
	}
	if (sums->day > 0 &&
	    sums->day + __builtin_popcount(held) > in->physician[p].day_max)
		return broken(
		    table, p, day * PART_COUNT, "too many half-days in a day");
	if (!rested(table, p, day, mask))
		return broken(table, p, day * PART_COUNT, "no rest");
	sums->week += sums->day;
	sums->all += sums->day;
	return true;
}

static bool
judge_week(struct table *table, int32_t p, int32_t week, struct sums *sums)
{
	const struct instance *in = table->in;
	size_t at = (size_t)p * (size_t)in->weeks + (size_t)week;

	sums->week = 0;
	for (int32_t d = 0; d < DAYS_PER_WEEK; d++) {
		if (!judge_day(table, p, week * DAYS_PER_WEEK + d, sums))
			return false;
	}
	if (sums->week > in->week_max[at])
		return broken(table, p, week * HALVES_PER_WEEK,
		    "too many half-days in a week");
	if (sums->week < in->week_min[at])
		sums->cost += (int64_t)in->physician[p].week_short *
		    (in->week_min[at] - sums->week);
	return true;
}

static bool
judge_physician(struct table *table, int32_t p, int64_t *cost)
{
	const struct instance *in = table->in;
	const struct worker *worker = &in->physician[p];
	struct sums sums = {0};
	int64_t above;

	for (int32_t week = 0; week < in->weeks; week++) {
		if (!judge_week(table, p, week, &sums))
			return false;
	}
	if (sums.all > worker->horizon_max)
		return broken(table, p, 0, "too many half-days");
	if (sums.all < worker->horizon_min)
		sums.cost += (int64_t)in->weight.horizon_short *
		    (worker->horizon_min - sums.all);
	above = sums.unpopular - worker->fair_share;
	if (above > 0)
		sums.cost += worker->unfair * (above * (above + 1) / 2);
	*cost += sums.cost;
	return true;
}

static bool
judge_caps(struct table *table, int64_t *cost)
{
	const struct instance *in = table->in;

	for (size_t c = 0; c < in->caps; c++) {
		if (table->cap[c] > in->cap[c].max) {
			error_set(table->error, "cap %s: %d of at most %d",
			    names_text(&in->cap_names, (int32_t)c),
			    table->cap[c], in->cap[c].max);
			return false;
		}
		if (table->cap[c] < in->cap[c].min)
			*cost += (int64_t)in->cap[c].weight *
			    (in->cap[c].min - table->cap[c]);
	}
	return true;
}

/* What is missing of the groups of sites that a physician shall work at. */
static int64_t
spread_cost(const struct table *table, const struct spread *spread)
{
	const struct instance *in = table->in;
	int32_t *seen = xcalloc((size_t)spread->want + 1, sizeof(seen[0]));
	int32_t count = 0;

	if (spread->used != NAMES_NONE && spread->want > 0)
		seen[count++] = spread->used;
	for (int32_t half = 0; half < in->halves && count < spread->want;
	     half++) {
		int32_t n = table->need[cell(table, spread->physician, half)];
		int32_t group, i = 0;

		if (n < 0 || in->activity[in->need[n].activity].remote)
			continue;
		group = instance_group(in, spread->of, in->need[n].site);
		while (i < count && seen[i] != group)
			i++;
		if (i == count && group != NAMES_NONE)
			seen[count++] = group;
	}
	free(seen);
	return (int64_t)spread->weight * (spread->want - count);
}

/* Minutes there and planned: 100 unscheduled < bound all, unless none is. */
static bool
judge_share(struct table *table, size_t number, const struct allowance *allow)
{
	const struct instance *in = table->in;
	const struct share *share = &in->share[number];
	int64_t there =
	    100 * share->unscheduled - share->bound * share->minutes;
	int64_t sum = there + table->weight[number];
	const char *who;

	if (table->unscheduled[number] == 0 && share->unscheduled == 0)
		return true;
	/* Broken by what is there, or locked: it may not become worse. */
	if (sum < 0 || (share->unscheduled > 0 && there >= 0 && sum <= there) ||
	    (allow->unscheduled > 0 && there + allow->sum >= 0 &&
		table->weight[number] <= allow->sum))
		return true;
	who = share->physician >= 0
	    ? names_text(&in->physician_names, share->physician)
	    : names_text(&in->site_names, share->site);
	error_set(table->error,
	    "%s %s: unscheduled half-days are no minority: %lld above the "
	    "bound of %d per cent",
	    share->physician >= 0 ? "physician" : "site", who, (long long)sum,
	    share->bound);
	return false;
}

static bool
judge_shares(struct table *table)
{
	size_t count_of = table->in->shares;
	struct allowance *allowance =
	    xcalloc(count_of + 1, sizeof(allowance[0]));
	bool good = true;

	check_allowances(table->in, table->plan, allowance);
	for (size_t g = 0; good && g < count_of; g++)
		good = judge_share(table, g, &allowance[g]);
	free(allowance);
	return good;
}

static bool
refuse_site(struct table *table, int32_t site, const char *rule)
{
	error_set(table->error, "site %s: %s",
	    names_text(&table->in->site_names, site), rule);
	return false;
}

/* A day of a site, as far as its needs have been seen. */
struct visit {
	int32_t day, half, in_half;
	bool wanted, seen;
};

static void
end_visit(
    const struct instance *in, int32_t site, struct visit *visit, int64_t *cost)
{
	if (visit->wanted && !visit->seen)
		*cost += in->site[site].presence +
		    instance_dear(in, site, visit->day);
	visit->wanted = visit->seen = false;
}

static bool
judge_need(struct table *table, int32_t n, struct visit *visit, int64_t *cost)
{
	const struct instance *in = table->in;
	const struct need *need = &in->need[n];
	bool in_person = !in->activity[need->activity].remote &&
	    (in->weight.presence_parts >> half_part(need->half) & 1) != 0;

	if (half_day(need->half) != visit->day)
		end_visit(in, need->site, visit, cost);
	visit->day = half_day(need->half);
	if (need->half != visit->half)
		visit->in_half = 0;
	visit->half = need->half;
	visit->wanted = visit->wanted || in_person;
	visit->seen = visit->seen || need->present != 0 ||
	    (in_person && table->held[n] > 0);
	visit->in_half += table->held[n];
	if (visit->in_half > need->rooms)
		return refuse_site(
		    table, need->site, "more half-days than rooms");
	for (int32_t k = need->filled + table->held[n]; k < need->count; k++)
		*cost += instance_level(in, need, (unsigned)k);
	return true;
}

static bool
judge_site(struct table *table, int32_t site, int64_t *cost)
{
	const struct instance *in = table->in;
	struct visit visit = {-1, -1, 0, false, false};

	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *at = &in->need_first[w * in->sites + site];

		for (int32_t n = at[0]; n < at[1]; n++) {
			if (!judge_need(table, n, &visit, cost))
				return false;
		}
	}
	end_visit(in, site, &visit, cost);
	return true;
}

static bool
judge(struct table *table, int64_t *cost)
{
	const struct instance *in = table->in;

	*cost = instance_constant(in);
	for (size_t i = 0; i < table->plan->assigns; i++) {
		if (!enter(table, &table->plan->assign[i]))
			return false;
	}
	for (int32_t p = 0; p < in->physicians; p++) {
		if (!judge_physician(table, p, cost))
			return false;
	}
	for (size_t i = 0; i < in->spreads; i++)
		*cost += spread_cost(table, &in->spread[i]);
	if (!judge_caps(table, cost) || !judge_shares(table))
		return false;
	for (int32_t s = 0; s < in->sites; s++) {
		if (!judge_site(table, s, cost))
			return false;
	}
	return true;
}

bool
check_cost(const struct instance *in, const struct plan *plan, int64_t *cost,
    struct error *error)
{
	size_t cells = (size_t)in->physicians * (size_t)in->halves + 2;
	struct table table = {.in = in, .plan = plan, .error = error};
	bool good;

	table.need = xcalloc(cells, sizeof(table.need[0]));
	table.reach = xcalloc(cells, sizeof(table.reach[0]));
	table.held = xcalloc(in->needs + 1, sizeof(table.held[0]));
	table.weight = xcalloc(in->shares + 1, sizeof(table.weight[0]));
	table.unscheduled = xcalloc(in->shares + 1, sizeof(int32_t));
	table.cap = xcalloc(in->caps + 1, sizeof(table.cap[0]));
	for (size_t i = 0; i < cells; i++)
		table.need[i] = -1;
	good = judge(&table, cost);
	free(table.need);
	free(table.reach);
	free(table.held);
	free(table.weight);
	free(table.unscheduled);
	free(table.cap);
	return good;
}
