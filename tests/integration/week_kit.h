/* SPDX-License-Identifier: ISC */
/*
 * week_kit: the town of view_kit with one connection of the operator, for tests
 * of gaps, weeks and lists of half-days, as they are and as they were known.
 */
#ifndef TESTS_INTEGRATION_WEEK_KIT_H
#define TESTS_INTEGRATION_WEEK_KIT_H

#include "tests/integration/view_kit.h"

extern struct town *town; /* of the test */
extern struct client *admin;

void week_begin(unsigned daemons);
void week_end(void);

/* A write that succeeds. */
void week_put(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Monday to Friday, mornings: one follow-up at sites 0, 1 and 3, and on
 * Tuesdays one for unscheduled care at site 0. */
void week_put_needs(void);
/* The lines of an answer, by the patterns given, one per line. */
void week_expect(struct client *client, const char *patterns, const char *fmt,
    ...) PRINTF_LIKE(3, 4);
/* As view_answer_of() and view_check_pages(). */
char *week_answer(struct client *client, const char *fmt, ...) PRINTF_LIKE(2, 3)
    MUST_CHECK;
void week_check_pages(struct client *client, size_t expected, const char *fmt,
    ...) PRINTF_LIKE(3, 4);

/* A mark of all that is known now. */
long long week_mark(void);
/* The answer up to its cursor; with a mark that of then, up to its mark; owned
 * by the caller. */
char *week_answer_at(struct client *client, const char *ask, long long mark)
    MUST_CHECK;

/* Of two answers, which are too long for a message of the framework. */
void week_check_same(const char *a, const char *b);

#endif
