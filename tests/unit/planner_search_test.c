/* SPDX-License-Identifier: ISC */
/*
 * planner_search_test: plans of random small towns.  What the search says of
 * its plan is what the independent checker finds, the bound lies below, and
 * threads change nothing; where cbc is installed, its optimum lies between.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/unit/planner_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PHASES = 40, PHASES_MORE = 70 /* later ones are longer */ };

static struct town_plan
some_town(int number)
{
	return (struct town_plan){(uint64_t)number, 2 + (uint32_t)number % 4,
	    1 + (uint32_t)number % 3, 1 + (uint32_t)number % 4,
	    2 + (uint32_t)number % 3, number % 2 != 0, number % 3 != 0};
}

static void
judge(const struct town *town, const struct search *search)
{
	char *text = town_plan_text(search);
	struct plan plan;
	struct verdict verdict;
	struct error error = {""};

	ck_assert_msg(plan_read(&plan, &town->in, span_of(text), &error), "%s",
	    error.text);
	ck_assert_msg(
	    check_plan(&town->in, &plan, &verdict, &error), "%s", error.text);
	ck_assert_int_eq(verdict.cost, search->cost);
	ck_assert_int_eq(verdict.bound, search->bound);
	ck_assert_int_le(verdict.bound, verdict.cost);
	plan_free(&plan);
	free(text);
}

START_TEST(the_checker_agrees)
{
	struct town_plan plan = some_town(_i);
	struct town town;
	struct search search;

	town_make(&town, &plan);
	town_search(&town, &search, 1, PHASES);
	judge(&town, &search);
	search_free(&search);
	town_free(&town);
}
END_TEST

START_TEST(threads_change_nothing)
{
	struct town_plan plan = {
	    (uint64_t)_i, 12, 4, 4, 3, _i % 2 != 0, _i > 1};
	struct town town;
	struct search search;
	char *first = NULL, *text;

	town_make(&town, &plan);
	for (unsigned threads = 1; threads <= 4; threads++) {
		town_search(&town, &search, threads, PHASES_MORE);
		text = town_plan_text(&search);
		search_free(&search);
		if (first == NULL) {
			first = text;
			continue;
		}
		ck_assert_msg(strcmp(first, text) == 0,
		    "%u threads make another plan", threads);
		free(text);
	}
	free(first);
	town_free(&town);
}
END_TEST

/* Also while the first plans are made. */
static const double ended_after[] = {0.3, 0.02, 0.005, 0.001};

START_TEST(a_record_repeats_the_run)
{
	struct town_plan plan = {9, 24, 6, 4, 4, false, false};
	struct limits limits = {.threads = 2,
	    .seed = 5,
	    .phases = -1,
	    .seconds = ended_after[_i],
	    .gap = -1,
	    .rounds = -1};
	struct town town;
	struct search timed, again;

	town_make(&town, &plan);
	search_make(&timed, &town.model, &limits);
	search_run(&timed, &limits);
	limits.seconds = 0;
	limits.phases = timed.phases;
	limits.rounds = timed.dual.rounds;
	limits.sweeps = timed.sweeps;
	limits.answers = timed.answers;
	limits.temperature = timed.temperature;
	limits.threads = 1;
	search_make(&again, &town.model, &limits);
	search_run(&again, &limits);
	ck_assert_int_eq(timed.cost, again.cost);
	ck_assert_int_eq(timed.bound, again.bound);
	ck_assert_mem_eq(timed.best.choice, again.best.choice,
	    town.model.seats * sizeof(int32_t));
	search_free(&timed);
	search_free(&again);
	town_free(&town);
}
END_TEST

/* Physicians, sites, weeks, how crowded: at least one of them none. */
static const struct town_plan empties[] = {
    {1, 0, 2, 2, 3, false, true},
    {1, 3, 0, 2, 3, false, true},
    {1, 3, 2, 0, 3, false, true},
    {1, 3, 2, 2, 0, false, true},
    {1, 0, 0, 0, 0, false, true},
};

START_TEST(nothing_to_plan)
{
	struct town town;
	struct search search;

	town_make(&town, &empties[_i]);
	town_search(&town, &search, 2, 5);
	judge(&town, &search);
	search_free(&search);
	town_free(&town);
}
END_TEST

/* A minimum, and a maximum that is out of reach: how far out, must not matter
 * to the bound. */
