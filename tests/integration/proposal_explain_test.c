/* SPDX-License-Identifier: ISC */
/*
 * proposal_explain_test: what the planner says of its plan is kept with it, and
 * told half-day by half-day, in words, in both languages.
 */
#include "tests/integration/proposal_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SITES = 2, REASONS = 1203 /* more than are stored at once */ };

static char *sites[SITES], *people[SITES];

static char *
id_of(const char *kind, const char *key, const char *name)
{
	return pgcluster_text(bench.town->sql,
	    "SELECT id FROM rota.%s WHERE %s = '%s'", kind, key, name);
}

static void
begin(void)
{
	bench_begin(SITES, "rooms=1", "");
	for (unsigned i = 0; i < SITES; i++) {
		sites[i] = id_of("site", "finess", town_finess(i));
		people[i] = id_of("physician", "rpps", town_rpps(i));
		bench_expect(
		    talk_ask(bench.talk,
			"physician put rpps=%s family=Roux%u given=Elsa",
			town_rpps(i), i),
		    "ok");
	}
	bench_assign(0, 0, 0, "M");
	bench_line("term term=S05 key=travel count=1 points=120");
}

static void
end(char *plan)
{
	for (unsigned i = 0; i < SITES; i++) {
		free(sites[i]);
		free(people[i]);
	}
	free(plan);
	bench_end();
}

static void
add_open(unsigned site, int day, const char *part, const char *more)
{
	bench_line("open site=%s%s day=%s part=%s activity=MT specialty=MG "
		   "count=1 reason=reach:31,skill:6,H12:2,gone:4 %s",
	    sites[site], site == 0 ? "" : "/1", town_day(day), part, more);
}

/* The nth data line has these words in it. */
static void
has(size_t n, const char *words)
{
	ck_assert_uint_lt(n, talk_count(bench.talk));
	ck_assert_msg(strstr(talk_data(bench.talk, n), words) != NULL, "%s: %s",
	    words, talk_data(bench.talk, n));
}

static void
ask(const char *keys, const char *plan, int count)
{
	const char *answer =
	    talk_ask(bench.talk, "plan explain plan=%s %s", plan, keys);

	ck_assert_msg(
	    line_begins(answer, "ok") && line_number(answer, "count") == count,
	    "%s", answer);
}

START_TEST(it_is_told_in_words)
{
	char *plan;
	char more[256];

	begin();
	bench_line("advice kind=where territory=T weekday=mon activity=MT "
		   "specialty=MG open=4 points=900 most=300");
	bench_line("advice kind=contract physician=%s points=70", people[1]);
	bench_line(
	    "advice kind=share site=%s unscheduled=2 points=12", sites[0]);
	(void)snprintf(more, sizeof(more),
	    "best=%s cost=-40 drops=2 items=travel:-160,zip:120", people[1]);
	add_open(0, 1, "A", more);
	add_open(1, 2, "M", "");
	bench_line("runner physician=%s site=%s day=%s part=M activity=MT "
		   "specialty=MG others=%s:924,%s:-3",
	    people[0], sites[0], town_day(0), people[1], people[0]);
	plan = bench_make(0, 6, "done");
	ask("", plan, 6);
	ask("state=open", plan, 2);
	has(0, "reason=reach:31,skill:6,H12:2,gone:4 best=");
	has(0, town_rpps(1));
	has(0,
	    "of the physicians 31 out of reach of the site, 6 without the "
	    "specialty, 2 refused by H12");
	has(0,
	    "at best Elsa Roux1, -40 points more (travel -160, half-days "
	    "left open in zones of priority intervention +120)");
	has(1, town_finess(1));
	ask("state=filled", plan, 1);
	has(0, "instead: Elsa Roux1 +924, Elsa Roux0 -3 points");
	ask("state=advice", plan, 3);
	has(0,
	    "half-days left open on Monday (T, MT, MG): 4; one more there "
	    "would bring up to 300 points");
	has(1,
	    "at the most of the contract: Elsa Roux1; one half-day more "
	    "would bring 70 points");
	has(2, "held back by the share of unscheduled care: ");
	bench_expect(talk_ask(bench.talk, "lang lang=fr"), "ok");
	ask("state=open part=A", plan, 1);
	has(0,
	    "parmi les médecins 31 hors de portée du site, 6 sans la "
	    "spécialité, 2 en contradiction avec H12");
	has(0, "(trajets -160, demi-journées non pourvues en zone");
	ask("state=advice", plan, 3);
	has(0, "demi-journées non pourvues le lundi (T, MT, MG) : 4");
	end(plan);
}
END_TEST

