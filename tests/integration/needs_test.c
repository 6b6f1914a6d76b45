/* SPDX-License-Identifier: ISC */
/*
 * needs_test: to whom gaps and weeks are told, a physician's own list, and who
 * hears that any of it changes.
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

/* ----- scopes ----- */

/* Neither coordinator is told anything of the other's half. */
START_TEST(two_coordinators_of_disjoint_scope)
{
	struct client *a =
	    view_login(town, 0, "role=coordinator scope=territory:T-A");
	struct client *b =
	    view_login(town, 0, "role=coordinator scope=territory:T-B");
	char *text;

	week_put_needs();
	week_put("authorisation put physician=%s site=%s kind=mission from=%s",
	    town_rpps(0), town_finess(0), town_day(0));
	week_put("absence put physician=%s from=%s to=%s", town_rpps(0),
	    town_day(11), town_day(12));
	week_put("busy put physician=%s pattern=\"thu A\" from=%s",
	    town_rpps(0), town_day(7));
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(view_assign(admin, 0, 3, 8, "part=M state=published"));
	week_check_pages(
	    a, 11, "gaps from=%s to=%s", town_day(7), town_day(13));
	week_check_pages(b, 4, "gaps from=%s to=%s", town_day(7), town_day(13));
	text = week_answer(b, "gaps from=%s to=%s", town_day(7), town_day(13));
	ck_assert_ptr_null(strstr(text, town_finess(0)));
	ck_assert_ptr_null(strstr(text, town_finess(1)));
	free(text);
	client_send(b, "gaps site=%s", town_finess(0));
	client_expect(b, "no scope ...");
	client_ask(b, "gaps territory=T-A", "no scope ...");
	client_ask(b, "week territory=T-A", "no scope ...");
	client_send(b, "week site=%s", town_finess(0));
	client_expect(b, "no scope ...");
	client_send(b, "my physician=%s", town_rpps(0));
	client_expect(b, "no scope ...");
	/* Of the physician's week: the own half-day, and that one is busy;
	 * absences and other employers are not hers to know. */
	client_send(b, "week physician=%s from=%s", town_rpps(0), town_day(7));
	client_expect(b, "* busy from=... to=...+...:...");
	client_expect(b, "* slot=... name=Site-3 family=F0 given=G0");
	client_expect(b, "ok count=2 ...");
	/* She who may is told all but where the physician is on Tuesday. */
	client_send(a, "my physician=%s from=%s to=%s", town_rpps(0),
	    town_day(7), town_day(13));
	client_expect(a, "* slot=... part=M ... name=Site-0...");
	client_expect(a, "* busy from=... to=...");
	ck_assert_ptr_null(client_value(a, "site"));
	client_expect(a, "* busy day=... part=A from=... to=... busy=...");
	client_expect(a,
	    "* absence absence=... from=... to=... parts=MAESN "
	    "category=ABSENT");
	client_expect(a, "ok count=4 ...");
	client_close(a);
	client_close(b);
}
END_TEST

START_TEST(desks_and_regulators)
{
	char *keys = xasprintf("role=desk scope=site:%s", town_finess(0));
	struct client *desk = view_login(town, 0, keys);
	struct client *regulator =
	    view_login(town, 0, "role=regulator scope=territory:T-A");

	free(keys);
	week_put_needs();
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(view_assign(admin, 1, 0, 8, "part=M state=published"));
	week_check_pages(
	    desk, 5, "gaps from=%s to=%s", town_day(7), town_day(13));
	/* A draft is busy to the desk, and fills its need all the same. */
	client_send(desk, "week site=%s from=%s", town_finess(0), town_day(7));
	client_expect(desk, "* half-day ... need=1 filled=1 missing=0 ...");
	client_expect(desk, "* busy day=... part=M site=... from=... to=...");
	ck_assert_ptr_null(client_value(desk, "physician"));
	client_expect_after(
	    desk, "* slot=... state=published family=F1 given=G1");
	client_expect_after(desk, "ok count=...");
	client_send(desk, "my physician=%s", town_rpps(0));
	client_expect(desk, "no role ...");
	client_ask(regulator, "gaps", "no role ...");
	client_ask(regulator, "week territory=T-A", "no role ...");
	client_ask(regulator, "my", "no role ...");
	client_close(desk);
	client_close(regulator);
}
END_TEST