static int64_t
capped_bound(int32_t max)
{
	struct town_plan plan = {7, 12, 5, 2, 5, false, false};
	struct instance in;
	struct model model;
	struct error error = {""};
	struct limits limits = {
	    .threads = 1, .seed = 1, .phases = 0, .gap = -1, .rounds = -1};
	struct search search;
	struct town town;
	char *text;
	int64_t bound;

	town_make(&town, &plan);
	text = xstrdup(town.text);
	for (int32_t p = 0; p < town.in.physicians; p++) {
		char *more = xasprintf("%scap physician=%s id=c%d "
				       "from=2001-01-01 to=2001-12-31 "
				       "max=%d min=6 weight=300\n",
		    text, names_text(&town.in.physician_names, p), (int)p,
		    (int)max);

		free(text);
		text = more;
	}
	ck_assert_msg(
	    instance_read(&in, span_of(text), &error), "%s", error.text);
	model_make(&model, &in);
	search_make(&search, &model, &limits);
	search_run(&search, &limits);
	bound = search.bound;
	search_free(&search);
	model_free(&model);
	instance_fini(&in);
	town_free(&town);
	free(text);
	return bound;
}

START_TEST(what_is_out_of_reach_has_no_price)
{
	int64_t bound = capped_bound(2 * HALVES_PER_WEEK * 2);

	ck_assert_int_gt(bound, 0);
	ck_assert_int_eq(capped_bound(COUNT_MAX), bound);
}
END_TEST

/* Of its time it has no use then, though the bound is not reached. */
START_TEST(ends_when_nothing_can_change)
{
	struct town_plan plan = {31, 1, 2, 1, 3, false, true};
	struct limits limits = {.threads = 2,
	    .seed = 1,
	    .phases = -1,
	    .seconds = 600,
	    .gap = -1,
	    .rounds = -1};
	struct search search;
	struct town town;

	town_make(&town, &plan);
	search_make(&search, &town.model, &limits);
	search_run(&search, &limits);
	ck_assert_int_gt(search.cost, search.bound);
	ck_assert_int_lt(search.phases, 1000);
	search_free(&search);
	town_free(&town);
}
END_TEST

static volatile sig_atomic_t stop = 1;

/* The first plan is left where the signal finds it, and recorded so. */
START_TEST(stopped_in_the_first_sweep)
{
	struct town_plan plan = {9, 40, 6, 2, 4, false, false};
	struct limits limits = {.threads = 2,
	    .seed = 1,
	    .phases = -1,
	    .gap = -1,
	    .rounds = -1,
	    .stop = &stop};
	struct town town;
	struct search search, again;

	town_make(&town, &plan);
	search_make(&search, &town.model, &limits);
	search_run(&search, &limits);
	ck_assert_int_eq(search.sweeps, 0);
	ck_assert_int_gt(search.answers, 0);
	ck_assert_int_lt(search.answers, town.in.physicians);
	ck_assert_int_lt(search.cost, town.model.empty_cost);
	judge(&town, &search);
	limits.stop = NULL;
	limits.phases = 0;
	limits.rounds = search.dual.rounds;
	limits.sweeps = search.sweeps;
	limits.answers = search.answers;
	limits.temperature = search.temperature;
	search_make(&again, &town.model, &limits);
	search_run(&again, &limits);
	ck_assert_int_eq(again.sweeps, 0);
	ck_assert_int_eq(again.answers, search.answers);
	ck_assert_mem_eq(search.best.choice, again.best.choice,
	    town.model.seats * sizeof(int32_t));
	search_free(&search);
	search_free(&again);
	town_free(&town);
}
END_TEST

START_TEST(stopped_at_once_it_has_a_plan)
{
	struct town_plan plan = some_town(3);
	struct limits limits = {.threads = 2,
	    .seed = 1,
	    .phases = -1,
	    .gap = -1,
	    .rounds = -1,
	    .stop = &stop};
	struct town town;
	struct search search;

	town_make(&town, &plan);
	search_make(&search, &town.model, &limits);
	search_run(&search, &limits);
	ck_assert_int_eq(search.phases, 0);
	judge(&town, &search);
	search_free(&search);
	town_free(&town);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("search");

	tcase_add_loop_test(tcase, the_checker_agrees, 0, 60);
	tcase_add_loop_test(tcase, threads_change_nothing, 0, 4);
	tcase_add_loop_test(
	    tcase, a_record_repeats_the_run, 0, (int)ARRAY_SIZE(ended_after));
	tcase_add_loop_test(
	    tcase, nothing_to_plan, 0, (int)ARRAY_SIZE(empties));
	tcase_add_test(tcase, stopped_at_once_it_has_a_plan);
	tcase_add_test(tcase, what_is_out_of_reach_has_no_price);
	tcase_add_test(tcase, ends_when_nothing_can_change);
	tcase_add_test(tcase, stopped_in_the_first_sweep);
	return planner_main("planner_search", tcase);
}
