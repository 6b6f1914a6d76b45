/* SPDX-License-Identifier: ISC */
/*
 * rule_quota_test: H09 and H15; quota_count_test has the counting itself.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/quota.h"
#include "tests/unit/rule_support.h"

#include <stdio.h>

enum { FACT = 5000, PROGRAMME = 6000 };

static struct bench bench;

static void
set_up(void)
{
	bench_init(&bench);
}

static void
tear_down(void)
{
	bench_fini(&bench);
}

static struct assignment
slot(unsigned n, const char *day, enum part part)
{
	return test_slot(bench.book, n, 0, 0, day, part);
}

/* days: "2026-01-01.." or with a last day. */
static void
agree(unsigned n, int32_t physician, int32_t programme, const char *period,
    const char *days, uint32_t max)
{
	char first[11];
	struct quota fact;

	snprintf(first, sizeof(first), "%.10s", days);
	fact =
	    test_quota(FACT + n, physician, programme, period, test_day(first),
		days[12] == '\0' ? INT32_MAX : test_day(days + 12));
	fact.max = max;
	bench_change(&bench, KIND_QUOTA, &fact);
}

/* With the physicians 0 and 1 enrolled. */
static int32_t
solidarity(void)
{
	struct programme fact = {
	    .from = INT32_MAX, .to = INT32_MAX, .state = "active"};
	int32_t index;

	fact.entity.id = test_id(PROGRAMME);
	SET(fact.code, "SOLIDARITY");
	bench_change(&bench, KIND_PROGRAMME, &fact);
	index = book_find(bench.book, KIND_PROGRAMME, fact.entity.id);
	for (int32_t physician = 0; physician < 2; physician++) {
		struct enrolment enrolment = {.physician = physician,
		    .programme = index,
		    .to = INT32_MAX,
		    .state = "active"};

		enrolment.entity.id =
		    test_id(PROGRAMME + 1 + (unsigned)physician);
		enrolment.from = test_day("2026-01-01");
		bench_change(&bench, KIND_ENROLMENT, &enrolment);
	}
	return index;
}

static enum status
try_on(unsigned n, const char *day, enum part part)
{
	struct assignment a = slot(n, day, part);

	return bench_try(&bench, &a);
}

static void
has_on(unsigned n, const char *day, enum part part, enum state state)
{
	struct assignment a = slot(n, day, part);

	a.state = (uint8_t)state;
	bench_has(&bench, &a);
}

START_TEST(a_week_has_its_maximum)
{
	agree(0, 0, REF_NONE, "week", "2026-01-01..", 3);
	has_on(100, "2026-03-02", PART_M, STATE_DRAFT);
	has_on(101, "2026-03-02", PART_A, STATE_PUBLISHED);
	ck_assert_int_eq(try_on(200, "2026-03-08", PART_M), STATUS_OK);
	has_on(102, "2026-03-03", PART_M, STATE_HELD);
	ck_assert_int_eq(try_on(200, "2026-03-08", PART_M), STATUS_H09);
	ck_assert_uint_eq(bench.finding.variant, 0);
	bench_says_both(&bench,
	    " half-days=4 period=week first=2026-03-02 last=2026-03-08 max=3 ",
	    "le médecin aurait 4 demi-journées sur la période (week) du "
	    "2026-03-02 au 2026-03-08 ; 3 sont convenues");
	/* The Sunday before and the Monday after are other weeks. */
	ck_assert_int_eq(try_on(200, "2026-03-01", PART_M), STATUS_OK);
	ck_assert_int_eq(try_on(200, "2026-03-09", PART_M), STATUS_OK);
	/* What does not take place does not count. */
	has_on(102, "2026-03-03", PART_M, STATE_NOT_HELD);
	ck_assert_int_eq(try_on(200, "2026-03-08", PART_M), STATUS_OK);
	has_on(101, "2026-03-02", PART_A, STATE_CANCELLED);
	/* A night counts two, of the week of its evening. */
	ck_assert_int_eq(try_on(200, "2026-03-08", PART_N), STATUS_OK);
	has_on(102, "2026-03-03", PART_M, STATE_HELD);
	ck_assert_int_eq(try_on(200, "2026-03-08", PART_N), STATUS_H09);
	bench_says_both(&bench, " half-days=4 ", " 4 ");
	/* Nobody else's. */
	struct assignment a =
	    test_slot(bench.book, 200, 1, 0, "2026-03-08", PART_N);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	bench.rules.off |= RULE_BIT(9);
	ck_assert_int_eq(try_on(200, "2026-03-08", PART_N), STATUS_OK);
}
END_TEST

