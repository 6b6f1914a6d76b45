/* SPDX-License-Identifier: ISC */
/*
 * contest_test: 50 clients of two daemons want the same half-days at once.
 *
 * Whatever they fight for, as many win as there is room for, every other one is
 * told the rule, nothing of a loser remains, and the second line, PostgreSQL's
 * constraints, has nothing to say.
 */
#include "tests/support/town.h"

#include "daemon/base/mem.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DAEMONS = 2,
	CLIENTS = 50,
	ROUNDS = 10,
	ROOMS = 3,
	STORM_REQUESTS = 40,
	STORM_SLOTS = 40,
	STORM_PEOPLE = 6,
	STORM_SITES = 4,
	STORM_DAYS = 3
};

/* A and E overlap from six to seven. */
#define HOURS "hours=\"mon-sun M 09:00-12:00 A 14:00-19:00 E 18:00-21:00\""

static struct pgcluster *cluster;

/* What PostgreSQL may complain of: a race that was lost, and is judged anew. */
static const char *const races[] = {"ERROR:  stale", NULL};
/* Identifiers that clients made themselves may be the same. */
static const char *const ids[] = {
    "ERROR:  stale", "duplicate key value violates unique", NULL};

struct fight {
	struct town *town;
	struct talk *client[CLIENTS];
	long long won; /* half-days, over all rounds */
};

static void
fight_begin(struct fight *fight, unsigned sites, const char *keys)
{
	*fight = (struct fight){.town = town_new(cluster)};
	for (unsigned at = 0; at < DAEMONS; at++)
		town_start(fight->town, at, NULL, NULL);
	town_sites(fight->town, sites, keys);
	town_physicians(fight->town, CLIENTS);
	for (unsigned i = 0; i < CLIENTS; i++)
		fight->client[i] = town_talk(fight->town, i % DAEMONS);
}

/* As many half-days as that are live, each where there is room for it, with
 * people and places that are active; each guard was raised as often as changes
 * say, each row changed as often as its revision says. */
static void
check_rows(struct fight *fight, long long live)
{
	PGconn *sql = fight->town->sql;

	ck_assert_int_eq(pgcluster_number(sql,
			     "SELECT count(*) FROM rota.assignment"
			     " WHERE state NOT IN ('cancelled', 'not-held')"),
	    live);
	ck_assert_int_eq(
	    pgcluster_number(sql,
		"SELECT count(*) FROM rota.assignment a"
		" JOIN rota.site s ON s.id = a.site"
		" JOIN rota.physician p ON p.id = a.physician"
		" WHERE a.state = 'draft' AND (a.room > s.rooms OR s.state <>"
		" 'active' OR p.state <> 'active')"),
	    0);
	ck_assert_int_eq(
	    pgcluster_number(sql, "SELECT sum(rev) FROM rota.guard"),
	    pgcluster_number(
		sql, "SELECT sum(cardinality(guards)) FROM rota.change"));
	ck_assert_int_eq(
	    pgcluster_number(sql,
		"SELECT count(*) FROM rota.assignment a WHERE rev <> ("
		" SELECT count(*) FROM rota.change c WHERE c.entity = a.id)"),
	    0);
}

static void
fight_end(struct fight *fight, const char *const allowed[])
{
	char *one, *other;

	for (unsigned i = 0; i < CLIENTS; i++)
		talk_free(fight->client[i]);
	town_settle(fight->town);
	one = town_book(fight->town, 0);
	other = town_book(fight->town, 1);
	ck_assert_str_eq(one, other);
	free(one);
	free(other);
	ck_assert_int_eq(town_deadlocks(fight->town), 0);
	town_check_log(fight->town, allowed);
	town_free(fight->town);
}

/* Takes an answer of everyone: as many as that won, the others were told the
 * rule. */
static void
judge(struct fight *fight, unsigned winners, const char *rule)
{
	unsigned won = 0;

	for (unsigned i = 0; i < CLIENTS; i++) {
		const char *answer = talk_answer(fight->client[i]);

		if (line_begins(answer, "ok"))
			won++;
		else
			ck_assert_msg(line_begins(answer, rule),
			    "client %u: %s", i, answer);
	}
	ck_assert_uint_eq(won, winners);
}

static const char *
part_of(unsigned client)
{
	return client % 4 < 2 ? "A" : "E";
}

/* ----- the fights ----- */

