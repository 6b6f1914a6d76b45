/* SPDX-License-Identifier: ISC */
/*
 * migrated: a database in which rota-migrate has been, one of each test.
 */
#ifndef TESTS_INTEGRATION_MIGRATED_H
#define TESTS_INTEGRATION_MIGRATED_H

#include "tests/support/pgcluster.h"

#include <check.h>

struct migrated {
	struct pgcluster *cluster; /* of the program */
	char *name, *conninfo;     /* of the owner */
	PGconn *session;           /* of the owner */
};

extern struct migrated migrated;

void migrated_set_up(void);
void migrated_tear_down(void);
/* Runs the suite on a cluster of its own; the program's exit status. */
int migrated_run(Suite *suite);

/* rota-migrate with these words, as run_expect() of migrate_kit. */
void migrated_expect(const char *args, int status, const char *expected);
/* What the query gives; NULL: null. */
void migrated_check(PGconn *session, const char *sql, const char *expected);

#endif