START_TEST(at_the_maximum_half_days_move_within_the_period)
{
	struct assignment a;

	agree(0, 0, REF_NONE, "week", "2026-01-01..", 2);
	has_on(100, "2026-03-02", PART_M, STATE_DRAFT);
	has_on(101, "2026-03-03", PART_M, STATE_DRAFT);
	has_on(102, "2026-03-10", PART_M, STATE_DRAFT);
	ck_assert_int_eq(try_on(100, "2026-03-06", PART_A), STATUS_OK);
	ck_assert_int_eq(try_on(102, "2026-03-06", PART_A), STATUS_H09);
	ck_assert_int_eq(try_on(100, "2026-03-11", PART_A), STATUS_OK);
	/* One out, one in, by one unit, in any order of lines. */
	for (unsigned order = 0; order < 2; order++) {
		struct assignment out = slot(100, "2026-03-12", PART_M);
		struct assignment in = slot(102, "2026-03-04", PART_M);

		bench_put(&bench, order == 0 ? &out : &in, 1);
		bench_put(&bench, order == 0 ? &in : &out, 2);
		ck_assert_int_eq(bench_judge(&bench), STATUS_OK);
	}
	/* One cancelled, one new. */
	a = slot(100, "2026-03-02", PART_M);
	a.state = STATE_CANCELLED;
	bench_put(&bench, &a, 1);
	a = slot(103, "2026-03-07", PART_M);
	bench_put(&bench, &a, 2);
	ck_assert_int_eq(bench_judge(&bench), STATUS_OK);
	/* Two at once are one too many; the first line is told. */
	a = slot(103, "2026-03-17", PART_M);
	bench_put(&bench, &a, 1);
	a = slot(104, "2026-03-18", PART_M);
	bench_put(&bench, &a, 2);
	a = slot(105, "2026-03-19", PART_M);
	bench_put(&bench, &a, 3);
	ck_assert_int_eq(bench_judge(&bench), STATUS_H09);
	ck_assert_uint_eq(bench.finding.line, 1);
	/* Above a maximum that was lowered nothing comes in, and what is there
	 * still moves. */
	struct quota lower = test_quota(
	    FACT + 0, 0, REF_NONE, "week", test_day("2026-01-01"), INT32_MAX);
	lower.max = 1;
	bench_change(&bench, KIND_QUOTA, &lower);
	ck_assert_int_eq(try_on(100, "2026-03-06", PART_A), STATUS_OK);
	ck_assert_int_eq(try_on(106, "2026-03-06", PART_A), STATUS_H09);
	/* A half-day that becomes a night comes to more. */
	ck_assert_int_eq(try_on(102, "2026-03-10", PART_N), STATUS_H09);
}
END_TEST

