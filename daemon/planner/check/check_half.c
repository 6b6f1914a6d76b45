/* SPDX-License-Identifier: ISC */
/* check_half: what the rules say of one half-day, and of two in a row. */
#include "daemon/planner/check/check.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

const struct reach *
check_reach(const struct instance *in, int32_t physician, int32_t site)
{
	const struct worker *worker = &in->physician[physician];

	for (int32_t r = worker->first; r < worker[1].first; r++) {
		if (in->reach[r].site == site)
			return &in->reach[r];
	}
	return NULL;
}

static unsigned
day_bits(const struct instance *in, const uint8_t *bits, int32_t p, int32_t day)
{
	return bits[(size_t)p * (size_t)in->days + (size_t)day];
}

/* Whether what he is held at a day before or after leaves him the rest. */
static bool
rests(const struct instance *in, int32_t p, int32_t half)
{
	const struct rules *rule = &in->rule;
	int32_t day = half_day(half), weekday = day % DAYS_PER_WEEK;
	unsigned part = half_part(half), held;

	for (unsigned other = 0; other < PART_COUNT; other++) {
		if (day > 0 && (weekday > 0 || rule->rest_across)) {
			held = day_bits(in, in->held_parts, p, day - 1);
			if ((held >> other & 1) != 0 &&
			    (rule->rest[other] >> part & 1) != 0)
				return false;
		}
		if (day + 1 < in->days &&
		    (weekday + 1 < DAYS_PER_WEEK || rule->rest_across)) {
			held = day_bits(in, in->held_parts, p, day + 1);
			if ((held >> other & 1) != 0 &&
			    (rule->rest[part] >> other & 1) != 0)
				return false;
		}
	}
	return true;
}

/* The stay at which he is held at a half-day of the same day that the part of
 * `half` sees; false when there is none. */
static bool
held_beside(const struct instance *in, int32_t p, int32_t half, int side,
    struct halt *stay)
{
	unsigned part = half_part(half);
	int32_t other = half + side;

	if ((side < 0 && part == 0) || (side > 0 && part + 1 == PART_COUNT) ||
	    in->rule.gap[side < 0 ? part - 1 : part] < 0)
		return false;
	for (size_t i = 0; i < in->helds; i++) {
		const struct held *held = &in->held[i];

		if (held->physician != p || held->half != other)
			continue;
		*stay = (struct halt){
		    check_reach(in, p, held->site), held->site, held->remote};
		return true;
	}
	return false;
}

bool
check_saving(const struct instance *in, int32_t physician, unsigned first,
    const struct halt stay[2], int64_t *saved)
{
	const struct reach *a = stay[0].reach, *b = stay[1].reach;
	int64_t travel = in->physician[physician].travel;
	int32_t between;

	*saved = 0;
	if (stay[0].remote || stay[1].remote)
		return true;
	for (size_t i = 0; i < in->aparts; i++) {
		const struct apart *apart = &in->apart[i];

		if (apart->physician == physician && apart->first == first &&
		    apart->a == stay[0].site && apart->b == stay[1].site)
			return false;
	}
	if (stay[0].site == stay[1].site) {
		*saved = 2 * travel * (a != NULL ? a : b)->minutes;
		return true;
	}
	between = instance_minutes(in, stay[0].site, stay[1].site);
	if (between < 0 || between > in->rule.gap[first])
		return false;
	between = (a != NULL ? a->minutes : 0) + (b != NULL ? b->minutes : 0) -
	    between;
	*saved = between > 0 ? travel * between : 0;
	return true;
}

/* Beside what he is held at; false when that is too far. */
static bool
beside(const struct instance *in, const struct reach *reach, int32_t number,
    int64_t *sum)
{
	const struct need *need = &in->need[number];
	const struct halt here = {
	    reach, need->site, in->activity[need->activity].remote};
	struct halt stay[2];
	int64_t saved;

	*sum = 0;
	if (day_bits(in, in->held_parts, reach->physician,
		half_day(need->half)) == 0)
		return true;
	for (int side = -1; side <= 1; side += 2) {
		stay[0] = stay[1] = here;
		if (!held_beside(in, reach->physician, need->half, side,
			&stay[side > 0]))
			continue;
		if (!check_saving(in, reach->physician,
			half_part(need->half) - (side < 0), stay, &saved))
			return false;
		*sum += saved;
	}
	return true;
}

