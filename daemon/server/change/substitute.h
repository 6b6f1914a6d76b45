/* SPDX-License-Identifier: ISC */
/*
 * substitute: who could take a half-day that falls vacant, as the plan stands,
 * and why each of the others cannot.
 *
 * Those are looked at whom the session covers and who have the specialty, the
 * nearest first.  Whoever the rules accept in its place, judged as if it were
 * assigned in the same unit, is ranked by what soft terms make of it: the way,
 * continuity, and half-days that are owed.
 */
#ifndef SERVER_SUBSTITUTE_H
#define SERVER_SUBSTITUTE_H

#include "daemon/server/change/plan.h"

enum {
	SUBSTITUTES_TOLD = 5,  /* of one half-day */
	SUBSTITUTES_LEFT = 10, /* others, with the reason */
	SUBSTITUTES_SLOTS = 20 /* half-days of one request */
};

/* Adds data lines to the answer of a request, see plan_tell(): *a is to be
 * cancelled by it and is in the book. */
void substitute_tell(struct plan *plan, const struct assignment *a);

/* replace= of a request: false, or true when it is asked for; STATUS_OK, or
 * what the refusal says. */
enum status substitute_wanted(
    struct plan *plan, const struct request *request, bool *wanted);

#endif
