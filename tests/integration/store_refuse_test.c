/* SPDX-License-Identifier: ISC */
/*
 * store_refuse_test: databases that a store must not serve, or cannot reach,
 * and what it says of them.
 */
#include "tests/integration/store_kit.h"

#include "daemon/base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PEOPLE = 4 };

static struct rig rig;

static void
setup(void)
{
	kit_begin();
	rig_open(&rig);
	kit_people(&rig, PEOPLE);
}

static void
teardown(void)
{
	rig_close(&rig);
	kit_end();
}

/* ----- databases that are not to be served ----- */

static void
check_refused(const char *text)
{
	kit_until(rig_is_refused, &rig, 10000);
	ck_assert_msg(strstr(store_reason(rig.store), text) != NULL,
	    "reason: %s", store_reason(rig.store));
}

START_TEST(refused_and_healed)
{
	static const struct {
		const char *spoil, *heal, *reason;
	} cases[] = {
	    {"INSERT INTO rota.migration (number, name, oldest_daemon)"
	     " VALUES (9999, 'later', 9999)",
		"DELETE FROM rota.migration WHERE number = 9999",
		"install a newer rotad"},
	    {"CREATE TABLE kept AS TABLE rota.migration;"
	     "DELETE FROM rota.migration",
		"INSERT INTO rota.migration SELECT * FROM kept;"
		"DROP TABLE kept",
		"restored in part"},
	    {"ALTER TABLE rota.migration DROP CONSTRAINT migration_check,"
	     " DROP CONSTRAINT migration_number_check;"
	     "UPDATE rota.migration SET number = number - 2",
		"UPDATE rota.migration SET number = number + 1002;"
		"UPDATE rota.migration SET number = number - 1000",
		"run rota-migrate apply"},
	    {"UPDATE rota.epoch SET system_identifier = 1",
		"UPDATE rota.epoch SET system_identifier ="
		" (SELECT system_identifier FROM pg_control_system())",
		"run rota-migrate restored"},
	    {"ALTER SCHEMA rota RENAME TO ator",
		"ALTER SCHEMA ator RENAME TO rota", "has no schema rota"},
	    {"REVOKE rota_daemon FROM " PGCLUSTER_DAEMON,
		"GRANT rota_daemon TO " PGCLUSTER_DAEMON,
		"not a member of the role rota_daemon"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		rig_close(&rig);
		pgcluster_run(kit.sql, "%s", cases[i].spoil);
		rig_start(&rig);
		check_refused(cases[i].reason);
		pgcluster_run(kit.sql, "%s", cases[i].heal);
		kit_until(rig_is_up, &rig, 10000);
		ck_assert_str_eq(store_reason(rig.store), "");
	}
}
END_TEST

START_TEST(unreadable_rows_are_refused)
{
	rig_close(&rig);
	pgcluster_run(kit.sql,
	    "UPDATE rota.site SET tz = 'Mars/Phobos' WHERE finess ="
	    " '000000003'");
	rig_start(&rig);
	check_refused("column tz of a row of rota.site");
	ck_assert_ptr_null(store_book(rig.store));
	pgcluster_run(kit.sql, "UPDATE rota.site SET tz = 'Europe/Paris'");
	kit_until(rig_is_up, &rig, 20000);
}
END_TEST

/* ----- hosts ----- */

static bool
has_reason(void *arg)
{
	return *store_reason(((struct rig *)arg)->store) != '\0';
}

START_TEST(server_that_comes_later)
{
	rig_close(&rig);
	PQfinish(kit.sql);
	pgcluster_stop(kit.cluster, PGCLUSTER_FAST);
	rig_start(&rig);
	kit_until(has_reason, &rig, 10000);
	ck_assert_int_eq(store_state(rig.store), STORE_LOADING);
	ck_assert_ptr_null(store_book(rig.store));
	pgcluster_start(kit.cluster);
	kit.sql = pgcluster_connect(kit.cluster, kit.database, PGCLUSTER_ADMIN);
	kit_until(rig_is_up, &rig, 20000);
}
END_TEST

/* A socket that takes connections and then says nothing. */
static int
silent_listener(unsigned *port)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	ck_assert_int_eq(listen(fd, 64), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

/* libpq itself would wait for the first host for ever. */
START_TEST(silent_host_is_passed_over)
{
	const char *socket = pgcluster_socket_folder(kit.cluster);
	unsigned silent, port = pgcluster_port(kit.cluster);
	int fd = silent_listener(&silent);
	char *conninfo = xasprintf("host=127.0.0.1,%s port=%u,%u dbname=%s"
				   " user=" PGCLUSTER_DAEMON,
	    socket, silent, port, kit.database);

	rig_close(&rig);
	kit.options.conninfo = conninfo;
	kit.options.connect_timeout_ms = 300;
	rig_open(&rig);
	ck_assert_int_eq(
	    kit_put(&rig, kit_assignment(&rig, 1, 1, KIT_DAY)), STATUS_OK);
	kit_check_load(&rig);
	free(conninfo);
	kit.options.conninfo = kit.conninfo;
	close(fd);
}
END_TEST

START_TEST(nonsense_conninfo_is_told)
{
	rig_close(&rig);
	kit.options.conninfo = "host=x nonsense=1";
	rig_start(&rig);
	kit_until(has_reason, &rig, 10000);
	ck_assert_ptr_nonnull(strstr(store_reason(rig.store), "nonsense"));
}
END_TEST

static Suite *
suite(void)
{
	Suite *suite = suite_create("store_refuse");
	TCase *tcase = tcase_create("refuse");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, refused_and_healed);
	tcase_add_test(tcase, unreadable_rows_are_refused);
	tcase_add_test(tcase, server_that_comes_later);
	tcase_add_test(tcase, silent_host_is_passed_over);
	tcase_add_test(tcase, nonsense_conninfo_is_told);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return kit_main(suite(), NULL);
}