/* Whether a lock forbids it, or keeps him for something else. */
static bool
locked_out(const struct instance *in, int32_t p, int32_t number)
{
	size_t count;
	const struct mark *mark =
	    instance_marks(in, p, in->need[number].half, &count);

	for (size_t i = 0; i < count; i++) {
		if (mark[i].kind == MARK_FORBID && mark[i].need == number)
			return true;
		if (mark[i].kind == MARK_KEEP && mark[i].need != number)
			return true;
	}
	return false;
}

const char *
check_refusal(
    const struct instance *in, const struct reach *reach, int32_t number)
{
	const struct need *need = &in->need[number];
	const struct candidate candidate = {in, reach, need};
	int32_t p = reach->physician, day = half_day(need->half);
	unsigned part = half_part(need->half);
	int64_t saved;

	if ((in->physician[p].skills >> need->activity & 1) == 0)
		return "not his activity";
	if ((day_bits(in, in->free_parts, p, day) >> part & 1) == 0)
		return "not free";
	if ((day_bits(in, in->held_parts, p, day) >> part & 1) != 0)
		return "held elsewhere";
	if (!rests(in, p, need->half))
		return "no rest";
	if (need->filled >= need->count)
		return "more than are needed";
	if (need->rooms == 0)
		return "no room";
	if (!beside(in, reach, number, &saved))
		return "too far for one day";
	if (locked_out(in, p, number))
		return "against a lock";
	if (in->hook.allows != NULL &&
	    !in->hook.allows(in->hook.context, &candidate))
		return "against a rule";
	return NULL;
}

int64_t
check_own_cost(
    const struct instance *in, const struct reach *reach, int32_t number)
{
	const struct weights *weight = &in->weight;
	const struct need *need = &in->need[number];
	const struct activity_kind *kind = &in->activity[need->activity];
	const struct candidate candidate = {in, reach, need};
	int32_t p = reach->physician, day = half_day(need->half);
	int32_t anchor = in->physician[p].anchor[day % DAYS_PER_WEEK];
	int64_t cost = (int64_t)weight->preference * reach->preference, saved;

	if (!kind->remote)
		cost += (int64_t)2 * in->physician[p].travel * reach->minutes;
	if ((day_bits(in, in->disliked, p, day) >> half_part(need->half) & 1) !=
	    0)
		cost += weight->dislike;
	if (kind->anchored && anchor >= 0 && anchor != need->site)
		cost += weight->anchor;
	beside(in, reach, number, &saved);
	return cost + instance_extra(&candidate) - saved;
}

int32_t
check_kept(const struct instance *in, const struct plan *plan,
    int32_t physician, int32_t half)
{
	size_t count;
	const struct mark *mark = instance_marks(in, physician, half, &count);

	for (size_t i = 0; i < count; i++) {
		if (mark[i].kind == MARK_KEEP &&
		    !plan->conflict[&mark[i] - in->mark])
			return mark[i].need;
	}
	return -1;
}

static void
add_locked(const struct instance *in, const struct mark *mark, int64_t *weight,
    struct allowance *allowance)
{
	const struct need *need = &in->need[mark->need];
	const struct care *care = &in->care[need->care];
	int32_t share[] = {
	    need->share, instance_own_share(in, mark->physician, need)};

	for (size_t i = 0; i < ARRAY_SIZE(share); i++) {
		int32_t g = share[i];

		if (g == NAMES_NONE)
			continue;
		weight[g] += instance_weight(in, &in->share[g], need->care);
		allowance[g].sum += 100 * care->unscheduled -
		    in->share[g].bound * care->minutes;
		allowance[g].unscheduled += care->unscheduled > 0;
		allowance[g].locked = true;
	}
}

void
check_allowances(const struct instance *in, const struct plan *plan,
    struct allowance *allowance)
{
	int64_t *weight = xcalloc(in->shares + 1, sizeof(int64_t));

	for (size_t i = 0; i < in->marks; i++) {
		if (in->mark[i].kind == MARK_KEEP && !plan->conflict[i])
			add_locked(in, &in->mark[i], weight, allowance);
	}
	for (size_t g = 0; g < in->shares; g++) {
		struct allowance *a = &allowance[g];

		a->limit = in->share[g].limit;
		a->conditional = in->share[g].unscheduled == 0;
		/* What locks alone make of it is its limit. */
		if (a->unscheduled > 0 && weight[g] > a->limit)
			a->limit = weight[g];
	}
	free(weight);
}
