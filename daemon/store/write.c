/* SPDX-License-Identifier: ISC */
/*
 * write: the sessions and what they are given; see write.h.
 *
 * A write is in one place at a time: in the queue; in a batch that a session
 * has; or settled, which is committed or stale and waiting for a poll
 * (write_settle.c).
 */
#include "daemon/store/write.h"

#include "daemon/base/mem.h"
#include "daemon/store/feed.h"
#include "daemon/store/pgsession.h"
#include "daemon/store/write_private.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	GATHER_FROM = 2,        /* batches under way: what comes then waits */
	PACK_KEPT_MAX = 1 << 20 /* a larger buffer is given back */
};

/* Writes of one call, which is one transaction. */
struct batch {
	struct writers *writers;
	struct write_calls calls;
	size_t count;
	bool joins; /* of writes that may share a call */
};

/* ----- the end of a batch ----- */

static void send_queued(struct writers *writers);

/* Whether the fault may be of one write and the others would do without it.
 * Those that are stale all judge again. */
static bool
is_of_one(enum status status)
{
	return status != STATUS_OK && status != STATUS_STALE &&
	    status != STATUS_UNAVAILABLE && status != STATUS_STOPPING;
}

/* What was judged on others of the batch is worth nothing without them. */
static void
drop_chained(struct batch *batch)
{
	struct write_calls calls = STAILQ_HEAD_INITIALIZER(calls);
	struct write_call *call;

	STAILQ_CONCAT(&calls, &batch->calls);
	while ((call = STAILQ_FIRST(&calls)) != NULL) {
		STAILQ_REMOVE_HEAD(&calls, link);
		if (call->part.chained)
			write_call_settle(call, STATUS_STALE);
		else
			STAILQ_INSERT_TAIL(&batch->calls, call, link);
	}
}

/* Takes the batch over. */
static void
end_batch(struct batch *batch, enum status status, const PGresult *result)
{
	struct write_call *call;

	for (int row = 0; (call = STAILQ_FIRST(&batch->calls)) != NULL; row++) {
		STAILQ_REMOVE_HEAD(&batch->calls, link);
		if (status == STATUS_OK)
			write_call_decide(call, result, row);
		else if (status == STATUS_STALE)
			write_call_settle(call, status);
		else
			write_call_complete(call, status, false);
	}
	free(batch);
}

static void
on_written(void *arg, enum status status, const PGresult *result)
{
	struct batch *batch = arg;
	struct writers *writers = batch->writers;

	writers->running -= batch->count;
	writers->joined -= batch->joins;
	if (batch->count > 1 && is_of_one(status)) {
		drop_chained(batch);
		write_queue_put_back(&writers->queue, &batch->calls);
	}
	if (status == STATUS_OK && (size_t)PQntuples(result) != batch->count)
		status = STATUS_INTERNAL;
	end_batch(batch, status, result);
	if (status != STATUS_STOPPING)
		send_queued(writers);
}

/* ----- the beginning of a write ----- */

/* The session with the least to do that has room, or NULL; *any: whether there
 * is one to wait for. */
static struct pgsession *
choose(const struct writers *writers, bool *any)
{
	struct pgsession *best = NULL;
	size_t least = writers->options->write_depth;

	*any = false;
	for (unsigned i = 0; i < writers->count; i++) {
		struct pgsession *session = writers->sessions[i];

		if (pgsession_state(session) != PGSESSION_DOWN)
			*any = true;
		if (pgsession_state(session) == PGSESSION_READY &&
		    pgsession_pending(session) < least) {
			best = session;
			least = pgsession_pending(session);
		}
	}
	return best;
}

/* Whether a write that might share a call had better wait for others. */
static bool
gathers(const struct writers *writers, const struct write_call *call)
{
	return call->part.joins && writers->joined >= GATHER_FROM;
}

