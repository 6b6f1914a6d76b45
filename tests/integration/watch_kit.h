/* SPDX-License-Identifier: ISC */
/*
 * watch_kit: a town of two territories, for tests of lists and of watching.
 *
 * Sites 0 to 2 are in T-A, 3 and 4 in T-B, 5 in none; each has two rooms and is
 * open in the parts M, A, S and N of every day.
 */
#ifndef TESTS_INTEGRATION_WATCH_KIT_H
#define TESTS_INTEGRATION_WATCH_KIT_H

#include "tests/support/town.h"

#include <check.h>

enum { KIT_SITES = 6, KIT_PHYSICIANS = 8 };

extern struct pgcluster *cluster; /* of the program */

struct town *watch_town(unsigned daemons) MUST_CHECK;
/* An account with these keys, over TCP, on a daemon. */
struct client *watch_login(
    const struct town *town, unsigned at, const char *keys) MUST_CHECK;
/* A half-day so many days after the Monday to come; its id, owned by the
 * caller. */
char *watch_assign(struct client *client, unsigned physician, unsigned site,
    int away, const char *more) MUST_CHECK;
char *watch_assign_on(struct client *client, unsigned physician, unsigned site,
    const char *day, const char *more) MUST_CHECK;
/* Moves it; `key` has one %s for the value. */
void watch_move(struct client *client, const char *slot, const char *key,
    const char *value);
/* A pushed line; `pattern` has one %s for the id. */
void watch_expect_slot(
    struct client *client, const char *pattern, const char *slot);
/* Runs it on a cluster of its own; the program's exit status. */
int watch_main(const char *name, TCase *tcase);

#endif
