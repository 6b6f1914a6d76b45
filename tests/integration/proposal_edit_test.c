/* SPDX-License-Identifier: ISC */
/*
 * proposal_edit_test: a proposal that is edited by hand, adopted in parts, and
 * judged by the plan of that moment.
 */
#include "tests/integration/proposal_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

START_TEST(what_changed_meanwhile_is_judged_anew)
{
	const char *answer;
	char *plan;

	bench_begin(2, "rooms=1", "");
	bench_assign(0, 0, 0, "M");
	bench_assign(0, 0, 1, "M");
	bench_assign(1, 1, 1, "M");
	plan = bench_make(0, 6, "done");
	bench_fill(0, 1, 1, "M");
	answer = talk_ask(bench.talk, "plan show plan=%s", plan);
	bench_expect(answer, "ok");
	answer = "";
	for (size_t i = 0; i < talk_count(bench.talk); i++)
		if (line_begins(talk_data(bench.talk, i), "since"))
			answer = talk_data(bench.talk, i);
	ck_assert_msg(line_has(answer, "kind=assignment") &&
		line_has(answer, "changes=1"),
	    "%s", answer);
	answer = talk_ask(bench.talk, "plan adopt plan=%s dry=yes", plan);
	ck_assert_msg(line_has(answer, "adopted=1") &&
		line_has(answer, "refused=2") && line_has(answer, "dry=yes"),
	    "%s", answer);
	ck_assert_int_eq(
	    bench_count("SELECT count(*) FROM rota.assignment"), 1);
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	ck_assert_msg(
	    line_has(answer, "adopted=1") && line_has(answer, "refused=2"),
	    "%s", answer);
	ck_assert_uint_eq(talk_count(bench.talk), 2);
	ck_assert(line_has(talk_data(bench.talk, 0), "number=2"));
	ck_assert(line_has(talk_data(bench.talk, 0), "rule=H01"));
	ck_assert(line_has(talk_data(bench.talk, 1), "rule=H03"));
	/* The words are kept, in both languages. */
	bench_expect(talk_ask(bench.talk, "lang lang=fr"), "ok");
	answer = talk_ask(bench.talk, "plan lines plan=%s state=refused", plan);
	ck_assert_int_eq(line_number(answer, "count"), 2);
	ck_assert_ptr_nonnull(
	    strstr(talk_data(bench.talk, 0), "text=\"le médecin"));
	/* Nothing more is left; and again, once the other is out of the way. */
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	ck_assert_msg(line_has(answer, "adopted=0"), "%s", answer);
	bench_expect(talk_ask(bench.talk,
			 "plan edit plan=%s number=2 state=proposed", plan),
	    "no H01");
	free(plan);
	bench_end();
}
END_TEST

