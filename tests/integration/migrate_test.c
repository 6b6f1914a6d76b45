/* SPDX-License-Identifier: ISC */
/*
 * migrate_test: rota-migrate apply and check, on empty databases, on broken
 * files, on histories that do not agree with the files, and several at once.
 */
#include "daemon/base/mem.h"
#include "tests/integration/migrate_kit.h"
#include "tests/support/pgcluster.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct pgcluster *cluster;

/* The database of a test, the owner's session in it, and a folder. */
static struct {
	char *name, *conninfo, *folder;
	PGconn *session;
} db;

static void
setup(void)
{
	db.name = pgcluster_database(cluster, true);
	db.conninfo = pgcluster_conninfo(cluster, db.name, PGCLUSTER_OWNER);
	db.session = pgcluster_connect(cluster, db.name, PGCLUSTER_OWNER);
	db.folder = folder_new();
}

static void
teardown(void)
{
	PQfinish(db.session);
	folder_free(db.folder);
	free(db.conninfo);
	free(db.name);
}

static void
expect(const char *args, int status, const char *expected)
{
	run_expect(db.conninfo, db.folder, args, status, expected);
}

/* Waits until a rota-migrate of this database waits for a lock. */
static void
wait_until_locked(void)
{
	const struct timespec pause = {0, 5000000};
	long long waiting = 0;

	for (int i = 0; i < 12000 && waiting == 0; i++) {
		/* Inside a transaction the view stands still otherwise. */
		pgcluster_run(db.session, "SELECT pg_stat_clear_snapshot()");
		waiting = pgcluster_number(db.session,
		    "SELECT count(*) FROM pg_stat_activity"
		    " WHERE datname = current_database()"
		    "  AND application_name = 'rota-migrate'"
		    "  AND wait_event_type = 'Lock'");
		if (waiting == 0)
			nanosleep(&pause, NULL);
	}
	ck_assert_int_eq(waiting, 1);
}

static long long
applied(void)
{
	return pgcluster_number(
	    db.session, "SELECT count(*) FROM rota.migration");
}

static bool
is_there(const char *relation)
{
	return pgcluster_number(db.session,
		   "SELECT count(*) FROM to_regclass('%s') c"
		   " WHERE c IS NOT NULL",
		   relation) == 1;
}

static unsigned
times(const char *text, const char *part)
{
	unsigned count = 0;

	while ((text = strstr(text, part)) != NULL) {
		text += strlen(part);
		count++;
	}
	return count;
}

START_TEST(empty_database_gets_the_schema_once)
{
	char *last = xasprintf("is at migration %d (", folder_count());
	char *first = xasprintf("is at migration 0 of %d: 0001_spine.sql is "
				"the first that is missing",
	    folder_count());

	expect("check", 1, first);
	expect("report", 1, "no migration of rota");
	expect("restored", 1, "schema \"rota\" does not exist");
	expect("apply", 0, "applied 0001_spine.sql\n");
	expect("apply", 0, "nothing to apply");
	expect("apply", 0, last);
	expect("check", 0, last);
	ck_assert_int_eq(applied(), folder_count());
	ck_assert_int_eq(
	    pgcluster_number(db.session,
		"SELECT count(*) FROM rota.migration WHERE applied_by = "
		"'" PGCLUSTER_OWNER "' AND applied <= now()"),
	    folder_count());
	free(first);
	free(last);
}
END_TEST

START_TEST(prepared_schema_and_extension_are_used)
{
	PGconn *admin = pgcluster_connect(cluster, db.name, PGCLUSTER_ADMIN);

	pgcluster_run(admin,
	    "ALTER DATABASE %s OWNER TO " PGCLUSTER_ADMIN ";"
	    "CREATE SCHEMA rota AUTHORIZATION " PGCLUSTER_OWNER ";"
	    "CREATE SCHEMA extensions;"
	    "CREATE EXTENSION btree_gist SCHEMA extensions",
	    db.name);
	expect("apply", 0, "applied 0001_spine.sql\n");
	PQfinish(admin);
}
END_TEST

START_TEST(owner_without_privileges_is_told_which)
{
	PGconn *admin = pgcluster_connect(cluster, db.name, PGCLUSTER_ADMIN);

	pgcluster_run(
	    admin, "ALTER DATABASE %s OWNER TO " PGCLUSTER_ADMIN, db.name);
	expect("apply", 1, "permission denied for database");
	ck_assert(!is_there("rota.migration"));
	PQfinish(admin);
}
END_TEST