START_TEST(months_years_and_contracts)
{
	agree(0, 0, REF_NONE, "month", "2026-01-01..", 1);
	has_on(100, "2028-02-01", PART_M, STATE_DRAFT);
	ck_assert_int_eq(try_on(200, "2028-02-29", PART_M), STATUS_H09);
	bench_says_both(&bench,
	    " period=month first=2028-02-01 last=2028-02-29 ", "(month)");
	ck_assert_int_eq(try_on(200, "2028-03-01", PART_M), STATUS_OK);
	ck_assert_int_eq(try_on(200, "2028-01-31", PART_M), STATUS_OK);
	agree(0, 0, REF_NONE, "month", "2026-01-01..", QUOTA_NONE);
	agree(1, 0, REF_NONE, "year", "2026-01-01..", 1);
	ck_assert_int_eq(try_on(200, "2028-12-31", PART_M), STATUS_H09);
	bench_says_both(
	    &bench, " period=year first=2028-01-01 last=2028-12-31 ", "(year)");
	ck_assert_int_eq(try_on(200, "2027-12-31", PART_M), STATUS_OK);
	ck_assert_int_eq(try_on(200, "2029-01-01", PART_M), STATUS_OK);
	agree(1, 0, REF_NONE, "year", "2026-01-01..", QUOTA_NONE);
	/* Week 53 of 2026 reaches into 2027. */
	agree(2, 0, REF_NONE, "week", "2026-01-01..", 1);
	has_on(101, "2026-12-28", PART_M, STATE_DRAFT);
	ck_assert_int_eq(try_on(200, "2027-01-03", PART_M), STATUS_H09);
	bench_says_both(&bench, " first=2026-12-28 last=2027-01-03 ", "(week)");
	ck_assert_int_eq(try_on(200, "2027-01-04", PART_M), STATUS_OK);
	agree(2, 0, REF_NONE, "week", "2026-01-01..", QUOTA_NONE);
	/* A contract is one period, from its day to its day. */
	agree(3, 0, REF_NONE, "contract", "2026-03-04..2026-06-10", 2);
	has_on(102, "2026-03-04", PART_M, STATE_DRAFT);
	has_on(103, "2026-06-10", PART_M, STATE_DRAFT);
	has_on(104, "2026-03-03", PART_M, STATE_DRAFT);
	has_on(105, "2026-06-11", PART_M, STATE_DRAFT);
	ck_assert_int_eq(try_on(200, "2026-05-05", PART_M), STATUS_H09);
	bench_says_both(&bench,
	    " half-days=3 period=contract first=2026-03-04 last=2026-06-10 ",
	    "(contract)");
	ck_assert_int_eq(try_on(200, "2026-06-12", PART_M), STATUS_OK);
	agree(4, 0, REF_NONE, "contract", "2026-07-01..", 0);
	ck_assert_int_eq(try_on(200, "2029-05-05", PART_M), STATUS_H09);
	bench_says_both(&bench, " half-days=", " last=- ");
}
END_TEST

START_TEST(a_contract_ends_in_the_middle_of_a_week)
{
	agree(0, 0, REF_NONE, "week", "2026-01-01..2026-03-04", 2);
	agree(1, 0, REF_NONE, "week", "2026-03-05..", 1);
	has_on(100, "2026-03-02", PART_M, STATE_DRAFT);
	has_on(101, "2026-03-04", PART_M, STATE_DRAFT);
	ck_assert_int_eq(try_on(200, "2026-03-03", PART_M), STATUS_H09);
	bench_says_both(
	    &bench, " first=2026-03-02 last=2026-03-04 max=2 ", "(week)");
	/* The new one counts from its own first day. */
	ck_assert_int_eq(try_on(200, "2026-03-05", PART_M), STATUS_OK);
	has_on(102, "2026-03-05", PART_M, STATE_DRAFT);
	ck_assert_int_eq(try_on(200, "2026-03-06", PART_M), STATUS_H09);
	bench_says_both(&bench,
	    " half-days=2 period=week first=2026-03-05 last=2026-03-08 ",
	    "(week)");
}
END_TEST

START_TEST(the_fifth_half_day_of_solidarity)
{
	int32_t programme = solidarity();
	int32_t word = book_word(bench.book, SPAN("SOLIDARITY"));
	static const char *const days[] = {
	    "2026-03-03", "2026-03-10", "2026-03-17", "2026-03-24"};
	struct assignment a;

	agree(0, REF_NONE, programme, "month", "2026-01-01..", 4);
	for (unsigned i = 0; i < ARRAY_SIZE(days); i++) {
		a = slot(100 + i, days[i], PART_M);
		a.programme = word;
		ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
		bench_has(&bench, &a);
	}
	a = slot(200, "2026-03-31", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a.programme = word;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H15);
	bench_says_both(&bench,
	    " half-days=5 period=month first=2026-03-01 last=2026-03-31 max=4 "
	    "programme=SOLIDARITY ",
	    "le médecin aurait 5 demi-journées au titre du dispositif "
	    "SOLIDARITY");
	bench_says_both(&bench, "it allows 4", "il en permet 4");
	/* On the first of the next month; and another physician. */
	a = slot(200, "2026-04-01", PART_M);
	a.programme = word;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(200, "2026-03-31", PART_M);
	a.programme = word;
	a.physician = 1;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	/* A half-day that comes under the programme where it is. */
	a = slot(201, "2026-03-30", PART_M);
	bench_has(&bench, &a);
	a.programme = word;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H15);
	bench.rules.off |= RULE_BIT(15);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

