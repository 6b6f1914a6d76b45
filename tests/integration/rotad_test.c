/* SPDX-License-Identifier: ISC */
/*
 * rotad_test: the program as its operator and the service manager see it -
 * options, exit status, notifications, sockets handed over.
 */
#include "tests/integration/transport_kit.h"

#include "daemon/base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* ----- options ----- */

/* Runs it with these words of the shell: its exit status, and what it printed,
 * owned by the caller. */
static int
run(const char *args, char **printed)
{
	const char *build = getenv("ROTA_BUILD_DIR");
	char *command = xasprintf(
	    "exec '%s/rotad' %s 2>&1", build != NULL ? build : ".", args);
	FILE *pipe = popen(command, "re"); // NOLINT(cert-env33-c): our words
	char *text = xcalloc(1, 65536);
	int status;

	ck_assert_ptr_nonnull(pipe);
	(void)fread(text, 1, 65535, pipe);
	status = pclose(pipe);
	free(command);
	*printed = text;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(options_and_their_exit_status)
{
	static const struct {
		const char *args;
		int status;
		const char *words;
	} cases[] = {
	    {"-V", 0, "rotad " PACKAGE_VERSION},
	    {"-x", 2, "usage: rotad"},
	    {"-c", 2, "usage: rotad"},
	    {"-r x", 2, "-r needs"},
	    {"-n extra", 2, "usage: rotad"},
	    {"-c /nonexistent", 2, "No such file"},
	    {"-n -c /nonexistent", 2, "No such file"},
	    {"-n -c /dev/null", 0, "listen = 127.0.0.1:7682"},
	};
	char *text;
	int status = run(cases[_i].args, &text);

	ck_assert_msg(
	    status == cases[_i].status && strstr(text, cases[_i].words) != NULL,
	    "rotad %s: exit %d\n%s", cases[_i].args, status, text);
	free(text);
}
END_TEST

/* What `rotad -n` makes of these lines. */
static int
check_lines(const char *lines, char **text)
{
	char path[] = "/tmp/rota-conf.XXXXXX", *args;
	FILE *file = fdopen(mkstemp(path), "w");
	int status;

	ck_assert_ptr_nonnull(file);
	(void)fputs(lines, file);
	(void)fclose(file);
	args = xasprintf("-n -c %s", path);
	status = run(args, text);
	(void)unlink(path);
	free(args);
	return status;
}

START_TEST(a_wrong_configuration_is_told_with_its_line)
{
	char *text;

	ck_assert_int_eq(
	    check_lines("# fine\nidle-timeout = soon\n", &text), 2);
	ck_assert_ptr_nonnull(strstr(text, ":2: "));
	ck_assert_ptr_nonnull(strstr(text, "idle-timeout"));
	free(text);
}
END_TEST

/* Before anybody is served by them; without a planner all else works. */
START_TEST(files_that_are_not_there_are_told)
{
	static const struct {
		const char *lines;
		int status;
		const char *words;
	} cases[] = {
	    {"travel-matrix = /nonexistent/matrix\n", 2, "/nonexistent/matrix"},
	    {"tls-certificate = /nonexistent/tls.pem\n"
	     "tls-key = /nonexistent/tls.key\n",
		2, "/nonexistent/tls.pem"},
	    {"planner = /nonexistent/planner\n", 0, "no-planner"},
	    {"planner = /bin/sh\n", 0, "planner = /bin/sh"},
	};
	char *text;
	int status = check_lines(cases[_i].lines, &text);

	ck_assert_msg(
	    status == cases[_i].status && strstr(text, cases[_i].words) != NULL,
	    "%s: exit %d\n%s", cases[_i].lines, status, text);
	ck_assert_int_eq(strstr(text, "no-planner") != NULL, _i == 2);
	free(text);
}
END_TEST

/* ----- the service manager ----- */

static int
manager_open(const char *path)
{
	const struct timeval patience = {.tv_sec = CLIENT_PATIENCE_MS / 1000};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	ck_assert_int_eq(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
			     sizeof(patience)),
	    0);
	return fd;
}

