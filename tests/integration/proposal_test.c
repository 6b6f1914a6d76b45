/* SPDX-License-Identifier: ISC */
/*
 * proposal_test: from a job of the planner to a published plan.
 */
#include "tests/integration/proposal_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 30000 };

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
	ck_assert_int_eq(
	    bench_count("SELECT count(*) FROM rota.assignment"), 0);
	answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
	ck_assert_msg(line_has(answer, "adopted=3"), "%s", answer);
	ck_assert_int_eq(bench_count("SELECT count(*) FROM rota.assignment"
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

/* A plan may get no better for long: how far the planner has come is told all
 * the same. */
START_TEST(phases_are_told_while_the_cost_stays)
{
	const char *line;
	char *plan;

	bench_begin(1, "rooms=1", "");
	bench_planner("echo progress phase=1 cost=300 bound=100 time=0.1\n"
		      "while [ ! -e $dir/go ]; do\n"
		      "	echo progress phase=7 cost=300 bound=100 time=0.2\n"
		      "	sleep 0.05\n"
		      "done\n" BENCH_GIVES);
	plan = bench_start(0, 6, "");
	bench_expect(talk_ask(bench.talk, "plan watch plan=%s", plan), "ok");
	do {
		line = talk_push(bench.talk, "plan", WAIT_MS);
		ck_assert_ptr_nonnull(line);
		ck_assert_msg(!line_has(line, "state=done"), "%s", line);
	} while (!line_has(line, "phases=7"));
	bench_go();
	line = bench_wait(bench.talk, plan);
	ck_assert_msg(line_has(line, "state=done"), "%s", line);
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
	ck_assert_int_eq(
	    bench_count("SELECT count(*) FROM rota.assignment"), 1);
	free(first);
	free(again);
	bench_end();
}
END_TEST

/* The one that comes second has the answer of the first. */
START_TEST(a_request_that_is_sent_twice_at_once_is_done_once)
{
	static const char key[] = "key=5a1ff3e0-6a52-4c39-8f6a-3b1f1d0c9a43";
	struct talk *talk[2];
	const char *answer;
	char *plan[2];
	int replayed = 0;

	bench_begin(1, "rooms=1", "");
	bench_daemon(1, "");
	pgcluster_run(bench.town->sql,
	    "BEGIN; LOCK TABLE rota.plan IN SHARE ROW EXCLUSIVE MODE");
	for (unsigned i = 0; i < 2; i++) {
		talk[i] = town_talk(bench.town, i);
		ck_assert(talk_send(talk[i], "plan start from=%s to=%s %s",
		    town_day(0), town_day(6), key));
		bench_wait_count(BENCH_BLOCKED, i + 1);
	}
	pgcluster_run(bench.town->sql, "COMMIT");
	for (unsigned i = 0; i < 2; i++) {
		answer = talk_answer(talk[i]);
		bench_expect(answer, "ok");
		replayed += line_has(answer, "replayed=yes");
		plan[i] = line_value(answer, "plan");
	}
	ck_assert_str_eq(plan[0], plan[1]);
	ck_assert_int_eq(replayed, 1);
	(void)bench_wait(bench.talk, plan[0]);
	ck_assert_int_eq(bench_count("SELECT count(*) FROM rota.plan"), 1);
	for (unsigned i = 0; i < 2; i++) {
		talk_free(talk[i]);
		free(plan[i]);
	}
	bench_end();
}
END_TEST

START_TEST(a_plan_that_may_move_takes_away_what_it_replaces)
{
	const char *answer;
	char *plan, *slot;

	bench_begin(2, "rooms=1", "");
	bench_fill(0, 0, 0, "M");
	bench_fill(1, 1, 0, "M");
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
	ck_assert_int_eq(bench_count("SELECT count(*) FROM rota.assignment"
				     " WHERE state = 'draft'"),
	    2);
	ck_assert_int_eq(bench_count("SELECT count(*) FROM rota.assignment"
				     " WHERE state = 'cancelled'"),
	    1);
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
	static const char *const wrong[] = {"territories=\"\"", "sites=\"\"",
	    "seconds=0", "phases=0", "threads=0", "territories=,", "sites=x,",
	    "programmes=,x"};
	const char *answer;
	char *plan, *again, *keys, *later;

	bench_begin(1, "rooms=1", "planner-threads = 2\n");
	bench_expect(
	    talk_ask(bench.talk, "weight put term=dislike from=%s value=9",
		town_day(3)),
	    "ok");
	bench_expect(
	    talk_ask(bench.talk, "plan start from=%s to=%s weights=joy:4",
		town_day(0), town_day(6)),
	    "bad value");
	bench_expect(talk_ask(bench.talk, "plan start from=%s to=%s threads=3",
			 town_day(0), town_day(6)),
	    "no limit");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		bench_expect(talk_ask(bench.talk, "plan start from=%s to=%s %s",
				 town_day(0), town_day(6), wrong[i]),
		    "bad value");
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
	/* Also where another one begins within the plan. */
	later = xasprintf("from=%s", town_day(3));
	ck_assert(instance_has("weight ", later, "value=300"));
	ck_assert(instance_has("variant ", "name=fill", ""));
	answer = talk_ask(bench.talk, "plan show plan=%s", again);
	bench_expect(answer, "ok");
	ck_assert(
	    line_has(talk_data(bench.talk, 0), "weights=travel:4,dislike:300"));
	free(later);
	free(keys);
	free(plan);
	free(again);
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
	bench_fill(0, 0, 0, "M");
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
	ck_assert_int_eq(bench_count("SELECT count(*) FROM rota.plan"
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
	ck_assert_int_eq(bench_count("SELECT count(*) FROM rota.plan"
				     " WHERE max_gap IS NULL"),
	    1);
	bench_expect(talk_ask(bench.talk, "plan start from=%s to=%s gap=1.",
			 town_day(0), town_day(6)),
	    "bad value what=gap");
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
	tcase_add_test(flow, phases_are_told_while_the_cost_stays);
	tcase_add_test(flow, a_request_that_is_sent_again_is_done_once);
	tcase_add_test(flow, a_plan_that_may_move_takes_away_what_it_replaces);
	tcase_add_test(flow, a_request_that_is_sent_twice_at_once_is_done_once);
	tcase_add_test(flow, a_planner_is_told_what_is_wanted);
	tcase_add_test(flow, a_plan_says_what_it_does_for_sites_and_zones);
	tcase_add_test(flow, a_cost_may_be_below_nothing);
	tcase_add_test(flow, a_plan_that_is_not_what_it_says_is_told);
	tcase_add_test(flow, no_gap_and_a_gap_of_nothing_are_two_things);
	suite_add_tcase(suite, flow);
	return suite;
}

int
main(void)
{
	return bench_run(suite());
}
