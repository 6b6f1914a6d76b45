/* SPDX-License-Identifier: ISC */
/*
 * counter_test: buckets, classes, and sums against a naive list.
 */
#include "daemon/domain/counter.h"

#include "daemon/domain/directory.h"
#include "tests/unit/domain_support.h"

#include <stdlib.h>

static const struct counter_question everything = {
    REF_NONE, ACTIVITY_COUNT, CLASS_KINDS, 0, INT32_MAX};

START_TEST(buckets_begin_with_weeks_and_months)
{
	static const struct {
		const char *day, *first;
	} cases[] = {
	    {"2026-03-02", "2026-03-02"}, /* a Monday */
	    {"2026-03-08", "2026-03-02"},
	    {"2026-03-01", "2026-03-01"}, /* Sunday the first */
	    {"2026-02-28", "2026-02-23"},
	    {"2026-04-01", "2026-04-01"}, /* Wednesday, and a quarter */
	    {"2026-04-05", "2026-04-01"},
	    {"2026-04-06", "2026-04-06"},
	    {"2026-03-31", "2026-03-30"},
	    {"2026-12-31", "2026-12-28"}, /* week 53 */
	    {"2027-01-01", "2027-01-01"},
	    {"2027-01-03", "2027-01-01"},
	    {"2027-01-04", "2027-01-04"},
	    {"2028-02-29", "2028-02-28"},
	    {"2028-03-01", "2028-03-01"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(bucket_first(test_day(cases[i].day)) ==
			test_day(cases[i].first),
		    "%s", cases[i].day);
}
END_TEST

/* No bucket reaches over the end of a week or a month. */
START_TEST(buckets_cut_weeks_and_months)
{
	for (int32_t day = test_day("2019-12-01"); day < test_day("2029-02-01");
	     day++) {
		int32_t first = bucket_first(day);

		ck_assert_int_le(first, day);
		ck_assert_int_eq(day_week(first), day_week(day));
		ck_assert_int_eq(day_month(first), day_month(day));
		ck_assert_int_eq(bucket_first(first), first);
		ck_assert(first == day_week(day) || first == day_month(day));
	}
}
END_TEST

START_TEST(classes_are_the_first_that_applies)
{
	static const struct {
		const char *day;
		enum part part;
		enum class class;
	} cases[] = {
	    {"2026-03-02", PART_M, CLASS_PLAIN},
	    {"2026-03-02", PART_A, CLASS_PLAIN},
	    {"2026-03-02", PART_E, CLASS_EVENING},
	    {"2026-03-02", PART_S, CLASS_EVENING},
	    {"2026-03-02", PART_N, CLASS_NIGHT},
	    {"2026-03-07", PART_M, CLASS_SATURDAY},
	    {"2026-03-07", PART_S, CLASS_SATURDAY},
	    {"2026-03-07", PART_N, CLASS_NIGHT},
	    {"2026-03-08", PART_M, CLASS_SUNDAY},
	    {"2026-03-08", PART_N, CLASS_SUNDAY},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct assignment a = {.day = test_day(cases[i].day),
		    .part = (uint8_t)cases[i].part};

		ck_assert_msg(assignment_class(&a) == cases[i].class, "%s %c",
		    cases[i].day, part_letter(cases[i].part));
	}
}
END_TEST

START_TEST(only_what_blocks_is_counted)
{
	struct counters *counters = counters_new();
	uint64_t expected = 0;

	for (unsigned state = 0; state < STATE_COUNT; state++) {
		struct assignment a = {.day = test_day("2026-01-05"),
		    .length = 3 * 3600,
		    .physician = 2,
		    .site = 1,
		    .programme = REF_NONE,
		    .count = 1};

		a.state = (uint8_t)state;
		counters_add(counters, &a, bucket_first(a.day));
		expected += state_blocks((enum state)state);
	}
	ck_assert_uint_eq(
	    counters_half_days(counters, 2, &everything), expected);
	ck_assert_uint_eq(
	    counters_minutes(counters, 1, &everything), expected * 180);
	/* Of others, known or not, nothing. */
	ck_assert_uint_eq(counters_half_days(counters, 1, &everything), 0);
	ck_assert_uint_eq(counters_half_days(counters, 999, &everything), 0);
	ck_assert_uint_eq(counters_minutes(counters, -1, &everything), 0);
	counters_free(counters);
}
END_TEST

enum { ADDED = 4000, PEOPLE = 7, SITES = 5 };

static struct assignment
random_slot(struct random *random)
{
	struct assignment a = {.day = test_day("2025-01-01")};

	a.day += (int32_t)random_below(random, 400);
	a.length = 60 * (1 + random_below(random, 300));
	a.physician = (int32_t)random_below(random, PEOPLE);
	a.site = (int32_t)random_below(random, SITES);
	a.programme = (int32_t)random_below(random, 3) - 1;
	a.part = (uint8_t)random_below(random, PART_COUNT);
	a.activity = (uint8_t)random_below(random, 3);
	a.state = (uint8_t)random_below(random, STATE_COUNT);
	a.count = (uint8_t)(1 + random_below(random, 2));
	return a;
}

static bool
matches(const struct assignment *a, const struct counter_question *question)
{
	return state_blocks((enum state)a->state) &&
	    bucket_first(a->day) >= question->from &&
	    bucket_first(a->day) < question->to &&
	    (question->programme == REF_NONE ||
		question->programme == a->programme) &&
	    (question->activity == ACTIVITY_COUNT ||
		question->activity == (enum activity)a->activity);
}

static void
compare(const struct counters *counters, const struct assignment *all,
    const struct counter_question *question, uint64_t seed)
{
	for (int32_t physician = 0; physician < PEOPLE; physician++) {
		uint64_t sum = 0;

		for (size_t i = 0; i < ADDED; i++)
			if (all[i].physician == physician &&
			    matches(&all[i], question) &&
			    (question->class == CLASS_KINDS ||
				assignment_class(&all[i]) == question->class))
				sum += all[i].count;
		ck_assert_msg(
		    counters_half_days(counters, physician, question) == sum,
		    "seed %llu", (unsigned long long)seed);
	}
	for (int32_t site = 0; site < SITES; site++) {
		uint64_t sum = 0;

		for (size_t i = 0; i < ADDED; i++)
			if (all[i].site == site && matches(&all[i], question))
				sum += all[i].length / 60;
		ck_assert_msg(counters_minutes(counters, site, question) == sum,
		    "seed %llu", (unsigned long long)seed);
	}
}

START_TEST(sums_agree_with_a_list)
{
	struct random random = random_new((uint64_t)_i + 40);
	struct assignment *all = malloc(ADDED * sizeof(*all));
	struct counters *counters = counters_new(), *back = counters_new();

	for (size_t i = 0; i < ADDED; i++) {
		all[i] = random_slot(&random);
		counters_add(counters, &all[i], bucket_first(all[i].day));
	}
	for (size_t i = ADDED; i > 0; i--)
		counters_add(back, &all[i - 1], bucket_first(all[i - 1].day));
	ck_assert(counters_equal(counters, back));
	compare(counters, all, &everything, random.seed);
	for (unsigned i = 0; i < 60; i++) {
		struct counter_question question = everything;

		question.programme = (int32_t)random_below(&random, 3) - 1;
		if (random_below(&random, 2) == 0)
			question.activity =
			    (enum activity)random_below(&random, 4);
		if (random_below(&random, 2) == 0)
			question.class =
			    (enum class)random_below(&random, CLASS_KINDS);
		question.from = test_day("2025-01-01") +
		    (int32_t)random_below(&random, 400);
		question.to =
		    question.from + (int32_t)random_below(&random, 200);
		compare(counters, all, &question, random.seed);
	}
	/* One half-day more is noticed, from either side. */
	all[0].state = STATE_HELD;
	counters_add(back, &all[0], bucket_first(all[0].day));
	ck_assert(!counters_equal(counters, back));
	ck_assert(!counters_equal(back, counters));
	counters_free(counters);
	counters_free(back);
	free(all);
}
END_TEST

START_TEST(a_quarter_is_the_sum_of_its_months)
{
	struct counters *counters = counters_new();
	struct counter_question question = everything;
	uint64_t months = 0;

	for (int32_t day = test_day("2025-12-01"); day < test_day("2026-05-01");
	     day++) {
		struct assignment a = {.day = day,
		    .count = 1,
		    .programme = REF_NONE,
		    .length = 60};

		counters_add(counters, &a, bucket_first(a.day));
	}
	question.from = test_day("2026-01-01");
	question.to = test_day("2026-04-01");
	ck_assert_uint_eq(counters_half_days(counters, 0, &question), 90);
	question.to = test_day("2026-02-01");
	months += counters_half_days(counters, 0, &question);
	ck_assert_uint_eq(months, 31);
	question.from = test_day("2026-02-01");
	question.to = test_day("2026-03-01");
	months += counters_half_days(counters, 0, &question);
	question.from = test_day("2026-03-01");
	question.to = test_day("2026-04-01");
	months += counters_half_days(counters, 0, &question);
	ck_assert_uint_eq(months, 90);
	counters_free(counters);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("counter");

	tcase_add_test(tcase, buckets_begin_with_weeks_and_months);
	tcase_add_test(tcase, buckets_cut_weeks_and_months);
	tcase_add_test(tcase, classes_are_the_first_that_applies);
	tcase_add_test(tcase, only_what_blocks_is_counted);
	tcase_add_loop_test(tcase, sums_agree_with_a_list, 0, 3);
	tcase_add_test(tcase, a_quarter_is_the_sum_of_its_months);
	return test_main("counter", &tcase, 1);
}
