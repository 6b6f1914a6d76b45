/* SPDX-License-Identifier: ISC */
/*
 * crowd: all connections of the server - who has something to do, whose time is
 * over, who is to be freed, and how many come from where.
 *
 * Connections of one list by age have the same time-out, so the first is always
 * the first to run out and one timer serves all of them.  Connections are run
 * and freed from the crowd's own events, never under somebody's callback.
 */
#ifndef SERVER_CROWD_H
#define SERVER_CROWD_H

#include "daemon/server/conn.h"

struct crowd;
struct server;

/* on_empty(server) runs from the event loop when the last one was freed. */
struct crowd *crowd_new(
    struct server *server, void (*on_empty)(struct server *server)) MUST_CHECK;
/* Frees every connection, held or not. */
void crowd_free(struct crowd *crowd);

/* Whether one more may come from the address; nil: not counted. */
enum status crowd_admits(const struct crowd *crowd, struct id address)
    MUST_CHECK;
void crowd_add(struct crowd *crowd, struct conn *conn);
/* Counts of accounts; STATUS_LIMIT changes nothing.  Either may be nil. */
enum status crowd_account(
    struct crowd *crowd, struct id before, struct id after) MUST_CHECK;

/* Puts it at the end of the list that its state and session ask for. */
void crowd_touch(struct crowd *crowd, struct conn *conn);
/* conn_turn() in the next turn of the loop. */
void crowd_run(struct crowd *crowd, struct conn *conn);
/* The printer holds lines that nobody is going to flush. */
void crowd_flush(struct crowd *crowd);
/* Dead: counts no more; closed in the next turn, freed when not held. */
void crowd_bury(struct crowd *crowd, struct conn *conn);

/* Time-outs may have changed. */
void crowd_reload(struct crowd *crowd);
unsigned crowd_count(const struct crowd *crowd);
/* visit() may bury the one it is called for. */
void crowd_each(struct crowd *crowd,
    void (*visit)(struct conn *conn, void *arg), void *arg);

#endif
