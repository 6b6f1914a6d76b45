/* SPDX-License-Identifier: ISC */
/*
 * reduce_test: what the facts of small countries become: demands and what they
 * are worth, who may do them, limits; and plans of them.
 *
 * The week is that of Monday 2026-11-30.
 */
#include "daemon/base/compiler.h"
#include "daemon/planner/reduce/judge.h"
#include "tests/unit/reduce_support.h"
#include "tests/unit/solve_support.h"

#include <stdlib.h>
#include <string.h>

static size_t
count_part(const struct reduced *r, enum part part)
{
	size_t count = 0;

	for (size_t i = 0; i < r->demands; i++)
		count += r->demand[i].half % PART_COUNT == (int32_t)part;
	return count;
}

/* ----- demands ----- */

START_TEST(needs_are_demands)
{
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	country_need(&country, 0, REF_NONE, "mon-fri MA", "MT MG", 2);
	country_need(&country, 0, REF_NONE, "tue M", "SNP MG", 1);
	country_need(&country, 0, REF_NONE, "wed E", "MT MG", 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	/* It does not open at the end of the day. */
	ck_assert_uint_eq(r->demands, 11);
	ck_assert_uint_eq(count_part(r, PART_M), 6);
	ck_assert_uint_eq(r->classes, 2);
	ck_assert_int_eq(r->demand[0].count, 2);
	ck_assert_int_eq(r->demand[0].filled, 0);
	ck_assert_int_eq(r->demand[0].care, 180);
	ck_assert_int_eq(r->demand[0].unscheduled, 0);
	ck_assert_uint_eq(r->doctors, 1);
	ck_assert_uint_eq(r->accesses, 1);
	ck_assert(reduction_allows(reduction, 0, 0, 0, 0));
	ck_assert(!reduction_allows(reduction, 0, 0, 2, 0));
	reduction_free(reduction);
}
END_TEST

START_TEST(what_is_planned_is_taken_off)
{
	struct assignment a;
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	country_physician(&country, LAT, LON, "MG");
	country_need(&country, 0, REF_NONE, "mon M", "MT MG", 2);
	country_need(&country, 0, REF_NONE, "tue M", "MT MG", 1);
	a = test_slot(country.book, 1, 1, 0, "2026-11-30", PART_M);
	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
	a = test_slot(country.book, 2, 1, 0, "2026-12-01", PART_M);
	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->demands, 1);
	ck_assert_int_eq(r->demand[0].count, 2);
	ck_assert_int_eq(r->demand[0].filled, 1);
	ck_assert_int_eq(r->demand[0].room, 2);
	ck_assert_uint_eq(r->stays, 2);
	reduction_free(reduction);
}
END_TEST

static void
zone(const char *commune, const char *kind, const char *class, const char *from)
{
	struct zone fact = {.from = test_day(from), .to = INT32_MAX};

	fact.entity = (struct entity){country_id(&country), 1};
	SET(fact.commune, commune);
	SET(fact.kind, kind);
	SET(fact.class, class);
	test_load(country.book, KIND_ZONE, &fact);
}

START_TEST(the_zone_of_the_day_counts)
{
	struct reduction *reduction;
	const struct reduced *r;
	char commune[6];

	one_of_each();
	country_need(&country, 0, REF_NONE, "mon-thu A", "MT MG", 1);
	SET(commune, book_site(country.book, 0)->commune);
	zone(commune, "gp", "ZAC", "2026-01-01");
	zone(commune, "gp", "ZIP", "2026-12-01");
	zone(commune, "qpv", "QPV", "2026-01-01");
	zone(commune, "red", "ROUGE", "2026-12-02");
	country_weight(&country, "zip", 1500);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->demands, 4);
	/* The highest of ZAC and QPV, then ZIP, then red beside. */
	ck_assert_int_eq(r->demand[0].worth, 600 * 1000);
	ck_assert_int_eq(r->demand[1].worth, 1500 * 1000);
	ck_assert_int_eq(r->demand[2].worth, 1700 * 1000);
	reduction_free(reduction);
}
END_TEST

