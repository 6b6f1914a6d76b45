/* SPDX-License-Identifier: ISC */
/*
 * write: the way of a write through the daemon; see write.h.
 *
 * While a write is under way its connection is held, so there is one write per
 * connection at most, and it alone decides when it ends: write_end() is the
 * only way out.  A verdict is given on the book as it is when the write is
 * first in the queue of every guard that it raises; or, in a chain, on the book
 * as those before it in the chain will leave it.
 */
#include "daemon/server/change/write_private.h"

#include "daemon/base/id_random.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/server/proposal/resident.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum {
	ATTEMPTS_MAX = 40, /* verdicts of one write that may turn out stale */
	BATCH_BYTES_MAX = 16 << 20 /* all lines of one batch */
};

static void write_run(void *arg);

static struct write *
write_new(struct server *server, const struct session *session)
{
	struct write *write = xcalloc(1, sizeof(*write));

	write->server = server;
	write->session = session;
	write->want = 1;
	return write;
}

static void
write_free(struct write *write)
{
	guardq_leave(write->server->guards, &write->ticket);
	if (write->has_unit)
		unit_fini(&write->unit);
	text_reset(&write->lines);
	text_reset(&write->answers);
	text_reset(&write->answer);
	text_reset(&write->secret);
	text_reset(&write->data);
	warnings_fini(&write->warnings);
	free(write->line);
	free(write->guards);
	free(write);
}

static void
add_line(struct write *write, struct span line)
{
	struct write_line *last;

	write->line = xgrow(write->line, &write->capacity, write->count + 1,
	    sizeof(*write->line));
	last = &write->line[write->count++];
	*last = (struct write_line){
	    .offset = write->lines.len, .len = line.len, .fresh = id_random()};
	text_add(&write->lines, line.ptr, line.len);
	if (write->is_batch) /* so that the digest knows where lines end */
		text_add(&write->lines, "\n", 1);
}

/* ----- the end of a write ----- */

static void
write_end(struct write *write, struct span answer, bool replayed,
    const struct store_result *result)
{
	struct conn *conn = write->conn;
	bool accepted = write->refusal.status == STATUS_OK;

	if (conn != NULL && !replayed && !conn_gone(conn))
		write_answer_data(write);
	if (conn == NULL)
		write->done(
		    write->done_arg, &write->refusal, answer, &write->warnings);
	else if (conn_gone(conn))
		log_debug(conn_id(conn), "write-unheard", "status=%s",
		    status_code(write->refusal.status));
	else if (accepted)
		write_answer_ok(write, answer, replayed, result);
	else
		write_answer_refusal(conn, &write->refusal, write->is_batch);
	write_free(write);
	if (conn != NULL)
		conn_release(conn);
}

/* What the lines were answered by the plan, when it accepted them. */
static struct span
own_answer(const struct write *write)
{
	return (struct span){write->answer.ptr, write->answer.len};
}

static void
end_with(struct write *write, enum status status)
{
	write->refusal = (struct refusal){.status = status};
	write->data.len = 0;
	write_end(write, (struct span){NULL, 0}, false, NULL);
}

/* ----- nothing to store, under a key ----- */

static void
write_digest(const struct write *write, unsigned char digest[32])
{
	unsigned size = 32;

	if (EVP_Digest(write->lines.ptr, write->lines.len, digest, &size,
		EVP_sha256(), NULL) != 1)
		abort(); /* SHA-256 of bytes in memory cannot fail */
}

static void
on_key(void *arg, const struct store_result *result)
{
	struct write *write = arg;

	switch (result->status) {
	case STATUS_OK:
		write->refusal = (struct refusal){.status = STATUS_OK};
		write_end(write, result->answer, true, NULL);
		return;
	case STATUS_NOT_FOUND:
		write_end(write, own_answer(write), false, NULL);
		return;
	default: /* the others of enum status say why it cannot be told */
		end_with(write, result->status);
	}
}

static void
on_refreshed(void *arg, const struct store_result *result)
{
	struct write *write = arg;

	if (result->status != STATUS_OK) {
		end_with(write, result->status);
	} else if (result->lagging) {
		end_with(write, STATUS_UNAVAILABLE);
	} else {
		write->fresh = true;
		write_run(write);
	}
}

/* No statement will tell whether the verdict is of the newest plan: it is given
 * on one that is not older than the request. */
static void
write_refresh(struct write *write)
{
	enum status status =
	    store_refresh(write->server->store, on_refreshed, write);

	if (status != STATUS_OK)
		end_with(write, status);
}

/*
 * There is nothing to store: the plan refuses, or is so already, or the run is
 * dry.  Under a key that may be because this very request was done before: then
 * its first answer stands.
 */
static void
write_idle(struct write *write)
{
	unsigned char digest[32];
	enum status status = write->refusal.status;

	guardq_leave(write->server->guards, &write->ticket);
	if (!write->fresh && status_class(status) != CLASS_BAD) {
		write_refresh(write);
		return;
	}
	if (id_is_nil(write->key) || write->dry) {
		write_end(write, own_answer(write), false, NULL);
		return;
	}
	write_digest(write, digest);
	status = store_key(write->server->store, write->session->account_id,
	    write->key, digest, on_key, write);
	if (status != STATUS_OK)
		end_with(write, status);
}

/* ----- plan, wait, judge, store ----- */

static void
on_marked(void *arg, uint64_t mark)
{
	struct write *write = arg;

	write->mark = mark;
	write_end(write, own_answer(write), false, &write->result);
}

