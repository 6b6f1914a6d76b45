/* SPDX-License-Identifier: ISC */
/*
 * capacity: walks the runs of the book; see capacity.h.
 */
#include "daemon/domain/capacity.h"

#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "daemon/domain/book_places.h"
#include "daemon/domain/open.h"

#include <stdlib.h>
#include <string.h>

enum { KM = 1000 };

static const struct radius {
	const char *departement;
	unsigned km, more;
} radii[] = {
#define RADIUS(departement, km, more) {departement, km, more},
#include "daemon/domain/radius.def"
#undef RADIUS
};

void
capacity_fini(struct capacity *capacity)
{
	free(capacity->line);
}

/* ----- one half-day ----- */

static struct contingent
contingent_in(const struct book *book, const struct assignment *a)
{
	return contingent_of(
	    book_site(book, a->site), a, book_offer(book, a->id));
}

/* Adds the half-day if it has something left; metres: -1 without a point. */
static void
add(struct capacity *capacity, const struct assignment *a, double metres)
{
	const struct book *book = capacity->book;
	struct capacity_line line = {.assignment = a, .metres = metres};
	int64_t from =
	    capacity->from > capacity->now ? capacity->from : capacity->now;

	if (!assignment_gives(a))
		return;
	line.contingent = contingent_in(book, a);
	line.vacancy = contingent_vacancy(&line.contingent,
	    book_visits(book, a->id), from, capacity->to, capacity->now);
	if (line.vacancy.free == 0)
		return;
	line.site = book_site(book, a->site)->entity.id;
	if (metres >= 0)
		line.minutes = travel_over(capacity->travel, metres);
	capacity->line = xgrow(capacity->line, &capacity->capacity,
	    capacity->count + 1, sizeof(capacity->line[0]));
	capacity->line[capacity->count++] = line;
}

/* First place of a run that may last until the window begins. */
static size_t
run_begin(const struct book *book, struct run run, int64_t from)
{
	return run_from_instant(book, run, from - book_longest(book));
}

static void
add_run(struct capacity *capacity, struct run run, double metres)
{
	const struct book *book = capacity->book;

	for (size_t i = run_begin(book, run, capacity->from); i < run.count;
	     i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->from > capacity->to)
			return;
		add(capacity, a, metres);
	}
}

void
capacity_of_site(struct capacity *capacity, int32_t site)
{
	add_run(capacity, book_site_run(capacity->book, site), -1);
}

void
capacity_of_physician(struct capacity *capacity, int32_t physician)
{
	add_run(capacity, book_physician_run(capacity->book, physician), -1);
}

/* ----- around a point ----- */

/* A site that moves is where its half-day is. */
static void
add_mobile(struct capacity *capacity, int32_t site, int32_t lat, int32_t lon)
{
	const struct book *book = capacity->book;
	struct run run = book_site_run(book, site);
	struct site_view view;

	site_view_init(&view, book, site);
	for (size_t i = run_begin(book, run, capacity->from); i < run.count;
	     i++) {
		const struct assignment *a = book_at(book, run.slot[i]);
		struct place place;
		double metres;

		if (a->from > capacity->to)
			return;
		site_view_place(&view, a->day, (enum part)a->part, &place);
		if (place.lat == 0 && place.lon == 0)
			continue;
		metres = travel_metres(lat, lon, place.lat, place.lon);
		if (metres <= (double)capacity->radius * KM)
			add(capacity, a, metres);
	}
}

static void
add_near(struct capacity *capacity, const struct near *near, int32_t lat,
    int32_t lon)
{
	for (size_t i = 0; i < near->count; i++) {
		int32_t site = near->at[i].site;
		double metres = near->at[i].metres;

		if (metres < 0)
			add_mobile(capacity, site, lat, lon);
		else if (metres <= (double)capacity->radius * KM)
			add_run(capacity, book_site_run(capacity->book, site),
			    metres);
	}
}

/* The departement of the nearest site says how far is usual. */
static struct radius
usual_radius(const struct book *book, const struct near *near)
{
	const struct near_site *nearest = NULL;
	struct radius radius = {"", RADIUS_KM, RADIUS_MORE};

	for (size_t i = 0; i < near->count; i++) {
		const struct near_site *one = &near->at[i];

		if (one->metres >= 0 &&
		    (nearest == NULL || one->metres < nearest->metres))
			nearest = one;
	}
	for (size_t i = 0; nearest != NULL && i < ARRAY_SIZE(radii); i++)
		if (strcmp(book_site(book, nearest->site)->departement,
			radii[i].departement) == 0)
			return radii[i];
	return radius;
}

static unsigned
largest_radius(void)
{
	unsigned largest = RADIUS_KM + RADIUS_MORE;

	for (size_t i = 0; i < ARRAY_SIZE(radii); i++)
		if (radii[i].km + radii[i].more > largest)
			largest = radii[i].km + radii[i].more;
	return largest;
}

void
capacity_around(
    struct capacity *capacity, int32_t lat, int32_t lon, unsigned km)
{
	unsigned largest = km > 0 ? km : largest_radius();
	struct radius radius = {"", km, 0};
	struct near near;

	book_near(capacity->book, lat, lon, (double)largest * KM, &near);
	if (km == 0)
		radius = usual_radius(capacity->book, &near);
	capacity->radius = radius.km;
	add_near(capacity, &near, lat, lon);
	if (capacity->count == 0 && radius.more > 0) {
		capacity->radius = radius.km + radius.more;
		add_near(capacity, &near, lat, lon);
		capacity->widened = true;
	}
	free(near.at);
}

/* ----- the order ----- */

int
capacity_compare(const struct capacity_line *a, const struct capacity_line *b)
{
	int order;

	if (a->minutes != b->minutes)
		return a->minutes < b->minutes ? -1 : 1;
	order = id_compare(a->site, b->site);
	if (order != 0)
		return order;
	if (a->assignment->from != b->assignment->from)
		return a->assignment->from < b->assignment->from ? -1 : 1;
	return id_compare(a->assignment->id, b->assignment->id);
}

static int
compare(const void *a, const void *b)
{
	return capacity_compare(a, b);
}

void
capacity_sort(struct capacity *capacity)
{
	if (capacity->count > 1)
		qsort(capacity->line, capacity->count,
		    sizeof(capacity->line[0]), compare);
}

unsigned
capacity_of_territory(
    const struct book *book, int32_t territory, int64_t now, int64_t to)
{
	struct capacity capacity = {
	    .book = book, .now = now, .from = now, .to = to};
	unsigned free_places = 0;
	size_t count;
	const int32_t *sites = book_territory_sites(book, territory, &count);

	for (size_t i = 0; i < count; i++)
		capacity_of_site(&capacity, sites[i]);
	for (size_t i = 0; i < capacity.count; i++)
		free_places += capacity.line[i].vacancy.free;
	capacity_fini(&capacity);
	return free_places;
}
