/* SPDX-License-Identifier: ISC */
/*
 * hours: opening hours of a week as text.
 *
 *	hours   = [group *(";" group) [";"]]
 *	group   = days 1*(letter from "-" to)	; mon-fri M 09:00-12:00
 *	days    = as weekdays.h says
 *
 * Words stand apart by blanks.  The empty text is a site that never opens.
 */
#include "daemon/domain/calendar.h"

#include "daemon/base/compiler.h"
#include "daemon/domain/weekdays.h"

#include <string.h>

/* Why an opening is refused: it must lie in the window of its part. */
static const char *const outside[] = {
    [PART_M] = "M opens within 08:00-13:00",
    [PART_A] = "A opens within 13:00-20:00",
    [PART_E] = "E opens within 18:00-21:00",
    [PART_S] = "S opens within 20:00-24:00",
    [PART_N] = "N opens within 24:00-32:00, the night after",
};

STATIC_ASSERT(ARRAY_SIZE(outside) == PART_COUNT);

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
read_minute(struct week_reader *reader, unsigned *out)
{
	struct span text = {reader->text.ptr + reader->at, 5};

	if (reader->text.len - reader->at < text.len ||
	    !span_to_minute(text, out))
		return reader_refuse(reader, reader->at, "a time is HH:MM");
	reader->at += text.len;
	return true;
}

static bool
read_opening(struct week_reader *reader, enum part *part, struct opening *out)
{
	struct span letter = {reader->text.ptr + reader->at, 1};
	size_t begin;
	unsigned from, to, earliest, latest;

	if (!part_find(letter, part))
		return reader_refuse(
		    reader, reader->at, "a part is M, A, E, S or N");
	reader->at++;
	if (!reader_at_char(reader, ' '))
		return reader_refuse(reader, reader->at,
		    "a part is followed by its opening, M 09:00-12:00");
	reader_skip_blanks(reader);
	begin = reader->at;
	if (!read_minute(reader, &from))
		return false;
	if (!reader_at_char(reader, '-'))
		return reader_refuse(
		    reader, reader->at, "an opening is HH:MM-HH:MM");
	reader->at++;
	if (!read_minute(reader, &to))
		return false;
	if (to <= from)
		return reader_refuse(
		    reader, begin, "an opening ends after it begins");
	part_window(*part, &earliest, &latest);
	if (from < earliest || to > latest)
		return reader_refuse(reader, begin, outside[*part]);
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
read_group(struct week_reader *reader, struct hours *hours)
{
	unsigned days;

	if (!reader_weekdays(reader, &days))
		return false;
	do {
		size_t begin = reader->at;
		enum part part;
		struct opening opening;

		reader_skip_blanks(reader);
		if (reader->at == begin || reader->at == reader->text.len ||
		    reader_at_char(reader, ';'))
			return reader_refuse(reader, reader->at,
			    "weekdays are followed by a blank and a part");
		begin = reader->at;
		if (!read_opening(reader, &part, &opening))
			return false;
		if (!set_opening(hours, days, part, opening))
			return reader_refuse(reader, begin,
			    "a weekday and part has two openings");
		begin = reader->at;
		reader_skip_blanks(reader);
		if (reader->at == reader->text.len ||
		    reader_at_char(reader, ';'))
			return true;
		reader->at = begin;
	} while (true);
}

bool
hours_parse(
    struct span text, struct hours *out, size_t *column, const char **why)
{
	struct week_reader reader = {text, 0, NULL};
	struct hours hours = {0};

	reader_skip_blanks(&reader);
	while (reader.at < text.len) {
		if (!read_group(&reader, &hours)) {
			*column = reader.at;
			*why = reader.why;
			return false;
		}
		if (reader_at_char(&reader, ';'))
			reader.at++;
		reader_skip_blanks(&reader);
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
		weekdays_print(&out, same);
		print_openings(&out, hours->at[day]);
	}
	return out.len;
}
