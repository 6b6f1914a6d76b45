/* SPDX-License-Identifier: ISC */
/* open_support: see open_support.h. */
#include "tests/unit/open_support.h"

struct book *book;
static unsigned number; /* of the next fact */

void
open_set_up(void)
{
	struct site site = test_site(0);

	book = book_new(test_day("2026-01-01"));
	number = 100;
	SET(site.holidays, "closed");
	SET(site.kind, "fixed");
	ck_assert_int_eq(test_load(book, KIND_SITE, &site), 0);
}

void
open_tear_down(void)
{
	book_free(book);
}

void
open_change(enum kind kind, const void *after)
{
	const struct entity *entity = after;
	struct change it = {.kind = kind, .id = entity->id, .after = after};
	int32_t index = book_find(book, kind, entity->id);

	it.rev =
	    index == REF_NONE ? 1 : book_entity(book, kind, index)->rev + 1;
	ck_assert_int_eq(book_apply(book, &it), APPLY_DONE);
}

static struct hours
hours(const char *text)
{
	struct hours week;
	size_t column;
	const char *why;

	ck_assert_msg(
	    hours_parse(span_of(text), &week, &column, &why), "%s", text);
	return week;
}

void
open_set_site(
    const char *kind, const char *week, const char *holidays, const char *area)
{
	struct site site = *book_site(book, 0);

	SET(site.kind, kind);
	site.hours = hours(week);
	SET(site.holidays, holidays);
	SET(site.area, area);
	open_change(KIND_SITE, &site);
}

struct closure
open_closure(const char *from, const char *to, const char *parts)
{
	struct closure closure = {.site = 0};

	closure.entity.id = test_id(number++);
	closure.from = test_day(from);
	closure.to = test_day(to);
	SET(closure.parts, parts);
	SET(closure.cause, "works");
	SET(closure.state, "active");
	open_change(KIND_CLOSURE, &closure);
	return closure;
}

struct opening_day
open_opening(const char *from, const char *to, const char *week)
{
	struct opening_day opening = {.site = 0};

	opening.entity.id = test_id(number++);
	opening.from = test_day(from);
	opening.to = test_day(to);
	opening.hours = hours(week);
	SET(opening.state, "active");
	open_change(KIND_OPENING, &opening);
	return opening;
}

struct holiday
open_holiday(
    const char *area, const char *kind, const char *from, const char *to)
{
	struct holiday day = {.from = test_day(from), .to = test_day(to)};

	day.entity.id = test_id(number++);
	SET(day.area, area);
	SET(day.kind, kind);
	SET(day.name, "a day");
	SET(day.state, "active");
	open_change(KIND_HOLIDAY, &day);
	return day;
}

struct stop
open_make_stop(
    const char *pattern, const char *from, const char *to, const char *commune)
{
	struct stop stop = {.site = 0, .to = INT32_MAX};
	size_t column;
	const char *why;

	stop.entity.id = test_id(number++);
	ck_assert_msg(
	    pattern_parse(span_of(pattern), &stop.pattern, &column, &why),
	    "%s: %s", pattern, why);
	stop.from = test_day(from);
	if (to != NULL)
		stop.to = test_day(to);
	SET(stop.commune, commune);
	SET(stop.state, "active");
	return stop;
}

struct stop
open_stop(
    const char *pattern, const char *from, const char *to, const char *commune)
{
	struct stop stop = open_make_stop(pattern, from, to, commune);

	open_change(KIND_STOP, &stop);
	return stop;
}

const char *
open_at(const char *day, enum part part)
{
	static char text[32];
	struct opening opening;
	struct open_why why;

	if (!site_open(book, 0, test_day(day), part, &opening, &why))
		return open_reason_name(why.reason);
	snprintf(text, sizeof(text), "%02u:%02u-%02u:%02u", opening.from / 60u,
	    opening.from % 60u, opening.to / 60u, opening.to % 60u);
	return text;
}
