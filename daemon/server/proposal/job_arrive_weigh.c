/* SPDX-License-Identifier: ISC */
/*
 * job_arrive_weigh: what a plan does for each site and for each sector.
 *
 * Who is planned at a site fills what the site needs, and beyond that what its
 * sector needs, as gap.h counts it.
 */
#include "daemon/server/proposal/job_arrive_private.h"

#include "daemon/base/mem.h"
#include "daemon/domain/gap.h"
#include "daemon/server/proposal/verb_plan.h"
#include "daemon/server/server.h"

#include <stdio.h>
#include <string.h>

/* ----- lines on a sheet ----- */

/* The cell that the line is of, or NULL. */
static struct gap_cell *
cell_of(struct gap_sheet *sheet, const struct book *book,
    const struct arrived *line)
{
	int32_t physician = book_find(book, KIND_PHYSICIAN, line->physician);
	int32_t day = line->day - sheet->from;

	if (day < 0 || day >= (int32_t)sheet->days || physician == REF_NONE)
		return NULL;
	for (size_t i = 0; i < sheet->nclasses; i++)
		if (sheet->classes[i].activity ==
			(enum activity)line->activity &&
		    strcmp(sheet->classes[i].specialty,
			book_physician(book, physician)->specialty) == 0)
			return gap_cell(
			    sheet, i, (unsigned)day, (enum part)line->part);
	return NULL;
}

/* One more or less of those who are there; whether that is one beyond what is
 * needed. */
static bool
shift(struct gap_cell *cell, bool cancels)
{
	bool beyond =
	    cancels ? cell->have > cell->need : cell->have >= cell->need;

	if (!cancels)
		cell->have++;
	else if (cell->have > 0)
		cell->have--;
	return beyond;
}

/* The lines of a site on its sheet, and what is beyond that on the sector's,
 * unless NULL. */
static void
apply_lines(const struct arrival *arrival, const struct book *book,
    int32_t site, struct gap_sheet *sheet, struct gap_sheet *sector)
{
	uint32_t at = arrival->of_site[site];

	for (; at > 0; at = arrival->lines[at - 1].next) {
		const struct arrived *line = &arrival->lines[at - 1];
		struct gap_cell *cell = cell_of(sheet, book, line);

		if ((cell != NULL && !shift(cell, line->cancels)) ||
		    sector == NULL)
			continue;
		cell = cell_of(sector, book, line);
		if (cell != NULL)
			(void)shift(cell, line->cancels);
	}
}

static uint32_t
sum(const struct gap_sheet *sheet, bool filled)
{
	size_t cells = sheet->nclasses * sheet->days * PART_COUNT;
	uint32_t total = 0;

	for (size_t i = 0; i < cells; i++)
		total +=
		    filled ? gap_filled(sheet->cells[i]) : sheet->cells[i].need;
	return total;
}

static unsigned
days_from(const struct proposal *proposal, int32_t day)
{
	int32_t left = proposal->to - day + 1;

	return left < GAP_DAYS_MAX ? (unsigned)left : GAP_DAYS_MAX;
}

static void
set_zone(struct weighed *out, const char *zone)
{
	(void)snprintf(
	    out->zone, sizeof(out->zone), "%s", zone == NULL ? "" : zone);
}

static void
add(struct arrival *arrival, const struct weighed *out)
{
	if (out->need == 0)
		return;
	arrival->sites = xgrow(arrival->sites, &arrival->site_capacity,
	    arrival->site_count + 1, sizeof(arrival->sites[0]));
	arrival->sites[arrival->site_count++] = *out;
}

/* ----- one place ----- */

static const char *
zone_of(const struct arrival *arrival, const struct book *book, int32_t site)
{
	return book_zone(book, book_site(book, site)->commune, "gp",
	    arrival->job->proposal.from);
}

