/* SPDX-License-Identifier: ISC */
/*
 * view_kit: towns for tests of what is read: of the directory, of lists and of
 * watching.
 *
 * In view_town() sites 0 to 2 are in T-A, 3 and 4 in T-B, 5 in none; each has
 * two rooms and is open in the parts M, A, S and N of every day.
 */
#ifndef TESTS_INTEGRATION_VIEW_KIT_H
#define TESTS_INTEGRATION_VIEW_KIT_H

#include "tests/support/town.h"

#include <check.h>

enum { VIEW_SITES = 6, VIEW_PHYSICIANS = 8 };

extern struct pgcluster *cluster; /* of the program */

/* What is asked, and the answer's closing line as client_expect() takes it. */
struct dialogue {
	const char *ask, *answer;
};

void view_run(struct client *client, const struct dialogue *lines, size_t n);
#define VIEW_RUN(client, lines) view_run((client), (lines), ARRAY_SIZE(lines))

/* One daemon and no plan; and two of each kind to begin with: territories T-SUD
 * and T-NORD, the structure MSP1, the sites 160004578 and 870001237, the
 * physicians 10005173140 and 10002909371, a zoning fact of 16106. */
struct town *view_hamlet(unsigned daemons) MUST_CHECK;
void view_found(struct client *admin);
enum { VIEW_FOUND_CHANGES = 8 };

struct town *view_town(unsigned daemons) MUST_CHECK;
/* The physician may work at the site, so its coordinator plans that person. */
void view_authorise(struct client *admin, unsigned physician, unsigned site);
/* All daemons know what the answer that the client had last knows. */
void view_tell_all(const struct town *town, struct client *client);
/* An account with these keys, over TCP, on a daemon. */
struct client *view_login(
    const struct town *town, unsigned at, const char *keys) MUST_CHECK;
/* A half-day so many days after the Monday to come; its id, owned by the
 * caller. */
char *view_assign(struct client *client, unsigned physician, unsigned site,
    int away, const char *more) MUST_CHECK;
char *view_assign_on(struct client *client, unsigned physician, unsigned site,
    const char *day, const char *more) MUST_CHECK;
/* Moves it; `key` has one %s for the value. */
void view_move(struct client *client, const char *slot, const char *key,
    const char *value);
/* A pushed line; `pattern` has one %s for the id. */
void view_expect(struct client *client, const char *pattern, const char *slot);
/* The whole answer, data lines and closing line, without its cursor; owned by
 * the caller. */
char *view_answer_of(struct client *client, const char *ask) MUST_CHECK;
/* All data lines, fetched by pages of that size; owned by the caller. */
char *view_pages_of(struct client *client, const char *ask, unsigned limit)
    MUST_CHECK;
size_t view_lines_of(const char *text);
/* The list has so many lines, and pages of any size put together are it. */
void view_check_pages(struct client *client, const char *ask, size_t expected);
/* Beginnings, and ids where these are the same, go up from line to line. */
void view_check_order(const char *text);

/* Runs it on a cluster of its own; the program's exit status. */
int view_main(const char *name, TCase *tcase);

#endif
