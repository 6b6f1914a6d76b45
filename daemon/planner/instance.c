/* SPDX-License-Identifier: ISC */
/* instance: what its numbers mean; instance_read.c reads them. */
#include "daemon/planner/instance.h"

#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

void
instance_fini(struct instance *in)
{
	names_fini(&in->activity_names);
	names_fini(&in->site_names);
	names_fini(&in->physician_names);
	free(in->site);
	free(in->physician);
	free(in->need);
	free(in->need_first);
	free(in->reach);
	free(in->road);
	free(in->free_parts);
	free(in->disliked);
	memset(in, 0, sizeof(*in));
}

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
	const struct weights *weight = &in->weight;
	unsigned level = k < weight->levels ? k : weight->levels - 1;
	int64_t worth = (int64_t)in->site[need->site].value *
	    in->activity[need->activity].factor;

	return (int32_t)divide_even(worth * weight->level[level], 1000000);
}

int32_t
instance_presence(const struct instance *in, int32_t site)
{
	return (int32_t)((int64_t)in->site[site].value * in->weight.presence /
	    1000);
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

static int
compare_needs(const void *left, const void *right)
{
	const struct need *a = left, *b = right;

	if (half_week(a->half) != half_week(b->half))
		return a->half < b->half ? -1 : 1;
	if (a->site != b->site)
		return a->site < b->site ? -1 : 1;
	if (a->half != b->half)
		return a->half < b->half ? -1 : 1;
	return (a->activity > b->activity) - (a->activity < b->activity);
}

static int
compare_reaches(const void *left, const void *right)
{
	const struct reach *a = left, *b = right;

	if (a->physician != b->physician)
		return a->physician < b->physician ? -1 : 1;
	return (a->site > b->site) - (a->site < b->site);
}

static int
compare_roads(const void *left, const void *right)
{
	const struct road *a = left, *b = right;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	return (a->b > b->b) - (a->b < b->b);
}

/* False when two are equal; an array of none may be NULL. */
static bool
sort(void *array, size_t count, size_t size,
    int (*compare)(const void *, const void *))
{
	const char *bytes = array;

	if (count > 1)
		qsort(array, count, size, compare);
	for (size_t i = 1; i < count; i++) {
		if (compare(bytes + (i - 1) * size, bytes + i * size) == 0)
			return false;
	}
	return true;
}

static void
set_firsts(struct instance *in)
{
	size_t at = 0, sites = (size_t)in->sites;
	size_t cells = (size_t)in->weeks * sites;

	in->need_first = xcalloc(cells + 1, sizeof(in->need_first[0]));
	for (size_t cell = 0; cell <= cells; cell++) {
		while (at < in->needs &&
		    (size_t)half_week(in->need[at].half) * sites +
			    (size_t)in->need[at].site <
			cell)
			at++;
		in->need_first[cell] = (int32_t)at;
	}
	at = 0;
	for (int32_t p = 0; p <= in->physicians && in->physician != NULL; p++) {
		while (at < in->reaches && in->reach[at].physician < p)
			at++;
		in->physician[p].first = (int32_t)at;
	}
}

static bool
few_reaches(const struct instance *in)
{
	for (int32_t p = 0; p < in->physicians; p++) {
		if (in->physician[p + 1].first - in->physician[p].first >
		    REACHES_MAX)
			return false;
	}
	return true;
}

bool
instance_sort(struct instance *in, struct error *error)
{
	bool needs_once =
	    sort(in->need, in->needs, sizeof(in->need[0]), compare_needs);
	bool reaches_once =
	    sort(in->reach, in->reaches, sizeof(in->reach[0]), compare_reaches);

	set_firsts(in);
	if (!needs_once)
		error_set(error, "a need stands twice");
	else if (!reaches_once)
		error_set(error, "a reach stands twice");
	else if (!sort(in->road, in->roads, sizeof(in->road[0]), compare_roads))
		error_set(error, "a road stands twice");
	else if (!few_reaches(in))
		error_set(
		    error, "a physician has more than %d sites", REACHES_MAX);
	else
		return true;
	return false;
}
