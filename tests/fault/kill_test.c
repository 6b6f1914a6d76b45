/* SPDX-License-Identifier: ISC */
/*
 * kill_test: clients write under keys to two daemons, while daemons, sessions
 * and PostgreSQL itself are killed at moments that chance gives.
 *
 * Each client has a half-day of its own, at a site of its own or all on one day
 * of one site, and knows which revision it must have,
 * whatever was lost on the way: a write that was done twice, or not at all,
 * shows in the next answer, and in the end in the database.  Others follow what
 * they write, and must be told of it once.
 */
#include "tests/fault/follower.h"
#include "tests/support/town.h"

#include "daemon/base/mem.h"
#include "tests/support/suite.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DAEMONS = 2,
	WORKERS = 8,
	FOLLOWERS = 2,
	ROUNDS = 60,
	BETWEEN = 40, /* writes between two blows, at most */
	DAYS = 60,
	FROZEN_MS = 400,
	PATIENCE_MS = 90000
};

#define HOURS "rooms=8 hours=\"mon-sun M 09:00-12:00 A 14:00-18:00\""

struct worker {
	pthread_t thread;
	const struct town *town;
	unsigned number, site, days;
	uint64_t chance;
	struct talk *talk; /* NULL: it has to connect */
	/* its half-day: "" none */
	char slot[40];
	long long rev;
	long long batches; /* each of them gives its structure a revision */
	long long replays;
	char failure[512]; /* "" as long as all is well */
};

static struct pgcluster *cluster;
static struct worker workers[WORKERS];
static struct follower followers[FOLLOWERS];
static atomic_bool over;
static atomic_llong done;    /* requests acknowledged, by all */
static atomic_llong retried; /* asked again */

/* ----- a worker ----- */

static void PRINTF_LIKE(2, 3)
    complain(struct worker *worker, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(worker->failure, sizeof(worker->failure), fmt, ap);
	va_end(ap);
}

/* The answer to the request, from whichever daemon gives one; "" when it has to
 * be asked again. */
static const char *
ask_once(struct worker *worker, const char *request)
{
	const char *answer;

	if (worker->talk == NULL) {
		unsigned at = town_below(&worker->chance, DAEMONS);

		worker->talk =
		    talk_open(daemon_socket(worker->town->daemon[at]));
		if (worker->talk == NULL)
			return "";
	}
	answer = talk_ask(worker->talk, "%s", request);
	if (*answer != '\0')
		return answer;
	if (!talk_over(worker->talk))
		complain(worker, "no answer to: %s", request);
	talk_free(worker->talk);
	worker->talk = NULL;
	return "";
}

static const char *
ask(struct worker *worker, const char *request)
{
	uint64_t deadline = town_now_ms() + PATIENCE_MS;
	const char *answer;

	for (;;) {
		answer = ask_once(worker, request);
		if (*answer != '\0' && !line_begins(answer, "fail"))
			return answer;
		if (*answer != '\0' && !line_has(answer, "retry=yes"))
			complain(worker, "%s: %s", request, answer);
		if (town_now_ms() > deadline)
			complain(
			    worker, "%s: in vain, at last %s", request, answer);
		if (worker->failure[0] != '\0')
			return "";
		atomic_fetch_add(&retried, 1);
		town_pause();
	}
}

/* The answer must be the next revision of the half-day. */
static void
take(struct worker *worker, const char *request, const char *answer)
{
	char *slot = line_value(answer, "slot");

	if (!line_begins(answer, "ok") || slot == NULL ||
	    (worker->slot[0] != '\0' && strcmp(slot, worker->slot) != 0) ||
	    line_number(answer, "rev") != worker->rev + 1) {
		if (worker->failure[0] == '\0')
			complain(worker, "%s: %s, not %s rev=%lld", request,
			    answer, worker->slot, worker->rev + 1);
		free(slot);
		return;
	}
	snprintf(worker->slot, sizeof(worker->slot), "%s", slot);
	free(slot);
	worker->rev++;
}

/* The same of its half-day and of its structure, by one write. */
static void
write_batch(struct worker *worker, const char *day, char part)
{
	char *request = xasprintf("batch n=2 key=%s\n"
				  "structure put code=W%u kind=MSP name=%lld\n"
				  "slot move slot=%s day=%s part=%c",
	    town_uuid(), worker->number, worker->batches + 1, worker->slot, day,
	    part);
	const char *answer = ask(worker, request);

	if (!line_begins(answer, "ok") || talk_count(worker->talk) != 2 ||
	    line_number(talk_data(worker->talk, 0), "rev") !=
		worker->batches + 1) {
		if (worker->failure[0] == '\0')
			complain(worker, "%s: %s, not rev=%lld", request,
			    answer, worker->batches + 1);
	} else {
		worker->batches++;
		worker->replays += line_has(answer, "replayed=yes");
		take(
		    worker, request, strstr(talk_data(worker->talk, 1), "ok "));
	}
	free(request);
}

