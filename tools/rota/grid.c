/* SPDX-License-Identifier: ISC */
/* grid: see grid.h. */
#include "tools/rota/grid.h"

#include "proto/out.h"
#include "tools/rota/cell.h"
#include "tools/rota/sheet.h"
#include "tools/rota/words.h"

#include <string.h>

enum {
	GAP = 2,        /* blanks between columns */
	CELL_LEAST = 9, /* narrower cells are no use: a list is better */
	CELL_MOST = 34,
	WEEKEND = 5
};

struct grid {
	FILE *stream;
	const struct table_look *look;
	struct sheet *sheet;
	size_t label_width; /* of the names of the parts */
	size_t width;       /* of a day */
	bool shown[SHEET_DAYS];
	unsigned days;
};

/* ----- layout ----- */

static void
find_days(struct grid *grid)
{
	grid->days = 0;
	for (unsigned day = 0; day < SHEET_DAYS; day++)
		grid->shown[day] = day < WEEKEND;
	for (size_t i = 0; i < grid->sheet->count; i++)
		grid->shown[grid->sheet->pieces[i].day] = true;
	for (unsigned day = 0; day < SHEET_DAYS; day++)
		grid->days += grid->shown[day] ? 1 : 0;
}

static void
find_widths(struct grid *grid)
{
	size_t terminal = grid->look->term->width, share;

	for (unsigned part = 0; part < SHEET_PARTS; part++) {
		char letter[2] = {sheet_part_letters[part], '\0'};
		size_t width = text_width(span_of(part_name(letter)));

		if (width > grid->label_width)
			grid->label_width = width;
	}
	grid->width = CELL_LEAST;
	for (size_t i = 0; i < grid->sheet->count; i++) {
		size_t width = text_width(span_of(grid->sheet->pieces[i].text));

		if (width > grid->width)
			grid->width = width;
	}
	if (grid->width > CELL_MOST)
		grid->width = CELL_MOST;
	if (terminal == 0)
		return;
	if (terminal < grid->label_width) {
		grid->width = 0;
		return;
	}
	share = (terminal - grid->label_width) / grid->days;
	share = share > GAP ? share - GAP : 0;
	if (grid->width > share)
		grid->width = share;
}

/* ----- printing ----- */

static void
blanks(const struct grid *grid, size_t count)
{
	field_print(grid->stream, (struct span){"", 0}, count, false);
}

static void
styled(
    const struct grid *grid, enum style style, struct span text, size_t width)
{
	if (style != STYLE_PLAIN)
		fputs(term_style(grid->look->term, style), grid->stream);
	field_print(grid->stream, text, width, false);
	if (style != STYLE_PLAIN)
		fputs(term_style(grid->look->term, STYLE_PLAIN), grid->stream);
}

/* "Tue 01/12". */
static void
day_heading(const struct grid *grid, unsigned day, char *text, size_t size)
{
	char date[16];
	struct out out = OUT(date);

	out_day(&out, grid->sheet->monday + (int32_t)day);
	(void)snprintf(
	    text, size, "%s %.2s/%.2s", weekday_short(day), date + 8, date + 5);
}

static void
print_days(const struct grid *grid)
{
	blanks(grid, grid->label_width);
	for (unsigned day = 0; day < SHEET_DAYS; day++) {
		char text[64];

		if (!grid->shown[day])
			continue;
		day_heading(grid, day, text, sizeof(text));
		blanks(grid, GAP);
		styled(grid, STYLE_BOLD, span_of(text), grid->width);
	}
	putc('\n', grid->stream);
}

/* The piece of a cell at a line of it, NULL when it has not so many. */
static const struct piece *
piece_at(const struct grid *grid, size_t place, unsigned part, unsigned day,
    size_t line)
{
	size_t count;
	const struct piece *cell =
	    sheet_cell(grid->sheet, place, part, day, &count);

	return line < count ? cell + line : NULL;
}

/* Lines of the highest cell. */
static size_t
height(const struct grid *grid, size_t place, unsigned part)
{
	size_t most = 0, count;

	for (unsigned day = 0; day < SHEET_DAYS; day++) {
		(void)sheet_cell(grid->sheet, place, part, day, &count);
		if (count > most)
			most = count;
	}
	return most;
}