START_TEST(lines_are_put_and_dropped_by_hand)
{
	static const char put[] = "plan edit plan=%s physician=%s site=%s "
				  "day=%s part=%s activity=MT %s";
	const char *answer;
	char *plan;

	bench_begin(2, "rooms=1", "");
	bench_assign(0, 0, 0, "M");
	plan = bench_make(0, 6, "done");
	/* Judged beside the rest of the proposal, and the book. */
	bench_fill(1, 1, 3, "M");
	answer = talk_ask(bench.talk, put, plan, town_rpps(0), town_finess(1),
	    town_day(0), "M", "");
	ck_assert_msg(line_begins(answer, "no H01"), "%s", answer);
	answer = talk_ask(bench.talk, put, plan, town_rpps(1), town_finess(0),
	    town_day(0), "M", "");
	ck_assert_msg(line_begins(answer, "no H03"), "%s", answer);
	answer = talk_ask(bench.talk, put, plan, town_rpps(1), town_finess(0),
	    town_day(3), "M", "");
	ck_assert_msg(line_begins(answer, "no H01"), "%s", answer);
	answer = talk_ask(bench.talk, put, plan, town_rpps(1), town_finess(0),
	    town_day(20), "M", "");
	ck_assert_msg(line_begins(answer, "bad value"), "%s", answer);
	answer = talk_ask(bench.talk, put, plan, town_rpps(1), town_finess(0),
	    town_day(1), "M", "dry=yes");
	ck_assert_msg(line_begins(answer, "ok"), "%s", answer);
	answer = talk_ask(bench.talk, put, plan, town_rpps(1), town_finess(0),
	    town_day(1), "M", "key=5a1ff3e0-6a52-4c39-8f6a-3b1f1d0c9a31");
	ck_assert_msg(line_has(answer, "number=2"), "%s", answer);
	answer = talk_ask(bench.talk, put, plan, town_rpps(1), town_finess(0),
	    town_day(1), "M", "key=5a1ff3e0-6a52-4c39-8f6a-3b1f1d0c9a31");
	ck_assert_msg(
	    line_has(answer, "number=2") && line_has(answer, "replayed=yes"),
	    "%s", answer);
	/* A line that is dropped is out of the way, and may come back. */
	answer = talk_ask(
	    bench.talk, "plan edit plan=%s number=1 state=dropped", plan);
	ck_assert_msg(line_has(answer, "state=dropped"), "%s", answer);
	answer = talk_ask(bench.talk, put, plan, town_rpps(1), town_finess(0),
	    town_day(0), "M", "");
	ck_assert_msg(line_has(answer, "number=3"), "%s", answer);
	answer = talk_ask(
	    bench.talk, "plan edit plan=%s number=1 state=proposed", plan);
	ck_assert_msg(line_begins(answer, "no H03"), "%s", answer);
	bench_expect(talk_ask(bench.talk,
			 "plan edit plan=%s number=9 state=dropped", plan),
	    "no not-found");
	bench_expect(
	    talk_ask(bench.talk, "plan edit plan=%s", plan), "bad missing");
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	ck_assert_msg(line_has(answer, "adopted=2"), "%s", answer);
	bench_expect(talk_ask(bench.talk,
			 "plan edit plan=%s number=3 state=dropped", plan),
	    "no state");
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	ck_assert(line_has(talk_data(bench.talk, 0), "state=adopted"));
	ck_assert(line_has(talk_data(bench.talk, 1), "dropped=1"));
	free(plan);
	bench_end();
}
END_TEST

START_TEST(a_line_that_is_put_twice_at_once_is_put_once)
{
	struct talk *talk[2];
	const char *answer;
	char *plan;

	bench_begin(1, "rooms=1", "");
	bench_daemon(1, "");
	bench_assign(0, 0, 0, "M");
	plan = bench_make(0, 6, "done");
	pgcluster_run(bench.town->sql,
	    "BEGIN; LOCK TABLE rota.plan_line IN SHARE ROW EXCLUSIVE MODE");
	for (unsigned i = 0; i < 2; i++) {
		talk[i] = town_talk(bench.town, i);
		ck_assert(talk_send(talk[i],
		    "plan edit plan=%s physician=%s site=%s day=%s part=A "
		    "activity=MT key=5a1ff3e0-6a52-4c39-8f6a-3b1f1d0c9a44",
		    plan, town_rpps(0), town_finess(0), town_day(1)));
		bench_wait_count(BENCH_BLOCKED, i + 1);
	}
	pgcluster_run(bench.town->sql, "COMMIT");
	for (unsigned i = 0; i < 2; i++) {
		answer = talk_answer(talk[i]);
		bench_expect(answer, "ok");
		ck_assert_int_eq(line_number(answer, "number"), 2);
		ck_assert(line_has(answer, "replayed=yes") == (i == 1));
		talk_free(talk[i]);
	}
	ck_assert_int_eq(bench_count("SELECT count(*) FROM rota.plan_line"), 2);
	free(plan);
	bench_end();
}
END_TEST

