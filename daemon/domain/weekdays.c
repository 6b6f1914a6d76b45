/* SPDX-License-Identifier: ISC */
/*
 * weekdays: reading and printing weekdays; see weekdays.h.
 */
#include "daemon/domain/weekdays.h"

#include <string.h>

enum { NAME_LEN = 3 };

static const char weekday_names[WEEKDAYS][NAME_LEN + 1] = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

void
reader_skip_blanks(struct week_reader *reader)
{
	while (reader->at < reader->text.len &&
	    reader->text.ptr[reader->at] == ' ')
		reader->at++;
}

bool
reader_at_char(const struct week_reader *reader, char c)
{
	return reader->at < reader->text.len &&
	    reader->text.ptr[reader->at] == c;
}

bool
reader_weekday(struct week_reader *reader, unsigned *out)
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
	return reader_refuse(reader, reader->at,
	    "a weekday is mon, tue, wed, thu, fri, sat or sun");
}

bool
reader_weekdays(struct week_reader *reader, unsigned *days)
{
	*days = 0;
	for (;;) {
		size_t begin = reader->at;
		unsigned first, last;

		if (!reader_weekday(reader, &first))
			return false;
		last = first;
		if (reader_at_char(reader, '-')) {
			reader->at++;
			if (!reader_weekday(reader, &last))
				return false;
			if (last <= first)
				return reader_refuse(reader, begin,
				    "a range of weekdays goes from an earlier "
				    "to a later one");
		}
		for (unsigned day = first; day <= last; day++) {
			if (*days & 1u << day)
				return reader_refuse(
				    reader, begin, "a weekday is named twice");
			*days |= 1u << day;
		}
		if (!reader_at_char(reader, ','))
			return true;
		reader->at++;
	}
}

void
weekdays_print(struct out *out, unsigned days)
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
