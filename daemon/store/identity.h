/* SPDX-License-Identifier: ISC */
/*
 * identity: which database this is, and whether this daemon may serve it.
 *
 * Two sessions see one history when all of identity_same() agree; a cursor
 * holds within an epoch, and across epochs from `floor` on, in which nothing
 * was lost between one and the next.
 */
#ifndef STORE_IDENTITY_H
#define STORE_IDENTITY_H

#include "daemon/base/error.h"
#include "daemon/store/pgsession.h"

enum {
	SCHEMA_NEEDED = 3, /* least migration that this daemon works with */
	DAEMON_NUMBER = 3  /* migration that it was written for */
};

/* Its columns are what identity_read() reads, in text. */
#define IDENTITY_SQL                                                           \
	"SELECT system_identifier, timeline, epoch, epoch_floor,"              \
	" epoch_system, schema_number, oldest_daemon, promise"                 \
	" FROM rota.hello()"

struct identity {
	char system[24];   /* the cluster's identifier */
	char timeline[16]; /* hexadecimal; another one after a promotion */
	unsigned epoch;    /* 0: not known */
	unsigned floor;    /* oldest epoch whose cursors hold */
	char promise[12];  /* "local", "standby" or "none" */
};

/*
 * Reads what a session was told; see pgsession_hooks.on_hello.  HELLO_REFUSED
 * with a text for the operator when the database is not one to serve.
 */
enum pgsession_hello identity_read(struct identity *identity,
    const PGresult *hello, const char *sqlstate, struct error *why) MUST_CHECK;

/* Whether it is one server, whatever the epoch. */
bool identity_same_server(const struct identity *a, const struct identity *b);
/* Whether what was known under `before` holds under `now`. */
bool identity_continues(
    const struct identity *before, const struct identity *now);

#endif
