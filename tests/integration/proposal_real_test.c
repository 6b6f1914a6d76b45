/* SPDX-License-Identifier: ISC */
/*
 * proposal_real_test: small regions with the planner itself, all rules judged:
 * what it proposes is adopted and published without one refusal.
 */
#include "tests/integration/region_kit.h"

#include <stdio.h>
#include <stdlib.h>

/* Adopts and publishes all of it: nothing is refused. */
static void
take_it(const char *plan, long long lines)
{
	const char *answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);

	for (size_t i = 0; i < talk_count(bench.talk); i++)
		printf("%s\n", talk_data(bench.talk, i));
	(void)fflush(stdout); /* a failed check does not */
	ck_assert_msg(line_has(answer, "refused=0"), "%s", answer);
	ck_assert_msg(line_number(answer, "adopted") == lines, "%s", answer);
	answer = talk_ask(bench.talk, "plan publish plan=%s", plan);
	for (size_t i = 0; i < talk_count(bench.talk); i++)
		printf("%s\n", talk_data(bench.talk, i));
	bench_expect(answer, "ok");
}

static char *
make(const char *keys, long long *lines)
{
	char *plan = bench_start(0, REGION_DAYS, keys);
	const char *line = bench_wait(bench.talk, plan);

	ck_assert_msg(line_has(line, "state=done"), "%s", line);
	*lines = line_number(line, "lines");
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	ck_assert_msg(line_has(talk_data(bench.talk, 2), "checked=yes"), "%s",
	    talk_data(bench.talk, 2));
	return plan;
}

START_TEST(a_region_is_filled_without_a_refusal)
{
	long long lines;
	char *plan;

	region_begin(0);
	plan = make("phases=5", &lines);
	ck_assert_int_gt(lines, 20);
	take_it(plan, lines);
	free(plan);
	/* A second plan finds nothing to do, or only what the first left. */
	plan = make("phases=2", &lines);
	take_it(plan, lines);
	free(plan);
	bench_end();
}
END_TEST

START_TEST(a_region_is_filled_territory_by_territory)
{
	long long lines;
	char *plan;

	region_begin(0);
	plan = make("phases=3 territories=T0", &lines);
	take_it(plan, lines);
	free(plan);
	plan = make("phases=3 territories=T1 programmes=P", &lines);
	take_it(plan, lines);
	free(plan);
	bench_end();
}
END_TEST

/* Care from elsewhere needs no authorisation: who has nothing to do with the
 * places of a plan may be proposed, and is busy at others. */
static void
begin_apart(void)
{
	bench_begin(2, "rooms=1 lat=45.6 lon=0.1", REGION_RULES);
	bench_tell("availability put physician=%s kind=available "
		   "pattern=\"mon-fri MA\" from=%s",
	    town_rpps(0), town_day(0));
	bench_tell("authorisation put physician=%s site=%s kind=mission "
		   "from=2020-01-01",
	    town_rpps(0), town_finess(1));
	bench_tell("slot assign physician=%s site=%s day=%s part=M "
		   "state=published",
	    town_rpps(0), town_finess(1), town_day(0));
	bench_tell("need put site=%s pattern=\"mon-fri MA\" activity=TLC "
		   "from=%s",
	    town_finess(0), town_day(0));
}

START_TEST(who_is_busy_elsewhere_is_not_called_on)
{
	char keys[80];
	long long lines;
	char *plan;

	begin_apart();
	/* One that is named twice counts once. */
	(void)snprintf(keys, sizeof(keys), "phases=2 sites=%s,%s",
	    town_finess(0), town_finess(0));
	plan = make(keys, &lines);
	ck_assert_int_gt(lines, 0);
	take_it(plan, lines);
	free(plan);
	bench_end();
}
END_TEST

/* A coordinator is proposed nobody whom the account may not plan, and everybody
 * whom it may. */
START_TEST(who_is_none_of_hers_is_not_proposed)
{
	struct talk *all, *hers;
	char keys[80], *plan, *token;
	long long lines;

	begin_apart();
	(void)snprintf(keys, sizeof(keys), "role=coordinator scope=site:%s",
	    town_finess(0));
	token = daemon_token(bench.town->daemon[0], keys);
	hers = talk_open_port(daemon_port(bench.town->daemon[0]));
	bench_expect(talk_ask(hers, "auth token=%s", token), "ok");
	all = bench.talk;
	bench.talk = hers;
	plan = make("phases=2", &lines);
	ck_assert_int_eq(lines, 0);
	free(plan);
	bench.talk = all;
	bench_tell("authorisation put physician=%s site=%s kind=mission "
		   "from=2020-01-01",
	    town_rpps(0), town_finess(0));
	bench.talk = hers;
	plan = make("phases=2", &lines);
	ck_assert_int_gt(lines, 0);
	take_it(plan, lines);
	bench.talk = all;
	free(plan);
	free(token);
	talk_free(hers);
	bench_end();
}
END_TEST

/* What is published may move, and what was a draft. */
static void
plan_anew(uint64_t seed, bool published)
{
	const char *answer;
	long long lines;
	char *plan;

	region_begin(seed);
	plan = make("phases=3", &lines);
	if (published) {
		take_it(plan, lines);
	} else {
		answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
		ck_assert_msg(line_has(answer, "refused=0"), "%s", answer);
	}
	free(plan);
	bench_tell("absence put physician=%s from=%s to=%s slots=cancel",
	    town_rpps(0), town_day(7), town_day(9));
	bench_tell("weight put term=keep from=%s value=0", town_day(0));
	bench_tell("weight put term=add from=%s value=0", town_day(0));
	bench_tell("availability put physician=%s kind=unavailable "
		   "pattern=\"thu MAS\" from=%s",
	    town_rpps(1), town_day(0));
	plan = make("phases=3 variant=free", &lines);
	ck_assert_int_gt(lines, 0);
	take_it(plan, lines);
	free(plan);
	bench_end();
}

START_TEST(a_region_is_planned_anew)
{
	plan_anew(0, false);
}
END_TEST

START_TEST(a_published_region_is_planned_anew)
{
	plan_anew(0, true);
}
END_TEST

/* A region in which all care but the unscheduled leaves some sites and other
 * such comes: their share is too high only in between. */
START_TEST(what_moves_may_break_a_share_in_between)
{
	plan_anew(102, true);
}
END_TEST

START_TEST(nothing_to_plan_is_a_plan)
{
	long long lines;
	char *plan;

	bench_begin(1, "rooms=1", REGION_RULES);
	plan = make("phases=2", &lines);
	ck_assert_int_eq(lines, 0);
	free(plan);
	bench_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("proposal_real");
	TCase *tcase = tcase_create("regions");

	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, a_region_is_filled_without_a_refusal);
	tcase_add_test(tcase, a_region_is_filled_territory_by_territory);
	tcase_add_test(tcase, who_is_busy_elsewhere_is_not_called_on);
	tcase_add_test(tcase, who_is_none_of_hers_is_not_proposed);
	tcase_add_test(tcase, a_region_is_planned_anew);
	tcase_add_test(tcase, a_published_region_is_planned_anew);
	tcase_add_test(tcase, what_moves_may_break_a_share_in_between);
	tcase_add_test(tcase, nothing_to_plan_is_a_plan);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
