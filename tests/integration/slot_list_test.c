/* SPDX-License-Identifier: ISC */
/*
 * slot_list_test: lists of assignments - whose, which days, in what order, page
 * by page, for whom in full - and the same as they were.
 */
#include "daemon/base/mem.h"
#include "proto/request.h"
#include "tests/support/town.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct pgcluster *cluster;

enum { SITES = 6, PHYSICIANS = 8 };

/* Sites 0-2 are in T-A, 3-4 in T-B, 5 in none; two rooms each, open every part
 * of every day. */
static struct town *
peopled_town(unsigned daemons)
{
	struct town *town = town_new(cluster);
	struct client *admin;

	for (unsigned at = 0; at < daemons; at++)
		town_start(town, at, NULL, NULL);
	town_sites(town, SITES,
	    "rooms=2 hours=\"mon-sun M 09:00-12:00 A 14:00-18:00 S 20:00-24:00 "
	    "N 24:00-32:00\"");
	town_physicians(town, PHYSICIANS);
	admin = daemon_operator(town->daemon[0]);
	client_ask(admin, "territory put code=T-A kind=cpts", "ok ...");
	client_ask(admin, "territory put code=T-B kind=cpts", "ok ...");
	for (unsigned n = 0; n < 5; n++) {
		client_send(admin, "site put finess=%s territory=%s",
		    town_finess(n), n < 3 ? "T-A" : "T-B");
		client_expect(admin, "ok ...");
	}
	client_close(admin);
	return town;
}

/* Its id, owned by the caller. */
static char *
assign(struct client *client, unsigned physician, unsigned site,
    const char *day, const char *more)
{
	client_send(client, "slot assign physician=%s site=%s day=%s %s",
	    town_rpps(physician), town_finess(site), day, more);
	client_expect(client, "ok slot=... rev=1 ...");
	return xstrdup(client_value(client, "slot"));
}

static void
plan(struct client *client, unsigned physician, unsigned site, int away,
    const char *more)
{
	free(assign(client, physician, site, town_day(away), more));
}

/* ----- answers as text ----- */

/* The whole answer, data lines and closing line, without its cursor; owned by
 * the caller. */
static char *
answer_of(struct client *client, const char *ask)
{
	char *text = xstrdup("");
	const char *line;

	client_send(client, "%s", ask);
	do {
		char *more;
		const char *cursor;
		size_t len;

		line = client_line(client);
		ck_assert_ptr_nonnull(line);
		cursor = strstr(line, " cursor=");
		len = cursor != NULL ? (size_t)(cursor - line) : strlen(line);
		more = xasprintf("%s%.*s\n", text, (int)len, line);
		free(text);
		text = more;
	} while (line[0] == '*');
	return text;
}

/* All data lines, page by page; owned by the caller. */
static char *
pages_of(struct client *client, const char *ask, unsigned limit)
{
	char *text = xstrdup(""), *next = xstrdup("");

	for (;;) {
		const char *line;
		unsigned count = 0;

		client_send(client, "%s limit=%u%s%s", ask, limit,
		    *next != '\0' ? " next=" : "", next);
		while (line = client_line(client), line[0] == '*') {
			char *more = xasprintf("%s%s\n", text, line);

			free(text);
			text = more;
			count++;
		}
		ck_assert_msg(client_matches(line, "ok count=..."), "%s", line);
		ck_assert_uint_le(count, limit);
		free(next);
		if (client_value(client, "next") == NULL)
			return text;
		ck_assert_uint_eq(count, limit);
		next = xstrdup(client_value(client, "next"));
	}
}

