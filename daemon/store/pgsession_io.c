/* SPDX-License-Identifier: ISC */
/*
 * pgsession_io: what goes out on a session and what comes back.
 *
 * The grammar of libpq's pipeline mode: each statement answers with results and
 * a NULL, each sync with PIPELINE_SYNC and no NULL.  Two NULLs in a row mean
 * that nothing more will come.
 */
#include "daemon/store/pgsession_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/store/dial.h"
#include "daemon/store/sqlstate.h"

#include <event2/event.h>
#include <stdio.h>

void
pgsession_push(struct pgsession *session, enum task_kind kind,
    pgsession_done_fn *done, void *arg)
{
	size_t at = (session->first + session->count) % PGSESSION_TASKS_MAX;

	if (session->count++ == 0)
		session->head_us = clock_mono_us();
	session->tasks[at] = (struct task){
	    .kind = kind, .done = done, .arg = arg, .status = STATUS_OK};
}

static struct task
shift(struct pgsession *session)
{
	struct task task = session->tasks[session->first];

	session->first = (session->first + 1) % PGSESSION_TASKS_MAX;
	session->count--;
	session->head_us = clock_mono_us();
	return task;
}

void
pgsession_complete_all(struct pgsession *session, enum status status)
{
	while (session->count > 0) {
		struct task task = shift(session);

		PQclear(task.result);
		if (task.kind == TASK_WORK)
			task.done(task.arg, status, NULL);
	}
}

/* ----- out ----- */

void
pgsession_flush(struct pgsession *session)
{
	switch (PQflush(session->conn)) {
	case 0:
		break;
	case 1:
		if (event_add(session->writing, NULL) == -1)
			pgsession_fail(session, "the socket cannot be watched");
		break;
	default:
		pgsession_fail(session, PQerrorMessage(session->conn));
		break;
	}
}

bool
pgsession_sync(struct pgsession *session)
{
#ifdef LIBPQ_HAS_SEND_PIPELINE_SYNC
	int sent = PQsendPipelineSync(session->conn);
#else
	int sent = PQpipelineSync(session->conn);
#endif
	event_active(session->later, EV_TIMEOUT, 0);
	return sent == 1;
}

enum status
pgsession_send(struct pgsession *session, size_t statement,
    const struct pgsession_params *params, pgsession_done_fn *done, void *arg)
{
	static const int binary[PGSESSION_PARAMS_MAX] = {
	    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
	const struct pgsession_statement *of =
	    &session->role->statements[statement];

	if (session->state != PGSESSION_READY)
		return STATUS_UNAVAILABLE;
	if (session->count == PGSESSION_TASKS_MAX)
		return STATUS_BUSY;
	if (!PQsendQueryPrepared(session->conn, of->name, of->count,
		params == NULL ? NULL : params->values,
		params == NULL ? NULL : params->lengths, binary, of->format)) {
		pgsession_fail(session, PQerrorMessage(session->conn));
		return STATUS_UNAVAILABLE;
	}
	pgsession_push(session, TASK_WORK, done, arg);
	/* From here on it is pending, whatever happens. */
	if (!pgsession_sync(session))
		pgsession_fail(session, PQerrorMessage(session->conn));
	return STATUS_OK;
}

/* ----- back ----- */

static void
log_error_result(const struct pgsession *session, const PGresult *result,
    const struct verdict *verdict)
{
	const char *message =
	    PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *constraint =
	    PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);

	if (verdict->ours)
		log_error(session->name, "error",
		    "sqlstate=%s message=%s detail=%s context=%s",
		    session->sqlstate, LOG_QUOTE(message),
		    LOG_QUOTE(
			PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL)),
		    LOG_QUOTE(PQresultErrorField(result, PG_DIAG_CONTEXT)));
	else if (verdict->status == STATUS_STALE && constraint == NULL)
		log_debug(
		    session->name, "stale", "sqlstate=%s", session->sqlstate);
	else
		log_warn(session->name, "refused",
		    "sqlstate=%s message=%s constraint=%s", session->sqlstate,
		    LOG_QUOTE(message), LOG_QUOTE(constraint));
}

static void
on_error(struct pgsession *session, struct task *task, const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	struct verdict verdict = sqlstate_verdict(
	    sqlstate, PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME));

	snprintf(session->sqlstate, sizeof(session->sqlstate), "%s",
	    sqlstate == NULL ? "" : sqlstate);
	dial_error(&session->why,
	    sqlstate == NULL
		? PQresultErrorMessage(result)
		: PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	/* What libpq makes up itself is told when the session is lost. */
	if (sqlstate != NULL)
		log_error_result(session, result, &verdict);
	if (task->status == STATUS_OK) {
		task->status = verdict.status;
		task->failed = task->answered;
	}
	if (verdict.drop)
		pgsession_fail(session, session->why.text);
}

static void
on_sync(struct pgsession *session)
{
	struct task task = shift(session);

	session->nulls = 0;
	switch (task.kind) {
	case TASK_FIRST:
		pgsession_greeted(session, &task);
		break;
	case TASK_WORK:
		task.done(task.arg, task.status,
		    task.status == STATUS_OK ? task.result : NULL);
		break;
	case TASK_PING:
		break;
	}
	PQclear(task.result);
}

/* Takes over the result; not a sync, not NULL. */
static void
on_result(struct pgsession *session, PGresult *result)
{
	struct task *task = &session->tasks[session->first];
	ExecStatusType status = PQresultStatus(result);

	session->nulls = 0;
	if (status == PGRES_TUPLES_OK) {
		PQclear(task->result);
		task->result = result;
		return;
	}
	if (status != PGRES_COMMAND_OK && status != PGRES_PIPELINE_ABORTED)
		on_error(session, task, result);
	PQclear(result);
}

static void
collect_notifications(struct pgsession *session)
{
	PGnotify *notify;

	while ((notify = PQnotifies(session->conn)) != NULL) {
		if (session->hooks->on_notify != NULL)
			session->hooks->on_notify(session->arg, notify->be_pid);
		PQfreemem(notify);
	}
}

/* All that has come; PQgetResult() only while something is owed to us.  One
 * may come between any two results, and libpq tells nobody. */
static void
collect(struct pgsession *session)
{
	while (
	    !session->lost && session->count > 0 && !PQisBusy(session->conn)) {
		PGresult *result = PQgetResult(session->conn);

		if (result == NULL) {
			session->tasks[session->first].answered++;
			if (++session->nulls == 2)
				pgsession_fail(
				    session, PQerrorMessage(session->conn));
		} else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			on_sync(session);
		} else {
			on_result(session, result);
		}
		collect_notifications(session);
	}
	collect_notifications(session);
	if (PQstatus(session->conn) == CONNECTION_BAD)
		pgsession_fail(session, PQerrorMessage(session->conn));
}

void
pgsession_read(struct pgsession *session)
{
	session->heard_us = clock_mono_us();
	if (PQconsumeInput(session->conn)) {
		pgsession_flush(session);
		if (!session->lost)
			collect(session);
		return;
	}
	/* The server's last word may stand in the buffer. */
	collect(session);
	pgsession_fail(session, PQerrorMessage(session->conn));
}
