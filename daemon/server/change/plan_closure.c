/* SPDX-License-Identifier: ISC */
/*
 * plan_closure: closes a site, with the half-days that are planned there.
 *
 * What is accepted leaves no half-day inside an active closure but those that
 * are over or recorded as held: slots=refuse is refused as long as there are
 * any, slots=cancel cancels them in the same unit.  Ending a closure changes
 * nothing else.  An exceptional opening that keeps a half-day open within a
 * closure cannot be taken away under it.
 *
 * With several daemons: both raise the guard of their site, which every
 * half-day's verdict reads, and read those of site x day, which every half-day
 * raises.  Of a closure and a half-day that are written at once, the later one
 * is therefore judged again with the other in the book.
 */
#include "daemon/server/change/plan.h"

#include "daemon/base/clock.h"
#include "daemon/domain/open.h"
#include "daemon/server/print.h"

#include <string.h>

enum {
	/* A bit more than half-days of a plan may reach. */
	AHEAD_DAYS = PLAN_AHEAD_DAYS + 10,
	/* Days of all closures of one unit: as many guards are read. */
	UNIT_DAYS_MAX = 40000
};

/* Days of a closure that half-days may be planned on. */
struct days {
	int32_t first, last;
};

static struct days
days_of(int32_t from, int32_t to, int64_t now)
{
	int32_t today = (int32_t)(now / SECONDS_PER_DAY);
	struct days days = {from, to};

	/* A night of yesterday may still be under way; zones differ by a day.
	 */
	if (days.first < today - 2)
		days.first = today - 2;
	if (days.last > today + AHEAD_DAYS)
		days.last = today + AHEAD_DAYS;
	return days;
}

static bool
is_active(const struct closure *closure)
{
	return strcmp(closure->state, "active") == 0;
}

/* Whether the half-day is planned, not over, and inside: what opens
 * exceptionally is not. */
static bool
is_hit(const struct site_view *view, const struct closure *closure,
    const struct assignment *a, int64_t now)
{
	struct opening opening;
	struct open_why why;

	if ((a->state != STATE_DRAFT && a->state != STATE_PUBLISHED) ||
	    assignment_to(a) <= now || a->day < closure->from ||
	    a->day > closure->to || !parts_have(closure->parts, a->part))
		return false;
	site_view_open(view, a->day, (enum part)a->part, &opening, &why);
	return why.reason != OPEN_EXCEPTION;
}

/* ----- the verb ----- */

struct closing {
	struct plan *plan;
	const struct closure *closure; /* in the unit */
	struct site_view view;
	int64_t now;
	bool cancels;
	size_t hits;
};

static void
tell(const struct closing *closing, const struct assignment *a)
{
	char text[1024];
	struct out out = OUT(text);

	if (a->site >= book_count(closing->plan->book, KIND_SITE) ||
	    a->physician >= book_count(closing->plan->book, KIND_PHYSICIAN) ||
	    (int32_t)a->rotation >
		book_count(closing->plan->book, KIND_ROTATION))
		return; /* it would name what the unit itself creates */
	print_slot(&out, closing->plan->book, a);
	plan_tell(closing->plan, (struct span){text, out.len});
}

/* Not to be held: one under way is not, the others are cancelled. */
static void
cancel(const struct closing *closing, const struct assignment *a)
{
	union after after = {.assignment = *a};

	after.assignment.state =
	    a->from <= closing->now ? STATE_NOT_HELD : STATE_CANCELLED;
	unit_put(closing->plan->unit, closing->plan->book, KIND_ASSIGNMENT,
	    &after, closing->plan->line, SPAN("SITE_CLOSED"));
}

static void
close_slots(struct closing *closing)
{
	const struct plan *plan = closing->plan;
	int32_t site = closing->closure->site;
	struct days days =
	    days_of(closing->closure->from, closing->closure->to, closing->now);
	struct run run = book_site_run(plan->book, site);

	for (size_t i = run_from_day(plan->book, run, days.first);
	     i < run.count; i++) {
		const struct assignment *a = book_at(plan->book, run.slot[i]);

		/* Zones differ: the last ones may stand a day later. */
		if (a->day > days.last + 1)
			break;
		a = unit_assignment(plan->unit, plan->book, a->id);
		if (a->site != site ||
		    !is_hit(&closing->view, closing->closure, a, closing->now))
			continue;
		closing->hits++;
		if (plan->dry)
			tell(closing, a);
		if (closing->cancels)
			cancel(closing, a);
	}
}

/* Half-days from today on that the site would have opened: each once, and none
 * that a holiday or another closure takes anyway. */
static size_t
count_lost(struct closing *closing)
{
	struct days days =
	    days_of(closing->closure->from, closing->closure->to, closing->now);
	size_t lost = 0;

	for (int32_t day = days.first; day <= days.last; day++) {
		for (unsigned part = 0; part < PART_COUNT; part++) {
			struct opening opening;
			struct open_why why;

			if (parts_have(closing->closure->parts, part) &&
			    site_view_open(
				&closing->view, day, part, &opening, &why) &&
			    why.reason == OPEN_WEEKLY &&
			    tz_instant(closing->view.site->tz, day,
				opening.to) > closing->now)
				lost++;
		}
	}
	return lost;
}

/* The days that it would be wrong about if a half-day were planned meanwhile.
 */
static enum status
read_days(struct plan *plan, int32_t site, struct days days)
{
	struct id id = unit_at(plan->unit, plan->book, KIND_SITE, site)->id;

	for (int32_t day = days.first; day <= days.last; day++) {
		if (plan->days++ == UNIT_DAYS_MAX)
			return plan_refuse_key(plan, STATUS_LIMIT, KEY_TO,
			    "closures of 40000 days in all in one batch");
		unit_read(plan->unit, guard_site_day(id, day), day);
	}
	return STATUS_OK;
}

