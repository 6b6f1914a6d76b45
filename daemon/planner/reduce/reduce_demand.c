/* SPDX-License-Identifier: ISC */
/*
 * reduce_demand: what is still needed, where and when, as demands of spots.
 *
 * The needs of a site are those of its sheet (gap.h), less what stays.  What a
 * sector needs beyond that, reduce_sector.c demands at one of its sites.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"
#include "daemon/domain/share.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

enum { DEMAND_MAX = 100, ROOMS_MOST = 50 };

/* ----- classes ----- */

static int32_t
factor_of(enum activity activity)
{
	switch (activity) {
	case ACTIVITY_SNP:
		return 900;
	case ACTIVITY_CA:
		return 1200;
	case ACTIVITY_TLC:
		return 600;
	case ACTIVITY_PDSA:
		return 1100;
	case ACTIVITY_MT:
	case ACTIVITY_VAD:
	case ACTIVITY_EHPAD:
	case ACTIVITY_REGUL:
	case ACTIVITY_HOSP:
	case ACTIVITY_SUPERV:
	case ACTIVITY_COORD:
	case ACTIVITY_PERM:
	case ACTIVITY_COUNT:
		break;
	}
	return 1000;
}

int32_t
reduce_class(const struct reduction *reduction, enum activity activity,
    const char *specialty)
{
	const struct reduced *r = &reduction->r;

	for (size_t i = 0; i < r->classes; i++)
		if (r->class[i].activity == activity &&
		    strcmp(r->class[i].specialty, specialty) == 0)
			return (int32_t)i;
	return NONE;
}

static int32_t
class_of(struct reduction *reduction, const struct gap_class *of)
{
	struct reduced *r = &reduction->r;
	int32_t found = reduce_class(reduction, of->activity, of->specialty);
	struct class_of_work *class;
	struct out out;

	if (found != NONE)
		return found;
	if (r->classes == CLASSES_MAX) {
		reduce_fail(reduction,
		    "more than 60 kinds of work are needed in one plan");
		return NONE;
	}
	class = &r->class[r->classes];
	*class = (struct class_of_work){.activity = (uint8_t)of->activity,
	    .unscheduled = of->activity == ACTIVITY_SNP,
	    .anchored = of->activity == ACTIVITY_MT,
	    .factor = factor_of(of->activity)};
	out = (struct out){
	    class->specialty, 0, sizeof(class->specialty) - 1, false};
	out_text(&out, of->specialty);
	return (int32_t)r->classes++;
}

/* ----- spots ----- */

static void
name_spot(struct spot *spot, const struct site *site, unsigned number)
{
	struct out out = {spot->name, 0, sizeof(spot->name) - 1, false};

	out_id(&out, site->entity.id);
	if (spot->remote) {
		out_literal(&out, "/r");
	} else if (number > 0) {
		out_char(&out, '/');
		out_u64(&out, number);
	}
}

static int32_t
find_spot(const struct reduction *reduction, int32_t site, int32_t stop,
    bool remote, unsigned *others)
{
	int32_t at = reduction->spot_of[site];

	for (*others = 0; at != NONE; at = reduction->spot_next[at]) {
		const struct spot *spot = &reduction->r.spot[at];

		if (spot->remote == remote && (remote || spot->stop == stop))
			return at;
		++*others;
	}
	return NONE;
}

static int32_t
add_spot(struct reduction *reduction, int32_t site, int32_t stop, bool remote,
    const struct place *place, unsigned number)
{
	struct reduced *r = &reduction->r;
	const struct site *of = book_site(reduction->book, site);
	struct spot *spot;
	int32_t index = (int32_t)r->spots;

	r->spot =
	    xgrow(r->spot, &r->room.spot, r->spots + 1, sizeof(r->spot[0]));
	reduction->spot_next =
	    xgrow(reduction->spot_next, &reduction->spot_room, r->spots + 1,
		sizeof(reduction->spot_next[0]));
	reduction->place = xgrow(reduction->place, &reduction->place_room,
	    r->spots + 1, sizeof(reduction->place[0]));
	spot = &r->spot[r->spots++];
	*spot = (struct spot){.site = site, .stop = stop, .remote = remote};
	spot->rooms =
	    remote || of->rooms > ROOMS_MOST ? ROOMS_MOST : (int32_t)of->rooms;
	name_spot(spot, of, site_is_mobile(of) ? number + 1 : 0);
	reduction->place[index] = *place;
	reduction->spot_next[index] = reduction->spot_of[site];
	reduction->spot_of[site] = index;
	return index;
}

