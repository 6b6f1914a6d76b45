/* SPDX-License-Identifier: ISC */
/*
 * store_batch_test: writes that leave together, in one transaction, end each as
 * it would have ended alone.
 *
 * What is asked for in one turn of the event loop leaves in one call at its
 * end.
 */
#include "tests/integration/store_one.h"

enum { TOGETHER = 6, SOON_MS = 10000 };

/* Each with a physician and a site of its own. */
static struct assignment
assignment(int32_t number)
{
	return kit_assignment(&one, number, number, KIT_DAY);
}

static void
put(struct kit_write *write, struct assignment a)
{
	ck_assert(kit_send(&one, write, a, ID_NIL, 0));
}

START_TEST(all_are_done_in_one_transaction)
{
	struct kit_write writes[TOGETHER];
	struct assignment a[TOGETHER];

	for (int i = 0; i < TOGETHER; i++) {
		a[i] = assignment(i);
		put(&writes[i], a[i]);
	}
	for (int i = 0; i < TOGETHER; i++) {
		ck_assert_int_eq(kit_wait(&writes[i]), STATUS_OK);
		ck_assert(one_has(a[i].id));
		ck_assert_int_eq(one_transactions(a[0].id, a[i].id), 1);
		ck_assert_uint_eq(
		    book_guard(store_book(one.store), one_physician_guard(i)),
		    2);
	}
	/* The guards of each are told with its own row. */
	ck_assert_int_eq(pgcluster_number(kit.sql,
			     "SELECT count(*) FROM rota.change"
			     " WHERE kind = 'assignment'"
			     " AND cardinality(guards) >= 2"
			     " AND cardinality(guards) = cardinality(seen)"),
	    TOGETHER);
	ck_assert_int_eq(
	    pgcluster_number(kit.sql,
		"SELECT count(*) FROM (SELECT FROM rota.change, unnest(guards)"
		" AS g WHERE kind = 'assignment' GROUP BY g"
		" HAVING count(*) > 1) AS twice"),
	    0);
	kit_check_load(&one);
}
END_TEST

/* One is stale, one was done before, one comes with somebody else's key: they
 * are left out, and the others go on. */
START_TEST(some_are_left_out)
{
	struct assignment done = assignment(20), used = assignment(21);
	struct assignment a = assignment(1), stale = assignment(2);
	struct assignment reused = assignment(3), b = assignment(4);
	struct id key = kit_id(), other_key = kit_id(), fresh_key = kit_id();
	struct kit_write writes[5], write;

	ck_assert(kit_send(&one, &write, done, key, 1));
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	ck_assert(kit_send(&one, &write, used, other_key, 1));
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	one_raise(kit.sql, one_physician_guard(2));

	put(&writes[0], a);
	put(&writes[1], stale);
	ck_assert(kit_send(&one, &writes[2], done, key, 1));
	ck_assert(kit_send(&one, &writes[3], reused, other_key, 2));
	ck_assert(kit_send(&one, &writes[4], b, fresh_key, 1));
	ck_assert_int_eq(kit_wait(&writes[0]), STATUS_OK);
	ck_assert(!writes[0].result.replayed);
	ck_assert_int_eq(kit_wait(&writes[1]), STATUS_STALE);
	ck_assert_int_eq(kit_wait(&writes[2]), STATUS_OK);
	ck_assert(writes[2].result.replayed);
	ck_assert_str_eq(writes[2].answer, "ok slot=first");
	ck_assert_int_eq(kit_wait(&writes[3]), STATUS_KEY_REUSED);
	ck_assert_int_eq(kit_wait(&writes[4]), STATUS_OK);
	ck_assert(!writes[4].result.replayed);

	ck_assert(one_has(a.id) && one_has(b.id));
	ck_assert(!one_has(stale.id) && !one_has(reused.id));
	ck_assert_uint_eq(
	    book_assignment(store_book(one.store), done.id)->rev, 1);
	ck_assert_int_eq(one_transactions(a.id, b.id), 1);
	/* Its key is good for the next time. */
	ck_assert(kit_send(&one, &write, b, fresh_key, 1));
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	ck_assert(write.result.replayed);
}
END_TEST

