/* SPDX-License-Identifier: ISC */
/*
 * absence_test: a physician is absent - what becomes of the half-days, who
 * learns why, and what two daemons make of it at once.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/support/suite.h"
#include "tests/support/town.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAEMONS = 2, RACERS = 12, ROUNDS = 10, SILENCE_MS = 300 };

static struct pgcluster *cluster;

static const char *const races[] = {"ERROR:  stale", NULL};
static const char *const none[] = {NULL};

static struct town *
begin(unsigned daemons)
{
	struct town *town = town_new(cluster);

	for (unsigned at = 0; at < daemons; at++)
		town_start(town, at, NULL, NULL);
	town_sites(
	    town, 3, "rooms=4 hours=\"mon-sun M 09:00-12:00 A 14:00-18:00\"");
	town_physicians(town, 3);
	return town;
}

static struct client *
login(const struct town *town, const char *keys)
{
	char *token = daemon_token(town->daemon[0], keys);
	struct client *client = daemon_login(town->daemon[0], token);

	free(token);
	return client;
}

static void
ok(struct talk *talk, const char *answer)
{
	ck_assert_msg(line_begins(answer, "ok"), "%s", answer);
	(void)talk;
}

/* Physician 0 at the site; the id, owned by the caller. */
static char *
assign(struct talk *talk, unsigned site, int day, const char *part)
{
	const char *answer = talk_ask(talk,
	    "slot assign physician=%s site=%s day=%s part=%s state=published",
	    town_rpps(0), town_finess(site), town_day(day), part);

	ok(talk, answer);
	return line_value(answer, "slot");
}

static void
check_state(struct town *town, const char *slot, const char *state)
{
	char *is = pgcluster_text(town->sql,
	    "SELECT state FROM rota.assignment WHERE id = '%s'", slot);

	ck_assert_str_eq(is, state);
	free(is);
}

/* Nothing that feed, keys and marks hold says why. */
static void
check_secret(struct town *town, const char *category)
{
	ck_assert_int_eq(pgcluster_number(town->sql,
			     "SELECT count(*) FROM rota.change c"
			     " WHERE c::text LIKE '%%%s%%'",
			     category),
	    0);
	ck_assert_int_eq(pgcluster_number(town->sql,
			     "SELECT count(*) FROM rota.key k"
			     " WHERE k.answer LIKE '%%%s%%'",
			     category),
	    0);
	ck_assert_int_eq(pgcluster_number(town->sql,
			     "SELECT count(*) FROM rota.absence a"
			     " WHERE a::text LIKE '%%%s%%'",
			     category),
	    0);
}

static char *
ask_for(const char *fmt, int from, int to)
{
	/* town_day() keeps its texts for some calls only. */
	char *first = xstrdup(town_day(from)), *last = xstrdup(town_day(to));
	char *line = xasprintf(fmt, town_rpps(0), first, last);

	free(first);
	free(last);
	return line;
}

#define ABSENCE "absence put physician=%s from=%s to=%s"

START_TEST(a_physician_is_ill_at_seven)
{
	struct town *town = begin(1);
	struct talk *talk = town_talk(town, 0);
	char *first = assign(talk, 0, 0, "M");
	char *second = assign(talk, 1, 1, "A");
	char *after = assign(talk, 0, 3, "M");
	char *past = assign(talk, 2, -7, "M");
	char *line = ask_for(ABSENCE " category=SICK", -7, 2);
	char *answer;

	answer = xstrdup(talk_ask(talk, "%s", line));
	ck_assert_msg(line_begins(answer, "no in-use slots=3"), "%s", answer);
	ck_assert(strstr(answer, town_day(-7)) != NULL);
	free(answer);
	/* What would be done, first. */
	ok(talk, talk_ask(talk, "%s slots=cancel dry=yes", line));
	ck_assert_uint_eq(talk_count(talk), 3);
	check_state(town, first, "published");
	ck_assert_int_eq(
	    pgcluster_number(town->sql, "SELECT count(*) FROM rota.private"),
	    0);
	/* One command, one transaction. */
	answer = xstrdup(talk_ask(talk, "%s slots=cancel", line));
	ok(talk, answer);
	ck_assert_int_eq(line_number(answer, "slots"), 3);
	ck_assert_ptr_null(strstr(answer, "SICK"));
	ck_assert_int_eq(pgcluster_number(town->sql,
			     "SELECT count(DISTINCT xid) FROM (SELECT xid FROM"
			     " rota.change ORDER BY seq DESC LIMIT 4) t"),
	    1);
	check_state(town, first, "cancelled");
	check_state(town, second, "cancelled");
	check_state(town, past, "not-held"); /* not erased */
	check_state(town, after, "published");
	/* The reason that is told says no more than that. */
	ok(talk, talk_ask(talk, "slot history slot=%s", first));
	ck_assert(line_has(talk_data(talk, 1), "reason=ABSENT"));
	check_secret(town, "SICK");
	ck_assert_int_eq(pgcluster_number(town->sql,
			     "SELECT count(*) FROM rota.private"
			     " WHERE text = 'SICK' AND kind = 'absence'"),
	    1);
	/* Nothing new is planned there, by whatever way. */
	ck_assert(line_begins(talk_ask(talk,
				  "slot assign physician=%s site=%s day=%s "
				  "part=M",
				  town_rpps(0), town_finess(0), town_day(2)),
	    "no H04"));
	ck_assert(line_begins(
	    talk_ask(talk, "slot move slot=%s day=%s reason=earlier", after,
		town_day(1)),
	    "no H04"));
	/* Ending it brings nothing back. */
	ok(talk, talk_ask(talk, "%s state=retired", line));
	check_state(town, first, "cancelled");
	free(assign(talk, 0, 0, "M"));
	free(answer);
	free(line);
	free(past);
	free(after);
	free(second);
	free(first);
	talk_free(talk);
	town_check_log(town, none);
	town_free(town);
}
END_TEST

