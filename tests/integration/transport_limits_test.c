/* SPDX-License-Identifier: ISC */
/*
 * transport_limits_test: time-outs and numbers that the operator sets, and the
 * end of the descriptors.
 */
#include "tests/integration/transport_kit.h"

#include "daemon/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* ----- time-outs ----- */

START_TEST(whoever_does_not_authenticate_must_go)
{
	struct daemon *daemon = kit_daemon("handshake-timeout = 1500ms");
	long start = kit_ms();
	struct client *talker = daemon_client(daemon);
	struct client *silent = daemon_client(daemon);
	struct client *admin = daemon_operator(daemon);

	/* to talk does not help */
	while (kit_ms() - start < 200) {
		client_ask(talker, "ping", "ok");
		(void)poll(NULL, 0, 20);
	}
	client_expect(talker, "! bye reason=handshake");
	client_expect_end(talker);
	ck_assert_int_ge(kit_ms() - start, 1400);
	client_expect(silent, "! bye reason=handshake");
	client_expect_end(silent);
	client_ask(admin, "ping", "ok");
	client_close(talker);
	client_close(silent);
	client_close(admin);
	daemon_free(daemon);
}
END_TEST

START_TEST(auth_ends_the_handshake)
{
	struct daemon *daemon = kit_daemon("handshake-timeout = 1500ms");
	char *token = daemon_token(daemon, "role=auditor");
	struct client *client = daemon_login(daemon, token);

	client_expect_silence(client, 2000);
	client_ask(client, "ping", "ok");
	client_close(client);
	free(token);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_tls_handshake_has_an_end_too)
{
	struct daemon *daemon = kit_daemon_with((struct daemon_options){
	    .config = "handshake-timeout = 1500ms", .tls = true});
	struct client *client = client_tcp(daemon_tls_port(daemon));

	client_expect_end(client); /* no TLS, no bye */
	client_close(client);
	client = client_tls(daemon_tls_port(daemon));
	client_expect(client, "! rota ...");
	client_expect(client, "! bye reason=handshake");
	client_expect_end(client);
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(an_idle_connection_is_closed)
{
	struct daemon *daemon = kit_daemon("idle-timeout = 1500ms");
	struct client *idle = daemon_operator(daemon);
	struct client *busy = daemon_operator(daemon);
	long start = kit_ms();

	while (kit_ms() - start < 2500) {
		client_ask(busy, "ping", "ok");
		(void)poll(NULL, 0, 20);
	}
	client_expect(idle, "! bye reason=idle");
	client_expect_end(idle);
	client_ask(busy, "ping", "ok");
	client_expect(busy, "! bye reason=idle");
	client_expect_end(busy);
	client_close(idle);
	client_close(busy);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_watcher_is_never_idle)
{
	struct daemon *daemon =
	    kit_daemon("idle-timeout = 1500ms\nheartbeat = 500ms");
	struct client *watcher = daemon_operator(daemon);
	long start = kit_ms();

	client_ask(watcher, "watch", "ok cursor=...");
	while (kit_ms() - start < 2500)
		client_expect(watcher, "! heartbeat cursor=...");
	client_ask(watcher, "watch state=off", "ok...");
	client_expect_after(watcher, "! bye reason=idle");
	client_expect_end(watcher);
	client_close(watcher);
	daemon_free(daemon);
}
END_TEST

START_TEST(idle_zero_means_never)
{
	struct daemon *daemon = kit_daemon("idle-timeout = 0");
	struct client *client = daemon_operator(daemon);

	client_expect_silence(client, 500);
	client_ask(client, "ping", "ok");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(answers_that_nobody_reads_are_thrown_away)
{
	struct daemon *daemon = kit_daemon("unread-max = 64k");
	struct client *client = daemon_operator(daemon);

	for (int i = 0; i < 200; i++)
		client_send(client, "#a-tag-of-some-length-%d help", i);
	daemon_expect_log(daemon, " unread bytes=");
	client_expect(client, "! bye reason=unread");
	client_expect_after(client, "#a-tag-of-some-length-0 ok ...");
	while (client_line(client) != NULL)
		; /* whatever had been sent before */
	client_close(client);
	daemon_free(daemon);
}
END_TEST

/* ----- numbers ----- */

static void
expect_turned_away(struct client *client)
{
	client_expect(
	    client, "no limit text=\"a limit of this server is reached\"");
	client_expect_end(client);
	client_close(client);
}

START_TEST(connections_have_a_bound)
{
	struct daemon *daemon = kit_daemon("connections-max = 3");
	struct client *clients[3];

	clients[0] = daemon_client(daemon);
	clients[1] = daemon_operator(daemon);
	clients[2] = daemon_client(daemon);
	expect_turned_away(client_tcp(daemon_port(daemon)));
	expect_turned_away(client_unix(daemon_socket(daemon)));
	client_ask(clients[0], "ping", "ok");
	client_ask(clients[0], "quit", "ok");
	client_expect_end(clients[0]);
	client_close(clients[0]);
	daemon_expect_log(daemon, "conn-1 closed");
	clients[0] = daemon_client(daemon);
	for (int i = 0; i < 3; i++)
		client_close(clients[i]);
	daemon_free(daemon);
}
END_TEST

START_TEST(connections_of_one_address_have_a_bound)
{
	struct daemon *daemon = kit_daemon("connections-per-address = 2");
	struct client *first = daemon_client(daemon);
	struct client *second = daemon_client(daemon);
	struct client *local[4];

	expect_turned_away(client_tcp(daemon_port(daemon)));
	for (int i = 0; i < 4; i++)
		local[i] = daemon_operator(daemon);
	client_close(first);
	daemon_expect_log(daemon, "conn-1 closed");
	first = daemon_client(daemon);
	client_close(first);
	client_close(second);
	for (int i = 0; i < 4; i++)
		client_close(local[i]);
	daemon_free(daemon);
}
END_TEST

START_TEST(connections_of_one_account_have_a_bound)
{
	struct daemon *daemon = kit_daemon("connections-per-account = 2");
	char *token = daemon_token(daemon, "role=auditor");
	char *other = daemon_token(daemon, "role=auditor");
	struct client *first = daemon_login(daemon, token);
	struct client *second = daemon_login(daemon, token);
	struct client *third = daemon_login(daemon, other);

	client_send(third, "auth token=%s", token);
	client_expect(third, "no limit what=account text=...");
	client_ask(third, "whoami", "ok account=... role=auditor");
	client_send(first, "auth token=%s", token); /* still one */
	client_expect(first, "ok account=...");
	client_send(first, "auth token=%s", other);
	client_expect(first, "ok account=...");
	client_send(third, "auth token=%s", token);
	client_expect(third, "ok account=...");
	client_close(first);
	client_close(second);
	client_close(third);
	free(token);
	free(other);
	daemon_free(daemon);
}
END_TEST

START_TEST(limits_follow_a_reload)
{
	struct daemon *daemon = kit_daemon("connections-max = 2");
	struct client *first = daemon_operator(daemon);
	struct client *second = daemon_operator(daemon);
	struct client *third;

	expect_turned_away(client_tcp(daemon_port(daemon)));
	daemon_configure(daemon, "connections-max = 3\nidle-timeout = 300ms");
	daemon_hup(daemon);
	daemon_expect_log(daemon, "config changed key=idle-timeout");
	daemon_expect_log(daemon, "config changed key=connections-max");
	daemon_expect_log(daemon, "config reloaded");
	third = daemon_client(daemon);
	/* also for those who were there before */
	client_expect(first, "! bye reason=idle");
	client_expect_end(first);
	client_close(first);
	client_close(second);
	client_close(third);
	daemon_free(daemon);
}
END_TEST

START_TEST(without_descriptors_it_waits_and_goes_on)
{
	enum { FILES = 48, CLIENTS = 60 };
	struct daemon *daemon = kit_daemon_with((struct daemon_options){
	    .config = "write-sessions = 2", .files = FILES});
	struct client *clients[CLIENTS], *admin = daemon_operator(daemon);

	/* The kernel takes them all; the daemon has not that many. */
	for (int i = 0; i < CLIENTS; i++)
		clients[i] = client_tcp(daemon_port(daemon));
	daemon_expect_log(daemon, "listener paused");
	client_ask(admin, "ping", "ok");
	for (int i = 0; i < CLIENTS / 2; i++)
		client_close(clients[i]);
	daemon_expect_log(daemon, "listener resumed");
	for (int i = CLIENTS / 2; i < CLIENTS; i++) {
		client_expect(clients[i], "! rota ...");
		client_close(clients[i]);
	}
	client_close(admin);
	daemon_free(daemon);
}
END_TEST

/* ----- half-open connections ----- */

/* Whether the daemon's socket for our end has a timer that will notice. */
static bool
has_keepalive(const struct daemon *daemon, const struct client *client)
{
	struct sockaddr_in here = {.sin_family = AF_INET};
	socklen_t size = sizeof(here);
	char line[512], ends[64];
	bool found = false;
	FILE *file = fopen("/proc/net/tcp", "re");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(
	    getsockname(client_fd(client), (struct sockaddr *)&here, &size), 0);
	(void)snprintf(ends, sizeof(ends), ":%04X 0100007F:%04X 01 ",
	    daemon_port(daemon), ntohs(here.sin_port));
	while (fgets(line, sizeof(line), file) != NULL) {
		const char *at = strstr(line, ends);

		/* state, tx:rx queue, timer "02:" is keepalive */
		if (at != NULL && strstr(at, " 02:") != NULL)
			found = true;
	}
	(void)fclose(file);
	return found;
}

START_TEST(a_peer_that_vanishes_is_noticed_by_the_kernel)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client = daemon_client(daemon);

	ck_assert(has_keepalive(daemon, client));
	client_close(client);
	daemon_free(daemon);
}
END_TEST

/* ----- listeners ----- */

START_TEST(a_stale_unix_socket_is_replaced)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct client *client;

	daemon_kill(daemon);
	ck_assert_int_eq(access(daemon_socket(daemon), F_OK), 0);
	daemon_restart(daemon);
	daemon_expect_log(daemon, "listener stale-removed");
	client = daemon_operator(daemon);
	client_ask(client, "ping", "ok");
	client_close(client);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_live_unix_socket_is_not_replaced)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* Somebody else has taken the path while the daemon was away. */
	daemon_term(daemon);
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	ck_assert_int_ne(access(daemon_socket(daemon), F_OK), 0);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s",
	    daemon_socket(daemon));
	ck_assert_int_eq(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fd, 5), 0);
	daemon_respawn(daemon);
	ck_assert_int_eq(daemon_wait_exit(daemon), 1);
	daemon_expect_log(daemon, "Address already in use");
	(void)close(fd);
	daemon_free(daemon);
}
END_TEST

