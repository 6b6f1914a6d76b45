/* SPDX-License-Identifier: ISC */
/*
 * conn: one client connection, from accept to the last byte written.
 *
 * Requests of one connection are executed one after another: while one is held
 * (a write that waits for its commit), no further line is taken from the input,
 * and a full input is not read from the socket: that is the back-pressure.
 * While much output is unsent no line is taken either, so answers cannot pile
 * up; pushes can: a client that leaves more than `unread-max` is cut off, and
 * what it has not read is thrown away.
 *
 * A conn is freed from the event loop only, never while it is held and never
 * under one of its own callbacks.
 */
#ifndef SERVER_CONN_H
#define SERVER_CONN_H

#include "daemon/base/compiler.h"
#include "daemon/server/session.h"
#include "proto/out.h"
#include "proto/request.h"

struct behind;
struct bufferevent;
struct server;
struct watch;
struct write;

enum conn_state {
	CONN_HANDSHAKE, /* of TLS */
	CONN_OPEN,      /* takes requests, unless it is held */
	CONN_CLOSING,   /* flushes what is left, takes nothing */
	CONN_DEAD       /* gone; freed when it is not held */
};

struct conn {
	struct server *server;   /* borrowed */
	struct bufferevent *bev; /* owned; NULL when dead */
	enum conn_state state;
	bool held;       /* a request is under way; its answer comes later */
	unsigned number; /* "conn-17" in the log */
	struct session session;
	char tag[PROTO_TAG_MAX]; /* of the request under way */
	size_t tag_len;
	uint64_t drop; /* lines of a refused batch that are still to come */
	struct write *batch;   /* owned: lines of a batch being collected */
	struct watch *watch;   /* owned: what this client watches */
	unsigned job_watches;  /* jobs that it hears of, see job_watch.c */
	struct behind *behind; /* owned: a read that waits, see dispatch.c */
	struct conn_private *private; /* of conn.c */
};

/* Log id: "conn-17", borrowed until the conn is freed. */
const char *conn_id(const struct conn *conn);
/* What counts as one address, see struct peer. */
struct id conn_address(const struct conn *conn);
/* Text of the peer's address, or "unix". */
const char *conn_peer(const struct conn *conn);

/*
 * The request under way answers later: no line is taken until conn_release().
 * The conn stays allocated as long, even when the client goes away; look at
 * conn_gone() before answering.
 */
void conn_hold(struct conn *conn);
void conn_release(struct conn *conn);
static inline bool
conn_gone(const struct conn *conn)
{
	return conn->state == CONN_CLOSING || conn->state == CONN_DEAD;
}

/* Takes no more lines; closes when all that was printed has been written. */
void conn_close(struct conn *conn);
/* The same, with "! bye reason=<reason>" for the last line; reason is of
 * protocol.md: stopping idle unread flood handshake revoked. */
void conn_bye(struct conn *conn, const char *reason);
/*
 * A malformed line: slows the connection down when there are many.  False when
 * it is one too many: to be answered as flood, which is also the bye.
 */
bool conn_count_bad(struct conn *conn) MUST_CHECK;
/*
 * The session speaks for another account from now on, or (nil) for none: counts
 * and time-outs follow.  STATUS_OK, or STATUS_LIMIT and nothing is changed.
 */
enum status conn_set_account(struct conn *conn, struct id account) MUST_CHECK;

#endif