START_TEST(what_is_held_or_given_away_is_not_hit)
{
	struct town *town = begin(1);
	struct talk *talk = town_talk(town, 0);
	char *slot = assign(talk, 0, 0, "M");
	char *line = ask_for(ABSENCE " parts=A", 0, 0);
	const char *answer;

	/* Another part. */
	ok(talk, talk_ask(talk, "%s", line));
	free(line);
	line = ask_for(ABSENCE " parts=M", 0, 0);
	ck_assert(line_begins(talk_ask(talk, "%s", line), "no in-use slots=1"));
	/* Given to somebody else by the same unit, in either order. */
	talk_send(talk,
	    "batch n=2\n%s\n"
	    "slot move slot=%s physician=%s reason=stands-in",
	    line, slot, town_rpps(1));
	answer = talk_answer(talk);
	ok(talk, answer);
	check_state(town, slot, "published");
	/* Again changes nothing; a half-day that comes back is refused. */
	answer = talk_ask(talk, "%s slots=cancel", line);
	ok(talk, answer);
	ck_assert(line_has(answer, "unchanged=yes"));
	ck_assert(line_begins(
	    talk_ask(talk, "slot move slot=%s physician=%s reason=back", slot,
		town_rpps(0)),
	    "no H04"));
	ck_assert(
	    line_begins(talk_ask(talk, "%s slots=some", line), "bad value"));
	ck_assert(
	    line_begins(talk_ask(talk, "%s category=FLU", line), "bad value"));
	free(line);
	free(slot);
	talk_free(talk);
	town_check_log(town, none);
	town_free(town);
}
END_TEST

/* Everything that was pushed until now: none of it says the word. */
static void
hears_nothing_of(struct client *client, const char *slot, const char *word)
{
	bool told = false;

	while (!told) {
		const char *push = client_push(client);

		ck_assert_ptr_nonnull(push);
		ck_assert_msg(strstr(push, word) == NULL, "%s", push);
		told = strstr(push, slot) != NULL;
	}
}

