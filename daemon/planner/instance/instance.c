/* SPDX-License-Identifier: ISC */
/* instance: what its numbers mean. */
#include "daemon/planner/instance/instance.h"

#include "proto/out.h"

#include <string.h>

int32_t
instance_minutes(const struct instance *in, int32_t a, int32_t b)
{
	int32_t low = a < b ? a : b, high = a < b ? b : a;
	size_t from = 0, to = in->roads;

	while (from < to) {
		size_t mid = from + (to - from) / 2;
		const struct road *road = &in->road[mid];

		if (road->a < low || (road->a == low && road->b < high))
			from = mid + 1;
		else
			to = mid;
	}
	return from < in->roads && in->road[from].a == low &&
		in->road[from].b == high
	    ? in->road[from].minutes
	    : -1;
}

/* a / b to the nearest, ties to even; a >= 0. */
static int64_t
divide_even(int64_t a, int64_t b)
{
	int64_t whole = a / b, rest = 2 * (a % b);

	return whole + (rest > b || (rest == b && whole % 2 != 0));
}

int32_t
instance_level(const struct instance *in, const struct need *need, unsigned k)
{
	const struct ladder *ladder = need->ladder == 0
	    ? &in->weight.ladder
	    : &in->ladder[need->ladder - 1];
	unsigned level = k < ladder->levels ? k : ladder->levels - 1;

	return (int32_t)divide_even(
	    (int64_t)need->worth * ladder->level[level], 1000000);
}

int32_t
instance_group(const struct instance *in, enum spread_of of, int32_t site)
{
	int32_t group = in->site[site].group[of];

	return group > 0                      ? group - 1
	    : group == 0 && of == SPREAD_SITE ? -2 - site
					      : NAMES_NONE;
}

bool
instance_unpopular(const struct instance *in, int32_t half)
{
	unsigned weekday = (unsigned)(half_day(half) % DAYS_PER_WEEK);

	return (in->rule.unpopular_parts >> half_part(half) & 1) != 0 ||
	    (in->rule.unpopular_days >> weekday & 1) != 0;
}

int32_t
instance_activity(
    const struct instance *in, struct span word, struct span specialty)
{
	char text[260];
	struct out out = OUT(text);

	if (word.len == 0 || memchr(word.ptr, ':', word.len) != NULL)
		return NAMES_NONE;
	out_bytes(&out, word.ptr, word.len);
	if (specialty.len > 0) {
		out_char(&out, ':');
		out_bytes(&out, specialty.ptr, specialty.len);
	}
	return out.overflow
	    ? NAMES_NONE
	    : names_find(&in->activity_names, (struct span){text, out.len});
}

int32_t
instance_need(const struct instance *in, int32_t site, int32_t half,
    int32_t activity, int32_t programme)
{
	const int32_t *first;

	if (half < 0 || half >= in->halves)
		return NAMES_NONE;
	first = &in->need_first[half_week(half) * in->sites + site];
	for (int32_t n = first[0]; n < first[1]; n++) {
		const struct need *need = &in->need[n];

		if (need->half == half && need->activity == activity &&
		    need->programme == programme)
			return n;
	}
	return NAMES_NONE;
}

bool
instance_apart(const struct instance *in, int32_t physician, unsigned first,
    int32_t a, int32_t b)
{
	size_t from = 0, to = in->aparts;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (in->apart[mid].physician < physician)
			from = mid + 1;
		else
			to = mid;
	}
	for (; from < in->aparts && in->apart[from].physician == physician;
	     from++) {
		const struct apart *apart = &in->apart[from];

		if (apart->first == first && apart->a == a && apart->b == b)
			return true;
	}
	return false;
}

const struct mark *
instance_marks(
    const struct instance *in, int32_t physician, int32_t half, size_t *count)
{
	size_t from = 0, to = in->marks;

	while (from < to) {
		size_t mid = from + (to - from) / 2;
		const struct mark *mark = &in->mark[mid];

		if (mark->physician < physician ||
		    (mark->physician == physician && mark->half < half))
			from = mid + 1;
		else
			to = mid;
	}
	to = from;
	while (to < in->marks && in->mark[to].physician == physician &&
	    in->mark[to].half == half)
		to++;
	*count = to - from;
	return *count == 0 ? NULL : in->mark + from;
}

