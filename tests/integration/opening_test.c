/* SPDX-License-Identifier: ISC */
/*
 * opening_test: closures with the half-days that they hit, exceptional
 * openings, holidays and the stops of vehicles, on real daemons.
 */
#include "tests/integration/plan_kit.h"

#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	DAEMONS = 2,
	RACERS = 12,
	EACH = 6, /* half-days that each of them wants per round */
	ROUNDS = 12,
	RACE_DAYS = 5,
	HOUR = 3600
};

/* What PostgreSQL may complain of: a race that was lost, and is judged anew. */
static const char *const races[] = {"ERROR:  stale", NULL};

/* Live half-days inside an active closure. */
static long long
inside(struct town *town)
{
	return pgcluster_number(town->sql,
	    "SELECT count(*) FROM rota.assignment a JOIN rota.closure c"
	    " ON c.site = a.site AND c.state = 'active' AND a.day BETWEEN"
	    " c.\"from\" AND c.\"to\" AND position(a.part::text IN c.parts) > 0"
	    " WHERE a.state NOT IN ('cancelled', 'not-held')");
}

START_TEST(a_closure_takes_its_half_days_along)
{
	char *a, *b, *c, *answer;
	long long before;

	kit_begin(2, "rooms=2 " KIT_HOURS);
	a = kit_assign(0, 0, 0, "M");
	b = kit_assign(1, 0, 4, "A");
	c = kit_assign(0, 0, 5, "M");
	free(kit_assign(1, 1, 1, "M"));
	before = kit_changes();
	kit_expect(talk_ask(kit.talk, "closure put site=%s from=%s to=%s",
		       town_finess(0), town_day(0), town_day(4)),
	    "no in-use slots=2");
	kit_expect(
	    talk_ask(kit.talk, "closure put site=%s from=%s to=%s dry=yes",
		town_finess(0), town_day(0), town_day(4)),
	    "no in-use slots=2");
	ck_assert_uint_eq(talk_count(kit.talk), 2);
	ck_assert_ptr_nonnull(strstr(talk_data(kit.talk, 0), a));
	ck_assert_ptr_nonnull(strstr(talk_data(kit.talk, 1), b));
	kit_check_nothing(before);
	answer = xstrdup(
	    talk_ask(kit.talk, "closure put site=%s from=%s to=%s slots=cancel",
		town_finess(0), town_day(0), town_day(4)));
	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "slots"), 2);
	ck_assert_int_eq(line_number(answer, "half-days"), 25);
	ck_assert_uint_eq(talk_count(kit.talk), 0);
	/* One transaction: the closure and both half-days. */
	ck_assert_int_eq(kit_changes() - before, 3);
	ck_assert_int_eq(pgcluster_number(kit.town->sql,
			     "SELECT count(DISTINCT xid) FROM (SELECT xid FROM"
			     " rota.change ORDER BY seq DESC LIMIT 3) t"),
	    1);
	kit_check_column(a, "a.state", "cancelled");
	kit_check_column(b, "a.state", "cancelled");
	kit_check_column(c, "a.state", "draft");
	ck_assert_int_eq(inside(kit.town), 0);
	/* Withdrawn, it gives nothing back. */
	kit_expect(talk_ask(kit.talk,
		       "closure put site=%s from=%s to=%s state=retired",
		       town_finess(0), town_day(0), town_day(4)),
	    "ok");
	kit_check_column(a, "a.state", "cancelled");
	kit_check_live(0, 1);
	kit_check_live(1, 1);
	free(kit_assign(0, 0, 0, "M"));
	free(answer);
	free(c);
	free(b);
	free(a);
	kit_end();
}
END_TEST

/* A part that is not closed, a half-day that was held, and one that the site
 * opens for exceptionally are not hit. */
START_TEST(what_a_closure_does_not_hit)
{
	char *morning, *evening, *open;

	kit_begin(1, "rooms=2 " KIT_HOURS);
	morning = kit_assign(0, 0, 0, "M");
	evening = kit_assign(0, 0, 0, "E");
	kit_expect(talk_ask(kit.talk,
		       "opening put site=%s from=%s to=%s"
		       " hours=\"mon-sun M 10:00-12:00\"",
		       town_finess(0), town_day(1), town_day(1)),
	    "ok");
	open = kit_assign(0, 0, 1, "M");
	kit_expect(talk_ask(kit.talk,
		       "closure put site=%s from=%s to=%s parts=MA"
		       " slots=cancel",
		       town_finess(0), town_day(0), town_day(2)),
	    "ok");
	kit_check_column(morning, "a.state", "cancelled");
	kit_check_column(evening, "a.state", "draft");
	kit_check_column(open, "a.state", "draft");
	/* The exceptional morning lasts as long as that says. */
	kit_check_column(open,
	    "extract(epoch FROM upper(during) -"
	    " lower(during))::integer",
	    "7200");
	free(open);
	free(evening);
	free(morning);
	kit_end();
}
END_TEST

