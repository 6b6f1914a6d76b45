/* SPDX-License-Identifier: ISC */
/*
 * store_chain_test: writes that were judged one upon the other are done in one
 * transaction, and none is done without those that it rests on.
 *
 * All are at one site on one day, so that each raises the guard that the one
 * before raised; whoever raises it in between leaves it with a number that the
 * next one would take for its own.
 */
#include "tests/integration/store_one.h"

#include <string.h>

enum { SITE = 7, LENGTH = 6 };

struct chain {
	struct unit unit[STORE_CHAIN_MAX];
	struct store_write write[STORE_CHAIN_MAX];
	struct kit_write end[STORE_CHAIN_MAX];
	size_t count;
};

static void
chain_begin(struct chain *chain)
{
	chain->count = 0;
	book_suppose(store_book(one.store), NULL, 0);
}

/* Judged on those before it. */
static void
chain_add(struct chain *chain, struct assignment a, struct id key)
{
	struct book *book = store_book(one.store);
	struct unit *unit = &chain->unit[chain->count];
	union after after = {.assignment = a};

	unit_init(unit);
	unit_put(unit, book, KIND_ASSIGNMENT, &after, 0, SPAN("illness"));
	unit_seal(unit, book);
	for (size_t i = 0; i < unit->count; i++)
		book_suppose_more(book, &unit->changes[i].change);
	for (size_t i = 0; i < unit->bump_count; i++)
		book_suppose_guard(
		    book, unit->bumps[i].id, unit->bumps[i].seen + 1);
	chain->write[chain->count] = (struct store_write){
	    .key = key, .answer = SPAN("ok slot=first"), .unit = unit};
	memset(chain->write[chain->count].request, 1, 32);
	chain->count++;
}

static void
on_end(void *arg, const struct store_result *result)
{
	struct kit_write *end = arg;

	ck_assert(!end->done);
	end->done = true;
	end->result = *result;
}

static void
chain_send(struct chain *chain)
{
	void *args[STORE_CHAIN_MAX];

	book_retract(store_book(one.store));
	for (size_t i = 0; i < chain->count; i++) {
		ck_assert(store_may_chain(&chain->unit[i]));
		memset(&chain->end[i], 0, sizeof(chain->end[i]));
		args[i] = &chain->end[i];
	}
	ck_assert_int_eq(store_write_chain(one.store, chain->write, args,
			     chain->count, on_end),
	    STATUS_OK);
	for (size_t i = 0; i < chain->count; i++) {
		ck_assert(!chain->end[i].done);
		unit_fini(&chain->unit[i]);
	}
}

static struct assignment
half_day(int32_t number)
{
	return kit_assignment(&one, number, SITE, KIT_DAY);
}

static struct id
shared_guard(void)
{
	return guard_site_day(
	    book_site(store_book(one.store), SITE)->entity.id, KIT_DAY);
}

/* `a` gets those that the chain fills. */
static void
chain_of_new(struct chain *chain, struct assignment *a, size_t count)
{
	chain_begin(chain);
	for (size_t i = 0; i < count; i++) {
		a[i] = half_day((int32_t)i);
		chain_add(chain, a[i], ID_NIL);
	}
}

/* So many are done, the others end as given and leave nothing. */
static void
expect(struct chain *chain, const struct assignment *a, size_t done,
    enum status rest)
{
	for (size_t i = 0; i < chain->count; i++) {
		enum status status = kit_wait(&chain->end[i]);

		ck_assert_msg(status == (i < done ? STATUS_OK : rest),
		    "number %zu ended as %s", i, status_code(status));
		ck_assert_int_eq(one_has(a[i].id), i < done);
	}
	ck_assert_uint_eq(
	    book_guard(store_book(one.store), one_physician_guard(LENGTH - 1)),
	    done == LENGTH ? 2 : 1);
}

START_TEST(all_are_done_in_one_transaction)
{
	struct assignment a[LENGTH];
	struct chain chain;

	chain_of_new(&chain, a, LENGTH);
	chain_send(&chain);
	expect(&chain, a, LENGTH, STATUS_OK);
	ck_assert_int_eq(one_transactions(a[0].id, a[LENGTH - 1].id), 1);
	ck_assert_uint_eq(
	    book_guard(store_book(one.store), shared_guard()), LENGTH);
	kit_check_load(&one);
}
END_TEST

/* What one fills, the next one moves, and the third gives up; somebody else has
 * the room then. */
