/* SPDX-License-Identifier: ISC */
/* week: days, then the recursion over the days of a week. */
#include "daemon/planner/week.h"

#include <string.h>

/* The cheapest option by place of one seat. */
struct stall {
	int32_t count;
	uint16_t place[STALLS_MAX];
	int32_t option[STALLS_MAX];
	int64_t value[STALLS_MAX];
};

struct day {
	const struct model *model;
	const int64_t *values;
	int32_t physician, first_option;
	struct stall stall[PART_COUNT];
	unsigned present; /* parts with any option */
	int64_t run[RUNS];
	/* Of the run being extended: value by stall of its last part, and the
	 * stall before. */
	int64_t tail[PART_COUNT][STALLS_MAX];
	int16_t before[PART_COUNT][STALLS_MAX];
};

/* Options of a seat are sorted by place. */
static void
fill_stall(const struct day *day, struct stall *stall, const struct seat *seat)
{
	const struct offer *option = day->model->option;

	stall->count = 0;
	for (int32_t o = seat->first; o < seat[1].first; o++) {
		int64_t value = day->values[o - day->first_option];
		int32_t n = stall->count;

		if (price_is_never(value))
			continue;
		if (n > 0 && stall->place[n - 1] == option[o].place) {
			if (value >= stall->value[n - 1])
				continue;
			n--;
		}
		stall->place[n] = option[o].place;
		stall->value[n] = value;
		stall->option[n] = o;
		stall->count = n + 1;
	}
}

/* The values of tails one part longer. */
static void
extend(struct day *day, unsigned part)
{
	const struct model *model = day->model;
	const struct stall *from = &day->stall[part - 1];
	const struct stall *to = &day->stall[part];
	size_t places = (size_t)model->places[day->physician];
	const int32_t *save = model->save +
	    model->saving[(size_t)day->physician * (PART_COUNT - 1) + part - 1];

	for (int32_t j = 0; j < to->count; j++) {
		int64_t best = PRICE_NEVER;
		int32_t best_i = 0;

		for (int32_t i = 0; i < from->count; i++) {
			int32_t saved =
			    save[from->place[i] * places + to->place[j]];
			int64_t value =
			    day->tail[part - 1][i] - (int64_t)saved * PRICE_ONE;

			if (saved != APART && value < best) {
				best = value;
				best_i = i;
			}
		}
		day->before[part][j] = (int16_t)best_i;
		day->tail[part][j] =
		    price_is_never(best) ? PRICE_NEVER : best + to->value[j];
	}
}

static int32_t
least(const int64_t *value, int32_t count)
{
	int32_t best = 0;

	for (int32_t i = 1; i < count; i++) {
		if (value[i] < value[best])
			best = i;
	}
	return best;
}

static void
start_run(struct day *day, unsigned part)
{
	const struct stall *stall = &day->stall[part];

	memcpy(day->tail[part], stall->value,
	    (size_t)stall->count * sizeof(int64_t));
}

/* The values of all runs of the parts that are present. */
static void
run_values(struct day *day)
{
	const int32_t *gap = day->model->in->rule.gap;

	for (unsigned first = 0; first < PART_COUNT; first++) {
		if ((day->present >> first & 1) == 0)
			continue;
		start_run(day, first);
		for (unsigned last = first;;) {
			const int64_t *tail = day->tail[last];

			day->run[first * PART_COUNT + last] =
			    tail[least(tail, day->stall[last].count)];
			if (last + 1 == PART_COUNT || gap[last] < 0 ||
			    (day->present >> (last + 1) & 1) == 0)
				break;
			extend(day, ++last);
		}
	}
}

static void
solve_day(struct day *day, const struct seat *seat, int32_t count)
{
	day->present = 0;
	for (int32_t i = 0; i < count; i++) {
		unsigned part = half_part(seat[i].half);

		fill_stall(day, &day->stall[part], &seat[i]);
		if (day->stall[part].count > 0)
			day->present |= 1u << part;
	}
	run_values(day);
}

static int64_t
mask_value(const struct day *day, unsigned mask)
{
	const int8_t *run = day->model->shape.runs[mask];
	int64_t sum = 0;

	for (; *run >= 0; run++) {
		if (price_is_never(day->run[*run]))
			return PRICE_NEVER;
		sum += day->run[*run];
	}
	return sum;
}

struct states {
	int64_t value[REST_MAX][WEEK_COUNTS];
};

/* A day within a recursion. */
struct stage {
	struct week *week;
	const struct shape *shape;
	int start, day;
	int32_t most;
};

