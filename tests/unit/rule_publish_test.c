/* SPDX-License-Identifier: ISC */
/*
 * rule_publish_test: H19, what was published; and judging change by change.
 */
#include "daemon/base/compiler.h"
#include "tests/unit/share_support.h"

#include <string.h>

/* ----- H19 ----- */

START_TEST(what_is_published_changes_with_a_reason)
{
	struct assignment a = half_day(0, ACTIVITY_MT, STATE_PUBLISHED);

	bench_has(&bench, &a);
	a.physician = 5;
	ck_assert_int_eq(try_because(&a, ""), STATUS_H19);
	bench_says(&bench, " state=published from=2026-04-01T");
	bench_says(&bench, "is not changed without a reason");
	ck_assert_ptr_nonnull(strstr(bench_print(&bench, LANG_FR, true),
	    "ne se modifie pas sans motif"));
	ck_assert_int_eq(try_because(&a, "SICK"), STATUS_OK);
	a = half_day(0, ACTIVITY_MT, STATE_CANCELLED);
	ck_assert_int_eq(try_because(&a, ""), STATUS_H19);
	a = half_day(0, ACTIVITY_MT, STATE_DRAFT);
	ck_assert_int_eq(try_because(&a, ""), STATUS_H19);
	/* That it was changed by hand is no change of the half-day. */
	a = half_day(0, ACTIVITY_MT, STATE_PUBLISHED);
	a.by_hand = 1;
	ck_assert_int_eq(try_because(&a, ""), STATUS_OK);
}
END_TEST

START_TEST(a_draft_changes_without)
{
	struct assignment a = half_day(0, ACTIVITY_MT, STATE_DRAFT);

	bench_has(&bench, &a);
	a.room = 2;
	ck_assert_int_eq(try_because(&a, ""), STATUS_OK);
	a.state = STATE_CANCELLED;
	ck_assert_int_eq(try_because(&a, ""), STATUS_OK);
}
END_TEST

/* From its start on only the record, which no rule of the plan gainsays. */
START_TEST(what_has_begun_is_recorded)
{
	struct assignment a = half_day(0, ACTIVITY_MT, STATE_PUBLISHED);
	struct site site = *book_site(bench.book, 0);

	bench_has(&bench, &a);
	bench.rules.now = a.from;
	a.room = 2;
	ck_assert_int_eq(try_because(&a, "SICK"), STATUS_H19);
	bench_says(&bench, "was published and has begun");
	SET(site.state, "retired");
	bench_change(&bench, KIND_SITE, &site);
	a = half_day(0, ACTIVITY_MT, STATE_HELD);
	ck_assert_int_eq(try_because(&a, ""), STATUS_OK);
	bench_has(&bench, &a);
	a.state = STATE_NOT_HELD;
	ck_assert_int_eq(try_because(&a, ""), STATUS_OK);
	bench_has(&bench, &a);
	/* It blocks again: the rules are asked. */
	a.state = STATE_HELD;
	ck_assert_int_eq(bench_try(&bench, &a), STATUS_H02);
	a.state = STATE_CANCELLED;
	ck_assert_int_eq(try_because(&a, "SICK"), STATUS_H19);
}
END_TEST

/* ----- change by change ----- */

static struct {
	struct id slot[8];
	enum status rule[8];
	size_t count;
} refused;

static void
on_refused(void *arg UNUSED, const struct unit_change *change,
    const struct finding *finding)
{
	ck_assert(id_equal(change->change.id, finding->slot));
	refused.slot[refused.count] = change->change.id;
	refused.rule[refused.count++] = finding->rule;
}

static size_t
sift(void)
{
	size_t before = book_assignments(bench.book), count;

	refused.count = 0;
	unit_seal(&bench.unit, bench.book);
	count =
	    rules_sift(bench.book, &bench.rules, &bench.unit, on_refused, NULL);
	ck_assert_uint_eq(count, refused.count);
	ck_assert_uint_eq(book_assignments(bench.book), before);
	unit_fini(&bench.unit);
	unit_init(&bench.unit);
	return count;
}

/* Three of one physician at one time: the first stays, the others go; what
 * follows them is judged without them. */
START_TEST(the_first_of_several_stays)
{
	for (unsigned i = 0; i < 3; i++) {
		struct assignment a = test_slot(
		    bench.book, 100 + i, 0, (int32_t)i, "2026-03-02", PART_M);

		bench_put(&bench, &a, 0);
	}
	ck_assert_uint_eq(sift(), 2);
	ck_assert(id_equal(refused.slot[0], test_id(101)));
	ck_assert(id_equal(refused.slot[1], test_id(102)));
	ck_assert_int_eq(refused.rule[0], STATUS_H01);
}
END_TEST

/* Two who change places are in nobody's way, and one who stays is. */
START_TEST(what_was_there_goes_first)
{
	struct assignment a =
	    test_slot(bench.book, 100, 0, 0, "2026-03-02", PART_M);
	struct assignment b =
	    test_slot(bench.book, 101, 1, 1, "2026-03-02", PART_M);
	struct assignment c =
	    test_slot(bench.book, 102, 2, 2, "2026-03-02", PART_M);

	a.state = b.state = c.state = STATE_DRAFT;
	bench_has(&bench, &a);
	bench_has(&bench, &b);
	bench_has(&bench, &c);
	a.physician = 1;
	b.physician = 0;
	bench_put(&bench, &a, 0);
	bench_put(&bench, &b, 0);
	ck_assert_uint_eq(sift(), 0);
	a.physician = 2;
	bench_put(&bench, &a, 0);
	bench_put(&bench, &b, 0);
	ck_assert_uint_eq(sift(), 1);
	ck_assert(id_equal(refused.slot[0], test_id(100)));
}
END_TEST

/* Three where there are two rooms, none of them allotted yet. */
START_TEST(rooms_are_found)
{
	for (unsigned i = 0; i < 3; i++) {
		struct assignment a = test_slot(
		    bench.book, 100 + i, (int32_t)i, 0, "2026-03-02", PART_M);

		a.room = 255;
		bench_put(&bench, &a, 0);
	}
	ck_assert_uint_eq(sift(), 1);
	ck_assert(id_equal(refused.slot[0], test_id(102)));
	ck_assert_int_eq(refused.rule[0], STATUS_H03);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("rule_publish");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, what_is_published_changes_with_a_reason);
	tcase_add_test(tcase, a_draft_changes_without);
	tcase_add_test(tcase, what_has_begun_is_recorded);
	tcase_add_test(tcase, the_first_of_several_stays);
	tcase_add_test(tcase, what_was_there_goes_first);
	tcase_add_test(tcase, rooms_are_found);
	return test_main("rule_publish", (TCase *[]){tcase}, 1);
}
