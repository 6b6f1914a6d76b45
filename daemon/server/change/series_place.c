/* SPDX-License-Identifier: ISC */
/*
 * series_place: where a half-day of a rotation takes place.
 *
 * Where the rotation has a sector, that is the site where it is already, if
 * that is open and has a room; else, of the sector's active sites that are, the
 * one that needs somebody of that activity and specialty; then the one with the
 * lowest id.
 */
#include "daemon/server/change/series.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

static int
compare_sites(const void *a, const void *b, void *arg)
{
	const struct book *book = arg;

	return id_compare(book_site(book, *(const int32_t *)a)->entity.id,
	    book_site(book, *(const int32_t *)b)->entity.id);
}

void
series_find_sites(struct series *series)
{
	const struct book *book = series->plan->book;
	const struct rotation *rotation = series->after;
	int32_t count = book_count(book, KIND_SITE);
	size_t capacity = 0;

	for (int32_t i = 0; i < count; i++) {
		const struct site *site = book_site(book, i);

		if (rotation->site != i &&
		    (rotation->sector == REF_NONE ||
			site->sector != rotation->sector ||
			!span_is(span_of(site->state), "active")))
			continue;
		series->sites = xgrow(series->sites, &capacity,
		    series->nsites + 1, sizeof(series->sites[0]));
		series->sites[series->nsites++] = i;
	}
	if (series->nsites > 1)
		qsort_r(series->sites, series->nsites, sizeof(series->sites[0]),
		    compare_sites, (void *)(uintptr_t)book);
	series->views = xcalloc(series->nsites, sizeof(series->views[0]));
	for (size_t i = 0; i < series->nsites; i++)
		site_view_init(&series->views[i], book, series->sites[i]);
}

bool
series_is_open(void *arg, int32_t day, enum part part)
{
	const struct series *series = arg;
	struct opening opening;

	for (size_t i = 0; i < series->nsites; i++)
		if (site_view_open(
			&series->views[i], day, part, &opening, NULL))
			return true;
	return false;
}

/* Whether a need of the site asks for one more of this activity and specialty
 * than are there without the occurrence itself. */
static bool
is_needed(const struct series *series, const struct assignment *a)
{
	const struct book *book = series->plan->book;
	const char *specialty = book_physician(book, a->physician)->specialty;
	struct run run = book_site_run(book, a->site);
	uint64_t need = 0, have = 0;
	size_t count;
	const int32_t *facts = book_facts(
	    book, KIND_NEED, book_site(book, a->site)->entity.id, &count);

	for (size_t i = 0; i < count; i++) {
		const struct need *n =
		    (const struct need *)book_entity(book, KIND_NEED, facts[i]);

		if (a->day >= n->from && a->day <= n->to &&
		    span_is(span_of(n->state), "active") &&
		    span_is(span_of(n->activity),
			activity_name(series->activity)) &&
		    strcmp(n->specialty, specialty) == 0 &&
		    pattern_has(
			&n->pattern, n->from, a->day, (enum part)a->part))
			need += n->number;
	}
	for (size_t i = run_from_day(book, run, a->day);
	     need > 0 && i < run.count; i++) {
		const struct assignment *other = book_at(book, run.slot[i]);

		if (other->day > a->day)
			break;
		if (other->part == a->part && other->activity == a->activity &&
		    state_blocks((enum state)other->state) &&
		    !id_equal(other->id, a->id) &&
		    strcmp(book_physician(book, other->physician)->specialty,
			specialty) == 0)
			have++;
	}
	return have < need;
}

/* Whether the site is open then and has a room; sets the interval. */
static bool
fits(const struct series *series, size_t at, struct assignment *a)
{
	const struct book *book = series->plan->book;
	struct opening opening;

	a->site = series->sites[at];
	plan_interval(series->plan, a);
	if (!site_view_open(
		&series->views[at], a->day, (enum part)a->part, &opening, NULL))
		return false;
	return !site_is_attended(book_site(book, a->site), series->activity) ||
	    room_lowest_free(book, a->site, a->from, assignment_to(a), a->id) >
	    0;
}

void
series_choose_site(const struct series *series, const struct assignment *was,
    struct assignment *a)
{
	size_t best = series->nsites;
	bool best_needs = false;

	for (size_t i = 0; i < series->nsites; i++) {
		bool needs;

		if (!fits(series, i, a))
			continue;
		if (was != NULL && was->site == a->site)
			return;
		needs = is_needed(series, a);
		if (best == series->nsites || (needs && !best_needs)) {
			best = i;
			best_needs = needs;
		}
	}
	/* None fits: the rules say what the first that opens lacks. */
	for (size_t i = 0; best == series->nsites && i < series->nsites; i++) {
		struct opening opening;

		if (site_view_open(&series->views[i], a->day,
			(enum part)a->part, &opening, NULL))
			best = i;
	}
	a->site = series->sites[best];
	plan_interval(series->plan, a);
}
