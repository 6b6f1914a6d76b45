/* SPDX-License-Identifier: ISC */
/*
 * reduce_sector: what a sector needs beyond its sites, as demands of one of its
 * sites in scope for each half-day.
 *
 * That is where a half-day of the kind is that may move; else where most
 * physicians could do it by the rules, of two such sites the one to which their
 * ways are the shorter, then that of the lower id.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

struct sector_site {
	int32_t site;
	struct site_view view;
};

/* Who is authorised at a site of the sector, on whichever days. */
struct sector_mate {
	int32_t site, physician;
};

struct sector {
	int32_t territory;
	struct sector_site *site;        /* by id */
	struct sector_mate *mate;        /* by site, physician; each once */
	const struct assignment **there; /* half-days that may move */
	size_t sites, mates, there_count;
	struct {
		size_t site, mate, there;
	} room; /* of the arrays */
};

/* ----- the sector ----- */

static bool
has_site(const struct reduction *reduction, const struct sector *sector,
    int32_t site)
{
	return book_site(reduction->book, site)->sector == sector->territory &&
	    reduction->site_in[site];
}

static int
compare_sites(const void *left, const void *right)
{
	const struct sector_site *a = left, *b = right;

	return id_compare(a->view.site->entity.id, b->view.site->entity.id);
}

static void
find_sites(const struct reduction *reduction, struct sector *sector)
{
	const struct book *book = reduction->book;

	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++) {
		if (!has_site(reduction, sector, i))
			continue;
		sector->site = xgrow(sector->site, &sector->room.site,
		    sector->sites + 1, sizeof(sector->site[0]));
		sector->site[sector->sites].site = i;
		site_view_init(&sector->site[sector->sites++].view, book, i);
	}
	if (sector->sites > 1)
		qsort(sector->site, sector->sites, sizeof(sector->site[0]),
		    compare_sites);
}

static int
compare_mates(const void *left, const void *right)
{
	const struct sector_mate *a = left, *b = right;

	if (a->site != b->site)
		return a->site < b->site ? -1 : 1;
	return (a->physician > b->physician) - (a->physician < b->physician);
}

static void
find_mates(const struct reduction *reduction, struct sector *sector)
{
	const struct book *book = reduction->book;
	size_t kept = 0;

	for (int32_t i = 0; i < book_count(book, KIND_AUTHORISATION); i++) {
		const struct authorisation *fact =
		    (const struct authorisation *)book_entity(
			book, KIND_AUTHORISATION, i);

		if (strcmp(fact->state, "active") != 0 ||
		    !reduction->works[fact->physician] ||
		    !has_site(reduction, sector, fact->site))
			continue;
		sector->mate = xgrow(sector->mate, &sector->room.mate,
		    sector->mates + 1, sizeof(sector->mate[0]));
		sector->mate[sector->mates++] =
		    (struct sector_mate){fact->site, fact->physician};
	}
	if (sector->mates > 1)
		qsort(sector->mate, sector->mates, sizeof(sector->mate[0]),
		    compare_mates);
	for (size_t i = 0; i < sector->mates; i++)
		if (kept == 0 ||
		    compare_mates(&sector->mate[kept - 1], &sector->mate[i]) !=
			0)
			sector->mate[kept++] = sector->mate[i];
	sector->mates = kept;
}

static void
find_there(const struct reduction *reduction, struct sector *sector)
{
	for (size_t i = 0; i < reduction->movables; i++) {
		const struct movable *movable = &reduction->movable[i];

		if (movable->stays ||
		    !has_site(reduction, sector, movable->was.site))
			continue;
		sector->there = xgrow(sector->there, &sector->room.there,
		    sector->there_count + 1, sizeof(sector->there[0]));
		sector->there[sector->there_count++] = &movable->was;
	}
}

/* ----- where ----- */

/* How well a site does for a half-day. */
struct fitness {
	bool there; /* one that may move is there */
	size_t physicians;
	int64_t minutes; /* of their ways, together */
};

static bool
is_better(const struct fitness *a, const struct fitness *b)
{
	if (a->there != b->there)
		return a->there;
	if (a->physicians != b->physicians)
		return a->physicians > b->physicians;
	return a->minutes < b->minutes;
}

static bool
is_there(const struct reduction *reduction, const struct sector *sector,
    const struct wanted_there *wanted, int32_t site)
{
	for (size_t i = 0; i < sector->there_count; i++) {
		const struct assignment *a = sector->there[i];

		if (a->site == site && a->day == wanted->day &&
		    a->part == (uint8_t)wanted->part &&
		    a->activity == (uint8_t)wanted->class->activity &&
		    strcmp(book_physician(reduction->book, a->physician)
			       ->specialty,
			wanted->class->specialty) == 0)
			return true;
	}
	return false;
}

