/* SPDX-License-Identifier: ISC */
#include "tests/unit/rule_bench.h"

struct bench bench;

void
bench_set_up(void)
{
	bench_init(&bench);
}

void
bench_tear_down(void)
{
	bench_fini(&bench);
}

struct assignment
slot(unsigned n, int32_t physician, int32_t site, const char *day,
    enum part part)
{
	return test_slot(bench.book, n, physician, site, day, part);
}
