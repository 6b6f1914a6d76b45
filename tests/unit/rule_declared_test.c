/* SPDX-License-Identifier: ISC */
/*
 * rule_declared_test: when the physician is free to work - H01 with another
 * employer, H21 half-days offered and refused.
 */
#include "tests/unit/rule_bench.h"

#include <string.h>

enum { FACT = 1000, OWN = 0, OTHER = 1 };

/* ----- facts; each `n` is one ----- */

static void
declared(unsigned n, const char *kind, const char *text, const char *from,
    const char *to)
{
	struct availability fact = {.physician = 0};

	fact.entity.id = test_id(FACT + n);
	SET(fact.kind, kind);
	fact.pattern = test_pattern(text);
	fact.from = test_day(from);
	fact.to = test_last_day(to);
	SET(fact.state, "active");
	bench_change(&bench, KIND_AVAILABILITY, &fact);
}

static void
busy(unsigned n, const char *text, const char *from, const char *to,
    const char *state)
{
	struct busy fact = {.physician = 0, .structure = REF_NONE};

	fact.entity.id = test_id(FACT + n);
	fact.pattern = test_pattern(text);
	fact.from = test_day(from);
	fact.to = test_last_day(to);
	SET(fact.state, state);
	bench_change(&bench, KIND_BUSY, &fact);
}

/* ----- H01 ----- */

START_TEST(another_employer_keeps_the_physician)
{
	struct assignment a = slot(100, 0, 0, "2026-03-03", PART_M);

	busy(0, "tue M", "2026-03-02", "2026-03-31", "active");
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H01);
	ck_assert(id_is_nil(bench.finding.with));
	bench_says_both(&bench,
	    " from=2026-03-03T08:00+01:00 to=2026-03-03T13:00+01:00 ",
	    "un autre employeur planifie le médecin du 2026-03-03 08:00 au ");
	bench_says_both(
	    &bench, "another employer plans the physician", "planifie");
	/* Neither another physician, day or part, nor a fact that has ended. */
	a.physician = 1;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 0, "2026-03-04", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 0, "2026-03-03", PART_A);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 0, "2026-04-07", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 0, "2026-02-24", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	busy(0, "tue M", "2026-03-02", "2026-03-31", "retired");
	a = slot(100, 0, 0, "2026-03-03", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

START_TEST(other_employers_parts_are_hours)
{
	struct site site = *book_site(bench.book, 0);
	struct assignment a;

	busy(0, "tue A", "2026-03-02", "", "active");
	busy(1, "mon N", "2026-03-02", "", "active");
	/* An evening from 18:00 on meets an afternoon until 18:30. */
	a = slot(100, 0, 0, "2026-03-03", PART_E);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H01);
	bench_says_both(&bench,
	    " from=2026-03-03T13:00+01:00 to=2026-03-03T18:30+01:00 ", "au ");
	for (unsigned day = 0; day < 7; day++)
		site.hours.at[day][PART_E].from = 18 * 60 + 30;
	bench_change(&bench, KIND_SITE, &site);
	a = slot(100, 0, 0, "2026-03-03", PART_E);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	/* Monday's night lasts until Tuesday's eight o'clock. */
	a = slot(100, 0, 0, "2026-03-03", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	for (unsigned day = 0; day < 7; day++)
		site.hours.at[day][PART_M].from = 8 * 60;
	bench_change(&bench, KIND_SITE, &site);
	a = slot_between(a, "2026-03-03T07:59+01:00", "2026-03-03T12:00+01:00");
	bench.rules.off |= RULE_BIT(2);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H01);
	bench_says_both(&bench,
	    " from=2026-03-03T00:00+01:00 to=2026-03-03T08:00+01:00 ", "au ");
	/* On the clock of the site. */
	site.tz = tz_find(SPAN("Indian/Reunion"));
	bench_change(&bench, KIND_SITE, &site);
	a = slot(100, 0, 0, "2026-03-03", PART_A);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H01);
	bench_says_both(&bench,
	    " from=2026-03-03T13:00+04:00 to=2026-03-03T18:30+04:00 ", "au ");
}
END_TEST

