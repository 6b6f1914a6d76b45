/* SPDX-License-Identifier: ISC */
/*
 * transport_kit: what the tests of the transport share - one cluster for the
 * program, a database and a daemon for each test.
 */
#ifndef TESTS_INTEGRATION_TRANSPORT_KIT_H
#define TESTS_INTEGRATION_TRANSPORT_KIT_H

#include "tests/support/daemon.h"

#include <check.h>
#include <libpq-fe.h>

struct pgcluster;

/* main() of a test program: runs what `add` adds. */
int kit_main(const char *name, void (*add)(TCase *all));

struct pgcluster *kit_cluster(void);
/* Connection string of a new, migrated database; owned by the caller. */
char *kit_database(void) MUST_CHECK;
/* A daemon on a new database, with more lines of configuration or NULL. */
struct daemon *kit_daemon(const char *config) MUST_CHECK;
/* Likewise, with all options; conninfo is set here. */
struct daemon *kit_daemon_with(struct daemon_options options) MUST_CHECK;

/* A superuser's session of that database; the caller calls PQfinish(). */
PGconn *kit_session(const char *conninfo) MUST_CHECK;

/* The number that a text begins with. */
long kit_number(const char *text);
/* Milliseconds of some clock that does not jump. */
long kit_ms(void);

#endif
