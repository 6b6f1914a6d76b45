/* SPDX-License-Identifier: ISC */
/*
 * place_test: places of half-days, over one and two daemons: nobody gets what
 * somebody has, what runs out is free, what is cancelled gives none, and
 * coordinators hear of it.
 */
#include "tests/integration/plan_kit.h"

#include "daemon/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAKERS = 50, PLACES = 9, ROUNDS = 4, PUSH_MS = 20000 };

/* Three hours of twenty minutes: nine places. */
#define HOURS                                                                  \
	"territory=T structure=CSNP minutes=20 hours=\"mon-sun M 09:00-12:00 " \
	"A 14:00-18:00"                                                        \
	" S 20:00-24:00 N 24:00-32:00\""

static const char *const races[] = {"ERROR:  stale", NULL};
static const char *const allowed[] = {NULL};

static void
begin(const char *settings, const char *territory)
{
	struct talk *talk;

	kit.town = town_new(kit.cluster);
	town_start(kit.town, 0, NULL, settings);
	kit.talk = talk = town_talk(kit.town, 0);
	kit_expect(
	    talk_ask(talk, "territory put code=T kind=cpts %s", territory),
	    "ok");
	/* Whose activity is unscheduled care, whatever its share. */
	kit_expect(talk_ask(talk, "structure put code=CSNP kind=CSNP"), "ok");
	town_sites(kit.town, 2, HOURS);
	town_physicians(kit.town, 3);
}

static void
finish(const char *const errors[])
{
	talk_free(kit.talk);
	town_check_log(kit.town, errors);
	ck_assert_int_eq(town_deadlocks(kit.town), 0);
	town_free(kit.town);
}

/* Publishes a half-day of unscheduled care; its id, owned by the caller. */
static char *
publish(unsigned physician, unsigned site, const char *day, const char *part)
{
	const char *answer = talk_ask(kit.talk,
	    "slot assign physician=%s site=%s day=%s part=%s activity=SNP"
	    " state=published",
	    town_rpps(physician), town_finess(site), day, part);

	kit_expect(answer, "ok");
	return line_value(answer, "slot");
}

static long long
places(const char *where)
{
	return pgcluster_number(
	    kit.town->sql, "SELECT count(*) FROM rota.place WHERE %s", where);
}

static long long
free_places(struct talk *talk, const char *slot)
{
	kit_expect(talk_ask(talk, "place list slot=%s", slot), "ok");
	return line_number(talk_data(talk, 0), "free");
}

/* Whoever else is asked has to know first. */
static void
settle(void)
{
	town_settle(kit.town);
}

