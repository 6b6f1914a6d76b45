/* SPDX-License-Identifier: ISC */
/*
 * past_reach_test: which marks and days `week` and `my` can be asked for, and
 * to whom they tell the past today.
 */
#include "tests/integration/week_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
set_up(void)
{
	week_begin(2);
}

/* ----- older time ----- */

/* Published mornings of physician 0 in a week of a quarter that is closed. */
static void
work_in_the_past(unsigned days)
{
	for (unsigned i = 0; i < days; i++)
		pgcluster_run(town->sql,
		    "WITH t AS (SELECT date '%s' - 280 + %u AS d),"
		    " a AS (INSERT INTO rota.assignment (id, rev, physician,"
		    " site, room, day, part, during, half_days, activity,"
		    " programme, state) SELECT gen_random_uuid(), 1, p.id, "
		    "s.id,"
		    " 1, d, 'M', tstzrange(d + interval '9h', d + interval"
		    " '12h'), 1, 'MT', NULL, 'published' FROM rota.physician p,"
		    " rota.site s, t WHERE p.rpps = '%s' AND s.finess = '%s'"
		    " RETURNING *)"
		    " INSERT INTO rota.change (epoch, kind, entity, rev,"
		    " payload) SELECT (SELECT epoch FROM rota.present),"
		    " 'assignment', id, 1, to_jsonb(a) - 'during' ||"
		    " jsonb_build_object("
		    " 'from', extract(epoch FROM lower(during))::bigint,"
		    " 'to', extract(epoch FROM upper(during))::bigint) FROM a",
		    town_day(0), i, town_rpps(0), town_finess(0));
}

/* What is owed counts half-days of quarters that were closed then. */
START_TEST(older_half_days_are_counted)
{
	char *ask = xasprintf("my physician=%s from=%s to=%s", town_rpps(0),
	    town_day(7), town_day(13));
	char *before, *after, *text;
	long long first, second;
	bool counted;

	week_put("quota put physician=%s period=contract min=9 from=2020-01-01",
	    town_rpps(0));
	free(view_assign(admin, 0, 0, 7, "part=M"));
	before = week_answer_at(admin, ask, 0);
	ck_assert_ptr_nonnull(strstr(before, " done=0 planned=1 owed=8"));
	first = week_mark();
	work_in_the_past(3);
	do {
		after = week_answer_at(admin, ask, 0);
		counted = strstr(after, " done=3 planned=1 owed=5") != NULL;
		if (!counted) {
			free(after);
			town_pause();
		}
	} while (!counted);
	second = week_mark();
	week_put("quota put physician=%s period=contract min=2 from=2020-01-01",
	    town_rpps(0));
	text = week_answer_at(admin, ask, first);
	week_check_same(text, before);
	free(text);
	text = week_answer_at(admin, ask, second);
	week_check_same(text, after);
	free(text);
	free(before);
	free(after);
	free(ask);
}
END_TEST

/* ----- to whom ----- */

static struct client *
login(const char *fmt, const char *value)
{
	char *keys = xasprintf("%s%s", fmt, value);
	struct client *client = view_login(town, 0, keys);

	free(keys);
	return client;
}

static void
count_lines(struct client *client, const char *ask, long long mark,
    const char *word, unsigned expected)
{
	char *text = week_answer_at(client, ask, mark);
	unsigned count = 0;

	for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
		count++;
	ck_assert_msg(count == expected, "%u %s in %.400s", count, word, text);
	free(text);
}

/* A site that has gone over is seen, as it was, by who has it now. */
START_TEST(rights_are_those_of_today)
{
	struct client *a = login("role=coordinator scope=territory:", "T-A");
	struct client *b = login("role=coordinator scope=territory:", "T-B");
	struct client *desk = login("role=desk scope=site:", town_finess(1));
	char *site = xasprintf(
	    "week site=%s from=%s limit=1000", town_finess(1), town_day(7));
	char *from_a =
	    xasprintf("week territory=T-A from=%s limit=1000", town_day(7));
	char *from_b =
	    xasprintf("week territory=T-B from=%s limit=1000", town_day(7));
	char *slot = view_assign(admin, 0, 1, 7, "part=M"), *of_site;
	long long mark;

	free(view_assign(admin, 1, 0, 7, "part=M"));
	of_site = xasprintf("site=%s ", town_finess(1));
	mark = week_mark();
	count_lines(a, from_a, mark, "* slot=", 2);
	count_lines(a, site, mark, "* slot=", 1);
	week_put("site put finess=%s territory=T-B", town_finess(1));
	week_put("slot publish from=%s to=%s physician=%s", town_day(7),
	    town_day(7), town_rpps(0));
	count_lines(a, from_a, mark, "* slot=", 1);
	count_lines(a, from_a, mark, of_site, 0);
	client_send(a, "%s mark=%lld", site, mark);
	client_expect(a, "no scope ...");
	client_send(b, "%s mark=%lld", from_a, mark);
	client_expect(b, "no scope ...");
	count_lines(b, site, mark, "* slot=", 1);
	count_lines(b, site, mark, "state=draft", 1);
	/* It was not of T-B then. */
	count_lines(b, from_b, mark, of_site, 0);
	count_lines(b, from_b, 0, "state=published", 1);
	/* It was a draft, and drafts are not for desks. */
	count_lines(desk, site, mark, "* slot=", 0);
	count_lines(desk, site, mark, "* busy ", 1);
	count_lines(desk, site, 0, "* slot=", 1);
	free(slot);
	free(of_site);
	free(site);
	free(from_a);
	free(from_b);
	client_close(a);
	client_close(b);
	client_close(desk);
}
END_TEST

