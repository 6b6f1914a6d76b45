/* SPDX-License-Identifier: ISC */
/*
 * contest_kit: 50 clients of two daemons who want the same at once.
 */
#ifndef TESTS_INTEGRATION_CONTEST_KIT_H
#define TESTS_INTEGRATION_CONTEST_KIT_H

#include "tests/support/town.h"

#include <check.h>

enum { FIGHT_DAEMONS = 2, FIGHT_CLIENTS = 50 };

/* A and E overlap from six to seven. */
#define FIGHT_HOURS                                                            \
	"hours=\"mon-sun M 09:00-12:00 A 14:00-19:00 E 18:00-21:00\""

/* What PostgreSQL may complain of: a race that was lost, and is judged anew. */
extern const char *const fight_races[];
/* Likewise, and that identifiers which clients made themselves are the same. */
extern const char *const fight_ids[];

struct fight {
	struct town *town;
	struct talk *client[FIGHT_CLIENTS];
	long long won; /* half-days, over all rounds */
};

void fight_begin(struct fight *fight, unsigned sites, const char *keys);
/* Both daemons know the same; PostgreSQL had nothing else to complain of. */
void fight_end(struct fight *fight, const char *const allowed[]);

/* Takes an answer of everyone: as many as that won, the others were told the
 * rule. */
void fight_judge(struct fight *fight, unsigned winners, const char *rule);
/* As many half-days as that are live, each where there is room for it, with
 * people and places that are active; each guard was raised as often as changes
 * say, each row changed as often as its revision says. */
void fight_check(struct fight *fight, long long live);

/* Runs the suite on a cluster of its own; the program's exit status. */
int fight_run(Suite *suite);

#endif