static size_t
lines_of(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/* Pages of any size put together are the list itself. */
static void
check_pages(struct client *client, const char *ask, size_t expected)
{
	char *whole = pages_of(client, ask, 1000);

	ck_assert_uint_eq(lines_of(whole), expected);
	for (unsigned limit = 1; limit <= 5; limit++) {
		char *pages = pages_of(client, ask, limit);

		ck_assert_str_eq(pages, whole);
		free(pages);
	}
	free(whole);
}

/* Beginnings and ids do not go back from line to line. */
static void
check_order(const char *text)
{
	char before[80] = "";

	for (const char *line = text; *line != '\0';
	     line = strchr(line, '\n') + 1) {
		const char *from = strstr(line, " from=") + 6;
		const char *slot = strstr(line, "slot=") + 5;
		char key[80];

		snprintf(key, sizeof(key), "%.22s %.36s", from, slot);
		ck_assert_str_lt(before, key);
		memcpy(before, key, sizeof(key));
	}
}

/* ----- whose and which ----- */

START_TEST(of_whom_and_when)
{
	struct town *town = peopled_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	char *text, *ask;

	/* Two rooms at three sites at the same hour: ties everywhere. */
	for (unsigned n = 0; n < 6; n++)
		plan(admin, n, n % 3, 7, "part=M");
	for (unsigned n = 0; n < 4; n++)
		plan(admin, n, n % 2, 8, "part=N");
	plan(admin, 0, 0, 7, "part=A state=published");
	plan(admin, 0, 4, 9, "part=M");
	client_send(admin, "slot cancel slot=%s", client_value(admin, "slot"));
	client_expect(admin, "ok ...");

	ask = xasprintf(
	    "slot list territory=T-A from=%s to=%s", town_day(7), town_day(8));
	check_pages(admin, ask, 11);
	text = pages_of(admin, ask, 3);
	check_order(text);
	free(text);
	free(ask);
	ask =
	    xasprintf("slot list site=%s from=%s", town_finess(0), town_day(0));
	check_pages(admin, ask, 5);
	free(ask);
	ask = xasprintf(
	    "slot list physician=%s from=%s", town_rpps(0), town_day(0));
	check_pages(admin, ask, 3);
	free(ask);
	ask = xasprintf("slot list physician=%s from=%s state=cancelled",
	    town_rpps(0), town_day(0));
	check_pages(admin, ask, 1);
	free(ask);
	ask = xasprintf(
	    "slot list territory=T-A from=%s state=published", town_day(0));
	check_pages(admin, ask, 1);
	free(ask);
	/* The night is of the day before it, by the service date. */
	ask = xasprintf(
	    "slot list territory=T-A from=%s to=%s", town_day(8), town_day(8));
	check_pages(admin, ask, 4);
	free(ask);
	ask = xasprintf(
	    "slot list territory=T-A from=%s to=%s", town_day(9), town_day(9));
	check_pages(admin, ask, 0);
	free(ask);
	client_close(admin);
	town_free(town);
}
END_TEST

START_TEST(refusals)
{
	struct town *town = peopled_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *coordinator, *physician;
	char *token, *ask;

	client_ask(admin, "slot list",
	    "bad missing what=physician expected=\"one of physician=, site= "
	    "and territory=\" text=...");
	ask = xasprintf("slot list site=%s territory=T-A", town_finess(0));
	client_ask(admin, ask, "bad value what=territory ...");
	free(ask);
	client_ask(
	    admin, "slot list territory=T-C", "no not-found what=T-C ...");
	client_ask(admin, "slot list site=160000014", "no not-found ...");
	client_ask(admin, "slot list physician=1", "no not-found what=1 ...");
	client_ask(admin, "slot list territory=T-A state=open",
	    "bad value what=state ...");
	client_ask(admin,
	    "slot list territory=T-A from=2026-02-02 to=2026-02-01",
	    "bad value what=to ...");
	client_ask(admin,
	    "slot list territory=T-A from=2026-01-01 to=2037-01-01",
	    "bad value what=to ...");
	client_ask(admin, "slot list territory=T-A next=x.y",
	    "bad value what=next ...");
	client_ask(
	    admin, "slot list territory=T-A next=1", "bad value what=next ...");
	client_ask(admin, "slot list territory=T-A from=2020-01-01",
	    "no closed first=20... what=from text=...");
	client_ask(admin,
	    "slot list territory=T-A as-of=2026-01-01T00:00Z mark=1",
	    "bad value what=mark ...");
	client_ask(admin, "slot list territory=T-A mark=0", "no no-mark ...");
	client_ask(admin, "slot list territory=T-A mark=9007199254740992",
	    "no no-mark ...");
	client_ask(admin, "slot list territory=T-A as-of=1990-01-01T00:00Z",
	    "no no-mark ...");
	client_ask(admin,
	    "slot history slot="
	    "0189f7c2-5b1e-7abc-8def-0123456789ab",
	    "no not-found ...");
	client_ask(admin,
	    "slot history slot=0189f7c2-5b1e-7abc-8def-0123456789ab next=x",
	    "bad value what=next ...");

	token = daemon_token(
	    town->daemon[0], "role=coordinator scope=territory:T-A");
	coordinator = daemon_login(town->daemon[0], token);
	free(token);
	client_ask(
	    coordinator, "slot list territory=T-B", "no scope what=T-B ...");
	ask = xasprintf("slot list site=%s", town_finess(3));
	client_ask(coordinator, ask, "no scope ...");
	free(ask);
	client_ask(coordinator, "slot list territory=T-C", "no not-found ...");
	client_close(coordinator);
	ask = xasprintf("role=physician physician=%s", town_rpps(0));
	token = daemon_token(town->daemon[0], ask);
	physician = daemon_login(town->daemon[0], token);
	free(token);
	free(ask);
	client_ask(physician, "slot list", "ok count=0 cursor=...");
	ask = xasprintf("slot list physician=%s", town_rpps(1));
	client_ask(physician, ask, "no scope ...");
	free(ask);
	client_ask(physician, "slot list territory=T-A", "no scope ...");
	client_close(physician);
	client_close(admin);
	town_free(town);
}
END_TEST

/* A site that goes from one territory to the other takes its half-days along.
 */
START_TEST(territories_change)
{
	struct town *town = peopled_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);

	plan(admin, 0, 0, 7, "part=M");
	plan(admin, 1, 1, 7, "part=M");
	check_pages(admin, "slot list territory=T-A", 2);
	check_pages(admin, "slot list territory=T-B", 0);
	client_send(admin, "site put finess=%s territory=T-B", town_finess(0));
	client_expect(admin, "ok ...");
	check_pages(admin, "slot list territory=T-A", 1);
	check_pages(admin, "slot list territory=T-B", 1);
	/* A write that is only judged leaves no trace. */
	client_send(
	    admin, "site put finess=%s territory=T-A dry=yes", town_finess(0));
	client_expect(admin, "ok ... dry=yes");
	check_pages(admin, "slot list territory=T-A", 1);
	client_send(admin, "site put finess=%s territory=-", town_finess(0));
	client_expect(admin, "ok ...");
	check_pages(admin, "slot list territory=T-B", 0);
	client_close(admin);
	town_free(town);
}
END_TEST