START_TEST(physicians_and_their_past)
{
	struct client *claire =
	    login("role=physician physician=", town_rpps(0));
	struct client *a = login("role=coordinator scope=territory:", "T-A");
	char *my = xasprintf("my from=%s to=%s", town_day(7), town_day(13));
	char *own = xasprintf("week from=%s", town_day(7));
	char *hers = xasprintf("my physician=%s from=%s to=%s", town_rpps(0),
	    town_day(7), town_day(13));
	char *site = xasprintf(
	    "week site=%s from=%s limit=1000", town_finess(1), town_day(7));
	long long mark;

	week_put("absence put physician=%s from=%s to=%s category=SICK",
	    town_rpps(0), town_day(8), town_day(8));
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(view_assign(admin, 1, 1, 7, "part=M"));
	mark = week_mark();
	week_put("absence put physician=%s from=%s to=%s state=retired",
	    town_rpps(0), town_day(8), town_day(8));
	week_put("absence put physician=%s from=%s to=%s category=LEAVE",
	    town_rpps(0), town_day(9), town_day(9));
	count_lines(claire, my, mark, "* absence ", 1);
	count_lines(claire, my, mark, "category=", 0);
	count_lines(claire, my, 0, "category=LEAVE", 1);
	count_lines(claire, my, mark, "* slot=", 1);
	count_lines(claire, own, mark, "* slot=", 1);
	count_lines(claire, own, mark, " category=ABSENT", 1);
	client_send(claire, "my physician=%s mark=%lld", town_rpps(1), mark);
	client_expect(claire, "no scope ...");
	/* Where she may work now, and could not then: what was there. */
	client_send(claire, "%s mark=%lld", site, mark);
	client_expect(claire, "no scope ...");
	view_authorise(admin, 0, 1);
	count_lines(claire, site, mark, "* busy ", 1);
	count_lines(claire, site, mark, "* half-day ", 28);
	/* Likewise of the coordinator who plans her now. */
	count_lines(a, hers, mark, "* absence ", 1);
	free(my);
	free(own);
	free(hers);
	free(site);
	client_close(claire);
	client_close(a);
}
END_TEST

/* ----- which mark, which days ----- */

START_TEST(what_the_past_refuses)
{
	char *ask = xasprintf("week territory=T-A from=%s", town_day(7));
	char *today, *week, *text;
	long long mark;

	free(view_assign(admin, 0, 0, 7, "part=M"));
	mark = week_mark();
	client_ask(admin,
	    "week territory=T-A mark=1 as-of=2026-01-01T00:00+01:00",
	    "bad value what=mark ...");
	client_ask(admin, "week territory=T-A mark=0", "no no-mark ...");
	client_ask(
	    admin, "my physician=10000000000 mark=1", "no not-found ...");
	client_ask(admin, "week territory=T-A as-of=1990-01-01T00:00+01:00",
	    "no no-mark ...");
	client_ask(admin, "week territory=T-A mark=9007199254740992",
	    "no no-mark ...");
	client_send(
	    admin, "week territory=T-A from=2020-01-01 mark=%lld", mark);
	client_expect(admin, "no closed first=20... what=from ...");
	client_send(
	    admin, "week territory=T-A next=2020-01-01 mark=%lld", mark);
	client_expect(admin, "bad value what=next ...");
	client_send(admin, "my physician=%s from=%s to=%s mark=%lld",
	    town_rpps(0), town_day(7), town_day(6), mark);
	client_expect(admin, "bad value what=to ...");
	client_send(admin, "my physician=%s from=%s to=%s mark=%lld",
	    town_rpps(0), town_day(0), town_day(100), mark);
	client_expect(admin, "bad value what=to ...");
	/* Who came later is nowhere yet. */
	week_put("physician put rpps=10005173140 family=Martin");
	client_send(admin, "my physician=10005173140 mark=%lld", mark);
	client_expect(admin, "ok count=0 mark=... as-of=...");
	client_send(admin, "week physician=10005173140 mark=%lld", mark);
	client_expect(admin, "ok count=0 mark=... as-of=...");
	week_put("territory put code=T-C kind=cpts");
	client_send(admin, "week territory=T-C mark=%lld", mark);
	client_expect(admin, "ok count=0 mark=... as-of=...");
	/* The week of the mark. */
	pgcluster_run(town->sql,
	    "UPDATE rota.mark SET at = at - interval '14 days' WHERE mark <="
	    " %lld",
	    mark);
	today = pgcluster_text(town->sql,
	    "SELECT (at AT TIME ZONE 'Europe/Paris')::date FROM rota.mark"
	    " WHERE mark = %lld",
	    mark);
	week = xasprintf("week territory=T-A from=%s", today);
	text = week_answer_at(admin, week, mark);
	free(week);
	week = week_answer_at(admin, "week territory=T-A", mark);
	week_check_same(week, text);
	free(week);
	free(text);
	/* As of an instant since, it is that mark. */
	text = week_answer_at(admin, ask, mark);
	free(ask);
	ask = xasprintf("week territory=T-A from=%s as-of=%sT23:59+01:00",
	    town_day(7), today);
	week = view_answer_of(admin, ask);
	*strstr(week, " mark=") = '\0';
	text[strlen(text) - 1] = '\0';
	week_check_same(week, text);
	free(week);
	free(text);
	free(today);
	free(ask);
}
END_TEST

