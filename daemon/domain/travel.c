/* SPDX-License-Identifier: ISC */
/*
 * travel: minutes between the places of two half-days.
 *
 * A matrix is kept as one table from a pair of numbers to minutes; a number
 * stands for a site's handle.  About 40 bytes a pair.
 */
#include "daemon/domain/travel.h"

#include "daemon/base/idmap.h"
#include "daemon/base/mem.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MATRIX_MINUTES_MAX = 1440 };

#define EARTH_RADIUS 6371008.8 /* metres, mean */

struct travel {
	struct travel_rule rule;
	struct idmap sites; /* handle as an id -> number of the site */
	struct idmap pairs; /* two numbers as an id -> minutes and line */
};

/* Minutes and the line that gave them, in one number. */
static uint64_t
pair_value(uint64_t minutes, uint64_t line)
{
	return line << 16 | minutes;
}

static uint64_t
pair_minutes(uint64_t value)
{
	return value & 0xffff;
}

static uint64_t
pair_line(uint64_t value)
{
	return value >> 16;
}

/* A FINESS number, or the id as text, as a key; false if it is neither. */
static bool
handle_key(struct span handle, struct id *out)
{
	uint64_t number = 0;

	if (span_to_id(handle, out))
		return true;
	if (finess_check(handle) == ID_FORM)
		return false;
	/* Seven bits a character: nine of them fill 63. */
	for (size_t i = 0; i < handle.len; i++)
		number = number << 7 | (unsigned char)handle.ptr[i];
	*out = (struct id){0, number};
	return true;
}

static uint64_t
site_number(struct travel *travel, struct id key)
{
	uint64_t number = idmap_get(&travel->sites, key);

	if (number == IDMAP_NONE) {
		number = travel->sites.count;
		idmap_set(&travel->sites, key, number);
	}
	return number;
}

/* Reads "from,to,minutes"; NULL, or what is wrong with it. */
static const char *
read_pair(struct travel *travel, struct span line, uint64_t number)
{
	struct span from, to;
	struct id key_from, key_to, pair;
	uint64_t minutes;

	if (!span_cut(&line, ',', &from) || !span_cut(&line, ',', &to) ||
	    !handle_key(from, &key_from) || !handle_key(to, &key_to))
		return "two FINESS numbers or ids of sites are expected";
	if (!span_to_u64(line, MATRIX_MINUTES_MAX, &minutes))
		return "minutes from 0 to 1440 are expected";
	pair.hi = site_number(travel, key_from);
	pair.lo = site_number(travel, key_to);
	if (pair.hi == pair.lo)
		return "a site is paired with itself";
	if (idmap_get(&travel->pairs, pair) != IDMAP_NONE)
		return "the pair is given twice";
	idmap_set(&travel->pairs, pair, pair_value(minutes, number));
	return NULL;
}

static struct span
without_line_end(const char *line, ssize_t len)
{
	while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		len--;
	return (struct span){line, (size_t)len};
}

static int
read_lines(struct travel *travel, FILE *file, struct error *error)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	uint64_t number = 0;
	const char *wrong = NULL;

	errno = 0;
	while (wrong == NULL && (len = getline(&line, &size, file)) >= 0) {
		struct span text = without_line_end(line, len);

		if (++number > 1)
			wrong = read_pair(travel, text, number);
		else if (!span_is(text, "from,to,minutes"))
			wrong = "the header from,to,minutes is expected";
	}
	if (wrong != NULL)
		error_set(
		    error, "line %llu: %s", (unsigned long long)number, wrong);
	else if (ferror(file))
		error_set(error, "%s", strerror(errno));
	else if (number == 0)
		error_set(error, "the file is empty");
	free(line);
	return wrong != NULL || ferror(file) || number == 0 ? -1 : 0;
}

/* Roads differ by direction, so one must not stand for the other unseen. */
static int
check_directions(const struct travel *travel, struct error *error)
{
	size_t cursor = 0;
	struct id pair;
	uint64_t value, first = UINT64_MAX;

	while (idmap_next(&travel->pairs, &cursor, &pair, &value)) {
		struct id back = {pair.lo, pair.hi};

		if (idmap_get(&travel->pairs, back) == IDMAP_NONE &&
		    pair_line(value) < first)
			first = pair_line(value);
	}
	if (first == UINT64_MAX)
		return 0;
	error_set(error, "line %llu: the other direction is missing",
	    (unsigned long long)first);
	return -1;
}

