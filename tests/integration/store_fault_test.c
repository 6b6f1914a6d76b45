/* SPDX-License-Identifier: ISC */
/*
 * store_fault_test: sessions killed, PostgreSQL crashed, restarted, frozen and
 * replaced, under load.
 *
 * Clients write under keys and try again until they have an answer.  After the
 * storm every acknowledged write is there, once, in the database and in the
 * book of a daemon that lived through it; what was told was told once.
 */
#include "tests/integration/store_kit.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PEOPLE = 32, CLIENTS = 16 };

static struct rig rigs[2];
static struct rig *both[] = {&rigs[0], &rigs[1]};

/* One client: makes half-days of its physician, one after the other. */
struct client {
	struct rig *rig;
	int32_t number;
	struct kit_write write;
	struct assignment a;
	struct id key;
	bool waiting, trying;
	unsigned acknowledged, failures, replays, stale;
};

static struct client clients[CLIENTS];
static unsigned others; /* half-days that were made beside theirs */

static void
setup(void)
{
	kit_begin();
	rig_open(&rigs[0]);
	kit_people(&rigs[0], PEOPLE);
	rig_open(&rigs[1]);
	kit_settle(both, 2);
	memset(clients, 0, sizeof(clients));
	others = 0;
	for (int32_t i = 0; i < CLIENTS; i++) {
		clients[i].rig = both[i % 2];
		clients[i].number = i;
	}
}

static void
teardown(void)
{
	rig_close(&rigs[0]);
	rig_close(&rigs[1]);
	kit_end();
}

/* ----- load ----- */

static void
client_answer(struct client *client)
{
	client->waiting = false;
	switch (client->write.result.status) {
	case STATUS_OK:
		client->replays += client->write.result.replayed;
		client->acknowledged++;
		client->trying = false;
		return;
	case STATUS_STALE:
		client->stale++;
		return;
	case STATUS_UNAVAILABLE:
	case STATUS_TIMEOUT:
		client->failures++;
		return;
	default:
		ck_abort_msg(
		    "status %s", status_code(client->write.result.status));
	}
}

static void
client_send(struct client *client)
{
	if (!client->trying) {
		client->a = kit_assignment(client->rig, client->number,
		    client->number, KIT_DAY + (int32_t)client->acknowledged);
		client->key = kit_id();
		client->trying = true;
	}
	if (kit_send(client->rig, &client->write, client->a, client->key, 7))
		client->waiting = true;
	else
		client->failures++;
}

/* Goes on as long as `go` is set; true when nobody waits. */
static bool
turn_clients(bool go)
{
	bool idle = true;

	for (size_t i = 0; i < CLIENTS; i++) {
		struct client *client = &clients[i];

		if (client->waiting && client->write.done)
			client_answer(client);
		/* What was begun is carried to its end. */
		if (!client->waiting && (go || client->trying))
			client_send(client);
		idle &= !client->waiting && !client->trying;
	}
	return idle;
}

static unsigned
acknowledged(void)
{
	unsigned sum = 0;

	for (size_t i = 0; i < CLIENTS; i++)
		sum += clients[i].acknowledged;
	return sum;
}

static unsigned target;

static bool
is_at_target(void *arg UNUSED)
{
	turn_clients(true);
	return acknowledged() >= target;
}

static bool
is_idle(void *arg UNUSED)
{
	return turn_clients(false);
}

static void
work(unsigned writes)
{
	target = acknowledged() + writes;
	kit_until(is_at_target, NULL, 60000);
}

/* All that was acknowledged is there, once; and the books agree. */
static void
reckon(void)
{
	unsigned failures = 0, replays = 0;

	kit_until(is_idle, NULL, 60000);
	kit_until(rig_is_up, &rigs[0], 20000);
	kit_until(rig_is_up, &rigs[1], 20000);
	PQfinish(kit.sql);
	kit.sql = pgcluster_connect(kit.cluster, kit.database, PGCLUSTER_ADMIN);
	for (size_t i = 0; i < CLIENTS; i++) {
		failures += clients[i].failures;
		replays += clients[i].replays;
	}
	fprintf(stderr, "acknowledged=%u failures=%u replays=%u\n",
	    acknowledged(), failures, replays);
	ck_assert_int_eq(
	    pgcluster_number(kit.sql, "SELECT count(*) FROM rota.assignment"),
	    acknowledged() + others);
	ck_assert_int_eq(
	    pgcluster_number(kit.sql,
		"SELECT count(*) FROM rota.change WHERE kind = 'assignment'"),
	    acknowledged() + others);
	kit_settle(both, 2);
	kit_check_equal(&rigs[0], &rigs[1]);
	kit_check_load(&rigs[0]);
}

