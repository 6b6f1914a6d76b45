/* SPDX-License-Identifier: ISC */
/*
 * clock_test: half-days by the clock - nights in which it changes, places with
 * another time, days that end where the next one begins.
 *
 * What is checked is what PostgreSQL keeps, in its own arithmetic of time.
 */
#include "tests/integration/plan_kit.h"

#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_SECONDS = 86400, SUNDAY = 6, WEEK = 7 };

/* Places of two sites of one town, of two towns (about 100 km), and far. */
#define NEAR "lat=45.64840 lon=0.15610"
#define NEARBY "lat=45.65000 lon=0.16000"
#define AWAY "lat=45.83362 lon=1.26103"
#define REUNION "tz=Indian/Reunion lat=-20.88230 lon=55.45040"

/* The Saturday before the last Sunday of a month to come, as text; owned by
 * the caller. */
static char *
eve_of_change(unsigned month)
{
	const int32_t today = (int32_t)(time(NULL) / DAY_SECONDS);
	char text[16];
	struct out out = {text, 0, sizeof(text), false};
	int32_t day = 0;

	for (unsigned year = 2026; day <= today + 2; year++) {
		snprintf(text, sizeof(text), "%04u-%02u-31", year, month);
		if (!span_to_day(span_of(text), &day))
			abort();
		day -= ((day + 3) % WEEK - SUNDAY + WEEK) % WEEK;
	}
	out_day(&out, day - 1);
	text[out.len] = '\0';
	return xstrdup(text);
}

/* Site 0 has other keys than the rest. */
static void
change_site(unsigned site, const char *keys)
{
	kit_expect(
	    talk_ask(kit.talk, "site put site=%s %s", town_finess(site), keys),
	    "ok");
}

static char *
assign_on(unsigned physician, unsigned site, const char *day, const char *part)
{
	const char *answer = talk_ask(kit.talk,
	    "slot assign physician=%s site=%s day=%s part=%s",
	    town_rpps(physician), town_finess(site), day, part);

	kit_expect(answer, "ok");
	return line_value(answer, "slot");
}

static void
check_list(unsigned site, const char *day, const char *pair)
{
	kit_expect(talk_ask(kit.talk, "slot list site=%s from=%s to=%s",
		       town_finess(site), day, day),
	    "ok count=1");
	ck_assert_msg(line_has(talk_data(kit.talk, 0), pair), "%s: %s", pair,
	    talk_data(kit.talk, 0));
}

/* _i: 0 spring, 1 autumn. */
static const struct {
	unsigned month;
	const char *hours, *offset_from, *offset_to;
} nights[] = {
    {3, "07:00:00", "+01:00", "+02:00"},
    {10, "09:00:00", "+02:00", "+01:00"},
};

START_TEST(a_night_in_which_the_clock_changes)
{
	char *eve = eve_of_change(nights[_i].month), *slot, *text, *sunday;

	kit_begin(2, KIT_HOURS);
	slot = assign_on(0, 0, eve, "N");
	kit_check_column(
	    slot, "upper(during) - lower(during)", nights[_i].hours);
	kit_check_column(slot,
	    "lower(during) = (day + 1)::timestamp AT TIME ZONE 'Europe/Paris'",
	    "t");
	kit_check_column(slot,
	    "upper(during) = (day + 1 + time '08:00') AT TIME ZONE"
	    " 'Europe/Paris'",
	    "t");
	kit_check_column(slot, "a.half_days", "2");
	sunday =
	    pgcluster_text(kit.town->sql, "SELECT ('%s'::date + 1)::text", eve);
	text = xasprintf("from=%sT00:00%s", sunday, nights[_i].offset_from);
	check_list(0, eve, text);
	free(text);
	text = xasprintf("to=%sT08:00%s", sunday, nights[_i].offset_to);
	check_list(0, eve, text);
	free(text);

	/* Where it ends, the morning begins, at the same place; and the evening
	 * before touches it too. */
	free(assign_on(0, 0, sunday, "M"));
	free(assign_on(0, 0, eve, "S"));
	/* Elsewhere there is no time to travel. */
	kit_expect(talk_ask(kit.talk, "slot move slot=%s site=%s", slot,
		       town_finess(1)),
	    "no H12");
	free(sunday);
	free(slot);
	free(eve);
	kit_end();
}
END_TEST

