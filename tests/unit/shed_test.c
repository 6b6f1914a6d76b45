/* SPDX-License-Identifier: ISC */
/*
 * shed_test: a large file without a name goes a little in each turn.
 */
#include "daemon/server/shed.h"
#include "tests/support/suite.h"

#include <check.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGE = 20 << 20, SMALL = 1000 };

static struct event_base *base;
static int own, file; /* the same one */

static void
make(off_t size)
{
	base = event_base_new();
	own = memfd_create("test", MFD_CLOEXEC);
	ck_assert_int_ge(own, 0);
	ck_assert_int_eq(ftruncate(own, size), 0);
	file = dup(own);
	ck_assert_int_ge(file, 0);
	shed_file(base, file);
}

static void
end(void)
{
	shed_rest(base);
	event_base_free(base);
	(void)close(own);
}

static off_t
size(void)
{
	struct stat stat;

	ck_assert_int_eq(fstat(own, &stat), 0);
	return stat.st_size;
}

static bool
is_open(void)
{
	return fcntl(file, F_GETFD) >= 0;
}

START_TEST(a_large_file_goes_little_by_little)
{
	off_t before = LARGE;
	unsigned turns = 0;

	make(LARGE);
	ck_assert(is_open());
	while (event_base_loop(base, EVLOOP_ONCE) == 0 && is_open()) {
		ck_assert_int_lt(size(), before);
		ck_assert_int_gt(size(), before - LARGE / 2);
		before = size();
		turns++;
	}
	ck_assert(!is_open());
	ck_assert_uint_ge(turns, 3);
	end();
}
END_TEST

START_TEST(a_small_file_goes_at_once)
{
	make(SMALL);
	ck_assert(!is_open());
	end();
}
END_TEST

START_TEST(what_is_left_goes_with_the_loop)
{
	make(LARGE);
	ck_assert(is_open());
	shed_rest(base);
	ck_assert(!is_open());
	end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("shed");
	TCase *tcase = tcase_create("files");

	tcase_add_test(tcase, a_large_file_goes_little_by_little);
	tcase_add_test(tcase, a_small_file_goes_at_once);
	tcase_add_test(tcase, what_is_left_goes_with_the_loop);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
