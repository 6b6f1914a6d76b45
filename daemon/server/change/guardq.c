/* SPDX-License-Identifier: ISC */
/*
 * guardq: the queues, one per guard that somebody stands for.
 *
 * Those who become ready while somebody leaves are called one after another
 * from the outermost guardq_leave(), so that a long row of writes that are
 * refused at once does not become a deep stack.
 */
#include "daemon/server/change/guardq.h"

#include "daemon/base/idmap.h"
#include "daemon/base/mem.h"

#include <stdint.h>
#include <stdlib.h>

struct guardq_place {
	struct guardq_place *before, *after;
	struct guardq_ticket *ticket;
	struct id guard;
};

struct guardq {
	struct idmap last; /* guard -> last place of its queue, as a number */
	struct guardq_ticket *ready_first, **ready_last;
	uint64_t groups; /* that there were */
	bool calling;
};

struct guardq *
guardq_new(void)
{
	struct guardq *queue = xcalloc(1, sizeof(*queue));

	idmap_init(&queue->last);
	queue->ready_last = &queue->ready_first;
	return queue;
}

void
guardq_free(struct guardq *queue)
{
	if (queue == NULL)
		return;
	idmap_fini(&queue->last);
	free(queue);
}

static struct guardq_place *
last_of(const struct guardq *queue, struct id guard)
{
	uint64_t number = idmap_get(&queue->last, guard);

	return number == IDMAP_NONE ? NULL
				    : (struct guardq_place *)(uintptr_t)number;
}

bool
guardq_enter(struct guardq *queue, struct guardq_ticket *ticket,
    const struct guard *guards, size_t n, guardq_ready_fn *ready, void *arg)
{
	struct guardq_place *place;
	size_t i;

	*ticket = (struct guardq_ticket){
	    .places = xcalloc(n > 0 ? n : 1, sizeof(*ticket->places)),
	    .count = n,
	    .ready = ready,
	    .arg = arg,
	};
	for (i = 0; i < n; i++) {
		place = &ticket->places[i];
		place->ticket = ticket;
		place->guard = guards[i].id;
		place->before = last_of(queue, place->guard);
		if (place->before != NULL) {
			place->before->after = place;
			ticket->behind++;
		}
		idmap_set(&queue->last, place->guard, (uintptr_t)place);
	}
	return ticket->behind == 0;
}

static void
place_leave(struct guardq *queue, struct guardq_place *place)
{
	struct guardq_ticket *heir;

	if (place->before != NULL)
		place->before->after = place->after;
	if (place->after == NULL) {
		if (place->before == NULL)
			idmap_remove(&queue->last, place->guard);
		else
			idmap_set(&queue->last, place->guard,
			    (uintptr_t)place->before);
		return;
	}
	place->after->before = place->before;
	if (place->before != NULL)
		return;
	heir = place->after->ticket;
	if (--heir->behind == 0 && heir->group == 0) {
		heir->next = NULL;
		*queue->ready_last = heir;
		queue->ready_last = &heir->next;
	}
}

/* A ticket that leaves while it waits for its call is not called any more. */
static void
forget_ready(struct guardq *queue, const struct guardq_ticket *ticket)
{
	struct guardq_ticket **link = &queue->ready_first;

	while (*link != NULL && *link != ticket)
		link = &(*link)->next;
	if (*link == NULL)
		return;
	*link = ticket->next;
	if (queue->ready_last == &ticket->next)
		queue->ready_last = link;
}

void
guardq_leave(struct guardq *queue, struct guardq_ticket *ticket)
{
	struct guardq_ticket *heir;
	size_t i;

	if (ticket->places == NULL)
		return;
	if (ticket->behind == 0)
		forget_ready(queue, ticket);
	for (i = 0; i < ticket->count; i++)
		place_leave(queue, &ticket->places[i]);
	free(ticket->places);
	ticket->places = NULL;
	ticket->count = 0;
	if (queue->calling)
		return;
	queue->calling = true;
	while ((heir = queue->ready_first) != NULL) {
		queue->ready_first = heir->next;
		if (queue->ready_first == NULL)
			queue->ready_last = &queue->ready_first;
		heir->ready(heir->arg);
	}
	queue->calling = false;
}

bool
guardq_holds(
    const struct guardq_ticket *ticket, const struct guard *guards, size_t n)
{
	size_t i;

	if (ticket->places == NULL || ticket->count != n)
		return false;
	for (i = 0; i < n; i++)
		if (!id_equal(ticket->places[i].guard, guards[i].id))
			return false;
	return true;
}

void
guardq_lead(struct guardq *queue, struct guardq_ticket *leader)
{
	leader->group = ++queue->groups;
}

struct guardq_ticket *
guardq_next(const struct guardq_ticket *ticket, size_t number)
{
	const struct guardq_place *after = ticket->places[number].after;
	struct guardq_ticket *next = after == NULL ? NULL : after->ticket;

	if (next == NULL || next->group != 0)
		return NULL;
	for (size_t i = 0; i < next->count; i++) {
		const struct guardq_place *before = next->places[i].before;

		if (before != NULL && before->ticket->group != ticket->group)
			return NULL;
	}
	return next;
}

void
guardq_follow(struct guardq_ticket *ticket, const struct guardq_ticket *leader)
{
	ticket->group = leader->group;
}

bool
guardq_alone(struct guardq_ticket *ticket)
{
	ticket->group = 0;
	return ticket->behind == 0;
}

size_t
guardq_waiting(const struct guardq *queue)
{
	return queue->last.count;
}