static int32_t
stop_of(const struct reduction *reduction, const struct place *place)
{
	return place->stop == NULL
	    ? REF_NONE
	    : book_find(reduction->book, KIND_STOP, place->stop->entity.id);
}

int32_t
reduce_spot(const struct reduction *reduction, int32_t site, int32_t day,
    enum part part, bool remote)
{
	struct place place;
	unsigned others;

	if (reduction->spot_of[site] == NONE)
		return NONE;
	site_place(reduction->book, site, day, part, &place);
	return find_spot(
	    reduction, site, stop_of(reduction, &place), remote, &others);
}

/* ----- demands ----- */

static void
set_form(const struct reduction *reduction, const struct site_view *view,
    const struct wanted_there *wanted, const struct opening *opening,
    struct demand *demand)
{
	const struct tz *tz = view->site->tz;
	struct assignment form = {.activity = (uint8_t)wanted->class->activity};
	struct share share = {.snp = 0};
	int64_t to = tz_instant(tz, wanted->day, opening->to);

	demand->from = tz_instant(tz, wanted->day, opening->from);
	demand->length = (uint32_t)(to - demand->from);
	form.length = demand->length;
	share_add(&share, &form, 1);
	demand->care = (int32_t)share.all;
	demand->unscheduled = (int32_t)share.snp;
	if (site_is_attended(view->site, wanted->class->activity))
		demand->room = (uint8_t)room_lowest_free(
		    reduction->book, wanted->site, demand->from, to, ID_NIL);
}

bool
reduce_form(const struct reduction *reduction, const struct site_view *view,
    const struct wanted_there *wanted, struct demand *form)
{
	bool remote = !site_is_attended(view->site, wanted->class->activity);
	struct opening opening;

	*form = (struct demand){.portion = NONE,
	    .half = reduce_half(reduction, wanted->day, (unsigned)wanted->part),
	    .turn = wanted->turn};
	if (!site_view_open(view, wanted->day, wanted->part, &opening, NULL))
		return false;
	set_form(reduction, view, wanted, &opening, form);
	return form->from > reduction->facts->now &&
	    (remote || form->room != 0 || reduce_is_off(reduction, 3));
}

void
reduce_add_demand(struct reduction *reduction, const struct site_view *view,
    const struct wanted_there *wanted)
{
	struct reduced *r = &reduction->r;
	bool remote = !site_is_attended(view->site, wanted->class->activity);
	struct demand demand;
	struct place place;
	unsigned others;
	int32_t stop;

	if (!reduce_form(reduction, view, wanted, &demand))
		return;
	site_view_place(view, wanted->day, wanted->part, &place);
	stop = stop_of(reduction, &place);
	demand.spot = find_spot(reduction, wanted->site, stop, remote, &others);
	if (demand.spot == NONE)
		demand.spot = add_spot(
		    reduction, wanted->site, stop, remote, &place, others);
	demand.class = class_of(reduction, wanted->class);
	demand.count =
	    (uint8_t)(wanted->need < DEMAND_MAX ? wanted->need : DEMAND_MAX);
	demand.filled = (uint8_t)(wanted->have < demand.count ? wanted->have
							      : demand.count);
	r->nights |= wanted->part == PART_N;
	r->demand = xgrow(
	    r->demand, &r->room.demand, r->demands + 1, sizeof(r->demand[0]));
	r->demand[r->demands++] = demand;
}

