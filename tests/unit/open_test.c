/* SPDX-License-Identifier: ISC */
/*
 * open_test: whether and where a site works: weekly hours, closures,
 * exceptional openings and holidays; stop_test has the stops.
 */
#include "tests/unit/open_support.h"

#include "daemon/base/compiler.h"

START_TEST(the_hours_of_the_week)
{
	open_set_site(
	    "fixed", "mon-fri M 09:00-12:00; sat M 10:00-12:00", "closed", "");
	ck_assert_str_eq(open_at("2026-03-02", PART_M), "09:00-12:00");
	ck_assert_str_eq(open_at("2026-03-07", PART_M), "10:00-12:00");
	ck_assert_str_eq(open_at("2026-03-02", PART_A), "hours");
	ck_assert_str_eq(open_at("2026-03-08", PART_M), "hours");
}
END_TEST

START_TEST(a_closure_takes_its_days_and_parts)
{
	struct closure closure = open_closure("2026-03-02", "2026-03-04", "MA");
	struct opening opening;
	struct open_why why;

	ck_assert_str_eq(open_at("2026-03-01", PART_M), "09:00-12:00");
	ck_assert_str_eq(open_at("2026-03-02", PART_M), "closure");
	ck_assert_str_eq(open_at("2026-03-04", PART_A), "closure");
	ck_assert_str_eq(open_at("2026-03-04", PART_E), "18:00-20:00");
	ck_assert_str_eq(open_at("2026-03-05", PART_M), "09:00-12:00");
	/* It says which, and what the half-day would have. */
	ck_assert(!site_open(
	    book, 0, test_day("2026-03-03"), PART_M, &opening, &why));
	ck_assert(id_equal(
	    book_entity(book, KIND_CLOSURE, why.fact)->id, closure.entity.id));
	ck_assert_uint_eq(opening.from, 9 * 60);
	/* Ended earlier, then withdrawn. */
	closure.to = test_day("2026-03-02");
	open_change(KIND_CLOSURE, &closure);
	ck_assert_str_eq(open_at("2026-03-02", PART_M), "closure");
	ck_assert_str_eq(open_at("2026-03-03", PART_M), "09:00-12:00");
	SET(closure.state, "retired");
	open_change(KIND_CLOSURE, &closure);
	ck_assert_str_eq(open_at("2026-03-02", PART_M), "09:00-12:00");
}
END_TEST

START_TEST(a_closure_may_be_overlooked)
{
	struct closure closure = open_closure("2026-03-02", "2026-03-04", "M");
	struct site_view view;
	struct opening opening;

	site_view_init(&view, book, 0);
	ck_assert(!site_view_open(
	    &view, test_day("2026-03-02"), PART_M, &opening, NULL));
	view.without = book_find(book, KIND_CLOSURE, closure.entity.id);
	ck_assert(site_view_open(
	    &view, test_day("2026-03-02"), PART_M, &opening, NULL));
	/* Another one is not. */
	open_closure("2026-03-01", "2026-03-02", "M");
	site_view_init(&view, book, 0);
	view.without = book_find(book, KIND_CLOSURE, closure.entity.id);
	ck_assert(!site_view_open(
	    &view, test_day("2026-03-02"), PART_M, &opening, NULL));
}
END_TEST

