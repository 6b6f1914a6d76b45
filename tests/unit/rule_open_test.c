/* SPDX-License-Identifier: ISC */
/*
 * rule_open_test: H02 of closures, exceptional openings, holidays and stops;
 * H03 and H12 of mobile and of remote sites.
 */
#include "daemon/base/compiler.h"
#include "tests/unit/rule_bench.h"

#include <stdio.h>
#include <string.h>

static void
set_kind(int32_t index, const char *kind)
{
	struct site site = *book_site(bench.book, index);

	SET(site.kind, kind);
	bench_change(&bench, KIND_SITE, &site);
}

static struct stop
stop_at(unsigned n, const char *pattern, const char *commune, int32_t lat)
{
	struct stop stop = {.site = 0, .to = INT32_MAX, .lat = lat};
	size_t column;
	const char *why;

	stop.entity.id = test_id(n);
	ck_assert(
	    pattern_parse(span_of(pattern), &stop.pattern, &column, &why));
	stop.from = test_day("2026-01-01");
	SET(stop.commune, commune);
	SET(stop.state, "active");
	bench_change(&bench, KIND_STOP, &stop);
	return stop;
}

static void
close_site(const char *from, const char *to, const char *parts)
{
	struct closure closure = {.site = 0};

	closure.entity.id = test_id(500);
	closure.from = test_day(from);
	closure.to = test_day(to);
	SET(closure.parts, parts);
	SET(closure.cause, "flood");
	SET(closure.state, "active");
	bench_change(&bench, KIND_CLOSURE, &closure);
}

static void
open_site(const char *day, const char *text)
{
	struct opening_day opening = {.site = 0};
	size_t column;
	const char *why;

	opening.entity.id = test_id(501);
	opening.from = opening.to = test_day(day);
	ck_assert(hours_parse(span_of(text), &opening.hours, &column, &why));
	SET(opening.state, "active");
	bench_change(&bench, KIND_OPENING, &opening);
}

static void
set_holiday(const char *day, const char *name)
{
	struct holiday holiday = {.from = test_day(day), .to = test_day(day)};

	holiday.entity.id = test_id(502);
	SET(holiday.area, "national");
	SET(holiday.kind, "public");
	SET(holiday.name, name);
	SET(holiday.state, "active");
	bench_change(&bench, KIND_HOLIDAY, &holiday);
}

START_TEST(a_closure_refuses)
{
	struct assignment a = slot(100, 0, 0, "2026-03-03", PART_M);

	close_site("2026-03-02", "2026-03-13", "MA");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H02);
	bench_says(&bench,
	    " at=000000000 part=M day=2026-03-03 cause=flood "
	    "first=2026-03-02 last=2026-03-13 ");
	bench_says(&bench, "is closed from 2026-03-02 to 2026-03-13, and so");
	ck_assert_ptr_nonnull(strstr(bench_print(&bench, LANG_FR, true),
	    "est fermé du 2026-03-02 au 2026-03-13"));
	a = slot(100, 0, 0, "2026-03-03", PART_E);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	/* Care from elsewhere is care of the site too. */
	a = slot(100, 0, 0, "2026-03-03", PART_M);
	a.activity = ACTIVITY_TLC;
	a.room = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H02);
	/* Another site is open. */
	a = slot(100, 0, 1, "2026-03-03", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

/* The end state is judged: the closure may come in the same unit. */
START_TEST(a_closure_of_the_same_unit_refuses)
{
	struct assignment a = slot(100, 0, 0, "2026-03-03", PART_M);
	union after after = {.closure = {.site = 0}};

	after.closure.entity.id = test_id(500);
	after.closure.from = after.closure.to = a.day;
	SET(after.closure.parts, "M");
	SET(after.closure.state, "active");
	bench_put(&bench, &a, 1);
	unit_put(&bench.unit, bench.book, KIND_CLOSURE, &after, 2, SPAN(""));
	ck_assert_int_eq(bench_judge(&bench), STATUS_H02);
	ck_assert_uint_eq(bench.finding.line, 1);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

START_TEST(a_holiday_refuses)
{
	struct assignment a = slot(100, 0, 0, "2026-05-14", PART_M);
	struct site site;

	set_holiday("2026-05-14", "Ascension");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H02);
	bench_says(&bench, " part=M day=2026-05-14 holiday=Ascension ");
	bench_says(&bench, "on the public holiday of 2026-05-14 (Ascension)");
	bench_says(&bench, "L.3133-1");
	ck_assert_ptr_nonnull(strstr(bench_print(&bench, LANG_FR, true),
	    "le jour férié du 2026-05-14 (Ascension)"));
	/* Exceptionally open, or always on holidays. */
	open_site("2026-05-14", "thu M 09:00-12:00");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 0, "2026-05-14", PART_A);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H02);
	site = *book_site(bench.book, 0);
	SET(site.holidays, "open");
	bench_change(&bench, KIND_SITE, &site);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