START_TEST(a_line_by_hand_is_of_the_plans_scope)
{
	static const char put[] = "plan edit plan=%s physician=%s site=%s "
				  "day=%s part=M activity=MT %s";
	const char *answer;
	char *keys, *plan;

	bench_begin(2, "rooms=1", "");
	bench_expect(talk_ask(bench.talk, "programme put code=P name=P"), "ok");
	bench_expect(talk_ask(bench.talk, "programme put code=Q name=Q"), "ok");
	bench_expect(talk_ask(bench.talk,
			 "enrolment put physician=%s programme=P "
			 "from=2020-01-01",
			 town_rpps(0)),
	    "ok");
	keys = xasprintf("sites=%s programmes=P", town_finess(0));
	plan = bench_start(0, 6, keys);
	ck_assert(line_has(bench_wait(bench.talk, plan), "state=done"));
	answer = talk_ask(bench.talk, put, plan, town_rpps(0), town_finess(1),
	    town_day(0), "programme=P");
	bench_expect(answer, "bad value what=site");
	answer = talk_ask(bench.talk, put, plan, town_rpps(0), town_finess(0),
	    town_day(0), "programme=Q");
	bench_expect(answer, "bad value what=programme");
	answer = talk_ask(bench.talk, put, plan, town_rpps(0), town_finess(0),
	    town_day(0), "");
	bench_expect(answer, "bad value what=programme");
	answer = talk_ask(bench.talk, put, plan, town_rpps(0), town_finess(0),
	    town_day(0), "programme=P");
	ck_assert_msg(line_has(answer, "number=1"), "%s", answer);
	free(keys);
	free(plan);
	bench_end();
}
END_TEST

static void
expect_state(const char *plan, const char *state)
{
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	ck_assert_msg(line_has(talk_data(bench.talk, 0), state), "%s",
	    talk_data(bench.talk, 0));
}

/* Of a draft a rule may say that it could not be published. */
START_TEST(what_is_put_by_hand_brings_its_warnings)
{
	static const char put[] = "plan edit plan=%s physician=%s site=%s "
				  "day=%s part=%s activity=SNP %s";
	const char *answer;
	char *plan;

	bench_begin(2, "rooms=2", "rules-off = H05 H21\n");
	bench_assign(0, 0, 0, "M");
	bench_assign(0, 0, 0, "A");
	plan = bench_make(0, 6, "done");
	answer = talk_ask(bench.talk, put, plan, town_rpps(1), town_finess(0),
	    town_day(0), "M", "");
	bench_expect(answer, "ok");
	ck_assert_ptr_null(strstr(answer, "warning="));
	ck_assert_uint_eq(talk_count(bench.talk), 0);
	for (int dry = 1; dry >= 0; dry--) {
		answer = talk_ask(bench.talk, put, plan, town_rpps(1),
		    town_finess(0), town_day(0), "A", dry ? "dry=yes" : "");
		bench_expect(answer, "ok");
		ck_assert_msg(line_has(answer, "warning=H16"), "%s", answer);
		ck_assert_uint_eq(talk_count(bench.talk), 1);
		ck_assert(line_has(talk_data(bench.talk, 0), "warning=H16"));
		ck_assert(line_has(talk_data(bench.talk, 0), "share=50.0"));
	}
	/* What has nothing to do with it has none. */
	answer = talk_ask(bench.talk,
	    "plan edit plan=%s physician=%s site=%s day=%s part=M activity=MT",
	    plan, town_rpps(1), town_finess(1), town_day(1));
	bench_expect(answer, "ok");
	ck_assert_ptr_null(strstr(answer, "warning="));
	for (int dry = 1; dry >= 0; dry--) {
		answer = talk_ask(bench.talk, "plan adopt plan=%s %s", plan,
		    dry ? "dry=yes" : "");
		ck_assert_msg(line_has(answer, "adopted=5") &&
			line_has(answer, "warning=H16"),
		    "%s", answer);
		ck_assert_uint_eq(talk_count(bench.talk), 1);
		ck_assert(line_has(talk_data(bench.talk, 0), "warning=H16"));
	}
	bench_expect(
	    talk_ask(bench.talk, "plan publish plan=%s", plan), "no H16");
	free(plan);
	bench_end();
}
END_TEST

static void
have_published(unsigned physician, const char *keys)
{
	bench_expect(
	    talk_ask(bench.talk,
		"slot assign physician=%s site=%s day=%s "
		"state=published %s",
		town_rpps(physician), town_finess(0), town_day(0), keys),
	    "ok");
}

