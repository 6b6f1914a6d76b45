/* SPDX-License-Identifier: ISC */
/*
 * supervise_test: the service manager's side is played by a datagram socket,
 * and by a child process that gets listening sockets as descriptors 3, 4, ...
 */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/config/supervise.h"
#include "tests/support/suite.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* A datagram socket bound to the name, which may begin with "@". */
static int
manager_open(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_uint_lt(len, sizeof(address.sun_path));
	memcpy(address.sun_path, name, len);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	ck_assert_int_eq(
	    bind(fd, (struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)),
	    0);
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", name, 1), 0);
	return fd;
}

/* The next datagram must be this text. */
static void
manager_expect(int fd, const char *expected)
{
	char text[512];
	ssize_t len = recv(fd, text, sizeof(text) - 1, 0);

	ck_assert_int_ge(len, 0);
	text[len] = '\0';
	ck_assert_str_eq(text, expected);
}

static void
say_everything(int manager)
{
	supervise_ready();
	manager_expect(manager, "READY=1");
	clock_set_for_test(0, 123456789);
	supervise_reloading();
	clock_unset_for_test();
	manager_expect(manager, "RELOADING=1\nMONOTONIC_USEC=123456789");
	supervise_status("%d clients\nREADY=0", 3);
	manager_expect(manager, "STATUS=3 clients READY=0");
	supervise_alive();
	manager_expect(manager, "WATCHDOG=1");
	supervise_stopping();
	manager_expect(manager, "STOPPING=1");
}

