/* SPDX-License-Identifier: ISC */
/*
 * place_test: places of half-days: held, taken, given back, and gone with the
 * half-day that gave them.
 */
#include "tests/integration/places_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(a_hold_runs_out_for_everybody_at_once)
{
	struct talk *other;
	uint64_t deadline;
	char *slot, *place;
	const char *answer;

	places_begin("hold-time = 1s\n", "");
	town_start(kit.town, 1, NULL, NULL);
	other = town_talk(kit.town, 1);
	slot = places_publish(0, 0, town_day(0), "M");
	kit_expect(
	    talk_ask(kit.talk, "place set slot=%s number=1", slot), "ok");
	answer = talk_ask(kit.talk, "place hold slot=%s", slot);
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "state=held") &&
	    line_has(answer, "number=1") && strstr(answer, " expires="));
	place = line_value(answer, "place");
	town_settle(kit.town);
	kit_expect(talk_ask(other, "place take slot=%s", slot), "no full");
	deadline = town_now_ms() + PUSH_MS;
	while (places_free(other, slot) == 0) {
		ck_assert(town_now_ms() < deadline);
		town_pause();
	}
	kit_expect(
	    talk_ask(kit.talk, "place take place=%s", place), "no expired");
	kit_expect(talk_ask(other, "place take slot=%s", slot), "ok");
	town_settle(kit.town);
	kit_expect(
	    talk_ask(kit.talk, "place take place=%s", place), "no not-found");
	ck_assert_int_eq(places_count("number = 1"), 2);
	ck_assert_int_eq(places_count("state = 'released'"), 1);
	free(place);
	free(slot);
	talk_free(other);
	places_finish(true);
}
END_TEST

/* Today's night is ahead whatever the clock says. */
START_TEST(the_life_of_a_place)
{
	const char *answer;
	char *slot, *place, *today, *later;

	places_begin(NULL, "");
	answer = talk_ask(kit.talk, "place list site=%s", town_finess(0));
	kit_expect(answer, "ok count=0");
	today = places_today();
	slot = places_publish(0, 0, today, "N");
	later = places_publish(1, 0, town_day(3), "M");
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
	ck_assert_int_eq(places_free(kit.talk, slot), 23);
	ck_assert_uint_eq(talk_count(kit.talk), 1 + 24 + 3);
	/* Of another day: taken and given back, not yet honoured. */
	answer = talk_ask(kit.talk, "place take slot=%s", later);
	place = line_value(answer, "place");
	kit_expect(
	    talk_ask(kit.talk, "place miss place=%s", place), "no closed");
	answer = talk_ask(
	    kit.talk, "place release place=%s reason=CALLED-OFF", place);
	ck_assert(line_has(answer, "state=released"));
	ck_assert_int_eq(places_free(kit.talk, later), 9);
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
	places_finish(false);
}
END_TEST

START_TEST(what_moves_gives_its_places_back)
{
	char *slot;
	const char *answer;

	places_begin(NULL, "");
	slot = places_publish(0, 0, town_day(0), "M");
	kit_expect(talk_ask(kit.talk, "place take slot=%s", slot), "ok");
	/* Another physician: who comes is seen all the same. */
	answer = talk_ask(kit.talk,
	    "slot move slot=%s physician=%s reason=LEAVE", slot, town_rpps(1));
	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "released"), -1);
	ck_assert_int_eq(places_free(kit.talk, slot), 8);
	answer =
	    talk_ask(kit.talk, "slot move slot=%s part=A reason=ROOM", slot);
	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "released"), 1);
	ck_assert_int_eq(places_free(kit.talk, slot), 12);
	kit_expect(talk_ask(kit.talk, "place take slot=%s", slot), "ok");
	answer = talk_ask(
	    kit.talk, "slot move slot=%s activity=MT reason=MORE", slot);
	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "released"), 1);
	answer = talk_ask(kit.talk, "place take slot=%s", slot);
	kit_expect(answer, "no no-places");
	ck_assert(line_has(answer, "activity=MT"));
	free(slot);
	places_finish(false);
}
END_TEST

