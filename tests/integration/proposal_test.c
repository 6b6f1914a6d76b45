/* SPDX-License-Identifier: ISC */
/*
 * proposal_test: from a job of the planner to a published plan.
 */
#include "tests/integration/proposal_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

static long long
count(const char *sql)
{
	return pgcluster_number(bench.town->sql, "%s", sql);
}

START_TEST(a_plan_is_made_adopted_and_published)
{
	const char *answer;
	char *plan, *instance;

	bench_begin(2, "rooms=1", "");
	bench_assign(0, 0, 0, "M");
	bench_assign(0, 0, 0, "A");
	bench_assign(1, 1, 0, "M");
	bench_line("term term=S05 points=40");
	plan = bench_make(0, 6, "done");
	instance = bench_instance();
	ck_assert_ptr_nonnull(strstr(instance, "instance version=1 facts=yes"));
	ck_assert_ptr_nonnull(strstr(instance, "\nvariant name=fill\n"));
	free(instance);
	answer = talk_ask(bench.talk, "plan show plan=%s", plan);
	bench_expect(answer, "ok");
	ck_assert(line_has(talk_data(bench.talk, 0), "cost=120"));
	ck_assert(line_has(talk_data(bench.talk, 0), "bound-gap=16.667"));
	ck_assert(line_has(talk_data(bench.talk, 1), "proposed=3"));
	ck_assert(line_begins(talk_data(bench.talk, 2), "proof checked=yes"));
	answer = talk_ask(bench.talk, "plan lines plan=%s", plan);
	bench_expect(answer, "ok");
	ck_assert_uint_eq(talk_count(bench.talk), 3);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"), 0);
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	ck_assert_msg(line_has(answer, "adopted=3"), "%s", answer);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"
			       " WHERE state = 'draft'"),
	    3);
	answer = talk_ask(bench.talk, "plan publish plan=%s", plan);
	ck_assert_msg(line_has(answer, "published=3"), "%s", answer);
	answer = talk_ask(bench.talk, "plan list state=adopted");
	ck_assert_int_eq(line_number(answer, "count"), 1);
	free(plan);
	bench_end();
}
END_TEST

/* A half-day of the kit's people, by hand. */
static void
assign(unsigned physician, unsigned site, int day, const char *part)
{
	bench_expect(
	    talk_ask(bench.talk,
		"slot assign physician=%s site=%s day=%s part=%s",
		town_rpps(physician), town_finess(site), town_day(day), part),
	    "ok");
}

START_TEST(what_changed_meanwhile_is_judged_anew)
{
	const char *answer;
	char *plan;

	bench_begin(2, "rooms=1", "");
	bench_assign(0, 0, 0, "M");
	bench_assign(0, 0, 1, "M");
	bench_assign(1, 1, 1, "M");
	plan = bench_make(0, 6, "done");
	assign(0, 1, 1, "M");
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
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"), 1);
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
	assign(1, 1, 3, "M");
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

START_TEST(a_request_that_is_sent_again_is_done_once)
{
	static const char key[] = "key=5a1ff3e0-6a52-4c39-8f6a-3b1f1d0c9a41";
	const char *answer;
	char *first, *again;

	bench_begin(1, "rooms=1", "");
	bench_assign(0, 0, 0, "M");
	first = bench_start(0, 6, key);
	again = bench_start(0, 6, key);
	ck_assert_str_eq(first, again);
	bench_expect(talk_ask(bench.talk, "plan start from=%s to=%s %s",
			 town_day(0), town_day(5), key),
	    "bad key-reused");
	(void)bench_wait(bench.talk, first);
	ck_assert_int_eq(
	    line_number(talk_ask(bench.talk, "plan list"), "count"), 1);
	for (int i = 0; i < 2; i++) {
		answer = talk_ask(bench.talk,
		    "plan adopt plan=%s key=5a1ff3e0-6a52-4c39-8f6a-"
		    "3b1f1d0c9a42",
		    first);
		ck_assert_msg(line_has(answer, "adopted=1"), "%s", answer);
		ck_assert(line_has(answer, "replayed=yes") == (i == 1));
	}
	/* Without a key it is done once all the same. */
	answer = talk_ask(bench.talk, "plan adopt plan=%s", first);
	ck_assert_msg(line_has(answer, "adopted=0"), "%s", answer);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"), 1);
	free(first);
	free(again);
	bench_end();
}
END_TEST

START_TEST(a_plan_that_may_move_takes_away_what_it_replaces)
{
	const char *answer;
	char *plan, *slot;

	bench_begin(2, "rooms=1", "");
	assign(0, 0, 0, "M");
	assign(1, 1, 0, "M");
	slot = pgcluster_text(bench.town->sql,
	    "SELECT a.id FROM rota.assignment a JOIN rota.physician p"
	    " ON p.id = a.physician WHERE p.rpps = '%s'",
	    town_rpps(0));
	bench_line("drop slot=%s", slot);
	bench_assign(0, 1, 0, "A");
	bench_assign(1, 1, 0, "M"); /* stays */
	plan = bench_start(0, 6, "variant=free");
	ck_assert(line_has(bench_wait(bench.talk, plan), "lines=2"));
	answer = talk_ask(bench.talk, "plan show plan=%s", plan);
	bench_expect(answer, "ok");
	ck_assert(line_has(talk_data(bench.talk, 1), "cancels=1"));
	ck_assert(line_has(talk_data(bench.talk, 1), "kept=1"));
	ck_assert(line_has(talk_data(bench.talk, 1), "moved=0"));
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	ck_assert_msg(line_has(answer, "adopted=2"), "%s", answer);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"
			       " WHERE state = 'draft'"),
	    2);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"
			       " WHERE state = 'cancelled'"),
	    1);
	free(slot);
	free(plan);
	bench_end();
}
END_TEST

