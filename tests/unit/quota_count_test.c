/* SPDX-License-Identifier: ISC */
/*
 * quota_count_test: half-days of a period, against a naive count.
 */
#include "daemon/domain/quota.h"

#include "daemon/base/compiler.h"
#include "tests/unit/domain_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	HALF_DAYS = 3000,
	QUOTAS = 60,
	PEOPLE = 4,
	QUESTIONS = 4000,
	QUOTA = 5000, /* the first id */
	PROGRAMME = 6000
};

struct world {
	struct book *book;
	struct assignment half_days[HALF_DAYS];
	struct quota quotas[QUOTAS];
	int32_t first;
	int32_t words[2];
};

static const char *const periods[] = {"week", "month", "year", "contract"};

static void
add_quotas(struct world *world, struct random *random)
{
	for (unsigned i = 0; i < QUOTAS; i++) {
		bool of_programme = random_below(random, 3) == 0;
		int32_t from =
		    world->first + (int32_t)random_below(random, 400);
		int32_t to = from + (int32_t)random_below(random, 500);

		world->quotas[i] = test_quota(QUOTA + i,
		    of_programme ? REF_NONE
				 : (int32_t)random_below(random, PEOPLE),
		    of_programme || random_below(random, 2) == 0
			? (int32_t)random_below(random, 2)
			: REF_NONE,
		    periods[random_below(random, 4)], from,
		    random_below(random, 3) == 0 ? INT32_MAX : to);
		test_load(world->book, KIND_QUOTA, &world->quotas[i]);
	}
}

static void
add_half_days(struct world *world, struct random *random)
{
	for (unsigned i = 0; i < HALF_DAYS; i++) {
		struct assignment *a = &world->half_days[i];
		unsigned word = random_below(random, 3);

		*a = test_slot(world->book, i,
		    (int32_t)random_below(random, PEOPLE),
		    (int32_t)random_below(random, 3), "2025-01-01",
		    (enum part)random_below(random, PART_COUNT));
		a->day = world->first + (int32_t)random_below(random, 900);
		a->from = tz_instant(
		    book_site(world->book, a->site)->tz, a->day, 600);
		a->state = (uint8_t)random_below(random, STATE_COUNT);
		a->programme = word == 2 ? REF_NONE : world->words[word];
		ck_assert_int_eq(test_load_slot(world->book, a, 1), APPLY_DONE);
	}
}

static void
world_init(struct world *world, struct random *random)
{
	world->first = test_day("2025-01-01");
	/* A Thursday in the middle of a month. */
	world->book = book_new(test_day("2025-10-16"));
	test_people(world->book, PEOPLE, 3);
	for (unsigned i = 0; i < 2; i++) {
		struct programme fact = {
		    .from = INT32_MAX, .to = INT32_MAX, .state = "active"};

		fact.entity = (struct entity){test_id(PROGRAMME + i), 1};
		snprintf(fact.code, sizeof(fact.code), "P%u", i);
		test_load(world->book, KIND_PROGRAMME, &fact);
		world->words[i] = book_word(world->book, span_of(fact.code));
	}
	add_quotas(world, random);
	add_half_days(world, random);
}

static int
year_of(int32_t day)
{
	int year;
	unsigned month, mday;

	day_to_civil(day, &year, &month, &mday);
	return year;
}

static bool
same_period(const struct quota *quota, int32_t a, int32_t b)
{
	if (strcmp(quota->period, "week") == 0)
		return day_week(a) == day_week(b);
	if (strcmp(quota->period, "month") == 0)
		return day_month(a) == day_month(b);
	if (strcmp(quota->period, "year") == 0)
		return year_of(a) == year_of(b);
	return true;
}

static uint64_t
naive(const struct world *world, const struct quota *quota, int32_t physician,
    int32_t day)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < HALF_DAYS; i++) {
		const struct assignment *a = &world->half_days[i];

		if (a->physician == physician && a->day >= quota->from &&
		    a->day <= quota->to && same_period(quota, a->day, day) &&
		    state_blocks((enum state)a->state) &&
		    (quota->programme == REF_NONE ||
			a->programme == world->words[quota->programme]))
			sum += a->count;
	}
	return sum;
}

START_TEST(counts_are_those_of_a_naive_count)
{
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct random random = random_new(seed);
		struct world *world = calloc(1, sizeof(*world));
		unsigned asked = 0;

		ck_assert_ptr_nonnull(world);
		world_init(world, &random);
		for (unsigned i = 0; i < QUESTIONS; i++) {
			const struct quota *quota =
			    &world->quotas[random_below(&random, QUOTAS)];
			int32_t physician = quota->physician == REF_NONE
			    ? (int32_t)random_below(&random, PEOPLE)
			    : quota->physician;
			int32_t day = book_from(world->book) +
			    (int32_t)random_below(&random, 600);
			struct quota_period period;
			struct quota_sum sum;

			if (!quota_period(quota, day, &period))
				continue;
			sum = quota_sum(
			    world->book, quota, physician, &period, day);
			ck_assert_msg(sum.done + sum.planned ==
				naive(world, quota, physician, day),
			    "seed %u: %s", (unsigned)seed, quota->period);
			asked++;
		}
		ck_assert_uint_gt(asked, QUESTIONS / 10);
		book_free(world->book);
		free(world);
	}
}
END_TEST

START_TEST(a_late_quota_counts_no_less)
{
	struct book *book = book_new(test_day("2026-01-01"));
	struct change change = {.kind = KIND_QUOTA, .rev = 1};
	struct quota_period period;
	struct assignment a;
	union after after;

	test_people(book, 2, 1);
	for (unsigned i = 0; i < 7; i++) {
		a = test_slot(book, 100 + i, 0, 0, "2025-06-02", PART_M);
		a.day += (int32_t)i;
		a.from += (int64_t)i * SECONDS_PER_DAY;
		ck_assert_int_eq(test_load_slot(book, &a, 1), APPLY_DONE);
	}
	change.after = &after;
	for (unsigned i = 0; i < 4; i++) {
		/* A Thursday of that week; a Monday; another physician; a week
		 * without half-days. */
		static const struct {
			const char *day;
			int32_t physician;
			bool exact;
			unsigned count;
		} cases[] = {{"2025-06-05", 0, false, 7},
		    {"2025-06-02", 0, true, 7}, {"2025-06-05", 1, true, 0},
		    {"2025-06-12", 0, true, 0}};

		after.quota = test_quota(QUOTA + i, cases[i].physician,
		    REF_NONE, "contract", test_day(cases[i].day), INT32_MAX);
		change.id = after.quota.entity.id;
		ck_assert_int_eq(book_apply(book, &change), APPLY_DONE);
		ck_assert(
		    book_counts_from(book, &after.quota) == cases[i].exact);
		ck_assert(quota_period(
		    &after.quota, test_day("2026-03-02"), &period));
		ck_assert_uint_eq(
		    quota_sum(book, &after.quota, cases[i].physician, &period,
			test_day("2026-03-02"))
			.done,
		    cases[i].count);
	}
	book_free(book);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("count");

	tcase_add_test(tcase, counts_are_those_of_a_naive_count);
	tcase_add_test(tcase, a_late_quota_counts_no_less);
	return test_main("quota_count", &tcase, 1);
}