/* A name of any length and alphabet fits in what a finding holds. */
START_TEST(a_long_name_is_cut_between_characters)
{
	struct assignment a = slot(100, 0, 0, "2026-05-14", PART_M);
	char name[PROTO_TEXT_MAX + 1] = "x";

	while (strlen(name) + strlen("é") <= PROTO_TEXT_MAX)
		strcat(name, "é");
	set_holiday("2026-05-14", name);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H02);
	bench_says(&bench, "éé");
	ck_assert_uint_le(bench.finding.used, sizeof(bench.finding.text));
}
END_TEST

START_TEST(an_exceptional_opening_bounds_the_interval)
{
	struct assignment a = slot(100, 0, 0, "2026-03-03", PART_M);

	open_site("2026-03-03", "tue M 10:00-13:00");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H02);
	bench_says(&bench, " weekday=tue open=10:00-13:00 ");
	a = slot_between(a, "2026-03-03T10:00+01:00", "2026-03-03T13:00+01:00");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

START_TEST(a_mobile_site_works_where_it_stands)
{
	struct assignment monday = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment tuesday = slot(100, 0, 0, "2026-03-03", PART_M);

	set_kind(0, "mobile");
	stop_at(600, "mon M", "16102", 4500000);
	ck_assert_int_eq(bench_try(&bench, &monday), STATUS_OK);
	ck_assert_int_eq(bench_try(&bench, &tuesday), STATUS_H02);
	bench_says(&bench, " at=000000000 part=M day=2026-03-03 ");
	bench_says(&bench, "stands nowhere in part M of 2026-03-03");
	ck_assert_ptr_nonnull(strstr(bench_print(&bench, LANG_FR, true),
	    "ne stationne nulle part sur la demi-journée M du 2026-03-03"));
}
END_TEST

/* The vehicle drives from one commune to the next, and so does who works in
 * it; from there to another site it counts from where it stood. */
