/* SPDX-License-Identifier: ISC */
/*
 * child_test: a child that is given up: nobody waits for its end, and nothing
 * of it is left.
 */
#include "daemon/server/child/child.h"

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "tests/support/suite.h"

#include <check.h>
#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_US = 30000000 };

static struct event_base *base;
static unsigned lines, ends;
static struct child_end ended;

static void
on_line(void *arg, struct span line)
{
	(void)arg;
	(void)line;
	lines++;
}

static void
on_end(void *arg, const struct child_end *end)
{
	(void)arg;
	ended = *end;
	ends++;
}

static struct child *
start_with(struct child_options options, const char *script)
{
	static const struct child_hooks hooks = {
	    .on_line = on_line, .on_end = on_end};
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};
	struct error error = {""};
	struct child *child;

	options.argv = argv;
	child = child_new(base, &options, &hooks, NULL, &error);
	ck_assert_msg(child != NULL, "%s", error.text);
	return child;
}

static struct child *
start(const char *script)
{
	return start_with((struct child_options){.argv = NULL}, script);
}

static void
set_up(void)
{
	base = event_base_new();
	lines = ends = 0;
}

static void
tear_down(void)
{
	children_wait(base);
	event_base_free(base);
}

static void
turn_until(const unsigned *number)
{
	uint64_t deadline = clock_mono_us() + WAIT_US;

	while (*number == 0) {
		ck_assert_uint_lt(clock_mono_us(), deadline);
		(void)event_base_loop(base, EVLOOP_ONCE);
	}
}

static bool
is_known(pid_t pid)
{
	return kill(pid, 0) == 0;
}

/* One that says that it is there and then stays. */
#define STAYS "echo here; exec sleep 600"

START_TEST(giving_up_a_child_waits_for_nothing)
{
	uint64_t deadline = clock_mono_us() + WAIT_US;
	struct child *child = start(STAYS);
	pid_t pid;

	turn_until(&lines);
	pid = child_pid(child);
	child_free(child);
	/* Ended or not, it is known until the loop has heard of its end. */
	ck_assert(is_known(pid));
	while (is_known(pid)) {
		ck_assert_uint_lt(clock_mono_us(), deadline);
		(void)event_base_loop(base, EVLOOP_ONCE);
	}
	ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	ck_assert_uint_eq(ends, 0);
}
END_TEST

START_TEST(whoever_ends_the_loop_waits)
{
	pid_t pid[3];

	for (unsigned i = 0; i < 3; i++) {
		struct child *child = start(STAYS);

		lines = 0;
		turn_until(&lines);
		pid[i] = child_pid(child);
		child_free(child);
	}
	children_wait(base);
	for (unsigned i = 0; i < 3; i++)
		ck_assert(!is_known(pid[i]));
}
END_TEST

/* It has become nothing yet but a copy of this program. */
START_TEST(one_that_has_hardly_begun_is_given_up)
{
	struct child *child = start(STAYS);
	pid_t pid = child_pid(child);

	child_free(child);
	children_wait(base);
	ck_assert(!is_known(pid));
	ck_assert_uint_eq(ends, 0);
}
END_TEST

START_TEST(one_that_has_ended_is_freed_only)
{
	struct child *child = start("echo here");

	turn_until(&ends);
	ck_assert_int_eq(ended.why, CHILD_EXITED);
	ck_assert_uint_eq(lines, 1);
	child_free(child);
}
END_TEST

/* What it writes may lie in memory that is not counted as its own. */
START_TEST(one_that_writes_too_much_is_ended)
{
	int fd = memfd_create("child-test", MFD_CLOEXEC);
	struct child_options options = {
	    .fds = &fd, .nfds = 1, .file_max = 1000};
	struct child *child;
	struct stat stat;

	ck_assert_int_ge(fd, 0);
	child = start_with(options, "exec head -c 5000 /dev/zero >&3");
	turn_until(&ends);
	ck_assert_int_eq(ended.why, CHILD_KILLED);
	ck_assert_int_eq(ended.code, SIGXFSZ);
	ck_assert_int_eq(fstat(fd, &stat), 0);
	ck_assert_int_eq(stat.st_size, 1000);
	(void)close(fd);
	child_free(child);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("child");
	TCase *tcase = tcase_create("end");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, giving_up_a_child_waits_for_nothing);
	tcase_add_test(tcase, whoever_ends_the_loop_waits);
	tcase_add_test(tcase, one_that_has_hardly_begun_is_given_up);
	tcase_add_test(tcase, one_that_has_ended_is_freed_only);
	tcase_add_test(tcase, one_that_writes_too_much_is_ended);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
