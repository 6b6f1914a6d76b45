/* SPDX-License-Identifier: ISC */
/*
 * pgcluster: a private PostgreSQL for integration tests.
 *
 * One cluster per test program, in a folder of its own under /tmp, reached over
 * a unix socket there; one database per test, copied from a template to which
 * all migrations have been applied.  The server dies with the program, however
 * that ends, and the folder goes too: see pgkeeper.h.
 *
 * Failures are not the test's subject: every function that cannot do its work
 * prints why, with the end of the server's log, and aborts.
 */
#ifndef TESTS_SUPPORT_PGCLUSTER_H
#define TESTS_SUPPORT_PGCLUSTER_H

#include "daemon/base/compiler.h"

#include <libpq-fe.h>
#include <stdbool.h>

struct pgcluster;

struct pgcluster_options {
	/* fsync on.  Off is quicker, but a CRASH is then one that may have lost
	 * something, and a new history to daemons. */
	bool durable;
	bool tcp;             /* listens on 127.0.0.1 as well */
	const char *settings; /* further lines of postgresql.conf, or NULL */
};

/* Names of logins in every cluster; all are trusted. */
#define PGCLUSTER_ADMIN "postgres"      /* superuser */
#define PGCLUSTER_OWNER "rota_owner"    /* owns the schema, no superuser */
#define PGCLUSTER_DAEMON "rota_service" /* member of rota_daemon, no more */

/*
 * A running cluster with its template.  options may be NULL.  Ends the program
 * with 77, which make check counts as skipped, when there is no PostgreSQL in
 * $ROTA_TEST_PG_BIN; with ROTA_REQUIRE_PG=1 that aborts.
 */
struct pgcluster *pgcluster_new(const struct pgcluster_options *options)
    MUST_CHECK;
void pgcluster_free(struct pgcluster *cluster);

enum pgcluster_stop {
	PGCLUSTER_FAST, /* sessions end, all is on disk */
	PGCLUSTER_CRASH /* immediate: recovery at the next start */
};
void pgcluster_stop(struct pgcluster *cluster, enum pgcluster_stop how);
/* Returns when it takes connections. */
void pgcluster_start(struct pgcluster *cluster);
/* Freezes the server and its sessions, as a machine that hangs; and on. */
void pgcluster_suspend(struct pgcluster *cluster);
void pgcluster_continue(struct pgcluster *cluster);
/* Waits until it takes connections, which a crash of a session interrupts. */
void pgcluster_wait(struct pgcluster *cluster);

const char *pgcluster_socket_folder(const struct pgcluster *cluster);
unsigned pgcluster_port(const struct pgcluster *cluster);

/* A new database, migrated, or with `bare` without anything: its name, owned by
 * the caller. */
char *pgcluster_database(struct pgcluster *cluster, bool bare) MUST_CHECK;
/* A connection string of libpq for a login, over the socket; owned by the
 * caller. */
char *pgcluster_conninfo(const struct pgcluster *cluster, const char *database,
    const char *login) MUST_CHECK;
/* An open session; the caller calls PQfinish(). */
PGconn *pgcluster_connect(const struct pgcluster *cluster, const char *database,
    const char *login) MUST_CHECK;

/* Runs statements that must succeed. */
void pgcluster_run(PGconn *session, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The first column of the first row as text, owned by the caller; NULL when
 * there is no row or it is null. */
char *pgcluster_text(PGconn *session, const char *fmt, ...) PRINTF_LIKE(2, 3)
    MUST_CHECK;
/* The same as a number; -1 when there is none. */
long long pgcluster_number(PGconn *session, const char *fmt, ...)
    PRINTF_LIKE(2, 3) MUST_CHECK;

/* The end of the server's log to stderr: for a test that failed. */
void pgcluster_show_log(const struct pgcluster *cluster);

#endif
