/* SPDX-License-Identifier: ISC */
/*
 * write_chain_test: clients who all write at one site on one day, and leave
 * together because the first of them is held up.
 *
 * Rows of guards are locked by sessions of the test: the first write stands
 * still in the database while the others come to wait behind it, and one of
 * these may stand still in turn.
 */
#include "tests/support/town.h"

#include "daemon/base/mem.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLIENTS = 12, SOON_MS = 20000 };

#define HOURS " hours=\"mon-sun M 09:00-12:00 A 14:00-18:00\""

static struct pgcluster *cluster;
static struct town *town;
static struct talk *client[CLIENTS], *first;
static PGconn *holder; /* locks guards */

/* Everybody has had a half-day on another day, and `first` one on this: so all
 * guards are there. */
static void
begin(const char *keys)
{
	char *slot;

	town = town_new(cluster);
	town_start(
	    town, 0, NULL, "lock-timeout = 30s\nstatement-timeout = 40s\n");
	town_sites(town, 2, keys);
	town_physicians(town, CLIENTS + 1);
	first = town_talk(town, 0);
	for (unsigned i = 0; i < CLIENTS + 1; i++)
		ck_assert(line_begins(
		    talk_ask(first,
			"slot assign physician=%s site=%s day=%s part=M",
			town_rpps(i), town_finess(1), town_day(30 + (int)i)),
		    "ok"));
	slot = line_value(
	    talk_ask(first, "slot assign physician=%s site=%s day=%s part=A",
		town_rpps(CLIENTS), town_finess(0), town_day(0)),
	    "slot");
	ck_assert_ptr_nonnull(slot);
	ck_assert(
	    line_begins(talk_ask(first, "slot cancel slot=%s", slot), "ok"));
	free(slot);
	for (unsigned i = 0; i < CLIENTS; i++)
		client[i] = town_talk(town, 0);
	holder = pgcluster_connect(cluster, town->database, PGCLUSTER_ADMIN);
}

/* What PostgreSQL may complain of: only a race of two. */
static const char *const nothing[] = {NULL};
static const char *const races[] = {"ERROR:  stale", NULL};

static void
end(const char *const allowed[])
{
	for (unsigned i = 0; i < CLIENTS; i++)
		talk_free(client[i]);
	talk_free(first);
	PQfinish(holder);
	ck_assert_int_eq(town_deadlocks(town), 0);
	town_check_log(town, allowed);
	town_free(town);
}

static void
wait_for_locked(void)
{
	uint64_t deadline = town_now_ms() + SOON_MS;

	while (pgcluster_number(town->sql,
		   "SELECT count(*) FROM pg_stat_activity WHERE"
		   " wait_event_type = 'Lock' AND query LIKE '%%rota.write%%'"
		   " AND datname = current_database()") == 0) {
		ck_assert_uint_lt(town_now_ms(), deadline);
		town_pause();
	}
}

/* A write of `first` stands still with the guard of the site and day. */
static void
hold_up(void)
{
	pgcluster_run(holder, "BEGIN");
	pgcluster_run(
	    holder, "SELECT FROM rota.guard WHERE day IS NOT NULL FOR UPDATE");
	talk_send(first, "slot assign physician=%s site=%s day=%s part=A",
	    town_rpps(CLIENTS), town_finess(0), town_day(0));
	wait_for_locked();
}

/* What was sent has been read, by the second of two turns. */
static void
let_it_read(void)
{
	struct talk *talk = town_talk(town, 0);

	for (unsigned i = 0; i < 2; i++)
		ck_assert(line_begins(talk_ask(talk, "ping"), "ok"));
	talk_free(talk);
}

static void
let_go(void)
{
	let_it_read();
	pgcluster_run(holder, "COMMIT");
	ck_assert(line_begins(talk_answer(first), "ok"));
}

static void
send_assign(unsigned i, const char *more)
{
	talk_send(client[i], "slot assign physician=%s site=%s day=%s part=A%s",
	    town_rpps(i), town_finess(0), town_day(0), more);
}

/* Transactions with afternoons of `count` physicians from the first on. */
static long long
transactions(void)
{
	return pgcluster_number(town->sql,
	    "SELECT count(DISTINCT xid) FROM rota.change WHERE kind ="
	    " 'assignment' AND payload->>'part' = 'A' AND payload->>'physician'"
	    " IN (SELECT id::text FROM rota.physician WHERE rpps <> '%s')",
	    town_rpps(CLIENTS));
}

