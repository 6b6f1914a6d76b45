/* SPDX-License-Identifier: ISC */
/*
 * guess_test: growing delays, how many addresses are known, and the bound for
 * all of them.  Time is what the test says.
 */
#include "daemon/server/guess.h"

#include "tests/unit/domain_support.h"

#define MIN_MS ((uint64_t)500)
#define MAX_MS ((uint64_t)60000)
#define MS ((uint64_t)1000) /* of the clock, microseconds */

static struct guess *guess;
static uint64_t now = 1000000000;

static void
set_up(void)
{
	guess = guess_new();
}

static void
tear_down(void)
{
	guess_free(guess);
}

static void
attempt(uint64_t address)
{
	guess_failed(guess, test_id(address), now, MIN_MS, MAX_MS);
}

static uint64_t
waits(uint64_t address)
{
	return guess_wait(guess, test_id(address), now);
}

START_TEST(who_has_not_failed_does_not_wait)
{
	ck_assert_uint_eq(waits(1), 0);
	attempt(2);
	ck_assert_uint_eq(waits(1), 0);
	ck_assert_uint_eq(waits(2), MIN_MS);
}
END_TEST

START_TEST(the_wait_doubles_up_to_its_bound)
{
	uint64_t expected = MIN_MS;

	for (int i = 0; i < 20; i++) {
		attempt(1);
		ck_assert_uint_eq(waits(1), expected);
		now += expected * MS;
		ck_assert_uint_eq(waits(1), 0);
		expected = expected * 2 < MAX_MS ? expected * 2 : MAX_MS;
	}
}
END_TEST

START_TEST(the_wait_runs_down_and_rounds_up)
{
	attempt(1);
	now += 100 * MS + 1;
	ck_assert_uint_eq(waits(1), MIN_MS - 100);
	now += MIN_MS * MS;
	ck_assert_uint_eq(waits(1), 0);
}
END_TEST

START_TEST(success_and_long_silence_forgive)
{
	attempt(1);
	attempt(1);
	guess_succeeded(guess, test_id(1));
	ck_assert_uint_eq(waits(1), 0);
	attempt(1);
	ck_assert_uint_eq(waits(1), MIN_MS);
	attempt(1);
	now += 700000 * MS;
	attempt(1);
	ck_assert_uint_eq(waits(1), MIN_MS);
	guess_succeeded(guess, test_id(77)); /* never failed: nothing */
}
END_TEST

START_TEST(no_delay_can_be_configured)
{
	guess_failed(guess, test_id(1), now, 0, 0);
	ck_assert_uint_eq(waits(1), 0);
}
END_TEST

START_TEST(many_addresses_share_one_bound)
{
	for (uint64_t i = 0; i < GUESS_PER_SECOND; i++)
		attempt(1000 + i);
	ck_assert_uint_eq(waits(1), 1000);
	now += 400 * MS;
	ck_assert_uint_eq(waits(1), 600);
	now += 600 * MS;
	ck_assert_uint_eq(waits(1), 0);
	attempt(2);
	ck_assert_uint_eq(waits(1), 0);
}
END_TEST

START_TEST(the_table_keeps_who_failed_last)
{
	for (uint64_t i = 0; i < GUESS_MAX + 10; i++) {
		attempt(i);
		now += 10 * MS; /* 100 a second: below the common bound */
	}
	now -= 10 * MS;
	ck_assert_uint_eq(waits(GUESS_MAX + 9), MIN_MS);
	/* The first ones have gone: the next failure is a first one. */
	attempt(0);
	ck_assert_uint_eq(waits(0), MIN_MS);
	/* Those still known go on doubling. */
	attempt(GUESS_MAX + 5);
	ck_assert_uint_eq(waits(GUESS_MAX + 5), 2 * MIN_MS);
}
END_TEST

START_TEST(who_succeeded_is_the_next_to_go)
{
	for (uint64_t i = 0; i < GUESS_MAX; i++) {
		attempt(i);
		now += 10 * MS;
	}
	guess_succeeded(guess, test_id(GUESS_MAX - 1));
	attempt(GUESS_MAX);
	attempt(0); /* still known, though it failed first */
	ck_assert_uint_eq(waits(0), 2 * MIN_MS);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("guess");
	TCase *const cases[] = {all};

	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_add_test(all, who_has_not_failed_does_not_wait);
	tcase_add_test(all, the_wait_doubles_up_to_its_bound);
	tcase_add_test(all, the_wait_runs_down_and_rounds_up);
	tcase_add_test(all, success_and_long_silence_forgive);
	tcase_add_test(all, no_delay_can_be_configured);
	tcase_add_test(all, many_addresses_share_one_bound);
	tcase_add_test(all, the_table_keeps_who_failed_last);
	tcase_add_test(all, who_succeeded_is_the_next_to_go);
	return test_main("guess", cases, 1);
}
