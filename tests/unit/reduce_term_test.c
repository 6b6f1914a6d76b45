/* SPDX-License-Identifier: ISC */
/*
 * reduce_term_test: labelled sites, second sites and departements.
 *
 * The week is that of Monday 2026-11-30.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/term.h"
#include "tests/unit/reduce_support.h"
#include "tests/unit/solve_support.h"

/* ----- labelled sites ----- */

START_TEST(a_label_owes_five_days)
{
	struct assignment a;
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	country_need(&country, 0, REF_NONE, "mon-sat M", "MT MG", 1);
	country_need(&country, 0, REF_NONE, "tue A", "MT MG", 1);
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->label_days, 0);
	reduction_free(reduction);
	country_label(&country, 0);
	/* Saturday is there already: it is one of the five. */
	a = test_slot(country.book, 1, 0, 0, "2026-12-05", PART_M);
	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->label_days, 4);
	for (int32_t day = 0; day < 4; day++) {
		ck_assert_int_eq(r->label_day[day].day, day);
		ck_assert_int_eq(r->label_day[day].points,
		    (int32_t)term_info(TERM_FIVE_DAYS)->value);
	}
	reduction_free(reduction);
	country_weight(&country, "five-days", 0);
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->label_days, 0);
	reduction_free(reduction);
}
END_TEST

/* Of two sites that are alike one day can be done at either. */
START_TEST(a_label_draws_the_physician)
{
	struct reduction *reduction;
	struct solved solved;
	int32_t labelled = _i;

	for (int32_t i = 0; i < 2; i++) {
		country_site(&country, LAT, LON + i * NEARBY, HOURS, 1);
		country_need(&country, i, REF_NONE, "mon M", "MT MG", 1);
	}
	country_physician(&country, LAT, LON + (1 - labelled) * NEARBY, "MG");
	country_authorise(&country, 0, 0);
	country_authorise(&country, 0, 1);
	country_offer(&country, 0, "available", "mon M");
	country_label(&country, labelled);
	country_weight(&country, "sites", 0);
	reduction = country_reduce(&country);
	solve(reduction, 5, &solved);
	ck_assert_uint_eq(solved.count, 1);
	ck_assert_int_eq(
	    reduction_of(reduction)->spot[solved.chosen[0].spot].site,
	    labelled);
	ck_assert_int_eq(solved.counts[ITEM_FIVE_DAYS], 0);
	ck_assert_int_eq(solved.cost, solved.bound);
	solved_free(&solved);
}
END_TEST

/* ----- a second site ----- */

static void
was_at(unsigned n, int32_t site, const char *day)
{
	struct assignment a = test_slot(country.book, n, 0, site, day, PART_M);

	ck_assert_int_eq(test_load_slot(country.book, &a, 1), APPLY_DONE);
}

START_TEST(who_was_at_one_site_is_to_see_another)
{
	struct reduction *reduction;
	const struct reduced *r;

	one_of_each();
	for (int32_t i = 1; i < 3; i++) {
		struct site site;

		country_site(&country, LAT, LON + i * NEARBY, HOURS, 1);
		country_authorise(&country, 0, i);
		site = *book_site(country.book, i);
		site.entity.rev++;
		SET(site.departement, i == 1 ? "17" : "16");
		test_load(country.book, KIND_SITE, &site);
	}
	for (int32_t i = 0; i < 3; i++)
		country_need(&country, i, REF_NONE, "mon-fri M", "MT MG", 1);
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->seconds, 2);
	ck_assert_int_eq(r->second[0].site, NONE);
	ck_assert_str_eq(r->second[1].area, "");
	reduction_free(reduction);
	/* In the last quarter at a site of 17. */
	was_at(1, 1, "2026-11-17");
	reduction = country_reduce(&country);
	r = reduction_of(reduction);
	ck_assert_uint_eq(r->seconds, 2);
	ck_assert_int_eq(r->second[0].site, 1);
	ck_assert_str_eq(r->second[1].area, "17");
	reduction_free(reduction);
	/* And at one of 16: there is nothing left to be seen. */
	was_at(2, 2, "2026-11-18");
	reduction = country_reduce(&country);
	ck_assert_uint_eq(reduction_of(reduction)->seconds, 0);
	reduction_free(reduction);
}
END_TEST

/* The near site is enough for his five mornings, but for the second one. */
START_TEST(a_second_site_is_worth_a_way)
{
	struct reduction *reduction;
	const struct reduced *r;
	struct solved solved;
	bool seen[2] = {false, false};

	one_of_each();
	country_site(&country, LAT + 3 * NEARBY, LON, HOURS, 1);
	country_authorise(&country, 0, 1);
	for (int32_t i = 0; i < 2; i++)
		country_need(&country, i, REF_NONE, "mon-fri M", "MT MG", 1);
	country_weight(&country, "sites", _i == 0 ? 0 : 900);
	country_weight(&country, "continuity", 0);
	reduction = country_reduce(&country);
	solve(reduction, 20, &solved);
	r = reduction_of(reduction);
	ck_assert_uint_eq(solved.count, 5);
	for (size_t i = 0; i < solved.count; i++)
		seen[r->spot[solved.chosen[i].spot].site] = true;
	ck_assert(seen[0]);
	ck_assert_int_eq(seen[1], _i);
	ck_assert_int_eq(solved.counts[ITEM_SITES], 0);
	solved_free(&solved);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("term");
	TCase *cases[] = {all};

	tcase_add_checked_fixture(all, country_set_up, country_tear_down);
	tcase_add_test(all, a_label_owes_five_days);
	tcase_add_loop_test(all, a_label_draws_the_physician, 0, 2);
	tcase_add_test(all, who_was_at_one_site_is_to_see_another);
	tcase_add_loop_test(all, a_second_site_is_worth_a_way, 0, 2);
	tcase_set_timeout(all, 300);
	return test_main("reduce_term", cases, ARRAY_SIZE(cases));
}