START_TEST(who_waits_leaves_together)
{
	begin("rooms=20" HOURS);
	hold_up();
	for (unsigned i = 0; i < CLIENTS; i++)
		send_assign(i, "");
	let_go();
	for (unsigned i = 0; i < CLIENTS; i++) {
		const char *answer = talk_answer(client[i]);

		ck_assert_msg(line_begins(answer, "ok"), "%s", answer);
		/* Rooms are given out in the order in which they came. */
		ck_assert_int_eq(line_number(answer, "room"), i + 2);
		/* It can read what it was told. */
		talk_ask(client[i], "slot list physician=%s from=%s to=%s",
		    town_rpps(i), town_day(0), town_day(0));
		ck_assert_uint_eq(talk_count(client[i]), 1);
	}
	ck_assert_int_eq(transactions(), 1);
	end(nothing);
}
END_TEST

/* Two rooms are left; whoever gets none is told so by what was done, and not by
 * what might have been. */
START_TEST(as_many_as_there_is_room_for)
{
	unsigned won = 0;

	begin("rooms=3" HOURS);
	hold_up();
	for (unsigned i = 0; i < CLIENTS; i++)
		send_assign(i, "");
	let_go();
	for (unsigned i = 0; i < CLIENTS; i++) {
		const char *answer = talk_answer(client[i]);

		ck_assert_msg(line_begins(answer, i < 2 ? "ok" : "no H03"),
		    "client %u: %s", i, answer);
		won += line_begins(answer, "ok");
	}
	ck_assert_uint_eq(won, 2);
	ck_assert_int_eq(transactions(), 1);
	end(nothing);
}
END_TEST

/* What one gives up, the next one takes: neither would be accepted alone. */
START_TEST(each_rests_upon_the_one_before)
{
	char *slot;

	begin("rooms=1" HOURS);
	slot = line_value(
	    talk_ask(first, "slot assign physician=%s site=%s day=%s part=M",
		town_rpps(0), town_finess(0), town_day(0)),
	    "slot");
	hold_up();
	talk_send(client[0], "slot cancel slot=%s", slot);
	let_it_read();
	talk_send(client[1], "slot assign physician=%s site=%s day=%s part=M",
	    town_rpps(1), town_finess(0), town_day(0));
	let_go();
	ck_assert(line_begins(talk_answer(client[0]), "ok"));
	ck_assert(line_begins(talk_answer(client[1]), "ok"));
	ck_assert_int_eq(
	    pgcluster_number(town->sql,
		"SELECT count(DISTINCT xid) FROM rota.change c WHERE (entity ="
		" '%s' AND rev = 2) OR payload->>'physician' = (SELECT id::text"
		" FROM rota.physician WHERE rpps = '%s') AND payload->>'site' ="
		" (SELECT id::text FROM rota.site WHERE finess = '%s')",
		slot, town_rpps(1), town_finess(0)),
	    1);
	free(slot);
	end(nothing);
}
END_TEST

/* A retry on another connection comes to wait behind the very write. */
START_TEST(one_key_is_used_once)
{
	char *more = xasprintf(" key=%s", town_uuid()), *one, *other;
	const char *answer;

	begin("rooms=20" HOURS);
	hold_up();
	send_assign(0, "");
	for (unsigned i = 1; i < 3; i++) {
		let_it_read();
		talk_send(client[i],
		    "slot assign physician=%s site=%s day=%s part=A%s",
		    town_rpps(1), town_finess(0), town_day(0), more);
	}
	let_it_read();
	send_assign(3, "");
	let_go();
	ck_assert(line_begins(talk_answer(client[0]), "ok"));
	answer = talk_answer(client[1]);
	ck_assert(line_begins(answer, "ok"));
	ck_assert(!line_has(answer, "replayed=yes"));
	one = line_value(answer, "slot");
	answer = talk_answer(client[2]);
	ck_assert_msg(line_has(answer, "replayed=yes"), "%s", answer);
	other = line_value(answer, "slot");
	ck_assert_str_eq(one, other);
	ck_assert(line_begins(talk_answer(client[3]), "ok"));
	free(one);
	free(other);
	free(more);
	end(nothing);
}
END_TEST

