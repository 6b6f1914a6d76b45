/* SPDX-License-Identifier: ISC */
/*
 * listener: sockets on which clients arrive.
 *
 * When the process has no descriptor left, all listeners pause and try again a
 * moment later: what waits in the kernel's queue is not lost.
 */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"
#include "proto/id.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/types.h>

struct config;
struct event_base;
struct listeners;

/* Who is at the other end. */
struct peer {
	/* What counts as one address: an IPv4 address, the /64 of an IPv6 one,
	 * a user of this machine. */
	struct id address;
	char text[INET6_ADDRSTRLEN]; /* for the log; "unix" */
	bool is_unix;
	bool is_operator; /* root, or who runs the daemon; by unix socket */
};

/* fd: owned by the callee, non-blocking. */
typedef void listener_accept_fn(
    void *arg, int fd, const struct peer *peer, bool tls);

struct listeners *listeners_new(
    struct event_base *base, listener_accept_fn *accept, void *arg) MUST_CHECK;
/* Closes all, and removes the unix socket if it is still ours. */
void listeners_free(struct listeners *listeners);
/* Those of the configuration and those that the service manager passed; 0, or
 * -1 with *error. */
int listeners_open(struct listeners *listeners, const struct config *config,
    struct error *error) MUST_CHECK;
bool listeners_any(const struct listeners *listeners, bool tls);
/* Port of the first TCP listener of this sort; 0: none. */
unsigned listeners_port(const struct listeners *listeners, bool tls);
/* Path of the unix socket, "" when there is none; borrowed. */
const char *listeners_path(const struct listeners *listeners);

#endif