START_TEST(several_at_once_apply_once)
{
	enum { AT_ONCE = 4 };
	struct run runs[AT_ONCE];
	unsigned said = 0;

	folder_put_next(db.folder, "more", "CREATE TABLE rota.more (a int)");
	for (int i = 0; i < AT_ONCE; i++)
		run_start(&runs[i], db.conninfo, db.folder, "apply");
	for (int i = 0; i < AT_ONCE; i++) {
		run_end(&runs[i]);
		run_check(&runs[i], 0, "appl");
		said += times(runs[i].text, "applied ");
	}
	ck_assert_uint_eq(said, (unsigned)folder_count() + 1);
	ck_assert_int_eq(applied(), folder_count() + 1);
}
END_TEST

START_TEST(waits_for_another_one_and_says_so)
{
	struct run run;

	pgcluster_run(
	    db.session, "BEGIN; SELECT pg_advisory_xact_lock(1919906913)");
	run_start(&run, db.conninfo, db.folder, "apply");
	wait_until_locked();
	pgcluster_run(db.session, "COMMIT");
	run_end(&run);
	run_check(&run, 0, "waiting for another rota-migrate");
	run_check(&run, 0, "applied 0001_spine.sql\n");
}
END_TEST

START_TEST(file_run_by_hand_meanwhile_wins)
{
	struct run run;

	expect("apply", 0, "applied");
	folder_put_next(db.folder, "more", "CREATE TABLE rota.more (a int)");
	pgcluster_run(db.session,
	    "BEGIN; INSERT INTO rota.migration VALUES (%d, 'more', 1)",
	    folder_count() + 1);
	run_start(&run, db.conninfo, db.folder, "apply");
	wait_until_locked();
	pgcluster_run(db.session, "COMMIT");
	run_end(&run);
	run_check(&run, 1, "duplicate key value");
	run_check(&run, 1, "was not applied, nothing of it remains");
	ck_assert(!is_there("rota.more"));
	expect("apply", 0, "nothing to apply");
}
END_TEST

START_TEST(lost_connection_leaves_nothing)
{
	struct run run;

	expect("apply", 0, "applied");
	folder_put_next(db.folder, "more",
	    "CREATE TABLE rota.more (a int);\n"
	    "LOCK TABLE rota.site IN ACCESS EXCLUSIVE MODE;\n");
	pgcluster_run(db.session, "BEGIN; LOCK TABLE rota.site");
	run_start(&run, db.conninfo, db.folder, "apply");
	wait_until_locked();
	pgcluster_run(db.session,
	    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE datname = current_database()"
	    "  AND application_name = 'rota-migrate'");
	run_end(&run);
	pgcluster_run(db.session, "COMMIT");
	run_check(&run, 1, "terminating connection");
	ck_assert(!is_there("rota.more"));
	expect("apply", 0, "applied");
	ck_assert(is_there("rota.more"));
}
END_TEST

/* What a second file says after its INSERT, and where the error is told. */
static const struct {
	const char *sql, *expected;
} broken[] = {
    /* found by the parser, before anything ran */
    {"CREATE TABLE rota.more (a int);\n\n\tALTER TABEL rota.site;\n",
	".sql:4:8: syntax error at or near \"TABEL\" [42601]\n"
	"rota-migrate:   \tALTER TABEL rota.site;\n"
	"rota-migrate:   \t      ^\n"},
    /* by the analysis; the column counts characters, not bytes */
    {"CREATE TABLE rota.more (a int);\n"
     "/* été */ SELECT 'é;é', absent FROM rota.more;\n",
	".sql:3:25: column \"absent\" does not exist [42703]\n"},
    /* while it ran: the statement is the place */
    {"CREATE TABLE rota.more (a int CHECK (a > 0)); -- ;\n"
     "DO $a$ BEGIN PERFORM ';'; END $a$;\n"
     "SELECT 1;\n  -- really\n  INSERT INTO rota.more\n  VALUES (-1);\n",
	".sql:6:3: new row for relation \"more\" violates check constraint "
	"\"more_a_check\" [23514]\n"
	"rota-migrate:     INSERT INTO rota.more\n"
	"rota-migrate:     ^\n"
	"rota-migrate: detail: Failing row contains (-1).\n"},
    /* only at the commit */
    {"CREATE TABLE rota.more (a int UNIQUE DEFERRABLE INITIALLY DEFERRED);\n"
     "INSERT INTO rota.more VALUES (1), (1);",
	"duplicate key value violates unique constraint \"more_a_key\""},
    {"CREATE TABLE rota.more (a int); DO 'BEGIN COMMIT; END';",
	"invalid transaction termination [2D000]"},
    {"CREATE TABLE rota.more (a int);\nCOPY rota.more FROM STDIN;",
	"COPY from or to the client is not for a migration"},
    {"CREATE TABLE rota.more (a int);\nCOPY rota.site TO STDOUT;",
	"COPY from or to the client is not for a migration"},
    {"CREATE TABLE rota.more (a int);\nDELETE FROM rota.migration;",
	"has not written its own row"},
    {"CREATE TABLE rota.more (a int);\n"
     "INSERT INTO rota.migration VALUES (900, 'far', 1);",
	"is at migration 900 (far), unknown here"},
    {"CREATE TABLE rota.more (a int);\n"
     "UPDATE rota.migration SET name = 'less' WHERE name = 'more'",
	" of the database is called less, but the file is "},
    {"CREATE TABLE rota.more (a int);\n"
     "UPDATE rota.migration SET oldest_daemon = number + 1",
	"violates check constraint"},
    /* unqualified names mean nothing */
    {"CREATE TABLE more (a int);", "permission denied for schema pg_catalog"},
    /* refused before anything is sent */
    {"CREATE TABLE rota.more (a int);\n/**/ commit ;",
	".sql:3: COMMIT is not for a migration"},
    {"CREATE TABLE rota.more (a int);\n\nPrepare\tTransaction 'a';",
	".sql:4: PREPARE TRANSACTION is not for a migration"},
};

