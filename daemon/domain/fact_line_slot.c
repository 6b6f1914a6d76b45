/* SPDX-License-Identifier: ISC */
/* fact_line_slot: the lines of half-days, and of older time. */
#include "daemon/domain/fact_line_private.h"

#include <string.h>

enum {
	UNITS_MAX = PORTION_MAX / PORTION_UNIT,
	BUCKETS_MAX = 1 << 20, /* days */
	DAYS_MAX = 376200      /* since 1970: the year 3000 */
};

static bool
read_byte(struct fact_reading *reading, int64_t most, uint8_t *out)
{
	int64_t number;

	if (!fact_number(reading, 0, most, &number))
		return false;
	*out = (uint8_t)number;
	return true;
}

static bool
read_word(struct fact_reading *reading, struct assignment *a)
{
	enum activity activity = ACTIVITY_MT;
	enum state state = STATE_DRAFT;
	enum agreement agreed = AGREED_NOT;
	enum part part = PART_M;
	bool known = true;

	if (span_is(reading->key, "activity")) {
		known = activity_find(reading->text, &activity);
		a->activity = (uint8_t)activity;
	} else if (span_is(reading->key, "state")) {
		known = state_find(reading->text, &state);
		a->state = (uint8_t)state;
	} else if (span_is(reading->key, "agreed")) {
		known = agreement_find(reading->text, &agreed);
		a->agreed = (uint8_t)agreed;
	} else if (span_is(reading->key, "part")) {
		known = part_find(reading->text, &part);
		a->part = (uint8_t)part;
	} else if (span_is(reading->key, "programme")) {
		a->programme = book_word(reading->book, reading->text);
		known = a->programme != REF_NONE;
	} else {
		return fact_refuse(reading, "is nothing of an assignment");
	}
	return known || fact_refuse(reading, "is not what it may be");
}

static bool
read_offset(struct fact_reading *reading, int8_t *out)
{
	int64_t number;

	if (!fact_number(reading, -60, 60, &number))
		return false;
	*out = (int8_t)number;
	return true;
}

static bool
read_portion(struct fact_reading *reading, uint8_t *out)
{
	int64_t minutes;

	if (!fact_number(reading, 0, PORTION_MAX, &minutes))
		return false;
	*out = (uint8_t)(minutes / PORTION_UNIT);
	return minutes % PORTION_UNIT == 0 ||
	    fact_refuse(reading, "is no multiple of five");
}

static bool
read_member(struct fact_reading *reading, struct assignment *a)
{
	struct span key = reading->key;
	int64_t number;
	int32_t index;

	if (span_is(key, "day"))
		return fact_day(reading, &a->day);
	if (span_is(key, "from"))
		return fact_number(
		    reading, 0, (int64_t)DAYS_MAX * SECONDS_PER_DAY, &a->from);
	if (span_is(key, "length")) {
		if (!fact_number(reading, 1, 2 * SECONDS_PER_DAY, &number))
			return false;
		a->length = (uint32_t)number;
		return true;
	}
	if (span_is(key, "physician"))
		return fact_index(reading, KIND_PHYSICIAN, &a->physician);
	if (span_is(key, "site"))
		return fact_index(reading, KIND_SITE, &a->site);
	if (span_is(key, "rotation")) {
		if (!fact_index(reading, KIND_ROTATION, &index))
			return false;
		a->rotation = (uint32_t)index + 1;
		return true;
	}
	if (span_is(key, "room"))
		return read_byte(reading, PROTO_ROOMS_MAX, &a->room);
	if (span_is(key, "count"))
		return read_byte(reading, 2, &a->count);
	if (span_is(key, "by-hand"))
		return read_byte(reading, 1, &a->by_hand);
	if (span_is(key, "unscheduled"))
		return read_portion(reading, &a->unscheduled);
	if (span_is(key, "remote"))
		return read_portion(reading, &a->remote);
	if (span_is(key, "offset-from"))
		return read_offset(reading, &a->offset_from);
	if (span_is(key, "offset-to"))
		return read_offset(reading, &a->offset_to);
	return read_word(reading, a);
}

