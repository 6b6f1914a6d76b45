/* SPDX-License-Identifier: ISC */
/*
 * gap: half-days that need physicians and do not have them.
 *
 * A need of a site or of a sector asks, in each half-day of its pattern, for so
 * many physicians of one specialty with one activity: a *class*.  Needs of one
 * place and class add up.  An assignment that blocks (draft, published, held)
 * is one of the class of its activity and its physician's specialty, and fills
 * one need: of its site, or else of the sector of its site.  Since a site is in
 * one sector at most and only its own assignments fill its needs, taking them
 * first leaves the fewest unfilled.
 *
 * In a half-day in which the site does not open nobody is needed; in a sector,
 * when it has sites and none of them opens.
 */
#ifndef DOMAIN_GAP_H
#define DOMAIN_GAP_H

#include "daemon/domain/assignment.h"
#include "daemon/domain/open.h"

/* Days that are looked at together. */
enum { GAP_DAYS_MAX = 31 };

/* A site with its facts, looked up once; good until the next change of the
 * book. */
struct gap_site {
	struct site_view view;
	int32_t index;
	const int32_t *needs; /* indices of needs, retired ones too */
	size_t nneeds;        /* 0 of a retired site */
	/* The class of its zone on that day, which many gaps ask for; not of a
	 * mobile site. */
	int32_t zone_day;
	const char *zone;
};

void gap_site_init(
    struct gap_site *site, const struct book *book, int32_t index);

struct gap_class {
	enum activity activity;
	const char *specialty; /* borrowed from the book */
};

struct gap_cell {
	uint32_t need; /* physicians */
	uint32_t have; /* those that are there, maybe more than needed */
};

static inline uint32_t
gap_filled(struct gap_cell cell)
{
	return cell.have < cell.need ? cell.have : cell.need;
}

/* What one place needs and has, over some days. */
struct gap_sheet {
	int32_t from;
	unsigned days;
	struct gap_class *classes; /* owned; by activity, then specialty */
	size_t nclasses, class_capacity;
	struct gap_cell *cells; /* owned; see gap_cell() */
	size_t cell_capacity;
	/* Parts of each day of which it is known whether the place opens, and
	 * those in which it does, as bits. */
	uint8_t known[GAP_DAYS_MAX], open[GAP_DAYS_MAX];
};

void gap_sheet_init(struct gap_sheet *sheet);
void gap_sheet_fini(struct gap_sheet *sheet);
/* Makes it the sheet of a site over 1 to GAP_DAYS_MAX days. */
void gap_sheet_fill(struct gap_sheet *sheet, const struct gap_site *site,
    int32_t from, unsigned days);

static inline struct gap_cell *
gap_cell(
    const struct gap_sheet *sheet, size_t class, unsigned day, enum part part)
{
	return &sheet->cells[(class * sheet->days + day) * PART_COUNT + part];
}

/* ----- many places ----- */

struct gap {
	int32_t day;
	enum part part;
	enum kind kind; /* KIND_SITE; KIND_TERRITORY: a sector */
	int32_t place;  /* index of the book */
	uint32_t rank;  /* among the sites or the sectors of the finder */
	struct gap_class class;
	uint32_t need, filled; /* filled < need */
};

struct gap_finder;

/* Lives within one turn: a change of the book ends what it may be asked. */
struct gap_finder *gap_finder_new(const struct book *book) MUST_CHECK;
void gap_finder_free(struct gap_finder *finder);
/* Places in the order in which their gaps are to be told, sites before sectors.
 * Those that need nobody ever cost nothing later. */
void gap_finder_site(struct gap_finder *finder, int32_t site);
void gap_finder_sector(struct gap_finder *finder, int32_t sector);
/* Sites that are looked at for one day of all places. */
size_t gap_finder_sites(struct gap_finder *finder);
/*
 * All gaps of 1 to GAP_DAYS_MAX days, by day, part, place, activity, specialty.
 * Lent until the next call.
 */
const struct gap *gap_finder_find(
    struct gap_finder *finder, int32_t from, unsigned days, size_t *count);

/* Class of the zoning of general practitioners where the gap is: in a sector,
 * that of all its sites.  NULL when it is unknown, or differs. */
const char *gap_zone(struct gap_finder *finder, const struct gap *gap);

/*
 * The sheet of a sector over 1 to GAP_DAYS_MAX days: in the cells `have` counts
 * who is left when the needs of the sector's sites are filled.  False when it
 * needs nobody.
 */
bool gap_sector_sheet(const struct book *book, int32_t sector, int32_t from,
    unsigned days, struct gap_sheet *sheet);

#endif