/* ----- my ----- */

START_TEST(my_list_in_its_sections)
{
	char *keys = xasprintf("role=physician physician=%s", town_rpps(0));
	struct client *claire = view_login(town, 0, keys);

	free(keys);
	week_put("structure put code=CHU kind=HOPITAL");
	week_put("programme put code=SOL name=Solidarite");
	week_put("enrolment put physician=%s programme=SOL from=%s",
	    town_rpps(0), town_day(0));
	week_put("site put finess=%s address=\"1 rue Haute\" commune=16106 "
		 "phone=+33500000000",
	    town_finess(0));
	week_put(
	    "presence put site=%s staff=midwife pattern=\"mon-sun M\" from=%s",
	    town_finess(0), town_day(0));
	week_put(
	    "busy put physician=%s structure=CHU pattern=\"wed MA\" from=%s",
	    town_rpps(0), town_day(0));
	week_put("absence put physician=%s from=%s to=%s parts=M "
		 "category=TRAINING",
	    town_rpps(0), town_day(11), town_day(12));
	week_put("absence put physician=%s from=%s to=%s state=retired",
	    town_rpps(0), town_day(13), town_day(13));
	week_put("quota put physician=%s period=week min=3 max=5 from=%s",
	    town_rpps(0), town_day(0));
	week_put(
	    "quota put programme=SOL period=week max=4 from=%s", town_day(0));
	free(view_assign(admin, 0, 0, 7, "part=M state=published"));
	free(view_assign(admin, 0, 1, 8, "part=A programme=SOL"));
	client_send(claire, "my from=%s to=%s", town_day(7), town_day(13));
	client_expect(claire,
	    "* slot=... part=M ... state=published name=Site-0 "
	    "address=\"1 rue Haute\" commune=16106 phone=+33500000000 "
	    "staff=midwife");
	client_expect(
	    claire, "* slot=... part=A ... programme=SOL name=Site-1...");
	client_expect(claire,
	    "* busy day=... part=M from=...T08:00+... to=...T13:00+... "
	    "busy=... structure=CHU");
	client_expect(claire, "* busy day=... part=A ... structure=CHU");
	client_expect(
	    claire, "* absence absence=... parts=M category=TRAINING");
	client_expect_after(claire, "ok count=7 ...");
	client_send(claire, "my from=%s to=%s", town_day(7), town_day(13));
	client_expect_after(claire,
	    "* quota quota=... rule=H09 period=week from=... to=... min=3 "
	    "max=5 done=0 planned=2 owed=1");
	client_expect_after(claire, "ok count=7 ...");
	client_send(claire, "my from=%s to=%s", town_day(7), town_day(13));
	client_expect_after(claire,
	    "* quota quota=... rule=H15 programme=SOL period=week from=... "
	    "to=... min=0 max=4 done=0 planned=1 owed=0");
	client_expect_after(claire, "ok count=7 ...");
	week_check_pages(
	    claire, 7, "my from=%s to=%s", town_day(7), town_day(13));
	/* Nobody else is told why. */
	client_send(admin, "my physician=%s from=%s to=%s", town_rpps(0),
	    town_day(7), town_day(13));
	client_expect_after(
	    admin, "* absence absence=... parts=M category=ABSENT");
	client_expect_after(admin, "ok count=7 ...");
	client_send(
	    admin, "week physician=%s from=%s", town_rpps(0), town_day(7));
	client_expect_after(
	    admin, "* absence absence=... parts=M category=ABSENT");
	client_expect_after(admin, "ok count=5 ...");
	/* Over two weeks there are two periods of each quota. */
	week_check_pages(claire, 2 + 4 + 1 + 4, "my from=%s to=%s", town_day(7),
	    town_day(20));
	client_close(claire);
}
END_TEST

