/* SPDX-License-Identifier: ISC */
/*
 * gaps_test: half-days that need physicians and do not have them, and who owes
 * half-days, over a daemon - what is told, in what order, page by page.
 */
#include "tests/integration/week_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
set_up(void)
{
	week_begin(1);
}

START_TEST(gaps_are_needs_that_nobody_fills)
{
	char *expected;

	week_put_needs();
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(view_assign(admin, 1, 0, 8, "part=M activity=SNP"));
	expected = xasprintf("* day=%s part=M site=%s activity=MT specialty=MG "
			     "need=1 filled=0 missing=1 name=Site-0\n"
			     "* day=%s part=M site=%s activity=SNP "
			     "specialty=MG need=2 filled=1 missing=1 "
			     "name=Site-0\n"
			     "* day=%s part=A site=%s activity=SNP "
			     "specialty=MG need=2 filled=0 missing=2 "
			     "name=Site-0\nok count=3 cursor=...",
	    town_day(8), town_finess(0), town_day(8), town_finess(0),
	    town_day(8), town_finess(0));
	week_expect(admin, expected, "gaps site=%s from=%s to=%s",
	    town_finess(0), town_day(7), town_day(8));
	free(expected);
	/* One who cancels leaves a gap. */
	week_check_pages(admin, 0, "gaps site=%s day=%s activity=MT",
	    town_finess(0), town_day(7));
	client_send(admin, "slot list site=%s from=%s to=%s", town_finess(0),
	    town_day(7), town_day(7));
	client_expect(admin, "* slot=...");
	expected = xstrdup(client_value(admin, "slot"));
	client_expect(admin, "ok count=1 ...");
	week_put("slot cancel slot=%s", expected);
	free(expected);
	week_check_pages(admin, 1, "gaps site=%s day=%s activity=MT",
	    town_finess(0), town_day(7));
}
END_TEST

START_TEST(places_and_kinds_of_gaps)
{
	week_put_needs();
	week_put("zone put commune=16106 kind=gp class=ZIP from=2020-01-01");
	week_put(
	    "site put finess=%s commune=16106 departement=16", town_finess(0));
	week_put("site put finess=%s departement=87", town_finess(3));
	week_put(
	    "need put site=%s pattern=\"wed S\" activity=CA specialty=CARDIO "
	    "from=%s",
	    town_finess(0), town_day(0));
	/* Three sites, five mornings; twice two, and once. */
	week_check_pages(
	    admin, 18, "gaps from=%s to=%s", town_day(7), town_day(13));
	week_check_pages(admin, 13, "gaps territory=T-A from=%s to=%s",
	    town_day(7), town_day(13));
	week_check_pages(admin, 5, "gaps territory=T-B from=%s to=%s",
	    town_day(7), town_day(13));
	week_check_pages(
	    admin, 8, "gaps zone=ZIP from=%s to=%s", town_day(7), town_day(13));
	week_check_pages(
	    admin, 0, "gaps zone=ZAC from=%s to=%s", town_day(7), town_day(13));
	week_check_pages(admin, 5, "gaps departement=87 from=%s to=%s",
	    town_day(7), town_day(13));
	week_check_pages(admin, 1, "gaps specialty=CARDIO from=%s to=%s",
	    town_day(7), town_day(13));
	week_check_pages(admin, 2, "gaps activity=SNP from=%s to=%s",
	    town_day(7), town_day(13));
	week_check_pages(admin, 3, "gaps day=%s", town_day(7));
	week_check_pages(admin, 18 * 4, "gaps from=%s", town_day(7));
	client_send(admin, "gaps day=%s limit=1", town_day(7));
	client_expect(admin, "* day=... zone=ZIP name=Site-0");
	client_expect(admin, "ok count=1 next=... cursor=...");
}
END_TEST

