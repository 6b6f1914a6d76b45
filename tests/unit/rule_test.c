/* SPDX-License-Identifier: ISC */
/*
 * rule_test: the mechanism of the rules; H01 overlap, H06 physician, H12
 * travel.  Those about a site are in rule_site_test.
 */
#include "daemon/base/compiler.h"
#include "daemon/domain/rule_private.h"
#include "tests/unit/rule_support.h"

#include <stdlib.h>
#include <string.h>

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
slot(unsigned n, int32_t physician, int32_t site, const char *day,
    enum part part)
{
	return test_slot(bench.book, n, physician, site, day, part);
}

/* So many are kept; of one more it is known that there was one. */
START_TEST(warnings_have_an_end)
{
	struct warnings warnings = {.count = 0};
	struct finding finding = {.rule = STATUS_H16};

	for (unsigned i = 0; i < WARNINGS_MAX; i++) {
		finding.variant = i;
		ck_assert(warnings_add(&warnings, &finding));
	}
	ck_assert(!warnings_add(&warnings, &finding));
	ck_assert(!warnings.more);
	finding.variant = WARNINGS_MAX;
	ck_assert(!warnings_add(&warnings, &finding));
	ck_assert(warnings.more);
	ck_assert_uint_eq(warnings.count, WARNINGS_MAX);
	warnings_fini(&warnings);
}
END_TEST

START_TEST(every_rule_has_its_sentences)
{
	static const enum status rules[] = {
#define RULE(ID, moment) STATUS_##ID,
#include "proto/rule.def"
#undef RULE
	};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		ck_assert_ptr_nonnull(rule_text(rules[i], 0));
		for (unsigned v = 0; rule_text(rules[i], v) != NULL; v++) {
			const struct rule_text *text = rule_text(rules[i], v);

			for (unsigned l = 0; l < LANG_COUNT; l++) {
				ck_assert_uint_gt(strlen(text->text[l]), 9);
				ck_assert_uint_gt(strlen(text->source[l]), 9);
				ck_assert_uint_gt(strlen(text->remedy[l]), 9);
			}
			ck_assert_str_ne(
			    text->text[LANG_EN], text->text[LANG_FR]);
			ck_assert_str_ne(
			    text->remedy[LANG_EN], text->remedy[LANG_FR]);
		}
	}
}
END_TEST

START_TEST(an_ordinary_half_day_is_accepted)
{
	for (unsigned part = 0; part < PART_COUNT; part++) {
		struct assignment a =
		    slot(100, 0, 0, "2026-03-02", (enum part)part);

		ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	}
	/* A unit without half-days has nothing to judge. */
	ck_assert_int_eq(bench_judge(&bench), STATUS_OK);
}
END_TEST

START_TEST(overlap_is_by_clock)
{
	struct assignment there = slot(100, 0, 0, "2026-03-02", PART_A);
	struct assignment a = slot(101, 0, 0, "2026-03-02", PART_A);

	bench_has(&bench, &there);
	a.room = 2;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H01);
	ck_assert(id_equal(bench.finding.slot, a.id));
	ck_assert(id_equal(bench.finding.with, there.id));
	ck_assert_int_eq(bench.finding.with_site, 0);
	bench_says(&bench, " from=2026-03-02T14:00+01:00");
	bench_says(&bench, " to=2026-03-02T18:00+01:00");
	bench_says(&bench, " site=000000000 ");
	/* Another physician, another day. */
	a.physician = 1;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a = slot(101, 0, 0, "2026-03-03", PART_A);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

