/* SPDX-License-Identifier: ISC */
/*
 * plan_release: what a unit does to half-days, it does to their places.
 *
 * The places of a half-day that gives none any more, or others, are released in
 * the same unit.  A change of such a half-day raises the guard of its places,
 * so none is taken meanwhile.
 */
#include "daemon/server/plan.h"

#include "daemon/domain/book_places.h"

#include <string.h>

/* Whether the places of `former` are places of `after`, too. */
static bool
keeps_places(const struct assignment *former, const struct assignment *after)
{
	return assignment_gives(after) && after->from == former->from &&
	    after->length == former->length && after->site == former->site;
}

static void
release_places(struct unit *unit, const struct book *book,
    const struct assignment *former, const struct unit_change *change)
{
	struct visits visits = book_visits(book, former->id);
	bool moved = assignment_gives(&change->change.after->assignment);
	struct span reason = change->reason;
	unsigned line = change->line;

	if (reason.len == 0)
		reason = moved ? SPAN("MOVED") : SPAN("CANCELLED");
	for (size_t i = 0; i < visits.count; i++) {
		union after after = {.visit = visits.at[i]};

		if (strcmp(after.visit.state, "held") != 0 &&
		    strcmp(after.visit.state, "taken") != 0)
			continue;
		memcpy(after.visit.state, "released", sizeof("released"));
		after.visit.expires = 0;
		unit_put(unit, book, KIND_PLACE, &after, line, reason);
	}
}

void
plan_release_places(struct unit *unit, const struct book *book)
{
	size_t count = unit->count;

	for (size_t i = 0; i < count; i++) {
		const struct change *change = &unit->changes[i].change;
		const struct assignment *former;

		if (change->kind != KIND_ASSIGNMENT)
			continue;
		former = book_assignment(book, change->id);
		if (former == NULL || !assignment_gives(former) ||
		    keeps_places(former, &change->after->assignment))
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
