/* SPDX-License-Identifier: ISC */
/*
 * pgsession: the life of a session; see pgsession_io.c for its work.
 *
 * What leaves waits for the end of the turn of the event loop, so that many
 * units share one system call.  A session that fails is only marked: it is torn
 * down, and its units complete, from the event loop.
 */
#include "daemon/store/pgsession_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/store/dial.h"
#include "daemon/store/env.h"
#include "daemon/store/identity.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	TICK_MS = 1000,        /* how often a live session is looked at */
	PING_US = 5 * 1000000, /* idle for so long: is it still there? */
	MARGIN_MS = 1000,      /* an answer may take beyond its statement */
	STEADY_US = 1000000, /* a session that lived so long returns at once */
	HELLO_NUMBER = 1     /* of the statements of the first task, from 0 */
};

/* No plan is ever to walk a table that grows: sessions live for months and keep
 * the plans they made while the tables were small. */
static const char set_sql[] =
    "SELECT pg_catalog.set_config('search_path', '', false),"
    " pg_catalog.set_config('TimeZone', 'UTC', false),"
    " pg_catalog.set_config('jit', 'off', false),"
    " pg_catalog.set_config('enable_seqscan', 'off', false),"
    " pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', false),"
    " pg_catalog.set_config('idle_in_transaction_session_timeout', $1,"
    "  false),"
    " pg_catalog.set_config('lock_timeout', $2, false),"
    " pg_catalog.set_config('statement_timeout', $1, false)";

static void
arm(struct pgsession *session, uint64_t ms)
{
	struct timeval in = {
	    (time_t)(ms / 1000), (suseconds_t)(ms % 1000 * 1000)};

	event_add(session->timer, &in);
}

/* The only place where the state changes. */
static void
move(struct pgsession *session, enum pgsession_state state)
{
	static const char *const names[] = {
	    "down", "connecting", "preparing", "ready"};

	log_debug(session->name, "state", "from=%s to=%s",
	    names[session->state], names[state]);
	session->state = state;
	switch (state) {
	case PGSESSION_DOWN:
	case PGSESSION_CONNECTING:
		event_del(session->timer);
		break;
	case PGSESSION_PREPARING:
		arm(session, TICK_MS);
		break;
	case PGSESSION_READY:
		session->readies++;
		session->failures = 0;
		session->ready_us = clock_mono_us();
		backoff_init(&session->backoff,
		    (unsigned)session->options->reconnect_min_ms,
		    (unsigned)session->options->reconnect_max_ms);
		break;
	}
}

void
pgsession_fail(struct pgsession *session, const char *why)
{
	if (session->state == PGSESSION_DOWN)
		return;
	if (why != session->why.text)
		dial_error(&session->why, why);
	session->lost = true;
	if (session->reading != NULL)
		event_del(session->reading);
	if (session->writing != NULL)
		event_del(session->writing);
	session->sooner = session->state == PGSESSION_READY &&
	    clock_mono_us() - session->ready_us >= STEADY_US;
	move(session, PGSESSION_DOWN);
	event_active(session->later, EV_TIMEOUT, 0);
}

static void
close_connection(struct pgsession *session)
{
	dial_stop(session->dial);
	if (session->reading != NULL)
		event_free(session->reading);
	if (session->writing != NULL)
		event_free(session->writing);
	session->reading = session->writing = NULL;
	PQfinish(session->conn);
	session->conn = NULL;
	session->nulls = 0;
}

static void
tear_down(struct pgsession *session)
{
	uint64_t delay = 0;

	if (session->slower)
		delay = session->options->reconnect_max_ms;
	else if (!session->sooner)
		delay = backoff_next(&session->backoff);
	/* An outage is worth a warning, not each attempt to end it. */
	if (session->failures++ == 0)
		log_warn(session->name, "lost", "retry_ms=%llu why=%s",
		    (unsigned long long)delay, LOG_QUOTE(session->why.text));
	else
		log_info(session->name, "down",
		    "retry_ms=%llu failures=%u why=%s",
		    (unsigned long long)delay, session->failures,
		    LOG_QUOTE(session->why.text));
	session->lost = session->sooner = session->slower = false;
	close_connection(session);
	arm(session, delay);
	session->hooks->on_down(session->arg, session->why.text);
	pgsession_complete_all(session, STATUS_UNAVAILABLE);
}

static void
on_later(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct pgsession *session = arg;

	if (session->lost)
		tear_down(session);
	else if (session->conn != NULL)
		pgsession_flush(session);
}

static void
on_readable(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	pgsession_read(arg);
}

static void
on_writable(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	pgsession_flush(arg);
}

/* ----- the first task ----- */

static bool
send_first(struct pgsession *session)
{
	const struct pgsession_role *role = session->role;
	char statement_ms[24], lock_ms[24];
	const char *const values[] = {statement_ms, lock_ms};
	PGconn *conn = session->conn;
	bool sent;

	snprintf(statement_ms, sizeof(statement_ms), "%llu",
	    (unsigned long long)session->options->statement_timeout_ms);
	snprintf(lock_ms, sizeof(lock_ms), "%llu",
	    (unsigned long long)session->options->lock_timeout_ms);
	sent =
	    PQsendQueryParams(conn, set_sql, 2, NULL, values, NULL, NULL, 0) &&
	    PQsendQueryParams(conn, IDENTITY_SQL, 0, NULL, NULL, NULL, NULL, 0);
	/* What the role sets may not colour what hello finds. */
	for (size_t i = 0; role->setup != NULL && role->setup[i] != NULL; i++)
		sent = sent &&
		    PQsendQueryParams(
			conn, role->setup[i], 0, NULL, NULL, NULL, NULL, 0);
	for (size_t i = 0; i < role->count; i++) {
		const struct pgsession_statement *of = &role->statements[i];

		sent = sent &&
		    PQsendPrepare(
			conn, of->name, of->sql, of->count, of->types);
	}
	pgsession_push(session, TASK_FIRST, NULL, NULL);
	return sent && pgsession_sync(session);
}

