/* SPDX-License-Identifier: ISC */
/*
 * span: the only code that turns bytes of the wire into numbers, dates and ids.
 * Every function looks at ptr[0 .. len - 1] and at nothing else.
 */
#include "proto/span.h"

#include <string.h>

enum { YEAR_MIN = 1970, YEAR_MAX = 2999, DAY_MINUTES = 24 * 60 };

struct span
span_of(const char *text)
{
	return (struct span){text, text == NULL ? 0 : strlen(text)};
}

bool
span_equal(struct span a, struct span b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool
span_is(struct span a, const char *text)
{
	return span_equal(a, span_of(text));
}

bool
span_cut(struct span *rest, char stop, struct span *out)
{
	const char *found;

	if (rest->len == 0)
		return false;
	found = memchr(rest->ptr, stop, rest->len);
	if (found == NULL) {
		*out = *rest;
		*rest = (struct span){rest->ptr + rest->len, 0};
		return true;
	}
	*out = (struct span){rest->ptr, (size_t)(found - rest->ptr)};
	*rest = (struct span){found + 1, rest->len - out->len - 1};
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Appends one decimal digit; false when that would exceed max. */
static bool
push_digit(uint64_t *number, unsigned digit, uint64_t max)
{
	if (digit > max || *number > (max - digit) / 10)
		return false;
	*number = *number * 10 + digit;
	return true;
}

bool
span_to_u64(struct span text, uint64_t max, uint64_t *out)
{
	uint64_t number = 0;
	size_t i;

	if (text.len == 0)
		return false;
	for (i = 0; i < text.len; i++) {
		if (!is_digit(text.ptr[i]) ||
		    !push_digit(&number, (unsigned)(text.ptr[i] - '0'), max))
			return false;
	}
	*out = number;
	return true;
}

bool
span_to_fixed(struct span text, unsigned decimals, int64_t limit, int64_t *out)
{
	uint64_t number = 0, max;
	unsigned seen = 0;
	size_t i, first;
	bool negative, point = false;

	if (limit < 0)
		return false;
	max = (uint64_t)limit;
	negative = text.len > 0 && text.ptr[0] == '-';
	first = negative ? 1 : 0;
	for (i = first; i < text.len; i++) {
		if (text.ptr[i] == '.' && !point && i > first) {
			point = true;
			continue;
		}
		if (!is_digit(text.ptr[i]) || (point && ++seen > decimals) ||
		    !push_digit(&number, (unsigned)(text.ptr[i] - '0'), max))
			return false;
	}
	if (text.len == first || (point && seen == 0))
		return false;
	for (; seen < decimals; seen++) {
		if (!push_digit(&number, 0, max))
			return false;
	}
	*out = negative ? -(int64_t)number : (int64_t)number;
	return true;
}

/* count digits at ptr; the caller knows that they lie inside its span. */
static bool
digits(const char *ptr, unsigned count, unsigned *out)
{
	unsigned number = 0;

	for (; count > 0; count--, ptr++) {
		if (!is_digit(*ptr))
			return false;
		number = number * 10 + (unsigned)(*ptr - '0');
	}
	*out = number;
	return true;
}

static unsigned
month_days(unsigned year, unsigned month)
{
	static const unsigned char days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

bool
span_to_day(struct span text, int32_t *out)
{
	unsigned year, month, day;

	if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
	    !digits(text.ptr, 4, &year) || !digits(text.ptr + 5, 2, &month) ||
	    !digits(text.ptr + 8, 2, &day))
		return false;
	if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 ||
	    day < 1 || day > month_days(year, month))
		return false;
	*out = day_from_civil((int)year, month, day);
	return true;
}

/* HH:MM at ptr, five bytes that the caller knows to be there. */
static bool
clock_at(const char *ptr, unsigned max_minutes, unsigned *out)
{
	unsigned hour, minute;

	if (ptr[2] != ':' || !digits(ptr, 2, &hour) ||
	    !digits(ptr + 3, 2, &minute) || minute > 59 ||
	    hour * 60 + minute > max_minutes)
		return false;
	*out = hour * 60 + minute;
	return true;
}

bool
span_to_minute(struct span text, unsigned *out)
{
	return text.len == 5 && clock_at(text.ptr, 2 * DAY_MINUTES - 1, out);
}

/* Z, +HH:MM or -HH:MM as minutes east of UTC. */
static bool
offset_of(struct span text, int *out)
{
	unsigned minutes;

	if (text.len == 1 && text.ptr[0] == 'Z') {
		*out = 0;
		return true;
	}
	if (text.len != 6 || (text.ptr[0] != '+' && text.ptr[0] != '-') ||
	    !clock_at(text.ptr + 1, DAY_MINUTES - 1, &minutes))
		return false;
	*out = text.ptr[0] == '-' ? -(int)minutes : (int)minutes;
	return true;
}

bool
span_to_instant(struct span text, int64_t *out)
{
	unsigned minute, second = 0;
	size_t at = 16; /* behind YYYY-MM-DDTHH:MM */
	int32_t day;
	int offset;

	if (text.len <= at || text.ptr[10] != 'T' ||
	    !span_to_day((struct span){text.ptr, 10}, &day) ||
	    !clock_at(text.ptr + 11, DAY_MINUTES - 1, &minute))
		return false;
	if (text.ptr[at] == ':') {
		if (text.len < at + 3 ||
		    !digits(text.ptr + at + 1, 2, &second) || second > 59)
			return false;
		at += 3;
	}
	if (!offset_of((struct span){text.ptr + at, text.len - at}, &offset))
		return false;
	*out = ((int64_t)day * DAY_MINUTES + (int64_t)minute - offset) * 60 +
	    (int64_t)second;
	return true;
}

static bool
hex_digit(char c, unsigned *out)
{
	if (is_digit(c))
		*out = (unsigned)(c - '0');
	else if (c >= 'a' && c <= 'f')
		*out = (unsigned)(c - 'a') + 10;
	else if (c >= 'A' && c <= 'F')
		*out = (unsigned)(c - 'A') + 10;
	else
		return false;
	return true;
}

bool
span_to_id(struct span text, struct id *out)
{
	uint64_t word[2] = {0, 0};
	unsigned digit, seen = 0;
	size_t i;

	if (text.len != ID_TEXT_LEN)
		return false;
	for (i = 0; i < ID_TEXT_LEN; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text.ptr[i] != '-')
				return false;
			continue;
		}
		if (!hex_digit(text.ptr[i], &digit))
			return false;
		word[seen / 16] = word[seen / 16] << 4 | digit;
		seen++;
	}
	*out = (struct id){word[0], word[1]};
	return true;
}