static enum status
send_batch(struct pgsession *session, struct batch *batch)
{
	const struct write_part *parts[WRITE_PARTS_MAX];
	struct writers *writers = batch->writers;
	struct pgsession_params params;
	struct write_call *call;
	size_t count = 0;
	enum status status;

	STAILQ_FOREACH(call, &batch->calls, link)
	parts[count++] = &call->part;
	write_params(&writers->params, &params, parts, count);
	status = pgsession_send(
	    session, parts[0]->statement, &params, on_written, batch);
	if (status == STATUS_OK) {
		writers->running += count;
		batch->joins = parts[0]->joins;
		writers->joined += batch->joins;
	}
	if (writers->params.capacity > PACK_KEPT_MAX)
		pack_fini(&writers->params);
	return status;
}

static struct batch *
batch_new(struct writers *writers)
{
	struct batch *batch = xcalloc(1, sizeof(*batch));

	batch->writers = writers;
	STAILQ_INIT(&batch->calls);
	return batch;
}

static void
send_queued(struct writers *writers)
{
	struct write_call *call;

	while ((call = STAILQ_FIRST(&writers->queue.calls)) != NULL) {
		bool any;
		struct pgsession *session = choose(writers, &any);
		struct batch *batch;

		if (any && (session == NULL || gathers(writers, call)))
			return;
		batch = batch_new(writers);
		batch->count = write_queue_take(&writers->queue, &batch->calls);
		if (session == NULL || send_batch(session, batch) != STATUS_OK)
			end_batch(batch, STATUS_UNAVAILABLE, NULL);
	}
}

static void
free_calls(struct write_calls *calls)
{
	struct write_call *call;

	while ((call = STAILQ_FIRST(calls)) != NULL) {
		STAILQ_REMOVE_HEAD(calls, link);
		write_call_free(call);
	}
}

/* Takes the calls over. */
static enum status
send_now(struct pgsession *session, struct writers *writers,
    struct write_calls *calls, size_t count)
{
	struct batch *batch = batch_new(writers);
	enum status status;

	batch->count = count;
	STAILQ_CONCAT(&batch->calls, calls);
	status = send_batch(session, batch);
	if (status != STATUS_OK) {
		free_calls(&batch->calls);
		free(batch);
	}
	return status;
}

/* Sends a chain of calls, of which one may still lie in the pack, or lets it
 * wait; takes the calls over. */
static enum status
dispatch(struct writers *writers, struct pgsession *session,
    struct write_calls *calls, size_t count)
{
	size_t limit = writers->options->write_queue;
	bool leaves = session != NULL && writers->joined < GATHER_FROM;
	enum status status;

	if (session != NULL && STAILQ_EMPTY(&writers->queue.calls) &&
	    !STAILQ_FIRST(calls)->part.joins) {
		status = send_now(session, writers, calls, count);
	} else {
		/* What leaves at the end of this turn does not wait. */
		status = write_queue_add(&writers->queue, calls,
		    leaves ? limit + WRITE_PARTS_MAX : limit);
		if (leaves)
			event_active(writers->turn, EV_TIMEOUT, 0);
	}
	free_calls(calls);
	if (writers->pack.capacity > PACK_KEPT_MAX)
		pack_fini(&writers->pack);
	return status;
}

/* Before anything is packed: whether there is room for one more. */
static enum status
admit(const struct writers *writers, struct pgsession **session)
{
	bool any;

	*session = choose(writers, &any);
	if (!any)
		return STATUS_UNAVAILABLE;
	if (*session == NULL &&
	    writers->queue.count >= writers->options->write_queue)
		return STATUS_BUSY;
	return STATUS_OK;
}

enum status
writers_write(struct writers *writers, const struct writes_asked *asked)
{
	struct write_calls calls = STAILQ_HEAD_INITIALIZER(calls);
	struct pgsession *session;
	enum status status = admit(writers, &session);

	if (asked->count == 0 || asked->count > WRITE_PARTS_MAX)
		abort();
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < asked->count; i++) {
		struct write_call *call =
		    write_call_new(writers, asked->done, asked->args[i]);

		write_pack(&writers->pack, &call->part, &asked->writes[i],
		    asked->book);
		call->part.chained = i > 0;
		if (asked->count > 1)
			write_call_keep(call);
		STAILQ_INSERT_TAIL(&calls, call, link);
	}
	return dispatch(writers, session, &calls, asked->count);
}

