/* SPDX-License-Identifier: ISC */
/*
 * sheet: see sheet.h.  A "half-day" line is a place's own: what it needs, why
 * it is closed.  The others are somebody's: a slot, something busy, an absence.
 */
#include "tools/rota/sheet.h"

#include "daemon/base/mem.h"
#include "tools/rota/cell.h"
#include "tools/rota/words.h"

#include <stdlib.h>
#include <string.h>

const char sheet_part_letters[SHEET_PARTS + 1] = "MAESN";

unsigned
part_index(struct span part)
{
	for (unsigned i = 0; part.len == 1 && i < SHEET_PARTS; i++)
		if (part.ptr[0] == sheet_part_letters[i])
			return i;
	return SHEET_PARTS;
}

static int32_t
monday_of(int32_t day)
{
	return day - (int32_t)weekday_of(day);
}

/* ----- places ----- */

static size_t
place_of(struct sheet *sheet, struct span handle, struct span name)
{
	for (size_t i = sheet->places; i-- > 0;)
		if (span_is(handle, sheet->place[i].handle))
			return i;
	sheet->place = xgrow(sheet->place, &sheet->place_capacity,
	    sheet->places + 1, sizeof(sheet->place[0]));
	sheet->place[sheet->places] =
	    (struct sheet_place){span_dup(handle), span_dup(name)};
	return sheet->places++;
}

/* The text is taken over. */
static void
add(struct sheet *sheet, const struct piece *where, enum style style,
    char *text)
{
	struct piece *piece;

	sheet->pieces = xgrow(sheet->pieces, &sheet->capacity, sheet->count + 1,
	    sizeof(sheet->pieces[0]));
	piece = &sheet->pieces[sheet->count++];
	*piece = *where;
	piece->order = sheet->count;
	piece->style = style;
	piece->text = text;
}

/* ----- cells ----- */

static int
compare_cells(const struct piece *a, const struct piece *b)
{
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->part != b->part)
		return a->part < b->part ? -1 : 1;
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return 0;
}

