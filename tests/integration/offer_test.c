/* SPDX-License-Identifier: ISC */
/*
 * offer_test: what was said of a half-day's places stays with that half-day:
 * it goes with it to another day, without what was said of the clock, and is
 * not said anew when the places are no more kept.
 */
#include "tests/integration/plan_kit.h"

#include <stdlib.h>

#define HOURS                                                                  \
	"structure=CSNP minutes=20 hours=\"mon-sun M 09:00-12:00 A "           \
	"14:00-18:00\""

static const char *const allowed[] = {NULL};

static void
begin(void)
{
	kit.town = town_new(kit.cluster);
	town_start(kit.town, 0, NULL, NULL);
	kit.talk = town_talk(kit.town, 0);
	kit_expect(
	    talk_ask(kit.talk, "structure put code=CSNP kind=CSNP"), "ok");
	town_sites(kit.town, 2, HOURS);
	town_physicians(kit.town, 2);
}

static void
finish(void)
{
	talk_free(kit.talk);
	town_check_log(kit.town, allowed);
	town_free(kit.town);
}

/* Publishes a half-day of unscheduled care; its id, owned by the caller. */
static char *
publish(const char *day, const char *part)
{
	const char *answer = talk_ask(kit.talk,
	    "slot assign physician=%s site=%s day=%s part=%s activity=SNP"
	    " state=published",
	    town_rpps(0), town_finess(0), day, part);

	kit_expect(answer, "ok");
	return line_value(answer, "slot");
}

/* The head of the list of its places. */
static const char *
head(const char *slot)
{
	kit_expect(
	    talk_ask(kit.talk, "place list slot=%s limit=1", slot), "ok");
	return talk_data(kit.talk, 0);
}

static void
check_hours(const char *slot, const char *from, const char *to)
{
	char *opens = line_value(head(slot), "from");
	char *closes = line_value(head(slot), "to");

	ck_assert_msg(
	    strncmp(opens + 11, from, 5) == 0, "%s not %s", opens, from);
	ck_assert_msg(
	    strncmp(closes + 11, to, 5) == 0, "%s not %s", closes, to);
	free(opens);
	free(closes);
}

START_TEST(clock_times_do_not_go_elsewhere)
{
	char *slot, *at;
	const char *answer;

	begin();
	slot = publish(town_day(0), "M");
	kit_expect(talk_ask(kit.talk,
		       "place set slot=%s opens=09:20 closes=11:00 number=3"
		       " walk-in=full shut=10:00",
		       slot),
	    "ok");
	check_hours(slot, "09:20", "11:00");
	kit_expect(
	    talk_ask(kit.talk, "slot move slot=%s part=A reason=ROOM", slot),
	    "ok");
	check_hours(slot, "14:00", "18:00");
	ck_assert_int_eq(line_number(head(slot), "of"), 3);
	answer = talk_ask(kit.talk, "place take slot=%s", slot);
	kit_expect(answer, "ok");
	at = line_value(answer, "at");
	ck_assert_msg(strncmp(at + 11, "14:00", 5) == 0, "%s", at);
	free(at);
	/* One unit may move it and say the clock times of the new part. */
	talk_send(kit.talk, "batch n=2");
	talk_send(kit.talk, "slot move slot=%s part=M reason=ROOM", slot);
	talk_send(kit.talk, "place set slot=%s opens=10:00", slot);
	kit_expect(talk_answer(kit.talk), "ok");
	check_hours(slot, "10:00", "12:00");
	free(slot);
	finish();
}
END_TEST

START_TEST(an_offer_goes_with_its_half_day)
{
	char *slot, *day;

	begin();
	slot = publish(town_day(0), "M");
	kit_expect(
	    talk_ask(kit.talk, "place set slot=%s number=2", slot), "ok");
	kit_expect(talk_ask(kit.talk, "slot move slot=%s day=%s reason=ROOM",
		       slot, town_day(30)),
	    "ok");
	ck_assert_int_eq(line_number(head(slot), "of"), 2);
	day = pgcluster_text(kit.town->sql, "SELECT day FROM rota.offer");
	ck_assert_str_eq(day, town_day(30));
	free(day);
	free(slot);
	finish();
}
END_TEST

START_TEST(of_places_no_more_kept_nothing_is_said)
{
	char *day, *slot;

	begin();
	day = pgcluster_text(kit.town->sql,
	    "SELECT to_char(now() - interval '9 days', 'YYYY-MM-DD')");
	slot = publish(day, "M");
	kit_expect(talk_ask(kit.talk, "place set slot=%s number=2", slot),
	    "no expired");
	kit_expect(
	    talk_ask(kit.talk, "slot arrive slot=%s", slot), "no expired");
	free(slot);
	free(day);
	finish();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("offer");
	TCase *tcase = tcase_create("offer");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, clock_times_do_not_go_elsewhere);
	tcase_add_test(tcase, an_offer_goes_with_its_half_day);
	tcase_add_test(tcase, of_places_no_more_kept_nothing_is_said);
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
