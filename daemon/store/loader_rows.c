/* SPDX-License-Identifier: ISC */
/*
 * loader_rows: the statements of a load, and what becomes of their rows.
 *
 * Kinds come in their order, so that every reference finds what it refers to.
 */
#include "daemon/store/loader_private.h"

#include "daemon/store/payload.h"
#include "daemon/store/row.h"

static void
on_hello(struct loader *loader, const PGresult *result)
{
	switch (identity_read(&loader->identity, result, "", &loader->why)) {
	case HELLO_GOOD:
		loader->cursor.epoch = loader->identity.epoch;
		return;
	case HELLO_REFUSED:
		loader->refused = true;
		break;
	case HELLO_AGAIN:
		break;
	}
	loader_fail(loader, loader->why.text);
}

static void
on_snapshot(struct loader *loader, const PGresult *result)
{
	if (!row_snapshot(result, 0, 0, &loader->cursor.snapshot))
		loader_fail(loader, "pg_current_snapshot() is not readable");
}

static void
load(struct loader *loader, const struct change *change)
{
	struct error why;

	if (book_load(loader->book, change) == APPLY_DONE)
		return;
	error_set(&why, "a row of rota.%s refers to nothing",
	    kind_info(change->kind)->name);
	loader_fail(loader, why.text);
}

static void
on_entity(struct loader *loader, const PGresult *result)
{
	enum kind kind = loader_steps[loader->step].kind;
	struct payload payload;
	struct change change = {.kind = kind, .after = &payload.after};
	struct error why;

	if (payload_read(&payload, kind, row_json(result, 0, 0),
		loader->book) == PAYLOAD_GOOD) {
		change.id = payload.after.entity.id;
		change.rev = payload.after.entity.rev;
		load(loader, &change);
		return;
	}
	error_set(&why, "this daemon cannot read column %s of a row of rota.%s",
	    payload.fault, kind_info(kind)->name);
	loader->refused = true;
	loader_fail(loader, why.text);
}

static void
on_guard(struct loader *loader, const PGresult *result)
{
	book_set_guard(loader->book, row_id(result, 0, 0),
	    (uint64_t)row_i64(result, 0, 1));
}

/* Whole seconds from PostgreSQL's microseconds. */
static int64_t
seconds(const PGresult *result, int column)
{
	return row_instant_us(result, 0, column) / 1000000;
}

/* The columns of an assignment, as its statement has them. */
enum {
	ID,
	REV,
	PHYSICIAN,
	SITE,
	ROOM,
	DAY,
	PART,
	FROM,
	TO,
	COUNT,
	ACTIVITY,
	PROGRAMME,
	STATE,
	ROTATION,
	BY_HAND,
	AGREED,
	UNSCHEDULED,
	REMOTE
};

static bool
read_assignment(struct book *book, const PGresult *result, struct assignment *a)
{
	struct span programme = row_text(result, 0, PROGRAMME);
	struct span agreed = row_text(result, 0, AGREED);
	enum agreement agreement = AGREED_NOT;
	enum part part;
	enum activity activity;
	enum state state;

	*a = (struct assignment){
	    .id = row_id(result, 0, ID),
	    .rev = (uint32_t)row_i64(result, 0, REV),
	    .physician =
		book_find(book, KIND_PHYSICIAN, row_id(result, 0, PHYSICIAN)),
	    .site = book_find(book, KIND_SITE, row_id(result, 0, SITE)),
	    .room = (uint8_t)row_i16(result, 0, ROOM),
	    .day = row_day(result, 0, DAY),
	    .from = seconds(result, FROM),
	    .length = (uint32_t)(seconds(result, TO) - seconds(result, FROM)),
	    .count = (uint8_t)row_i16(result, 0, COUNT),
	    .programme =
		programme.len == 0 ? REF_NONE : book_word(book, programme),
	};
	if (!part_find(row_text(result, 0, PART), &part) ||
	    !activity_find(row_text(result, 0, ACTIVITY), &activity) ||
	    !state_find(row_text(result, 0, STATE), &state) ||
	    (agreed.len > 0 && !agreement_find(agreed, &agreement)))
		return false;
	if (row_text(result, 0, ROTATION).len > 0)
		a->rotation = (uint32_t)(book_find(book, KIND_ROTATION,
					     row_id(result, 0, ROTATION)) +
		    1);
	a->by_hand = row_text(result, 0, BY_HAND).ptr[0] != 0;
	a->agreed = (uint8_t)agreement;
	a->unscheduled =
	    (uint8_t)(row_i16(result, 0, UNSCHEDULED) / PORTION_UNIT);
	a->remote = (uint8_t)(row_i16(result, 0, REMOTE) / PORTION_UNIT);
	a->part = (uint8_t)part;
	a->activity = (uint8_t)activity;
	a->state = (uint8_t)state;
	if (a->physician == REF_NONE || a->site == REF_NONE)
		return false;
	payload_set_offsets(a, book_site(book, a->site));
	return true;
}

