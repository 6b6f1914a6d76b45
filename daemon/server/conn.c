/* SPDX-License-Identifier: ISC */
/*
 * conn: bytes of a client to lines, and lines back to bytes.
 *
 * A turn takes lines from the input for as long as the connection may have
 * more done for it.  Whatever ends a hindrance (an answer that came, output
 * that was read, a pause that is over) asks for another turn, since libevent
 * will not call again for bytes that it already holds.
 */
#include "daemon/server/conn.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/change/write.h"
#include "daemon/server/conn_private.h"
#include "daemon/server/crowd.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/listener.h"
#include "daemon/server/proposal/job.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "daemon/server/tls.h"
#include "daemon/server/watch.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	INPUT_MAX = 64 << 10,  /* held before the socket is not read */
	OUTPUT_MAX = 64 << 10, /* unsent before no line is taken */
	OUTPUT_LOW = 16 << 10, /* unsent before lines are taken again */
	LINE_END_MAX = 2
};

/* A client and what it is served with, in one piece. */
struct conn_whole {
	struct conn conn;
	struct conn_private private;
};

const char *
conn_id(const struct conn *conn)
{
	return conn->private->id;
}

const char *
conn_peer(const struct conn *conn)
{
	return conn->private->peer;
}

struct id
conn_address(const struct conn *conn)
{
	return conn->private->address;
}

static size_t
unsent(const struct conn *conn)
{
	return evbuffer_get_length(bufferevent_get_output(conn->bev));
}

/* ----- lines ----- */

enum cut {
	CUT_NOTHING, /* the rest of the line is still to come */
	CUT_LINE,
	CUT_TOO_LONG /* its beginning; the end is to be skipped */
};

/* The first line of these bytes, which has the length that is returned with its
 * end; 0 when it does not end among them, or is too long. */
static size_t
first_line(const char *bytes, size_t len, struct span *line)
{
	const size_t enough = PROTO_LINE_MAX + LINE_END_MAX;
	const char *end = memchr(bytes, '\n', len < enough ? len : enough);

	if (end == NULL)
		return 0;
	*line = (struct span){bytes, (size_t)(end - bytes)};
	if (line->len > 0 && bytes[line->len - 1] == '\r')
		line->len--;
	return (size_t)(end - bytes) + 1;
}

/*
 * The first line of the input, wherever its bytes are; *used counts the line
 * end too.
 */
static enum cut
cut_line(struct evbuffer *input, struct span *line, size_t *used)
{
	const size_t enough = PROTO_LINE_MAX + LINE_END_MAX;
	size_t len = evbuffer_get_length(input);
	const char *bytes;

	if (len == 0)
		return CUT_NOTHING;
	if (len > enough)
		len = enough;
	bytes = (const char *)evbuffer_pullup(input, (ev_ssize_t)len);
	*used = first_line(bytes, len, line);
	if (*used > 0)
		return CUT_LINE;
	*line = (struct span){bytes, PROTO_LINE_MAX + 1};
	*used = PROTO_LINE_MAX + 1;
	return len < enough ? CUT_NOTHING : CUT_TOO_LONG;
}

/* False while the end of the over-long line has not come. */
static bool
skip_line(struct conn *conn, struct evbuffer *input)
{
	size_t size;
	struct evbuffer_ptr eol =
	    evbuffer_search_eol(input, NULL, &size, EVBUFFER_EOL_LF);

	if (eol.pos < 0) {
		(void)evbuffer_drain(input, evbuffer_get_length(input));
		return false;
	}
	(void)evbuffer_drain(input, (size_t)eol.pos + size);
	conn->private->skipping = false;
	return true;
}

static bool
takes_lines(const struct conn *conn)
{
	return conn->state == CONN_OPEN && !conn->held &&
	    !conn->private->paused && unsent(conn) <= OUTPUT_MAX;
}

/* Takes one line; false when there is none. */
static bool
take_line(struct conn *conn)
{
	struct evbuffer *input = bufferevent_get_input(conn->bev);
	struct span line;
	enum cut cut;
	size_t used;

	if (conn->private->skipping && !skip_line(conn, input))
		return false;
	cut = cut_line(input, &line, &used);
	if (cut == CUT_NOTHING)
		return false;
	if (cut == CUT_TOO_LONG)
		conn->private->skipping = true;
	dispatch_line(conn, line);
	(void)evbuffer_drain(input, used);
	return true;
}