/* An error undoes the call; each is sent again alone, and it hits its owner. */
START_TEST(an_error_hits_its_owner_alone)
{
	struct assignment a = assignment(1), taken = assignment(2);
	struct assignment b = assignment(3);
	struct kit_write writes[3];
	struct id key = kit_id();

	kit_put_by_sql(kit.sql, &one, taken.id, 300);
	taken.physician = taken.site = 2;
	put(&writes[0], a);
	put(&writes[1], taken);
	ck_assert(kit_send(&one, &writes[2], b, key, 1));
	ck_assert_int_eq(kit_wait(&writes[0]), STATUS_OK);
	ck_assert_int_eq(kit_wait(&writes[1]), STATUS_EXISTS);
	ck_assert_int_eq(kit_wait(&writes[2]), STATUS_OK);
	ck_assert(!writes[2].result.replayed);
	ck_assert(one_has(a.id) && one_has(b.id));
	ck_assert_int_eq(one_transactions(a.id, b.id), 2);
}
END_TEST

/* A guard that moves between the first look and its lock: all judge again, and
 * nothing of any is left. */
START_TEST(all_are_stale_when_a_guard_moves_late)
{
	PGconn *other =
	    pgcluster_connect(kit.cluster, kit.database, PGCLUSTER_ADMIN);
	struct assignment a = assignment(1), b = assignment(2);
	struct kit_write writes[2], write;
	struct id key = kit_id();

	pgcluster_run(other, "BEGIN");
	one_raise(other, one_physician_guard(2));
	ck_assert(kit_send(&one, &writes[0], a, key, 1));
	put(&writes[1], b);
	one_until_locked();
	pgcluster_run(other, "COMMIT");
	ck_assert_int_eq(kit_wait(&writes[0]), STATUS_STALE);
	ck_assert_int_eq(kit_wait(&writes[1]), STATUS_STALE);
	ck_assert(!one_has(a.id) && !one_has(b.id));
	ck_assert_uint_eq(
	    book_guard(store_book(one.store), one_physician_guard(1)), 1);
	ck_assert(kit_send(&one, &write, a, key, 1));
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	ck_assert(!write.result.replayed);
	PQfinish(other);
}
END_TEST

static void
send_with_read(struct kit_write *write, struct assignment a, struct id guard)
{
	const struct book *book = store_book(one.store);
	union after after = {.assignment = a};
	struct unit unit;

	unit_init(&unit);
	unit_put(&unit, book, KIND_ASSIGNMENT, &after, 0, SPAN("illness"));
	unit_read(&unit, guard, INT32_MAX);
	unit_seal(&unit, book);
	ck_assert(kit_send_unit(&one, write, &unit, ID_NIL, 0));
	unit_fini(&unit);
}

/* A verdict that depends on what another one changes is not given with it. */
START_TEST(who_reads_does_not_go_with_who_raises)
{
	struct assignment a = assignment(1), b = assignment(2);
	struct assignment same = assignment(1), c = assignment(3);
	struct kit_write writes[4];

	same.site = 7;
	same.part = PART_A;
	same.from += 6 * 3600;
	put(&writes[0], a);
	send_with_read(&writes[1], b, one_physician_guard(1));
	put(&writes[2], same); /* the same physician: raises what `a` does */
	put(&writes[3], c);
	ck_assert_int_eq(kit_wait(&writes[0]), STATUS_OK);
	/* It may have been quicker on its own session. */
	if (kit_wait(&writes[1]) == STATUS_OK)
		ck_assert_int_eq(one_transactions(a.id, b.id), 2);
	else
		ck_assert_int_eq(writes[1].result.status, STATUS_STALE);
	ck_assert_int_eq(kit_wait(&writes[2]), STATUS_STALE);
	/* It leaves with the one before it, which may wait for a lock. */
	if (kit_wait(&writes[3]) == STATUS_STALE)
		ck_assert_int_eq(kit_put(&one, c), STATUS_OK);
	ck_assert(one_has(a.id) && one_has(c.id) && !one_has(same.id));
	ck_assert(one_has(b.id) == (writes[1].result.status == STATUS_OK));
}
END_TEST

/* The same key twice at once: done once, and the second is told so; it may have
 * to ask again when both were under way. */
