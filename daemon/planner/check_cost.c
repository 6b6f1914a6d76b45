/* SPDX-License-Identifier: ISC */
/* check_cost: every rule of a plan, and its cost, half-day by half-day. */
#include "daemon/planner/check.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

/* The plan as a table: what a physician does in a half-day. */
struct table {
	const struct instance *in;
	int32_t *need; /* physician * halves + half; -1: nothing */
	const struct reach **reach;
	int32_t *held; /* by need */
	struct error *error;
};

static bool
broken(struct table *table, int32_t physician, int32_t half, const char *rule)
{
	const struct instance *in = table->in;

	error_set(table->error, "physician %s, day %d part %c: %s",
	    names_text(&in->physician_names, physician), half_day(half),
	    part_letter((enum part)half_part(half)), rule);
	return false;
}

static const struct reach *
find_reach(const struct instance *in, int32_t physician, int32_t site)
{
	const struct worker *worker = &in->physician[physician];

	for (int32_t r = worker->first; r < worker[1].first; r++) {
		if (in->reach[r].site == site)
			return &in->reach[r];
	}
	return NULL;
}

static bool
enter(struct table *table, const struct assign *assign)
{
	const struct instance *in = table->in;
	const struct need *need = &in->need[assign->need];
	int32_t p = assign->physician, day = half_day(need->half);
	size_t at = (size_t)p * (size_t)in->halves + (size_t)need->half;
	unsigned parts =
	    in->free_parts[(size_t)p * (size_t)in->days + (size_t)day];

	if (table->need[at] >= 0)
		return broken(table, p, need->half, "two half-days at once");
	table->need[at] = assign->need;
	table->reach[at] = find_reach(in, p, need->site);
	if (table->reach[at] == NULL)
		return broken(table, p, need->half, "the site is not his");
	if ((in->physician[p].skills >> need->activity & 1) == 0)
		return broken(table, p, need->half, "not his activity");
	if ((parts >> half_part(need->half) & 1) == 0)
		return broken(table, p, need->half, "not free");
	if (++table->held[assign->need] > need->count)
		return broken(table, p, need->half, "more than are needed");
	return true;
}

static int64_t
own_cost(const struct table *table, int32_t p, int32_t half)
{
	const struct instance *in = table->in;
	const struct weights *weight = &in->weight;
	size_t at = (size_t)p * (size_t)in->halves + (size_t)half;
	const struct need *need = &in->need[table->need[at]];
	const struct activity_kind *kind = &in->activity[need->activity];
	int32_t anchor =
	    in->physician[p].anchor[half_day(half) % DAYS_PER_WEEK];
	unsigned bad =
	    in->disliked[(size_t)p * (size_t)in->days + (size_t)half_day(half)];
	int64_t cost =
	    (int64_t)weight->preference * table->reach[at]->preference;

	if (!kind->remote)
		cost += (int64_t)2 * weight->travel * table->reach[at]->minutes;
	if ((bad >> half_part(half) & 1) != 0)
		cost += weight->dislike;
	if (kind->anchored && anchor >= 0 && anchor != need->site)
		cost += weight->anchor;
	return cost;
}

/* Two half-days in a row: false when they are too far apart. */
static bool
pair_saving(const struct table *table, int32_t p, int32_t half, int64_t *saved)
{
	const struct instance *in = table->in;
	size_t at = (size_t)p * (size_t)in->halves + (size_t)half;
	const struct need *a = &in->need[table->need[at]];
	const struct need *b = &in->need[table->need[at + 1]];
	int64_t minutes = table->reach[at]->minutes;
	int32_t between;

	*saved = 0;
	if (in->activity[a->activity].remote ||
	    in->activity[b->activity].remote)
		return true;
	if (a->site == b->site) {
		*saved = 2 * in->weight.travel * minutes;
		return true;
	}
	between = instance_minutes(in, a->site, b->site);
	if (between < 0 || between > in->rule.gap[half_part(half)])
		return false;
	minutes += table->reach[at + 1]->minutes - between;
	*saved = minutes > 0 ? in->weight.travel * minutes : 0;
	return true;
}

