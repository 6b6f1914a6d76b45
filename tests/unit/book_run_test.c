/* SPDX-License-Identifier: ISC */
/*
 * book_run_test: half-days of a physician and of a site in the order of time.
 */
#include "daemon/domain/book.h"

#include "daemon/base/compiler.h"
#include "tests/unit/domain_support.h"

static struct book *book;

static void
make_book(void)
{
	book = book_new(test_day("2026-01-01"));
	test_people(book, 3, 3);
}

static void
free_book(void)
{
	book_free(book);
}

START_TEST(runs_are_in_time)
{
	static const struct {
		unsigned n;
		const char *day;
		enum part part;
	} slots[] = {{1, "2026-03-03", PART_A}, {2, "2026-03-02", PART_M},
	    {3, "2026-03-03", PART_M}, {4, "2026-02-27", PART_N},
	    {5, "2026-03-02", PART_A}};
	static const unsigned order[] = {4, 2, 5, 3, 1};
	struct run run;

	for (size_t i = 0; i < ARRAY_SIZE(slots); i++) {
		struct assignment a = test_slot(
		    book, slots[i].n, 1, 2, slots[i].day, slots[i].part);

		ck_assert_int_eq(i % 2 == 0 ? test_load_slot(book, &a, 1)
					    : test_apply(book, &a, 1),
		    APPLY_DONE);
	}
	run = book_physician_run(book, 1);
	ck_assert_uint_eq(run.count, 5);
	for (size_t i = 0; i < 5; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		ck_assert(id_equal(a->id, test_id(order[i])));
		ck_assert_uint_eq(run_from_instant(book, run, a->from), i);
		ck_assert_uint_eq(
		    run_from_instant(book, run, a->from + 1), i + 1);
	}
	ck_assert_uint_eq(run_from_day(book, run, 0), 0);
	ck_assert_uint_eq(run_from_day(book, run, test_day("2026-02-28")), 1);
	ck_assert_uint_eq(run_from_day(book, run, test_day("2026-03-02")), 1);
	ck_assert_uint_eq(run_from_day(book, run, test_day("2026-03-03")), 3);
	ck_assert_uint_eq(run_from_day(book, run, test_day("2026-03-04")), 5);
	ck_assert_uint_eq(book_site_run(book, 2).count, 5);
	ck_assert_uint_eq(book_physician_run(book, 0).count, 0);
	ck_assert_uint_eq(book_physician_run(book, 77).count, 0);
	ck_assert_uint_eq(book_physician_run(book, REF_NONE).count, 0);
	ck_assert_uint_eq(book_longest(book), 8 * HOUR);
}
END_TEST

/* Half a world apart, a later day may begin before an earlier one. */
START_TEST(days_of_far_zones_are_found)
{
	struct site east = test_site(20), west = test_site(21);
	struct assignment a, b;
	struct run run;

	east.tz = tz_find(SPAN("Pacific/Wallis"));
	west.tz = tz_find(SPAN("Pacific/Tahiti"));
	ck_assert_int_eq(test_load(book, KIND_SITE, &east), 3);
	ck_assert_int_eq(test_load(book, KIND_SITE, &west), 4);
	a = test_slot(book, 1, 0, 3, "2026-03-03", PART_M);
	b = test_slot(book, 2, 0, 4, "2026-03-02", PART_A);
	ck_assert_int_lt(a.from, b.from);
	ck_assert_int_eq(test_apply(book, &a, 1), APPLY_DONE);
	ck_assert_int_eq(test_apply(book, &b, 1), APPLY_DONE);
	run = book_physician_run(book, 0);
	ck_assert_uint_eq(run_from_day(book, run, a.day), 0);
	ck_assert_uint_eq(run_from_day(book, run, a.day + 1), 2);
}
END_TEST

START_TEST(a_move_leaves_the_old_runs)
{
	struct assignment a = test_slot(book, 1, 0, 0, "2026-03-02", PART_M);
	struct assignment b = test_slot(book, 1, 1, 2, "2026-03-02", PART_M);

	ck_assert_int_eq(test_apply(book, &a, 1), APPLY_DONE);
	ck_assert_int_eq(test_apply(book, &b, 2), APPLY_DONE);
	ck_assert_uint_eq(book_physician_run(book, 0).count, 0);
	ck_assert_uint_eq(book_site_run(book, 0).count, 0);
	ck_assert_uint_eq(book_physician_run(book, 1).count, 1);
	ck_assert_uint_eq(book_site_run(book, 2).count, 1);
	b.state = STATE_CANCELLED;
	ck_assert_int_eq(test_apply(book, &b, 3), APPLY_DONE);
	ck_assert_uint_eq(book_physician_run(book, 1).count, 1);
	ck_assert_uint_eq(book_assignments(book), 1);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("runs");

	tcase_add_checked_fixture(tcase, make_book, free_book);
	tcase_add_test(tcase, runs_are_in_time);
	tcase_add_test(tcase, days_of_far_zones_are_found);
	tcase_add_test(tcase, a_move_leaves_the_old_runs);
	return test_main("book_run", &tcase, 1);
}
