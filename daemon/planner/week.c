/* SPDX-License-Identifier: ISC */
/* week: sets of parts by day, then the recursion over the days of a week. */
#include "daemon/planner/week.h"

#include <stdlib.h>

static int64_t
mask_value(
    const struct shape *shape, const struct day_run *values, unsigned mask)
{
	const int8_t *run = shape->runs[mask];
	int64_t sum = 0;

	for (; *run >= 0; run++) {
		if (price_is_never(values[*run].value))
			return PRICE_NEVER;
		sum += values[*run].value;
	}
	return sum;
}

/* A day within a recursion. */
struct stage {
	struct week *week;
	const struct shape *shape;
	int start, day;
	int32_t most;
	int32_t top; /* half-days that there can be before the day */
};

/* Whether the day may have the set, whatever rest is owed. */
static bool
may_be(const struct stage *stage, unsigned mask)
{
	const struct week *week = stage->week;
	int d = stage->day;

	return !price_is_never(week->value[d][mask]) &&
	    stage->shape->count[mask] <= week->most[d] &&
	    (week->forced[d] & ~mask) == 0;
}

/* From the states before a day to those after it, by one set of parts. */
static void
step(const struct stage *stage, unsigned mask)
{
	const struct shape *shape = stage->shape;
	int64_t(*now)[WEEK_COUNTS] =
	    stage->week->state[stage->start][stage->day];
	int count = shape->count[mask];
	int32_t top = stage->most - count;
	int64_t value = stage->week->value[stage->day][mask];
	int64_t *to =
	    stage->week
		->state[stage->start][stage->day + 1][shape->rest[mask]] +
	    count;

	top = top < stage->top ? top : stage->top;
	for (int rest = 0; rest < shape->rests; rest++) {
		const int64_t *from = now[rest];

		if ((shape->forbids[rest] & mask) != 0)
			continue;
		for (int32_t k = 0; k <= top; k++) {
			int64_t sum = from[k] + value, was = to[k];

			to[k] = sum < was ? sum : was;
		}
	}
}

static void
clear(int64_t (*states)[WEEK_COUNTS], const struct shape *shape, int32_t most)
{
	for (int rest = 0; rest < shape->rests; rest++) {
		for (int32_t k = 0; k <= most; k++)
			states[rest][k] = PRICE_NEVER;
	}
}

static void
finish(struct week *week, const struct shape *shape, int start, int32_t most)
{
	int64_t(*last)[WEEK_COUNTS] = week->state[start][DAYS_PER_WEEK];

	for (int rest = 0; rest < shape->rests; rest++) {
		int64_t *best = week->best[start][shape->across ? rest : 0];

		for (int32_t k = 0; k <= most; k++) {
			if (rest == 0 || shape->across ||
			    last[rest][k] < best[k])
				best[k] = last[rest][k];
		}
	}
}

static void
recur(struct week *week, const struct shape *shape, int start, int32_t most)
{
	int32_t top = 0;

	clear(week->state[start][0], shape, most);
	week->state[start][0][start][0] = 0;
	for (int d = 0; d < DAYS_PER_WEEK; d++) {
		const struct stage stage = {week, shape, start, d, most, top};
		unsigned mask = week->present[d];

		clear(week->state[start][d + 1], shape, most);
		for (;; mask = (mask - 1) & week->present[d]) {
			if (may_be(&stage, mask))
				step(&stage, mask);
			if (mask == 0)
				break;
		}
		top += week->most[d];
	}
	finish(week, shape, start, most);
}

static void
open_day(struct day *day, const struct model *model, int32_t physician,
    int32_t number, const int64_t *values)
{
	int32_t first =
	    model->week_seat[number * model->in->physicians + physician];

	day->model = model;
	day->values = values;
	day->physician = physician;
	day->first_option = model->seat[first].first;
}

