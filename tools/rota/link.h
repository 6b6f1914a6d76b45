/* SPDX-License-Identifier: ISC */
/*
 * link: a connection to a daemon, lines out and lines in.
 *
 * Calls wait, but never longer than told.  After a failure the link is of no
 * more use, and link_why() says what happened.
 */
#ifndef ROTA_LINK_H
#define ROTA_LINK_H

#include "daemon/base/compiler.h"
#include "proto/span.h"
#include "tools/rota/target.h"

#include <stdbool.h>
#include <stddef.h>

struct link;

/* Connects within so many milliseconds, TLS included; tls: with TLS, ca as for
 * tls_new(); interrupt: see link_set_interrupt().  Never NULL: see
 * link_is_open(). */
struct link *link_open(const struct target *target, bool tls, const char *ca,
    int interrupt, int patience_ms) MUST_CHECK;
void link_free(struct link *link);

/* A descriptor that becomes readable when somebody wants to wait no longer: the
 * link is then lost, link_interrupted() true.  -1: none. */
void link_set_interrupt(struct link *link, int fd);
bool link_interrupted(const struct link *link);

bool link_is_open(const struct link *link);
const char *link_why(const struct link *link); /* lent until the next call */
int link_fd(const struct link *link);

/* Sends all the bytes; false when that failed, or stood still so long. */
bool link_send(struct link *link, const char *bytes, size_t len,
    int patience_ms) MUST_CHECK;

enum link_news { LINK_LINE, LINK_NOTHING, LINK_LOST };

/* The next line without its end, lent until the next call; LINK_NOTHING when
 * none came in that time, 0 ms does not wait. */
enum link_news link_line(struct link *link, struct span *line, int patience_ms)
    MUST_CHECK;

#endif
