/* SPDX-License-Identifier: ISC */
/*
 * unit_index: the book as it will be with the unit, for those who build it.
 */
#include "daemon/domain/unit_index.h"

#include "daemon/base/idmap.h"
#include "daemon/base/mem.h"
#include "daemon/domain/text_index.h"

#include <stdlib.h>

struct fresh_list {
	uint32_t *at; /* positions of the new entities of a kind */
	size_t capacity;
};

struct unit_index {
	struct idmap by_id[KIND_COUNT];
	struct text_index by_handle[KIND_DIRECTORY_COUNT];
	struct fresh_list fresh[KIND_COUNT];
};

static struct span
handle_at(const void *owner, uint32_t position)
{
	const struct unit *unit = owner;
	const struct change *change = &unit->changes[position].change;

	return entity_handle(change->kind, &change->after->entity);
}

struct unit_index *
unit_index_new(const struct unit *unit)
{
	struct unit_index *index = xcalloc(1, sizeof(*index));

	for (unsigned kind = 0; kind < KIND_COUNT; kind++)
		idmap_init(&index->by_id[kind]);
	for (unsigned kind = 0; kind < KIND_DIRECTORY_COUNT; kind++)
		text_index_init(&index->by_handle[kind], handle_at);
	for (size_t i = 0; i < unit->count; i++)
		unit_index_add(index, unit, i);
	return index;
}

void
unit_index_free(struct unit_index *index)
{
	if (index == NULL)
		return;
	for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
		idmap_fini(&index->by_id[kind]);
		free(index->fresh[kind].at);
	}
	for (unsigned kind = 0; kind < KIND_DIRECTORY_COUNT; kind++)
		text_index_fini(&index->by_handle[kind]);
	free(index);
}

void
unit_index_add(
    struct unit_index *index, const struct unit *unit, size_t position)
{
	const struct unit_change *change = &unit->changes[position];
	enum kind kind = change->change.kind;
	struct fresh_list *fresh = &index->fresh[kind];

	idmap_set(&index->by_id[kind], change->change.id, position);
	if (change->fresh != REF_NONE) {
		fresh->at = xgrow(fresh->at, &fresh->capacity,
		    (size_t)change->fresh + 1, sizeof(fresh->at[0]));
		fresh->at[change->fresh] = (uint32_t)position;
	}
	if (kind < KIND_DIRECTORY_COUNT &&
	    handle_at(unit, (uint32_t)position).len > 0)
		text_index_add(
		    &index->by_handle[kind], unit, (uint32_t)position);
}

void
unit_index_remove(
    struct unit_index *index, const struct unit *unit, size_t position)
{
	enum kind kind = unit->changes[position].change.kind;

	if (kind < KIND_DIRECTORY_COUNT &&
	    handle_at(unit, (uint32_t)position).len > 0)
		text_index_remove(
		    &index->by_handle[kind], unit, (uint32_t)position);
}

size_t
unit_position(const struct unit *unit, enum kind kind, struct id id)
{
	if (unit->index != NULL) {
		uint64_t found = idmap_get(&unit->index->by_id[kind], id);

		return found == IDMAP_NONE ? UNIT_NONE : (size_t)found;
	}
	for (size_t i = 0; i < unit->count; i++) {
		const struct change *change = &unit->changes[i].change;

		if (change->kind == kind && id_equal(change->id, id))
			return i;
	}
	return UNIT_NONE;
}

/* Position of the change that brings the n-th new entity of a kind. */
static size_t
fresh_position(const struct unit *unit, enum kind kind, int32_t n)
{
	if (n >= unit->fresh[kind])
		return UNIT_NONE;
	if (unit->index != NULL)
		return unit->index->fresh[kind].at[n];
	for (size_t i = 0; i < unit->count; i++)
		if (unit->changes[i].change.kind == kind &&
		    unit->changes[i].fresh == n)
			return i;
	abort();
}

static size_t
handle_position(const struct unit *unit, enum kind kind, struct span handle)
{
	if (unit->index != NULL) {
		uint32_t found = text_index_find(
		    &unit->index->by_handle[kind], unit, handle);

		return found == TEXT_INDEX_NONE ? UNIT_NONE : found;
	}
	for (size_t i = 0; i < unit->count; i++)
		if (unit->changes[i].change.kind == kind &&
		    span_equal(handle_at(unit, (uint32_t)i), handle))
			return i;
	return UNIT_NONE;
}

const union after *
unit_entity(const struct unit *unit, const struct book *book, enum kind kind,
    struct id id)
{
	size_t position = unit_position(unit, kind, id);

	if (position != UNIT_NONE)
		return unit->changes[position].change.after;
	return book_latest(book, kind, id);
}

const struct assignment *
unit_assignment(const struct unit *unit, const struct book *book, struct id id)
{
	return (const struct assignment *)unit_entity(
	    unit, book, KIND_ASSIGNMENT, id);
}

const struct entity *
unit_at(const struct unit *unit, const struct book *book, enum kind kind,
    int32_t index)
{
	int32_t count = book_count(book, kind);
	size_t position;

	if (index >= 0 && index < count)
		return &unit_entity(
		    unit, book, kind, book_entity(book, kind, index)->id)
			    ->entity;
	position =
	    index < 0 ? UNIT_NONE : fresh_position(unit, kind, index - count);
	if (position == UNIT_NONE)
		abort();
	return &unit->changes[position].change.after->entity;
}

int32_t
unit_find(const struct unit *unit, const struct book *book, enum kind kind,
    struct id id)
{
	int32_t index = book_find(book, kind, id);
	size_t position;

	if (index != REF_NONE)
		return index;
	position = unit_position(unit, kind, id);
	return position == UNIT_NONE
	    ? REF_NONE
	    : book_count(book, kind) + unit->changes[position].fresh;
}

int32_t
unit_resolve(const struct unit *unit, const struct book *book, enum kind kind,
    struct span handle)
{
	size_t position =
	    handle.len == 0 ? UNIT_NONE : handle_position(unit, kind, handle);
	const struct entity *entity;
	struct id id;
	int32_t index;

	if (position != UNIT_NONE)
		return unit_find(
		    unit, book, kind, unit->changes[position].change.id);
	index = book_resolve(book, kind, handle);
	if (index == REF_NONE)
		return span_to_id(handle, &id) ? unit_find(unit, book, kind, id)
					       : REF_NONE;
	/* The unit may have given this entity another code. */
	entity = book_entity(book, kind, index);
	if (span_equal(entity_handle(kind, entity), handle) &&
	    unit_position(unit, kind, entity->id) != UNIT_NONE)
		return REF_NONE;
	return index;
}
