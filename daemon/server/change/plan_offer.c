/* SPDX-License-Identifier: ISC */
/*
 * plan_offer: the verbs that say what a half-day leaves to rota.
 *
 * An offer exists once something of a half-day was said, and is kept when it
 * says again what its site does.
 */
#include "daemon/server/change/offering.h"

#include "daemon/domain/book_places.h"
#include "daemon/server/print_place.h"

#include <string.h>

enum { MINUTES_MIN = 5, MINUTES_MAX = 240 };

static const struct span nothing = {NULL, 0};

/* The offer as it is, or a new one that changes nothing. */
static struct offer
begin_offer(const struct offering *offering)
{
	struct offer offer = {.entity.id = offer_id(offering->slot->id),
	    .slot = offering->slot->id,
	    .number = OFFER_USUAL,
	    .walk_in = "open",
	    .arrived = "no"};

	if (offering->offer != NULL)
		offer = *offering->offer;
	offer.day = offering->slot->day;
	return offer;
}

static bool
offers_differ(const struct offer *a, const struct offer *b)
{
	return a->day != b->day || a->number != b->number ||
	    a->minutes != b->minutes || a->opens != b->opens ||
	    a->closes != b->closes || a->shut != b->shut ||
	    strcmp(a->contact, b->contact) != 0 ||
	    strcmp(a->manner, b->manner) != 0 ||
	    strcmp(a->walk_in, b->walk_in) != 0 ||
	    strcmp(a->arrived, b->arrived) != 0;
}

static void
answer_offer(
    const struct offering *offering, const struct offer *offer, bool changed)
{
	struct contingent contingent =
	    contingent_of(offering->site, offering->slot, offer);
	struct out *out = offering->plan->answer;

	out_key_id(out, "slot", offer->slot);
	print_contingent(out, &contingent, offering->site);
	if (!changed)
		out_key_text(out, "unchanged", "yes");
}

static enum status
put_offer(const struct offering *offering, const struct offer *offer)
{
	struct plan *plan = offering->plan;
	union after after = {.offer = *offer};
	struct offer usual = begin_offer(offering);
	bool changed = offers_differ(&usual, offer);

	if (changed)
		unit_put(plan->unit, plan->book, KIND_OFFER, &after, plan->line,
		    nothing);
	answer_offer(offering, offer, changed);
	return STATUS_OK;
}

/* A key whose value is a word of a list, or "-" for `usual`. */
struct choice {
	enum key key;
	const char *const *words; /* ended by NULL */
	const char *usual, *expected;
};

static enum status
take_word(struct plan *plan, const struct request *request,
    const struct choice *choice, char *out)
{
	const struct value *value = request_value(request, choice->key);
	const char *const *word = choice->words;

	if (value == NULL)
		return STATUS_OK;
	if (span_is(value->text, "-")) {
		memcpy(out, choice->usual, strlen(choice->usual) + 1);
		return STATUS_OK;
	}
	while (*word != NULL && !span_is(value->text, *word))
		word++;
	if (*word == NULL)
		return plan_refuse_key(
		    plan, STATUS_VALUE, choice->key, choice->expected);
	memcpy(out, *word, strlen(*word) + 1);
	return STATUS_OK;
}

static enum status
take_words(
    struct plan *plan, const struct request *request, struct offer *offer)
{
	static const char *const contacts[] = {"site", "visit", "remote", NULL};
	static const char *const manners[] = {"bookable", "walk-in", NULL};
	static const char *const walk_ins[] = {"open", "full", "closed", NULL};
	static const struct choice contact = {
	    KEY_CONTACT, contacts, "", "one of site visit remote"};
	static const struct choice manner = {
	    KEY_MANNER, manners, "", "one of bookable walk-in"};
	static const struct choice walk_in = {
	    KEY_WALK_IN, walk_ins, "open", "one of open full closed"};
	enum status status = take_word(plan, request, &contact, offer->contact);

	if (status == STATUS_OK)
		status = take_word(plan, request, &manner, offer->manner);
	if (status == STATUS_OK)
		status = take_word(plan, request, &walk_in, offer->walk_in);
	return status;
}

