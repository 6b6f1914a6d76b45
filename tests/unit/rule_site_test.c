/* SPDX-License-Identifier: ISC */
/*
 * rule_site_test: H02 opening and H03 rooms.
 */
#include "daemon/base/compiler.h"
#include "tests/unit/rule_bench.h"

#include <stdio.h>
#include <string.h>

/* Site 0 with these hours and rooms. */
static void
set_site(const char *hours, uint32_t rooms)
{
	struct site site = *book_site(bench.book, 0);
	size_t column;
	const char *why;

	ck_assert(hours_parse(span_of(hours), &site.hours, &column, &why));
	site.rooms = rooms;
	bench_change(&bench, KIND_SITE, &site);
}

START_TEST(a_retired_site_is_closed)
{
	struct site site = *book_site(bench.book, 0);
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);

	SET(site.state, "retired");
	bench_change(&bench, KIND_SITE, &site);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H02);
	bench_says(&bench, " at=000000000 state=retired ");
}
END_TEST

START_TEST(a_part_is_open_by_weekday)
{
	struct assignment monday = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment saturday = slot(101, 0, 0, "2026-03-07", PART_M);

	set_site("mon-fri M 09:00-12:00", 2);
	ck_assert_int_eq(bench_try(&bench, &monday), STATUS_OK);
	ck_assert_int_eq(bench_try(&bench, &saturday), STATUS_H02);
	bench_says(&bench, " at=000000000 part=M weekday=sat open=closed ");
	bench_says(&bench, "on a Saturday");
	ck_assert_ptr_nonnull(
	    strstr(bench_print(&bench, LANG_FR, true), "le samedi"));
	monday.part = PART_A;
	ck_assert_int_eq(bench_try(&bench, &monday), STATUS_H02);
	bench_says(&bench, " part=A weekday=mon ");
}
END_TEST

START_TEST(the_interval_lies_in_the_opening)
{
	static const struct {
		const char *from, *to;
		enum status status;
	} cases[] = {
	    {"2026-03-02T09:00+01:00", "2026-03-02T12:00+01:00", STATUS_OK},
	    {"2026-03-02T10:00+01:00", "2026-03-02T11:00+01:00", STATUS_OK},
	    {"2026-03-02T08:59+01:00", "2026-03-02T12:00+01:00", STATUS_H02},
	    {"2026-03-02T09:00+01:00", "2026-03-02T12:01+01:00", STATUS_H02},
	    {"2026-03-02T14:00+01:00", "2026-03-02T18:00+01:00", STATUS_H02},
	    {"2026-03-03T09:00+01:00", "2026-03-03T12:00+01:00", STATUS_H02},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct assignment a =
		    slot_between(slot(100, 0, 0, "2026-03-02", PART_M),
			cases[i].from, cases[i].to);

		ck_assert_msg(bench_try(&bench, &a) == cases[i].status, "%s",
		    cases[i].from);
		if (cases[i].status != STATUS_OK)
			bench_says(&bench, " open=09:00-12:00 ");
	}
}
END_TEST

/* The opening is clock time: an hour less in spring, more in autumn. */
START_TEST(the_opening_follows_the_clock)
{
	struct assignment spring = slot(100, 0, 0, "2026-03-28", PART_N);
	struct assignment autumn = slot(101, 0, 0, "2026-10-24", PART_N);
	struct assignment sunday = slot(102, 0, 0, "2026-03-29", PART_M);

	ck_assert_uint_eq(spring.length, 7 * HOUR);
	ck_assert_uint_eq(autumn.length, 9 * HOUR);
	ck_assert_int_eq(spring.offset_from, 4);
	ck_assert_int_eq(spring.offset_to, 8);
	ck_assert_int_eq(bench_try(&bench, &spring), STATUS_OK);
	ck_assert_int_eq(bench_try(&bench, &autumn), STATUS_OK);
	ck_assert_int_eq(bench_try(&bench, &sunday), STATUS_OK);
	/* Eight hours of night are one too many in spring. */
	spring.length = 8 * 3600;
	ck_assert_int_eq(bench_try(&bench, &spring), STATUS_H02);
	/* A morning with the offset of the day before is an hour off. */
	sunday.from += 3600;
	ck_assert_int_eq(bench_try(&bench, &sunday), STATUS_H02);
}
END_TEST

