/* SPDX-License-Identifier: ISC */
/*
 * drain_test: how a daemon ends - SIGTERM with requests under way, SIGINT, and
 * a database that it may not serve.
 */
#include "tests/integration/transport_kit.h"

#include "daemon/base/mem.h"
#include "tests/support/pgcluster.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

START_TEST(everybody_is_told_and_may_go)
{
	struct daemon *daemon = kit_daemon_with((struct daemon_options){
	    .config = "drain-timeout = 20s", .tls = true});
	struct client *clients[] = {daemon_operator(daemon),
	    daemon_client(daemon), daemon_operator(daemon),
	    client_tls(daemon_tls_port(daemon))};
	long start = kit_ms();

	client_ask(clients[2], "watch", "ok cursor=...");
	/* half a line, half a batch: neither is a request */
	ck_assert(client_send_bytes(clients[1], "pin", 3));
	client_ask(clients[0], "ping", "ok");
	client_send(clients[0], "batch n=2\nterritory put code=T kind=cpts");
	client_expect(clients[3], "! rota ...");
	daemon_term(daemon);
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		client_expect_after(clients[i], "! bye reason=stopping");
		client_expect_end(clients[i]);
		client_close(clients[i]);
	}
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	ck_assert_int_lt(kit_ms() - start, 15000);
	ck_assert_int_ne(access(daemon_socket(daemon), F_OK), 0);
	daemon_free(daemon);
}
END_TEST

START_TEST(who_does_not_close_does_not_hold_it_up)
{
	struct daemon *daemon = kit_daemon("drain-timeout = 20s");
	struct client *client = daemon_client(daemon);
	long start = kit_ms();

	daemon_term(daemon);
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	ck_assert_int_lt(kit_ms() - start, 10000);
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(nobody_new_is_let_in)
{
	char *conninfo = kit_database();
	struct daemon *daemon = daemon_new(conninfo, "drain-timeout = 20s");
	PGconn *session = kit_session(conninfo);
	struct client *busy = daemon_operator(daemon);

	pgcluster_run(session,
	    "BEGIN; LOCK TABLE rota.territory "
	    "IN ACCESS EXCLUSIVE MODE");
	client_send(busy, "#w territory put code=T kind=cpts");
	client_expect_silence(busy, 300);
	daemon_term(daemon);
	daemon_expect_log(daemon, "signals term");
	while (access(daemon_socket(daemon), F_OK) == 0)
		(void)poll(NULL, 0, 5);
	pgcluster_run(session, "ROLLBACK");
	client_expect(busy, "#w ok territory=T ... cursor=...");
	client_expect(busy, "! bye reason=stopping");
	client_expect_end(busy);
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	client_close(busy);
	PQfinish(session);
	free(conninfo);
	daemon_free(daemon);
}
END_TEST

START_TEST(what_was_received_is_answered)
{
	enum { WRITES = 200 };
	struct daemon *daemon = kit_daemon("drain-timeout = 20s");
	struct client *client = daemon_operator(daemon);
	unsigned done = 0;
	const char *line;

	for (int i = 0; i < WRITES; i++)
		client_send(
		    client, "#%d territory put code=T%d kind=cpts", i, i);
	client_expect(client, "#0 ok ...");
	daemon_term(daemon);
	/* in order, without a gap, each in full */
	while ((line = client_line(client)) != NULL) {
		ck_assert_int_eq(kit_number(line + 1), ++done);
		ck_assert(client_matches(line, "#... ok territory=T..."));
	}
	client_expect(client, "! bye reason=stopping");
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	client_close(client);
	daemon_restart(daemon);
	client = daemon_operator(daemon);
	client_send(client, "territory list limit=1000");
	/* all that was acknowledged, and at most what was under way */
	ck_assert_uint_ge(
	    client_expect_after(client, "ok count=..."), done + 2);
	client_close(client);
	daemon_free(daemon);
}
END_TEST

/* A write that the database holds back, on a daemon that must stop. */
static void
hold_back(
    const char *config, void (*stop)(struct daemon *daemon), const char *answer)
{
	char *conninfo = kit_database();
	struct daemon *daemon = daemon_new(conninfo, config);
	PGconn *session = kit_session(conninfo);
	struct client *client = daemon_operator(daemon);

	pgcluster_run(session,
	    "BEGIN; LOCK TABLE rota.territory "
	    "IN ACCESS EXCLUSIVE MODE");
	client_send(client, "#w territory put code=T kind=cpts");
	client_expect_silence(client, 300);
	stop(daemon);
	client_expect(client, answer);
	client_expect(client, "! bye reason=stopping");
	client_expect_end(client);
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	pgcluster_run(session, "ROLLBACK");
	PQfinish(session);
	client_close(client);
	free(conninfo);
	daemon_free(daemon);
}

START_TEST(at_the_deadline_what_hangs_is_told)
{
	hold_back("drain-timeout = 500ms\nlock-timeout = 10s\n"
		  "statement-timeout = 10s",
	    daemon_term, "#w fail stopping retry=yes text=...");
}
END_TEST

START_TEST(an_interrupt_does_not_wait)
{
	hold_back("drain-timeout = 1h\nlock-timeout = 10s\n"
		  "statement-timeout = 10s",
	    daemon_interrupt, "#w fail stopping retry=yes text=...");
}
END_TEST

START_TEST(a_second_term_changes_nothing)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = daemon_client(daemon);

	daemon_term(daemon);
	daemon_expect_log(daemon, "signals term");
	daemon_term(daemon);
	client_expect(client, "! bye reason=stopping");
	client_close(client);
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	daemon_free(daemon);
}
END_TEST

