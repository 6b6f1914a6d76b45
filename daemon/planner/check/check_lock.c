/* SPDX-License-Identifier: ISC */
/*
 * check_lock: whether a lock that a plan calls a conflict is one: by itself, or
 * with the locks that are kept.
 */
#include "daemon/planner/check/check.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

struct kept {
	const struct instance *in;
	const struct plan *plan;
	int32_t *need; /* how many locks keep of each */
};

static bool
is_kept(const struct kept *kept, size_t mark)
{
	return kept->in->mark[mark].kind == MARK_KEEP &&
	    !kept->plan->conflict[mark];
}

/* The first mark of a physician. */
static size_t
first_mark(const struct instance *in, int32_t physician)
{
	size_t from = 0, to = in->marks;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (in->mark[middle].physician < physician)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* ----- the site ----- */

static bool
is_full(const struct kept *kept, int32_t number)
{
	const struct instance *in = kept->in;
	const struct need *need = &in->need[number];
	const int32_t *at =
	    &in->need_first[half_week(need->half) * in->sites + need->site];
	int32_t used = 0;

	for (int32_t n = at[0]; n < at[1]; n++) {
		if (in->need[n].half == need->half)
			used += kept->need[n];
	}
	return kept->need[number] >= need->count - need->filled ||
	    used >= need->rooms;
}

/* ----- another half-day of his ----- */

static bool
too_far(const struct instance *in, int32_t physician, int32_t a, int32_t b)
{
	int32_t number[2] = {a, b};
	unsigned first = half_part(in->need[a].half);
	struct halt stay[2];
	int64_t saved;

	if (in->need[b].half != in->need[a].half + 1 ||
	    first + 1 == PART_COUNT || in->rule.gap[first] < 0)
		return false;
	for (int i = 0; i < 2; i++) {
		const struct need *need = &in->need[number[i]];

		stay[i] = (struct halt){check_reach(in, physician, need->site),
		    need->site, in->activity[need->activity].remote};
	}
	return !check_saving(in, physician, first, stay, &saved);
}

/* The day after leaves no rest. */
static bool
unrested(const struct instance *in, int32_t before, int32_t after)
{
	const struct rules *rule = &in->rule;
	int32_t day = half_day(after);

	return day == half_day(before) + 1 &&
	    (day % DAYS_PER_WEEK != 0 || rule->rest_across) &&
	    (rule->rest[half_part(before)] >> half_part(after) & 1) != 0;
}

static bool
apart(const struct instance *in, int32_t physician, int32_t a, int32_t b)
{
	int32_t here = in->need[a].half, there = in->need[b].half;

	return here == there || too_far(in, physician, a, b) ||
	    too_far(in, physician, b, a) || unrested(in, here, there) ||
	    unrested(in, there, here);
}

/* ----- all of his half-days ----- */

static bool
is_capped(const struct kept *kept, const struct mark *mark)
{
	const struct instance *in = kept->in;
	const struct need *need = &in->need[mark->need];
	size_t first = first_mark(in, mark->physician);

	for (size_t c = 0; c < in->caps; c++) {
		const struct cap *cap = &in->cap[c];
		int64_t units = in->rule.units[half_part(need->half)];

		if (cap->physician != mark->physician ||
		    !instance_in_cap(in, cap, need))
			continue;
		for (size_t i = first;
		     i < in->marks && in->mark[i].physician == mark->physician;
		     i++) {
			const struct mark *other = &in->mark[i];

			if (is_kept(kept, i) &&
			    instance_in_cap(in, cap, &in->need[other->need]))
				units += in->rule.units[half_part(other->half)];
		}
		if (units > cap->max)
			return true;
	}
	return false;
}

static bool
is_too_much(const struct kept *kept, const struct mark *mark)
{
	const struct instance *in = kept->in;
	int32_t p = mark->physician, week = half_week(mark->half);
	size_t at = (size_t)p * (size_t)in->days + (size_t)half_day(mark->half);
	int32_t in_day = 1 + __builtin_popcount(in->held_parts[at]);
	int32_t in_week = 1, all = 1;

	for (size_t i = first_mark(in, p);
	     i < in->marks && in->mark[i].physician == p; i++) {
		const struct mark *other = &in->mark[i];

		if (!is_kept(kept, i))
			continue;
		if (apart(in, p, mark->need, other->need))
			return true;
		in_day += half_day(other->half) == half_day(mark->half);
		in_week += half_week(other->half) == week;
		all++;
	}
	at = (size_t)p * (size_t)in->weeks + (size_t)week;
	return in_day > in->physician[p].day_max ||
	    in_week > in->week_max[at] || all > in->physician[p].horizon_max ||
	    is_capped(kept, mark);
}

static bool
is_conflict(const struct kept *kept, const struct mark *mark)
{
	const struct instance *in = kept->in;
	const struct reach *reach =
	    check_reach(in, mark->physician, in->need[mark->need].site);

	return reach == NULL || check_refusal(in, reach, mark->need) != NULL ||
	    is_full(kept, mark->need) || is_too_much(kept, mark);
}

bool
check_conflicts(
    const struct instance *in, const struct plan *plan, struct error *error)
{
	struct kept kept = {in, plan, xcalloc(in->needs + 1, sizeof(int32_t))};
	bool good = true;

	for (size_t i = 0; i < in->marks; i++) {
		if (is_kept(&kept, i))
			kept.need[in->mark[i].need]++;
	}
	for (size_t i = 0; good && i < in->marks; i++) {
		const struct mark *mark = &in->mark[i];

		if (!plan->conflict[i])
			continue;
		good = is_conflict(&kept, mark);
		if (!good)
			error_set(error,
			    "physician %s, day %d part %c: the lock is no "
			    "conflict",
			    names_text(&in->physician_names, mark->physician),
			    half_day(mark->half),
			    part_letter((enum part)half_part(mark->half)));
	}
	free(kept.need);
	return good;
}
