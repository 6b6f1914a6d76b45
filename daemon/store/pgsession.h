/* SPDX-License-Identifier: ISC */
/*
 * pgsession: one libpq session in pipeline mode under libevent.
 *
 * It keeps itself connected.  Work comes in units: one prepared statement and
 * one sync, which is one transaction.  Every unit that is accepted completes
 * exactly once, after its commit, from the event loop and never from inside
 * pgsession_send(); what was under way when the session is lost completes as
 * UNAVAILABLE.
 */
#ifndef STORE_PGSESSION_H
#define STORE_PGSESSION_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"
#include "proto/status.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pgsession;
struct store_env;

enum { PGSESSION_PARAMS_MAX = 17 };

enum pgsession_state {
	PGSESSION_DOWN,       /* waiting to try again, or stopped */
	PGSESSION_CONNECTING, /* libpq is at it */
	PGSESSION_PREPARING,  /* the first unit is under way */
	PGSESSION_READY
};

struct pgsession_statement {
	const char *name, *sql;
	int count; /* parameters, all binary */
	const Oid *types;
	int format; /* of the results: 0 text, 1 binary */
};

/* What sort of session this is: static tables. */
struct pgsession_role {
	const char *const *setup; /* commands without rows, NULL-ended; NULL */
	const struct pgsession_statement *statements;
	size_t count;
};

struct pgsession_params {
	const char *values[PGSESSION_PARAMS_MAX]; /* NULL: null */
	int lengths[PGSESSION_PARAMS_MAX];
};

/* What a session made of rota.hello(). */
enum pgsession_hello {
	HELLO_GOOD,
	HELLO_AGAIN,  /* not now: try again soon */
	HELLO_REFUSED /* not without the operator: try again slowly */
};

struct pgsession_hooks {
	/* hello: one row of rota.hello() in text, borrowed, or NULL when the
	 * database answered with an error, then given by sqlstate and *why.
	 * For what is not good, *why is set to be told. */
	enum pgsession_hello (*on_hello)(void *arg, const PGresult *hello,
	    const char *sqlstate, struct error *why);
	void (*on_ready)(void *arg);
	/* Left READY, or an attempt to get there failed; called before what was
	 * pending completes. */
	void (*on_down)(void *arg, const char *why);
	/* A notification by somebody else than `pid`; may be NULL. */
	void (*on_notify)(void *arg, int pid);
};

/* result: of the statement; borrowed, NULL unless STATUS_OK. */
typedef void pgsession_done_fn(
    void *arg, enum status status, const PGresult *result);

/* Copies the name, which is the id in the log; env, role and hooks are lent
 * until pgsession_free(). */
struct pgsession *pgsession_new(const struct store_env *env, const char *name,
    const struct pgsession_role *role, const struct pgsession_hooks *hooks,
    void *arg) MUST_CHECK;
/* Completes what is pending with `status`.  Not from one of its callbacks. */
void pgsession_free(struct pgsession *session, enum status status);

void pgsession_start(struct pgsession *session);
/* Drops the connection and connects anew, at once. */
void pgsession_restart(struct pgsession *session, const char *why);

enum pgsession_state pgsession_state(const struct pgsession *session);
/* Number of the server's process, 0 when there is none. */
int pgsession_pid(const struct pgsession *session);
size_t pgsession_pending(const struct pgsession *session);
uint64_t pgsession_reconnects(const struct pgsession *session);

/* STATUS_OK: done will run.  UNAVAILABLE or BUSY: it will not. */
enum status pgsession_send(struct pgsession *session, size_t statement,
    const struct pgsession_params *params, pgsession_done_fn *done, void *arg)
    MUST_CHECK;

#endif
