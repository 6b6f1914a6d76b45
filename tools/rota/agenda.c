/* SPDX-License-Identifier: ISC */
/*
 * agenda: see agenda.h.  The lines come section by section; those that are
 * somewhen are sorted by day and time, absences and what is owed follow.
 */
#include "tools/rota/agenda.h"

#include "daemon/base/mem.h"
#include "proto/out.h"
#include "tools/rota/cell.h"
#include "tools/rota/words.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 20000 };

struct entry {
	int32_t day;
	size_t order; /* among those of the same time */
	char from[6], to[6];
	enum style style;
	char *text; /* owned */
};

struct agenda {
	FILE *stream;
	const struct table_look *look;
	size_t count, capacity;
	struct entry *entries; /* owned */
};

/* "what", behind a comma if something stands there. */
static void
put(struct out *out, const char *before, struct span what)
{
	if (what.len == 0)
		return;
	if (out->len > 0)
		out_text(out, ", ");
	out_text(out, before);
	out_bytes(out, what.ptr, what.len);
}

static char *
slot_text(const struct answer *row)
{
	char text[2 * PROTO_LINE_MAX];
	struct out out = {text, 0, sizeof(text) - 1, false};
	struct span name = answer_value(row, "name");
	char *activity = cell_activity(row);

	put(&out, "", name.len > 0 ? name : answer_value(row, "site"));
	put(&out, "", answer_value(row, "address"));
	put(&out, T("commune "), answer_value(row, "commune"));
	put(&out, "", answer_value(row, "phone"));
	put(&out, T("room "), answer_value(row, "room"));
	put(&out, "", span_of(activity));
	free(activity);
	put(&out, "", answer_value(row, "programme"));
	put(&out, T("with "), answer_value(row, "staff"));
	put(&out, "", answer_value(row, "state"));
	text[out.len] = '\0';
	return xstrdup(text);
}

static char *
busy_text(const struct answer *row)
{
	struct span structure = answer_value(row, "structure");

	if (structure.len == 0)
		return xstrdup(T("busy"));
	return xasprintf(T("busy at %.*s"), SPAN_ARGS(structure));
}

static void
add_entry(struct agenda *agenda, const struct answer *row)
{
	struct span from = answer_value(row, "from");
	struct entry *entry, fresh = {.order = agenda->count};

	if (!span_to_day(answer_value(row, "day"), &fresh.day) &&
	    !instant_day(from, &fresh.day))
		return;
	span_copy(instant_clock(from), fresh.from, sizeof(fresh.from));
	span_copy(
	    instant_clock(answer_value(row, "to")), fresh.to, sizeof(fresh.to));
	if (answer_value(row, "slot").len > 0) {
		fresh.text = slot_text(row);
		fresh.style = span_is(answer_value(row, "state"), "draft")
		    ? STYLE_YELLOW
		    : STYLE_PLAIN;
	} else {
		fresh.text = busy_text(row);
		fresh.style = STYLE_DIM;
	}
	agenda->entries = xgrow(agenda->entries, &agenda->capacity,
	    agenda->count + 1, sizeof(agenda->entries[0]));
	entry = &agenda->entries[agenda->count++];
	*entry = fresh;
}

static int
compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	order = strcmp(x->from, y->from);
	if (order != 0)
		return order;
	return x->order < y->order ? -1 : 1;
}

static void
print_day(const struct agenda *agenda, int32_t day)
{
	char date[16];
	struct out out = OUT(date);

	out_day(&out, day);
	fprintf(agenda->stream, "%s%s %.*s%s\n",
	    term_style(agenda->look->term, STYLE_BOLD),
	    weekday_long(weekday_of(day)), (int)out.len, date,
	    term_style(agenda->look->term, STYLE_PLAIN));
}

static void
print_entry(const struct agenda *agenda, const struct entry *entry)
{
	static const size_t before = sizeof("  09:00-12:00  ") - 1;
	size_t width = agenda->look->term->width;
	struct span text = span_of(entry->text);
	size_t wide = text_width(text);

	if (width > before && wide > width - before)
		wide = width - before;
	fprintf(agenda->stream, "  %5s-%-5s  ", entry->from, entry->to);
	if (entry->style != STYLE_PLAIN)
		fputs(term_style(agenda->look->term, entry->style),
		    agenda->stream);
	field_print(agenda->stream, text, wide, false);
	if (entry->style != STYLE_PLAIN)
		fputs(term_style(agenda->look->term, STYLE_PLAIN),
		    agenda->stream);
	putc('\n', agenda->stream);
}

static void
print_entries(const struct agenda *agenda)
{
	for (size_t i = 0; i < agenda->count; i++) {
		const struct entry *entry = &agenda->entries[i];

		if (i == 0 || entry->day != agenda->entries[i - 1].day)
			print_day(agenda, entry->day);
		print_entry(agenda, entry);
	}
}

/* Lines of one word, below each other, as a table of their own. */
static void
print_section(const struct agenda *agenda, struct rows *rows, const char *word,
    const char *heading)
{
	static const char *const without[] = {
	    "word", "absence", "quota", "id", NULL};
	struct table_look look = *agenda->look;
	struct rows section;
	struct answer row;

	if (rows_init(&section) != 0)
		return;
	rows_rewind(rows);
	while (rows_next(rows, &row))
		if (span_is(row.word[0], word))
			rows_add(&section, &row,
			    (struct span){
				rows->line, strcspn(rows->line, "\n")});
	if (section.count > 0) {
		fprintf(agenda->stream, "\n%s%s%s\n",
		    term_style(look.term, STYLE_BOLD), heading,
		    term_style(look.term, STYLE_PLAIN));
		look.without = without;
		table_print(agenda->stream, &section, &look);
	}
	rows_fini(&section);
}

void
agenda_print(FILE *stream, struct rows *rows, const struct table_look *look,
    const struct asked *asked UNUSED)
{
	struct agenda agenda = {.stream = stream, .look = look};
	struct answer row;

	if (rows->count > ENTRIES_MAX) {
		table_print(stream, rows, look);
		return;
	}
	rows_rewind(rows);
	while (rows_next(rows, &row))
		if (!span_is(row.word[0], "absence") &&
		    !span_is(row.word[0], "quota"))
			add_entry(&agenda, &row);
	if (agenda.count > 1)
		qsort(agenda.entries, agenda.count, sizeof(agenda.entries[0]),
		    compare);
	print_entries(&agenda);
	print_section(&agenda, rows, "absence", T("Absences"));
	print_section(&agenda, rows, "quota", T("Owed and allowed"));
	for (size_t i = 0; i < agenda.count; i++)
		free(agenda.entries[i].text);
	free(agenda.entries);
}
