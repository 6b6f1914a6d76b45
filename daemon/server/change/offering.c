/* SPDX-License-Identifier: ISC */
/*
 * offering: a half-day as the verbs of places find it; see offering.h.
 */
#include "daemon/server/change/offering.h"

#include "daemon/base/clock.h"
#include "daemon/domain/book_places.h"

#include <string.h>

struct out
offering_figures(struct plan *plan)
{
	struct out out = OUT(plan->refusal->figures);

	out.size--; /* the NUL that the struct was filled with stays */
	return out;
}

enum status
offering_refuse_state(struct plan *plan, enum key key, const char *state)
{
	enum status status = plan_refuse_key(plan, STATUS_STATE, key, NULL);
	struct out out = offering_figures(plan);

	out_key_text(&out, "state", state);
	return status;
}

enum status
offering_refuse_expired(
    const struct offering *offering, enum key key, int64_t at)
{
	struct plan *plan = offering->plan;
	enum status status = plan_refuse_key(plan, STATUS_EXPIRED, key, NULL);
	struct out out = offering_figures(plan);

	out_key(&out, "at");
	out_instant(&out, at, tz_offset(offering->site->tz, at));
	return status;
}

/* ----- whether it is within reach ----- */

/* The SAS sees what is given, and takes of it where the territory says so. */
static enum status
may_regulate(const struct plan *plan, const struct assignment *a)
{
	const struct session *session = plan->session;
	int32_t territory = book_site(plan->book, a->site)->territory;
	const struct territory *of;

	if (!assignment_gives(a))
		return STATUS_NOT_FOUND;
	if (territory == REF_NONE)
		return STATUS_SCOPE;
	of = (const struct territory *)book_entity(
	    plan->book, KIND_TERRITORY, territory);
	if (strcmp(of->regulator, "takes") != 0)
		return STATUS_SCOPE;
	/* A regulator without a scope regulates everywhere. */
	return session->nscope == 0 ||
		session_covers_site(session, plan->book, a->site)
	    ? STATUS_OK
	    : STATUS_SCOPE;
}

static enum status
may_touch(const struct plan *plan, const struct assignment *a)
{
	const struct session *session = plan->session;

	if (session->role == ROLE_REGULATOR)
		return may_regulate(plan, a);
	if (!session_sees(session, plan->book, a))
		return STATUS_NOT_FOUND;
	if (session->role == ROLE_DESK)
		return session_covers_site(session, plan->book, a->site)
		    ? STATUS_OK
		    : STATUS_SCOPE;
	return session_may_write(session, plan->book, a);
}

static bool
is_in_sight(const struct plan *plan, struct id slot)
{
	const struct assignment *known = book_assignment(plan->book, slot);

	return known != NULL && may_touch(plan, known) != STATUS_NOT_FOUND;
}

/* What another line of the unit made of the offer, or the book has. */
static const struct offer *
offer_of(const struct plan *plan, struct id slot)
{
	return (const struct offer *)unit_entity(
	    plan->unit, plan->book, KIND_OFFER, offer_id(slot));
}

/* The refusal tells of `what`. */
static bool
find(struct plan *plan, struct id slot, struct span what,
    struct offering *offering)
{
	const struct assignment *known = book_assignment(plan->book, slot);
	const struct entity *site;
	enum status status = STATUS_NOT_FOUND;

	if (known != NULL)
		status = may_touch(plan, known);
	if (status != STATUS_OK) {
		plan_refuse(plan, status, what,
		    status == STATUS_NOT_FOUND ? "the id of a half-day" : NULL);
		return false;
	}
	*offering = (struct offering){.plan = plan,
	    .now = clock_real_s(),
	    .slot = unit_assignment(plan->unit, plan->book, slot),
	    .offer = offer_of(plan, slot),
	    .visits = book_visits(plan->book, slot)};
	site = unit_at(plan->unit, plan->book, KIND_SITE, offering->slot->site);
	offering->site = (const struct site *)site;
	offering->contingent =
	    contingent_of(offering->site, offering->slot, offering->offer);
	unit_read(plan->unit, guard_site_day(site->id, offering->slot->day),
	    offering->slot->day);
	unit_read(plan->unit, guard_entity(KIND_SITE, site->id), INT32_MAX);
	return true;
}

bool
offering_find_slot(
    struct plan *plan, const struct request *request, struct offering *offering)
{
	const struct value *slot = request_value(request, KEY_SLOT);

	return find(plan, slot->id, slot->text, offering);
}

bool
offering_find_place(struct plan *plan, const struct request *request,
    struct offering *offering, struct visit *out)
{
	const struct value *place = request_value(request, KEY_PLACE);
	const struct visit *visit = book_visit(plan->book, place->id);

	/* One out of sight is answered as one that is not there. */
	if (visit == NULL || !is_in_sight(plan, visit->slot)) {
		plan_refuse(plan, STATUS_NOT_FOUND, place->text,
		    "the id of a place that is held or taken");
		return false;
	}
	*out = *visit;
	return find(plan, visit->slot, place->text, offering);
}

/* ----- what it allows ----- */

enum status
offering_check_gives(const struct offering *offering)
{
	struct plan *plan = offering->plan;
	const struct assignment *a = offering->slot;
	enum status status;
	struct out out;

	if (assignment_gives(a) && !offering->contingent.is_walk_in)
		return STATUS_OK;
	status = plan_refuse_key(plan, STATUS_NO_PLACES, KEY_SLOT, NULL);
	out = offering_figures(plan);
	out_key_text(&out, "state", state_name((enum state)a->state));
	out_key_text(
	    &out, "activity", activity_name((enum activity)a->activity));
	out_key_text(&out, "manner", offering->contingent.manner);
	return status;
}

enum status
offering_check_kept(const struct offering *offering)
{
	const struct assignment *a = offering->slot;

	if (a->day >= book_places_from(offering->plan->book))
		return STATUS_OK;
	return offering_refuse_expired(offering, KEY_SLOT, assignment_to(a));
}

enum status
offering_check_day(const struct offering *offering)
{
	struct plan *plan = offering->plan;
	int32_t today = tz_day(offering->site->tz, offering->now);
	enum status status;
	struct out out;

	if (today >= offering->slot->day)
		return STATUS_OK;
	status = plan_refuse_key(plan, STATUS_CLOSED, KEY_DAY, NULL);
	out = offering_figures(plan);
	out_key_day(&out, "first", offering->slot->day);
	return status;
}
