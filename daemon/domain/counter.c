/* SPDX-License-Identifier: ISC */
/*
 * counter: sums of older assignments.
 *
 * Each physician and each site has a series: its cells, sorted by bucket, then
 * programme, activity and class, no two alike.  History arrives nearly in the
 * order of time, so a cell is mostly found or added at the end.
 */
#include "daemon/domain/counter.h"

#include "daemon/base/mem.h"
#include "daemon/domain/directory.h"

#include <stdlib.h>
#include <string.h>

struct series {
	struct counter_cell *cells;
	uint32_t count, capacity;
};

struct series_table {
	struct series *at; /* by index of the physician or site */
	size_t capacity;
};

struct counters {
	struct series_table physicians, sites;
};

enum class assignment_class(const struct assignment *a) {
	unsigned weekday = day_weekday(a->day);

	if (weekday == 6) return CLASS_SUNDAY;
	if (a->part == PART_N) return CLASS_NIGHT;
	if (weekday == 5) return CLASS_SATURDAY;
	if (a->part == PART_E || a->part == PART_S) return CLASS_EVENING;
	return CLASS_PLAIN;
}

int32_t
bucket_first(int32_t day)
{
	int32_t week = day_week(day), month = day_month(day);

	return week > month ? week : month;
}

struct counters *
counters_new(void)
{
	return xcalloc(1, sizeof(struct counters));
}

static void
table_fini(struct series_table *table)
{
	for (size_t i = 0; i < table->capacity; i++)
		free(table->at[i].cells);
	free(table->at);
}

void
counters_free(struct counters *counters)
{
	if (counters == NULL)
		return;
	table_fini(&counters->physicians);
	table_fini(&counters->sites);
	free(counters);
}

static int
compare(const struct counter_cell *a, const struct counter_cell *b)
{
	if (a->bucket != b->bucket)
		return a->bucket < b->bucket ? -1 : 1;
	if (a->programme != b->programme)
		return a->programme < b->programme ? -1 : 1;
	if (a->activity != b->activity)
		return a->activity < b->activity ? -1 : 1;
	return (a->class > b->class) - (a->class < b->class);
}

