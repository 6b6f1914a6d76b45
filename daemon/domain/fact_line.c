/* SPDX-License-Identifier: ISC */
/* fact_line: printing. */
#include "daemon/domain/fact_line.h"

#include <stdlib.h>
#include <string.h>

enum {
	CELLS_LEN = 4000, /* bytes of cells= in one line */
	CELL_LEN = 40,    /* of one cell, more than any has */
	HOURS_ROOM = 1024
};

bool
fact_line_has(enum kind kind)
{
	return kind_info(kind)->name != NULL && kind != KIND_ACCOUNT &&
	    kind != KIND_TOKEN && kind != KIND_OFFER && kind != KIND_PLACE;
}

static void
print_id_of(struct out *out, const char *column, const struct book *book,
    enum kind kind, int32_t index)
{
	if (index != REF_NONE)
		out_key_id(out, column, book_entity(book, kind, index)->id);
}

static void
print_number(struct out *out, const char *column, int64_t number)
{
	if (number == 0)
		return;
	out_key(out, column);
	out_i64(out, number);
}

/* ----- the directory ----- */

static void
print_hours(struct out *out, const char *column, const struct hours *hours)
{
	char text[HOURS_ROOM];
	size_t len = hours_print(hours, text, sizeof(text));

	if (len > 0)
		out_key_value(out, column, (struct span){text, len});
}

static void
print_pattern(struct out *out, const char *column, const struct pattern *member)
{
	char text[PATTERN_TEXT_MAX];
	size_t len = pattern_print(member, text, sizeof(text));

	if (len > 0)
		out_key_value(out, column, (struct span){text, len});
}

static int32_t
number_at(const void *member)
{
	int32_t number;

	memcpy(&number, member, sizeof(number));
	return number;
}

static void
print_field(struct out *out, const struct book *book, const struct field *field,
    const void *member)
{
	const struct tz *tz;
	int64_t instant;
	struct id id;

	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_WORD:
		if (*(const char *)member != '\0')
			out_key_text(out, field->column, member);
		return;
	case FIELD_U32:
		print_number(out, field->column, (uint32_t)number_at(member));
		return;
	case FIELD_DEGREES:
		print_number(out, field->column, number_at(member));
		return;
	case FIELD_DAY:
		if (number_at(member) != INT32_MAX)
			out_key_day(out, field->column, number_at(member));
		return;
	case FIELD_INSTANT:
		memcpy(&instant, member, sizeof(instant));
		print_number(out, field->column, instant);
		return;
	case FIELD_ID:
		memcpy(&id, member, sizeof(id));
		out_key_id(out, field->column, id);
		return;
	case FIELD_REF:
		print_id_of(
		    out, field->column, book, field->ref, number_at(member));
		return;
	case FIELD_HOURS:
		print_hours(out, field->column, member);
		return;
	case FIELD_PATTERN:
		print_pattern(out, field->column, member);
		return;
	case FIELD_TZ:
		memcpy(&tz, member, sizeof(tz));
		out_key_text(out, field->column, tz_name(tz));
		return;
	}
	abort();
}

/* ----- assignments ----- */

static void
print_assignment(
    struct out *out, const struct book *book, const struct assignment *a)
{
	char letter = part_letter((enum part)a->part);

	out_key_day(out, "day", a->day);
	out_key_value(out, "part", (struct span){&letter, 1});
	print_number(out, "from", a->from);
	print_number(out, "length", a->length);
	print_id_of(out, "physician", book, KIND_PHYSICIAN, a->physician);
	print_id_of(out, "site", book, KIND_SITE, a->site);
	print_number(out, "room", a->room);
	out_key_text(
	    out, "activity", activity_name((enum activity)a->activity));
	out_key_text(out, "state", state_name((enum state)a->state));
	print_number(out, "count", a->count);
	if (a->programme != REF_NONE)
		out_key_value(
		    out, "programme", book_word_text(book, a->programme));
	print_id_of(
	    out, "rotation", book, KIND_ROTATION, (int32_t)a->rotation - 1);
	print_number(out, "by-hand", a->by_hand);
	if (a->agreed != AGREED_NOT)
		out_key_text(
		    out, "agreed", agreement_name((enum agreement)a->agreed));
	print_number(out, "unscheduled", a->unscheduled * PORTION_UNIT);
	print_number(out, "remote", a->remote * PORTION_UNIT);
	print_number(out, "offset-from", a->offset_from);
	print_number(out, "offset-to", a->offset_to);
}