/* A zone in which it is now between eleven and twelve; hours east. */
static int
zone_of_noon(int64_t now, char *name, size_t size)
{
	int east = 11 - (int)(now / HOUR % 24);

	if (east < -11)
		east += 24;
	/* The signs of their names are the other way round. */
	snprintf(name, size, "Etc/GMT%+d", -east);
	return east;
}

/* Fills a half-day of physician 0 at site 0; its id. */
static char *
assign_on(const char *day, const char *part)
{
	const char *answer = talk_ask(kit.talk,
	    "slot assign physician=%s site=%s day=%s part=%s", town_rpps(0),
	    town_finess(0), day, part);

	kit_expect(answer, "ok");
	return line_value(answer, "slot");
}

START_TEST(a_half_day_under_way_is_not_held)
{
	int64_t now = time(NULL);
	char zone[16], today[16], yesterday[16], keys[200];
	int east = zone_of_noon(now, zone, sizeof(zone));
	time_t local = (time_t)(now + east * HOUR), before = local - 24 * HOUR;
	struct tm civil;
	char *over, *under_way, *ahead;

	strftime(today, sizeof(today), "%F", gmtime_r(&local, &civil));
	strftime(yesterday, sizeof(yesterday), "%F", gmtime_r(&before, &civil));
	snprintf(keys, sizeof(keys),
	    "tz=%s hours=\"mon-sun M 08:00-13:00 A 14:00-18:00\"", zone);
	kit_begin(1, keys);
	over = assign_on(yesterday, "M");
	under_way = assign_on(today, "M");
	ahead = assign_on(today, "A");
	kit_expect(
	    talk_ask(kit.talk, "closure put site=%s from=%s to=%s slots=cancel",
		town_finess(0), yesterday, town_day(0)),
	    "ok");
	kit_check_column(over, "a.state", "draft");
	kit_check_column(under_way, "a.state", "not-held");
	kit_check_column(ahead, "a.state", "cancelled");
	free(ahead);
	free(under_way);
	free(over);
	kit_end();
}
END_TEST

/* A holiday promises nothing about what is planned already. */
START_TEST(a_holiday_moves_nothing)
{
	char *a;

	kit_begin(1, "rooms=2 area=reunion tz=Indian/Reunion " KIT_HOURS);
	a = kit_assign(0, 0, 3, "M");
	kit_expect(talk_ask(kit.talk,
		       "holiday put area=reunion kind=public from=%s to=%s"
		       " name=\"Abolition de l'esclavage\"",
		       town_day(3), town_day(3)),
	    "ok");
	kit_check_column(a, "a.state", "draft");
	kit_send_assign(0, 0, 3, "A", "");
	kit_expect(talk_answer(kit.talk), "no H02");
	/* A site that works on holidays. */
	kit_expect(talk_ask(kit.talk, "site put site=%s holidays=open",
		       town_finess(0)),
	    "ok");
	free(kit_assign(0, 0, 3, "A"));
	kit_expect(talk_ask(kit.talk,
		       "holiday put area=reunion kind=school from=2027-01-01"
		       " to=2027-05-01"),
	    "bad value");
	free(a);
	kit_end();
}
END_TEST

static void
check_value(const char *line, const char *key, const char *value)
{
	char *is = line_value(line, key);

	ck_assert_str_eq(is, value);
	free(is);
}

/* The next last Sunday of the month (March 2), a month from now at least:
 * clocks change. */
static void
last_sunday(int month, char *text, size_t size)
{
	time_t least = time(NULL) + (time_t)30 * 24 * HOUR, at;
	struct tm civil;

	gmtime_r(&least, &civil);
	for (int year = civil.tm_year;; year++) {
		civil = (struct tm){
		    .tm_year = year, .tm_mon = month, .tm_mday = 31};
		at = timegm(&civil);
		at -= (time_t)civil.tm_wday * 24 * HOUR;
		if (at >= least)
			break;
	}
	strftime(text, size, "%F", gmtime_r(&at, &civil));
}

