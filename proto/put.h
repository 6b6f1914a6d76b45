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

/* A short word that is copied with what stands behind it, so that its length
 * need not be known before. */
struct put_word {
	char text[15]; /* ended by NUL */
	unsigned char len;
};
#define PUT_WORD(text)                                                         \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}

/* Its length moves on, but room for a whole struct put_word is written to. */
static inline char *
put_word(char *at, const struct put_word *word)
{
	memcpy(at, word, sizeof(*word));
	return at + word->len;
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

/* Two hexadecimal digits of the byte that begins at this bit of a word. */
static inline void
put_hex_byte(char *at, uint64_t word, unsigned bit)
{
	put_bytes(at, put_hex + (size_t)2 * (word >> bit & 255), 2);
}

/* ID_TEXT_LEN bytes.  Written out, since a compiler leaves a loop here a loop,
 * and it is a quarter of what a line of a list costs. */
static inline char *
put_id(char *at, struct id id)
{
	put_hex_byte(at, id.hi, 56);
	put_hex_byte(at + 2, id.hi, 48);
	put_hex_byte(at + 4, id.hi, 40);
	put_hex_byte(at + 6, id.hi, 32);
	at[8] = '-';
	put_hex_byte(at + 9, id.hi, 24);
	put_hex_byte(at + 11, id.hi, 16);
	at[13] = '-';
	put_hex_byte(at + 14, id.hi, 8);
	put_hex_byte(at + 16, id.hi, 0);
	at[18] = '-';
	put_hex_byte(at + 19, id.lo, 56);
	put_hex_byte(at + 21, id.lo, 48);
	at[23] = '-';
	put_hex_byte(at + 24, id.lo, 40);
	put_hex_byte(at + 26, id.lo, 32);
	put_hex_byte(at + 28, id.lo, 24);
	put_hex_byte(at + 30, id.lo, 16);
	put_hex_byte(at + 32, id.lo, 8);
	put_hex_byte(at + 34, id.lo, 0);
	return at + ID_TEXT_LEN;
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
