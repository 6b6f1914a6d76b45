/* SPDX-License-Identifier: ISC */
/*
 * text_index: open addressing with linear probing and removal by back-shift,
 * as base/idmap does for ids; the hash is mixed with a secret for the same
 * reason.
 */
#include "daemon/domain/text_index.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 16 };

static size_t
hash(struct span text, uint64_t secret)
{
	uint64_t x = secret ^ text.len;

	for (size_t i = 0; i < text.len; i += sizeof(x)) {
		size_t rest = text.len - i;
		uint64_t word = 0;

		memcpy(&word, text.ptr + i,
		    rest < sizeof(word) ? rest : sizeof(word));
		x = (x ^ word) * 0x9e3779b97f4a7c15u;
		x ^= x >> 32;
	}
	x *= 0xd6e8feb86659fd93u;
	return (size_t)(x ^ x >> 32);
}

static size_t
home(const struct text_index *index, const void *owner, uint32_t position)
{
	return hash(index->text_at(owner, position), index->secret) &
	    (index->capacity - 1);
}

void
text_index_init(struct text_index *index, text_at_fn *text_at)
{
	*index = (struct text_index){.text_at = text_at};
	/* Fails on kernels without it only; an address will do then. */
	if (getentropy(&index->secret, sizeof(index->secret)) != 0)
		index->secret = (uint64_t)(uintptr_t)index;
}

void
text_index_fini(struct text_index *index)
{
	free(index->slots);
	index->slots = NULL;
	index->capacity = index->count = 0;
}

uint32_t
text_index_find(
    const struct text_index *index, const void *owner, struct span text)
{
	size_t mask = index->capacity - 1;
	uint32_t found = TEXT_INDEX_NONE;

	if (index->count == 0)
		return TEXT_INDEX_NONE;
	for (size_t at = hash(text, index->secret) & mask;
	     index->slots[at] != TEXT_INDEX_NONE; at = (at + 1) & mask) {
		uint32_t position = index->slots[at];

		if (position < found &&
		    span_equal(index->text_at(owner, position), text))
			found = position;
	}
	return found;
}

static void
place(struct text_index *index, const void *owner, uint32_t position)
{
	size_t mask = index->capacity - 1;
	size_t at = home(index, owner, position);

	while (index->slots[at] != TEXT_INDEX_NONE)
		at = (at + 1) & mask;
	index->slots[at] = position;
}

void
text_index_add(struct text_index *index, const void *owner, uint32_t position)
{
	/* Half full at most: a miss is the common answer of a find. */
	if ((index->count + 1) * 2 > index->capacity) {
		uint32_t *old = index->slots;
		size_t n = index->capacity;

		index->capacity = n == 0 ? FIRST_CAPACITY : n * 2;
		index->slots = xcalloc(index->capacity, sizeof(*index->slots));
		memset(index->slots, 0xff,
		    index->capacity * sizeof(*index->slots));
		for (size_t i = 0; i < n; i++)
			if (old[i] != TEXT_INDEX_NONE)
				place(index, owner, old[i]);
		free(old);
	}
	place(index, owner, position);
	index->count++;
}

void
text_index_remove(
    struct text_index *index, const void *owner, uint32_t position)
{
	size_t mask = index->capacity - 1, hole, at;

	if (index->count == 0)
		abort();
	hole = home(index, owner, position);
	while (index->slots[hole] != position) {
		if (index->slots[hole] == TEXT_INDEX_NONE)
			abort();
		hole = (hole + 1) & mask;
	}
	for (at = (hole + 1) & mask; index->slots[at] != TEXT_INDEX_NONE;
	     at = (at + 1) & mask) {
		size_t from = home(index, owner, index->slots[at]);

		/* Its home does not lie between the hole and itself. */
		if (((at - from) & mask) >= ((at - hole) & mask)) {
			index->slots[hole] = index->slots[at];
			hole = at;
		}
	}
	index->slots[hole] = TEXT_INDEX_NONE;
	index->count--;
}

size_t
text_index_memory(const struct text_index *index)
{
	return index->capacity * sizeof(*index->slots);
}
