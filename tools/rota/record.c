/* SPDX-License-Identifier: ISC */
/* record: see record.h. */
#include "tools/rota/record.h"

#include <string.h>

void
json_text(FILE *stream, struct span text)
{
	putc('"', stream);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '"' || c == '\\')
			fprintf(stream, "\\%c", c);
		else if (c < ' ')
			fprintf(stream, "\\u%04x", c);
		else
			putc(c, stream);
	}
	putc('"', stream);
}

static void
json_pair(FILE *stream, struct span key, struct span value, bool *first)
{
	if (!*first)
		putc(',', stream);
	*first = false;
	json_text(stream, key);
	putc(':', stream);
	json_text(stream, value);
}

void
json_begin(FILE *stream)
{
	fputs("{\"rows\":[", stream);
}

static void
json_pairs(FILE *stream, const struct answer *line, bool first)
{
	for (unsigned i = 0; i < line->count; i++)
		json_pair(
		    stream, line->pairs[i].key, line->pairs[i].value, &first);
}

void
json_row(FILE *stream, const struct answer *row, bool first)
{
	bool none = true;

	fputs(first ? "\n{" : ",\n{", stream);
	if (row->word[0].len > 0)
		json_pair(stream, SPAN("word"), row->word[0], &none);
	json_pairs(stream, row, none);
	putc('}', stream);
}

void
json_end(FILE *stream, const struct answer *closing)
{
	bool first = true;

	fputs("],\"answer\":{", stream);
	if (closing == NULL) {
		json_pair(stream, SPAN("status"), SPAN("fail"), &first);
	} else {
		json_pair(stream, SPAN("status"), closing->word[0], &first);
		if (closing->word[1].len > 0)
			json_pair(
			    stream, SPAN("code"), closing->word[1], &first);
		json_pairs(stream, closing, first);
	}
	fputs("}}\n", stream);
}

void
csv_field(FILE *stream, struct span text)
{
	bool quotes = false;

	for (size_t i = 0; i < text.len; i++)
		if (strchr("\",;\r\n", text.ptr[i]) != NULL)
			quotes = true;
	/* else a reader may take these blanks away */
	if (text.len > 0 &&
	    (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' '))
		quotes = true;
	if (!quotes) {
		if (text.len > 0)
			(void)fwrite(text.ptr, 1, text.len, stream);
		return;
	}
	putc('"', stream);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			putc('"', stream);
		putc(text.ptr[i], stream);
	}
	putc('"', stream);
}

void
csv_rows(FILE *stream, struct rows *rows)
{
	struct answer row;

	for (size_t i = 0; i < rows->columns; i++) {
		if (i > 0)
			putc(',', stream);
		csv_field(stream, span_of(rows->key[i]));
	}
	if (rows->columns > 0)
		putc('\n', stream);
	rows_rewind(rows);
	while (rows_next(rows, &row)) {
		for (size_t i = 0; i < rows->columns; i++) {
			if (i > 0)
				putc(',', stream);
			csv_field(stream, row_value(&row, rows->key[i]));
		}
		putc('\n', stream);
	}
}

void
csv_line(FILE *stream, const struct answer *line)
{
	for (unsigned i = 0; i < line->count; i++) {
		if (i > 0)
			putc(',', stream);
		csv_field(stream, line->pairs[i].key);
	}
	putc('\n', stream);
	for (unsigned i = 0; i < line->count; i++) {
		if (i > 0)
			putc(',', stream);
		csv_field(stream, line->pairs[i].value);
	}
	putc('\n', stream);
}
