/* SPDX-License-Identifier: ISC */
/* table: see table.h. */
#include "tools/rota/table.h"

#include "proto/verb.h"
#include "tools/rota/cell.h"
#include "tools/rota/words.h"

#include <string.h>

enum {
	GAP = 2,       /* blanks between columns */
	CUT_MIN = 8,   /* columns are not cut below that */
	NUMBER_MAX = 7 /* digits of what is set to the right */
};

struct column {
	const char *key;
	size_t width;
	bool shown, number;
	bool whole;   /* a code is of no use when it is cut */
	bool unusual; /* some row has not the usual value */
};

struct table {
	const struct table_look *look;
	enum cell_form form;
	size_t count;
	struct column column[ROWS_COLUMNS_MAX];
};

static bool
is_hidden(const char *key, const struct table_look *look)
{
	static const char *const hidden[] = {"id", "rev", "lat", "lon",
	    "precision", "cursor", "moved-site", "moved-physician"};

	for (size_t i = 0; !look->wide && i < ARRAY_SIZE(hidden); i++)
		if (strcmp(key, hidden[i]) == 0)
			return true;
	for (const char *const *each = look->without;
	     each != NULL && *each != NULL; each++)
		if (strcmp(key, *each) == 0)
			return true;
	return false;
}

/* The value that goes without saying when every row has it; NULL: none. */
static const char *
usual(const char *key)
{
	static const struct {
		const char *key, *value;
	} table[] = {
	    {"source", "real"},
	    {"state", "active"},
	    {"tz", "Europe/Paris"},
	    {"specialty", "MG"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strcmp(key, table[i].key) == 0)
			return table[i].value;
	return NULL;
}

static bool
is_number(struct span text)
{
	uint64_t number;

	return text.len <= NUMBER_MAX && span_to_u64(text, UINT64_MAX, &number);
}

static bool
is_code(const char *name)
{
	enum key key;

	return key_find(span_of(name), &key) && key_type(key) != VALUE_TEXT &&
	    key_type(key) != VALUE_LONG;
}

/* Numbers are set to the right, codes made of digits are not. */
static bool
may_be_number(const char *name)
{
	enum key key;

	return !key_find(span_of(name), &key) ||
	    (key_type(key) != VALUE_WORD && key_type(key) != VALUE_TEXT);
}

static void
measure(struct table *table, struct rows *rows)
{
	struct answer row;
	char text[CELL_MAX];

	rows_rewind(rows);
	while (rows_next(rows, &row)) {
		for (size_t i = 0; i < table->count; i++) {
			struct column *column = &table->column[i];
			const char *value = usual(column->key);
			struct span cell = {text,
			    cell_text(&row, column->key, table->form, text)};
			size_t width = text_width(cell);

			if (width > column->width)
				column->width = width;
			if (cell.len > 0 && !is_number(cell))
				column->number = false;
			if (value == NULL || !span_is(cell, value))
				column->unusual = true;
		}
	}
}

static size_t
total_width(const struct table *table)
{
	size_t total = 0;

	for (size_t i = 0; i < table->count; i++)
		if (table->column[i].shown)
			total += table->column[i].width + GAP;
	return total > 0 ? total - GAP : 0;
}

static struct column *
widest(struct table *table)
{
	struct column *found = NULL;

	for (size_t i = 0; i < table->count; i++) {
		struct column *column = &table->column[i];

		if (column->shown && column->width > CUT_MIN &&
		    !column->number && !column->whole &&
		    (found == NULL || column->width > found->width))
			found = column;
	}
	return found;
}

/* Cuts the widest until all fit; then gives up columns from the right. */
static void
fit(struct table *table, size_t width)
{
	struct column *column;
	size_t last = table->count;

	while (total_width(table) > width) {
		column = widest(table);
		if (column != NULL) {
			column->width--;
			continue;
		}
		while (last > 1 && !table->column[last - 1].shown)
			last--;
		if (last <= 1)
			return;
		table->column[--last].shown = false;
	}
}

static void
lay_out(struct table *table, struct rows *rows, const struct table_look *look)
{
	table->look = look;
	/* who reads a pipe has room for an id */
	table->form = look->wide     ? CELL_WHOLE
	    : look->term->width == 0 ? CELL_PLAIN
				     : CELL_SHORT;
	table->count = rows->columns;
	for (size_t i = 0; i < table->count; i++)
		table->column[i] = (struct column){.key = rows->key[i],
		    .width = text_width(span_of(cell_heading(rows->key[i]))),
		    .number = may_be_number(rows->key[i]),
		    .whole = is_code(rows->key[i])};
	measure(table, rows);
	for (size_t i = 0; i < table->count; i++) {
		struct column *column = &table->column[i];

		column->shown = !is_hidden(column->key, look) &&
		    (look->wide || column->unusual);
	}
	if (look->term->width > 0 && !look->wide)
		fit(table, look->term->width);
}

static void
blanks(FILE *stream, size_t count)
{
	while (count-- > 0)
		putc(' ', stream);
}

void
field_print(FILE *stream, struct span text, size_t width, bool right)
{
	size_t used, bytes = text_fit(text, width, &used);
	bool cut = bytes < text.len;

	if (cut && width > 0)
		bytes = text_fit(text, width - 1, &used);
	if (cut && width > 0)
		used++;
	if (right)
		blanks(stream, width - used);
	if (bytes > 0)
		(void)fwrite(text.ptr, 1, bytes, stream);
	if (cut && width > 0)
		fputs("…", stream);
	if (!right)
		blanks(stream, width - used);
}

static size_t
last_shown(const struct table *table)
{
	size_t last = 0;

	for (size_t i = 0; i < table->count; i++)
		if (table->column[i].shown)
			last = i;
	return last;
}

/* row NULL: the headings. */
static void
print_row(FILE *stream, const struct table *table, const struct answer *row)
{
	size_t last = last_shown(table);

	for (size_t i = 0; i < table->count && i <= last; i++) {
		const struct column *column = &table->column[i];
		char text[CELL_MAX];
		struct span cell = {text, 0};
		size_t width = column->width;

		if (!column->shown)
			continue;
		if (row == NULL)
			cell = span_of(cell_heading(column->key));
		else
			cell.len =
			    cell_text(row, column->key, table->form, text);
		if (i == last && !column->number &&
		    text_width(cell) < column->width)
			width = text_width(cell); /* no blanks at the end */
		field_print(stream, cell, width, column->number);
		if (i < last)
			blanks(stream, GAP);
	}
	if (row == NULL)
		fputs(term_style(table->look->term, STYLE_PLAIN), stream);
	putc('\n', stream);
}

void
table_print(FILE *stream, struct rows *rows, const struct table_look *look)
{
	struct table table;
	struct answer row;

	if (rows->count == 0)
		return;
	lay_out(&table, rows, look);
	fputs(term_style(look->term, STYLE_BOLD), stream);
	print_row(stream, &table, NULL);
	rows_rewind(rows);
	while (rows_next(rows, &row))
		print_row(stream, &table, &row);
}

void
details_print(
    FILE *stream, const struct answer *line, const struct table_look *look)
{
	size_t widest_key = 0;

	for (unsigned i = 0; i < line->count; i++) {
		char key[PROTO_WORD_MAX + 1];
		size_t width;

		span_copy(line->pairs[i].key, key, sizeof(key));
		width = text_width(span_of(cell_heading(key)));
		if (!is_hidden(key, look) && width > widest_key)
			widest_key = width;
	}
	for (unsigned i = 0; i < line->count; i++) {
		char key[PROTO_WORD_MAX + 1], text[CELL_MAX];

		span_copy(line->pairs[i].key, key, sizeof(key));
		if (is_hidden(key, look))
			continue;
		/* there is room for an id, and people copy it */
		(void)cell_text(
		    line, key, look->wide ? CELL_WHOLE : CELL_PLAIN, text);
		fputs(term_style(look->term, STYLE_BOLD), stream);
		field_print(
		    stream, span_of(cell_heading(key)), widest_key, false);
		fputs(term_style(look->term, STYLE_PLAIN), stream);
		fprintf(stream, "  %s\n", text);
	}
}