static int
read_matrix(struct travel *travel, const char *path, struct error *error)
{
	FILE *file = fopen(path, "re");
	int result;

	if (file == NULL) {
		error_set(error, "%s: %s", path, strerror(errno));
		return -1;
	}
	result = read_lines(travel, file, error);
	fclose(file);
	if (result == 0)
		result = check_directions(travel, error);
	if (result < 0)
		error_prefix(error, "%s", path);
	return result;
}

struct travel *
travel_new(
    const struct travel_rule *rule, const char *matrix, struct error *error)
{
	struct travel *travel = xcalloc(1, sizeof(*travel));

	travel->rule = *rule;
	idmap_init(&travel->sites);
	idmap_init(&travel->pairs);
	if (matrix != NULL && matrix[0] != '\0' &&
	    read_matrix(travel, matrix, error) < 0) {
		travel_free(travel);
		return NULL;
	}
	return travel;
}

void
travel_free(struct travel *travel)
{
	if (travel == NULL)
		return;
	idmap_fini(&travel->sites);
	idmap_fini(&travel->pairs);
	free(travel);
}

double
travel_metres(int32_t lat_a, int32_t lon_a, int32_t lat_b, int32_t lon_b)
{
	const double radians = 3.14159265358979323846 / 180 / 100000;
	double a = lat_a * radians, b = lat_b * radians;
	double lat = sin((b - a) / 2);
	double lon = sin(((double)lon_b - lon_a) * radians / 2);
	double h = lat * lat + cos(a) * cos(b) * lon * lon;

	/* Rounding may take h over 1 for antipodes. */
	return 2 * EARTH_RADIUS * asin(sqrt(h < 1 ? h : 1));
}

static uint64_t
number_of(const struct travel *travel, const struct site *site)
{
	struct id key = site->entity.id;

	if (site->finess[0] != '\0' && !handle_key(span_of(site->finess), &key))
		return IDMAP_NONE;
	return idmap_get(&travel->sites, key);
}

/* IDMAP_NONE when the matrix does not hold the pair. */
static uint64_t
matrix_minutes(
    const struct travel *travel, const struct place *a, const struct place *b)
{
	struct id pair;
	uint64_t value;

	if (travel->pairs.count == 0 || a->stop != NULL || b->stop != NULL)
		return IDMAP_NONE;
	pair =
	    (struct id){number_of(travel, a->site), number_of(travel, b->site)};
	if (pair.hi == IDMAP_NONE || pair.lo == IDMAP_NONE)
		return IDMAP_NONE;
	value = idmap_get(&travel->pairs, pair);
	return value == IDMAP_NONE ? IDMAP_NONE : pair_minutes(value);
}

static bool
is_placed(const struct place *place)
{
	return place->lat != 0 || place->lon != 0;
}

unsigned
travel_minutes(
    const struct travel *travel, const struct place *a, const struct place *b)
{
	bool same_point = a->lat == b->lat && a->lon == b->lon;
	bool same_commune =
	    a->commune[0] != '\0' && strcmp(a->commune, b->commune) == 0;
	uint64_t known;
	double km;

	if (id_equal(a->site->entity.id, b->site->entity.id) &&
	    a->stop == b->stop)
		return 0;
	known = matrix_minutes(travel, a, b);
	if (known != IDMAP_NONE)
		return (unsigned)known;
	if (same_point && (is_placed(a) || same_commune))
		return 0;
	if (!is_placed(a) || !is_placed(b))
		return travel->rule.fixed_minutes;
	km = travel_metres(a->lat, a->lon, b->lat, b->lon) / 1000;
	return (unsigned)ceil(km * travel->rule.road_percent / 100) +
	    travel->rule.fixed_minutes;
}

unsigned
travel_over(const struct travel *travel, double metres)
{
	if (metres <= 0)
		return 0;
	return (unsigned)ceil(metres / 1000 * travel->rule.road_percent / 100) +
	    travel->rule.fixed_minutes;
}

unsigned
travel_margin(const struct travel *travel)
{
	return travel->rule.margin_minutes;
}

bool
travel_fits(const struct travel *travel, const struct place *from, int64_t left,
    const struct place *to, int64_t due, unsigned *minutes)
{
	*minutes = travel_minutes(travel, from, to);
	return *minutes == 0 ||
	    (due - left) / 60 >=
	    (int64_t)*minutes + travel->rule.margin_minutes;
}