START_TEST(broken_file_leaves_nothing)
{
	expect("apply", 0, "applied");
	folder_put_next(db.folder, "more", broken[_i].sql);
	expect("apply", 1, broken[_i].expected);
	ck_assert_int_eq(applied(), folder_count());
	ck_assert(!is_there("rota.more"));
	folder_put_next(db.folder, "more", "CREATE TABLE rota.more (a int)");
	expect("apply", 0, "applied");
	ck_assert(is_there("rota.more"));
}
END_TEST

START_TEST(good_files_stay_when_a_later_one_breaks)
{
	char *last = folder_next("more", NULL);

	folder_put_next(db.folder, "more", "SELECT 1/0");
	expect("apply", 1, "applied 0001_spine.sql\n");
	expect("apply", 1, "division by zero [22012]");
	expect("check", 1, last);
	ck_assert_int_eq(applied(), folder_count());
	free(last);
}
END_TEST

START_TEST(settings_of_one_file_do_not_reach_the_next)
{
	char *file = xasprintf("%04d_last.sql", folder_count() + 2);
	char *text =
	    xasprintf("INSERT INTO rota.migration VALUES (%d, 'last', 1);"
		      "DO $$BEGIN IF current_setting('work_mem') = '123kB'"
		      " THEN RAISE 'it does'; END IF; END$$",
		folder_count() + 2);

	folder_put_next(db.folder, "more", "SET work_mem = '123kB'");
	folder_put(db.folder, file, text);
	expect("apply", 0, file);
	free(text);
	free(file);
}
END_TEST

/* Files that do not belong into a folder of migrations. */
static const struct {
	const char *file, *text, *expected;
} misplaced[] = {
    {"0999_far.sql", "INSERT INTO rota.migration VALUES (999, 'far', 1)",
	"0999_far.sql, but there is no 0"},
    {"0001_twin.sql", "INSERT INTO rota.migration VALUES (1, 'twin', 1)",
	"0001_spine.sql and 0001_twin.sql have one number"},
    {"0000_none.sql", "INSERT INTO rota.migration VALUES (0, 'none', 1)",
	"0000_none.sql, but there is no 0001"},
    {"2_short.sql", "", "a migration is called NNNN_name.sql"},
    {"0002-dash.sql", "", "a migration is called NNNN_name.sql"},
    {"0002_Capital.sql", "", "a migration is called NNNN_name.sql"},
    {"0002_.sql", "", "a migration is called NNNN_name.sql"},
    {".sql", "", "a migration is called NNNN_name.sql"},
};

START_TEST(misplaced_file_is_refused)
{
	folder_put(db.folder, misplaced[_i].file, misplaced[_i].text);
	expect("apply", 1, misplaced[_i].expected);
	expect("check", 1, misplaced[_i].expected);
	ck_assert(!is_there("rota.migration"));
	if (misplaced[_i].file[0] == '.') /* which folder_free() leaves */
		folder_remove(db.folder, misplaced[_i].file);
}
END_TEST