static void
on_assignment(struct loader *loader, const PGresult *result)
{
	union after after;
	struct change change = {.kind = KIND_ASSIGNMENT, .after = &after};

	if (!read_assignment(loader->book, result, &after.assignment)) {
		loader->refused = true;
		loader_fail(
		    loader, "this daemon cannot read a row of rota.assignment");
		return;
	}
	change.id = after.assignment.id;
	change.rev = after.assignment.rev;
	load(loader, &change);
}

/* ----- the statements ----- */

#define DIRECTORY(KIND, table)                                                 \
	{                                                                      \
		"SELECT pg_catalog.to_jsonb(t) FROM rota." table " t",         \
		    on_entity, 1, NO_DAYS, KIND                                \
	}

const struct step loader_steps[] = {
    {"SELECT pg_catalog.set_config('search_path', '', false),"
     " pg_catalog.set_config('TimeZone', 'UTC', false),"
     " pg_catalog.set_config('jit', 'off', false),"
     " pg_catalog.set_config('statement_timeout', '10min', false),"
     " pg_catalog.set_config('lock_timeout', '10s', false),"
     " pg_catalog.set_config('idle_in_transaction_session_timeout', '1min',"
     "  false)",
	NULL, 0, NO_DAYS, KIND_COUNT},
    /* Before the transaction: it may have an epoch to open. */
    {IDENTITY_SQL, on_hello, 0, NO_DAYS, KIND_COUNT},
    {"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, 0, NO_DAYS,
	KIND_COUNT},
    {"SELECT pg_catalog.pg_current_snapshot()", on_snapshot, 1, NO_DAYS,
	KIND_COUNT},
    DIRECTORY(KIND_TERRITORY, "territory"),
    DIRECTORY(KIND_STRUCTURE, "structure"),
    DIRECTORY(KIND_PROGRAMME, "programme"),
    DIRECTORY(KIND_SITE, "site"),
    DIRECTORY(KIND_PHYSICIAN, "physician"),
    DIRECTORY(KIND_ZONE, "zone"),
    DIRECTORY(KIND_HOLIDAY, "holiday"),
    DIRECTORY(KIND_CLOSURE, "closure"),
    DIRECTORY(KIND_OPENING, "opening"),
    DIRECTORY(KIND_STOP, "stop"),
    DIRECTORY(KIND_PRESENCE, "presence"),
    DIRECTORY(KIND_NEED, "need"),
    DIRECTORY(KIND_ENROLMENT, "enrolment"),
    DIRECTORY(KIND_AUTHORISATION, "authorisation"),
    DIRECTORY(KIND_AVAILABILITY, "availability"),
    DIRECTORY(KIND_ABSENCE, "absence"),
    DIRECTORY(KIND_BUSY, "busy"),
    DIRECTORY(KIND_QUOTA, "quota"),
    DIRECTORY(KIND_ROTATION, "rotation"),
    DIRECTORY(KIND_WEIGHT, "weight"),
    DIRECTORY(KIND_ACCOUNT, "account"),
    DIRECTORY(KIND_TOKEN, "token"),
    {"SELECT g.id, g.rev FROM rota.guard g"
     " WHERE g.rev > 0 AND (g.day IS NULL OR g.day >= $1)",
	on_guard, 1, GUARDS_FROM, KIND_COUNT},
    {"SELECT a.id, a.rev, a.physician, a.site, a.room, a.day, a.part,"
     " pg_catalog.lower(a.during), pg_catalog.upper(a.during), a.half_days,"
     " a.activity, a.programme, a.state, a.rotation, a.by_hand,"
     " a.agreed, a.unscheduled, a.remote FROM rota.assignment a"
     " WHERE a.day >= $1"
     " AND (a.day >= $2 OR a.state NOT IN ('cancelled', 'not-held'))",
	on_assignment, 1, COUNTED_AND_FULL_FROM, KIND_COUNT},
    {"SELECT pg_catalog.to_jsonb(t) FROM rota.offer t WHERE t.day >= $1",
	on_entity, 1, PLACES_FROM, KIND_OFFER},
    {"SELECT pg_catalog.to_jsonb(t) FROM rota.place t WHERE t.day >= $1"
     " AND t.state <> 'released'",
	on_entity, 1, PLACES_FROM, KIND_PLACE},
    {"COMMIT", NULL, 0, NO_DAYS, KIND_COUNT},
};

const size_t loader_step_count = ARRAY_SIZE(loader_steps);