START_TEST(a_physician_may_have_less_of_a_programme)
{
	int32_t programme = solidarity();
	int32_t word = book_word(bench.book, SPAN("SOLIDARITY"));
	struct assignment a;

	agree(0, REF_NONE, programme, "month", "2026-01-01..", 4);
	agree(1, 0, programme, "month", "2026-01-01..", 1);
	a = slot(100, "2026-03-03", PART_M);
	a.programme = word;
	bench_has(&bench, &a);
	a = slot(101, "2026-03-04", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a.programme = word;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H09);
	ck_assert_uint_eq(bench.finding.variant, 1);
	bench_says_both(&bench,
	    " half-days=2 period=month first=2026-03-01 last=2026-03-31 max=1 "
	    "programme=SOLIDARITY ",
	    "au titre du dispositif SOLIDARITY sur la période (month)");
	a.physician = 1;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

START_TEST(lines_say_done_planned_and_owed)
{
	int32_t programme = solidarity();
	int32_t word = book_word(bench.book, SPAN("SOLIDARITY"));
	int32_t today = test_day("2026-03-11");
	struct quota_line lines[QUOTA_LINES_MAX];
	struct quota own = test_quota(
	    FACT + 0, 0, REF_NONE, "month", test_day("2026-01-01"), INT32_MAX);
	struct quota theirs = test_quota(FACT + 1, REF_NONE, programme, "year",
	    test_day("2026-01-01"), INT32_MAX);
	struct assignment a;

	own.min = 6;
	own.max = 8;
	theirs.min = 20;
	bench_change(&bench, KIND_QUOTA, &own);
	bench_change(&bench, KIND_QUOTA, &theirs);
	has_on(100, "2026-03-02", PART_M, STATE_HELD);
	has_on(101, "2026-03-03", PART_M, STATE_PUBLISHED);
	has_on(102, "2026-03-04", PART_M, STATE_DRAFT);
	has_on(103, "2026-03-12", PART_N, STATE_PUBLISHED);
	a = slot(104, "2026-03-13", PART_A);
	a.programme = word;
	bench_has(&bench, &a);
	ck_assert_uint_eq(quota_lines(bench.book, 0, today, today, lines), 2);
	ck_assert_uint_eq(lines[0].quota->min, 6);
	ck_assert(!lines[0].of_programme);
	ck_assert_int_eq(lines[0].period.first, test_day("2026-03-01"));
	ck_assert_int_eq(lines[0].period.last, test_day("2026-03-31"));
	ck_assert_uint_eq(lines[0].sum.done, 2);
	ck_assert_uint_eq(lines[0].sum.planned, 4);
	ck_assert_uint_eq(lines[0].owed, 0);
	ck_assert(lines[1].of_programme);
	ck_assert_uint_eq(lines[1].sum.done, 0);
	ck_assert_uint_eq(lines[1].sum.planned, 1);
	ck_assert_uint_eq(lines[1].owed, 19);
	/* In April the month owes all, the year as before. */
	ck_assert_uint_eq(
	    quota_lines(bench.book, 0, test_day("2026-04-01"), today, lines),
	    2);
	ck_assert_uint_eq(lines[0].owed, 6);
	ck_assert_uint_eq(lines[1].owed, 19);
	/* Physician 1 has the programme's, physician 2 none. */
	ck_assert_uint_eq(quota_lines(bench.book, 1, today, today, lines), 1);
	ck_assert_uint_eq(lines[0].owed, 20);
	ck_assert_uint_eq(quota_lines(bench.book, 2, today, today, lines), 0);
	/* Older time is not asked about. */
	ck_assert_uint_eq(
	    quota_lines(bench.book, 0, test_day("2025-12-31"), today, lines),
	    0);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("quota");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, a_week_has_its_maximum);
	tcase_add_test(tcase, at_the_maximum_half_days_move_within_the_period);
	tcase_add_test(tcase, months_years_and_contracts);
	tcase_add_test(tcase, a_contract_ends_in_the_middle_of_a_week);
	tcase_add_test(tcase, the_fifth_half_day_of_solidarity);
	tcase_add_test(tcase, a_physician_may_have_less_of_a_programme);
	tcase_add_test(tcase, lines_say_done_planned_and_owed);
	return test_main("rule_quota", &tcase, 1);
}
