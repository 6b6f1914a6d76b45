/* SPDX-License-Identifier: ISC */
/*
 * pgsession_private: what a session is made of; for pgsession*.c only.
 */
#ifndef STORE_PGSESSION_PRIVATE_H
#define STORE_PGSESSION_PRIVATE_H

#include "daemon/base/backoff.h"
#include "daemon/store/pgsession.h"

enum { PGSESSION_TASKS_MAX = 128 }; /* pending in one session */

enum task_kind {
	TASK_FIRST, /* settings, hello, the role's own, statements */
	TASK_WORK,  /* a unit of a caller */
	TASK_PING   /* a sync and nothing else */
};

/* Everything up to one sync. */
struct task {
	enum task_kind kind;
	pgsession_done_fn *done;
	void *arg;
	enum status status; /* of the first error */
	PGresult *result;   /* owned: the last that brought rows */
	unsigned answered;  /* statements of it */
	unsigned failed;    /* the number of the one that failed first */
};

struct pgsession {
	struct event_base *base;
	char *name;
	const struct pgsession_role *role;
	const struct store_options *options;
	const struct pgsession_hooks *hooks;
	void *arg;

	enum pgsession_state state;
	struct dial *dial;
	PGconn *conn;
	struct event *reading, *writing; /* of conn's socket */
	struct event *later;             /* at the end of this turn */
	struct event *timer;             /* DOWN: try again; else look */
	struct backoff backoff;
	bool lost;           /* to be torn down */
	bool sooner, slower; /* the next attempt */
	struct error why;    /* of the last failure */
	char sqlstate[6];    /* its code, or "" */
	unsigned failures;   /* since it was READY */
	uint64_t readies, ready_us;

	struct task tasks[PGSESSION_TASKS_MAX]; /* a ring: */
	size_t first, count;
	unsigned nulls;    /* of PQgetResult() in a row */
	uint64_t head_us;  /* since when the first task is the first */
	uint64_t heard_us; /* when something came last */
};

/* session.c */
/* Marks the session as lost; the rest happens in the event loop. */
void pgsession_fail(struct pgsession *session, const char *why);
/* The first task is done; result as in struct task. */
void pgsession_greeted(struct pgsession *session, const struct task *task);

/* pgsession_io.c */
void pgsession_push(struct pgsession *session, enum task_kind kind,
    pgsession_done_fn *done, void *arg);
/* Ends a task; what was sent leaves at the end of the turn. */
bool pgsession_sync(struct pgsession *session) MUST_CHECK;
void pgsession_flush(struct pgsession *session);
void pgsession_read(struct pgsession *session);
/* Completes what is pending. */
void pgsession_complete_all(struct pgsession *session, enum status status);

#endif
