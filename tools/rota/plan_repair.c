/* SPDX-License-Identifier: ISC */
/* plan_repair: see plan_repair.h. */
#include "tools/rota/plan_repair.h"

#include "daemon/base/mem.h"
#include "tools/rota/cell.h"
#include "tools/rota/plan_cover.h"
#include "tools/rota/sheet.h"
#include "tools/rota/substitutes.h"
#include "tools/rota/table.h"
#include "tools/rota/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VACANT_MAX = 100, WHYS_MAX = 16, WHO_WIDTH = 28, CHANGES_MAX = 200 };

/* A half-day that falls vacant. */
struct vacant {
	char site[64], day[16], part[8], activity[32];
};

/* Somebody whose half-days change. */
struct changed {
	char who[40];
	unsigned more, fewer;
};

/* The closing line, which does not outlast a question about a name. */
struct closing {
	char state[16], vacant[8], plan[40];
	char adopted[24], refused[24], published[24];
	char text[256];
};

struct telling {
	struct rota *rota;
	struct closing closing;
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

/* The letters of the parts are not in the order of the day. */
static long
rank_of(const struct vacant *vacant)
{
	const char *at = strchr(sheet_part_letters, vacant->part[0]);

	return at == NULL ? SHEET_PARTS : at - sheet_part_letters;
}

static int
compare(const void *left, const void *right)
{
	const struct vacant *a = left, *b = right;
	int order = strcmp(a->day, b->day);

	if (order != 0)
		return order;
	if (rank_of(a) != rank_of(b))
		return rank_of(a) < rank_of(b) ? -1 : 1;
	return strcmp(a->site, b->site);
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

/* Lines of the answer at hand: "drop" and "assign" behind its head. */
static bool
is_half_day(const struct answer *row)
{
	return span_is(row->word[0], "drop") || span_is(row->word[0], "assign");
}

static void
print_head(struct telling *telling, const struct answer *row, bool settled)
{
	printf(T("\n%s%s%s: %.*s of %.*s filled again, %.*s half-days of "
		 "%.*s others change (%.*s us)\n"),
	    term_style(&telling->term, STYLE_BOLD),
	    settled ? T("settled") : T("first answer"),
	    term_style(&telling->term, STYLE_PLAIN),
	    SPAN_ARGS(answer_value(row, "filled")),
	    SPAN_ARGS(answer_value(row, "vacant")),
	    SPAN_ARGS(answer_value(row, "half-days")),
	    SPAN_ARGS(answer_value(row, "physicians")),
	    SPAN_ARGS(answer_value(row, "us")));
}

static void
count_change(struct changed *changed, size_t *count, const struct answer *row)
{
	struct span who = answer_value(row, "physician");
	size_t i = 0;

	while (i < *count && !span_is(who, changed[i].who))
		i++;
	if (i == CHANGES_MAX)
		return;
	if (i == *count) {
		changed[i] = (struct changed){.more = 0};
		span_copy(who, changed[(*count)++].who, sizeof(changed->who));
	}
	if (span_is(row->word[0], "drop"))
		changed[i].fewer++;
	else
		changed[i].more++;
}

/* "who changes: Claire Martin +2 -1, Paul Durand -3". */
static void
print_changed(
    struct telling *telling, const struct changed *changed, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *name =
		    name_of_physician(telling->rota, span_of(changed[i].who));

		printf("%s%s", i == 0 ? T("who changes: ") : ", ", name);
		if (changed[i].more > 0)
			printf(" +%u", changed[i].more);
		if (changed[i].fewer > 0)
			printf(" -%u", changed[i].fewer);
		free(name);
	}
	if (count > 0)
		putchar('\n');
}

static void
print_half_day(struct telling *telling, const struct answer *row)
{
	char *name =
	    name_of_physician(telling->rota, answer_value(row, "physician"));

	printf("  %c  ", span_is(row->word[0], "drop") ? '-' : '+');
	field_print(stdout, span_of(name), WHO_WIDTH, false);
	fputs("  ", stdout);
	print_where(telling, row);
	putchar('\n');
	free(name);
}

/* The lines of the last answer, of which there are one or two. */
static void
print_answers(struct telling *telling)
{
	struct changed *changed = xcalloc(CHANGES_MAX, sizeof(changed[0]));
	unsigned answers = 0, at = 0;
	size_t count = 0;
	struct answer row;

	rows_rewind(telling->rows);
	while (rows_next(telling->rows, &row))
		answers += span_is(row.word[0], "first") ||
		    span_is(row.word[0], "settled");
	rows_rewind(telling->rows);
	while (rows_next(telling->rows, &row)) {
		bool settled = span_is(row.word[0], "settled");

		if (settled || span_is(row.word[0], "first")) {
			at++;
			print_head(telling, &row, settled);
		} else if (at == answers && is_half_day(&row)) {
			count_change(changed, &count, &row);
			print_half_day(telling, &row);
		}
	}
	print_changed(telling, changed, count);
	free(changed);
}

/* ----- what became of it ----- */

/* Lines that a rule refused: "* number= state=refused ...". */
static void
print_refused(struct telling *telling)
{
	struct answer row;

	rows_rewind(telling->rows);
	while (rows_next(telling->rows, &row)) {
		char *name;

		if (!span_is(answer_value(&row, "state"), "refused"))
			continue;
		name = name_of_physician(
		    telling->rota, answer_value(&row, "physician"));
		fputs("  !  ", stdout);
		field_print(stdout, span_of(name), WHO_WIDTH, false);
		fputs("  ", stdout);
		print_where(telling, &row);
		printf(": %.*s (%.*s)\n", SPAN_ARGS(answer_value(&row, "text")),
		    SPAN_ARGS(answer_value(&row, "rule")));
		free(name);
	}
}

static void
print_closing(struct telling *telling)
{
	const struct closing *closing = &telling->closing;

	if (closing->adopted[0] != '\0') {
		printf(T("\n%s%s changes made, %s left out, %s half-days "
			 "published%s\n"),
		    term_style(&telling->term, STYLE_BOLD), closing->adopted,
		    closing->refused,
		    closing->published[0] != '\0' ? closing->published : "0",
		    term_style(&telling->term, STYLE_PLAIN));
		print_refused(telling);
	}
	if (closing->plan[0] != '\0')
		printf(T("kept: rota plan show plan=%s\n"), closing->plan);
}

static void
take_closing(struct telling *telling)
{
	const struct answer *answer = session_closing(telling->rota->session);
	struct closing *to = &telling->closing;
	const struct {
		const char *key;
		char *text;
		size_t size;
	} values[] = {{"state", to->state, sizeof(to->state)},
	    {"vacant", to->vacant, sizeof(to->vacant)},
	    {"plan", to->plan, sizeof(to->plan)},
	    {"adopted", to->adopted, sizeof(to->adopted)},
	    {"refused", to->refused, sizeof(to->refused)},
	    {"published", to->published, sizeof(to->published)},
	    {"text", to->text, sizeof(to->text)}};

	for (size_t i = 0; answer != NULL && i < ARRAY_SIZE(values); i++)
		span_copy(answer_value(answer, values[i].key), values[i].text,
		    values[i].size);
}

/* What the daemon itself says of half-days that the planner does not plan. */
static void
print_substitutes(struct telling *telling, const struct asked *asked)
{
	struct table_look look = {&telling->term, false, NULL};

	if (substitutes_any(telling->rows))
		substitutes_print(stdout, telling->rows, &look, asked);
}

static void
print_all(struct telling *telling, const struct asked *asked)
{
	const struct closing *closing = &telling->closing;

	if (strcmp(closing->state, "outside") == 0) {
		complain(T("the planner cannot do that: %s"), closing->text);
		return;
	}
	if (strcmp(closing->state, "answered") != 0)
		complain("%s",
		    T("the planner for repairs is not ready yet; ask again in "
		      "a moment"));
	find_vacant(telling);
	for (size_t i = 0; i < telling->count; i++)
		print_vacant(telling, &telling->vacant[i]);
	print_substitutes(telling, asked);
	print_answers(telling);
	print_closing(telling);
	if (strcmp(closing->state, "answered") == 0 &&
	    strcmp(closing->vacant, "no") == 0)
		printf("%s\n", T("nothing falls vacant"));
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
	if (outcome == OUTCOME_OK) {
		take_closing(&telling);
		print_all(&telling, asked);
	}
	rows_fini(&rows);
	return outcome;
}