/* ----- databases that it may not serve ----- */

START_TEST(an_empty_database_is_refused)
{
	struct pgcluster *cluster = kit_cluster();
	char *name = pgcluster_database(cluster, true);
	char *conninfo = pgcluster_conninfo(cluster, name, PGCLUSTER_DAEMON);
	struct daemon *daemon =
	    daemon_spawn(&(struct daemon_options){.conninfo = conninfo});

	ck_assert_int_eq(daemon_wait_exit(daemon), 3);
	daemon_expect_log(daemon, "database-refused reason=");
	free(conninfo);
	free(name);
	daemon_free(daemon);
}
END_TEST

START_TEST(without_a_database_it_says_loading)
{
	struct daemon *daemon = daemon_spawn(&(struct daemon_options){
	    .conninfo = "host=/nonexistent dbname=rota"});
	struct client *client;

	daemon_expect_log(daemon, "listener open path=");
	client = daemon_operator(daemon);
	client_ask(client, "ping", "ok");
	client_ask(client, "lang lang=fr", "ok lang=fr");
	client_ask(client, "whoami", "ok role=admin");
	client_ask(
	    client, "#1 territory list", "#1 fail loading retry=yes text=...");
	client_ask(client, "territory put code=T kind=cpts",
	    "fail loading retry=yes ...");
	client_ask(client, "auth token=x", "fail loading ...");
	client_ask(
	    client, "status", "ok ... database=down ... book=loading...");
	/* a refused batch takes its lines with it */
	client_send(client, "batch n=2\nx\ny\nping");
	client_expect(client, "fail loading ...");
	client_expect(client, "ok");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

static void
add(TCase *all)
{
	tcase_add_test(all, everybody_is_told_and_may_go);
	tcase_add_test(all, who_does_not_close_does_not_hold_it_up);
	tcase_add_test(all, nobody_new_is_let_in);
	tcase_add_test(all, what_was_received_is_answered);
	tcase_add_test(all, at_the_deadline_what_hangs_is_told);
	tcase_add_test(all, an_interrupt_does_not_wait);
	tcase_add_test(all, a_second_term_changes_nothing);
	tcase_add_test(all, an_empty_database_is_refused);
	tcase_add_test(all, without_a_database_it_says_loading);
}

int
main(void)
{
	return kit_main("drain", add);
}
