/* SPDX-License-Identifier: ISC */
/*
 * share_support: half-days of one programme in one quarter, for the tests of
 * the rules that publication brings.
 */
#ifndef TESTS_SHARE_SUPPORT_H
#define TESTS_SHARE_SUPPORT_H

#include "tests/unit/rule_support.h"

enum { PEOPLE = 6 }; /* physicians 0.. of the bench */

extern struct bench bench;
extern int32_t programme; /* the word CSTM */

/* Before and after each test. */
void set_up(void);
void tear_down(void);

/* Puts with a reason; puts so and judges. */
void put_because(const struct assignment *a, unsigned line, const char *reason);
enum status try_because(const struct assignment *a, const char *reason);

/* Three hours of site 0 on the n-th day of a quarter, in the programme. */
struct assignment half_day(
    unsigned n, enum activity activity, enum state state);

#endif
