/* SPDX-License-Identifier: ISC */
/*
 * guardq: writes that share a guard wait for each other in order of arrival.
 *
 * A ticket stands in the queue of each of its guards from one moment on, so all
 * queues hold any two tickets in the same order and nobody waits in a ring.  A
 * ticket is ready when it is first in all its queues.
 *
 * Whoever is ready may take along some of those behind it, a group of which
 * each has only others of the group before it.  One that was taken along is not
 * called when it becomes first: it is on its way already.
 */
#ifndef SERVER_GUARDQ_H
#define SERVER_GUARDQ_H

#include "daemon/base/compiler.h"
#include "daemon/domain/change.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct guardq;
struct guardq_place;

typedef void guardq_ready_fn(void *arg);

struct guardq_ticket {
	struct guardq_place *places; /* one per guard; owned */
	size_t count;                /* 0: in no queue */
	size_t behind;               /* queues in which somebody is before it */
	uint64_t group;              /* that it was taken along in; 0: none */
	struct guardq_ticket *next;  /* of those that became ready */
	guardq_ready_fn *ready;
	void *arg;
};

struct guardq *guardq_new(void) MUST_CHECK;
void guardq_free(struct guardq *queue);
/*
 * Stands in the queues of n guards, which are unique.  True when it is ready at
 * once; else ready(arg) is called from a later guardq_leave() of another.
 */
bool guardq_enter(struct guardq *queue, struct guardq_ticket *ticket,
    const struct guard *guards, size_t n, guardq_ready_fn *ready, void *arg);
/* Leaves all queues, ready or not; a ticket in no queue is left alone. */
void guardq_leave(struct guardq *queue, struct guardq_ticket *ticket);
/* Whether the ticket stands for exactly these guards, in this order. */
bool guardq_holds(
    const struct guardq_ticket *ticket, const struct guard *guards, size_t n);
size_t guardq_waiting(const struct guardq *queue); /* guards in use */

/* Begins a group, of a ticket that is ready. */
void guardq_lead(struct guardq *queue, struct guardq_ticket *leader);
/*
 * The ticket right behind this one in the queue of its guard of that number, if
 * it waits and has nobody before it but tickets of the same group; else NULL.
 */
struct guardq_ticket *guardq_next(
    const struct guardq_ticket *ticket, size_t number);
/* Takes a ticket into a group that guardq_next() found it for. */
void guardq_follow(
    struct guardq_ticket *ticket, const struct guardq_ticket *leader);
/* Out of its group, where it stands.  True when it is ready now; else it will
 * be called. */
bool guardq_alone(struct guardq_ticket *ticket);

#endif
