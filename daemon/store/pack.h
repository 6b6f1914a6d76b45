/* SPDX-License-Identifier: ISC */
/*
 * pack: a growing buffer, for parameters in PostgreSQL's binary form.
 *
 * Numbers go in big end first.  An array is its head, then for each element its
 * length and its bytes; pack_begin() and pack_end() put the length around what
 * is packed between them.
 */
#ifndef STORE_PACK_H
#define STORE_PACK_H

#include "daemon/base/compiler.h"
#include "proto/id.h"
#include "proto/out.h"

#include <libpq-fe.h>
#include <stddef.h>
#include <stdint.h>

/* Object ids of types; the same in every PostgreSQL. */
enum {
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_DATE = 1082,
	OID_TIMESTAMPTZ = 1184,
	OID_UUID = 2950,
	OID_JSONB = 3802,
	OID_PG_SNAPSHOT = 5038,
	OID_XID8 = 5069
};

/* The ids of types that have arrays of their own. */
enum {
	OID_BYTEA_ARRAY = 1001,
	OID_INT4_ARRAY = 1007,
	OID_TEXT_ARRAY = 1009,
	OID_INT8_ARRAY = 1016,
	OID_DATE_ARRAY = 1182,
	OID_UUID_ARRAY = 2951,
	OID_JSONB_ARRAY = 3807,
	OID_XID8_ARRAY = 271
};

/* Days from 1970-01-01 to the first day of PostgreSQL's calendar. */
enum { PG_EPOCH_DAY = 10957 };

struct pack {
	char *ptr; /* owned */
	size_t len, capacity;
};

void pack_fini(struct pack *pack);

void pack_bytes(struct pack *pack, const void *bytes, size_t len);
void pack_u32(struct pack *pack, uint32_t number);
void pack_u64(struct pack *pack, uint64_t number);
void pack_id(struct pack *pack, struct id id);

/* Room for `size` bytes at the end, to be printed into; what was printed stays
 * with pack_printed(). */
struct out pack_out(struct pack *pack, size_t size);
void pack_printed(struct pack *pack, const struct out *out);

/* The place of a length; give it to pack_end() after the bytes it counts. */
size_t pack_begin(struct pack *pack) MUST_CHECK;
void pack_end(struct pack *pack, size_t place);
/* The head of an array of so many elements, none of them null. */
void pack_array(struct pack *pack, Oid element, size_t count);
/* One element of a fixed size. */
void pack_item_id(struct pack *pack, struct id id);
void pack_item_u32(struct pack *pack, uint32_t number);
void pack_item_u64(struct pack *pack, uint64_t number);
void pack_item_null(struct pack *pack);
/* A day as PostgreSQL's date; INT32_MAX is null. */
void pack_item_day(struct pack *pack, int32_t day);

#endif
