/* SPDX-License-Identifier: ISC */
/* plan_tell: see plan_tell.h. */
#include "tools/rota/plan_tell.h"

#include "daemon/base/mem.h"
#include "proto/id.h"
#include "tools/rota/para.h"
#include "tools/rota/plan_cover.h"
#include "tools/rota/plan_moves.h"
#include "tools/rota/table.h"
#include "tools/rota/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LABEL_WIDTH = 13,
	KM = 1000,
	NAMED = 3,
	INDENT = 2,
	SHARE_DIGITS = 2 /* of a percentage that says something */
};

struct tell {
	struct rota *rota;
	const struct options *options;
	struct term term;
	struct rows *rows; /* of "plan show" */
	char plan[ID_TEXT_LEN + 1];
};

static uint64_t
number(const struct answer *row, const char *key)
{
	uint64_t value = 0;

	(void)span_to_u64(answer_value(row, key), UINT64_MAX, &value);
	return value;
}

/* The first line of that word; of the figures, of that kind. */
static bool
find(const struct tell *tell, const char *word, const char *kind,
    struct answer *row)
{
	rows_rewind(tell->rows);
	while (rows_next(tell->rows, row))
		if (span_is(row->word[0], word) &&
		    (kind == NULL || span_is(answer_value(row, "kind"), kind)))
			return true;
	return false;
}

/* A line of figures behind its label, "" for one that goes on. */
static void
figure(const struct tell *tell, const char *label, const char *text)
{
	char *head;
	size_t len;
	FILE *stream = open_memstream(&head, &len);

	if (stream == NULL)
		abort();
	fputs(term_style(&tell->term, STYLE_BOLD), stream);
	field_print(stream, span_of(label), LABEL_WIDTH, false);
	fputs(term_style(&tell->term, STYLE_PLAIN), stream);
	(void)fclose(stream);
	para_print(stdout, &tell->term, head, span_of(text), LABEL_WIDTH);
	free(head);
}

/* ----- the head ----- */

static void
say(const struct tell *tell, const char *text)
{
	para_print(stdout, &tell->term, "", span_of(text), INDENT);
}

/* fills: the planner was to leave what is planned where it is; needed: somebody
 * is, on one of the days. */
static void
print_lines(const struct answer *lines, bool fills, bool needed)
{
	uint64_t proposed = number(lines, "proposed");
	uint64_t cancels = number(lines, "cancels");
	uint64_t adopted = number(lines, "adopted");
	uint64_t refused = number(lines, "refused");
	uint64_t dropped = number(lines, "dropped");
	uint64_t fill = proposed > cancels ? proposed - cancels : 0;

	if (proposed + adopted + refused + dropped == 0)
		printf("%s\n",
		    needed ? T("Nothing to propose: what is needed is filled, "
			       "or cannot be.")
			   : T("Nothing is needed there on these days."));
	else if (proposed == 0)
		printf(T("%" PRIu64 " half-days adopted, %" PRIu64
			 " refused, %" PRIu64 " left out by hand\n"),
		    adopted, refused, dropped);
	else if (fills && cancels == 0)
		printf(TN("%" PRIu64 " half-day to fill; what is planned "
			  "already stays\n",
			   "%" PRIu64 " half-days to fill; what is planned "
			   "already stays\n",
			   fill),
		    fill);
	else
		printf(T("%" PRIu64 " half-days to fill, %" PRIu64
			 " to take away, %" PRIu64 " stay\n"),
		    fill, cancels, number(lines, "kept"));
}

/* Whether the daemon found cost, bound and lines to be so. */
static void
print_proof(const struct tell *tell)
{
	struct answer row;
	struct span checked;

	if (!find(tell, "proof", NULL, &row))
		return;
	checked = answer_value(&row, "checked");
	if (span_is(checked, "yes"))
		say(tell,
		    T("Checked by a second reckoning: every half-day keeps the "
		      "rules, cost and bound are right"));
	else if (checked.len > 0)
		printf("%s%s%s\n", term_style(&tell->term, STYLE_RED),
		    T("Checked by a second reckoning: cost, bound or a "
		      "half-day is not as the planner says"),
		    term_style(&tell->term, STYLE_PLAIN));
	else
		say(tell, T("Not checked by a second reckoning"));
}

/* "at most 1.2 % from the best there can be".  Of a cost near 0, or with a
 * bound that is of no use, a share says nothing: then both stand there. */
