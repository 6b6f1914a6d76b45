/* SPDX-License-Identifier: ISC */
/*
 * base_test: memory, clock, backoff, error texts and addresses.
 */
#include "daemon/base/address.h"
#include "daemon/base/backoff.h"
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/mem.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

START_TEST(mem_grow_doubles_and_keeps_what_is_there)
{
	unsigned *list = NULL;
	size_t capacity = 0;
	size_t moves = 0;

	for (unsigned i = 0; i < 10000; i++) {
		size_t before = capacity;

		list = xgrow(list, &capacity, (size_t)i + 1, sizeof(list[0]));
		ck_assert_uint_gt(capacity, i);
		moves += capacity != before;
		list[i] = i;
	}
	for (unsigned i = 0; i < 10000; i++)
		ck_assert_uint_eq(list[i], i);
	ck_assert_uint_le(moves, 11);
	free(list);
}
END_TEST

START_TEST(mem_that_grew_is_zero)
{
	unsigned *list = NULL;
	size_t capacity = 0;

	for (size_t i = 0; i < 1000; i++) {
		list = xgrow_zero(list, &capacity, i + 1, sizeof(list[0]));
		for (size_t k = i; k < capacity; k++)
			ck_assert_uint_eq(list[k], 0);
		list[i] = 7;
	}
	ck_assert_uint_eq(list[0], 7);
	free(list);
}
END_TEST

START_TEST(mem_copies_and_formats)
{
	char *whole = xstrdup("matin");
	char *part = xstrndup("apres-midi", 5);
	char *made = xasprintf("%s-%d", "lot", 12);
	unsigned char *zero = xcalloc(3, 5);
	void *none = xmalloc(0);

	ck_assert_str_eq(whole, "matin");
	ck_assert_str_eq(part, "apres");
	ck_assert_str_eq(made, "lot-12");
	ck_assert_ptr_null(xstrdup(NULL));
	ck_assert_ptr_nonnull(none);
	for (size_t i = 0; i < 15; i++)
		ck_assert_uint_eq(zero[i], 0);
	none = xrealloc(none, 0);
	ck_assert_ptr_nonnull(none);
	free(whole);
	free(part);
	free(made);
	free(zero);
	free(none);
}
END_TEST

START_TEST(clock_goes_on_by_itself_and_stands_when_set)
{
	uint64_t mono = clock_mono_us();

	ck_assert_int_gt(clock_real_us(), INT64_C(1700000000) * 1000000);
	ck_assert_uint_ge(clock_mono_us(), mono);
	clock_set_for_test(-5, 77);
	ck_assert_int_eq(clock_real_us(), -5);
	ck_assert_uint_eq(clock_mono_us(), 77);
	clock_unset_for_test();
	ck_assert_uint_ge(clock_mono_us(), mono);
	ck_assert_int_gt(clock_real_us(), 0);
}
END_TEST

START_TEST(backoff_grows_within_its_bounds)
{
	struct backoff backoff;
	unsigned ceiling = 100;

	backoff_init(&backoff, 100, 10000);
	for (int i = 0; i < 200; i++) {
		unsigned delay = backoff_next(&backoff);

		ceiling = ceiling > 5000 ? 10000 : ceiling * 2;
		ck_assert_uint_ge(delay, 100);
		ck_assert_uint_le(delay, ceiling);
	}
	backoff_reset(&backoff);
	ck_assert_uint_le(backoff_next(&backoff), 200);
}
END_TEST

START_TEST(backoff_uses_the_whole_range)
{
	struct backoff backoff;
	unsigned low = 0;
	unsigned high = 0;

	/* 2000 draws miss one half with a chance of 2^-2000. */
	backoff_init(&backoff, 0, 1000);
	for (int i = 0; i < 2000; i++) {
		if (backoff_next(&backoff) < 500)
			low++;
		else
			high++;
	}
	ck_assert_uint_gt(low, 0);
	ck_assert_uint_gt(high, 0);
}
END_TEST

static const struct {
	unsigned min;
	unsigned max;
	unsigned highest;
} narrow[] = {
    {0, 0, 0},
    {50, 50, 50},
    {50, 10, 50}, /* a max below min */
    {0, 1, 1},
    {UINT32_MAX - 1, UINT32_MAX, UINT32_MAX},
};

START_TEST(backoff_narrow_ranges_are_safe)
{
	struct backoff backoff;

	backoff_init(&backoff, narrow[_i].min, narrow[_i].max);
	for (int i = 0; i < 100; i++) {
		unsigned delay = backoff_next(&backoff);

		ck_assert_uint_ge(delay, narrow[_i].min);
		ck_assert_uint_le(delay, narrow[_i].highest);
	}
}
END_TEST

