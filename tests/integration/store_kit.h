/* SPDX-License-Identifier: ISC */
/*
 * store_kit: stores over one database, in one event loop, and a record of all
 * that they told.
 *
 * A rig is one store.  It notes every change that it is told of, and aborts on
 * one that does not follow the entity's last: twice, out of order, or not in
 * the book.
 */
#ifndef TESTS_INTEGRATION_STORE_KIT_H
#define TESTS_INTEGRATION_STORE_KIT_H

#include "daemon/base/idmap.h"
#include "daemon/store/store.h"
#include "tests/support/pgcluster.h"

#include <check.h>
#include <event2/event.h>

enum { KIT_DAY = 21550 }; /* 2029-01-01: always in the book in full */

struct rig {
	struct store *store;
	struct idmap told;   /* entity -> revision told last */
	size_t changes;      /* told */
	size_t loads;        /* on_loaded() calls */
	size_t again;        /* of them but the first */
	size_t torn;         /* of them STORE_LOAD_TORN */
	size_t applied;      /* on_applied() calls */
	struct idmap loaded; /* entity -> revision at the first load */
};

struct kit {
	struct pgcluster *cluster;
	struct event_base *base;
	char *database; /* of the test */
	PGconn *sql;    /* superuser */
	struct store_options options;
	char *conninfo; /* options.conninfo */
};

extern struct kit kit;

/* A cluster for the program; what make check runs. */
int kit_main(Suite *suite, const struct pgcluster_options *options);
/* A database and an event loop for a test. */
void kit_begin(void);
void kit_end(void);

/* A store with kit.options, started; up when it returns. */
void rig_open(struct rig *rig);
/* The same, but only started. */
void rig_start(struct rig *rig);
void rig_close(struct rig *rig);

/* Turns the event loop until the condition holds, or fails the test. */
typedef bool kit_condition(void *arg);
void kit_until(kit_condition *condition, void *arg, unsigned ms);
/* Turns the event loop for so long. */
void kit_run(unsigned ms);
bool rig_is_up(void *rig);
bool rig_is_refused(void *rig);
bool rig_is_down(void *rig);
/* Waits until a rig's book shows what the others' show. */
void kit_settle(struct rig *rigs[], size_t count);
/* The book of a rig equals one that is loaded now. */
void kit_check_load(struct rig *rig);
/* What each of the books holds is the same. */
void kit_check_equal(struct rig *a, struct rig *b);

/* ----- writing ----- */

/* One write on its way; caller's storage. */
struct kit_write {
	bool done;
	struct store_result result; /* without answer: */
	char answer[256];
};

/* A random id. */
struct id kit_id(void);
uint64_t kit_random(void);

/* A directory of n sites and n physicians, in one unit each. */
void kit_people(struct rig *rig, int32_t count);

/* The state of an assignment; physician, site: indices of the rig's book. */
struct assignment kit_assignment(
    struct rig *rig, int32_t physician, int32_t site, int32_t day);
/* Judges it on the rig's book and sends it; false if that is refused. */
bool kit_send(struct rig *rig, struct kit_write *write, struct assignment a,
    struct id key, unsigned char request);
/* Sends a sealed unit. */
bool kit_send_unit(struct rig *rig, struct kit_write *write,
    const struct unit *unit, struct id key, unsigned char request);
/* Until it is done; its status. */
enum status kit_wait(struct kit_write *write);
/* Send and wait. */
enum status kit_put(struct rig *rig, struct assignment a);

/*
 * A new half-day of the rig's physician 1 at its site 1, so many days after
 * KIT_DAY, as a tool of the owner writes it: in the session's transaction,
 * without guards.
 */
void kit_put_by_sql(
    PGconn *session, struct rig *rig, struct id entity, int day);

#endif