void
pgsession_greeted(struct pgsession *session, const struct task *task)
{
	bool greeted = task->status == STATUS_OK || task->failed > HELLO_NUMBER;
	struct error why = session->why;
	enum pgsession_hello hello;

	if (session->lost)
		return;
	hello = session->hooks->on_hello(session->arg,
	    greeted ? task->result : NULL, session->sqlstate, &why);
	if (hello == HELLO_GOOD && task->status == STATUS_OK) {
		move(session, PGSESSION_READY);
		session->hooks->on_ready(session->arg);
		return;
	}
	pgsession_fail(session, why.text);
	session->slower = hello == HELLO_REFUSED;
}

static void
on_notice(void *arg, const PGresult *result)
{
	const struct pgsession *session = arg;
	const char *severity =
	    PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *message =
	    PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	log_info(session->name, "notice", "severity=%s message=%s",
	    severity == NULL ? "NOTICE" : severity, LOG_QUOTE(message));
}

static bool
take_over(struct pgsession *session, PGconn *conn)
{
	int fd = PQsocket(conn);

	session->conn = conn;
	PQsetNoticeReceiver(conn, on_notice, session);
	session->reading = event_new(
	    session->base, fd, EV_READ | EV_PERSIST, on_readable, session);
	session->writing =
	    event_new(session->base, fd, EV_WRITE, on_writable, session);
	return session->reading != NULL && session->writing != NULL &&
	    event_add(session->reading, NULL) == 0 &&
	    PQsetnonblocking(conn, 1) == 0 && PQenterPipelineMode(conn) == 1 &&
	    send_first(session);
}

static void
on_dialled(void *arg, PGconn *conn, const char *why)
{
	struct pgsession *session = arg;

	if (conn == NULL) {
		pgsession_fail(session, why);
		return;
	}
	session->heard_us = clock_mono_us();
	session->sqlstate[0] = '\0';
	move(session, PGSESSION_PREPARING);
	if (!take_over(session, conn))
		pgsession_fail(session, PQerrorMessage(conn));
}

/* ----- time ----- */

/* Whether the first task has been waited for long enough. */
static bool
is_overdue(const struct pgsession *session, uint64_t now)
{
	uint64_t limit = session->options->connect_timeout_ms;

	if (session->count == 0)
		return false;
	if (session->tasks[session->first].kind == TASK_WORK)
		limit = session->options->statement_timeout_ms + MARGIN_MS;
	return now - session->head_us > limit * 1000;
}

static void
on_timer(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct pgsession *session = arg;
	uint64_t now = clock_mono_us();

	if (session->state == PGSESSION_DOWN) {
		move(session, PGSESSION_CONNECTING);
		dial_start(session->dial, session->options->connect_timeout_ms);
		return;
	}
	arm(session, TICK_MS);
	if (is_overdue(session, now)) {
		pgsession_fail(session, "the server does not answer");
	} else if (session->state == PGSESSION_READY && session->count == 0 &&
	    now - session->heard_us > PING_US) {
		pgsession_push(session, TASK_PING, NULL, NULL);
		if (!pgsession_sync(session))
			pgsession_fail(session, PQerrorMessage(session->conn));
	}
}

/* ----- life ----- */

struct pgsession *
pgsession_new(const struct store_env *env, const char *name,
    const struct pgsession_role *role, const struct pgsession_hooks *hooks,
    void *arg)
{
	struct pgsession *session = xcalloc(1, sizeof(*session));

	session->base = env->base;
	session->name = xstrdup(name);
	session->role = role;
	session->options = env->options;
	session->hooks = hooks;
	session->arg = arg;
	session->dial = dial_new(env->base, env->hosts, on_dialled, session);
	session->later = event_new(env->base, -1, 0, on_later, session);
	session->timer = evtimer_new(env->base, on_timer, session);
	if (session->later == NULL || session->timer == NULL)
		abort();
	backoff_init(&session->backoff,
	    (unsigned)env->options->reconnect_min_ms,
	    (unsigned)env->options->reconnect_max_ms);
	return session;
}

void
pgsession_free(struct pgsession *session, enum status status)
{
	if (session == NULL)
		return;
	session->state = PGSESSION_DOWN;
	close_connection(session);
	event_free(session->later);
	event_free(session->timer);
	pgsession_complete_all(session, status);
	dial_free(session->dial);
	free(session->name);
	free(session);
}

void
pgsession_start(struct pgsession *session)
{
	if (session->state == PGSESSION_DOWN && !session->lost)
		arm(session, 0);
}

void
pgsession_restart(struct pgsession *session, const char *why)
{
	if (session->state != PGSESSION_DOWN) {
		pgsession_fail(session, why);
		session->sooner = true;
	} else {
		pgsession_start(session);
	}
}

enum pgsession_state
pgsession_state(const struct pgsession *session)
{
	return session->state;
}

int
pgsession_pid(const struct pgsession *session)
{
	return session->conn == NULL ? 0 : PQbackendPID(session->conn);
}

size_t
pgsession_pending(const struct pgsession *session)
{
	return session->count;
}

uint64_t
pgsession_reconnects(const struct pgsession *session)
{
	return session->readies > 0 ? session->readies - 1 : 0;
}
