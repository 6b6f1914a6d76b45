/* SPDX-License-Identifier: ISC */
/*
 * store_feed_test: the feed under load and beside strangers: nothing missing,
 * nothing twice, nothing late.
 *
 * That no change is told twice or out of order is looked at by store_kit for
 * every change that any rig is told.
 */
#include "tests/integration/store_kit.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 64, IN_FLIGHT = 32, WRITES = 6000, SOON_US = 1000000 };

static struct rig rigs[2];
static struct rig *both[] = {&rigs[0], &rigs[1]};

static void
setup(void)
{
	kit_begin();
	rig_open(&rigs[0]);
	kit_people(&rigs[0], PEOPLE);
	rig_open(&rigs[1]);
	kit_settle(both, 2);
}

static void
teardown(void)
{
	rig_close(&rigs[0]);
	rig_close(&rigs[1]);
	kit_end();
}

/* ----- writers without a pause ----- */

struct worker {
	struct rig *rig;
	int32_t number; /* of its physician */
	struct kit_write write;
	struct assignment last;
	bool waiting;
	unsigned made;
};

/* A new half-day, or the next state of the last one. */
static void
send_next(struct worker *worker)
{
	if (worker->made % 3 == 0) {
		worker->last =
		    kit_assignment(worker->rig, worker->number, 0, KIT_DAY);
		worker->last.site = (int32_t)(kit_random() % PEOPLE);
		worker->last.day += (int32_t)worker->made;
		worker->last.from += (int64_t)worker->made * SECONDS_PER_DAY;
	} else {
		worker->last.state =
		    worker->made % 3 == 1 ? STATE_PUBLISHED : STATE_CANCELLED;
	}
	ck_assert(
	    kit_send(worker->rig, &worker->write, worker->last, ID_NIL, 0));
	worker->waiting = true;
}

struct crowd {
	struct worker workers[IN_FLIGHT];
	unsigned target, done;
};

static void
take_answer(struct crowd *crowd, struct worker *worker)
{
	worker->waiting = false;
	if (worker->write.result.status == STATUS_STALE)
		return;
	ck_assert_int_eq(worker->write.result.status, STATUS_OK);
	crowd->done++;
	worker->made++;
}

static bool
crowd_is_done(void *arg)
{
	struct crowd *crowd = arg;
	bool idle = true;

	for (size_t i = 0; i < IN_FLIGHT; i++) {
		struct worker *worker = &crowd->workers[i];

		if (worker->waiting && worker->write.done)
			take_answer(crowd, worker);
		if (!worker->waiting && crowd->done < crowd->target)
			send_next(worker);
		idle &= !worker->waiting;
	}
	return idle && crowd->done >= crowd->target;
}

static void
crowd_run(struct crowd *crowd, unsigned target)
{
	memset(crowd, 0, sizeof(*crowd));
	crowd->target = target;
	for (size_t i = 0; i < IN_FLIGHT; i++) {
		crowd->workers[i].rig = both[i % 2];
		crowd->workers[i].number = (int32_t)i;
	}
	kit_until(crowd_is_done, crowd, 120000);
}

START_TEST(two_daemons_at_full_speed)
{
	static struct crowd crowd;
	size_t before[] = {rigs[0].changes, rigs[1].changes};
	size_t rows;

	crowd_run(&crowd, WRITES);
	kit_settle(both, 2);
	rows = (size_t)pgcluster_number(kit.sql,
	    "SELECT count(*) FROM rota.change WHERE kind = 'assignment'");
	ck_assert_uint_eq(rows, crowd.done);
	ck_assert_uint_eq(rigs[0].changes - before[0], rows);
	ck_assert_uint_eq(rigs[1].changes - before[1], rows);
	kit_check_equal(&rigs[0], &rigs[1]);
	kit_check_load(&rigs[0]);
	ck_assert_int_eq(
	    pgcluster_number(kit.sql,
		"SELECT deadlocks FROM pg_stat_database WHERE datname = "
		"current_database()"),
	    0);
}
END_TEST

/* ----- strangers ----- */

/* Each of some writes is in both books, and most of them within a second: on a
 * machine that has much else to do some may take longer. */
static void
check_soon(void)
{
	enum { TRIES = 20 };
	static int32_t day = KIT_DAY;
	int soon = 0;

	for (int i = 0; i < TRIES; i++) {
		struct assignment a = kit_assignment(&rigs[0], i, i, ++day);
		uint64_t began = clock_mono_us();

		ck_assert_int_eq(kit_put(&rigs[0], a), STATUS_OK);
		kit_settle(both, 2);
		ck_assert_ptr_nonnull(
		    book_assignment(store_book(rigs[1].store), a.id));
		soon += clock_mono_us() - began < SOON_US;
	}
	ck_assert_int_gt(soon, TRIES / 2);
}

