/* SPDX-License-Identifier: ISC */
/* plan_explain: see plan_explain.h.  The sentences are the daemon's; here they
 * stand under their half-days. */
#include "tools/rota/plan_explain.h"

#include "daemon/base/mem.h"
#include "tools/rota/cell.h"
#include "tools/rota/para.h"
#include "tools/rota/plan_names.h"
#include "tools/rota/rows.h"
#include "tools/rota/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { INDENT = 4 };

struct telling {
	struct term term;
	struct names sites, people;
	char state[PROTO_WORD_MAX + 1]; /* of the lines before */
};

/* "Half-days left open, and why", where other lines begin. */
static void
print_heading(struct telling *telling, const struct answer *row)
{
	static const struct {
		const char *state, *heading;
	} headings[] = {
	    {"open", N("Half-days left open, and why")},
	    {"filled", N("Half-days that are filled, and who else could")},
	    {"advice", N("Where one more half-day would help most")},
	};
	struct span state = answer_value(row, "state");

	if (span_is(state, telling->state))
		return;
	if (telling->state[0] != '\0')
		putchar('\n');
	span_copy(state, telling->state, sizeof(telling->state));
	for (size_t i = 0; i < ARRAY_SIZE(headings); i++)
		if (span_is(state, headings[i].state))
			printf("%s%s%s\n",
			    term_style(&telling->term, STYLE_BOLD),
			    T(headings[i].heading),
			    term_style(&telling->term, STYLE_PLAIN));
}

/* "  Mon 2026-12-07, morning, Les Tilleuls, MT: Claire Martin" */
static void
print_half_day(struct telling *telling, const struct answer *row)
{
	struct span who = answer_value(row, "physician");
	struct span activity = answer_value(row, "activity");
	struct span specialty = answer_value(row, "specialty");
	bool is_usual = specialty.len == 0 || span_is(specialty, "MG");
	char day[CELL_MAX], part[8], *text;

	(void)cell_text(row, "day", CELL_PLAIN, day);
	span_copy(answer_value(row, "part"), part, sizeof(part));
	text = xasprintf("%s, %s, %s, %.*s%s%.*s%s%s", day, part_name(part),
	    names_get(&telling->sites, answer_value(row, "site")),
	    SPAN_ARGS(activity), is_usual ? "" : " ",
	    SPAN_ARGS(is_usual ? SPAN("") : specialty),
	    who.len > 0 ? T(": ") : "",
	    who.len > 0 ? names_get(&telling->people, who) : "");
	para_print(stdout, &telling->term, "  ", span_of(text), INDENT);
	free(text);
}

static void
print_row(struct telling *telling, const struct answer *row)
{
	char text[CELL_MAX];

	print_heading(telling, row);
	(void)cell_text(row, "text", CELL_PLAIN, text);
	if (span_is(answer_value(row, "state"), "advice")) {
		para_print(
		    stdout, &telling->term, "  - ", span_of(text), INDENT);
		return;
	}
	print_half_day(telling, row);
	if (text[0] != '\0')
		para_print(
		    stdout, &telling->term, "    ", span_of(text), INDENT);
}

enum outcome
plan_explain_tell(
    struct rota *rota, const struct options *options, struct asked *asked)
{
	struct telling telling = {.state = ""};
	struct rows rows;
	struct reader reader;
	struct answer row;
	enum outcome outcome;
	char next[PROTO_LONG_MAX + 1];

	if (rows_init(&rows) != 0)
		return OUTCOME_FAIL;
	term_look(&telling.term, STDOUT_FILENO, options->colour);
	names_init_sites(&telling.sites, rota);
	names_init_physicians(&telling.people, rota);
	reader = rows_reader(&rows);
	outcome = view_fetch(rota, asked, &reader);
	if (outcome == OUTCOME_OK) {
		/* names are asked for, and the closing line goes */
		span_copy(answer_value(session_closing(rota->session), "next"),
		    next, sizeof(next));
		rows_rewind(&rows);
		while (rows_next(&rows, &row))
			print_row(&telling, &row);
		if (rows.count == 0)
			printf("%s\n", T("nothing there"));
		if (*next != '\0')
			complain(T("there is more: next=%s"), next);
	}
	names_fini(&telling.sites);
	names_fini(&telling.people);
	rows_fini(&rows);
	return outcome;
}
