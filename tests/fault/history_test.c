/* SPDX-License-Identifier: ISC */
/*
 * history_test: the database is replaced by a standby that had not received
 * everything, or by what a crash left.
 *
 * What daemons knew of a history that is gone is dropped, whoever watched is
 * told, and nobody resumes in it.
 */
#include "tests/fault/fault_kit.h"
#include "tests/support/pgstandby.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { DAEMONS = 2 };

/* The half-day is filled once the daemon has found its database again. */
static const char *
insist(struct talk *talk, unsigned n, int day, const char *key)
{
	char *line = kit_assign_line(n, day, key);
	const char *answer = kit_insist(talk, line);

	free(line);
	return answer;
}

/* ----- failover with a lost tail ----- */

struct failover {
	struct pgcluster *cluster;
	struct pgstandby *standby;
	struct town *town;
	struct talk *talk, *watch[DAEMONS];
};

static void
failover_begin(struct failover *failover)
{
	char *conninfo;

	failover->cluster = pgcluster_new(NULL);
	failover->town = town_new(failover->cluster);
	failover->standby = pgstandby_new(failover->cluster);
	conninfo = xasprintf("host=%s,%s port=%u dbname=%s user=%s",
	    pgcluster_socket_folder(failover->cluster),
	    pgstandby_socket_folder(failover->standby),
	    pgstandby_port(failover->standby), failover->town->database,
	    PGCLUSTER_DAEMON);
	for (unsigned at = 0; at < DAEMONS; at++)
		town_start(failover->town, at, conninfo, NULL);
	town_sites(failover->town, KIT_PEOPLE, KIT_HOURS);
	town_physicians(failover->town, KIT_PEOPLE);
	failover->talk = town_talk(failover->town, 0);
	for (unsigned at = 0; at < DAEMONS; at++) {
		failover->watch[at] = town_talk(failover->town, at);
		kit_expect(talk_ask(failover->watch[at], "watch"), "ok");
	}
	free(conninfo);
}

static void
failover_end(struct failover *failover)
{
	talk_free(failover->talk);
	for (unsigned at = 0; at < DAEMONS; at++)
		talk_free(failover->watch[at]);
	town_free(failover->town);
	pgstandby_free(failover->standby);
	pgcluster_free(failover->cluster);
}

/* Both watchers are told of the half-day; the cursor behind it, owned by the
 * caller. */
static char *
take_pushes(struct failover *failover, const char *answer)
{
	char *slot = line_value(answer, "slot"), *pushed, *cursor = NULL;

	for (unsigned at = 0; at < DAEMONS; at++) {
		const char *push =
		    talk_push(failover->watch[at], "slot", KIT_SOON_MS);

		ck_assert_ptr_nonnull(push);
		pushed = line_value(push, "slot");
		ck_assert_str_eq(pushed, slot);
		free(pushed);
		free(cursor);
		push = talk_push(failover->watch[at], "cursor", KIT_SOON_MS);
		ck_assert_ptr_nonnull(push);
		cursor = line_value(push, "value");
	}
	free(slot);
	return cursor;
}

static void
check_standby(struct failover *failover, long long count)
{
	PGconn *sql = pgstandby_connect(
	    failover->standby, failover->town->database, PGCLUSTER_ADMIN);

	ck_assert_int_eq(
	    pgcluster_number(sql, "SELECT count(*) FROM rota.assignment"),
	    count);
	PQfinish(sql);
}

/* Followed and loaded is the same on the new primary, too. */
static void
check_fresh_daemon(struct failover *failover)
{
	char *conninfo, *book[DAEMONS + 1];

	conninfo = xasprintf("host=%s port=%u dbname=%s user=%s",
	    pgstandby_socket_folder(failover->standby),
	    pgstandby_port(failover->standby), failover->town->database,
	    PGCLUSTER_DAEMON);
	town_start(failover->town, DAEMONS, conninfo, NULL);
	town_settle(failover->town);
	for (unsigned at = 0; at <= DAEMONS; at++)
		book[at] = town_book(failover->town, at);
	ck_assert_str_eq(book[0], book[DAEMONS]);
	ck_assert_str_eq(book[1], book[DAEMONS]);
	for (unsigned at = 0; at <= DAEMONS; at++)
		free(book[at]);
	free(conninfo);
}

