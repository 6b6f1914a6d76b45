/* SPDX-License-Identifier: ISC */
/*
 * reply: one buffer for the whole server, used by one connection at a time.
 *
 * A turn's lines are printed into it one behind the other and handed to the
 * connection at once: when the turn ends, when the buffer is full, or when
 * another connection has something to say.  What is printed for a connection
 * that is gone, or after its bye, is thrown away.
 */
#include "daemon/server/reply.h"

#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/server/conn_private.h"
#include "daemon/server/crowd.h"
#include "daemon/server/server.h"

#include <stdlib.h>
#include <string.h>

enum {
	PRINTER_SIZE = 64 << 10,
	MARGIN = PROTO_TAG_MAX + 64 /* tag, marker, class, code and line end */
};

struct printer {
	struct conn *owner; /* whose lines these are; NULL: none */
	size_t line;        /* where the present one begins */
	bool mute;          /* the present one comes too late */
	struct out out;
	char bytes[PRINTER_SIZE];
};

struct printer *
printer_new(void)
{
	struct printer *printer = xmalloc(sizeof(*printer));

	printer->owner = NULL;
	printer->line = 0;
	printer->out = OUT(printer->bytes);
	return printer;
}

void
printer_free(struct printer *printer)
{
	free(printer);
}

void
printer_forget(struct printer *printer, const struct conn *conn)
{
	if (printer->owner != conn)
		return;
	printer->owner = NULL;
	printer->out.len = 0;
}

void
printer_flush(struct printer *printer)
{
	struct conn *owner = printer->owner;
	size_t len = printer->out.len;

	printer->owner = NULL;
	printer->out.len = 0;
	if (owner != NULL && len > 0)
		conn_send(owner, printer->bytes, len);
}

/* Begins a line where there is room for it, and for MARGIN. */
static inline struct out *
begin(struct conn *conn, size_t room)
{
	struct printer *printer = conn->server->printer;
	struct out *out = &printer->out;

	if (printer->owner != conn || out->size - out->len < room + MARGIN) {
		printer_flush(printer);
		printer->owner = conn;
	}
	printer->line = out->len;
	printer->mute = conn_gone(conn);
	return out;
}

static inline struct out *
begin_tagged(struct conn *conn, size_t room)
{
	struct out *out = begin(conn, room);

	if (conn->tag_len > 0) {
		out_char(out, '#');
		out_bytes(out, conn->tag, conn->tag_len);
		out_char(out, ' ');
	}
	return out;
}

struct out *
reply_data(struct conn *conn, size_t room)
{
	struct out *out = begin_tagged(conn, room);

	out_char(out, '*');
	return out;
}

struct out *
reply_ok(struct conn *conn, size_t room)
{
	struct out *out = begin_tagged(conn, room);

	out_literal(out, "ok");
	return out;
}

struct out *
reply_push(struct conn *conn, size_t room)
{
	struct out *out;

	conn_check_unread(conn);
	out = begin(conn, room);
	out_char(out, '!');
	return out;
}

struct out *
reply_bye(struct conn *conn)
{
	struct out *out = begin(conn, REPLY_ROOM);

	out_literal(out, "! bye");
	return out;
}

void
reply_end(struct conn *conn)
{
	struct printer *printer = conn->server->printer;
	size_t len = printer->out.len - printer->line;

	if (printer->out.overflow || len > PROTO_LINE_MAX) {
		/* Its printer was wrong about a bound: better no answer than
		 * half of one, and one connection lost than all. */
		printer->out.overflow = false;
		printer->out.len = printer->line;
		log_error(conn_id(conn), "reply-too-long", "bytes=%zu", len);
		conn_cut(conn);
		return;
	}
	if (printer->mute) {
		printer->out.len = printer->line;
		return;
	}
	out_char(&printer->out, '\n');
	if (!conn->private->turning)
		crowd_flush(conn->server->crowd);
}

struct out *
reply_closing(struct conn *conn, enum status status, size_t room)
{
	struct out *out = begin_tagged(conn, room);

	out_text(out, status_class_name(status_class(status)));
	out_char(out, ' ');
	out_text(out, status_code(status));
	return out;
}

/* Whether the same request may succeed later. */
static bool
is_retryable(enum status status)
{
	return status != STATUS_INTERNAL;
}

void
reply_reason(struct conn *conn, struct out *out, enum status status,
    struct span what, const char *expected)
{
	const char *text = status_text(status, conn->session.lang);

	if (what.len > 0)
		out_key_value(out, "what", what);
	if (expected != NULL)
		out_key_text(out, "expected", expected);
	if (status_class(status) == CLASS_FAIL)
		out_key_text(out, "retry", is_retryable(status) ? "yes" : "no");
	if (text[0] != '\0')
		out_key_text(out, "text", text);
}

void
reply_refuse(struct conn *conn, enum status status, struct span what,
    const char *expected)
{
	struct out *out = reply_closing(conn, status, REPLY_ROOM);

	reply_reason(conn, out, status, what, expected);
	reply_end(conn);
}

void
reply_status(struct conn *conn, enum status status)
{
	reply_refuse(conn, status, (struct span){NULL, 0}, NULL);
}

bool
reply_refuse_key(
    struct conn *conn, enum status status, enum key key, const char *expected)
{
	reply_refuse(conn, status, span_of(key_name(key)), expected);
	return false;
}

bool
reply_refuse_next(struct conn *conn)
{
	return reply_refuse_key(
	    conn, STATUS_VALUE, KEY_NEXT, "what next= of the page before said");
}

void
reply_fault(
    struct conn *conn, enum status status, const struct request *request)
{
	struct out *out = reply_closing(conn, status, REPLY_ROOM);

	out_key_u64(out, "column", request->fault.column);
	reply_reason(
	    conn, out, status, request->fault.what, request->fault.expected);
	reply_end(conn);
}

void
reply_cursor(struct conn *conn, struct out *out)
{
	const struct store *store = conn->server->store;
	int64_t stale = store_stale_since(store);

	if (stale == 0) {
		struct span cursor = store_cursor(store);

		/* Digits, ':' and ',': never in need of quotes. */
		if (cursor.len > 0) {
			out_literal(out, " cursor=");
			out_bytes(out, cursor.ptr, cursor.len);
		}
		return;
	}
	out_key(out, "stale-since");
	out_instant(out, stale, 0);
}
