/* SPDX-License-Identifier: ISC */
/*
 * book_grid: sites by where they are.
 *
 * The earth is cut into cells of a tenth of a degree, and the sites stand in
 * one array in the order of their cells: row by row from the south, each from
 * west to east.  A circle touches few rows, and of each one run of the array.
 * Sites seldom change, so the array is made anew when somebody asks after one
 * did.
 */
#include "daemon/domain/book_private.h"

#include "daemon/base/mem.h"
#include "daemon/domain/open.h"
#include "daemon/domain/travel.h"

#include <math.h>
#include <stdlib.h>

enum {
	CELL = 10000, /* 1e-5 degrees */
	ROWS = 18000000 / CELL + 1,
	COLUMNS = 36000000 / CELL + 1
};

/* Metres of a degree of latitude. */
#define DEGREE_METRES 111195.0

struct grid_site {
	int32_t cell, site;
};

void
grid_fini(struct grid *grid)
{
	free(grid->at);
	free(grid->mobile);
}

size_t
grid_memory(const struct grid *grid)
{
	return grid->capacity * sizeof(grid->at[0]) +
	    grid->mobile_capacity * sizeof(grid->mobile[0]);
}

/* Held at the nearest cell that there is. */
static int32_t
row_of(double lat)
{
	double row = floor((lat + 9000000) / CELL);

	return row < 0 ? 0 : row >= ROWS ? ROWS - 1 : (int32_t)row;
}

static int32_t
column_of(double lon)
{
	double column = floor((lon + 18000000) / CELL);

	return column < 0       ? 0
	    : column >= COLUMNS ? COLUMNS - 1
				: (int32_t)column;
}

static int
compare(const void *a, const void *b)
{
	const struct grid_site *x = a, *y = b;

	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	return x->site < y->site ? -1 : x->site > y->site;
}

static void
add_mobile(struct grid *grid, int32_t site)
{
	grid->mobile = xgrow(grid->mobile, &grid->mobile_capacity,
	    grid->mobile_count + 1, sizeof(grid->mobile[0]));
	grid->mobile[grid->mobile_count++] = site;
}

static void
rebuild(const struct book *book, struct grid *grid)
{
	int32_t sites = book_count(book, KIND_SITE);

	grid->count = grid->mobile_count = 0;
	grid->at = xgrow(
	    grid->at, &grid->capacity, (size_t)sites, sizeof(grid->at[0]));
	for (int32_t i = 0; i < sites; i++) {
		const struct site *site = book_site(book, i);

		if (site_is_mobile(site))
			add_mobile(grid, i);
		else if (site->lat != 0 || site->lon != 0)
			grid->at[grid->count++] = (struct grid_site){
			    row_of(site->lat) * COLUMNS + column_of(site->lon),
			    i};
	}
	qsort(grid->at, grid->count, sizeof(grid->at[0]), compare);
	grid->stale = false;
}

static size_t
lower_bound(const struct grid *grid, int32_t cell)
{
	size_t low = 0, high = grid->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (grid->at[middle].cell < cell)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
add(struct near *near, int32_t site, double metres)
{
	near->at = xgrow(
	    near->at, &near->capacity, near->count + 1, sizeof(near->at[0]));
	near->at[near->count++] = (struct near_site){site, metres};
}

/* Half the width of the circle, 1e-5 degrees of longitude, at the edge that is
 * nearer to a pole. */
static double
width_of(int32_t lat, double height)
{
	double edge = fabs((double)lat) + height;
	double shrink = cos(edge * 3.14159265358979323846 / 18000000);

	return edge >= 8900000 ? 36000000 : height / shrink;
}

void
book_near(const struct book *book, int32_t lat, int32_t lon, double metres,
    struct near *near)
{
	const struct grid *grid = &book->grid;
	double height = metres / DEGREE_METRES * 100000 + 1;
	double width = width_of(lat, height);
	int32_t west = column_of(lon - width), east = column_of(lon + width);
	int32_t north = row_of(lat + height);

	/* What it is made from is not changed by it. */
	if (grid->stale)
		rebuild(book, (struct grid *)grid);
	*near = (struct near){NULL, 0, 0};
	for (int32_t row = row_of(lat - height); row <= north; row++) {
		size_t i = lower_bound(grid, row * COLUMNS + west);

		for (; i < grid->count &&
		     grid->at[i].cell <= row * COLUMNS + east;
		     i++) {
			const struct site *site =
			    book_site(book, grid->at[i].site);
			double far =
			    travel_metres(lat, lon, site->lat, site->lon);

			if (far <= metres)
				add(near, grid->at[i].site, far);
		}
	}
	for (size_t i = 0; i < grid->mobile_count; i++)
		add(near, grid->mobile[i], -1);
}