START_TEST(one_physician)
{
	struct fight fight;

	fight_begin(&fight, CLIENTS, HOURS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < CLIENTS; i++)
			talk_send(fight.client[i],
			    "slot assign physician=%s site=%s day=%s part=%s",
			    town_rpps(0), town_finess(i), town_day((int)round),
			    part_of(i + round));
		judge(&fight, 1, "no H01");
		check_rows(&fight, ++fight.won);
	}
	fight_end(&fight, races);
}
END_TEST

START_TEST(rooms_of_a_site)
{
	struct fight fight;

	fight_begin(&fight, 1, "rooms=3 " HOURS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < CLIENTS; i++)
			talk_send(fight.client[i],
			    "slot assign physician=%s site=%s day=%s part=%s",
			    town_rpps(i), town_finess(0), town_day((int)round),
			    part_of(i + round));
		judge(&fight, ROOMS, "no H03");
		check_rows(&fight, fight.won += ROOMS);
	}
	ck_assert_int_eq(pgcluster_number(fight.town->sql,
			     "SELECT count(DISTINCT (day, room))"
			     " FROM rota.assignment WHERE room <= 3"),
	    ROUNDS * ROOMS);
	fight_end(&fight, races);
}
END_TEST

START_TEST(one_room)
{
	struct fight fight;

	fight_begin(&fight, 1, "rooms=3 " HOURS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < CLIENTS; i++)
			talk_send(fight.client[i],
			    "slot assign physician=%s site=%s day=%s part=%s"
			    " room=2",
			    town_rpps(i), town_finess(0), town_day((int)round),
			    part_of(i + round));
		judge(&fight, 1, "no H03");
		check_rows(&fight, ++fight.won);
	}
	fight_end(&fight, races);
}
END_TEST

/* Three lines each, of which only the second is contested. */
START_TEST(batches)
{
	struct fight fight;

	fight_begin(&fight, CLIENTS + 2, HOURS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		char *day = xstrdup(town_day((int)round));
		unsigned won = 0;

		for (unsigned i = 0; i < CLIENTS; i++)
			talk_send(fight.client[i],
			    "batch n=3\n"
			    "slot assign physician=%s site=%s day=%s part=M\n"
			    "slot assign physician=%s site=%s day=%s part=%s\n"
			    "slot assign physician=%s site=%s day=%s part=A",
			    town_rpps(i), town_finess(i), day, town_rpps(i),
			    town_finess(CLIENTS), day, part_of(i),
			    town_rpps((i + 1) % CLIENTS), town_finess(i), day);
		/* The third line of one meets the second of the next. */
		for (unsigned i = 0; i < CLIENTS; i++) {
			const char *answer = talk_answer(fight.client[i]);

			if (line_begins(answer, "ok"))
				won++;
			else
				ck_assert_msg(
				    line_begins(answer, "no H03 line=2") ||
					line_begins(answer, "no H01 line=2"),
				    "client %u: %s", i, answer);
		}
		ck_assert_uint_eq(won, 1);
		check_rows(&fight, fight.won += 3);
		free(day);
	}
	fight_end(&fight, races);
}
END_TEST

/* Everybody has a half-day, and would rather have it elsewhere. */
START_TEST(moves)
{
	struct fight fight;
	char *slot[CLIENTS];

	fight_begin(&fight, CLIENTS + 1, HOURS);
	for (unsigned i = 0; i < CLIENTS; i++) {
		slot[i] = xstrdup(town_uuid());
		talk_send(fight.client[i],
		    "slot assign id=%s physician=%s site=%s day=%s part=M",
		    slot[i], town_rpps(i), town_finess(i), town_day(0));
	}
	judge(&fight, CLIENTS, "");
	for (unsigned round = 1; round < ROUNDS; round++) {
		for (unsigned i = 0; i < CLIENTS; i++)
			talk_send(fight.client[i],
			    "slot move slot=%s site=%s day=%s part=%s", slot[i],
			    town_finess(CLIENTS), town_day((int)round),
			    part_of(i + round));
		judge(&fight, 1, "no H03");
		check_rows(&fight, CLIENTS);
	}
	for (unsigned i = 0; i < CLIENTS; i++)
		free(slot[i]);
	fight_end(&fight, races);
}
END_TEST