START_TEST(intervals_that_touch_do_not_overlap)
{
	struct assignment afternoon = slot(100, 0, 0, "2026-03-02", PART_A);
	struct assignment evening = slot(101, 0, 0, "2026-03-02", PART_E);
	struct assignment late = slot(102, 0, 0, "2026-03-02", PART_S);

	ck_assert_int_eq(assignment_to(&afternoon), evening.from);
	bench_has(&bench, &afternoon);
	bench_has(&bench, &late);
	ck_assert_int_eq(bench_try(&bench, &evening), STATUS_OK);
	/* A minute earlier it does, whatever the letters say. */
	evening.from -= 60;
	bench_put(&bench, &evening, 0);
	ck_assert_int_eq(bench_judge(&bench), STATUS_H02);
	bench_has(&bench, &evening);
	afternoon.room = 2;
	ck_assert_int_eq(bench_try(&bench, &afternoon), STATUS_H01);
	ck_assert(id_equal(bench.finding.with, evening.id));
}
END_TEST

START_TEST(an_afternoon_may_overlap_an_evening)
{
	struct site site = *book_site(bench.book, 1);
	struct assignment a, e;

	for (unsigned day = 0; day < 7; day++)
		site.hours.at[day][PART_A].to = 19 * 60;
	bench_change(&bench, KIND_SITE, &site);
	a = slot(100, 0, 1, "2026-03-02", PART_A);
	e = slot(101, 0, 1, "2026-03-02", PART_E);
	e.room = 2;
	bench_has(&bench, &a);
	ck_assert_int_eq(bench_try(&bench, &e), STATUS_H01);
	ck_assert(id_equal(bench.finding.with, a.id));
}
END_TEST

START_TEST(a_night_reaches_into_the_next_day)
{
	struct site site = *book_site(bench.book, 0);
	struct assignment night = slot(100, 0, 0, "2026-03-02", PART_N);
	struct assignment morning = slot(101, 0, 0, "2026-03-03", PART_M);

	bench_has(&bench, &night);
	ck_assert_int_eq(bench_try(&bench, &morning), STATUS_OK);
	for (unsigned day = 0; day < 7; day++)
		site.hours.at[day][PART_M].from = 8 * 60;
	bench_change(&bench, KIND_SITE, &site);
	/* From the minute on at which the night ends. */
	morning = slot(101, 0, 0, "2026-03-03", PART_M);
	ck_assert_int_eq(assignment_to(&night), morning.from);
	ck_assert_int_eq(bench_try(&bench, &morning), STATUS_OK);
	night.length += 60;
	bench_has(&bench, &night);
	morning.room = 2;
	ck_assert_int_eq(bench_try(&bench, &morning), STATUS_H01);
	ck_assert(id_equal(bench.finding.with, night.id));
}
END_TEST

START_TEST(zones_are_compared_by_instant)
{
	struct site reunion = *book_site(bench.book, 1);
	struct assignment here = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment there;

	reunion.tz = tz_find(SPAN("Indian/Reunion"));
	bench_change(&bench, KIND_SITE, &reunion);
	bench_has(&bench, &here);
	/* 09:00-12:00 in Paris is 12:00-15:00 there: its morning ends then,
	 * its afternoon from 14:00 on overlaps. */
	there = slot(101, 0, 1, "2026-03-02", PART_A);
	there.activity = ACTIVITY_TLC;
	there.room = 0;
	ck_assert_int_eq(bench_try(&bench, &there), STATUS_H01);
	bench_says(&bench, "2026-03-02T09:00+01:00");
	there = slot(101, 0, 1, "2026-03-02", PART_M);
	there.activity = ACTIVITY_TLC;
	there.room = 0;
	ck_assert_int_eq(bench_try(&bench, &there), STATUS_OK);
}
END_TEST

START_TEST(what_does_not_block_is_not_in_the_way)
{
	struct assignment there = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment a = slot(101, 0, 1, "2026-03-02", PART_M);

	for (unsigned state = 0; state < STATE_COUNT; state++) {
		there.state = (uint8_t)state;
		bench_has(&bench, &there);
		ck_assert_int_eq(bench_try(&bench, &a),
		    state_blocks((enum state)state) ? STATUS_H01 : STATUS_OK);
	}
	/* Nor is what does not block judged itself. */
	there.state = STATE_HELD;
	bench_has(&bench, &there);
	a.state = STATE_CANCELLED;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	a.state = STATE_NOT_HELD;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	/* A change of itself does not stand in its own way. */
	there.activity = ACTIVITY_VAD;
	ck_assert_int_eq(bench_try(&bench, &there), STATUS_OK);
}
END_TEST