static char *
gap_text(const struct answer *head)
{
	struct span gap = answer_value(head, "bound-gap");
	struct span cost = answer_value(head, "cost");
	struct span bound = answer_value(head, "bound");
	size_t whole = 0;

	while (whole < gap.len && gap.ptr[whole] != '.')
		whole++;
	if (gap.len > 0 && whole <= SHARE_DIGITS)
		return xasprintf(
		    T("at most %.*s %% from the best there can be"),
		    SPAN_ARGS(gap));
	if (cost.len > 0 && bound.len > 0 && bound.ptr[0] != '-')
		return xasprintf(T("it costs %.*s points, and at least %.*s "
				   "are proven to be needed"),
		    SPAN_ARGS(cost), SPAN_ARGS(bound));
	return xstrdup(T("nothing is proven of it"));
}

static void
print_head(const struct tell *tell, bool needed)
{
	struct answer head, lines;
	char *gap, *text;

	if (!find(tell, "", NULL, &head))
		return;
	gap = gap_text(&head);
	text = xasprintf(T("Plan %s, %.*s to %.*s: found in %.1f s, %s"),
	    tell->plan, SPAN_ARGS(answer_value(&head, "from")),
	    SPAN_ARGS(answer_value(&head, "to")),
	    (double)number(&head, "took-ms") / 1000.0, gap);
	say(tell, text);
	free(gap);
	free(text);
	print_proof(tell);
	if (!find(tell, "lines", NULL, &lines))
		return;
	print_lines(
	    &lines, span_is(answer_value(&head, "variant"), "fill"), needed);
}

static void
print_moves(const struct tell *tell)
{
	struct answer lines;
	uint64_t count;

	if (!find(tell, "lines", NULL, &lines))
		return;
	count = number(&lines, "moved");
	if (count == 0)
		return;
	printf("\n%s%s%s\n", term_style(&tell->term, STYLE_BOLD),
	    T("What moves"), term_style(&tell->term, STYLE_PLAIN));
	moves_tell(tell->rota, tell->plan, count);
}

/* ----- figures ----- */

static void
print_travel(const struct tell *tell)
{
	struct answer row;
	uint64_t halves, metres;
	char *text;

	if (!find(tell, "figure", "travel", &row))
		return;
	halves = number(&row, "half-days");
	metres = number(&row, "metres");
	if (halves == 0)
		return;
	text = xasprintf(T("%" PRIu64 " km as the crow flies, %" PRIu64
			   " h; %.1f km and %" PRIu64 " min a half-day"),
	    (metres + KM / 2) / KM, (number(&row, "minutes") + 30) / 60,
	    (double)metres / KM / (double)halves,
	    number(&row, "minutes") / halves);
	figure(tell, T("Travel"), text);
	free(text);
}

/* Those of a kind of figure, by name: "Claire Martin 4 (2), ...". */
static void
print_people(const struct tell *tell, const char *kind, const char *what,
    const char *first, const char *second)
{
	char *id[NAMED];
	uint64_t one[NAMED], other[NAMED];
	size_t count = 0, len;
	struct answer row;
	FILE *stream;
	char *text;

	rows_rewind(tell->rows);
	while (count < NAMED && rows_next(tell->rows, &row)) {
		if (!span_is(row.word[0], "figure") ||
		    !span_is(answer_value(&row, "kind"), kind))
			continue;
		id[count] = span_dup(answer_value(&row, "physician"));
		one[count] = number(&row, first);
		other[count++] = second == NULL ? 0 : number(&row, second);
	}
	if (count == 0)
		return;
	stream = open_memstream(&text, &len);
	if (stream == NULL)
		abort();
	fputs(what, stream);
	for (size_t i = 0; i < count; i++) {
		char *name = name_of_physician(tell->rota, span_of(id[i]));

		fprintf(
		    stream, "%s%s %" PRIu64, i == 0 ? " " : ", ", name, one[i]);
		if (second != NULL)
			fprintf(stream, T(" of %" PRIu64), other[i]);
		free(name);
		free(id[i]);
	}
	(void)fclose(stream);
	figure(tell, "", text);
	free(text);
}

static void
print_fairness(const struct tell *tell)
{
	struct answer row;
	char *text;

	if (!find(tell, "figure", "fair", &row)) {
		figure(tell, T("Fairness"),
		    T("no evenings, nights or weekends are asked for"));
		return;
	}
	text = xasprintf(
	    T("%" PRIu64 " to %" PRIu64
	      " unpopular half-days a physician; %" PRIu64 " of %" PRIu64
	      " beyond the fair share, by %" PRIu64 " in all"),
	    number(&row, "least"), number(&row, "most"), number(&row, "above"),
	    number(&row, "physicians"), number(&row, "beyond"));
	figure(tell, T("Fairness"), text);
	free(text);
	print_people(
	    tell, "most", T("most, of their share:"), "unpopular", "share");
	print_people(
	    tell, "least", T("least, of their share:"), "unpopular", "share");
}

