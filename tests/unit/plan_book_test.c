/* SPDX-License-Identifier: ISC */
/*
 * plan_book_test: a plan of any country is accepted by the rules as it is, at
 * once and at publication: the planner proposes nothing that is refused.
 */
#include "daemon/base/compiler.h"
#include "tests/unit/country_support.h"
#include "tests/unit/solve_support.h"

#include <stdlib.h>

enum { SEEDS = 60, PHASES = 6 };

/* In a week in which clocks change, and in others. */
static void
plan_at(const char *from, uint64_t seed, bool may_move)
{
	struct country country;
	struct reduction *reduction;
	struct solved solved;
	struct judged judged;
	size_t changed;

	country_init(&country, from, 2 + (unsigned)(seed % 3));
	country_fill(&country, seed, may_move);
	reduction = country_reduce(&country);
	solve(reduction, PHASES, &solved);
	/* The model knows the rules, so the judge finds next to nothing. */
	changed = solved.judged.left_out + solved.judged.held;
	ck_assert_msg(changed <= 2 + solved.count / 20, "%zu of %zu: %s",
	    changed, solved.count, solved.judged.first);
	country_adopt(&country, reduction, solved.chosen, solved.count);
	/* Likewise by territories and weeks; what moves would not do so. */
	judge_plan(reduction, solved.chosen, solved.count, 0, &judged);
	ck_assert_msg(may_move ||
		(judged.refused_write == 0 && judged.refused_publish == 0),
	    "%s", judged.first);
	solved_free(&solved);
	country_fini(&country);
}

START_TEST(a_plan_is_accepted)
{
	plan_at("2026-11-30", (uint64_t)_i + 1, false);
}
END_TEST

START_TEST(a_plan_that_moves_is_accepted)
{
	plan_at("2026-11-30", (uint64_t)_i + 1, true);
}
END_TEST

START_TEST(a_plan_in_weeks_of_other_clocks_is_accepted)
{
	plan_at(_i % 2 == 0 ? "2026-10-19" : "2027-03-22", (uint64_t)_i + 1000,
	    _i % 3 == 0);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("book");
	TCase *cases[] = {all};

	tcase_add_loop_test(all, a_plan_is_accepted, 0, SEEDS);
	tcase_add_loop_test(all, a_plan_that_moves_is_accepted, 0, SEEDS);
	tcase_add_loop_test(
	    all, a_plan_in_weeks_of_other_clocks_is_accepted, 0, SEEDS / 2);
	tcase_set_timeout(all, 600);
	return test_main("plan_book", cases, ARRAY_SIZE(cases));
}
