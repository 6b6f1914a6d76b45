/* SPDX-License-Identifier: ISC */
/*
 * reduce_spread: who is to work at a second site, or in a second departement.
 *
 * Where somebody has been in person in the last quarter, or stays, counts; who
 * has been at two, or could not be at two, is left alone.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { QUARTER_DAYS = 91, WANTED = 2 };

/* Of the departement 16 "16", of La Reunion "974"; "" when it is not known. */
static void
find_area(const struct place *place, char area[4])
{
	const char *commune = place->commune;
	size_t len = strncmp(commune, "97", 2) == 0 ? 3 : 2;

	memset(area, 0, 4);
	if (place->stop == NULL && place->site->departement[0] != '\0')
		memcpy(area, place->site->departement, 4);
	else if (commune[0] != '\0')
		memcpy(area, commune, len);
}

/* Different ones that were seen, as far as they matter. */
struct had {
	int32_t site[WANTED];
	char area[WANTED][4];
	int sites, areas;
};

static void
add_site(struct had *had, int32_t site)
{
	for (int i = 0; i < had->sites; i++)
		if (had->site[i] == site)
			return;
	if (had->sites < WANTED)
		had->site[had->sites++] = site;
}

static void
add_area(struct had *had, const char area[4])
{
	if (area[0] == '\0')
		return;
	for (int i = 0; i < had->areas; i++)
		if (strcmp(had->area[i], area) == 0)
			return;
	if (had->areas < WANTED)
		memcpy(had->area[had->areas++], area, 4);
}

static struct had
had_of(const struct reduction *reduction, int32_t physician)
{
	const struct book *book = reduction->book;
	int32_t from = reduction->facts->from - QUARTER_DAYS;
	struct run run = book_physician_run(book, physician);
	struct had had = {.sites = 0};

	for (size_t i = run_from_day(book, run, from); i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);
		struct place place;
		char area[4];

		if (a->day > reduction->facts->to + 1)
			break;
		if (a->day < from || a->day > reduction->facts->to ||
		    !state_blocks((enum state)a->state) ||
		    !site_is_attended(
			book_site(book, a->site), (enum activity)a->activity))
			continue;
		site_place(book, a->site, a->day, (enum part)a->part, &place);
		find_area(&place, area);
		add_site(&had, a->site);
		add_area(&had, area);
	}
	return had;
}

/* With where the doctor may work. */
static struct had
could_have(
    const struct reduction *reduction, int32_t doctor, const struct had *had)
{
	const struct reduced *r = &reduction->r;
	struct had all = *had;

	for (int32_t i = reduction->access_first[doctor];
	     i < reduction->access_first[doctor + 1]; i++) {
		const struct spot *spot = &r->spot[r->access[i].spot];

		if (spot->remote)
			continue;
		add_site(&all, spot->site);
		add_area(&all, spot->area);
	}
	return all;
}

static void
add(struct reduction *reduction, const struct second *second)
{
	struct reduced *r = &reduction->r;

	r->second = xgrow(
	    r->second, &r->room.second, r->seconds + 1, sizeof(r->second[0]));
	r->second[r->seconds++] = *second;
}

static void
look_at(struct reduction *reduction, int32_t doctor)
{
	int32_t points = reduce_own_term(
	    reduction, TERM_SITES, reduce_programme(reduction, doctor));
	struct had had =
	    had_of(reduction, reduction->r.doctor[doctor].physician);
	struct had all = could_have(reduction, doctor, &had);
	struct second second = {
	    .doctor = doctor, .site = NONE, .points = points};

	if (points == 0)
		return;
	if (had.sites < WANTED && all.sites == WANTED) {
		if (had.sites > 0)
			second.site = had.site[0];
		add(reduction, &second);
	}
	second.by_area = true;
	second.site = NONE;
	if (had.areas < WANTED && all.areas == WANTED) {
		if (had.areas > 0)
			memcpy(second.area, had.area[0], sizeof(second.area));
		add(reduction, &second);
	}
}

void
reduce_spreads(struct reduction *reduction)
{
	struct reduced *r = &reduction->r;

	for (size_t i = 0; i < r->spots; i++)
		find_area(&reduction->place[i], r->spot[i].area);
	for (size_t i = 0; i < r->doctors; i++)
		look_at(reduction, (int32_t)i);
}