static struct talk *log_in(unsigned at, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* An account with the keys; its connection. */
static struct talk *
log_in(unsigned at, const char *fmt, ...)
{
	struct talk *talk = town_talk(kit.town, at);
	const char *answer;
	char keys[128], *code;
	va_list args;

	va_start(args, fmt);
	vsnprintf(keys, sizeof(keys), fmt, args);
	va_end(args);
	answer = talk_ask(kit.talk, "account invite %s", keys);
	kit_expect(answer, "ok");
	code = line_value(answer, "code");
	settle();
	kit_expect(talk_ask(talk, "auth code=%s", code), "ok");
	free(code);
	return talk;
}

/* The civil day of the sites; owned by the caller. */
static char *
today_there(void)
{
	return pgcluster_text(kit.town->sql,
	    "SELECT to_char(now() AT TIME ZONE 'Europe/Paris', 'YYYY-MM-DD')");
}

/* ----- a race ----- */

START_TEST(two_callers_never_get_the_same_place)
{
	struct talk *taker[TAKERS];

	begin(NULL, "");
	town_start(kit.town, 1, NULL, NULL);
	for (unsigned i = 0; i < TAKERS; i++)
		taker[i] = town_talk(kit.town, i % 2);
	for (int round = 0; round < ROUNDS; round++) {
		char *slot = publish(0, 0, town_day(round), "M");
		unsigned won = 0;
		long long beside;

		settle();
		for (unsigned i = 0; i < TAKERS; i++)
			talk_send(taker[i], "place %s slot=%s",
			    i % 3 == 0 ? "hold" : "take", slot);
		for (unsigned i = 0; i < TAKERS; i++) {
			const char *answer = talk_answer(taker[i]);

			if (line_begins(answer, "ok"))
				won++;
			else
				ck_assert_msg(line_begins(answer, "no full") &&
					line_has(answer, "of=9"),
				    "taker %u: %s", i, answer);
		}
		ck_assert_uint_eq(won, PLACES);
		ck_assert_int_eq(
		    pgcluster_number(kit.town->sql,
			"SELECT count(DISTINCT number) FROM rota.place"
			" WHERE slot = '%s'",
			slot),
		    PLACES);
		beside = places("true");
		ck_assert_int_eq(beside, (long long)PLACES * (round + 1));
		settle();
		for (unsigned i = 0; i < 2; i++)
			ck_assert_int_eq(free_places(taker[i], slot), 0);
		free(slot);
	}
	for (unsigned i = 0; i < TAKERS; i++)
		talk_free(taker[i]);
	finish(races);
}
END_TEST

/* One place, wanted by its number. */
START_TEST(a_place_is_taken_once)
{
	struct talk *taker[TAKERS];
	unsigned won = 0;
	char *slot;

	begin(NULL, "");
	town_start(kit.town, 1, NULL, NULL);
	slot = publish(0, 0, town_day(0), "M");
	settle();
	for (unsigned i = 0; i < TAKERS; i++) {
		taker[i] = town_talk(kit.town, i % 2);
		talk_send(taker[i], "place take slot=%s number=4", slot);
	}
	for (unsigned i = 0; i < TAKERS; i++) {
		const char *answer = talk_answer(taker[i]);

		if (line_begins(answer, "ok"))
			won++;
		else
			kit_expect(answer, "no taken what=number");
		talk_free(taker[i]);
	}
	ck_assert_uint_eq(won, 1);
	ck_assert_int_eq(places("number = 4"), 1);
	kit_expect(talk_ask(kit.talk, "place take slot=%s number=10", slot),
	    "bad value");
	free(slot);
	finish(races);
}
END_TEST

/* Takers against who cancels: none of them keeps a place. */
START_TEST(a_cancelled_half_day_gives_no_places)
{
	struct talk *taker[TAKERS];
	long long released = 0;

	begin(NULL, "");
	town_start(kit.town, 1, NULL, NULL);
	for (unsigned i = 0; i < TAKERS; i++)
		taker[i] = town_talk(kit.town, i % 2);
	for (int round = 0; round < ROUNDS; round++) {
		char *slot = publish(0, 0, town_day(round), "M");
		long long won = 0, told;
		const char *answer;

		settle();
		for (unsigned i = 0; i < TAKERS; i++) {
			talk_send(taker[i], "place take slot=%s", slot);
			if (i == 3)
				talk_send(kit.talk,
				    "slot cancel slot=%s reason=SICK", slot);
		}
		answer = talk_answer(kit.talk);
		kit_expect(answer, "ok");
		told = line_number(answer, "released");
		for (unsigned i = 0; i < TAKERS; i++) {
			answer = talk_answer(taker[i]);
			won += line_begins(answer, "ok");
			ck_assert_msg(line_begins(answer, "ok") ||
				line_begins(answer, "no full") ||
				(line_begins(answer, "no no-places") &&
				    line_has(answer, "state=cancelled")),
			    "taker %u: %s", i, answer);
		}
		released += won;
		ck_assert_int_eq(told, won == 0 ? -1 : won);
		ck_assert_int_eq(places("state <> 'released'"), 0);
		ck_assert_int_eq(places("true"), released);
		free(slot);
	}
	ck_assert_int_eq(
	    pgcluster_number(kit.town->sql,
		"SELECT count(*) FROM rota.change WHERE kind = 'place'"
		" AND payload->>'state' = 'released'"
		" AND payload->>'reason' = 'SICK'"),
	    released);
	for (unsigned i = 0; i < TAKERS; i++)
		talk_free(taker[i]);
	finish(races);
}
END_TEST

/* ----- many at once ----- */

enum { STORM_CLIENTS = 12, STORM_REQUESTS = 60, STORM_SLOTS = 10 };

struct storm {
	uint64_t chance;
	struct talk *talk[STORM_CLIENTS];
	char *slot[STORM_SLOTS];
	char *place[STORM_CLIENTS]; /* the last that each was given, or NULL */
};

static void
send_any(struct storm *storm, unsigned client)
{
	struct talk *talk = storm->talk[client];
	const char *place = storm->place[client];
	unsigned which = town_below(&storm->chance, 12);
	const char *slot = storm->slot[town_below(&storm->chance, STORM_SLOTS)];

	if (place == NULL || which < 4)
		talk_send(talk, "place %s slot=%s", which % 2 ? "hold" : "take",
		    slot);
	else if (which == 4)
		talk_send(talk, "place take slot=%s overbook=yes", slot);
	else if (which == 5)
		talk_send(talk, "place set slot=%s number=%u minutes=%u", slot,
		    town_below(&storm->chance, 12),
		    10 + 5 * town_below(&storm->chance, 4));
	else if (which == 6)
		talk_send(talk, "slot move slot=%s part=%c reason=STORM", slot,
		    "MA"[town_below(&storm->chance, 2)]);
	else if (which == 7 && town_below(&storm->chance, 12) == 0)
		talk_send(talk, "slot cancel slot=%s reason=STORM", slot);
	else
		talk_send(talk, "place %s place=%s",
		    which < 10 ? "take" : "release", place);
}

static void
storm_round(struct storm *storm)
{
	for (unsigned i = 0; i < STORM_CLIENTS; i++)
		send_any(storm, i);
	for (unsigned i = 0; i < STORM_CLIENTS; i++) {
		const char *answer = talk_answer(storm->talk[i]);
		char *place = line_value(answer, "place");

		ck_assert_msg(
		    line_begins(answer, "ok") || line_begins(answer, "no"),
		    "%s", answer);
		if (place == NULL)
			continue;
		free(storm->place[i]);
		storm->place[i] = place;
	}
}

/* All that a daemon says of places; owned by the caller. */
static char *
tell_places(unsigned at)
{
	struct talk *talk = town_talk(kit.town, at);
	char *text = xstrdup(""), *more;

	for (int away = 0; away < STORM_SLOTS; away++) {
		for (unsigned question = 0; question < 2; question++) {
			kit_expect(talk_ask(talk,
				       question == 0
					   ? "place list site=%s day=%s"
					     " limit=1000"
					   : "capacity site=%s since=%sT00:00Z"
					     " ahead=24",
				       town_finess(0), town_day(away)),
			    "ok");
			for (size_t i = 0; i < talk_count(talk); i++) {
				more = xasprintf(
				    "%s%s\n", text, talk_data(talk, i));
				free(text);
				text = more;
			}
		}
	}
	talk_free(talk);
	return text;
}

/* What the tables hold of places is sane, and nothing was written past it. */
static void
check_tables(void)
{
	ck_assert_int_eq(
	    pgcluster_number(kit.town->sql,
		"SELECT count(*) FROM rota.place p JOIN rota.assignment a"
		" ON a.id = p.slot WHERE a.state = 'cancelled'"
		" AND p.state IN ('held', 'taken')"),
	    0);
	ck_assert_int_eq(
	    pgcluster_number(kit.town->sql,
		"SELECT count(*) FROM rota.place p JOIN rota.assignment a"
		" ON a.id = p.slot WHERE p.state IN ('held', 'taken')"
		" AND p.at < extract(epoch FROM lower(a.during))"),
	    0);
	ck_assert_int_eq(
	    pgcluster_number(kit.town->sql, "SELECT sum(rev) FROM rota.guard"),
	    pgcluster_number(kit.town->sql,
		"SELECT sum(cardinality(guards)) FROM rota.change"));
}

START_TEST(a_storm_leaves_all_daemons_of_one_mind)
{
	struct storm storm = {.chance = town_seed()};
	char *told[3];

	begin("hold-time = 1h\n", "");
	town_start(kit.town, 1, NULL, "hold-time = 1h\n");
	for (unsigned i = 0; i < STORM_SLOTS; i++)
		storm.slot[i] = publish(0, 0, town_day((int)i), "M");
	settle();
	for (unsigned i = 0; i < STORM_CLIENTS; i++)
		storm.talk[i] = town_talk(kit.town, i % 2);
	for (unsigned n = 0; n < STORM_REQUESTS * town_rounds(); n++)
		storm_round(&storm);
	settle();
	town_start(kit.town, 2, NULL, NULL);
	for (unsigned at = 0; at < 3; at++)
		told[at] = tell_places(at);
	ck_assert_ptr_nonnull(strstr(told[0], "state=taken"));
	ck_assert_str_eq(told[0], told[1]);
	ck_assert_str_eq(told[0], told[2]);
	check_tables();
	for (unsigned at = 0; at < 3; at++)
		free(told[at]);
	for (unsigned i = 0; i < STORM_CLIENTS; i++) {
		talk_free(storm.talk[i]);
		free(storm.place[i]);
	}
	for (unsigned i = 0; i < STORM_SLOTS; i++)
		free(storm.slot[i]);
	finish(races);
}
END_TEST

/* ----- one after another ----- */

START_TEST(a_hold_runs_out_for_everybody_at_once)
{
	struct talk *other;
	uint64_t deadline;
	char *slot, *place;
	const char *answer;

	begin("hold-time = 1s\n", "");
	town_start(kit.town, 1, NULL, NULL);
	other = town_talk(kit.town, 1);
	slot = publish(0, 0, town_day(0), "M");
	kit_expect(
	    talk_ask(kit.talk, "place set slot=%s number=1", slot), "ok");
	answer = talk_ask(kit.talk, "place hold slot=%s", slot);
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "state=held") &&
	    line_has(answer, "number=1") && strstr(answer, " expires="));
	place = line_value(answer, "place");
	settle();
	kit_expect(talk_ask(other, "place take slot=%s", slot), "no full");
	deadline = town_now_ms() + PUSH_MS;
	while (free_places(other, slot) == 0) {
		ck_assert(town_now_ms() < deadline);
		town_pause();
	}
	kit_expect(
	    talk_ask(kit.talk, "place take place=%s", place), "no expired");
	kit_expect(talk_ask(other, "place take slot=%s", slot), "ok");
	settle();
	kit_expect(
	    talk_ask(kit.talk, "place take place=%s", place), "no not-found");
	ck_assert_int_eq(places("number = 1"), 2);
	ck_assert_int_eq(places("state = 'released'"), 1);
	free(place);
	free(slot);
	talk_free(other);
	finish(races);
}
END_TEST

