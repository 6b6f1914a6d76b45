/* SPDX-License-Identifier: ISC */
/*
 * hours: opening hours of a week as text.
 *
 *	hours   = [group *(";" group) [";"]]
 *	group   = days 1*(letter from "-" to)	; mon-fri M 09:00-12:00
 *	days    = range *("," range)
 *	range   = weekday ["-" weekday]
 *
 * Words stand apart by blanks.  The empty text is a site that never opens.
 */
#include "daemon/domain/calendar.h"

#include "daemon/base/compiler.h"
#include "proto/out.h"

#include <string.h>

enum { WEEKDAYS = 7, NAME_LEN = 3 };

static const char weekday_names[WEEKDAYS][NAME_LEN + 1] = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* Why an opening is refused: it must lie in the window of its part. */
static const char *const outside[] = {
    [PART_M] = "M opens within 08:00-13:00",
    [PART_A] = "A opens within 13:00-20:00",
    [PART_E] = "E opens within 18:00-21:00",
    [PART_S] = "S opens within 20:00-24:00",
    [PART_N] = "N opens within 24:00-32:00, the night after",
};

STATIC_ASSERT(ARRAY_SIZE(outside) == PART_COUNT);

struct reader {
	struct span text;
	size_t at;
	const char *why; /* NULL as long as all is well */
};

struct hours
hours_default(void)
{
	struct hours hours = {0};

	for (unsigned day = 0; day < 5; day++) {
		hours.at[day][PART_M] = (struct opening){540, 720};
		hours.at[day][PART_A] = (struct opening){840, 1080};
	}
	return hours;
}

