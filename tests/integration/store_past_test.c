/* SPDX-License-Identifier: ISC */
/*
 * store_past_test: history, lists at marks, replays, and what is done by the
 * clock.
 */
#include "tests/integration/store_kit.h"

#include "daemon/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 16, ROWS_MAX = 200 };

static struct rig rig;

static void
setup(void)
{
	kit_begin();
	rig_open(&rig);
	kit_people(&rig, PEOPLE);
}

static void
teardown(void)
{
	rig_close(&rig);
	kit_end();
}

/* ----- an answer, kept ----- */

struct rows {
	bool done, more;
	enum status status;
	size_t count;
	struct {
		struct id id, by;
		uint32_t rev;
		uint64_t seq;
		enum kind kind;
		struct assignment after, before;
		bool has_before;
		char reason[PROTO_WORD_MAX + 1];
	} at[ROWS_MAX];
	struct store_mark mark;
};

static void
on_rows(void *arg, enum status status, const struct change *changes,
    size_t count, bool more, const struct store_mark *mark)
{
	struct rows *rows = arg;

	ck_assert(!rows->done);
	ck_assert_uint_le(count, ROWS_MAX);
	rows->done = true;
	rows->status = status;
	rows->more = more;
	rows->count = count;
	for (size_t i = 0; i < count; i++) {
		const struct change *change = &changes[i];

		rows->at[i].id = change->id;
		rows->at[i].by = change->by;
		rows->at[i].rev = change->rev;
		rows->at[i].seq = change->seq;
		rows->at[i].kind = change->kind;
		snprintf(rows->at[i].reason, sizeof(rows->at[i].reason), "%.*s",
		    (int)change->reason.len,
		    change->reason.len == 0 ? "" : change->reason.ptr);
		if (change->kind != KIND_ASSIGNMENT)
			continue;
		rows->at[i].after = change->after->assignment;
		rows->at[i].has_before = change->before != NULL;
		if (change->before != NULL)
			rows->at[i].before = change->before->assignment;
	}
	if (mark != NULL)
		rows->mark = *mark;
}

static bool
has_rows(void *arg)
{
	return ((struct rows *)arg)->done;
}

static void
wait_for(struct rows *rows)
{
	ck_assert(!rows->done);
	kit_until(has_rows, rows, 10000);
}

static void
ask_past(struct rows *rows, const struct store_past *past)
{
	memset(rows, 0, sizeof(*rows));
	ck_assert_int_eq(store_past(rig.store, past, on_rows, rows), STATUS_OK);
	wait_for(rows);
}

static void
check_same(const struct rows *a, const struct rows *b)
{
	ck_assert_uint_eq(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		ck_assert(id_equal(a->at[i].id, b->at[i].id));
		ck_assert_uint_eq(a->at[i].rev, b->at[i].rev);
		ck_assert_uint_eq(a->at[i].seq, b->at[i].seq);
	}
}

static uint64_t
set_mark(void)
{
	return (uint64_t)pgcluster_number(
	    kit.sql, "SELECT rota.mark(interval '0', 'test')");
}

/* ----- history ----- */

START_TEST(history_of_an_entity)
{
	static struct rows rows;
	struct assignment a = kit_assignment(&rig, 1, 2, KIT_DAY);

	for (int i = 0; i < 5; i++) {
		a.state = (uint8_t)i;
		ck_assert_int_eq(kit_put(&rig, a), STATUS_OK);
	}
	memset(&rows, 0, sizeof(rows));
	ck_assert_int_eq(
	    store_history(rig.store, a.id, 1, 3, on_rows, &rows), STATUS_OK);
	wait_for(&rows);
	ck_assert_int_eq(rows.status, STATUS_OK);
	ck_assert_uint_eq(rows.count, 3);
	ck_assert(rows.more);
	for (uint32_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(rows.at[i].rev, i + 2);
		ck_assert_int_eq(rows.at[i].after.state, (int)i + 1);
		ck_assert_int_eq(rows.at[i].after.physician, 1);
		ck_assert_str_eq(rows.at[i].reason, "illness");
	}
	memset(&rows, 0, sizeof(rows));
	ck_assert_int_eq(
	    store_history(rig.store, kit_id(), 0, 3, on_rows, &rows),
	    STATUS_OK);
	wait_for(&rows);
	ck_assert_int_eq(rows.status, STATUS_OK);
	ck_assert_uint_eq(rows.count, 0);
	ck_assert(!rows.more);
}
END_TEST

/* ----- the past ----- */