bool
fact_assignment(struct fact_reading *reading)
{
	struct assignment *a = &reading->fact->after.assignment;
	bool taken;

	memset(a, 0, sizeof(*a));
	a->physician = a->site = a->programme = REF_NONE;
	while (fact_next(reading)) {
		if (!fact_head(reading, &taken) ||
		    (!taken && !read_member(reading, a)))
			return false;
	}
	if (!fact_has_head(reading))
		return false;
	a->id = reading->fact->change.id;
	a->rev = reading->fact->change.rev;
	if (a->physician == REF_NONE || a->site == REF_NONE || a->length == 0 ||
	    a->day == 0 || a->count == 0 || a->unscheduled > UNITS_MAX)
		error_set(reading->error,
		    "day= length= count= physician= or site= is not there");
	return fact_at_end(reading);
}

/* ----- older time ----- */

/* "20394.1.0.12" */
static bool
read_cell(struct span text, struct counter_cell *cell)
{
	const uint64_t most[] = {
	    BUCKETS_MAX, ACTIVITY_COUNT - 1, CLASS_KINDS - 1, UINT32_MAX};
	uint64_t number[4];
	struct span word;

	for (unsigned i = 0; i < 4; i++)
		if (!span_cut(&text, '.', &word) ||
		    !span_to_u64(word, most[i], &number[i]))
			return false;
	cell->bucket = (int32_t)number[0];
	cell->activity = (uint8_t)number[1];
	cell->class = (uint8_t)number[2];
	cell->number = (uint32_t)number[3];
	return text.len == 0;
}

static bool
load_cells(struct fact_reading *reading, enum counter_side side, int32_t index,
    int32_t programme)
{
	struct counter_cell cell = {.programme = programme};
	struct span text;

	if (index == REF_NONE)
		return fact_refuse(reading, "is of nobody");
	while (span_cut(&reading->text, ',', &text)) {
		if (!read_cell(text, &cell))
			return fact_refuse(reading, "is not made of cells");
		book_load_older(reading->book, side, index, &cell);
	}
	return true;
}

bool
fact_older(struct fact_reading *reading)
{
	enum counter_side side = COUNTER_PHYSICIAN;
	int32_t index = REF_NONE, programme = REF_NONE;
	bool good = true;

	while (good && fact_next(reading)) {
		if (span_is(reading->key, "physician")) {
			good = fact_index(reading, KIND_PHYSICIAN, &index);
		} else if (span_is(reading->key, "site")) {
			side = COUNTER_SITE;
			good = fact_index(reading, KIND_SITE, &index);
		} else if (span_is(reading->key, "programme")) {
			programme = book_word(reading->book, reading->text);
			good = programme != REF_NONE ||
			    fact_refuse(reading, "is one word too many");
		} else if (span_is(reading->key, "cells")) {
			good = load_cells(reading, side, index, programme);
		} else {
			good = fact_refuse(reading, "is nothing of older time");
		}
	}
	return fact_at_end(reading);
}

bool
fact_cut(struct fact_reading *reading)
{
	struct book_cut cut = {REF_NONE, INT32_MAX};
	bool good = true;

	while (good && fact_next(reading)) {
		if (span_is(reading->key, "physician"))
			good =
			    fact_index(reading, KIND_PHYSICIAN, &cut.physician);
		else if (span_is(reading->key, "day"))
			good = fact_day(reading, &cut.day);
		else
			good = fact_refuse(reading, "is nothing of a cut");
	}
	if (!fact_at_end(reading))
		return false;
	if (cut.day == INT32_MAX) {
		error_set(reading->error, "day= is not there");
		return false;
	}
	book_load_cut(reading->book, &cut);
	return true;
}
