/* SPDX-License-Identifier: ISC */
/*
 * place_race_test: places that many want at once, over two daemons: nobody gets
 * what somebody has, what is cancelled gives none, and all say the same.
 */
#include "tests/integration/places_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAKERS = 50, ROUNDS = 4 };

/* ----- a race ----- */

START_TEST(two_callers_never_get_the_same_place)
{
	struct talk *taker[TAKERS];

	places_begin(NULL, "");
	town_start(kit.town, 1, NULL, NULL);
	for (unsigned i = 0; i < TAKERS; i++)
		taker[i] = town_talk(kit.town, i % 2);
	for (int round = 0; round < ROUNDS; round++) {
		char *slot = places_publish(0, 0, town_day(round), "M");
		unsigned won = 0;
		long long beside;

		town_settle(kit.town);
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
		beside = places_count("true");
		ck_assert_int_eq(beside, (long long)PLACES * (round + 1));
		town_settle(kit.town);
		for (unsigned i = 0; i < 2; i++)
			ck_assert_int_eq(places_free(taker[i], slot), 0);
		free(slot);
	}
	for (unsigned i = 0; i < TAKERS; i++)
		talk_free(taker[i]);
	places_finish(true);
}
END_TEST

/* One place, wanted by its number. */
START_TEST(a_place_is_taken_once)
{
	struct talk *taker[TAKERS];
	unsigned won = 0;
	char *slot;

	places_begin(NULL, "");
	town_start(kit.town, 1, NULL, NULL);
	slot = places_publish(0, 0, town_day(0), "M");
	town_settle(kit.town);
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
	ck_assert_int_eq(places_count("number = 4"), 1);
	kit_expect(talk_ask(kit.talk, "place take slot=%s number=10", slot),
	    "bad value");
	free(slot);
	places_finish(true);
}
END_TEST

/* Takers against who cancels: none of them keeps a place. */
START_TEST(a_cancelled_half_day_gives_no_places)
{
	struct talk *taker[TAKERS];
	long long released = 0;

	places_begin(NULL, "");
	town_start(kit.town, 1, NULL, NULL);
	for (unsigned i = 0; i < TAKERS; i++)
		taker[i] = town_talk(kit.town, i % 2);
	for (int round = 0; round < ROUNDS; round++) {
		char *slot = places_publish(0, 0, town_day(round), "M");
		long long won = 0, told;
		const char *answer;

		town_settle(kit.town);
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
		ck_assert_int_eq(places_count("state <> 'released'"), 0);
		ck_assert_int_eq(places_count("true"), released);
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
	places_finish(true);
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

	places_begin("hold-time = 1h\n", "");
	town_start(kit.town, 1, NULL, "hold-time = 1h\n");
	for (unsigned i = 0; i < STORM_SLOTS; i++)
		storm.slot[i] = places_publish(0, 0, town_day((int)i), "M");
	town_settle(kit.town);
	for (unsigned i = 0; i < STORM_CLIENTS; i++)
		storm.talk[i] = town_talk(kit.town, i % 2);
	for (unsigned n = 0; n < STORM_REQUESTS * town_rounds(); n++)
		storm_round(&storm);
	town_settle(kit.town);
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
	places_finish(true);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("place_race");
	TCase *tcase = tcase_create("place_race");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, two_callers_never_get_the_same_place);
	tcase_add_test(tcase, a_place_is_taken_once);
	tcase_add_test(tcase, a_cancelled_half_day_gives_no_places);
	tcase_add_test(tcase, a_storm_leaves_all_daemons_of_one_mind);
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