/* Who writes to one daemon reads it from the other. */
START_TEST(after_a_cursor)
{
	struct town *town = peopled_town(2);
	struct client *one = daemon_operator(town->daemon[0]);
	struct client *other = daemon_operator(town->daemon[1]);

	for (int day = 7; day < 27; day++) {
		char *cursor;

		plan(one, 0, 0, day, "part=M");
		cursor = xstrdup(client_value(one, "cursor"));
		client_send(other,
		    "slot list physician=%s from=%s to=%s after=%s",
		    town_rpps(0), town_day(day), town_day(day), cursor);
		client_expect(other, "* slot=...");
		client_expect(other, "ok count=1 ...");
		free(cursor);
	}
	client_close(one);
	client_close(other);
	town_free(town);
}
END_TEST

/* ----- for whom ----- */

static struct client *
login(const struct town *town, const char *keys)
{
	char *token = daemon_token(town->daemon[0], keys);
	struct client *client = daemon_login(town->daemon[0], token);

	free(token);
	return client;
}

static void
check_lacks(const char *text, const char *what)
{
	ck_assert_msg(strstr(text, what) == NULL, "%s tells %s", text, what);
}

/* What a coordinator reads of a physician who also works elsewhere. */
static void
check_sees(struct client *client, unsigned own, unsigned foreign,
    const char *foreign_slot)
{
	char *ask = xasprintf("slot list physician=%s", town_rpps(0));
	char *text = answer_of(client, ask);

	ck_assert_uint_eq(lines_of(text), 3);
	ck_assert_ptr_nonnull(strstr(text, town_finess(own)));
	ck_assert_ptr_nonnull(strstr(text, "* busy from="));
	ck_assert_ptr_nonnull(strstr(text, "ok count=2"));
	check_lacks(text, town_finess(foreign));
	check_lacks(text, foreign_slot);
	check_lacks(text, "SNP");
	check_lacks(text, "SECRET");
	free(text);
	free(ask);
	/* Whether it is a draft, or was given up, is not told either. */
	for (size_t i = 0; i < 2; i++) {
		ask = xasprintf("slot list physician=%s state=%s", town_rpps(0),
		    i == 0 ? "published" : "cancelled");
		text = answer_of(client, ask);
		ck_assert_str_eq(text, "ok count=0\n");
		free(text);
		free(ask);
	}
}

