/* SPDX-License-Identifier: ISC */
/* seen: open addressing with linear probing; nothing is ever taken out. */
#include "daemon/planner/instance/seen.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

void
seen_fini(struct seen *seen)
{
	free(seen->key);
	free(seen->line);
	memset(seen, 0, sizeof(*seen));
}

/* Every bit of the two has a part in the low ones. */
static size_t
hash(uint64_t a, uint64_t b)
{
	uint64_t sum = (a ^ b >> 32 ^ b << 32) * 0x9e3779b97f4a7c15u;

	sum = (sum ^ sum >> 32 ^ b) * 0x9e3779b97f4a7c15u;
	return (size_t)(sum ^ sum >> 29);
}

/* The slot that holds it, or the free one where it belongs. */
static size_t
slot_of(const struct seen *seen, uint64_t a, uint64_t b)
{
	size_t at = hash(a, b) & (seen->capacity - 1);

	while (seen->line[at] != 0 &&
	    (seen->key[2 * at] != a || seen->key[2 * at + 1] != b))
		at = (at + 1) & (seen->capacity - 1);
	return at;
}

static void
put(struct seen *seen, size_t at, uint64_t a, uint64_t b, uint32_t line)
{
	seen->key[2 * at] = a;
	seen->key[2 * at + 1] = b;
	seen->line[at] = line;
}

static void
grow(struct seen *seen)
{
	struct seen old = *seen;

	seen->capacity = old.capacity == 0 ? FIRST_CAPACITY : 2 * old.capacity;
	seen->key = xmalloc(2 * seen->capacity * sizeof(seen->key[0]));
	seen->line = xcalloc(seen->capacity, sizeof(seen->line[0]));
	for (size_t i = 0; i < old.capacity; i++) {
		uint64_t a, b;

		if (old.line[i] == 0)
			continue;
		a = old.key[2 * i];
		b = old.key[2 * i + 1];
		put(seen, slot_of(seen, a, b), a, b, old.line[i]);
	}
	free(old.key);
	free(old.line);
}

uint32_t
seen_add(struct seen *seen, uint64_t a, uint64_t b, uint32_t line)
{
	size_t at;

	if (4 * (seen->count + 1) > 3 * seen->capacity)
		grow(seen);
	at = slot_of(seen, a, b);
	if (seen->line[at] != 0)
		return seen->line[at];
	put(seen, at, a, b, line);
	seen->count++;
	return 0;
}
