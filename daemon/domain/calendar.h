/* SPDX-License-Identifier: ISC */
/*
 * calendar: days, parts of the day, clock time and time zones.
 *
 * A day is an int32_t of days since 1970-01-01 in the civil calendar of the
 * site (the service date).  An instant is an int64_t of seconds since 1970 UTC.
 * Zone arithmetic is libical's; this file asks it once per zone and day range
 * and keeps the offsets, so that a conversion costs a table look-up.
 */
#ifndef DOMAIN_CALENDAR_H
#define DOMAIN_CALENDAR_H

#include "proto/span.h"

#include <stdbool.h>
#include <stdint.h>

enum { MINUTES_PER_DAY = 1440, SECONDS_PER_DAY = 86400 };

/* The half-days of a service date, domain rule "slot codes". */
enum part { PART_M, PART_A, PART_E, PART_S, PART_N, PART_COUNT };

char part_letter(enum part part);
/* The same as a word; static. */
struct span part_word(enum part part);
bool part_find(struct span text, enum part *out);
/* The window that the opening of a part must lie in, in minutes since midnight
 * of the service date; N lies in the next civil day (1440..1920). */
void part_window(enum part part, unsigned *from, unsigned *to);

/* Monday = 0 .. Sunday = 6. */
unsigned day_weekday(int32_t day);
/* Monday of the ISO week of a day. */
int32_t day_week(int32_t day);
/* First day of the month, and of the calendar quarter, of a day. */
int32_t day_month(int32_t day);
int32_t day_quarter(int32_t day);

/* A time zone of the tz database; lives until the process ends. */
struct tz;

/* NULL when the name is not a zone of the tz database, or is one of its second
 * names below posix/ and right/. */
const struct tz *tz_find(struct span name);
const char *tz_name(const struct tz *tz);
/*
 * The instant at which the clock of the zone shows `minute` minutes after
 * midnight of `day` (minute may exceed 1440).  A clock time skipped by a change
 * is taken with the offset before it; one shown twice is the first.
 */
int64_t tz_instant(const struct tz *tz, int32_t day, unsigned minute);
/* Minutes east of UTC at an instant. */
int tz_offset(const struct tz *tz, int64_t instant);
/* The civil day of an instant. */
int32_t tz_day(const struct tz *tz, int64_t instant);

/* Opening of one part on one weekday, minutes since midnight; both 0: closed.
 */
struct opening {
	uint16_t from, to;
};

/* Opening hours of a week: weekday (Monday 0) x part. */
struct hours {
	struct opening at[7][PART_COUNT];
};

/* mon-fri M 09:00-12:00 A 14:00-18:00 */
struct hours hours_default(void);
/*
 * Reads "mon-fri M 09:00-12:00 A 14:00-18:00; sat M 09:00-12:00": groups ended
 * by ';', each one or more weekdays ("mon", "mon-fri", "mon,wed"), then parts
 * with their opening.  A weekday and part named twice, an opening outside the
 * part's window, or an end not after its start is refused: false, with *column
 * (from 0) where, and *why in words.
 */
bool hours_parse(
    struct span text, struct hours *out, size_t *column, const char **why);
/* Canonical form of the same grammar; 1024 bytes always suffice. */
size_t hours_print(const struct hours *hours, char *text, size_t size);
bool hours_equal(const struct hours *a, const struct hours *b);

#endif
