/* SPDX-License-Identifier: ISC */
/*
 * instance_finish: sorts an instance, resolves what refers to needs, and takes
 * off what is held.
 */
#include "daemon/base/mem.h"
#include "daemon/planner/instance/instance_build.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

static int
compare_int(int32_t a, int32_t b)
{
	return (a > b) - (a < b);
}

static int
compare_needs(const void *left, const void *right)
{
	const struct need *a = left, *b = right;
	int order = compare_int(half_week(a->half), half_week(b->half));

	order = order != 0 ? order : compare_int(a->site, b->site);
	order = order != 0 ? order : compare_int(a->half, b->half);
	order = order != 0 ? order : compare_int(a->activity, b->activity);
	return order != 0 ? order : compare_int(a->programme, b->programme);
}

static int
compare_reaches(const void *left, const void *right)
{
	const struct reach *a = left, *b = right;
	int order = compare_int(a->physician, b->physician);

	return order != 0 ? order : compare_int(a->site, b->site);
}

static int
compare_roads(const void *left, const void *right)
{
	const struct road *a = left, *b = right;
	int order = compare_int(a->a, b->a);

	return order != 0 ? order : compare_int(a->b, b->b);
}

static int
compare_marks(const void *left, const void *right)
{
	const struct mark *a = left, *b = right;
	int order = compare_int(a->physician, b->physician);

	order = order != 0 ? order : compare_int(a->half, b->half);
	order = order != 0 ? order : compare_int(a->need, b->need);
	return order != 0 ? order : compare_int((int)a->kind, (int)b->kind);
}

static int
compare_helds(const void *left, const void *right)
{
	const struct held *a = left, *b = right;
	int order = compare_int(a->physician, b->physician);

	order = order != 0 ? order : compare_int(a->half, b->half);
	return order != 0 ? order : compare_int(a->site, b->site);
}

static int
compare_aparts(const void *left, const void *right)
{
	const struct apart *a = left, *b = right;
	int order = compare_int(a->physician, b->physician);

	order = order != 0 ? order : compare_int((int)a->first, (int)b->first);
	order = order != 0 ? order : compare_int(a->a, b->a);
	return order != 0 ? order : compare_int(a->b, b->b);
}

static int
compare_spreads(const void *left, const void *right)
{
	const struct spread *a = left, *b = right;
	int order = compare_int(a->physician, b->physician);

	return order != 0 ? order : compare_int((int)a->of, (int)b->of);
}

