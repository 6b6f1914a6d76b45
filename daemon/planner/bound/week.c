/* SPDX-License-Identifier: ISC */
/* week: sets of parts by day, then the recursion over the days of a week. */
#include "daemon/planner/bound/week.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

void
week_make(struct week *week, const struct model *model)
{
	memset(week, 0, sizeof(*week));
	week->rows = xcalloc(
	    DAYS_PER_WEEK * DAY_ROWS * ways_row(model) + 1, sizeof(double));
}

void
week_free(struct week *week)
{
	free(week->rows);
	week->rows = NULL;
}

/* ----- stages ----- */

/* Days without a seat: whatever rest is owed before them, none is after. */
static void
add_idle(struct week *week)
{
	struct week_stage *stage = &week->stage[week->stages++];

	stage->seat = NULL;
	stage->set[0] = (struct week_set){0, 0, 0, 0};
	stage->sets = 1;
}

/* The sets of a day: those of fewer parts first. */
static void
add_day(struct week *week, const struct shape *shape, const struct day *day,
    const double *run)
{
	struct week_stage *stage = &week->stage[week->stages++];
	struct week_set *set = stage->set;
	unsigned forced = 0, mask = 0;
	double value[MASKS];

	for (int32_t i = 0; i < day->seats; i++) {
		if (day->seat[i].forced)
			forced |= 1u << half_part(day->seat[i].half);
	}
	value[0] = 0;
	do {
		if (mask != 0)
			value[mask] =
			    value[shape->before[mask]] + run[shape->last[mask]];
		*set = (struct week_set){value[mask], (uint8_t)mask,
		    shape->count[mask], shape->rest[mask]};
		set += !value_is_never(value[mask]) &
		    (set->count <= day->seat->most) & ((forced & ~mask) == 0);
		mask = (mask - day->present) & day->present;
	} while (mask != 0);
	stage->seat = day->seat;
	stage->present = day->present;
	stage->sets = (int32_t)(set - stage->set);
}

static void
list_stages(struct week *week, const struct ways *ways, int32_t number,
    const double *values)
{
	const struct model *model = ways->model;
	const struct shape *shape = &model->shape;
	const int32_t *at =
	    &model->week_seat[number * model->in->physicians + ways->physician];
	struct day day;
	double run[RUNS], *rows = week->rows;
	int32_t first = model->seat[at[0]].first;
	int last = shape->across ? -1 : DAYS_PER_WEEK;

	day.ways = ways;
	week->stages = 0;
	for (int32_t s = at[0]; s < at[1]; s += day.seats) {
		int d = half_day(model->seat[s].half) % DAYS_PER_WEEK;

		if (d > last + 1)
			add_idle(week);
		last = d;
		day.seat = &model->seat[s];
		day.seats = day.seat->ahead + 1;
		day_solve(&day, values + (day.seat->first - first), rows, run);
		week->stage[week->stages].rows = rows;
		add_day(week, shape, &day, run);
		rows = day.end;
	}
	if (shape->across && last < DAYS_PER_WEEK - 1)
		add_idle(week);
}

/* ----- the recursion ----- */

/* The row of values by half-days before a stage, at the rest owed. */
static double *
row(struct week *week, int start, int32_t stage, int rest)
{
	return week->state +
	    ((start * (STAGES_MAX + 1) + stage) * week->rests + rest) *
	    week->width;
}

static void
clear(double *values, int32_t count)
{
	for (int32_t k = 0; k < count; k++)
		values[k] = VALUE_NEVER;
}

/* The lower values of several rows, of all rests of the bits; `room` is for
 * them. */
static const double *
merge(struct week *week, int start, int32_t at, unsigned bits, double *room)
{
	int first = __builtin_ctz(bits);

	if ((bits & (bits - 1)) == 0)
		return row(week, start, at, first);
	memcpy(room, row(week, start, at, first),
	    (size_t)week->counts * sizeof(double));
	for (int rest = first + 1; rest < week->rests; rest++) {
		if ((bits >> rest & 1) != 0)
			week_lower(
			    room, row(week, start, at, rest), 0, week->counts);
	}
	return room;
}

/* From the states before a stage to those after it; from: those reached.  Most
 * sets follow on the same ones. */