enum status
writers_key(struct writers *writers, struct id by, struct id key,
    const unsigned char request[32], store_done_fn *done, void *arg)
{
	struct write_calls calls = STAILQ_HEAD_INITIALIZER(calls);
	struct pgsession *session;
	struct write_call *call;
	enum status status = admit(writers, &session);

	if (status != STATUS_OK)
		return status;
	call = write_call_new(writers, done, arg);
	write_pack_key(&writers->pack, &call->part, by, key, request);
	STAILQ_INSERT_TAIL(&calls, call, link);
	return dispatch(writers, session, &calls, 1);
}

/* ----- the sessions ----- */

static void
on_turn(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	send_queued(arg);
}

static enum pgsession_hello
on_hello(
    void *arg, const PGresult *hello, const char *sqlstate, struct error *why)
{
	struct writers *writers = arg;

	return feed_judge(writers->feed, hello, sqlstate, why);
}

static void
on_ready(void *arg)
{
	send_queued(arg);
}

/* What waits is refused when there is no session left to wait for. */
static void
on_down(void *arg, const char *why UNUSED)
{
	send_queued(arg);
}

static const struct pgsession_hooks pgsession_hooks = {
    on_hello, on_ready, on_down, NULL};

struct writers *
writers_new(const struct store_env *env, struct feed *feed, struct wake *wake)
{
	struct writers *writers = xcalloc(1, sizeof(*writers));
	char name[32];

	writers->options = env->options;
	writers->figures = env->figures;
	writers->feed = feed;
	writers->wake = wake;
	writers->turn = event_new(env->base, -1, 0, on_turn, writers);
	if (writers->turn == NULL)
		abort();
	write_queue_init(&writers->queue);
	STAILQ_INIT(&writers->settled);
	writers->count = env->options->write_sessions;
	writers->sessions =
	    xcalloc(writers->count, sizeof(writers->sessions[0]));
	for (unsigned i = 0; i < writers->count; i++) {
		snprintf(name, sizeof(name), "store/write-%u", i + 1);
		writers->sessions[i] = pgsession_new(
		    env, name, &write_role, &pgsession_hooks, writers);
	}
	return writers;
}

void
writers_free(struct writers *writers)
{
	struct write_call *call;

	if (writers == NULL)
		return;
	for (unsigned i = 0; i < writers->count; i++)
		pgsession_free(writers->sessions[i], STATUS_STOPPING);
	while ((call = STAILQ_FIRST(&writers->queue.calls)) != NULL) {
		STAILQ_REMOVE_HEAD(&writers->queue.calls, link);
		write_call_complete(call, STATUS_STOPPING, false);
	}
	while ((call = STAILQ_FIRST(&writers->settled)) != NULL) {
		STAILQ_REMOVE_HEAD(&writers->settled, link);
		write_call_complete(call, STATUS_STOPPING, false);
	}
	event_free(writers->turn);
	free(writers->sessions);
	pack_fini(&writers->pack);
	pack_fini(&writers->params);
	free(writers);
}

void
writers_start(struct writers *writers)
{
	for (unsigned i = 0; i < writers->count; i++)
		pgsession_start(writers->sessions[i]);
}

void
writers_restart(struct writers *writers, const char *why)
{
	for (unsigned i = 0; i < writers->count; i++)
		pgsession_restart(writers->sessions[i], why);
}

void
writers_figures(const struct writers *writers, struct store_figures *figures)
{
	figures->write_waiting = writers->queue.count;
	figures->write_running = writers->running;
	figures->write_ready = 0;
	for (unsigned i = 0; i < writers->count; i++) {
		const struct pgsession *session = writers->sessions[i];

		figures->reconnects += pgsession_reconnects(session);
		if (pgsession_state(session) == PGSESSION_READY)
			figures->write_ready++;
	}
}