/* A site whose clock does not change, in the same night. */
START_TEST(a_night_without_change_overseas)
{
	char *eve = eve_of_change(nights[_i].month), *slot, *text;

	kit_begin(1, KIT_HOURS);
	change_site(0, REUNION);
	slot = assign_on(0, 0, eve, "N");
	kit_check_column(slot, "upper(during) - lower(during)", "08:00:00");
	kit_check_column(slot,
	    "lower(during) ="
	    " (day + 1)::timestamp AT TIME ZONE 'Indian/Reunion'",
	    "t");
	text = pgcluster_text(kit.town->sql,
	    "SELECT 'from=' || ('%s'::date + 1) || 'T00:00+04:00'", eve);
	check_list(0, eve, text);
	free(text);
	free(slot);
	free(eve);
	kit_end();
}
END_TEST

/* By the clock, not by the letters: 14:00 there is 11:00 or 12:00 here. */
START_TEST(physician_of_two_time_zones)
{
	char *slot;

	kit_begin(2, KIT_HOURS);
	change_site(0, REUNION);
	change_site(1, AWAY);
	/* Remote, so that there is no travel to judge. */
	slot = kit_assign(0, 0, 0, "A");
	kit_expect(
	    talk_ask(kit.talk, "slot move slot=%s activity=TLC", slot), "ok");
	/* 08:00-12:00 here is 10:00-14:00 or 11:00-15:00 there. */
	kit_send_assign(0, 1, 0, "M", "activity=TLC");
	if (pgcluster_number(kit.town->sql,
		"SELECT extract(hour FROM during_to - during_from)"
		" FROM (SELECT ('%s'::date + time '14:00') AT TIME ZONE"
		" 'Indian/Reunion' AS during_from,"
		" ('%s'::date + time '12:00') AT TIME ZONE 'Europe/Paris'"
		" AS during_to) both_ends",
		town_day(0), town_day(0)) > 0)
		kit_expect(talk_answer(kit.talk), "no H01");
	else /* they touch: Paris is three hours behind in winter */
		kit_expect(talk_answer(kit.talk), "ok");
	kit_send_assign(0, 1, 0, "A", "activity=TLC");
	kit_expect(talk_answer(kit.talk), "no H01");
	/* 18:00-21:00 here is after 19:00 there. */
	kit_send_assign(0, 1, 0, "E", "activity=TLC");
	kit_expect(talk_answer(kit.talk), "ok");
	/* On site nobody gets from there to here in that time. */
	kit_expect(talk_ask(kit.talk, "slot cancel slot=%s", slot), "ok");
	kit_send_assign(0, 0, 0, "N", "");
	kit_expect(talk_answer(kit.talk), "ok");
	kit_send_assign(0, 1, 1, "M", "");
	kit_expect(talk_answer(kit.talk), "no H12");
	free(slot);
	kit_end();
}
END_TEST

START_TEST(a_night_belongs_to_the_day_before)
{
	char *slot;

	kit_begin(1, KIT_HOURS);
	slot = kit_assign(0, 0, 0, "N");
	kit_check_column(slot, "a.day", town_day(0));
	kit_check_column(
	    slot, "(lower(during) AT TIME ZONE s.tz)::date", town_day(1));
	kit_check_column(slot, "a.activity", "PDSA");
	check_list(0, town_day(0), "part=N");
	kit_expect(talk_ask(kit.talk, "slot list site=%s from=%s to=%s",
		       town_finess(0), town_day(1), town_day(1)),
	    "ok count=0");
	/* Touching is not overlapping, on both sides. */
	free(kit_assign(0, 0, 0, "S"));
	free(kit_assign(0, 0, 1, "M"));
	/* 18:00-21:00 and 20:00-24:00 do overlap. */
	kit_send_assign(0, 0, 0, "E", "");
	kit_expect(talk_answer(kit.talk), "no H01");
	free(slot);
	kit_end();
}
END_TEST

