/* SPDX-License-Identifier: ISC */
/*
 * place_watch_test: who is told that places are taken, given back, or too few:
 * watchers of a site, and coordinators of a territory under its floor.
 */
#include "tests/integration/places_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The night of today and of tomorrow lie within two days. */
START_TEST(a_territory_under_its_floor_is_told_once)
{
	struct talk *anne, *other;
	const char *push;
	char *slot, *today, *place;

	places_begin("hold-time = 5s\n", "floor-24=0 floor-48=24");
	today = places_today();
	kit_expect(talk_ask(kit.talk,
		       "territory put code=U kind=cpts"
		       " floor-48=99"),
	    "ok");
	anne = places_log_in(0, "role=coordinator scope=territory:T");
	other = places_log_in(0, "role=coordinator scope=territory:U");
	kit_expect(talk_ask(anne, "watch territory=T"), "ok");
	push = talk_push(anne, "alarm", PUSH_MS);
	ck_assert_ptr_nonnull(push);
	ck_assert_str_eq(push, "alarm territory=T ahead=48 free=0 floor=24");
	kit_expect(talk_ask(other, "watch"), "ok");
	push = talk_push(other, "alarm", PUSH_MS);
	ck_assert_str_eq(push, "alarm territory=U ahead=48 free=0 floor=99");
	slot = places_publish(0, 0, today, "N");
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
	places_finish(false);
}
END_TEST

START_TEST(watchers_see_places)
{
	struct talk *desk;
	char *slot, *place, *cursor, *missed = NULL;
	const char *push;

	places_begin(NULL, "");
	desk = places_log_in(0, "role=desk scope=site:%s", town_finess(0));
	slot = places_publish(0, 0, town_day(0), "M");
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
	slot = places_publish(0, 0, town_day(1), "M");
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
	places_finish(false);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("place_watch");
	TCase *tcase = tcase_create("place_watch");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_territory_under_its_floor_is_told_once);
	tcase_add_test(tcase, watchers_see_places);
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