START_TEST(disjoint_scopes)
{
	struct town *town = peopled_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a = login(town, "role=coordinator scope=territory:T-A");
	struct client *b = login(town, "role=coordinator scope=territory:T-B");
	char *of_a, *of_b, *gone, *ask;

	of_a = assign(
	    admin, 0, 0, town_day(7), "part=M activity=MT programme=OURS");
	of_b = assign(admin, 0, 3, town_day(9),
	    "part=A activity=SNP programme=SECRET state=published");
	gone = assign(admin, 0, 4, town_day(10), "part=A activity=SNP");
	client_send(admin, "slot cancel slot=%s", gone);
	client_expect(admin, "ok ...");
	check_sees(a, 0, 3, of_b);
	/* The other way round, with roles exchanged. */
	client_send(admin,
	    "slot move slot=%s activity=SNP programme=SECRET "
	    "part=A",
	    of_a);
	client_expect(admin, "ok ...");
	client_send(admin, "slot move slot=%s activity=MT programme=-", of_b);
	client_expect(admin, "ok ...");
	ask = xasprintf("slot list physician=%s state=published", town_rpps(0));
	check_pages(b, ask, 1);
	free(ask);
	client_send(admin, "slot cancel slot=%s", of_b);
	client_expect(admin, "ok ...");
	free(of_b);
	of_b = assign(admin, 0, 3, town_day(9), "part=A activity=MT");
	check_sees(b, 3, 0, of_a);
	/* Nor is it found by its id. */
	client_send(b, "slot history slot=%s", of_a);
	client_expect(b, "no not-found ...");
	client_send(b, "slot move slot=%s part=M", of_a);
	client_expect(b, "no not-found ...");
	free(of_a);
	free(of_b);
	free(gone);
	client_close(a);
	client_close(b);
	client_close(admin);
	town_free(town);
}
END_TEST

/* A desk reads what is published at its site, of a draft that somebody is
 * there; a physician the own half-days, drafts too. */