START_TEST(what_is_replaced_by_what_is_refused_stays)
{
	const char *answer;
	char *plan, *slot;

	bench_begin(2, "rooms=1", "");
	assign(0, 0, 0, "M");
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
	assign(1, 1, 0, "M"); /* has the room now */
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	ck_assert_msg(
	    line_has(answer, "adopted=0") && line_has(answer, "refused=2"),
	    "%s", answer);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"
			       " WHERE state = 'draft'"),
	    2);
	free(slot);
	free(plan);
	bench_end();
}
END_TEST

/* The line of the instance that holds all these words. */
static bool
instance_has(const char *a, const char *b, const char *c)
{
	char *text = bench_instance(), *line, *rest = text;
	bool found = false;

	while (!found && (line = strsep(&rest, "\n")) != NULL)
		found = strstr(line, a) == line && strstr(line, b) != NULL &&
		    strstr(line, c) != NULL;
	free(text);
	return found;
}

START_TEST(a_planner_is_told_what_is_wanted)
{
	const char *answer;
	char *plan, *again, *keys;

	bench_begin(1, "rooms=1", "planner-threads = 2\n");
	bench_expect(
	    talk_ask(bench.talk, "plan start from=%s to=%s weights=joy:4",
		town_day(0), town_day(6)),
	    "bad value");
	bench_expect(talk_ask(bench.talk, "plan start from=%s to=%s threads=3",
			 town_day(0), town_day(6)),
	    "no limit");
	bench_assign(0, 0, 0, "M");
	plan = bench_make(0, 6, "done");
	bench_expect(talk_ask(bench.talk,
			 "plan edit plan=%s number=1 state=dropped", plan),
	    "ok");
	bench_expect(talk_ask(bench.talk,
			 "plan edit plan=%s physician=%s site=%s day=%s part=A "
			 "activity=MT",
			 plan, town_rpps(0), town_finess(0), town_day(1)),
	    "ok");
	keys = xasprintf("plan=%s weights=travel:4,dislike:300 phases=7 "
			 "gap=1.25 seed=9 threads=1",
	    plan);
	again = bench_start(0, 6, keys);
	ck_assert(line_has(bench_wait(bench.talk, again), "state=done"));
	ck_assert(instance_has("lock ", "part=M", "state=forbid"));
	ck_assert(instance_has("lock ", "part=A", "state=keep"));
	ck_assert(instance_has("weight ", "term=travel", "value=4"));
	ck_assert(instance_has("weight ", "term=dislike", "value=300"));
	ck_assert(instance_has("variant ", "name=fill", ""));
	answer = talk_ask(bench.talk, "plan show plan=%s", again);
	bench_expect(answer, "ok");
	ck_assert(
	    line_has(talk_data(bench.talk, 0), "weights=travel:4,dislike:300"));
	free(keys);
	free(plan);
	free(again);
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
	ck_assert_int_eq(count("SELECT count(*) FROM rota.assignment"), 1);
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

START_TEST(a_plan_says_what_it_does_for_sites_and_zones)
{
	const char *answer;
	unsigned found = 0;
	char *plan;

	bench_begin(1, "rooms=2", "");
	bench_expect(talk_ask(bench.talk, "site put finess=%s commune=16106",
			 town_finess(0)),
	    "ok");
	bench_expect(talk_ask(bench.talk,
			 "zone put commune=16106 kind=gp class=ZIP "
			 "from=2020-01-01"),
	    "ok");
	bench_expect(talk_ask(bench.talk,
			 "need put site=%s pattern=\"mon-wed M\" from=%s",
			 town_finess(0), town_day(0)),
	    "ok");
	bench_expect(talk_ask(bench.talk, "physician put rpps=%s specialty=MG",
			 town_rpps(0)),
	    "ok");
	assign(0, 0, 0, "M");
	bench_assign(0, 0, 1, "M");
	bench_line("term term=S05 points=44");
	plan = bench_make(0, 6, "done");
	answer = talk_ask(bench.talk, "plan show plan=%s", plan);
	bench_expect(answer, "ok");
	for (size_t i = 0; i < talk_count(bench.talk); i++) {
		const char *line = talk_data(bench.talk, i);

		if (line_begins(line, "term")) {
			ck_assert_ptr_nonnull(strstr(line, "travel"));
			found |= 1;
		}
		if (!line_begins(line, "zone") && !line_begins(line, "site"))
			continue;
		ck_assert_msg(line_has(line, "zone=ZIP") &&
			line_has(line, "need=3") &&
			line_has(line, "filled=1") &&
			line_has(line, "planned=2"),
		    "%s", line);
		found |= line_begins(line, "zone") ? 2 : 4;
	}
	ck_assert_uint_eq(found, 7);
	free(plan);
	bench_end();
}
END_TEST

/* The plan with these figures, as plan show tells of it. */
static const char *
show_of(const char *figures, const char *more)
{
	const char *line;
	char *plan;

	bench_figures(figures);
	bench_assign(0, 0, 0, "M");
	if (more != NULL)
		bench_line("%s", more);
	plan = bench_make(0, 6, "done");
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	free(plan);
	line = talk_data(bench.talk, 0);
	return line;
}

START_TEST(a_cost_may_be_below_nothing)
{
	const char *line;

	bench_begin(1, "rooms=1", "");
	line = show_of("cost=-40 bound=-50", NULL);
	ck_assert_msg(line_has(line, "cost=-40") &&
		line_has(line, "bound=-50") &&
		line_has(line, "bound-gap=25.000"),
	    "%s", line);
	line = show_of("cost=-1 bound=-1", NULL);
	ck_assert_msg(
	    line_has(line, "cost=-1") && line_has(line, "bound-gap=0.000"),
	    "%s", line);
	/* No part of nothing. */
	line = show_of("cost=0 bound=-3", NULL);
	ck_assert_msg(
	    line_has(line, "bound=-3") && strstr(line, "bound-gap") == NULL,
	    "%s", line);
	line = show_of("cost=0 bound=0", "end lines=5");
	ck_assert_msg(line_has(line, "bound-gap=0.000"), "%s", line);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.plan"
			       " WHERE cost IS NULL OR bound IS NULL"),
	    0);
	bench_end();
}
END_TEST

