/* SPDX-License-Identifier: ISC */
/*
 * plan_absence: a physician is absent, and what was planned then.
 *
 * What is accepted leaves no draft and no published half-day of the physician
 * inside an active absence: slots=refuse is refused as long as there are any,
 * slots=cancel cancels them in the same unit - wherever they are, since nobody
 * can hold them - and records those that have begun as not held.  Ending an
 * absence brings nothing back.
 *
 * Its category is private: it goes beside the feed, see unit_set_private(), and
 * whether it changes anything is not known here.
 */
#include "daemon/server/change/plan.h"

#include "daemon/base/clock.h"
#include "daemon/server/change/substitute.h"
#include "daemon/server/print.h"
#include "proto/limits.h"

#include <string.h>

static bool
is_active(const struct absence *absence)
{
	return strcmp(absence->state, "active") == 0;
}

/* Whether it is planned, and inside. */
static bool
is_hit(const struct absence *absence, const struct assignment *a)
{
	return (a->state == STATE_DRAFT || a->state == STATE_PUBLISHED) &&
	    a->day >= absence->from && a->day <= absence->to &&
	    parts_have(absence->parts, (enum part)a->part);
}

/* Zones differ: the last ones of a run may stand some days later. */
static bool
is_beyond(const struct absence *absence, const struct assignment *a)
{
	return (int64_t)a->day > (int64_t)absence->to + 2;
}

/* ----- the verb ----- */

/* The static text of a category; empty when it is not one. */
static struct span
category_find(struct span text)
{
	static const char *const categories[] = {
	    "LEAVE", "SICK", "TRAINING", "DUTY", "OTHER"};

	for (size_t i = 0; i < ARRAY_SIZE(categories); i++)
		if (span_is(text, categories[i]))
			return span_of(categories[i]);
	return (struct span){NULL, 0};
}

static void
tell(struct plan *plan, const struct assignment *a)
{
	char text[512 + PROTO_WORD_MAX];
	struct out out = OUT(text);

	if (a->site >= book_count(plan->book, KIND_SITE) ||
	    a->physician >= book_count(plan->book, KIND_PHYSICIAN))
		return; /* of the unit itself */
	if (session_sees(plan->session, plan->book, a)) {
		print_slot(&out, plan->book, a);
	} else {
		out_literal(&out, " busy");
		print_interval(&out, a);
	}
	plan_tell(plan, (struct span){text, out.len});
}

/* The reason says no more than that the physician is absent. */
static void
cancel(struct plan *plan, const struct assignment *a, int64_t now)
{
	union after after = {.assignment = *a};

	after.assignment.state =
	    a->from <= now ? STATE_NOT_HELD : STATE_CANCELLED;
	unit_put(plan->unit, plan->book, KIND_ASSIGNMENT, &after, plan->line,
	    SPAN("ABSENT"));
}

/* Those that fall vacant, to be told of once the book is read. */
struct vacated {
	struct assignment at[SUBSTITUTES_SLOTS];
	size_t count;
};

static void
note(struct vacated *vacated, const struct plan *plan,
    const struct assignment *a, int64_t now)
{
	if (vacated->count < SUBSTITUTES_SLOTS && a->from > now &&
	    session_sees(plan->session, plan->book, a) &&
	    book_latest(plan->book, KIND_ASSIGNMENT, a->id) != NULL)
		vacated->at[vacated->count++] = *a;
}

/* Of those that are inside after the earlier lines of the unit. */
static void
free_slots(struct plan *plan, const struct absence *absence, bool cancels,
    struct vacated *vacated)
{
	const struct book *book = plan->book;
	struct run run = book_physician_run(book, absence->physician);
	int64_t now = clock_real_s();
	size_t hits = 0;

	for (size_t i = run_from_day(book, run, absence->from); i < run.count;
	     i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (is_beyond(absence, a))
			break;
		a = unit_assignment(plan->unit, book, a->id);
		if (a->physician != absence->physician || !is_hit(absence, a))
			continue;
		hits++;
		if (plan->dry)
			tell(plan, a);
		note(vacated, plan, a, now);
		if (cancels)
			cancel(plan, a, now);
	}
	out_key_u64(plan->answer, "slots", hits);
}

enum status
plan_absence_put(struct plan *plan, const struct request *request)
{
	const struct value *slots = request_value(request, KEY_SLOTS);
	const struct value *category = request_value(request, KEY_CATEGORY);
	struct span private = {NULL, 0};
	bool cancels = false, replace = false;
	struct vacated vacated = {.count = 0};
	struct absence absence;
	enum status status = substitute_wanted(plan, request, &replace);

	if (status != STATUS_OK)
		return status;

	if (slots != NULL && !span_is(slots->text, "refuse")) {
		if (!span_is(slots->text, "cancel"))
			return plan_refuse_key(
			    plan, STATUS_VALUE, KEY_SLOTS, "refuse or cancel");
		cancels = true;
	}
	if (category != NULL) {
		private = category_find(category->text);
		if (private.len == 0)
			return plan_refuse_key(plan, STATUS_VALUE, KEY_CATEGORY,
			    "one of LEAVE SICK TRAINING DUTY OTHER");
	}
	status = plan_directory_put(plan, request);
	if (status != STATUS_OK)
		return status;
	/* The unit may move it as it grows. */
	absence =
	    unit_entity(plan->unit, plan->book, KIND_ABSENCE, plan->entity)
		->absence;
	if (category != NULL)
		unit_set_private(
		    plan->unit, KIND_ABSENCE, plan->entity, private);
	if (is_active(&absence) &&
	    absence.physician < book_count(plan->book, KIND_PHYSICIAN))
		free_slots(plan, &absence, cancels, &vacated);
	for (size_t i = 0; replace && i < vacated.count; i++)
		substitute_tell(plan, &vacated.at[i]);
	return STATUS_OK;
}

/* ----- the verdict ----- */

static enum status
refuse_hits(struct refusal *refusal, unsigned line, size_t hits, int32_t first)
{
	struct out out = OUT(refusal->figures);

	*refusal = (struct refusal){.status = STATUS_IN_USE,
	    .line = line,
	    .what = "slots",
	    .expected = "slots=cancel, or half-days given to somebody else"};
	out.size--;
	out_key_u64(&out, "slots", hits);
	out_key_day(&out, "first", first);
	return refusal->status;
}

/* Half-days that the unit leaves alone; the rules judge its own. */
static enum status
judge_absence(const struct unit *unit, const struct book *book,
    const struct unit_change *change, struct refusal *refusal)
{
	const struct absence *absence = &change->change.after->absence;
	struct run run = book_physician_run(book, absence->physician);
	int32_t first = INT32_MAX;
	size_t hits = 0;

	for (size_t i = run_from_day(book, run, absence->from); i < run.count;
	     i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (is_beyond(absence, a))
			break;
		if (!is_hit(absence, a) ||
		    unit_assignment(unit, book, a->id) != a)
			continue;
		hits++;
		if (a->day < first)
			first = a->day;
	}
	return hits == 0 ? STATUS_OK
			 : refuse_hits(refusal, change->line, hits, first);
}

enum status
plan_judge_absences(
    const struct unit *unit, const struct book *book, struct refusal *refusal)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < unit->count && status == STATUS_OK; i++) {
		const struct unit_change *change = &unit->changes[i];

		if (change->change.kind == KIND_ABSENCE &&
		    is_active(&change->change.after->absence))
			status = judge_absence(unit, book, change, refusal);
	}
	return status;
}