/* Nobody resumes in the history that is gone, whichever moment of it. */
static void
check_cursor_is_gone(struct failover *failover, const char *cursor)
{
	for (unsigned at = 0; at < DAEMONS; at++) {
		kit_expect(
		    talk_ask(failover->watch[at], "watch after=%s", cursor),
		    "no cursor");
		kit_expect(
		    talk_ask(failover->watch[at], "site list after=%s", cursor),
		    "no cursor");
	}
}

/* The primary is gone, the standby takes over, and both watchers are told. */
static void
fail_over(struct failover *failover)
{
	pgcluster_stop(failover->cluster, PGCLUSTER_CRASH);
	pgstandby_promote(failover->standby);
	for (unsigned at = 0; at < DAEMONS; at++) {
		const char *push =
		    talk_push(failover->watch[at], "reset", KIT_SOON_MS);

		ck_assert_msg(push != NULL, "watcher %u is not told", at);
		ck_assert_ptr_nonnull(strstr(push, " cursor="));
		town_wait_up(failover->town, at);
	}
}

/* Twenty half-days that the standby does not hear of, the last one under the
 * key; the last cursor, owned by the caller. */
static char *
write_a_lost_tail(struct failover *failover, const char *key)
{
	char *cursor = NULL;

	pgstandby_catch_up(failover->standby);
	pgstandby_cut_off(failover->standby);
	for (int day = 1; day <= 20; day++) {
		const char *answer =
		    kit_assign(failover->talk, 1, day, day == 20 ? key : NULL);

		kit_expect(answer, "ok");
		free(cursor);
		cursor = take_pushes(failover, answer);
	}
	return cursor;
}

START_TEST(failover_with_a_lost_tail)
{
	char *kept = xstrdup(town_uuid()), *lost = xstrdup(town_uuid());
	char *before, *cursor, *epoch;
	struct failover failover;
	const char *answer;

	failover_begin(&failover);
	answer = kit_assign(failover.talk, 0, 0, kept);
	kit_expect(answer, "ok");
	before = take_pushes(&failover, answer);
	cursor = write_a_lost_tail(&failover, lost);
	answer = talk_ask(failover.talk, "status");
	epoch = line_value(answer, "epoch");

	fail_over(&failover);
	kit_check_count(failover.talk, 0, 1);
	kit_check_count(failover.talk, 1, 0);
	check_standby(&failover, 1);

	/* What was lost is done anew; what was kept is remembered. */
	answer = insist(failover.talk, 1, 20, lost);
	kit_expect(answer, "ok");
	ck_assert_ptr_null(strstr(answer, "replayed=yes"));
	free(take_pushes(&failover, answer));
	answer = kit_assign(failover.talk, 0, 0, kept);
	ck_assert_msg(line_has(answer, "replayed=yes"), "%s", answer);
	check_standby(&failover, 2);

	check_cursor_is_gone(&failover, cursor);
	check_cursor_is_gone(&failover, before);
	kit_expect(talk_ask(failover.watch[0], "watch"), "ok");
	answer = talk_ask(failover.talk, "status");
	ck_assert(line_has(answer, "database=up"));
	ck_assert_int_gt(line_number(answer, "epoch"), atoll(epoch));
	check_fresh_daemon(&failover);
	free(epoch);
	free(cursor);
	free(before);
	free(kept);
	free(lost);
	failover_end(&failover);
}
END_TEST

/* A daemon that comes back to a primary that was replaced while it was down
 * does as if it had been there. */
