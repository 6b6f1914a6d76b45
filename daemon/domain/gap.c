/* SPDX-License-Identifier: ISC */
/*
 * gap: see gap.h.
 */
#include "daemon/domain/gap_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ----- many places ----- */

struct gap_finder {
	const struct book *book;
	struct gap_site *sites; /* owned: those with needs */
	size_t nsites, site_capacity;
	struct gap_sector *sectors; /* owned, likewise */
	size_t nsectors, sector_capacity;
	bool joined;    /* the sectors know their sites */
	size_t members; /* sites of all sectors */
	struct gap_sheet sheet, spare;
	struct gap *found, *ordered; /* owned */
	size_t count, found_capacity, ordered_capacity;
};

struct gap_finder *
gap_finder_new(const struct book *book)
{
	struct gap_finder *finder = xcalloc(1, sizeof(*finder));

	finder->book = book;
	return finder;
}

void
gap_finder_free(struct gap_finder *finder)
{
	if (finder == NULL)
		return;
	for (size_t i = 0; i < finder->nsectors; i++)
		free(finder->sectors[i].sites);
	gap_sheet_fini(&finder->sheet);
	gap_sheet_fini(&finder->spare);
	free(finder->sites);
	free(finder->sectors);
	free(finder->found);
	free(finder->ordered);
	free(finder);
}

void
gap_finder_site(struct gap_finder *finder, int32_t site)
{
	struct gap_site *at;

	finder->sites = xgrow(finder->sites, &finder->site_capacity,
	    finder->nsites + 1, sizeof(finder->sites[0]));
	at = &finder->sites[finder->nsites];
	gap_site_init(at, finder->book, site);
	if (at->nneeds > 0)
		finder->nsites++;
}

void
gap_finder_sector(struct gap_finder *finder, int32_t sector)
{
	struct gap_sector *at;

	finder->sectors = xgrow(finder->sectors, &finder->sector_capacity,
	    finder->nsectors + 1, sizeof(finder->sectors[0]));
	at = &finder->sectors[finder->nsectors];
	gap_sector_init(at, finder->book, sector);
	if (at->nneeds > 0)
		finder->nsectors++;
	finder->joined = false;
}

/* One walk over all sites tells each sector its own. */
static void
join_sectors(struct gap_finder *finder)
{
	const struct book *book = finder->book;
	size_t n = (size_t)book_count(book, KIND_TERRITORY);
	uint32_t *place; /* of a territory in `sectors`, plus 1 */

	if (finder->joined || finder->nsectors == 0)
		return;
	finder->joined = true;
	finder->members = 0;
	place = xcalloc(n, sizeof(place[0]));
	for (size_t i = 0; i < finder->nsectors; i++) {
		finder->sectors[i].count = 0;
		place[finder->sectors[i].index] = (uint32_t)i + 1;
	}
	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++) {
		int32_t sector = book_site(book, i)->sector;

		if (sector == REF_NONE || place[sector] == 0)
			continue;
		gap_sector_add(&finder->sectors[place[sector] - 1], book, i);
		finder->members++;
	}
	free(place);
}

size_t
gap_finder_sites(struct gap_finder *finder)
{
	join_sectors(finder);
	return finder->nsites + finder->members;
}

/* The gaps of the sheet, by class, day and part. */
static void
take_gaps(struct gap_finder *finder, enum kind kind, int32_t place, size_t rank)
{
	const struct gap_sheet *sheet = &finder->sheet;
	size_t n = sheet->nclasses * sheet->days * PART_COUNT;

	finder->found = xgrow(finder->found, &finder->found_capacity,
	    finder->count + n, sizeof(finder->found[0]));
	for (size_t i = 0; i < n; i++) {
		struct gap_cell cell = sheet->cells[i];
		size_t slot = i % (sheet->days * PART_COUNT);

		if (cell.have >= cell.need)
			continue;
		finder->found[finder->count++] = (struct gap){
		    .day = sheet->from + (int32_t)(slot / PART_COUNT),
		    .part = (enum part)(slot % PART_COUNT),
		    .kind = kind,
		    .place = place,
		    .rank = (uint32_t)rank,
		    .class = sheet->classes[i / (sheet->days * PART_COUNT)],
		    .need = cell.need,
		    .filled = cell.have};
	}
}

/* Found place by place and class by class: what is left is to put them in the
 * order of their half-days, by counting. */
static void
order_gaps(struct gap_finder *finder, int32_t from, unsigned days)
{
	uint32_t first[GAP_DAYS_MAX * PART_COUNT + 1] = {0};

	finder->ordered = xgrow(finder->ordered, &finder->ordered_capacity,
	    finder->count, sizeof(finder->ordered[0]));
	for (size_t i = 0; i < finder->count; i++) {
		const struct gap *gap = &finder->found[i];

		first[(gap->day - from) * PART_COUNT + (int)gap->part + 1]++;
	}
	for (size_t i = 1; i < (size_t)days * PART_COUNT; i++)
		first[i] += first[i - 1];
	for (size_t i = 0; i < finder->count; i++) {
		const struct gap *gap = &finder->found[i];
		int slot = (gap->day - from) * PART_COUNT + (int)gap->part;

		finder->ordered[first[slot]++] = *gap;
	}
}

const struct gap *
gap_finder_find(
    struct gap_finder *finder, int32_t from, unsigned days, size_t *count)
{
	join_sectors(finder);
	finder->count = 0;
	for (size_t i = 0; i < finder->nsites; i++) {
		gap_sheet_fill(&finder->sheet, &finder->sites[i], from, days);
		take_gaps(finder, KIND_SITE, finder->sites[i].index, i);
	}
	for (size_t i = 0; i < finder->nsectors; i++) {
		gap_sector_fill(&finder->sheet, &finder->spare, finder->book,
		    &finder->sectors[i], from, days);
		take_gaps(finder, KIND_TERRITORY, finder->sectors[i].index, i);
	}
	order_gaps(finder, from, days);
	*count = finder->count;
	return finder->ordered;
}

static const char *
site_zone_on(struct gap_site *site, const struct gap *gap)
{
	if (site_is_mobile(site->view.site))
		return site_view_zone(&site->view, gap->day, gap->part, "gp");
	if (site->zone_day != gap->day) {
		site->zone =
		    site_view_zone(&site->view, gap->day, gap->part, "gp");
		site->zone_day = gap->day;
	}
	return site->zone;
}

static const char *
sector_zone(const struct gap_sector *sector, const struct gap *gap)
{
	const char *common = NULL;

	for (size_t i = 0; i < sector->count; i++) {
		const char *zone = site_zone_on(&sector->sites[i], gap);

		if (zone == NULL ||
		    (common != NULL && strcmp(zone, common) != 0))
			return NULL;
		common = zone;
	}
	return common;
}

const char *
gap_zone(struct gap_finder *finder, const struct gap *gap)
{
	if (gap->kind == KIND_TERRITORY)
		return sector_zone(&finder->sectors[gap->rank], gap);
	return site_zone_on(&finder->sites[gap->rank], gap);
}