/* Whatever verb cancels it. */
START_TEST(a_closure_gives_the_places_back)
{
	const char *answer;
	char *slot;

	places_begin(NULL, "");
	slot = places_publish(0, 0, town_day(0), "M");
	for (unsigned i = 0; i < 3; i++)
		kit_expect(
		    talk_ask(kit.talk, "place take slot=%s", slot), "ok");
	answer =
	    talk_ask(kit.talk, "closure put site=%s from=%s to=%s slots=cancel",
		town_finess(0), town_day(0), town_day(0));
	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "released"), 3);
	ck_assert_int_eq(places_count("state = 'released'"), 3);
	kit_expect(
	    talk_ask(kit.talk, "place take slot=%s", slot), "no no-places");
	free(slot);
	places_finish(false);
}
END_TEST

START_TEST(a_key_takes_one_place)
{
	char *key = xstrdup(town_uuid()), *first;
	const char *answer;
	char *slot;

	places_begin(NULL, "");
	slot = places_publish(0, 0, town_day(0), "M");
	answer = talk_ask(kit.talk, "place take slot=%s dry=yes", slot);
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "dry=yes"));
	ck_assert_int_eq(places_count("true"), 0);
	answer = talk_ask(kit.talk, "place take slot=%s key=%s", slot, key);
	kit_expect(answer, "ok");
	first = line_value(answer, "place");
	answer = talk_ask(kit.talk, "place take slot=%s key=%s", slot, key);
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "replayed=yes"));
	ck_assert_ptr_nonnull(strstr(answer, first));
	ck_assert_int_eq(places_count("true"), 1);
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
	places_finish(false);
}
END_TEST

START_TEST(an_offer_is_what_a_half_day_leaves)
{
	char *slot;
	const char *answer;

	places_begin(NULL, "");
	slot = places_publish(0, 0, town_day(0), "M");
	answer = talk_ask(kit.talk,
	    "place set slot=%s number=2 minutes=30 opens=10:00 closes=11:30"
	    " contact=visit",
	    slot);
	kit_expect(answer, "ok");
	ck_assert(line_has(answer, "of=2") && line_has(answer, "each=30") &&
	    line_has(answer, "contact=visit"));
	ck_assert_int_eq(places_free(kit.talk, slot), 2);
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
	ck_assert_int_eq(places_free(kit.talk, slot), 6);
	kit_expect(
	    talk_ask(kit.talk, "place take slot=%s", slot), "no no-places");
	kit_expect(
	    talk_ask(kit.talk, "place set slot=%s walk-in=full", slot), "ok");
	ck_assert_int_eq(places_free(kit.talk, slot), 0);
	kit_expect(
	    talk_ask(kit.talk, "capacity site=%s since=%sT00:00Z ahead=24",
		town_finess(0), town_day(0)),
	    "ok count=0");
	/* A daemon that starts now knows it all. */
	town_start(kit.town, 1, NULL, NULL);
	talk_free(kit.talk);
	kit.talk = town_talk(kit.town, 1);
	ck_assert_int_eq(places_free(kit.talk, slot), 0);
	ck_assert(line_has(talk_data(kit.talk, 0), "walk-in=full"));
	free(slot);
	places_finish(false);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("place");
	TCase *tcase = tcase_create("place");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_hold_runs_out_for_everybody_at_once);
	tcase_add_test(tcase, the_life_of_a_place);
	tcase_add_test(tcase, what_moves_gives_its_places_back);
	tcase_add_test(tcase, a_closure_gives_the_places_back);
	tcase_add_test(tcase, a_key_takes_one_place);
	tcase_add_test(tcase, an_offer_is_what_a_half_day_leaves);
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
