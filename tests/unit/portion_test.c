/* SPDX-License-Identifier: ISC */
/*
 * portion_test: half-days of which some minutes are unscheduled care, or care
 * from elsewhere, beside their activity.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/counter.h"
#include "daemon/domain/share.h"
#include "daemon/domain/visit.h"
#include "tests/unit/rule_support.h"

#include <string.h>

static struct bench bench;

static void
set_up(void)
{
	bench_init(&bench);
	bench.rules.now = test_instant("2026-01-05T00:00Z");
}

static void
tear_down(void)
{
	bench_fini(&bench);
}

/* Three hours of site 0 on the n-th day of the quarter, with its portions in
 * minutes. */
static struct assignment
half_day(
    unsigned n, enum activity activity, unsigned unscheduled, unsigned remote)
{
	struct assignment a =
	    test_slot(bench.book, n, (int32_t)(n % 6), 0, "2026-04-01", PART_M);

	a.day += (int32_t)n;
	a.from += (int64_t)n * SECONDS_PER_DAY;
	a.length = 3 * 3600;
	a.activity = (uint8_t)activity;
	a.state = STATE_PUBLISHED;
	a.unscheduled = (uint8_t)(unscheduled / PORTION_UNIT);
	a.remote = (uint8_t)(remote / PORTION_UNIT);
	return a;
}

static void
has(unsigned n, enum activity activity, unsigned unscheduled, unsigned remote)
{
	struct assignment a = half_day(n, activity, unscheduled, remote);

	bench_has(&bench, &a);
}

/* ----- minutes ----- */

START_TEST(each_minute_is_of_one_kind)
{
	struct assignment a = half_day(0, ACTIVITY_MT, 60, 30);

	ck_assert_uint_eq(assignment_unscheduled(&a), 60);
	ck_assert_uint_eq(assignment_main(&a), 90);
	a.activity = ACTIVITY_SNP;
	a.unscheduled = 0;
	ck_assert_uint_eq(assignment_unscheduled(&a), 150);
	ck_assert_uint_eq(assignment_main(&a), 150);
	/* More than there is leaves nothing, and not less. */
	a.remote = 240 / PORTION_UNIT;
	ck_assert_uint_eq(assignment_unscheduled(&a), 0);
}
END_TEST

START_TEST(what_may_have_a_portion)
{
	static const char both[] = "MT CA VAD EHPAD";

	for (unsigned i = 0; i < ACTIVITY_COUNT; i++) {
		enum activity activity = (enum activity)i;
		bool has_both = strstr(both, activity_name(activity)) != NULL;

		ck_assert_int_eq(activity_takes_unscheduled(activity),
		    has_both || activity == ACTIVITY_TLC);
		ck_assert_int_eq(activity_takes_remote(activity),
		    has_both || activity == ACTIVITY_SNP);
	}
}
END_TEST

START_TEST(older_time_is_counted_by_minutes)
{
	struct counters *counters = counters_new();
	struct assignment a = half_day(0, ACTIVITY_MT, 60, 30);
	struct counter_question question = {.programme = REF_NONE,
	    .class = CLASS_KINDS,
	    .from = INT32_MIN,
	    .to = INT32_MAX};
	static const struct {
		enum activity activity;
		unsigned minutes;
	} kinds[] = {{ACTIVITY_MT, 90}, {ACTIVITY_SNP, 60}, {ACTIVITY_TLC, 30},
	    {ACTIVITY_CA, 0}, {ACTIVITY_COUNT, 180}};

	counters_add(counters, &a, bucket_first(a.day));
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		question.activity = kinds[i].activity;
		ck_assert_uint_eq(
		    counters_minutes(counters, 0, &question), kinds[i].minutes);
	}
	/* The half-day itself is one of its activity. */
	question.activity = ACTIVITY_MT;
	ck_assert_uint_eq(counters_half_days(counters, 0, &question), 1);
	counters_free(counters);
}
END_TEST

/* ----- the share, H16 ----- */

/* 240 minutes of 540 are 44.4 %, 270 of them are half. */
START_TEST(the_share_is_of_minutes)
{
	struct share_group group;
	struct assignment a;
	struct share share;

	has(0, ACTIVITY_SNP, 0, 0);
	has(6, ACTIVITY_MT, 60, 30);
	has(12, ACTIVITY_MT, 0, 60);
	a = half_day(0, ACTIVITY_SNP, 0, 0);
	group = share_group(&a);
	share = share_of(bench.book, &group);
	ck_assert_int_eq(share.snp, 240);
	ck_assert_int_eq(share.all, 540);

	a = half_day(12, ACTIVITY_MT, 25, 60);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = half_day(12, ACTIVITY_MT, 30, 60);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H16);
	bench_says(&bench, " share=50.0 was=44.4 bound=50 half-days=1 ");
	/* What is done from elsewhere is not unscheduled. */
	a = half_day(18, ACTIVITY_SNP, 0, 150);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = half_day(18, ACTIVITY_SNP, 0, 0);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H16);
}
END_TEST

START_TEST(the_guard_is_raised_when_unscheduled_minutes_grow)
{
	static const struct {
		unsigned unscheduled, remote, groups;
	} cases[] = {{60, 30, 0}, {65, 30, 1}, {55, 30, 0}, {60, 60, 0},
	    {60, 0, 0}, {0, 0, 0}};
	struct assignment before = half_day(0, ACTIVITY_MT, 60, 30);
	struct assignment after;
	struct share_group groups[2];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		after = half_day(
		    0, ACTIVITY_MT, cases[i].unscheduled, cases[i].remote);
		ck_assert_msg(
		    share_touched(&before, &after, groups) == cases[i].groups,
		    "case %zu", i);
	}
	before = half_day(0, ACTIVITY_SNP, 0, 60);
	after = half_day(0, ACTIVITY_SNP, 0, 30);
	ck_assert_uint_eq(share_touched(&before, &after, groups), 1);
}
END_TEST