/* Today's night is ahead whatever the clock says. */
START_TEST(the_life_of_a_place)
{
	const char *answer;
	char *slot, *place, *today, *later;

	begin(NULL, "");
	answer = talk_ask(kit.talk, "place list site=%s", town_finess(0));
	kit_expect(answer, "ok count=0");
	today = today_there();
	slot = publish(0, 0, today, "N");
	later = publish(1, 0, town_day(3), "M");
	answer = talk_ask(kit.talk, "place hold slot=%s number=5", slot);
	kit_expect(answer, "ok");
	place = line_value(answer, "place");
	kit_expect(
	    talk_ask(kit.talk, "place honour place=%s", place), "no state");
	kit_expect(talk_ask(kit.talk, "place take place=%s", place), "ok");
	kit_expect(
	    talk_ask(kit.talk, "place take place=%s", place), "no state");
	kit_expect(talk_ask(kit.talk, "place take slot=%s number=5", slot),
	    "no taken");
	answer = talk_ask(kit.talk, "place miss place=%s", place);
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "state=missed"));
	answer = talk_ask(kit.talk, "place honour place=%s", place);
	ck_assert(line_has(answer, "state=honoured"));
	kit_expect(
	    talk_ask(kit.talk, "place release place=%s", place), "no state");
	free(place);
	/* Beside: never counted, without a number. */
	for (unsigned i = 0; i < 3; i++)
		kit_expect(
		    talk_ask(kit.talk, "place take slot=%s overbook=yes", slot),
		    "ok");
	ck_assert_int_eq(free_places(kit.talk, slot), 23);
	ck_assert_uint_eq(talk_count(kit.talk), 1 + 24 + 3);
	/* Of another day: taken and given back, not yet honoured. */
	answer = talk_ask(kit.talk, "place take slot=%s", later);
	place = line_value(answer, "place");
	kit_expect(
	    talk_ask(kit.talk, "place miss place=%s", place), "no closed");
	answer = talk_ask(
	    kit.talk, "place release place=%s reason=CALLED-OFF", place);
	ck_assert(line_has(answer, "state=released"));
	ck_assert_int_eq(free_places(kit.talk, later), 9);
	kit_expect(
	    talk_ask(kit.talk, "slot arrive slot=%s", later), "no closed");
	answer = talk_ask(kit.talk, "slot arrive slot=%s", slot);
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "arrived=yes"));
	answer = talk_ask(kit.talk, "slot arrive slot=%s", slot);
	ck_assert(line_has(answer, "unchanged=yes"));
	free(place);
	free(slot);
	free(later);
	free(today);
	finish(allowed);
}
END_TEST

