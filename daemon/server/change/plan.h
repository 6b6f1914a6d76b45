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
struct text;

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
	/* What the line put into the directory, by plan_directory_put(). */
	struct id entity;
	bool dry; /* nothing will be stored: tell more */
	/* The moment that the unit is judged at; WRITE unless the planner says
	 * otherwise, for a verb that stands in no batch. */
	enum moment *moment;
	/* Answer of any other line: " site=... rev=..." as protocol.md says. */
	struct out *answer;
	/* More of the answer, told once: not kept with a key, nor in a batch.
	 */
	struct out *secret;
	struct text *data; /* see plan_tell() */
	size_t told;       /* lines of it */
	size_t days;       /* of all closures of the unit, plan_closure.c */
	struct refusal *refusal;
	void *arg; /* of write_internal() */
};

/* STATUS_OK, or what the refusal says. */
typedef enum status plan_fn(struct plan *plan, const struct request *request);

enum { PLAN_AHEAD_DAYS = 1100 }; /* three years: how far a plan may reach */

/* Fills the refusal and returns its status. */
enum status plan_refuse(struct plan *plan, enum status status, struct span what,
    const char *expected);
enum status plan_refuse_key(
    struct plan *plan, enum status status, enum key key, const char *expected);

/*
 * Adds a data line " key=value ..." to the answer, accepted or refused; in a
 * batch it begins with line=.  It is told once, not kept with a key.  Beyond
 * PLAN_TOLD_MAX of one request the rest goes untold.
 */
enum { PLAN_TOLD_MAX = 1000 };
void plan_tell(struct plan *plan, struct span line);

/*
 * Rooms of an assignment that a planner puts and write_unit.c replaces once the
 * whole unit is known: the lowest that is free; or room r (ROOM_RATHER + r) if
 * that is free, else the lowest.
 */
enum { ROOM_RATHER = 100, ROOM_ANY = 255 };

/*
 * Takes the minutes of a portion, in units of PORTION_UNIT, from its key; one
 * that is absent leaves what is there, as far as the activity may have it.
 */
enum status plan_take_portion(struct plan *plan, const struct request *request,
    enum key key, bool allowed, uint8_t *units);

plan_fn plan_slot_assign, plan_slot_cancel, plan_slot_move, plan_slot_swap;
plan_fn plan_directory_put; /* whatever directory.h describes */
plan_fn plan_closure_put;   /* with the half-days that it hits */
plan_fn plan_opening_put;   /* not away from under half-days in a closure */
plan_fn plan_absence_put;   /* likewise */
plan_fn plan_rotation_put, plan_rotation_end;
plan_fn plan_slot_publish, plan_slot_record;
plan_fn plan_account_invite, plan_account_revoke;
plan_fn plan_place_hold, plan_place_honour, plan_place_miss, plan_place_release,
    plan_place_set, plan_place_take, plan_slot_arrive;

/* A site of the directory, or one that an earlier line of the unit creates. */
const struct site *plan_site(const struct plan *plan, int32_t site);
/* Interval, half-days that it counts for and offsets of an assignment, from its
 * site, day and part. */
void plan_interval(const struct plan *plan, struct assignment *a);

/* What a unit of this session is judged by now. */
struct rules plan_rules(
    const struct server *server, const struct session *session);

/* " day= part= site= physician= rule= text=": a half-day that a rule refuses,
 * as the session may know it. */
void plan_print_finding(struct out *out, const struct session *session,
    const struct book *book, const struct finding *finding,
    const struct assignment *a);

/*
 * What plan_directory_put() asks of a rotation: turns its physicians into ids,
 * and looks whether the session covers them and the places, as they were and
 * will be.  before: NULL for a new one.
 */
enum status plan_check_rotation(struct plan *plan,
    const struct request *request, const struct rotation *before,
    struct rotation *after);

/*
 * Judges what a sealed unit makes of the directory, on the end state of all its
 * lines: it may not take away rooms in use, nor sites and physicians that have
 * half-days from today on (STATUS_IN_USE), nor give a number to two sites
 * (STATUS_EXISTS), nor more facts to one owner than there may be
 * (STATUS_LIMIT).  STATUS_OK, or *refusal.
 */
enum status plan_judge_directory(
    const struct unit *unit, const struct book *book, struct refusal *refusal);
/* Its part that is about how many facts there are. */
enum status plan_judge_fact_counts(
    const struct unit *unit, const struct book *book, struct refusal *refusal);

/* Likewise: an active absence has no half-day left inside (STATUS_IN_USE). */
enum status plan_judge_absences(
    const struct unit *unit, const struct book *book, struct refusal *refusal);

/*
 * Likewise, on what the sites are after the whole unit: an active closure has
 * no half-day left inside (STATUS_IN_USE), and a vehicle stands in one place
 * per half-day (STATUS_EXISTS).  The book is supposed and retracted.
 */
enum status plan_judge_sites(
    const struct unit *unit, struct book *book, struct refusal *refusal);
/* Its part that is about closures: `book` is in the end state. */
enum status plan_judge_closures(
    const struct unit *unit, const struct book *book, struct refusal *refusal);

/*
 * Releases what is held or taken of half-days that the unit cancels, moves or
 * makes something else of: before it is sealed, whatever verb did it.
 */
void plan_release_places(struct unit *unit, const struct book *book);
/* How many places the unit releases; slot nil: of all half-days. */
size_t plan_released_places(const struct unit *unit, struct id slot);

#endif