static int
compare(const void *x, const void *y)
{
	const struct piece *a = x, *b = y;
	int order = compare_cells(a, b);

	if (order != 0)
		return order;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Puts the pieces in order, and takes out fillers that are not alone. */
static void
order_pieces(struct sheet *sheet)
{
	size_t kept = 0;

	if (sheet->count > 1)
		qsort(sheet->pieces, sheet->count, sizeof(sheet->pieces[0]),
		    compare);
	for (size_t i = 0; i < sheet->count; i++) {
		struct piece *piece = &sheet->pieces[i];
		bool alone =
		    (kept == 0 ||
			compare_cells(&sheet->pieces[kept - 1], piece) != 0) &&
		    (i + 1 == sheet->count ||
			compare_cells(piece, piece + 1) != 0);

		if (piece->filler && !alone)
			free(piece->text);
		else
			sheet->pieces[kept++] = *piece;
	}
	sheet->count = kept;
}

const struct piece *
sheet_cell(const struct sheet *sheet, size_t place, unsigned part, unsigned day,
    size_t *count)
{
	struct piece wanted = {.place = place, .part = part, .day = day};
	size_t low = 0, high = sheet->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_cells(&sheet->pieces[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*count = 0;
	while (low + *count < sheet->count &&
	    compare_cells(&sheet->pieces[low + *count], &wanted) == 0)
		++*count;
	return sheet->pieces + low;
}

/* ----- lines ----- */

/* A place's half-day: what is missing, why it is closed, who is there to
 * help. */
static void
add_half_day(
    struct sheet *sheet, const struct answer *row, const struct piece *where)
{
	struct span missing = answer_value(row, "missing");
	struct span closed = answer_value(row, "closed");
	struct span why = answer_value(row, "holiday");
	struct span staff = answer_value(row, "staff");
	struct span open = answer_value(row, "open");
	struct piece filler = *where;

	filler.filler = true;
	if (open.len > 0)
		add(sheet, &filler, STYLE_DIM, span_dup(open));
	if (why.len == 0)
		why = answer_value(row, "cause");
	if (why.len == 0)
		why = closed;
	if (closed.len > 0)
		add(sheet, where, STYLE_DIM,
		    xasprintf(T("closed: %.*s"), SPAN_ARGS(why)));
	if (missing.len > 0 && !span_is(missing, "0"))
		add(sheet, where, STYLE_RED,
		    xasprintf("! %.*s %.*s", SPAN_ARGS(missing),
			SPAN_ARGS(answer_value(row, "wanted"))));
	if (staff.len > 0)
		add(sheet, where, STYLE_DIM,
		    xasprintf("+ %.*s", SPAN_ARGS(staff)));
}

/* "Martin C." of somebody, or the number. */
static char *
person(const struct answer *row)
{
	struct span family = answer_value(row, "family");
	struct span given = answer_value(row, "given");
	size_t letter = 0, used;

	if (family.len == 0)
		return span_dup(answer_value(row, "physician"));
	letter = text_fit(given, 1, &used);
	return letter > 0
	    ? xasprintf("%.*s %.*s.", SPAN_ARGS(family), (int)letter, given.ptr)
	    : span_dup(family);
}

/* A half-day of somebody; with the name of the site when that is not what the
 * week is of. */
static void
add_slot(struct sheet *sheet, const struct answer *row,
    const struct piece *where, bool of_person)
{
	struct span room = answer_value(row, "room");
	struct span state = answer_value(row, "state");
	struct span site = answer_value(row, "name");
	enum style style = STYLE_PLAIN;
	char *who, *activity;

	if (site.len == 0)
		site = answer_value(row, "site");
	who = of_person ? span_dup(site) : person(row);
	activity = cell_activity(row);
	if (span_is(state, "draft"))
		style = STYLE_YELLOW;
	else if (span_is(state, "held"))
		style = STYLE_GREEN;
	else if (span_is(state, "not-held"))
		style = STYLE_DIM;
	add(sheet, where, style,
	    xasprintf("%s%s %s%s%.*s", style == STYLE_YELLOW ? "~" : "", who,
		activity, room.len > 0 ? T(" r") : "", SPAN_ARGS(room)));
	free(activity);
	free(who);
}

/* The part in which a time lies, for lines that tell no part. */
static unsigned
part_of_clock(struct span clock)
{
	unsigned minute;

	if (!span_to_minute(clock, &minute))
		return SHEET_PARTS;
	if (minute < 8 * 60)
		return 4; /* a night, of the day before */
	if (minute < 13 * 60)
		return 0;
	return minute < 20 * 60 ? 1 : 3;
}

static bool
read_place_in_time(const struct answer *row, int32_t *day, unsigned *part)
{
	struct span from = answer_value(row, "from");

	if (span_to_day(answer_value(row, "day"), day)) {
		*part = part_index(answer_value(row, "part"));
		return *part < SHEET_PARTS;
	}
	if (!instant_day(from, day))
		return false;
	*part = part_of_clock(instant_clock(from));
	if (*part == 4)
		--*day;
	return *part < SHEET_PARTS;
}

static void
add_absence(struct sheet *sheet, const struct answer *row)
{
	struct span parts = answer_value(row, "parts");
	struct piece where = {.place = place_of(sheet, SPAN(""), SPAN(""))};
	int32_t from, to;

	if (!span_to_day(answer_value(row, "from"), &from) ||
	    !span_to_day(answer_value(row, "to"), &to))
		return;
	for (where.day = 0; where.day < SHEET_DAYS; where.day++) {
		int32_t day = sheet->monday + (int32_t)where.day;

		if (day < from || day > to)
			continue;
		for (where.part = 0; where.part < SHEET_PARTS; where.part++) {
			char letter = sheet_part_letters[where.part];
			bool told = parts.len > 0 &&
			    memchr(parts.ptr, letter, parts.len) != NULL;

			/* of a whole day two parts say enough */
			if (told && (parts.len < SHEET_PARTS || where.part < 2))
				add(sheet, &where, STYLE_YELLOW,
				    xstrdup(T("absent")));
		}
	}
}

/* False for what is none of a week. */
static bool
add_row(struct sheet *sheet, const struct answer *row, bool of_person)
{
	struct span handle = answer_value(row, "site");
	struct piece where = {0};
	int32_t day;

	if (span_is(row->word[0], "absence")) {
		add_absence(sheet, row);
		return true;
	}
	if (!read_place_in_time(row, &day, &where.part))
		return false;
	if (handle.ptr == NULL)
		handle = answer_value(row, "sector");
	if (of_person)
		handle = SPAN("");
	where.place = place_of(
	    sheet, handle, of_person ? SPAN("") : answer_value(row, "name"));
	if (day < sheet->monday || day >= sheet->monday + SHEET_DAYS)
		return true;
	where.day = (unsigned)(day - sheet->monday);
	if (span_is(row->word[0], "half-day"))
		add_half_day(sheet, row, &where);
	else if (answer_value(row, "slot").len > 0)
		add_slot(sheet, row, &where, of_person);
	else
		add(sheet, &where, STYLE_DIM, xstrdup(T("busy")));
	return true;
}

/* The Monday of the first line that tells a day; and whether the week is of a
 * person, which has no lines of places. */
static bool
find_monday(struct sheet *sheet, struct rows *rows, bool *of_person)
{
	struct answer row;
	bool found = false;
	unsigned part;
	int32_t day;

	*of_person = true;
	rows_rewind(rows);
	while (rows_next(rows, &row)) {
		if (span_is(row.word[0], "half-day"))
			*of_person = false;
		if (found || !read_place_in_time(&row, &day, &part))
			continue;
		sheet->monday = monday_of(day);
		found = true;
	}
	return found;
}

/* Bytes of the first line of a text: up to the last blank within the width, or
 * to the width. */
static size_t
line_end(struct span text, size_t width)
{
	size_t used, fits = text_fit(text, width, &used), end = fits;

	if (fits == text.len)
		return fits;
	while (end > 0 && text.ptr[end] != ' ')
		end--;
	return end > 0 ? end : fits;
}

static void
wrap_piece(struct sheet *sheet, const struct piece *piece, size_t width)
{
	struct span rest = span_of(piece->text);
	const char *indent = "";

	while (rest.len > 0) {
		size_t room = width - strlen(indent);
		size_t end = line_end(rest, room > 0 ? room : 1);

		if (end == 0)
			break;
		add(sheet, piece, piece->style,
		    xasprintf("%s%.*s", indent, (int)end, rest.ptr));
		while (end < rest.len && rest.ptr[end] == ' ')
			end++;
		rest = (struct span){rest.ptr + end, rest.len - end};
		indent = " ";
	}
}

void
sheet_wrap(struct sheet *sheet, size_t width)
{
	struct piece *pieces = sheet->pieces;
	size_t count = sheet->count;

	sheet->pieces = NULL;
	sheet->count = sheet->capacity = 0;
	for (size_t i = 0; i < count; i++) {
		wrap_piece(sheet, &pieces[i], width);
		free(pieces[i].text);
	}
	free(pieces);
}

bool
sheet_read(struct sheet *sheet, struct rows *rows)
{
	struct answer row;
	bool of_person, good;

	memset(sheet, 0, sizeof(*sheet));
	good = rows->count <= SHEET_PIECES_MAX &&
	    find_monday(sheet, rows, &of_person);
	if (!good)
		return false;
	rows_rewind(rows);
	while (good && rows_next(rows, &row))
		good = add_row(sheet, &row, of_person);
	order_pieces(sheet);
	return good;
}

void
sheet_fini(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->count; i++)
		free(sheet->pieces[i].text);
	for (size_t i = 0; i < sheet->places; i++) {
		free(sheet->place[i].handle);
		free(sheet->place[i].name);
	}
	free(sheet->pieces);
	free(sheet->place);
	memset(sheet, 0, sizeof(*sheet));
}
