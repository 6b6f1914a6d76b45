/* SPDX-License-Identifier: ISC */
/*
 * facts: an instance that says what is known - people, sites, needs, what is
 * planned - and leaves it to the rules what may be done.
 *
 *	instance version=1 facts=yes from=DAY to=DAY now=SECONDS full-from=DAY
 *	travel road-percent=N fixed=N margin=N [matrix=PATH]
 *	rules off=N
 *	... lines of fact_line.h ...
 *	scope territory=ID | programme=ID | site=ID
 *	covers territory=ID | programme=ID | site=ID
 *	variant name=fill|free [frozen=DAY]
 *	lock physician=ID site=ID day=DAY part=P activity=WORD state=keep|forbid
 *
 * No line and no entity stands twice.  from and to are the service dates of the
 * plan, both included; full-from is the first day that the book has in full,
 * see book.h.  Without a scope of sites every site is planned, without one of
 * programmes everybody.  Whoever is in several programmes of the scope works
 * for the first of them.  With lines covers only those are planned who are
 * authorised at one of these places or enrolled in one of these programmes.
 */
#ifndef PLANNER_FACTS_H
#define PLANNER_FACTS_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"
#include "proto/span.h"

#include <stdbool.h>

struct facts;

/* Whether the line begins an instance of facts. */
bool facts_begin_with(struct span line);

/* Whether the line is of an entity of the book, by its kind. */
bool facts_is_change(struct span line);

struct facts *facts_new(void) MUST_CHECK;
void facts_free(struct facts *facts); /* accepts NULL */
/* The number of the line that comes next; 1 at first. */
void facts_at(struct facts *facts, size_t number);
/* One line, without its end; blank ones and those with '#' say nothing.  False
 * with why. */
bool facts_line(struct facts *facts, struct span line, struct error *error);
/* What is there may go for whoever drops out, so none of it is kept for a share
 * of unscheduled care: for the planner that stays in memory. */
void facts_to_repair(struct facts *facts);
/* After the last one. */
bool facts_end(struct facts *facts, struct error *error);

#endif