START_TEST(a_vehicle_is_where_it_stops)
{
	struct site site;
	struct stop stop = {.from = country.from - 7, .to = INT32_MAX};
	struct reduction *reduction;
	const struct reduced *r;
	struct solved solved;

	one_of_each();
	site = *book_site(country.book, 0);
	site.entity.rev++;
	site.rooms = 1;
	SET(site.kind, "mobile");
	test_load(country.book, KIND_SITE, &site);
	SET(stop.state, "active");
	SET(stop.commune, "16001");
	for (int i = 0; i < 2; i++) {
		stop.entity = (struct entity){country_id(&country), 1};
		stop.pattern = test_pattern(i == 0 ? "mon-fri M" : "mon-wed A");
		stop.lat = LAT + i * 30 * NEARBY; /* some 150 km apart */
		stop.lon = LON;
		test_load(country.book, KIND_STOP, &stop);
	}
	country_need(&country, 0, REF_NONE, "mon-sat MA", "MT MG", 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->spots, 2);
	ck_assert_uint_eq(r->demands, 8);
	ck_assert_str_ne(r->spot[0].name, r->spot[1].name);
	ck_assert_mem_eq(r->spot[0].name, r->spot[1].name, ID_TEXT_LEN);
	ck_assert_int_lt(r->access[0].minutes, r->access[1].minutes);
	/* Both on one day are too far apart for one physician. */
	solve(reduction, 5, &solved);
	ck_assert_uint_eq(solved.count, 5);
	ck_assert_str_eq(solved.judged.first, "");
	country_adopt(&country, reduction, solved.chosen, solved.count);
	solved_free(&solved);
}
END_TEST

START_TEST(another_clock_is_the_sites)
{
	struct site site;
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	site = *book_site(country.book, 0);
	site.entity.rev++;
	site.tz = tz_find(SPAN("Indian/Reunion"));
	test_load(country.book, KIND_SITE, &site);
	country_need(&country, 0, REF_NONE, "mon M", "MT MG", 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->demands, 1);
	ck_assert_int_eq(
	    r->demand[0].from, test_instant("2026-11-30T09:00+04:00"));
	reduction_free(reduction);
}
END_TEST

START_TEST(nobody_crosses_an_ocean_for_a_day)
{
	struct reduction *reduction;

	one_of_each();
	country_physician(&country, -2100000, 5550000, "MG");
	country_authorise(&country, 1, 0);
	country_offer(&country, 1, "available", "mon-sun MAESN");
	country_need(&country, 0, REF_NONE, "mon M", "MT MG", 1);
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->doctors, 1);
	ck_assert_int_eq(reduction_of(reduction)->doctor[0].physician, 0);
	reduction_free(reduction);
}
END_TEST

START_TEST(nobody_goes_farther_than_agreed)
{
	struct reduction *reduction;
	struct physician physician;

	country_site(&country, LAT, LON, HOURS, 1);
	country_need(&country, 0, REF_NONE, "mon M", "MT MG", 1);
	country_worker(LAT + 43000, 1, "mon-sun MAESN"); /* 47.8 km */
	country_worker(LAT + 46500, 1, "mon-sun MAESN"); /* 51.7 km */
	for (int32_t i = 0; i < 2; i++) {
		physician = *book_physician(country.book, i);
		physician.entity.rev++;
		physician.max_km = 50;
		test_load(country.book, KIND_PHYSICIAN, &physician);
	}
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->doctors, 1);
	ck_assert_int_eq(reduction_of(reduction)->doctor[0].physician, 0);
	reduction_free(reduction);
}
END_TEST

/* A night that ends far from where the next morning begins: who could do that
 * morning has not that night. */
START_TEST(a_night_leaves_time_for_the_morning)
{
	static const char hours[] = "mon-sun M 08:30-12:00 N 26:00-32:00";
	struct reduction *reduction;

	country_site(&country, LAT, LON, hours, 2);
	country_site(&country, LAT + 10 * NEARBY, LON, hours, 2);
	country_worker(LAT, 2, "mon-sun MAESN");
	country_worker(LAT, 1, "mon-sun MAESN");
	country_need(&country, 0, REF_NONE, "mon N", "PDSA MG", 1);
	country_need(&country, 1, REF_NONE, "tue M", "MT MG", 1);
	reduction = country_reduce(&country);
	ck_assert_str_eq(reduction_why(reduction, 0, 0), "H12");
	ck_assert_ptr_null(reduction_why(reduction, 0, 1));
	ck_assert_ptr_null(reduction_why(reduction, 1, 0));
	reduction_free(reduction);
}
END_TEST

