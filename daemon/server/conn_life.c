/* SPDX-License-Identifier: ISC */
/*
 * conn_life: how a connection begins and how it ends.
 *
 * It ends in two steps, so that the last answers arrive: what is left is
 * written and our side shut down; then whatever the client still sends is
 * thrown away until it closes too.  (To close with bytes unread would make the
 * kernel send a reset, which may overtake the answers.)
 */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/config/config.h"
#include "daemon/server/change/write.h"
#include "daemon/server/conn_private.h"
#include "daemon/server/crowd.h"
#include "daemon/server/proposal/job.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "daemon/server/tls.h"
#include "daemon/server/watch.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <string.h>
#include <sys/socket.h>

enum {
	BAD_FORGET_US = 60 * 1000000, /* bad-lines-max is per minute */
	PAUSE_MIN_MS = 100,
	PAUSE_MAX_MS = 2000
};

void
conn_greet(struct conn *conn)
{
	struct out *out = reply_push(conn, REPLY_ROOM);

	out_literal(out, " rota protocol=1 version=" PACKAGE_VERSION);
	out_key_text(out, "lang", "en");
	out_key_text(
	    out, "auth", conn->session.role == ROLE_NONE ? "required" : "peer");
	reply_end(conn);
}

/* ----- ends ----- */

void
conn_cut(struct conn *conn)
{
	if (conn->state == CONN_DEAD)
		return;
	log_debug(conn_id(conn), "closed", "");
	conn->state = CONN_DEAD;
	(void)bufferevent_disable(conn->bev, EV_READ | EV_WRITE);
	crowd_bury(conn->server->crowd, conn);
}

void
conn_flushed(struct conn *conn)
{
	struct conn_private *private = conn->private;

	if (private->age == AGE_LINGER ||
	    evbuffer_get_length(bufferevent_get_output(conn->bev)) > 0)
		return;
	if (private->eof) {
		conn_cut(conn);
		return;
	}
	if (private->tls)
		tls_shutdown(conn->bev);
	(void)shutdown(bufferevent_getfd(conn->bev), SHUT_WR);
	private->age = AGE_LINGER;
	crowd_touch(conn->server->crowd, conn);
}

void
conn_close(struct conn *conn)
{
	struct conn_private *private = conn->private;

	if (conn_gone(conn))
		return;
	conn->state = CONN_CLOSING;
	private->age = AGE_FLUSH;
	crowd_touch(conn->server->crowd, conn);
	if (!private->eof)
		(void)bufferevent_enable(conn->bev, EV_READ);
	/* The line under way is borrowed from the input, and whoever pushes to
	 * the watch is not done with it: the rest is for the end of the turn.
	 */
	if (!private->turning)
		crowd_run(conn->server->crowd, conn);
}

void
conn_turned(struct conn *conn)
{
	struct evbuffer *input = bufferevent_get_input(conn->bev);

	write_batch_abandon(conn);
	job_watch_free(conn);
	watch_free(conn->watch);
	conn->watch = NULL;
	(void)evbuffer_drain(input, evbuffer_get_length(input));
	conn_flushed(conn);
}

void
conn_bye(struct conn *conn, const char *reason)
{
	struct out *out;

	if (conn_gone(conn))
		return;
	if (conn->state == CONN_HANDSHAKE) {
		conn_cut(conn);
		return;
	}
	log_debug(conn_id(conn), "bye", "reason=%s", reason);
	out = reply_bye(conn);
	out_key_text(out, "reason", reason);
	reply_end(conn);
	conn_close(conn);
}

/* ----- time-outs ----- */

/* A client that works, listens or is waited for is not idle. */
static bool
is_idle(const struct conn *conn)
{
	return !conn->held && conn->watch == NULL && !conn->private->paused;
}