START_TEST(what_moves_gives_its_places_back)
{
	char *slot;
	const char *answer;

	begin(NULL, "");
	slot = publish(0, 0, town_day(0), "M");
	kit_expect(talk_ask(kit.talk, "place take slot=%s", slot), "ok");
	/* Another physician: who comes is seen all the same. */
	answer = talk_ask(kit.talk,
	    "slot move slot=%s physician=%s reason=LEAVE", slot, town_rpps(1));
	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "released"), -1);
	ck_assert_int_eq(free_places(kit.talk, slot), 8);
	answer =
	    talk_ask(kit.talk, "slot move slot=%s part=A reason=ROOM", slot);
	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "released"), 1);
	ck_assert_int_eq(free_places(kit.talk, slot), 12);
	kit_expect(talk_ask(kit.talk, "place take slot=%s", slot), "ok");
	answer = talk_ask(
	    kit.talk, "slot move slot=%s activity=MT reason=MORE", slot);
	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "released"), 1);
	answer = talk_ask(kit.talk, "place take slot=%s", slot);
	kit_expect(answer, "no no-places");
	ck_assert(line_has(answer, "activity=MT"));
	free(slot);
	finish(allowed);
}
END_TEST

/* Whatever verb cancels it. */
START_TEST(a_closure_gives_the_places_back)
{
	const char *answer;
	char *slot;

	begin(NULL, "");
	slot = publish(0, 0, town_day(0), "M");
	for (unsigned i = 0; i < 3; i++)
		kit_expect(
		    talk_ask(kit.talk, "place take slot=%s", slot), "ok");
	answer =
	    talk_ask(kit.talk, "closure put site=%s from=%s to=%s slots=cancel",
		town_finess(0), town_day(0), town_day(0));
	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "released"), 3);
	ck_assert_int_eq(places("state = 'released'"), 3);
	kit_expect(
	    talk_ask(kit.talk, "place take slot=%s", slot), "no no-places");
	free(slot);
	finish(allowed);
}
END_TEST

