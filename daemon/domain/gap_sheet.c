/* SPDX-License-Identifier: ISC */
/*
 * gap_sheet: what one place needs and has.
 *
 * A sheet is filled by two walks: over the needs, which ask only for the
 * half-days of their patterns whether the place opens, and once over the run of
 * the site's assignments.
 */
#include "daemon/domain/gap_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* A night, on the westernmost clock, begins that long after its day began on
 * the clock of Greenwich. */
enum { LATEST_START = 44 * 3600 };

/* ----- sheets ----- */

void
gap_sheet_init(struct gap_sheet *sheet)
{
	*sheet = (struct gap_sheet){.classes = NULL};
}

void
gap_sheet_fini(struct gap_sheet *sheet)
{
	free(sheet->classes);
	free(sheet->cells);
}

static void
sheet_begin(struct gap_sheet *sheet, int32_t from, unsigned days)
{
	if (days == 0 || days > GAP_DAYS_MAX)
		abort();
	sheet->from = from;
	sheet->days = days;
	sheet->nclasses = 0;
	memset(sheet->known, 0, sizeof(sheet->known));
	memset(sheet->open, 0, sizeof(sheet->open));
}

static int
class_order(const struct gap_class *class, enum activity activity,
    const char *specialty)
{
	if (class->activity != activity)
		return class->activity < activity ? -1 : 1;
	return strcmp(class->specialty, specialty);
}

static void
add_class(
    struct gap_sheet *sheet, enum activity activity, const char *specialty)
{
	size_t at = 0;

	while (at < sheet->nclasses) {
		int order =
		    class_order(&sheet->classes[at], activity, specialty);

		if (order == 0)
			return;
		if (order > 0)
			break;
		at++;
	}
	sheet->classes = xgrow(sheet->classes, &sheet->class_capacity,
	    sheet->nclasses + 1, sizeof(sheet->classes[0]));
	memmove(&sheet->classes[at + 1], &sheet->classes[at],
	    (sheet->nclasses - at) * sizeof(sheet->classes[0]));
	sheet->classes[at] = (struct gap_class){activity, specialty};
	sheet->nclasses++;
}

/* The place of a class; nclasses when the sheet does not have it. */
static size_t
find_class(const struct gap_sheet *sheet, enum activity activity,
    const char *specialty)
{
	size_t at = 0;

	while (at < sheet->nclasses &&
	    class_order(&sheet->classes[at], activity, specialty) != 0)
		at++;
	return at;
}

static void
clear_cells(struct gap_sheet *sheet)
{
	size_t count = sheet->nclasses * sheet->days * PART_COUNT;

	sheet->cells = xgrow(sheet->cells, &sheet->cell_capacity, count,
	    sizeof(sheet->cells[0]));
	memset(sheet->cells, 0, count * sizeof(sheet->cells[0]));
}

/* ----- needs ----- */

static enum activity
need_activity(const struct need *need)
{
	enum activity activity;

	if (!activity_find(span_of(need->activity), &activity))
		abort(); /* the tables allow no other word */
	return activity;
}

/* A need that holds on one of the days of the sheet; else NULL. */
static const struct need *
need_at(const struct gap_sheet *sheet, const struct book *book, int32_t index)
{
	const struct need *need =
	    (const struct need *)book_entity(book, KIND_NEED, index);
	int32_t last = sheet->from + (int32_t)sheet->days - 1;

	if (need->from > last || need->to < sheet->from ||
	    strcmp(need->state, "active") != 0)
		return NULL;
	return need;
}

static void
add_classes(struct gap_sheet *sheet, const struct book *book,
    const int32_t *needs, size_t nneeds)
{
	for (size_t i = 0; i < nneeds; i++) {
		const struct need *need = need_at(sheet, book, needs[i]);

		if (need != NULL)
			add_class(sheet, need_activity(need), need->specialty);
	}
}

/* Which of these parts of a day the place opens in. */
typedef unsigned open_fn(const void *place, int32_t day, unsigned parts);

static unsigned
site_opens(const void *place, int32_t day, unsigned parts)
{
	const struct gap_site *site = place;
	struct opening opening;
	unsigned open = 0;

	for (unsigned part = 0; part < PART_COUNT; part++)
		if (parts >> part & 1 &&
		    site_view_open(
			&site->view, day, (enum part)part, &opening, NULL))
			open |= 1u << part;
	return open;
}

/* What is left of the parts when those are taken away in which it is closed. */
static unsigned
open_parts(struct gap_sheet *sheet, unsigned day, unsigned parts,
    open_fn *opens, const void *place)
{
	unsigned unknown = parts & ~(unsigned)sheet->known[day];

	if (unknown != 0) {
		sheet->open[day] |=
		    (uint8_t)opens(place, sheet->from + (int32_t)day, unknown);
		sheet->known[day] |= (uint8_t)unknown;
	}
	return parts & sheet->open[day];
}

static void
count_need(struct gap_sheet *sheet, const struct need *need, open_fn *opens,
    const void *place)
{
	size_t class = find_class(sheet, need_activity(need), need->specialty);

	if (class == sheet->nclasses)
		return; /* of a sector's site, and not what the sector needs */
	for (unsigned day = 0; day < sheet->days; day++) {
		int32_t date = sheet->from + (int32_t)day;
		unsigned parts;

		if (date < need->from || date > need->to)
			continue;
		parts = pattern_parts(&need->pattern, need->from, date);
		if (parts != 0)
			parts = open_parts(sheet, day, parts, opens, place);
		for (unsigned part = 0; parts >> part != 0; part++)
			if (parts >> part & 1)
				gap_cell(sheet, class, day, (enum part)part)
				    ->need += need->number;
	}
}