/* A publication is a moment to go back to.  False when that cannot be asked for
 * now: what was published is so all the same. */
static bool
set_mark(struct write *write, const struct store_result *result)
{
	write->result = *result;
	return store_mark(write->server->store, on_marked, write) == STATUS_OK;
}

static void
on_stored(void *arg, const struct store_result *result)
{
	struct write *write = arg;

	switch (result->status) {
	case STATUS_OK:
		write->refusal = (struct refusal){.status = STATUS_OK};
		if (write->moment == MOMENT_PUBLISH)
			residents_prewarm(
			    write->server->residents, write->session);
		if (write->moment != MOMENT_PUBLISH || result->replayed ||
		    !set_mark(write, result))
			write_end(write,
			    result->replayed ? result->answer
					     : own_answer(write),
			    result->replayed, result);
		return;
	case STATUS_STALE:
		if (++write->attempts < ATTEMPTS_MAX)
			write_run(write);
		else
			end_with(write, STATUS_BUSY);
		return;
	default: /* what a client may see of the store's failures */
		end_with(write, result->status);
	}
}

/* With those that wait for it and need not. */
static void
write_store(struct write *write)
{
	struct store_write calls[STORE_CHAIN_MAX];
	void *args[STORE_CHAIN_MAX];
	struct write *chain[STORE_CHAIN_MAX];
	size_t count = write_gather(write, chain);
	enum status status;

	for (size_t i = 0; i < count; i++) {
		calls[i] =
		    (struct store_write){.by = chain[i]->session->account_id,
			.key = chain[i]->key,
			.answer = own_answer(chain[i]),
			.unit = &chain[i]->unit,
			.alone = write->attempts > 0};
		if (!id_is_nil(chain[i]->key))
			write_digest(chain[i], calls[i].request);
		args[i] = chain[i];
	}
	status = store_write_chain(
	    write->server->store, calls, args, count, on_stored);
	if (status == STATUS_OK)
		return;
	for (size_t i = 1; i < count; i++)
		if (guardq_alone(&chain[i]->ticket))
			abort(); /* its leader stands before it */
	end_with(write, status);
}

/*
 * Stands in the queues of the guards of the plan.  False when it must wait
 * there; the plan may have changed by its turn, and with it the guards.
 */
static bool
stand_in_line(struct write *write)
{
	size_t count = write_guards(write);

	if (guardq_holds(&write->ticket, write->guards, count))
		return guardq_alone(&write->ticket);
	guardq_leave(write->server->guards, &write->ticket);
	return guardq_enter(write->server->guards, &write->ticket,
	    write->guards, count, write_run, write);
}

static void
write_run(void *arg)
{
	struct write *write = arg;

	if (store_book(write->server->store) == NULL) {
		end_with(write, STATUS_LOADING);
		return;
	}
	if (write_plan(write) != STATUS_OK) {
		write_idle(write);
		return;
	}
	if (write->unit.count > 0 && !stand_in_line(write))
		return;
	if (write_judge(write) != STATUS_OK) {
		write_idle(write);
		return;
	}
	if (write->dry || write->unit.count == 0)
		write_idle(write);
	else
		write_store(write);
}

static void
write_start(struct write *write)
{
	if (write->conn != NULL)
		conn_hold(write->conn);
	write_run(write);
}

/* ----- entries ----- */

static struct write *
write_from(struct conn *conn, const struct request *request)
{
	struct write *write = write_new(conn->server, &conn->session);
	const struct value *key = request_value(request, KEY_KEY);

	write->conn = conn;
	write->dry = request_number(request, KEY_DRY, 0) != 0;
	if (key != NULL)
		write->key = key->id;
	return write;
}

void
write_request(struct conn *conn, const struct request *request)
{
	struct write *write = write_from(conn, request);

	/* Without its tag: a retry may carry another one. */
	add_line(write, request->body);
	write_start(write);
}

void
write_batch_begin(struct conn *conn, const struct request *request)
{
	int64_t n = request_number(request, KEY_N, 0);
	struct write *write;

	if (n < 1 || n > PROTO_BATCH_MAX) {
		reply_refuse(conn, STATUS_VALUE, SPAN("n"),
		    "a number of lines from 1 to 20000");
		return;
	}
	write = write_from(conn, request);
	write->is_batch = true;
	write->want = (size_t)n;
	conn->batch = write;
}

void
write_batch_line(struct conn *conn, struct span line)
{
	struct write *write = conn->batch;

	if (write->lines.len + line.len > BATCH_BYTES_MAX) {
		/* What is still to come of it cannot be told from requests. */
		reply_refuse(conn, STATUS_TOO_LONG, SPAN("batch"),
		    "a batch of 16 MiB at most");
		conn_bye(conn, "flood");
		return;
	}
	add_line(write, line);
	if (write->count < write->want)
		return;
	conn->batch = NULL;
	write_start(write);
}

void
write_batch_abandon(struct conn *conn)
{
	if (conn->batch == NULL)
		return;
	write_free(conn->batch);
	conn->batch = NULL;
}

void
write_internal(struct server *server, const struct session *session,
    plan_fn *plan, void *plan_arg, write_done_fn *done, void *arg)
{
	struct write *write = write_new(server, session);

	write->plan = plan;
	write->plan_arg = plan_arg;
	write->done = done;
	write->done_arg = arg;
	add_line(write, (struct span){NULL, 0});
	write_start(write);
}
