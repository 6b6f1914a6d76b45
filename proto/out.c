/* SPDX-License-Identifier: ISC */
/*
 * out: the printer of protocol lines.  A list is printed here a few million
 * lines a second, so numbers, dates and ids are made by copying from tables,
 * and each call looks at the room that is left once.
 */
#include "proto/out.h"

#include "proto/put.h"

#include <string.h>

enum {
	DECIMALS_MAX = PUT_U64_MAX - 1,
	DAY_SECONDS = 86400,
	HOUR_MINUTES = 60,
	CLOCK_MAX = 99 * HOUR_MINUTES + 59 /* what HH:MM can show */
};

const char put_digits[201] = "00010203040506070809"
			     "10111213141516171819"
			     "20212223242526272829"
			     "30313233343536373839"
			     "40414243444546474849"
			     "50515253545556575859"
			     "60616263646566676869"
			     "70717273747576777879"
			     "80818283848586878889"
			     "90919293949596979899";

void
out_u64(struct out *out, uint64_t number)
{
	char digits[PUT_U64_MAX];

	out_bytes(out, digits, (size_t)(put_u64(digits, number) - digits));
}

void
out_i64(struct out *out, int64_t number)
{
	out_fixed(out, number, 0);
}

void
out_fixed(struct out *out, int64_t scaled, unsigned decimals)
{
	char text[2 + 2 * PUT_U64_MAX], first[PUT_U64_MAX], *at = text;
	uint64_t number =
	    scaled < 0 ? (uint64_t)0 - (uint64_t)scaled : (uint64_t)scaled;
	size_t count, whole;

	count = (size_t)(put_u64(first, number) - first);
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
	char *at = out_reserve(out, ID_TEXT_LEN);

	if (at == NULL)
		return;
	put_id(at, id);
	out->len += ID_TEXT_LEN;
}

/* Longer than a clock goes: held at its end. */
static char *
put_held_clock(char *at, unsigned minute)
{
	return put_clock(at, minute > CLOCK_MAX ? CLOCK_MAX : minute);
}

void
out_day(struct out *out, int32_t day)
{
	char *at = out_reserve(out, PUT_DAY_LEN);

	if (at == NULL)
		return;
	put_day(at, day);
	out->len += PUT_DAY_LEN;
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
	at = put_held_clock(at, second / 60);
	if (second % 60 != 0) {
		*at++ = ':';
		at = put_pair(at, second % 60);
	}
	*at++ = offset < 0 ? '-' : '+';
	at = put_held_clock(
	    at, offset < 0 ? 0U - (unsigned)offset : (unsigned)offset);
	out_bytes(out, text, (size_t)(at - text));
}

void
out_minute(struct out *out, unsigned minute)
{
	char text[sizeof("HH:MM")];

	out_bytes(out, text, (size_t)(put_held_clock(text, minute) - text));
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
	char *start = out_reserve(out, value.len + escapes + 2), *at = start;
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
