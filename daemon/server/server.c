/* SPDX-License-Identifier: ISC */
/*
 * server: who may come in, what is told to everybody, and how it all ends.
 */
#include "daemon/server/server.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/change/guardq.h"
#include "daemon/server/child/child.h"
#include "daemon/server/conn_private.h"
#include "daemon/server/crowd.h"
#include "daemon/server/guess.h"
#include "daemon/server/listener.h"
#include "daemon/server/proposal/job.h"
#include "daemon/server/proposal/resident.h"
#include "daemon/server/reply.h"
#include "daemon/server/shed.h"
#include "daemon/server/tls.h"
#include "daemon/server/watch.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SECOND_US = 1000000 };

struct server_private {
	struct listeners *listeners; /* NULL before and after listening */
	struct ssl_ctx_st *tls;      /* of new connections; NULL: none */
	unsigned number;             /* of the last connection */
	unsigned port, tls_port;
	uint64_t away_us; /* when it was last logged that... */
	unsigned away;    /* ...so many were turned away since */
	struct event *drain;
	void (*on_drained)(void *arg);
	void *drained_arg;
};

/* ----- arrivals ----- */

/* A client that is told why it cannot stay; over TLS it must guess. */
static void
turn_away(int fd, enum status status, bool tls)
{
	char line[256], rest[1024];
	struct out out = OUT(line);

	if (!tls) {
		out_literal(&out, "no ");
		out_text(&out, status_code(status));
		out_key_text(&out, "text", status_text(status, LANG_EN));
		out_char(&out, '\n');
		(void)send(fd, line, out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
		(void)shutdown(fd, SHUT_WR);
		/* Bytes unread would turn the close into a reset. */
		(void)recv(fd, rest, sizeof(rest), MSG_DONTWAIT);
	}
	(void)close(fd);
}

/* Once a second at most: whoever is turned away may be back at once. */
static void
log_turned_away(struct server *server, const struct peer *peer)
{
	struct server_private *private = server->private;
	uint64_t now = clock_mono_us();

	private->away++;
	if (private->away_us != 0 && now - private->away_us < SECOND_US)
		return;
	log_warn("server", "turned-away", "peer=%s count=%u connections=%u",
	    peer->text, private->away, crowd_count(server->crowd));
	private->away = 0;
	private->away_us = now;
}

static void
on_accept(void *arg, int fd, const struct peer *peer, bool tls)
{
	struct server *server = arg;
	enum status status =
	    crowd_admits(server->crowd, peer->is_unix ? ID_NIL : peer->address);

	if (status != STATUS_OK) {
		log_turned_away(server, peer);
		turn_away(fd, status, tls);
		return;
	}
	conn_open(server, fd, peer, tls ? server->private->tls : NULL);
}

unsigned
server_next_number(struct server *server)
{
	return ++server->private->number;
}

/* ----- drain ----- */

static void
drained(struct server *server)
{
	struct server_private *private = server->private;
	void (*on_drained)(void *arg) = private->on_drained;

	private->on_drained = NULL;
	if (on_drained != NULL)
		on_drained(private->drained_arg);
}

static void
on_empty(struct server *server)
{
	if (server->draining)
		drained(server);
}

static void
on_deadline(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct server *server = arg;
	unsigned left = crowd_count(server->crowd);

	if (left > 0)
		log_warn("server", "drain-timeout", "connections=%u", left);
	drained(server);
}

static void
drain_one(struct conn *conn, void *arg UNUSED)
{
	conn_drain(conn);
}

void
server_drain(struct server *server, void (*done)(void *arg), void *arg)
{
	struct server_private *private = server->private;
	uint64_t ms = server->config->drain_timeout_ms;
	struct timeval wait = {0, 0};

	if (server->draining)
		return;
	server->draining = true;
	jobs_stop(server->jobs);
	residents_stop(server->residents);
	private->on_drained = done;
	private->drained_arg = arg;
	listeners_free(private->listeners);
	private->listeners = NULL;
	if (crowd_count(server->crowd) > 0) {
		wait.tv_sec = (time_t)(ms / 1000);
		wait.tv_usec = (suseconds_t)(ms % 1000) * 1000;
	}
	(void)evtimer_add(private->drain, &wait);
	crowd_each(server->crowd, drain_one, NULL);
}

/* ----- hooks of the store ----- */

struct changed {
	const struct book *book;
	struct id account;
};

/* The account of a session is another one than when it began. */
static void
adopt_anew(struct conn *conn, const struct book *book)
{
	struct id account = conn->session.account_id;

	if (id_is_nil(account))
		return;
	if (!session_adopt(
		&conn->session, book, book_find(book, KIND_ACCOUNT, account)))
		conn_bye(conn, "revoked");
}

static void
on_account(struct conn *conn, void *arg)
{
	const struct changed *changed = arg;

	if (id_equal(conn->session.account_id, changed->account))
		adopt_anew(conn, changed->book);
}

static void
on_book(struct conn *conn, void *arg)
{
	adopt_anew(conn, arg);
}

void
server_on_change(void *arg, const struct change *change)
{
	struct server *server = arg;
	struct changed changed = {store_book(server->store), change->id};

	if (change->kind == KIND_ACCOUNT && changed.book != NULL)
		crowd_each(server->crowd, on_account, &changed);
	watch_on_change(server, change);
	residents_on_change(server->residents, change);
}

void
server_on_applied(void *arg)
{
	watch_on_applied(arg);
}

void
server_on_loaded(void *arg, enum store_load load)
{
	struct server *server = arg;

	crowd_each(server->crowd, on_book, store_book(server->store));
	watch_on_loaded(server, load);
	jobs_on_loaded(server->jobs);
	residents_on_loaded(server->residents);
}

void
server_on_state(void *arg, enum store_state state)
{
	struct server *server = arg;
	static const char *const names[] = {
	    [STORE_LOADING] = "loading",
	    [STORE_UP] = "up",
	    [STORE_DOWN] = "down",
	    [STORE_REFUSED] = "refused",
	};

	if (state == STORE_DOWN || state == STORE_REFUSED)
		log_warn("server", "database", "state=%s reason=%s",
		    names[state], LOG_QUOTE(store_reason(server->store)));
	else
		log_info("server", "database", "state=%s", names[state]);
}

/* ----- the server itself ----- */

struct server *
server_new(struct event_base *base, const struct config *config,
    struct store *store, struct travel *travel, struct error *error)
{
	struct ssl_ctx_st *tls = NULL;
	struct server *server;

	if (config->tls_certificate[0] != '\0') {
		tls = tls_new(config, error);
		if (tls == NULL)
			return NULL;
	}
	server = xcalloc(1, sizeof(*server));
	server->private = xcalloc(1, sizeof(*server->private));
	server->base = base;
	server->config = config;
	server->store = store;
	server->travel = travel;
	server->guards = guardq_new();
	server->printer = printer_new();
	server->guess = guess_new();
	server->jobs = jobs_new(server);
	server->residents = residents_new(server);
	server->started_us = clock_mono_us();
	server->crowd = crowd_new(server, on_empty);
	server->private->tls = tls;
	server->private->drain = evtimer_new(base, on_deadline, server);
	if (server->private->drain == NULL)
		abort(); /* out of memory: small, and at the start */
	return server;
}

void
server_free(struct server *server)
{
	if (server == NULL)
		return;
	listeners_free(server->private->listeners);
	crowd_free(server->crowd);
	residents_free(server->residents);
	jobs_free(server->jobs);
	children_wait(server->base);
	shed_rest(server->base);
	event_free(server->private->drain);
	tls_free(server->private->tls);
	printer_free(server->printer);
	guess_free(server->guess);
	guardq_free(server->guards);
	free(server->private);
	free(server);
}

int
server_listen(struct server *server, struct error *error)
{
	struct server_private *private = server->private;

	private->listeners = listeners_new(server->base, on_accept, server);
	if (listeners_open(private->listeners, server->config, error) != 0)
		return -1;
	if (private->tls == NULL && listeners_any(private->listeners, true)) {
		error_set(error,
		    "a TLS socket was passed, but there is no "
		    "tls-certificate");
		return -1;
	}
	private->port = listeners_port(private->listeners, false);
	private->tls_port = listeners_port(private->listeners, true);
	return 0;
}

unsigned
server_port(const struct server *server, bool tls)
{
	return tls ? server->private->tls_port : server->private->port;
}

const char *
server_path(const struct server *server)
{
	return server->private->listeners != NULL
	    ? listeners_path(server->private->listeners)
	    : "";
}

int
server_reload(
    struct server *server, const struct config *config, struct error *error)
{
	struct ssl_ctx_st *tls = NULL;

	if (config->tls_certificate[0] != '\0') {
		tls = tls_new(config, error);
		if (tls == NULL)
			return -1;
	}
	tls_free(server->private->tls);
	server->private->tls = tls;
	server->config = config;
	crowd_reload(server->crowd);
	return 0;
}

unsigned
server_connections(const struct server *server)
{
	return crowd_count(server->crowd);
}
