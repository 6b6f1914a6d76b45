/* SPDX-License-Identifier: ISC */
/*
 * plan_place: the verbs that write places.
 *
 * A place is given under the guard of its half-day, which every write of one of
 * its places raises, so two callers never get the same one; for the other
 * guards see offering.h.  What has expired is free by the clock alone: who
 * takes such a place releases the hold that ran out in the same unit.
 */
#include "daemon/server/change/offering.h"

#include "daemon/config/config.h"
#include "daemon/server/print_place.h"
#include "daemon/server/server.h"

#include <string.h>

enum {
	MINUTE = 60,
	BESIDE_MAX = 99 /* visits beside the contingent of one half-day */
};

static const struct span nothing = {NULL, 0};

/* ----- writing a visit ----- */

static void
put_visit(const struct offering *offering, const struct visit *visit,
    struct span reason)
{
	struct plan *plan = offering->plan;
	union after after = {.visit = *visit};

	unit_put(
	    plan->unit, plan->book, KIND_PLACE, &after, plan->line, reason);
}

static void
answer_visit(const struct offering *offering, const struct visit *visit)
{
	const struct plan *plan = offering->plan;
	const union after *now =
	    unit_entity(plan->unit, plan->book, KIND_PLACE, visit->entity.id);

	print_visit(plan->answer, &now->visit, offering->slot);
}

/* ----- hold and take ----- */

/* The place that number= names. */
static enum status
take_number(const struct offering *offering, int64_t number, unsigned *out)
{
	const struct contingent *contingent = &offering->contingent;
	struct plan *plan = offering->plan;
	bool gone[OFFER_PLACES_MAX + 1];
	int64_t at;

	if (number < 1 || number > contingent->number) {
		enum status status = plan_refuse_key(plan, STATUS_VALUE,
		    KEY_NUMBER, "a place of the half-day, from 1 to of=");
		struct out figure = offering_figures(plan);

		out_key_u64(&figure, "of", contingent->number);
		return status;
	}
	*out = (unsigned)number;
	at = contingent_at(contingent, *out);
	if (at + (int64_t)contingent->minutes * MINUTE <= offering->now)
		return offering_refuse_expired(offering, KEY_NUMBER, at);
	contingent_gone(contingent, offering->visits, offering->now, gone);
	if (gone[*out])
		return plan_refuse_key(plan, STATUS_TAKEN, KEY_NUMBER, NULL);
	return STATUS_OK;
}

/* The first that is free. */
static enum status
take_first(const struct offering *offering, unsigned *out)
{
	const struct contingent *contingent = &offering->contingent;
	struct vacancy vacancy = contingent_vacancy(contingent,
	    offering->visits, offering->now, contingent->to, offering->now);
	enum status status;
	struct out figure;

	*out = vacancy.number;
	if (vacancy.free > 0)
		return STATUS_OK;
	if (contingent->to <= offering->now)
		return offering_refuse_expired(
		    offering, KEY_SLOT, contingent->to);
	status = plan_refuse_key(offering->plan, STATUS_FULL, KEY_SLOT, NULL);
	figure = offering_figures(offering->plan);
	out_key_u64(&figure, "of", contingent->number);
	return status;
}

/* Beside the contingent: bounded, but never counted. */
static enum status
take_beside(const struct offering *offering)
{
	unsigned beside = 0;

	for (size_t i = 0; i < offering->visits.count; i++)
		beside += offering->visits.at[i].number == 0;
	if (offering->contingent.to <= offering->now)
		return offering_refuse_expired(
		    offering, KEY_SLOT, offering->contingent.to);
	if (beside < BESIDE_MAX)
		return STATUS_OK;
	return plan_refuse_key(offering->plan, STATUS_FULL, KEY_OVERBOOK, NULL);
}

/* A hold of the place that ran out gives it back. */
static void
release_expired(const struct offering *offering, unsigned number)
{
	for (size_t i = 0; i < offering->visits.count; i++) {
		struct visit visit = offering->visits.at[i];

		if (visit.number != number ||
		    visit_holds(&offering->visits.at[i], offering->now))
			continue;
		memcpy(visit.state, "released", sizeof("released"));
		visit.expires = 0;
		put_visit(offering, &visit, SPAN("EXPIRED"));
	}
}