START_TEST(a_key_takes_one_place)
{
	char *key = xstrdup(town_uuid()), *first;
	const char *answer;
	char *slot;

	begin(NULL, "");
	slot = publish(0, 0, town_day(0), "M");
	answer = talk_ask(kit.talk, "place take slot=%s dry=yes", slot);
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "dry=yes"));
	ck_assert_int_eq(places("true"), 0);
	answer = talk_ask(kit.talk, "place take slot=%s key=%s", slot, key);
	kit_expect(answer, "ok");
	first = line_value(answer, "place");
	answer = talk_ask(kit.talk, "place take slot=%s key=%s", slot, key);
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "replayed=yes"));
	ck_assert_ptr_nonnull(strstr(answer, first));
	ck_assert_int_eq(places("true"), 1);
	talk_send(kit.talk, "batch n=1");
	talk_send(kit.talk, "place take slot=%s", slot);
	kit_expect(talk_answer(kit.talk), "bad not-in-batch");
	talk_send(kit.talk, "batch n=2");
	talk_send(kit.talk, "place set slot=%s number=5", slot);
	talk_send(kit.talk, "place set slot=%s minutes=30", slot);
	kit_expect(talk_answer(kit.talk), "ok lines=2");
	ck_assert(line_has(talk_data(kit.talk, 1), "of=5"));
	ck_assert_int_eq(pgcluster_number(kit.town->sql,
			     "SELECT count(*) FROM rota.offer"
			     " WHERE number = 5 AND minutes = 30 AND rev = 1"),
	    1);
	free(first);
	free(key);
	free(slot);
	finish(allowed);
}
END_TEST

START_TEST(an_offer_is_what_a_half_day_leaves)
{
	char *slot;
	const char *answer;

	begin(NULL, "");
	slot = publish(0, 0, town_day(0), "M");
	answer = talk_ask(kit.talk,
	    "place set slot=%s number=2 minutes=30 opens=10:00 closes=11:30"
	    " contact=visit",
	    slot);
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "of=2") && line_has(answer, "each=30") &&
	    line_has(answer, "contact=visit"));
	ck_assert_int_eq(free_places(kit.talk, slot), 2);
	answer = talk_ask(kit.talk, "place set slot=%s number=100", slot);
	ck_assert(line_has(answer, "of=3"));
	answer = talk_ask(kit.talk, "place set slot=%s number=100", slot);
	ck_assert(line_has(answer, "unchanged=yes"));
	kit_expect(talk_ask(kit.talk, "place set slot=%s number=101", slot),
	    "bad value");
	kit_expect(talk_ask(kit.talk, "place set slot=%s minutes=4", slot),
	    "bad value");
	kit_expect(talk_ask(kit.talk, "place set slot=%s opens=08:59", slot),
	    "bad value");
	kit_expect(talk_ask(kit.talk, "place set slot=%s opens=11:30", slot),
	    "bad value");
	kit_expect(talk_ask(kit.talk, "place set slot=%s contact=x", slot),
	    "bad value");
	answer = talk_ask(kit.talk,
	    "place set slot=%s opens=- closes=- minutes=0 contact=-"
	    " manner=walk-in shut=11:00",
	    slot);
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "walk-in=open"));
	ck_assert_int_eq(free_places(kit.talk, slot), 6);
	kit_expect(
	    talk_ask(kit.talk, "place take slot=%s", slot), "no no-places");
	kit_expect(
	    talk_ask(kit.talk, "place set slot=%s walk-in=full", slot), "ok");
	ck_assert_int_eq(free_places(kit.talk, slot), 0);
	kit_expect(
	    talk_ask(kit.talk, "capacity site=%s since=%sT00:00Z ahead=24",
		town_finess(0), town_day(0)),
	    "ok count=0");
	/* A daemon that starts now knows it all. */
	town_start(kit.town, 1, NULL, NULL);
	talk_free(kit.talk);
	kit.talk = town_talk(kit.town, 1);
	ck_assert_int_eq(free_places(kit.talk, slot), 0);
	ck_assert(line_has(talk_data(kit.talk, 0), "walk-in=full"));
	free(slot);
	finish(allowed);
}
END_TEST

