/* SPDX-License-Identifier: ISC */
/* plan_repair: see plan_repair.h. */
#include "tools/rota/plan_repair.h"

#include "tools/rota/plan_repair_private.h"
#include "tools/rota/substitutes.h"
#include "tools/rota/table.h"
#include "tools/rota/view.h"
#include "tools/rota/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ----- what became of it ----- */

/* Lines that a rule refused: "* number= state=refused ...". */
static void
print_refused(struct telling *telling)
{
	struct answer row;

	rows_rewind(telling->rows);
	while (rows_next(telling->rows, &row)) {
		struct vacant at;

		if (!span_is(answer_value(&row, "state"), "refused"))
			continue;
		read_vacant(&row, &at);
		fputs("  !  ", stdout);
		print_who(telling, answer_value(&row, "physician"));
		fputs("  ", stdout);
		print_where(telling, &at);
		printf(": %.*s (%.*s)\n", SPAN_ARGS(answer_value(&row, "text")),
		    SPAN_ARGS(answer_value(&row, "rule")));
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
	    {"unplanned", to->unplanned, sizeof(to->unplanned)},
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
	struct table_look look = {&telling->term, false, NULL, telling->rota};

	if (substitutes_any(telling->rows))
		substitutes_print(stdout, telling->rows, &look, asked);
}

/* Half-days that fall vacant and are none that a planner moves. */
static void
print_unplanned(const struct closing *closing)
{
	unsigned long unplanned = strtoul(closing->unplanned, NULL, 10);

	if (unplanned > 0)
		printf(TN("\n%lu half-day is unknown to the planner: rota "
			  "assign fills it\n",
			   "\n%lu half-days are unknown to the planner: rota "
			   "assign fills them\n",
			   unplanned),
		    unplanned);
}

static void
print_all(struct telling *telling, const struct asked *asked)
{
	const struct closing *closing = &telling->closing;
	bool answered = strcmp(closing->state, "answered") == 0;

	if (!answered)
		complain("%s",
		    T("the planner for repairs is not ready yet; ask again in "
		      "a moment"));
	print_replacements(telling);
	print_substitutes(telling, asked);
	print_answers(telling);
	print_unplanned(closing);
	print_closing(telling);
	if (answered && strcmp(closing->vacant, "no") == 0)
		printf("%s\n", T("nothing falls vacant"));
}

/* What cannot be is refused, as if by a rule. */
static enum outcome
tell(struct telling *telling, const struct asked *asked)
{
	take_closing(telling);
	if (strcmp(telling->closing.state, "outside") == 0) {
		complain(
		    T("the planner cannot do that: %s"), telling->closing.text);
		return OUTCOME_NO;
	}
	names_init_sites(&telling->sites, telling->rota);
	names_init_physicians(&telling->people, telling->rota);
	print_all(telling, asked);
	names_fini(&telling->sites);
	names_fini(&telling->people);
	return OUTCOME_OK;
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
	if (outcome == OUTCOME_OK)
		outcome = tell(&telling, asked);
	rows_fini(&rows);
	return outcome;
}
