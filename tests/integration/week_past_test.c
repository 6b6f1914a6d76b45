/* SPDX-License-Identifier: ISC */
/*
 * week_past_test: `week` and `my` at a mark say what they said at that time,
 * byte for byte, whatever has changed since; and to whom they say it today.
 */
#include "daemon/base/mem.h"
#include "tests/integration/view_kit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct town *town;
static struct client *admin;

static void
set_up(void)
{
	town = view_town(2);
	admin = daemon_operator(town->daemon[0]);
}

static void
tear_down(void)
{
	client_close(admin);
	town_free(town);
}

enum { ASK_MAX = 1024 };

/* A write that succeeds. */
static void PRINTF_LIKE(1, 2) put(const char *fmt, ...)
{
	char line[ASK_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	client_ask(admin, line, "ok ...");
}

static long long
set_mark(void)
{
	return pgcluster_number(
	    town->sql, "SELECT rota.mark(interval '0', 'publication')");
}

/* The answer up to its cursor or its mark; owned by the caller. */
static char *
answer(struct client *client, const char *ask, long long mark)
{
	char *line =
	    mark == 0 ? xstrdup(ask) : xasprintf("%s mark=%lld", ask, mark);
	char *text = view_answer_of(client, line), *end, *told;

	free(line);
	end = strstr(text, " mark=");
	if (mark == 0) {
		ck_assert_ptr_null(end);
		return text;
	}
	ck_assert_msg(end != NULL, "%s", text);
	told = xasprintf(" mark=%lld as-of=20...\n", mark);
	ck_assert_msg(client_matches(end, told), "%s", end);
	free(told);
	strcpy(end, "\n");
	return text;
}

/* ----- what changes ----- */

static char *slots[6];

static void
first_plan(void)
{
	put("territory put code=SEC kind=sector name=Rives");
	put("territory put code=SEC2 kind=sector");
	put("structure put code=CHU kind=HOPITAL");
	put("programme put code=SOL name=Solidarite");
	for (unsigned n = 1; n < 4; n++)
		put("site put finess=%s sector=SEC", town_finess(n));
	put("site put finess=%s kind=mobile rooms=1 territory=T-A",
	    town_finess(5));
	put("site put finess=%s address=\"1 rue Haute\" commune=16106",
	    town_finess(0));
	put("need put site=%s pattern=\"mon-fri M\" number=2 from=%s",
	    town_finess(0), town_day(0));
	put("need put sector=SEC pattern=\"tue MA\" from=%s", town_day(0));
	put("stop put site=%s pattern=\"tue M\" from=%s commune=16106 "
	    "address=\"Place du marche\"",
	    town_finess(5), town_day(0));
	put("presence put site=%s staff=nurse pattern=\"mon-sun M\" from=%s",
	    town_finess(0), town_day(0));
	put("holiday put area=national kind=public from=%s to=%s name=Fete",
	    town_day(10), town_day(10));
	put("closure put site=%s from=%s to=%s cause=works", town_finess(1),
	    town_day(11), town_day(11));
	put("opening put site=%s from=%s to=%s hours=\"mon-sun A 15:00-17:00\"",
	    town_finess(0), town_day(10), town_day(10));
	put("enrolment put physician=%s programme=SOL from=%s", town_rpps(0),
	    town_day(0));
	put("quota put physician=%s period=week min=3 max=5 from=%s",
	    town_rpps(0), town_day(0));
	put("quota put programme=SOL period=year max=90 from=%s", town_day(0));
	put("quota put physician=%s period=contract max=90 from=2026-01-01",
	    town_rpps(0));
	put("busy put physician=%s structure=CHU pattern=\"wed MA\" from=%s",
	    town_rpps(0), town_day(0));
	put("absence put physician=%s from=%s to=%s parts=M category=TRAINING",
	    town_rpps(0), town_day(11), town_day(12));
	slots[0] =
	    view_assign(admin, 0, 0, 7, "part=M programme=SOL state=published");
	slots[1] = view_assign(admin, 1, 0, 7, "part=M");
	slots[2] = view_assign(admin, 0, 5, 8, "part=M");
	slots[3] =
	    view_assign(admin, 2, 2, 8, "part=M unscheduled=60 remote=30");
	slots[4] = view_assign(admin, 3, 3, 8, "part=M state=published");
	slots[5] = view_assign(admin, 0, 3, 30, "part=N programme=SOL");
	put("rotation put code=R site=%s pattern=\"wed A\" physicians=%s,%s "
	    "from=%s to=%s",
	    town_finess(0), town_rpps(4), town_rpps(5), town_day(7),
	    town_day(20));
}

static void
other_assignments(void)
{
	put("slot move slot=%s part=A reason=WISH", slots[0]);
	put("slot cancel slot=%s", slots[1]);
	put("slot swap slot=%s with=%s reason=WISH", slots[3], slots[4]);
	put("slot cancel slot=%s", slots[5]);
	free(view_assign(admin, 6, 1, 9, "part=A"));
	put("rotation end rotation=R");
}

static void
other_facts(void)
{
	put("closure put site=%s from=%s to=%s cause=flood slots=cancel",
	    town_finess(0), town_day(8), town_day(9));
	put("closure put site=%s from=%s to=%s cause=works state=retired",
	    town_finess(1), town_day(11), town_day(11));
	put("need put site=%s pattern=\"mon-fri M\" number=3 from=%s",
	    town_finess(0), town_day(0));
	put("need put sector=SEC pattern=\"tue MA\" from=%s state=retired",
	    town_day(0));
	put("stop put site=%s pattern=\"tue M\" from=%s commune=16102 "
	    "address=\"Gare\"",
	    town_finess(5), town_day(0));
	put("presence put site=%s staff=nurse pattern=\"mon-sun M\" from=%s "
	    "state=retired",
	    town_finess(0), town_day(0));
	put("holiday put area=national kind=public from=%s to=%s name=Autre",
	    town_day(10), town_day(10));
	put("opening put site=%s from=%s to=%s hours=\"mon-sun M 09:00-10:00\"",
	    town_finess(0), town_day(10), town_day(10));
}

static void
other_people(void)
{
	put("physician put rpps=%s family=Neuf given=Nom", town_rpps(0));
	put("physician put rpps=%s specialty=PED", town_rpps(2));
	put("absence put physician=%s from=%s to=%s parts=M state=retired",
	    town_rpps(0), town_day(11), town_day(12));
	put("absence put physician=%s from=%s to=%s category=SICK",
	    town_rpps(0), town_day(13), town_day(13));
	put("busy put physician=%s structure=CHU pattern=\"wed MA\" from=%s "
	    "state=retired",
	    town_rpps(0), town_day(0));
	put("quota put physician=%s period=week min=1 max=9 from=%s",
	    town_rpps(0), town_day(0));
	put("enrolment put physician=%s programme=SOL from=%s state=retired",
	    town_rpps(0), town_day(0));
	put("structure put code=CHU name=Centre");
	put("programme put code=SOL name=Autre");
}

static void
other_places(void)
{
	put("site put site=%s finess=988100012 name=Neuf address=Ailleurs "
	    "hours=\"mon-sun M 08:00-13:00\"",
	    town_finess(0));
	put("site put finess=%s territory=T-B sector=SEC2", town_finess(1));
	put("site put finess=%s territory=T-A sector=SEC2", town_finess(3));
	put("territory put code=SEC name=Berges");
}

/* ----- byte for byte ----- */

enum { ASKS = 9, CLIENTS = 3, STAGES = 5 };

static char *asks[ASKS];
static char *answers[STAGES][CLIENTS][ASKS];
static long long marks[STAGES];

static void
set_asks(void)
{
	const char *monday = town_day(7);

	/* By its id: its number changes. */
	client_send(admin, "site get site=%s", town_finess(0));
	client_expect(admin, "* ...");
	asks[0] = xasprintf("week site=%s from=%s limit=1000",
	    client_value(admin, "id"), monday);
	client_expect(admin, "ok ...");
	asks[1] = xasprintf("week site=%s from=%s", town_finess(5), monday);
	asks[2] = xasprintf("week territory=T-A from=%s limit=1000", monday);
	asks[3] = xasprintf("week territory=T-A from=%s limit=3", monday);
	asks[4] = xasprintf("week territory=SEC from=%s limit=1000", monday);
	asks[5] = xasprintf("week physician=%s from=%s", town_rpps(0), monday);
	asks[7] = xasprintf("my physician=%s from=%s to=%s limit=1000",
	    town_rpps(0), monday, town_day(34));
	asks[8] =
	    xasprintf("my physician=%s from=%s limit=2", town_rpps(0), monday);
	asks[6] = xasprintf("week physician=%s from=%s", town_rpps(4), monday);
}

/* Answers are too long for a message of the framework. */
static void
check_same(const char *a, const char *b)
{
	size_t same = 0;

	while (a[same] != '\0' && a[same] == b[same])
		same++;
	while (same > 0 && a[same - 1] != '\n')
		same--;
	ck_assert_msg(
	    strcmp(a, b) == 0, "%.400s instead of %.400s", a + same, b + same);
}

static void
check_stage(struct client *client, size_t stage, size_t who)
{
	/* The last ones tell her categories of absences, which have no past. */
	for (size_t i = 0; i < (who == 2 ? ASKS - 2 : ASKS); i++) {
		char *text = answer(client, asks[i], marks[stage]);

		check_same(text, answers[stage][who][i]);
		free(text);
	}
}

/* What they say of one stage is told apart from what they say of another. */
static void
check_differ(size_t ask, size_t stage, size_t other)
{
	ck_assert(strcmp(answers[stage][0][ask], answers[other][0][ask]) != 0);
}

START_TEST(weeks_repeat_byte_for_byte)
{
	static void (*const changes[STAGES])(void) = {first_plan,
	    other_assignments, other_facts, other_people, other_places};
	struct client *clients[CLIENTS] = {admin};
	struct client *other = daemon_operator(town->daemon[1]);

	for (size_t stage = 0; stage < STAGES; stage++) {
		changes[stage]();
		if (stage == 0) {
			set_asks();
			view_authorise(admin, 0, 0);
			clients[1] = view_login(town, 0, "role=auditor");
			clients[2] = view_login(town, 0,
			    "role=coordinator scope=territory:T-A,"
			    "territory:T-B,territory:SEC");
		}
		for (size_t who = 0; who < CLIENTS; who++)
			for (size_t i = 0; i < ASKS; i++)
				answers[stage][who][i] =
				    answer(clients[who], asks[i], 0);
		marks[stage] = set_mark();
	}
	for (size_t i = 0; i < 5; i++)
		check_differ(i, 0, 1 + i % 2);
	check_differ(0, 1, 2);
	check_differ(7, 2, 3);
	check_differ(5, 2, 3);
	check_differ(2, 3, 4);
	/* The book is loaded anew for it: what it says next is not asked. */
	put("site put finess=%s tz=America/Martinique", town_finess(2));
	town_settle(town);
	for (size_t stage = 0; stage < STAGES; stage++) {
		for (size_t who = 0; who < CLIENTS; who++)
			check_stage(clients[who], stage, who);
		check_stage(other, stage, 0);
		check_stage(admin, stage, 0);
	}
	for (size_t stage = 0; stage < STAGES; stage++)
		for (size_t who = 0; who < CLIENTS; who++)
			for (size_t i = 0; i < ASKS; i++)
				free(answers[stage][who][i]);
	for (size_t i = 0; i < ASKS; i++)
		free(asks[i]);
	for (size_t i = 0; i < ARRAY_SIZE(slots); i++)
		free(slots[i]);
	client_close(other);
	for (size_t who = 1; who < CLIENTS; who++)
		client_close(clients[who]);
}
END_TEST

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

	put("quota put physician=%s period=contract min=9 from=2020-01-01",
	    town_rpps(0));
	free(view_assign(admin, 0, 0, 7, "part=M"));
	before = answer(admin, ask, 0);
	ck_assert_ptr_nonnull(strstr(before, " done=0 planned=1 owed=8"));
	first = set_mark();
	work_in_the_past(3);
	do {
		after = answer(admin, ask, 0);
		counted = strstr(after, " done=3 planned=1 owed=5") != NULL;
		if (!counted) {
			free(after);
			town_pause();
		}
	} while (!counted);
	second = set_mark();
	put("quota put physician=%s period=contract min=2 from=2020-01-01",
	    town_rpps(0));
	text = answer(admin, ask, first);
	check_same(text, before);
	free(text);
	text = answer(admin, ask, second);
	check_same(text, after);
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
	char *text = answer(client, ask, mark);
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
	mark = set_mark();
	count_lines(a, from_a, mark, "* slot=", 2);
	count_lines(a, site, mark, "* slot=", 1);
	put("site put finess=%s territory=T-B", town_finess(1));
	put("slot publish from=%s to=%s physician=%s", town_day(7), town_day(7),
	    town_rpps(0));
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

	put("absence put physician=%s from=%s to=%s category=SICK",
	    town_rpps(0), town_day(8), town_day(8));
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(view_assign(admin, 1, 1, 7, "part=M"));
	mark = set_mark();
	put("absence put physician=%s from=%s to=%s state=retired",
	    town_rpps(0), town_day(8), town_day(8));
	put("absence put physician=%s from=%s to=%s category=LEAVE",
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
	mark = set_mark();
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
	put("physician put rpps=10005173140 family=Martin");
	client_send(admin, "my physician=10005173140 mark=%lld", mark);
	client_expect(admin, "ok count=0 mark=... as-of=...");
	client_send(admin, "week physician=10005173140 mark=%lld", mark);
	client_expect(admin, "ok count=0 mark=... as-of=...");
	put("territory put code=T-C kind=cpts");
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
	text = answer(admin, week, mark);
	free(week);
	week = answer(admin, "week territory=T-A", mark);
	check_same(week, text);
	free(week);
	free(text);
	/* As of an instant since, it is that mark. */
	text = answer(admin, ask, mark);
	free(ask);
	ask = xasprintf("week territory=T-A from=%s as-of=%sT23:59+01:00",
	    town_day(7), today);
	week = view_answer_of(admin, ask);
	*strstr(week, " mark=") = '\0';
	text[strlen(text) - 1] = '\0';
	check_same(week, text);
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
	put("busy put physician=%s pattern=\"wed MA\" from=%s", town_rpps(0),
	    town_day(0));
	mark = set_mark();
	week = xasprintf(
	    "week territory=T-A from=%s mark=%lld", town_day(7), mark);
	my = xasprintf("my physician=%s from=%s to=%s mark=%lld", town_rpps(0),
	    town_day(7), town_day(13), mark);
	put("busy put physician=%s pattern=\"wed MA\" from=%s state=retired",
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
	    "week territory=T-B from=%s mark=%lld", town_day(7), set_mark());
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
	long long mark = set_mark();

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
	TCase *tcase = tcase_create("week past");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, weeks_repeat_byte_for_byte);
	tcase_add_test(tcase, older_half_days_are_counted);
	tcase_add_test(tcase, rights_are_those_of_today);
	tcase_add_test(tcase, physicians_and_their_past);
	tcase_add_test(tcase, what_the_past_refuses);
	tcase_add_test(tcase, pages_of_a_mark);
	tcase_add_test(tcase, what_cannot_be_told_is_not);
	tcase_add_test(tcase, the_past_needs_the_database);
	return view_main("week past", tcase);
}