/* Service dates and clock times of the site, whatever the clock of Paris. */
START_TEST(openings_overseas_and_at_clock_changes)
{
	static const struct {
		const char *tz;
		int month;
		const char *offset;
	} cases[] = {
	    {"Europe/Paris", 2, "+02:00"},
	    {"Europe/Paris", 9, "+01:00"},
	    {"Indian/Reunion", 2, "+04:00"},
	    {"America/Cayenne", 9, "-03:00"},
	};

	kit_begin(ARRAY_SIZE(cases), "rooms=2 hours=\"mon M 09:00-12:00\"");
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		char day[16], from[32], to[32];

		last_sunday(cases[i].month, day, sizeof(day));
		snprintf(
		    from, sizeof(from), "%sT10:00%s", day, cases[i].offset);
		snprintf(to, sizeof(to), "%sT12:00%s", day, cases[i].offset);
		kit_expect(talk_ask(kit.talk, "site put site=%s tz=%s",
			       town_finess(i), cases[i].tz),
		    "ok");
		kit_expect(talk_ask(kit.talk,
			       "opening put site=%s from=%s to=%s"
			       " hours=\"sun M 10:00-12:00\"",
			       town_finess(i), day, day),
		    "ok");
		kit_expect(talk_ask(kit.talk,
			       "slot assign physician=%s site=%s day=%s part=M",
			       town_rpps(i), town_finess(i), day),
		    "ok");
		kit_expect(talk_ask(kit.talk, "slot list site=%s from=%s to=%s",
			       town_finess(i), day, day),
		    "ok count=1");
		check_value(talk_data(kit.talk, 0), "from", from);
		check_value(talk_data(kit.talk, 0), "to", to);
	}
	kit_end();
}
END_TEST