/* Without the database there is all but the category. */
START_TEST(my_list_while_the_database_is_away)
{
	char *keys = xasprintf("role=physician physician=%s", town_rpps(0));
	struct client *claire = view_login(town, 0, keys);

	free(keys);
	week_put("absence put physician=%s from=%s to=%s parts=M category=SICK",
	    town_rpps(0), town_day(11), town_day(12));
	client_send(claire, "my from=%s to=%s", town_day(7), town_day(13));
	client_expect(claire, "* absence absence=... parts=M category=SICK");
	client_expect(claire, "ok count=1 cursor=...");
	pgcluster_stop(cluster, PGCLUSTER_FAST);
	do {
		client_send(claire, "my physician=%s limit=1", town_rpps(0));
		while (client_line(claire)[0] == '*')
			;
	} while (client_value(claire, "stale-since") == NULL);
	/* Two at once: they are answered in their order. */
	client_send(
	    claire, "#a my from=%s to=%s\n#b ping", town_day(7), town_day(13));
	client_expect(claire, "#a * absence absence=... parts=M");
	client_expect(claire, "#a ok count=1 stale-since=...");
	client_expect(claire, "#b ok");
	pgcluster_start(cluster);
	town_sql_anew(town);
	town_wait_up(town, 0);
	client_close(claire);
}
END_TEST

/* ----- watching ----- */

/* Whatever a view tells changes with a push to those whom it concerns. */
START_TEST(who_watches_is_told_of_needs)
{
	struct client *a =
	    view_login(town, 0, "role=coordinator scope=territory:T-A");
	struct client *b =
	    view_login(town, 0, "role=coordinator scope=territory:T-B");

	week_put("territory put code=S-1 kind=sector");
	week_put("site put finess=%s sector=S-1", town_finess(1));
	client_ask(a, "watch", "ok cursor=...");
	client_ask(b, "watch", "ok cursor=...");
	week_put("need put site=%s pattern=\"mon M\" from=%s", town_finess(0),
	    town_day(0));
	client_expect(a, "! need need=... rev=1 site=...");
	client_expect(a, "! cursor value=...");
	week_put("presence put site=%s staff=nurse pattern=\"mon M\" from=%s",
	    town_finess(0), town_day(0));
	client_expect(a, "! presence presence=... rev=1 site=...");
	client_expect(a, "! cursor value=...");
	week_put("need put sector=S-1 pattern=\"mon M\" from=%s", town_day(0));
	client_expect(a, "! need need=... rev=1 territory=S-1");
	client_expect(a, "! cursor value=...");
	/* The first that the other one hears of. */
	week_put("holiday put area=national kind=public from=%s to=%s",
	    town_day(7), town_day(7));
	client_expect(a, "! holiday holiday=... rev=1");
	client_expect(b, "! holiday holiday=... rev=1");
	client_expect(b, "! cursor value=...");
	client_close(a);
	client_close(b);
}
END_TEST

/* Who writes to one daemon reads it from the other. */
START_TEST(after_a_cursor)
{
	struct client *other;
	char *cursor;

	town_start(town, 1, NULL, NULL);
	other = daemon_operator(town->daemon[1]);
	week_put("need put site=%s pattern=\"mon M\" from=%s", town_finess(0),
	    town_day(0));
	cursor = xstrdup(client_value(admin, "cursor"));
	client_send(other, "gaps day=%s after=%s", town_day(7), cursor);
	client_expect(other, "* day=... part=M ...");
	client_expect(other, "ok count=1 ...");
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(cursor);
	cursor = xstrdup(client_value(admin, "cursor"));
	client_send(other, "gaps day=%s after=%s", town_day(7), cursor);
	client_expect(other, "ok count=0 ...");
	client_send(other, "my physician=%s from=%s after=%s", town_rpps(0),
	    town_day(7), cursor);
	client_expect(other, "* slot=...");
	client_expect(other, "ok count=1 ...");
	client_send(other, "week site=%s from=%s after=%s limit=2",
	    town_finess(0), town_day(7), cursor);
	client_expect(other, "* half-day ... filled=1 ...");
	client_expect(other, "* slot=...");
	client_expect(other, "ok count=2 ...");
	free(cursor);
	client_close(other);
}
END_TEST

int
main(void)
{
	TCase *cases = tcase_create("needs");

	tcase_add_checked_fixture(cases, set_up, week_end);
	tcase_add_test(cases, two_coordinators_of_disjoint_scope);
	tcase_add_test(cases, desks_and_regulators);
	tcase_add_test(cases, my_list_in_its_sections);
	tcase_add_test(cases, my_list_while_the_database_is_away);
	tcase_add_test(cases, who_watches_is_told_of_needs);
	tcase_add_test(cases, after_a_cursor);
	return view_main("needs", cases);
}
