/* SPDX-License-Identifier: ISC */
/*
 * open_test: whether and where a site works: weekly hours, closures,
 * exceptional openings, holidays and stops.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/open.h"
#include "tests/unit/domain_support.h"

#include <string.h>

static struct book *book;
static unsigned number; /* of the next fact */

static void
set_up(void)
{
	struct site site = test_site(0);

	book = book_new(test_day("2026-01-01"));
	number = 100;
	SET(site.holidays, "closed");
	SET(site.kind, "fixed");
	ck_assert_int_eq(test_load(book, KIND_SITE, &site), 0);
}

static void
tear_down(void)
{
	book_free(book);
}

static void
change(enum kind kind, const void *after)
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

static void
set_site(
    const char *kind, const char *week, const char *holidays, const char *area)
{
	struct site site = *book_site(book, 0);

	SET(site.kind, kind);
	site.hours = hours(week);
	SET(site.holidays, holidays);
	SET(site.area, area);
	change(KIND_SITE, &site);
}

static struct closure
close_site(const char *from, const char *to, const char *parts)
{
	struct closure closure = {.site = 0};

	closure.entity.id = test_id(number++);
	closure.from = test_day(from);
	closure.to = test_day(to);
	SET(closure.parts, parts);
	SET(closure.cause, "works");
	SET(closure.state, "active");
	change(KIND_CLOSURE, &closure);
	return closure;
}

static struct opening_day
open_site(const char *from, const char *to, const char *week)
{
	struct opening_day opening = {.site = 0};

	opening.entity.id = test_id(number++);
	opening.from = test_day(from);
	opening.to = test_day(to);
	opening.hours = hours(week);
	SET(opening.state, "active");
	change(KIND_OPENING, &opening);
	return opening;
}

static struct holiday
holiday(const char *area, const char *kind, const char *from, const char *to)
{
	struct holiday day = {.from = test_day(from), .to = test_day(to)};

	day.entity.id = test_id(number++);
	SET(day.area, area);
	SET(day.kind, kind);
	SET(day.name, "a day");
	SET(day.state, "active");
	change(KIND_HOLIDAY, &day);
	return day;
}