START_TEST(daemon_comes_back_after_a_failover)
{
	struct failover failover;
	const char *answer;
	char *cursor;

	failover_begin(&failover);
	pgstandby_cut_off(failover.standby);
	answer = kit_assign(failover.talk, 1, 1, town_uuid());
	kit_expect(answer, "ok");
	cursor = take_pushes(&failover, answer);
	daemon_suspend(failover.town->daemon[1]);
	pgcluster_stop(failover.cluster, PGCLUSTER_CRASH);
	pgstandby_promote(failover.standby);
	answer = insist(failover.talk, 2, 1, town_uuid());
	kit_expect(answer, "ok");
	daemon_continue(failover.town->daemon[1]);
	ck_assert_ptr_nonnull(
	    talk_push(failover.watch[1], "reset", KIT_SOON_MS));
	town_wait_up(failover.town, 1);
	town_settle(failover.town);
	kit_expect(
	    talk_ask(failover.watch[1], "watch after=%s", cursor), "no cursor");
	kit_check_count(failover.watch[1], 1, 0);
	kit_check_count(failover.watch[1], 2, 1);
	check_fresh_daemon(&failover);
	free(cursor);
	failover_end(&failover);
}
END_TEST

/* ----- a crash ----- */

/* _i: 1 when commits are on disk, so that nothing is lost. */
START_TEST(crash_of_the_server)
{
	const struct pgcluster_options options = {.durable = _i == 1};
	struct pgcluster *cluster = pgcluster_new(&options);
	struct town *town = town_new(cluster);
	struct talk *talk, *watch;
	const char *answer, *push;
	char *cursor, *resume;

	town_start(town, 0, NULL, NULL);
	town_sites(town, KIT_PEOPLE, KIT_HOURS);
	town_physicians(town, KIT_PEOPLE);
	talk = town_talk(town, 0);
	watch = town_talk(town, 0);
	kit_expect(talk_ask(watch, "watch"), "ok");
	answer = kit_assign(talk, 0, 0, town_uuid());
	kit_expect(answer, "ok");
	cursor = line_value(answer, "cursor");
	/* What is missed is read by a session that may take longer to come back
	 * than those that write. */
	resume = xasprintf("watch after=%s", cursor);
	/* Numbers that will be given away again. */
	pgcluster_run(town->sql,
	    "DO $$ BEGIN FOR i IN 1..50 LOOP"
	    " PERFORM pg_current_xact_id(); ROLLBACK; END LOOP; END $$");
	pgcluster_stop(cluster, PGCLUSTER_CRASH);
	pgcluster_start(cluster);
	town_sql_anew(town);
	town_wait_up(town, 0);
	answer = insist(talk, 1, 0, town_uuid());
	kit_expect(answer, "ok");
	if (_i == 1) {
		/* The first, then the second, and nothing between. */
		ck_assert_ptr_nonnull(talk_push(watch, "slot", KIT_SOON_MS));
		do
			push = talk_push(watch, "", KIT_SOON_MS);
		while (push != NULL && !line_begins(push, "slot") &&
		    !line_begins(push, "reset"));
		ck_assert_ptr_nonnull(push);
		ck_assert(line_begins(push, "slot"));
		kit_expect(kit_insist(watch, resume), "ok");
		push = talk_push(watch, "slot", KIT_SOON_MS);
		ck_assert_ptr_nonnull(push);
		ck_assert(line_begins(push, "slot"));
	} else {
		ck_assert_ptr_nonnull(talk_push(watch, "reset", KIT_SOON_MS));
		kit_expect(kit_insist(watch, resume), "no cursor");
	}
	kit_check_count(talk, 0, 1);
	kit_check_count(talk, 1, 1);
	free(resume);
	free(cursor);
	talk_free(talk);
	talk_free(watch);
	town_free(town);
	pgcluster_free(cluster);
}
END_TEST

static Suite *
history_suite(void)
{
	Suite *suite = suite_create("history");
	TCase *tcase = tcase_create("history");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, failover_with_a_lost_tail);
	tcase_add_test(tcase, daemon_comes_back_after_a_failover);
	tcase_add_loop_test(tcase, crash_of_the_server, 0, 2);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return kit_run(history_suite());
}