START_TEST(an_exceptional_opening_wins_in_its_parts)
{
	struct opening_day opening;

	open_set_site(
	    "fixed", "mon-fri M 09:00-12:00 A 14:00-18:00", "closed", "");
	/* A Saturday, a longer Monday, a holiday, a closed day. */
	opening = open_opening(
	    "2026-03-07", "2026-03-09", "sat M 09:00-11:00; mon M 08:00-13:00");
	ck_assert_str_eq(open_at("2026-03-07", PART_M), "09:00-11:00");
	ck_assert_str_eq(open_at("2026-03-07", PART_A), "hours");
	ck_assert_str_eq(open_at("2026-03-08", PART_M), "hours");
	ck_assert_str_eq(open_at("2026-03-09", PART_M), "08:00-13:00");
	ck_assert_str_eq(open_at("2026-03-09", PART_A), "14:00-18:00");
	ck_assert_str_eq(open_at("2026-03-16", PART_M), "09:00-12:00");
	open_holiday("national", "public", "2026-03-09", "2026-03-09");
	open_closure("2026-03-09", "2026-03-09", "MA");
	ck_assert_str_eq(open_at("2026-03-09", PART_M), "08:00-13:00");
	ck_assert_str_eq(open_at("2026-03-09", PART_A), "closure");
	/* The one that begins last, as long as it is active. */
	opening = open_opening("2026-03-09", "2026-03-09", "mon M 10:00-12:00");
	ck_assert_str_eq(open_at("2026-03-09", PART_M), "10:00-12:00");
	SET(opening.state, "retired");
	open_change(KIND_OPENING, &opening);
	ck_assert_str_eq(open_at("2026-03-09", PART_M), "08:00-13:00");
}
END_TEST

START_TEST(holidays_by_area_and_policy)
{
	struct holiday day =
	    open_holiday("national", "public", "2026-05-14", "2026-05-14");

	open_holiday("alsace-moselle", "public", "2026-04-03", "2026-04-03");
	open_holiday("zone-a", "school", "2026-02-07", "2026-02-22");
	ck_assert_str_eq(open_at("2026-05-14", PART_M), "holiday");
	ck_assert_str_eq(open_at("2026-05-13", PART_M), "09:00-12:00");
	ck_assert_str_eq(open_at("2026-05-15", PART_M), "09:00-12:00");
	/* Of an area that is not the site's; then it is. */
	ck_assert_str_eq(open_at("2026-04-03", PART_M), "09:00-12:00");
	open_set_site(
	    "fixed", "mon-sun M 09:00-12:00", "closed", "alsace-moselle");
	ck_assert_str_eq(open_at("2026-04-03", PART_M), "holiday");
	ck_assert_str_eq(open_at("2026-05-14", PART_M), "holiday");
	/* School holidays close nothing, even of the site's area. */
	open_set_site("fixed", "mon-sun M 09:00-12:00", "closed", "zone-a");
	ck_assert_str_eq(open_at("2026-02-10", PART_M), "09:00-12:00");
	ck_assert_int_eq(
	    site_holiday(book, 0, test_day("2026-02-10")), REF_NONE);
	/* A site that works on holidays; the day is one all the same. */
	open_set_site("fixed", "mon-sun M 09:00-12:00", "open", "");
	ck_assert_str_eq(open_at("2026-05-14", PART_M), "09:00-12:00");
	ck_assert_int_eq(site_holiday(book, 0, test_day("2026-05-14")),
	    book_find(book, KIND_HOLIDAY, day.entity.id));
	open_set_site("fixed", "mon-sun M 09:00-12:00", "closed", "");
	SET(day.state, "retired");
	open_change(KIND_HOLIDAY, &day);
	ck_assert_str_eq(open_at("2026-05-14", PART_M), "09:00-12:00");
}
END_TEST

/* A long one is found behind many short ones that began since. */
START_TEST(holidays_of_many_days)
{
	char text[16];

	open_holiday("national", "public", "2026-03-01", "2026-06-08");
	for (unsigned day = 2; day <= 28; day++) {
		snprintf(text, sizeof(text), "2026-03-%02u", day);
		open_holiday("elsewhere", "public", text, text);
	}
	ck_assert_str_eq(open_at("2026-02-28", PART_M), "09:00-12:00");
	ck_assert_str_eq(open_at("2026-03-01", PART_M), "holiday");
	ck_assert_str_eq(open_at("2026-03-29", PART_M), "holiday");
	ck_assert_str_eq(open_at("2026-06-08", PART_M), "holiday");
	ck_assert_str_eq(open_at("2026-06-09", PART_M), "09:00-12:00");
}
END_TEST