START_TEST(error_is_set_prefixed_and_bounded)
{
	struct error error;
	char filler[2 * sizeof(error.text)];

	error_set(&error, "%d is too many", 7);
	ck_assert_str_eq(error.text, "7 is too many");
	error_prefix(&error, "%s:%d", "rotad.conf", 12);
	ck_assert_str_eq(error.text, "rotad.conf:12: 7 is too many");
	error_set(&error, "%s, really", error.text);
	ck_assert_str_eq(error.text, "rotad.conf:12: 7 is too many, really");

	memset(filler, 'x', sizeof(filler) - 1);
	filler[sizeof(filler) - 1] = '\0';
	error_prefix(&error, "%s", filler);
	ck_assert_uint_eq(strlen(error.text), sizeof(error.text) - 1);
	error_set(&error, "%s", filler);
	ck_assert_uint_eq(strlen(error.text), sizeof(error.text) - 1);
}
END_TEST

static const struct {
	const char *text;
	const char *host; /* NULL: refused */
	const char *port;
	bool loopback;
} addresses[] = {
    {"127.0.0.1:7682", "127.0.0.1", "7682", true},
    {"127.255.0.9:0", "127.255.0.9", "0", true},
    {"128.0.0.1:1", "128.0.0.1", "1", false},
    {"0.0.0.0:1", "0.0.0.0", "1", false},
    {"localhost:65535", "localhost", "65535", true},
    {"rota.example.org:7683", "rota.example.org", "7683", false},
    /* A name of somebody's choice, whatever it looks like. */
    {"127.0.0.1.example.org:1", "127.0.0.1.example.org", "1", false},
    {"*:7682", "", "7682", false},
    {"[::1]:7682", "::1", "7682", true},
    {"[::]:7682", "::", "7682", false},
    {"[::ffff:127.0.0.1]:1", "::ffff:127.0.0.1", "1", true},
    {"[::ffff:10.0.0.1]:1", "::ffff:10.0.0.1", "1", false},
    {"[2001:db8::1]:1", "2001:db8::1", "1", false},
    {"", NULL, NULL, false},
    {":", NULL, NULL, false},
    {":7682", NULL, NULL, false},
    {"7682", NULL, NULL, false},
    {"localhost", NULL, NULL, false},
    {"localhost:", NULL, NULL, false},
    {"localhost:65536", NULL, NULL, false},
    {"localhost:100000", NULL, NULL, false},
    {"localhost:-1", NULL, NULL, false},
    {"localhost:http", NULL, NULL, false},
    {"local host:1", NULL, NULL, false},
    {"::1:7682", NULL, NULL, false},
    {"[::1]", NULL, NULL, false},
    {"[::1:7682", NULL, NULL, false},
    {"[]:7682", NULL, NULL, false},
    {"[127.0.0.1]:7682", NULL, NULL, false},
    {"**:7682", NULL, NULL, false},
};

START_TEST(address_is_host_and_port)
{
	struct address address;
	int result = address_parse(addresses[_i].text, &address);

	if (addresses[_i].host == NULL) {
		ck_assert_int_eq(result, -1);
		return;
	}
	ck_assert_int_eq(result, 0);
	ck_assert_str_eq(address.host, addresses[_i].host);
	ck_assert_str_eq(address.port, addresses[_i].port);
	ck_assert(address_is_loopback(&address) == addresses[_i].loopback);
}
END_TEST

START_TEST(address_host_is_bounded)
{
	struct address address;
	char text[300];

	memset(text, 'x', sizeof(text));
	memcpy(text + 253, ":1", 3);
	ck_assert_int_eq(address_parse(text, &address), 0);
	ck_assert_uint_eq(strlen(address.host), 253);
	memcpy(text + 253, "x:1", 4);
	ck_assert_int_eq(address_parse(text, &address), -1);
}
END_TEST

static TCase *
base_cases(void)
{
	TCase *tcase = tcase_create("base");

	tcase_add_test(tcase, mem_grow_doubles_and_keeps_what_is_there);
	tcase_add_test(tcase, mem_that_grew_is_zero);
	tcase_add_test(tcase, mem_copies_and_formats);
	tcase_add_test(tcase, clock_goes_on_by_itself_and_stands_when_set);
	tcase_add_test(tcase, backoff_grows_within_its_bounds);
	tcase_add_test(tcase, backoff_uses_the_whole_range);
	tcase_add_loop_test(
	    tcase, backoff_narrow_ranges_are_safe, 0, (int)ARRAY_SIZE(narrow));
	tcase_add_test(tcase, error_is_set_prefixed_and_bounded);
	tcase_add_loop_test(
	    tcase, address_is_host_and_port, 0, (int)ARRAY_SIZE(addresses));
	tcase_add_test(tcase, address_host_is_bounded);
	return tcase;
}

int
main(void)
{
	Suite *suite = suite_create("base");

	suite_add_tcase(suite, base_cases());
	return suite_run(suite);
}
