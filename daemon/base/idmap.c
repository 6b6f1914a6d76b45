/* SPDX-License-Identifier: ISC */
/*
 * idmap: hash tables whose keys are ids.
 *
 * Both tables have a power of two of places, so a place is some bits of the
 * mixed id, and the distance of an entry from its home is a masked subtraction.
 */
#include "daemon/base/idmap.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 16 };

struct idmap_slot {
	struct id id;
	uint64_t number; /* IDMAP_NONE: a free place */
};

static uint64_t
secret_new(const void *table)
{
	uint64_t secret;

	/* Fails on kernels without it only; an address will do then. */
	if (getentropy(&secret, sizeof(secret)) != 0)
		secret = (uint64_t)(uintptr_t)table;
	return secret;
}

/* Two rounds of multiply and fold: either word alone spreads over all bits. */
static size_t
mix(struct id id, uint64_t secret)
{
	uint64_t x = id.hi ^ secret;

	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15u;
	x ^= x >> 29;
	x += id.lo;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	x ^= x >> 32;
	return (size_t)x;
}

static bool
is_full(size_t count, size_t capacity)
{
	return (count + 1) * 5 > capacity * 4;
}

/* Whether an entry found at `at` may move back to the free place `hole`: its
 * home does not lie between them. */
static bool
may_shift(size_t home, size_t hole, size_t at, size_t mask)
{
	return ((at - home) & mask) >= ((at - hole) & mask);
}

void
idmap_init(struct idmap *map)
{
	*map = (struct idmap){NULL, 0, 0, secret_new(map)};
}

void
idmap_fini(struct idmap *map)
{
	free(map->slots);
	*map = (struct idmap){NULL, 0, 0, 0};
}

/* The place of the id, or the free one where it belongs. */
static size_t
idmap_place(const struct idmap *map, struct id id)
{
	size_t mask = map->capacity - 1;
	size_t at = mix(id, map->secret) & mask;

	while (map->slots[at].number != IDMAP_NONE &&
	    !id_equal(map->slots[at].id, id))
		at = (at + 1) & mask;
	return at;
}

uint64_t
idmap_get(const struct idmap *map, struct id id)
{
	if (map->count == 0)
		return IDMAP_NONE;
	return map->slots[idmap_place(map, id)].number;
}

static void
idmap_resize(struct idmap *map)
{
	struct idmap_slot *old = map->slots;
	size_t old_capacity = map->capacity;

	map->capacity = old_capacity == 0 ? FIRST_CAPACITY : old_capacity * 2;
	map->slots = xcalloc(map->capacity, sizeof(*map->slots));
	for (size_t i = 0; i < map->capacity; i++)
		map->slots[i].number = IDMAP_NONE;
	for (size_t i = 0; i < old_capacity; i++)
		if (old[i].number != IDMAP_NONE)
			map->slots[idmap_place(map, old[i].id)] = old[i];
	free(old);
}

void
idmap_set(struct idmap *map, struct id id, uint64_t number)
{
	struct idmap_slot *slot;

	if (number == IDMAP_NONE)
		abort();
	if (is_full(map->count, map->capacity))
		idmap_resize(map);
	slot = &map->slots[idmap_place(map, id)];
	if (slot->number == IDMAP_NONE)
		map->count++;
	*slot = (struct idmap_slot){id, number};
}

void
idmap_remove(struct idmap *map, struct id id)
{
	size_t mask = map->capacity - 1, hole, at;

	if (map->count == 0)
		return;
	hole = idmap_place(map, id);
	if (map->slots[hole].number == IDMAP_NONE)
		return;
	for (at = (hole + 1) & mask; map->slots[at].number != IDMAP_NONE;
	     at = (at + 1) & mask) {
		size_t home = mix(map->slots[at].id, map->secret) & mask;

		if (may_shift(home, hole, at, mask)) {
			map->slots[hole] = map->slots[at];
			hole = at;
		}
	}
	map->slots[hole].number = IDMAP_NONE;
	map->count--;
}

bool
idmap_next(
    const struct idmap *map, size_t *cursor, struct id *id, uint64_t *number)
{
	while (*cursor < map->capacity) {
		const struct idmap_slot *slot = &map->slots[(*cursor)++];

		if (slot->number != IDMAP_NONE) {
			*id = slot->id;
			*number = slot->number;
			return true;
		}
	}
	return false;
}

size_t
idmap_memory(const struct idmap *map)
{
	return map->capacity * sizeof(*map->slots);
}

void
idindex_init(struct idindex *index, size_t stride)
{
	*index = (struct idindex){NULL, 0, 0, stride, secret_new(index)};
}

void
idindex_fini(struct idindex *index)
{
	free(index->slots);
	*index = (struct idindex){NULL, 0, 0, index->stride, 0};
}

static struct id
record_id(const struct idindex *index, const void *records, uint32_t position)
{
	struct id id;

	memcpy(&id, (const unsigned char *)records + position * index->stride,
	    sizeof(id));
	return id;
}

uint32_t
idindex_find(const struct idindex *index, const void *records, struct id id)
{
	size_t mask = index->capacity - 1, at;
	uint32_t position;

	if (index->count == 0)
		return IDINDEX_NONE;
	for (at = mix(id, index->secret) & mask;; at = (at + 1) & mask) {
		position = index->slots[at];
		if (position == IDINDEX_NONE ||
		    id_equal(record_id(index, records, position), id))
			return position;
	}
}

static void
idindex_place(struct idindex *index, const void *records, uint32_t position)
{
	size_t mask = index->capacity - 1;
	struct id id = record_id(index, records, position);
	size_t at = mix(id, index->secret) & mask;

	while (index->slots[at] != IDINDEX_NONE)
		at = (at + 1) & mask;
	index->slots[at] = position;
}

void
idindex_add(struct idindex *index, const void *records, uint32_t position)
{
	if (is_full(index->count, index->capacity)) {
		uint32_t *old = index->slots;
		size_t n = index->capacity;

		index->capacity = n == 0 ? FIRST_CAPACITY : n * 2;
		index->slots = xcalloc(index->capacity, sizeof(*index->slots));
		memset(index->slots, 0xff,
		    index->capacity * sizeof(*index->slots));
		for (size_t i = 0; i < n; i++)
			if (old[i] != IDINDEX_NONE)
				idindex_place(index, records, old[i]);
		free(old);
	}
	idindex_place(index, records, position);
	index->count++;
}

void
idindex_remove(struct idindex *index, const void *records, uint32_t position)
{
	size_t mask = index->capacity - 1, hole, at;

	if (index->count == 0)
		abort();
	hole = mix(record_id(index, records, position), index->secret) & mask;
	while (index->slots[hole] != position) {
		if (index->slots[hole] == IDINDEX_NONE)
			abort();
		hole = (hole + 1) & mask;
	}
	for (at = (hole + 1) & mask; index->slots[at] != IDINDEX_NONE;
	     at = (at + 1) & mask) {
		struct id id = record_id(index, records, index->slots[at]);
		size_t home = mix(id, index->secret) & mask;

		if (may_shift(home, hole, at, mask)) {
			index->slots[hole] = index->slots[at];
			hole = at;
		}
	}
	index->slots[hole] = IDINDEX_NONE;
	index->count--;
}

size_t
idindex_memory(const struct idindex *index)
{
	return index->capacity * sizeof(*index->slots);
}
