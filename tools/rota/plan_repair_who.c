/* SPDX-License-Identifier: ISC */
/* plan_repair_who: who could come, and why the others cannot. */
#include "tools/rota/plan_repair_private.h"

#include "tools/rota/cell.h"
#include "tools/rota/sheet.h"
#include "tools/rota/table.h"
#include "tools/rota/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHYS_MAX = 24, NAMES_MAX = 10 };

/* ----- half-days ----- */

void
read_vacant(const struct answer *row, struct vacant *vacant)
{
	memset(vacant, 0, sizeof(*vacant));
	span_copy(
	    answer_value(row, "site"), vacant->site, sizeof(vacant->site));
	span_copy(answer_value(row, "day"), vacant->day, sizeof(vacant->day));
	span_copy(
	    answer_value(row, "part"), vacant->part, sizeof(vacant->part));
	span_copy(answer_value(row, "activity"), vacant->activity,
	    sizeof(vacant->activity));
}

static bool
is_of(const struct answer *row, const struct vacant *vacant)
{
	struct vacant it;

	read_vacant(row, &it);
	return memcmp(&it, vacant, sizeof(it)) == 0;
}

static bool
is_about_one(const struct answer *row)
{
	return span_is(row->word[0], "candidate") ||
	    span_is(row->word[0], "excluded");
}

/* The letters of the parts are not in the order of the day. */
static long
rank_of(const struct vacant *vacant)
{
	const char *at = strchr(sheet_part_letters, vacant->part[0]);

	return at == NULL ? SHEET_PARTS : at - sheet_part_letters;
}

int
compare_vacant(const struct vacant *a, const struct vacant *b)
{
	int order = strcmp(a->day, b->day);

	if (order != 0)
		return order;
	if (rank_of(a) != rank_of(b))
		return rank_of(a) < rank_of(b) ? -1 : 1;
	return strcmp(a->site, b->site);
}

static int
by_vacant(const void *left, const void *right)
{
	return compare_vacant(left, right);
}

static void
find_vacant(struct telling *telling)
{
	struct answer row;

	rows_rewind(telling->rows);
	while (rows_next(telling->rows, &row)) {
		size_t i = 0;

		if (!is_about_one(&row))
			continue;
		while (i < telling->count && !is_of(&row, &telling->vacant[i]))
			i++;
		if (i == telling->count && i < VACANT_MAX)
			read_vacant(&row, &telling->vacant[telling->count++]);
	}
	if (telling->count > 1)
		qsort(telling->vacant, telling->count,
		    sizeof(telling->vacant[0]), by_vacant);
}

void
print_where(struct telling *telling, const struct vacant *at)
{
	int32_t day = 0;

	(void)span_to_day(span_of(at->day), &day);
	printf(T("%s %s, %s, %s, %s"), weekday_short(weekday_of(day)), at->day,
	    part_name(at->part), names_get(&telling->sites, span_of(at->site)),
	    at->activity);
}

void
print_who(struct telling *telling, struct span physician)
{
	field_print(stdout, span_of(names_get(&telling->people, physician)),
	    WHO_WIDTH, false);
}

/* ----- those who could ----- */

static void
print_candidate(struct telling *telling, const struct answer *row)
{
	printf("  %2.*s  ", SPAN_ARGS(answer_value(row, "rank")));
	print_who(telling, answer_value(row, "physician"));
	printf(T("  %.*s min away\n"), SPAN_ARGS(answer_value(row, "minutes")));
}

/* ----- those who cannot ----- */

/* The word of a reason for people; NULL: nobody has one for it. */
static const char *
why_text(struct span why)
{
	static const struct {
		const char *why, *text;
	} texts[] = {
	    {"absent", N("absent")},
	    {"authorised", N("not authorised")},
	    {"day", N("at the day's maximum")},
	    {"elsewhere", N("planned elsewhere")},
	    {"free", N("not available")},
	    {"limit", N("at a quota's maximum")},
	    {"near", N("too far from the half-day before or after")},
	    {"reach", N("too far away")},
	    {"rest", N("must rest")},
	    {"room", N("no room")},
	    {"share", N("too much unscheduled care")},
	    {"skill", N("other specialty")},
	    {"week", N("at the week's maximum")},
	    {"H01", N("at work at that time")},
	    {"H02", N("the site is not open")},
	    {"H03", N("no room")},
	    {"H04", N("absent, or in none of the programmes then")},
	    {"H05", N("not authorised")},
	    {"H07", N("other specialty")},
	    {"H09", N("at a quota's maximum")},
	    {"H12", N("too far from the half-day before or after")},
	    {"H15", N("at a quota's maximum")},
	    {"H16", N("too much unscheduled care")},
	    {"H21", N("not available")},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (span_is(why, texts[i].why))
			return T(texts[i].text);
	return NULL;
}

/* Words that say the same stand together. */
static bool
is_same_why(struct span a, struct span b)
{
	const char *text = why_text(a);

	return span_equal(a, b) || (text != NULL && text == why_text(b));
}

/* The first ten of those who cannot for that reason. */
static void
print_some(
    struct telling *telling, const struct vacant *vacant, struct span why)
{
	const char *comma = "";
	unsigned told = 0, more = 0;
	struct answer row;

	rows_rewind(telling->rows);
	while (rows_next(telling->rows, &row)) {
		if (!span_is(row.word[0], "excluded") || !is_of(&row, vacant) ||
		    !is_same_why(answer_value(&row, "why"), why))
			continue;
		if (told == NAMES_MAX) {
			more++;
			continue;
		}
		printf("%s%s", comma,
		    names_get(
			&telling->people, answer_value(&row, "physician")));
		comma = ", ";
		told++;
	}
	if (more > 0)
		printf(TN(" and %u more", " and %u more", more), more);
	putchar('\n');
}

/* By reason. */
static void
print_excluded(struct telling *telling, const struct vacant *vacant)
{
	char why[WHYS_MAX][32];
	size_t count = 0;
	struct answer row;

	rows_rewind(telling->rows);
	while (rows_next(telling->rows, &row)) {
		struct span word = answer_value(&row, "why");
		size_t i = 0;

		if (!span_is(row.word[0], "excluded") || !is_of(&row, vacant))
			continue;
		while (i < count && !is_same_why(word, span_of(why[i])))
			i++;
		if (i == count && i < WHYS_MAX)
			span_copy(word, why[count++], sizeof(why[0]));
	}
	for (size_t i = 0; i < count; i++) {
		const char *text = why_text(span_of(why[i]));

		printf(T("   -  %s: "), text == NULL ? why[i] : text);
		print_some(telling, vacant, span_of(why[i]));
	}
}

static void
print_vacant(struct telling *telling, const struct vacant *vacant)
{
	struct answer row;
	bool headed = false;

	rows_rewind(telling->rows);
	while (rows_next(telling->rows, &row)) {
		if (!is_about_one(&row) || !is_of(&row, vacant))
			continue;
		if (!headed) {
			fputs(term_style(&telling->term, STYLE_BOLD), stdout);
			print_where(telling, vacant);
			printf("%s\n", term_style(&telling->term, STYLE_PLAIN));
		}
		headed = true;
		if (span_is(row.word[0], "candidate"))
			print_candidate(telling, &row);
	}
	print_excluded(telling, vacant);
}

void
print_replacements(struct telling *telling)
{
	find_vacant(telling);
	for (size_t i = 0; i < telling->count; i++)
		print_vacant(telling, &telling->vacant[i]);
}
