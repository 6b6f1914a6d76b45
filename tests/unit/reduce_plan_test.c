/* SPDX-License-Identifier: ISC */
/*
 * reduce_plan_test: plans of small countries where something stays, may move or
 * is locked, where there is nothing, and where something was.
 *
 * The week is that of Monday 2026-11-30.
 */
#include "daemon/base/compiler.h"
#include "daemon/planner/reduce/judge.h"
#include "tests/unit/reduce_support.h"
#include "tests/unit/solve_support.h"

#include <stdlib.h>
#include <string.h>

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

/* What is published of frozen days stays, a draft of them may move; what has
 * begun stays. */
START_TEST(what_is_frozen_or_has_begun_stays)
{
	static const char *const days[] = {
	    "2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03"};
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	country_need(&country, 0, REF_NONE, "mon-fri MA", "MT MG", 1);
	for (unsigned i = 0; i < ARRAY_SIZE(days); i++) {
		struct assignment a =
		    test_slot(country.book, 1 + i, 0, 0, days[i], PART_M);

		if (i == 1)
			a.state = STATE_DRAFT;
		ck_assert_int_eq(
		    test_load_slot(country.book, &a, 1), APPLY_DONE);
	}
	(void)snprintf(country.extra, sizeof(country.extra),
	    "variant name=free frozen=2026-12-03\n");
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->remarks, 2);
	ck_assert_int_eq(r->remark[0].half, PART_COUNT);
	ck_assert_int_eq(r->remark[1].half, 3 * PART_COUNT);
	reduction_free(reduction);
	/* On the Tuesday at ten: the draft has begun. */
	country.now = book_assignment(country.book, test_id(2))->from + 3600;
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->remarks, 1);
	ck_assert_int_eq(r->remark[0].half, 3 * PART_COUNT);
	reduction_free(reduction);
}
END_TEST

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

START_TEST(a_lock_beside_what_is_there_is_one)
{
	struct reduction *reduction;
	const struct reduced *r;
	struct assignment a;

	one_of_each();
	country_need(&country, 0, REF_NONE, "mon MA", "MT MG", 1);
	a = test_slot(country.book, 1, 0, 0, "2026-11-30", PART_A);
	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
	lock(0, "2026-11-30", "M", "keep");
	lock(0, "2026-11-30", "A", "keep");
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->remarks, 1);
	ck_assert_int_eq(r->remark[0].half, PART_M);
	reduction_free(reduction);
}
END_TEST

/* The end of the day begins before the afternoon is over: one room is one
 * half-day of the two. */
START_TEST(parts_that_overlap_share_their_rooms)
{
	struct reduction *reduction;
	const struct reduced *r;
	struct solved solved;

	country_site(&country, LAT, LON, "mon A 14:00-20:00 E 18:00-21:00", 1);
	country_worker(LAT, 1, "mon-sun MAESN");
	country_worker(LAT, 1, "mon-sun MAESN");
	country_need(&country, 0, REF_NONE, "mon AE", "MT MG", 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->stays, 1);
	ck_assert_int_eq(r->stay[0].half, PART_E);
	solve(reduction, 3, &solved);
	ck_assert_uint_eq(solved.count, 1);
	country_adopt(&country, reduction, solved.chosen, solved.count);
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

/* ----- what was ----- */

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

/* Fair is what evens out twelve months, of which the book has older ones as
 * counters only; what was before them counts no more. */
START_TEST(a_fair_share_is_of_twelve_months)
{
	static const char *const days[] = {"2025-11-15", "2025-12-20",
	    "2026-04-04", "2026-04-05", "2026-10-03"};
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	country_worker(LAT + NEARBY, 1, "mon-sun MAESN");
	country_need(&country, 0, REF_NONE, "sat-sun MA", "MT MG", 1);
	for (unsigned i = 0; i < ARRAY_SIZE(days); i++) {
		struct assignment a =
		    test_slot(country.book, i + 1, 0, 0, days[i], PART_M);

		a.state = STATE_HELD;
		ck_assert_int_eq(
		    test_load_slot(country.book, &a, 1), APPLY_DONE);
	}
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	/* Four were, four are to come: of eight each has half. */
	ck_assert_int_eq(r->doctor[0].fair_share, 0);
	ck_assert_int_eq(r->doctor[1].fair_share, 4);
	reduction_free(reduction);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("reduce_plan");
	TCase *cases[] = {all};

	tcase_add_checked_fixture(all, country_set_up, country_tear_down);
	tcase_add_test(all, what_may_move_is_a_remark);
	tcase_add_test(all, what_is_frozen_or_has_begun_stays);
	tcase_add_test(all, locks_hold);
	tcase_add_test(all, a_lock_beside_what_is_there_is_one);
	tcase_add_test(all, parts_that_overlap_share_their_rooms);
	tcase_add_test(all, everything_may_be_locked);
	tcase_add_test(all, a_lock_that_is_no_matter_of_the_plan_is_told);
	tcase_add_test(all, the_usual_site_is_remembered);
	tcase_add_test(all, a_fair_share_is_of_twelve_months);
	tcase_add_loop_test(all, nothing_is_planned_of_nothing, 0, 5);
	tcase_set_timeout(all, 300);
	return test_main("reduce_plan", cases, ARRAY_SIZE(cases));
}