/* Parts worked on a day, as bits. */
static unsigned
worked(const struct table *table, int32_t p, int32_t day)
{
	unsigned mask = 0;

	for (int32_t part = 0; part < PART_COUNT; part++) {
		size_t at = (size_t)p * (size_t)table->in->halves +
		    (size_t)(day * PART_COUNT + part);

		if (table->need[at] >= 0)
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
	int32_t day, week, all, unscheduled, unpopular;
	int64_t cost;
};

static bool
judge_day(struct table *table, int32_t p, int32_t day, struct sums *sums)
{
	const struct instance *in = table->in;
	unsigned mask = worked(table, p, day);
	int64_t saved;

	sums->day = 0;
	for (int32_t part = 0; part < PART_COUNT; part++) {
		int32_t half = day * PART_COUNT + part;
		int32_t n =
		    table->need[(size_t)p * (size_t)in->halves + (size_t)half];

		if (n < 0)
			continue;
		sums->day++;
		sums->unscheduled +=
		    in->activity[in->need[n].activity].unscheduled;
		sums->unpopular += instance_unpopular(in, half);
		sums->cost += own_cost(table, p, half);
		if (part + 1 == PART_COUNT || in->rule.gap[part] < 0 ||
		    (mask >> (part + 1) & 1) == 0)
			continue;
		if (!pair_saving(table, p, half, &saved))
			return broken(table, p, half, "too far for one day");
		sums->cost -= saved;
	}
	if (sums->day > in->physician[p].day_max)
		return broken(
		    table, p, day * PART_COUNT, "too many half-days in a day");
	if (!rested(table, p, day, mask))
		return broken(table, p, day * PART_COUNT, "no rest");
	sums->week += sums->day;
	sums->all += sums->day;
	return true;
}

static bool
judge_physician(struct table *table, int32_t p, int64_t *cost)
{
	const struct instance *in = table->in;
	const struct worker *worker = &in->physician[p];
	struct sums sums = {0};
	int64_t above;

	for (int32_t day = 0; day < in->days; day++) {
		if (day % DAYS_PER_WEEK == 0)
			sums.week = 0;
		if (!judge_day(table, p, day, &sums))
			return false;
		if (day % DAYS_PER_WEEK != DAYS_PER_WEEK - 1)
			continue;
		if (sums.week > worker->week_max)
			return broken(table, p, day * PART_COUNT,
			    "too many half-days in a week");
		if (sums.week < worker->week_min)
			sums.cost += (int64_t)in->weight.week_short *
			    (worker->week_min - sums.week);
	}
	if (sums.all > worker->horizon_max)
		return broken(table, p, 0, "too many half-days");
	if (in->rule.minority_physician && sums.unscheduled > 0 &&
	    2 * sums.unscheduled > sums.all - 1)
		return broken(
		    table, p, 0, "unscheduled half-days are no minority");
	if (sums.all < worker->horizon_min)
		sums.cost += (int64_t)in->weight.horizon_short *
		    (worker->horizon_min - sums.all);
	above = sums.unpopular - worker->fair_share;
	if (above > 0)
		sums.cost += in->weight.unfair * (above * (above + 1) / 2);
	*cost += sums.cost;
	return true;
}

static bool
refuse_site(struct table *table, int32_t site, const char *rule)
{
	error_set(table->error, "site %s: %s",
	    names_text(&table->in->site_names, site), rule);
	return false;
}

static bool
judge_site(struct table *table, int32_t site, int64_t *cost)
{
	const struct instance *in = table->in;
	int32_t all = 0, unscheduled = 0, day = -1, half = -1, in_half = 0;
	bool wanted = false, seen = false;

	for (int32_t w = 0; w < in->weeks; w++) {
		const int32_t *at = &in->need_first[w * in->sites + site];

		for (int32_t n = at[0]; n < at[1]; n++) {
			const struct need *need = &in->need[n];
			bool in_person = !in->activity[need->activity].remote &&
			    (in->weight.presence_parts >>
				    half_part(need->half) &
				1) != 0;

			if (half_day(need->half) != day) {
				if (wanted && !seen)
					*cost += instance_presence(in, site);
				wanted = seen = false;
				day = half_day(need->half);
			}
			if (need->half != half)
				in_half = 0;
			half = need->half;
			wanted = wanted || in_person;
			seen = seen || (in_person && table->held[n] > 0);
			in_half += table->held[n];
			if (in_half > in->site[site].rooms)
				return refuse_site(
				    table, site, "more half-days than rooms");
			all += table->held[n];
			if (in->activity[need->activity].unscheduled)
				unscheduled += table->held[n];
			for (int32_t k = table->held[n]; k < need->count; k++)
				*cost += instance_level(in, need, (unsigned)k);
		}
	}
	if (wanted && !seen)
		*cost += instance_presence(in, site);
	if (in->rule.minority_site && unscheduled > 0 &&
	    2 * unscheduled > all - 1)
		return refuse_site(
		    table, site, "unscheduled half-days are no minority");
	return true;
}

bool
check_cost(const struct instance *in, const struct plan *plan, int64_t *cost,
    struct error *error)
{
	size_t cells = (size_t)in->physicians * (size_t)in->halves + 2;
	struct table table = {.in = in, .error = error};
	bool good = true;

	table.need = xcalloc(cells, sizeof(table.need[0]));
	table.reach = xcalloc(cells, sizeof(table.reach[0]));
	table.held = xcalloc(in->needs + 1, sizeof(table.held[0]));
	for (size_t i = 0; i < cells; i++)
		table.need[i] = -1;
	*cost = 0;
	for (size_t i = 0; good && i < plan->assigns; i++)
		good = enter(&table, &plan->assign[i]);
	for (int32_t p = 0; good && p < in->physicians; p++)
		good = judge_physician(&table, p, cost);
	for (int32_t s = 0; good && s < in->sites; s++)
		good = judge_site(&table, s, cost);
	free(table.need);
	free(table.reach);
	free(table.held);
	return good;
}
