/* SPDX-License-Identifier: ISC */
/*
 * rule_bench: the one bench of a program that tests rules, set up anew for each
 * test.
 */
#ifndef TESTS_RULE_BENCH_H
#define TESTS_RULE_BENCH_H

#include "tests/unit/rule_support.h"

extern struct bench bench;

void bench_set_up(void);
void bench_tear_down(void);
/* As test_slot() has it, in the bench's book. */
struct assignment slot(unsigned n, int32_t physician, int32_t site,
    const char *day, enum part part);

#endif
