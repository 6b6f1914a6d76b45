/* SPDX-License-Identifier: ISC */
/*
 * contest_test: 50 clients of two daemons want the same half-days at once.
 *
 * Whatever they fight for, as many win as there is room for, every other one is
 * told the rule, nothing of a loser remains, and the second line, PostgreSQL's
 * constraints, has nothing to say.
 */
#include "tests/integration/contest_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

enum { ROUNDS = 10, ROOMS = 3 };

static const char *
part_of(unsigned client)
{
	return client % 4 < 2 ? "A" : "E";
}

START_TEST(one_physician)
{
	struct fight fight;

	fight_begin(&fight, FIGHT_CLIENTS, FIGHT_HOURS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < FIGHT_CLIENTS; i++)
			talk_send(fight.client[i],
			    "slot assign physician=%s site=%s day=%s part=%s",
			    town_rpps(0), town_finess(i), town_day((int)round),
			    part_of(i + round));
		fight_judge(&fight, 1, "no H01");
		fight_check(&fight, ++fight.won);
	}
	fight_end(&fight, fight_races);
}
END_TEST

START_TEST(rooms_of_a_site)
{
	struct fight fight;

	fight_begin(&fight, 1, "rooms=3 " FIGHT_HOURS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < FIGHT_CLIENTS; i++)
			talk_send(fight.client[i],
			    "slot assign physician=%s site=%s day=%s part=%s",
			    town_rpps(i), town_finess(0), town_day((int)round),
			    part_of(i + round));
		fight_judge(&fight, ROOMS, "no H03");
		fight_check(&fight, fight.won += ROOMS);
	}
	ck_assert_int_eq(pgcluster_number(fight.town->sql,
			     "SELECT count(DISTINCT (day, room))"
			     " FROM rota.assignment WHERE room <= 3"),
	    ROUNDS * ROOMS);
	fight_end(&fight, fight_races);
}
END_TEST

START_TEST(one_room)
{
	struct fight fight;

	fight_begin(&fight, 1, "rooms=3 " FIGHT_HOURS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < FIGHT_CLIENTS; i++)
			talk_send(fight.client[i],
			    "slot assign physician=%s site=%s day=%s part=%s"
			    " room=2",
			    town_rpps(i), town_finess(0), town_day((int)round),
			    part_of(i + round));
		fight_judge(&fight, 1, "no H03");
		fight_check(&fight, ++fight.won);
	}
	fight_end(&fight, fight_races);
}
END_TEST