START_TEST(what_gaps_refuses)
{
	static const struct dialogue lines[] = {
	    {"gaps site=999999999", "no not-found what=999999999 ..."},
	    {"gaps sector=NONE", "no not-found what=NONE ..."},
	    {"gaps activity=MORE", "bad value what=activity ..."},
	    {"gaps zone=QPV", "bad value what=zone ..."},
	    {"gaps departement=1", "bad value what=departement ..."},
	    {"gaps specialty=CARDIOLOGY", "bad value what=specialty ..."},
	    {"gaps next=x", "bad value what=next ..."},
	    {"gaps next=2026-01-01,X,site,1,MT,MG", "bad value what=next ..."},
	    {"gaps day=2026-01-01 from=2026-01-01", "bad value what=day ..."},
	    {"gaps from=2026-03-02 to=2026-03-01", "bad value what=to ..."},
	    {"gaps from=1990-01-01 to=1990-01-01", "no closed first=..."},
	    {"gaps from=2990-01-01 to=2999-12-31", "ok count=0 ..."},
	    {"gaps from=2980-01-01 to=2999-12-31", "bad value what=to ..."},
	    {"week", "bad missing what=site ..."},
	    {"week site=999999999", "no not-found ..."},
	    {"week territory=T-A next=1", "bad value what=next ..."},
	    {"week territory=T-A physician=1", "bad value ..."},
	    {"week territory=T-A from=1990-01-01", "no closed ..."},
	    {"my", "bad missing what=physician ..."},
	    {"my physician=10000000000", "no not-found ..."},
	    {"my physician=10000000000 from=2990-01-01", "no not-found ..."},
	};

	VIEW_RUN(admin, lines);
	client_send(admin, "my physician=%s from=%s to=%s", town_rpps(0),
	    town_day(0), town_day(100));
	client_expect(admin, "bad value what=to ...");
	client_send(admin, "my physician=%s next=s,1", town_rpps(0));
	client_expect(admin, "bad value what=next ...");
}
END_TEST

/* A long question is answered in pieces: none is long, none is left out. */
START_TEST(many_days_are_answered_in_pieces)
{
	week_put_needs();
	week_put(
	    "need put site=%s pattern=\"mon M\" activity=CA from=2040-01-02 "
	    "to=2040-01-02",
	    town_finess(4));
	week_check_pages(
	    admin, 1, "gaps activity=CA from=%s to=2040-01-31", "2036-01-01");
	week_check_pages(
	    admin, 0, "gaps activity=CA from=%s to=2040-01-01", "2036-01-01");
}
END_TEST

START_TEST(closed_half_days_need_nobody)
{
	week_put_needs();
	week_put(
	    "holiday put area=national kind=public from=%s to=%s name=Fete",
	    town_day(7), town_day(7));
	week_put("closure put site=%s from=%s to=%s cause=flood",
	    town_finess(0), town_day(8), town_day(9));
	week_put("site put finess=%s holidays=open", town_finess(3));
	week_put(
	    "opening put site=%s from=%s to=%s hours=\"mon-sun M 10:00-12:00\"",
	    town_finess(1), town_day(7), town_day(7));
	week_check_pages(admin, 2, "gaps day=%s", town_day(7));
	week_check_pages(
	    admin, 0, "gaps site=%s day=%s", town_finess(0), town_day(7));
	week_check_pages(admin, 2, "gaps site=%s from=%s to=%s", town_finess(0),
	    town_day(7), town_day(13));
}
END_TEST

START_TEST(a_sector_needs_any_of_its_sites)
{
	struct client *south, *north;

	week_put("territory put code=S-1 kind=sector name=Secteur");
	week_put("site put finess=%s sector=S-1", town_finess(1));
	week_put("site put finess=%s sector=S-1", town_finess(2));
	week_put(
	    "need put sector=S-1 pattern=\"mon-fri M\" activity=SNP from=%s",
	    town_day(0));
	week_check_pages(admin, 5, "gaps sector=S-1 from=%s to=%s", town_day(7),
	    town_day(13));
	week_check_pages(admin, 5, "gaps territory=T-A from=%s to=%s",
	    town_day(7), town_day(13));
	week_check_pages(admin, 0, "gaps territory=T-B from=%s to=%s",
	    town_day(7), town_day(13));
	free(view_assign(admin, 0, 2, 8, "part=M activity=SNP"));
	free(view_assign(admin, 0, 0, 9, "part=M activity=SNP"));
	week_check_pages(admin, 4, "gaps sector=S-1 from=%s to=%s", town_day(7),
	    town_day(13));
	client_send(admin, "gaps sector=S-1 day=%s", town_day(7));
	client_expect(admin,
	    "* day=... part=M sector=S-1 activity=SNP "
	    "specialty=MG need=1 filled=0 missing=1 "
	    "name=Secteur");
	client_expect(admin, "ok count=1 ...");
	/* All its sites are hers; with one elsewhere it is not told. */
	south = view_login(town, 0, "role=coordinator scope=territory:T-A");
	north = view_login(town, 0, "role=coordinator scope=territory:T-B");
	week_check_pages(
	    south, 4, "gaps from=%s to=%s", town_day(7), town_day(13));
	week_check_pages(
	    north, 0, "gaps from=%s to=%s", town_day(7), town_day(13));
	week_put("site put finess=%s sector=S-1", town_finess(3));
	week_check_pages(
	    south, 0, "gaps from=%s to=%s", town_day(7), town_day(13));
	client_ask(south, "gaps sector=S-1", "no scope ...");
	client_ask(north, "gaps sector=S-1", "no scope ...");
	client_close(south);
	client_close(north);
	/* The grid has the needs of the sector behind its sites. */
	client_send(admin, "week territory=S-1 from=%s limit=100", town_day(7));
	client_expect_after(admin,
	    "* half-day day=... part=M sector=S-1 "
	    "need=1 filled=0 missing=1 wanted=SNP "
	    "name=Secteur");
	client_expect_after(admin, "ok count=...");
}
END_TEST