static struct stop
make_stop(
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

static struct stop
stop_at(
    const char *pattern, const char *from, const char *to, const char *commune)
{
	struct stop stop = make_stop(pattern, from, to, commune);

	change(KIND_STOP, &stop);
	return stop;
}

/* "09:00-12:00" when it is open, else the reason why it is not. */
static const char *
at(const char *day, enum part part)
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

START_TEST(the_hours_of_the_week)
{
	set_site(
	    "fixed", "mon-fri M 09:00-12:00; sat M 10:00-12:00", "closed", "");
	ck_assert_str_eq(at("2026-03-02", PART_M), "09:00-12:00");
	ck_assert_str_eq(at("2026-03-07", PART_M), "10:00-12:00");
	ck_assert_str_eq(at("2026-03-02", PART_A), "hours");
	ck_assert_str_eq(at("2026-03-08", PART_M), "hours");
}
END_TEST

START_TEST(a_closure_takes_its_days_and_parts)
{
	struct closure closure = close_site("2026-03-02", "2026-03-04", "MA");
	struct opening opening;
	struct open_why why;

	ck_assert_str_eq(at("2026-03-01", PART_M), "09:00-12:00");
	ck_assert_str_eq(at("2026-03-02", PART_M), "closure");
	ck_assert_str_eq(at("2026-03-04", PART_A), "closure");
	ck_assert_str_eq(at("2026-03-04", PART_E), "18:00-20:00");
	ck_assert_str_eq(at("2026-03-05", PART_M), "09:00-12:00");
	/* It says which, and what the half-day would have. */
	ck_assert(!site_open(
	    book, 0, test_day("2026-03-03"), PART_M, &opening, &why));
	ck_assert(id_equal(
	    book_entity(book, KIND_CLOSURE, why.fact)->id, closure.entity.id));
	ck_assert_uint_eq(opening.from, 9 * 60);
	/* Ended earlier, then withdrawn. */
	closure.to = test_day("2026-03-02");
	change(KIND_CLOSURE, &closure);
	ck_assert_str_eq(at("2026-03-02", PART_M), "closure");
	ck_assert_str_eq(at("2026-03-03", PART_M), "09:00-12:00");
	SET(closure.state, "retired");
	change(KIND_CLOSURE, &closure);
	ck_assert_str_eq(at("2026-03-02", PART_M), "09:00-12:00");
}
END_TEST

START_TEST(a_closure_may_be_overlooked)
{
	struct closure closure = close_site("2026-03-02", "2026-03-04", "M");
	struct site_view view;
	struct opening opening;

	site_view_init(&view, book, 0);
	ck_assert(!site_view_open(
	    &view, test_day("2026-03-02"), PART_M, &opening, NULL));
	view.without = book_find(book, KIND_CLOSURE, closure.entity.id);
	ck_assert(site_view_open(
	    &view, test_day("2026-03-02"), PART_M, &opening, NULL));
	/* Another one is not. */
	close_site("2026-03-01", "2026-03-02", "M");
	site_view_init(&view, book, 0);
	view.without = book_find(book, KIND_CLOSURE, closure.entity.id);
	ck_assert(!site_view_open(
	    &view, test_day("2026-03-02"), PART_M, &opening, NULL));
}
END_TEST

START_TEST(an_exceptional_opening_wins_in_its_parts)
{
	struct opening_day opening;

	set_site("fixed", "mon-fri M 09:00-12:00 A 14:00-18:00", "closed", "");
	/* A Saturday, a longer Monday, a holiday, a closed day. */
	opening = open_site(
	    "2026-03-07", "2026-03-09", "sat M 09:00-11:00; mon M 08:00-13:00");
	ck_assert_str_eq(at("2026-03-07", PART_M), "09:00-11:00");
	ck_assert_str_eq(at("2026-03-07", PART_A), "hours");
	ck_assert_str_eq(at("2026-03-08", PART_M), "hours");
	ck_assert_str_eq(at("2026-03-09", PART_M), "08:00-13:00");
	ck_assert_str_eq(at("2026-03-09", PART_A), "14:00-18:00");
	ck_assert_str_eq(at("2026-03-16", PART_M), "09:00-12:00");
	holiday("national", "public", "2026-03-09", "2026-03-09");
	close_site("2026-03-09", "2026-03-09", "MA");
	ck_assert_str_eq(at("2026-03-09", PART_M), "08:00-13:00");
	ck_assert_str_eq(at("2026-03-09", PART_A), "closure");
	/* The one that begins last, as long as it is active. */
	opening = open_site("2026-03-09", "2026-03-09", "mon M 10:00-12:00");
	ck_assert_str_eq(at("2026-03-09", PART_M), "10:00-12:00");
	SET(opening.state, "retired");
	change(KIND_OPENING, &opening);
	ck_assert_str_eq(at("2026-03-09", PART_M), "08:00-13:00");
}
END_TEST

START_TEST(holidays_by_area_and_policy)
{
	struct holiday day =
	    holiday("national", "public", "2026-05-14", "2026-05-14");

	holiday("alsace-moselle", "public", "2026-04-03", "2026-04-03");
	holiday("zone-a", "school", "2026-02-07", "2026-02-22");
	ck_assert_str_eq(at("2026-05-14", PART_M), "holiday");
	ck_assert_str_eq(at("2026-05-13", PART_M), "09:00-12:00");
	ck_assert_str_eq(at("2026-05-15", PART_M), "09:00-12:00");
	/* Of an area that is not the site's; then it is. */
	ck_assert_str_eq(at("2026-04-03", PART_M), "09:00-12:00");
	set_site("fixed", "mon-sun M 09:00-12:00", "closed", "alsace-moselle");
	ck_assert_str_eq(at("2026-04-03", PART_M), "holiday");
	ck_assert_str_eq(at("2026-05-14", PART_M), "holiday");
	/* School holidays close nothing, even of the site's area. */
	set_site("fixed", "mon-sun M 09:00-12:00", "closed", "zone-a");
	ck_assert_str_eq(at("2026-02-10", PART_M), "09:00-12:00");
	ck_assert_int_eq(
	    site_holiday(book, 0, test_day("2026-02-10")), REF_NONE);
	/* A site that works on holidays; the day is one all the same. */
	set_site("fixed", "mon-sun M 09:00-12:00", "open", "");
	ck_assert_str_eq(at("2026-05-14", PART_M), "09:00-12:00");
	ck_assert_int_eq(site_holiday(book, 0, test_day("2026-05-14")),
	    book_find(book, KIND_HOLIDAY, day.entity.id));
	set_site("fixed", "mon-sun M 09:00-12:00", "closed", "");
	SET(day.state, "retired");
	change(KIND_HOLIDAY, &day);
	ck_assert_str_eq(at("2026-05-14", PART_M), "09:00-12:00");
}
END_TEST

/* A long one is found behind many short ones that began since. */
START_TEST(holidays_of_many_days)
{
	char text[16];

	holiday("national", "public", "2026-03-01", "2026-06-08");
	for (unsigned day = 2; day <= 28; day++) {
		snprintf(text, sizeof(text), "2026-03-%02u", day);
		holiday("elsewhere", "public", text, text);
	}
	ck_assert_str_eq(at("2026-02-28", PART_M), "09:00-12:00");
	ck_assert_str_eq(at("2026-03-01", PART_M), "holiday");
	ck_assert_str_eq(at("2026-03-29", PART_M), "holiday");
	ck_assert_str_eq(at("2026-06-08", PART_M), "holiday");
	ck_assert_str_eq(at("2026-06-09", PART_M), "09:00-12:00");
}
END_TEST

/* What is closed for two reasons has one. */
START_TEST(each_half_day_is_lost_once)
{
	static const char *const days[] = {"2026-05-11", "2026-05-12",
	    "2026-05-13", "2026-05-14", "2026-05-15", "2026-05-16"};
	unsigned lost[CLOSED_NO_STOP + 1] = {0};

	set_site("fixed", "mon-fri M 09:00-12:00 A 14:00-18:00", "closed", "");
	holiday("national", "public", "2026-05-14", "2026-05-14");
	close_site("2026-05-13", "2026-05-16", "MAESN");
	close_site("2026-05-14", "2026-05-15", "M");
	for (size_t i = 0; i < ARRAY_SIZE(days); i++) {
		for (unsigned part = 0; part < PART_COUNT; part++) {
			struct opening opening;
			struct open_why why;

			site_open(
			    book, 0, test_day(days[i]), part, &opening, &why);
			lost[why.reason]++;
		}
	}
	ck_assert_uint_eq(lost[OPEN_WEEKLY], 4);
	ck_assert_uint_eq(lost[CLOSED_BY_CLOSURE], 6);
	ck_assert_uint_eq(lost[CLOSED_BY_HOLIDAY], 0);
	/* Evenings, nights and the Saturday were not open anyway. */
	ck_assert_uint_eq(lost[CLOSED_WEEKLY], 20);
}
END_TEST

START_TEST(week_53_and_the_29th_of_february)
{
	/* 2026 has a week 53: 28 December to 3 January. */
	set_site("mobile", "mon-sun M 09:00-12:00", "closed", "");
	stop_at("wed M every 2", "2026-12-16", NULL, "16102");
	ck_assert_str_eq(at("2026-12-16", PART_M), "09:00-12:00"); /* 51 */
	ck_assert_str_eq(at("2026-12-23", PART_M), "stop");
	ck_assert_str_eq(at("2026-12-30", PART_M), "09:00-12:00"); /* 53 */
	ck_assert_str_eq(at("2027-01-06", PART_M), "stop");
	ck_assert_str_eq(at("2027-01-13", PART_M), "09:00-12:00"); /* 2 */
	/* 29 February 2028 is the fifth Tuesday. */
	stop_at("5th tue M", "2026-12-16", NULL, "16103");
	ck_assert_str_eq(at("2028-02-29", PART_M), "09:00-12:00");
	ck_assert_str_eq(at("2028-02-22", PART_M), "stop");
	close_site("2028-02-28", "2028-03-01", "M");
	ck_assert_str_eq(at("2028-02-29", PART_M), "closure");
	holiday("national", "public", "2028-02-29", "2028-02-29");
	ck_assert_str_eq(at("2028-02-29", PART_M), "closure");
}
END_TEST

/* Openings are clock time of the site, on any day of any zone. */
START_TEST(clock_changes_and_overseas)
{
	static const struct {
		const char *tz, *day, *from;
		unsigned hours;
	} cases[] = {
	    {"Europe/Paris", "2026-03-28", "2026-03-29T00:00+01:00", 7},
	    {"Europe/Paris", "2026-10-24", "2026-10-25T00:00+02:00", 9},
	    {"Indian/Reunion", "2026-03-28", "2026-03-29T00:00+04:00", 8},
	    {"America/Cayenne", "2026-10-24", "2026-10-25T00:00-03:00", 8},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct site site = *book_site(book, 0);
		int32_t day = test_day(cases[i].day);
		struct opening opening;
		int64_t from, to;

		site.tz = tz_find(span_of(cases[i].tz));
		change(KIND_SITE, &site);
		open_site(cases[i].day, cases[i].day, "sat N 24:00-32:00");
		ck_assert(site_open(book, 0, day, PART_N, &opening, NULL));
		from = tz_instant(site.tz, day, opening.from);
		to = tz_instant(site.tz, day, opening.to);
		ck_assert_int_eq(from, test_instant(cases[i].from));
		ck_assert_int_eq(to - from, cases[i].hours * HOUR);
	}
	/* The abolition of slavery is kept where it was abolished that day. */
	holiday("reunion", "public", "2026-12-20", "2026-12-20");
	ck_assert_str_eq(at("2026-12-20", PART_M), "09:00-12:00");
	set_site("fixed", "mon-sun M 09:00-12:00", "closed", "reunion");
	ck_assert_str_eq(at("2026-12-20", PART_M), "holiday");
}
END_TEST

START_TEST(a_mobile_site_is_where_it_stops)
{
	int32_t monday = test_day("2026-03-02");
	struct place place;
	struct stop stop;
	struct zone zone = {.from = test_day("2025-01-01"), .to = INT32_MAX};

	zone.entity.id = test_id(number++);
	SET(zone.commune, "16102");
	SET(zone.kind, "gp");
	SET(zone.class, "ZIP");
	change(KIND_ZONE, &zone);
	set_site("mobile", "mon-fri M 09:00-12:00 A 14:00-18:00", "closed", "");
	/* Two communes on one day. */
	stop = stop_at("mon M", "2026-01-01", NULL, "16102");
	stop.lat = 4569000;
	stop.lon = -33000;
	SET(stop.address, "Place du marché");
	change(KIND_STOP, &stop);
	stop_at("mon A", "2026-01-01", "2026-03-31", "16103");
	ck_assert_str_eq(at("2026-03-02", PART_M), "09:00-12:00");
	ck_assert_str_eq(at("2026-03-02", PART_A), "14:00-18:00");
	ck_assert_str_eq(at("2026-03-03", PART_M), "stop");
	ck_assert_str_eq(at("2026-04-06", PART_A), "stop");
	site_place(book, 0, monday, PART_M, &place);
	ck_assert_str_eq(place.commune, "16102");
	ck_assert_str_eq(place.address, "Place du marché");
	ck_assert_int_eq(place.lat, 4569000);
	ck_assert_int_eq(place.lon, -33000);
	ck_assert_ptr_nonnull(place.stop);
	ck_assert_str_eq(site_zone(book, 0, monday, PART_M, "gp"), "ZIP");
	/* Without coordinates those of the site are not taken. */
	site_place(book, 0, monday, PART_A, &place);
	ck_assert_str_eq(place.commune, "16103");
	ck_assert(place.lat == 0 && place.lon == 0);
	ck_assert_ptr_null(site_zone(book, 0, monday, PART_A, "gp"));
	/* Where it stands nowhere, its own place. */
	site_place(book, 0, monday + 1, PART_M, &place);
	ck_assert_ptr_null(place.stop);
	ck_assert_str_eq(place.commune, book_site(book, 0)->commune);
	/* A stop opens nothing: the hours do. */
	stop_at("sat M", "2026-01-01", NULL, "16104");
	ck_assert_str_eq(at("2026-03-07", PART_M), "hours");
	open_site(
	    "2026-03-07", "2026-03-07", "sat M 09:00-11:00 A 14:00-15:00");
	ck_assert_str_eq(at("2026-03-07", PART_M), "09:00-11:00");
	ck_assert_str_eq(at("2026-03-07", PART_A), "stop");
	/* Retired, it stands there no more. */
	SET(stop.state, "retired");
	change(KIND_STOP, &stop);
	ck_assert_str_eq(at("2026-03-02", PART_M), "stop");
}
END_TEST

START_TEST(the_communes_of_a_day)
{
	int32_t monday = test_day("2026-03-02");
	const char *communes[PART_COUNT];
	struct site site = *book_site(book, 0);

	ck_assert_uint_eq(
	    site_communes(book, book_site(book, 0), monday, communes), 1);
	ck_assert_str_eq(communes[0], site.commune);
	set_site("mobile", "mon-fri M 09:00-12:00 A 14:00-18:00", "closed", "");
	stop_at("mon A", "2026-01-01", NULL, "16102");
	stop_at("mon ME", "2026-01-01", NULL, "16103");
	stop_at("mon S", "2026-01-01", NULL, "16102");
	ck_assert_uint_eq(
	    site_communes(book, book_site(book, 0), monday, communes), 2);
	ck_assert_str_eq(communes[0], "16103");
	ck_assert_str_eq(communes[1], "16102");
	ck_assert_uint_eq(
	    site_communes(book, book_site(book, 0), monday + 1, communes), 1);
	ck_assert_str_eq(communes[0], site.commune);
	site = *book_site(book, 0);
	SET(site.commune, "");
	change(KIND_SITE, &site);
	ck_assert_uint_eq(
	    site_communes(book, book_site(book, 0), monday + 1, communes), 0);
	ck_assert_uint_eq(
	    site_communes(book, book_site(book, 0), monday, communes), 2);
}
END_TEST

START_TEST(stops_of_other_sites_say_nothing)
{
	struct place place;

	/* A fixed site that has kept stops of a time when it was mobile. */
	stop_at("mon-sun M", "2026-01-01", NULL, "16102");
	site_place(book, 0, test_day("2026-03-02"), PART_M, &place);
	ck_assert_ptr_null(place.stop);
	ck_assert_str_eq(place.commune, book_site(book, 0)->commune);
	ck_assert_str_eq(at("2026-03-02", PART_A), "14:00-18:00");
}
END_TEST

START_TEST(a_vehicle_stands_in_one_place)
{
	static const struct {
		const char *a, *from_a, *to_a, *b, *from_b, *to_b, *day;
		enum part part;
	} cases[] = {
	    {"mon M", "2026-01-05", NULL, "mon-fri M", "2026-03-01", NULL,
		"2026-03-02", PART_M},
	    {"mon M", "2026-01-05", NULL, "mon A", "2026-01-05", NULL, NULL,
		PART_M},
	    {"mon M", "2026-01-05", NULL, "tue M", "2026-01-05", NULL, NULL,
		PART_M},
	    {"mon MA", "2026-01-05", NULL, "mon AE", "2026-01-05", NULL,
		"2026-01-05", PART_A},
	    /* One after the other. */
	    {"mon M", "2026-01-05", "2026-02-28", "mon M", "2026-03-01", NULL,
		NULL, PART_M},
	    {"mon M", "2026-01-05", "2026-03-02", "mon M", "2026-03-01", NULL,
		"2026-03-02", PART_M},
	    /* Alternate weeks, and the same ones. */
	    {"mon M every 2", "2026-01-05", NULL, "mon M every 2", "2026-01-12",
		NULL, NULL, PART_M},
	    {"mon M every 2", "2026-01-05", NULL, "mon M every 2", "2026-01-19",
		NULL, "2026-01-19", PART_M},
	    /* Rhythms that meet late. */
	    {"mon M every 2", "2026-01-05", NULL, "mon M every 3", "2026-01-12",
		NULL, "2026-02-02", PART_M},
	    /* The first Tuesday and the 29th of February. */
	    {"1st tue M", "2026-01-01", NULL, "2nd tue M", "2026-01-01", NULL,
		NULL, PART_M},
	    {"last tue M", "2026-01-01", NULL, "5th tue M", "2028-02-01",
		"2028-02-29", "2028-02-29", PART_M},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct stop a = make_stop(
		    cases[i].a, cases[i].from_a, cases[i].to_a, "16102");
		struct stop b = make_stop(
		    cases[i].b, cases[i].from_b, cases[i].to_b, "16103");
		enum part part, other_part;
		int32_t day, other_day;
		bool meet = stops_meet(&a, &b, &day, &part);

		ck_assert_msg(meet == (cases[i].day != NULL), "%s / %s",
		    cases[i].a, cases[i].b);
		ck_assert(stops_meet(&b, &a, &other_day, &other_part) == meet);
		if (!meet)
			continue;
		ck_assert_int_eq(day, test_day(cases[i].day));
		ck_assert_int_eq(part, cases[i].part);
		ck_assert_int_eq(other_day, day);
		SET(b.state, "retired");
		ck_assert(!stops_meet(&a, &b, &day, &part));
	}
}
END_TEST

/* A site that an import is about to create. */
START_TEST(a_site_that_the_book_does_not_have)
{
	struct site site = test_site(7);
	struct site_view view;
	struct opening opening;

	holiday("national", "public", "2026-03-02", "2026-03-02");
	site_view_new(&view, book, &site);
	ck_assert(site_view_open(
	    &view, test_day("2026-03-03"), PART_M, &opening, NULL));
	ck_assert(!site_view_open(
	    &view, test_day("2026-03-02"), PART_M, &opening, NULL));
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("open");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, the_hours_of_the_week);
	tcase_add_test(tcase, a_closure_takes_its_days_and_parts);
	tcase_add_test(tcase, a_closure_may_be_overlooked);
	tcase_add_test(tcase, an_exceptional_opening_wins_in_its_parts);
	tcase_add_test(tcase, holidays_by_area_and_policy);
	tcase_add_test(tcase, holidays_of_many_days);
	tcase_add_test(tcase, each_half_day_is_lost_once);
	tcase_add_test(tcase, week_53_and_the_29th_of_february);
	tcase_add_test(tcase, clock_changes_and_overseas);
	tcase_add_test(tcase, a_mobile_site_is_where_it_stops);
	tcase_add_test(tcase, the_communes_of_a_day);
	tcase_add_test(tcase, stops_of_other_sites_say_nothing);
	tcase_add_test(tcase, a_vehicle_stands_in_one_place);
	tcase_add_test(tcase, a_site_that_the_book_does_not_have);
	return test_main("open", &tcase, 1);
}