START_TEST(travel_is_between_the_stops)
{
	struct assignment morning = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment noon = slot(101, 0, 0, "2026-03-02", PART_A);
	struct assignment elsewhere = slot(102, 0, 1, "2026-03-02", PART_A);
	struct site site = *book_site(bench.book, 1);
	struct stop stop;

	set_kind(0, "mobile");
	/* A degree of latitude: 155 minutes, and 15 of margin. */
	stop_at(600, "mon M", "16102", 4500000);
	stop = stop_at(601, "mon A", "16103", 4600000);
	bench_has(&bench, &morning);
	ck_assert_int_eq(bench_try(&bench, &noon), STATUS_H12);
	bench_says(&bench, " minutes=155 margin=15 needed=170 available=120 ");
	/* Next door: 120 minutes suffice. */
	stop.lat = 4510000;
	bench_change(&bench, KIND_STOP, &stop);
	ck_assert_int_eq(bench_try(&bench, &noon), STATUS_OK);
	/* A site at the stop of the morning is no travel, whatever place the
	 * vehicle calls its own. */
	site.lat = 4500000;
	bench_change(&bench, KIND_SITE, &site);
	elsewhere.from = assignment_to(&morning);
	elsewhere.length = 3600;
	ck_assert_int_eq(bench_try(&bench, &elsewhere), STATUS_H02);
	open_site("2026-03-02", "mon M 08:00-10:00");
	morning = slot_between(
	    morning, "2026-03-02T08:00+01:00", "2026-03-02T10:00+01:00");
	bench_has(&bench, &morning);
	elsewhere = slot(102, 0, 1, "2026-03-02", PART_M);
	elsewhere = slot_between(
	    elsewhere, "2026-03-02T10:00+01:00", "2026-03-02T12:00+01:00");
	ck_assert_int_eq(bench_try(&bench, &elsewhere), STATUS_OK);
	site.lat = 4501000;
	bench_change(&bench, KIND_SITE, &site);
	ck_assert_int_eq(bench_try(&bench, &elsewhere), STATUS_H12);
}
END_TEST

/* Who works for a remote site is anywhere. */
START_TEST(a_remote_site_takes_no_room_and_no_travel)
{
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment next = slot(101, 0, 1, "2026-03-02", PART_M);

	a = slot_between(a, "2026-03-02T09:00+01:00", "2026-03-02T10:30+01:00");
	next = slot_between(
	    next, "2026-03-02T10:30+01:00", "2026-03-02T12:00+01:00");
	a.room = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H03);
	set_kind(0, "remote");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	bench_has(&bench, &a);
	ck_assert_int_eq(bench_try(&bench, &next), STATUS_OK);
	/* Many at once, but each one once. */
	a = slot(102, 1, 0, "2026-03-02", PART_M);
	a.room = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(103, 0, 0, "2026-03-02", PART_M);
	a.room = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H01);
}
END_TEST

/* The verdict depends on the facts of the site, so it reads its guard, which
 * each of them raises. */
START_TEST(facts_of_a_site_raise_its_guard)
{
	struct id guard =
	    guard_entity(KIND_SITE, book_site(bench.book, 0)->entity.id);
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);
	union after after[3] = {{.closure = {.site = 0}},
	    {.opening = {.site = 0}}, {.stop = {.site = 0}}};
	static const enum kind kinds[] = {
	    KIND_CLOSURE, KIND_OPENING, KIND_STOP};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct unit unit;

		unit_init(&unit);
		after[i].entity.id = test_id(700 + i);
		unit_put(&unit, bench.book, kinds[i], &after[i], 0, SPAN(""));
		unit_seal(&unit, bench.book);
		ck_assert_uint_eq(unit.bump_count, 1);
		ck_assert(id_equal(unit.bumps[0].id, guard));
		unit_fini(&unit);
	}
	bench_put(&bench, &a, 0);
	ck_assert_uint_ge(bench.unit.read_count, 1);
	ck_assert(id_equal(bench.unit.reads[0].id, guard));
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("open");

	tcase_add_checked_fixture(tcase, bench_set_up, bench_tear_down);
	tcase_add_test(tcase, a_closure_refuses);
	tcase_add_test(tcase, a_closure_of_the_same_unit_refuses);
	tcase_add_test(tcase, a_holiday_refuses);
	tcase_add_test(tcase, a_long_name_is_cut_between_characters);
	tcase_add_test(tcase, an_exceptional_opening_bounds_the_interval);
	tcase_add_test(tcase, a_mobile_site_works_where_it_stands);
	tcase_add_test(tcase, travel_is_between_the_stops);
	tcase_add_test(tcase, a_remote_site_takes_no_room_and_no_travel);
	tcase_add_test(tcase, facts_of_a_site_raise_its_guard);
	return test_main("rule_open", &tcase, 1);
}