static void
print_pace(const struct tell *tell)
{
	struct answer row;
	char *text;

	if (!find(tell, "figure", "pace", &row)) {
		figure(tell, T("Commitments"), T("none is due"));
		return;
	}
	text = xasprintf(T("of %" PRIu64 " agreed minima not yet reached "
			   "%" PRIu64 " are reached with it; %" PRIu64
			   " half-days stay owed"),
	    number(&row, "minima"), number(&row, "kept"),
	    number(&row, "missing"));
	figure(tell, T("Commitments"), text);
	free(text);
	print_people(tell, "owed", T("most is owed by:"), "missing", NULL);
}

/* ----- the cost, and what has changed ----- */

static void
print_terms(const struct tell *tell)
{
	struct answer row;
	bool any = false;

	rows_rewind(tell->rows);
	while (rows_next(tell->rows, &row)) {
		struct span text = answer_value(&row, "text");
		char points[24];

		if (!span_is(row.word[0], "term"))
			continue;
		if (!any)
			printf("\n%s%s%s\n",
			    term_style(&tell->term, STYLE_BOLD),
			    T("What it costs, in points"),
			    term_style(&tell->term, STYLE_PLAIN));
		any = true;
		span_copy(answer_value(&row, "points"), points, sizeof(points));
		field_print(stdout, span_of(points), LABEL_WIDTH, true);
		printf("  %.*s\n",
		    SPAN_ARGS(text.len > 0 ? text : answer_value(&row, "key")));
	}
}

static void
print_since(const struct tell *tell)
{
	struct answer row;
	uint64_t changes = 0;
	bool more = false;

	if (!find(tell, "lines", NULL, &row) || number(&row, "proposed") == 0)
		return;
	rows_rewind(tell->rows);
	while (rows_next(tell->rows, &row)) {
		if (!span_is(row.word[0], "since"))
			continue;
		changes += number(&row, "changes");
		more |= span_is(answer_value(&row, "more"), "yes");
	}
	if (more || changes > 0)
		printf("\n%s\n",
		    T("The plan has changed since the planner read it: what "
		      "does not fit any more is refused and told when it is "
		      "adopted."));
}

static void
print_next(const struct tell *tell)
{
	struct answer lines;

	if (!find(tell, "lines", NULL, &lines))
		return;
	printf("\n%s%s%s\n", term_style(&tell->term, STYLE_BOLD),
	    T("Going on, with"), term_style(&tell->term, STYLE_PLAIN));
	printf("  plan=%s\n", tell->plan);
	printf("%s\n",
	    T("  rota plan lines plan=... [site=] [physician=]   half-day by "
	      "half-day\n"
	      "  rota plan explain plan=... [site=] [day=]       why open, who "
	      "else could"));
	if (number(&lines, "proposed") > 0)
		printf("%s\n",
		    T("  rota plan edit plan=... number=N state=dropped  leave "
		      "one out\n"
		      "  rota plan adopt plan=...                        make "
		      "drafts of it"));
	if (number(&lines, "proposed") + number(&lines, "adopted") > 0)
		printf("%s\n",
		    T("  rota plan publish plan=...                      "
		      "announce its drafts"));
}

/* Coverage, gaps and figures of a plan in whose days somebody is needed. */
static void
print_covers(
    const struct tell *tell, struct covers *zones, struct covers *places)
{
	putchar('\n');
	covers_zones(&tell->term, zones);
	covers_places(tell->rota, &tell->term, places, tell->options->wide);
	covers_gaps(tell->rota, &tell->term, tell->plan, places);
	print_moves(tell);
	putchar('\n');
	print_travel(tell);
	print_fairness(tell);
	print_pace(tell);
	if (tell->options->wide)
		print_terms(tell);
}

static void
print_all(const struct tell *tell)
{
	struct covers zones = {.count = 0}, places = {.count = 0};

	covers_read(&zones, tell->rows, "zone");
	covers_read(&places, tell->rows, "site");
	covers_read(&places, tell->rows, "sector");
	covers_sort(&places);
	print_head(tell, places.count > 0);
	if (places.count > 0)
		print_covers(tell, &zones, &places);
	print_since(tell);
	print_next(tell);
	covers_fini(&zones);
	covers_fini(&places);
}

enum outcome
plan_tell(struct rota *rota, const struct options *options, struct asked *asked)
{
	struct tell tell = {.rota = rota, .options = options};
	struct answer head;
	struct rows rows;
	struct reader reader;
	enum outcome outcome;

	if (rows_init(&rows) != 0)
		return OUTCOME_FAIL;
	term_look(&tell.term, STDOUT_FILENO, options->colour);
	tell.rows = &rows;
	reader = rows_reader(&rows);
	outcome = view_fetch(rota, asked, &reader);
	if (outcome == OUTCOME_OK && find(&tell, "", NULL, &head)) {
		span_copy(
		    answer_value(&head, "plan"), tell.plan, sizeof(tell.plan));
		print_all(&tell);
	}
	rows_fini(&rows);
	return outcome;
}