START_TEST(file_must_insert_its_row_first)
{
	char *file = folder_next("more", NULL);

	folder_put(db.folder, file, "SELECT 1; INSERT INTO rota.migration ...");
	expect("apply", 1, "must begin with INSERT INTO rota.migration");
	folder_put(db.folder, file, "-- INSERT INTO rota.migration\n");
	expect("apply", 1, "must begin with INSERT INTO rota.migration");
	ck_assert(!is_there("rota.migration"));
	run_expect(db.conninfo, "/nowhere", "check", 1,
	    "/nowhere: No such file or directory; -m or ROTA_MIGRATIONS");
	run_expect(db.conninfo, "/", "check", 1, "no NNNN_name.sql there");
	free(file);
}
END_TEST

START_TEST(renamed_file_is_refused)
{
	char *file = folder_next("more", NULL), *other;

	folder_put_next(db.folder, "more", "");
	expect("apply", 0, "applied");
	folder_remove(db.folder, file);
	folder_put_next(db.folder, "other", "CREATE TABLE rota.more (a int)");
	other = xasprintf("migration %d of the database is called more, but "
			  "the file is %04d_other.sql",
	    folder_count() + 1, folder_count() + 1);
	expect("apply", 1, other);
	expect("check", 1, other);
	expect("report", 1, other);
	ck_assert(!is_there("rota.more"));
	free(other);
	free(file);
}
END_TEST

START_TEST(newer_database_is_refused)
{
	char *file = folder_next("more", NULL), *expected;

	folder_put_next(db.folder, "more", "");
	expect("apply", 0, "applied");
	folder_remove(db.folder, file);
	expected = xasprintf(
	    "the database is at migration %d (more), unknown here: the newest "
	    "in %s is %d",
	    folder_count() + 1, db.folder, folder_count());
	expect("apply", 1, expected);
	expect("check", 1, expected);
	free(expected);
	free(file);
}
END_TEST

START_TEST(history_with_a_gap_is_refused)
{
	folder_put_next(db.folder, "more", "");
	expect("apply", 0, "applied");
	pgcluster_run(
	    db.session, "DELETE FROM rota.migration WHERE number = 1");
	expect("apply", 1, "but not 1 (spine) before it");
	expect("check", 1, "but not 1 (spine) before it");
}
END_TEST

START_TEST(command_line_is_checked)
{
	static const char *const wrong[] = {"", "aply", "check now",
	    "check --force", "report --grant a", "apply --create-login",
	    "apply --force", "daemon-role", "daemon-role a --grant b",
	    "restored --create-login", "check --nothing"};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		expect(wrong[i], 2, "usage: rota-migrate");
	expect("-V", 0, "rota-migrate " PACKAGE_VERSION "\n");
	run_expect("host=/nowhere", NULL, "check", 1,
	    "connection to server on socket \"/nowhere/.s.PGSQL.5432\" failed");
	run_expect("nonsense=1", NULL, "check", 1,
	    "invalid connection option \"nonsense\"");
}
END_TEST

static Suite *
suite(void)
{
	enum { ROUNDS = 10, SECONDS = 300 };
	TCase *apply = tcase_create("apply"), *files = tcase_create("files");
	Suite *all = suite_create("migrate");

	tcase_set_timeout(apply, SECONDS);
	tcase_add_checked_fixture(apply, setup, teardown);
	tcase_add_test(apply, empty_database_gets_the_schema_once);
	tcase_add_test(apply, prepared_schema_and_extension_are_used);
	tcase_add_test(apply, owner_without_privileges_is_told_which);
	tcase_add_loop_test(apply, several_at_once_apply_once, 0, ROUNDS);
	tcase_add_test(apply, waits_for_another_one_and_says_so);
	tcase_add_test(apply, file_run_by_hand_meanwhile_wins);
	tcase_add_test(apply, lost_connection_leaves_nothing);
	tcase_add_loop_test(
	    apply, broken_file_leaves_nothing, 0, (int)ARRAY_SIZE(broken));
	tcase_add_test(apply, good_files_stay_when_a_later_one_breaks);
	tcase_add_test(apply, settings_of_one_file_do_not_reach_the_next);
	suite_add_tcase(all, apply);
	tcase_set_timeout(files, SECONDS);
	tcase_add_checked_fixture(files, setup, teardown);
	tcase_add_loop_test(
	    files, misplaced_file_is_refused, 0, (int)ARRAY_SIZE(misplaced));
	tcase_add_test(files, file_must_insert_its_row_first);
	tcase_add_test(files, renamed_file_is_refused);
	tcase_add_test(files, newer_database_is_refused);
	tcase_add_test(files, history_with_a_gap_is_refused);
	tcase_add_test(files, command_line_is_checked);
	suite_add_tcase(all, files);
	return all;
}

int
main(void)
{
	int result;

	cluster = pgcluster_new(NULL);
	result = suite_run(suite());
	pgcluster_free(cluster);
	return result;
}