/* All make the same things at once: there is one of each in the end. */
START_TEST(same_names)
{
	struct fight fight;
	PGconn *sql;

	fight_begin(&fight, 2, HOURS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		char *id = xstrdup(town_uuid());

		for (unsigned i = 0; i < CLIENTS; i++) {
			talk_send(fight.client[i],
			    "physician put rpps=%s family=%u",
			    town_rpps(1000 + round), i);
			talk_send(fight.client[i], "site put finess=%s name=%u",
			    town_finess(1000 + round), i);
			talk_send(fight.client[i],
			    "territory put code=T%u kind=cpts name=%u", round,
			    i);
			talk_send(fight.client[i],
			    "slot assign id=%s physician=%s site=%s day=%s"
			    " part=M",
			    id, town_rpps(i), town_finess(i % 2),
			    town_day((int)round));
		}
		for (unsigned what = 0; what < 3; what++)
			judge(&fight, CLIENTS, "");
		judge(&fight, 1, "no exists");
		free(id);
	}
	sql = fight.town->sql;
	ck_assert_int_eq(
	    pgcluster_number(sql, "SELECT count(*) FROM rota.territory"),
	    ROUNDS);
	ck_assert_int_eq(
	    pgcluster_number(sql, "SELECT sum(rev) FROM rota.territory"),
	    ROUNDS * CLIENTS);
	check_rows(&fight, ROUNDS);
	fight_end(&fight, ids);
}
END_TEST

/* Each changes one site and fills a half-day of the other, in both orders. */
START_TEST(crossed_batches)
{
	struct fight fight;

	fight_begin(&fight, 2, "rooms=50 " HOURS);
	for (unsigned round = 0; round < 2 * ROUNDS; round++) {
		for (unsigned i = 0; i < CLIENTS; i++) {
			unsigned site = i / DAEMONS % 2;

			talk_send(fight.client[i],
			    "batch n=2\nsite put site=%s name=%u-%u\n"
			    "slot assign physician=%s site=%s day=%s part=M",
			    town_finess(site), round, i, town_rpps(i),
			    town_finess(!site), town_day((int)round));
		}
		judge(&fight, CLIENTS, "");
		check_rows(&fight, fight.won += CLIENTS);
	}
	fight_end(&fight, races);
}
END_TEST

/* There is room for everybody: only the order is fought for, and each daemon's
 * writes rest upon each other. */
START_TEST(one_site_and_day)
{
	struct fight fight;
	char *slot[CLIENTS];

	fight_begin(&fight, 1, "rooms=50 " HOURS);
	for (unsigned i = 0; i < CLIENTS; i++)
		slot[i] = xstrdup(town_uuid());
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < CLIENTS; i++) {
			free(slot[i]);
			slot[i] = xstrdup(town_uuid());
			talk_send(fight.client[i],
			    "slot assign id=%s physician=%s site=%s day=%s"
			    " part=M",
			    slot[i], town_rpps(i), town_finess(0), town_day(0));
			if (i % 3 != round % 3)
				talk_send(fight.client[i],
				    "slot cancel slot=%s", slot[i]);
		}
		judge(&fight, CLIENTS, "");
		for (unsigned i = 0; i < CLIENTS; i++) {
			if (i % 3 == round % 3)
				talk_send(fight.client[i],
				    "slot cancel slot=%s", slot[i]);
		}
		judge(&fight, CLIENTS, "");
		check_rows(&fight, 0);
	}
	for (unsigned i = 0; i < CLIENTS; i++)
		free(slot[i]);
	fight_end(&fight, races);
}
END_TEST

/* A client that goes from one daemon to the other, and finds what it did: a
 * write is judged on the newest plan, also where it is refused. */
START_TEST(from_daemon_to_daemon)
{
	struct fight fight;
	char *slot = xstrdup(town_uuid());

	fight_begin(&fight, 1, HOURS);
	for (unsigned round = 0; round < 20 * ROUNDS; round++) {
		struct talk *one = fight.client[round % DAEMONS];
		struct talk *other = fight.client[(round + 1) % DAEMONS];
		const char *answer;

		answer = talk_ask(one,
		    "slot assign id=%s physician=%s site=%s day=%s part=M",
		    slot, town_rpps(round % CLIENTS), town_finess(0),
		    town_day(0));
		ck_assert_msg(
		    line_begins(answer, "ok"), "round %u: %s", round, answer);
		answer = talk_ask(other, "slot cancel slot=%s", slot);
		ck_assert_msg(
		    line_begins(answer, "ok"), "round %u: %s", round, answer);
		free(slot);
		slot = xstrdup(town_uuid());
	}
	check_rows(&fight, 0);
	free(slot);
	fight_end(&fight, races);
}
END_TEST

/* ----- everybody does everything ----- */

