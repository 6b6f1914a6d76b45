/* SPDX-License-Identifier: ISC */
/*
 * plan_release: what a unit does to half-days, it does to their places.
 *
 * The places of a half-day that gives none any more, or others, are released in
 * the same unit.  Where only the time of its unscheduled care has changed, what
 * lies within that time stays.  A change of such a half-day raises the guard of
 * its places, so none is taken meanwhile.  What was
 * said of the clock or of that day does not go with a half-day to another day,
 * part or site.
 */
#include "daemon/server/change/plan.h"

#include "daemon/domain/book_places.h"

#include <string.h>

/* Whether it gives places at the same place, from when to when it did. */
static bool
stays_there(const struct assignment *former, const struct assignment *after)
{
	return assignment_gives(after) && after->from == former->from &&
	    after->length == former->length && after->site == former->site;
}

/* Whether the places of `former` are places of `after`, too. */
static bool
keeps_places(const struct assignment *former, const struct assignment *after)
{
	struct interval was = assignment_unscheduled_time(former);
	struct interval is = assignment_unscheduled_time(after);

	return stays_there(former, after) && is.from == was.from &&
	    is.to == was.to;
}

/* The time of the places that there will be, as the unit leaves it. */
static struct interval
time_of_places(const struct unit *unit, const struct book *book,
    const struct assignment *after)
{
	const struct offer *offer = (const struct offer *)unit_entity(
	    unit, book, KIND_OFFER, offer_id(after->id));
	struct contingent contingent =
	    contingent_of(book_site(book, after->site), after, offer);

	return (struct interval){contingent.from, contingent.to};
}

static bool
visit_is_within(const struct visit *visit, const struct interval *time)
{
	return visit->at >= time->from &&
	    visit->at + (int64_t)visit->minutes * 60 <= time->to;
}

static void
release_places(struct unit *unit, const struct book *book,
    const struct assignment *former, const struct unit_change *change)
{
	const struct assignment *is = &change->change.after->assignment;
	struct visits visits = book_visits(book, former->id);
	bool moved = assignment_gives(is);
	bool stays = stays_there(former, is);
	struct interval time = {0, 0};
	struct span reason = change->reason;
	unsigned line = change->line;

	if (reason.len == 0)
		reason = moved ? SPAN("MOVED") : SPAN("CANCELLED");
	if (stays)
		time = time_of_places(unit, book, is);
	for (size_t i = 0; i < visits.count; i++) {
		union after after = {.visit = visits.at[i]};

		if (strcmp(after.visit.state, "held") != 0 &&
		    strcmp(after.visit.state, "taken") != 0)
			continue;
		if (stays && visit_is_within(&after.visit, &time))
			continue;
		memcpy(after.visit.state, "released", sizeof("released"));
		after.visit.expires = 0;
		unit_put(unit, book, KIND_PLACE, &after, line, reason);
	}
}

static bool
is_elsewhere(const struct assignment *former, const struct assignment *is)
{
	return is->day != former->day || is->part != former->part ||
	    is->from != former->from || is->site != former->site;
}

/* The offer of a half-day that is elsewhere now is one of the new day, without
 * clock times, unless this unit itself says them. */
static void
carry_offer(struct unit *unit, const struct book *book, size_t position)
{
	const struct unit_change *change = &unit->changes[position];
	const struct assignment *is = &change->change.after->assignment;
	const union after *said =
	    unit_entity(unit, book, KIND_OFFER, offer_id(is->id));
	union after after;

	if (said == NULL)
		return;
	after = (union after){.offer = said->offer};
	after.offer.day = is->day;
	if (&said->offer == book_offer(book, is->id)) {
		after.offer.opens = after.offer.closes = after.offer.shut = 0;
		memcpy(after.offer.walk_in, "open", sizeof("open"));
		memcpy(after.offer.arrived, "no", sizeof("no"));
	}
	unit_put(unit, book, KIND_OFFER, &after, change->line, change->reason);
}

void
plan_release_places(struct unit *unit, const struct book *book)
{
	size_t count = unit->count;

	for (size_t i = 0; i < count; i++) {
		const struct change *change = &unit->changes[i].change;
		const struct assignment *former, *is;

		if (change->kind != KIND_ASSIGNMENT)
			continue;
		former = book_assignment(book, change->id);
		if (former == NULL)
			continue;
		is = &change->after->assignment;
		if (is_elsewhere(former, is))
			carry_offer(unit, book, i);
		if (!assignment_gives(former) || keeps_places(former, is))
			continue;
		release_places(unit, book, former, &unit->changes[i]);
	}
}

size_t
plan_released_places(const struct unit *unit, struct id slot)
{
	size_t count = 0;

	/* Places are the last kind of a sealed unit. */
	for (size_t i = unit->count; i-- > 0;) {
		const struct change *change = &unit->changes[i].change;

		if (change->kind != KIND_PLACE)
			break;
		if ((id_is_nil(slot) ||
			id_equal(change->after->visit.slot, slot)) &&
		    strcmp(change->after->visit.state, "released") == 0)
			count++;
	}
	return count;
}
