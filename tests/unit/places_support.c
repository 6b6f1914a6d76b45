/* SPDX-License-Identifier: ISC */
/* places_support: see places_support.h. */
#include "tests/unit/places_support.h"

#include <string.h>

struct book *
places_book(struct assignment *slot)
{
	struct book *book = book_new(test_day("2026-01-01"));

	test_people(book, 2, 3);
	*slot = test_slot(book, 1, 0, 0, PLACES_DAY, PART_M);
	slot->activity = ACTIVITY_SNP;
	slot->from = test_instant("2026-03-02T08:00Z");
	slot->length = 3 * HOUR;
	ck_assert_int_eq(test_apply(book, slot, 1), APPLY_DONE);
	return book;
}

struct offer
places_offer(const struct assignment *slot)
{
	struct offer offer = {.entity = {offer_id(slot->id), 1},
	    .slot = slot->id,
	    .day = slot->day,
	    .number = OFFER_USUAL,
	    .walk_in = "open",
	    .arrived = "no"};

	return offer;
}

struct visit
places_visit(const struct assignment *slot, unsigned n, unsigned number,
    const char *state)
{
	struct visit visit = {.entity = {test_id(9000 + n), 1},
	    .slot = slot->id,
	    .day = slot->day,
	    .number = number,
	    .at = slot->from,
	    .minutes = 20};

	SET(visit.state, state);
	if (strcmp(state, "held") == 0)
		visit.expires = slot->from - HOUR;
	return visit;
}

enum apply
places_apply(struct book *book, enum kind kind, const void *after, uint32_t rev)
{
	struct change change = {.kind = kind,
	    .id = ((const struct entity *)after)->id,
	    .rev = rev,
	    .after = after};

	return book_apply(book, &change);
}