START_TEST(pages_of_a_mark)
{
	char *week, *my;
	long long mark;

	for (unsigned n = 0; n < 4; n++)
		free(view_assign(admin, n, n % 3, 7, "part=M"));
	free(view_assign(admin, 0, 1, 8, "part=M"));
	week_put("busy put physician=%s pattern=\"wed MA\" from=%s",
	    town_rpps(0), town_day(0));
	mark = week_mark();
	week = xasprintf(
	    "week territory=T-A from=%s mark=%lld", town_day(7), mark);
	my = xasprintf("my physician=%s from=%s to=%s mark=%lld", town_rpps(0),
	    town_day(7), town_day(13), mark);
	week_put(
	    "busy put physician=%s pattern=\"wed MA\" from=%s state=retired",
	    town_rpps(0), town_day(0));
	view_check_pages(admin, week, 3 * 28 + 5);
	view_check_pages(admin, my, 2 + 2);
	free(week);
	free(my);
}
END_TEST

/* Rows of an epoch before the present one, which the feed has passed: the
 * history has what the daemon does not know, or cannot read. */
static void
forge_sites(const char *payload, unsigned count)
{
	pgcluster_run(town->sql,
	    "INSERT INTO rota.change (epoch, kind, entity, rev, payload)"
	    " SELECT 1, 'site', i.id, 1, %s || jsonb_build_object('id', i.id,"
	    " 'rev', 1, 'finess', NULL, 'territory', t.id)"
	    " FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, %u))"
	    " i, rota.territory t, rota.site s WHERE t.code = 'T-B'"
	    " AND s.finess = '%s'",
	    payload, count, town_finess(0));
}

START_TEST(what_cannot_be_told_is_not)
{
	struct client *b = login("role=coordinator scope=territory:", "T-B");
	char *ask;

	/* Nobody knows whose it is today. */
	forge_sites("to_jsonb(s)", 1);
	ask = xasprintf(
	    "week territory=T-B from=%s mark=%lld", town_day(7), week_mark());
	client_ask(b, ask, "fail behind ...");
	view_check_pages(admin, ask, 3 * 28);
	forge_sites("to_jsonb(s) - 'tz' || '{\"tz\": \"Mars/Base\"}'", 1);
	client_ask(admin, ask, "fail internal ...");
	forge_sites("to_jsonb(s)", 10000);
	client_ask(admin, ask, "no limit ...");
	free(ask);
	client_close(b);
}
END_TEST

START_TEST(the_past_needs_the_database)
{
	long long mark = week_mark();

	pgcluster_stop(cluster, PGCLUSTER_FAST);
	client_send(admin, "week territory=T-A mark=%lld", mark);
	client_expect(admin, "fail unavailable ...");
	pgcluster_start(cluster);
	town_sql_anew(town);
	town_wait_up(town, 0);
	town_wait_up(town, 1);
}
END_TEST

int
main(void)
{
	TCase *cases = tcase_create("past_reach");

	tcase_add_checked_fixture(cases, set_up, week_end);
	tcase_add_test(cases, older_half_days_are_counted);
	tcase_add_test(cases, rights_are_those_of_today);
	tcase_add_test(cases, physicians_and_their_past);
	tcase_add_test(cases, what_the_past_refuses);
	tcase_add_test(cases, pages_of_a_mark);
	tcase_add_test(cases, what_cannot_be_told_is_not);
	tcase_add_test(cases, the_past_needs_the_database);
	return view_main("past_reach", cases);
}
