/* SPDX-License-Identifier: ISC */
/*
 * rotation_kit: what the tests of rotations ask of a town and look at in it.
 */
#ifndef TESTS_INTEGRATION_ROTATION_KIT_H
#define TESTS_INTEGRATION_ROTATION_KIT_H

#include "tests/integration/plan_kit.h"

#define ROTATION_KEYS "rooms=2"
enum { ROTATION_SITES = 6 };

/* The answer to `rotation put` of R over some days, town_day(from) to
 * town_day(to). */
const char *rotation_put(
    const char *keys, int from, int to, const char *physicians);
/* RPPS numbers, a comma between: so many from the first on; owned by the
 * caller. */
char *rotation_people(unsigned first, unsigned count) MUST_CHECK;
/* The answer has these words. */
void rotation_counts(const char *answer, const char *counts);
/* How many half-days of the database (a, of physician p, at site s) are so. */
long long rotation_rows(const char *where);
/* Whose half-day it is on a day, as "rpps state", or "none". */
void rotation_day(int away, const char *part, const char *expected);
/* It is a draft of the physician in the morning. */
void rotation_turn(int away, unsigned physician);
/* Its id; owned by the caller. */
char *rotation_slot(int away) MUST_CHECK;

#endif