START_TEST(travel_across_midnight)
{
	kit_begin(3, "rooms=9 " KIT_HOURS);
	change_site(0, NEAR);
	change_site(1, NEARBY);
	change_site(2, AWAY);
	/* From 20:00-24:00 to 00:00 elsewhere, however near. */
	free(kit_assign(0, 0, 0, "S"));
	kit_send_assign(0, 1, 0, "N", "");
	kit_expect(talk_answer(kit.talk), "no H12");
	/* From a night that ends at 08:00 to a morning that begins then. */
	free(kit_assign(0, 0, 0, "N"));
	kit_send_assign(0, 1, 1, "M", "");
	kit_expect(talk_answer(kit.talk), "no H12");
	free(kit_assign(0, 0, 1, "M"));
	/* From 12:00 to 14:00: enough to the next street, not to another town
	 * some 88 km off: 1.3 x 88 + 10 + 15 minutes. */
	kit_send_assign(0, 2, 1, "A", "");
	kit_expect(talk_answer(kit.talk), "no H12");
	kit_send_assign(0, 1, 1, "A", "");
	kit_expect(talk_answer(kit.talk), "ok");
	/* Across a weekend nobody cares; a remote half-day is passed over. */
	free(kit_assign(1, 0, 0, "S"));
	kit_send_assign(1, 1, 0, "N", "activity=TLC");
	kit_expect(talk_answer(kit.talk), "ok");
	kit_send_assign(1, 2, 1, "M", "");
	kit_expect(talk_answer(kit.talk), "ok");
	/* The neighbour after is looked at as well as the one before. */
	kit_send_assign(2, 2, 1, "M", "");
	kit_expect(talk_answer(kit.talk), "ok");
	kit_send_assign(2, 0, 0, "N", "");
	kit_expect(talk_answer(kit.talk), "no H12");
	kit_end();
}
END_TEST

/* New hours, or another zone, move nothing that is planned. */
START_TEST(hours_move_nothing)
{
	char *slot, *during;

	kit_begin(1, KIT_HOURS);
	slot = kit_assign(0, 0, 0, "M");
	during = pgcluster_text(kit.town->sql,
	    "SELECT during FROM rota.assignment WHERE id = '%s'", slot);
	change_site(0, "hours=\"mon-sun M 09:30-12:30\"");
	kit_check_column(slot, "during", during);
	change_site(0, "tz=Indian/Reunion");
	kit_check_column(slot, "during", during);
	kit_check_column(slot, "a.rev", "1");
	/* It is printed with the offset that it was planned with. */
	kit_expect(talk_ask(kit.talk, "slot list physician=%s from=%s to=%s",
		       town_rpps(0), town_day(0), town_day(0)),
	    "ok count=1");
	ck_assert_ptr_nonnull(strstr(talk_data(kit.talk, 0), "T08:00+0"));
	free(during);
	free(slot);
	kit_end();
}
END_TEST

static Suite *
clock_suite(void)
{
	Suite *suite = suite_create("clock");
	TCase *tcase = tcase_create("clock");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, a_night_in_which_the_clock_changes, 0, 2);
	tcase_add_loop_test(tcase, a_night_without_change_overseas, 0, 2);
	tcase_add_test(tcase, physician_of_two_time_zones);
	tcase_add_test(tcase, a_night_belongs_to_the_day_before);
	tcase_add_test(tcase, travel_across_midnight);
	tcase_add_test(tcase, hours_move_nothing);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return kit_run(clock_suite());
}
