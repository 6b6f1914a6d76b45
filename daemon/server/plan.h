/* SPDX-License-Identifier: ISC */
/*
 * plan: how one request line of a write becomes part of a unit.
 *
 * A planner reads the book and the unit as earlier lines left it, and adds the
 * end state of what its line changes.  It is called again, with a fresh unit,
 * whenever the plan moved under it: it keeps nothing between calls.
 */
#ifndef SERVER_PLAN_H
#define SERVER_PLAN_H

#include "daemon/domain/rule.h"
#include "daemon/domain/unit.h"
#include "daemon/server/session.h"
#include "proto/out.h"
#include "proto/request.h"

struct refusal {
	enum status status; /* a rule: `finding` says the rest */
	unsigned line;      /* of the batch, from 1; 0: a single request */
	struct finding finding;
	char what[PROTO_WORD_MAX + 1]; /* word or key refused, or "" */
	const char *expected;          /* in words, or NULL */
	char figures[160]; /* more " key=value" of the closing line, or "" */
};

struct server;

struct plan {
	struct server *server; /* borrowed: settings, clock of the day */
	const struct session *session;
	const struct book *book;
	struct unit *unit;
	unsigned line;
	/*
	 * An id for what this line creates: the same at each call for one
	 * request, so that a retry inside the daemon keeps it.
	 */
	struct id fresh;
	/* The assignments that the line is about; the answer of a slot verb is
	 * printed from these once rooms are allotted. */
	struct id slot, with;
	/* Answer of any other line: " site=... rev=..." as protocol.md says. */
	struct out *answer;
	/* More of the answer, told once: not kept with a key, nor in a batch.
	 */
	struct out *secret;
	struct refusal *refusal;
	void *arg; /* of write_internal() */
};

/* STATUS_OK, or what the refusal says. */
typedef enum status plan_fn(struct plan *plan, const struct request *request);

/* Fills the refusal and returns its status. */
enum status plan_refuse(struct plan *plan, enum status status, struct span what,
    const char *expected);

/*
 * Rooms of an assignment that a planner puts and write_unit.c replaces once the
 * whole unit is known: the lowest that is free; or room r (ROOM_RATHER + r) if
 * that is free, else the lowest.
 */
enum { ROOM_RATHER = 100, ROOM_ANY = 255 };

plan_fn plan_slot_assign, plan_slot_cancel, plan_slot_move, plan_slot_swap;
plan_fn plan_directory_put; /* territory, structure, site, physician, zone */
plan_fn plan_account_invite, plan_account_revoke;

/*
 * Judges what a sealed unit makes of the directory, on the end state of all its
 * lines: it may not take away rooms in use, nor sites and physicians that have
 * half-days from today on (STATUS_IN_USE), nor give a number to two sites
 * (STATUS_EXISTS).  STATUS_OK, or *refusal.
 */
enum status plan_judge_directory(
    const struct unit *unit, const struct book *book, struct refusal *refusal);

#endif
