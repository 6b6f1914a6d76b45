/* SPDX-License-Identifier: ISC */
/*
 * idmap: hash tables whose keys are ids.
 *
 * Open addressing with linear probing, at most four fifths full; removal shifts
 * back what follows, so that no table ever fills with tombstones.  Ids may be
 * chosen by clients: each table mixes them with a secret of its own, so nobody
 * outside can make them meet.
 */
#ifndef BASE_IDMAP_H
#define BASE_IDMAP_H

#include "proto/id.h"

#include <stddef.h>

/* Id -> number; 24 bytes a place.  Every id may be a key, the nil one too. */
struct idmap {
	struct idmap_slot *slots;
	size_t capacity, count;
	uint64_t secret;
};

/* The number that cannot be stored. */
#define IDMAP_NONE UINT64_MAX

void idmap_init(struct idmap *map);
void idmap_fini(struct idmap *map);
/* The number of an id, or IDMAP_NONE. */
uint64_t idmap_get(const struct idmap *map, struct id id);
/* Adds the id, or replaces its number; not IDMAP_NONE. */
void idmap_set(struct idmap *map, struct id id, uint64_t number);
void idmap_remove(struct idmap *map, struct id id); /* absent: nothing */
/* Walks over all, in no order: *cursor is 0 at first; false at the end. */
bool idmap_next(
    const struct idmap *map, size_t *cursor, struct id *id, uint64_t *number);
size_t idmap_memory(const struct idmap *map); /* bytes */

/*
 * Finds records by their id; 4 bytes a place.  The records are the caller's: an
 * array at `records` of things of `stride` bytes that begin with a struct id.
 * The array may move between calls; a record that is in the index may not
 * change its id or its position.
 */
struct idindex {
	uint32_t *slots;
	size_t capacity, count, stride;
	uint64_t secret;
};

#define IDINDEX_NONE UINT32_MAX

void idindex_init(struct idindex *index, size_t stride);
void idindex_fini(struct idindex *index);
/* Position of the record with this id, or IDINDEX_NONE. */
uint32_t idindex_find(
    const struct idindex *index, const void *records, struct id id);
/* The record's id must not be in the index yet. */
void idindex_add(struct idindex *index, const void *records, uint32_t position);
/* The record must be in the index. */
void idindex_remove(
    struct idindex *index, const void *records, uint32_t position);
size_t idindex_memory(const struct idindex *index); /* bytes */

#endif
