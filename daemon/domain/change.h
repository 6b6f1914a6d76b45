/* SPDX-License-Identifier: ISC */
/*
 * change: the state of one entity after one write.
 *
 * It is what the feed delivers, what book_apply() takes, what a unit of work is
 * made of and what a watcher is told: one form for all four.
 */
#ifndef DOMAIN_CHANGE_H
#define DOMAIN_CHANGE_H

#include "daemon/domain/assignment.h"
#include "daemon/domain/directory.h"
#include "daemon/domain/visit.h"

union after {
	struct entity entity; /* the common beginning of all but assignment */
	struct territory territory;
	struct structure structure;
	struct programme programme;
	struct site site;
	struct physician physician;
	struct zone zone;
	struct holiday holiday;
	struct closure closure;
	struct opening_day opening;
	struct stop stop;
	struct presence presence;
	struct need need;
	struct enrolment enrolment;
	struct authorisation authorisation;
	struct availability availability;
	struct absence absence;
	struct busy busy;
	struct quota quota;
	struct rotation rotation;
	struct weight weight;
	struct account account;
	struct token token;
	struct assignment assignment;
	struct offer offer;
	struct visit visit;
};

/* A guard: a number that every write of one aggregate raises by one. */
struct guard {
	struct id id;
	uint64_t seen; /* number when judged; raised by one by the write */
	int32_t day; /* day after which it may be forgotten; INT32_MAX never */
};

struct change {
	enum kind kind;
	struct id id; /* of the entity */
	uint32_t rev;
	const union after *after; /* borrowed */
	/* Of the feed only: */
	const union after *before; /* borrowed; NULL: new, or not known */
	uint64_t seq;
	int64_t at;         /* instant of the write, microseconds since 1970 */
	struct id by;       /* account, or nil: the owner's tools */
	struct span reason; /* borrowed; empty when none was given */
};

/* The half-day of an offer or a place. */
static inline struct id
change_slot(const struct change *change)
{
	return change->kind == KIND_OFFER ? change->after->offer.slot
					  : change->after->visit.slot;
}

#endif
