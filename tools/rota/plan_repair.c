/* SPDX-License-Identifier: ISC */
/* plan_repair: see plan_repair.h. */
#include "tools/rota/plan_repair.h"

#include "tools/rota/cell.h"
#include "tools/rota/plan_cover.h"
#include "tools/rota/substitutes.h"
#include "tools/rota/table.h"
#include "tools/rota/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VACANT_MAX = 100, WHYS_MAX = 16, WHO_WIDTH = 28 };

/* A half-day that falls vacant. */
struct vacant {
	char site[64], day[16], part[8], activity[32];
};

struct telling {
	struct rota *rota;
	struct term term;
	struct rows *rows;
	size_t count;
	struct vacant vacant[VACANT_MAX];
};

static void
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

static int
compare(const void *left, const void *right)
{
	const struct vacant *a = left, *b = right;
	int order = strcmp(a->day, b->day);

	if (order != 0)
		return order;
	/* the letters of the parts are not in the order of the day */
	order = a->part[0] == b->part[0] ? 0 : a->part[0] == 'M' ? -1 : 1;
	return order != 0 ? order : strcmp(a->site, b->site);
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
		    sizeof(telling->vacant[0]), compare);
}

/* The word of a reason for people. */
static const char *
why_text(const char *why)
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
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (strcmp(why, texts[i].why) == 0)
			return T(texts[i].text);
	return why;
}

static void
print_where(struct telling *telling, const struct answer *row)
{
	char day[CELL_MAX], part[8], site[64];
	char *name;

	(void)cell_text(row, "day", CELL_PLAIN, day);
	span_copy(answer_value(row, "part"), part, sizeof(part));
	span_copy(answer_value(row, "site"), site, sizeof(site));
	name = name_of_site(telling->rota, site);
	printf(T("%s, %s, %s, %.*s"), day, part_name(part), name,
	    SPAN_ARGS(answer_value(row, "activity")));
	free(name);
}

static void
print_candidate(struct telling *telling, const struct answer *row)
{
	char *name =
	    name_of_physician(telling->rota, answer_value(row, "physician"));

	printf("  %2.*s  ", SPAN_ARGS(answer_value(row, "rank")));
	field_print(stdout, span_of(name), WHO_WIDTH, false);
	printf(T("  %.*s min away, %.*s points\n"),
	    SPAN_ARGS(answer_value(row, "minutes")),
	    SPAN_ARGS(answer_value(row, "cost")));
	free(name);
}

/* Those who cannot, by reason. */
static void
print_excluded(struct telling *telling, const struct vacant *vacant)
{
	char why[WHYS_MAX][32];
	size_t count = 0;
	struct answer row;

	rows_rewind(telling->rows);
	while (rows_next(telling->rows, &row)) {
		size_t i = 0;

		if (!span_is(row.word[0], "excluded") || !is_of(&row, vacant))
			continue;
		while (i < count && !span_is(answer_value(&row, "why"), why[i]))
			i++;
		if (i == count && i < WHYS_MAX)
			span_copy(answer_value(&row, "why"), why[count++],
			    sizeof(why[0]));
	}
	for (size_t i = 0; i < count; i++) {
		const char *comma = "";

		printf(T("   -  %s: "), why_text(why[i]));
		rows_rewind(telling->rows);
		while (rows_next(telling->rows, &row)) {
			char *name;

			if (!span_is(row.word[0], "excluded") ||
			    !is_of(&row, vacant) ||
			    !span_is(answer_value(&row, "why"), why[i]))
				continue;
			name = name_of_physician(
			    telling->rota, answer_value(&row, "physician"));
			printf("%s%s", comma, name);
			free(name);
			comma = ", ";
		}
		putchar('\n');
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
			print_where(telling, &row);
			printf("%s\n", term_style(&telling->term, STYLE_PLAIN));
		}
		headed = true;
		if (span_is(row.word[0], "candidate"))
			print_candidate(telling, &row);
	}
	print_excluded(telling, vacant);
}

/* The best answer is the last: "first" or "settled", its changes behind. */
static void
print_answer(struct telling *telling)
{
	struct answer row;
	const char *last = NULL;
	bool on = false;

	rows_rewind(telling->rows);
	while (rows_next(telling->rows, &row)) {
		if (span_is(row.word[0], "first") && last == NULL)
			last = "first";
		if (span_is(row.word[0], "settled"))
			last = "settled";
	}
	rows_rewind(telling->rows);
	while (last != NULL && rows_next(telling->rows, &row)) {
		bool drops = span_is(row.word[0], "drop");
		char *name;

		if (span_is(row.word[0], last)) {
			on = true;
			printf(T("\n%s%.*s of %.*s filled again%s: %.*s "
				 "half-days of %.*s others change (%.*s us)\n"),
			    term_style(&telling->term, STYLE_BOLD),
			    SPAN_ARGS(answer_value(&row, "filled")),
			    SPAN_ARGS(answer_value(&row, "vacant")),
			    term_style(&telling->term, STYLE_PLAIN),
			    SPAN_ARGS(answer_value(&row, "half-days")),
			    SPAN_ARGS(answer_value(&row, "physicians")),
			    SPAN_ARGS(answer_value(&row, "us")));
			continue;
		}
		if (!on || (!drops && !span_is(row.word[0], "assign")))
			continue;
		name = name_of_physician(
		    telling->rota, answer_value(&row, "physician"));
		printf("  %c  ", drops ? '-' : '+');
		field_print(stdout, span_of(name), WHO_WIDTH, false);
		fputs("  ", stdout);
		print_where(telling, &row);
		putchar('\n');
		free(name);
	}
}

/* Whether the planner has answered, or only the rules so far. */
static bool
is_answered(const struct rota *rota)
{
	const struct answer *closing = session_closing(rota->session);

	return closing != NULL &&
	    span_is(answer_value(closing, "state"), "answered");
}

enum outcome
plan_repair_tell(
    struct rota *rota, const struct options *options, struct asked *asked)
{
	struct telling telling = {.rota = rota};
	struct rows rows;
	struct reader reader;
	enum outcome outcome;

	if (rows_init(&rows) != 0)
		return OUTCOME_FAIL;
	term_look(&telling.term, STDOUT_FILENO, options->colour);
	telling.rows = &rows;
	reader = rows_reader(&rows);
	outcome = view_fetch(rota, asked, &reader);
	if (outcome == OUTCOME_OK && !is_answered(rota)) {
		struct table_look look = {&telling.term, false, NULL};

		complain("%s",
		    T("the planner for repairs is not ready yet; ask again in "
		      "a moment"));
		substitutes_print(stdout, &rows, &look, asked);
	} else if (outcome == OUTCOME_OK) {
		find_vacant(&telling);
		for (size_t i = 0; i < telling.count; i++)
			print_vacant(&telling, &telling.vacant[i]);
		print_answer(&telling);
		if (telling.count == 0)
			printf("%s\n", T("nothing falls vacant"));
	}
	rows_fini(&rows);
	return outcome;
}