START_TEST(each_sees_what_the_one_before_did)
{
	struct assignment a = half_day(1), b = half_day(2);
	struct chain chain;

	chain_begin(&chain);
	chain_add(&chain, a, ID_NIL);
	a.room = 2;
	chain_add(&chain, a, ID_NIL);
	a.state = STATE_CANCELLED;
	chain_add(&chain, a, ID_NIL);
	b.room = 2;
	chain_add(&chain, b, ID_NIL);
	chain_send(&chain);
	for (size_t i = 0; i < chain.count; i++)
		ck_assert_int_eq(kit_wait(&chain.end[i]), STATUS_OK);
	ck_assert_uint_eq(one_find(a.id)->rev, 3);
	ck_assert_int_eq(one_find(a.id)->state, STATE_CANCELLED);
	ck_assert_int_eq(one_find(b.id)->room, 2);
	ck_assert_int_eq(one_transactions(a.id, b.id), 1);
	kit_check_load(&one);
}
END_TEST

/* Somebody has raised what they share by one: it has the numbers now that the
 * second one expects of the first. */
START_TEST(all_are_stale_when_the_first_is)
{
	struct assignment a[LENGTH];
	struct chain chain;

	ck_assert_int_eq(kit_put(&one, half_day(20)), STATUS_OK);
	chain_of_new(&chain, a, LENGTH);
	pgcluster_run(kit.sql,
	    "UPDATE rota.guard SET rev = rev + 1 WHERE day IS NOT NULL");
	chain_send(&chain);
	expect(&chain, a, 0, STATUS_STALE);
}
END_TEST

START_TEST(what_follows_a_stale_one_is_stale)
{
	struct assignment a[LENGTH];
	struct chain chain;

	chain_of_new(&chain, a, LENGTH);
	one_raise(kit.sql, one_physician_guard(2));
	chain_send(&chain);
	expect(&chain, a, 2, STATUS_STALE);
}
END_TEST

START_TEST(what_follows_a_replayed_one_is_stale)
{
	struct assignment a[3] = {half_day(1), half_day(2), half_day(3)};
	struct kit_write write;
	struct id key = kit_id();
	struct chain chain;

	ck_assert(kit_send(&one, &write, half_day(20), key, 1));
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	chain_begin(&chain);
	chain_add(&chain, a[0], kit_id());
	chain_add(&chain, a[1], key);
	chain_add(&chain, a[2], kit_id());
	chain_send(&chain);
	ck_assert_int_eq(kit_wait(&chain.end[0]), STATUS_OK);
	ck_assert(!chain.end[0].result.replayed);
	ck_assert_int_eq(kit_wait(&chain.end[1]), STATUS_OK);
	ck_assert(chain.end[1].result.replayed);
	ck_assert_int_eq(kit_wait(&chain.end[2]), STATUS_STALE);
	ck_assert(one_has(a[0].id) && !one_has(a[1].id) && !one_has(a[2].id));
}
END_TEST

/* The first cannot be done, and is told why; what was judged upon it is not
 * sent again as it is. */
START_TEST(an_error_hits_its_owner)
{
	struct assignment a[LENGTH];
	struct chain chain;

	ck_assert_int_eq(kit_put(&one, half_day(20)), STATUS_OK);
	chain_of_new(&chain, a, LENGTH);
	kit_put_by_sql(kit.sql, &one, a[0].id, 300);
	chain_send(&chain);
	ck_assert_int_eq(kit_wait(&chain.end[0]), STATUS_EXISTS);
	for (size_t i = 1; i < LENGTH; i++) {
		ck_assert_int_eq(kit_wait(&chain.end[i]), STATUS_STALE);
		ck_assert(!one_has(a[i].id));
	}
}
END_TEST

START_TEST(an_error_behind_leaves_the_first)
{
	struct assignment a[LENGTH];
	struct chain chain;

	chain_of_new(&chain, a, LENGTH);
	kit_put_by_sql(kit.sql, &one, a[3].id, 300);
	chain_send(&chain);
	ck_assert_int_eq(kit_wait(&chain.end[0]), STATUS_OK);
	for (size_t i = 1; i < LENGTH; i++)
		ck_assert_int_eq(kit_wait(&chain.end[i]), STATUS_STALE);
	ck_assert(one_has(a[0].id) && !one_has(a[1].id) && !one_has(a[2].id));
	/* It goes on from there. */
	ck_assert_int_eq(kit_put(&one, a[1]), STATUS_OK);
}
END_TEST