START_TEST(overseas_sites_open_by_their_own_clock)
{
	static const char *const zones[] = {"Indian/Reunion",
	    "America/Guadeloupe", "America/Cayenne", "Indian/Mayotte",
	    "Pacific/Noumea"};
	struct site site = *book_site(bench.book, 0);

	for (size_t i = 0; i < ARRAY_SIZE(zones); i++) {
		struct assignment a;

		site.tz = tz_find(span_of(zones[i]));
		bench_change(&bench, KIND_SITE, &site);
		a = slot(100, 0, 0, "2026-03-29", PART_M);
		ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
		a.from -= 60;
		ck_assert_int_eq(bench_try(&bench, &a), STATUS_H02);
	}
	/* What fitted in the former zone does not any more. */
	site.tz = tz_find(SPAN("Europe/Paris"));
	bench_change(&bench, KIND_SITE, &site);
	{
		struct assignment a =
		    slot_between(slot(100, 0, 0, "2026-03-29", PART_M),
			"2026-03-29T09:00+04:00", "2026-03-29T12:00+04:00");

		ck_assert_int_eq(bench_try(&bench, &a), STATUS_H02);
	}
}
END_TEST

START_TEST(a_room_is_held_by_one)
{
	struct assignment there = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment a = slot(101, 1, 0, "2026-03-02", PART_M);

	bench_has(&bench, &there);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H03);
	ck_assert(id_equal(bench.finding.with, there.id));
	ck_assert_int_eq(bench.finding.with_site, 0);
	bench_says(&bench, " rooms=2 room=1 from=2026-03-02T09:00+01:00 ");
	bench_says(&bench, " free=2 ");
	ck_assert_uint_eq(
	    room_lowest_free(bench.book, 0, a.from, assignment_to(&a), a.id),
	    2);
	/* For itself its own room is free. */
	ck_assert_uint_eq(room_lowest_free(bench.book, 0, a.from,
			      assignment_to(&a), there.id),
	    1);
	a.room = 2;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a.room = 3;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H03);
	bench_says(&bench, "there is no room 3: the site has 2");
	/* At another site the same number is another room. */
	a = slot(101, 1, 1, "2026-03-02", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

START_TEST(all_rooms_held_says_until_when)
{
	struct assignment one = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment two = slot(101, 1, 0, "2026-03-02", PART_M);
	struct assignment a = slot(102, 2, 0, "2026-03-02", PART_M);

	two.room = 2;
	two.length = 2 * 3600;
	bench_has(&bench, &one);
	bench_has(&bench, &two);
	/* Whether it asks for a room or was found none. */
	for (unsigned room = 0; room <= 2; room++) {
		a.room = (uint8_t)room;
		ck_assert_int_eq(bench_try(&bench, &a), STATUS_H03);
		ck_assert(id_equal(bench.finding.with, two.id));
		bench_says(&bench, " free-from=2026-03-02T11:00+01:00 ");
		bench_says(&bench, " held=\"1 until 12:00, 2 until 11:00\" ");
		ck_assert_ptr_nonnull(strstr(bench_print(&bench, LANG_FR, true),
		    ": 1 jusqu'à 12:00, 2 jusqu'à 11:00"));
	}
	ck_assert_uint_eq(
	    room_lowest_free(bench.book, 0, a.from, assignment_to(&a), a.id),
	    0);
}
END_TEST

START_TEST(a_room_is_free_over_the_whole_interval)
{
	struct assignment early = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment late = slot(101, 1, 0, "2026-03-02", PART_M);
	struct assignment a = slot(102, 2, 0, "2026-03-02", PART_M);

	/* 09-10 and 11-12 in room 1: 10-11 is free, 10-11:01 is not. */
	early.length = 3600;
	late.from += 2 * HOUR;
	late.length = 3600;
	bench_has(&bench, &early);
	bench_has(&bench, &late);
	a.from += 3600;
	a.length = 3600;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a.length += 60;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H03);
	ck_assert(id_equal(bench.finding.with, late.id));
	a.from -= 60;
	a.length = 3600;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H03);
	ck_assert(id_equal(bench.finding.with, early.id));
	ck_assert_uint_eq(room_lowest_free(bench.book, 0, a.from + 60,
			      a.from + 60 + 3600, a.id),
	    1);
}
END_TEST

