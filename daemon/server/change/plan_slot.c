/* SPDX-License-Identifier: ISC */
/*
 * plan_slot: the verbs that write assignments - assign, cancel, move, swap.
 *
 * Each computes the end state of the assignments it touches; whether that is
 * acceptable is for the rules.  Here only what no rule could judge is refused:
 * what does not exist, is out of reach, or cannot be computed.
 */
#include "daemon/server/change/plan.h"

#include "daemon/base/clock.h"
#include "daemon/server/change/substitute.h"
#include "daemon/server/server.h"
#include "proto/limits.h"

#include <stdio.h>
#include <string.h>

enum status
plan_refuse(struct plan *plan, enum status status, struct span what,
    const char *expected)
{
	struct refusal *refusal = plan->refusal;
	size_t len = what.len < PROTO_WORD_MAX ? what.len : PROTO_WORD_MAX;

	*refusal = (struct refusal){
	    .status = status, .line = plan->line, .expected = expected};
	if (len > 0)
		memcpy(refusal->what, what.ptr, len);
	return status;
}

enum status
plan_refuse_key(
    struct plan *plan, enum status status, enum key key, const char *expected)
{
	return plan_refuse(plan, status, span_of(key_name(key)), expected);
}

static enum status
refuse_day(struct plan *plan, int32_t first, int32_t last)
{
	struct out out = OUT(plan->refusal->figures);
	enum status status =
	    plan_refuse_key(plan, STATUS_CLOSED, KEY_DAY, NULL);

	out_key_day(&out, "first", first);
	out_key_day(&out, "last", last);
	plan->refusal->figures[out.len] = '\0';
	return status;
}

static enum status
refuse_rev(struct plan *plan, uint32_t rev)
{
	enum status status = plan_refuse(plan, STATUS_STALE, SPAN("rev"), NULL);

	snprintf(plan->refusal->figures, sizeof(plan->refusal->figures),
	    " rev=%u", rev);
	return status;
}

static enum status
refuse_state(struct plan *plan, const struct assignment *a)
{
	enum status status =
	    plan_refuse(plan, STATUS_STATE, SPAN("slot"), NULL);

	snprintf(plan->refusal->figures, sizeof(plan->refusal->figures),
	    " state=%s", state_name(a->state));
	return status;
}

/* As session_may_write(), also for a site that the unit creates. */
static enum status
may_write(const struct plan *plan, const struct assignment *a)
{
	const struct session *session = plan->session;

	if (session->role != ROLE_COORDINATOR ||
	    a->site < book_count(plan->book, KIND_SITE))
		return session_may_write(session, plan->book, a);
	return session_covers_territory(
		   session, plan_site(plan, a->site)->territory)
	    ? STATUS_OK
	    : STATUS_SCOPE;
}

/* The keys that place an assignment; absent ones leave what is there. */
static enum status
take_place(
    struct plan *plan, const struct request *request, struct assignment *a)
{
	const struct value *value;
	enum part part;

	if ((value = request_value(request, KEY_PHYSICIAN)) != NULL) {
		a->physician = unit_resolve(
		    plan->unit, plan->book, KIND_PHYSICIAN, value->text);
		if (a->physician == REF_NONE)
			return plan_refuse(plan, STATUS_NOT_FOUND, value->text,
			    "the RPPS number or id of a physician");
	}
	if ((value = request_value(request, KEY_SITE)) != NULL) {
		a->site = unit_resolve(
		    plan->unit, plan->book, KIND_SITE, value->text);
		if (a->site == REF_NONE)
			return plan_refuse(plan, STATUS_NOT_FOUND, value->text,
			    "the FINESS number or id of a site");
	}
	if ((value = request_value(request, KEY_DAY)) != NULL)
		a->day = (int32_t)value->number;
	if ((value = request_value(request, KEY_PART)) != NULL) {
		if (!part_find(value->text, &part))
			return plan_refuse_key(
			    plan, STATUS_VALUE, KEY_PART, "one of M A E S N");
		a->part = (uint8_t)part;
	}
	return STATUS_OK;
}

