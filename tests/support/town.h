/* SPDX-License-Identifier: ISC */
/*
 * town: a database with some daemons over it, and people and places to plan.
 *
 * A cluster serves all tests of a program; each test has a town of its own.
 * Whatever is not a test's subject (a daemon that does not start, a put that is
 * refused) is told, with the end of the log, and aborts.
 */
#ifndef TESTS_SUPPORT_TOWN_H
#define TESTS_SUPPORT_TOWN_H

#include "tests/support/daemon.h"
#include "tests/support/pgcluster.h"
#include "tests/support/talk.h"

#include <stdint.h>

enum { TOWN_DAEMONS = 4 };

struct town {
	struct pgcluster *cluster; /* borrowed */
	char *database;            /* owned */
	PGconn *sql;               /* a superuser's session, owned */
	long log_from; /* where PostgreSQL's log ended when it was made */
	struct daemon *daemon[TOWN_DAEMONS]; /* owned; NULL: none */
};

struct town *town_new(struct pgcluster *cluster) MUST_CHECK;
/* Stops all daemons, which must end well. */
void town_free(struct town *town);
/* Another session in place of one that the server has ended. */
void town_sql_anew(struct town *town);

/*
 * Starts the daemon `at` and waits until it is ready.  conninfo: NULL for the
 * town's database as the daemon's login; settings: lines of rotad.conf, or
 * NULL.
 */
void town_start(
    struct town *town, unsigned at, const char *conninfo, const char *settings);
/* A connection as operator. */
struct talk *town_talk(const struct town *town, unsigned at) MUST_CHECK;
/* Waits until `status` says that it follows the database. */
void town_wait_up(const struct town *town, unsigned at);
/* Waits until all daemons know what the answer's cursor= knows; where it says
 * stale-since= instead, until they follow the database again. */
void town_tell_all(const struct town *town, const char *answer);
/* Waits until each daemon knows what any of them knows. */
void town_settle(const struct town *town);

/*
 * Sites 0..count-1 with the keys, e.g. "rooms=2", and physicians 0..count-1;
 * known to all daemons when the call returns.
 */
void town_sites(struct town *town, unsigned count, const char *keys);
void town_physicians(struct town *town, unsigned count);
/* FINESS number of site n, RPPS number of physician n, the day so many days
 * after a Monday to come; texts of a ring, good for 64 calls. */
const char *town_finess(unsigned n);
const char *town_rpps(unsigned n);
const char *town_day(int away);
/* A fresh UUID, likewise. */
const char *town_uuid(void);

/* ----- oracles ----- */

/*
 * Aborts unless every line ERROR of PostgreSQL's log, since the town was made,
 * holds one of the texts, ended by NULL: constraints have not fired, nothing
 * deadlocked.
 */
void town_check_log(const struct town *town, const char *const allowed[]);
/* pg_stat_database.deadlocks of the town's database. */
long long town_deadlocks(struct town *town) MUST_CHECK;
/* The complete answers of a daemon to every list of the directory and to the
 * half-days of every site, sorted; owned by the caller. */
char *town_book(const struct town *town, unsigned at) MUST_CHECK;

/* ----- chance and time ----- */

/* A generator with a state of its own; the same seed gives the same numbers. */
uint64_t town_random(uint64_t *state);
unsigned town_below(uint64_t *state, unsigned limit);
/* $ROTA_TEST_SEED, or one of the clock; it is printed. */
uint64_t town_seed(void);
/* $ROTA_TEST_ROUNDS, or 1. */
unsigned town_rounds(void);
uint64_t town_now_ms(void);
/* Between two looks at a condition that a loop with a deadline waits for. */
void town_pause(void);

#endif