/* From the states before a day to those after it, by one set of parts. */
static void
step(const struct stage *stage, const struct states *now, struct states *next,
    unsigned mask, int64_t value)
{
	const struct shape *shape = stage->shape;
	int after = shape->rest[mask], count = shape->count[mask];
	uint8_t *masks = stage->week->mask[stage->start][stage->day][after];
	uint8_t *froms = stage->week->from[stage->start][stage->day][after];
	int64_t *to = next->value[after];

	for (int rest = 0; rest < shape->rests; rest++) {
		const int64_t *from = now->value[rest];

		if ((shape->forbids[rest] & mask) != 0)
			continue;
		for (int32_t k = 0; k + count <= stage->most; k++) {
			int64_t sum = from[k] + value;

			if (sum < to[k + count]) {
				to[k + count] = sum;
				masks[k + count] = (uint8_t)mask;
				froms[k + count] = (uint8_t)rest;
			}
		}
	}
}

static void
clear(struct states *states, const struct shape *shape, int32_t most)
{
	for (int rest = 0; rest < shape->rests; rest++) {
		for (int32_t k = 0; k <= most; k++)
			states->value[rest][k] = PRICE_NEVER;
	}
}

static void
finish(struct week *week, const struct shape *shape,
    const struct states *states, int start, int32_t most)
{
	for (int rest = 0; rest < shape->rests; rest++) {
		int end = shape->across ? rest : 0;

		for (int32_t k = 0; k <= most; k++) {
			if (rest > 0 && end == 0 &&
			    states->value[rest][k] >= week->best[start][0][k])
				continue;
			week->best[start][end][k] = states->value[rest][k];
			if (end == 0)
				week->end[start][k] = (uint8_t)rest;
		}
	}
}

struct days {
	int64_t value[DAYS_PER_WEEK][MASKS];
	unsigned present[DAYS_PER_WEEK];
};

static void
recur(struct week *week, const struct shape *shape, const struct days *days,
    int start, int32_t day_max, int32_t most)
{
	struct states states[2];

	clear(&states[0], shape, most);
	states[0].value[start][0] = 0;
	for (int d = 0; d < DAYS_PER_WEEK; d++) {
		const struct states *now = &states[d % 2];
		struct states *next = &states[1 - d % 2];
		const struct stage stage = {week, shape, start, d, most};
		unsigned mask = days->present[d];

		clear(next, shape, most);
		for (;; mask = (mask - 1) & days->present[d]) {
			int64_t value = days->value[d][mask];

			if (!price_is_never(value) &&
			    shape->count[mask] <= day_max)
				step(&stage, now, next, mask, value);
			if (mask == 0)
				break;
		}
	}
	finish(week, shape, &states[DAYS_PER_WEEK % 2], start, most);
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
	int32_t day_max = model->in->physician[physician].day_max;
	struct days days = {.present = {0}};
	struct day day;

	open_day(&day, model, physician, number, values);
	for (int d = 0; d < DAYS_PER_WEEK; d++)
		days.value[d][0] = 0;
	for (int32_t s = at[0]; s < at[1];) {
		const struct seat *seat = &model->seat[s];
		int d = half_day(seat->half) % DAYS_PER_WEEK;
		unsigned mask;

		solve_day(&day, seat, seat->ahead + 1);
		mask = days.present[d] = day.present;
		for (; mask != 0; mask = (mask - 1) & day.present)
			days.value[d][mask] = mask_value(&day, mask);
		s += seat->ahead + 1;
	}
	for (int start = 0;
	     start < (model->shape.across ? model->shape.rests : 1); start++)
		recur(week, &model->shape, &days, start, day_max, most);
}

/* The options that make up one run of a day that is solved. */
static void
trace_run(struct day *day, unsigned first, unsigned last, int32_t *options)
{
	int32_t stall;

	start_run(day, first);
	for (unsigned part = first + 1; part <= last; part++)
		extend(day, part);
	stall = least(day->tail[last], day->stall[last].count);
	for (unsigned part = last;; part--) {
		options[part] = day->stall[part].option[stall];
		if (part == first)
			return;
		stall = day->before[part][stall];
	}
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

void
week_trace(const struct week *week, const struct model *model,
    int32_t physician, int32_t number, const struct week_goal *goal,
    int32_t *options)
{
	const struct shape *shape = &model->shape;
	int32_t count = goal->count;
	int start = goal->start;
	int rest = shape->across ? goal->end : week->end[start][count];
	struct day day;

	open_day(&day, model, physician, number, goal->values);
	for (int i = 0; i < HALVES_PER_WEEK; i++)
		options[i] = OPTION_NONE;
	for (int d = DAYS_PER_WEEK - 1; d >= 0; d--) {
		unsigned mask = week->mask[start][d][rest][count];
		const struct seat *seat;
		int32_t seats;

		rest = week->from[start][d][rest][count];
		count -= shape->count[mask];
		if (mask == 0)
			continue;
		seat = seats_of(model, physician, number, d, &seats);
		solve_day(&day, seat, seats);
		for (const int8_t *run = shape->runs[mask]; *run >= 0; run++)
			trace_run(&day, (unsigned)*run / PART_COUNT,
			    (unsigned)*run % PART_COUNT,
			    options + (size_t)d * PART_COUNT);
	}
}
