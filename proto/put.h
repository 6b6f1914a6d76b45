/* SPDX-License-Identifier: ISC */
/*
 * put: what out is made of, for printers that look once at the room for a whole
 * line.  Each writes at `at`, where the caller has made sure of room, and
 * returns where the next byte goes.
 */
#ifndef PROTO_PUT_H
#define PROTO_PUT_H

#include "proto/id.h"
#include "proto/span.h"

#include <string.h>

enum { PUT_DAY_LEN = 10, PUT_CLOCK_LEN = 5, PUT_U64_MAX = 20 };

/* "00" .. "99", and "00" .. "ff", one behind the other. */
extern const char put_digits[201];
extern const char put_hex[513];

static inline char *
put_bytes(char *at, const char *bytes, size_t len)
{
	memcpy(at, bytes, len);
	return at + len;
}

#define put_literal(at, text) put_bytes((at), ("" text), sizeof(text) - 1)

/* A short text of ours, up to its NUL. */
static inline char *
put_text(char *at, const char *text)
{
	while (*text != '\0')
		*at++ = *text++;
	return at;
}

/* Two digits; number 0..99. */
static inline char *
put_pair(char *at, unsigned number)
{
	return put_bytes(at, put_digits + (size_t)2 * number, 2);
}

/* PUT_U64_MAX bytes at most. */
static inline char *
put_u64(char *at, uint64_t number)
{
	char digits[PUT_U64_MAX], *first = digits + PUT_U64_MAX;

	if (number < 10) {
		*at = (char)('0' + number);
		return at + 1;
	}
	while (number >= 100) {
		first -= 2;
		put_pair(first, (unsigned)(number % 100));
		number /= 100;
	}
	if (number >= 10) {
		first -= 2;
		put_pair(first, (unsigned)number);
	} else {
		*--first = (char)('0' + number);
	}
	return put_bytes(at, first, (size_t)(digits + PUT_U64_MAX - first));
}

static inline char *
put_hex_bytes(char *at, uint64_t word, unsigned high, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned byte = (unsigned)(word >> (56 - 8 * (high + i))) & 255;

		at = put_bytes(at, put_hex + (size_t)2 * byte, 2);
	}
	return at;
}

/* ID_TEXT_LEN bytes. */
static inline char *
put_id(char *at, struct id id)
{
	at = put_hex_bytes(at, id.hi, 0, 4);
	*at++ = '-';
	at = put_hex_bytes(at, id.hi, 4, 2);
	*at++ = '-';
	at = put_hex_bytes(at, id.hi, 6, 2);
	*at++ = '-';
	at = put_hex_bytes(at, id.lo, 0, 2);
	*at++ = '-';
	return put_hex_bytes(at, id.lo, 2, 6);
}

/* YYYY-MM-DD, PUT_DAY_LEN bytes; years that have no four digits are held at the
 * nearest that has, for they cannot come from a request. */
static inline char *
put_day(char *at, int32_t day)
{
	int year;
	unsigned month, number;

	day_to_civil(day, &year, &month, &number);
	year = year < 0 ? 0 : year > 9999 ? 9999 : year;
	at = put_pair(at, (unsigned)year / 100);
	at = put_pair(at, (unsigned)year % 100);
	*at++ = '-';
	at = put_pair(at, month);
	*at++ = '-';
	return put_pair(at, number);
}

/* HH:MM, PUT_CLOCK_LEN bytes; minute below 6000. */
static inline char *
put_clock(char *at, unsigned minute)
{
	at = put_pair(at, minute / 60);
	*at++ = ':';
	return put_pair(at, minute % 60);
}

#endif