/* A clock time within the half-day; "-": none. */
static enum status
take_clock(const struct offering *offering, const struct request *request,
    enum key key, uint32_t *out)
{
	const struct assignment *a = offering->slot;
	const struct value *value = request_value(request, key);
	unsigned minute;
	int64_t at;

	if (value == NULL)
		return STATUS_OK;
	*out = 0;
	if (span_is(value->text, "-"))
		return STATUS_OK;
	if (span_to_minute(value->text, &minute) && minute > 0) {
		at = tz_instant(offering->site->tz, a->day, minute);
		*out = minute;
		if (at >= a->from && at <= assignment_to(a))
			return STATUS_OK;
	}
	return plan_refuse_key(offering->plan, STATUS_VALUE, key,
	    "a clock time HH:MM within the half-day");
}

static enum status
take_clocks(const struct offering *offering, const struct request *request,
    struct offer *offer)
{
	struct contingent contingent;
	enum status status;

	if ((status = take_clock(
		 offering, request, KEY_OPENS, &offer->opens)) != STATUS_OK ||
	    (status = take_clock(
		 offering, request, KEY_CLOSES, &offer->closes)) != STATUS_OK ||
	    (status = take_clock(offering, request, KEY_SHUT, &offer->shut)) !=
		STATUS_OK)
		return status;
	contingent = contingent_of(offering->site, offering->slot, offer);
	if (contingent.to > contingent.from)
		return STATUS_OK;
	return plan_refuse_key(offering->plan, STATUS_VALUE, KEY_CLOSES,
	    "a clock time HH:MM after opens=");
}

static enum status
take_numbers(
    struct plan *plan, const struct request *request, struct offer *offer)
{
	int64_t number =
	    request_number(request, KEY_NUMBER, (int64_t)offer->number);
	int64_t minutes =
	    request_number(request, KEY_MINUTES, (int64_t)offer->minutes);

	if (number > OFFER_USUAL)
		return plan_refuse_key(plan, STATUS_VALUE, KEY_NUMBER,
		    "a number of places from 0 to 99, or 100: as the site");
	if (minutes != 0 && (minutes < MINUTES_MIN || minutes > MINUTES_MAX))
		return plan_refuse_key(plan, STATUS_VALUE, KEY_MINUTES,
		    "a number of minutes from 5 to 240, or 0: as the site");
	offer->number = (uint32_t)number;
	offer->minutes = (uint32_t)minutes;
	return STATUS_OK;
}

enum status
plan_place_set(struct plan *plan, const struct request *request)
{
	struct offering offering;
	struct offer offer;
	enum status status;

	if (!offering_find_slot(plan, request, &offering))
		return plan->refusal->status;
	if (!assignment_is_unscheduled(offering.slot))
		return offering_check_gives(&offering);
	if (offering.slot->state == STATE_CANCELLED ||
	    offering.slot->state == STATE_NOT_HELD)
		return offering_refuse_state(plan, KEY_SLOT,
		    state_name((enum state)offering.slot->state));
	if ((status = offering_check_kept(&offering)) != STATUS_OK)
		return status;
	offer = begin_offer(&offering);
	if ((status = take_numbers(plan, request, &offer)) != STATUS_OK ||
	    (status = take_words(plan, request, &offer)) != STATUS_OK ||
	    (status = take_clocks(&offering, request, &offer)) != STATUS_OK)
		return status;
	return put_offer(&offering, &offer);
}

enum status
plan_slot_arrive(struct plan *plan, const struct request *request)
{
	struct offering offering;
	struct offer offer;
	enum status status;

	if (!offering_find_slot(plan, request, &offering))
		return plan->refusal->status;
	if (offering.slot->state != STATE_PUBLISHED &&
	    offering.slot->state != STATE_HELD)
		return offering_refuse_state(plan, KEY_SLOT,
		    state_name((enum state)offering.slot->state));
	if ((status = offering_check_day(&offering)) != STATUS_OK ||
	    (status = offering_check_kept(&offering)) != STATUS_OK)
		return status;
	offer = begin_offer(&offering);
	memcpy(offer.arrived, "yes", sizeof("yes"));
	return put_offer(&offering, &offer);
}