START_TEST(everybody_is_told_why_not)
{
	struct reduction *reduction;
	struct absence absence = {.physician = 2,
	    .from = country.from,
	    .to = country.from,
	    .parts = "M",
	    .state = "active"};

	one_of_each();
	for (int32_t i = 1; i < 6; i++) {
		country_physician(&country, i == 5 ? -2100000 : LAT, LON,
		    i == 4 ? "GYN" : "MG");
		if (i > 1)
			country_authorise(&country, i, 0);
		if (i != 3)
			country_offer(
			    &country, i, "available", "mon-sun MAESN");
	}
	absence.entity = (struct entity){country_id(&country), 1};
	test_load(country.book, KIND_ABSENCE, &absence);
	country_need(&country, 0, REF_NONE, "mon M", "MT MG", 1);
	reduction = country_reduce(&country);
	ck_assert_int_eq(reduction_physicians(reduction), 6);
	ck_assert_ptr_null(reduction_why(reduction, 0, 0));
	ck_assert_int_eq(reduction_doctor(reduction, 0), 0);
	ck_assert_str_eq(reduction_why(reduction, 1, 0), "H05");
	ck_assert_str_eq(reduction_why(reduction, 2, 0), "H04");
	ck_assert_str_eq(reduction_why(reduction, 3, 0), "H21");
	ck_assert(!reduction_is_related(reduction, 4, 0));
	ck_assert_str_eq(reduction_why(reduction, 4, 0), "H07");
	ck_assert_str_eq(reduction_why(reduction, 5, 0), "far");
	ck_assert(reduction_is_related(reduction, 5, 0));
	reduction_free(reduction);
}
END_TEST

/* ----- limits ----- */

START_TEST(quotas_are_net)
{
	struct assignment a;
	struct reduction *reduction;
	const struct reduced *r;
	struct solved solved;
	size_t december = 0;

	one_of_each();
	country_need(&country, 0, REF_NONE, "mon-sun MA", "MT MG", 1);
	country_quota(&country, 0, REF_NONE, "month", 0, 3);
	country_quota(&country, 0, REF_NONE, "week", 0, 9);
	a = test_slot(country.book, 1, 0, 0, "2026-12-20", PART_M);
	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	/* November and December, each in its half-days of the week. */
	ck_assert_uint_eq(r->limits, 2);
	ck_assert_int_eq(r->limit[0].max, 3);
	ck_assert_int_eq(r->limit[0].from, 0);
	ck_assert_int_eq(r->limit[0].until, PART_COUNT);
	ck_assert_int_eq(r->limit[1].max, 2);
	ck_assert_int_eq(r->limit[1].from, PART_COUNT);
	ck_assert_int_eq(r->week_max[0], 9);
	solve(reduction, 5, &solved);
	for (size_t i = 0; i < solved.count; i++)
		december += solved.chosen[i].half >= PART_COUNT;
	ck_assert_uint_eq(december, 2);
	ck_assert_uint_eq(solved.count, 4);
	country_adopt(&country, reduction, solved.chosen, solved.count);
	solved_free(&solved);
}
END_TEST

/* What was done in a period before the plan counts, and of a minimum so much
 * is owed as of its period has come. */
START_TEST(quotas_look_beyond_the_plan)
{
	static const char *const days[] = {"2026-11-02", "2026-11-03",
	    "2026-11-04", "2026-11-05", "2026-11-06"};
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	country_need(&country, 0, REF_NONE, "mon-sun MA", "MT MG", 1);
	country_quota(&country, 0, REF_NONE, "month", 6, 7);
	for (unsigned i = 0; i < ARRAY_SIZE(days); i++) {
		struct assignment a =
		    test_slot(country.book, 1 + i, 0, 0, days[i], PART_M);

		a.state = STATE_HELD;
		ck_assert_int_eq(
		    test_load_slot(country.book, &a, 1), APPLY_DONE);
	}
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->limits, 2);
	ck_assert_int_eq(r->limit[0].max, 2);
	ck_assert_int_eq(r->limit[0].min, 1);
	/* Six days of December are in the plan: 6 * 6 / 31. */
	ck_assert_int_eq(r->limit[1].max, 7);
	ck_assert_int_eq(r->limit[1].min, 1);
	reduction_free(reduction);
}
END_TEST