START_TEST(a_rotation_is_judged_on_its_end)
{
	struct assignment slots[3];

	for (unsigned i = 0; i < 3; i++) {
		slots[i] =
		    slot(100 + i, (int32_t)i, (int32_t)i, "2026-03-02", PART_M);
		bench_has(&bench, &slots[i]);
	}
	/* Each step alone meets the physician's other half-day. */
	for (unsigned i = 0; i < 3; i++) {
		struct assignment a = slots[i];

		a.physician = (a.physician + 1) % 3;
		ck_assert_int_eq(bench_try(&bench, &a), STATUS_H01);
	}
	for (unsigned first = 0; first < 3; first++) {
		for (unsigned i = 0; i < 3; i++) {
			struct assignment a = slots[(first + i) % 3];

			a.physician = (a.physician + 1) % 3;
			bench_put(&bench, &a, i + 1);
		}
		ck_assert_int_eq(bench_judge(&bench), STATUS_OK);
	}
	/* Two of the three are not enough. */
	for (unsigned i = 0; i < 2; i++) {
		struct assignment a = slots[i];

		a.physician = (a.physician + 1) % 3;
		bench_put(&bench, &a, i + 1);
	}
	ck_assert_int_eq(bench_judge(&bench), STATUS_H01);
	ck_assert_uint_eq(bench.finding.line, 2);
}
END_TEST

START_TEST(the_first_line_and_rule_is_told)
{
	struct assignment there = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment a = slot(101, 0, 0, "2026-03-02", PART_M);
	struct assignment b = slot(102, 1, 0, "2026-03-02", PART_M);
	struct physician retired = *book_physician(bench.book, 2);
	struct assignment c = slot(103, 2, 1, "2026-03-02", PART_M);

	SET(retired.state, "retired");
	bench_change(&bench, KIND_PHYSICIAN, &retired);
	bench_has(&bench, &there);
	/* Line 7 breaks H01 and H03, line 8 breaks H06, line 9 breaks H03. */
	bench_put(&bench, &b, 9);
	bench_put(&bench, &c, 8);
	bench_put(&bench, &a, 7);
	ck_assert_int_eq(bench_judge(&bench), STATUS_H01);
	ck_assert_uint_eq(bench.finding.line, 7);
	bench_put(&bench, &b, 9);
	bench_put(&bench, &c, 8);
	ck_assert_int_eq(bench_judge(&bench), STATUS_H06);
	ck_assert_uint_eq(bench.finding.line, 8);
	/* In whatever order they are put. */
	bench_put(&bench, &a, 7);
	bench_put(&bench, &c, 8);
	bench_put(&bench, &b, 9);
	ck_assert_int_eq(bench_judge(&bench), STATUS_H01);
	ck_assert_uint_eq(bench.finding.line, 7);
	/* On one line the earlier rule, whichever half-day it is about. */
	for (unsigned order = 0; order < 2; order++) {
		bench_put(&bench, order == 0 ? &b : &c, 3);
		bench_put(&bench, order == 0 ? &c : &b, 3);
		ck_assert_int_eq(bench_judge(&bench), STATUS_H06);
		ck_assert(id_equal(bench.finding.slot, c.id));
	}
	/* No rule belongs to this moment yet. */
	bench_put(&bench, &b, 3);
	unit_seal(&bench.unit, bench.book);
	bench.rules.moment = MOMENT_CLOSE;
	ck_assert(rules_judge(
	    bench.book, &bench.rules, &bench.unit, &bench.finding, NULL));
}
END_TEST

