/* SPDX-License-Identifier: ISC */
/* filter: the table. */
#include "daemon/planner/instance/filter.h"

static bool
has_skill(const struct candidate *candidate)
{
	const struct worker *worker =
	    &candidate->in->physician[candidate->reach->physician];

	return (worker->skills >> candidate->need->activity & 1) != 0;
}

static bool
is_free(const struct candidate *candidate)
{
	const struct instance *in = candidate->in;
	int32_t half = candidate->need->half;
	size_t at = (size_t)candidate->reach->physician * (size_t)in->days +
	    (size_t)half_day(half);

	return ((in->free_parts[at] & ~in->held_parts[at]) >> half_part(half) &
		   1) != 0;
}

/* Rest from what the physician is held at the day before and the day after. */
static bool
is_rested(const struct candidate *candidate)
{
	const struct instance *in = candidate->in;
	const struct rules *rule = &in->rule;
	int32_t day = half_day(candidate->need->half);
	unsigned part = half_part(candidate->need->half);
	const uint8_t *held = in->held_parts +
	    (size_t)candidate->reach->physician * (size_t)in->days;

	if (in->helds == 0)
		return true;
	if (day > 0 && (day % DAYS_PER_WEEK != 0 || rule->rest_across)) {
		for (unsigned p = 0; p < PART_COUNT; p++) {
			if ((held[day - 1] >> p & 1) != 0 &&
			    (rule->rest[p] >> part & 1) != 0)
				return false;
		}
	}
	return day + 1 == in->days ||
	    ((day + 1) % DAYS_PER_WEEK == 0 && !rule->rest_across) ||
	    (rule->rest[part] & held[day + 1]) == 0;
}

static bool
is_wanted(const struct candidate *candidate)
{
	return candidate->need->filled < candidate->need->count;
}

static bool
has_room(const struct candidate *candidate)
{
	return candidate->need->rooms > 0;
}

static bool
is_near(const struct candidate *candidate)
{
	int32_t saved;

	return filter_beside(candidate, &saved);
}

static bool
is_unlocked(const struct candidate *candidate)
{
	const struct instance *in = candidate->in;
	int32_t number = (int32_t)(candidate->need - in->need);
	const struct mark *mark;
	size_t count;

	mark = instance_marks(
	    in, candidate->reach->physician, candidate->need->half, &count);
	for (size_t i = 0; i < count; i++) {
		if ((mark[i].kind == MARK_KEEP && mark[i].need != number) ||
		    (mark[i].kind == MARK_FORBID && mark[i].need == number))
			return false;
	}
	return true;
}

static bool
is_allowed(const struct candidate *candidate)
{
	const struct hook *hook = &candidate->in->hook;

	return hook->allows == NULL || hook->allows(hook->context, candidate);
}

const struct filter filters[] = {
    {"skill", has_skill},
    {"free", is_free},
    {"rest", is_rested},
    {"wanted", is_wanted},
    {"room", has_room},
    {"near", is_near},
    {"lock", is_unlocked},
    {"rule", is_allowed},
};
const size_t filter_count = sizeof(filters) / sizeof(filters[0]);

size_t
filter_refusing(const struct candidate *candidate)
{
	size_t i = 0;

	while (i < filter_count && filters[i].allows(candidate))
		i++;
	return i;
}

int32_t
filter_saving(const struct instance *in, const struct reach *a,
    const struct reach *b, unsigned first)
{
	int32_t travel = in->physician[a->physician].travel, minutes, saved;

	if (in->aparts > 0 &&
	    instance_apart(in, a->physician, first, a->site, b->site))
		return APART;
	if (a->site == b->site)
		return 2 * travel * a->minutes;
	minutes = instance_minutes(in, a->site, b->site);
	if (minutes < 0 || minutes > in->rule.gap[first])
		return APART;
	saved = travel * (a->minutes + b->minutes - minutes);
	return saved < 0 ? 0 : saved;
}

/* Beside one neighbour, in the part before or after. */
static bool
beside(const struct candidate *candidate, int32_t half, int32_t *saved)
{
	const struct instance *in = candidate->in;
	const struct held *held =
	    instance_held(in, candidate->reach->physician, half);
	struct reach reach = {candidate->reach->physician, 0, 0, 0};
	const struct worker *worker = &in->physician[reach.physician];
	bool before = half < candidate->need->half;
	int32_t save;

	if (held == NULL || held->remote ||
	    in->activity[candidate->need->activity].remote)
		return true;
	/* Without a reach of his own the way from home saves nothing. */
	reach.site = held->site;
	for (int32_t r = worker->first; r < worker[1].first; r++) {
		if (in->reach[r].site == held->site)
			reach = in->reach[r];
	}
	save = filter_saving(in, before ? &reach : candidate->reach,
	    before ? candidate->reach : &reach,
	    half_part(before ? half : candidate->need->half));
	if (save == APART)
		return false;
	*saved += reach.site == candidate->reach->site
	    ? 2 * worker->travel * candidate->reach->minutes
	    : save;
	return true;
}

bool
filter_beside(const struct candidate *candidate, int32_t *saved)
{
	const struct instance *in = candidate->in;
	int32_t half = candidate->need->half;
	unsigned part = half_part(half);
	size_t at = (size_t)candidate->reach->physician * (size_t)in->days +
	    (size_t)half_day(half);

	*saved = 0;
	if (in->held_parts[at] == 0)
		return true;
	return (part == 0 || in->rule.gap[part - 1] < 0 ||
		   beside(candidate, half - 1, saved)) &&
	    (part + 1 == PART_COUNT || in->rule.gap[part] < 0 ||
		beside(candidate, half + 1, saved));
}
