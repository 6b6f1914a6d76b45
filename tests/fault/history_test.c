/* SPDX-License-Identifier: ISC */
/*
 * history_test: the database is replaced by another one - by a standby that had
 * not received everything, by what a crash left, by a dump read into another
 * cluster.
 *
 * What daemons knew of a history that is gone is dropped, whoever watched is
 * told, and nobody resumes in it; what was before is still answered the same.
 */
#include "tests/support/pgstandby.h"
#include "tests/support/town.h"

#include "daemon/base/mem.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DAEMONS = 2, SOON_MS = 60000, REFUSED = 3, BURNT = 3000 };

#define HOURS "hours=\"mon-sun M 09:00-12:00 A 14:00-18:00\""

static void
expect(const char *answer, const char *words)
{
	ck_assert_msg(line_begins(answer, words), "\"%s\" instead of \"%s\"",
	    answer, words);
}

static const char *
assign(struct talk *talk, unsigned n, int day, const char *key)
{
	return talk_ask(talk,
	    "slot assign physician=%s site=%s day=%s part=M key=%s",
	    town_rpps(n), town_finess(n), town_day(day), key);
}

static void
check_count(struct talk *talk, unsigned n, long long count)
{
	const char *answer =
	    talk_ask(talk, "slot list physician=%s from=%s to=%s", town_rpps(n),
		town_day(0), town_day(60));

	expect(answer, "ok");
	ck_assert_int_eq(line_number(answer, "count"), count);
}