static void
print_line(const struct grid *grid, size_t place, unsigned part, size_t line)
{
	char letter[2] = {sheet_part_letters[part], '\0'};
	unsigned last = 0;

	for (unsigned day = 0; day < SHEET_DAYS; day++)
		if (piece_at(grid, place, part, day, line) != NULL)
			last = day;
	styled(grid, STYLE_BOLD, span_of(line == 0 ? part_name(letter) : ""),
	    grid->label_width);
	for (unsigned day = 0; day <= last; day++) {
		const struct piece *piece =
		    piece_at(grid, place, part, day, line);

		if (!grid->shown[day])
			continue;
		blanks(grid, GAP);
		if (piece != NULL)
			styled(grid, piece->style, span_of(piece->text),
			    grid->width);
		else
			blanks(grid, day < last ? grid->width : 0);
	}
	putc('\n', grid->stream);
}

static void
print_name(const struct grid *grid, size_t place)
{
	const struct sheet_place *about = &grid->sheet->place[place];

	if (place > 0)
		putc('\n', grid->stream);
	if (*about->handle != '\0')
		fprintf(grid->stream, "%s%s  %s%s\n",
		    term_style(grid->look->term, STYLE_BOLD), about->handle,
		    about->name, term_style(grid->look->term, STYLE_PLAIN));
}

static void
print_place(const struct grid *grid, size_t place)
{
	print_name(grid, place);
	print_days(grid);
	for (unsigned part = 0; part < SHEET_PARTS; part++) {
		size_t lines = height(grid, place, part);

		for (size_t line = 0; line < lines; line++)
			print_line(grid, place, part, line);
	}
}

static bool
has_mark(const struct sheet *sheet, char mark)
{
	for (size_t i = 0; i < sheet->count; i++)
		if (sheet->pieces[i].text[0] == mark)
			return true;
	return false;
}

/* What the signs mean, of those that are there. */
static void
print_legend(const struct grid *grid)
{
	bool draft = has_mark(grid->sheet, '~');
	bool missing = has_mark(grid->sheet, '!');

	if (!draft && !missing)
		return;
	fprintf(grid->stream, "%s%s%s%s%s\n",
	    term_style(grid->look->term, STYLE_DIM), draft ? T("~ draft") : "",
	    draft && missing ? "  " : "", missing ? T("! missing") : "",
	    term_style(grid->look->term, STYLE_PLAIN));
}

/* A cell for what is too narrow for a grid. */
static void
print_cell(const struct grid *grid, size_t place, unsigned part, unsigned day)
{
	char letter[2] = {sheet_part_letters[part], '\0'};
	char text[64];
	size_t count;
	const struct piece *cell =
	    sheet_cell(grid->sheet, place, part, day, &count);

	if (count == 0)
		return;
	day_heading(grid, day, text, sizeof(text));
	fprintf(grid->stream, "%s %s\n", text, part_name(letter));
	for (size_t i = 0; i < count; i++) {
		struct span line = span_of(cell[i].text);

		fputs("  ", grid->stream);
		styled(grid, cell[i].style, line, text_width(line));
		putc('\n', grid->stream);
	}
}

static void
print_list(const struct grid *grid)
{
	for (size_t place = 0; place < grid->sheet->places; place++) {
		print_name(grid, place);
		for (unsigned i = 0; i < SHEET_DAYS * SHEET_PARTS; i++)
			print_cell(
			    grid, place, i % SHEET_PARTS, i / SHEET_PARTS);
	}
}

void
grid_print(FILE *stream, struct rows *rows, const struct table_look *look,
    const struct asked *asked UNUSED)
{
	struct sheet sheet;
	struct grid grid = {.stream = stream, .look = look, .sheet = &sheet};

	if (!sheet_read(&sheet, rows)) {
		table_print(stream, rows, look);
		sheet_fini(&sheet);
		return;
	}
	find_days(&grid);
	find_widths(&grid);
	if (grid.width >= CELL_LEAST) {
		sheet_wrap(&sheet, grid.width);
		for (size_t place = 0; place < sheet.places; place++)
			print_place(&grid, place);
	} else {
		print_list(&grid);
	}
	print_legend(&grid);
	sheet_fini(&sheet);
}