/* ----- who ----- */

START_TEST(each_role_has_its_part)
{
	struct talk *desk, *elsewhere, *regulator, *physician;
	char *slot, *draft, *place;
	const char *answer;

	begin(NULL, "regulator=reads phone=+33545000000");
	slot = publish(0, 0, town_day(0), "M");
	draft = kit_assign(1, 0, 0, "A");
	desk = log_in(0, "role=desk scope=site:%s", town_finess(0));
	elsewhere = log_in(0, "role=desk scope=site:%s", town_finess(1));
	physician = log_in(0, "role=physician physician=%s", town_rpps(0));
	regulator = log_in(0, "role=regulator");
	/* The desk of another site sees nothing of it. */
	kit_expect(
	    talk_ask(elsewhere, "place take slot=%s", slot), "no not-found");
	kit_expect(
	    talk_ask(elsewhere, "place list slot=%s", slot), "no not-found");
	kit_expect(talk_ask(elsewhere, "place list site=%s", town_finess(0)),
	    "no scope");
	/* A draft is not there for the desk, nor for the SAS. */
	kit_expect(talk_ask(desk, "place take slot=%s", draft), "no not-found");
	kit_expect(
	    talk_ask(regulator, "place hold slot=%s", draft), "no not-found");
	/* The SAS reads; it takes where the territory says so. */
	kit_expect(talk_ask(regulator, "place take slot=%s", slot), "no scope");
	kit_expect(
	    talk_ask(regulator, "place set slot=%s number=1", slot), "no role");
	kit_expect(talk_ask(regulator, "place list slot=%s", slot), "no role");
	kit_expect(
	    talk_ask(kit.talk, "territory put code=T regulator=takes"), "ok");
	answer = talk_ask(regulator, "place hold slot=%s", slot);
	kit_expect(answer, "ok");
	place = line_value(answer, "place");
	kit_expect(talk_ask(regulator, "place take place=%s", place), "ok");
	kit_expect(
	    talk_ask(regulator, "place honour place=%s", place), "no role");
	kit_expect(talk_ask(regulator, "place release place=%s", place), "ok");
	kit_expect(
	    talk_ask(regulator, "capacity site=%s since=%sT00:00Z ahead=24",
		town_finess(0), town_day(0)),
	    "ok count=1");
	answer = talk_data(regulator, 0);
	ck_assert(line_has(answer, "phone=+33545000000") &&
	    line_has(answer, "free=9") && line_has(answer, "territory=T"));
	ck_assert_ptr_null(strstr(answer, town_rpps(0)));
	kit_expect(talk_ask(regulator,
		       "capacity physicians=%s,%s since=%sT00:00Z ahead=24",
		       town_rpps(0), town_rpps(2), town_day(0)),
	    "ok count=1");
	ck_assert_ptr_nonnull(strstr(talk_data(regulator, 0), town_rpps(0)));
	/* The desk gives its places out, the physician shapes the own. */
	kit_expect(talk_ask(desk, "place take slot=%s", slot), "ok");
	kit_expect(talk_ask(physician, "place take slot=%s", slot), "no role");
	kit_expect(
	    talk_ask(physician, "place set slot=%s number=4", slot), "ok");
	kit_expect(talk_ask(physician, "place set slot=%s number=4", draft),
	    "no not-found");
	kit_expect(talk_ask(physician, "capacity physicians=%s", town_rpps(1)),
	    "no scope");
	kit_expect(talk_ask(physician, "place list site=%s day=%s",
		       town_finess(0), town_day(0)),
	    "ok");
	ck_assert(line_has(talk_data(physician, 0), "free=3"));
	free(place);
	free(slot);
	free(draft);
	talk_free(desk);
	talk_free(elsewhere);
	talk_free(regulator);
	talk_free(physician);
	finish(allowed);
}
END_TEST

