/* SPDX-License-Identifier: ISC */
/*
 * out: the printer of protocol lines.  A list is printed here a few million
 * lines a second, so numbers, dates and ids are made by copying from tables,
 * and each call looks at the room that is left once.
 */
#include "proto/out.h"

#include <string.h>

enum {
	U64_DIGITS = 20, /* of 2^64 - 1 */
	DECIMALS_MAX = U64_DIGITS - 1,
	DAY_LEN = 10,
	DAY_SECONDS = 86400,
	HOUR_MINUTES = 60,
	CLOCK_MAX = 99 * HOUR_MINUTES + 59 /* what HH:MM can show */
};

static const char digit_pairs[] = "00010203040506070809"
				  "10111213141516171819"
				  "20212223242526272829"
				  "30313233343536373839"
				  "40414243444546474849"
				  "50515253545556575859"
				  "60616263646566676869"
				  "70717273747576777879"
				  "80818283848586878889"
				  "90919293949596979899";

/* Room for len bytes, or NULL and the flag. */
static char *
reserve(struct out *out, size_t len)
{
	if (len > out->size - out->len) {
		out->overflow = true;
		return NULL;
	}
	return out->ptr + out->len;
}

static char *
put_pair(char *at, unsigned number)
{
	memcpy(at, digit_pairs + (size_t)2 * number, 2);
	return at + 2;
}

void
out_bytes(struct out *out, const char *bytes, size_t len)
{
	char *at = reserve(out, len);

	if (at == NULL || len == 0)
		return;
	memcpy(at, bytes, len);
	out->len += len;
}

void
out_text(struct out *out, const char *text)
{
	out_bytes(out, text, strlen(text));
}

void
out_char(struct out *out, char c)
{
	char *at = reserve(out, 1);

	if (at == NULL)
		return;
	*at = c;
	out->len++;
}

/* The digits of number at the end of digits[]; returns the first. */
static char *
digits_of(uint64_t number, char digits[U64_DIGITS])
{
	char *at = digits + U64_DIGITS;

	while (number >= 100) {
		at -= 2;
		put_pair(at, (unsigned)(number % 100));
		number /= 100;
	}
	if (number >= 10) {
		at -= 2;
		put_pair(at, (unsigned)number);
	} else {
		*--at = (char)('0' + number);
	}
	return at;
}

void
out_u64(struct out *out, uint64_t number)
{
	char digits[U64_DIGITS];
	char *first = digits_of(number, digits);

	out_bytes(out, first, (size_t)(digits + U64_DIGITS - first));
}

void
out_i64(struct out *out, int64_t number)
{
	out_fixed(out, number, 0);
}

void
out_fixed(struct out *out, int64_t scaled, unsigned decimals)
{
	char text[2 + 2 * U64_DIGITS], digits[U64_DIGITS], *first, *at = text;
	uint64_t number =
	    scaled < 0 ? (uint64_t)0 - (uint64_t)scaled : (uint64_t)scaled;
	size_t count, whole;

	first = digits_of(number, digits);
	count = (size_t)(digits + U64_DIGITS - first);
	if (decimals > DECIMALS_MAX)
		decimals = DECIMALS_MAX;
	whole = count > decimals ? count - decimals : 0;
	if (scaled < 0)
		*at++ = '-';
	if (whole == 0)
		*at++ = '0';
	memcpy(at, first, whole);
	at += whole;
	if (decimals > 0) {
		*at++ = '.';
		memset(at, '0', decimals - (count - whole));
		at += decimals - (count - whole);
		memcpy(at, first + whole, count - whole);
		at += count - whole;
	}
	out_bytes(out, text, (size_t)(at - text));
}

void
out_id(struct out *out, struct id id)
{
	char *at = reserve(out, ID_TEXT_LEN);

	if (at == NULL)
		return;
	id_to_text(id, at);
	out->len += ID_TEXT_LEN;
}

/* YYYY-MM-DD; years that have no four digits are held at the nearest that has,
 * for they cannot come from a request. */
static char *
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

static char *
put_clock(char *at, unsigned minute)
{
	if (minute > CLOCK_MAX)
		minute = CLOCK_MAX;
	at = put_pair(at, minute / HOUR_MINUTES);
	*at++ = ':';
	return put_pair(at, minute % HOUR_MINUTES);
}

void
out_day(struct out *out, int32_t day)
{
	char *at = reserve(out, DAY_LEN);

	if (at == NULL)
		return;
	put_day(at, day);
	out->len += DAY_LEN;
}

