/* SPDX-License-Identifier: ISC */
/*
 * rule_share_test: H16, the share of unscheduled care.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/share.h"
#include "proto/limits.h"
#include "tests/unit/share_support.h"

#include <string.h>

/* n of them, from number `first` on, in the book. */
static void
has(unsigned first, unsigned n, enum activity activity, enum state state)
{
	for (unsigned i = 0; i < n; i++) {
		struct assignment a = half_day(first + i, activity, state);

		bench_has(&bench, &a);
	}
}

/* The programme of the directory, with its bound; everybody takes part. */
static void
set_bound(uint32_t bound)
{
	struct programme entity = {.entity = {.id = test_id(7777)},
	    .from = INT32_MAX,
	    .to = INT32_MAX,
	    .snp_max = bound};

	SET(entity.code, "CSTM");
	SET(entity.state, "active");
	bench_change(&bench, KIND_PROGRAMME, &entity);
	for (int32_t i = 0; i < PEOPLE; i++) {
		struct enrolment enrolment = {
		    .entity = {.id = test_id(7800 + (uint64_t)i)},
		    .physician = i,
		    .from = test_day("2026-01-01"),
		    .to = INT32_MAX};

		SET(enrolment.state, "active");
		bench_change(&bench, KIND_ENROLMENT, &enrolment);
	}
}

static enum status
try(enum activity activity, enum state state)
{
	struct assignment a = half_day(79, activity, state);

	return bench_try(&bench, &a);
}

/* 12 of 25 half-days are 48 %; 13 of 25 would be 52 %. */
START_TEST(a_published_quarter_gets_no_worse)
{
	struct assignment a;

	has(0, 12, ACTIVITY_SNP, STATE_PUBLISHED);
	has(12, 13, ACTIVITY_MT, STATE_PUBLISHED);
	/* One more: 13 of 26, exactly half, which is not under half. */
	ck_assert_int_eq(try(ACTIVITY_SNP, STATE_DRAFT), STATUS_H16);
	bench_says(&bench,
	    " at=000000000 programme=CSTM quarter=2026-Q2 share=50.0 was=48.0"
	    " bound=50 half-days=1 ");
	bench_says(&bench, "would be 50.0 % in 2026-Q2, where it was 48.0 %");
	ck_assert_ptr_nonnull(strstr(bench_print(&bench, LANG_FR, true),
	    "au trimestre 2026-Q2, contre 48.0 %"));
	ck_assert_int_eq(try(ACTIVITY_MT, STATE_DRAFT), STATUS_OK);
	ck_assert_int_eq(try(ACTIVITY_PERM, STATE_DRAFT), STATUS_OK);

	/* Other care given up, or made unscheduled, is as bad. */
	a = half_day(12, ACTIVITY_MT, STATE_CANCELLED);
	ck_assert_int_eq(try_because(&a, "SICK"), STATUS_H16);
	bench_says(&bench, " share=50.0 was=48.0 ");
	a = half_day(12, ACTIVITY_SNP, STATE_PUBLISHED);
	ck_assert_int_eq(try_because(&a, "SICK"), STATUS_H16);
	bench_says(&bench, " share=52.0 was=48.0 bound=50 half-days=2 ");
	a = half_day(0, ACTIVITY_SNP, STATE_CANCELLED);
	ck_assert_int_eq(try_because(&a, "SICK"), STATUS_OK);
}
END_TEST

START_TEST(the_end_state_of_the_unit_counts)
{
	struct assignment mt, snp;

	has(0, 12, ACTIVITY_SNP, STATE_PUBLISHED);
	has(12, 13, ACTIVITY_MT, STATE_PUBLISHED);
	snp = half_day(60, ACTIVITY_SNP, STATE_DRAFT);
	mt = half_day(61, ACTIVITY_MT, STATE_DRAFT);
	bench_put(&bench, &snp, 1);
	bench_put(&bench, &mt, 2);
	ck_assert_int_eq(bench_judge(&bench), STATUS_OK);
}
END_TEST