START_TEST(open_transactions_delay_nothing)
{
	PGconn *elsewhere =
	    pgcluster_connect(kit.cluster, "postgres", PGCLUSTER_ADMIN);
	PGconn *here =
	    pgcluster_connect(kit.cluster, kit.database, PGCLUSTER_ADMIN);
	PGconn *import =
	    pgcluster_connect(kit.cluster, kit.database, PGCLUSTER_ADMIN);
	struct store_figures figures;

	pgcluster_run(elsewhere, "BEGIN; CREATE TABLE stranger (n integer)");
	/* An import that is not finished, in our own table. */
	pgcluster_run(import,
	    "BEGIN; INSERT INTO rota.change (epoch, kind, entity, rev, payload)"
	    " SELECT p.epoch, 'contract', gen_random_uuid(), 1, '{}'"
	    " FROM rota.present p, generate_series(1, 100000)");
	pgcluster_run(here,
	    "BEGIN; CREATE TABLE prepared (n integer);"
	    "PREPARE TRANSACTION 'stranger'");
	check_soon();
	/* And one that began before the cursor and ends after it is seen. */
	pgcluster_run(elsewhere, "ROLLBACK");
	pgcluster_run(import, "COMMIT");
	pgcluster_run(here, "COMMIT PREPARED 'stranger'");
	check_soon();
	store_figures(rigs[1].store, &figures);
	ck_assert_uint_eq(figures.unknown, 100000);
	kit_check_load(&rigs[0]);
	PQfinish(import);
	PQfinish(elsewhere);
	PQfinish(here);
}
END_TEST

static bool
has_assignment(void *arg)
{
	return book_assignment(
		   store_book(rigs[1].store), *(const struct id *)arg) != NULL;
}

START_TEST(transactions_come_whole_or_never)
{
	PGconn *tool =
	    pgcluster_connect(kit.cluster, kit.database, PGCLUSTER_ADMIN);
	struct id ids[3] = {kit_id(), kit_id(), kit_id()};

	pgcluster_run(tool, "BEGIN");
	kit_put_by_sql(tool, &rigs[0], ids[0], 1);
	check_soon();
	pgcluster_run(tool, "ROLLBACK");
	pgcluster_run(tool, "BEGIN");
	kit_put_by_sql(tool, &rigs[0], ids[1], 2);
	check_soon();
	ck_assert(!has_assignment(&ids[1]));
	/* Two calls, one transaction: both or none. */
	kit_put_by_sql(tool, &rigs[0], ids[2], 3);
	ck_assert(!has_assignment(&ids[1]));
	pgcluster_run(tool, "COMMIT");
	kit_until(has_assignment, &ids[1], 5000);
	ck_assert(has_assignment(&ids[2]));
	kit_run(200);
	ck_assert(!has_assignment(&ids[0]));
	kit_check_load(&rigs[0]);
	PQfinish(tool);
}
END_TEST

START_TEST(later_kinds_are_skipped_and_counted)
{
	struct store_figures figures;

	pgcluster_run(kit.sql,
	    "INSERT INTO rota.change (epoch, kind, entity, rev, payload)"
	    " SELECT epoch, 'contract', gen_random_uuid(), 1, '{}'"
	    " FROM rota.present");
	check_soon();
	store_figures(rigs[1].store, &figures);
	ck_assert_uint_eq(figures.unknown, 1);
	ck_assert_uint_eq(rigs[1].again, 0);
}
END_TEST

static bool
has_loaded_again(void *arg)
{
	return ((struct rig *)arg)->again > 0;
}

/* What the owner writes into the past is in the counters after a load; and
 * changes told meanwhile are told once. */
START_TEST(past_is_loaded_anew)
{
	static struct crowd crowd;
	const struct book *book = store_book(rigs[0].store);
	int32_t past = book_from(book) - 20 - KIT_DAY;

	kit_put_by_sql(kit.sql, &rigs[0], kit_id(), past);
	crowd_run(&crowd, 500);
	kit_until(has_loaded_again, &rigs[0], 20000);
	kit_until(has_loaded_again, &rigs[1], 20000);
	check_soon();
	kit_settle(both, 2);
	ck_assert_uint_eq(rigs[0].torn + rigs[1].torn, 0);
	kit_check_equal(&rigs[0], &rigs[1]);
	kit_check_load(&rigs[0]);
}
END_TEST

/* A change that the book cannot follow: it is loaded anew, and all is well. */
START_TEST(gap_is_noticed)
{
	struct assignment a = kit_assignment(&rigs[0], 1, 1, KIT_DAY);
	char text[ID_TEXT_LEN + 1] = "";

	ck_assert_int_eq(kit_put(&rigs[0], a), STATUS_OK);
	id_to_text(a.id, text);
	pgcluster_run(kit.sql,
	    "UPDATE rota.assignment SET rev = 3 WHERE id = '%s'", text);
	pgcluster_run(kit.sql,
	    "INSERT INTO rota.change (epoch, kind, entity, rev, payload)"
	    " SELECT epoch, kind, entity, 3, payload || '{\"rev\": 3}'"
	    " FROM rota.change WHERE entity = '%s'",
	    text);
	kit_until(has_loaded_again, &rigs[0], 20000);
	kit_until(rig_is_up, &rigs[0], 20000);
	ck_assert_uint_eq(
	    book_assignment(store_book(rigs[0].store), a.id)->rev, 3);
	kit_until(has_loaded_again, &rigs[1], 20000);
	kit_until(rig_is_up, &rigs[1], 20000);
	/* Revision 2 was told to nobody. */
	ck_assert_uint_ge(rigs[0].torn, 1);
	ck_assert_uint_ge(rigs[1].torn, 1);
	kit_check_equal(&rigs[0], &rigs[1]);
}
END_TEST

