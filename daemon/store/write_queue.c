/* SPDX-License-Identifier: ISC */
/*
 * write_queue: see write_queue.h.
 */
#include "daemon/store/write_queue.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { QUEUE_BYTES_MAX = 256 << 20 /* packed writes that wait */ };

void
write_queue_init(struct write_queue *queue)
{
	*queue = (struct write_queue){.count = 0};
	STAILQ_INIT(&queue->calls);
}

void
write_call_keep(struct write_call *call)
{
	size_t size = write_part_size(&call->part);

	if (call->bytes != NULL)
		return;
	call->bytes = xmalloc(size);
	memcpy(call->bytes, call->part.bytes, size);
	call->part.bytes = call->bytes;
}

void
write_call_free(struct write_call *call)
{
	free(call->bytes);
	free(call);
}

enum status
write_queue_add(
    struct write_queue *queue, struct write_calls *calls, size_t limit)
{
	struct write_call *call;
	size_t count = 0, size = 0;

	STAILQ_FOREACH(call, calls, link)
	{
		count++;
		size += write_part_size(&call->part);
	}
	if (queue->count >= limit || size > QUEUE_BYTES_MAX - queue->bytes)
		return STATUS_BUSY;
	STAILQ_FOREACH(call, calls, link)
	write_call_keep(call);
	queue->count += count;
	queue->bytes += size;
	STAILQ_CONCAT(&queue->calls, calls);
	return STATUS_OK;
}

void
write_queue_put_back(struct write_queue *queue, struct write_calls *calls)
{
	struct write_call *call;

	STAILQ_FOREACH(call, calls, link)
	{
		call->part.joins = false;
		queue->count++;
		queue->bytes += write_part_size(&call->part);
	}
	STAILQ_CONCAT(calls, &queue->calls);
	STAILQ_CONCAT(&queue->calls, calls);
}

/* Those behind it that are of its chain. */
static size_t
chained_to(const struct write_call *call)
{
	size_t count = 0;

	while ((call = STAILQ_NEXT(call, link)) != NULL && call->part.chained)
		count++;
	return count;
}

/* Whether one of a chain may share a call with these. */
static bool
may_join(const struct write_calls *calls, const struct write_call *call)
{
	const struct write_call *other;

	STAILQ_FOREACH(other, calls, link)
	if (!other->part.joins || !call->part.joins ||
	    write_parts_meet(&other->part, &call->part))
		return false;
	return true;
}

/* Whether the chain that begins with `call`, so many behind it, may. */
static bool
chain_may_join(const struct write_calls *calls, const struct write_call *call,
    size_t chained)
{
	if (STAILQ_EMPTY(calls))
		return true;
	for (; chained > 0 && may_join(calls, call); chained--)
		call = STAILQ_NEXT(call, link);
	return chained == 0 && may_join(calls, call);
}

size_t
write_queue_take(struct write_queue *queue, struct write_calls *calls)
{
	struct write_call *call;
	size_t count = 0, chained;

	while ((call = STAILQ_FIRST(&queue->calls)) != NULL) {
		chained = chained_to(call);
		if (count + 1 + chained > WRITE_PARTS_MAX ||
		    !chain_may_join(calls, call, chained))
			break;
		count += 1 + chained;
		for (size_t i = 0; i <= chained; i++) {
			call = STAILQ_FIRST(&queue->calls);
			STAILQ_REMOVE_HEAD(&queue->calls, link);
			queue->bytes -= write_part_size(&call->part);
			STAILQ_INSERT_TAIL(calls, call, link);
		}
	}
	queue->count -= count;
	return count;
}
