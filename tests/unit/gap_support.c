/* SPDX-License-Identifier: ISC */
/* gap_support: see gap_support.h. */
#include "tests/unit/gap_support.h"

#include <stdio.h>
#include <string.h>

struct book *book;
unsigned gap_slots;

static unsigned facts; /* made so far */

void
gap_begin(void)
{
	facts = gap_slots = 0;
	book = book_new(test_day("2026-01-01"));
}

void
gap_end(void)
{
	book_free(book);
}

int32_t
gap_load_sector(unsigned n)
{
	struct territory sector = {.entity = {test_id(700 + n), 1}};

	snprintf(sector.code, sizeof(sector.code), "S%u", n);
	SET(sector.kind, "sector");
	SET(sector.state, "active");
	return test_load(book, KIND_TERRITORY, &sector);
}

int32_t
gap_load_site(unsigned n, int32_t sector, const char *hours)
{
	struct site site = test_site(n);
	size_t column;
	const char *why;

	site.sector = sector;
	SET(site.kind, "fixed");
	SET(site.holidays, "closed");
	ck_assert(hours_parse(span_of(hours), &site.hours, &column, &why));
	return test_load(book, KIND_SITE, &site);
}

int32_t
gap_load_physician(unsigned n, const char *specialty)
{
	struct physician physician = test_physician(n);

	SET(physician.specialty, specialty);
	return test_load(book, KIND_PHYSICIAN, &physician);
}

void
gap_load_need(const struct wish *wish)
{
	struct need need = {.entity = {test_id(10000 + facts++), 1},
	    .site = wish->site,
	    .sector = wish->sector,
	    .pattern = test_pattern(wish->pattern),
	    .from = test_day(wish->from),
	    .to = wish->to == NULL ? INT32_MAX : test_day(wish->to),
	    .number = wish->number == 0 ? 1 : wish->number};

	SET(need.activity, wish->activity == NULL ? "MT" : wish->activity);
	SET(need.specialty, wish->specialty == NULL ? "MG" : wish->specialty);
	SET(need.state, wish->state == NULL ? "active" : wish->state);
	(void)test_load(book, KIND_NEED, &need);
}

void
gap_load_closure(
    int32_t site, const char *from, const char *to, const char *parts)
{
	struct closure closure = {.entity = {test_id(10000 + facts++), 1},
	    .site = site,
	    .from = test_day(from),
	    .to = test_day(to)};

	SET(closure.parts, parts);
	SET(closure.cause, "works");
	SET(closure.state, "active");
	(void)test_load(book, KIND_CLOSURE, &closure);
}

void
gap_load_holiday(const char *day)
{
	struct holiday holiday = {.entity = {test_id(10000 + facts++), 1},
	    .from = test_day(day),
	    .to = test_day(day)};

	SET(holiday.area, "national");
	SET(holiday.kind, "public");
	SET(holiday.state, "active");
	(void)test_load(book, KIND_HOLIDAY, &holiday);
}

void
gap_assign(int32_t physician, int32_t site, const char *day, enum part part,
    enum activity activity, enum state state)
{
	struct assignment a = test_slot(
	    book, GAP_SLOT_FIRST + gap_slots++, physician, site, day, part);

	a.activity = (uint8_t)activity;
	a.state = (uint8_t)state;
	ck_assert_int_eq(test_load_slot(book, &a, 1), APPLY_DONE);
}
