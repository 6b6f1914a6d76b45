/* SPDX-License-Identifier: ISC */
/*
 * proposal_fault_test: planners that crash, grow, hang and write nonsense, and
 * daemons that die in the middle: the job ends with a reason, the rest goes on.
 */
#include "tests/integration/proposal_kit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOON_MS = 30000 };

/* A job of a planner that does this ends so. */
static void
check_end(
    const char *script, const char *keys, const char *state, const char *error)
{
	const char *line;
	char *plan, *text;

	bench_planner(script);
	plan = bench_start(0, 6, keys);
	line = bench_wait(bench.talk, plan);
	text = line_value(line, "state");
	ck_assert_msg(strcmp(text, state) == 0, "%s", line);
	free(text);
	text = line_value(line, "error");
	ck_assert_msg(error == NULL ? text == NULL
				    : text != NULL && strcmp(text, error) == 0,
	    "%s", line);
	free(text);
	free(plan);
	ck_assert_str_eq(talk_ask(bench.talk, "ping"), "ok");
}

START_TEST(a_planner_that_fails_fails_alone)
{
	bench_begin(1, "rooms=1", "");
	bench_assign(0, 0, 0, "M");
	check_end("kill -9 $$\n", "", "failed", "killed");
	check_end(
	    "echo line 7: what is this >&2; exit 1\n", "", "failed", "planner");
	check_end("exit 0\n", "", "failed", "plan");
	check_end("echo nonsense > $out\n", "", "failed", "plan");
	check_end("head -c 100000 /dev/zero > $out\n", "", "failed", "plan");
	check_end(
	    "echo assign physician=nobody > $out\n", "", "failed", "plan");
	check_end(BENCH_GIVES, "", "done", NULL);
	bench_end();
}
END_TEST

START_TEST(a_planner_that_is_not_there_fails_the_job)
{
	bench_begin(1, "rooms=1", "");
	daemon_configure(
	    bench.town->daemon[0], "planner = /nonexistent/planner\n");
	daemon_hup(bench.town->daemon[0]);
	daemon_expect_log(bench.town->daemon[0], "reloaded");
	check_end(BENCH_GIVES, "", "failed", "not-run");
	bench_end();
}
END_TEST

START_TEST(a_planner_may_not_take_more_memory_than_it_may)
{
	bench_begin(1, "rooms=1", "planner-memory = 64M\n");
	check_end("exec awk 'BEGIN { for (;;) a[i++] = sprintf(\"%1000s\", i) "
		  "}'\n",
	    "", "failed", "memory");
	bench_end();
}
END_TEST

START_TEST(a_planner_that_does_not_end_is_ended)
{
	bench_begin(1, "rooms=1", "planner-grace = 2s\n");
	bench_assign(0, 0, 0, "M");
	check_end("trap '' TERM\nwhile :; do sleep 1; done\n", "seconds=1",
	    "failed", "deadline");
	/* One that gives what it has when it is asked to. */
	check_end("trap 'cat $plan > $out; exit 0' TERM\n"
		  "while :; do sleep 0.05; done\n",
	    "seconds=1", "done", NULL);
	bench_end();
}
END_TEST

/* ----- cancel ----- */

#define GIVES_WHEN_ASKED                                                       \
	"trap 'cat $plan > $out; exit 0' TERM\n"                               \
	"echo progress phase=1 cost=300 bound=100 bound-gap=66.667 time=0.1\n" \
	"while :; do sleep 0.05; done\n"

