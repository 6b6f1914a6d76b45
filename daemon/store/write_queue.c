/* SPDX-License-Identifier: ISC */
/*
 * write_queue: see write_queue.h.
 */
#include "daemon/store/write_queue.h"

#include "daemon/base/mem.h"

#include <string.h>

enum { QUEUE_BYTES_MAX = 256 << 20 /* packed writes that wait */ };

void
write_queue_init(struct write_queue *queue)
{
	*queue = (struct write_queue){.count = 0};
	STAILQ_INIT(&queue->calls);
}

enum status
write_queue_add(
    struct write_queue *queue, struct write_call *call, size_t limit)
{
	size_t size = write_part_size(&call->part);

	if (queue->count >= limit || size > QUEUE_BYTES_MAX - queue->bytes)
		return STATUS_BUSY;
	call->bytes = xmalloc(size);
	memcpy(call->bytes, call->part.bytes, size);
	call->part.bytes = call->bytes;
	queue->count++;
	queue->bytes += size;
	STAILQ_INSERT_TAIL(&queue->calls, call, link);
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

size_t
write_queue_take(struct write_queue *queue, struct write_calls *calls)
{
	struct write_call *call;
	size_t count = 0;

	while ((call = STAILQ_FIRST(&queue->calls)) != NULL &&
	    count < WRITE_PARTS_MAX && may_join(calls, call)) {
		STAILQ_REMOVE_HEAD(&queue->calls, link);
		queue->count--;
		queue->bytes -= write_part_size(&call->part);
		STAILQ_INSERT_TAIL(calls, call, link);
		count++;
	}
	return count;
}
