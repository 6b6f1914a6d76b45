/* SPDX-License-Identifier: ISC */
/*
 * place_reach_test: what each role may do with places and is told of them, and
 * lists of them page by page.
 */
#include "tests/integration/places_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ----- who ----- */

START_TEST(each_role_has_its_part)
{
	struct talk *desk, *elsewhere, *regulator, *physician;
	char *slot, *draft, *place;
	const char *answer;

	places_begin(NULL, "regulator=reads phone=+33545000000");
	slot = places_publish(0, 0, town_day(0), "M");
	draft = kit_assign(1, 0, 0, "A");
	desk = places_log_in(0, "role=desk scope=site:%s", town_finess(0));
	elsewhere = places_log_in(0, "role=desk scope=site:%s", town_finess(1));
	physician =
	    places_log_in(0, "role=physician physician=%s", town_rpps(0));
	regulator = places_log_in(0, "role=regulator");
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
	places_finish(false);
}
END_TEST

/* ----- pages ----- */

START_TEST(pages_are_the_whole)
{
	enum { LIMIT = 4 };
	char *slot[3], *whole = NULL, *next = NULL;
	size_t len = 0, n = 0, lines = 0;
	const char *answer;

	places_begin(NULL, "");
	slot[0] = places_publish(0, 0, town_day(0), "M");
	slot[1] = places_publish(1, 0, town_day(0), "A");
	slot[2] = places_publish(0, 1, town_day(1), "M");
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
	places_finish(false);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("place_reach");
	TCase *tcase = tcase_create("place_reach");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, each_role_has_its_part);
	tcase_add_test(tcase, pages_are_the_whole);
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
