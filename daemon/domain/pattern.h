/* SPDX-License-Identifier: ISC */
/*
 * pattern: half-days that recur week after week, or on the nth weekday of the
 * month.
 *
 *	pattern = item *(";" item)
 *	item    = days parts ["every" n]	; mon-fri M; wed,fri MA every 2
 *	        | nth weekday parts		; 2nd tue A; last fri M
 *	nth     = "1st" | "2nd" | "3rd" | "4th" | "5th" | "last"
 *
 * days as in opening hours; parts are letters of enum part, in its order; n
 *from 2 to 52: every nth ISO week, the first of them being the week of the day
 *from which whoever has the pattern counts (its `from`).
 */
#ifndef DOMAIN_PATTERN_H
#define DOMAIN_PATTERN_H

#include "daemon/domain/calendar.h"

enum { PATTERN_ITEMS_MAX = 8, PATTERN_TEXT_MAX = 288, PATTERN_LAST = -1 };

struct pattern_item {
	uint8_t weekdays; /* bits, Monday 1 */
	uint8_t parts;    /* bits of enum part */
	uint8_t every;    /* weeks, 1.. */
	int8_t nth;       /* 1..5 or PATTERN_LAST in the month; 0: any */
};

/* Unused items are zero, so that equal patterns are equal bytes. */
struct pattern {
	struct pattern_item item[PATTERN_ITEMS_MAX];
};

/* False, with *column (from 0) where, and *why in words.  At least one item. */
bool pattern_parse(
    struct span text, struct pattern *out, size_t *column, const char **why);
/* Canonical form of the same grammar, without a final NUL; PATTERN_TEXT_MAX
 * bytes always suffice.  Returns the length. */
size_t pattern_print(const struct pattern *pattern, char *text, size_t size);
/* Whether it has the half-day, counted from the week of the day `from`. */
bool pattern_has(
    const struct pattern *pattern, int32_t from, int32_t day, enum part part);
/* The parts of a day that it has, as bits. */
unsigned pattern_parts(
    const struct pattern *pattern, int32_t from, int32_t day);

/* "MA" as bits; false when there is none, a letter is unknown, or they are not
 * in the order of enum part. */
bool parts_parse(struct span text, unsigned *bits);
/* Whether the letters name the part. */
bool parts_have(const char *letters, enum part part);

#endif