/*
 * Takes the lines that end in the first chunk of the input, mostly all there
 * are, since a read fills one chunk; how many.  They leave the input together,
 * for that costs as much for many as for one.
 */
static uint64_t
take_chunk(struct conn *conn, uint64_t most)
{
	struct evbuffer *input = bufferevent_get_input(conn->bev);
	size_t len = evbuffer_get_contiguous_space(input), used = 0, next;
	uint64_t lines = 0;
	const char *bytes;
	struct span line;

	if (len == 0 || conn->private->skipping)
		return 0;
	bytes = (const char *)evbuffer_pullup(input, (ev_ssize_t)len);
	while (lines < most && takes_lines(conn) &&
	    (next = first_line(bytes + used, len - used, &line)) > 0) {
		dispatch_line(conn, line);
		used += next;
		lines++;
	}
	(void)evbuffer_drain(input, used);
	return lines;
}

/* All that came has been answered, and no more will come. */
static void
finish(struct conn *conn)
{
	if (conn->server->draining) {
		conn_bye(conn, "stopping");
	} else if (conn->private->eof) {
		write_batch_abandon(conn);
		conn_close(conn);
	}
}

void
conn_turn(struct conn *conn)
{
	struct crowd *crowd = conn->server->crowd;
	uint64_t lines = 0, most = conn->server->config->turn_lines;
	bool dry = false;

	if (conn->state == CONN_DEAD)
		return;
	conn->private->turning = true;
	while (!dry && lines < most && takes_lines(conn)) {
		uint64_t taken = take_chunk(conn, most - lines);

		if (taken == 0)
			taken = take_line(conn);
		dry = taken == 0;
		lines += taken;
	}
	conn->private->turning = false;
	printer_flush(conn->server->printer);
	if (conn->state == CONN_CLOSING) {
		conn_turned(conn);
		return;
	}
	if (lines > 0)
		crowd_touch(crowd, conn);
	if (dry && takes_lines(conn))
		finish(conn);
	else if (!dry && takes_lines(conn))
		crowd_run(crowd, conn);
}

/* ----- held requests ----- */

void
conn_hold(struct conn *conn)
{
	conn->held = true;
}

void
conn_release(struct conn *conn)
{
	conn->held = false;
	if (conn->private->turning)
		return; /* the turn goes on with the next line */
	if (conn->state == CONN_DEAD) {
		crowd_bury(conn->server->crowd, conn);
		return;
	}
	printer_flush(conn->server->printer);
	crowd_run(conn->server->crowd, conn);
}

/* ----- output ----- */

/*
 * Bytes go out at once where nothing stands before them: it saves waiting for
 * the socket to be writable, which it nearly always is.
 */
void
conn_send(struct conn *conn, const char *bytes, size_t len)
{
	struct evbuffer *output;
	ssize_t sent = 0;

	if (conn->state == CONN_DEAD)
		return;
	output = bufferevent_get_output(conn->bev);
	if (!conn->private->tls && evbuffer_get_length(output) == 0)
		sent = send(bufferevent_getfd(conn->bev), bytes, len,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0)
		sent = 0; /* the write event finds out whether it is dead */
	if ((size_t)sent < len)
		(void)evbuffer_add(output, bytes + sent, len - (size_t)sent);
}

/* Throws away what waits to be sent, but for the rest of a line that went in
 * part, so that the bye behind it can be read. */
static void
drop_unsent(struct conn *conn)
{
	struct evbuffer *output = bufferevent_get_output(conn->bev);
	char rest[PROTO_LINE_MAX + 1];
	struct evbuffer_ptr eol =
	    evbuffer_search_eol(output, NULL, NULL, EVBUFFER_EOL_LF);
	ev_ssize_t len = 0;

	/* A bufferevent lets nobody else take from its output; here that is
	 * right, since no write is under way. */
	(void)evbuffer_unfreeze(output, 1);
	if (eol.pos >= 0 && (size_t)eol.pos < sizeof(rest))
		len = evbuffer_remove(output, rest, (size_t)eol.pos + 1);
	(void)evbuffer_drain(output, evbuffer_get_length(output));
	(void)evbuffer_freeze(output, 1);
	if (len > 0)
		(void)evbuffer_add(output, rest, (size_t)len);
}

void
conn_check_unread(struct conn *conn)
{
	if (conn->state != CONN_OPEN ||
	    unsent(conn) <= conn->server->config->unread_max)
		return;
	log_info(conn_id(conn), "unread", "bytes=%zu", unsent(conn));
	if (conn->private->tls) {
		/* OpenSSL may hold a part of it that must go first. */
		conn_cut(conn);
		return;
	}
	printer_flush(conn->server->printer);
	drop_unsent(conn);
	conn_bye(conn, "unread");
}

