/* SPDX-License-Identifier: ISC */
/*
 * places_kit: a town of two sites whose half-days of unscheduled care give nine
 * places in the morning, for tests of places.
 */
#ifndef TESTS_INTEGRATION_PLACES_KIT_H
#define TESTS_INTEGRATION_PLACES_KIT_H

#include "tests/integration/plan_kit.h"

enum { PLACES = 9, PUSH_MS = 20000 };

/* The town, with more lines of rotad.conf or NULL, and more keys of its
 * territory T. */
void places_begin(const char *settings, const char *territory);
/* contested: PostgreSQL may have refused writes as stale. */
void places_finish(bool contested);
/* Publishes a half-day of unscheduled care; its id, owned by the caller. */
char *places_publish(unsigned physician, unsigned site, const char *day,
    const char *part) MUST_CHECK;
/* Rows of the table that the condition holds of. */
long long places_count(const char *where);
long long places_free(struct talk *talk, const char *slot);
/* An account with the keys; its connection, to a daemon of this number. */
struct talk *places_log_in(unsigned at, const char *fmt, ...) PRINTF_LIKE(2, 3)
    MUST_CHECK;
/* The civil day of the sites; owned by the caller. */
char *places_today(void) MUST_CHECK;

#endif