static void
write_single(struct worker *worker, const char *request)
{
	const char *answer = ask(worker, request);

	worker->replays += line_has(answer, "replayed=yes");
	take(worker, request, answer);
}

static void
write_once(struct worker *worker)
{
	const char *day =
	    town_day((int)town_below(&worker->chance, worker->days));
	char part = "MA"[town_below(&worker->chance, 2)], *request = NULL;
	unsigned what = town_below(&worker->chance, 8);

	if (worker->slot[0] == '\0')
		request = xasprintf("slot assign physician=%s site=%s day=%s"
				    " part=%c key=%s",
		    town_rpps(worker->number), town_finess(worker->site), day,
		    part, town_uuid());
	else if (what == 0)
		request = xasprintf(
		    "slot cancel slot=%s key=%s", worker->slot, town_uuid());
	else if (what < 6)
		request = xasprintf("slot move slot=%s day=%s part=%c key=%s",
		    worker->slot, day, part, town_uuid());
	if (request == NULL)
		write_batch(worker, day, part);
	else
		write_single(worker, request);
	if (request != NULL && strncmp(request, "slot cancel", 11) == 0) {
		worker->slot[0] = '\0';
		worker->rev = 0;
	}
	free(request);
	if (worker->failure[0] == '\0')
		atomic_fetch_add(&done, 1);
}

static void *
work(void *arg)
{
	struct worker *worker = arg;

	while (!atomic_load(&over) && worker->failure[0] == '\0')
		write_once(worker);
	talk_free(worker->talk);
	worker->talk = NULL;
	return NULL;
}

/* ----- the blows ----- */

static void
terminate(struct town *town, const char *limit)
{
	/* A session may be ended while it is being asked about. */
	pgcluster_run(town->sql,
	    "SELECT pg_terminate_backend(pid) FROM (SELECT pid"
	    " FROM pg_stat_activity WHERE application_name = 'rotad'"
	    " AND datname = current_database() ORDER BY random() LIMIT %s) p",
	    limit);
}

static void
crash(struct town *town)
{
	pgcluster_stop(cluster, PGCLUSTER_CRASH);
	pgcluster_start(cluster);
	town_sql_anew(town);
}

/* One session stands still, with whatever locks it has, until somebody has had
 * to ask again. */
static void
freeze(struct town *town)
{
	long long before = atomic_load(&retried);
	uint64_t deadline = town_now_ms() + FROZEN_MS;
	pid_t pid = (pid_t)pgcluster_number(town->sql,
	    "SELECT pid FROM pg_stat_activity WHERE application_name = 'rotad'"
	    " AND datname = current_database() ORDER BY random() LIMIT 1");

	if (pid <= 0 || kill(pid, SIGSTOP) != 0)
		return;
	while (atomic_load(&retried) == before && town_now_ms() < deadline)
		town_pause();
	kill(pid, SIGCONT);
}

static void
strike(struct town *town, uint64_t *chance)
{
	unsigned at = town_below(chance, DAEMONS);

	switch (town_below(chance, 8)) {
	case 0:
	case 1:
		daemon_kill(town->daemon[at]);
		daemon_restart(town->daemon[at]);
		break;
	case 2:
		terminate(town, "1");
		break;
	case 3:
		terminate(town, "3");
		break;
	case 4:
		terminate(town, "ALL");
		break;
	case 5:
	case 6:
		freeze(town);
		break;
	default:
		crash(town);
	}
}

static bool
all_is_well(void)
{
	for (unsigned i = 0; i < WORKERS; i++)
		if (workers[i].failure[0] != '\0')
			return false;
	for (unsigned i = 0; i < FOLLOWERS; i++)
		if (followers[i].failure[0] != '\0')
			return false;
	return true;
}

/* Until so many more writes are acknowledged. */
static void
wait_for_writes(long long more)
{
	uint64_t deadline = town_now_ms() + PATIENCE_MS;
	long long until = atomic_load(&done) + more;

	while (atomic_load(&done) < until && all_is_well()) {
		ck_assert_msg(town_now_ms() < deadline,
		    "only %lld of %lld writes", atomic_load(&done), until);
		town_pause();
	}
}

/* ----- what must be true in the end ----- */