START_TEST(other_employers_are_told_of_by_nobodys_act)
{
	struct assignment a = slot(100, 0, 0, "2026-03-03", PART_M);

	busy(0, "tue M every 2", "2026-03-02", "", "active");
	bench.rules.actor.physician = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H01);
	a = slot(100, 0, 0, "2026-03-10", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

/* ----- H21 ----- */

static enum status
try_declared(const char *day, enum part part, enum agreement agreed)
{
	struct assignment a = slot(100, 0, 0, day, part);

	a.agreed = (uint8_t)agreed;
	return bench_try(&bench, &a);
}

START_TEST(undeclared_takes_an_agreement_or_the_own_act)
{
	ck_assert_int_eq(
	    try_declared("2026-03-03", PART_M, AGREED_NOT), STATUS_OK);
	bench.rules.off = RULE_BIT(5);
	ck_assert_int_eq(
	    try_declared("2026-03-03", PART_M, AGREED_NOT), STATUS_H21);
	ck_assert_uint_eq(bench.finding.variant, 0);
	bench_says_both(&bench, " day=2026-03-03 part=M ",
	    "le médecin n'a pas offert la demi-journée M du 2026-03-03");
	for (unsigned how = AGREED_NOT + 1; how < AGREED_COUNT; how++)
		ck_assert_int_eq(
		    try_declared("2026-03-03", PART_M, (enum agreement)how),
		    STATUS_OK);
	/* A wish is not an offer, a preference is one. */
	declared(0, "disliked", "tue M", "2026-03-02", "");
	ck_assert_int_eq(
	    try_declared("2026-03-03", PART_M, AGREED_NOT), STATUS_H21);
	declared(1, "preferred", "tue M", "2026-03-02", "");
	ck_assert_int_eq(
	    try_declared("2026-03-03", PART_M, AGREED_NOT), STATUS_OK);
	ck_assert_int_eq(
	    try_declared("2026-03-03", PART_A, AGREED_NOT), STATUS_H21);
	bench.rules.actor.physician = OTHER;
	ck_assert_int_eq(
	    try_declared("2026-03-03", PART_A, AGREED_NOT), STATUS_H21);
	bench.rules.actor.physician = OWN;
	ck_assert_int_eq(
	    try_declared("2026-03-03", PART_A, AGREED_NOT), STATUS_OK);
}
END_TEST

START_TEST(refused_takes_the_own_act)
{
	bench.rules.off = RULE_BIT(5);
	declared(0, "unavailable", "tue M", "2026-03-02", "");
	ck_assert_int_eq(
	    try_declared("2026-03-03", PART_M, AGREED_PHONE), STATUS_H21);
	ck_assert_uint_eq(bench.finding.variant, 1);
	bench_says_both(&bench, " day=2026-03-03 part=M ",
	    "le médecin a déclaré la demi-journée M du 2026-03-03 "
	    "indisponible");
	/* Of two as long, the refusal. */
	declared(1, "available", "mon-fri M", "2026-03-02", "");
	ck_assert_int_eq(
	    try_declared("2026-03-03", PART_M, AGREED_NOT), STATUS_H21);
	ck_assert_int_eq(
	    try_declared("2026-03-04", PART_M, AGREED_NOT), STATUS_OK);
	bench.rules.actor.physician = OWN;
	ck_assert_int_eq(
	    try_declared("2026-03-03", PART_M, AGREED_NOT), STATUS_OK);
}
END_TEST

START_TEST(the_shorter_declaration_is_the_exception)
{
	bench.rules.off = RULE_BIT(5);
	declared(0, "available", "mon-fri M", "2026-01-01", "");
	declared(1, "unavailable", "tue M", "2026-03-03", "2026-03-03");
	ck_assert_int_eq(
	    try_declared("2026-03-03", PART_M, AGREED_NOT), STATUS_H21);
	ck_assert_int_eq(
	    try_declared("2026-03-10", PART_M, AGREED_NOT), STATUS_OK);
	/* The other way round, in a fortnight's rhythm. */
	declared(2, "unavailable", "wed A", "2026-01-01", "");
	declared(3, "available", "wed A every 2", "2026-03-02", "2026-04-30");
	ck_assert_int_eq(
	    try_declared("2026-03-04", PART_A, AGREED_NOT), STATUS_OK);
	ck_assert_int_eq(
	    try_declared("2026-03-11", PART_A, AGREED_NOT), STATUS_H21);
	ck_assert_int_eq(
	    try_declared("2026-03-18", PART_A, AGREED_NOT), STATUS_OK);
	ck_assert_int_eq(
	    try_declared("2026-05-13", PART_A, AGREED_NOT), STATUS_H21);
}
END_TEST

START_TEST(what_was_accepted_stays)
{
	struct assignment a = slot(100, 0, 0, "2026-03-03", PART_M);

	bench.rules.off = RULE_BIT(5);
	bench_has(&bench, &a);
	a.room = 2;
	a.activity = ACTIVITY_VAD;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(100, 0, 1, "2026-03-03", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H21);
	a = slot(100, 0, 0, "2026-03-04", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H21);
	a = slot(100, 0, 0, "2026-03-03", PART_A);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H21);
	a = slot(100, 1, 0, "2026-03-03", PART_M);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H21);
	/* Cancelled, it was given up. */
	a = slot(100, 0, 0, "2026-03-03", PART_M);
	a.state = STATE_CANCELLED;
	bench_has(&bench, &a);
	a.state = STATE_DRAFT;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H21);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("declared");

	tcase_add_checked_fixture(tcase, bench_set_up, bench_tear_down);
	tcase_add_test(tcase, another_employer_keeps_the_physician);
	tcase_add_test(tcase, other_employers_parts_are_hours);
	tcase_add_test(tcase, other_employers_are_told_of_by_nobodys_act);
	tcase_add_test(tcase, undeclared_takes_an_agreement_or_the_own_act);
	tcase_add_test(tcase, refused_takes_the_own_act);
	tcase_add_test(tcase, the_shorter_declaration_is_the_exception);
	tcase_add_test(tcase, what_was_accepted_stays);
	return test_main("rule_declared", &tcase, 1);
}