START_TEST(drafts_are_warned_of_until_they_are_published)
{
	struct assignment a;

	has(0, 1, ACTIVITY_MT, STATE_DRAFT);
	ck_assert_int_eq(try(ACTIVITY_SNP, STATE_DRAFT), STATUS_OK);
	ck_assert_uint_eq(bench.warnings.count, 1);
	ck_assert_int_eq(bench.warnings.at[0].rule, STATUS_H16);
	ck_assert(bench.warnings.at[0].warning);
	/* Published at once, it is a publication. */
	ck_assert_int_eq(try(ACTIVITY_SNP, STATE_PUBLISHED), STATUS_H16);
	bench_says(&bench, " share=50.0 was=0.0 bound=50 half-days=1 ");

	has(10, 1, ACTIVITY_SNP, STATE_DRAFT);
	bench.rules.moment = MOMENT_PUBLISH;
	a = half_day(0, ACTIVITY_MT, STATE_PUBLISHED);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H16);
	has(20, 1, ACTIVITY_MT, STATE_DRAFT);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	ck_assert_uint_eq(bench.warnings.count, 0);
}
END_TEST

static void
publish(unsigned i, enum activity activity, unsigned nth)
{
	struct assignment a = half_day(i, activity, STATE_PUBLISHED);

	bench_put(&bench, &a, nth);
}

/* Who fills what an absence left may be published. */
START_TEST(a_publication_may_leave_no_higher_share)
{
	has(0, 2, ACTIVITY_SNP, STATE_PUBLISHED);
	has(2, 1, ACTIVITY_MT, STATE_PUBLISHED);
	has(3, 1, ACTIVITY_SNP, STATE_DRAFT);
	has(4, 1, ACTIVITY_MT, STATE_DRAFT);
	bench.rules.moment = MOMENT_PUBLISH;
	/* 2 of 3 are published: 3 of 5 are fewer, 3 of 4 more. */
	publish(3, ACTIVITY_SNP, 0);
	publish(4, ACTIVITY_MT, 0);
	ck_assert_int_eq(bench_judge(&bench), STATUS_OK);
	ck_assert_uint_eq(bench.warnings.count, 1);
	publish(3, ACTIVITY_SNP, 0);
	ck_assert_int_eq(bench_judge(&bench), STATUS_H16);
}
END_TEST

/* What was over the bound already may come nearer to it. */
START_TEST(what_gets_better_is_only_warned_of)
{
	struct assignment from_snp, other;

	has(0, 3, ACTIVITY_SNP, STATE_PUBLISHED);
	has(3, 1, ACTIVITY_MT, STATE_PUBLISHED);
	from_snp = half_day(0, ACTIVITY_MT, STATE_PUBLISHED);
	ck_assert_int_eq(try_because(&from_snp, "TURN"), STATUS_OK);
	/* One of each in the place of one of each changes nothing. */
	from_snp = half_day(0, ACTIVITY_MT, STATE_PUBLISHED);
	other = half_day(3, ACTIVITY_SNP, STATE_PUBLISHED);
	put_because(&from_snp, 1, "TURN");
	put_because(&other, 2, "TURN");
	ck_assert_int_eq(bench_judge(&bench), STATUS_OK);
	ck_assert_uint_eq(bench.warnings.count, 1);
}
END_TEST

/* Nobody is refused to be ill. */
START_TEST(an_absence_is_not_refused)
{
	struct absence absence = {
	    .entity = {.id = test_id(8888)}, .physician = 12 % PEOPLE};
	struct assignment a;
	union after after;

	has(0, 12, ACTIVITY_SNP, STATE_PUBLISHED);
	has(12, 13, ACTIVITY_MT, STATE_PUBLISHED);
	a = half_day(12, ACTIVITY_MT, STATE_CANCELLED);
	absence.from = absence.to = a.day;
	SET(absence.parts, "M");
	SET(absence.state, "active");
	after.absence = absence;
	unit_put(&bench.unit, bench.book, KIND_ABSENCE, &after, 0, SPAN(""));
	put_because(&a, 0, "ABSENT");
	ck_assert_int_eq(bench_judge(&bench), STATUS_OK);
	ck_assert_uint_eq(bench.warnings.count, 1);
}
END_TEST