START_TEST(supervise_speaks_to_a_path)
{
	char folder[] = "/tmp/rota-supervise.XXXXXX";
	char path[64];
	int manager;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/notify", folder);
	manager = manager_open(path);
	say_everything(manager);
	close(manager);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(supervise_speaks_to_an_abstract_socket)
{
	char name[64];
	int manager;

	snprintf(name, sizeof(name), "@rota-supervise-test-%d", (int)getpid());
	manager = manager_open(name);
	say_everything(manager);
	close(manager);
}
END_TEST

START_TEST(supervise_status_is_cut)
{
	char name[64];
	char filler[1000];
	char text[1024];
	int manager;

	memset(filler, 'x', sizeof(filler) - 1);
	filler[sizeof(filler) - 1] = '\0';
	snprintf(name, sizeof(name), "@rota-supervise-test-%d", (int)getpid());
	manager = manager_open(name);
	supervise_status("%s", filler);
	ck_assert_int_eq(
	    recv(manager, text, sizeof(text), 0), 200 + strlen("STATUS="));
	close(manager);
}
END_TEST

START_TEST(supervise_without_a_manager_does_nothing)
{
	uint64_t before = clock_mono_us();

	unsetenv("NOTIFY_SOCKET");
	supervise_ready();
	setenv("NOTIFY_SOCKET", "", 1);
	supervise_ready();
	unsetenv("NOTIFY_SOCKET");
	/* Nothing to see but that it came back at once. */
	ck_assert_uint_lt(clock_mono_us() - before, UINT64_C(10000000));
}
END_TEST

/* The line logged for a socket that cannot be reached. */
START_TEST(supervise_failure_is_logged)
{
	char text[512];
	ssize_t len;
	int ends[2];
	int saved = dup(STDERR_FILENO);

	ck_assert_int_ge(saved, 0);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	log_init(LOG_LEVEL_INFO);
	setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
	supervise_ready();
	setenv("NOTIFY_SOCKET", "vsock:2:1", 1);
	supervise_ready();
	unsetenv("NOTIFY_SOCKET");
	ck_assert_int_eq(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	close(saved);
	close(ends[1]);
	len = read(ends[0], text, sizeof(text) - 1);
	ck_assert_int_gt(len, 0);
	text[len] = '\0';
	close(ends[0]);
	ck_assert_ptr_nonnull(strstr(text,
	    "supervise notify-failed socket=\"/nonexistent/notify\" "
	    "state=\"READY=1\" error=\"No such file or directory\"\n"));
	ck_assert_ptr_nonnull(strstr(text, "socket=\"vsock:2:1\""));
}
END_TEST

START_TEST(supervise_watchdog_is_half_of_what_is_allowed)
{
	char pid[32];

	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	ck_assert_uint_eq(supervise_watchdog_us(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	ck_assert_uint_eq(supervise_watchdog_us(), 15000000);
	setenv("WATCHDOG_PID", "1", 1);
	ck_assert_uint_eq(supervise_watchdog_us(), 0);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	ck_assert_uint_eq(supervise_watchdog_us(), 15000000);
	setenv("WATCHDOG_USEC", "soon", 1);
	ck_assert_uint_eq(supervise_watchdog_us(), 0);
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}
END_TEST

static int
listen_on(int domain)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(domain, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 ||
	    (domain == AF_INET &&
		bind(fd, (struct sockaddr *)&in, sizeof(in)) == -1) ||
	    /* Only the family: the kernel chooses an abstract name. */
	    (domain == AF_UNIX &&
		bind(fd, (struct sockaddr *)&un, sizeof(sa_family_t)) == -1) ||
	    listen(fd, 1) == -1)
		return -1;
	return fd;
}

/* A child's checks end it with the line that failed, below 256 here. */
#define CHILD_ASSERT(condition)                                                \
	do {                                                                   \
		if (!(condition)) {                                            \
			fprintf(                                               \
			    stderr, "line %d: %s\n", __LINE__, #condition);    \
			_exit(1);                                              \
		}                                                              \
	} while (0)

/* In the child: makes fds 3, 4, 5 a plain, a TLS and a unix listener. */
static void
child_sockets(const char *count)
{
	static const int domains[] = {AF_INET, AF_INET, AF_UNIX};
	int fds[3];
	char pid[32];

	for (int i = 0; i < 3; i++) {
		int fd = listen_on(domains[i]);

		CHILD_ASSERT(fd >= 0);
		fds[i] = fcntl(fd, F_DUPFD, 50);
		CHILD_ASSERT(fds[i] >= 50);
	}
	for (int i = 0; i < 3; i++)
		CHILD_ASSERT(dup2(fds[i], 3 + i) == 3 + i);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", count, 1);
	setenv("LISTEN_FDNAMES", "plain:tls:admin", 1);
}

static void
child_takes_three(void)
{
	struct supervise_socket sockets[4];
	struct error error;

	child_sockets("3");
	CHILD_ASSERT(supervise_sockets(sockets, 4, &error) == 3);
	CHILD_ASSERT(sockets[0].fd == 3 && sockets[2].fd == 5);
	CHILD_ASSERT(sockets[0].kind == SUPERVISE_PLAIN);
	CHILD_ASSERT(sockets[1].kind == SUPERVISE_TLS);
	CHILD_ASSERT(sockets[2].kind == SUPERVISE_UNIX);
	CHILD_ASSERT((fcntl(4, F_GETFD) & FD_CLOEXEC) != 0);
	CHILD_ASSERT((fcntl(4, F_GETFL) & O_NONBLOCK) != 0);
	CHILD_ASSERT(getenv("LISTEN_FDS") == NULL);
	CHILD_ASSERT(supervise_sockets(sockets, 4, &error) == 0);
}

static void
child_without_names(void)
{
	struct supervise_socket sockets[4];
	struct error error;

	child_sockets("3");
	unsetenv("LISTEN_FDNAMES");
	CHILD_ASSERT(supervise_sockets(sockets, 4, &error) == 3);
	CHILD_ASSERT(sockets[1].kind == SUPERVISE_PLAIN);
	CHILD_ASSERT(sockets[2].kind == SUPERVISE_UNIX);
}

static void
child_of_another(void)
{
	struct supervise_socket sockets[4];
	struct error error;

	child_sockets("3");
	setenv("LISTEN_PID", "1", 1);
	CHILD_ASSERT(supervise_sockets(sockets, 4, &error) == 0);
}

static void
child_with_too_many(void)
{
	struct supervise_socket sockets[2];
	struct error error;

	child_sockets("3");
	CHILD_ASSERT(supervise_sockets(sockets, 2, &error) == -1);
	CHILD_ASSERT(
	    strcmp(error.text,
		"LISTEN_FDS must be a number up to 2, not \"3\"") == 0);
}

static void
child_with_another_thing(void)
{
	struct supervise_socket sockets[4];
	struct error error;
	int ends[2];

	child_sockets("2");
	CHILD_ASSERT(pipe(ends) == 0 && dup2(ends[0], 4) == 4);
	CHILD_ASSERT(supervise_sockets(sockets, 4, &error) == -1);
	CHILD_ASSERT(strcmp(error.text,
			 "LISTEN_FDS: descriptor 4 (tls) is not a listening "
			 "TCP or unix stream socket") == 0);
}

static void (*const children[])(void) = {
    child_takes_three,
    child_without_names,
    child_of_another,
    child_with_too_many,
    child_with_another_thing,
};

START_TEST(supervise_takes_sockets_over)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		children[_i]();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("supervise");
	TCase *tcase = tcase_create("supervise");

	tcase_add_test(tcase, supervise_speaks_to_a_path);
	tcase_add_test(tcase, supervise_speaks_to_an_abstract_socket);
	tcase_add_test(tcase, supervise_status_is_cut);
	tcase_add_test(tcase, supervise_without_a_manager_does_nothing);
	tcase_add_test(tcase, supervise_failure_is_logged);
	tcase_add_test(tcase, supervise_watchdog_is_half_of_what_is_allowed);
	tcase_add_loop_test(
	    tcase, supervise_takes_sockets_over, 0, (int)ARRAY_SIZE(children));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
