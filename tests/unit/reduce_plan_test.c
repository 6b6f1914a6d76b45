/* SPDX-License-Identifier: ISC */
/*
 * reduce_plan_test: plans of small countries where something stays, may move or
 * is locked, where there is nothing, and where turns are to be shared out.
 *
 * The week is that of Monday 2026-11-30.
 */
#include "daemon/base/compiler.h"
#include "daemon/planner/judge.h"
#include "tests/unit/country_support.h"
#include "tests/unit/solve_support.h"

#include <stdlib.h>
#include <string.h>

#define HOURS "mon-sun M 09:00-12:00 A 14:00-18:00 S 20:00-24:00"

enum { LAT = 4560000, LON = 20000, NEARBY = 5000 /* some 5 km */ };

static struct country country;

static void
setup(void)
{
	country_init(&country, "2026-11-30", 1);
}

static void
teardown(void)
{
	country_fini(&country);
}

/* One site and one physician who may work there at any time. */
static void
one_of_each(void)
{
	country_site(&country, LAT, LON, HOURS, 2);
	country_physician(&country, LAT + NEARBY, LON, "MG");
	country_authorise(&country, 0, 0);
	country_offer(&country, 0, "available", "mon-sun MAESN");
}

/* ----- what stays, what may move, locks ----- */

START_TEST(what_may_move_is_a_remark)
{
	struct assignment a;
	struct reduction *reduction;
	const struct reduced *r;
	struct solved solved;

	one_of_each();
	country_need(&country, 0, REF_NONE, "mon M", "MT MG", 1);
	/* One that is wanted, and one that nobody asked for. */
	a = test_slot(country.book, 1, 0, 0, "2026-11-30", PART_M);
	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
	a = test_slot(country.book, 2, 0, 0, "2026-12-02", PART_A);
	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
	country.may_move = true;
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->remarks, 1);
	ck_assert_int_eq(r->remark[0].kind, REMARK_EXISTING);
	ck_assert_int_eq(r->remark[0].half, PART_M);
	ck_assert_uint_eq(r->stays, 1);
	solve(reduction, 3, &solved);
	ck_assert_uint_eq(solved.count, 1);
	ck_assert_uint_eq(solved.judged.kept, 1);
	ck_assert_uint_eq(solved.judged.dropped, 0);
	solved_free(&solved);
}
END_TEST

static void
lock(int32_t physician, const char *day, const char *part, const char *state)
{
	char id[2][ID_TEXT_LEN + 1] = {"", ""};
	size_t len = strlen(country.extra);

	id_to_text(book_physician(country.book, physician)->entity.id, id[0]);
	id_to_text(book_site(country.book, 0)->entity.id, id[1]);
	snprintf(country.extra + len, sizeof(country.extra) - len,
	    "lock physician=%s site=%s day=%s part=%s activity=MT state=%s\n",
	    id[0], id[1], day, part, state);
}

START_TEST(locks_hold)
{
	struct reduction *reduction;
	struct solved solved;

	one_of_each();
	country_physician(&country, LAT, LON, "MG");
	country_authorise(&country, 1, 0);
	country_offer(&country, 1, "available", "mon-sun MAESN");
	country_need(&country, 0, REF_NONE, "mon,tue M", "MT MG", 1);
	/* The nearer one does not, the farther one does. */
	lock(1, "2026-11-30", "M", "forbid");
	lock(0, "2026-12-01", "M", "keep");
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->remarks, 2);
	solve(reduction, 3, &solved);
	ck_assert_uint_eq(solved.count, 2);
	for (size_t i = 0; i < 2; i++)
		ck_assert_int_eq(solved.chosen[i].doctor, 0);
	solved_free(&solved);
}
END_TEST

START_TEST(a_lock_that_is_no_matter_of_the_plan_is_told)
{
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	country_physician(&country, LAT, LON, "MG");
	country_need(&country, 0, REF_NONE, "mon,tue M", "MT MG", 1);
	lock(0, "2026-11-30", "M", "keep");
	lock(0, "2026-11-30", "M", "keep"); /* twice is once */
	lock(0, "2026-12-02", "M", "keep");
	lock(0, "2027-01-01", "M", "keep");
	lock(1, "2026-12-01", "M", "keep");
	lock(1, "2026-12-01", "M", "forbid");
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->remarks, 1);
	ck_assert_uint_eq(r->unkepts, 3);
	ck_assert_str_eq(r->unkept[0].why, "need");
	ck_assert_str_eq(r->unkept[1].why, "period");
	ck_assert_str_eq(r->unkept[2].why, "H05");
	reduction_free(reduction);
}
END_TEST

START_TEST(everything_may_be_locked)
{
	struct reduction *reduction;
	struct solved solved;

	one_of_each();
	country_need(&country, 0, REF_NONE, "mon,tue M", "MT MG", 1);
	lock(0, "2026-11-30", "M", "forbid");
	lock(0, "2026-12-01", "M", "forbid");
	reduction = country_reduce(&country);
	solve(reduction, 3, &solved);
	ck_assert_uint_eq(solved.count, 0);
	ck_assert_int_eq(solved.cost, solved.bound);
	solved_free(&solved);
}
END_TEST

