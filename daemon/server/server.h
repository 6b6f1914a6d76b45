/* SPDX-License-Identifier: ISC */
/*
 * server: listeners, connections and what they share.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "daemon/base/error.h"
#include "daemon/config/config.h"
#include "daemon/domain/travel.h"
#include "daemon/store/store.h"

struct conn;
struct crowd;
struct event_base;
struct guardq;
struct guess;
struct jobs;
struct printer;
struct watchers;

struct server {
	struct event_base *base;     /* borrowed */
	const struct config *config; /* borrowed; replaced whole by a reload */
	struct store *store;         /* borrowed */
	struct travel *travel;       /* borrowed */
	struct guardq *guards;       /* owned: writes waiting for each other */
	struct watchers *watchers;   /* of watch.c; NULL: nobody watches */
	struct crowd *crowd;         /* owned: all connections */
	struct printer *printer;     /* owned: of reply.c */
	struct guess *guess;         /* owned: who failed to authenticate */
	struct jobs *jobs;           /* owned: of the planner */
	struct residents *residents; /* owned: planners that stay */
	bool draining;
	uint64_t started_us;            /* clock_mono_us() */
	struct server_private *private; /* of server.c */
};

struct server *server_new(struct event_base *base, const struct config *config,
    struct store *store, struct travel *travel, struct error *error) MUST_CHECK;
void server_free(struct server *server);
/* Binds every listener of the configuration, or those that the service manager
 * passed; -1 with *error.  The ports actually bound are logged. */
int server_listen(struct server *server, struct error *error) MUST_CHECK;
/* Port of the first plain TCP listener, TLS listener; 0: none. */
unsigned server_port(const struct server *server, bool tls);
/* Path of the unix socket, "" when there is none; borrowed. */
const char *server_path(const struct server *server);
/*
 * A new configuration: limits, time-outs, and the TLS certificate, whose files
 * are read again.  0; or -1 with *error, and the former one stays in force.
 */
int server_reload(struct server *server, const struct config *config,
    struct error *error) MUST_CHECK;
/* Stops accepting, finishes what is under way, says bye; `done` when the last
 * connection has gone or the deadline has passed. */
void server_drain(struct server *server, void (*done)(void *arg), void *arg);
unsigned server_connections(const struct server *server);
unsigned server_next_number(struct server *server); /* of a connection */

/* Hooks of the store, passed on to connections and watchers. */
void server_on_change(void *arg, const struct change *change);
void server_on_applied(void *arg);
void server_on_loaded(void *arg, enum store_load load);
void server_on_state(void *arg, enum store_state state);

#endif
