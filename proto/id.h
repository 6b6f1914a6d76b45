/* SPDX-License-Identifier: ISC */
/*
 * id: a UUID as two words, big end first, so that comparing the words orders
 * ids as PostgreSQL's uuid type does.
 */
#ifndef PROTO_ID_H
#define PROTO_ID_H

#include <stdbool.h>
#include <stdint.h>

struct id {
	uint64_t hi, lo;
};

#define ID_NIL ((struct id){0, 0})
enum { ID_TEXT_LEN = 36 };

static inline bool
id_equal(struct id a, struct id b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

static inline bool
id_is_nil(struct id a)
{
	return a.hi == 0 && a.lo == 0;
}

/* <0, 0, >0 in the order of PostgreSQL's uuid type. */
static inline int
id_compare(struct id a, struct id b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return a.lo == b.lo ? 0 : a.lo < b.lo ? -1 : 1;
}

struct id id_from_bytes(const unsigned char bytes[16]);
void id_to_bytes(struct id id, unsigned char bytes[16]);
/* Writes ID_TEXT_LEN bytes, lower case, no final NUL. */
void id_to_text(struct id id, char text[36]);

#endif