/* ----- sessions ----- */

START_TEST(sessions_are_killed_under_load)
{
	for (int round = 0; round < 12; round++) {
		work(100 + (unsigned)(kit_random() % 100));
		pgcluster_run(kit.sql,
		    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
		    " WHERE datname = current_database()"
		    " AND application_name = 'rotad' AND random() < %s",
		    round % 3 == 0 ? "2" : "0.4");
	}
	work(200);
	reckon();
	/* Nothing of that is a reason to load the book anew. */
	ck_assert_uint_eq(rigs[0].again + rigs[1].again, 0);
}
END_TEST

/* ----- the server ----- */

START_TEST(server_crashes_under_load)
{
	long long recovered = pgcluster_number(
	    kit.sql, "SELECT count(*) FROM rota.epoch WHERE why = 'recovered'");

	for (int round = 0; round < 6; round++) {
		work(100 + (unsigned)(kit_random() % 200));
		pgcluster_stop(kit.cluster, PGCLUSTER_CRASH);
		kit_run(20);
		/* Reads go on, and say how old they are. */
		ck_assert(!rig_is_up(&rigs[0]));
		ck_assert_ptr_nonnull(store_book(rigs[0].store));
		ck_assert_int_ne(store_stale_since(rigs[0].store), 0);
		ck_assert_str_ne(store_reason(rigs[0].store), "");
		pgcluster_start(kit.cluster);
	}
	work(200);
	ck_assert_int_eq(store_stale_since(rigs[0].store), 0);
	reckon();
	/* The history goes on in a new epoch, nothing was lost. */
	ck_assert_uint_eq(rigs[0].again + rigs[1].again, 0);
	ck_assert_int_eq(
	    pgcluster_number(kit.sql,
		"SELECT count(*) FROM rota.epoch WHERE why = 'recovered'"),
	    recovered + 6);
}
END_TEST

START_TEST(server_is_restarted_under_load)
{
	long long epochs =
	    pgcluster_number(kit.sql, "SELECT count(*) FROM rota.epoch");

	for (int round = 0; round < 3; round++) {
		work(100);
		pgcluster_stop(kit.cluster, PGCLUSTER_FAST);
		kit_run(50);
		pgcluster_start(kit.cluster);
	}
	work(100);
	reckon();
	ck_assert_int_eq(
	    pgcluster_number(kit.sql, "SELECT count(*) FROM rota.epoch"),
	    epochs);
}
END_TEST

/* Whether the store's snapshot ends beyond a transaction. */
static bool
shows_xid(void *arg)
{
	struct span cursor = store_cursor(rigs[0].store), part;
	uint64_t xmax = 0;

	/* epoch:xmin:xmax:... */
	for (int i = 0; i < 3; i++)
		if (!span_cut(&cursor, ':', &part))
			return false;
	return span_to_u64(part, UINT64_MAX, &xmax) &&
	    xmax > *(const uint64_t *)arg;
}

/*
 * After a crash PostgreSQL uses the numbers of transactions that left nothing
 * on disk again.  A daemon that has seen such a number end must not overlook
 * the write that gets it.
 */
