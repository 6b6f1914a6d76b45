/* SPDX-License-Identifier: ISC */
/*
 * csv: see csv.h.  A record is read into the buffer as it stands, by a machine
 * that knows where quotes are; then it is checked, and its fields are unquoted
 * in place.
 */
#include "tools/rota/csv.h"

#include "daemon/base/mem.h"
#include "tools/rota/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum place {
	FIELD_START,
	BARE,
	QUOTED,
	QUOTE,    /* in quotes, behind a quote: the end, or half of "" */
	MISPLACED /* a quote inside a value without, or text behind one */
};

static enum csv_news
bad(struct csv *csv, const char *fault)
{
	csv->fault = fault;
	csv->column = 0;
	return CSV_BAD;
}

/* ----- a record as it stands ----- */

static enum place
step(enum place place, char c, char separator)
{
	switch (place) {
	case FIELD_START:
		if (c == '"')
			return QUOTED;
		return c == separator ? FIELD_START : BARE;
	case BARE:
		if (c == '"')
			return MISPLACED;
		return c == separator ? FIELD_START : BARE;
	case QUOTED:
		return c == '"' ? QUOTE : QUOTED;
	case QUOTE:
		if (c == '"')
			return QUOTED;
		if (c == separator)
			return FIELD_START;
		return c == '\r' ? QUOTE : MISPLACED;
	case MISPLACED:
		return c == separator ? FIELD_START : MISPLACED;
	}
	return place;
}

/* The rest of the line, which is not kept. */
static void
skip_line(struct csv *csv)
{
	int c;

	do
		c = getc_unlocked(csv->file);
	while (c != '\n' && c != EOF);
	csv->next_line++;
}

static enum csv_news
check_end(struct csv *csv, enum place place, bool misplaced, bool ended)
{
	if (misplaced)
		return bad(csv,
		    T("quotes stand around a whole value, and are doubled "
		      "inside it"));
	if (ended && place == QUOTED)
		return bad(csv, T("a quote is not closed"));
	return CSV_RECORD;
}

static enum csv_news
read_record(struct csv *csv)
{
	enum place place = FIELD_START;
	bool misplaced = false;
	int c;

	csv->len = 0;
	csv->line = csv->next_line;
	while ((c = getc_unlocked(csv->file)) != EOF) {
		if (c == '\n')
			csv->next_line++;
		if (c == '\n' && place != QUOTED)
			return check_end(csv, place, misplaced, false);
		if (csv->len == CSV_RECORD_MAX) {
			if (c != '\n')
				skip_line(csv);
			return bad(csv, T("the line is longer than 64 KiB"));
		}
		csv->text[csv->len++] = (char)c;
		place = step(place, (char)c, csv->separator);
		misplaced |= place == MISPLACED;
	}
	if (ferror(csv->file)) {
		csv->fault = strerror(errno);
		return CSV_UNREADABLE;
	}
	return csv->len == 0 ? CSV_END : check_end(csv, place, misplaced, true);
}

/* ----- its fields ----- */

static size_t
characters(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80 ? 1 : 0;
	return count;
}

/* Whether the record is text that values of the protocol can hold. */
static enum csv_news
check_text(struct csv *csv)
{
	size_t at = 0;

	if (csv->len > 0 && csv->text[csv->len - 1] == '\r')
		csv->len--;
	while (at < csv->len) {
		unsigned char c;

		at += span_text_length(
		    (struct span){csv->text + at, csv->len - at});
		if (at == csv->len)
			break;
		c = (unsigned char)csv->text[at];
		if (c == '\t' && csv->separator == '\t') {
			at++;
			continue;
		}
		(void)bad(csv,
		    c == '\n' || c == '\r' ? T("a line break inside a value")
			: c < ' ' || c == 0x7f
			? T("a control character inside a value")
			: T("not UTF-8; save the file in that encoding"));
		csv->column = characters(csv->text, at) + 1;
		return CSV_BAD;
	}
	return CSV_RECORD;
}