START_TEST(care_from_elsewhere_takes_no_room)
{
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);

	set_site("mon-sun M 09:00-12:00", 1);
	a.room = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H03);
	bench_says(&bench, " rooms=1 activity=MT free=1 ");
	a.activity = ACTIVITY_TLC;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a.activity = ACTIVITY_REGUL;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	bench_has(&bench, &a);
	/* It leaves the room to another. */
	a = slot(101, 1, 0, "2026-03-02", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	/* A physician who comes for home visits does take one. */
	a.activity = ACTIVITY_VAD;
	a.room = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H03);
}
END_TEST

START_TEST(two_may_change_rooms)
{
	struct assignment one = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment two = slot(101, 1, 0, "2026-03-02", PART_M);

	two.room = 2;
	bench_has(&bench, &one);
	bench_has(&bench, &two);
	one.room = 2;
	two.room = 1;
	ck_assert_int_eq(bench_try(&bench, &one), STATUS_H03);
	ck_assert_int_eq(bench_try(&bench, &two), STATUS_H03);
	bench_put(&bench, &one, 1);
	bench_put(&bench, &two, 2);
	ck_assert_int_eq(bench_judge(&bench), STATUS_OK);
	/* And one may take the room that another gives up in the same unit. */
	two.state = STATE_CANCELLED;
	two.room = 2;
	bench_put(&bench, &one, 1);
	bench_put(&bench, &two, 2);
	ck_assert_int_eq(bench_judge(&bench), STATUS_OK);
}
END_TEST

START_TEST(a_room_taken_away_is_refused_with_what_uses_it)
{
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);
	union after site = {.site = *book_site(bench.book, 0)};

	a.room = 2;
	site.site.rooms = 1;
	unit_put(&bench.unit, bench.book, KIND_SITE, &site, 1, SPAN(""));
	bench_put(&bench, &a, 2);
	ck_assert_int_eq(bench_judge(&bench), STATUS_H03);
	bench_says(&bench, "there is no room 2: the site has 1");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

/* The list of held rooms stays within its bounds. */
START_TEST(ninety_nine_rooms_held)
{
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);
	struct physician physician;

	set_site("mon-sun M 09:00-12:00", PROTO_ROOMS_MAX);
	for (unsigned n = 1; n <= PROTO_ROOMS_MAX; n++) {
		struct assignment there;

		physician = test_physician(200 + n);
		bench_change(&bench, KIND_PHYSICIAN, &physician);
		there = slot(1000 + n,
		    book_find(bench.book, KIND_PHYSICIAN, physician.entity.id),
		    0, "2026-03-02", PART_M);
		there.room = (uint8_t)n;
		bench_has(&bench, &there);
		if (n < PROTO_ROOMS_MAX)
			ck_assert_uint_eq(room_lowest_free(bench.book, 0,
					      a.from, assignment_to(&a), a.id),
			    n + 1);
	}
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H03);
	bench_says(&bench, " held=\"1 until 12:00, 2 until 12:00, ");
	bench_says(&bench, " until 12:00, ...\"");
	ck_assert_uint_le(bench.finding.used, sizeof(bench.finding.text));
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("site");

	tcase_add_checked_fixture(tcase, bench_set_up, bench_tear_down);
	tcase_add_test(tcase, a_retired_site_is_closed);
	tcase_add_test(tcase, a_part_is_open_by_weekday);
	tcase_add_test(tcase, the_interval_lies_in_the_opening);
	tcase_add_test(tcase, the_opening_follows_the_clock);
	tcase_add_test(tcase, overseas_sites_open_by_their_own_clock);
	tcase_add_test(tcase, a_room_is_held_by_one);
	tcase_add_test(tcase, all_rooms_held_says_until_when);
	tcase_add_test(tcase, a_room_is_free_over_the_whole_interval);
	tcase_add_test(tcase, care_from_elsewhere_takes_no_room);
	tcase_add_test(tcase, two_may_change_rooms);
	tcase_add_test(tcase, a_room_taken_away_is_refused_with_what_uses_it);
	tcase_add_test(tcase, ninety_nine_rooms_held);
	return test_main("rule_site", &tcase, 1);
}