/* What one write may make the daemon compare and lock is bounded. */
START_TEST(closures_and_stops_are_bounded)
{
	static const char *const weekdays[] = {
	    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	enum { CLOSURES = 40, STOPS = 65 };
	long long before;

	kit_begin(1, "kind=mobile " KIT_HOURS);
	before = kit_changes();
	talk_send(kit.talk, "batch n=%d", CLOSURES);
	for (int i = 0; i < CLOSURES; i++)
		talk_send(kit.talk, "closure put site=%s from=%s to=%s",
		    town_finess(0), town_day(i), town_day(3000));
	kit_expect(talk_answer(kit.talk), "no limit line=37");
	kit_check_nothing(before);
	kit_expect(talk_ask(kit.talk, "closure put site=%s from=%s to=%s",
		       town_finess(0), town_day(400), town_day(3000)),
	    "ok");
	/* Of every other week, each in a half-day of its own. */
	talk_send(kit.talk, "batch n=%d", STOPS);
	for (int i = 0; i < STOPS; i++)
		talk_send(kit.talk,
		    "stop put site=%s pattern=\"%s %c every 2\" from=%s"
		    " commune=16102",
		    town_finess(0), weekdays[i % 7], "MAESN"[i / 7 % 5],
		    town_day(i / 35 * 7));
	kit_expect(talk_answer(kit.talk), "no limit line=1");
	for (int i = 0; i < STOPS; i++)
		kit_expect(talk_ask(kit.talk,
			       "stop put site=%s pattern=\"%s %c every 2\""
			       " from=%s commune=16102",
			       town_finess(0), weekdays[i % 7],
			       "MAESN"[i / 7 % 5], town_day(i / 35 * 7)),
		    i < STOPS - 1 ? "ok" : "no limit");
	kit_end();
}
END_TEST

/* ----- two daemons ----- */

struct race {
	struct town *town;
	struct talk *racer[RACERS];
	struct talk *closer;
};

static void
race_begin(struct race *race)
{
	race->town = town_new(kit.cluster);
	for (unsigned at = 0; at < DAEMONS; at++)
		town_start(race->town, at, NULL, NULL);
	town_sites(race->town, 1, "rooms=20 " KIT_HOURS);
	town_physicians(race->town, RACERS);
	for (unsigned i = 0; i < RACERS; i++)
		race->racer[i] = town_talk(race->town, i % DAEMONS);
	race->closer = town_talk(race->town, 1);
}

static void
race_end(struct race *race)
{
	talk_free(race->closer);
	for (unsigned i = 0; i < RACERS; i++)
		talk_free(race->racer[i]);
	town_settle(race->town);
	ck_assert_int_eq(town_deadlocks(race->town), 0);
	town_check_log(race->town, races);
	town_free(race->town);
}

static void
send_assign(struct race *race, unsigned racer, int day, const char *part)
{
	talk_send(race->racer[racer],
	    "slot assign physician=%s site=%s day=%s part=%s", town_rpps(racer),
	    town_finess(0), town_day(day), part);
}

/* Everybody's requests, and the closure among them. */
static void
send_all(struct race *race, unsigned round, int first)
{
	for (unsigned i = 0; i < RACERS; i++) {
		if (i == round % RACERS)
			talk_send(race->closer,
			    "closure put site=%s from=%s to=%s slots=%s",
			    town_finess(0), town_day(first),
			    town_day(first + RACE_DAYS - 1),
			    round % 3 == 1 ? "cancel" : "refuse");
		for (unsigned n = 0; n < EACH; n++)
			send_assign(race, i, first + (int)(i + n) % RACE_DAYS,
			    n % 2 == 0 ? "M" : "A");
	}
}

/* Takes that many answers of everyone; how many were told that it is closed. */
static unsigned
count_late(struct race *race, unsigned each)
{
	unsigned late = 0;

	for (unsigned i = 0; i < RACERS * each; i++) {
		const char *answer = talk_answer(race->racer[i / each]);

		if (line_begins(answer, "no H02"))
			late++;
		else
			kit_expect(answer, "ok");
	}
	return late;
}

/* Everybody wants a half-day of the days that are being closed: whoever came
 * first, none is left inside. */
START_TEST(a_closure_races_half_days)
{
	struct race race;
	unsigned cancelled = 0;

	race_begin(&race);
	for (unsigned round = 0; round < ROUNDS; round++) {
		int first = (int)(round * 7);
		bool closed;
		const char *answer;

		/* One of them was there before, or the race decides. */
		if (round % 3 < 2) {
			send_assign(&race, 0, first, "N");
			kit_expect(talk_answer(race.racer[0]), "ok");
		}
		send_all(&race, round, first);
		answer = talk_answer(race.closer);
		closed = line_begins(answer, "ok");
		if (round % 3 < 2)
			ck_assert_int_eq(closed, round % 3 == 1);
		if (closed)
			cancelled += (unsigned)line_number(answer, "slots");
		else
			kit_expect(answer, "no in-use");
		(void)count_late(&race, EACH);
		ck_assert_int_eq(inside(race.town), 0);
		/* And all of them come too late now. */
		for (unsigned i = 0; i < RACERS; i++)
			send_assign(&race, i, first + (int)i % RACE_DAYS, "S");
		ck_assert_uint_eq(count_late(&race, 1), closed ? RACERS : 0);
	}
	ck_assert_int_eq(pgcluster_number(race.town->sql,
			     "SELECT count(*) FROM rota.assignment"
			     " WHERE state = 'cancelled'"),
	    cancelled);
	race_end(&race);
}
END_TEST

/* Of many stops that meet only one is taken. */
START_TEST(stops_race)
{
	struct race race;
	unsigned won = 0;

	race_begin(&race);
	kit_expect(talk_ask(race.closer, "site put site=%s kind=mobile",
		       town_finess(0)),
	    "ok");
	for (unsigned i = 0; i < RACERS; i++)
		talk_send(race.racer[i],
		    "stop put site=%s pattern=\"mon M\" from=%s"
		    " commune=16%03u",
		    town_finess(0), town_day((int)i), 100 + i);
	for (unsigned i = 0; i < RACERS; i++) {
		const char *answer = talk_answer(race.racer[i]);

		if (line_begins(answer, "ok"))
			won++;
		else
			kit_expect(answer, "no exists");
	}
	ck_assert_uint_eq(won, 1);
	race_end(&race);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("opening");
	TCase *tcase = tcase_create("opening");

	tcase_set_timeout(tcase, 300);
	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_closure_takes_its_half_days_along);
	tcase_add_test(tcase, what_a_closure_does_not_hit);
	tcase_add_test(tcase, a_half_day_under_way_is_not_held);
	tcase_add_test(tcase, a_holiday_moves_nothing);
	tcase_add_test(tcase, openings_overseas_and_at_clock_changes);
	tcase_add_test(tcase, closures_and_stops_are_bounded);
	tcase_add_test(tcase, a_closure_races_half_days);
	tcase_add_test(tcase, stops_race);
	return kit_run(suite);
}