/* The share of what is published is too high, and falls: also dry. */
START_TEST(what_is_published_brings_its_warnings)
{
	const char *answer;
	char *plan;

	bench_begin(2, "rooms=2", "rules-off = H05 H21\n");
	have_published(0, "part=M");
	have_published(0, "part=A");
	have_published(1, "part=A activity=SNP");
	answer = talk_ask(bench.talk,
	    "absence put physician=%s from=%s to=%s slots=cancel", town_rpps(0),
	    town_day(0), town_day(0));
	bench_expect(answer, "ok");
	ck_assert_msg(line_has(answer, "warning=H16"), "%s", answer);
	bench_assign(1, 0, 0, "M");
	plan = bench_make(0, 6, "done");
	bench_expect(talk_ask(bench.talk, "plan adopt plan=%s", plan), "ok");
	for (int dry = 1; dry >= 0; dry--) {
		answer = talk_ask(bench.talk, "plan publish plan=%s %s", plan,
		    dry ? "dry=yes" : "");
		ck_assert_msg(line_has(answer, "published=1") &&
			line_has(answer, "warning=H16"),
		    "%s", answer);
		ck_assert_uint_eq(talk_count(bench.talk), 1);
		ck_assert(line_has(talk_data(bench.talk, 0), "warning=H16"));
	}
	free(plan);
	bench_end();
}
END_TEST

START_TEST(what_was_agreed_on_by_phone_is_put_by_hand)
{
	static const char put[] = "plan edit plan=%s physician=%s site=%s "
				  "day=%s part=A activity=MT %s";
	const char *answer;
	char *plan;

	bench_begin(1, "rooms=1", "rules-off = H05 H16\n");
	bench_expect(talk_ask(bench.talk,
			 "availability put physician=%s kind=available "
			 "pattern=\"mon M\" from=%s",
			 town_rpps(0), town_day(0)),
	    "ok");
	bench_assign(0, 0, 0, "M");
	plan = bench_make(0, 6, "done");
	answer = talk_ask(bench.talk, put, plan, town_rpps(0), town_finess(0),
	    town_day(0), "");
	ck_assert_msg(line_begins(answer, "no H21"), "%s", answer);
	answer = talk_ask(bench.talk, put, plan, town_rpps(0), town_finess(0),
	    town_day(0), "agreed=perhaps");
	ck_assert_msg(line_begins(answer, "bad value"), "%s", answer);
	answer = talk_ask(bench.talk, put, plan, town_rpps(0), town_finess(0),
	    town_day(0), "agreed=phone");
	ck_assert_msg(line_has(answer, "number=2"), "%s", answer);
	bench_expect(talk_ask(bench.talk, "plan lines plan=%s", plan), "ok");
	ck_assert_ptr_null(strstr(talk_data(bench.talk, 0), "agreed="));
	ck_assert(line_has(talk_data(bench.talk, 1), "agreed=phone"));
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	ck_assert_msg(line_has(answer, "adopted=2"), "%s", answer);
	ck_assert_int_eq(bench_count("SELECT count(*) FROM rota.assignment"
				     " WHERE agreed = 'phone'"),
	    1);
	free(plan);
	bench_end();
}
END_TEST

START_TEST(adopted_is_what_was_adopted)
{
	const char *answer;
	char *plan;

	bench_begin(1, "rooms=1", "");
	bench_assign(0, 0, 0, "M");
	plan = bench_make(0, 6, "done");
	bench_expect(talk_ask(bench.talk,
			 "plan edit plan=%s number=1 state=dropped", plan),
	    "ok");
	expect_state(plan, "state=done");
	bench_expect(talk_ask(bench.talk,
			 "plan edit plan=%s number=1 state=proposed", plan),
	    "ok");
	/* Ended by request: it is so until all of it is adopted, and again
	 * once there is more to adopt. */
	ck_assert_int_eq(bench_count("UPDATE rota.plan SET state = 'cancelled',"
				     " stop = true RETURNING 1"),
	    1);
	bench_expect(talk_ask(bench.talk,
			 "plan edit plan=%s physician=%s site=%s day=%s part=A "
			 "activity=MT",
			 plan, town_rpps(0), town_finess(0), town_day(0)),
	    "ok");
	expect_state(plan, "state=cancelled");
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	ck_assert_msg(line_has(answer, "adopted=2"), "%s", answer);
	expect_state(plan, "state=adopted");
	bench_expect(talk_ask(bench.talk,
			 "plan edit plan=%s physician=%s site=%s day=%s part=M "
			 "activity=MT",
			 plan, town_rpps(0), town_finess(0), town_day(1)),
	    "ok");
	expect_state(plan, "state=cancelled");
	free(plan);
	bench_end();
}
END_TEST

