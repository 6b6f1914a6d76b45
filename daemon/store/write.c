/* SPDX-License-Identifier: ISC */
/*
 * write: see write.h.
 *
 * A write is in one place at a time: in the queue, with its parameters packed;
 * in a session; or settled, which is committed or stale and waiting for a poll.
 */
#include "daemon/store/write.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/store/feed.h"
#include "daemon/store/row.h"
#include "daemon/store/session.h"
#include "daemon/store/wake.h"
#include "daemon/store/write_params.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

enum {
	QUEUE_BYTES_MAX = 256 << 20, /* packed writes that wait */
	PACK_KEPT_MAX = 1 << 20      /* a larger buffer is given back */
};

/* What rota.write() answers, and rota.key_answer(): of that, 0 is unused. */
enum { CODE_DONE, CODE_STALE, CODE_REPLAYED, CODE_KEY_REUSED };

struct call {
	STAILQ_ENTRY(call) link;
	struct writers *writers;
	bool is_write; /* of a statement, not a mere poll */
	store_done_fn *done;
	void *arg;
	/* Waiting for a session: */
	char *bytes; /* owned */
	size_t size;
	struct write_layout layout;
	/* Settled: */
	enum status status;
	char *answer; /* owned; of an earlier write under the key, or NULL */
	size_t answer_len;
	uint64_t settled_us;
	uint64_t poll; /* number of the poll that it waits for */
};

STAILQ_HEAD(calls, call);

struct writers {
	const struct store_options *options;
	struct store_figures *figures;
	struct feed *feed;
	struct wake *wake;
	struct session **sessions;
	unsigned count;
	struct calls queue, settled;
	size_t queued, queued_bytes;
	struct pack pack;
};

/* ----- the end of a write ----- */

static void
complete(struct call *call, enum status status, bool lagging)
{
	struct store_result result = {.status = status};

	if (status == STATUS_OK) {
		result.replayed = call->answer != NULL;
		result.answer = (struct span){call->answer, call->answer_len};
		result.lagging = lagging;
		result.lag_us = clock_mono_us() - call->settled_us;
		call->writers->figures->writes += call->is_write;
	} else if (status == STATUS_STALE) {
		call->writers->figures->stale++;
	}
	call->done(call->arg, &result);
	free(call->answer);
	free(call->bytes);
	free(call);
}

/* Answered once the book shows what the database had decided by now. */
static void
settle(struct call *call, enum status status)
{
	struct writers *writers = call->writers;

	call->status = status;
	call->settled_us = clock_mono_us();
	call->poll = feed_ask(writers->feed);
	if (call->poll == 0)
		complete(call, status, true);
	else
		STAILQ_INSERT_TAIL(&writers->settled, call, link);
}

static void
complete_settled(struct writers *writers, uint64_t number, bool lagging)
{
	struct call *call;

	while ((call = STAILQ_FIRST(&writers->settled)) != NULL &&
	    call->poll <= number) {
		STAILQ_REMOVE_HEAD(&writers->settled, link);
		complete(call, call->status, lagging);
	}
}

void
writers_polled(struct writers *writers, uint64_t number)
{
	complete_settled(writers, number, false);
}

void
writers_unfollowed(struct writers *writers)
{
	complete_settled(writers, UINT64_MAX, true);
}

static void
on_code(struct call *call, const PGresult *result)
{
	struct span answer;

	switch (row_i32(result, 0, 0)) {
	case CODE_DONE:
		if (call->layout.statement == WRITE_KEY) {
			complete(call, STATUS_NOT_FOUND, false);
			return;
		}
		wake_ask(call->writers->wake);
		settle(call, STATUS_OK);
		return;
	case CODE_STALE:
		settle(call, STATUS_STALE);
		return;
	case CODE_REPLAYED:
		answer = row_text(result, 0, 1);
		call->answer = xstrndup(answer.ptr, answer.len);
		call->answer_len = answer.len;
		settle(call, STATUS_OK);
		return;
	case CODE_KEY_REUSED:
		complete(call, STATUS_KEY_REUSED, false);
		return;
	default:
		complete(call, STATUS_INTERNAL, false);
		return;
	}
}

static void send_queued(struct writers *writers);

static void
on_written(void *arg, enum status status, const PGresult *result)
{
	struct call *call = arg;
	struct writers *writers = call->writers;

	if (status == STATUS_OK)
		on_code(call, result);
	else if (status == STATUS_STALE)
		settle(call, status);
	else
		complete(call, status, false);
	if (status != STATUS_STOPPING)
		send_queued(writers);
}

/* ----- the beginning of a write ----- */

/* The session with the least to do that has room, or NULL; *any: whether there
 * is one to wait for. */
static struct session *
choose(const struct writers *writers, bool *any)
{
	struct session *best = NULL;
	size_t least = writers->options->write_depth;

	*any = false;
	for (unsigned i = 0; i < writers->count; i++) {
		struct session *session = writers->sessions[i];

		if (session_state(session) != SESSION_DOWN)
			*any = true;
		if (session_state(session) == SESSION_READY &&
		    session_pending(session) < least) {
			best = session;
			least = session_pending(session);
		}
	}
	return best;
}

static enum status
send_to(struct session *session, struct call *call, const char *bytes)
{
	struct session_params params;

	write_params(&params, &call->layout, bytes);
	return session_send(
	    session, call->layout.statement, &params, on_written, call);
}

static void
dequeue(struct writers *writers, struct call *call)
{
	STAILQ_REMOVE_HEAD(&writers->queue, link);
	writers->queued--;
	writers->queued_bytes -= call->size;
}

