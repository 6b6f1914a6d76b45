/* SPDX-License-Identifier: ISC */
/*
 * supervise: what the service manager is told and what it hands over.
 *
 * Speaks systemd's notification and socket activation protocols, see
 * sd_notify(3) and sd_listen_fds(3), without its library.  Where the manager
 * has set no variables every call does nothing, so callers need not ask.
 */
#ifndef DAEMON_SUPERVISE_H
#define DAEMON_SUPERVISE_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Each sends one datagram to $NOTIFY_SOCKET (a path, or "@name" for an abstract
 * one) and waits a second for room at most; a failure is logged and forgotten.
 */
void supervise_ready(void);     /* started, or a reload is over */
void supervise_reloading(void); /* ends with supervise_ready() */
void supervise_stopping(void);
void supervise_alive(void); /* feeds the watchdog */

/* One line for "systemctl status"; cut at 200 bytes. */
void supervise_status(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * Microseconds between two calls of supervise_alive(): half of what the manager
 * allows.  0: no watchdog.
 */
uint64_t supervise_watchdog_us(void);

enum supervise_kind {
	SUPERVISE_PLAIN, /* TCP; whether beyond loopback is for the caller */
	SUPERVISE_TLS,   /* TCP named "tls" */
	SUPERVISE_UNIX,
};

/* A listening socket opened by the manager. */
struct supervise_socket {
	int fd; /* owned by the caller; non-blocking, close-on-exec */
	enum supervise_kind kind;
};

/*
 * The sockets handed over by $LISTEN_FDS, at most max, in the manager's order;
 * forgets the variables, so that a second call and children find none.  Their
 * number; -1 with error set if there are more, or one is not a listening
 * stream socket.
 */
int supervise_sockets(struct supervise_socket sockets[], size_t max,
    struct error *error) MUST_CHECK;

#endif