void
out_instant(struct out *out, int64_t seconds, int offset)
{
	char text[sizeof("YYYY-MM-DDTHH:MM:SS+HH:MM")], *at = text;
	int64_t local = seconds + (int64_t)offset * 60, day;
	unsigned second;

	day = (local >= 0 ? local : local - (DAY_SECONDS - 1)) / DAY_SECONDS;
	second = (unsigned)(local - day * DAY_SECONDS);
	if (day > INT32_MAX || day < INT32_MIN)
		day = day > 0 ? INT32_MAX : INT32_MIN;
	at = put_day(at, (int32_t)day);
	*at++ = 'T';
	at = put_clock(at, second / 60);
	if (second % 60 != 0) {
		*at++ = ':';
		at = put_pair(at, second % 60);
	}
	*at++ = offset < 0 ? '-' : '+';
	at = put_clock(
	    at, offset < 0 ? 0U - (unsigned)offset : (unsigned)offset);
	out_bytes(out, text, (size_t)(at - text));
}

void
out_minute(struct out *out, unsigned minute)
{
	char text[sizeof("HH:MM")];

	out_bytes(out, text, (size_t)(put_clock(text, minute) - text));
}

/* What a byte needs: nothing, quotes around the value, or an escape too. */
enum need { BARE, QUOTED, ESCAPED };

#define EIGHT(need) need, need, need, need, need, need, need, need
static const unsigned char needs[256] = {EIGHT(ESCAPED), EIGHT(ESCAPED),
    EIGHT(ESCAPED), EIGHT(ESCAPED), [' '] = QUOTED, ['"'] = ESCAPED,
    ['\\'] = ESCAPED, [0x7f] = ESCAPED};
#undef EIGHT

static char *
put_escaped(char *at, char c)
{
	switch (c) {
	case '"':
	case '\\':
		*at++ = '\\';
		*at++ = c;
		break;
	case '\n':
		*at++ = '\\';
		*at++ = 'n';
		break;
	case '\t':
		*at++ = '\\';
		*at++ = 't';
		break;
	default: /* no other control may stand in a line */
		*at++ = '?';
		break;
	}
	return at;
}

static void
out_quoted(struct out *out, struct span value, size_t escapes)
{
	char *start = reserve(out, value.len + escapes + 2), *at = start;
	size_t i;

	if (at == NULL)
		return;
	*at++ = '"';
	for (i = 0; i < value.len; i++) {
		if (needs[(unsigned char)value.ptr[i]] == ESCAPED)
			at = put_escaped(at, value.ptr[i]);
		else
			*at++ = value.ptr[i];
	}
	*at++ = '"';
	out->len += (size_t)(at - start);
}

void
out_value(struct out *out, struct span value)
{
	size_t escapes = 0, quotes = value.len == 0 ? 1 : 0, i;
	unsigned char need;

	for (i = 0; i < value.len; i++) {
		need = needs[(unsigned char)value.ptr[i]];
		quotes |= need;
		escapes += need == ESCAPED ? 1 : 0;
	}
	if (quotes == 0)
		out_bytes(out, value.ptr, value.len);
	else
		out_quoted(out, value, escapes);
}

void
out_key(struct out *out, const char *key)
{
	struct span name = span_of(key);
	char *at = reserve(out, name.len + 2);

	if (at == NULL)
		return;
	*at++ = ' ';
	memcpy(at, name.ptr, name.len);
	at[name.len] = '=';
	out->len += name.len + 2;
}

/*
 * A key and its value go out together or not at all: pair_end takes the key
 * back when the value did not fit behind it.
 */
struct pair {
	size_t len;
	bool overflow;
};

static struct pair
pair_begin(struct out *out, const char *key)
{
	struct pair pair = {out->len, out->overflow};

	out->overflow = false;
	out_key(out, key);
	return pair;
}

static void
pair_end(struct out *out, struct pair pair)
{
	if (out->overflow)
		out->len = pair.len;
	else
		out->overflow = pair.overflow;
}

void
out_key_value(struct out *out, const char *key, struct span value)
{
	struct pair pair = pair_begin(out, key);

	out_value(out, value);
	pair_end(out, pair);
}

void
out_key_text(struct out *out, const char *key, const char *value)
{
	out_key_value(out, key, span_of(value));
}

void
out_key_u64(struct out *out, const char *key, uint64_t number)
{
	struct pair pair = pair_begin(out, key);

	out_u64(out, number);
	pair_end(out, pair);
}

void
out_key_id(struct out *out, const char *key, struct id id)
{
	struct pair pair = pair_begin(out, key);

	out_id(out, id);
	pair_end(out, pair);
}

void
out_key_day(struct out *out, const char *key, int32_t day)
{
	struct pair pair = pair_begin(out, key);

	out_day(out, day);
	pair_end(out, pair);
}
