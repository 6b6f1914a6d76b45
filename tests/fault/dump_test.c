/* SPDX-License-Identifier: ISC */
/*
 * dump_test: a database is dumped and read into another cluster, where
 * transaction numbers mean something else.
 *
 * The daemon refuses it until rota-migrate has opened a new epoch; then what
 * was before is answered the same, and nobody resumes from there.
 */
#include "tests/fault/fault_kit.h"

#include "daemon/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { REFUSED = 3, BURNT = 3000 };

static int PRINTF_LIKE(1, 2) run(const char *fmt, ...)
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
	char *line = xasprintf("slot list physician=%s from=%s to=%s mark=%s",
	    town_rpps(0), town_day(0), town_day(60), mark);
	char *text = xstrdup(""), *more;

	/* A daemon that has just begun may not have reached the past yet. */
	kit_expect(kit_insist(talk, line), "ok");
	free(line);
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

struct move {
	struct pgcluster *one, *two;
	struct town *town, *next; /* before, after */
	char *mark, *past;        /* a moment, and the plan as it was then */
	char *cursor, *book;      /* the last ones before */
};

static char *
set_mark(const struct town *town)
{
	return pgcluster_text(
	    town->sql, "SELECT rota.mark('0', 'publication')");
}

/* A plan with a past, whose daemon is stopped. */
static void
move_begin(struct move *move, bool first_is_ahead)
{
	struct talk *talk;

	move->one = pgcluster_new(NULL);
	move->two = pgcluster_new(NULL);
	burn_transactions(first_is_ahead ? move->one : move->two);
	move->town = town_new(move->one);
	town_start(move->town, 0, NULL, NULL);
	town_sites(move->town, KIT_PEOPLE, KIT_HOURS);
	town_physicians(move->town, KIT_PEOPLE);
	talk = town_talk(move->town, 0);
	for (int day = 0; day < 5; day++)
		kit_expect(kit_assign(talk, 0, day, NULL), "ok");
	move->mark = set_mark(move->town);
	kit_expect(kit_assign(talk, 0, 5, NULL), "ok");
	move->past = at_mark(talk, move->mark);
	move->cursor = line_value(kit_assign(talk, 1, 0, NULL), "cursor");
	town_settle(move->town);
	move->book = town_book(move->town, 0);
	talk_free(talk);
	daemon_free(move->town->daemon[0]);
	move->town->daemon[0] = NULL;
}

static void
move_end(struct move *move)
{
	free(move->mark);
	free(move->past);
	free(move->cursor);
	free(move->book);
	town_free(move->next);
	town_free(move->town);
	pgcluster_free(move->two);
	pgcluster_free(move->one);
}

/* Into the other cluster, where no daemon serves it until somebody has said
 * that it was restored. */
static void
restore(struct move *move)
{
	char *database, *conninfo;

	move->next = town_new(move->two);
	database = move->next->database;
	move->next->database = pgcluster_database(move->two, true);
	town_sql_anew(move->next);
	free(database);
	copy_by_dump(move->town, move->two, move->next->database);
	conninfo = pgcluster_conninfo(
	    move->two, move->next->database, PGCLUSTER_DAEMON);
	check_refusal(conninfo);
	free(conninfo);
	conninfo = pgcluster_conninfo(
	    move->two, move->next->database, PGCLUSTER_OWNER);
	ck_assert_int_eq(
	    run("%s/rota-migrate -d '%s' -m %s/migrations restored >%s/out",
		environment("ROTA_BUILD_DIR", "."), conninfo,
		environment("ROTA_SOURCE_DIR", "."),
		pgcluster_socket_folder(move->two)),
	    0);
	free(conninfo);
	town_start(move->next, 0, NULL, NULL);
}

static void
check_past(struct talk *talk, const struct move *move)
{
	char *is = at_mark(talk, move->mark);

	ck_assert_str_eq(is, move->past);
	free(is);
}

/* Writes, watchers and marks, in the new history as in the old one. */
static void
check_future(struct talk *talk, struct move *move)
{
	kit_expect(talk_ask(talk, "watch"), "ok");
	for (int day = 6; day < 9; day++) {
		kit_expect(kit_assign(talk, 0, day, NULL), "ok");
		ck_assert_ptr_nonnull(talk_push(talk, "slot", KIT_SOON_MS));
	}
	check_past(talk, move);
	free(move->mark);
	free(move->past);
	move->mark = set_mark(move->next);
	move->past = at_mark(talk, move->mark);
	kit_expect(kit_assign(talk, 0, 9, NULL), "ok");
	check_past(talk, move);
	kit_check_count(talk, 0, 10);
}

/* _i: which of the two clusters has used more transaction numbers. */
START_TEST(dump_into_another_cluster)
{
	struct move move;
	struct talk *talk;
	char *book;

	move_begin(&move, _i == 0);
	restore(&move);
	book = town_book(move.next, 0);
	ck_assert_str_eq(book, move.book);
	free(book);
	talk = town_talk(move.next, 0);
	check_past(talk, &move);
	kit_expect(talk_ask(talk, "watch after=%s", move.cursor), "no cursor");
	kit_expect(
	    talk_ask(talk, "site list after=%s", move.cursor), "no cursor");
	check_future(talk, &move);
	talk_free(talk);
	move_end(&move);
}
END_TEST

static Suite *
dump_suite(void)
{
	Suite *suite = suite_create("dump");
	TCase *tcase = tcase_create("dump");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, dump_into_another_cluster, 0, 2);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return kit_run(dump_suite());
}
