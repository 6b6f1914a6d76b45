/* SPDX-License-Identifier: ISC */
/* plan_repair_lines: what the planner would do. */
#include "tools/rota/plan_repair_private.h"

#include "daemon/base/mem.h"
#include "tools/rota/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOLD_MAX = 20 };

/* Somebody whose half-days change. */
struct changed {
	char who[40];
	unsigned more, fewer;
};

/* A half-day that goes or comes. */
struct line {
	struct vacant at;
	char who[40];
	bool drop;
};

struct lines {
	struct line *at; /* owned */
	size_t count, room;
	struct changed *changed; /* owned */
	size_t changes, changed_room;
};

static uint64_t
number_of(const struct answer *row, const char *key)
{
	uint64_t number;

	return span_to_u64(answer_value(row, key), UINT32_MAX, &number) ? number
									: 0;
}

/* ----- the figures ----- */

static void
print_duration(uint64_t us)
{
	if (us < 10 * 1000)
		printf("%.1f ms", (double)us / 1e3);
	else if (us < 1000 * 1000)
		printf("%.0f ms", (double)us / 1e3);
	else
		printf("%.1f s", (double)us / 1e6);
}

/* ", 3 half-days change, of 2 others" */
static void
print_others(const struct answer *row)
{
	unsigned long half_days = number_of(row, "half-days");
	unsigned long others = number_of(row, "physicians");

	if (half_days == 0) {
		fputs(T(", nobody else changes"), stdout);
		return;
	}
	printf(
	    TN(", %lu half-day changes", ", %lu half-days change", half_days),
	    half_days);
	printf(TN(", of %lu other", ", of %lu others", others), others);
}

static void
print_head(struct telling *telling, const struct answer *row, bool settled)
{
	unsigned long released = number_of(row, "released");
	unsigned long opened = number_of(row, "opened");

	printf("\n%s%s%s (", term_style(&telling->term, STYLE_BOLD),
	    settled ? T("settled") : T("first answer"),
	    term_style(&telling->term, STYLE_PLAIN));
	print_duration(number_of(row, "us"));
	if (span_is(answer_value(row, "cut"), "yes"))
		fputs(T(", cut short by another question"), stdout);
	printf(T("): %.*s of %.*s filled again"),
	    SPAN_ARGS(answer_value(row, "filled")),
	    SPAN_ARGS(answer_value(row, "vacant")));
	if (released > 0)
		printf(
		    TN(", %lu given up", ", %lu given up", released), released);
	if (opened > 0)
		printf(TN(", %lu other falls open", ", %lu others fall open",
			   opened),
		    opened);
	print_others(row);
	putchar('\n');
}

/* ----- half-days ----- */

/* Lines of the answer at hand: "drop" and "assign" behind its head. */
static bool
is_half_day(const struct answer *row)
{
	return span_is(row->word[0], "drop") || span_is(row->word[0], "assign");
}

static void
count_change(struct lines *lines, const struct line *line)
{
	size_t i = 0;

	while (i < lines->changes &&
	    !span_is(span_of(line->who), lines->changed[i].who))
		i++;
	if (i == lines->changes) {
		lines->changed = xgrow(lines->changed, &lines->changed_room,
		    i + 1, sizeof(lines->changed[0]));
		lines->changed[lines->changes++] = (struct changed){.more = 0};
		span_copy(span_of(line->who), lines->changed[i].who,
		    sizeof(lines->changed[i].who));
	}
	if (line->drop)
		lines->changed[i].fewer++;
	else
		lines->changed[i].more++;
}

static void
add_line(struct lines *lines, const struct answer *row)
{
	struct line *line;

	lines->at = xgrow(
	    lines->at, &lines->room, lines->count + 1, sizeof(lines->at[0]));
	line = &lines->at[lines->count++];
	read_vacant(row, &line->at);
	span_copy(answer_value(row, "physician"), line->who, sizeof(line->who));
	line->drop = span_is(row->word[0], "drop");
	count_change(lines, line);
}

/* Who goes before who comes. */
static int
by_day(const void *left, const void *right)
{
	const struct line *a = left, *b = right;
	int order = compare_vacant(&a->at, &b->at);

	return order != 0 ? order : (int)b->drop - (int)a->drop;
}

static void
print_line(struct telling *telling, const struct line *line)
{
	printf("  %c  ", line->drop ? '-' : '+');
	print_who(telling, span_of(line->who));
	fputs("  ", stdout);
	print_where(telling, &line->at);
	putchar('\n');
}

static void
print_lines(struct telling *telling, const struct lines *lines)
{
	size_t told = lines->count;

	if (told > TOLD_MAX)
		told = TOLD_MAX;
	for (size_t i = 0; i < told; i++)
		print_line(telling, &lines->at[i]);
	if (told < lines->count)
		printf(TN("  and %zu more (-w tells it)\n",
			   "  and %zu more (-w tells all of them)\n",
			   lines->count - told),
		    lines->count - told);
}

/* "who changes: Claire Martin +2 -1, Paul Durand -3". */
static void
print_changed(struct telling *telling, const struct lines *lines)
{
	size_t told = lines->changes;

	if (told > TOLD_MAX)
		told = TOLD_MAX;
	for (size_t i = 0; i < told; i++) {
		const struct changed *changed = &lines->changed[i];

		printf("%s%s", i == 0 ? T("who changes: ") : ", ",
		    names_get(&telling->people, span_of(changed->who)));
		if (changed->more > 0)
			printf(" +%u", changed->more);
		if (changed->fewer > 0)
			printf(" -%u", changed->fewer);
	}
	if (told < lines->changes)
		printf(TN(" and %u more", " and %u more",
			   (unsigned)(lines->changes - told)),
		    (unsigned)(lines->changes - told));
	if (told > 0)
		putchar('\n');
}

/* The lines of the last answer, of which there are one or two. */
void
print_answers(struct telling *telling)
{
	struct lines lines = {NULL, 0, 0, NULL, 0, 0};
	struct answer row;

	rows_rewind(telling->rows);
	while (rows_next(telling->rows, &row)) {
		bool settled = span_is(row.word[0], "settled");

		if (settled || span_is(row.word[0], "first")) {
			lines.count = lines.changes = 0;
			print_head(telling, &row, settled);
		} else if (is_half_day(&row)) {
			add_line(&lines, &row);
		}
	}
	if (lines.count > 1)
		qsort(lines.at, lines.count, sizeof(lines.at[0]), by_day);
	print_lines(telling, &lines);
	print_changed(telling, &lines);
	free(lines.at);
	free(lines.changed);
}