START_TEST(past_is_what_the_mark_saw)
{
	static struct rows rows, again;
	const struct book *book = store_book(rig.store);
	struct assignment a = kit_assignment(&rig, 1, 2, KIT_DAY + 3);
	struct assignment b = kit_assignment(&rig, 1, 3, KIT_DAY + 1);
	struct store_past past = {
	    .physician = book_physician(book, 1)->entity.id,
	    .from = KIT_DAY,
	    .to = KIT_DAY + 10,
	    .after_from = INT64_MIN,
	    .limit = 100};
	struct id sites[2] = {
	    book_site(book, 2)->entity.id, book_site(book, 3)->entity.id};
	int64_t between;

	ck_assert_int_eq(kit_put(&rig, a), STATUS_OK);
	ck_assert_int_eq(kit_put(&rig, b), STATUS_OK);
	past.mark = set_mark();
	between = clock_real_us();
	kit_run(10);
	/* Then one goes to somebody else, the other to another day. */
	a.physician = 5;
	ck_assert_int_eq(kit_put(&rig, a), STATUS_OK);
	b.day += 100;
	b.from += 100 * SECONDS_PER_DAY;
	ck_assert_int_eq(kit_put(&rig, b), STATUS_OK);
	set_mark();

	ask_past(&rows, &past);
	ck_assert_int_eq(rows.status, STATUS_OK);
	ck_assert_uint_eq(rows.mark.mark, past.mark);
	ck_assert_uint_eq(rows.count, 2);
	ck_assert(id_equal(rows.at[0].id, b.id)); /* ordered by from */
	ck_assert(id_equal(rows.at[1].id, a.id));
	ck_assert_int_eq(rows.at[1].after.physician, 1);
	ck_assert_uint_eq(rows.at[1].rev, 1);
	/* The same, by the clock; and of the sites. */
	past.mark = 0;
	past.as_of = between;
	past.physician = ID_NIL;
	past.sites = sites;
	past.nsites = 2;
	ask_past(&again, &past);
	ck_assert_uint_eq(again.mark.mark, rows.mark.mark);
	check_same(&rows, &again);
	/* In pages of one. */
	past.limit = 1;
	ask_past(&again, &past);
	ck_assert(again.more);
	ck_assert_uint_eq(again.count, 1);
	past.after_from = again.at[0].after.from;
	past.after_id = again.at[0].id;
	ask_past(&again, &past);
	ck_assert(!again.more);
	ck_assert_uint_eq(again.count, 1);
	ck_assert(id_equal(again.at[0].id, a.id));
	/* And now neither is there. */
	past.as_of = INT64_MAX / 2;
	past.after_from = INT64_MIN;
	past.physician = book_physician(book, 1)->entity.id;
	ask_past(&again, &past);
	ck_assert_int_eq(again.status, STATUS_OK);
	ck_assert_uint_eq(again.count, 0);
	ck_assert_uint_gt(again.mark.mark, rows.mark.mark);
}
END_TEST

START_TEST(past_without_a_mark)
{
	static struct rows rows;
	struct store_past past = {.physician = kit_id(),
	    .as_of = 1,
	    .from = 0,
	    .to = KIT_DAY,
	    .limit = 10};

	ask_past(&rows, &past);
	ck_assert_int_eq(rows.status, STATUS_NO_MARK);
	past.mark = 1000000;
	ask_past(&rows, &past);
	ck_assert_int_eq(rows.status, STATUS_NO_MARK);
}
END_TEST

static bool
has_marks(void *arg)
{
	return pgcluster_number(kit.sql,
		   "SELECT count(*) FROM rota.mark WHERE why = 'tick'") >=
	    *(const long long *)arg;
}

START_TEST(marks_are_set_by_one_of_two)
{
	struct store_options options = kit.options;
	long long three = 3, count;
	struct rig other;

	kit.options.mark_ms = options.mark_ms = 300;
	store_reload(rig.store, &options);
	rig_close(&rig);
	rig_open(&rig);
	rig_open(&other);
	kit_until(has_marks, &three, 10000);
	count = pgcluster_number(kit.sql,
	    "SELECT count(*) FROM (SELECT at - lag(at) OVER (ORDER BY at) AS"
	    " pause FROM rota.mark WHERE why = 'tick') m"
	    " WHERE pause < interval '250 ms'");
	ck_assert_int_eq(count, 0);
	rig_close(&other);
}
END_TEST