/* Asks until the daemon has found its database again. */
static const char *
insist(struct talk *talk, unsigned n, int day, const char *key)
{
	uint64_t deadline = town_now_ms() + SOON_MS;
	char *own_key = xstrdup(key);
	const char *answer;

	do {
		answer = assign(talk, n, day, own_key);
		ck_assert_msg(
		    town_now_ms() < deadline && *answer != '\0', "%s", answer);
		town_pause();
	} while (line_begins(answer, "fail"));
	free(own_key);
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
	town_sites(failover->town, 4, HOURS);
	town_physicians(failover->town, 4);
	failover->talk = town_talk(failover->town, 0);
	for (unsigned at = 0; at < DAEMONS; at++) {
		failover->watch[at] = town_talk(failover->town, at);
		expect(talk_ask(failover->watch[at], "watch"), "ok");
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
		    talk_push(failover->watch[at], "slot", SOON_MS);

		ck_assert_ptr_nonnull(push);
		pushed = line_value(push, "slot");
		ck_assert_str_eq(pushed, slot);
		free(pushed);
		free(cursor);
		push = talk_push(failover->watch[at], "cursor", SOON_MS);
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

START_TEST(failover_with_a_lost_tail)
{
	char *kept = xstrdup(town_uuid()), *lost = xstrdup(town_uuid());
	char *before, *cursor, *epoch;
	struct failover failover;
	const char *answer;

	failover_begin(&failover);
	answer = assign(failover.talk, 0, 0, kept);
	expect(answer, "ok");
	before = take_pushes(&failover, answer);
	pgstandby_catch_up(failover.standby);
	pgstandby_cut_off(failover.standby);
	for (int day = 1; day <= 20; day++) {
		answer = assign(
		    failover.talk, 1, day, day == 20 ? lost : town_uuid());
		expect(answer, "ok");
		cursor = take_pushes(&failover, answer);
		if (day < 20)
			free(cursor);
	}
	answer = talk_ask(failover.talk, "status");
	epoch = line_value(answer, "epoch");

	pgcluster_stop(failover.cluster, PGCLUSTER_CRASH);
	pgstandby_promote(failover.standby);
	for (unsigned at = 0; at < DAEMONS; at++) {
		const char *push =
		    talk_push(failover.watch[at], "reset", SOON_MS);

		ck_assert_msg(push != NULL, "watcher %u is not told", at);
		ck_assert_ptr_nonnull(strstr(push, " cursor="));
		town_wait_up(failover.town, at);
	}
	check_count(failover.talk, 0, 1);
	check_count(failover.talk, 1, 0);
	check_standby(&failover, 1);

	/* What was lost is done anew; what was kept is remembered. */
	answer = insist(failover.talk, 1, 20, lost);
	expect(answer, "ok");
	ck_assert_ptr_null(strstr(answer, "replayed=yes"));
	free(take_pushes(&failover, answer));
	answer = assign(failover.talk, 0, 0, kept);
	ck_assert_msg(line_has(answer, "replayed=yes"), "%s", answer);
	check_standby(&failover, 2);

	/* Nobody resumes in the history that is gone. */
	for (unsigned at = 0; at < DAEMONS; at++) {
		expect(talk_ask(failover.watch[at], "watch after=%s", cursor),
		    "no cursor");
		expect(talk_ask(failover.watch[at], "watch after=%s", before),
		    "no cursor");
		expect(
		    talk_ask(failover.watch[at], "site list after=%s", cursor),
		    "no cursor");
		expect(talk_ask(failover.watch[at], "watch"), "ok");
	}
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
	answer = assign(failover.talk, 1, 1, town_uuid());
	expect(answer, "ok");
	cursor = take_pushes(&failover, answer);
	daemon_suspend(failover.town->daemon[1]);
	pgcluster_stop(failover.cluster, PGCLUSTER_CRASH);
	pgstandby_promote(failover.standby);
	answer = insist(failover.talk, 2, 1, town_uuid());
	expect(answer, "ok");
	daemon_continue(failover.town->daemon[1]);
	ck_assert_ptr_nonnull(talk_push(failover.watch[1], "reset", SOON_MS));
	town_wait_up(failover.town, 1);
	town_settle(failover.town);
	expect(
	    talk_ask(failover.watch[1], "watch after=%s", cursor), "no cursor");
	check_count(failover.watch[1], 1, 0);
	check_count(failover.watch[1], 2, 1);
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
	char *cursor;

	town_start(town, 0, NULL, NULL);
	town_sites(town, 4, HOURS);
	town_physicians(town, 4);
	talk = town_talk(town, 0);
	watch = town_talk(town, 0);
	expect(talk_ask(watch, "watch"), "ok");
	answer = assign(talk, 0, 0, town_uuid());
	expect(answer, "ok");
	cursor = line_value(answer, "cursor");
	/* Numbers that will be given away again. */
	pgcluster_run(town->sql,
	    "DO $$ BEGIN FOR i IN 1..50 LOOP"
	    " PERFORM pg_current_xact_id(); ROLLBACK; END LOOP; END $$");
	pgcluster_stop(cluster, PGCLUSTER_CRASH);
	pgcluster_start(cluster);
	town_sql_anew(town);
	town_wait_up(town, 0);
	answer = insist(talk, 1, 0, town_uuid());
	expect(answer, "ok");
	if (_i == 1) {
		/* The first, then the second, and nothing between. */
		ck_assert_ptr_nonnull(talk_push(watch, "slot", SOON_MS));
		do
			push = talk_push(watch, "", SOON_MS);
		while (push != NULL && !line_begins(push, "slot") &&
		    !line_begins(push, "reset"));
		ck_assert_ptr_nonnull(push);
		ck_assert(line_begins(push, "slot"));
		expect(talk_ask(watch, "watch after=%s", cursor), "ok");
		push = talk_push(watch, "slot", SOON_MS);
		ck_assert_ptr_nonnull(push);
		ck_assert(line_begins(push, "slot"));
	} else {
		ck_assert_ptr_nonnull(talk_push(watch, "reset", SOON_MS));
		expect(talk_ask(watch, "watch after=%s", cursor), "no cursor");
	}
	check_count(talk, 0, 1);
	check_count(talk, 1, 1);
	free(cursor);
	talk_free(talk);
	talk_free(watch);
	town_free(town);
	pgcluster_free(cluster);
}
END_TEST

/* ----- dump and restore ----- */

static int run(const char *fmt, ...) PRINTF_LIKE(1, 2);

static int
run(const char *fmt, ...)
{
	char *command;
	va_list ap;
	int status;

	va_start(ap, fmt);
	if (vasprintf(&command, fmt, ap) == -1)
		abort();
	va_end(ap);
	status = system(command); /* NOLINT: fixed words and own paths */
	free(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *
environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value == NULL || *value == '\0' ? otherwise : value;
}

/* The database of a town into a bare one of another cluster. */
static void
copy_by_dump(
    const struct town *from, const struct pgcluster *to, const char *database)
{
	const char *bin =
	    environment("ROTA_TEST_PG_BIN", "/usr/lib/postgresql/15/bin");

	ck_assert_int_eq(
	    run("%s/pg_dump -h %s -p %u -U %s -Fc %s >%s/dump &&"
		" %s/pg_restore -h %s -p %u -U %s -d %s --exit-on-error"
		" %s/dump",
		bin, pgcluster_socket_folder(from->cluster),
		pgcluster_port(from->cluster), PGCLUSTER_ADMIN, from->database,
		pgcluster_socket_folder(to), bin, pgcluster_socket_folder(to),
		pgcluster_port(to), PGCLUSTER_ADMIN, database,
		pgcluster_socket_folder(to)),
	    0);
}

static void
burn_transactions(struct pgcluster *cluster)
{
	PGconn *sql = pgcluster_connect(cluster, "postgres", PGCLUSTER_ADMIN);

	pgcluster_run(sql,
	    "DO $$ BEGIN FOR i IN 1..%d LOOP"
	    " PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$",
	    BURNT);
	PQfinish(sql);
}

/* The half-days of physician 0 as they stood at a mark; owned by the caller. */
static char *
at_mark(struct talk *talk, const char *mark)
{
	char *text = xstrdup(""), *more;

	expect(talk_ask(talk, "slot list physician=%s from=%s to=%s mark=%s",
		   town_rpps(0), town_day(0), town_day(60), mark),
	    "ok");
	for (size_t i = 0; i < talk_count(talk); i++) {
		more = xasprintf("%s%s\n", text, talk_data(talk, i));
		free(text);
		text = more;
	}
	return text;
}

/* The daemon refuses what was restored, and says what to do. */
static void
check_refusal(const char *conninfo)
{
	struct daemon_options options = {.conninfo = conninfo};
	struct daemon *daemon = daemon_spawn(&options);
	char *log;

	ck_assert_int_eq(daemon_wait_exit(daemon), REFUSED);
	log = daemon_log(daemon);
	ck_assert_msg(strstr(log, "rota-migrate restored") != NULL, "%s", log);
	free(log);
	daemon_free(daemon);
}

/* _i: which of the two clusters has used more transaction numbers. */
START_TEST(dump_into_another_cluster)
{
	struct pgcluster *one = pgcluster_new(NULL), *two = pgcluster_new(NULL);
	struct town *town, *next;
	char *mark, *past, *is, *cursor, *conninfo, *book, *database;
	struct talk *talk;
	const char *answer;

	burn_transactions(_i == 0 ? one : two);
	town = town_new(one);
	town_start(town, 0, NULL, NULL);
	town_sites(town, 4, HOURS);
	town_physicians(town, 4);
	talk = town_talk(town, 0);
	for (int day = 0; day < 5; day++)
		expect(assign(talk, 0, day, town_uuid()), "ok");
	mark =
	    pgcluster_text(town->sql, "SELECT rota.mark('0', 'publication')");
	expect(assign(talk, 0, 5, town_uuid()), "ok");
	past = at_mark(talk, mark);
	answer = assign(talk, 1, 0, town_uuid());
	cursor = line_value(answer, "cursor");
	town_settle(town);
	book = town_book(town, 0);
	talk_free(talk);
	daemon_free(town->daemon[0]);
	town->daemon[0] = NULL;

	next = town_new(two);
	database = next->database;
	next->database = pgcluster_database(two, true);
	town_sql_anew(next);
	free(database);
	copy_by_dump(town, two, next->database);
	conninfo = pgcluster_conninfo(two, next->database, PGCLUSTER_DAEMON);
	check_refusal(conninfo);
	free(conninfo);
	conninfo = pgcluster_conninfo(two, next->database, PGCLUSTER_OWNER);
	ck_assert_int_eq(
	    run("%s/rota-migrate -d '%s' -m %s/migrations restored >%s/out",
		environment("ROTA_BUILD_DIR", "."), conninfo,
		environment("ROTA_SOURCE_DIR", "."),
		pgcluster_socket_folder(two)),
	    0);
	town_start(next, 0, NULL, NULL);
	is = town_book(next, 0);
	ck_assert_str_eq(is, book);
	free(is);
	talk = town_talk(next, 0);
	is = at_mark(talk, mark);
	ck_assert_str_eq(is, past);
	free(is);
	expect(talk_ask(talk, "watch after=%s", cursor), "no cursor");
	expect(talk_ask(talk, "site list after=%s", cursor), "no cursor");
	/* It goes on: writes, marks and watchers. */
	expect(talk_ask(talk, "watch"), "ok");
	for (int day = 6; day < 9; day++) {
		expect(assign(talk, 0, day, town_uuid()), "ok");
		ck_assert_ptr_nonnull(talk_push(talk, "slot", SOON_MS));
	}
	is = at_mark(talk, mark);
	ck_assert_str_eq(is, past);
	free(is);
	free(mark);
	mark =
	    pgcluster_text(next->sql, "SELECT rota.mark('0', 'publication')");
	free(past);
	past = at_mark(talk, mark);
	expect(assign(talk, 0, 9, town_uuid()), "ok");
	is = at_mark(talk, mark);
	ck_assert_str_eq(is, past);
	check_count(talk, 0, 10);
	talk_free(talk);
	free(is);
	free(past);
	free(mark);
	free(cursor);
	free(book);
	free(conninfo);
	town_free(next);
	town_free(town);
	pgcluster_free(two);
	pgcluster_free(one);
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
	tcase_add_loop_test(tcase, dump_into_another_cluster, 0, 2);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	SRunner *runner = srunner_create(history_suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
