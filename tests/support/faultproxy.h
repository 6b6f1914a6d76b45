/* SPDX-License-Identifier: ISC */
/*
 * faultproxy: a network that can be broken at will, between any two processes.
 *
 * It listens on a port of the loopback, or on a path, and passes bytes between
 * whoever connects there and the target, in a thread of its own.  Each order
 * holds for every connection, open and to come, until another is given; when
 * the call returns the order is in force, so a test needs no pause after it.
 *
 * Ends are written "127.0.0.1:5432" or "unix:/path".
 */
#ifndef TESTS_SUPPORT_FAULTPROXY_H
#define TESTS_SUPPORT_FAULTPROXY_H

#include "daemon/base/compiler.h"

#include <stdint.h>

struct faultproxy;

enum faultproxy_way {
	FAULTPROXY_UP,   /* from who connected to the target */
	FAULTPROXY_DOWN, /* from the target back */
	FAULTPROXY_WAYS
};

/*
 * path: the unix socket to listen on (which must not exist yet), or NULL for a
 * port.  The target need not run yet.  Aborts when it cannot listen.
 */
struct faultproxy *faultproxy_new(const char *path, const char *target)
    MUST_CHECK;
/* Cuts everything; NULL does nothing. */
void faultproxy_free(struct faultproxy *proxy);
/* 0 when it listens on a path. */
unsigned faultproxy_port(const struct faultproxy *proxy);

/* All is well again: bytes pass, connections are taken. */
void faultproxy_pass(struct faultproxy *proxy);
/* Nothing passes that way any more, and nobody is told: bytes wait here, and
 * go on after faultproxy_pass(). */
void faultproxy_stall(struct faultproxy *proxy, enum faultproxy_way way);
/* Connections that come are cut at once: the target is down. */
void faultproxy_refuse(struct faultproxy *proxy);
/* One byte at a time that way. */
void faultproxy_trickle(struct faultproxy *proxy, enum faultproxy_way way);
/* So many more bytes pass that way on each connection; then it is cut. */
void faultproxy_cut_after(
    struct faultproxy *proxy, enum faultproxy_way way, uint64_t bytes);
/* Cuts the connections that are open, and throws away what waits here.  The
 * orders stay. */
void faultproxy_cut(struct faultproxy *proxy);

/* Bytes of that way that wait here. */
uint64_t faultproxy_waiting(struct faultproxy *proxy, enum faultproxy_way way);

#endif