const struct held *
instance_held(const struct instance *in, int32_t physician, int32_t half)
{
	size_t from = 0, to = in->helds;

	while (from < to) {
		size_t mid = from + (to - from) / 2;
		const struct held *held = &in->held[mid];

		if (held->physician < physician ||
		    (held->physician == physician && held->half < half))
			from = mid + 1;
		else
			to = mid;
	}
	return from < in->helds && in->held[from].physician == physician &&
		in->held[from].half == half
	    ? &in->held[from]
	    : NULL;
}

struct stability
instance_stability(
    const struct instance *in, int32_t physician, const struct need *need)
{
	struct stability stability = in->weight.stability;
	const struct mark *mark;
	size_t count;

	if (in->hook.stability != NULL)
		return in->hook.stability(in->hook.context, physician, need);
	mark = instance_marks(in, physician, need->half, &count);
	for (size_t i = 0; i < count; i++)
		if (mark[i].kind == MARK_EXISTING &&
		    mark[i].need == (int32_t)(need - in->need) &&
		    mark[i].points != BY_WEIGHTS)
			stability.drop = mark[i].points;
	return stability;
}

int32_t
instance_extra(const struct candidate *candidate)
{
	const struct instance *in = candidate->in;
	int32_t number = (int32_t)(candidate->need - in->need);
	struct stability stability = instance_stability(
	    in, candidate->reach->physician, candidate->need);
	int32_t points = stability.add;
	const struct mark *mark;
	size_t count;

	mark = instance_marks(
	    in, candidate->reach->physician, candidate->need->half, &count);
	for (size_t i = 0; i < count; i++) {
		if (mark[i].need != number)
			continue;
		if (mark[i].kind == MARK_EXISTING)
			points -= stability.add + stability.drop;
		else if (mark[i].kind == MARK_EXTRA)
			points += mark[i].points;
	}
	if (in->hook.extra != NULL)
		points += in->hook.extra(in->hook.context, candidate);
	return points;
}

int64_t
instance_constant(const struct instance *in)
{
	int64_t sum = 0;

	for (size_t i = 0; i < in->marks; i++) {
		const struct mark *mark = &in->mark[i];

		if (mark->kind == MARK_EXISTING)
			sum += instance_stability(
			    in, mark->physician, &in->need[mark->need])
				   .drop;
	}
	return sum;
}

int32_t
instance_dear(const struct instance *in, int32_t site, int32_t day)
{
	size_t low = 0, high = in->dears;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct dear_day *at = &in->dear[middle];

		if (at->site < site || (at->site == site && at->day < day))
			low = middle + 1;
		else
			high = middle;
	}
	return low < in->dears && in->dear[low].site == site &&
		in->dear[low].day == day
	    ? in->dear[low].points
	    : 0;
}

int32_t
instance_own_share(
    const struct instance *in, int32_t physician, const struct need *need)
{
	for (int32_t i = in->share_first[physician];
	     i < in->share_first[physician + 1]; i++) {
		const struct share *share = &in->share[in->share_list[i]];

		if (need->half >= share->from && need->half < share->until &&
		    (share->programme == NAMES_NONE ||
			share->programme == need->programme))
			return in->share_list[i];
	}
	if (need->family == 0)
		return NAMES_NONE;
	return in->family[((size_t)need->family - 1) *
		(in->programme_names.count + 1) +
	    (size_t)in->physician[physician].programme];
}

bool
instance_in_cap(
    const struct instance *in, const struct cap *cap, const struct need *need)
{
	return need->half >= cap->from && need->half < cap->until &&
	    (cap->programme == NAMES_NONE ||
		cap->programme == need->programme) &&
	    (cap->turn == 0 || cap->turn == need->turn) &&
	    (!cap->unscheduled || in->care[need->care].unscheduled > 0);
}

int32_t
instance_heaviest(const struct instance *in, const struct share *share)
{
	int32_t most = 1;

	for (unsigned c = 0; c < in->cares; c++) {
		int32_t weight = instance_weight(in, share, c);

		weight = weight < 0 ? -weight : weight;
		most = weight > most ? weight : most;
	}
	return most;
}
