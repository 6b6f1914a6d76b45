/* SPDX-License-Identifier: ISC */
/*
 * week_test: the week as a grid over a daemon: what is open and why not, who is
 * there, who is missing.
 */
#include "tests/integration/week_kit.h"

#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
set_up(void)
{
	week_begin(1);
}

START_TEST(a_week_says_why_it_is_closed)
{
	char *patterns;

	week_put("site put finess=%s hours=\"mon-fri M 09:00-12:00\"",
	    town_finess(5));
	week_put("need put site=%s pattern=\"mon-thu M; sat M\" from=%s",
	    town_finess(5), town_day(7));
	week_put(
	    "presence put site=%s staff=nurse pattern=\"mon-fri M\" from=%s",
	    town_finess(5), town_day(7));
	week_put("presence put site=%s staff=apn pattern=\"mon MA\" from=%s",
	    town_finess(5), town_day(7));
	week_put("closure put site=%s from=%s to=%s cause=works",
	    town_finess(5), town_day(8), town_day(8));
	week_put("holiday put area=national kind=public from=%s to=%s "
		 "name=\"Jour de fete\"",
	    town_day(9), town_day(9));
	week_put(
	    "opening put site=%s from=%s to=%s hours=\"mon-sun A 15:00-17:00\"",
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
	week_expect(admin, patterns, "week site=%s from=%s", town_finess(5),
	    town_day(12));
	free(patterns);
}
END_TEST

START_TEST(weeks_page_by_page)
{
	week_put_needs();
	for (unsigned n = 0; n < 4; n++) {
		free(view_assign(admin, n, n / 2, 7, "part=M"));
		free(view_assign(admin, n, 2, 8, n < 2 ? "part=A" : "part=M"));
	}
	/* Four parts a day of three sites, and the assignments. */
	week_check_pages(
	    admin, 3 * 28 + 8, "week territory=T-A from=%s", town_day(7));
	week_check_pages(
	    admin, 28 + 4, "week site=%s from=%s", town_finess(2), town_day(7));
	week_check_pages(
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

	week_put("slot assign physician=%s site=%s day=%s part=N activity=MT",
	    town_rpps(0), town_finess(0), saturday);
	week_put("need put site=%s pattern=\"sat N\" from=%s", town_finess(0),
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
	week_check_pages(
	    admin, 0, "gaps site=%s day=%s", town_finess(0), saturday);
	free(saturday);
}
END_TEST

START_TEST(weeks_elsewhere)
{
	week_put("site put finess=%s tz=Indian/Reunion", town_finess(4));
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
	week_put("site put finess=%s kind=mobile rooms=1", town_finess(5));
	week_put("stop put site=%s pattern=\"tue M\" from=%s commune=16106 "
		 "address=\"Place du marche\"",
	    town_finess(5), town_day(0));
	week_put("need put site=%s pattern=\"mon-tue M\" from=%s",
	    town_finess(5), town_day(0));
	week_check_pages(
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
	week_put("authorisation put physician=%s site=%s kind=mission from=%s",
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

int
main(void)
{
	TCase *cases = tcase_create("week");

	tcase_add_checked_fixture(cases, set_up, week_end);
	tcase_add_test(cases, a_week_says_why_it_is_closed);
	tcase_add_test(cases, weeks_page_by_page);
	tcase_add_test(cases, a_week_in_which_the_clock_changes);
	tcase_add_test(cases, weeks_elsewhere);
	tcase_add_test(cases, a_mobile_site_stands_somewhere);
	tcase_add_test(cases, a_physician_sees_weeks_of_own_sites);
	return view_main("week", cases);
}
