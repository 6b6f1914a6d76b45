/* SPDX-License-Identifier: ISC */
/*
 * portion_test: half-days of several parts, over the real daemon - what they
 * give, what they weigh, how they change, and that every daemon and every
 * answer about the past knows of them.
 */
#include "tests/integration/rotation_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

#define KEYS                                                                   \
	"minutes=20 rooms=2"                                                   \
	" hours=\"mon-sun M 09:00-12:00 A 14:00-18:00 N 24:00-32:00\""

/* The share is judged here; needs of authorisation and offers are not. */
#define RULES "rules-off = H05 H21\n"

static void
begin(void)
{
	kit.town = town_new(kit.cluster);
	town_start(kit.town, 0, NULL, RULES);
	kit.talk = town_talk(kit.town, 0);
	town_sites(kit.town, 3, KEYS);
	town_physicians(kit.town, 3);
}

/* The answer to the assignment of a morning. */
static const char *
assign(unsigned site, int day, const char *keys)
{
	return talk_ask(kit.talk,
	    "slot assign physician=%s site=%s day=%s part=M %s",
	    town_rpps(site), town_finess(site), town_day(day), keys);
}

/* Its id; owned by the caller. */
static char *
have(unsigned site, int day, const char *keys)
{
	const char *answer = assign(site, day, keys);

	kit_expect(answer, "ok");
	return line_value(answer, "slot");
}

static const char *
move(const char *slot, const char *keys)
{
	return talk_ask(kit.talk, "slot move slot=%s %s", slot, keys);
}

/* Checks that the line has the key with the value, an instant by its clock. */
static void
check_clock(const char *line, const char *key, const char *clock)
{
	char *is = line_value(line, key);

	ck_assert_ptr_nonnull(is);
	ck_assert_msg(strncmp(is + strlen("2026-12-01T"), clock, 5) == 0,
	    "%s=%s instead of %s", key, is, clock);
	free(is);
}

/* What the half-day gives, as the capacity of its site tells. */
static void
check_capacity(
    unsigned site, int day, const char *from, const char *to, unsigned of)
{
	const char *line;

	kit_expect(talk_ask(kit.talk,
		       "capacity site=%s since=%sT00:00Z until=%sT23:00Z",
		       town_finess(site), town_day(day), town_day(day)),
	    of == 0 ? "ok count=0" : "ok count=1");
	if (of == 0)
		return;
	line = talk_data(kit.talk, 0);
	check_clock(line, "from", from);
	check_clock(line, "to", to);
	ck_assert_int_eq(line_number(line, "of"), of);
}

/* ----- places ----- */

START_TEST(a_portion_gives_places)
{
	const char *answer;
	char *slot, *place;

	begin();
	slot = have(0, 7, "unscheduled=60 remote=30");
	check_capacity(0, 7, NULL, NULL, 0);
	kit_expect(talk_ask(kit.talk, "slot publish site=%s from=%s to=%s",
		       town_finess(0), town_day(7), town_day(7)),
	    "ok published=1");
	check_capacity(0, 7, "11:00", "12:00", 3);

	/* The first of three ends up outside, the last one does not. */
	kit_expect(
	    talk_ask(kit.talk, "place take slot=%s number=1", slot), "ok");
	kit_expect(
	    talk_ask(kit.talk, "place take slot=%s number=3", slot), "ok");
	place = line_value(
	    talk_ask(kit.talk, "place take slot=%s number=2", slot), "place");
	kit_expect(talk_ask(kit.talk, "place release place=%s", place), "ok");
	answer = move(slot, "unscheduled=40 remote=0 reason=LESS");
	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "released"), 1);
	ck_assert_int_eq(pgcluster_number(kit.town->sql,
			     "SELECT sum(number) FROM rota.place"
			     " WHERE state = 'taken'"),
	    3);
	check_capacity(0, 7, "11:20", "12:00", 2);
	kit_expect(
	    talk_ask(kit.talk, "place set slot=%s opens=09:00", slot), "ok");
	check_capacity(0, 7, "09:00", "09:40", 2);
	answer = move(slot, "unscheduled=0 reason=NONE");
	kit_expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "released"), 1);
	check_capacity(0, 7, NULL, NULL, 0);
	kit_expect(
	    talk_ask(kit.talk, "place take slot=%s", slot), "no no-places");
	ck_assert_int_eq(pgcluster_number(kit.town->sql,
			     "SELECT count(*) FROM rota.place"
			     " WHERE state = 'taken'"),
	    0);
	free(place);
	free(slot);
	kit_end();
}
END_TEST

/* ----- the share of unscheduled care ----- */