void
conn_expire(struct conn *conn)
{
	struct conn_private *private = conn->private;
	size_t unsent = evbuffer_get_length(bufferevent_get_output(conn->bev));

	switch (private->age) {
	case AGE_FRESH:
		conn_bye(conn, "handshake");
		break;
	case AGE_IDLE:
		if (is_idle(conn))
			conn_bye(conn, "idle");
		else
			crowd_touch(conn->server->crowd, conn);
		break;
	case AGE_FLUSH:
		if (unsent < private->unsent)
			crowd_touch(conn->server->crowd, conn);
		else
			conn_cut(conn);
		break;
	case AGE_LINGER:
	case AGE_COUNT:
		conn_cut(conn);
		break;
	}
}

/*
 * A watcher sends nothing, so its token is looked at here.  Answers in one go
 * may exceed unread-max: a client has until the next patrol to read them.
 */
void
conn_patrol(struct conn *conn)
{
	struct conn_private *private = conn->private;
	bool over;

	if (conn->state != CONN_OPEN)
		return;
	if (conn->watch != NULL && conn->session.expires != 0 &&
	    conn->session.expires <= clock_real_s()) {
		conn_bye(conn, "revoked");
		return;
	}
	over = evbuffer_get_length(bufferevent_get_output(conn->bev)) >
	    conn->server->config->unread_max;
	if (over && private->over)
		conn_check_unread(conn);
	private->over = over;
}

void
conn_drain(struct conn *conn)
{
	if (conn->state == CONN_HANDSHAKE)
		conn_cut(conn);
	if (conn->state != CONN_OPEN)
		return;
	conn->private->paused = false;
	(void)bufferevent_disable(conn->bev, EV_READ);
	conn_turn(conn);
}

/* Bytes left unread would turn the close into a reset. */
static void
read_off(int fd)
{
	char bytes[4096];
	int times = 16;

	while (times-- > 0 && recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

void
conn_stop(struct conn *conn)
{
	conn_bye(conn, "stopping");
	printer_flush(conn->server->printer);
	if (conn->state == CONN_CLOSING) {
		int fd = bufferevent_getfd(conn->bev);

		(void)shutdown(fd, SHUT_WR);
		read_off(fd);
	}
	conn_cut(conn);
}

/* ----- floods ----- */

static void
on_pause_over(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct conn *conn = arg;

	conn->private->paused = false;
	if (conn->state == CONN_OPEN)
		crowd_run(conn->server->crowd, conn);
}

static void
pause_for(struct conn *conn, unsigned ms)
{
	struct conn_private *private = conn->private;
	struct timeval wait = {
	    .tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};

	if (private->pause == NULL)
	private->pause = evtimer_new(conn->server->base, on_pause_over, conn);
	if (private->pause == NULL || evtimer_add(private->pause, &wait) != 0) {
		log_error(conn_id(conn), "pause-failed", "");
		return;
	}
	private->paused = true;
}

bool
conn_count_bad(struct conn *conn)
{
	struct conn_private *private = conn->private;
	uint64_t most = conn->server->config->bad_lines_max;
	uint64_t now = clock_mono_us();
	/* Once slowed down, only a quiet minute makes up for it. */
	uint64_t since =
	    private->bad <= most ? private->bad_first : private->bad_last;
	uint64_t over;
	unsigned ms = PAUSE_MIN_MS;

	if (private->bad == 0 || now - since > BAD_FORGET_US) {
		private->bad = 0;
		private->bad_first = now;
	}
	private->bad_last = now;
	private->bad++;
	if (private->bad <= most)
		return true;
	if (private->bad > 2 * most) {
		log_info(conn_id(conn), "flood", "peer=%s bad=%u",
		    conn_peer(conn), private->bad);
		return false;
	}
	over = private->bad - most;
	while (--over > 0 && ms < PAUSE_MAX_MS)
		ms *= 2;
	pause_for(conn, ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS);
	return true;
}

enum status
conn_set_account(struct conn *conn, struct id account)
{
	struct conn_private *private = conn->private;
	enum status status =
	    crowd_account(conn->server->crowd, private->account, account);

	if (status != STATUS_OK)
		return status;
	private->account = account;
	crowd_touch(conn->server->crowd, conn);
	return STATUS_OK;
}