/*
 * Length of the UTF-8 sequence at ptr, or 0 when it is malformed, too long for
 * its code point, a surrogate, beyond U+10FFFF or a control.
 */
static size_t
text_sequence(const unsigned char *ptr, size_t len)
{
	unsigned char lowest = 0x80, highest = 0xbf;
	size_t need, i;

	if (ptr[0] < 0x80)
		return ptr[0] >= 0x20 && ptr[0] != 0x7f ? 1 : 0;
	if (ptr[0] < 0xc2 || ptr[0] > 0xf4)
		return 0;
	need = ptr[0] < 0xe0 ? 2 : ptr[0] < 0xf0 ? 3 : 4;
	if (len < need)
		return 0;
	switch (ptr[0]) {
	case 0xc2: /* U+0080..U+009F are controls */
	case 0xe0:
		lowest = 0xa0;
		break;
	case 0xed:
		highest = 0x9f;
		break;
	case 0xf0:
		lowest = 0x90;
		break;
	case 0xf4:
		highest = 0x8f;
		break;
	default:
		break;
	}
	if (ptr[1] < lowest || ptr[1] > highest)
		return 0;
	for (i = 2; i < need; i++) {
		if (ptr[i] < 0x80 || ptr[i] > 0xbf)
			return 0;
	}
	return need;
}

/* Whether eight bytes are ASCII without controls, which most are: looked at
 * together, and exactly as text_sequence() looks at each. */
static bool
is_plain(const char *ptr)
{
	const uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;
	uint64_t word, deleted;

	memcpy(&word, ptr, sizeof(word));
	deleted = word ^ 0x7f * ones;
	return ((word | (word - 0x20 * ones) | (deleted - ones)) & high) == 0;
}

size_t
span_text_length(struct span text)
{
	size_t at = 0, step;

	while (text.len - at >= sizeof(uint64_t) && is_plain(text.ptr + at))
		at += sizeof(uint64_t);
	while (at < text.len) {
		step = text_sequence(
		    (const unsigned char *)text.ptr + at, text.len - at);
		if (step == 0)
			break;
		at += step;
	}
	return at;
}

bool
span_is_text(struct span text)
{
	return span_text_length(text) == text.len;
}

/*
 * Both ways by the 400-year cycle of 146,097 days, years counted from March so
 * that the leap day is the last of its year.
 */
int32_t
day_from_civil(int year, unsigned month, unsigned day)
{
	int era;
	unsigned year_of_era, day_of_year, day_of_era;

	if (month <= 2)
		year--;
	era = (year >= 0 ? year : year - 399) / 400;
	year_of_era = (unsigned)(year - era * 400);
	day_of_year =
	    (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	    day_of_year;
	return era * 146097 + (int32_t)day_of_era - 719468;
}

/*
 * Neri and Schneider, "Euclidean affine functions and their application to
 * calendar algorithms" (2023): divisions become multiplications.  A list prints
 * a date per line.
 */
void
day_to_civil(int32_t days, int *year, unsigned *month, unsigned *day)
{
	enum { ERAS = 14704, ERA_DAYS = 146097, ERA_YEARS = 400 };
	/* Shifted by so many eras that it is positive for every int32_t. */
	uint64_t n =
	    (uint64_t)((int64_t)days + 719468 + (int64_t)ERA_DAYS * ERAS);
	uint64_t century_days = 4 * n + 3, century = century_days / ERA_DAYS;
	uint32_t of_century = (uint32_t)(century_days % ERA_DAYS / 4);
	uint64_t scaled = (uint64_t)2939745 * (4 * of_century + 3);
	uint32_t of_year = (uint32_t)scaled / 2939745 / 4;
	uint32_t shifted = 2141 * of_year + 197913;
	bool wraps = of_year >= 306; /* January and February */

	*year = (int)((int64_t)(100 * century + (scaled >> 32)) -
		    (int64_t)ERAS * ERA_YEARS) +
	    (wraps ? 1 : 0);
	*month = (shifted >> 16) - (wraps ? 12 : 0);
	*day = (shifted & 0xffff) / 2141 + 1;
}
