/* SPDX-License-Identifier: ISC */
/*
 * quarter_kit: the town of plan_kit in a quarter that has not begun, for tests
 * of what is published and of its share of unscheduled care.
 */
#ifndef TESTS_INTEGRATION_QUARTER_KIT_H
#define TESTS_INTEGRATION_QUARTER_KIT_H

#include "tests/integration/plan_kit.h"

/* The share of unscheduled care is the matter here. */
#define QUARTER_RULES "rules-off = H05 H21\n"

/* Some sites and as many physicians; kit_end() ends it. */
void quarter_begin(void);
/* The n-th day of the quarter after this one; owned by the caller. */
char *quarter_day(int n) MUST_CHECK;
/* The answer to `slot assign`. */
const char *quarter_assign(struct talk *talk, unsigned physician, unsigned site,
    int day, const char *keys);
/* The half-day is there; its id, owned by the caller. */
char *quarter_have(unsigned physician, unsigned site, int day, const char *keys)
    MUST_CHECK;
/* A connection of somebody with a role and a scope. */
struct talk *quarter_login(const char *role, const char *scope) MUST_CHECK;

#endif