static void
count_needs(struct gap_sheet *sheet, const struct book *book,
    const int32_t *needs, size_t nneeds, open_fn *opens, const void *place)
{
	for (size_t i = 0; i < nneeds; i++) {
		const struct need *need = need_at(sheet, book, needs[i]);

		if (need != NULL)
			count_need(sheet, need, opens, place);
	}
}

/* ----- who is there ----- */

static void
count_assignment(struct gap_sheet *sheet, const struct book *book,
    const struct assignment *a)
{
	size_t class = find_class(sheet, (enum activity)a->activity,
	    book_physician(book, a->physician)->specialty);

	if (class < sheet->nclasses)
		gap_cell(sheet, class, (unsigned)(a->day - sheet->from),
		    (enum part)a->part)
		    ->have++;
}

static void
count_assignments(
    struct gap_sheet *sheet, const struct book *book, int32_t site)
{
	struct run run = book_site_run(book, site);
	int32_t last = sheet->from + (int32_t)sheet->days - 1;
	int64_t end = (int64_t)last * SECONDS_PER_DAY + LATEST_START;

	for (size_t i = run_from_day(book, run, sheet->from); i < run.count;
	     i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->from > end)
			break;
		if (a->day >= sheet->from && a->day <= last &&
		    state_blocks((enum state)a->state))
			count_assignment(sheet, book, a);
	}
}

static bool
is_active(const char *state)
{
	return strcmp(state, "active") == 0;
}

void
gap_site_init(struct gap_site *site, const struct book *book, int32_t index)
{
	site->index = index;
	site->zone_day = INT32_MIN;
	site->zone = NULL;
	site_view_init(&site->view, book, index);
	site->needs = book_facts(
	    book, KIND_NEED, site->view.site->entity.id, &site->nneeds);
	if (!is_active(site->view.site->state))
		site->nneeds = 0;
}

void
gap_sheet_fill(struct gap_sheet *sheet, const struct gap_site *site,
    int32_t from, unsigned days)
{
	const struct book *book = site->view.book;

	sheet_begin(sheet, from, days);
	add_classes(sheet, book, site->needs, site->nneeds);
	clear_cells(sheet);
	if (sheet->nclasses == 0)
		return;
	count_needs(sheet, book, site->needs, site->nneeds, site_opens, site);
	count_assignments(sheet, book, site->index);
}

/* ----- sectors ----- */

void
gap_sector_init(
    struct gap_sector *sector, const struct book *book, int32_t index)
{
	const struct territory *territory =
	    (const struct territory *)book_entity(book, KIND_TERRITORY, index);

	*sector = (struct gap_sector){.index = index};
	sector->needs =
	    book_facts(book, KIND_NEED, territory->entity.id, &sector->nneeds);
	if (!is_active(territory->state))
		sector->nneeds = 0;
}

void
gap_sector_add(struct gap_sector *sector, const struct book *book, int32_t site)
{
	if (!is_active(book_site(book, site)->state))
		return;
	sector->sites = xgrow(sector->sites, &sector->capacity,
	    sector->count + 1, sizeof(sector->sites[0]));
	gap_site_init(&sector->sites[sector->count++], book, site);
}

static unsigned
sector_opens(const void *place, int32_t day, unsigned parts)
{
	const struct gap_sector *sector = place;
	unsigned open = sector->count == 0 ? parts : 0;

	for (size_t i = 0; i < sector->count && open != parts; i++)
		open |= site_opens(&sector->sites[i], day, parts & ~open);
	return open;
}

/* Who is at a site of the sector beyond what the site needs. */
static void
count_left(struct gap_sheet *sheet, struct gap_sheet *spare,
    const struct gap_site *site)
{
	const struct book *book = site->view.book;

	sheet_begin(spare, sheet->from, sheet->days);
	for (size_t i = 0; i < sheet->nclasses; i++)
		add_class(spare, sheet->classes[i].activity,
		    sheet->classes[i].specialty);
	clear_cells(spare);
	count_needs(spare, book, site->needs, site->nneeds, site_opens, site);
	count_assignments(spare, book, site->index);
	for (size_t i = 0; i < sheet->nclasses * sheet->days * PART_COUNT; i++)
		sheet->cells[i].have +=
		    spare->cells[i].have - gap_filled(spare->cells[i]);
}

void
gap_sector_fill(struct gap_sheet *sheet, struct gap_sheet *spare,
    const struct book *book, const struct gap_sector *sector, int32_t from,
    unsigned days)
{
	sheet_begin(sheet, from, days);
	add_classes(sheet, book, sector->needs, sector->nneeds);
	clear_cells(sheet);
	if (sheet->nclasses == 0)
		return;
	count_needs(
	    sheet, book, sector->needs, sector->nneeds, sector_opens, sector);
	for (size_t i = 0; i < sector->count; i++)
		count_left(sheet, spare, &sector->sites[i]);
}

bool
gap_sector_sheet(const struct book *book, int32_t index, int32_t from,
    unsigned days, struct gap_sheet *sheet)
{
	struct gap_sector sector;
	struct gap_sheet spare;

	gap_sector_init(&sector, book, index);
	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++)
		if (sector.nneeds > 0 && book_site(book, i)->sector == index)
			gap_sector_add(&sector, book, i);
	gap_sheet_init(&spare);
	gap_sector_fill(sheet, &spare, book, &sector, from, days);
	gap_sheet_fini(&spare);
	free(sector.sites);
	return sheet->nclasses > 0;
}
