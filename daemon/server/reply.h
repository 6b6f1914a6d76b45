/* SPDX-License-Identifier: ISC */
/*
 * reply: lines of an answer, printed straight into what is about to be sent.
 *
 * A handler calls reply_data() once per data line and one of the closing ones
 * exactly once.  Each begins a line (tag included) in space reserved for
 * `room` more bytes and returns the printer; reply_end() ends and commits it.
 */
#ifndef SERVER_REPLY_H
#define SERVER_REPLY_H

#include "daemon/domain/rule.h"
#include "daemon/server/conn.h"

enum { REPLY_ROOM = 2048, REPLY_ROOM_LONG = 3 * PROTO_LONG_MAX };

struct out *reply_data(struct conn *conn, size_t room); /* "#tag *" */
struct out *reply_ok(struct conn *conn, size_t room);   /* "#tag ok" */
struct out *reply_push(struct conn *conn, size_t room); /* "!" */
/* "! bye", however much the client has left unread; for conn_bye(). */
struct out *reply_bye(struct conn *conn);
void reply_end(struct conn *conn);

/* Begins the closing line of a status that is not OK: "#tag no H01". */
struct out *reply_closing(struct conn *conn, enum status status, size_t room);
/* " what= expected=" where not NULL/empty, " retry=" of the class fail, and
 * " text=" in the language of the session. */
void reply_reason(struct conn *conn, struct out *out, enum status status,
    struct span what, const char *expected);

/* A whole closing line of a status that is not OK, with its text. */
void reply_status(struct conn *conn, enum status status);
/* Likewise, with `what` and `expected` where they are not NULL/empty. */
void reply_refuse(struct conn *conn, enum status status, struct span what,
    const char *expected);
/* Likewise, `what` being a key; always false. */
bool reply_refuse_key(
    struct conn *conn, enum status status, enum key key, const char *expected);
/* next= is none that a page has said; always false. */
bool reply_refuse_next(struct conn *conn);
/* A refusal of the parser, with column, word and expectation. */
void reply_fault(
    struct conn *conn, enum status status, const struct request *request);
/*
 * The server's buffer.  printer_flush() hands what it holds to its connection;
 * printer_forget() throws it away when that is this one.
 */
struct printer *printer_new(void) MUST_CHECK;
void printer_free(struct printer *printer);
void printer_flush(struct printer *printer);
void printer_forget(struct printer *printer, const struct conn *conn);

/* " cursor=" of the book, or " stale-since=" while the database is away. */
void reply_cursor(struct conn *conn, struct out *out);

#endif