START_TEST(a_job_is_cancelled_with_what_it_has)
{
	const char *line;
	char *first, *second;

	bench_begin(1, "rooms=1", "");
	bench_assign(0, 0, 0, "M");
	bench_planner(GIVES_WHEN_ASKED);
	first = bench_start(0, 6, "");
	second = bench_start(0, 6, "");
	/* The planner may have said it before anybody watched. */
	line = talk_ask(bench.talk, "plan watch plan=%s", first);
	bench_expect(line, "ok");
	while (!line_has(line, "cost=300")) {
		line = talk_push(bench.talk, "plan", SOON_MS);
		ck_assert_ptr_nonnull(line);
	}
	/* The one that waits is over at once. */
	line = talk_ask(bench.talk, "plan cancel plan=%s", second);
	ck_assert_msg(line_has(line, "state=cancelled"), "%s", line);
	line = talk_ask(bench.talk, "plan cancel plan=%s", first);
	ck_assert_msg(line_has(line, "state=running"), "%s", line);
	line = bench_wait(bench.talk, first);
	ck_assert_msg(line_has(line, "state=cancelled"), "%s", line);
	ck_assert_msg(line_has(line, "lines=1"), "%s", line);
	line = talk_ask(bench.talk, "plan cancel plan=%s", first);
	ck_assert_msg(line_has(line, "state=cancelled"), "%s", line);
	line = talk_ask(bench.talk, "plan adopt plan=%s", first);
	ck_assert_msg(line_has(line, "adopted=1"), "%s", line);
	line = talk_ask(bench.talk, "plan adopt plan=%s", second);
	ck_assert_msg(line_has(line, "adopted=0"), "%s", line);
	free(first);
	free(second);
	bench_end();
}
END_TEST

/* ----- two daemons ----- */

START_TEST(every_daemon_knows_every_job)
{
	struct talk *other;
	const char *line;
	char *plan;

	bench_begin(1, "rooms=1", "");
	bench_daemon(1, "");
	other = town_talk(bench.town, 1);
	bench_assign(0, 0, 0, "M");
	bench_planner(GIVES_WHEN_ASKED);
	plan = bench_start(0, 6, "");
	line = talk_ask(other, "plan watch plan=%s", plan);
	bench_expect(line, "ok");
	while (!line_has(line, "cost=300")) {
		line = talk_push(other, "plan", SOON_MS);
		ck_assert_ptr_nonnull(line);
	}
	bench_expect(talk_ask(other, "plan cancel plan=%s", plan), "ok");
	line = bench_wait(bench.talk, plan);
	ck_assert_msg(line_has(line, "state=cancelled"), "%s", line);
	line = talk_push(other, "plan", SOON_MS);
	while (line != NULL && !line_has(line, "state=cancelled"))
		line = talk_push(other, "plan", SOON_MS);
	ck_assert_ptr_nonnull(line);
	town_settle(bench.town);
	line = talk_ask(other, "plan adopt plan=%s", plan);
	ck_assert_msg(line_has(line, "adopted=1"), "%s", line);
	free(plan);
	talk_free(other);
	bench_end();
}
END_TEST

/* ----- the daemon dies ----- */

#define TELLS_ITS_ID "echo $$ > $dir/pid\nexec sleep 600\n"

static pid_t
planner_pid(void)
{
	uint64_t deadline = town_now_ms() + SOON_MS;
	char path[256], text[32] = "";

	(void)snprintf(path, sizeof(path), "%s/pid", bench.folder);
	while (text[0] == '\0') {
		FILE *file = fopen(path, "re");

		ck_assert_uint_lt(town_now_ms(), deadline);
		if (file != NULL) {
			(void)!fgets(text, sizeof(text), file);
			(void)fclose(file);
		}
		town_pause();
	}
	return (pid_t)strtol(text, NULL, 10);
}

static void
wait_gone(pid_t pid)
{
	uint64_t deadline = town_now_ms() + SOON_MS;

	while (kill(pid, 0) == 0) {
		ck_assert_uint_lt(town_now_ms(), deadline);
		town_pause();
	}
}

/* The plan has failed for that reason, as a daemon answers. */
static void
wait_failed(struct talk *talk, const char *plan, const char *error)
{
	uint64_t deadline = town_now_ms() + SOON_MS;
	const char *line = "";

	while (!line_has(line, "state=failed")) {
		ck_assert_msg(town_now_ms() < deadline, "%s", line);
		/* A daemon that has just begun is still on its way to the
		 * database. */
		line = talk_ask(talk, "plan show plan=%s", plan);
		if (line_begins(line, "ok"))
			line = talk_data(talk, 0);
		else
			bench_expect(line, "fail unavailable");
		town_pause();
	}
	ck_assert_msg(line_has(line, error), "%s", line);
}