/* Half of 180 minutes is too much, 85 of them are not. */
START_TEST(publication_counts_minutes)
{
	const char *answer;
	char *slot;

	begin();
	slot = have(0, 7, "unscheduled=90");
	answer = talk_ask(kit.talk, "slot publish site=%s from=%s to=%s",
	    town_finess(0), town_day(7), town_day(7));
	kit_expect(answer, "no H16");
	ck_assert(line_has(answer, "share=50.0"));
	kit_expect(move(slot, "unscheduled=85 remote=90"), "ok");
	answer = talk_ask(kit.talk, "slot publish site=%s from=%s to=%s",
	    town_finess(0), town_day(7), town_day(7));
	kit_expect(answer, "ok published=1");
	/* In the published quarter it gets no worse, with a reason neither. */
	answer = move(slot, "unscheduled=90 reason=MORE");
	kit_expect(answer, "no H16");
	ck_assert(line_has(answer, "was=47.2"));
	kit_expect(move(slot, "unscheduled=80"), "no H19");
	kit_expect(move(slot, "unscheduled=80 reason=LESS"), "ok");
	kit_check_column(slot, "a.unscheduled || ' ' || a.remote", "80 90");
	free(slot);
	kit_end();
}
END_TEST

/* ----- what is refused ----- */

START_TEST(portions_that_cannot_be)
{
	static const struct {
		const char *keys, *answer, *what;
	} cases[] = {
	    {"unscheduled=61", "bad value", "unscheduled"},
	    {"unscheduled=485", "bad value", "unscheduled"},
	    {"remote=3", "bad value", "remote"},
	    {"remote=9007199254740992", "bad value", "remote"},
	    {"unscheduled=-5", "bad value", "unscheduled"},
	    {"activity=SNP unscheduled=60", "bad value", "unscheduled"},
	    {"activity=PDSA unscheduled=60", "bad value", "unscheduled"},
	    {"activity=REGUL remote=60", "bad value", "remote"},
	    {"activity=TLC remote=60", "bad value", "remote"},
	    {"activity=PERM unscheduled=5", "bad value", "unscheduled"},
	};
	const char *answer;
	long long before;
	char *slot;

	begin();
	before = kit_changes();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *what = xasprintf("what=%s", cases[i].what);

		answer = assign(0, 7, cases[i].keys);
		kit_expect(answer, cases[i].answer);
		ck_assert_msg(line_has(answer, what), "%s", answer);
		free(what);
	}
	answer = assign(0, 7, "unscheduled=100 remote=85");
	kit_expect(answer, "no H02");
	ck_assert(line_has(answer, "minutes=180"));
	ck_assert(line_has(answer, "unscheduled=100"));
	ck_assert(line_has(answer, "remote=85"));
	kit_check_nothing(before);
	free(have(1, 7, "activity=PERM unscheduled=0 remote=0"));

	/* From four hours to three; to another activity. */
	answer = talk_ask(kit.talk,
	    "slot assign physician=%s site=%s day=%s part=A unscheduled=100"
	    " remote=85",
	    town_rpps(0), town_finess(0), town_day(7));
	kit_expect(answer, "ok");
	slot = line_value(answer, "slot");
	kit_expect(move(slot, "part=M"), "no H02");
	kit_expect(move(slot, "part=M activity=TLC"), "ok");
	kit_check_column(slot, "a.unscheduled || ' ' || a.remote", "100 0");
	kit_expect(move(slot, "activity=SNP unscheduled=100"), "bad value");
	kit_expect(move(slot, "activity=SNP remote=15"), "ok");
	kit_check_column(slot, "a.unscheduled || ' ' || a.remote", "0 15");
	free(slot);
	kit_end();
}
END_TEST

/* ----- rotations ----- */

START_TEST(a_rotation_has_portions)
{
	const char *answer;
	char *people, *keys;

	begin();
	people = rotation_people(0, 2);
	keys =
	    xasprintf("site=%s pattern=\"mon-wed M\" unscheduled=100 remote=30",
		town_finess(0));
	kit_expect(talk_ask(kit.talk,
		       "opening put site=%s from=%s to=%s hours=\"mon-sun M "
		       "09:00-11:00\"",
		       town_finess(0), town_day(8), town_day(8)),
	    "ok");
	answer = rotation_put(keys, 7, 13, people);
	kit_expect(answer, "no H02");
	ck_assert(line_has(talk_data(kit.talk, 0), "rule=H02"));
	free(keys);
	keys = xasprintf("site=%s pattern=\"mon-wed M\" unscheduled=100"
			 " remote=30 partial=yes",
	    town_finess(0));
	rotation_counts(
	    rotation_put(keys, 7, 13, people), "created=2 changed=0");
	ck_assert_int_eq(
	    rotation_rows("a.unscheduled = 100 AND a.remote = 30"), 2);
	kit_expect(talk_ask(kit.talk, "rotation get rotation=R"), "ok");
	ck_assert(line_has(talk_data(kit.talk, 0), "unscheduled=100"));
	ck_assert(line_has(talk_data(kit.talk, 0), "remote=30"));
	/* What is absent stays; what changes, changes every half-day. */
	rotation_counts(
	    rotation_put("pattern=\"mon-wed M\" unscheduled=20", 7, 13, people),
	    "created=1 changed=2");
	ck_assert_int_eq(
	    rotation_rows("a.unscheduled = 20 AND a.remote = 30"), 3);
	rotation_counts(
	    rotation_put("pattern=\"mon-wed M\" activity=TLC", 7, 13, people),
	    "created=0 changed=3");
	ck_assert_int_eq(
	    rotation_rows("a.unscheduled = 20 AND a.remote = 0"), 3);
	kit_expect(rotation_put("pattern=\"mon-wed M\" activity=SNP"
				" unscheduled=20",
		       7, 13, people),
	    "bad value");
	kit_expect(
	    rotation_put("pattern=\"mon-wed M\" unscheduled=7", 7, 13, people),
	    "bad value");
	free(keys);
	free(people);
	kit_end();
}
END_TEST

