/* SPDX-License-Identifier: ISC */
/*
 * tz: offsets of time zones, as libical reads them from the tz database.
 *
 * libical is asked for a year the first time that an instant of that year is
 * converted; what is kept is the offset at its beginning and its changes.  A
 * zone is never freed: sites point to it.  One thread only.
 *
 * Beyond 2037 libical goes on with the last rule of a zone.  That is exact for
 * Europe and for zones without daylight saving; of the French ones only
 * America/Miquelon is then off, by one hour, in the nights of its changes.
 */
#include "daemon/domain/calendar.h"

#include "daemon/base/mem.h"
#include "proto/limits.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

/* Instants beyond these years take the offset at the nearer end. */
enum { YEAR_FIRST = 1970, YEAR_LAST = 2999 };

/*
 * libical works out every year up to the one asked for, a second and more for a
 * far one.  Later years are therefore taken for one of the last 28 of these,
 * which has the same calendar: under the last rule of a zone it is the same.
 */
enum { YEAR_ASKED = 2069, CALENDARS = 28, YEARS = YEAR_ASKED - YEAR_FIRST + 1 };

struct change_of_clock {
	int64_t at;     /* first instant with this offset */
	int32_t offset; /* seconds east of UTC */
};

struct tz_year {
	size_t count; /* from 1: the first stands at the year's beginning */
	struct change_of_clock changes[];
};

struct tz {
	char name[PROTO_WORD_MAX + 1];
	icaltimezone *zone;
	struct tz_year **years; /* YEARS of them, NULL until asked for */
	struct tz *next;
};

static struct tz *all;

static int32_t
ask(const struct tz *tz, int64_t instant)
{
	icaltimetype time = icaltime_null_time();
	int64_t day = instant / SECONDS_PER_DAY;
	int second = (int)(instant % SECONDS_PER_DAY);
	unsigned month, mday;
	int is_dst;

	day_to_civil((int32_t)day, &time.year, &month, &mday);
	time.month = (int)month;
	time.day = (int)mday;
	time.hour = second / 3600;
	time.minute = second / 60 % 60;
	time.second = second % 60;
	return icaltimezone_get_utc_offset_of_utc_time(
	    tz->zone, &time, &is_dst);
}

/* The instant in (before, after] from which the offset is no longer that of
 * `before`. */
static int64_t
bisect(const struct tz *tz, int64_t before, int64_t after)
{
	int32_t offset = ask(tz, before);

	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (ask(tz, middle) == offset)
			before = middle;
		else
			after = middle;
	}
	return after;
}

static int64_t
year_begin(int year)
{
	return (int64_t)day_from_civil(year, 1, 1) * SECONDS_PER_DAY;
}

static struct tz_year *
year_new(const struct tz *tz, int year)
{
	int64_t from = year_begin(year), to = year_begin(year + 1);
	struct tz_year *kept = xmalloc(sizeof(*kept) + sizeof(*kept->changes));

	kept->count = 1;
	kept->changes[0] = (struct change_of_clock){from, ask(tz, from)};
	/* Two changes are never within a day, so one look a day finds each. */
	for (int64_t seen = from, next; seen < to - 1; seen = next) {
		int32_t offset;

		next = seen + SECONDS_PER_DAY < to ? seen + SECONDS_PER_DAY
						   : to - 1;
		offset = ask(tz, next);
		if (offset == kept->changes[kept->count - 1].offset)
			continue;
		kept = xrealloc(kept,
		    sizeof(*kept) + (kept->count + 1) * sizeof(*kept->changes));
		kept->changes[kept->count++] =
		    (struct change_of_clock){bisect(tz, seen, next), offset};
	}
	return kept;
}

/* The year whose changes of the clock count for an instant, which is moved into
 * that year. */
static int
year_of(int64_t *instant)
{
	int64_t length, week = 7 * SECONDS_PER_DAY;
	int year, like = YEAR_ASKED;
	unsigned month, mday;

	day_to_civil(
	    (int32_t)(*instant / SECONDS_PER_DAY), &year, &month, &mday);
	if (year <= YEAR_ASKED)
		return year;
	length = year_begin(year + 1) - year_begin(year);
	while (like > YEAR_ASKED - CALENDARS + 1 &&
	    (year_begin(like + 1) - year_begin(like) != length ||
		(year_begin(year) - year_begin(like)) % week != 0))
		like--;
	*instant -= year_begin(year) - year_begin(like);
	return like;
}

/* Seconds east of UTC. */
static int32_t
offset_at(const struct tz *tz, int64_t instant)
{
	int64_t first = year_begin(YEAR_FIRST);
	int64_t last = year_begin(YEAR_LAST + 1) - 1;
	const struct tz_year *kept;
	int year;
	size_t i;

	if (instant < first)
		instant = first;
	if (instant > last)
		instant = last;
	year = year_of(&instant);
	if (tz->years[year - YEAR_FIRST] == NULL)
		tz->years[year - YEAR_FIRST] = year_new(tz, year);
	kept = tz->years[year - YEAR_FIRST];
	for (i = kept->count - 1; i > 0 && instant < kept->changes[i].at; i--)
		;
	return kept->changes[i].offset;
}

static bool
begins(struct span text, const char *with)
{
	size_t len = strlen(with);

	return text.len >= len && memcmp(text.ptr, with, len) == 0;
}

/*
 * libical takes a name for the path of a file and follows dots; a client must
 * neither reach files with it nor make ever new names of one zone.  The same
 * zones stand again below posix/, and with leap seconds below right/.
 */
static bool
is_name(struct span name)
{
	bool slash = true;

	if (name.len == 0 || name.len > PROTO_WORD_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

		if (c == '/' ? slash
			     : !letter && (c < '0' || c > '9') && c != '_' &&
			    c != '+' && c != '-')
			return false;
		slash = c == '/';
	}
	return !slash && !begins(name, "posix/") && !begins(name, "right/");
}

const struct tz *
tz_find(struct span name)
{
	struct tz *tz;
	char text[PROTO_WORD_MAX + 1];
	icaltimezone *zone;

	if (!is_name(name))
		return NULL;
	for (tz = all; tz != NULL; tz = tz->next)
		if (span_is(name, tz->name))
			return tz;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	zone = icaltimezone_get_builtin_timezone(text);
	if (zone == NULL)
		return NULL;
	tz = xcalloc(1, sizeof(*tz));
	memcpy(tz->name, text, name.len + 1);
	tz->zone = zone;
	tz->years = xcalloc(YEARS, sizeof(struct tz_year *));
	tz->next = all;
	all = tz;
	return tz;
}

const char *
tz_name(const struct tz *tz)
{
	return tz->name;
}

int64_t
tz_instant(const struct tz *tz, int32_t day, unsigned minute)
{
	int64_t clock = (int64_t)day * SECONDS_PER_DAY + (int64_t)minute * 60;
	/* As the clock stood before any change of that day. */
	int64_t early = clock - offset_at(tz, clock - SECONDS_PER_DAY);
	int64_t late;

	if (early + offset_at(tz, early) == clock)
		return early;
	late = clock - offset_at(tz, early);
	return late + offset_at(tz, late) == clock ? late : early;
}

int
tz_offset(const struct tz *tz, int64_t instant)
{
	return offset_at(tz, instant) / 60;
}

int32_t
tz_day(const struct tz *tz, int64_t instant)
{
	int64_t clock = instant + offset_at(tz, instant);
	int64_t day = clock / SECONDS_PER_DAY;

	return (int32_t)(clock % SECONDS_PER_DAY < 0 ? day - 1 : day);
}
