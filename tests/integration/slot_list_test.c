/* SPDX-License-Identifier: ISC */
/*
 * slot_list_test: lists of assignments - whose, which days, in what order, page
 * by page, and for whom in full.
 */
#include "daemon/base/mem.h"
#include "tests/integration/view_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
plan(struct client *client, unsigned physician, unsigned site, int away,
    const char *more)
{
	free(view_assign(client, physician, site, away, more));
}

/* ----- whose and which ----- */

START_TEST(of_whom_and_when)
{
	struct town *town = view_town(1);
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
	view_check_pages(admin, ask, 11);
	text = view_pages_of(admin, ask, 3);
	view_check_order(text);
	free(text);
	free(ask);
	ask =
	    xasprintf("slot list site=%s from=%s", town_finess(0), town_day(0));
	view_check_pages(admin, ask, 5);
	free(ask);
	ask = xasprintf(
	    "slot list physician=%s from=%s", town_rpps(0), town_day(0));
	view_check_pages(admin, ask, 3);
	free(ask);
	ask = xasprintf("slot list physician=%s from=%s state=cancelled",
	    town_rpps(0), town_day(0));
	view_check_pages(admin, ask, 1);
	free(ask);
	ask = xasprintf(
	    "slot list territory=T-A from=%s state=published", town_day(0));
	view_check_pages(admin, ask, 1);
	free(ask);
	/* The night is of the day before it, by the service date. */
	ask = xasprintf(
	    "slot list territory=T-A from=%s to=%s", town_day(8), town_day(8));
	view_check_pages(admin, ask, 4);
	free(ask);
	ask = xasprintf(
	    "slot list territory=T-A from=%s to=%s", town_day(9), town_day(9));
	view_check_pages(admin, ask, 0);
	free(ask);
	client_close(admin);
	town_free(town);
}
END_TEST

START_TEST(refusals)
{
	struct town *town = view_town(1);
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
	client_ask(admin, "slot list site=988100012", "no not-found ...");
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
	struct town *town = view_town(2);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *other = daemon_operator(town->daemon[1]);

	plan(admin, 0, 0, 7, "part=M");
	plan(admin, 1, 1, 7, "part=M");
	view_tell_all(town, admin);
	view_check_pages(admin, "slot list territory=T-A", 2);
	view_check_pages(admin, "slot list territory=T-B", 0);
	view_check_pages(other, "slot list territory=T-A", 2);
	client_send(admin, "site put finess=%s territory=T-B", town_finess(0));
	client_expect(admin, "ok ...");
	view_tell_all(town, admin);
	view_check_pages(admin, "slot list territory=T-A", 1);
	view_check_pages(admin, "slot list territory=T-B", 1);
	view_check_pages(other, "slot list territory=T-A", 1);
	view_check_pages(other, "slot list territory=T-B", 1);
	/* A write that is only judged leaves no trace. */
	client_send(
	    admin, "site put finess=%s territory=T-A dry=yes", town_finess(0));
	client_expect(admin, "ok ... dry=yes");
	view_check_pages(admin, "slot list territory=T-A", 1);
	client_send(admin, "site put finess=%s territory=-", town_finess(0));
	client_expect(admin, "ok ...");
	view_check_pages(admin, "slot list territory=T-B", 0);
	client_close(other);
	client_close(admin);
	town_free(town);
}
END_TEST

/* Who writes to one daemon reads it from the other. */
START_TEST(after_a_cursor)
{
	struct town *town = view_town(2);
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
	static const char *const states[] = {"draft", "published", "cancelled"};
	char *ask = xasprintf("slot list physician=%s", town_rpps(0));
	char *text = view_answer_of(client, ask);

	ck_assert_uint_eq(view_lines_of(text), 3);
	ck_assert_ptr_nonnull(strstr(text, town_finess(own)));
	ck_assert_ptr_nonnull(strstr(text, "* busy from="));
	ck_assert_ptr_nonnull(strstr(text, "ok count=2"));
	check_lacks(text, town_finess(foreign));
	check_lacks(text, foreign_slot);
	check_lacks(text, "activity=CA");
	check_lacks(text, "SECRET");
	free(text);
	free(ask);
	/* Whether it is a draft, or was given up, is not told either. */
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		ask = xasprintf(
		    "slot list physician=%s state=%s", town_rpps(0), states[i]);
		text = view_answer_of(client, ask);
		check_lacks(text, "busy");
		check_lacks(text, foreign_slot);
		free(text);
		free(ask);
	}
}

START_TEST(disjoint_scopes)
{
	struct town *town = view_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a =
	    view_login(town, 0, "role=coordinator scope=territory:T-A");
	struct client *b =
	    view_login(town, 0, "role=coordinator scope=territory:T-B");
	char *of_a, *of_b, *gone, *ask;

	of_a = view_assign_on(
	    admin, 0, 0, town_day(7), "part=M activity=MT programme=OURS");
	of_b = view_assign_on(admin, 0, 3, town_day(9),
	    "part=A activity=CA programme=SECRET state=published");
	gone = view_assign_on(admin, 0, 4, town_day(10), "part=A activity=CA");
	client_send(admin, "slot cancel slot=%s", gone);
	client_expect(admin, "ok ...");
	check_sees(a, 0, 3, of_b);
	/* The other way round, with roles exchanged. */
	client_send(admin,
	    "slot move slot=%s activity=CA programme=SECRET "
	    "part=A",
	    of_a);
	client_expect(admin, "ok ...");
	client_send(
	    admin, "slot move slot=%s activity=MT programme=- reason=X", of_b);
	client_expect(admin, "ok ...");
	ask = xasprintf("slot list physician=%s state=published", town_rpps(0));
	view_check_pages(b, ask, 1);
	free(ask);
	client_send(admin, "slot cancel slot=%s reason=X", of_b);
	client_expect(admin, "ok ...");
	free(of_b);
	of_b = view_assign_on(admin, 0, 3, town_day(9), "part=A activity=MT");
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
	struct town *town = view_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *desk, *physician;
	char *keys, *ask, *text;

	plan(admin, 0, 0, 7, "part=M");
	plan(admin, 1, 0, 7, "part=A state=published");
	keys = xasprintf("role=desk scope=site:%s", town_finess(0));
	desk = view_login(town, 0, keys);
	free(keys);
	ask = xasprintf("slot list site=%s", town_finess(0));
	text = view_answer_of(desk, ask);
	ck_assert_msg(client_matches(text,
			  "* busy from=... to=...\n* slot=... "
			  "state=published\nok count=2\n"),
	    "%s", text);
	check_lacks(text, town_rpps(0));
	free(text);
	free(ask);
	keys = xasprintf("role=physician physician=%s", town_rpps(0));
	physician = view_login(town, 0, keys);
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
	struct town *town = view_town(1);
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
		free(view_assign_on(admin, 0, 0, day, "part=N"));
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
	struct town *town = view_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a =
	    view_login(town, 0, "role=coordinator scope=territory:T-A");

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

int
main(void)
{
	TCase *tcase = tcase_create("slot list");

	tcase_add_test(tcase, of_whom_and_when);
	tcase_add_test(tcase, refusals);
	tcase_add_test(tcase, territories_change);
	tcase_add_test(tcase, after_a_cursor);
	tcase_add_test(tcase, disjoint_scopes);
	tcase_add_test(tcase, drafts);
	tcase_add_test(tcase, nights_of_seven_and_nine_hours);
	tcase_add_test(tcase, overseas);
	return view_main("slot list", tcase);
}