/* ----- pages, and what is told ----- */

START_TEST(pages_are_the_whole)
{
	enum { LIMIT = 4 };
	char *slot[3], *whole = NULL, *next = NULL;
	size_t len = 0, n = 0, lines = 0;
	const char *answer;

	begin(NULL, "");
	slot[0] = publish(0, 0, town_day(0), "M");
	slot[1] = publish(1, 0, town_day(0), "A");
	slot[2] = publish(0, 1, town_day(1), "M");
	for (unsigned i = 0; i < 2; i++)
		kit_expect(talk_ask(kit.talk, "place take slot=%s overbook=yes",
			       slot[0]),
		    "ok");
	kit_expect(
	    talk_ask(kit.talk, "place take slot=%s number=3", slot[1]), "ok");
	kit_expect(talk_ask(kit.talk, "place list site=%s day=%s limit=1000",
		       town_finess(0), town_day(0)),
	    "ok count=25");
	lines = talk_count(kit.talk);
	ck_assert_uint_eq(lines, 1 + 9 + 2 + 1 + 12);
	for (size_t i = 0; i < lines; i++)
		len += strlen(talk_data(kit.talk, i)) + 1;
	whole = xcalloc(1, len + 1);
	for (size_t i = 0; i < lines; i++) {
		strcat(whole, talk_data(kit.talk, i));
		strcat(whole, "\n");
	}
	do {
		answer = next == NULL
		    ? talk_ask(kit.talk, "place list site=%s day=%s limit=%d",
			  town_finess(0), town_day(0), LIMIT)
		    : talk_ask(kit.talk,
			  "place list site=%s day=%s limit=%d next=%s",
			  town_finess(0), town_day(0), LIMIT, next);
		kit_expect(answer, "ok");
		free(next);
		next = line_value(answer, "next");
		for (size_t i = 0; i < talk_count(kit.talk); i++, n++)
			ck_assert_ptr_nonnull(
			    strstr(whole, talk_data(kit.talk, i)));
	} while (next != NULL);
	ck_assert_uint_eq(n, lines);
	/* Capacity, one line a page. */
	n = 0;
	do {
		answer = next == NULL
		    ? talk_ask(kit.talk,
			  "capacity territory=T since=%sT00:00Z ahead=48"
			  " limit=1",
			  town_day(0))
		    : talk_ask(kit.talk,
			  "capacity territory=T since=%sT00:00Z ahead=48"
			  " limit=1 next=%s",
			  town_day(0), next);
		kit_expect(answer, "ok count=1");
		free(next);
		next = line_value(answer, "next");
		n++;
	} while (next != NULL);
	ck_assert_uint_eq(n, 3);
	free(whole);
	for (unsigned i = 0; i < 3; i++)
		free(slot[i]);
	finish(allowed);
}
END_TEST

/* The night of today and of tomorrow lie within two days. */
START_TEST(a_territory_under_its_floor_is_told_once)
{
	struct talk *anne, *other;
	const char *push;
	char *slot, *today, *place;

	begin("hold-time = 5s\n", "floor-24=0 floor-48=24");
	today = today_there();
	kit_expect(talk_ask(kit.talk,
		       "territory put code=U kind=cpts"
		       " floor-48=99"),
	    "ok");
	anne = log_in(0, "role=coordinator scope=territory:T");
	other = log_in(0, "role=coordinator scope=territory:U");
	kit_expect(talk_ask(anne, "watch territory=T"), "ok");
	push = talk_push(anne, "alarm", PUSH_MS);
	ck_assert_ptr_nonnull(push);
	ck_assert_str_eq(push, "alarm territory=T ahead=48 free=0 floor=24");
	kit_expect(talk_ask(other, "watch"), "ok");
	push = talk_push(other, "alarm", PUSH_MS);
	ck_assert_str_eq(push, "alarm territory=U ahead=48 free=0 floor=99");
	slot = publish(0, 0, today, "N");
	push = talk_push(anne, "alarm", PUSH_MS);
	ck_assert_ptr_nonnull(push);
	ck_assert_str_eq(
	    push, "alarm territory=T ahead=48 free=24 floor=24 over=yes");
	push = talk_ask(kit.talk, "place hold slot=%s", slot);
	place = line_value(push, "place");
	push = talk_push(anne, "alarm", PUSH_MS);
	ck_assert_str_eq(push, "alarm territory=T ahead=48 free=23 floor=24");
	/* Once: a second place less is no second alarm; the clock ends the
	 * hold, and with a second slot the alarm. */
	ck_assert_ptr_nonnull(place);
	push = talk_push(anne, "alarm", PUSH_MS);
	ck_assert_ptr_nonnull(push);
	ck_assert_str_eq(
	    push, "alarm territory=T ahead=48 free=24 floor=24 over=yes");
	kit_expect(
	    talk_ask(kit.talk, "slot cancel slot=%s reason=SICK", slot), "ok");
	push = talk_push(anne, "alarm", PUSH_MS);
	ck_assert_str_eq(push, "alarm territory=T ahead=48 free=0 floor=24");
	ck_assert_ptr_null(talk_push(other, "alarm", 0));
	free(place);
	free(slot);
	free(today);
	talk_free(anne);
	talk_free(other);
	finish(allowed);
}
END_TEST

