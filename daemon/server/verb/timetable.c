/* SPDX-License-Identifier: ISC */
/*
 * timetable: see timetable.h.
 */
#include "daemon/server/verb/timetable.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

void
timetable_init(struct timetable *timetable, const struct session *session,
    const struct book *book, int32_t monday)
{
	*timetable = (struct timetable){
	    .session = session, .book = book, .monday = monday};
	gap_sheet_init(&timetable->sheet);
}

void
timetable_fini(struct timetable *timetable)
{
	gap_sheet_fini(&timetable->sheet);
	free(timetable->rows);
	free((void *)timetable->slots);
}

/* What the place needs and has in a half-day. */
static void
row_needs(struct row *row, const struct gap_sheet *sheet)
{
	unsigned day = (unsigned)(row->day - sheet->from);

	for (size_t i = 0; i < sheet->nclasses; i++) {
		struct gap_cell cell = *gap_cell(sheet, i, day, row->part);

		row->need += cell.need;
		row->filled += gap_filled(cell);
		if (cell.have < cell.need)
			row->missing |= 1u << sheet->classes[i].activity;
	}
}

static void
add_row(struct timetable *timetable, const struct row *row)
{
	timetable->rows = xgrow(timetable->rows, &timetable->row_capacity,
	    timetable->nrows + 1, sizeof(timetable->rows[0]));
	timetable->rows[timetable->nrows++] = *row;
}

static bool
is_of_row(const struct timetable *timetable, const struct assignment *a,
    const struct row *row)
{
	bool in_full;

	if (a->day != row->day || a->part != (unsigned)row->part)
		return false;
	in_full = session_sees(timetable->session, timetable->book, a);
	return in_full ? a->state != STATE_CANCELLED
		       : state_blocks((enum state)a->state);
}

/* The assignments of the half-day, in the order of the site's run. */
static void
row_slots(struct timetable *timetable, struct row *row, struct run run)
{
	row->first = timetable->nslots;
	for (size_t i = 0; i < run.count; i++) {
		const struct assignment *a =
		    book_at(timetable->book, run.slot[i]);

		if (!is_of_row(timetable, a, row))
			continue;
		timetable->slots =
		    xgrow((void *)timetable->slots, &timetable->slot_capacity,
			timetable->nslots + 1, sizeof(timetable->slots[0]));
		timetable->slots[timetable->nslots++] = a;
	}
	row->count = timetable->nslots - row->first;
}

/* The part of the run that can be of the week. */
static struct run
run_of_week(const struct timetable *timetable, int32_t site)
{
	struct run run = book_site_run(timetable->book, site);
	size_t first = run_from_day(timetable->book, run, timetable->monday);
	size_t end = run_from_instant(timetable->book, run,
	    (int64_t)(timetable->monday + TIMETABLE_DAYS + 2) *
		SECONDS_PER_DAY);

	if (end < first)
		end = first;
	run.slot += first;
	run.minute += first;
	run.count = end - first;
	return run;
}

void
timetable_add_site(struct timetable *timetable, int32_t index)
{
	bool active =
	    strcmp(book_site(timetable->book, index)->state, "active") == 0;
	struct run run = run_of_week(timetable, index);
	struct gap_site site;

	gap_site_init(&site, timetable->book, index);
	gap_sheet_fill(
	    &timetable->sheet, &site, timetable->monday, TIMETABLE_DAYS);
	for (int i = 0; i < TIMETABLE_HALF_DAYS; i++) {
		struct row row = {.day = timetable->monday + i / PART_COUNT,
		    .part = (enum part)(i % PART_COUNT),
		    .kind = KIND_SITE,
		    .place = index};

		row.opens = site_view_open(&site.view, row.day, row.part,
				&row.opening, &row.why) &&
		    active;
		row_needs(&row, &timetable->sheet);
		row_slots(timetable, &row, run);
		/* What would be open but for a closure or a holiday is a row
		 * too: it says why. */
		if (row.opens || row.need > 0 || row.count > 0 ||
		    (active && row.opening.to > 0))
			add_row(timetable, &row);
	}
}

static void
add_sector(struct timetable *timetable, int32_t index)
{
	if (!gap_sector_sheet(timetable->book, index, timetable->monday,
		TIMETABLE_DAYS, &timetable->sheet))
		return;
	for (int i = 0; i < TIMETABLE_HALF_DAYS; i++) {
		struct row row = {.day = timetable->monday + i / PART_COUNT,
		    .part = (enum part)(i % PART_COUNT),
		    .kind = KIND_TERRITORY,
		    .place = index};

		row_needs(&row, &timetable->sheet);
		if (row.need > 0)
			add_row(timetable, &row);
	}
}

void
timetable_add_territory(struct timetable *timetable, int32_t index)
{
	const struct session *session = timetable->session;
	const int32_t *sorted = book_sorted(timetable->book, KIND_SITE);

	for (int32_t i = 0; i < book_count(timetable->book, KIND_SITE); i++) {
		const struct site *site = book_site(timetable->book, sorted[i]);

		if ((site->territory == index || site->sector == index) &&
		    session_covers_site(session, timetable->book, sorted[i]))
			timetable_add_site(timetable, sorted[i]);
	}
	add_sector(timetable, index);
}

/* By counting, so that those of one half-day stay in the order of places. */
void
timetable_order(struct timetable *timetable)
{
	size_t first[TIMETABLE_HALF_DAYS + 1] = {0};
	struct row *ordered = xcalloc(timetable->nrows, sizeof(ordered[0]));

	for (size_t i = 0; i < timetable->nrows; i++) {
		const struct row *row = &timetable->rows[i];

		first[(row->day - timetable->monday) * PART_COUNT +
		    (int)row->part + 1]++;
	}
	for (int i = 1; i < TIMETABLE_HALF_DAYS; i++)
		first[i] += first[i - 1];
	for (size_t i = 0; i < timetable->nrows; i++) {
		const struct row *row = &timetable->rows[i];

		ordered[first[(row->day - timetable->monday) * PART_COUNT +
		    (int)row->part]++] = *row;
	}
	free(timetable->rows);
	timetable->rows = ordered;
}