START_TEST(physicians_are_active_and_numbered)
{
	struct physician physician = *book_physician(bench.book, 0);
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);

	SET(physician.state, "retired");
	bench_change(&bench, KIND_PHYSICIAN, &physician);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H06);
	bench_says(&bench, " rpps=00000000000 state=retired ");
	SET(physician.state, "active");
	SET(physician.rpps, "1000517314");
	bench_change(&bench, KIND_PHYSICIAN, &physician);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H06);
	bench_says(&bench, " rpps=1000517314 ");
	/* A wrong key is not refused. */
	SET(physician.rpps, "10100050075");
	bench_change(&bench, KIND_PHYSICIAN, &physician);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

START_TEST(travel_needs_its_minutes)
{
	struct assignment morning =
	    slot_between(slot(100, 0, 0, "2026-03-02", PART_M),
		"2026-03-02T09:00+01:00", "2026-03-02T12:00+01:00");
	struct assignment a = slot(101, 0, 1, "2026-03-02", PART_A);

	bench_has(&bench, &morning);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	/* Exactly enough, and a minute less. */
	morning.length = (uint32_t)(a.from - 25 * INT64_C(60) - morning.from);
	bench_has(&bench, &morning);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
	morning.length += 60;
	bench_has(&bench, &morning);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H12);
	ck_assert(id_equal(bench.finding.with, morning.id));
	ck_assert_int_eq(bench.finding.with_site, 0);
	bench_says(&bench,
	    " minutes=10 margin=15 needed=25 available=24 "
	    "from-site=000000000 to-site=000000001 ");
	bench_says(&bench, "works at 000000000 until 2026-03-02 13:36");
	/* Who may not see the other site is not told it, only the interval. */
	bench_print(&bench, LANG_EN, false);
	ck_assert_ptr_null(strstr(bench.printed, " from-site="));
	ck_assert_ptr_null(strstr(bench.printed, " 000000000"));
	ck_assert_ptr_null(strstr(bench.printed, " with="));
	ck_assert_ptr_null(strstr(bench.printed, " site="));
	ck_assert_ptr_nonnull(strstr(bench.printed, "at another site until"));
	ck_assert_ptr_nonnull(strstr(bench.printed, " to-site=000000001 "));
	/* Not at the same place. */
	a.site = 0;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

START_TEST(travel_looks_both_ways)
{
	struct assignment early = slot(100, 0, 0, "2026-03-02", PART_A);
	struct assignment late = slot(101, 0, 0, "2026-03-02", PART_S);
	struct assignment a = slot(102, 0, 1, "2026-03-02", PART_E);

	bench_has(&bench, &late);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H12);
	ck_assert(id_equal(bench.finding.with, late.id));
	bench_says(
	    &bench, " available=0 from-site=000000001 to-site=000000000");
	bench_says(&bench, "works at 000000000 from 2026-03-02 20:00");
	bench_has(&bench, &early);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H12);
	ck_assert(id_equal(bench.finding.with, early.id));
	/* Both gone. */
	early.state = late.state = STATE_CANCELLED;
	bench_has(&bench, &early);
	bench_has(&bench, &late);
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_OK);
}
END_TEST

START_TEST(travel_goes_across_midnight)
{
	struct assignment evening = slot(100, 0, 0, "2026-03-02", PART_S);
	struct assignment night = slot(101, 0, 1, "2026-03-02", PART_N);
	struct assignment morning = slot(102, 0, 0, "2026-03-03", PART_M);

	bench_has(&bench, &evening);
	ck_assert_int_eq(bench_try(&bench, &night), STATUS_H12);
	night.site = 0;
	bench_has(&bench, &night);
	morning = slot_between(
	    morning, "2026-03-03T08:20+01:00", "2026-03-03T12:00+01:00");
	morning.site = 1;
	bench_put(&bench, &morning, 0);
	ck_assert_int_eq(bench_judge(&bench), STATUS_H02);
	morning = slot(102, 0, 1, "2026-03-03", PART_M);
	night.length += 36 * 60;
	bench_has(&bench, &night);
	ck_assert_int_eq(bench_try(&bench, &morning), STATUS_H12);
	bench_says(&bench, " available=24 ");
}
END_TEST