static void
weigh_site(struct arrival *arrival, const struct book *book, int32_t index)
{
	const struct proposal *proposal = &arrival->job->proposal;
	struct weighed out = {.site = book_entity(book, KIND_SITE, index)->id};
	struct gap_site site;
	struct gap_sheet sheet;

	gap_site_init(&site, book, index);
	if (site.nneeds == 0 || !plan_scope_has(proposal->scope, book, index))
		return;
	gap_sheet_init(&sheet);
	for (int32_t day = proposal->from; day <= proposal->to;
	     day += GAP_DAYS_MAX) {
		gap_sheet_fill(&sheet, &site, day, days_from(proposal, day));
		out.need += sum(&sheet, false);
		out.filled += sum(&sheet, true);
		apply_lines(arrival, book, index, &sheet, NULL);
		out.planned += sum(&sheet, true);
	}
	gap_sheet_fini(&sheet);
	set_zone(&out, zone_of(arrival, book, index));
	add(arrival, &out);
}

/* Whether one of its sites is a place of the plan; the zone of all its sites,
 * NULL when they differ. */
static bool
is_planned(const struct arrival *arrival, const struct book *book,
    int32_t sector, const char **zone)
{
	bool planned = false, any = false;

	*zone = NULL;
	for (int32_t i = 0; i < arrival->nsites; i++) {
		const char *own;

		if (book_site(book, i)->sector != sector)
			continue;
		own = zone_of(arrival, book, i);
		if (!any)
			*zone = own;
		else if (*zone != NULL &&
		    (own == NULL || strcmp(own, *zone) != 0))
			*zone = NULL;
		any = true;
		planned = planned ||
		    plan_scope_has(arrival->job->proposal.scope, book, i);
	}
	return planned;
}

/* Those of its sites on which the plan puts or takes something. */
static void
apply_sites(const struct arrival *arrival, const struct book *book,
    int32_t sector, struct gap_sheet *sheet)
{
	struct gap_site site;
	struct gap_sheet own;

	gap_sheet_init(&own);
	for (int32_t i = 0; i < arrival->nsites; i++) {
		if (book_site(book, i)->sector != sector ||
		    arrival->of_site[i] == 0)
			continue;
		gap_site_init(&site, book, i);
		gap_sheet_fill(&own, &site, sheet->from, sheet->days);
		apply_lines(arrival, book, i, &own, sheet);
	}
	gap_sheet_fini(&own);
}

/* False when it is no part of the plan. */
static bool
begin_sector(struct arrival *arrival, const struct book *book, int32_t index)
{
	struct weighed *out = &arrival->weighing;
	const char *zone;
	size_t needs;

	*out = (struct weighed){
	    .site = book_entity(book, KIND_TERRITORY, index)->id,
	    .is_sector = true};
	(void)book_facts(book, KIND_NEED, out->site, &needs);
	if (needs == 0 || !is_planned(arrival, book, index, &zone))
		return false;
	set_zone(out, zone);
	arrival->weighing_day = arrival->job->proposal.from;
	arrival->is_weighing = true;
	return true;
}

/* A month of a sector, which may have many sites; whether it was the last. */
static bool
weigh_sector(struct arrival *arrival, const struct book *book, int32_t index)
{
	const struct proposal *proposal = &arrival->job->proposal;
	struct weighed *out = &arrival->weighing;
	int32_t day;
	struct gap_sheet sheet;

	if (!arrival->is_weighing && !begin_sector(arrival, book, index))
		return true;
	day = arrival->weighing_day;
	arrival->weighing_day += GAP_DAYS_MAX;
	gap_sheet_init(&sheet);
	if (gap_sector_sheet(
		book, index, day, days_from(proposal, day), &sheet)) {
		out->need += sum(&sheet, false);
		out->filled += sum(&sheet, true);
		apply_sites(arrival, book, index, &sheet);
		out->planned += sum(&sheet, true);
	}
	gap_sheet_fini(&sheet);
	if (arrival->weighing_day <= proposal->to)
		return false;
	arrival->is_weighing = false;
	add(arrival, out);
	return true;
}

void
arrival_weigh(struct arrival *arrival)
{
	const struct book *book = store_book(arrival->job->jobs->server->store);
	int32_t sector = arrival->weighed - arrival->nsites;

	if (sector < 0)
		weigh_site(arrival, book, arrival->weighed++);
	else if (sector >= arrival->nsectors)
		arrival->step = STEP_LINES;
	else if (weigh_sector(arrival, book, sector))
		arrival->weighed++;
}
