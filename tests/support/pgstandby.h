/* SPDX-License-Identifier: ISC */
/*
 * pgstandby: a streaming standby of a private cluster, to fail over to.
 *
 * It lives in the folder of its primary, so it goes with it, and its server
 * dies with the thread that made it.  As with pgcluster, what cannot be done
 * is told and aborts.
 */
#ifndef TESTS_SUPPORT_PGSTANDBY_H
#define TESTS_SUPPORT_PGSTANDBY_H

#include "tests/support/pgcluster.h"

struct pgstandby;

/* A copy of the running primary that follows it and has caught up. */
struct pgstandby *pgstandby_new(struct pgcluster *primary) MUST_CHECK;
/* Stops it, if it runs. */
void pgstandby_free(struct pgstandby *standby);

/* The standby hears no more of its primary, which does not notice: commits go
 * on there and are not here. */
void pgstandby_cut_off(struct pgstandby *standby);
/* Waits until it has replayed all that the primary has written. */
void pgstandby_catch_up(struct pgstandby *standby);
/* From now on it is a primary of its own, on the next timeline. */
void pgstandby_promote(struct pgstandby *standby);

const char *pgstandby_socket_folder(const struct pgstandby *standby);
unsigned pgstandby_port(const struct pgstandby *standby);
/* An open session; the caller calls PQfinish(). */
PGconn *pgstandby_connect(const struct pgstandby *standby, const char *database,
    const char *login) MUST_CHECK;

#endif