START_TEST(unscheduled_care_stays_the_lesser_part)
{
	struct reduction *reduction;
	struct solved solved;
	const struct reduced *r;
	size_t unscheduled = 0;

	one_of_each();
	country_programme(&country, 50);
	country_enrol(&country, 0, 0);
	country_need(&country, 0, REF_NONE, "mon-sun A", "SNP MG", 1);
	country_need(&country, 0, REF_NONE, "mon,tue,wed A", "MT MG", 1);
	country_physician(&country, LAT, LON + NEARBY, "MG");
	country_authorise(&country, 1, 0);
	country_offer(&country, 1, "available", "mon-sun MAESN");
	country_enrol(&country, 1, 0);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->portions, 1);
	ck_assert_int_eq(r->portion[0].bound, 50);
	solve(reduction, 60, &solved);
	for (size_t i = 0; i < solved.count; i++)
		unscheduled += r->class[solved.chosen[i].class].unscheduled;
	ck_assert_uint_eq(solved.count, 5);
	ck_assert_uint_eq(unscheduled, 2);
	country_adopt(&country, reduction, solved.chosen, solved.count);
	solved_free(&solved);
}
END_TEST

/* A share is of one quarter: a plan over the turn of the year has two. */
START_TEST(shares_end_with_the_quarter)
{
	struct reduction *reduction;
	const struct reduced *r;

	country.from = test_day("2026-12-28");
	country.to = country.from + 6;
	one_of_each();
	country_need(&country, 0, REF_NONE, "mon-sun A", "SNP MG", 1);
	country_need(&country, 0, REF_NONE, "mon-sun M", "MT MG", 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->portions, 2);
	ck_assert_int_eq(r->portion[0].quarter, test_day("2026-10-01"));
	ck_assert_int_eq(r->portion[0].from, 0);
	ck_assert_int_eq(r->portion[0].until, 4 * PART_COUNT);
	ck_assert_int_eq(r->portion[1].quarter, test_day("2027-01-01"));
	ck_assert_int_eq(r->portion[1].from, 4 * PART_COUNT);
	ck_assert_int_eq(r->portion[1].until, 7 * PART_COUNT);
	reduction_free(reduction);
}
END_TEST

START_TEST(a_quota_of_another_programme_is_none)
{
	struct reduction *reduction;

	one_of_each();
	country_need(&country, 0, REF_NONE, "mon-sun MA", "MT MG", 1);
	country_programme(&country, 50);
	country_programme(&country, 50);
	country_enrol(&country, 0, 0);
	country_quota(&country, 0, 1, "month", 0, 1);
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->limits, 0);
	reduction_free(reduction);
	country_quota(&country, 0, 0, "month", 0, 1);
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->limits, 2);
	reduction_free(reduction);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("reduce");
	TCase *cases[] = {all};

	tcase_add_checked_fixture(all, country_set_up, country_tear_down);
	tcase_add_test(all, needs_are_demands);
	tcase_add_test(all, what_is_planned_is_taken_off);
	tcase_add_test(all, the_zone_of_the_day_counts);
	tcase_add_test(all, a_vehicle_is_where_it_stops);
	tcase_add_test(all, another_clock_is_the_sites);
	tcase_add_test(all, nobody_crosses_an_ocean_for_a_day);
	tcase_add_test(all, nobody_goes_farther_than_agreed);
	tcase_add_test(all, a_night_leaves_time_for_the_morning);
	tcase_add_test(all, everybody_is_told_why_not);
	tcase_add_test(all, quotas_are_net);
	tcase_add_test(all, quotas_look_beyond_the_plan);
	tcase_add_test(all, a_quota_of_another_programme_is_none);
	tcase_add_test(all, unscheduled_care_stays_the_lesser_part);
	tcase_add_test(all, shares_end_with_the_quarter);
	tcase_set_timeout(all, 300);
	return test_main("reduce", cases, ARRAY_SIZE(cases));
}
