/* SPDX-License-Identifier: ISC */
/* plan_cover: see plan_cover.h. */
#include "tools/rota/plan_cover.h"

#include "daemon/base/mem.h"
#include "proto/out.h"
#include "tools/rota/cell.h"
#include "tools/rota/para.h"
#include "tools/rota/table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORST = 10,
	INDENT = 4,
	NAME_WIDTH = 34,
	ZONE_WIDTH = 15,
	NUMBER_WIDTH = 9,
	SHARE_WIDTH = 6
};

/* ----- reading ----- */

static uint64_t
number(const struct answer *row, const char *key)
{
	uint64_t value = 0;

	(void)span_to_u64(answer_value(row, key), UINT64_MAX, &value);
	return value;
}

void
covers_read(struct covers *covers, struct rows *rows, const char *word)
{
	bool is_sector = strcmp(word, "sector") == 0;
	struct answer row;

	rows_rewind(rows);
	while (rows_next(rows, &row)) {
		struct span place =
		    answer_value(&row, is_sector ? "territory" : "site");
		struct cover *cover;

		if (!span_is(row.word[0], word))
			continue;
		covers->at = xgrow(covers->at, &covers->capacity,
		    covers->count + 1, sizeof(covers->at[0]));
		cover = &covers->at[covers->count++];
		*cover = (struct cover){
		    .place = place.len > 0 ? span_dup(place) : NULL,
		    .is_sector = is_sector,
		    .need = number(&row, "need"),
		    .filled = number(&row, "filled"),
		    .planned = number(&row, "planned")};
		span_copy(answer_value(&row, "zone"), cover->zone,
		    sizeof(cover->zone));
	}
}

void
covers_fini(struct covers *covers)
{
	for (size_t i = 0; i < covers->count; i++)
		free(covers->at[i].place);
	free(covers->at);
	memset(covers, 0, sizeof(*covers));
}

/* ----- tables ----- */

/* The most urgent first, as the soft terms have it unless told. */
static const struct {
	const char *zone;
	uint64_t worth;
} worths[] = {{"ZIP", 1000}, {"ZAR", 800}, {"ZAC", 600}, {"HZ", 300}};

/* Of a zone in that list; what is not in it is worth what the last one is. */
static size_t
rank(const char *zone)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(worths) && strcmp(zone, worths[i].zone) != 0)
		i++;
	return i;
}

static uint64_t
worth(const char *zone)
{
	size_t i = rank(zone);

	return worths[i < ARRAY_SIZE(worths) ? i : ARRAY_SIZE(worths) - 1]
	    .worth;
}

static void
right(const char *text, size_t width)
{
	field_print(stdout, span_of(text), width, true);
}

static void
put_number(uint64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, value);
	right(text, NUMBER_WIDTH);
}

static void
put_share(uint64_t value, uint64_t of)
{
	char text[32] = "";

	/* never 100 % with a gap */
	if (of > 0)
		(void)snprintf(
		    text, sizeof(text), "%" PRIu64 " %%", value * 100 / of);
	right(text, SHARE_WIDTH);
}

static void
heading(const struct term *term, const char *first, size_t width)
{
	static const char *const columns[] = {
	    N("needs"), N("before"), "", N("after")};

	fputs(term_style(term, STYLE_BOLD), stdout);
	field_print(stdout, span_of(first), width, false);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		right(*columns[i] == '\0' ? "" : T(columns[i]),
		    *columns[i] == '\0' ? SHARE_WIDTH : NUMBER_WIDTH);
	printf("%s\n", term_style(term, STYLE_PLAIN));
}

static void
put_cover(const struct cover *cover)
{
	put_number(cover->need);
	put_number(cover->filled);
	put_share(cover->filled, cover->need);
	put_number(cover->planned);
	put_share(cover->planned, cover->need);
	putchar('\n');
}

static int
compare_zones(const void *left, const void *right_)
{
	size_t a = rank(((const struct cover *)left)->zone);
	size_t b = rank(((const struct cover *)right_)->zone);

	return (a > b) - (a < b);
}

