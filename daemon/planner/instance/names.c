/* SPDX-License-Identifier: ISC */
/* names: open addressing, at most half full, over texts kept in order. */
#include "daemon/planner/instance/names.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

void
names_init(struct names *names)
{
	memset(names, 0, sizeof(*names));
}

void
names_fini(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->text[i]);
	free(names->text);
	free(names->slots);
	names_init(names);
}

static size_t
hash(struct span token)
{
	uint64_t sum = 14695981039346656037u;

	for (size_t i = 0; i < token.len; i++)
		sum = (sum ^ (unsigned char)token.ptr[i]) * 1099511628211u;
	return (size_t)(sum ^ sum >> 32);
}

/* The slot that holds the token, or the free one where it belongs. */
static size_t
slot_of(const struct names *names, struct span token)
{
	size_t at = hash(token) & (names->capacity - 1);

	while (names->slots[at] != NAMES_NONE &&
	    !span_is(token, names->text[names->slots[at]]))
		at = (at + 1) & (names->capacity - 1);
	return at;
}

int32_t
names_find(const struct names *names, struct span token)
{
	return names->capacity == 0 ? NAMES_NONE
				    : names->slots[slot_of(names, token)];
}

static void
grow(struct names *names)
{
	size_t capacity = names->capacity == 0 ? 64 : 2 * names->capacity;

	free(names->slots);
	names->slots = xcalloc(capacity, sizeof(names->slots[0]));
	names->capacity = capacity;
	for (size_t i = 0; i < capacity; i++)
		names->slots[i] = NAMES_NONE;
	for (size_t i = 0; i < names->count; i++)
		names->slots[slot_of(names, span_of(names->text[i]))] =
		    (int32_t)i;
}

int32_t
names_add(struct names *names, struct span token)
{
	size_t at;

	if (names->capacity < 2 * (names->count + 1))
		grow(names);
	at = slot_of(names, token);
	if (names->slots[at] != NAMES_NONE)
		return NAMES_NONE;
	names->text = xgrow(names->text, &names->room, names->count + 1,
	    sizeof(names->text[0]));
	names->text[names->count] = xstrndup(token.ptr, token.len);
	names->slots[at] = (int32_t)names->count;
	return (int32_t)names->count++;
}

const char *
names_text(const struct names *names, int32_t number)
{
	return names->text[number];
}