/* First position whose cell does not stand before `key`. */
static uint32_t
lower_bound(const struct series *series, const struct counter_cell *key)
{
	uint32_t low = 0, high = series->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare(&series->cells[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct series *
series_of(struct series_table *table, int32_t index)
{
	table->at = xgrow_zero(table->at, &table->capacity, (size_t)index + 1,
	    sizeof(table->at[0]));
	return &table->at[index];
}

static void
series_add(struct series *series, const struct counter_cell *cell)
{
	uint32_t at = lower_bound(series, cell);

	if (at < series->count && compare(&series->cells[at], cell) == 0) {
		series->cells[at].number += cell->number;
		return;
	}
	if (series->count == series->capacity) {
		/* By half: there are many series, and most grow slowly. */
		series->capacity = series->capacity == 0
		    ? 8
		    : series->capacity + series->capacity / 2;
		series->cells = xrealloc(
		    series->cells, series->capacity * sizeof(series->cells[0]));
	}
	memmove(series->cells + at + 1, series->cells + at,
	    (series->count - at) * sizeof(series->cells[0]));
	series->cells[at] = *cell;
	series->count++;
}

static void
add_minutes(struct counters *counters, const struct assignment *a,
    struct counter_cell *cell, enum activity activity, unsigned minutes)
{
	if (minutes == 0)
		return;
	cell->activity = (uint8_t)activity;
	cell->number = minutes;
	series_add(series_of(&counters->sites, a->site), cell);
}

void
counters_add(
    struct counters *counters, const struct assignment *a, int32_t first)
{
	struct counter_cell cell = {
	    .bucket = first,
	    .programme = a->programme,
	    .activity = a->activity,
	    .class = (uint8_t)assignment_class(a),
	    .number = a->count,
	};

	if (!state_blocks((enum state)a->state))
		return;
	series_add(series_of(&counters->physicians, a->physician), &cell);
	cell.bucket = bucket_first(a->day);
	cell.class = 0;
	add_minutes(
	    counters, a, &cell, (enum activity)a->activity, assignment_main(a));
	add_minutes(counters, a, &cell, ACTIVITY_SNP,
	    (unsigned)a->unscheduled * PORTION_UNIT);
	add_minutes(counters, a, &cell, ACTIVITY_TLC,
	    (unsigned)a->remote * PORTION_UNIT);
}

static void
table_each(const struct series_table *table, enum counter_side side,
    counters_each_fn *each, void *arg)
{
	for (size_t i = 0; i < table->capacity; i++)
		for (uint32_t j = 0; j < table->at[i].count; j++)
			each(arg, side, (int32_t)i, &table->at[i].cells[j]);
}

void
counters_each(
    const struct counters *counters, counters_each_fn *each, void *arg)
{
	table_each(&counters->physicians, COUNTER_PHYSICIAN, each, arg);
	table_each(&counters->sites, COUNTER_SITE, each, arg);
}

void
counters_put(struct counters *counters, enum counter_side side, int32_t index,
    const struct counter_cell *cell)
{
	struct series_table *table =
	    side == COUNTER_SITE ? &counters->sites : &counters->physicians;

	series_add(series_of(table, index), cell);
}

static bool
series_begins_in(const struct series *series, int32_t from, int32_t to)
{
	struct counter_cell first = {.bucket = from, .programme = INT32_MIN};
	uint32_t at = lower_bound(series, &first);

	return at < series->count && series->cells[at].bucket < to;
}

bool
counters_begin_in(const struct counters *counters, int32_t physician,
    int32_t from, int32_t to)
{
	const struct series_table *table = &counters->physicians;

	if (physician != REF_NONE)
		return (size_t)physician < table->capacity &&
		    series_begins_in(&table->at[physician], from, to);
	for (size_t i = 0; i < table->capacity; i++)
		if (series_begins_in(&table->at[i], from, to))
			return true;
	return false;
}

static uint64_t
sum(const struct series_table *table, int32_t index,
    const struct counter_question *question)
{
	const struct series *series;
	struct counter_cell first = {
	    .bucket = question->from, .programme = INT32_MIN};
	uint64_t total = 0;

	if (index < 0 || (size_t)index >= table->capacity)
		return 0;
	series = &table->at[index];
	for (uint32_t i = lower_bound(series, &first); i < series->count; i++) {
		const struct counter_cell *cell = &series->cells[i];

		if (cell->bucket >= question->to)
			break;
		if (question->programme != REF_NONE &&
		    cell->programme != question->programme)
			continue;
		if (question->activity != ACTIVITY_COUNT &&
		    cell->activity != question->activity)
			continue;
		if (question->class != CLASS_KINDS &&
		    cell->class != question->class)
			continue;
		total += cell->number;
	}
	return total;
}

uint64_t
counters_half_days(const struct counters *counters, int32_t physician,
    const struct counter_question *question)
{
	return sum(&counters->physicians, physician, question);
}

uint64_t
counters_minutes(const struct counters *counters, int32_t site,
    const struct counter_question *question)
{
	struct counter_question any = *question;

	any.class = CLASS_KINDS;
	return sum(&counters->sites, site, &any);
}

static size_t
table_memory(const struct series_table *table)
{
	size_t bytes = table->capacity * sizeof(table->at[0]);

	for (size_t i = 0; i < table->capacity; i++)
		bytes += table->at[i].capacity * sizeof(struct counter_cell);
	return bytes;
}

size_t
counters_memory(const struct counters *counters)
{
	return sizeof(*counters) + table_memory(&counters->physicians) +
	    table_memory(&counters->sites);
}

static size_t
cells(const struct series_table *table)
{
	size_t count = 0;

	for (size_t i = 0; i < table->capacity; i++)
		count += table->at[i].count;
	return count;
}

static bool
series_has(const struct series_table *table, int32_t index,
    const struct counter_cell *cell)
{
	const struct series *series;
	uint32_t at;

	if (index < 0 || (size_t)index >= table->capacity)
		return false;
	series = &table->at[index];
	at = lower_bound(series, cell);
	return at < series->count && compare(&series->cells[at], cell) == 0 &&
	    series->cells[at].number == cell->number;
}

static bool
tables_equal(const struct series_table *a, const struct series_table *b,
    const int32_t *indices, const int32_t *programmes)
{
	if (cells(a) != cells(b))
		return false;
	for (size_t i = 0; i < a->capacity; i++) {
		for (uint32_t j = 0; j < a->at[i].count; j++) {
			struct counter_cell cell = a->at[i].cells[j];

			if (programmes != NULL && cell.programme != REF_NONE)
				cell.programme = programmes[cell.programme];
			if (!series_has(b,
				indices == NULL ? (int32_t)i : indices[i],
				&cell))
				return false;
		}
	}
	return true;
}

bool
counters_equal_mapped(const struct counters *a, const struct counters *b,
    const struct counter_map *map)
{
	return tables_equal(&a->physicians, &b->physicians, map->physicians,
		   map->programmes) &&
	    tables_equal(&a->sites, &b->sites, map->sites, map->programmes);
}

bool
counters_equal(const struct counters *a, const struct counters *b)
{
	return counters_equal_mapped(a, b, &(struct counter_map){0});
}