START_TEST(drafts)
{
	struct town *town = peopled_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *desk, *physician;
	char *keys, *ask, *text;

	plan(admin, 0, 0, 7, "part=M");
	plan(admin, 1, 0, 7, "part=A state=published");
	keys = xasprintf("role=desk scope=site:%s", town_finess(0));
	desk = login(town, keys);
	free(keys);
	ask = xasprintf("slot list site=%s", town_finess(0));
	text = answer_of(desk, ask);
	ck_assert_msg(client_matches(text,
			  "* busy from=... to=...\n* slot=... "
			  "state=published\nok count=2\n"),
	    "%s", text);
	check_lacks(text, town_rpps(0));
	free(text);
	free(ask);
	keys = xasprintf("role=physician physician=%s", town_rpps(0));
	physician = login(town, keys);
	free(keys);
	client_send(physician, "slot list");
	client_expect(physician, "* slot=... state=draft");
	client_expect(physician, "ok count=1 ...");
	client_close(physician);
	client_close(desk);
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- clocks ----- */

/* The Saturday before the last Sunday of a month to come; the clock changes in
 * the night after it. */
static void
change_of_clock(int month, char text[static 16])
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	tm.tm_year += tm.tm_mon + 1 >= month;
	tm.tm_mon = month; /* the day before the first of the month after */
	tm.tm_mday = 0;
	tm.tm_hour = 12;
	now = timegm(&tm);
	gmtime_r(&now, &tm);
	now -= (time_t)(tm.tm_wday + 1) * 86400;
	gmtime_r(&now, &tm);
	ck_assert_int_eq(tm.tm_wday, 6);
	strftime(text, 16, "%Y-%m-%d", &tm);
}

START_TEST(nights_of_seven_and_nine_hours)
{
	struct town *town = peopled_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	static const struct {
		int month;
		const char *pattern;
	} nights[] = {
	    {3,
		"* slot=... part=N from=...T00:00+01:00 to=...T08:00+02:00 "
		"..."},
	    {10,
		"* slot=... part=N from=...T00:00+02:00 to=...T08:00+01:00 "
		"..."},
	};

	for (size_t i = 0; i < ARRAY_SIZE(nights); i++) {
		char day[16];

		change_of_clock(nights[i].month, day);
		free(assign(admin, 0, 0, day, "part=N"));
		client_send(admin, "slot list site=%s from=%s to=%s",
		    town_finess(0), day, day);
		client_expect(admin, nights[i].pattern);
		ck_assert_str_eq(client_value(admin, "day"), day);
		client_expect(admin, "ok count=1 ...");
	}
	client_close(admin);
	town_free(town);
}
END_TEST