/* ----- everywhere ----- */

/* A daemon that loads the database tells what the one tells that wrote it, and
 * so do the history and an answer about the past. */
START_TEST(every_daemon_and_the_past_know)
{
	const char *answer;
	char *slot, *books[2], *mark, *people, *keys;

	begin();
	slot = have(0, 7, "unscheduled=60 remote=30");
	people = rotation_people(1, 1);
	keys = xasprintf(
	    "site=%s pattern=\"mon M\" unscheduled=15", town_finess(1));
	kit_expect(rotation_put(keys, 7, 13, people), "ok");
	answer = talk_ask(kit.talk, "slot publish site=%s from=%s to=%s",
	    town_finess(0), town_day(7), town_day(7));
	kit_expect(answer, "ok published=1");
	mark = line_value(answer, "mark");
	kit_expect(move(slot, "unscheduled=0 reason=NONE"), "ok");

	town_start(kit.town, 1, NULL, RULES);
	town_settle(kit.town);
	for (unsigned at = 0; at < 2; at++)
		books[at] = town_book(kit.town, at);
	ck_assert_str_eq(books[0], books[1]);
	ck_assert_ptr_nonnull(strstr(books[1], " state=published remote=30"));
	ck_assert_ptr_nonnull(strstr(books[1], " unscheduled=15 "));

	kit_expect(
	    talk_ask(kit.talk, "slot history slot=%s", slot), "ok count=3");
	ck_assert(line_has(talk_data(kit.talk, 0), "unscheduled=60"));
	ck_assert(line_has(talk_data(kit.talk, 1), "remote=30"));
	ck_assert(!line_has(talk_data(kit.talk, 2), "unscheduled=60"));
	kit_expect(talk_ask(kit.talk, "slot list site=%s from=%s to=%s mark=%s",
		       town_finess(0), town_day(7), town_day(7), mark),
	    "ok count=1");
	ck_assert(line_has(talk_data(kit.talk, 0), "unscheduled=60"));
	free(books[0]);
	free(books[1]);
	free(mark);
	free(keys);
	free(people);
	free(slot);
	kit_end();
}
END_TEST

/* The second line. */
START_TEST(the_database_refuses_what_no_daemon_writes)
{
	static const char *const updates[] = {"unscheduled = 7",
	    "unscheduled = 185", "remote = 185",
	    "unscheduled = 100, remote = 85", "remote = -5",
	    "unscheduled = 60, activity = 'SNP'",
	    "remote = 60, activity = 'TLC'"};
	char *slot;

	begin();
	slot = have(0, 7, "");
	for (size_t i = 0; i < sizeof(updates) / sizeof(updates[0]); i++) {
		char *sql =
		    xasprintf("UPDATE rota.assignment SET %s", updates[i]);
		PGresult *result = PQexec(kit.town->sql, sql);

		ck_assert_msg(PQresultStatus(result) == PGRES_FATAL_ERROR &&
			strstr(PQresultErrorMessage(result),
			    "assignment_portions") != NULL,
		    "%s", updates[i]);
		PQclear(result);
		free(sql);
	}
	free(slot);
	talk_free(kit.talk);
	town_free(kit.town);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("portion");
	TCase *tcase = tcase_create("portion");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_portion_gives_places);
	tcase_add_test(tcase, publication_counts_minutes);
	tcase_add_test(tcase, portions_that_cannot_be);
	tcase_add_test(tcase, a_rotation_has_portions);
	tcase_add_test(tcase, every_daemon_and_the_past_know);
	tcase_add_test(tcase, the_database_refuses_what_no_daemon_writes);
	suite_add_tcase(suite, tcase);
	return kit_run(suite);
}
