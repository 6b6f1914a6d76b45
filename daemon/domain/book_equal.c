/* SPDX-License-Identifier: ISC */
/*
 * book_equal: whether two books hold the same, in whatever order it arrived.
 *
 * Indices and positions tell nothing between two books; everything is compared
 * by id, and references by the id that they lead to.
 */
#include "daemon/domain/book_places.h"
#include "daemon/domain/book_private.h"

#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

struct comparison {
	const struct book *a, *b;
	char *why;
	size_t size;
};

/* Says "KIND ID: what" and returns false. */
static bool
differ(const struct comparison *c, const char *kind, struct id id,
    const char *what)
{
	struct out out = {c->why, 0, c->size, false};

	if (c->size == 0)
		return false;
	out.size = c->size - 1;
	out_text(&out, kind);
	out_char(&out, ' ');
	out_id(&out, id);
	out_literal(&out, ": ");
	out_text(&out, what);
	c->why[out.len] = '\0';
	return false;
}

static struct id
reference(const struct book *book, enum kind kind, int32_t index)
{
	return index == REF_NONE ? ID_NIL : book_entity(book, kind, index)->id;
}

static bool
field_equal(const struct comparison *c, const struct field *field,
    const struct entity *a, const struct entity *b)
{
	const char *in_a = (const char *)a + field->offset;
	const char *in_b = (const char *)b + field->offset;
	int32_t ref_a, ref_b;

	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_WORD:
		return strcmp(in_a, in_b) == 0;
	case FIELD_REF:
		memcpy(&ref_a, in_a, sizeof(ref_a));
		memcpy(&ref_b, in_b, sizeof(ref_b));
		return id_equal(reference(c->a, field->ref, ref_a),
		    reference(c->b, field->ref, ref_b));
	case FIELD_U32:
	case FIELD_DEGREES:
	case FIELD_DAY:
	case FIELD_INSTANT:
	case FIELD_ID:
	case FIELD_HOURS:
	case FIELD_PATTERN:
	case FIELD_TZ:
		return memcmp(in_a, in_b, field->size) == 0;
	}
	abort();
}

static bool
directories_equal(const struct comparison *c, enum kind kind)
{
	const struct kind_info *info = kind_info(kind);

	for (int32_t i = 0; i < book_count(c->a, kind); i++) {
		const struct entity *a = book_entity(c->a, kind, i);
		int32_t other = book_find(c->b, kind, a->id);
		const struct entity *b;

		if (other == REF_NONE)
			return differ(
			    c, info->name, a->id, "only in the first");
		b = book_entity(c->b, kind, other);
		if (a->rev != b->rev)
			return differ(c, info->name, a->id, "rev");
		for (size_t f = 0; f < info->nfields; f++)
			if (!field_equal(c, &info->fields[f], a, b))
				return differ(c, info->name, a->id,
				    info->fields[f].column);
	}
	for (int32_t i = 0; i < book_count(c->b, kind); i++) {
		struct id id = book_entity(c->b, kind, i)->id;

		if (book_find(c->a, kind, id) == REF_NONE)
			return differ(c, info->name, id, "only in the second");
	}
	return true;
}

/* NULL when they are equal, else what differs. */
static const char *
assignment_difference(const struct comparison *c, const struct assignment *a,
    const struct assignment *b)
{
	if (a->rev != b->rev)
		return "rev";
	if (a->from != b->from || a->length != b->length)
		return "interval";
	if (a->day != b->day || a->part != b->part)
		return "day or part";
	if (!id_equal(reference(c->a, KIND_PHYSICIAN, a->physician),
		reference(c->b, KIND_PHYSICIAN, b->physician)))
		return "physician";
	if (!id_equal(reference(c->a, KIND_SITE, a->site),
		reference(c->b, KIND_SITE, b->site)))
		return "site";
	if (!span_equal(book_word_text(c->a, a->programme),
		book_word_text(c->b, b->programme)))
		return "programme";
	if (a->room != b->room || a->count != b->count)
		return "room or count";
	if (a->activity != b->activity || a->state != b->state)
		return "activity or state";
	if ((a->rotation == 0) != (b->rotation == 0) ||
	    (a->rotation != 0 &&
		!id_equal(
		    reference(c->a, KIND_ROTATION, (int32_t)a->rotation - 1),
		    reference(c->b, KIND_ROTATION, (int32_t)b->rotation - 1))))
		return "rotation";
	if (a->by_hand != b->by_hand || a->agreed != b->agreed)
		return "by_hand or agreed";
	if (a->unscheduled != b->unscheduled || a->remote != b->remote)
		return "unscheduled or remote";
	if (a->offset_from != b->offset_from || a->offset_to != b->offset_to)
		return "offsets";
	return NULL;
}