static enum status
take_programme(
    struct plan *plan, const struct request *request, struct assignment *a)
{
	const struct value *value = request_value(request, KEY_PROGRAMME);
	struct span code = request_text(request, KEY_PROGRAMME);
	int32_t index;

	if (value == NULL)
		return STATUS_OK;
	if (span_is(value->text, "-")) {
		a->programme = REF_NONE;
		return STATUS_OK;
	}
	index =
	    unit_resolve(plan->unit, plan->book, KIND_PROGRAMME, value->text);
	/* By its code, whatever it was called by. */
	if (index != REF_NONE)
		code = entity_handle(KIND_PROGRAMME,
		    unit_at(plan->unit, plan->book, KIND_PROGRAMME, index));
	a->programme = book_word(store_book(plan->server->store), code);
	if (a->programme == REF_NONE)
		return plan_refuse_key(plan, STATUS_LIMIT, KEY_PROGRAMME,
		    "one of the programmes already in use");
	return STATUS_OK;
}

static enum status
take_activity(
    struct plan *plan, const struct request *request, struct assignment *a)
{
	const struct value *value = request_value(request, KEY_ACTIVITY);
	enum activity activity;

	if (value == NULL)
		return STATUS_OK;
	if (!activity_find(value->text, &activity))
		return plan_refuse_key(plan, STATUS_VALUE, KEY_ACTIVITY,
		    "one of MT SNP CA VAD TLC EHPAD PDSA REGUL HOSP SUPERV "
		    "COORD PERM");
	a->activity = (uint8_t)activity;
	return STATUS_OK;
}

enum status
plan_take_portion(struct plan *plan, const struct request *request,
    enum key key, bool allowed, uint8_t *units)
{
	const struct value *value = request_value(request, key);

	/* What another activity had does not stay with one that cannot. */
	if (value == NULL) {
		*units = allowed ? *units : 0;
		return STATUS_OK;
	}
	if (value->number > PORTION_MAX || value->number % PORTION_UNIT != 0)
		return plan_refuse_key(plan, STATUS_VALUE, key,
		    "minutes from 0 to 480, a multiple of 5");
	if (value->number > 0 && !allowed)
		return plan_refuse_key(plan, STATUS_VALUE, key,
		    "an activity that may have such minutes beside");
	*units = (uint8_t)(value->number / PORTION_UNIT);
	return STATUS_OK;
}

/* Whether they fit is for the rules. */
static enum status
take_portions(
    struct plan *plan, const struct request *request, struct assignment *a)
{
	enum activity activity = (enum activity)a->activity;
	enum status status = plan_take_portion(plan, request, KEY_UNSCHEDULED,
	    activity_takes_unscheduled(activity), &a->unscheduled);

	if (status != STATUS_OK)
		return status;
	return plan_take_portion(plan, request, KEY_REMOTE,
	    activity_takes_remote(activity), &a->remote);
}

/* An agreement is to one half-day at one place: it does not move. */
static enum status
take_agreed(struct plan *plan, const struct request *request,
    const struct assignment *was, struct assignment *a)
{
	const struct value *value = request_value(request, KEY_AGREED);
	enum agreement agreed;

	if (value == NULL) {
		if (a->physician != was->physician || a->site != was->site ||
		    a->day != was->day || a->part != was->part)
			a->agreed = AGREED_NOT;
		return STATUS_OK;
	}
	if (!agreement_find(value->text, &agreed))
		return plan_refuse_key(plan, STATUS_VALUE, KEY_AGREED,
		    "one of phone mail written oral");
	a->agreed = (uint8_t)agreed;
	return STATUS_OK;
}

/* `stays`: place and time are as before, and so is the room. */
static enum status
take_room(struct plan *plan, const struct request *request, bool stays,
    struct assignment *a)
{
	const struct value *value = request_value(request, KEY_ROOM);

