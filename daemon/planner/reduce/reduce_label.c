/* SPDX-License-Identifier: ISC */
/*
 * reduce_label: the days that labelled sites promise.
 *
 * Of each ISO week five days with somebody there in person are owed.  Those
 * that have somebody already count; then those on which something is needed,
 * from Monday on, until there are five: a day of these without anybody costs.
 * A day on which nothing is needed is not the plan's to fill.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

enum { WEEK = 7, OWED = 5 };

/* One week of a site. */
struct label_week {
	bool present[WEEK];
	int32_t wanted[WEEK]; /* the spot where, or NONE */
};

static bool
is_by_day(unsigned part)
{
	return part == PART_M || part == PART_A;
}

static void
find_present(const struct reduction *reduction, int32_t site, int32_t monday,
    struct label_week *week)
{
	const struct book *book = reduction->book;
	const struct site *of = book_site(book, site);
	struct run run = book_site_run(book, site);
	int64_t from = (int64_t)(monday - 2) * SECONDS_PER_DAY;

	for (size_t i = run_from_instant(book, run, from); i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->day > monday + WEEK + 1)
			break;
		if (a->day >= monday && a->day < monday + WEEK &&
		    is_by_day(a->part) && state_blocks((enum state)a->state) &&
		    site_is_attended(of, (enum activity)a->activity))
			week->present[a->day - monday] = true;
	}
}

/* The first spot of the day, of a vehicle that stops twice. */
static void
find_wanted(const struct reduction *reduction, int32_t site, int32_t first,
    struct label_week *week)
{
	const struct reduced *r = &reduction->r;

	for (int32_t spot = reduction->spot_of[site]; spot != NONE;
	     spot = reduction->spot_next[spot]) {
		for (int32_t i = reduction->demand_first[spot];
		     i < reduction->demand_first[spot + 1]; i++) {
			const struct demand *demand = &r->demand[i];
			int32_t day = demand->half / PART_COUNT - first;

			if (day >= 0 && day < WEEK && !r->spot[spot].remote &&
			    is_by_day((unsigned)reduce_part(demand->half)))
				week->wanted[day] = spot;
		}
	}
}

static void
add_day(struct reduction *reduction, int32_t spot, int32_t day)
{
	struct reduced *r = &reduction->r;
	int32_t points = reduce_term(reduction, TERM_FIVE_DAYS,
	    &(struct whose){r->spot[spot].site, REF_NONE, r->monday + day});

	if (points == 0)
		return;
	r->label_day = xgrow(r->label_day, &r->room.label_day,
	    r->label_days + 1, sizeof(r->label_day[0]));
	r->label_day[r->label_days++] = (struct label_day){spot, day, points};
}

static void
add_week(struct reduction *reduction, int32_t site, int32_t first)
{
	struct label_week week;
	int owed = OWED;

	for (int day = 0; day < WEEK; day++) {
		week.present[day] = false;
		week.wanted[day] = NONE;
	}
	find_present(reduction, site, reduction->r.monday + first, &week);
	find_wanted(reduction, site, first, &week);
	for (int day = 0; day < WEEK; day++)
		owed -= week.present[day];
	for (int day = 0; day < WEEK && owed > 0; day++) {
		if (week.present[day] || week.wanted[day] == NONE)
			continue;
		add_day(reduction, week.wanted[day], first + day);
		owed--;
	}
}

static int
compare(const void *left, const void *right)
{
	const struct label_day *a = left, *b = right;

	if (a->spot != b->spot)
		return a->spot < b->spot ? -1 : 1;
	return (a->day > b->day) - (a->day < b->day);
}

void
reduce_labels(struct reduction *reduction)
{
	const struct book *book = reduction->book;
	struct reduced *r = &reduction->r;

	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++) {
		if (book_site(book, i)->label[0] == '\0' ||
		    reduction->spot_of[i] == NONE)
			continue;
		for (int32_t week = 0; week < r->weeks; week++)
			add_week(reduction, i, week * WEEK);
	}
	if (r->label_days > 1)
		qsort(r->label_day, r->label_days, sizeof(r->label_day[0]),
		    compare);
}