static void
check_worker(struct town *town, const struct worker *worker)
{
	ck_assert_msg(worker->failure[0] == '\0', "worker %u: %s",
	    worker->number, worker->failure);
	if (worker->batches > 0)
		ck_assert_int_eq(
		    pgcluster_number(town->sql,
			"SELECT rev FROM rota.structure WHERE code = 'W%u'"
			" AND name = rev::text",
			worker->number),
		    worker->batches);
	if (worker->slot[0] == '\0')
		return;
	ck_assert_int_eq(pgcluster_number(town->sql,
			     "SELECT rev FROM rota.assignment WHERE id = '%s'"
			     " AND state = 'draft'",
			     worker->slot),
	    worker->rev);
}

static void
check_all(struct town *town)
{
	long long live = 0, batches = 0;
	char *one, *other;

	for (unsigned i = 0; i < WORKERS; i++) {
		check_worker(town, &workers[i]);
		live += workers[i].slot[0] != '\0';
		batches += workers[i].batches;
	}
	ck_assert_int_eq(pgcluster_number(town->sql,
			     "SELECT count(*) FROM rota.assignment"
			     " WHERE state = 'draft'"),
	    live);
	/* Each write that was acknowledged, and no other, once. */
	ck_assert_int_eq(
	    pgcluster_number(town->sql, "SELECT count(*) FROM rota.key"),
	    atomic_load(&done));
	ck_assert_int_eq(
	    pgcluster_number(town->sql,
		"SELECT count(*) FROM rota.change WHERE kind = 'assignment'"),
	    atomic_load(&done));
	ck_assert_int_eq(
	    pgcluster_number(town->sql,
		"SELECT count(*) FROM rota.change WHERE kind = 'structure'"),
	    batches);
	ck_assert_int_eq(
	    pgcluster_number(town->sql,
		"SELECT count(*) FROM rota.assignment a WHERE rev <> (SELECT"
		" count(*) FROM rota.change c WHERE c.entity = a.id)"),
	    0);
	for (unsigned at = 0; at < DAEMONS; at++)
		town_wait_up(town, at);
	town_settle(town);
	one = town_book(town, 0);
	other = town_book(town, 1);
	ck_assert_str_eq(one, other);
	free(one);
	free(other);
}

static void
run(bool apart)
{
	struct town *town = town_new(cluster);
	uint64_t chance = town_seed();
	long long replays = 0;

	atomic_store(&over, false);
	atomic_store(&done, 0);
	atomic_store(&retried, 0);
	for (unsigned at = 0; at < DAEMONS; at++)
		town_start(town, at, NULL,
		    "statement-timeout = 1s\nlock-timeout = 200ms\n");
	town_sites(town, WORKERS, HOURS);
	town_physicians(town, WORKERS);
	for (unsigned i = 0; i < FOLLOWERS; i++)
		follower_start(
		    &followers[i], town, DAEMONS, town_random(&chance));
	for (unsigned i = 0; i < WORKERS; i++) {
		workers[i] = (struct worker){.town = town,
		    .number = i,
		    .site = apart ? i : 0,
		    .days = apart ? DAYS : 1,
		    .chance = town_random(&chance)};
		ck_assert_int_eq(
		    pthread_create(&workers[i].thread, NULL, work, &workers[i]),
		    0);
	}
	for (unsigned i = 0; i < ROUNDS * town_rounds() && all_is_well(); i++) {
		wait_for_writes(1 + town_below(&chance, BETWEEN));
		strike(town, &chance);
	}
	wait_for_writes(BETWEEN);
	atomic_store(&over, true);
	for (unsigned i = 0; i < WORKERS; i++) {
		pthread_join(workers[i].thread, NULL);
		replays += workers[i].replays;
	}
	for (unsigned i = 0; i < FOLLOWERS; i++) {
		follower_finish(&followers[i], atomic_load(&done));
		ck_assert_msg(followers[i].failure[0] == '\0',
		    "follower %u: %s", i, followers[i].failure);
		printf("kill: follower %u resumed %lld times\n", i,
		    followers[i].resumed);
	}
	printf("kill: %lld writes, %lld asked again, %lld replayed\n",
	    atomic_load(&done), atomic_load(&retried), replays);
	check_all(town);
	town_free(town);
}

START_TEST(nothing_is_lost_or_done_twice)
{
	run(true);
}
END_TEST

/* Nearly all that a daemon writes rests upon another write. */
START_TEST(nor_where_all_raise_one_guard)
{
	run(false);
}
END_TEST

static Suite *
kill_suite(void)
{
	Suite *suite = suite_create("kill");
	TCase *tcase = tcase_create("kill");

	tcase_set_timeout(tcase, 120 * town_rounds());
	tcase_add_test(tcase, nothing_is_lost_or_done_twice);
	tcase_add_test(tcase, nor_where_all_raise_one_guard);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	static const struct pgcluster_options options = {.durable = true};
	int result;

	cluster = pgcluster_new(&options);
	result = suite_run(kill_suite());
	pgcluster_free(cluster);
	return result;
}
