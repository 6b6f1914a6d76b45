/* SPDX-License-Identifier: ISC */
/*
 * dial: one attempt to connect to PostgreSQL under libevent.
 *
 * The connection string may name several hosts.  libpq tries them in turn, but
 * one that accepts and then closes, or stays silent, ends the whole attempt:
 * so an attempt has a deadline of its own, and after one that failed the next
 * begins with the next host, whoever makes it.
 */
#ifndef STORE_DIAL_H
#define STORE_DIAL_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"

#include <libpq-fe.h>
#include <stdint.h>

struct dial;
struct event_base;
struct hosts;

/* Where to connect: a connection string, parsed.  What is wrong with it comes
 * out at the first attempt. */
struct hosts *hosts_new(const char *conninfo) MUST_CHECK;
void hosts_free(struct hosts *hosts);

/* A connection, owned by the callee, or NULL and why (borrowed).  May free the
 * dial. */
typedef void dial_done_fn(void *arg, PGconn *conn, const char *why);

/* hosts is lent until dial_free(). */
struct dial *dial_new(struct event_base *base, struct hosts *hosts,
    dial_done_fn *done, void *arg) MUST_CHECK;
void dial_free(struct dial *dial);

/* Begins an attempt; done is called once, never inside this call.  At most one
 * attempt at a time. */
void dial_start(struct dial *dial, uint64_t timeout_ms);
/* Gives a running attempt up; done is not called. */
void dial_stop(struct dial *dial);

/* An error text of libpq as one line, without its last full stop. */
void dial_error(struct error *error, const char *text);

#endif
