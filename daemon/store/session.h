/* SPDX-License-Identifier: ISC */
/*
 * session: one libpq session in pipeline mode under libevent.
 *
 * It keeps itself connected.  Work comes in units: one prepared statement and
 * one sync, which is one transaction.  Every unit that is accepted completes
 * exactly once, after its commit, from the event loop and never from inside
 * session_send(); what was under way when the session is lost completes as
 * UNAVAILABLE.
 */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"
#include "proto/status.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;
struct store_env;

enum { SESSION_PARAMS_MAX = 12 };

enum session_state {
	SESSION_DOWN,       /* waiting to try again, or stopped */
	SESSION_CONNECTING, /* libpq is at it */
	SESSION_PREPARING,  /* the first unit is under way */
	SESSION_READY
};

struct session_statement {
	const char *name, *sql;
	int count; /* parameters, all binary */
	const Oid *types;
	int format; /* of the results: 0 text, 1 binary */
};

/* What sort of session this is: static tables. */
struct session_role {
	const char *const *setup; /* commands without rows, NULL-ended; NULL */
	const struct session_statement *statements;
	size_t count;
};

struct session_params {
	const char *values[SESSION_PARAMS_MAX]; /* NULL: null */
	int lengths[SESSION_PARAMS_MAX];
};

/* What a session made of rota.hello(). */
enum session_hello {
	HELLO_GOOD,
	HELLO_AGAIN,  /* not now: try again soon */
	HELLO_REFUSED /* not without the operator: try again slowly */
};

struct session_hooks {
	/* hello: one row of rota.hello() in text, borrowed, or NULL when the
	 * database answered with an error, then given by sqlstate and *why.
	 * For what is not good, *why is set to be told. */
	enum session_hello (*on_hello)(void *arg, const PGresult *hello,
	    const char *sqlstate, struct error *why);
	void (*on_ready)(void *arg);
	/* Left READY, or an attempt to get there failed; called before what was
	 * pending completes. */
	void (*on_down)(void *arg, const char *why);
	/* A notification by somebody else than `pid`; may be NULL. */
	void (*on_notify)(void *arg, int pid);
};

/* result: of the statement; borrowed, NULL unless STATUS_OK. */
typedef void session_done_fn(
    void *arg, enum status status, const PGresult *result);

/* Copies the name, which is the id in the log; env, role and hooks are lent
 * until session_free(). */
struct session *session_new(const struct store_env *env, const char *name,
    const struct session_role *role, const struct session_hooks *hooks,
    void *arg) MUST_CHECK;
/* Completes what is pending with `status`.  Not from one of its callbacks. */
void session_free(struct session *session, enum status status);

void session_start(struct session *session);
/* Drops the connection and connects anew, at once. */
void session_restart(struct session *session, const char *why);

enum session_state session_state(const struct session *session);
/* Number of the server's process, 0 when there is none. */
int session_pid(const struct session *session);
size_t session_pending(const struct session *session);
uint64_t session_reconnects(const struct session *session);

/* STATUS_OK: done will run.  UNAVAILABLE or BUSY: it will not. */
enum status session_send(struct session *session, size_t statement,
    const struct session_params *params, session_done_fn *done, void *arg)
    MUST_CHECK;

#endif