START_TEST(plain_text_stays_on_the_loopback)
{
	char *conninfo = kit_database();
	struct daemon *daemon = daemon_spawn(&(struct daemon_options){
	    .conninfo = conninfo, .config = "listen = 0.0.0.0:0"});

	ck_assert_int_eq(daemon_wait_exit(daemon), 2);
	daemon_expect_log(daemon, "plaintext-beyond-loopback");
	daemon_free(daemon);
	daemon = daemon_new(conninfo,
	    "listen = *:0\nlisten = localhost:0\n"
	    "plaintext-beyond-loopback = yes");
	daemon_free(daemon);
	free(conninfo);
}
END_TEST

START_TEST(a_port_that_is_taken_ends_the_start)
{
	struct daemon *daemon = kit_daemon(NULL);
	char *config = xasprintf("listen = 127.0.0.1:%u", daemon_port(daemon));
	char *conninfo = kit_database();
	struct daemon *other = daemon_spawn(
	    &(struct daemon_options){.conninfo = conninfo, .config = config});

	ck_assert_int_eq(daemon_wait_exit(other), 1);
	daemon_expect_log(other, "Address already in use");
	free(config);
	free(conninfo);
	daemon_free(other);
	daemon_free(daemon);
}
END_TEST

static void
add(TCase *all)
{
	tcase_add_test(all, whoever_does_not_authenticate_must_go);
	tcase_add_test(all, auth_ends_the_handshake);
	tcase_add_test(all, a_tls_handshake_has_an_end_too);
	tcase_add_test(all, an_idle_connection_is_closed);
	tcase_add_test(all, a_watcher_is_never_idle);
	tcase_add_test(all, idle_zero_means_never);
	tcase_add_test(all, answers_that_nobody_reads_are_thrown_away);
	tcase_add_test(all, connections_have_a_bound);
	tcase_add_test(all, connections_of_one_address_have_a_bound);
	tcase_add_test(all, connections_of_one_account_have_a_bound);
	tcase_add_test(all, limits_follow_a_reload);
	tcase_add_test(all, without_descriptors_it_waits_and_goes_on);
	tcase_add_test(all, a_peer_that_vanishes_is_noticed_by_the_kernel);
	tcase_add_test(all, a_stale_unix_socket_is_replaced);
	tcase_add_test(all, a_live_unix_socket_is_not_replaced);
	tcase_add_test(all, plain_text_stays_on_the_loopback);
	tcase_add_test(all, a_port_that_is_taken_ends_the_start);
}

int
main(void)
{
	return kit_main("transport_limits", add);
}
