/* SPDX-License-Identifier: ISC */
/*
 * plan_kit: a town with one daemon and one connection of the operator, for
 * tests of what is written to the plan.
 */
#ifndef TESTS_INTEGRATION_PLAN_KIT_H
#define TESTS_INTEGRATION_PLAN_KIT_H

#include "tests/support/town.h"

#include <check.h>

/* Each part once, A and E overlapping by an hour, every day of the week. */
#define KIT_HOURS                                                              \
	"hours=\"mon-sun M 08:00-12:00 A 14:00-19:00 E 18:00-21:00"            \
	" S 20:00-24:00 N 24:00-32:00\""

struct plan_kit {
	struct pgcluster *cluster; /* of the program */
	struct town *town;         /* of the test */
	struct talk *talk;
};

extern struct plan_kit kit;

/* So many sites with the keys, and as many physicians. */
void kit_begin(unsigned sites, const char *keys);
/* The daemon still answers, and PostgreSQL has had nothing to complain of. */
void kit_end(void);
/* Runs the suite on a cluster of its own; the program's exit status. */
int kit_run(Suite *suite);

/* The closing line begins with these words. */
void kit_expect(const char *answer, const char *words);
/* Fills a half-day, which must succeed; its id, owned by the caller. */
char *kit_assign(unsigned physician, unsigned site, int day, const char *part)
    MUST_CHECK;
/* Sends the line that kit_assign() sends, plus keys. */
void kit_send_assign(unsigned physician, unsigned site, int day,
    const char *part, const char *keys);
/* Number of live half-days of a physician, in the database and as told. */
void kit_check_live(unsigned physician, long long count);
/* Value of a column of the assignment a, its physician p and its site s. */
void kit_check_column(const char *slot, const char *column, const char *value);
/* Changes so far; and that there were no more, and no keys, since. */
long long kit_changes(void);
void kit_check_nothing(long long before);

#endif