START_TEST(a_part_of_a_plan_is_adopted)
{
	const char *answer;
	char *plan;

	bench_begin(1, "rooms=1", "");
	bench_expect(
	    talk_ask(bench.talk, "territory put code=T kind=cpts"), "ok");
	bench_expect(talk_ask(bench.talk, "site put finess=%s territory=T",
			 town_finess(0)),
	    "ok");
	bench_assign(0, 0, 0, "M");
	bench_assign(0, 0, 7, "M");
	plan = bench_make(0, 13, "done");
	answer = talk_ask(bench.talk, "plan adopt plan=%s week=%s territory=T",
	    plan, town_day(9));
	ck_assert_msg(line_has(answer, "adopted=1"), "%s", answer);
	ck_assert_int_eq(
	    bench_count("SELECT count(*) FROM rota.assignment"), 1);
	answer = talk_ask(bench.talk, "plan list state=done");
	ck_assert_int_eq(line_number(answer, "count"), 1);
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	ck_assert_msg(line_has(answer, "adopted=1"), "%s", answer);
	answer = talk_ask(
	    bench.talk, "plan publish plan=%s week=%s", plan, town_day(0));
	ck_assert_msg(line_has(answer, "published=1"), "%s", answer);
	free(plan);
	bench_end();
}
END_TEST

START_TEST(what_is_replaced_by_what_is_refused_stays)
{
	const char *answer;
	char *plan, *slot;

	bench_begin(2, "rooms=1", "");
	bench_fill(0, 0, 0, "M");
	slot =
	    pgcluster_text(bench.town->sql, "SELECT id FROM rota.assignment");
	bench_line("drop slot=%s", slot);
	bench_assign(0, 1, 0, "M");
	plan = bench_make(0, 6, "done");
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	ck_assert(line_has(talk_data(bench.talk, 1), "moved=1"));
	bench_expect(talk_ask(bench.talk, "plan lines plan=%s", plan), "ok");
	ck_assert_uint_eq(talk_count(bench.talk), 2);
	ck_assert(strstr(talk_data(bench.talk, 0), "moved=") == NULL);
	ck_assert(line_has(talk_data(bench.talk, 1), "moved=1"));
	bench_fill(1, 1, 0, "M"); /* has the room now */
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	ck_assert_msg(
	    line_has(answer, "adopted=0") && line_has(answer, "refused=2"),
	    "%s", answer);
	ck_assert_int_eq(bench_count("SELECT count(*) FROM rota.assignment"
				     " WHERE state = 'draft'"),
	    2);
	free(slot);
	free(plan);
	bench_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("proposal_edit");
	TCase *tcase = tcase_create("edit");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, what_changed_meanwhile_is_judged_anew);
	tcase_add_test(tcase, lines_are_put_and_dropped_by_hand);
	tcase_add_test(tcase, a_line_that_is_put_twice_at_once_is_put_once);
	tcase_add_test(tcase, a_line_by_hand_is_of_the_plans_scope);
	tcase_add_test(tcase, what_is_put_by_hand_brings_its_warnings);
	tcase_add_test(tcase, what_is_published_brings_its_warnings);
	tcase_add_test(tcase, what_was_agreed_on_by_phone_is_put_by_hand);
	tcase_add_test(tcase, adopted_is_what_was_adopted);
	tcase_add_test(tcase, a_part_of_a_plan_is_adopted);
	tcase_add_test(tcase, what_is_replaced_by_what_is_refused_stays);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
