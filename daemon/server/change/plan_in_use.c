/* SPDX-License-Identifier: ISC */
/*
 * plan_in_use: what a unit takes away from the directory may not be in use, and
 * what it gives may not be somebody else's.
 *
 * Looked at are the assignments that the book has and the unit leaves alone;
 * those of the unit itself are judged by the rules, on the same end state.
 */
#include "daemon/server/change/plan.h"

#include "daemon/base/clock.h"

#include <string.h>

enum { QUARTER_HOUR = 15 * 60 };

/* What stands in the way. */
struct use {
	size_t slots;  /* half-days from today on */
	int32_t first; /* day of the first of them */
	unsigned room; /* the highest room taken, above those that remain */
	int64_t until; /* ...and when such a room is free at last */
	int offset;    /* of that instant, minutes */
};

/* Whether its day has not passed, on its own clock. */
static bool
is_ahead(const struct assignment *a, int64_t now)
{
	int64_t local = now + (int64_t)a->offset_from * QUARTER_HOUR;

	return a->day >= (int32_t)(local / SECONDS_PER_DAY);
}

/* Adds up the half-days ahead, and those in rooms above `rooms`. */
static struct use
use_of(const struct unit *unit, const struct book *book, struct run run,
    unsigned rooms)
{
	int64_t now = clock_real_s();
	int32_t yesterday = (int32_t)(now / SECONDS_PER_DAY) - 1;
	struct use use = {0};

	for (size_t i = run_from_day(book, run, yesterday); i < run.count;
	     i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (!state_blocks((enum state)a->state) || !is_ahead(a, now) ||
		    unit_assignment(unit, book, a->id) != a)
			continue;
		if (use.slots++ == 0 || a->day < use.first)
			use.first = a->day;
		if (a->room <= rooms)
			continue;
		if (a->room > use.room)
			use.room = a->room;
		if (assignment_to(a) > use.until) {
			use.until = assignment_to(a);
			use.offset = a->offset_to * (QUARTER_HOUR / 60);
		}
	}
	return use;
}

static bool
retires(const char *before, const char *after)
{
	return strcmp(after, "retired") == 0 && strcmp(before, after) != 0;
}

static enum status
refuse_retiring(struct refusal *refusal, const struct unit_change *change,
    const struct use *use)
{
	struct out out = OUT(refusal->figures);

	*refusal = (struct refusal){
	    .status = STATUS_IN_USE, .line = change->line, .what = "state"};
	out.size--;
	out_key_u64(&out, "slots", use->slots);
	out_key_day(&out, "first", use->first);
	return refusal->status;
}

static enum status
refuse_rooms(struct refusal *refusal, const struct unit_change *change,
    const struct use *use)
{
	struct out out = OUT(refusal->figures);

	*refusal = (struct refusal){
	    .status = STATUS_IN_USE, .line = change->line, .what = "rooms"};
	out.size--;
	out_key_u64(&out, "room", use->room);
	out_key(&out, "until");
	out_instant(&out, use->until, use->offset);
	return refusal->status;
}

/* The number may have come from another site, which the unit gives another. */
static enum status
judge_number(const struct unit *unit, const struct book *book,
    const struct unit_change *change, struct refusal *refusal)
{
	const struct site *after = &change->change.after->site;
	struct span finess = span_of(after->finess);
	int32_t self, other, known;

	if (finess.len == 0)
		return STATUS_OK;
	self = unit_find(unit, book, KIND_SITE, change->change.id);
	other = unit_resolve(unit, book, KIND_SITE, finess);
	known = book_resolve(book, KIND_SITE, finess);
	if (other == self && known != REF_NONE && known != self &&
	    unit_at(unit, book, KIND_SITE, known) ==
		book_entity(book, KIND_SITE, known))
		other = known; /* the unit leaves its owner alone */
	if (other == self)
		return STATUS_OK;
	*refusal =
	    (struct refusal){.status = STATUS_EXISTS, .line = change->line};
	memcpy(refusal->what, finess.ptr, finess.len);
	return refusal->status;
}

static enum status
judge_site(const struct unit *unit, const struct book *book,
    const struct unit_change *change, int32_t index, struct refusal *refusal)
{
	const struct site *before = book_site(book, index);
	const struct site *after = &change->change.after->site;
	bool retired = retires(before->state, after->state);
	struct use use;

	if (!retired && after->rooms >= before->rooms)
		return STATUS_OK;
	use = use_of(unit, book, book_site_run(book, index), after->rooms);
	if (retired && use.slots > 0)
		return refuse_retiring(refusal, change, &use);
	if (use.room > 0)
		return refuse_rooms(refusal, change, &use);
	return STATUS_OK;
}

static enum status
judge_physician(const struct unit *unit, const struct book *book,
    const struct unit_change *change, int32_t index, struct refusal *refusal)
{
	const struct physician *before = book_physician(book, index);
	const struct physician *after = &change->change.after->physician;
	struct use use;

	if (!retires(before->state, after->state))
		return STATUS_OK;
	use = use_of(
	    unit, book, book_physician_run(book, index), PROTO_ROOMS_MAX);
	return use.slots > 0 ? refuse_retiring(refusal, change, &use)
			     : STATUS_OK;
}

enum status
plan_judge_directory(
    const struct unit *unit, const struct book *book, struct refusal *refusal)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < unit->count && status == STATUS_OK; i++) {
		const struct unit_change *change = &unit->changes[i];
		enum kind kind = change->change.kind;
		int32_t index;

		if (kind != KIND_SITE && kind != KIND_PHYSICIAN)
			continue;
		if (kind == KIND_SITE)
			status = judge_number(unit, book, change, refusal);
		index = book_find(book, kind, change->change.id);
		if (index == REF_NONE || status != STATUS_OK)
			continue;
		if (kind == KIND_SITE)
			status = judge_site(unit, book, change, index, refusal);
		else
			status =
			    judge_physician(unit, book, change, index, refusal);
	}
	return status == STATUS_OK ? plan_judge_fact_counts(unit, book, refusal)
				   : status;
}
