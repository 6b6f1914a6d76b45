/* SPDX-License-Identifier: ISC */
/*
 * link: one connection to a daemon, as cheap as a client can be.
 *
 * It waits for the greeting, authenticates, and from on_ready on hands out
 * lines.  What is sent from within a callback leaves in one piece when the
 * bytes that were read have been handed out.  Nothing here is freed under its
 * own callback: that is for the end of a run.
 */
#ifndef BENCH_LINK_H
#define BENCH_LINK_H

#include "daemon/base/compiler.h"
#include "proto/span.h"

#include <sys/socket.h>

struct event_base;
struct link;

/* Where a daemon listens on this machine. */
struct target {
	struct sockaddr_storage address;
	socklen_t len;
	void *tls; /* SSL_CTX, owned; NULL: plain */
};

/* text: a path, or HOST:PORT of the loopback; 0, or -1 after a complaint.  The
 * daemon's certificate is not looked at. */
int target_init(struct target *target, const char *text, bool tls) MUST_CHECK;
void target_fini(struct target *target);

struct link_hooks {
	void (*on_ready)(void *arg); /* authenticated, once */
	/* A line without its end, lent for the call. */
	void (*on_line)(void *arg, struct span line);
	/* Refused or closed, with the reason; nothing more comes. */
	void (*on_lost)(void *arg, const char *why);
};

/* token: NULL, or what to authenticate with; borrowed until ready.  NULL after
 * a complaint. */
struct link *link_new(struct event_base *base, const struct target *target,
    const char *token, const struct link_hooks *hooks, void *arg) MUST_CHECK;
void link_free(struct link *link); /* NULL does nothing */
/* Copies the bytes; the link must be ready. */
void link_send(struct link *link, const char *bytes, size_t len);

#endif
