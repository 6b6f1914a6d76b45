/* SPDX-License-Identifier: ISC */
/*
 * write_settle: how a write ends: at once, or when a poll that began later is
 * in the book; see write.h.
 */
#include "daemon/store/write_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/store/feed.h"
#include "daemon/store/row.h"
#include "daemon/store/wake.h"
#include "daemon/store/write.h"

#include <stdlib.h>

/* What rota.write() answers, and rota.key_answer(): of that, 0 is unused. */
enum { CODE_DONE, CODE_STALE, CODE_REPLAYED, CODE_KEY_REUSED };

struct write_call *
write_call_new(struct writers *writers, store_done_fn *done, void *arg)
{
	struct write_call *call = xcalloc(1, sizeof(*call));

	call->writers = writers;
	call->is_write = true;
	call->done = done;
	call->arg = arg;
	return call;
}

void
write_call_complete(struct write_call *call, enum status status, bool lagging)
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
	write_call_free(call);
}

void
write_call_settle(struct write_call *call, enum status status)
{
	struct writers *writers = call->writers;

	call->status = status;
	call->settled_us = clock_mono_us();
	call->poll = feed_ask(writers->feed);
	if (call->poll == 0)
		write_call_complete(call, status, true);
	else
		STAILQ_INSERT_TAIL(&writers->settled, call, link);
}

static void
complete_settled(struct writers *writers, uint64_t number, bool lagging)
{
	struct write_call *call;

	while ((call = STAILQ_FIRST(&writers->settled)) != NULL &&
	    call->poll <= number) {
		STAILQ_REMOVE_HEAD(&writers->settled, link);
		write_call_complete(call, call->status, lagging);
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

void
write_call_decide(struct write_call *call, const PGresult *result, int row)
{
	struct span answer;

	switch (row_i32(result, row, 0)) {
	case CODE_DONE:
		if (call->part.statement == WRITE_KEY) {
			write_call_complete(call, STATUS_NOT_FOUND, false);
			return;
		}
		wake_ask(call->writers->wake);
		write_call_settle(call, STATUS_OK);
		return;
	case CODE_STALE:
		write_call_settle(call, STATUS_STALE);
		return;
	case CODE_REPLAYED:
		answer = row_text(result, row, 1);
		call->answer = xstrndup(answer.ptr, answer.len);
		call->answer_len = answer.len;
		write_call_settle(call, STATUS_OK);
		return;
	case CODE_KEY_REUSED:
		write_call_complete(call, STATUS_KEY_REUSED, false);
		return;
	default:
		write_call_complete(call, STATUS_INTERNAL, false);
		return;
	}
}

enum status
writers_refresh(struct writers *writers, store_done_fn *done, void *arg)
{
	uint64_t poll = feed_ask(writers->feed);
	struct write_call *call;

	if (poll == 0)
		return STATUS_UNAVAILABLE;
	call = write_call_new(writers, done, arg);
	call->is_write = false;
	call->status = STATUS_OK;
	call->settled_us = clock_mono_us();
	call->poll = poll;
	STAILQ_INSERT_TAIL(&writers->settled, call, link);
	return STATUS_OK;
}
