/* SPDX-License-Identifier: ISC */
/*
 * transport_idle_test: ten thousand clients that say nothing, plain and over
 * TLS, and what they cost.
 *
 * Needs twice as many descriptors (the daemon's and ours) as the hard limit of
 * one process may allow; with fewer it is skipped and says so.
 */
#include "tests/integration/transport_kit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CLIENTS = 10000,
	TLS_CLIENTS = 200,
	FILES = CLIENTS + 256,
	MEMORY_KB = 100 * 1000,
	SKIPPED = 77
};

static const char config[] = "connections-max = 20000\n"
			     "connections-per-address = 20000\n"
			     "handshake-timeout = 10m";

/* A sanitizer multiplies what each allocation takes. */
#ifdef __SANITIZE_ADDRESS__
static const bool memory_counts = false;
#else
static const bool memory_counts = true;
#endif

/* A connection whose greeting has been read. */
static int
open_idle(unsigned port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd at = {.fd = fd, .events = POLLIN};
	char greeting[256];
	ssize_t got;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(
	    connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(poll(&at, 1, CLIENT_PATIENCE_MS), 1);
	got = recv(fd, greeting, sizeof(greeting), 0);
	ck_assert_int_gt(got, 6);
	ck_assert_int_eq(memcmp(greeting, "! rota", 6), 0);
	return fd;
}

START_TEST(ten_thousand_idle_connections)
{
	static int fds[CLIENTS];
	struct daemon *daemon = kit_daemon(config);
	struct client *admin = daemon_operator(daemon);
	unsigned long before = daemon_memory(daemon), after;
	char answer[16];
	long start;

	for (int i = 0; i < CLIENTS; i++)
		fds[i] = open_idle(daemon_port(daemon));
	after = daemon_memory(daemon);
	start = kit_ms();
	client_send(admin, "status");
	client_expect(admin, "ok ... connections=10001 ...");
	printf("idle: %d connections, %lu kB, %.1f kB each; status in %ld ms\n",
	    CLIENTS, after, (double)(after - before) / CLIENTS,
	    kit_ms() - start);
	if (memory_counts)
		ck_assert_uint_lt(after, MEMORY_KB);
	/* each of them still works */
	for (int i = 0; i < CLIENTS; i += 97) {
		ck_assert_int_eq(send(fds[i], "ping\n", 5, 0), 5);
		ck_assert_int_eq(recv(fds[i], answer, 3, MSG_WAITALL), 3);
		ck_assert_int_eq(memcmp(answer, "ok\n", 3), 0);
	}
	for (int i = 0; i < CLIENTS; i++)
		(void)close(fds[i]);
	client_ask(admin, "ping", "ok");
	client_close(admin);
	daemon_free(daemon);
}
END_TEST

START_TEST(idle_connections_over_tls)
{
	static struct client *clients[TLS_CLIENTS];
	struct daemon *daemon = kit_daemon_with(
	    (struct daemon_options){.config = config, .tls = true});
	unsigned long before = daemon_memory(daemon), after;

	for (int i = 0; i < TLS_CLIENTS; i++) {
		clients[i] = client_tls(daemon_tls_port(daemon));
		client_expect(clients[i], "! rota ...");
	}
	after = daemon_memory(daemon);
	printf("idle over TLS: %d connections, %.1f kB each\n", TLS_CLIENTS,
	    (double)(after - before) / TLS_CLIENTS);
	for (int i = 0; i < TLS_CLIENTS; i++) {
		client_ask(clients[i], "ping", "ok");
		client_close(clients[i]);
	}
	daemon_free(daemon);
}
END_TEST

START_TEST(a_drain_of_ten_thousand)
{
	static int fds[CLIENTS];
	struct daemon *daemon = kit_daemon(config);
	long start;

	for (int i = 0; i < CLIENTS; i++)
		fds[i] = open_idle(daemon_port(daemon));
	start = kit_ms();
	daemon_term(daemon);
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	printf("drain of %d connections: %ld ms\n", CLIENTS, kit_ms() - start);
	for (int i = 0; i < CLIENTS; i++)
		(void)close(fds[i]);
	daemon_free(daemon);
}
END_TEST

static void
add(TCase *all)
{
	tcase_add_test(all, ten_thousand_idle_connections);
	tcase_add_test(all, idle_connections_over_tls);
	tcase_add_test(all, a_drain_of_ten_thousand);
}

int
main(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < FILES) {
		printf("skipped: %d open files are needed, the hard limit is "
		       "%ju\n",
		    FILES, (uintmax_t)limit.rlim_max);
		return SKIPPED;
	}
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	return kit_main("transport_idle", add);
}