/* A new visit of the half-day, in the state given. */
static enum status
take_new(const struct offering *offering, const struct request *request,
    const char *state, int64_t expires)
{
	const struct value *number = request_value(request, KEY_NUMBER);
	bool beside = request_number(request, KEY_OVERBOOK, 0) != 0;
	struct visit visit = {.entity.id = offering->plan->fresh,
	    .slot = offering->slot->id,
	    .day = offering->slot->day,
	    .at = offering->contingent.from,
	    .minutes = offering->contingent.minutes,
	    .expires = expires};
	unsigned place = 0;
	enum status status = offering_check_gives(offering);

	if (status != STATUS_OK)
		return status;
	if (beside && number != NULL)
		return plan_refuse_key(offering->plan, STATUS_VALUE, KEY_NUMBER,
		    "either number= or overbook=yes");
	if (beside)
		status = take_beside(offering);
	else if (number != NULL)
		status = take_number(offering, number->number, &place);
	else
		status = take_first(offering, &place);
	if (status != STATUS_OK)
		return status;
	if (place > 0) {
		visit.number = place;
		visit.at = contingent_at(&offering->contingent, place);
		release_expired(offering, place);
	}
	memcpy(visit.state, state, strlen(state) + 1);
	put_visit(offering, &visit, nothing);
	answer_visit(offering, &visit);
	return STATUS_OK;
}

enum status
plan_place_hold(struct plan *plan, const struct request *request)
{
	uint64_t hold_ms = plan->server->config->hold_time_ms;
	struct offering offering;

	if (!offering_find_slot(plan, request, &offering))
		return plan->refusal->status;
	return take_new(&offering, request, "held",
	    offering.now + (int64_t)((hold_ms + 999) / 1000));
}

/* What was held. */
static enum status
take_held(struct plan *plan, const struct request *request)
{
	struct offering offering;
	struct visit visit;

	if (!offering_find_place(plan, request, &offering, &visit))
		return plan->refusal->status;
	if (request_value(request, KEY_SLOT) != NULL ||
	    request_value(request, KEY_NUMBER) != NULL ||
	    request_value(request, KEY_OVERBOOK) != NULL)
		return plan_refuse_key(
		    plan, STATUS_VALUE, KEY_PLACE, "either place= or slot=");
	if (strcmp(visit.state, "held") != 0)
		return offering_refuse_state(plan, KEY_PLACE, visit.state);
	if (visit.expires <= offering.now)
		return offering_refuse_expired(
		    &offering, KEY_PLACE, visit.expires);
	memcpy(visit.state, "taken", sizeof("taken"));
	visit.expires = 0;
	put_visit(&offering, &visit, nothing);
	answer_visit(&offering, &visit);
	return STATUS_OK;
}

enum status
plan_place_take(struct plan *plan, const struct request *request)
{
	struct offering offering;

	if (request_value(request, KEY_PLACE) != NULL)
		return take_held(plan, request);
	if (request_value(request, KEY_SLOT) == NULL)
		return plan_refuse_key(plan, STATUS_MISSING, KEY_PLACE,
		    "place= of a hold, or slot=");
	if (!offering_find_slot(plan, request, &offering))
		return plan->refusal->status;
	return take_new(&offering, request, "taken", 0);
}

/* ----- what becomes of a visit ----- */

enum status
plan_place_release(struct plan *plan, const struct request *request)
{
	struct offering offering;
	struct visit visit;

	if (!offering_find_place(plan, request, &offering, &visit))
		return plan->refusal->status;
	if (strcmp(visit.state, "held") != 0 &&
	    strcmp(visit.state, "taken") != 0)
		return offering_refuse_state(plan, KEY_PLACE, visit.state);
	memcpy(visit.state, "released", sizeof("released"));
	visit.expires = 0;
	put_visit(&offering, &visit, request_text(request, KEY_REASON));
	answer_visit(&offering, &visit);
	return STATUS_OK;
}

/* A mark may be corrected by the other one. */
static enum status
mark(struct plan *plan, const struct request *request, const char *state)
{
	struct offering offering;
	struct visit visit;
	enum status status;

	if (!offering_find_place(plan, request, &offering, &visit))
		return plan->refusal->status;
	if (strcmp(visit.state, "held") == 0)
		return offering_refuse_state(plan, KEY_PLACE, visit.state);
	if ((status = offering_check_day(&offering)) != STATUS_OK)
		return status;
	if (strcmp(visit.state, state) != 0) {
		memcpy(visit.state, state, strlen(state) + 1);
		put_visit(&offering, &visit, nothing);
	}
	answer_visit(&offering, &visit);
	return STATUS_OK;
}

enum status
plan_place_honour(struct plan *plan, const struct request *request)
{
	return mark(plan, request, "honoured");
}

enum status
plan_place_miss(struct plan *plan, const struct request *request)
{
	return mark(plan, request, "missed");
}