static bool
assignments_equal(const struct comparison *c)
{
	for (size_t i = 0; i < c->a->count; i++) {
		const struct assignment *a = &c->a->pool[i];
		const struct assignment *b = book_assignment(c->b, a->id);
		const char *what = b == NULL ? "only in the first"
					     : assignment_difference(c, a, b);

		if (what != NULL)
			return differ(c, "assignment", a->id, what);
	}
	for (size_t i = 0; i < c->b->count; i++)
		if (book_assignment(c->a, c->b->pool[i].id) == NULL)
			return differ(c, "assignment", c->b->pool[i].id,
			    "only in the second");
	return true;
}

/* NULL when they are equal, else what differs. */
static const char *
offer_difference(const struct offer *a, const struct offer *b)
{
	if (b == NULL)
		return "only in one";
	if (a->entity.rev != b->entity.rev)
		return "rev";
	if (a->number != b->number || a->minutes != b->minutes ||
	    a->opens != b->opens || a->closes != b->closes ||
	    a->shut != b->shut)
		return "contingent";
	if (strcmp(a->contact, b->contact) != 0 ||
	    strcmp(a->manner, b->manner) != 0 ||
	    strcmp(a->walk_in, b->walk_in) != 0 ||
	    strcmp(a->arrived, b->arrived) != 0)
		return "manner";
	return NULL;
}

static const char *
visit_difference(const struct visit *a, const struct visit *b)
{
	if (b == NULL)
		return "only in one";
	if (a->entity.rev != b->entity.rev)
		return "rev";
	if (!id_equal(a->slot, b->slot) || a->number != b->number ||
	    a->at != b->at || a->minutes != b->minutes)
		return "place";
	if (strcmp(a->state, b->state) != 0 || a->expires != b->expires)
		return "state";
	return NULL;
}

/* Whether b has what a has of the days that both keep. */
static bool
places_within(
    const struct comparison *c, const struct book *a, const struct book *b)
{
	for (size_t i = 0; i < a->places.count; i++) {
		const struct place_slot *slot = &a->places.at[i];
		const char *what = NULL;

		if (slot->day < b->places.from)
			continue;
		if (slot->offer.entity.rev > 0)
			what = offer_difference(
			    &slot->offer, book_offer(b, slot->slot));
		if (what != NULL)
			return differ(c, "offer", slot->slot, what);
		for (size_t j = 0; j < slot->count; j++) {
			const struct visit *visit = &slot->visit[j];

			what = visit_difference(
			    visit, book_visit(b, visit->entity.id));
			if (what != NULL)
				return differ(
				    c, "place", visit->entity.id, what);
		}
	}
	return true;
}

static bool
guards_equal(const struct comparison *c)
{
	size_t cursor = 0;
	struct id id;
	uint64_t number;

	while (idmap_next(&c->a->guards, &cursor, &id, &number))
		if (book_guard(c->b, id) != number)
			return differ(c, "guard", id, "number");
	cursor = 0;
	while (idmap_next(&c->b->guards, &cursor, &id, &number))
		if (book_guard(c->a, id) != number)
			return differ(c, "guard", id, "number");
	return true;
}

/* Index in b of each entity of a. */
static int32_t *
map_directory(const struct comparison *c, enum kind kind)
{
	int32_t count = book_count(c->a, kind);
	int32_t *map = xcalloc((size_t)count, sizeof(map[0]));

	for (int32_t i = 0; i < count; i++)
		map[i] = book_find(c->b, kind, book_entity(c->a, kind, i)->id);
	return map;
}

static bool
books_count_equal(const struct comparison *c)
{
	int32_t count = c->a->words.count;
	int32_t *physicians = map_directory(c, KIND_PHYSICIAN);
	int32_t *sites = map_directory(c, KIND_SITE);
	int32_t *programmes = xcalloc((size_t)count, sizeof(programmes[0]));
	struct counter_map map = {physicians, sites, programmes};
	bool equal;

	/* A word that the other book lacks must not pass for "no programme". */
	for (int32_t i = 0; i < count; i++) {
		programmes[i] = book_word_find(c->b, book_word_text(c->a, i));
		if (programmes[i] == REF_NONE)
			programmes[i] = INT32_MAX;
	}
	equal = counters_equal_mapped(c->a->counters, c->b->counters, &map);
	free(physicians);
	free(sites);
	free(programmes);
	return equal || differ(c, "counters", ID_NIL, "numbers");
}

bool
book_equal(const struct book *a, const struct book *b, char *why, size_t size)
{
	struct comparison c = {a, b, why, size};

	if (a->from != b->from)
		return differ(&c, "book", ID_NIL, "first day in full");
	for (unsigned kind = 0; kind < KIND_DIRECTORY_COUNT; kind++)
		if (!directories_equal(&c, (enum kind)kind))
			return false;
	return assignments_equal(&c) && places_within(&c, a, b) &&
	    places_within(&c, b, a) && guards_equal(&c) &&
	    books_count_equal(&c);
}
