/* SPDX-License-Identifier: ISC */
/*
 * pattern: see pattern.h.
 */
#include "daemon/domain/pattern.h"

#include "daemon/base/compiler.h"
#include "daemon/domain/weekdays.h"

#include <string.h>

enum { EVERY_MAX = 52, DAYS_PER_WEEK = 7 };

static const struct {
	const char *name;
	int8_t nth;
} nths[] = {{"1st", 1}, {"2nd", 2}, {"3rd", 3}, {"4th", 4}, {"5th", 5},
    {"last", PATTERN_LAST}};

/* ----- reading ----- */

/* The word at the reader, which it does not move over. */
static struct span
word_at(const struct week_reader *reader)
{
	struct span word = {reader->text.ptr + reader->at, 0};

	while (reader->at + word.len < reader->text.len &&
	    word.ptr[word.len] != ' ' && word.ptr[word.len] != ';')
		word.len++;
	return word;
}

bool
parts_parse(struct span text, unsigned *bits)
{
	*bits = 0;
	for (size_t i = 0; i < text.len; i++) {
		enum part part;

		if (!part_find((struct span){text.ptr + i, 1}, &part) ||
		    *bits >> part != 0)
			return false;
		*bits |= 1u << part;
	}
	return *bits != 0;
}

bool
parts_have(const char *letters, enum part part)
{
	return strchr(letters, part_letter(part)) != NULL;
}

/* Moves over the blanks that must stand here. */
static bool
read_blank(struct week_reader *reader, const char *why)
{
	if (!reader_at_char(reader, ' '))
		return reader_refuse(reader, reader->at, why);
	reader_skip_blanks(reader);
	return true;
}

static bool
read_days(struct week_reader *reader, struct pattern_item *item)
{
	struct span word = word_at(reader);
	unsigned days, weekday;

	for (size_t i = 0; i < ARRAY_SIZE(nths); i++) {
		if (!span_is(word, nths[i].name))
			continue;
		item->nth = nths[i].nth;
		reader->at += word.len;
		if (!read_blank(reader, "2nd is followed by a weekday") ||
		    !reader_weekday(reader, &weekday))
			return false;
		item->weekdays = (uint8_t)(1u << weekday);
		return true;
	}
	if (!reader_weekdays(reader, &days))
		return false;
	item->weekdays = (uint8_t)days;
	return true;
}

static bool
read_parts(struct week_reader *reader, struct pattern_item *item)
{
	struct span word;
	unsigned parts;

	if (!read_blank(
		reader, "weekdays are followed by a blank and parts, MA"))
		return false;
	word = word_at(reader);
	if (!parts_parse(word, &parts))
		return reader_refuse(reader, reader->at,
		    "parts are letters of MAESN, in this order");
	item->parts = (uint8_t)parts;
	reader->at += word.len;
	return true;
}

static bool
read_every(struct week_reader *reader, struct pattern_item *item)
{
	struct span word = word_at(reader);
	uint64_t weeks;

	item->every = 1;
	if (word.len == 0)
		return true;
	if (!span_is(word, "every"))
		return reader_refuse(reader, reader->at,
		    "parts are followed by every, ';' or the end");
	if (item->nth != 0)
		return reader_refuse(reader, reader->at,
		    "every does not go with a weekday of the month");
	reader->at += word.len;
	reader_skip_blanks(reader);
	word = word_at(reader);
	if (!span_to_u64(word, EVERY_MAX, &weeks) || weeks < 2)
		return reader_refuse(
		    reader, reader->at, "every is followed by 2 to 52 weeks");
	item->every = (uint8_t)weeks;
	reader->at += word.len;
	reader_skip_blanks(reader);
	return true;
}

static bool
read_item(struct week_reader *reader, struct pattern_item *item)
{
	if (!read_days(reader, item) || !read_parts(reader, item))
		return false;
	reader_skip_blanks(reader);
	if (!read_every(reader, item))
		return false;
	if (reader->at < reader->text.len && !reader_at_char(reader, ';'))
		return reader_refuse(
		    reader, reader->at, "items of a pattern stand apart by ;");
	return true;
}

static bool
read_pattern(struct week_reader *reader, struct pattern *pattern)
{
	unsigned count = 0;

	reader_skip_blanks(reader);
	do {
		if (count == PATTERN_ITEMS_MAX)
			return reader_refuse(reader, reader->at,
			    "a pattern has eight items at most");
		if (!read_item(reader, &pattern->item[count++]))
			return false;
		if (reader_at_char(reader, ';'))
			reader->at++;
		reader_skip_blanks(reader);
	} while (reader->at < reader->text.len);
	return true;
}

bool
pattern_parse(
    struct span text, struct pattern *out, size_t *column, const char **why)
{
	struct week_reader reader = {text, 0, NULL};
	struct pattern pattern = {0};

	if (!read_pattern(&reader, &pattern)) {
		*column = reader.at;
		*why = reader.why;
		return false;
	}
	*out = pattern;
	return true;
}

/* ----- printing ----- */

static void
print_item(struct out *out, const struct pattern_item *item)
{
	for (size_t i = 0; i < ARRAY_SIZE(nths); i++) {
		if (item->nth == nths[i].nth) {
			out_text(out, nths[i].name);
			out_char(out, ' ');
		}
	}
	weekdays_print(out, item->weekdays);
	out_char(out, ' ');
	for (unsigned part = 0; part < PART_COUNT; part++)
		if (item->parts & 1u << part)
			out_char(out, part_letter((enum part)part));
	if (item->every > 1) {
		out_literal(out, " every ");
		out_u64(out, item->every);
	}
}

size_t
pattern_print(const struct pattern *pattern, char *text, size_t size)
{
	struct out out = {text, 0, size, false};

	for (unsigned i = 0; i < PATTERN_ITEMS_MAX; i++) {
		if (pattern->item[i].parts == 0)
			break;
		if (i > 0)
			out_literal(&out, "; ");
		print_item(&out, &pattern->item[i]);
	}
	return out.len;
}

/* ----- asking ----- */

/* Whether the day is the nth of its weekday in its month. */
static bool
is_nth(int32_t day, int8_t nth)
{
	int32_t month = day_month(day);

	if (nth == PATTERN_LAST)
		return day_month(day + DAYS_PER_WEEK) != month;
	return (day - month) / DAYS_PER_WEEK + 1 == nth;
}

static bool
falls_on(const struct pattern_item *item, int32_t from, int32_t day)
{
	int32_t weeks = (day_week(day) - day_week(from)) / DAYS_PER_WEEK;

	if (!(item->weekdays & 1u << day_weekday(day)))
		return false;
	if (item->nth != 0)
		return is_nth(day, item->nth);
	return item->every <= 1 || weeks % item->every == 0;
}

unsigned
pattern_parts(const struct pattern *pattern, int32_t from, int32_t day)
{
	unsigned parts = 0;

	for (unsigned i = 0; i < PATTERN_ITEMS_MAX; i++) {
		const struct pattern_item *item = &pattern->item[i];

		if (item->parts == 0)
			break;
		if (falls_on(item, from, day))
			parts |= item->parts;
	}
	return parts;
}

bool
pattern_has(
    const struct pattern *pattern, int32_t from, int32_t day, enum part part)
{
	return (pattern_parts(pattern, from, day) & 1u << part) != 0;
}
