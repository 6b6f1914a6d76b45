/* SPDX-License-Identifier: ISC */
/*
 * guardq_test: who is called when, and who may be taken along.
 */
#include "daemon/server/change/guardq.h"

#include "tests/unit/domain_support.h"

enum { TICKETS = 6, CALLS_MAX = 16 };

/* Guards by letter, so that a test reads as the queues do. */
static struct guardq *queue;
static struct guardq_ticket ticket[TICKETS];
static size_t called[CALLS_MAX], calls;
static bool leaves_when_called;

static void
set_up(void)
{
	queue = guardq_new();
	calls = 0;
	leaves_when_called = false;
}

static void
tear_down(void)
{
	for (size_t i = 0; i < TICKETS; i++)
		guardq_leave(queue, &ticket[i]);
	ck_assert_uint_eq(guardq_waiting(queue), 0);
	guardq_free(queue);
}

static void
on_ready(void *arg)
{
	struct guardq_ticket *who = arg;

	ck_assert_uint_lt(calls, CALLS_MAX);
	called[calls++] = (size_t)(who - ticket);
	if (leaves_when_called)
		guardq_leave(queue, who);
}

static bool
enter(size_t who, const char *guards)
{
	struct guard list[8];
	size_t n = 0;

	for (; guards[n] != '\0'; n++)
		list[n] = (struct guard){test_id((uint64_t)guards[n]), 0, 0};
	return guardq_enter(
	    queue, &ticket[who], list, n, on_ready, &ticket[who]);
}

static void
leave(size_t who)
{
	guardq_leave(queue, &ticket[who]);
}

/* Takes along whoever may be, as the next one of this guard. */
static bool
take_next(size_t leader, size_t member, size_t guard, size_t expected)
{
	struct guardq_ticket *next = guardq_next(&ticket[member], guard);

	if (next == NULL)
		return false;
	ck_assert_ptr_eq(next, &ticket[expected]);
	guardq_follow(next, &ticket[leader]);
	return true;
}

START_TEST(one_after_the_other)
{
	ck_assert(enter(0, "a"));
	ck_assert(!enter(1, "ab"));
	ck_assert(!enter(2, "b"));
	ck_assert(enter(3, "c"));
	leave(0);
	ck_assert_uint_eq(calls, 1);
	ck_assert_uint_eq(called[0], 1);
	leave(1);
	ck_assert_uint_eq(calls, 2);
	ck_assert_uint_eq(called[1], 2);
}
END_TEST

START_TEST(a_row_that_leaves_at_once_is_called_in_order)
{
	leaves_when_called = true;
	ck_assert(enter(0, "a"));
	for (size_t i = 1; i < TICKETS; i++)
		ck_assert(!enter(i, "a"));
	leave(0);
	ck_assert_uint_eq(calls, TICKETS - 1);
	for (size_t i = 0; i < calls; i++)
		ck_assert_uint_eq(called[i], i + 1);
}
END_TEST

START_TEST(who_was_taken_along_is_not_called)
{
	ck_assert(enter(0, "a"));
	ck_assert(!enter(1, "a"));
	ck_assert(!enter(2, "a"));
	guardq_lead(queue, &ticket[0]);
	ck_assert(take_next(0, 0, 0, 1));
	leave(0);
	ck_assert_uint_eq(calls, 0);
	leave(1);
	ck_assert_uint_eq(calls, 1);
	ck_assert_uint_eq(called[0], 2);
}
END_TEST

START_TEST(a_group_grows_behind_its_members)
{
	ck_assert(enter(0, "ab"));
	ck_assert(!enter(1, "bc"));
	ck_assert(!enter(2, "ac"));
	guardq_lead(queue, &ticket[0]);
	/* 2 stands behind 0, but behind 1 too, which is not in yet. */
	ck_assert_ptr_null(guardq_next(&ticket[0], 0));
	ck_assert(take_next(0, 0, 1, 1));
	ck_assert(take_next(0, 0, 0, 2));
	ck_assert_ptr_null(guardq_next(&ticket[1], 1));
	ck_assert_ptr_null(guardq_next(&ticket[2], 0));
}
END_TEST

START_TEST(who_waits_for_another_group_too_stays)
{
	ck_assert(enter(0, "a"));
	ck_assert(enter(1, "b"));
	ck_assert(!enter(2, "ab"));
	guardq_lead(queue, &ticket[0]);
	guardq_lead(queue, &ticket[1]);
	ck_assert_ptr_null(guardq_next(&ticket[0], 0));
	ck_assert_ptr_null(guardq_next(&ticket[1], 0));
	/* It may when the other is gone. */
	leave(1);
	ck_assert(take_next(0, 0, 0, 2));
}
END_TEST

/* The memory of a leader that is gone may be that of the next one. */
START_TEST(a_group_ends_with_its_leader)
{
	ck_assert(enter(0, "a"));
	ck_assert(!enter(1, "ab"));
	guardq_lead(queue, &ticket[0]);
	ck_assert(take_next(0, 0, 0, 1));
	leave(0);
	ck_assert(enter(0, "c"));
	ck_assert(!enter(2, "bc"));
	guardq_lead(queue, &ticket[0]);
	ck_assert_ptr_null(guardq_next(&ticket[0], 0));
}
END_TEST

START_TEST(alone_again_it_is_called)
{
	ck_assert(enter(0, "a"));
	ck_assert(!enter(1, "a"));
	ck_assert(!enter(2, "a"));
	guardq_lead(queue, &ticket[0]);
	ck_assert(take_next(0, 0, 0, 1));
	ck_assert(take_next(0, 1, 0, 2));
	ck_assert(!guardq_alone(&ticket[1]));
	leave(0);
	ck_assert_uint_eq(calls, 1);
	ck_assert_uint_eq(called[0], 1);
	/* 2 became first while it was away. */
	leave(1);
	ck_assert_uint_eq(calls, 1);
	ck_assert(guardq_alone(&ticket[2]));
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("guardq");
	TCase *const cases[] = {tcase};

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, one_after_the_other);
	tcase_add_test(tcase, a_row_that_leaves_at_once_is_called_in_order);
	tcase_add_test(tcase, who_was_taken_along_is_not_called);
	tcase_add_test(tcase, a_group_grows_behind_its_members);
	tcase_add_test(tcase, who_waits_for_another_group_too_stays);
	tcase_add_test(tcase, a_group_ends_with_its_leader);
	tcase_add_test(tcase, alone_again_it_is_called);
	return test_main("guardq", cases, 1);
}