static void
view_site(struct closing *closing)
{
	const struct plan *plan = closing->plan;
	int32_t site = closing->closure->site;

	if (site < book_count(plan->book, KIND_SITE))
		site_view_init(&closing->view, plan->book, site);
	else
		site_view_new(&closing->view, plan->book,
		    (const struct site *)unit_at(
			plan->unit, plan->book, KIND_SITE, site));
	/* What it closes is what was open without it. */
	closing->view.without =
	    book_find(plan->book, KIND_CLOSURE, closing->closure->entity.id);
}

static enum status
close_site(struct closing *closing)
{
	struct plan *plan = closing->plan;
	struct closure closure = *closing->closure;
	enum status status;

	/* The unit may move it as it grows. */
	closing->closure = &closure;
	view_site(closing);
	status = read_days(plan, closure.site,
	    days_of(closure.from, closure.to, closing->now));
	if (status != STATUS_OK)
		return status;
	if (closure.site < book_count(plan->book, KIND_SITE))
		close_slots(closing);
	out_key_u64(plan->answer, "half-days", count_lost(closing));
	out_key_u64(plan->answer, "slots", closing->hits);
	return STATUS_OK;
}

enum status
plan_closure_put(struct plan *plan, const struct request *request)
{
	const struct value *slots = request_value(request, KEY_SLOTS);
	struct closing closing = {.plan = plan, .now = clock_real_s()};
	enum status status;

	if (slots != NULL && !span_is(slots->text, "refuse")) {
		if (!span_is(slots->text, "cancel"))
			return plan_refuse_key(
			    plan, STATUS_VALUE, KEY_SLOTS, "refuse or cancel");
		closing.cancels = true;
	}
	status = plan_directory_put(plan, request);
	if (status != STATUS_OK)
		return status;
	closing.closure =
	    &unit_entity(plan->unit, plan->book, KIND_CLOSURE, plan->entity)
		 ->closure;
	return is_active(closing.closure) ? close_site(&closing) : STATUS_OK;
}

enum status
plan_opening_put(struct plan *plan, const struct request *request)
{
	const struct opening_day *before;
	enum status status = plan_directory_put(plan, request);
	int32_t index;

	if (status != STATUS_OK)
		return status;
	index = book_find(plan->book, KIND_OPENING, plan->entity);
	if (index == REF_NONE)
		return STATUS_OK; /* it takes nothing away */
	before = (const struct opening_day *)book_entity(
	    plan->book, KIND_OPENING, index);
	return read_days(plan, before->site,
	    days_of(before->from, before->to, clock_real_s()));
}

/* ----- the verdict ----- */

static enum status
refuse_hits(struct refusal *refusal, unsigned line, size_t hits, int32_t first)
{
	struct out out = OUT(refusal->figures);

	*refusal = (struct refusal){.status = STATUS_IN_USE,
	    .line = line,
	    .what = "slots",
	    .expected = "half-days cancelled or moved first; or, of a closure, "
			"slots=cancel"};
	out.size--;
	out_key_u64(&out, "slots", hits);
	out_key_day(&out, "first", first);
	return refusal->status;
}

/* Half-days that the unit leaves alone; the rules judge its own. */
static enum status
judge_closure(const struct unit *unit, const struct book *book,
    const struct closure *closure, unsigned line, struct refusal *refusal)
{
	int64_t now = clock_real_s();
	struct days days = days_of(closure->from, closure->to, now);
	struct run run = book_site_run(book, closure->site);
	struct site_view view;
	size_t hits = 0;
	int32_t first = INT32_MAX;

	if (!is_active(closure) || days.last < days.first)
		return STATUS_OK;
	site_view_init(&view, book, closure->site);
	for (size_t i = run_from_day(book, run, days.first); i < run.count;
	     i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->day > days.last + 1)
			break;
		if (!is_hit(&view, closure, a, now) ||
		    unit_assignment(unit, book, a->id) != a)
			continue;
		hits++;
		if (a->day < first)
			first = a->day;
	}
	return hits == 0 ? STATUS_OK : refuse_hits(refusal, line, hits, first);
}

/* Whether the change is the first of its unit to an opening of its site that
 * there was before. */
static bool
may_uncover(const struct unit *unit, size_t at)
{
	const struct unit_change *change = &unit->changes[at];

	if (change->change.kind != KIND_OPENING || change->fresh != REF_NONE)
		return false;
	for (size_t i = 0; i < at; i++)
		if (unit->changes[i].change.kind == KIND_OPENING &&
		    unit->changes[i].fresh == REF_NONE &&
		    unit->changes[i].change.after->opening.site ==
			change->change.after->opening.site)
			return false;
	return true;
}

/* What an opening kept open. */
static enum status
judge_opening(const struct unit *unit, const struct book *book,
    const struct unit_change *change, struct refusal *refusal)
{
	int32_t site = change->change.after->opening.site;
	enum status status = STATUS_OK;
	size_t count;
	const int32_t *facts = book_facts(
	    book, KIND_CLOSURE, book_site(book, site)->entity.id, &count);

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = judge_closure(unit, book,
		    (const struct closure *)book_entity(
			book, KIND_CLOSURE, facts[i]),
		    change->line, refusal);
	return status;
}

enum status
plan_judge_closures(
    const struct unit *unit, const struct book *book, struct refusal *refusal)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < unit->count && status == STATUS_OK; i++) {
		const struct unit_change *change = &unit->changes[i];

		if (change->change.kind == KIND_CLOSURE)
			status = judge_closure(unit, book,
			    &change->change.after->closure, change->line,
			    refusal);
		else if (may_uncover(unit, i))
			status = judge_opening(unit, book, change, refusal);
	}
	return status;
}
