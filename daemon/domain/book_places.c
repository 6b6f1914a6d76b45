/* SPDX-License-Identifier: ISC */
/*
 * book_places: offers and visits, by their half-day.
 *
 * The half-days that have any stand in one array; one index finds them by their
 * own id, one by the id of an offer or a visit.  What is taken out leaves its
 * place to the last one.
 */
#include "daemon/domain/book_places.h"

#include "daemon/base/mem.h"
#include "daemon/domain/book_private.h"
#include "daemon/domain/unit.h"

#include <stdlib.h>
#include <string.h>

void
places_init(struct places *places)
{
	places->from = INT32_MIN;
	idmap_init(&places->by_slot);
	idmap_init(&places->by_id);
}

void
places_fini(struct places *places)
{
	for (size_t i = 0; i < places->count; i++)
		free(places->at[i].visit);
	free(places->at);
	idmap_fini(&places->by_slot);
	idmap_fini(&places->by_id);
}

static struct place_slot *
slot_find(const struct places *places, const struct idmap *map, struct id id)
{
	uint64_t found = idmap_get(map, id);

	return found == IDMAP_NONE ? NULL : &places->at[found];
}

/* The entry of a half-day, which is made when it is not there. */
static struct place_slot *
slot_make(struct places *places, struct id slot, int32_t day)
{
	struct place_slot *found = slot_find(places, &places->by_slot, slot);

	if (found != NULL)
		return found;
	places->at = xgrow(places->at, &places->capacity, places->count + 1,
	    sizeof(places->at[0]));
	idmap_set(&places->by_slot, slot, places->count);
	found = &places->at[places->count++];
	*found = (struct place_slot){.slot = slot, .day = day};
	return found;
}

/* Everything of the entry leads to the array's position `at`. */
static void
slot_index(struct places *places, const struct place_slot *slot, size_t at)
{
	idmap_set(&places->by_slot, slot->slot, at);
	if (slot->offer.entity.rev > 0)
		idmap_set(&places->by_id, slot->offer.entity.id, at);
	for (size_t i = 0; i < slot->count; i++)
		idmap_set(&places->by_id, slot->visit[i].entity.id, at);
}

static void
slot_drop(struct places *places, size_t at)
{
	struct place_slot *slot = &places->at[at];

	idmap_remove(&places->by_slot, slot->slot);
	if (slot->offer.entity.rev > 0)
		idmap_remove(&places->by_id, slot->offer.entity.id);
	for (size_t i = 0; i < slot->count; i++)
		idmap_remove(&places->by_id, slot->visit[i].entity.id);
	free(slot->visit);
	if (at != --places->count) {
		*slot = places->at[places->count];
		slot_index(places, slot, at);
	}
}

static struct visit *
visit_find(const struct place_slot *slot, struct id id)
{
	for (size_t i = 0; i < slot->count; i++)
		if (id_equal(slot->visit[i].entity.id, id))
			return &slot->visit[i];
	return NULL;
}

static void
put_visit(struct places *places, const struct visit *after)
{
	bool gone = strcmp(after->state, "released") == 0;
	struct place_slot *slot =
	    slot_find(places, &places->by_id, after->entity.id);
	struct visit *visit;

	if (slot != NULL) {
		visit = visit_find(slot, after->entity.id);
		if (!gone) {
			*visit = *after;
			return;
		}
		*visit = slot->visit[--slot->count];
		idmap_remove(&places->by_id, after->entity.id);
		if (slot->count == 0 && slot->offer.entity.rev == 0)
			slot_drop(places, (size_t)(slot - places->at));
		return;
	}
	if (gone)
		return;
	slot = slot_make(places, after->slot, after->day);
	slot->visit = xgrow(slot->visit, &slot->capacity, slot->count + 1,
	    sizeof(slot->visit[0]));
	slot->visit[slot->count++] = *after;
	idmap_set(
	    &places->by_id, after->entity.id, (uint64_t)(slot - places->at));
}

void
places_put(struct places *places, const struct change *change)
{
	union after after;

	memcpy(&after, change->after, kind_info(change->kind)->size);
	after.entity.id = change->id;
	after.entity.rev = change->rev;
	if (places_are_past(places, change))
		return;
	if (change->kind == KIND_PLACE) {
		put_visit(places, &after.visit);
	} else {
		struct place_slot *slot =
		    slot_make(places, after.offer.slot, after.offer.day);

		slot->offer = after.offer;
		idmap_set(
		    &places->by_id, change->id, (uint64_t)(slot - places->at));
	}
}

bool
places_are_past(const struct places *places, const struct change *change)
{
	const union after *after = change->after;
	int32_t day =
	    change->kind == KIND_PLACE ? after->visit.day : after->offer.day;

	return day < places->from;
}

const union after *
places_find(const struct places *places, enum kind kind, struct id id)
{
	const struct place_slot *slot = slot_find(places, &places->by_id, id);

	if (slot == NULL)
		return NULL;
	if (kind == KIND_PLACE)
		return (const union after *)visit_find(slot, id);
	return id_equal(slot->offer.entity.id, id)
	    ? (const union after *)&slot->offer
	    : NULL;
}

size_t
places_memory(const struct places *places)
{
	size_t bytes = places->capacity * sizeof(places->at[0]) +
	    idmap_memory(&places->by_slot) + idmap_memory(&places->by_id);

	for (size_t i = 0; i < places->count; i++)
		bytes += places->at[i].capacity * sizeof(struct visit);
	return bytes;
}

const struct offer *
book_offer(const struct book *book, struct id slot)
{
	const struct place_slot *found =
	    slot_find(&book->places, &book->places.by_slot, slot);

	return found == NULL || found->offer.entity.rev == 0 ? NULL
							     : &found->offer;
}

struct visits
book_visits(const struct book *book, struct id slot)
{
	const struct place_slot *found =
	    slot_find(&book->places, &book->places.by_slot, slot);

	return found == NULL ? (struct visits){NULL, 0}
			     : (struct visits){found->visit, found->count};
}

const struct visit *
book_visit(const struct book *book, struct id place)
{
	return (const struct visit *)places_find(
	    &book->places, KIND_PLACE, place);
}

int32_t
book_places_from(const struct book *book)
{
	return book->places.from;
}

void
book_places_forget(struct book *book, int32_t from)
{
	struct places *places = &book->places;

	if (from <= places->from)
		return;
	places->from = from;
	for (size_t i = places->count; i-- > 0;)
		if (places->at[i].day < from)
			slot_drop(places, i);
}

/* Computed, so that two daemons who make the first one at once make the same.
 */
struct id
offer_id(struct id slot)
{
	return guard_entity(KIND_OFFER, slot);
}