void
fact_line_print(struct out *out, const struct book *book, enum kind kind,
    const union after *after)
{
	const struct kind_info *info = kind_info(kind);
	const struct entity *entity = &after->entity;

	if (!fact_line_has(kind))
		abort();
	out_text(out, info->name);
	if (kind == KIND_ASSIGNMENT) {
		out_key_id(out, "id", after->assignment.id);
		out_key_u64(out, "rev", after->assignment.rev);
		print_assignment(out, book, &after->assignment);
		return;
	}
	out_key_id(out, "id", entity->id);
	out_key_u64(out, "rev", entity->rev);
	for (size_t i = 0; i < info->nfields; i++)
		print_field(out, book, &info->fields[i],
		    (const char *)entity + info->fields[i].offset);
}

/* ----- older time ----- */

/* One line of older time as it grows. */
struct older {
	const struct book *book;
	fact_line_put_fn *put;
	void *arg;
	char text[FACT_LINE_MAX + 1];
	struct out out; /* empty: no line is begun */
	enum counter_side side;
	int32_t index, programme;
};

static void
end_line(struct older *older)
{
	if (older->out.len == 0)
		return;
	out_char(&older->out, '\n');
	if (older->out.overflow)
		abort(); /* every line is shorter than it may be */
	older->put(older->arg, (struct span){older->text, older->out.len});
	older->out.len = 0;
}

static void
begin_cells(struct older *older, enum counter_side side, int32_t index,
    int32_t programme)
{
	bool site = side == COUNTER_SITE;

	end_line(older);
	older->side = side;
	older->index = index;
	older->programme = programme;
	out_literal(&older->out, "older");
	print_id_of(&older->out, site ? "site" : "physician", older->book,
	    site ? KIND_SITE : KIND_PHYSICIAN, index);
	if (programme != REF_NONE)
		out_key_value(&older->out, "programme",
		    book_word_text(older->book, programme));
	out_key(&older->out, "cells");
}

static void
on_cell(void *arg, enum counter_side side, int32_t index,
    const struct counter_cell *cell)
{
	struct older *older = arg;
	struct out *out = &older->out;

	if (out->len == 0 || side != older->side || index != older->index ||
	    cell->programme != older->programme ||
	    out->len > CELLS_LEN - CELL_LEN)
		begin_cells(older, side, index, cell->programme);
	else
		out_char(out, ',');
	out_i64(out, cell->bucket);
	out_char(out, '.');
	out_u64(out, cell->activity);
	out_char(out, '.');
	out_u64(out, cell->class);
	out_char(out, '.');
	out_u64(out, cell->number);
}

static void
older_begin(struct older *older, const struct book *book, fact_line_put_fn *put,
    void *arg)
{
	older->book = book;
	older->put = put;
	older->arg = arg;
	older->out = (struct out){older->text, 0, sizeof(older->text), false};
}

static void
put_cuts(struct older *line)
{
	size_t count;
	const struct book_cut *cuts = book_cuts(line->book, &count);

	for (size_t i = 0; i < count; i++) {
		out_literal(&line->out, "cut");
		print_id_of(&line->out, "physician", line->book, KIND_PHYSICIAN,
		    cuts[i].physician);
		out_key_day(&line->out, "day", cuts[i].day);
		end_line(line);
	}
}

void
fact_line_older(const struct book *book, fact_line_put_fn *put, void *arg)
{
	struct older older;

	older_begin(&older, book, put, arg);
	put_cuts(&older);
	counters_each(book_counters(book), on_cell, &older);
	end_line(&older);
}

/* ----- a whole book ----- */

static void
put_after(struct older *line, enum kind kind, const void *after)
{
	fact_line_print(&line->out, line->book, kind, after);
	end_line(line);
}

void
fact_line_book(const struct book *book, int32_t from, int32_t to,
    fact_line_put_fn *put, void *arg)
{
	struct older line;

	older_begin(&line, book, put, arg);
	for (unsigned kind = 0; kind < KIND_DIRECTORY_COUNT; kind++) {
		int32_t count = book_count(book, (enum kind)kind);

		for (int32_t i = 0; fact_line_has((enum kind)kind) && i < count;
		     i++)
			put_after(&line, (enum kind)kind,
			    book_entity(book, (enum kind)kind, i));
	}
	fact_line_older(book, put, arg);
	for (size_t i = 0; i < book_assignments(book); i++) {
		const struct assignment *a = book_at(book, (uint32_t)i);

		if (a->day >= from && a->day <= to)
			put_after(&line, KIND_ASSIGNMENT, a);
	}
}