static void
send_queued(struct writers *writers)
{
	struct call *call;

	while ((call = STAILQ_FIRST(&writers->queue)) != NULL) {
		bool any;
		struct session *session = choose(writers, &any);

		if (session == NULL && any)
			return;
		dequeue(writers, call);
		if (session == NULL ||
		    send_to(session, call, call->bytes) != STATUS_OK) {
			complete(call, STATUS_UNAVAILABLE, false);
			continue;
		}
		free(call->bytes);
		call->bytes = NULL;
	}
}

static enum status
enqueue(struct writers *writers, struct call *call)
{
	size_t size = writers->pack.len;

	if (writers->queued >= writers->options->write_queue ||
	    size > QUEUE_BYTES_MAX - writers->queued_bytes)
		return STATUS_BUSY;
	call->bytes = xmalloc(size);
	memcpy(call->bytes, writers->pack.ptr, size);
	call->size = size;
	writers->queued++;
	writers->queued_bytes += size;
	STAILQ_INSERT_TAIL(&writers->queue, call, link);
	return STATUS_OK;
}

/* Sends what the pack holds, or lets it wait; takes the call over. */
static enum status
dispatch(struct writers *writers, struct call *call, struct session *session)
{
	enum status status;

	if (session != NULL && STAILQ_EMPTY(&writers->queue))
		status = send_to(session, call, writers->pack.ptr);
	else
		status = enqueue(writers, call);
	if (status != STATUS_OK)
		free(call);
	if (writers->pack.capacity > PACK_KEPT_MAX)
		pack_fini(&writers->pack);
	return status;
}

/* Before anything is packed: whether there is room for one more. */
static enum status
admit(const struct writers *writers, struct session **session)
{
	bool any;

	*session = choose(writers, &any);
	if (!any)
		return STATUS_UNAVAILABLE;
	if (*session == NULL &&
	    writers->queued >= writers->options->write_queue)
		return STATUS_BUSY;
	return STATUS_OK;
}

static struct call *
call_new(struct writers *writers, store_done_fn *done, void *arg)
{
	struct call *call = xcalloc(1, sizeof(*call));

	call->writers = writers;
	call->is_write = true;
	call->done = done;
	call->arg = arg;
	return call;
}

enum status
writers_write(struct writers *writers, const struct store_write *write,
    const struct book *book, store_done_fn *done, void *arg)
{
	struct session *session;
	struct call *call;
	enum status status = admit(writers, &session);

	if (status != STATUS_OK)
		return status;
	call = call_new(writers, done, arg);
	write_pack(&writers->pack, &call->layout, write, book);
	return dispatch(writers, call, session);
}

enum status
writers_key(struct writers *writers, struct id by, struct id key,
    const unsigned char request[32], store_done_fn *done, void *arg)
{
	struct session *session;
	struct call *call;
	enum status status = admit(writers, &session);

	if (status != STATUS_OK)
		return status;
	call = call_new(writers, done, arg);
	write_pack_key(&writers->pack, &call->layout, by, key, request);
	return dispatch(writers, call, session);
}

enum status
writers_refresh(struct writers *writers, store_done_fn *done, void *arg)
{
	uint64_t poll = feed_ask(writers->feed);
	struct call *call;

	if (poll == 0)
		return STATUS_UNAVAILABLE;
	call = call_new(writers, done, arg);
	call->is_write = false;
	call->status = STATUS_OK;
	call->settled_us = clock_mono_us();
	call->poll = poll;
	STAILQ_INSERT_TAIL(&writers->settled, call, link);
	return STATUS_OK;
}

/* ----- the sessions ----- */

static enum session_hello
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

static const struct session_hooks session_hooks = {
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
	STAILQ_INIT(&writers->queue);
	STAILQ_INIT(&writers->settled);
	writers->count = env->options->write_sessions;
	writers->sessions =
	    xcalloc(writers->count, sizeof(writers->sessions[0]));
	for (unsigned i = 0; i < writers->count; i++) {
		snprintf(name, sizeof(name), "store/write-%u", i + 1);
		writers->sessions[i] = session_new(
		    env, name, &write_role, &session_hooks, writers);
	}
	return writers;
}

void
writers_free(struct writers *writers)
{
	struct call *call;

	if (writers == NULL)
		return;
	for (unsigned i = 0; i < writers->count; i++)
		session_free(writers->sessions[i], STATUS_STOPPING);
	while ((call = STAILQ_FIRST(&writers->queue)) != NULL) {
		dequeue(writers, call);
		complete(call, STATUS_STOPPING, false);
	}
	while ((call = STAILQ_FIRST(&writers->settled)) != NULL) {
		STAILQ_REMOVE_HEAD(&writers->settled, link);
		complete(call, STATUS_STOPPING, false);
	}
	free(writers->sessions);
	pack_fini(&writers->pack);
	free(writers);
}

void
writers_start(struct writers *writers)
{
	for (unsigned i = 0; i < writers->count; i++)
		session_start(writers->sessions[i]);
}

void
writers_restart(struct writers *writers, const char *why)
{
	for (unsigned i = 0; i < writers->count; i++)
		session_restart(writers->sessions[i], why);
}

void
writers_figures(const struct writers *writers, struct store_figures *figures)
{
	figures->write_waiting = writers->queued;
	figures->write_running = figures->write_ready = 0;
	for (unsigned i = 0; i < writers->count; i++) {
		const struct session *session = writers->sessions[i];

		figures->write_running += session_pending(session);
		figures->reconnects += session_reconnects(session);
		if (session_state(session) == SESSION_READY)
			figures->write_ready++;
	}
}