/* Batches, and what is only asked for. */
START_TEST(others_wait_their_turn)
{
	begin("rooms=20" HOURS);
	hold_up();
	send_assign(0, "");
	let_it_read();
	send_assign(1, " dry=yes");
	let_it_read();
	talk_send(client[2],
	    "batch n=2\nslot assign physician=%s site=%s day=%s part=A\n"
	    "slot assign physician=%s site=%s day=%s part=M",
	    town_rpps(2), town_finess(0), town_day(0), town_rpps(2),
	    town_finess(0), town_day(1));
	let_it_read();
	talk_send(client[3], "site put site=%s rooms=21", town_finess(0));
	send_assign(4, "");
	let_go();
	for (unsigned i = 0; i < 5; i++) {
		const char *answer = talk_answer(client[i]);

		ck_assert_msg(
		    line_begins(answer, "ok"), "client %u: %s", i, answer);
		ck_assert_int_eq(line_has(answer, "dry=yes"), i == 1);
	}
	ck_assert_int_eq(pgcluster_number(town->sql,
			     "SELECT count(*) FROM rota.assignment"
			     " WHERE part = 'A' AND state = 'draft'"),
	    4);
	end(races);
}
END_TEST

static void
terminate_locked(void)
{
	pgcluster_run(town->sql,
	    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE wait_event_type = 'Lock' AND query LIKE '%%rota.write%%'"
	    " AND datname = current_database()");
}

/* The chain itself stands still, for a guard of one in its middle, and its
 * session is ended: all are told that they cannot know, and a retry does each
 * once. */
START_TEST(a_chain_that_is_lost)
{
	PGconn *other;
	char *key[CLIENTS];

	begin("rooms=20" HOURS);
	other = pgcluster_connect(cluster, town->database, PGCLUSTER_ADMIN);
	pgcluster_run(other, "BEGIN");
	pgcluster_run(other,
	    "SELECT FROM rota.guard g, rota.change c WHERE g.day IS NULL AND"
	    " g.id = ANY (c.guards) AND c.payload->>'physician' = (SELECT"
	    " id::text FROM rota.physician WHERE rpps = '%s') FOR UPDATE OF g",
	    town_rpps(CLIENTS / 2));
	hold_up();
	for (unsigned i = 0; i < CLIENTS; i++) {
		key[i] = xasprintf(" key=%s", town_uuid());
		send_assign(i, key[i]);
	}
	let_go();
	wait_for_locked();
	terminate_locked();
	for (unsigned i = 0; i < CLIENTS; i++) {
		const char *answer = talk_answer(client[i]);

		ck_assert_msg(line_begins(answer, "fail unavailable"),
		    "client %u: %s", i, answer);
	}
	pgcluster_run(other, "ROLLBACK");
	town_wait_up(town, 0);
	for (unsigned i = 0; i < CLIENTS; i++) {
		send_assign(i, key[i]);
		ck_assert(line_begins(talk_answer(client[i]), "ok"));
		free(key[i]);
	}
	ck_assert_int_eq(pgcluster_number(town->sql,
			     "SELECT count(*) FROM rota.assignment"
			     " WHERE part = 'A' AND state = 'draft'"),
	    CLIENTS + 1);
	PQfinish(other);
	end(nothing);
}
END_TEST

/* Who hangs up while its write waits does not hold up the others. */
START_TEST(some_hang_up)
{
	begin("rooms=20" HOURS);
	hold_up();
	for (unsigned i = 0; i < CLIENTS; i++)
		send_assign(i, "");
	let_it_read();
	for (unsigned i = 0; i < CLIENTS; i += 2) {
		talk_free(client[i]);
		client[i] = town_talk(town, 0);
	}
	let_go();
	for (unsigned i = 1; i < CLIENTS; i += 2)
		ck_assert(line_begins(talk_answer(client[i]), "ok"));
	for (unsigned i = 0; i < CLIENTS; i++)
		ck_assert(line_begins(talk_ask(client[i], "ping"), "ok"));
	end(nothing);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("write_chain");
	TCase *tcase = tcase_create("write_chain");
	int result;

	cluster = pgcluster_new(NULL);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, who_waits_leaves_together);
	tcase_add_test(tcase, as_many_as_there_is_room_for);
	tcase_add_test(tcase, each_rests_upon_the_one_before);
	tcase_add_test(tcase, one_key_is_used_once);
	tcase_add_test(tcase, others_wait_their_turn);
	tcase_add_test(tcase, a_chain_that_is_lost);
	tcase_add_test(tcase, some_hang_up);
	suite_add_tcase(suite, tcase);
	result = suite_run(suite);
	pgcluster_free(cluster);
	return result;
}