START_TEST(keys_and_guards_are_swept)
{
	long long guards =
	    pgcluster_number(kit.sql, "SELECT count(*) FROM rota.guard");

	rig_close(&rig);
	pgcluster_run(kit.sql,
	    "INSERT INTO rota.key (key, request, answer, at) SELECT"
	    " gen_random_uuid(), '', '', now() - interval '2 hours'"
	    " FROM generate_series(1, 2500);"
	    "INSERT INTO rota.key (key, request, answer) VALUES"
	    " (gen_random_uuid(), '', '');"
	    "INSERT INTO rota.guard (id, rev, day) SELECT gen_random_uuid(),"
	    " 1, '2001-01-01' FROM generate_series(1, 2500)");
	rig_open(&rig);
	for (int i = 0; i < 5000 &&
	     pgcluster_number(kit.sql, "SELECT count(*) FROM rota.key") > 1;
	     i++)
		kit_run(1);
	ck_assert_int_eq(
	    pgcluster_number(kit.sql, "SELECT count(*) FROM rota.key"), 1);
	kit_run(50);
	ck_assert_int_eq(
	    pgcluster_number(kit.sql, "SELECT count(*) FROM rota.guard"),
	    guards);
}
END_TEST

/* ----- the first day in full ----- */

START_TEST(quarter_moves_on)
{
	struct assignment a = kit_assignment(&rig, 1, 2, KIT_DAY + 1);
	int64_t later = (KIT_DAY + 200) * (int64_t)SECONDS_PER_DAY * 1000000;

	ck_assert_int_eq(kit_put(&rig, a), STATUS_OK);
	clock_set_for_test(later, clock_mono_us());
	for (int i = 0; i < 20000 && rig.again == 0; i++)
		event_base_loop(kit.base, EVLOOP_ONCE);
	clock_unset_for_test();
	ck_assert_uint_eq(rig.again, 1);
	ck_assert_int_eq(
	    book_from(store_book(rig.store)), book_first_day(KIT_DAY + 200));
	ck_assert_ptr_null(book_assignment(store_book(rig.store), a.id));
}
END_TEST

/* ----- replay ----- */

START_TEST(replay_is_what_was_missed)
{
	static struct rows rows;
	struct assignment a = kit_assignment(&rig, 1, 2, KIT_DAY);
	struct span span;
	char cursor[512];
	size_t told;

	ck_assert_int_eq(kit_put(&rig, a), STATUS_OK);
	span = store_cursor(rig.store);
	snprintf(cursor, sizeof(cursor), "%.*s", (int)span.len, span.ptr);
	told = rig.changes;
	a.site = 4;
	ck_assert_int_eq(kit_put(&rig, a), STATUS_OK);
	for (int32_t i = 2; i < 8; i++)
		ck_assert_int_eq(
		    kit_put(&rig, kit_assignment(&rig, i, i, KIT_DAY)),
		    STATUS_OK);
	memset(&rows, 0, sizeof(rows));
	ck_assert_int_eq(
	    store_replay(rig.store, span_of(cursor), 100, on_rows, &rows),
	    STATUS_OK);
	wait_for(&rows);
	ck_assert_int_eq(rows.status, STATUS_OK);
	ck_assert_uint_eq(rows.count, rig.changes - told);
	ck_assert(id_equal(rows.at[0].id, a.id));
	ck_assert_uint_eq(rows.at[0].rev, 2);
	ck_assert(rows.at[0].has_before);
	ck_assert_int_eq(rows.at[0].before.site, 2);
	ck_assert_int_eq(rows.at[0].after.site, 4);
	ck_assert(!rows.at[1].has_before);
	for (size_t i = 1; i < rows.count; i++)
		ck_assert_uint_gt(rows.at[i].seq, rows.at[i - 1].seq);
	memset(&rows, 0, sizeof(rows));
	ck_assert_int_eq(
	    store_replay(rig.store, span_of(cursor), 6, on_rows, &rows),
	    STATUS_OK);
	wait_for(&rows);
	ck_assert_int_eq(rows.status, STATUS_LIMIT);
	ck_assert_int_eq(
	    store_replay(rig.store, SPAN("1:2:2:"), 6, on_rows, &rows),
	    STATUS_CURSOR);
}
END_TEST

static Suite *
suite(void)
{
	Suite *suite = suite_create("store_past");
	TCase *tcase = tcase_create("past");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, history_of_an_entity);
	tcase_add_test(tcase, past_is_what_the_mark_saw);
	tcase_add_test(tcase, past_without_a_mark);
	tcase_add_test(tcase, marks_are_set_by_one_of_two);
	tcase_add_test(tcase, keys_and_guards_are_swept);
	tcase_add_test(tcase, quarter_moves_on);
	tcase_add_test(tcase, replay_is_what_was_missed);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return kit_main(suite(), NULL);
}