/* ----- callbacks of the bufferevent ----- */

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct conn *conn = arg;
	struct evbuffer *input = bufferevent_get_input(bev);

	if (conn_gone(conn))
		(void)evbuffer_drain(input, evbuffer_get_length(input));
	else
		conn_turn(conn);
}

static void
on_write(struct bufferevent *bev UNUSED, void *arg)
{
	struct conn *conn = arg;

	if (conn->state == CONN_OPEN)
		conn_turn(conn);
	else if (conn->state == CONN_CLOSING)
		conn_flushed(conn);
}

static void
on_tls_ready(struct conn *conn)
{
	conn->state = CONN_OPEN;
	log_debug(conn_id(conn), "tls", "version=%s", tls_version(conn->bev));
	conn_greet(conn);
	conn_turn(conn);
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct conn *conn = arg;

	if (conn->state == CONN_DEAD)
		return;
	if (what & BEV_EVENT_CONNECTED) {
		on_tls_ready(conn);
	} else if ((what & BEV_EVENT_EOF) && conn->state == CONN_OPEN) {
		conn->private->eof = true;
		conn_turn(conn);
	} else if ((what & BEV_EVENT_EOF) && conn->state == CONN_CLOSING &&
	    unsent(conn) > 0) {
		conn->private->eof = true;
	} else {
		if (what & BEV_EVENT_ERROR)
			log_debug(conn_id(conn), "lost", "error=%s",
			    LOG_QUOTE(conn->private->tls ? tls_reason(bev)
							 : strerror(errno)));
		conn_cut(conn);
	}
}

/* ----- beginning and end of the struct ----- */

static struct conn *
conn_new(struct server *server, struct bufferevent *bev,
    const struct peer *peer, bool tls)
{
	struct conn_whole *whole = xcalloc(1, sizeof(*whole));
	struct conn_private *private = &whole->private;
	struct conn *conn = &whole->conn;

	conn->server = server;
	conn->bev = bev;
	conn->state = tls ? CONN_HANDSHAKE : CONN_OPEN;
	conn->number = server_next_number(server);
	conn->private = private;
	session_init(&conn->session);
	private->conn = conn;
	private->tls = tls;
	private->unix_peer = peer->is_unix;
	private->address = peer->address;
	private->age = AGE_COUNT;
	private->listed = AGE_COUNT;
	(void)snprintf(
	    private->id, sizeof(private->id), "conn-%u", conn->number);
	(void)snprintf(private->peer, sizeof(private->peer), "%s", peer->text);
	if (peer->is_operator)
		session_operator(&conn->session);
	return conn;
}

void
conn_open(struct server *server, int fd, const struct peer *peer,
    struct ssl_ctx_st *tls)
{
	struct bufferevent *bev = tls != NULL
	    ? tls_accept(server->base, fd, tls)
	    : bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
	struct conn *conn;

	if (bev == NULL) {
		log_errno("server", "connection-failed", "");
		(void)evutil_closesocket(fd);
		return;
	}
	conn = conn_new(server, bev, peer, tls != NULL);
	log_debug(conn_id(conn), "open", "peer=%s tls=%s", conn_peer(conn),
	    tls != NULL ? "yes" : "no");
	bufferevent_setcb(bev, on_read, on_write, on_event, conn);
	bufferevent_setwatermark(bev, EV_READ, 0, INPUT_MAX);
	bufferevent_setwatermark(bev, EV_WRITE, OUTPUT_LOW, 0);
	(void)bufferevent_enable(bev, EV_READ | EV_WRITE);
	crowd_add(server->crowd, conn);
	if (tls == NULL)
		conn_greet(conn);
}

void
conn_close_files(struct conn *conn)
{
	if (conn->bev == NULL)
		return;
	printer_forget(conn->server->printer, conn);
	job_watch_free(conn);
	watch_free(conn->watch);
	conn->watch = NULL;
	bufferevent_free(conn->bev);
	conn->bev = NULL;
}

void
conn_free(struct conn *conn)
{
	conn_close_files(conn);
	dispatch_abandon(conn);
	write_batch_abandon(conn);
	session_reset(&conn->session);
	if (conn->private->pause != NULL)
		event_free(conn->private->pause);
	free(conn); /* the whole, of which it is the first member */
}
