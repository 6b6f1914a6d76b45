/* SPDX-License-Identifier: ISC */
/*
 * span: borrowed bytes with a length, and the only number, date and id parsers
 * that touch bytes from the wire.  Nothing here allocates, reads a clock or
 * runs past a length.  An empty span is {NULL, 0} or any pointer with length 0.
 *
 * Each span_to_* reads the whole span or returns false and leaves *out alone.
 */
#ifndef PROTO_SPAN_H
#define PROTO_SPAN_H

#include "proto/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const char *ptr;
	size_t len;
};

#define SPAN(literal) ((struct span){("" literal), sizeof(literal) - 1})

struct span span_of(const char *text); /* NULL gives the empty span */
bool span_equal(struct span a, struct span b);
bool span_is(struct span a, const char *text);

/* Cuts the bytes before the first `stop` off *rest; false when *rest is empty.
 */
bool span_cut(struct span *rest, char stop, struct span *out);

/* Decimal digits only, no sign, no leading '+', value <= max. */
bool span_to_u64(struct span text, uint64_t max, uint64_t *out);
/* -?digits[.digits] with at most `decimals` decimals, scaled by 10^decimals. */
bool span_to_fixed(
    struct span text, unsigned decimals, int64_t limit, int64_t *out);
/* YYYY-MM-DD, 1970-01-01 .. 2999-12-31, as days since 1970-01-01. */
bool span_to_day(struct span text, int32_t *out);
/* HH:MM, 00:00 .. 47:59 (beyond 24:00: the next civil day), as minutes. */
bool span_to_minute(struct span text, unsigned *out);
/* YYYY-MM-DDTHH:MM[:SS](Z|+HH:MM|-HH:MM), as seconds since 1970 UTC. */
bool span_to_instant(struct span text, int64_t *out);
/* 8-4-4-4-12 hexadecimal digits, either case. */
bool span_to_id(struct span text, struct id *out);

/* Valid UTF-8 without control characters (below 0x20, 0x7f, U+0080..U+009F). */
bool span_is_text(struct span text);
/* Bytes before the first that span_is_text() would refuse. */
size_t span_text_length(struct span text);

/* Proleptic Gregorian; month 1..12, day 1..31. */
int32_t day_from_civil(int year, unsigned month, unsigned day);
void day_to_civil(int32_t days, int *year, unsigned *month, unsigned *day);

#endif