START_TEST(the_programme_says_the_bound)
{
	has(0, 1, ACTIVITY_SNP, STATE_PUBLISHED);
	has(10, 3, ACTIVITY_MT, STATE_PUBLISHED);
	set_bound(30);
	ck_assert_int_eq(try(ACTIVITY_SNP, STATE_DRAFT), STATUS_H16);
	bench_says(&bench, " share=40.0 was=25.0 bound=30 half-days=2 ");
	set_bound(100);
	ck_assert_int_eq(try(ACTIVITY_SNP, STATE_DRAFT), STATUS_OK);
	ck_assert_uint_eq(bench.warnings.count, 0);
	set_bound(0);
	ck_assert_int_eq(try(ACTIVITY_SNP, STATE_DRAFT), STATUS_H16);
	bench_says(&bench, "the programme CSTM allows none");
	bench.rules.off |= RULE_BIT(16);
	ck_assert_int_eq(try(ACTIVITY_SNP, STATE_DRAFT), STATUS_OK);
}
END_TEST

/* Half-days without a programme, of another site and of another quarter are
 * other groups. */
START_TEST(groups_do_not_mix)
{
	struct assignment a = half_day(79, ACTIVITY_SNP, STATE_DRAFT);

	has(0, 1, ACTIVITY_SNP, STATE_PUBLISHED);
	has(10, 9, ACTIVITY_MT, STATE_PUBLISHED);
	a.programme = REF_NONE;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	ck_assert_uint_eq(bench.warnings.count, 1);
	bench.finding = bench.warnings.at[0];
	bench_says(&bench, "unscheduled care without a programme at the site");
	a = half_day(79, ACTIVITY_SNP, STATE_DRAFT);
	a.site = 1;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	ck_assert_uint_eq(bench.warnings.count, 1);
	a = half_day(79, ACTIVITY_SNP, STATE_DRAFT);
	a.day += 40;
	a.from += 40 * SECONDS_PER_DAY;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	ck_assert_uint_eq(bench.warnings.count, 1);
}
END_TEST

/* _i: structures that are there for unscheduled care, and one that is not. */
static const struct {
	const char *kind;
	enum status status;
} structures[] = {{"CSNP", STATUS_OK}, {"MMG", STATUS_OK}, {"MSP", STATUS_H16}};

START_TEST(structures_for_unscheduled_care)
{
	struct structure structure = {.entity = {.id = test_id(9999)}};
	struct site site = *book_site(bench.book, 0);

	SET(structure.code, "S");
	SET(structure.kind, structures[_i].kind);
	SET(structure.state, "active");
	bench_change(&bench, KIND_STRUCTURE, &structure);
	site.structure = 0;
	bench_change(&bench, KIND_SITE, &site);
	ck_assert_int_eq(
	    try(ACTIVITY_SNP, STATE_PUBLISHED), structures[_i].status);
}
END_TEST

/* A publication is told once of each group. */
START_TEST(all_that_stands_in_the_way)
{
	struct finding findings[4];

	for (unsigned i = 0; i < 6; i++) {
		struct assignment a = half_day(i, ACTIVITY_SNP, STATE_DRAFT);

		a.programme = i < 3 ? programme : REF_NONE;
		bench_has(&bench, &a);
		a.state = STATE_PUBLISHED;
		bench_put(&bench, &a, 0);
	}
	bench.rules.moment = MOMENT_PUBLISH;
	unit_seal(&bench.unit, bench.book);
	ck_assert_uint_eq(rules_findings(bench.book, &bench.rules, &bench.unit,
			      findings, ARRAY_SIZE(findings), NULL),
	    2);
	ck_assert_int_eq(findings[0].rule, STATUS_H16);
	ck_assert_int_eq(findings[1].rule, STATUS_H16);
	ck_assert_uint_ne(findings[0].variant, findings[1].variant);
}
END_TEST

/* Three quarters of six sites. */
START_TEST(the_largest_publication_is_quick)
{
	for (unsigned i = 0; i < PROTO_BATCH_MAX; i++) {
		struct assignment a = half_day(
		    i, i % 3 == 0 ? ACTIVITY_SNP : ACTIVITY_MT, STATE_DRAFT);

		a.id = test_id(100000 + (uint64_t)i);
		a.site = (int32_t)(i / 6 % PEOPLE);
		a.day += (int32_t)(i % 3) * 91;
		a.from += (int64_t)(i % 3) * 91 * SECONDS_PER_DAY;
		bench_has(&bench, &a);
		a.state = STATE_PUBLISHED;
		bench_put(&bench, &a, 0);
	}
	bench.rules.moment = MOMENT_PUBLISH;
	ck_assert_int_eq(bench_judge(&bench), STATUS_H16);
}
END_TEST