/* A guard that moves between the first look and its lock. */
START_TEST(all_are_stale_when_a_guard_moves_late)
{
	PGconn *other =
	    pgcluster_connect(kit.cluster, kit.database, PGCLUSTER_ADMIN);
	struct assignment a[LENGTH];
	struct chain chain;

	chain_of_new(&chain, a, LENGTH);
	pgcluster_run(other, "BEGIN");
	one_raise(other, one_physician_guard(LENGTH - 1));
	chain_send(&chain);
	one_until_locked();
	pgcluster_run(other, "COMMIT");
	for (size_t i = 0; i < LENGTH; i++) {
		ck_assert_int_eq(kit_wait(&chain.end[i]), STATUS_STALE);
		ck_assert(!one_has(a[i].id));
	}
	PQfinish(other);
}
END_TEST

START_TEST(nothing_is_left_of_a_chain_that_was_lost)
{
	PGconn *other =
	    pgcluster_connect(kit.cluster, kit.database, PGCLUSTER_ADMIN);
	struct assignment a[LENGTH];
	struct chain chain;

	chain_of_new(&chain, a, LENGTH);
	pgcluster_run(other, "BEGIN");
	one_raise(other, one_physician_guard(LENGTH - 1));
	chain_send(&chain);
	one_until_locked();
	pgcluster_run(kit.sql,
	    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE wait_event_type = 'Lock' AND query LIKE '%%rota.write%%'"
	    " AND datname = current_database()");
	for (size_t i = 0; i < LENGTH; i++)
		ck_assert_int_eq(kit_wait(&chain.end[i]), STATUS_UNAVAILABLE);
	pgcluster_run(other, "ROLLBACK");
	kit_until(rig_is_up, &one, 20000);
	for (size_t i = 0; i < LENGTH; i++)
		ck_assert_int_eq(kit_put(&one, a[i]), STATUS_OK);
	kit_check_load(&one);
	PQfinish(other);
}
END_TEST

/* Those that do not meet it leave with it. */
START_TEST(a_chain_leaves_with_others)
{
	struct assignment before = kit_assignment(&one, 32, 32, KIT_DAY);
	struct assignment after = kit_assignment(&one, 33, 33, KIT_DAY);
	struct assignment a[LENGTH];
	struct kit_write writes[2];
	struct chain chain;

	ck_assert(kit_send(&one, &writes[0], before, ID_NIL, 0));
	chain_of_new(&chain, a, LENGTH);
	one_raise(kit.sql, one_physician_guard(4));
	chain_send(&chain);
	ck_assert(kit_send(&one, &writes[1], after, ID_NIL, 0));
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(kit_wait(&writes[i]), STATUS_OK);
	expect(&chain, a, 4, STATUS_STALE);
	ck_assert_int_eq(one_transactions(before.id, a[3].id), 1);
	ck_assert_int_eq(one_transactions(a[3].id, after.id), 1);
}
END_TEST

/* The longest that may be: there is no room beside it. */
START_TEST(a_full_chain_leaves_alone)
{
	struct assignment before = kit_assignment(&one, 32, 32, KIT_DAY);
	struct assignment a[STORE_CHAIN_MAX];
	struct kit_write write;
	struct chain chain;

	ck_assert(kit_send(&one, &write, before, ID_NIL, 0));
	chain_of_new(&chain, a, STORE_CHAIN_MAX);
	chain_send(&chain);
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	for (size_t i = 0; i < STORE_CHAIN_MAX; i++)
		ck_assert_int_eq(kit_wait(&chain.end[i]), STATUS_OK);
	ck_assert_int_eq(
	    one_transactions(a[0].id, a[STORE_CHAIN_MAX - 1].id), 1);
	ck_assert_int_eq(one_transactions(before.id, a[0].id), 2);
	kit_check_load(&one);
}
END_TEST

int
main(void)
{
	TCase *tcase;
	Suite *suite = one_suite("store_chain", &tcase);

	tcase_add_test(tcase, all_are_done_in_one_transaction);
	tcase_add_test(tcase, each_sees_what_the_one_before_did);
	tcase_add_test(tcase, all_are_stale_when_the_first_is);
	tcase_add_test(tcase, what_follows_a_stale_one_is_stale);
	tcase_add_test(tcase, what_follows_a_replayed_one_is_stale);
	tcase_add_test(tcase, an_error_hits_its_owner);
	tcase_add_test(tcase, an_error_behind_leaves_the_first);
	tcase_add_test(tcase, all_are_stale_when_a_guard_moves_late);
	tcase_add_test(tcase, nothing_is_left_of_a_chain_that_was_lost);
	tcase_add_test(tcase, a_chain_leaves_with_others);
	tcase_add_test(tcase, a_full_chain_leaves_alone);
	return kit_main(suite, NULL);
}