START_TEST(remote_care_takes_no_travel)
{
	struct assignment before = slot(100, 0, 0, "2026-03-02", PART_A);
	struct assignment remote = slot(101, 0, 1, "2026-03-02", PART_E);
	struct assignment after = slot(102, 0, 2, "2026-03-02", PART_S);

	remote.activity = ACTIVITY_TLC;
	remote.room = 0;
	bench_has(&bench, &before);
	ck_assert_int_eq(bench_try(&bench, &remote), STATUS_OK);
	bench_has(&bench, &remote);
	/* It is passed over: before it stands another site, left two hours ago.
	 */
	ck_assert_int_eq(bench_try(&bench, &after), STATUS_OK);
	before.length += 96 * 60;
	remote.state = STATE_CANCELLED;
	bench_has(&bench, &before);
	bench_has(&bench, &remote);
	ck_assert_int_eq(bench_try(&bench, &after), STATUS_H12);
	ck_assert(id_equal(bench.finding.with, before.id));
}
END_TEST

START_TEST(a_site_of_the_unit_is_nobodys_secret)
{
	union after site = {.site = test_site(77)};
	struct assignment a = slot(100, 0, 0, "2026-03-02", PART_M);
	struct assignment b = slot(101, 0, 0, "2026-03-02", PART_M);

	unit_put(&bench.unit, bench.book, KIND_SITE, &site, 1, SPAN(""));
	a.site = unit_find(&bench.unit, bench.book, KIND_SITE, site.entity.id);
	bench_put(&bench, &a, 2);
	bench_put(&bench, &b, 1);
	ck_assert_int_eq(bench_judge(&bench), STATUS_H01);
	ck_assert_int_eq(bench.finding.with_site, REF_NONE);
	bench_says(&bench, "already planned at another site");
	/* Its handle outlives the supposition. */
	b = slot(101, 0, 0, "2026-03-02", PART_A);
	b.from -= 2 * HOUR;
	unit_put(&bench.unit, bench.book, KIND_SITE, &site, 1, SPAN(""));
	bench_put(&bench, &a, 2);
	bench_has(&bench, &b);
	ck_assert_int_eq(bench_judge(&bench), STATUS_H12);
	bench_says(&bench, "from-site=000000077 to-site=000000000");
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("rule");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, every_rule_has_its_sentences);
	tcase_add_test(tcase, an_ordinary_half_day_is_accepted);
	tcase_add_test(tcase, overlap_is_by_clock);
	tcase_add_test(tcase, intervals_that_touch_do_not_overlap);
	tcase_add_test(tcase, an_afternoon_may_overlap_an_evening);
	tcase_add_test(tcase, a_night_reaches_into_the_next_day);
	tcase_add_test(tcase, zones_are_compared_by_instant);
	tcase_add_test(tcase, what_does_not_block_is_not_in_the_way);
	tcase_add_test(tcase, a_rotation_is_judged_on_its_end);
	tcase_add_test(tcase, the_first_line_and_rule_is_told);
	tcase_add_test(tcase, physicians_are_active_and_numbered);
	tcase_add_test(tcase, travel_needs_its_minutes);
	tcase_add_test(tcase, travel_looks_both_ways);
	tcase_add_test(tcase, travel_goes_across_midnight);
	tcase_add_test(tcase, remote_care_takes_no_travel);
	tcase_add_test(tcase, a_site_of_the_unit_is_nobodys_secret);
	tcase_add_test(tcase, warnings_have_an_end);
	return test_main("rule", &tcase, 1);
}