bool
hours_equal(const struct hours *a, const struct hours *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool
refuse(struct reader *reader, size_t at, const char *why)
{
	reader->at = at;
	reader->why = why;
	return false;
}

static void
skip_blanks(struct reader *reader)
{
	while (reader->at < reader->text.len &&
	    reader->text.ptr[reader->at] == ' ')
		reader->at++;
}

static bool
at_char(const struct reader *reader, char c)
{
	return reader->at < reader->text.len &&
	    reader->text.ptr[reader->at] == c;
}

static bool
read_weekday(struct reader *reader, unsigned *out)
{
	const char *text = reader->text.ptr + reader->at;

	if (reader->text.len - reader->at >= NAME_LEN) {
		for (unsigned day = 0; day < WEEKDAYS; day++) {
			if (memcmp(text, weekday_names[day], NAME_LEN) == 0) {
				reader->at += NAME_LEN;
				*out = day;
				return true;
			}
		}
	}
	return refuse(reader, reader->at,
	    "a weekday is mon, tue, wed, thu, fri, sat or sun");
}

/* The weekdays of a group as bits. */
static bool
read_days(struct reader *reader, unsigned *days)
{
	*days = 0;
	for (;;) {
		size_t begin = reader->at;
		unsigned first, last;

		if (!read_weekday(reader, &first))
			return false;
		last = first;
		if (at_char(reader, '-')) {
			reader->at++;
			if (!read_weekday(reader, &last))
				return false;
			if (last <= first)
				return refuse(reader, begin,
				    "a range of weekdays goes from an earlier "
				    "to a later one");
		}
		for (unsigned day = first; day <= last; day++) {
			if (*days & 1u << day)
				return refuse(
				    reader, begin, "a weekday is named twice");
			*days |= 1u << day;
		}
		if (!at_char(reader, ','))
			return true;
		reader->at++;
	}
}

static bool
read_minute(struct reader *reader, unsigned *out)
{
	struct span text = {reader->text.ptr + reader->at, 5};

	if (reader->text.len - reader->at < text.len ||
	    !span_to_minute(text, out))
		return refuse(reader, reader->at, "a time is HH:MM");
	reader->at += text.len;
	return true;
}

static bool
read_opening(struct reader *reader, enum part *part, struct opening *out)
{
	struct span letter = {reader->text.ptr + reader->at, 1};
	size_t begin;
	unsigned from, to, earliest, latest;

	if (!part_find(letter, part))
		return refuse(reader, reader->at, "a part is M, A, E, S or N");
	reader->at++;
	if (!at_char(reader, ' '))
		return refuse(reader, reader->at,
		    "a part is followed by its opening, M 09:00-12:00");
	skip_blanks(reader);
	begin = reader->at;
	if (!read_minute(reader, &from))
		return false;
	if (!at_char(reader, '-'))
		return refuse(reader, reader->at, "an opening is HH:MM-HH:MM");
	reader->at++;
	if (!read_minute(reader, &to))
		return false;
	if (to <= from)
		return refuse(reader, begin, "an opening ends after it begins");
	part_window(*part, &earliest, &latest);
	if (from < earliest || to > latest)
		return refuse(reader, begin, outside[*part]);
	*out = (struct opening){(uint16_t)from, (uint16_t)to};
	return true;
}

static bool
set_opening(
    struct hours *hours, unsigned days, enum part part, struct opening opening)
{
	for (unsigned day = 0; day < WEEKDAYS; day++) {
		if (!(days & 1u << day))
			continue;
		if (hours->at[day][part].to != 0)
			return false;
		hours->at[day][part] = opening;
	}
	return true;
}

static bool
read_group(struct reader *reader, struct hours *hours)
{
	unsigned days;

	if (!read_days(reader, &days))
		return false;
	do {
		size_t begin = reader->at;
		enum part part;
		struct opening opening;

		skip_blanks(reader);
		if (reader->at == begin || reader->at == reader->text.len ||
		    at_char(reader, ';'))
			return refuse(reader, reader->at,
			    "weekdays are followed by a blank and a part");
		begin = reader->at;
		if (!read_opening(reader, &part, &opening))
			return false;
		if (!set_opening(hours, days, part, opening))
			return refuse(reader, begin,
			    "a weekday and part has two openings");
		begin = reader->at;
		skip_blanks(reader);
		if (reader->at == reader->text.len || at_char(reader, ';'))
			return true;
		reader->at = begin;
	} while (true);
}

bool
hours_parse(
    struct span text, struct hours *out, size_t *column, const char **why)
{
	struct reader reader = {text, 0, NULL};
	struct hours hours = {0};

	skip_blanks(&reader);
	while (reader.at < text.len) {
		if (!read_group(&reader, &hours)) {
			*column = reader.at;
			*why = reader.why;
			return false;
		}
		if (at_char(&reader, ';'))
			reader.at++;
		skip_blanks(&reader);
	}
	*out = hours;
	return true;
}

static bool
is_closed(const struct opening openings[PART_COUNT])
{
	for (unsigned part = 0; part < PART_COUNT; part++)
		if (openings[part].to != 0)
			return false;
	return true;
}

/* Prints the weekdays whose bits are set: "mon-wed,fri". */
static void
print_days(struct out *out, unsigned days)
{
	const char *separator = "";

	for (unsigned day = 0; day < WEEKDAYS; day++) {
		unsigned last = day;

		if (!(days & 1u << day))
			continue;
		while (last + 1 < WEEKDAYS && days & 1u << (last + 1))
			last++;
		out_text(out, separator);
		out_text(out, weekday_names[day]);
		if (last > day) {
			out_char(out, '-');
			out_text(out, weekday_names[last]);
		}
		separator = ",";
		day = last;
	}
}

static void
print_openings(struct out *out, const struct opening openings[PART_COUNT])
{
	for (unsigned part = 0; part < PART_COUNT; part++) {
		if (openings[part].to == 0)
			continue;
		out_char(out, ' ');
		out_char(out, part_letter((enum part)part));
		out_char(out, ' ');
		out_minute(out, openings[part].from);
		out_char(out, '-');
		out_minute(out, openings[part].to);
	}
}

size_t
hours_print(const struct hours *hours, char *text, size_t size)
{
	struct out out = {text, 0, size, false};
	unsigned done = 0;

	for (unsigned day = 0; day < WEEKDAYS; day++) {
		unsigned same = 0;

		if (done & 1u << day || is_closed(hours->at[day]))
			continue;
		for (unsigned other = day; other < WEEKDAYS; other++)
			if (memcmp(hours->at[other], hours->at[day],
				sizeof(hours->at[day])) == 0)
				same |= 1u << other;
		done |= same;
		if (out.len > 0)
			out_literal(&out, "; ");
		print_days(&out, same);
		print_openings(&out, hours->at[day]);
	}
	return out.len;
}