START_TEST(one_key_is_used_once)
{
	struct assignment a = assignment(1), b = assignment(2);
	struct kit_write writes[2];
	struct id key = kit_id();

	ck_assert(kit_send(&one, &writes[0], a, key, 1));
	ck_assert(kit_send(&one, &writes[1], b, key, 1));
	if (kit_wait(&writes[0]) == STATUS_STALE)
		ck_assert(kit_send(&one, &writes[0], a, key, 1));
	if (kit_wait(&writes[1]) == STATUS_STALE)
		ck_assert(kit_send(&one, &writes[1], b, key, 1));
	ck_assert_int_eq(kit_wait(&writes[0]), STATUS_OK);
	ck_assert_int_eq(kit_wait(&writes[1]), STATUS_OK);
	ck_assert(writes[0].result.replayed != writes[1].result.replayed);
	ck_assert(one_has(a.id) == !writes[0].result.replayed);
	ck_assert(one_has(b.id) == !writes[1].result.replayed);
}
END_TEST

/* A question about a key goes alone, behind those that came before it. */
START_TEST(a_question_waits_its_turn)
{
	struct kit_write write, question, last;
	struct id key = kit_id();

	ck_assert(kit_send(&one, &write, assignment(1), key, 1));
	one_ask_key(&question, key, 1);
	put(&last, assignment(2));
	ck_assert_int_eq(kit_wait(&write), STATUS_OK);
	kit_wait(&question);
	/* It may have overtaken the write on another session. */
	if (question.result.status == STATUS_OK)
		ck_assert_str_eq(question.answer, "ok slot=first");
	else
		ck_assert_int_eq(question.result.status, STATUS_NOT_FOUND);
	ck_assert_int_eq(kit_wait(&last), STATUS_OK);
}
END_TEST

static bool
nobody_is_left(void *arg)
{
	PGconn *session = arg;

	return pgcluster_number(session,
		   "SELECT count(*) FROM pg_stat_activity"
		   " WHERE datname = current_database()"
		   " AND backend_type = 'client backend'") == 1;
}

/* Two daemons whose batches want many of the same guards in any order. */
START_TEST(nothing_deadlocks)
{
	enum { ROUNDS = 30, EACH = 12 };
	struct kit_write writes[2][EACH];
	struct rig other, *both[] = {&one, &other};
	size_t done = 0;

	rig_open(&other);
	for (int32_t round = 0; round < ROUNDS; round++) {
		kit_settle(both, 2);
		for (int32_t i = 0; i < EACH; i++) {
			struct assignment a = kit_assignment(
			    &one, (i + round) % EACH, 1, KIT_DAY + round);
			struct assignment b = kit_assignment(&other,
			    (EACH - 1 - i), 2, KIT_DAY + ROUNDS + round);

			a.site = b.site = i;
			ck_assert(kit_send(&one, &writes[0][i], a, ID_NIL, 0));
			ck_assert(
			    kit_send(&other, &writes[1][i], b, ID_NIL, 0));
		}
		for (int32_t i = 0; i < EACH; i++)
			for (int side = 0; side < 2; side++) {
				enum status status = kit_wait(&writes[side][i]);

				ck_assert(status == STATUS_OK ||
				    status == STATUS_STALE);
				done += status == STATUS_OK;
			}
	}
	ck_assert_uint_ge(done, ROUNDS);
	kit_settle(both, 2);
	kit_check_equal(&one, &other);
	/* Sessions tell what they counted when they end. */
	rig_close(&other);
	rig_close(&one);
	kit_until(nobody_is_left, kit.sql, SOON_MS);
	ck_assert_int_eq(pgcluster_number(kit.sql,
			     "SELECT deadlocks FROM pg_stat_database"
			     " WHERE datname = current_database()"),
	    0);
	rig_open(&one);
}
END_TEST

int
main(void)
{
	TCase *tcase;
	Suite *suite = one_suite("store_batch", &tcase);

	tcase_add_test(tcase, all_are_done_in_one_transaction);
	tcase_add_test(tcase, some_are_left_out);
	tcase_add_test(tcase, an_error_hits_its_owner_alone);
	tcase_add_test(tcase, all_are_stale_when_a_guard_moves_late);
	tcase_add_test(tcase, who_reads_does_not_go_with_who_raises);
	tcase_add_test(tcase, one_key_is_used_once);
	tcase_add_test(tcase, a_question_waits_its_turn);
	tcase_add_test(tcase, nothing_deadlocks);
	return kit_main(suite, NULL);
}