void
covers_zones(const struct term *term, const struct covers *zones)
{
	struct cover all = {.need = 0};

	if (zones->count > 1)
		qsort(zones->at, zones->count, sizeof(zones->at[0]),
		    compare_zones);
	heading(term, T("Half-days"), ZONE_WIDTH);
	for (size_t i = 0; i < zones->count; i++) {
		const struct cover *zone = &zones->at[i];

		field_print(stdout,
		    span_of(
			strcmp(zone->zone, "-") == 0 ? T("none") : zone->zone),
		    ZONE_WIDTH, false);
		put_cover(zone);
		all.need += zone->need;
		all.filled += zone->filled;
		all.planned += zone->planned;
	}
	field_print(stdout, span_of(T("all")), ZONE_WIDTH, false);
	put_cover(&all);
}

static char *
name_of(struct rota *rota, const struct cover *cover)
{
	return cover->is_sector ? name_of_territory(rota, cover->place)
				: name_of_site(rota, cover->place);
}

/* Of the sites, or of the sectors. */
static void
put_counts(const struct covers *places, bool sectors)
{
	/* none, in part, in full; now and planned */
	size_t count[2][3] = {{0}}, all = 0;

	for (size_t i = 0; i < places->count; i++) {
		const struct cover *at = &places->at[i];
		uint64_t is[2] = {at->filled, at->planned};

		if (at->is_sector != sectors)
			continue;
		all++;
		for (size_t k = 0; k < ARRAY_SIZE(is); k++)
			count[k][is[k] == 0 ? 0 : is[k] < at->need ? 1 : 2]++;
	}
	if (all == 0)
		return;
	printf(sectors
		? T("%zu sectors: %zu covered in full, %zu in part, %zu not "
		    "at all (before %zu, %zu, %zu)\n")
		: T("%zu sites: %zu covered in full, %zu in part, %zu not at "
		    "all (before %zu, %zu, %zu)\n"),
	    all, count[1][2], count[1][1], count[1][0], count[0][2],
	    count[0][1], count[0][0]);
}

void
covers_places(struct rota *rota, const struct term *term,
    const struct covers *places, bool all)
{
	put_counts(places, false);
	put_counts(places, true);
	if (!all)
		return;
	putchar('\n');
	heading(term, T("Site"), NAME_WIDTH);
	for (size_t i = 0; i < places->count; i++) {
		char *name = name_of(rota, &places->at[i]);

		field_print(stdout, span_of(name), NAME_WIDTH, false);
		put_cover(&places->at[i]);
		free(name);
	}
}

/* ----- gaps ----- */

static uint64_t
loss(const struct cover *cover)
{
	return cover->planned < cover->need
	    ? (cover->need - cover->planned) * worth(cover->zone)
	    : 0;
}

static int
compare_losses(const void *left, const void *right_)
{
	const struct cover *a = left, *b = right_;
	uint64_t x = loss(a), y = loss(b);

	if (x != y)
		return x > y ? -1 : 1;
	return strcmp(a->place, b->place);
}

void
covers_sort(struct covers *places)
{
	if (places->count > 1)
		qsort(places->at, places->count, sizeof(places->at[0]),
		    compare_losses);
}

void
covers_gaps(struct rota *rota, const struct term *term, const char *plan,
    struct covers *places)
{
	size_t count = 0;

	while (count < places->count && count < WORST &&
	    loss(&places->at[count]) > 0)
		count++;
	if (count == 0) {
		printf("\n%s\n", T("Nothing stays open."));
		return;
	}
	printf("\n%s%s%s\n", term_style(term, STYLE_BOLD),
	    T("The worst gaps, and why"), term_style(term, STYLE_PLAIN));
	for (size_t i = 0; i < count; i++) {
		const struct cover *at = &places->at[i];
		char *name = name_of(rota, at);
		char *text = xasprintf(
		    T("%s (%s, %s): %" PRIu64 " of %" PRIu64 " open"), name,
		    at->place, at->zone, at->need - at->planned, at->need);

		para_print(stdout, term, "  ", span_of(text), INDENT);
		free(text);
		/* what is planned for a sector is told of its sites */
		if (!at->is_sector)
			gap_reasons(rota, term, plan, at->place);
		free(name);
	}
}