START_TEST(a_plan_that_is_not_what_it_says_is_told)
{
	bench_begin(1, "rooms=1", "");
	(void)show_of("cost=9 bound=9", "# wrong");
	ck_assert_msg(line_begins(talk_data(bench.talk, 2), "proof checked=no"),
	    "%s", talk_data(bench.talk, 2));
	bench_end();
}
END_TEST

START_TEST(no_gap_and_a_gap_of_nothing_are_two_things)
{
	char *plan;

	bench_begin(1, "rooms=1", "");
	plan = bench_start(0, 6, "gap=0");
	ck_assert(line_has(bench_wait(bench.talk, plan), "state=done"));
	ck_assert(bench_was_told("--gap 0.000 "));
	free(plan);
	plan = bench_start(0, 6, "");
	ck_assert(line_has(bench_wait(bench.talk, plan), "state=done"));
	ck_assert(!bench_was_told("--gap"));
	free(plan);
	ck_assert_int_eq(count("SELECT count(*) FROM rota.plan"
			       " WHERE max_gap IS NULL"),
	    1);
	bench_expect(talk_ask(bench.talk, "plan start from=%s to=%s gap=1.",
			 town_day(0), town_day(6)),
	    "bad value what=gap");
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
	ck_assert_int_eq(count("UPDATE rota.plan SET state = 'cancelled',"
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

static Suite *
suite(void)
{
	Suite *suite = suite_create("proposal");
	TCase *flow = tcase_create("flow");

	tcase_set_timeout(flow, 120);
	tcase_add_test(flow, a_plan_is_made_adopted_and_published);
	tcase_add_test(flow, what_changed_meanwhile_is_judged_anew);
	tcase_add_test(flow, lines_are_put_and_dropped_by_hand);
	tcase_add_test(flow, a_request_that_is_sent_again_is_done_once);
	tcase_add_test(flow, a_plan_that_may_move_takes_away_what_it_replaces);
	tcase_add_test(flow, what_is_replaced_by_what_is_refused_stays);
	tcase_add_test(flow, a_planner_is_told_what_is_wanted);
	tcase_add_test(flow, a_part_of_a_plan_is_adopted);
	tcase_add_test(flow, a_plan_says_what_it_does_for_sites_and_zones);
	tcase_add_test(flow, a_cost_may_be_below_nothing);
	tcase_add_test(flow, a_plan_that_is_not_what_it_says_is_told);
	tcase_add_test(flow, no_gap_and_a_gap_of_nothing_are_two_things);
	tcase_add_test(flow, a_line_by_hand_is_of_the_plans_scope);
	tcase_add_test(flow, adopted_is_what_was_adopted);
	suite_add_tcase(suite, flow);
	return suite;
}

int
main(void)
{
	return bench_run(suite());
}