/* Takes the quotes off a field, in place. */
static struct span
unquote(char *at, size_t len)
{
	size_t to = 0;

	if (len < 2 || at[0] != '"')
		return (struct span){at, len};
	for (size_t i = 1; i + 1 < len; i++) {
		at[to++] = at[i];
		if (at[i] == '"')
			i++; /* the second of "" */
	}
	return (struct span){at, to};
}

static enum csv_news
cut_fields(struct csv *csv)
{
	enum place place = FIELD_START;
	size_t begin = 0;

	csv->count = 0;
	for (size_t i = 0; i <= csv->len; i++) {
		if (i < csv->len) {
			place = step(place, csv->text[i], csv->separator);
			if (place != FIELD_START)
				continue;
		}
		if (csv->count == CSV_FIELDS_MAX)
			return bad(csv, T("too many fields"));
		csv->field[csv->count++] =
		    unquote(csv->text + begin, i - begin);
		begin = i + 1;
	}
	return CSV_RECORD;
}

static bool
is_blank(const struct csv *csv)
{
	for (size_t i = 0; i < csv->len; i++)
		if (csv->text[i] != ' ' && csv->text[i] != '\r')
			return false;
	return true;
}

static enum csv_news
next(struct csv *csv)
{
	enum csv_news news;

	do
		news = read_record(csv);
	while (news == CSV_RECORD && is_blank(csv));
	if (news == CSV_RECORD)
		news = check_text(csv);
	if (news == CSV_RECORD)
		news = cut_fields(csv);
	return news;
}

enum csv_news
csv_next(struct csv *csv)
{
	size_t columns = csv->count;
	enum csv_news news = next(csv);

	if (news == CSV_RECORD && csv->count != columns) {
		news = bad(csv,
		    csv->count < columns
			? T("fewer fields than the first line has")
			: T("more fields than the first line has"));
	}
	csv->count = columns;
	return news;
}

/* ----- the beginning ----- */

/* Passes over the mark of UTF-8; false when the file is something else. */
static bool
skip_mark(struct csv *csv)
{
	static const unsigned char mark[] = {0xef, 0xbb, 0xbf};
	int c = getc(csv->file);

	if (c == 0xff || c == 0xfe)
		return false; /* UTF-16 */
	if (c != mark[0]) {
		(void)ungetc(c, csv->file);
		return true;
	}
	return getc(csv->file) == mark[1] && getc(csv->file) == mark[2];
}

/* Names of columns have none of these, so whichever occurs parts them. */
static char
find_separator(struct span line)
{
	static const char separators[] = {',', ';', '\t'};

	for (size_t i = 0; i < sizeof(separators); i++)
		if (line.len > 0 &&
		    memchr(line.ptr, separators[i], line.len) != NULL)
			return separators[i];
	return ',';
}

enum csv_news
csv_open(struct csv *csv, FILE *file)
{
	enum csv_news news;

	memset(csv, 0, sizeof(*csv));
	csv->file = file;
	csv->next_line = 1;
	csv->separator = ',';
	csv->text = xmalloc(CSV_RECORD_MAX);
	if (!skip_mark(csv)) {
		(void)bad(csv, T("not UTF-8; save the file in that encoding"));
		csv->line = 1;
		return CSV_UNREADABLE;
	}
	do
		news = read_record(csv);
	while (news == CSV_RECORD && is_blank(csv));
	if (news == CSV_RECORD) {
		csv->separator =
		    find_separator((struct span){csv->text, csv->len});
		news = check_text(csv);
	}
	if (news == CSV_RECORD)
		news = cut_fields(csv);
	if (news == CSV_END)
		(void)bad(csv, T("the file is empty"));
	return news == CSV_RECORD ? CSV_RECORD : CSV_UNREADABLE;
}

void
csv_close(struct csv *csv)
{
	free(csv->text);
	csv->text = NULL;
}
