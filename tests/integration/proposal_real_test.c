/* SPDX-License-Identifier: ISC */
/*
 * proposal_real_test: small regions with the planner itself, all rules judged:
 * what it proposes is adopted and published without one refusal.
 */
#include "tests/integration/proposal_kit.h"

#include "daemon/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SITES = 5, PEOPLE = 6, DAYS = 13 };

#define RULES "planner =\nrules-off =\n"

static uint64_t chance;
static uint64_t fixed; /* where it begins; 0: anywhere */

static unsigned
below(unsigned limit)
{
	return town_below(&chance, limit);
}

static void tell(const char *fmt, ...) PRINTF_LIKE(1, 2);

static void
tell(const char *fmt, ...)
{
	char line[1024];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	bench_expect(talk_ask(bench.talk, "%s", line), "ok");
}

static void
found_site(unsigned n)
{
	tell("site put finess=%s territory=T%u commune=16%03u lat=45.%02u "
	     "lon=0.%02u rooms=%u hours=\"mon-fri M 09:00-12:00 A 14:00-18:00 "
	     "S 20:00-23:00\"",
	    town_finess(n), n % 2, 100 + n, 10 + below(60), 10 + below(60),
	    1 + below(2));
	tell("zone put commune=16%03u kind=gp class=%s from=2020-01-01",
	    100 + n, n % 3 == 0 ? "ZIP" : "ZAC");
	tell("need put site=%s pattern=\"mon-fri MA\" activity=MT from=%s",
	    town_finess(n), town_day(0));
	tell("need put site=%s pattern=\"mon,wed M\" activity=SNP from=%s",
	    town_finess(n), town_day(0));
	if (n % 2 == 0)
		tell("need put site=%s pattern=\"tue,thu S\" activity=SNP "
		     "from=%s",
		    town_finess(n), town_day(0));
}

static void
found_person(unsigned n)
{
	tell("physician put rpps=%s specialty=MG home=16%03u lat=45.%02u "
	     "lon=0.%02u max-km=%u",
	    town_rpps(n), 100 + n, 10 + below(60), 10 + below(60),
	    below(2) * 60);
	tell("availability put physician=%s kind=available "
	     "pattern=\"mon-fri MAS\" from=%s",
	    town_rpps(n), town_day(0));
	if (below(2) == 0)
		tell("availability put physician=%s kind=disliked "
		     "pattern=\"fri A\" from=%s",
		    town_rpps(n), town_day(0));
	if (below(3) == 0)
		tell("absence put physician=%s from=%s to=%s category=LEAVE",
		    town_rpps(n), town_day(2), town_day(4));
	if (below(2) == 0)
		tell("quota put physician=%s period=week min=2 max=%u from=%s",
		    town_rpps(n), 3 + below(5), town_day(0));
	if (below(3) == 0)
		tell("busy put physician=%s pattern=\"wed MA\" from=%s",
		    town_rpps(n), town_day(0));
	for (unsigned site = 0; site < SITES; site++)
		if (below(3) > 0)
			tell("authorisation put physician=%s site=%s "
			     "kind=mission from=2020-01-01",
			    town_rpps(n), town_finess(site));
	tell("enrolment put physician=%s programme=P from=2020-01-01",
	    town_rpps(n));
}

static void
found_region(void)
{
	chance = fixed != 0 ? fixed : town_seed();
	bench_begin(PEOPLE, "rooms=1", RULES);
	tell("territory put code=T0 kind=cpts");
	tell("territory put code=T1 kind=cpts");
	tell("programme put code=P name=P");
	for (unsigned n = 0; n < SITES; n++)
		found_site(n);
	for (unsigned n = 0; n < PEOPLE; n++)
		found_person(n);
}

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
	char *plan = bench_start(0, DAYS, keys);
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

	found_region();
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

	found_region();
	plan = make("phases=3 territories=T0", &lines);
	take_it(plan, lines);
	free(plan);
	plan = make("phases=3 territories=T1 programmes=P", &lines);
	take_it(plan, lines);
	free(plan);
	bench_end();
}
END_TEST

/* What is published may move, and what was a draft. */
static void
plan_anew(bool published)
{
	const char *answer;
	long long lines;
	char *plan;

	found_region();
	plan = make("phases=3", &lines);
	if (published) {
		take_it(plan, lines);
	} else {
		answer = talk_ask(bench.talk, "plan adopt plan=%s", plan);
		ck_assert_msg(line_has(answer, "refused=0"), "%s", answer);
	}
	free(plan);
	tell("absence put physician=%s from=%s to=%s slots=cancel",
	    town_rpps(0), town_day(7), town_day(9));
	tell("weight put term=keep from=%s value=0", town_day(0));
	tell("weight put term=add from=%s value=0", town_day(0));
	tell("availability put physician=%s kind=unavailable "
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
	plan_anew(false);
}
END_TEST

START_TEST(a_published_region_is_planned_anew)
{
	plan_anew(true);
}
END_TEST

/* A region in which all care but the unscheduled leaves some sites and other
 * such comes: their share is too high only in between. */
START_TEST(what_moves_may_break_a_share_in_between)
{
	fixed = 102;
	plan_anew(true);
}
END_TEST

START_TEST(nothing_to_plan_is_a_plan)
{
	long long lines;
	char *plan;

	bench_begin(1, "rooms=1", RULES);
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
	tcase_add_test(tcase, a_region_is_planned_anew);
	tcase_add_test(tcase, a_published_region_is_planned_anew);
	tcase_add_test(tcase, what_moves_may_break_a_share_in_between);
	tcase_add_test(tcase, nothing_to_plan_is_a_plan);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