/* Whether the physician could do it there; *minutes: the way. */
static bool
can_serve(const struct reduction *reduction, const struct sector_site *at,
    const struct wanted_there *wanted, const struct demand *form,
    int32_t physician, int32_t *minutes)
{
	const struct doctor doctor = {.physician = physician,
	    .programme = reduction->works_for[physician]};
	enum activity activity = wanted->class->activity;
	struct assignment a;
	struct finding finding;
	struct place place;

	*minutes = 0;
	if (strcmp(book_physician(reduction->book, physician)->specialty,
		wanted->class->specialty) != 0)
		return false;
	if (site_is_attended(at->view.site, activity)) {
		site_view_place(&at->view, wanted->day, wanted->part, &place);
		*minutes = reduce_home_minutes(reduction, physician, &place);
	}
	a = reduce_assignment_at(reduction, &doctor, form, at->site, activity);
	return *minutes <= DAY_TRIP &&
	    rules_alone(
		reduction->book, &reduction->facts->rules, &a, &finding);
}

static struct fitness
fitness_of(const struct reduction *reduction, const struct sector *sector,
    const struct sector_site *at, const struct wanted_there *wanted,
    const struct demand *form)
{
	struct fitness fitness = {
	    is_there(reduction, sector, wanted, at->site), 0, 0};
	const struct sector_mate first = {at->site, 0};
	size_t low = 0, high = sector->mates;
	int32_t minutes;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_mates(&sector->mate[middle], &first) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < sector->mates && sector->mate[low].site == at->site;
	     low++) {
		if (!can_serve(reduction, at, wanted, form,
			sector->mate[low].physician, &minutes))
			continue;
		fitness.physicians++;
		fitness.minutes += minutes;
	}
	return fitness;
}

static uint16_t
turn_of(struct reduction *reduction, const struct sector *sector,
    const struct wanted_there *wanted)
{
	struct reduced *r = &reduction->r;
	struct turn turn = {
	    .sector = sector->territory, .night = wanted->part == PART_N};

	for (size_t i = r->turns; i-- > 0;)
		if (r->turn[i].sector == turn.sector &&
		    r->turn[i].night == turn.night &&
		    strcmp(r->turn[i].specialty, wanted->class->specialty) == 0)
			return (uint16_t)(i + 1);
	if (r->turns == UINT16_MAX)
		return 0;
	memcpy(turn.specialty, wanted->class->specialty,
	    strnlen(wanted->class->specialty, sizeof(turn.specialty) - 1));
	r->turn =
	    xgrow(r->turn, &r->room.turn, r->turns + 1, sizeof(r->turn[0]));
	r->turn[r->turns++] = turn;
	return (uint16_t)r->turns;
}

static void
on_cell(struct reduction *reduction, void *arg, struct wanted_there *wanted)
{
	const struct sector *sector = arg;
	const struct sector_site *best = NULL;
	struct fitness most = {false, 0, 0};

	wanted->turn = 0;
	for (size_t i = 0; i < sector->sites; i++) {
		const struct sector_site *at = &sector->site[i];
		struct fitness fitness;
		struct demand form;

		wanted->site = at->site;
		if (!reduce_form(reduction, &at->view, wanted, &form))
			continue;
		fitness = fitness_of(reduction, sector, at, wanted, &form);
		if (best != NULL && !is_better(&fitness, &most))
			continue;
		best = at;
		most = fitness;
	}
	if (best == NULL)
		return;
	wanted->site = best->site;
	wanted->turn = turn_of(reduction, sector, wanted);
	reduce_add_demand(reduction, &best->view, wanted);
}

/* ----- all of them ----- */

static void
sector_demands(struct reduction *reduction, int32_t territory)
{
	const struct facts *facts = reduction->facts;
	struct sector sector = {.territory = territory};
	struct gap_sheet sheet;
	unsigned days;

	find_sites(reduction, &sector);
	find_mates(reduction, &sector);
	find_there(reduction, &sector);
	gap_sheet_init(&sheet);
	for (int32_t day = facts->from; sector.sites > 0 && day <= facts->to;
	     day += (int32_t)days) {
		days = reduce_days_from(reduction, day);
		if (gap_sector_sheet(
			reduction->book, territory, day, days, &sheet))
			reduce_each_cell(reduction, &sheet, on_cell, &sector);
	}
	gap_sheet_fini(&sheet);
	free(sector.site);
	free(sector.mate);
	free(sector.there);
}

static bool
has_needs(const struct book *book, int32_t territory)
{
	size_t count;

	book_facts(book, KIND_NEED,
	    book_entity(book, KIND_TERRITORY, territory)->id, &count);
	return count > 0;
}

void
reduce_sectors(struct reduction *reduction)
{
	const struct book *book = reduction->book;

	for (int32_t i = 0; i < book_count(book, KIND_TERRITORY); i++)
		if (has_needs(book, i) && !reduction->failed)
			sector_demands(reduction, i);
}