/* ----- nothing ----- */

START_TEST(nothing_is_planned_of_nothing)
{
	struct reduction *reduction;
	struct solved solved;

	if (_i > 0)
		country_site(&country, LAT, LON, HOURS, 1);
	if (_i > 1)
		country_need(&country, 0, REF_NONE, "mon M", "MT MG", 1);
	if (_i > 2)
		country_physician(&country, LAT, LON, "MG");
	if (_i > 3) {
		/* A scope without a site. */
		country_territory(&country, "cpts");
		snprintf(
		    country.extra, sizeof(country.extra), "scope territory=");
		id_to_text(book_entity(country.book, KIND_TERRITORY, 0)->id,
		    country.extra + strlen(country.extra));
		country_authorise(&country, 0, 0);
		country_offer(&country, 0, "available", "mon-sun MAESN");
	}
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->doctors, 0);
	ck_assert_uint_eq(reduction_of(reduction)->demands, _i == 2 || _i == 3);
	solve(reduction, 2, &solved);
	ck_assert_uint_eq(solved.count, 0);
	solved_free(&solved);
}
END_TEST

/* ----- a rotation ----- */

/* Walk-in mornings of a sector over volunteers: each has as many as the others,
 * but for one. */
START_TEST(mornings_of_a_sector_are_shared_out)
{
	enum { PEOPLE = 5, WEEKS = 6 };
	size_t had[PEOPLE] = {0}, least = SIZE_MAX, most = 0;
	struct reduction *reduction;
	struct solved solved;
	int32_t sector;

	country_fini(&country);
	country_init(&country, "2026-11-30", WEEKS);
	sector = country_territory(&country, "sector");
	country_programme(&country, 100);
	for (int32_t i = 0; i < 2; i++) {
		country_site(&country, LAT + i * NEARBY, LON, HOURS, 2);
		country_belongs(&country, i, REF_NONE, sector);
	}
	for (int32_t i = 0; i < PEOPLE; i++) {
		/* The last ones live far away. */
		country_physician(&country, LAT + i * 3 * NEARBY, LON, "MG");
		country_enrol(&country, i, 0);
		country_authorise(&country, i, 0);
		country_authorise(&country, i, 1);
		country_offer(&country, i, "available", "mon-fri M");
	}
	country_need(&country, REF_NONE, sector, "mon-fri M", "SNP MG", 1);
	country_weight(&country, "fair", 2000);
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->demands, 5 * WEEKS);
	ck_assert(reduction_of(reduction)->demand[0].shared);
	solve(reduction, 120, &solved);
	ck_assert_msg(solved.count == 5 * WEEKS,
	    "%zu half-days, cost %lld of %lld", solved.count,
	    (long long)solved.cost, (long long)solved.bound);
	for (size_t i = 0; i < solved.count; i++)
		had[solved.chosen[i].doctor]++;
	for (size_t i = 0; i < PEOPLE; i++) {
		least = had[i] < least ? had[i] : least;
		most = had[i] > most ? had[i] : most;
	}
	ck_assert_msg(most - least <= 1, "%zu to %zu", least, most);
	country_adopt(&country, reduction, solved.chosen, solved.count);
	solved_free(&solved);
}
END_TEST

/* Where he was on that weekday in the last quarter. */
START_TEST(the_usual_site_is_remembered)
{
	static const char *const days[] = {
	    "2026-11-02", "2026-11-09", "2026-11-16", "2026-11-24"};
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	country_site(&country, LAT, LON + NEARBY, HOURS, 1);
	country_authorise(&country, 0, 1);
	country_need(&country, 0, REF_NONE, "mon-fri M", "MT MG", 1);
	country_need(&country, 1, REF_NONE, "mon-fri M", "MT MG", 1);
	for (unsigned i = 0; i < ARRAY_SIZE(days); i++) {
		struct assignment a = test_slot(
		    country.book, i + 1, 0, i == 2 ? 0 : 1, days[i], PART_M);

		ck_assert_int_eq(
		    test_load_slot(country.book, &a, 1), APPLY_DONE);
	}
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_int_eq(r->spot[r->doctor[0].anchor[0]].site, 1);
	ck_assert_int_eq(r->spot[r->doctor[0].anchor[1]].site, 1);
	ck_assert_int_eq(r->doctor[0].anchor[2], NONE);
	reduction_free(reduction);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("reduce_plan");
	TCase *cases[] = {all};

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_add_test(all, what_may_move_is_a_remark);
	tcase_add_test(all, locks_hold);
	tcase_add_test(all, everything_may_be_locked);
	tcase_add_test(all, a_lock_that_is_no_matter_of_the_plan_is_told);
	tcase_add_test(all, mornings_of_a_sector_are_shared_out);
	tcase_add_test(all, the_usual_site_is_remembered);
	tcase_add_loop_test(all, nothing_is_planned_of_nothing, 0, 5);
	tcase_set_timeout(all, 300);
	return test_main("reduce_plan", cases, ARRAY_SIZE(cases));
}
