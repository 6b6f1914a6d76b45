/* SPDX-License-Identifier: ISC */
/*
 * pack: see pack.h.
 */
#include "daemon/store/pack.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The length that stands for null. */
#define LENGTH_NULL UINT32_MAX

void
pack_fini(struct pack *pack)
{
	free(pack->ptr);
	*pack = (struct pack){NULL, 0, 0};
}

static char *
reserve(struct pack *pack, size_t size)
{
	pack->ptr = xgrow(pack->ptr, &pack->capacity, pack->len + size + 1, 1);
	return pack->ptr + pack->len;
}

void
pack_bytes(struct pack *pack, const void *bytes, size_t len)
{
	char *at = reserve(pack, len);

	if (len > 0)
		memcpy(at, bytes, len);
	pack->len += len;
}

static void
put_u32(char *at, uint32_t number)
{
	for (int i = 3; i >= 0; i--) {
		at[i] = (char)(number & 0xff);
		number >>= 8;
	}
}

void
pack_u32(struct pack *pack, uint32_t number)
{
	put_u32(reserve(pack, sizeof(number)), number);
	pack->len += sizeof(number);
}

void
pack_u64(struct pack *pack, uint64_t number)
{
	pack_u32(pack, (uint32_t)(number >> 32));
	pack_u32(pack, (uint32_t)number);
}

void
pack_id(struct pack *pack, struct id id)
{
	pack_u64(pack, id.hi);
	pack_u64(pack, id.lo);
}

struct out
pack_out(struct pack *pack, size_t size)
{
	return (struct out){reserve(pack, size), 0, size, false};
}

void
pack_printed(struct pack *pack, const struct out *out)
{
	if (out->overflow)
		abort();
	pack->len += out->len;
}

size_t
pack_begin(struct pack *pack)
{
	pack_u32(pack, 0);
	return pack->len;
}

void
pack_end(struct pack *pack, size_t place)
{
	put_u32(pack->ptr + place - sizeof(uint32_t),
	    (uint32_t)(pack->len - place));
}

void
pack_array(struct pack *pack, Oid element, size_t count)
{
	pack_u32(pack, count == 0 ? 0 : 1); /* dimensions */
	pack_u32(pack, 1);                  /* may hold nulls */
	pack_u32(pack, element);
	if (count == 0)
		return;
	pack_u32(pack, (uint32_t)count);
	pack_u32(pack, 1); /* number of the first */
}

void
pack_item_id(struct pack *pack, struct id id)
{
	pack_u32(pack, sizeof(id));
	pack_id(pack, id);
}

void
pack_item_u32(struct pack *pack, uint32_t number)
{
	pack_u32(pack, sizeof(number));
	pack_u32(pack, number);
}

void
pack_item_u64(struct pack *pack, uint64_t number)
{
	pack_u32(pack, sizeof(number));
	pack_u64(pack, number);
}

void
pack_item_null(struct pack *pack)
{
	pack_u32(pack, LENGTH_NULL);
}

void
pack_item_day(struct pack *pack, int32_t day)
{
	if (day == INT32_MAX) {
		pack_item_null(pack);
		return;
	}
	pack_u32(pack, sizeof(day));
	pack_u32(pack, (uint32_t)(day - PG_EPOCH_DAY));
}