/* What a write raises: unscheduled care added, other care taken away or
 * changed, publication; nothing else. */
START_TEST(the_guard_of_a_share)
{
	static const struct {
		int before; /* activity; -1: none */
		enum state before_state;
		int after;
		enum state after_state;
		unsigned groups;
	} cases[] = {
	    {-1, STATE_DRAFT, ACTIVITY_SNP, STATE_DRAFT, 1},
	    {-1, STATE_DRAFT, ACTIVITY_MT, STATE_DRAFT, 0},
	    {-1, STATE_DRAFT, ACTIVITY_MT, STATE_PUBLISHED, 1},
	    {-1, STATE_DRAFT, ACTIVITY_PERM, STATE_PUBLISHED, 0},
	    {ACTIVITY_MT, STATE_DRAFT, ACTIVITY_MT, STATE_CANCELLED, 1},
	    {ACTIVITY_SNP, STATE_DRAFT, ACTIVITY_SNP, STATE_CANCELLED, 0},
	    {ACTIVITY_MT, STATE_DRAFT, ACTIVITY_CA, STATE_DRAFT, 0},
	    {ACTIVITY_MT, STATE_DRAFT, ACTIVITY_SNP, STATE_DRAFT, 1},
	    {ACTIVITY_SNP, STATE_DRAFT, ACTIVITY_MT, STATE_DRAFT, 0},
	    {ACTIVITY_MT, STATE_DRAFT, ACTIVITY_PERM, STATE_DRAFT, 1},
	    {ACTIVITY_MT, STATE_DRAFT, ACTIVITY_MT, STATE_PUBLISHED, 1},
	    {ACTIVITY_MT, STATE_PUBLISHED, ACTIVITY_MT, STATE_HELD, 0},
	    {ACTIVITY_MT, STATE_PUBLISHED, ACTIVITY_MT, STATE_NOT_HELD, 1},
	    {ACTIVITY_PDSA, STATE_DRAFT, ACTIVITY_PDSA, STATE_CANCELLED, 1},
	};
	struct share_group groups[2];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct assignment after = half_day(
		    0, (enum activity)cases[i].after, cases[i].after_state);
		struct assignment before = after;

		before.activity = (uint8_t)cases[i].before;
		before.state = (uint8_t)cases[i].before_state;
		ck_assert_msg(
		    share_touched(cases[i].before < 0 ? NULL : &before, &after,
			groups) == cases[i].groups,
		    "case %zu", i);
	}
}
END_TEST

/* Taken from one site to another: the one loses other care, the other gains
 * unscheduled care. */
START_TEST(a_move_touches_both_sites)
{
	struct assignment before = half_day(0, ACTIVITY_MT, STATE_DRAFT);
	struct assignment after = half_day(0, ACTIVITY_SNP, STATE_DRAFT);
	struct share_group groups[2];

	after.site = 1;
	ck_assert_uint_eq(share_touched(&before, &after, groups), 2);
	ck_assert_int_eq(groups[0].site, 0);
	ck_assert_int_eq(groups[1].site, 1);
	ck_assert_int_eq(groups[0].quarter, test_day("2026-04-01"));
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("rule_share");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, a_published_quarter_gets_no_worse);
	tcase_add_test(tcase, the_end_state_of_the_unit_counts);
	tcase_add_test(tcase, drafts_are_warned_of_until_they_are_published);
	tcase_add_test(tcase, a_publication_may_leave_no_higher_share);
	tcase_add_test(tcase, what_gets_better_is_only_warned_of);
	tcase_add_test(tcase, an_absence_is_not_refused);
	tcase_add_test(tcase, the_programme_says_the_bound);
	tcase_add_test(tcase, groups_do_not_mix);
	tcase_add_loop_test(tcase, structures_for_unscheduled_care, 0,
	    (int)ARRAY_SIZE(structures));
	tcase_add_test(tcase, all_that_stands_in_the_way);
	tcase_add_test(tcase, the_largest_publication_is_quick);
	tcase_add_test(tcase, the_guard_of_a_share);
	tcase_add_test(tcase, a_move_touches_both_sites);
	return test_main("rule_share", (TCase *[]){tcase}, 1);
}