/* The next datagram that is no status line and does not feed the watchdog. */
static void
manager_expect(int fd, const char *words)
{
	char text[512];
	ssize_t len;

	do {
		len = recv(fd, text, sizeof(text) - 1, 0);
		ck_assert_msg(len > 0, "nothing came instead of %s", words);
		text[len] = '\0';
	} while (strncmp(text, "STATUS=", 7) == 0 ||
	    strcmp(text, "WATCHDOG=1") == 0);
	ck_assert_msg(strncmp(text, words, strlen(words)) == 0,
	    "\"%s\" instead of \"%s\"", text, words);
}

static void
manager_expect_watchdog(int fd)
{
	char text[512];
	ssize_t len;

	do {
		len = recv(fd, text, sizeof(text) - 1, 0);
		ck_assert_int_gt(len, 0);
		text[len] = '\0';
	} while (strcmp(text, "WATCHDOG=1") != 0);
}

START_TEST(the_service_manager_is_told)
{
	char folder[] = "/tmp/rota-notify.XXXXXX", path[64];
	struct daemon *daemon;
	int manager;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/notify", folder);
	manager = manager_open(path);
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", path, 1), 0);
	ck_assert_int_eq(setenv("WATCHDOG_USEC", "200000", 1), 0);
	daemon = kit_daemon(NULL);
	manager_expect(manager, "READY=1");
	manager_expect_watchdog(manager);
	manager_expect_watchdog(manager);
	daemon_hup(daemon);
	manager_expect(manager, "RELOADING=1\nMONOTONIC_USEC=");
	manager_expect(manager, "READY=1");
	daemon_configure(daemon, "nonsense");
	daemon_hup(daemon);
	manager_expect(manager, "RELOADING=1\nMONOTONIC_USEC=");
	manager_expect(manager, "READY=1");
	daemon_term(daemon);
	manager_expect(manager, "STOPPING=1");
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv("WATCHDOG_USEC");
	daemon_free(daemon);
	(void)close(manager);
	(void)unlink(path);
	(void)rmdir(folder);
}
END_TEST

/* A listening socket of the loopback, or of every address. */
static int
listen_on(in_addr_t host, unsigned *port)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(host)};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fd, 16), 0);
	ck_assert_int_eq(
	    getsockname(fd, (struct sockaddr *)&address, &size), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

START_TEST(a_socket_handed_over_is_served)
{
	unsigned port;
	int fd = listen_on(INADDR_LOOPBACK, &port);
	struct client *early = client_tcp(port), *late; /* nobody serves yet */
	struct daemon *daemon =
	    kit_daemon_with((struct daemon_options){.passed = fd});

	client_expect(early, "! rota ...");
	client_ask(early, "ping", "ok");
	late = client_tcp(port);
	client_expect(late, "! rota ...");
	/* and across a restart nobody is refused */
	daemon_term(daemon);
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	client_close(early);
	client_close(late);
	early = client_tcp(port);
	daemon_restart(daemon);
	client_expect(early, "! rota ...");
	client_close(early);
	daemon_free(daemon);
	(void)close(fd);
}
END_TEST

START_TEST(one_beyond_the_loopback_is_not)
{
	char *conninfo = kit_database();
	unsigned port;
	int fd = listen_on(INADDR_ANY, &port);
	struct daemon *daemon = daemon_spawn(
	    &(struct daemon_options){.conninfo = conninfo, .passed = fd});

	ck_assert_int_eq(daemon_wait_exit(daemon), 1);
	daemon_expect_log(daemon, "plaintext-beyond-loopback");
	daemon_free(daemon);
	daemon = daemon_start(&(struct daemon_options){.conninfo = conninfo,
	    .config = "plaintext-beyond-loopback = yes",
	    .passed = fd});
	daemon_free(daemon);
	free(conninfo);
	(void)close(fd);
}
END_TEST

static void
add(TCase *all)
{
	tcase_add_loop_test(all, options_and_their_exit_status, 0, 8);
	tcase_add_test(all, a_wrong_configuration_is_told_with_its_line);
	tcase_add_loop_test(all, files_that_are_not_there_are_told, 0, 4);
	tcase_add_test(all, the_service_manager_is_told);
	tcase_add_test(all, a_socket_handed_over_is_served);
	tcase_add_test(all, one_beyond_the_loopback_is_not);
}

int
main(void)
{
	return kit_main("rotad", add);
}