/* ----- H02, H19 ----- */

START_TEST(portions_are_not_longer_than_the_half_day)
{
	struct assignment a =
	    test_slot(bench.book, 1, 0, 0, "2026-04-01", PART_M);
	unsigned units = a.length / 60 / PORTION_UNIT;

	a.activity = ACTIVITY_VAD;
	a.unscheduled = (uint8_t)(units - 6);
	a.remote = 6;
	bench.rules.off |= RULE_BIT(16);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a.remote = 7;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H02);
	bench_says(&bench, " part=M day=2026-04-01 minutes=");
	bench_says(&bench, " remote=35 ");
}
END_TEST

START_TEST(a_published_portion_changes_with_a_reason)
{
	union after after;

	has(0, ACTIVITY_MT, 30, 0);
	for (unsigned remote = 0; remote <= 30; remote += 30) {
		after.assignment =
		    half_day(0, ACTIVITY_MT, 30 - remote, remote);
		unit_put(&bench.unit, bench.book, KIND_ASSIGNMENT, &after, 0,
		    SPAN(""));
		ck_assert_int_eq(
		    bench_judge(&bench), remote == 0 ? STATUS_OK : STATUS_H19);
	}
}
END_TEST

/* ----- places ----- */

static struct contingent
contingent(const struct assignment *a, const struct offer *offer)
{
	struct site site = *book_site(bench.book, 0);

	site.minutes = 20;
	site.places = 0;
	return contingent_of(&site, a, offer);
}

START_TEST(a_portion_gives_places_at_its_end)
{
	struct assignment a = half_day(0, ACTIVITY_MT, 60, 30);
	struct contingent c = contingent(&a, NULL);

	ck_assert(assignment_gives(&a));
	ck_assert_int_eq(c.from, a.from + 2 * 3600);
	ck_assert_int_eq(c.to, a.from + 3 * 3600);
	ck_assert_uint_eq(c.number, 3);
	ck_assert_str_eq(c.contact, "site");
	a.unscheduled = 50 / PORTION_UNIT;
	ck_assert_uint_eq(contingent(&a, NULL).number, 2);
	a.unscheduled = 15 / PORTION_UNIT;
	ck_assert_uint_eq(contingent(&a, NULL).number, 0);
	a.unscheduled = 180 / PORTION_UNIT;
	ck_assert_uint_eq(contingent(&a, NULL).number, 9);
	a.state = STATE_DRAFT;
	ck_assert(!assignment_gives(&a));
	a = half_day(0, ACTIVITY_MT, 0, 30);
	ck_assert(!assignment_gives(&a));
	/* At the end of the day all of it is unscheduled, unless told. */
	a.part = PART_E;
	ck_assert_uint_eq(contingent(&a, NULL).number, 9);
	a.unscheduled = 60 / PORTION_UNIT;
	ck_assert_uint_eq(contingent(&a, NULL).number, 3);
	/* Of unscheduled care, what is done from elsewhere gives none. */
	a = half_day(0, ACTIVITY_SNP, 0, 60);
	c = contingent(&a, NULL);
	ck_assert_int_eq(c.from, a.from);
	ck_assert_int_eq(c.to, a.from + 2 * 3600);
	ck_assert_uint_eq(c.number, 6);
}
END_TEST

/* _i: what an offer says of the hour at the end of 09:00 to 12:00. */
static const struct {
	unsigned opens, closes; /* minutes of the clock */
	unsigned from, to;      /* likewise, of the places */
} clocks[] = {
    {0, 0, 660, 720}, {570, 0, 570, 630}, {0, 630, 570, 630},
    {0, 560, 540, 560},   /* not before the half-day */
    {700, 0, 700, 720},   /* not after it */
    {570, 690, 570, 690}, /* longer than the portion */
};

START_TEST(an_offer_moves_the_places)
{
	struct assignment a = half_day(0, ACTIVITY_MT, 60, 0);
	const struct tz *tz = book_site(bench.book, 0)->tz;
	struct offer offer = {.number = OFFER_USUAL,
	    .walk_in = "open",
	    .arrived = "no",
	    .opens = clocks[_i].opens,
	    .closes = clocks[_i].closes};
	struct contingent c;

	a.from = tz_instant(tz, a.day, 540);
	c = contingent(&a, &offer);
	ck_assert_int_eq(c.from, tz_instant(tz, a.day, clocks[_i].from));
	ck_assert_int_eq(c.to, tz_instant(tz, a.day, clocks[_i].to));
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("portion");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, each_minute_is_of_one_kind);
	tcase_add_test(tcase, what_may_have_a_portion);
	tcase_add_test(tcase, older_time_is_counted_by_minutes);
	tcase_add_test(tcase, the_share_is_of_minutes);
	tcase_add_test(
	    tcase, the_guard_is_raised_when_unscheduled_minutes_grow);
	tcase_add_test(tcase, portions_are_not_longer_than_the_half_day);
	tcase_add_test(tcase, a_published_portion_changes_with_a_reason);
	tcase_add_test(tcase, a_portion_gives_places_at_its_end);
	tcase_add_loop_test(
	    tcase, an_offer_moves_the_places, 0, (int)ARRAY_SIZE(clocks));
	return test_main("portion", (TCase *[]){tcase}, 1);
}