/* Behind the gaps: who does not do what is owed when a period ends. */
START_TEST(what_physicians_owe)
{
	char *keys = xasprintf("role=desk scope=site:%s", town_finess(0));
	struct client *desk = view_login(town, 0, keys);
	struct client *a =
	    view_login(town, 0, "role=coordinator scope=territory:T-A");

	free(keys);
	week_put_needs();
	week_put("programme put code=SOL");
	week_put("authorisation put physician=%s site=%s kind=mission from=%s",
	    town_rpps(1), town_finess(0), town_day(0));
	for (unsigned n = 0; n < 3; n++)
		week_put("quota put physician=%s period=week min=2 from=%s",
		    town_rpps(n), town_day(7));
	week_put("quota put programme=SOL period=contract min=1 from=%s to=%s",
	    town_day(7), town_day(16));
	week_put("enrolment put physician=%s programme=SOL from=%s",
	    town_rpps(2), town_day(0));
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(view_assign(admin, 0, 0, 8, "part=M state=published"));
	/* One of the first has both half-days of its first week. */
	week_check_pages(
	    admin, 15 + 2, "gaps from=%s to=%s", town_day(7), town_day(13));
	week_check_pages(admin, 15 + 17 + 3 * 2 - 1 + 1, "gaps from=%s to=%s",
	    town_day(7), town_day(20));
	week_check_pages(admin, 13, "gaps activity=MT from=%s to=%s",
	    town_day(7), town_day(13));
	client_send(admin, "gaps programme=SOL from=%s to=%s", town_day(7),
	    town_day(20));
	client_expect(admin,
	    "* quota physician=... quota=... rule=H15 programme=SOL "
	    "period=contract from=... to=... min=1 done=0 planned=0 owed=1 "
	    "family=F2 given=G2");
	client_expect(admin, "ok count=1 cursor=...");
	client_ask(admin, "gaps programme=NONE", "no not-found ...");
	client_ask(admin, "gaps programme=SOL zone=ZIP",
	    "bad value what=programme ...");
	/* Each is told of those who are hers. */
	client_send(
	    a, "gaps from=%s to=%s limit=100", town_day(13), town_day(13));
	client_expect(a,
	    "* quota physician=... min=2 done=0 planned=0 owed=2 "
	    "family=F1 given=G1");
	client_expect(a, "ok count=1 cursor=...");
	client_send(desk, "gaps from=%s to=%s", town_day(13), town_day(13));
	client_expect(desk, "ok count=0 cursor=...");
	client_close(a);
	client_close(desk);
}
END_TEST

int
main(void)
{
	TCase *cases = tcase_create("gaps");

	tcase_add_checked_fixture(cases, set_up, week_end);
	tcase_add_test(cases, gaps_are_needs_that_nobody_fills);
	tcase_add_test(cases, places_and_kinds_of_gaps);
	tcase_add_test(cases, what_gaps_refuses);
	tcase_add_test(cases, many_days_are_answered_in_pieces);
	tcase_add_test(cases, closed_half_days_need_nobody);
	tcase_add_test(cases, a_sector_needs_any_of_its_sites);
	tcase_add_test(cases, what_physicians_owe);
	return view_main("gaps", cases);
}