/* Where it could be, beside where the plan has it. */
START_TEST(what_a_sector_needs_is_told_of_all_its_sites)
{
	char *plan;
	char more[512], text[256];

	begin();
	(void)snprintf(more, sizeof(more),
	    "sector=S-1 sites=%s:0,%s:1 elsewhere=%s:%s", sites[0], sites[1],
	    people[1], sites[1]);
	add_open(0, 1, "A", more);
	bench_line("runner physician=%s site=%s day=%s part=M activity=MT "
		   "specialty=MG sector=S-1 sites=%s:2",
	    people[0], sites[0], town_day(0), sites[0]);
	bench_line("open site=%s day=%s part=M activity=MT count=1", sites[1],
	    town_day(2));
	plan = bench_make(0, 6, "done");
	ask("state=open", plan, 2);
	has(1, "; no physician is there for the places and days of the plan");
	(void)snprintf(text, sizeof(text),
	    "sector=S-1 sites=%s:0,%s:1 elsewhere=%s:%s ", town_finess(0),
	    town_finess(1), town_rpps(1), town_finess(1));
	has(0, text);
	has(0,
	    "; needed at any site of the sector S-1, of which are open to "
	    "it ");
	has(0, " (0 physicians could), ");
	has(0,
	    " (1 physician could); at another of them could come Elsa "
	    "Roux1 (");
	ask("state=filled", plan, 1);
	has(0, " (2 physicians could)\"");
	bench_expect(talk_ask(bench.talk, "lang lang=fr"), "ok");
	ask("state=open", plan, 2);
	has(0,
	    " ; demandée sur un site quelconque du secteur S-1, dont sont "
	    "possibles ");
	has(0, " (0 médecin pourrait), ");
	end(plan);
}
END_TEST

START_TEST(it_is_asked_half_day_by_half_day)
{
	const char *answer;
	char keys[128];
	char *plan;
	int told = 0;

	begin();
	for (int i = 0; i < REASONS / 3; i++) {
		add_open(0, i % 5, "M", "");
		add_open(1, i % 5, "A", "");
		bench_line("open count=nobody");
	}
	plan = bench_make(0, 6, "done");
	(void)snprintf(
	    keys, sizeof(keys), "site=%s limit=1000", town_finess(1));
	ask(keys, plan, REASONS / 3);
	has(0, "part=A");
	(void)snprintf(
	    keys, sizeof(keys), "day=%s part=M limit=1000", town_day(1));
	ask(keys, plan, (REASONS / 3 + 3) / 5);
	for (uint64_t next = 0;;) {
		answer = talk_ask(bench.talk,
		    "plan explain plan=%s limit=300 next=%llu", plan,
		    (unsigned long long)next);
		bench_expect(answer, "ok");
		told += (int)line_number(answer, "count");
		if (strstr(answer, "next=") == NULL)
			break;
		next = (uint64_t)line_number(answer, "next");
	}
	/* What is not of the form is left out. */
	ck_assert_int_eq(told, REASONS / 3 * 2);
	end(plan);
}
END_TEST

START_TEST(locks_that_do_not_go_together_are_told)
{
	char *plan;
	bool found = false;

	begin();
	bench_line("conflict physician=%s site=%s day=%s part=M activity=MT "
		   "why=near",
	    people[0], sites[1], town_day(0));
	bench_line("against conflict=1 physician=%s site=%s day=%s part=A "
		   "activity=MT",
	    people[0], sites[0], town_day(0));
	plan = bench_make(0, 6, "done");
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	for (size_t i = 0; i < talk_count(bench.talk); i++)
		found = found ||
		    line_begins(talk_data(bench.talk, i), "against conflict=1");
	ck_assert(found);
	ask("", plan, 0);
	end(plan);
}
END_TEST

static Suite *
suite(void)
{
	Suite *suite = suite_create("proposal_explain");
	TCase *tcase = tcase_create("explain");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, it_is_told_in_words);
	tcase_add_test(tcase, what_a_sector_needs_is_told_of_all_its_sites);
	tcase_add_test(tcase, it_is_asked_half_day_by_half_day);
	tcase_add_test(tcase, locks_that_do_not_go_together_are_told);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return bench_run(suite());
}