/* What is closed for two reasons has one. */
START_TEST(each_half_day_is_lost_once)
{
	static const char *const days[] = {"2026-05-11", "2026-05-12",
	    "2026-05-13", "2026-05-14", "2026-05-15", "2026-05-16"};
	unsigned lost[CLOSED_NO_STOP + 1] = {0};

	open_set_site(
	    "fixed", "mon-fri M 09:00-12:00 A 14:00-18:00", "closed", "");
	open_holiday("national", "public", "2026-05-14", "2026-05-14");
	open_closure("2026-05-13", "2026-05-16", "MAESN");
	open_closure("2026-05-14", "2026-05-15", "M");
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
	open_set_site("mobile", "mon-sun M 09:00-12:00", "closed", "");
	open_stop("wed M every 2", "2026-12-16", NULL, "16102");
	ck_assert_str_eq(open_at("2026-12-16", PART_M), "09:00-12:00"); /* 51 */
	ck_assert_str_eq(open_at("2026-12-23", PART_M), "stop");
	ck_assert_str_eq(open_at("2026-12-30", PART_M), "09:00-12:00"); /* 53 */
	ck_assert_str_eq(open_at("2027-01-06", PART_M), "stop");
	ck_assert_str_eq(open_at("2027-01-13", PART_M), "09:00-12:00"); /* 2 */
	/* 29 February 2028 is the fifth Tuesday. */
	open_stop("5th tue M", "2026-12-16", NULL, "16103");
	ck_assert_str_eq(open_at("2028-02-29", PART_M), "09:00-12:00");
	ck_assert_str_eq(open_at("2028-02-22", PART_M), "stop");
	open_closure("2028-02-28", "2028-03-01", "M");
	ck_assert_str_eq(open_at("2028-02-29", PART_M), "closure");
	open_holiday("national", "public", "2028-02-29", "2028-02-29");
	ck_assert_str_eq(open_at("2028-02-29", PART_M), "closure");
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
		open_change(KIND_SITE, &site);
		open_opening(cases[i].day, cases[i].day, "sat N 24:00-32:00");
		ck_assert(site_open(book, 0, day, PART_N, &opening, NULL));
		from = tz_instant(site.tz, day, opening.from);
		to = tz_instant(site.tz, day, opening.to);
		ck_assert_int_eq(from, test_instant(cases[i].from));
		ck_assert_int_eq(to - from, cases[i].hours * HOUR);
	}
	/* The abolition of slavery is kept where it was abolished that day. */
	open_holiday("reunion", "public", "2026-12-20", "2026-12-20");
	ck_assert_str_eq(open_at("2026-12-20", PART_M), "09:00-12:00");
	open_set_site("fixed", "mon-sun M 09:00-12:00", "closed", "reunion");
	ck_assert_str_eq(open_at("2026-12-20", PART_M), "holiday");
}
END_TEST

/* A site that an import is about to create. */
START_TEST(a_site_that_the_book_does_not_have)
{
	struct site site = test_site(7);
	struct site_view view;
	struct opening opening;

	open_holiday("national", "public", "2026-03-02", "2026-03-02");
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

	tcase_add_checked_fixture(tcase, open_set_up, open_tear_down);
	tcase_add_test(tcase, the_hours_of_the_week);
	tcase_add_test(tcase, a_closure_takes_its_days_and_parts);
	tcase_add_test(tcase, a_closure_may_be_overlooked);
	tcase_add_test(tcase, an_exceptional_opening_wins_in_its_parts);
	tcase_add_test(tcase, holidays_by_area_and_policy);
	tcase_add_test(tcase, holidays_of_many_days);
	tcase_add_test(tcase, each_half_day_is_lost_once);
	tcase_add_test(tcase, week_53_and_the_29th_of_february);
	tcase_add_test(tcase, clock_changes_and_overseas);
	tcase_add_test(tcase, a_site_that_the_book_does_not_have);
	return test_main("open", &tcase, 1);
}
