/* SPDX-License-Identifier: ISC */
/*
 * out: prints protocol lines into memory of the caller.
 *
 * Nothing is written past `size`; a text that does not fit sets `overflow` and
 * leaves what was there before that call, so that a printer may print a whole
 * line, look once at the flag, and take the line back by resetting `len` and
 * `overflow`.
 */
#ifndef PROTO_OUT_H
#define PROTO_OUT_H

#include "proto/id.h"
#include "proto/span.h"

#include <string.h>

struct out {
	char *ptr; /* lent by the caller */
	size_t len, size;
	bool overflow;
};

#define OUT(buffer) ((struct out){(buffer), 0, sizeof(buffer), false})

/* Room for len bytes, which out->len does not count yet; NULL and the flag when
 * there is none. */
static inline char *
out_reserve(struct out *out, size_t len)
{
	if (len > out->size - out->len) {
		out->overflow = true;
		return NULL;
	}
	return out->ptr + out->len;
}

static inline void
out_bytes(struct out *out, const char *bytes, size_t len)
{
	char *at = out_reserve(out, len);

	if (at == NULL || len == 0)
		return;
	memcpy(at, bytes, len);
	out->len += len;
}

static inline void
out_char(struct out *out, char c)
{
	out_bytes(out, &c, 1);
}

static inline void
out_text(struct out *out, const char *text) /* as it is */
{
	out_bytes(out, text, strlen(text));
}

#define out_literal(out, text) out_bytes((out), ("" text), sizeof(text) - 1)
/* Decimal, no leading zeros. */
void out_u64(struct out *out, uint64_t number);
void out_i64(struct out *out, int64_t number);
/* scaled / 10^decimals with exactly that many decimals, at most 19. */
void out_fixed(struct out *out, int64_t scaled, unsigned decimals);
void out_id(struct out *out, struct id id);
void out_day(struct out *out, int32_t day); /* YYYY-MM-DD */
/* YYYY-MM-DDTHH:MM[:SS]+HH:MM, seconds when they are not zero, "Z" never;
 * offset in minutes east of UTC. */
void out_instant(struct out *out, int64_t seconds, int offset);
/* HH:MM of minutes since midnight, 24:00 and beyond allowed (to 99:59). */
void out_minute(struct out *out, unsigned minute);
/* A value, quoted and escaped when its bytes need it; the empty one is "". */
void out_value(struct out *out, struct span value);

/* " key=", then the value: both or neither; key is a literal of [a-z0-9-]. */
static inline void
out_key(struct out *out, const char *key)
{
	size_t len = strlen(key);

	if (out_reserve(out, len + 2) == NULL)
		return;
	out_char(out, ' ');
	out_bytes(out, key, len);
	out_char(out, '=');
}

void out_key_value(struct out *out, const char *key, struct span value);
void out_key_text(struct out *out, const char *key, const char *value);
void out_key_u64(struct out *out, const char *key, uint64_t number);
void out_key_id(struct out *out, const char *key, struct id id);
void out_key_day(struct out *out, const char *key, int32_t day);

#endif
