/* SPDX-License-Identifier: ISC */
/* day: the cheapest option by place, then runs of parts by place. */
#include "daemon/planner/bound/day.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

size_t
ways_row(const struct model *model)
{
	int32_t most = 0;

	for (int32_t p = 0; p < model->in->physicians; p++)
		most = model->places[p] > most ? model->places[p] : most;
	return ((size_t)most + 1) / 2 * 2;
}

void
ways_make(struct ways *ways, const struct model *model)
{
	size_t row = ways_row(model);

	memset(ways, 0, sizeof(*ways));
	ways->model = model;
	ways->physician = -1;
	for (unsigned part = 0; part < PART_COUNT - 1; part++) {
		if (model->in->rule.gap[part] >= 0)
			ways->save[part] =
			    xcalloc(row * row + 1, sizeof(double));
	}
}

void
ways_free(struct ways *ways)
{
	for (unsigned part = 0; part < PART_COUNT - 1; part++)
		free(ways->save[part]);
	memset(ways, 0, sizeof(*ways));
}

void
ways_open(struct ways *ways, int32_t physician)
{
	const struct model *model = ways->model;
	int32_t places = model->places[physician];

	if (ways->physician == physician)
		return;
	ways->physician = physician;
	ways->places = (places + 1) / 2 * 2;
	for (unsigned part = 0; part < PART_COUNT - 1; part++) {
		const int32_t *save = model->save +
		    model->saving[(size_t)physician * (PART_COUNT - 1) + part];
		double *to = ways->save[part];

		for (int32_t i = 0; to != NULL && i < places; i++) {
			for (int32_t j = 0; j < places; j++, save++)
				to[j] = *save == APART ? -VALUE_NEVER
						       : *save * PRICE_UNIT;
			if (places < ways->places)
				to[places] = -VALUE_NEVER;
			to += ways->places;
		}
	}
}

/* The lowest value by place. */
static void
fill_row(const struct day *day, const struct seat *seat, const double *values,
    double *row)
{
	const struct offer *option = day->ways->model->option;
	int32_t first = day->seat[0].first;

	for (int32_t k = 0; k < day->ways->places; k++)
		row[k] = VALUE_NEVER;
	for (int32_t o = seat->first; o < seat[1].first; o++) {
		double value = values[o - first];
		double *to = &row[option[o].place];

		*to = value < *to ? value : *to;
	}
}

/* Of an even number of values. */
static double
lowest(const double *value, int32_t count)
{
	double low[2] = {VALUE_NEVER, VALUE_NEVER};

	for (int32_t k = 0; k < count; k += 2) {
		for (int i = 0; i < 2; i++)
			low[i] = value[k + i] < low[i] ? value[k + i] : low[i];
	}
	return low[0] < low[1] ? low[0] : low[1];
}

/* The values of a run one part longer, by its last place. */
static void
extend(const struct day *day, unsigned part, const double *restrict from,
    double *restrict tail)
{
	const double *save = day->ways->save[part - 1];
	const double *row = day->row[part * PART_COUNT + part];
	int32_t places = day->ways->places;

	for (int32_t j = 0; j < places; j++)
		tail[j] = VALUE_NEVER;
	for (int32_t i = 0; i < places; i++, save += places) {
		double value = from[i];

		for (int32_t j = 0; j < places; j += 2) {
			for (int32_t k = j; k < j + 2; k++) {
				double sum = value - save[k];

				tail[k] = sum < tail[k] ? sum : tail[k];
			}
		}
	}
	for (int32_t j = 0; j < places; j++)
		tail[j] += row[j];
}

/* Whether a run may go on behind the part. */
static bool
sees_next(const struct day *day, unsigned part)
{
	return part + 1 < PART_COUNT &&
	    day->ways->model->in->rule.gap[part] >= 0 &&
	    (day->present >> (part + 1) & 1) != 0;
}

/* Rows of parts, then of longer runs; their values unless `run` is NULL. */
static void
place_rows(struct day *day, double *rows, double *run)
{
	int32_t places = day->ways->places;

	for (unsigned first = 0; first < PART_COUNT; first++) {
		if ((day->present >> first & 1) == 0)
			continue;
		for (unsigned last = first; sees_next(day, last); last++) {
			unsigned at = first * PART_COUNT + last;

			day->row[at + 1] = rows;
			rows += places;
			if (run == NULL)
				continue;
			extend(day, last + 1, day->row[at], day->row[at + 1]);
			run[at + 1] = lowest(day->row[at + 1], places);
		}
	}
	day->end = rows;
}

void
day_solve(struct day *day, const double *values, double *rows, double *run)
{
	day->present = 0;
	for (int32_t i = 0; i < day->seats; i++, rows += day->ways->places) {
		unsigned part = half_part(day->seat[i].half);
		unsigned at = part * PART_COUNT + part;

		fill_row(day, &day->seat[i], values, rows);
		run[at] = lowest(rows, day->ways->places);
		day->row[at] = rows;
		day->present |= (unsigned)!value_is_never(run[at]) << part;
	}
	place_rows(day, rows, run);
}

void
day_again(struct day *day, double *rows)
{
	for (int32_t i = 0; i < day->seats; i++, rows += day->ways->places) {
		unsigned part = half_part(day->seat[i].half);

		day->row[part * PART_COUNT + part] = rows;
	}
	place_rows(day, rows, NULL);
}

/* The option of the part at the place, by its value. */
static int32_t
option_at(
    const struct day *day, const double *values, unsigned part, int32_t place)
{
	const struct offer *option = day->ways->model->option;
	const struct seat *seat = day->seat;
	int32_t first = seat->first, o;

	while (half_part(seat->half) != part)
		seat++;
	o = seat->first;
	while (option[o].place != place ||
	    values[o - first] != day->row[part * PART_COUNT + part][place])
		o++;
	return o;
}

static int32_t
least(const double *value, int32_t count)
{
	double low = VALUE_NEVER;
	int32_t best = 0;

	for (int32_t i = 0; i < count; i++) {
		best = value[i] < low ? i : best;
		low = value[i] < low ? value[i] : low;
	}
	return best;
}

/* The place before the last of a run, which is at `place` in `part`. */
static int32_t
place_before(
    const struct day *day, unsigned part, const double *from, int32_t place)
{
	const double *save = day->ways->save[part - 1] + place;
	int32_t places = day->ways->places, best = 0;
	double low = VALUE_NEVER;

	for (int32_t i = 0; i < places; i++, save += places) {
		double value = from[i] - *save;

		best = value < low ? i : best;
		low = value < low ? value : low;
	}
	return best;
}

int32_t
day_trace(
    const struct day *day, const double *values, unsigned run, int32_t *options)
{
	unsigned first = run / PART_COUNT, part = run % PART_COUNT;
	int32_t place = least(day->row[run], day->ways->places), count = 0;

	for (;; part--) {
		options[count++] = option_at(day, values, part, place);
		if (part == first)
			return count;
		place = place_before(day, part, day->row[--run], place);
	}
}