void
week_solve(struct week *week, const struct model *model, int32_t physician,
    int32_t number, const int64_t *values, int32_t most)
{
	const int32_t *at =
	    &model->week_seat[number * model->in->physicians + physician];
	struct day day;

	open_day(&day, model, physician, number, values);
	for (int d = 0; d < DAYS_PER_WEEK; d++) {
		week->value[d][0] = 0;
		week->present[d] = week->forced[d] = week->most[d] = 0;
	}
	for (int32_t s = at[0]; s < at[1];) {
		const struct seat *seat = &model->seat[s];
		int d = half_day(seat->half) % DAYS_PER_WEEK;
		unsigned mask;

		day_solve(&day, seat, seat->ahead + 1, week->run[d]);
		week->most[d] = seat->most;
		for (int32_t i = 0; i <= seat->ahead; i++) {
			if (seat[i].forced)
				week->forced[d] |=
				    (uint8_t)(1u << half_part(seat[i].half));
		}
		week->present[d] = (uint8_t)day.present;
		mask = day.present;
		for (; mask != 0; mask = (mask - 1) & day.present)
			week->value[d][mask] =
			    mask_value(&model->shape, week->run[d], mask);
		s += seat->ahead + 1;
	}
	for (int start = 0;
	     start < (model->shape.across ? model->shape.rests : 1); start++)
		recur(week, &model->shape, start, most);
}

/* The seats of one day of a week; *count 0 when there are none. */
static const struct seat *
seats_of(const struct model *model, int32_t physician, int32_t number, int d,
    int32_t *count)
{
	const int32_t *at =
	    &model->week_seat[number * model->in->physicians + physician];

	*count = 0;
	for (int32_t s = at[0]; s < at[1];) {
		const struct seat *seat = &model->seat[s];

		if (half_day(seat->half) % DAYS_PER_WEEK == d) {
			*count = seat->ahead + 1;
			return seat;
		}
		s += seat->ahead + 1;
	}
	return NULL;
}

/* How the state after a day was reached: the set, and the rest owed before. */
static unsigned
find_step(const struct stage *stage, int32_t count, int *rest)
{
	const struct shape *shape = stage->shape;
	const struct week *week = stage->week;
	int64_t goal = week->state[stage->start][stage->day + 1][*rest][count];
	unsigned mask = week->present[stage->day];

	for (;; mask = (mask - 1) & week->present[stage->day]) {
		int32_t before = count - shape->count[mask];

		if (shape->rest[mask] != *rest || before < 0 ||
		    !may_be(stage, mask)) {
			if (mask == 0)
				break;
			continue;
		}
		for (int from = 0; from < shape->rests; from++) {
			if ((shape->forbids[from] & mask) != 0 ||
			    week->state[stage->start][stage->day][from]
				       [before] +
				    week->value[stage->day][mask] !=
				goal)
				continue;
			*rest = from;
			return mask;
		}
		if (mask == 0)
			break;
	}
	abort(); /* every state was reached somehow */
}

/* The rest owed at the end of the best week. */
static int
end_rest(const struct week *week, const struct shape *shape,
    const struct week_goal *goal)
{
	int rest = shape->across ? goal->end : 0;

	while (!shape->across &&
	    week->state[goal->start][DAYS_PER_WEEK][rest][goal->count] !=
		week->best[goal->start][0][goal->count])
		rest++;
	return rest;
}

/* False when the options of the run are not known. */
static bool
put_run(const struct day_run *values, int run, int32_t *options)
{
	int first = run / PART_COUNT, last = run % PART_COUNT;

	if (values->option[0] == OPTION_NONE)
		return false;
	options[first] = values->option[0];
	if (last > first)
		options[last] = values->option[1];
	return true;
}

void
week_trace(struct week *week, const struct model *model, int32_t physician,
    int32_t number, const struct week_goal *goal, int32_t *options)
{
	const struct shape *shape = &model->shape;
	int32_t count = goal->count;
	int rest = end_rest(week, shape, goal);
	struct day day;

	open_day(&day, model, physician, number, goal->values);
	for (int i = 0; i < HALVES_PER_WEEK; i++)
		options[i] = OPTION_NONE;
	for (int d = DAYS_PER_WEEK - 1; d >= 0; d--) {
		const struct stage stage = {week, shape, goal->start, d, 0, 0};
		unsigned mask = find_step(&stage, count, &rest);
		int32_t *to = options + (size_t)d * PART_COUNT, seats;
		const struct seat *seat;
		bool known = true;

		count -= shape->count[mask];
		if (mask == 0)
			continue;
		for (const int8_t *run = shape->runs[mask]; *run >= 0; run++)
			known = put_run(&week->run[d][*run], *run, to) && known;
		if (known)
			continue;
		seat = seats_of(model, physician, number, d, &seats);
		day_solve(&day, seat, seats, week->run[d]);
		for (const int8_t *run = shape->runs[mask]; *run >= 0; run++)
			day_trace(&day, (unsigned)*run / PART_COUNT,
			    (unsigned)*run % PART_COUNT, to);
	}
}