void
reduce_each_cell(struct reduction *reduction, const struct gap_sheet *sheet,
    reduce_wanted_fn *each, void *arg)
{
	struct wanted_there wanted;

	memset(&wanted, 0, sizeof(wanted));
	for (size_t class = 0; class < sheet->nclasses; class ++) {
		for (unsigned at = 0; at < sheet->days * PART_COUNT; at++) {
			struct gap_cell cell = *gap_cell(sheet, class,
			    at / PART_COUNT, (enum part)(at % PART_COUNT));

			if (cell.have >= cell.need)
				continue;
			wanted.day = sheet->from + (int32_t)(at / PART_COUNT);
			wanted.part = (enum part)(at % PART_COUNT);
			wanted.class = &sheet->classes[class];
			wanted.need = cell.need;
			wanted.have = cell.have;
			each(reduction, arg, &wanted);
		}
	}
}

unsigned
reduce_days_from(const struct reduction *reduction, int32_t from)
{
	int32_t days = reduction->facts->to - from + 1;

	return (unsigned)(days < GAP_DAYS_MAX ? days : GAP_DAYS_MAX);
}

static void
on_site_cell(
    struct reduction *reduction, void *arg, struct wanted_there *wanted)
{
	const struct gap_site *site = arg;

	wanted->site = site->index;
	reduce_add_demand(reduction, &site->view, wanted);
}

static void
site_demands(struct reduction *reduction, int32_t index)
{
	const struct facts *facts = reduction->facts;
	struct gap_site site;
	struct gap_sheet sheet;
	unsigned days;

	gap_site_init(&site, reduction->book, index);
	if (site.nneeds == 0)
		return;
	gap_sheet_init(&sheet);
	for (int32_t day = facts->from; day <= facts->to;
	     day += (int32_t)days) {
		days = reduce_days_from(reduction, day);
		gap_sheet_fill(&sheet, &site, day, days);
		reduce_each_cell(reduction, &sheet, on_site_cell, &site);
	}
	gap_sheet_fini(&sheet);
}

/* ----- all together ----- */

static int
compare(const void *left, const void *right)
{
	const struct demand *a = left, *b = right;

	if (a->spot != b->spot)
		return a->spot < b->spot ? -1 : 1;
	if (a->half != b->half)
		return a->half < b->half ? -1 : 1;
	return (a->class > b->class) - (a->class < b->class);
}

static uint8_t
sum_of(unsigned a, unsigned b)
{
	return (uint8_t)(a + b < DEMAND_MAX ? a + b : DEMAND_MAX);
}

/* What a sector needs at a site comes on top of what the site needs. */
static void
join(struct reduced *r)
{
	size_t kept = 0;

	if (r->demands > 1)
		qsort(r->demand, r->demands, sizeof(r->demand[0]), compare);
	for (size_t i = 0; i < r->demands; i++) {
		struct demand *last = kept == 0 ? NULL : &r->demand[kept - 1];
		const struct demand *demand = &r->demand[i];

		if (last == NULL || compare(last, demand) != 0) {
			r->demand[kept++] = *demand;
			continue;
		}
		last->turn = last->turn == 0 ? demand->turn : last->turn;
		last->count = sum_of(last->count, demand->count);
		last->filled = sum_of(last->filled, demand->filled);
	}
	r->demands = kept;
}

static void
set_firsts(struct reduction *reduction)
{
	const struct reduced *r = &reduction->r;
	size_t at = 0;

	free(reduction->demand_first);
	reduction->demand_first =
	    xcalloc(r->spots + 1, sizeof(reduction->demand_first[0]));
	for (size_t spot = 0; spot <= r->spots; spot++) {
		while (at < r->demands && (size_t)r->demand[at].spot < spot)
			at++;
		reduction->demand_first[spot] = (int32_t)at;
	}
}

void
reduce_demands(struct reduction *reduction)
{
	const struct book *book = reduction->book;
	struct reduced *r = &reduction->r;

	r->spots = r->demands = r->classes = r->turns = 0;
	r->nights = false;
	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++)
		reduction->spot_of[i] = NONE;
	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++)
		if (reduction->site_in[i] && !reduction->failed)
			site_demands(reduction, i);
	reduce_sectors(reduction);
	if (reduction->failed)
		r->demands = 0;
	join(r);
	set_firsts(reduction);
}