/* The index of the first that equals the one before it, or count. */
static size_t
sort(void *array, size_t count, size_t size,
    int (*compare)(const void *, const void *))
{
	const char *bytes = array;

	if (count > 1)
		qsort(array, count, size, compare);
	for (size_t i = 1; i < count; i++) {
		if (compare(bytes + (i - 1) * size, bytes + i * size) == 0)
			return i;
	}
	return count;
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

/* Lines are refused one by one; facts may come to more than there is room for.
 */
static bool
few_of_each(const struct instance *in, struct error *error)
{
	int32_t minority = in->rule.minority_physician;

	for (int32_t p = 0; p < in->physicians; p++) {
		const struct worker *worker = &in->physician[p];

		if (worker->reaches <= REACHES_MAX &&
		    worker->caps <= LIMITS_MAX &&
		    worker->shares + minority <= LIMITS_MAX)
			continue;
		error_set(error,
		    "physician %s has more than %d sites, or more than %d caps "
		    "or shares",
		    names_text(&in->physician_names, p), REACHES_MAX,
		    LIMITS_MAX);
		return false;
	}
	if (in->cares == CARES_MAX)
		error_set(error, "more than %d kinds of half-days by minutes",
		    CARES_MAX - 1);
	else if (in->ladders == LADDERS_MAX)
		error_set(
		    error, "more than %d kinds of levels", LADDERS_MAX - 1);
	return in->cares < CARES_MAX && in->ladders < LADDERS_MAX;
}

/* Lists of numbers by physician: owner(i) or NAMES_NONE. */
struct listing {
	const struct instance *in;
	size_t count;
	int32_t (*owner)(const struct instance *in, size_t number);
	int32_t **first, **list;
};

static int32_t
cap_owner(const struct instance *in, size_t number)
{
	return in->cap[number].physician;
}

static int32_t
share_owner(const struct instance *in, size_t number)
{
	return in->share[number].physician;
}

static void
list_by_physician(const struct listing *by)
{
	size_t physicians = (size_t)by->in->physicians;
	int32_t *first = xcalloc(physicians + 2, sizeof(first[0]));
	int32_t *list = xcalloc(by->count + 1, sizeof(list[0]));

	for (size_t i = 0; i < by->count; i++) {
		int32_t owner = by->owner(by->in, i);

		if (owner != NAMES_NONE)
			first[owner + 2]++;
	}
	for (size_t p = 2; p < physicians + 2; p++)
		first[p] += first[p - 1];
	for (size_t i = 0; i < by->count; i++) {
		int32_t owner = by->owner(by->in, i);

		if (owner != NAMES_NONE)
			list[first[owner + 1]++] = (int32_t)i;
	}
	*by->first = first;
	*by->list = list;
}

/* ----- what is held ----- */

/* Rooms and presence of the needs of a site and day. */
static void
hold_site(struct instance *in, const struct held *held)
{
	const int32_t *first =
	    &in->need_first[half_week(held->half) * in->sites + held->site];

	for (int32_t n = first[0]; n < first[1]; n++) {
		struct need *need = &in->need[n];

		if (half_day(need->half) != half_day(held->half))
			continue;
		if (need->half == held->half && need->rooms > 0)
			need->rooms--;
		if (!held->remote &&
		    (in->weight.presence_parts >> half_part(held->half) & 1) !=
			0)
			need->present = 1;
	}
}

static void
hold_all(struct instance *in)
{
	for (size_t i = 0; i < in->helds; i++) {
		const struct held *held = &in->held[i];
		size_t at = (size_t)held->physician * (size_t)in->days +
		    (size_t)half_day(held->half);

		hold_site(in, held);
		if (held->physician != NAMES_NONE)
			in->held_parts[at] |=
			    (uint8_t)(1u << half_part(held->half));
	}
}

static void
set_presence(struct instance *in)
{
	for (int32_t s = 0; s < in->sites; s++) {
		if (in->site[s].presence < 0)
			in->site[s].presence =
			    (int32_t)((int64_t)in->site[s].value *
				in->weight.presence / 1000);
	}
}

static void
set_weights(struct instance *in)
{
	const struct weights *weight = &in->weight;

	for (int32_t p = 0; p < in->physicians; p++) {
		struct worker *worker = &in->physician[p];

		if (worker->travel == BY_WEIGHTS)
			worker->travel = weight->travel;
		if (worker->week_short == BY_WEIGHTS)
			worker->week_short = weight->week_short;
		if (worker->unfair == BY_WEIGHTS)
			worker->unfair = weight->unfair;
	}
}

/* ----- marks ----- */

static void
refuse_mark(
    const struct instance *in, const struct mark *mark, struct error *error)
{
	char text[256];
	struct out out = OUT(text);

	out_key_text(&out, "site", names_text(&in->site_names, mark->site));
	out_key_day(&out, "day", in->from + half_day(mark->half));
	out_key(&out, "part");
	out_char(&out, part_letter((enum part)half_part(mark->half)));
	out_key_text(
	    &out, "activity", names_text(&in->activity_names, mark->activity));
	if (mark->programme != NAMES_NONE)
		out_key_text(&out, "programme",
		    names_text(&in->programme_names, mark->programme));
	error_set(error, "no such need:%.*s", (int)out.len, text);
	if (mark->line > 0)
		error_prefix(error, "line %zu", mark->line);
}

static bool
find_needs(struct instance *in, struct error *error)
{
	for (size_t i = 0; i < in->marks; i++) {
		struct mark *mark = &in->mark[i];

		mark->need = instance_need(in, mark->site, mark->half,
		    mark->activity, mark->programme);
		if (mark->need == NAMES_NONE) {
			refuse_mark(in, mark, error);
			return false;
		}
	}
	return true;
}

static bool
sort_all(struct instance *in, struct error *error)
{
	const char *twice = NULL;

	if (sort(in->need, in->needs, sizeof(in->need[0]), compare_needs) <
	    in->needs)
		twice = "a need";
	else if (sort(in->reach, in->reaches, sizeof(in->reach[0]),
		     compare_reaches) < in->reaches)
		twice = "a reach";
	else if (sort(in->road, in->roads, sizeof(in->road[0]), compare_roads) <
	    in->roads)
		twice = "a road";
	set_firsts(in);
	if (twice != NULL)
		error_set(error, "%s stands twice", twice);
	return twice == NULL;
}

static bool
sort_marks(struct instance *in, struct error *error)
{
	size_t i, j;

	sort(in->apart, in->aparts, sizeof(in->apart[0]), compare_aparts);
	sort(in->held, in->helds, sizeof(in->held[0]), compare_helds);
	for (j = 1; j < in->helds; j++) {
		if (in->held[j].physician != NAMES_NONE &&
		    in->held[j].physician == in->held[j - 1].physician &&
		    in->held[j].half == in->held[j - 1].half) {
			error_set(error, "physician %s is held twice at once",
			    names_text(
				&in->physician_names, in->held[j].physician));
			return false;
		}
	}
	i = sort(in->mark, in->marks, sizeof(in->mark[0]), compare_marks);
	if (i == in->marks)
		return true;
	error_set(error, "physician %s: a lock, extra or existing stands twice",
	    names_text(&in->physician_names, in->mark[i].physician));
	return false;
}

static int
compare_dears(const void *left, const void *right)
{
	const struct dear_day *a = left, *b = right;
	int order = compare_int(a->site, b->site);

	return order != 0 ? order : compare_int(a->day, b->day);
}

static bool
sort_spreads(struct instance *in, struct error *error)
{
	size_t i;

	(void)sort(in->dear, in->dears, sizeof(in->dear[0]), compare_dears);
	i = sort(
	    in->spread, in->spreads, sizeof(in->spread[0]), compare_spreads);
	if (i == in->spreads)
		return true;
	error_set(error, "physician %s: a spread stands twice",
	    names_text(&in->physician_names, in->spread[i].physician));
	return false;
}

/* The parts of a day, those that count most for caps first. */
static void
order_parts(const struct rules *rule, unsigned order[PART_COUNT])
{
	for (unsigned part = 0; part < PART_COUNT; part++) {
		unsigned at = part;

		for (; at > 0 && rule->units[order[at - 1]] < rule->units[part];
		     at--)
			order[at] = order[at - 1];
		order[at] = part;
	}
}

/*
 * A maximum that nobody can come to is as good as none, but the price that
 * holds it would be reckoned with all of it: `most` is what the free half-days
 * come to, as many a day as a day may have.
 */
static void
find_most(const struct instance *in, struct cap *cap)
{
	size_t row = (size_t)cap->physician * (size_t)in->days;
	unsigned order[PART_COUNT];
	int64_t most = 0;

	order_parts(&in->rule, order);
	for (int32_t day = 0; day < in->days; day++) {
		size_t at = row + (size_t)day;
		unsigned parts =
		    in->free_parts[at] & ~(unsigned)in->held_parts[at];
		int32_t left = in->physician[cap->physician].day_max;

		for (unsigned i = 0; i < PART_COUNT && left > 0; i++) {
			int32_t half = day * PART_COUNT + (int32_t)order[i];

			if ((parts >> order[i] & 1) == 0 || half < cap->from ||
			    half >= cap->until)
				continue;
			most += in->rule.units[order[i]];
			left--;
		}
	}
	cap->most = most < cap->max ? (int32_t)most : cap->max;
}

bool
instance_finish(struct instance *in, struct error *error)
{
	struct listing caps = {
	    in, in->caps, cap_owner, &in->cap_first, &in->cap_list};
	struct listing shares = {in, 0, share_owner, NULL, NULL};

	if (!sort_all(in, error) || !find_needs(in, error) ||
	    !sort_marks(in, error) || !sort_spreads(in, error) ||
	    !few_of_each(in, error))
		return false;
	set_presence(in);
	set_weights(in);
	hold_all(in);
	for (size_t c = 0; c < in->caps; c++)
		find_most(in, &in->cap[c]);
	instance_make_shares(in);
	shares.count = in->shares;
	shares.first = &in->share_first;
	shares.list = &in->share_list;
	list_by_physician(&caps);
	list_by_physician(&shares);
	return true;
}
