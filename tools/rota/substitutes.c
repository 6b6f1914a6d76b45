/* SPDX-License-Identifier: ISC */
/* substitutes: see substitutes.h.  The line that ends those of a half-day says
 * which it is, so they wait for it. */
#include "tools/rota/substitutes.h"

#include "daemon/base/mem.h"
#include "tools/rota/cell.h"
#include "tools/rota/para.h"
#include "tools/rota/plan_names.h"
#include "tools/rota/words.h"

#include <stdlib.h>

enum { WHO_WIDTH = 28 };

struct vacancy {
	FILE *lines;
	char *text; /* of lines; owned by the stream until it is closed */
	size_t len;
};

static void
begin(struct vacancy *vacancy)
{
	vacancy->text = NULL;
	vacancy->lines = open_memstream(&vacancy->text, &vacancy->len);
	if (vacancy->lines == NULL)
		abort();
}

/* "Claire Martin" or the number. */
static void
put_who(FILE *stream, const struct answer *row)
{
	struct span given = answer_value(row, "given");
	struct span family = answer_value(row, "family");
	char name[2 * PROTO_WORD_MAX];

	if (family.len == 0)
		span_copy(answer_value(row, "physician"), name, sizeof(name));
	else
		(void)snprintf(name, sizeof(name), "%.*s%s%.*s",
		    SPAN_ARGS(given), given.len > 0 ? " " : "",
		    SPAN_ARGS(family));
	field_print(stream, span_of(name), WHO_WIDTH, false);
	fputs("  ", stream);
}

/* "12 min away, 3 half-days there before". */
static void
put_figures(FILE *stream, const struct answer *row)
{
	static const struct {
		const char *key, *behind;
	} figures[] = {
	    {"minutes", N("min away")},
	    {"there", N("half-days there before")},
	    {"week", N("in the week")},
	    {"owed", N("owed")},
	    {"left", N("left of a quota")},
	};
	const char *comma = "";

	for (size_t i = 0; i < ARRAY_SIZE(figures); i++) {
		struct span value = answer_value(row, figures[i].key);

		if (value.len == 0 || span_is(value, "0"))
			continue;
		fprintf(stream, "%s%.*s %s", comma, SPAN_ARGS(value),
		    T(figures[i].behind));
		comma = ", ";
	}
	putc('\n', stream);
}

static void
put_heading(
    FILE *stream, const struct table_look *look, const struct answer *end)
{
	char day[CELL_MAX], part[8], code[PROTO_WORD_MAX + 1], *name;
	struct span count = answer_value(end, "replacements");
	struct span others = answer_value(end, "others");

	fputs(term_style(look->term, STYLE_BOLD), stream);
	if (answer_value(end, "day").len > 0) {
		(void)cell_text(end, "day", CELL_PLAIN, day);
		span_copy(answer_value(end, "part"), part, sizeof(part));
		span_copy(answer_value(end, "site"), code, sizeof(code));
		name = look->rota != NULL ? name_of_site(look->rota, code)
					  : xstrdup(code);
		fprintf(stream, T("%s, %s, %s, %.*s"), day, part_name(part),
		    name, SPAN_ARGS(answer_value(end, "activity")));
		free(name);
	} else {
		fprintf(stream, "%.*s", SPAN_ARGS(answer_value(end, "slot")));
	}
	fprintf(stream, T("%s: %.*s could come, %.*s could not\n"),
	    term_style(look->term, STYLE_PLAIN), SPAN_ARGS(count),
	    SPAN_ARGS(others));
}

static void
add(struct vacancy *vacancy, const struct table_look *look,
    const struct answer *row)
{
	struct span rank = answer_value(row, "rank");
	char *head, *text;
	FILE *stream;
	size_t len;

	if (rank.len > 0) {
		fprintf(vacancy->lines, "  %2.*s  ", SPAN_ARGS(rank));
		put_who(vacancy->lines, row);
		put_figures(vacancy->lines, row);
		return;
	}
	stream = open_memstream(&head, &len);
	if (stream == NULL)
		abort();
	fputs("   -  ", stream);
	put_who(stream, row);
	(void)fclose(stream);
	text = xasprintf(T("%.*s (%.*s)"), SPAN_ARGS(answer_value(row, "text")),
	    SPAN_ARGS(answer_value(row, "rule")));
	para_print(vacancy->lines, look->term, head, span_of(text),
	    text_width(span_of(head)));
	free(head);
	free(text);
}

/* Prints what was held back. */
static void
end_of(struct vacancy *vacancy, FILE *stream)
{
	fclose(vacancy->lines);
	fputs(vacancy->text, stream);
	free(vacancy->text);
}

bool
substitutes_any(const struct rows *rows)
{
	for (size_t i = 0; i < rows->columns; i++)
		if (span_is(span_of(rows->key[i]), "replacements"))
			return true;
	return false;
}

void
substitutes_print(FILE *stream, struct rows *rows,
    const struct table_look *look, const struct asked *asked UNUSED)
{
	struct vacancy vacancy;
	struct answer row;

	if (!substitutes_any(rows)) {
		table_print(stream, rows, look);
		return;
	}
	begin(&vacancy);
	rows_rewind(rows);
	while (rows_next(rows, &row)) {
		if (answer_value(&row, "replacements").len > 0) {
			put_heading(stream, look, &row);
			end_of(&vacancy, stream);
			begin(&vacancy);
		} else if (row.word[0].len == 0 &&
		    answer_value(&row, "physician").len > 0 &&
		    answer_value(&row, "state").len == 0) {
			add(&vacancy, look, &row);
		}
	}
	end_of(&vacancy, stream);
}
