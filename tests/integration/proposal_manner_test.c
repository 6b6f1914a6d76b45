/* SPDX-License-Identifier: ISC */
/*
 * proposal_manner_test: how planners run beside the daemon.  A job of a plan
 * steps back, as batch work at nice 10, and leaves a core to the others; a
 * repair does not wait for it, and has the daemon's own priority and one
 * thread.
 */
#include "tests/integration/region_kit.h"
#include "tests/support/process.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SOON_MS = 60000, THREADS_MAX = 1024, NICE = 10 };

/* As many as a plan may take unless the configuration says otherwise. */
static size_t
threads_of_a_plan(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores > 1 ? (size_t)cores - 1 : 1;
}

/* Waits until the daemon has such a child, and it has so many threads. */
static pid_t
wait_child(const char *words, size_t threads)
{
	pid_t daemon = daemon_pid(bench.town->daemon[0]);
	uint64_t deadline = town_now_ms() + SOON_MS;
	size_t found = 0;
	pid_t child = 0;

	while (child == 0 || found != threads) {
		ck_assert_msg(town_now_ms() < deadline,
		    "%s: pid %d with %zu threads, not %zu", words, (int)child,
		    found, threads);
		child = process_child(daemon, words);
		if (child != 0)
			found = process_threads(child, NULL, 0);
		town_pause();
	}
	return child;
}

/* The same is so of each of its threads. */
static void
check_manners(pid_t pid, int policy, int nice)
{
	pid_t thread[THREADS_MAX];
	size_t count = process_threads(pid, thread, THREADS_MAX);

	ck_assert_uint_gt(count, 0);
	ck_assert_uint_le(count, THREADS_MAX);
	for (size_t i = 0; i < count; i++) {
		ck_assert_int_eq(sched_getscheduler(thread[i]), policy);
		ck_assert_int_eq(
		    getpriority(PRIO_PROCESS, (id_t)thread[i]), nice);
	}
}

/* The state of a plan is that. */
static void
check_state(const char *plan, const char *state)
{
	bench_expect(talk_ask(bench.talk, "plan show plan=%s", plan), "ok");
	ck_assert_msg(line_has(talk_data(bench.talk, 0), state), "%s",
	    talk_data(bench.talk, 0));
}

/* Until the planner that stays has read what it needs, it says so. */
static void
repair(void)
{
	uint64_t deadline = town_now_ms() + SOON_MS;
	const char *answer;

	do {
		ck_assert_uint_lt(town_now_ms(), deadline);
		answer = talk_ask(bench.talk,
		    "plan repair physician=%s from=%s to=%s", town_rpps(0),
		    town_day(0), town_day(6));
		bench_expect(answer, "ok");
	} while (line_has(answer, "state=starting"));
	ck_assert_msg(line_has(answer, "state=answered"), "%s", answer);
}

/* Only root's steps forward again from where it was made to step back to. */
static int
nice_of_a_plan(int nice)
{
	return nice > NICE && geteuid() != 0 ? nice : NICE;
}

START_TEST(a_plan_steps_back_and_a_repair_does_not)
{
	size_t threads = threads_of_a_plan();
	char *running, *waiting;
	int policy, nice;
	pid_t daemon, planner, resident;

	region_begin(7);
	daemon = daemon_pid(bench.town->daemon[0]);
	policy = sched_getscheduler(daemon);
	nice = getpriority(PRIO_PROCESS, (id_t)daemon);
	running = bench_start(0, REGION_DAYS, "seconds=3000");
	waiting = bench_start(0, REGION_DAYS, "seconds=3000");
	planner = wait_child("--progress", threads);
	check_manners(planner, SCHED_BATCH, nice_of_a_plan(nice));
	/* With a plan under way and another one behind it. */
	repair();
	resident = wait_child("--serve", 1);
	check_manners(resident, policy, nice);
	check_manners(planner, SCHED_BATCH, nice_of_a_plan(nice));
	check_state(running, "state=running");
	check_state(waiting, "state=queued");
	/* They are two, and the daemon is as it was. */
	ck_assert_int_ne(planner, resident);
	check_manners(daemon, policy, nice);
	bench_expect(
	    talk_ask(bench.talk, "plan cancel plan=%s", waiting), "ok");
	bench_expect(
	    talk_ask(bench.talk, "plan cancel plan=%s", running), "ok");
	(void)bench_wait(bench.talk, running);
	free(running);
	free(waiting);
	bench_end();
}
END_TEST

START_TEST(a_plan_takes_as_many_threads_as_it_is_given)
{
	char *plan;

	region_begin(7);
	daemon_configure(bench.town->daemon[0],
	    "planner =\nrules-off =\nplanner-threads = 3\n");
	daemon_hup(bench.town->daemon[0]);
	daemon_expect_log(bench.town->daemon[0], "reloaded");
	for (unsigned threads = 2; threads <= 3; threads++) {
		char keys[64];

		(void)snprintf(
		    keys, sizeof(keys), "seconds=3000 threads=%u", threads);
		plan = bench_start(0, REGION_DAYS, keys);
		(void)wait_child("--progress", threads);
		bench_expect(
		    talk_ask(bench.talk, "plan cancel plan=%s", plan), "ok");
		(void)bench_wait(bench.talk, plan);
		free(plan);
	}
	bench_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("proposal_manner");
	TCase *tcase = tcase_create("manners");

	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, a_plan_steps_back_and_a_repair_does_not);
	tcase_add_test(tcase, a_plan_takes_as_many_threads_as_it_is_given);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