START_TEST(a_daemon_that_dies_takes_its_jobs_with_it)
{
	char *done, *plan, *waiting;
	pid_t pid;

	bench_begin(1, "rooms=1", "");
	bench_assign(0, 0, 0, "M");
	done = bench_make(0, 6, "done");
	bench_planner(TELLS_ITS_ID);
	plan = bench_start(0, 6, "");
	waiting = bench_start(0, 6, "");
	pid = planner_pid();
	talk_free(bench.talk);
	daemon_kill(bench.town->daemon[0]);
	wait_gone(pid);
	bench_planner(BENCH_GIVES);
	daemon_restart(bench.town->daemon[0]);
	bench.talk = town_talk(bench.town, 0);
	wait_failed(bench.talk, plan, "error=lost");
	wait_failed(bench.talk, waiting, "error=lost");
	bench_expect(talk_ask(bench.talk, "plan adopt plan=%s", done), "ok");
	free(bench_make(0, 6, "done"));
	free(done);
	free(plan);
	free(waiting);
	bench_end();
}
END_TEST

START_TEST(a_daemon_that_stops_ends_its_jobs)
{
	struct talk *other;
	char *plan;
	pid_t pid;

	bench_begin(1, "rooms=1", "");
	bench_daemon(1, "");
	other = town_talk(bench.town, 1);
	bench_planner(TELLS_ITS_ID);
	plan = bench_start(0, 6, "");
	pid = planner_pid();
	daemon_term(bench.town->daemon[0]);
	wait_gone(pid);
	wait_failed(other, plan, "error=stopped");
	talk_free(bench.talk);
	bench.talk = other;
	free(plan);
	bench_end();
}
END_TEST

START_TEST(as_many_jobs_wait_as_may)
{
	static const char *const beyond[] = {"seconds=6", "threads=2"};
	char *first, *second;

	bench_begin(1, "rooms=1",
	    "planner-queue = 2\nplanner-kept = 2\nplanner-time = 5s\n"
	    "planner-threads = 1\n");
	bench_planner(TELLS_ITS_ID);
	for (size_t i = 0; i < ARRAY_SIZE(beyond); i++)
		bench_expect(talk_ask(bench.talk, "plan start from=%s to=%s %s",
				 town_day(0), town_day(6), beyond[i]),
		    "no limit");
	first = bench_start(0, 6, "");
	second = bench_start(0, 6, "");
	bench_expect(talk_ask(bench.talk, "plan start from=%s to=%s",
			 town_day(0), town_day(6)),
	    "fail busy");
	bench_expect(talk_ask(bench.talk, "plan cancel plan=%s", second), "ok");
	bench_expect(talk_ask(bench.talk, "plan cancel plan=%s", first), "ok");
	(void)bench_wait(bench.talk, first);
	bench_planner(BENCH_GIVES);
	/* Only so many are kept. */
	free(bench_make(0, 6, "done"));
	free(bench_make(0, 6, "done"));
	free(bench_make(0, 6, "done"));
	bench_wait_count("SELECT count(*) FROM rota.plan", 2);
	ck_assert_int_eq(
	    line_number(talk_ask(bench.talk, "plan list"), "count"), 2);
	free(first);
	free(second);
	bench_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("proposal_fault");
	TCase *tcase = tcase_create("faults");

	tcase_set_timeout(tcase, 180);
	tcase_add_test(tcase, a_planner_that_fails_fails_alone);
	tcase_add_test(tcase, a_planner_that_is_not_there_fails_the_job);
	tcase_add_test(tcase, a_planner_may_not_take_more_memory_than_it_may);
	tcase_add_test(tcase, a_planner_that_does_not_end_is_ended);
	tcase_add_test(tcase, a_job_is_cancelled_with_what_it_has);
	tcase_add_test(tcase, every_daemon_knows_every_job);
	tcase_add_test(tcase, a_daemon_that_dies_takes_its_jobs_with_it);
	tcase_add_test(tcase, a_daemon_that_stops_ends_its_jobs);
	tcase_add_test(tcase, as_many_jobs_wait_as_may);
	suite_add_tcase(suite, tcase);
	return bench_run(suite);
}