/* ----- cursors ----- */

static void
on_wait(void *arg, enum status status)
{
	*(enum status *)arg = status;
}

static bool
is_told(void *arg)
{
	return *(const enum status *)arg != STATUS_COUNT;
}

static enum status
await(struct rig *rig, struct span cursor, unsigned ms)
{
	enum status status = STATUS_COUNT;
	struct store_wait *wait =
	    store_await(rig->store, cursor, ms, on_wait, &status);

	ck_assert_ptr_nonnull(wait);
	ck_assert_int_eq(status, STATUS_COUNT);
	kit_until(is_told, &status, ms + 5000);
	return status;
}

START_TEST(cursors_order_what_is_shown)
{
	static const char *const wrong[] = {"", "x", "1",
	    "1:2:3:", "0:5:5:", "999999999:5:5:", ":::", "1:5:4:", "1:3:9:7,5"};
	struct assignment a = kit_assignment(&rigs[0], 1, 1, KIT_DAY);
	struct store_wait *wait;
	enum status status = STATUS_COUNT;
	char cursor[4096], ahead[128];
	struct span span;

	ck_assert_int_eq(kit_put(&rigs[0], a), STATUS_OK);
	span = store_cursor(rigs[0].store);
	snprintf(cursor, sizeof(cursor), "%.*s", (int)span.len, span.ptr);
	ck_assert_int_eq(store_covers(rigs[0].store, span), STATUS_OK);
	ck_assert_int_eq(await(&rigs[1], span_of(cursor), 5000), STATUS_OK);
	ck_assert_ptr_nonnull(book_assignment(store_book(rigs[1].store), a.id));
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		ck_assert_int_eq(store_covers(rigs[0].store, span_of(wrong[i])),
		    STATUS_CURSOR);
		ck_assert_int_eq(
		    await(&rigs[0], span_of(wrong[i]), 1000), STATUS_CURSOR);
	}
	snprintf(ahead, sizeof(ahead),
	    "%u:9000000000:9000000000:", store_epoch(rigs[0].store));
	ck_assert_int_eq(
	    store_covers(rigs[0].store, span_of(ahead)), STATUS_BEHIND);
	ck_assert_int_eq(await(&rigs[0], span_of(ahead), 100), STATUS_BEHIND);
	wait = store_await(rigs[0].store, span_of(ahead), 50, on_wait, &status);
	store_forget(rigs[0].store, wait);
	kit_run(150);
	ck_assert_int_eq(status, STATUS_COUNT);
}
END_TEST

/* ----- a large unit ----- */

START_TEST(unit_of_20000_assignments)
{
	const struct book *book = store_book(rigs[0].store);
	struct kit_write write;
	struct unit unit;
	uint64_t began;

	unit_init(&unit);
	for (int32_t i = 0; i < PROTO_BATCH_MAX; i++) {
		union after after = {
		    .assignment = kit_assignment(&rigs[0], i % PEOPLE,
			i % PEOPLE, KIT_DAY + i / PEOPLE)};

		unit_put(&unit, book, KIND_ASSIGNMENT, &after, (unsigned)i + 1,
		    (struct span){NULL, 0});
	}
	unit_seal(&unit, book);
	began = clock_mono_us();
	ck_assert(kit_send_unit(&rigs[0], &write, &unit, ID_NIL, 0));
	unit_fini(&unit);
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	fprintf(stderr, "a unit of %d assignments: %llu ms\n", PROTO_BATCH_MAX,
	    (unsigned long long)(clock_mono_us() - began) / 1000);
	ck_assert_uint_eq(book_assignments(book), PROTO_BATCH_MAX);
	kit_settle(both, 2);
	kit_check_equal(&rigs[0], &rigs[1]);
	kit_check_load(&rigs[0]);
}
END_TEST

static Suite *
suite(void)
{
	Suite *suite = suite_create("store_feed");
	TCase *tcase = tcase_create("feed");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, two_daemons_at_full_speed);
	tcase_add_test(tcase, open_transactions_delay_nothing);
	tcase_add_test(tcase, transactions_come_whole_or_never);
	tcase_add_test(tcase, later_kinds_are_skipped_and_counted);
	tcase_add_test(tcase, past_is_loaded_anew);
	tcase_add_test(tcase, gap_is_noticed);
	tcase_add_test(tcase, cursors_order_what_is_shown);
	tcase_add_test(tcase, unit_of_20000_assignments);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return kit_main(suite(), NULL);
}