START_TEST(watchers_see_places)
{
	struct talk *desk;
	char *slot, *place, *cursor, *missed = NULL;
	const char *push;

	begin(NULL, "");
	desk = log_in(0, "role=desk scope=site:%s", town_finess(0));
	slot = publish(0, 0, town_day(0), "M");
	kit_expect(talk_ask(desk, "watch site=%s", town_finess(0)), "ok");
	push = talk_ask(kit.talk, "place take slot=%s number=2", slot);
	place = line_value(push, "place");
	push = talk_push(desk, "place", PUSH_MS);
	ck_assert_ptr_nonnull(push);
	ck_assert(line_has(push, "number=2") && line_has(push, "state=taken"));
	ck_assert_ptr_nonnull(strstr(push, place));
	kit_expect(
	    talk_ask(kit.talk, "place set slot=%s number=3", slot), "ok");
	push = talk_push(desk, "offer", PUSH_MS);
	ck_assert_ptr_nonnull(push);
	ck_assert_ptr_nonnull(strstr(push, slot));
	kit_expect(
	    talk_ask(kit.talk, "slot cancel slot=%s reason=SICK", slot), "ok");
	push = talk_push(desk, "place", PUSH_MS);
	ck_assert_ptr_nonnull(push);
	ck_assert(line_has(push, "state=released"));
	free(place);
	free(slot);
	/* Who comes back is told what was missed. */
	slot = publish(0, 0, town_day(1), "M");
	push = talk_push(desk, "cursor", PUSH_MS);
	while (push != NULL && (cursor = line_value(push, "value")) != NULL) {
		free(missed);
		missed = cursor;
		push = talk_push(desk, "cursor", 500);
	}
	kit_expect(talk_ask(desk, "watch state=off"), "ok");
	push = talk_ask(kit.talk, "place take slot=%s number=3", slot);
	place = line_value(push, "place");
	kit_expect(
	    talk_ask(desk, "watch site=%s after=%s", town_finess(0), missed),
	    "ok");
	push = talk_push(desk, "place", PUSH_MS);
	ck_assert_ptr_nonnull(push);
	ck_assert_ptr_nonnull(strstr(push, place));
	free(missed);
	free(place);
	free(slot);
	talk_free(desk);
	finish(allowed);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("place");
	TCase *tcase = tcase_create("place");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, two_callers_never_get_the_same_place);
	tcase_add_test(tcase, a_place_is_taken_once);
	tcase_add_test(tcase, a_cancelled_half_day_gives_no_places);
	tcase_add_test(tcase, a_storm_leaves_all_daemons_of_one_mind);
	tcase_add_test(tcase, a_hold_runs_out_for_everybody_at_once);
	tcase_add_test(tcase, the_life_of_a_place);
	tcase_add_test(tcase, what_moves_gives_its_places_back);
	tcase_add_test(tcase, a_closure_gives_the_places_back);
	tcase_add_test(tcase, a_key_takes_one_place);
	tcase_add_test(tcase, an_offer_is_what_a_half_day_leaves);
	tcase_add_test(tcase, each_role_has_its_part);
	tcase_add_test(tcase, pages_are_the_whole);
	tcase_add_test(tcase, a_territory_under_its_floor_is_told_once);
	tcase_add_test(tcase, watchers_see_places);
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