START_TEST(the_category_is_the_persons_and_the_own_coordinators)
{
	struct town *town = begin(1);
	struct talk *talk = town_talk(town, 0);
	char *keys = xasprintf("role=physician physician=%s", town_rpps(0));
	char *near = xasprintf(
	    "role=coordinator scope=site:%s,programme:OWN", town_finess(0));
	char *beside =
	    xasprintf("role=coordinator scope=site:%s", town_finess(0));
	char *far = xasprintf("role=coordinator scope=site:%s", town_finess(1));
	char *desk = xasprintf("role=desk scope=site:%s", town_finess(0));
	char *slot, *line = ask_for(ABSENCE " category=TRAINING", 0, 2);
	char *list = xasprintf("absence list physician=%s", town_rpps(0));
	char *watch = xasprintf("watch site=%s", town_finess(0));
	struct client *self, *own, *other, *secretary, *regulator, *auditor;
	struct client *host;

	ok(talk,
	    talk_ask(talk,
		"authorisation put physician=%s site=%s kind=mission from=%s",
		town_rpps(0), town_finess(0), town_day(0)));
	ok(talk, talk_ask(talk, "programme put code=OWN"));
	ok(talk,
	    talk_ask(talk,
		"enrolment put physician=%s programme=OWN from=2020-01-01",
		town_rpps(0)));
	slot = assign(talk, 0, 0, "M");
	self = login(town, keys);
	own = login(town, near);
	host = login(town, beside);
	other = login(town, far);
	secretary = login(town, desk);
	regulator = login(town, "role=regulator");
	auditor = login(town, "role=auditor");
	client_ask(own, watch, "ok...");
	client_ask(secretary, watch, "ok...");
	/* The own coordinator declares it; nobody else's may. */
	client_ask(other, line, "no scope...");
	client_send(own, "%s slots=cancel", line);
	client_expect(own, "ok absence=... slots=1...");
	hears_nothing_of(own, slot, "TRAINING");
	hears_nothing_of(secretary, slot, "TRAINING");
	check_secret(town, "TRAINING");

	client_ask(self, list, "* absence=... category=TRAINING");
	client_expect(self, "ok count=1...");
	client_ask(own, list, "* absence=... category=TRAINING");
	client_expect(own, "ok count=1...");
	/* An authorisation is enough to plan, and not for this. */
	client_ask(host, list, "* absence=... category=ABSENT");
	client_expect(host, "ok count=1...");
	client_ask(other, list, "ok count=0...");
	client_ask(secretary, list, "no role...");
	client_ask(regulator, list, "no role...");
	client_ask(auditor, list, "* absence=... category=ABSENT");
	client_expect(auditor, "ok count=1...");
	ok(talk, talk_ask(talk, "%s", list));
	ck_assert(line_has(talk_data(talk, 0), "category=ABSENT"));
	/* Said anew, and not said at all. */
	client_send(self, ABSENCE " category=LEAVE", town_rpps(0), town_day(0),
	    town_day(2));
	client_expect(self, "ok absence=... rev=2...");
	client_ask(self, list, "* absence=... category=LEAVE");
	client_expect(self, "ok count=1...");
	client_send(self, ABSENCE, town_rpps(0), town_day(10), town_day(12));
	client_expect(self, "ok absence=...");
	client_ask(self, list, "* absence=... category=LEAVE");
	client_expect(self, "* absence=... category=OTHER");
	client_expect(self, "ok count=2...");
	/* By pages. */
	client_send(self, "%s limit=1", list);
	client_expect(self, "* absence=... category=LEAVE");
	client_expect(self, "ok count=1 next=...");
	check_secret(town, "LEAVE");
	client_close(auditor);
	client_close(regulator);
	client_close(secretary);
	client_close(other);
	client_close(host);
	client_close(own);
	client_close(self);
	free(watch);
	free(list);
	free(line);
	free(slot);
	free(desk);
	free(far);
	free(near);
	free(beside);
	free(keys);
	talk_free(talk);
	line = daemon_log(town->daemon[0]);
	ck_assert_ptr_null(strstr(line, "TRAINING"));
	free(line);
	town_check_log(town, none);
	town_free(town);
}
END_TEST

/* ----- two daemons ----- */

/* Live half-days inside an active absence. */
static long long
inside(struct town *town)
{
	return pgcluster_number(town->sql,
	    "SELECT count(*) FROM rota.assignment a JOIN rota.absence b"
	    " ON b.physician = a.physician AND b.state = 'active'"
	    " AND a.day BETWEEN b.\"from\" AND b.\"to\""
	    " AND position(a.part::text IN b.parts) > 0"
	    " WHERE a.state NOT IN ('cancelled', 'not-held')");
}

START_TEST(absences_and_half_days_race)
{
	struct town *town = begin(DAEMONS);
	struct talk *racer[RACERS];

	for (unsigned i = 0; i < RACERS; i++)
		racer[i] = town_talk(town, i % DAEMONS);
	for (int round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < RACERS; i++) {
			const char *day = town_day(round * 7 + (int)i / 4);

			if (i % 4 == 3)
				talk_send(racer[i],
				    ABSENCE " category=SICK slots=%s",
				    town_rpps(0), day, day,
				    round % 2 == 0 ? "refuse" : "cancel");
			else
				talk_send(racer[i],
				    "slot assign physician=%s site=%s day=%s"
				    " part=%s",
				    town_rpps(0), town_finess(i % 3), day,
				    i % 2 == 0 ? "M" : "A");
		}
		for (unsigned i = 0; i < RACERS; i++) {
			const char *answer = talk_answer(racer[i]);

			ck_assert_msg(line_begins(answer, "ok") ||
				line_begins(answer, "no H01") ||
				line_begins(answer, "no H04") ||
				line_begins(answer, "no H12") ||
				line_begins(answer, "no in-use"),
			    "%s", answer);
		}
		ck_assert_int_eq(inside(town), 0);
	}
	ck_assert_int_gt(
	    pgcluster_number(town->sql, "SELECT count(*) FROM rota.absence"),
	    0);
	check_secret(town, "SICK");
	for (unsigned i = 0; i < RACERS; i++)
		talk_free(racer[i]);
	ck_assert_int_eq(town_deadlocks(town), 0);
	town_check_log(town, races);
	town_free(town);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("absence");
	TCase *tcase = tcase_create("absence");
	int result;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_physician_is_ill_at_seven);
	tcase_add_test(tcase, what_is_held_or_given_away_is_not_hit);
	tcase_add_test(
	    tcase, the_category_is_the_persons_and_the_own_coordinators);
	tcase_add_test(tcase, absences_and_half_days_race);
	suite_add_tcase(suite, tcase);
	cluster = pgcluster_new(NULL);
	result = suite_run(suite);
	pgcluster_free(cluster);
	return result;
}