START_TEST(reused_transaction_numbers_hide_nothing)
{
	PGconn *burner =
	    pgcluster_connect(kit.cluster, kit.database, PGCLUSTER_ADMIN);
	char before[512];
	uint64_t burnt = 0, reused = 0;
	struct id hidden[20];
	struct span cursor;

	pgcluster_run(burner, "SET synchronous_commit = off");
	for (int i = 0; i < 500; i++)
		burnt = (uint64_t)pgcluster_number(
		    burner, "SELECT pg_current_xact_id()::text::bigint");
	kit_until(shows_xid, &burnt, 5000);
	cursor = store_cursor(rigs[0].store);
	snprintf(before, sizeof(before), "%.*s", (int)cursor.len, cursor.ptr);
	pgcluster_stop(kit.cluster, PGCLUSTER_CRASH);
	pgcluster_start(kit.cluster);
	PQfinish(burner);
	PQfinish(kit.sql);
	kit.sql = pgcluster_connect(kit.cluster, kit.database, PGCLUSTER_ADMIN);
	/* The daemons have not looked since: the event loop stands still. */
	for (int i = 0; i < 20; i++) {
		hidden[i] = kit_id();
		kit_put_by_sql(kit.sql, &rigs[0], hidden[i], i);
	}
	reused = (uint64_t)pgcluster_number(kit.sql,
	    "SELECT count(*) FROM rota.change WHERE xid <= '%llu'"
	    " AND epoch = (SELECT max(epoch) FROM rota.epoch)",
	    (unsigned long long)burnt);
	/* Or the test has shown nothing. */
	ck_assert_uint_gt(reused, 0);
	kit_run(20);
	kit_until(rig_is_up, &rigs[0], 20000);
	kit_until(rig_is_up, &rigs[1], 20000);
	kit_run(200);
	for (int i = 0; i < 20; i++)
		ck_assert_ptr_nonnull(
		    book_assignment(store_book(rigs[0].store), hidden[i]));
	kit_settle(both, 2);
	kit_check_equal(&rigs[0], &rigs[1]);
	kit_check_load(&rigs[0]);
	/* A cursor from before the crash holds. */
	ck_assert_int_eq(
	    store_covers(rigs[0].store, span_of(before)), STATUS_OK);
}
END_TEST

/* ----- another history ----- */

static bool
has_loaded_again(void *arg)
{
	return ((struct rig *)arg)->again > 0;
}

static void
note_cursor(char *text, size_t size)
{
	struct span cursor = store_cursor(rigs[0].store);

	snprintf(text, size, "%.*s", (int)cursor.len, cursor.ptr);
}

START_TEST(restore_is_noticed)
{
	char before[512];

	work(50);
	kit_until(is_idle, NULL, 60000);
	note_cursor(before, sizeof(before));
	pgcluster_run(kit.sql,
	    "INSERT INTO rota.epoch (epoch, system_identifier, why)"
	    " SELECT 0, system_identifier, 'restored' FROM "
	    "pg_control_system()");
	kit_until(has_loaded_again, &rigs[0], 20000);
	kit_until(has_loaded_again, &rigs[1], 20000);
	ck_assert_int_eq(
	    store_covers(rigs[0].store, span_of(before)), STATUS_CURSOR);
	work(50);
	reckon();
}
END_TEST

/* What a standby is after its promotion: the same cluster, another timeline. */
START_TEST(promotion_is_noticed)
{
	char before[512], *folder;
	FILE *file;

	work(50);
	kit_until(is_idle, NULL, 60000);
	note_cursor(before, sizeof(before));
	pgcluster_stop(kit.cluster, PGCLUSTER_FAST);
	folder = xasprintf(
	    "%s/data/recovery.signal", pgcluster_socket_folder(kit.cluster));
	file = fopen(folder, "we");
	ck_assert_ptr_nonnull(file);
	fclose(file);
	free(folder);
	folder = xasprintf("%s/data/postgresql.auto.conf",
	    pgcluster_socket_folder(kit.cluster));
	file = fopen(folder, "ae");
	ck_assert_ptr_nonnull(file);
	fputs("restore_command = '/bin/false'\n", file);
	fclose(file);
	free(folder);
	pgcluster_start(kit.cluster);
	kit_until(has_loaded_again, &rigs[0], 30000);
	kit_until(has_loaded_again, &rigs[1], 30000);
	ck_assert_int_eq(
	    store_covers(rigs[0].store, span_of(before)), STATUS_CURSOR);
	work(50);
	reckon();
	ck_assert_int_eq(
	    pgcluster_number(kit.sql,
		"SELECT count(*) FROM rota.epoch WHERE why = 'promoted'"),
	    1);
}
END_TEST

/* ----- a server that hangs ----- */