static unsigned
step(struct week *week, const struct shape *shape, int start, int32_t at,
    unsigned from)
{
	const struct week_stage *stage = &week->stage[at];
	const double *merged[1 << REST_MAX] = {NULL};
	double room[1 << REST_MAX][WEEK_ROW];
	unsigned reached = 0;

	for (int32_t i = 0; i < stage->sets; i++) {
		const struct week_set *set = &stage->set[i];
		unsigned bits = from & shape->follows[set->mask];

		if (bits == 0)
			continue;
		if (merged[bits] == NULL)
			merged[bits] = merge(week, start, at, bits, room[bits]);
		reached |= 1u << set->rest;
		week_lower(row(week, start, at + 1, set->rest) + set->count,
		    merged[bits], set->value, week->counts);
	}
	return reached;
}

static void
finish(struct week *week, const struct shape *shape, int start)
{
	for (int end = 0; end < week->rests; end++) {
		const double *last = row(week, start, week->stages, end);
		double *best = week->best[start][shape->across ? end : 0];

		if (end == 0 || shape->across)
			clear(best, week->counts);
		week_lower(best, last, 0, week->counts);
	}
}

static void
recur(struct week *week, const struct shape *shape, int start)
{
	unsigned from = 1u << start;

	clear(row(week, start, 0, 0), week->rests * week->width);
	row(week, start, 0, start)[0] = 0;
	for (int32_t at = 0; at < week->stages; at++) {
		clear(row(week, start, at + 1, 0), week->rests * week->width);
		from = step(week, shape, start, at, from);
	}
	finish(week, shape, start);
}

void
week_solve(struct week *week, const struct ways *ways, int32_t number,
    const double *values, int32_t most)
{
	const struct shape *shape = &ways->model->shape;

	list_stages(week, ways, number, values);
	week->rests = shape->rests;
	week->counts = (most + 2) / 2 * 2;
	week->width = week->counts + 6; /* more than a day has parts */
	for (int start = 0; start < (shape->across ? shape->rests : 1); start++)
		recur(week, shape, start);
}

/* ----- the way back ----- */

/* How the state after a stage was reached: the set, and the rest owed before.
 */
static const struct week_set *
find_step(struct week *week, const struct shape *shape, int start, int32_t at,
    int32_t count, int *rest)
{
	const struct week_stage *stage = &week->stage[at];
	double goal = row(week, start, at + 1, *rest)[count];

	for (int32_t i = 0; i < stage->sets; i++) {
		const struct week_set *set = &stage->set[i];
		int32_t before = count - set->count;

		if (set->rest != *rest || before < 0)
			continue;
		for (int from = 0; from < week->rests; from++) {
			if ((shape->forbids[from] & set->mask) != 0 ||
			    row(week, start, at, from)[before] + set->value !=
				goal)
				continue;
			*rest = from;
			return set;
		}
	}
	abort(); /* every state was reached somehow */
}

/* The rest owed at the end of the best week. */
static int
end_rest(
    struct week *week, const struct shape *shape, const struct week_goal *goal)
{
	int rest = shape->across ? goal->end : 0;

	while (!shape->across &&
	    row(week, goal->start, week->stages, rest)[goal->count] !=
		week->best[goal->start][0][goal->count])
		rest++;
	return rest;
}

int32_t
week_trace(struct week *week, const struct ways *ways,
    const struct week_goal *goal, int32_t *options)
{
	const struct shape *shape = &ways->model->shape;
	int32_t count = goal->count, first = -1;
	int rest = end_rest(week, shape, goal);
	int32_t *to = options;

	for (int32_t at = 0; first < 0 && at < week->stages; at++) {
		if (week->stage[at].seat != NULL)
			first = week->stage[at].seat->first;
	}
	for (int32_t at = week->stages - 1; at >= 0; at--) {
		const struct week_stage *stage = &week->stage[at];
		const struct week_set *set =
		    find_step(week, shape, goal->start, at, count, &rest);
		struct day day;
		const double *values;

		count -= set->count;
		if (stage->seat == NULL || set->mask == 0)
			continue;
		day.ways = ways;
		day.seat = stage->seat;
		day.seats = day.seat->ahead + 1;
		day.present = stage->present;
		day_again(&day, stage->rows);
		values = goal->values + (day.seat->first - first);
		for (const int8_t *run = shape->runs[set->mask]; *run >= 0;
		     run++)
			to += day_trace(&day, values, (unsigned)*run, to);
	}
	return (int32_t)(to - options);
}
