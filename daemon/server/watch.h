/* SPDX-License-Identifier: ISC */
/*
 * watch: what a client watches, and the pushes that tell it.
 *
 * All watches of a server stand in one registry, server->watchers, indexed by
 * physician, site and territory, so that a change looks only at those whom it
 * may concern.  The registry comes with the first watch and goes with the last
 * one; server->watchers is NULL in between and the calls below then cost
 * nothing.
 */
#ifndef SERVER_WATCH_H
#define SERVER_WATCH_H

#include "daemon/server/conn.h"
#include "daemon/store/store.h"

/* Of server.c, from the hooks of the store, in the order of the feed. */
void watch_on_change(struct server *server, const struct change *change);
void watch_on_applied(struct server *server);
/* The sessions have been resolved in the new book before. */
void watch_on_loaded(struct server *server, enum store_load load);

/* Ends conn->watch when the connection goes; NULL does nothing.  Pushes
 * nothing. */
void watch_free(struct watch *watch);

#endif
