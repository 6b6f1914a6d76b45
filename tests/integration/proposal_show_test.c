/* SPDX-License-Identifier: ISC */
/*
 * proposal_show_test: what a proposal does for sectors, whose needs no single
 * site has, and what it moves.
 */
#include "tests/integration/proposal_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { MONDAY, TUESDAY, WEDNESDAY };

static void
tell(const char *line)
{
	bench_expect(talk_ask(bench.talk, "%s", line), "ok");
}

/* Sites 0 and 1 in sector S, site 2 in sector V; one commune of zone ZIP. */
static void
begin_with(const char *settings)
{
	bench_begin(3, "rooms=2", settings);
	tell("territory put code=S kind=sector");
	tell("territory put code=V kind=sector");
	tell("zone put commune=16106 kind=gp class=ZIP from=2020-01-01");
	for (unsigned i = 0; i < 3; i++) {
		bench_expect(talk_ask(bench.talk,
				 "site put finess=%s commune=16106 sector=%s",
				 town_finess(i), i < 2 ? "S" : "V"),
		    "ok");
		bench_expect(
		    talk_ask(bench.talk, "physician put rpps=%s specialty=MG",
			town_rpps(i)),
		    "ok");
	}
	bench_expect(
	    talk_ask(bench.talk, "need put site=%s pattern=\"mon M\" from=%s",
		town_finess(0), town_day(0)),
	    "ok");
	for (unsigned i = 0; i < 2; i++)
		bench_expect(
		    talk_ask(bench.talk,
			"need put sector=%s pattern=\"mon-wed M\" from=%s",
			i == 0 ? "S" : "V", town_day(0)),
		    "ok");
}

static void
begin(void)
{
	begin_with("");
}

/* The half-day of a physician, which the plan takes away. */
static void
drop(unsigned physician)
{
	char *slot = pgcluster_text(bench.town->sql,
	    "SELECT a.id FROM rota.assignment a JOIN rota.physician p"
	    " ON p.id = a.physician WHERE p.rpps = '%s'",
	    town_rpps(physician));

	bench_line("drop slot=%s", slot);
	free(slot);
}

/* The data line that begins with these words has the others. */
static void
has(const char *start, const char *words)
{
	for (size_t i = 0; i < talk_count(bench.talk); i++) {
		const char *line = talk_data(bench.talk, i);

		if (!line_begins(line, start))
			continue;
		ck_assert_msg(strstr(line, words) != NULL, "%s", line);
		return;
	}
	ck_abort_msg("no line begins with %s", start);
}

START_TEST(the_needs_of_sectors_count)
{
	char *plan;

	begin();
	bench_fill(0, 0, MONDAY, "M");    /* whom the site needs itself */
	bench_fill(1, 1, WEDNESDAY, "M"); /* whom it does not */
	bench_assign(0, 1, TUESDAY, "M");
	bench_assign(0, 0, WEDNESDAY, "M"); /* one more than is needed */
	bench_assign(2, 0, MONDAY, "M");
	plan = bench_make(0, 6, "done");
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	has("zone zone=ZIP", "need=7 filled=2 planned=4");
	has("site", "zone=ZIP need=1 filled=1 planned=1");
	has("sector territory=S", "zone=ZIP need=3 filled=1 planned=3");
	has("sector territory=V", "zone=ZIP need=3 filled=0 planned=0");
	free(plan);
	/* Who leaves a site that needs her leaves a gap there; who is left over
	 * then fills that, and not the sector's. */
	bench_plan();
	drop(0);
	drop(1);
	bench_assign(1, 0, MONDAY, "M");
	bench_assign(2, 1, MONDAY, "M");
	plan = bench_make(0, 6, "done");
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	has("site", "zone=ZIP need=1 filled=1 planned=1");
	has("sector territory=S", "zone=ZIP need=3 filled=1 planned=1");
	free(plan);
	/* Over more days than are looked at together. */
	bench_plan();
	bench_assign(0, 1, 12 * 7, "M");
	plan = bench_make(0, 13 * 7 - 1, "done");
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	has("site", "zone=ZIP need=13 filled=1 planned=1");
	has("sector territory=S", "zone=ZIP need=39 filled=1 planned=2");
	free(plan);
	bench_end();
}
END_TEST

START_TEST(sectors_are_paged_behind_sites)
{
	static const char *const words[] = {"site", "sector", "sector"};
	const char *answer;
	char *plan, *next = xstrdup("");
	char *before = xstrdup("");

	begin();
	bench_assign(0, 0, MONDAY, "M");
	plan = bench_make(0, 6, "done");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *line;

		answer = talk_ask(bench.talk, "plan show plan=%s limit=1%s%s",
		    plan, i == 0 ? "" : " next=", next);
		bench_expect(answer, "ok");
		line = talk_data(bench.talk, talk_count(bench.talk) - 1);
		ck_assert_msg(line_begins(line, words[i]), "%s", line);
		ck_assert(i == 0 || talk_count(bench.talk) == 1);
		ck_assert_str_ne(line, before);
		free(before);
		before = xstrdup(line);
		free(next);
		next = line_value(answer, "next");
		ck_assert((next != NULL) == (i + 1 < ARRAY_SIZE(words)));
	}
	bench_expect(
	    talk_ask(bench.talk, "plan show plan=%s next=sector:7", plan),
	    "bad value what=next");
	free(before);
	free(plan);
	bench_end();
}
END_TEST

