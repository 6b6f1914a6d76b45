/* SPDX-License-Identifier: ISC */
/*
 * needs_test: gaps, the week as a grid, and a physician's own list, over a
 * daemon - what they tell, in what order, page by page, and to whom.
 */
#include "daemon/base/mem.h"
#include "proto/out.h"
#include "tests/integration/view_kit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct town *town;
static struct client *admin;

/* The town, and who has been set over it. */
static void
set_up(void)
{
	town = view_town(1);
	admin = daemon_operator(town->daemon[0]);
}

static void
tear_down(void)
{
	client_close(admin);
	town_free(town);
}

#define ASK_MAX 1024

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

/* The lines of an answer, by the patterns given, one per line. */
static void PRINTF_LIKE(3, 4) expect_answer(
    struct client *client, const char *patterns, const char *fmt, ...)
{
	char line[ASK_MAX], pattern[ASK_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	client_send(client, "%s", line);
	while (*patterns != '\0') {
		size_t len = strcspn(patterns, "\n");

		snprintf(pattern, sizeof(pattern), "%.*s", (int)len, patterns);
		client_expect(client, pattern);
		patterns += len + (patterns[len] == '\n' ? 1 : 0);
	}
}

static char *answer_of(struct client *client, const char *fmt, ...)
    PRINTF_LIKE(2, 3);

static char *
answer_of(struct client *client, const char *fmt, ...)
{
	char line[ASK_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	return view_answer_of(client, line);
}

static void check_pages(struct client *client, size_t expected, const char *fmt,
    ...) PRINTF_LIKE(3, 4);

static void
check_pages(struct client *client, size_t expected, const char *fmt, ...)
{
	char line[ASK_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	view_check_pages(client, line, expected);
}

/* ----- gaps ----- */

/* Monday to Friday, mornings: one follow-up at sites 0, 1 and 3, and on
 * Tuesdays one for unscheduled care at site 0. */
static void
put_needs(void)
{
	static const unsigned sites[] = {0, 1, 3};

	for (size_t i = 0; i < ARRAY_SIZE(sites); i++)
		put("need put site=%s pattern=\"mon-fri M\" from=%s",
		    town_finess(sites[i]), town_day(0));
	put("need put site=%s pattern=\"tue MA\" activity=SNP number=2 from=%s",
	    town_finess(0), town_day(0));
}

START_TEST(gaps_are_needs_that_nobody_fills)
{
	char *expected;

	put_needs();
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
	expect_answer(admin, expected, "gaps site=%s from=%s to=%s",
	    town_finess(0), town_day(7), town_day(8));
	free(expected);
	/* One who cancels leaves a gap. */
	check_pages(admin, 0, "gaps site=%s day=%s activity=MT", town_finess(0),
	    town_day(7));
	client_send(admin, "slot list site=%s from=%s to=%s", town_finess(0),
	    town_day(7), town_day(7));
	client_expect(admin, "* slot=...");
	expected = xstrdup(client_value(admin, "slot"));
	client_expect(admin, "ok count=1 ...");
	put("slot cancel slot=%s", expected);
	free(expected);
	check_pages(admin, 1, "gaps site=%s day=%s activity=MT", town_finess(0),
	    town_day(7));
}
END_TEST

START_TEST(places_and_kinds_of_gaps)
{
	put_needs();
	put("zone put commune=16106 kind=gp class=ZIP from=2020-01-01");
	put("site put finess=%s commune=16106 departement=16", town_finess(0));
	put("site put finess=%s departement=87", town_finess(3));
	put("need put site=%s pattern=\"wed S\" activity=CA specialty=CARDIO "
	    "from=%s",
	    town_finess(0), town_day(0));
	/* Three sites, five mornings; twice two, and once. */
	check_pages(admin, 18, "gaps from=%s to=%s", town_day(7), town_day(13));
	check_pages(admin, 13, "gaps territory=T-A from=%s to=%s", town_day(7),
	    town_day(13));
	check_pages(admin, 5, "gaps territory=T-B from=%s to=%s", town_day(7),
	    town_day(13));
	check_pages(
	    admin, 8, "gaps zone=ZIP from=%s to=%s", town_day(7), town_day(13));
	check_pages(
	    admin, 0, "gaps zone=ZAC from=%s to=%s", town_day(7), town_day(13));
	check_pages(admin, 5, "gaps departement=87 from=%s to=%s", town_day(7),
	    town_day(13));
	check_pages(admin, 1, "gaps specialty=CARDIO from=%s to=%s",
	    town_day(7), town_day(13));
	check_pages(admin, 2, "gaps activity=SNP from=%s to=%s", town_day(7),
	    town_day(13));
	check_pages(admin, 3, "gaps day=%s", town_day(7));
	check_pages(admin, 18 * 4, "gaps from=%s", town_day(7));
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
	put_needs();
	put("need put site=%s pattern=\"mon M\" activity=CA from=2040-01-02 "
	    "to=2040-01-02",
	    town_finess(4));
	check_pages(
	    admin, 1, "gaps activity=CA from=%s to=2040-01-31", "2036-01-01");
	check_pages(
	    admin, 0, "gaps activity=CA from=%s to=2040-01-01", "2036-01-01");
}
END_TEST

START_TEST(closed_half_days_need_nobody)
{
	put_needs();
	put("holiday put area=national kind=public from=%s to=%s name=Fete",
	    town_day(7), town_day(7));
	put("closure put site=%s from=%s to=%s cause=flood", town_finess(0),
	    town_day(8), town_day(9));
	put("site put finess=%s holidays=open", town_finess(3));
	put("opening put site=%s from=%s to=%s hours=\"mon-sun M 10:00-12:00\"",
	    town_finess(1), town_day(7), town_day(7));
	check_pages(admin, 2, "gaps day=%s", town_day(7));
	check_pages(
	    admin, 0, "gaps site=%s day=%s", town_finess(0), town_day(7));
	check_pages(admin, 2, "gaps site=%s from=%s to=%s", town_finess(0),
	    town_day(7), town_day(13));
}
END_TEST

START_TEST(a_sector_needs_any_of_its_sites)
{
	struct client *south, *north;

	put("territory put code=S-1 kind=sector name=Secteur");
	put("site put finess=%s sector=S-1", town_finess(1));
	put("site put finess=%s sector=S-1", town_finess(2));
	put("need put sector=S-1 pattern=\"mon-fri M\" activity=SNP from=%s",
	    town_day(0));
	check_pages(admin, 5, "gaps sector=S-1 from=%s to=%s", town_day(7),
	    town_day(13));
	check_pages(admin, 5, "gaps territory=T-A from=%s to=%s", town_day(7),
	    town_day(13));
	check_pages(admin, 0, "gaps territory=T-B from=%s to=%s", town_day(7),
	    town_day(13));
	free(view_assign(admin, 0, 2, 8, "part=M activity=SNP"));
	free(view_assign(admin, 0, 0, 9, "part=M activity=SNP"));
	check_pages(admin, 4, "gaps sector=S-1 from=%s to=%s", town_day(7),
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
	check_pages(south, 4, "gaps from=%s to=%s", town_day(7), town_day(13));
	check_pages(north, 0, "gaps from=%s to=%s", town_day(7), town_day(13));
	put("site put finess=%s sector=S-1", town_finess(3));
	check_pages(south, 0, "gaps from=%s to=%s", town_day(7), town_day(13));
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
	put_needs();
	put("programme put code=SOL");
	put("authorisation put physician=%s site=%s kind=mission from=%s",
	    town_rpps(1), town_finess(0), town_day(0));
	for (unsigned n = 0; n < 3; n++)
		put("quota put physician=%s period=week min=2 from=%s",
		    town_rpps(n), town_day(7));
	put("quota put programme=SOL period=contract min=1 from=%s to=%s",
	    town_day(7), town_day(16));
	put("enrolment put physician=%s programme=SOL from=%s", town_rpps(2),
	    town_day(0));
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(view_assign(admin, 0, 0, 8, "part=M state=published"));
	/* One of the first has both half-days of its first week. */
	check_pages(
	    admin, 15 + 2, "gaps from=%s to=%s", town_day(7), town_day(13));
	check_pages(admin, 15 + 17 + 3 * 2 - 1 + 1, "gaps from=%s to=%s",
	    town_day(7), town_day(20));
	check_pages(admin, 13, "gaps activity=MT from=%s to=%s", town_day(7),
	    town_day(13));
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

/* ----- scopes ----- */

/* Neither coordinator is told anything of the other's half. */
START_TEST(two_coordinators_of_disjoint_scope)
{
	struct client *a =
	    view_login(town, 0, "role=coordinator scope=territory:T-A");
	struct client *b =
	    view_login(town, 0, "role=coordinator scope=territory:T-B");
	char *text;

	put_needs();
	put("authorisation put physician=%s site=%s kind=mission from=%s",
	    town_rpps(0), town_finess(0), town_day(0));
	put("absence put physician=%s from=%s to=%s", town_rpps(0),
	    town_day(11), town_day(12));
	put("busy put physician=%s pattern=\"thu A\" from=%s", town_rpps(0),
	    town_day(7));
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(view_assign(admin, 0, 3, 8, "part=M state=published"));
	check_pages(a, 11, "gaps from=%s to=%s", town_day(7), town_day(13));
	check_pages(b, 4, "gaps from=%s to=%s", town_day(7), town_day(13));
	text = answer_of(b, "gaps from=%s to=%s", town_day(7), town_day(13));
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
	    "category=OTHER");
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
	put_needs();
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(view_assign(admin, 1, 0, 8, "part=M state=published"));
	check_pages(desk, 5, "gaps from=%s to=%s", town_day(7), town_day(13));
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

/* ----- weeks ----- */

START_TEST(a_week_says_why_it_is_closed)
{
	char *patterns;

	put("site put finess=%s hours=\"mon-fri M 09:00-12:00\"",
	    town_finess(5));
	put("need put site=%s pattern=\"mon-thu M; sat M\" from=%s",
	    town_finess(5), town_day(7));
	put("presence put site=%s staff=nurse pattern=\"mon-fri M\" from=%s",
	    town_finess(5), town_day(7));
	put("presence put site=%s staff=apn pattern=\"mon MA\" from=%s",
	    town_finess(5), town_day(7));
	put("closure put site=%s from=%s to=%s cause=works", town_finess(5),
	    town_day(8), town_day(8));
	put("holiday put area=national kind=public from=%s to=%s "
	    "name=\"Jour de fete\"",
	    town_day(9), town_day(9));
	put("opening put site=%s from=%s to=%s hours=\"mon-sun A 15:00-17:00\"",
	    town_finess(5), town_day(9), town_day(9));
	free(view_assign(admin, 0, 5, 7, "part=M"));
	patterns = xasprintf(
	    "* half-day day=%s part=M site=%s open=09:00-12:00 need=1 filled=1 "
	    "missing=0 staff=nurse,apn name=Site-5\n"
	    "* slot=... room=1 activity=MT state=draft family=F0 given=G0\n"
	    "* half-day day=%s part=M site=... closed=closure cause=works "
	    "need=0 filled=0 missing=0 name=Site-5\n"
	    "* half-day day=%s part=M site=... closed=holiday "
	    "holiday=\"Jour de fete\" need=0 filled=0 missing=0 name=Site-5\n"
	    "* half-day day=%s part=A site=... open=15:00-17:00 need=0 "
	    "filled=0 missing=0 name=Site-5\n"
	    "* half-day day=%s part=M site=... open=09:00-12:00 need=1 "
	    "filled=0 missing=1 wanted=MT staff=nurse name=Site-5\n"
	    "* half-day day=%s part=M site=... open=09:00-12:00 need=0 "
	    "filled=0 missing=0 staff=nurse name=Site-5\n"
	    "ok count=7 cursor=...",
	    town_day(7), town_finess(5), town_day(8), town_day(9), town_day(9),
	    town_day(10), town_day(11));
	expect_answer(admin, patterns, "week site=%s from=%s", town_finess(5),
	    town_day(12));
	free(patterns);
}
END_TEST

START_TEST(weeks_page_by_page)
{
	put_needs();
	for (unsigned n = 0; n < 4; n++) {
		free(view_assign(admin, n, n / 2, 7, "part=M"));
		free(view_assign(admin, n, 2, 8, n < 2 ? "part=A" : "part=M"));
	}
	/* Four parts a day of three sites, and the assignments. */
	check_pages(
	    admin, 3 * 28 + 8, "week territory=T-A from=%s", town_day(7));
	check_pages(
	    admin, 28 + 4, "week site=%s from=%s", town_finess(2), town_day(7));
	check_pages(
	    admin, 2, "week physician=%s from=%s", town_rpps(0), town_day(7));
}
END_TEST

/* The last Sunday of March of next year, or days before it; for one line. */
static const char *
march_sunday(int before)
{
	static char text[16];
	struct out out = OUT(text);
	time_t now = time(NULL);
	int32_t day;

	day = day_from_civil(gmtime(&now)->tm_year + 1901, 3, 31);
	out_day(&out, day - (day + 4) % 7 - before);
	text[out.len] = '\0';
	return text;
}

/* A night over a change of the clock. */
START_TEST(a_week_in_which_the_clock_changes)
{
	char *saturday = xstrdup(march_sunday(1)), *pattern;

	put("slot assign physician=%s site=%s day=%s part=N activity=MT",
	    town_rpps(0), town_finess(0), saturday);
	put("need put site=%s pattern=\"sat N\" from=%s", town_finess(0),
	    saturday);
	client_send(
	    admin, "week site=%s from=%s", town_finess(0), march_sunday(0));
	pattern = xasprintf("* half-day day=%s part=N site=... "
			    "open=24:00-32:00 need=1 filled=1 missing=0 ...",
	    saturday);
	client_expect_after(admin, pattern);
	free(pattern);
	pattern = xasprintf("* slot=... day=%s part=N "
			    "from=%sT00:00+01:00 to=%sT08:00+02:00 ...",
	    saturday, march_sunday(0), march_sunday(0));
	client_expect(admin, pattern);
	free(pattern);
	client_expect_after(admin, "ok count=29 ...");
	check_pages(admin, 0, "gaps site=%s day=%s", town_finess(0), saturday);
	free(saturday);
}
END_TEST

START_TEST(weeks_elsewhere)
{
	put("site put finess=%s tz=Indian/Reunion", town_finess(4));
	client_send(
	    admin, "week site=%s from=2034-03-22 limit=1", town_finess(4));
	client_expect(admin, "* half-day day=2034-03-20 part=M ...");
	client_expect(admin, "ok count=1 next=...");
	/* Week 53 goes into the next year. */
	client_send(
	    admin, "week site=%s from=2033-01-02 limit=1", town_finess(0));
	client_expect(admin, "* half-day day=2032-12-27 part=M ...");
	client_expect(admin, "ok count=1 next=...");
}
END_TEST

START_TEST(a_mobile_site_stands_somewhere)
{
	put("site put finess=%s kind=mobile rooms=1", town_finess(5));
	put("stop put site=%s pattern=\"tue M\" from=%s commune=16106 "
	    "address=\"Place du marche\"",
	    town_finess(5), town_day(0));
	put("need put site=%s pattern=\"mon-tue M\" from=%s", town_finess(5),
	    town_day(0));
	check_pages(
	    admin, 4, "gaps site=%s from=%s", town_finess(5), town_day(31));
	free(view_assign(admin, 0, 5, 8, "part=M"));
	client_send(admin, "week site=%s from=%s", town_finess(5), town_day(7));
	client_expect(
	    admin, "* half-day day=... part=M site=... closed=stop ...");
	client_expect_after(admin,
	    "* half-day day=... part=M site=... "
	    "open=09:00-12:00 commune=16106 need=1 "
	    "filled=1 missing=0 name=Site-5");
	client_expect_after(admin, "ok count=...");
	client_send(
	    admin, "my physician=%s from=%s", town_rpps(0), town_day(7));
	client_expect(admin,
	    "* slot=... name=Site-5 "
	    "address=\"Place du marche\" commune=16106");
	client_expect(admin, "ok count=1 ...");
}
END_TEST

START_TEST(a_physician_sees_weeks_of_own_sites)
{
	char *keys = xasprintf("role=physician physician=%s", town_rpps(0));
	struct client *claire = view_login(town, 0, keys);

	free(keys);
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(view_assign(admin, 1, 0, 7, "part=M state=published"));
	client_send(
	    claire, "week site=%s from=%s", town_finess(0), town_day(7));
	client_expect(claire, "* half-day day=... part=M ...");
	client_expect(claire, "* ...");
	client_expect(claire, "* ...");
	client_expect_after(claire, "ok count=30 ...");
	client_send(claire, "week site=%s from=%s limit=3", town_finess(0),
	    town_day(7));
	client_expect_after(claire, "* busy day=... part=M ...");
	ck_assert_ptr_null(client_value(claire, "physician"));
	client_expect_after(claire, "ok count=3 ...");
	/* Where nobody knows her; and once she may work there. */
	client_send(claire, "week site=%s", town_finess(1));
	client_expect(claire, "no scope ...");
	put("authorisation put physician=%s site=%s kind=mission from=%s",
	    town_rpps(0), town_finess(1), town_day(0));
	client_send(claire, "week site=%s from=%s limit=1", town_finess(1),
	    town_day(7));
	client_expect(claire, "* half-day ...");
	client_expect(claire, "ok count=1 ...");
	client_ask(claire, "week territory=T-A", "no scope ...");
	client_send(claire, "week physician=%s", town_rpps(1));
	client_expect(claire, "no scope ...");
	client_send(claire, "my physician=%s", town_rpps(1));
	client_expect(claire, "no scope ...");
	client_ask(claire, "my physician=10000000000", "no scope ...");
	client_ask(claire, "gaps", "no role ...");
	client_send(claire, "week from=%s", town_day(7));
	client_expect(claire, "* slot=... name=Site-0 family=F0 given=G0");
	client_expect(claire, "ok count=1 ...");
	client_close(claire);
}
END_TEST

/* ----- my ----- */

START_TEST(my_list_in_its_sections)
{
	char *keys = xasprintf("role=physician physician=%s", town_rpps(0));
	struct client *claire = view_login(town, 0, keys);

	free(keys);
	put("structure put code=CHU kind=HOPITAL");
	put("programme put code=SOL name=Solidarite");
	put("enrolment put physician=%s programme=SOL from=%s", town_rpps(0),
	    town_day(0));
	put("site put finess=%s address=\"1 rue Haute\" commune=16106 "
	    "phone=+33500000000",
	    town_finess(0));
	put("presence put site=%s staff=midwife pattern=\"mon-sun M\" from=%s",
	    town_finess(0), town_day(0));
	put("busy put physician=%s structure=CHU pattern=\"wed MA\" from=%s",
	    town_rpps(0), town_day(0));
	put("absence put physician=%s from=%s to=%s parts=M "
	    "category=TRAINING",
	    town_rpps(0), town_day(11), town_day(12));
	put("absence put physician=%s from=%s to=%s state=retired",
	    town_rpps(0), town_day(13), town_day(13));
	put("quota put physician=%s period=week min=3 max=5 from=%s",
	    town_rpps(0), town_day(0));
	put("quota put programme=SOL period=week max=4 from=%s", town_day(0));
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
	check_pages(claire, 7, "my from=%s to=%s", town_day(7), town_day(13));
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
	check_pages(claire, 2 + 4 + 1 + 4, "my from=%s to=%s", town_day(7),
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
	put("absence put physician=%s from=%s to=%s parts=M category=SICK",
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

	put("territory put code=S-1 kind=sector");
	put("site put finess=%s sector=S-1", town_finess(1));
	client_ask(a, "watch", "ok cursor=...");
	client_ask(b, "watch", "ok cursor=...");
	put("need put site=%s pattern=\"mon M\" from=%s", town_finess(0),
	    town_day(0));
	client_expect(a, "! need need=... rev=1 site=...");
	client_expect(a, "! cursor value=...");
	put("presence put site=%s staff=nurse pattern=\"mon M\" from=%s",
	    town_finess(0), town_day(0));
	client_expect(a, "! presence presence=... rev=1 site=...");
	client_expect(a, "! cursor value=...");
	put("need put sector=S-1 pattern=\"mon M\" from=%s", town_day(0));
	client_expect(a, "! need need=... rev=1 territory=S-1");
	client_expect(a, "! cursor value=...");
	/* The first that the other one hears of. */
	put("holiday put area=national kind=public from=%s to=%s", town_day(7),
	    town_day(7));
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
	put("need put site=%s pattern=\"mon M\" from=%s", town_finess(0),
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

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, gaps_are_needs_that_nobody_fills);
	tcase_add_test(cases, places_and_kinds_of_gaps);
	tcase_add_test(cases, what_gaps_refuses);
	tcase_add_test(cases, many_days_are_answered_in_pieces);
	tcase_add_test(cases, closed_half_days_need_nobody);
	tcase_add_test(cases, a_sector_needs_any_of_its_sites);
	tcase_add_test(cases, what_physicians_owe);
	tcase_add_test(cases, two_coordinators_of_disjoint_scope);
	tcase_add_test(cases, desks_and_regulators);
	tcase_add_test(cases, a_week_says_why_it_is_closed);
	tcase_add_test(cases, weeks_page_by_page);
	tcase_add_test(cases, a_week_in_which_the_clock_changes);
	tcase_add_test(cases, weeks_elsewhere);
	tcase_add_test(cases, a_mobile_site_stands_somewhere);
	tcase_add_test(cases, a_physician_sees_weeks_of_own_sites);
	tcase_add_test(cases, my_list_in_its_sections);
	tcase_add_test(cases, my_list_while_the_database_is_away);
	tcase_add_test(cases, who_watches_is_told_of_needs);
	tcase_add_test(cases, after_a_cursor);
	return view_main("needs", cases);
}