START_TEST(frozen_server_is_noticed)
{
	struct kit_write write;
	struct assignment a;
	struct id key = kit_id();

	kit.options.statement_timeout_ms = 1000;
	rig_close(&rigs[1]);
	rig_open(&rigs[1]);
	a = kit_assignment(&rigs[1], CLIENTS, CLIENTS, KIT_DAY);
	pgcluster_suspend(kit.cluster);
	ck_assert(kit_send(&rigs[1], &write, a, key, 1));
	ck_assert_int_eq(kit_wait(&write), STATUS_UNAVAILABLE);
	kit_until(rig_is_down, &rigs[1], 10000);
	ck_assert_int_ne(store_stale_since(rigs[1].store), 0);
	/* Now it is known, and nobody waits. */
	ck_assert(!kit_send(&rigs[1], &write, a, key, 1));
	pgcluster_continue(kit.cluster);
	kit_until(rig_is_up, &rigs[1], 20000);
	/* Whether it was committed or not, the key tells. */
	do
		while (!kit_send(&rigs[1], &write, a, key, 1))
			kit_run(1);
	while (kit_wait(&write) != STATUS_OK);
	others++;
	work(50);
	reckon();
}
END_TEST

START_TEST(locks_are_not_waited_for_for_ever)
{
	struct assignment a = kit_assignment(&rigs[0], 1, 1, KIT_DAY);

	ck_assert_int_eq(kit_put(&rigs[0], a), STATUS_OK);
	pgcluster_run(kit.sql, "BEGIN; UPDATE rota.guard SET rev = rev");
	a.state = STATE_PUBLISHED;
	ck_assert_int_eq(kit_put(&rigs[0], a), STATUS_TIMEOUT);
	pgcluster_run(kit.sql, "ROLLBACK");
	ck_assert_int_eq(kit_put(&rigs[0], a), STATUS_OK);
}
END_TEST

/* ----- bounds and the end ----- */

START_TEST(queue_is_bounded_and_everything_completes)
{
	static struct kit_write writes[200];
	size_t sent = 0;

	rig_close(&rigs[1]);
	kit.options.write_sessions = 1;
	kit.options.write_depth = 2;
	kit.options.write_queue = 50;
	rig_open(&rigs[1]);
	pgcluster_run(kit.sql, "BEGIN; UPDATE rota.guard SET rev = rev");
	for (int32_t i = 0; i < 200; i++) {
		struct assignment a =
		    kit_assignment(&rigs[1], 1, 1, KIT_DAY + i);

		if (kit_send(&rigs[1], &writes[sent], a, ID_NIL, 0))
			sent++;
	}
	/* As many as the next call may take do not count as waiting. */
	ck_assert_uint_eq(sent, 50 + STORE_CHAIN_MAX);
	kit_run(50);
	ck_assert(!kit_send(&rigs[1], &writes[sent],
	    kit_assignment(&rigs[1], 1, 1, KIT_DAY), ID_NIL, 0));
	store_free(rigs[1].store);
	for (size_t i = 0; i < sent; i++) {
		ck_assert(writes[i].done);
		ck_assert_int_eq(writes[i].result.status, STATUS_STOPPING);
	}
	pgcluster_run(kit.sql, "ROLLBACK");
	rigs[1].store =
	    store_new(kit.base, &kit.options, &(struct store_hooks){0}, NULL);
}
END_TEST

static Suite *
suite(void)
{
	Suite *suite = suite_create("store_fault");
	TCase *tcase = tcase_create("fault");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, sessions_are_killed_under_load);
	tcase_add_test(tcase, server_crashes_under_load);
	tcase_add_test(tcase, server_is_restarted_under_load);
	tcase_add_test(tcase, reused_transaction_numbers_hide_nothing);
	tcase_add_test(tcase, restore_is_noticed);
	tcase_add_test(tcase, frozen_server_is_noticed);
	tcase_add_test(tcase, locks_are_not_waited_for_for_ever);
	tcase_add_test(tcase, queue_is_bounded_and_everything_completes);
	tcase_add_test(tcase, promotion_is_noticed);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	/* Without fsync a crash may lose what was acknowledged. */
	static const struct pgcluster_options options = {.durable = true};

	return kit_main(suite(), &options);
}