/* Three lines each, of which only the second is contested. */
START_TEST(batches)
{
	struct fight fight;

	fight_begin(&fight, FIGHT_CLIENTS + 2, FIGHT_HOURS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		char *day = xstrdup(town_day((int)round));
		unsigned won = 0;

		for (unsigned i = 0; i < FIGHT_CLIENTS; i++)
			talk_send(fight.client[i],
			    "batch n=3\n"
			    "slot assign physician=%s site=%s day=%s part=M\n"
			    "slot assign physician=%s site=%s day=%s part=%s\n"
			    "slot assign physician=%s site=%s day=%s part=A",
			    town_rpps(i), town_finess(i), day, town_rpps(i),
			    town_finess(FIGHT_CLIENTS), day, part_of(i),
			    town_rpps((i + 1) % FIGHT_CLIENTS), town_finess(i),
			    day);
		/* The third line of one meets the second of the next. */
		for (unsigned i = 0; i < FIGHT_CLIENTS; i++) {
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
		fight_check(&fight, fight.won += 3);
		free(day);
	}
	fight_end(&fight, fight_races);
}
END_TEST

/* Everybody has a half-day, and would rather have it elsewhere. */
START_TEST(moves)
{
	struct fight fight;
	char *slot[FIGHT_CLIENTS];

	fight_begin(&fight, FIGHT_CLIENTS + 1, FIGHT_HOURS);
	for (unsigned i = 0; i < FIGHT_CLIENTS; i++) {
		slot[i] = xstrdup(town_uuid());
		talk_send(fight.client[i],
		    "slot assign id=%s physician=%s site=%s day=%s part=M",
		    slot[i], town_rpps(i), town_finess(i), town_day(0));
	}
	fight_judge(&fight, FIGHT_CLIENTS, "");
	for (unsigned round = 1; round < ROUNDS; round++) {
		for (unsigned i = 0; i < FIGHT_CLIENTS; i++)
			talk_send(fight.client[i],
			    "slot move slot=%s site=%s day=%s part=%s", slot[i],
			    town_finess(FIGHT_CLIENTS), town_day((int)round),
			    part_of(i + round));
		fight_judge(&fight, 1, "no H03");
		fight_check(&fight, FIGHT_CLIENTS);
	}
	for (unsigned i = 0; i < FIGHT_CLIENTS; i++)
		free(slot[i]);
	fight_end(&fight, fight_races);
}
END_TEST

/* All make the same things at once: there is one of each in the end. */
START_TEST(same_names)
{
	struct fight fight;
	PGconn *sql;

	fight_begin(&fight, 2, FIGHT_HOURS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		char *id = xstrdup(town_uuid());

		for (unsigned i = 0; i < FIGHT_CLIENTS; i++) {
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
			fight_judge(&fight, FIGHT_CLIENTS, "");
		fight_judge(&fight, 1, "no exists");
		free(id);
	}
	sql = fight.town->sql;
	ck_assert_int_eq(
	    pgcluster_number(sql, "SELECT count(*) FROM rota.territory"),
	    ROUNDS);
	ck_assert_int_eq(
	    pgcluster_number(sql, "SELECT sum(rev) FROM rota.territory"),
	    ROUNDS * FIGHT_CLIENTS);
	fight_check(&fight, ROUNDS);
	fight_end(&fight, fight_ids);
}
END_TEST

/* Each changes one site and fills a half-day of the other, in both orders. */
START_TEST(crossed_batches)
{
	struct fight fight;

	fight_begin(&fight, 2, "rooms=50 " FIGHT_HOURS);
	for (unsigned round = 0; round < 2 * ROUNDS; round++) {
		for (unsigned i = 0; i < FIGHT_CLIENTS; i++) {
			unsigned site = i / FIGHT_DAEMONS % 2;

			talk_send(fight.client[i],
			    "batch n=2\nsite put site=%s name=%u-%u\n"
			    "slot assign physician=%s site=%s day=%s part=M",
			    town_finess(site), round, i, town_rpps(i),
			    town_finess(!site), town_day((int)round));
		}
		fight_judge(&fight, FIGHT_CLIENTS, "");
		fight_check(&fight, fight.won += FIGHT_CLIENTS);
	}
	fight_end(&fight, fight_races);
}
END_TEST

/* There is room for everybody: only the order is fought for, and each daemon's
 * writes rest upon each other. */
START_TEST(one_site_and_day)
{
	struct fight fight;
	char *slot[FIGHT_CLIENTS];

	fight_begin(&fight, 1, "rooms=50 " FIGHT_HOURS);
	for (unsigned i = 0; i < FIGHT_CLIENTS; i++)
		slot[i] = xstrdup(town_uuid());
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < FIGHT_CLIENTS; i++) {
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
		fight_judge(&fight, FIGHT_CLIENTS, "");
		for (unsigned i = 0; i < FIGHT_CLIENTS; i++) {
			if (i % 3 == round % 3)
				talk_send(fight.client[i],
				    "slot cancel slot=%s", slot[i]);
		}
		fight_judge(&fight, FIGHT_CLIENTS, "");
		fight_check(&fight, 0);
	}
	for (unsigned i = 0; i < FIGHT_CLIENTS; i++)
		free(slot[i]);
	fight_end(&fight, fight_races);
}
END_TEST

/* A client that goes from one daemon to the other, and finds what it did: a
 * write is judged on the newest plan, also where it is refused. */
START_TEST(from_daemon_to_daemon)
{
	struct fight fight;
	char *slot = xstrdup(town_uuid());

	fight_begin(&fight, 1, FIGHT_HOURS);
	for (unsigned round = 0; round < 20 * ROUNDS; round++) {
		struct talk *one = fight.client[round % FIGHT_DAEMONS];
		struct talk *other = fight.client[(round + 1) % FIGHT_DAEMONS];
		const char *answer;

		answer = talk_ask(one,
		    "slot assign id=%s physician=%s site=%s day=%s part=M",
		    slot, town_rpps(round % FIGHT_CLIENTS), town_finess(0),
		    town_day(0));
		ck_assert_msg(
		    line_begins(answer, "ok"), "round %u: %s", round, answer);
		answer = talk_ask(other, "slot cancel slot=%s", slot);
		ck_assert_msg(
		    line_begins(answer, "ok"), "round %u: %s", round, answer);
		free(slot);
		slot = xstrdup(town_uuid());
	}
	fight_check(&fight, 0);
	free(slot);
	fight_end(&fight, fight_races);
}
END_TEST

static Suite *
contest_suite(void)
{
	Suite *suite = suite_create("contest");
	TCase *tcase = tcase_create("contest");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, one_physician);
	tcase_add_test(tcase, rooms_of_a_site);
	tcase_add_test(tcase, one_room);
	tcase_add_test(tcase, batches);
	tcase_add_test(tcase, moves);
	tcase_add_test(tcase, same_names);
	tcase_add_test(tcase, crossed_batches);
	tcase_add_test(tcase, one_site_and_day);
	tcase_add_test(tcase, from_daemon_to_daemon);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return fight_run(contest_suite());
}