	if (!site_is_attended(
		plan_site(plan, a->site), (enum activity)a->activity)) {
		if (value != NULL && value->number != 0)
			return plan_refuse_key(plan, STATUS_VALUE, KEY_ROOM,
			    "no room: the work is done from elsewhere");
		a->room = 0;
		return STATUS_OK;
	}
	if (value == NULL) {
		if (a->room == 0)
			a->room = ROOM_ANY;
		else if (!stays && a->room <= PROTO_ROOMS_MAX)
			a->room = (uint8_t)(ROOM_RATHER + a->room);
		return STATUS_OK;
	}
	if (value->number < 1 || value->number > PROTO_ROOMS_MAX)
		return plan_refuse_key(
		    plan, STATUS_VALUE, KEY_ROOM, "a room number from 1 to 99");
	a->room = (uint8_t)value->number;
	return STATUS_OK;
}

/* Whether the session may plan this physician; whoever has the half-day already
 * stays. */
static bool
may_plan(const struct plan *plan, const struct assignment *a)
{
	const struct assignment *known = book_assignment(plan->book, a->id);

	if (plan->session->role != ROLE_COORDINATOR ||
	    (known != NULL && known->physician == a->physician))
		return true;
	return a->physician < book_count(plan->book, KIND_PHYSICIAN) &&
	    session_covers_physician(plan->session, plan->book, a->physician);
}

/* Reach and period, then into the unit. */
static enum status
put(struct plan *plan, const struct assignment *a, struct span reason)
{
	int32_t today = (int32_t)(clock_real_s() / SECONDS_PER_DAY);
	int32_t first = book_from(plan->book), last = today + PLAN_AHEAD_DAYS;
	union after after = {.assignment = *a};
	enum status status;

	status = may_write(plan, a);
	if (status != STATUS_OK)
		return plan_refuse(plan, status, SPAN("site"), NULL);
	if (!may_plan(plan, a))
		return plan_refuse_key(plan, STATUS_SCOPE, KEY_PHYSICIAN,
		    "a physician enrolled in a programme or authorised at a "
		    "site of the account's scope");
	if (a->day < first || a->day > last)
		return refuse_day(plan, first, last);
	unit_put(plan->unit, plan->book, KIND_ASSIGNMENT, &after, plan->line,
	    reason);
	return STATUS_OK;
}

enum status
plan_slot_assign(struct plan *plan, const struct request *request)
{
	const struct value *id = request_value(request, KEY_ID);
	const struct value *state = request_value(request, KEY_STATE);
	struct assignment a = {.id = id != NULL ? id->id : plan->fresh,
	    .programme = REF_NONE,
	    .state = STATE_DRAFT,
	    .activity = ACTIVITY_MT};
	enum status status;

	if (unit_assignment(plan->unit, plan->book, a.id) != NULL ||
	    id_is_nil(a.id))
		return plan_refuse_key(
		    plan, STATUS_EXISTS, KEY_ID, "an id not used before");
	if ((status = take_place(plan, request, &a)) != STATUS_OK)
		return status;
	if (a.part == PART_S || a.part == PART_N)
		a.activity = ACTIVITY_PDSA;
	if ((status = take_activity(plan, request, &a)) != STATUS_OK ||
	    (status = take_portions(plan, request, &a)) != STATUS_OK ||
	    (status = take_programme(plan, request, &a)) != STATUS_OK ||
	    (status = take_agreed(plan, request, &a, &a)) != STATUS_OK ||
	    (status = take_room(plan, request, false, &a)) != STATUS_OK)
		return status;
	if (state != NULL) {
		if (span_is(state->text, state_name(STATE_PUBLISHED)))
			a.state = STATE_PUBLISHED;
		else if (!span_is(state->text, state_name(STATE_DRAFT)))
			return plan_refuse_key(plan, STATUS_VALUE, KEY_STATE,
			    "draft or published");
	}
	plan_interval(plan, &a);
	plan->slot = a.id;
	return put(plan, &a, (struct span){NULL, 0});
}