struct storm {
	uint64_t chance;
	char *slot[STORM_SLOTS];
};

static void
send_line(struct storm *storm, struct talk *talk)
{
	uint64_t *chance = &storm->chance;
	const char *slot = storm->slot[town_below(chance, STORM_SLOTS)];
	const char *other = storm->slot[town_below(chance, STORM_SLOTS)];
	const char *physician = town_rpps(town_below(chance, STORM_PEOPLE));
	const char *site = town_finess(town_below(chance, STORM_SITES));
	const char *day = town_day((int)town_below(chance, STORM_DAYS));
	char part = "MAE"[town_below(chance, 3)];

	switch (town_below(chance, 5)) {
	case 0:
	case 1:
		talk_send(talk,
		    "slot assign id=%s physician=%s site=%s day=%s part=%c",
		    slot, physician, site, day, part);
		break;
	case 2:
		talk_send(talk, "slot move slot=%s site=%s day=%s part=%c",
		    slot, site, day, part);
		break;
	case 3:
		if (slot == other)
			other = storm->slot[slot == storm->slot[0]];
		talk_send(talk, "slot swap slot=%s with=%s", slot, other);
		break;
	default:
		talk_send(talk, "slot cancel slot=%s", slot);
	}
}

static void
send_request(struct storm *storm, struct talk *talk)
{
	uint64_t *chance = &storm->chance;
	const char *site = town_finess(town_below(chance, STORM_SITES));
	const char *physician = town_rpps(town_below(chance, STORM_PEOPLE));

	switch (town_below(chance, 10)) {
	case 0:
		talk_send(talk, "site put site=%s rooms=%u state=%s", site,
		    1 + town_below(chance, ROOMS),
		    town_below(chance, 4) ? "active" : "retired");
		break;
	case 1:
		talk_send(talk, "physician put rpps=%s state=%s", physician,
		    town_below(chance, 2) ? "active" : "retired");
		break;
	case 2:
		talk_send(talk, "batch n=3");
		for (unsigned i = 0; i < 3; i++)
			send_line(storm, talk);
		break;
	default:
		send_line(storm, talk);
	}
}

START_TEST(storm_of_all_verbs)
{
	struct storm storm = {.chance = town_seed()};
	unsigned ok = 0, no = 0;
	struct fight fight;

	fight_begin(&fight, STORM_SITES, "rooms=2 " HOURS);
	for (unsigned i = 0; i < STORM_SLOTS; i++)
		storm.slot[i] = xstrdup(town_uuid());
	for (unsigned round = 0; round < town_rounds(); round++) {
		for (unsigned n = 0; n < STORM_REQUESTS; n++)
			for (unsigned i = 0; i < CLIENTS; i++)
				send_request(&storm, fight.client[i]);
		for (unsigned n = 0; n < STORM_REQUESTS * CLIENTS; n++) {
			const char *answer =
			    talk_answer(fight.client[n % CLIENTS]);

			if (line_begins(answer, "ok"))
				ok++;
			else
				ck_assert_msg(
				    line_begins(answer, "no"), "%s", answer);
			no += line_begins(answer, "no");
		}
	}
	printf("storm: %u ok, %u no\n", ok, no);
	ck_assert_uint_gt(ok, 100);
	ck_assert_uint_gt(no, 100);
	check_rows(&fight,
	    pgcluster_number(fight.town->sql,
		"SELECT count(*) FROM rota.assignment"
		" WHERE state = 'draft'"));
	for (unsigned i = 0; i < STORM_SLOTS; i++)
		free(storm.slot[i]);
	fight_end(&fight, ids);
}
END_TEST

static Suite *
contest_suite(void)
{
	Suite *suite = suite_create("contest");
	TCase *tcase = tcase_create("contest");

	tcase_set_timeout(tcase, 120 * town_rounds());
	tcase_add_test(tcase, one_physician);
	tcase_add_test(tcase, rooms_of_a_site);
	tcase_add_test(tcase, one_room);
	tcase_add_test(tcase, batches);
	tcase_add_test(tcase, moves);
	tcase_add_test(tcase, same_names);
	tcase_add_test(tcase, crossed_batches);
	tcase_add_test(tcase, one_site_and_day);
	tcase_add_test(tcase, from_daemon_to_daemon);
	tcase_add_test(tcase, storm_of_all_verbs);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	SRunner *runner;
	int failed;

	cluster = pgcluster_new(NULL);
	runner = srunner_create(contest_suite());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	pgcluster_free(cluster);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