/* Its clock is the one of the place; who is busy there, on that of Paris. */
START_TEST(overseas)
{
	struct town *town = peopled_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a = login(town, "role=coordinator scope=territory:T-A");

	client_ask(admin,
	    "site put finess=970400123 name=Cilaos "
	    "tz=Indian/Reunion territory=T-B",
	    "ok ...");
	client_send(admin,
	    "slot assign physician=%s site=970400123 day=2027-07-05 part=M",
	    town_rpps(0));
	client_expect(admin, "ok ...");
	client_send(
	    admin, "slot list physician=%s from=2027-07-05", town_rpps(0));
	client_expect(admin,
	    "* slot=... from=2027-07-05T09:00+04:00 "
	    "to=2027-07-05T12:00+04:00 site=970400123 ...");
	client_expect(admin, "ok ...");
	client_send(a, "slot list physician=%s from=2027-07-05", town_rpps(0));
	client_expect(a,
	    "* busy from=2027-07-05T07:00+02:00 "
	    "to=2027-07-05T10:00+02:00");
	client_expect(a, "ok count=1 ...");
	client_close(a);
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- the past ----- */

static long long
set_mark(const struct town *town)
{
	return pgcluster_number(
	    town->sql, "SELECT rota.mark(interval '0', 'publication')");
}

/* Everything that may change, changes. */
static void
turn_the_plan_over(struct client *admin, char *const slots[4])
{
	client_send(
	    admin, "slot move slot=%s day=%s part=A", slots[0], town_day(12));
	client_expect(admin, "ok ...");
	client_send(admin, "slot cancel slot=%s", slots[1]);
	client_expect(admin, "ok ...");
	client_send(admin, "slot swap slot=%s with=%s", slots[2], slots[3]);
	client_expect(admin, "ok ...");
	plan(admin, 0, 0, 8, "part=N");
	client_send(admin, "site put site=%s finess=160000014 name=New",
	    town_finess(0));
	client_expect(admin, "ok ...");
	client_send(admin, "site put site=%s territory=T-B", town_finess(1));
	client_expect(admin, "ok ...");
	client_send(
	    admin, "site put site=%s tz=America/Martinique", town_finess(2));
	client_expect(admin, "ok ...");
}

START_TEST(marks_repeat_byte_for_byte)
{
	struct town *town = peopled_town(2);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *other;
	char *slots[4], *asks[6], *answers[6], *text;
	long long mark;

	slots[0] = assign(admin, 0, 0, town_day(7), "part=M programme=P");
	slots[1] = assign(admin, 1, 0, town_day(7), "part=M activity=TLC");
	slots[2] = assign(admin, 2, 1, town_day(7), "part=S");
	slots[3] = assign(admin, 3, 2, town_day(8), "part=M state=published");
	mark = set_mark(town);
	ck_assert_int_gt(mark, 0);
	asks[0] =
	    xasprintf("slot list physician=%s mark=%lld", town_rpps(0), mark);
	asks[1] = xasprintf("slot list site=%s from=%s to=%s mark=%lld",
	    town_finess(1), town_day(0), town_day(20), mark);
	asks[2] = xasprintf("slot list territory=T-A mark=%lld", mark);
	asks[3] = xasprintf("slot list territory=T-A limit=2 mark=%lld", mark);
	asks[4] =
	    xasprintf("slot list territory=T-A state=draft mark=%lld", mark);
	asks[5] = xasprintf(
	    "slot list territory=T-A from=%s mark=%lld", town_day(8), mark);
	for (size_t i = 0; i < ARRAY_SIZE(asks); i++)
		answers[i] = answer_of(admin, asks[i]);
	ck_assert_uint_eq(lines_of(answers[0]), 2);
	ck_assert_uint_eq(lines_of(answers[1]), 2);
	ck_assert_uint_eq(lines_of(answers[2]), 5);
	ck_assert_uint_eq(lines_of(answers[3]), 3);
	ck_assert_uint_eq(lines_of(answers[5]), 2);
	text = xasprintf("* slot=... rev=1 ...\nok count=1 mark=%lld "
			 "as-of=20...\n",
	    mark);
	ck_assert_msg(client_matches(answers[0], text), "%s", answers[0]);
	free(text);

	turn_the_plan_over(admin, slots);
	text = xstrdup(client_value(admin, "cursor"));
	other = daemon_operator(town->daemon[1]);
	client_send(other, "site list limit=1 after=%s", text);
	(void)client_expect_after(other, "ok ...");
	free(text);
	for (size_t i = 0; i < ARRAY_SIZE(asks); i++) {
		text = answer_of(admin, asks[i]);
		ck_assert_str_eq(text, answers[i]);
		free(text);
		text = answer_of(other, asks[i]);
		ck_assert_str_eq(text, answers[i]);
		free(text);
		free(asks[i]);
		free(answers[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(slots); i++)
		free(slots[i]);
	client_close(other);
	client_close(admin);
	town_free(town);
}
END_TEST

/* The pages of a list at a mark are of that mark, whatever happens meanwhile.
 */
START_TEST(pages_at_a_mark)
{
	struct town *town = peopled_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	char *ask, *whole;

	for (unsigned n = 0; n < 6; n++)
		plan(admin, n, n % 3, 7, "part=M");
	ask = xasprintf("slot list territory=T-A mark=%lld", set_mark(town));
	check_pages(admin, ask, 6);
	whole = pages_of(admin, ask, 1000);
	check_order(whole);
	plan(admin, 6, 0, 7, "part=A");
	check_pages(admin, ask, 6);
	free(whole);
	free(ask);
	client_close(admin);
	town_free(town);
}
END_TEST

START_TEST(as_of_takes_the_newest_mark)
{
	struct town *town = peopled_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	char *now, *ask, *text, *again;
	long long before, mark;

	pgcluster_run(
	    town->sql, "UPDATE rota.mark SET at = at - interval '1 h'");
	plan(admin, 0, 0, 7, "part=M");
	before = set_mark(town);
	pgcluster_run(town->sql,
	    "UPDATE rota.mark SET at = at - interval '30 min' WHERE mark = "
	    "%lld",
	    before);
	plan(admin, 1, 1, 7, "part=M");
	mark = set_mark(town);
	now = pgcluster_text(town->sql,
	    "SELECT to_char(at AT TIME ZONE 'UTC' - interval '10 min', "
	    "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM rota.mark "
	    "WHERE mark = %lld",
	    mark);
	ask = xasprintf("slot list territory=T-A as-of=%s", now);
	text = answer_of(admin, ask);
	free(ask);
	ask = xasprintf("slot list territory=T-A mark=%lld", before);
	again = answer_of(admin, ask);
	ck_assert_str_eq(text, again);
	ck_assert_uint_eq(lines_of(text), 2);
	free(ask);
	free(text);
	free(again);
	free(now);
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- history ----- */

START_TEST(history_of_one)
{
	struct town *town = peopled_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a = login(town, "role=coordinator scope=territory:T-A");
	struct client *b = login(town, "role=coordinator scope=territory:T-B");
	char *slot = assign(a, 0, 0, town_day(7), "part=M");
	char *ask = xasprintf("slot history slot=%s", slot);

	client_send(a, "slot move slot=%s part=A reason=TRAIN", slot);
	client_expect(a, "ok ...");
	client_send(a, "slot history slot=%s", slot);
	client_expect(a, "* slot=... rev=1 ... part=M ... at=20... by=...");
	client_expect(a, "* slot=... rev=2 ... part=A ... by=... reason=TRAIN");
	client_expect(a, "ok count=2 cursor=...");
	check_pages(a, ask, 2);
	/* Moved out of reach it is gone for one, and has come for the other,
	 * who is not told where from. */
	client_send(admin, "slot move slot=%s site=%s", slot, town_finess(3));
	client_expect(admin, "ok ...");
	client_ask(a, ask, "no not-found ...");
	client_send(b, "%s", ask);
	client_expect(b, "* busy rev=1 from=... to=... at=...");
	client_expect(b, "* busy rev=2 from=... to=... at=...");
	client_expect(b, "* slot=... rev=3 ... state=draft at=...");
	client_expect(b, "ok count=3 ...");
	check_pages(admin, ask, 3);
	free(ask);
	free(slot);
	client_close(a);
	client_close(b);
	client_close(admin);
	town_free(town);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("slot list");
	TCase *tcase = tcase_create("slot list");
	SRunner *runner;
	int failed;

	cluster = pgcluster_new(NULL);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, of_whom_and_when);
	tcase_add_test(tcase, refusals);
	tcase_add_test(tcase, territories_change);
	tcase_add_test(tcase, after_a_cursor);
	tcase_add_test(tcase, disjoint_scopes);
	tcase_add_test(tcase, drafts);
	tcase_add_test(tcase, nights_of_seven_and_nine_hours);
	tcase_add_test(tcase, overseas);
	tcase_add_test(tcase, marks_repeat_byte_for_byte);
	tcase_add_test(tcase, pages_at_a_mark);
	tcase_add_test(tcase, as_of_takes_the_newest_mark);
	tcase_add_test(tcase, history_of_one);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	pgcluster_free(cluster);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