/* The live assignment that a key names, within reach of the session. */
static enum status
find(struct plan *plan, const struct request *request, enum key key,
    struct assignment *out)
{
	const struct value *slot = request_value(request, key);
	const struct value *rev = request_value(request, KEY_REV);
	const struct assignment *a, *known;
	enum status status;

	a = unit_assignment(plan->unit, plan->book, slot->id);
	known = book_assignment(plan->book, slot->id);
	/* What is out of sight does not exist; an earlier line's own does. */
	if (a == NULL ||
	    (known != NULL && !session_sees(plan->session, plan->book, known)))
		return plan_refuse(plan, STATUS_NOT_FOUND, slot->text,
		    "the id of an assignment");
	status = may_write(plan, a);
	if (status != STATUS_OK)
		return plan_refuse(plan, status, slot->text, NULL);
	if (rev != NULL && known != NULL && rev->number != known->rev)
		return refuse_rev(plan, known->rev);
	if (a->day < book_from(plan->book))
		return refuse_day(plan, book_from(plan->book), a->day);
	if (a->state != STATE_DRAFT && a->state != STATE_PUBLISHED)
		return refuse_state(plan, a);
	*out = *a;
	/* Its rotation leaves it alone from now on. */
	out->by_hand |= out->rotation > 0;
	return STATUS_OK;
}

enum status
plan_slot_cancel(struct plan *plan, const struct request *request)
{
	struct assignment a;
	enum status status = find(plan, request, KEY_SLOT, &a);
	bool replace = false;

	if (status != STATUS_OK ||
	    (status = substitute_wanted(plan, request, &replace)) != STATUS_OK)
		return status;
	/* One of the unit itself is nobody's yet. */
	if (replace && book_latest(plan->book, KIND_ASSIGNMENT, a.id) != NULL)
		substitute_tell(plan, &a);
	a.state = STATE_CANCELLED;
	plan->slot = a.id;
	return put(plan, &a, request_text(request, KEY_REASON));
}

enum status
plan_slot_move(struct plan *plan, const struct request *request)
{
	struct assignment a, was;
	enum status status = find(plan, request, KEY_SLOT, &was);
	bool stays;

	if (status != STATUS_OK)
		return status;
	a = was;
	if ((status = take_place(plan, request, &a)) != STATUS_OK ||
	    (status = take_activity(plan, request, &a)) != STATUS_OK ||
	    (status = take_portions(plan, request, &a)) != STATUS_OK ||
	    (status = take_programme(plan, request, &a)) != STATUS_OK ||
	    (status = take_agreed(plan, request, &was, &a)) != STATUS_OK)
		return status;
	stays = a.site == was.site && a.day == was.day && a.part == was.part;
	if ((status = take_room(plan, request, stays, &a)) != STATUS_OK)
		return status;
	if (!stays)
		plan_interval(plan, &a);
	plan->slot = a.id;
	return put(plan, &a, request_text(request, KEY_REASON));
}

enum status
plan_slot_swap(struct plan *plan, const struct request *request)
{
	struct span reason = request_text(request, KEY_REASON);
	struct assignment a, b, was_a, was_b;
	enum status status;

	if ((status = find(plan, request, KEY_SLOT, &a)) != STATUS_OK ||
	    (status = find(plan, request, KEY_WITH, &b)) != STATUS_OK)
		return status;
	if (id_equal(a.id, b.id))
		return plan_refuse_key(
		    plan, STATUS_VALUE, KEY_WITH, "another assignment");
	was_a = a;
	was_b = b;
	a.physician = was_b.physician;
	b.physician = was_a.physician;
	if ((status = take_agreed(plan, request, &was_a, &a)) != STATUS_OK ||
	    (status = take_agreed(plan, request, &was_b, &b)) != STATUS_OK)
		return status;
	plan->slot = a.id;
	plan->with = b.id;
	if ((status = put(plan, &a, reason)) != STATUS_OK)
		return status;
	return put(plan, &b, reason);
}