START_TEST(sectors_without_a_place_of_the_plan_are_no_part_of_it)
{
	char keys[64];
	char *plan;

	begin();
	bench_assign(0, 0, MONDAY, "M");
	(void)snprintf(keys, sizeof(keys), "sites=%s", town_finess(1));
	plan = bench_start(0, 6, keys);
	ck_assert(line_has(bench_wait(bench.talk, plan), "state=done"));
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	for (size_t i = 0; i < talk_count(bench.talk); i++)
		ck_assert_msg(!line_begins(talk_data(bench.talk, i), "site") &&
			strstr(talk_data(bench.talk, i), "territory=V") == NULL,
		    "%s", talk_data(bench.talk, i));
	has("sector territory=S", "need=3");
	free(plan);
	bench_end();
}
END_TEST

START_TEST(what_moves_says_from_where)
{
	const char *answer;
	char *plan, *words;

	begin();
	bench_fill(0, 0, MONDAY, "M");
	bench_fill(1, 1, TUESDAY, "M");
	drop(0);
	drop(1);
	bench_assign(0, 1, MONDAY, "M");  /* elsewhere */
	bench_assign(2, 1, TUESDAY, "M"); /* somebody else */
	bench_assign(2, 2, WEDNESDAY, "M");
	plan = bench_make(0, 6, "done");
	answer = talk_ask(bench.talk, "plan lines plan=%s moved=yes", plan);
	bench_expect(answer, "ok count=2");
	words = xasprintf("moved=1 moved-site=%s day=", town_finess(0));
	has("number=3", words);
	free(words);
	words = xasprintf("moved=2 moved-physician=%s day=", town_rpps(1));
	has("number=4", words);
	free(words);
	answer =
	    talk_ask(bench.talk, "plan lines plan=%s moved=yes limit=1", plan);
	bench_expect(answer, "ok count=1 next=3");
	answer = talk_ask(bench.talk, "plan lines plan=%s", plan);
	bench_expect(answer, "ok count=5");
	/* each key narrows */
	answer = talk_ask(bench.talk, "plan lines plan=%s territory=S", plan);
	bench_expect(answer, "ok count=4");
	for (unsigned i = 0; i < 2; i++) {
		answer = talk_ask(bench.talk,
		    "plan lines plan=%s site=%s territory=%s", plan,
		    town_finess(1), i == 0 ? "S" : "V");
		bench_expect(answer, i == 0 ? "ok count=3" : "ok count=0");
	}
	free(plan);
	bench_end();
}
END_TEST

START_TEST(what_the_planner_plans_for_a_sector_counts_for_it)
{
	char *plan;

	begin_with("planner =\n");
	for (unsigned i = 0; i < 3; i++) {
		bench_expect(
		    talk_ask(bench.talk, "site put finess=%s lat=45.64 lon=0.2",
			town_finess(i)),
		    "ok");
		bench_expect(
		    talk_ask(bench.talk,
			"physician put rpps=%s lat=45.6 lon=0.2", town_rpps(i)),
		    "ok");
		bench_expect(talk_ask(bench.talk,
				 "availability put physician=%s kind=available "
				 "pattern=\"mon-wed M\" from=%s",
				 town_rpps(i), town_day(0)),
		    "ok");
		for (unsigned k = 0; k < 3; k++)
			bench_expect(
			    talk_ask(bench.talk,
				"authorisation put physician=%s site=%s "
				"kind=mission from=2020-01-01",
				town_rpps(i), town_finess(k)),
			    "ok");
	}
	plan = bench_start(0, 6, "phases=3");
	ck_assert(line_has(bench_wait(bench.talk, plan), "state=done"));
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	has("proof", "checked=yes");
	has("zone zone=ZIP", "need=7 filled=0 planned=7");
	has("site", "need=1 filled=0 planned=1");
	has("sector territory=S", "need=3 filled=0 planned=3");
	has("sector territory=V", "need=3 filled=0 planned=3");
	free(plan);
	bench_end();
}
END_TEST

START_TEST(figures_name_people_as_lines_do)
{
	char *id, *plan, *words;

	begin();
	id = pgcluster_text(bench.town->sql,
	    "SELECT id FROM rota.physician WHERE rpps = '%s'", town_rpps(1));
	bench_assign(0, 0, MONDAY, "M");
	bench_line("figure kind=most physician=%s unpopular=3 share=1", id);
	plan = bench_make(0, 6, "done");
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	words = xasprintf("kind=most physician=%s unpopular=3", town_rpps(1));
	has("figure", words);
	free(words);
	free(plan);
	free(id);
	bench_end();
}
END_TEST

static Suite *
suite(void)
{
	Suite *suite = suite_create("proposal_show");
	TCase *tcase = tcase_create("show");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, the_needs_of_sectors_count);
	tcase_add_test(tcase, sectors_are_paged_behind_sites);
	tcase_add_test(
	    tcase, sectors_without_a_place_of_the_plan_are_no_part_of_it);
	tcase_add_test(tcase, what_moves_says_from_where);
	tcase_add_test(
	    tcase, what_the_planner_plans_for_a_sector_counts_for_it);
	tcase_add_test(tcase, figures_name_people_as_lines_do);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return bench_run(suite());
}
