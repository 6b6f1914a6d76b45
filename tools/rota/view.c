/* SPDX-License-Identifier: ISC */
/* view: see view.h. */
#include "tools/rota/view.h"

#include "proto/out.h"
#include "tools/rota/agenda.h"
#include "tools/rota/grid.h"
#include "tools/rota/ids.h"
#include "tools/rota/plan_explain.h"
#include "tools/rota/plan_lines.h"
#include "tools/rota/plan_moves.h"
#include "tools/rota/plan_repair.h"
#include "tools/rota/plan_tell.h"
#include "tools/rota/record.h"
#include "tools/rota/refusal.h"
#include "tools/rota/substitutes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

view_fn *
view_of(const char *verb)
{
	static const struct {
		const char *verb;
		view_fn *print;
	} views[] = {
	    {"absence put", substitutes_print},
	    {"my", agenda_print},
	    {"slot cancel", substitutes_print},
	    {"week", grid_print},
	};

	for (size_t i = 0; i < ARRAY_SIZE(views); i++)
		if (strcmp(verb, views[i].verb) == 0)
			return views[i].print;
	return NULL;
}

/* ----- fetching ----- */

/* The request for a page: with the largest limit, and from where the one before
 * ended. */
static bool
page_line(const struct asked *asked, const char *next, struct out *line)
{
	out_bytes(line, asked->line, asked->len);
	if (asked_value(asked, "limit") == NULL &&
	    verb_key_find(asked->view, "limit") != NULL)
		out_key_u64(line, "limit", PROTO_PAGE_MAX);
	if (*next != '\0')
		out_key_text(line, "next", next);
	return !line->overflow;
}

enum outcome
view_fetch(struct rota *rota, struct asked *asked, const struct reader *reader)
{
	bool whole = asked_value(asked, "limit") == NULL &&
	    asked_value(asked, "next") == NULL;
	char next[PROTO_LONG_MAX + 1] = "";
	enum outcome outcome = OUTCOME_OK;
	struct session *session = rota_session(rota, &outcome);

	if (session == NULL)
		return outcome;
	do {
		char text[PROTO_LINE_MAX];
		struct out line = OUT(text);

		if (!page_line(asked, next, &line)) {
			complain(T("the request is longer than %d bytes"),
			    PROTO_LINE_MAX);
			return OUTCOME_USAGE;
		}
		outcome =
		    session_ask(session, (struct span){text, line.len}, reader);
		if (session_closing(session) == NULL)
			return outcome;
		if (outcome != OUTCOME_OK)
			refusal_say(session_closing(session), NULL);
		span_copy(answer_value(session_closing(session), "next"), next,
		    sizeof(next));
	} while (whole && outcome == OUTCOME_OK && *next != '\0');
	return outcome;
}

/* ----- for programs ----- */

struct json {
	FILE *stream;
	bool any;
};

static void
on_json(void *arg, const struct answer *row, struct span line UNUSED)
{
	struct json *json = arg;

	json_row(json->stream, row, !json->any);
	json->any = true;
}

static enum outcome
ask_json(struct rota *rota, struct asked *asked)
{
	struct json json = {stdout, false};
	struct reader reader = {.on_row = on_json, .arg = &json};
	enum outcome outcome;

	json_begin(stdout);
	outcome = view_fetch(rota, asked, &reader);
	json_end(stdout,
	    rota->session != NULL ? session_closing(rota->session) : NULL);
	return outcome;
}

/* ----- for people ----- */

/* A closing line that stays when names are asked for. */
struct closing {
	char text[PROTO_LINE_MAX];
	struct answer answer;
};

static void
keep_closing(struct closing *to, const struct answer *from)
{
	struct out out = OUT(to->text);

	out_bytes(&out, from->word[0].ptr, from->word[0].len);
	if (from->word[1].len > 0) {
		out_char(&out, ' ');
		out_bytes(&out, from->word[1].ptr, from->word[1].len);
	}
	for (unsigned i = 0; i < from->count; i++) {
		char key[PROTO_WORD_MAX + 1];

		span_copy(from->pairs[i].key, key, sizeof(key));
		out_key_value(&out, key, from->pairs[i].value);
	}
	if (!answer_parse(&to->answer, (struct span){to->text, out.len}))
		abort();
}

static void
say_age(const struct answer *closing)
{
	struct span stale = answer_value(closing, "stale-since");
	struct span as_of = answer_value(closing, "as-of");

	if (stale.len > 0)
		complain(T("the database is out of reach; this is the plan of "
			   "%.*s"),
		    SPAN_ARGS(stale));
	if (as_of.len > 0)
		complain(T("this is the plan as it was known at %.*s, mark "
			   "%.*s"),
		    SPAN_ARGS(as_of), SPAN_ARGS(answer_value(closing, "mark")));
}

static void
say_warning(const struct answer *closing)
{
	struct span warning = answer_value(closing, "warning");

	if (span_is(warning, "rpps-key") || span_is(warning, "finess-key"))
		complain("%s",
		    T("done, but the check digit of the number is "
		      "wrong"));
	/* a rule has warned in a line of its own */
	else if (warning.len > 0 && warning.ptr[0] != 'H')
		complain(T("done, but: %.*s"), SPAN_ARGS(warning));
}

static bool
is_write(const struct asked *asked)
{
	return verb_key_find(asked->view, "dry") != NULL;
}

/* The answer to a write: one line. */
static void
print_done(const struct answer *closing, const struct table_look *look)
{
	static const char *const without[] = {
	    "id", "cursor", "lag", "unchanged", "dry", NULL};
	static const char *const counting[] = {
	    "id", "cursor", "lag", "dry", NULL};
	struct span unchanged = answer_value(closing, "unchanged");
	const char *const *told =
	    unchanged.len > 0 && !span_is(unchanged, "yes") ? counting
							    : without;
	const char *word = T("done");

	if (span_is(answer_value(closing, "dry"), "yes"))
		word = T("would be done");
	else if (span_is(unchanged, "yes"))
		word = T("nothing to change");
	printf("%s%s%s", term_style(look->term, STYLE_GREEN), word,
	    term_style(look->term, STYLE_PLAIN));
	if (pairs_any(closing, told)) {
		fputs(T(": "), stdout);
		pairs_print(stdout, closing, told);
	}
	putchar('\n');
}

static void
print_closing(const struct asked *asked, const struct answer *closing,
    const struct table_look *look)
{
	bool write = is_write(asked);
	struct span code = answer_value(closing, "code");

	say_warning(closing);
	if (closing->count == 0)
		printf("%s\n", T("done"));
	else if (code.len > 0 || !write || look->wide)
		details_print(stdout, closing, look);
	else
		print_done(closing, look);
	if (code.len > 0)
		printf(T("\nThe code is good once. Its owner types:\n"
			 "  rota login %s%.*s\n"),
		    code.ptr[0] == '-' ? "-- " : "", SPAN_ARGS(code));
}

/* One row, of a verb that has no more, is told in full. */
static bool
is_single(const struct asked *asked, const struct rows *rows)
{
	return rows->count == 1 && !is_write(asked) &&
	    verb_key_find(asked->view, "limit") == NULL;
}

static bool
is_lines(const struct asked *asked)
{
	return strcmp(asked->view->name, "plan lines") == 0;
}

static void
print_rows(
    struct rows *rows, const struct asked *asked, const struct table_look *look)
{
	view_fn *print = view_of(asked->view->name);
	struct answer row;

	if (is_lines(asked) && !look->wide)
		lines_print(rows, look);
	else if (print != NULL && !look->wide) {
		print(stdout, rows, look, asked);
	} else if (is_single(asked, rows)) {
		rows_rewind(rows);
		if (rows_next(rows, &row))
			details_print(stdout, &row, look);
	} else {
		table_print(stdout, rows, look);
	}
}

static void
print_answer(struct rota *rota, struct rows *rows,
    const struct options *options, const struct asked *asked)
{
	struct closing kept;
	const struct answer *closing = &kept.answer;
	struct term term;
	struct table_look look = {&term, options->wide, NULL, rota};
	bool list = verb_key_find(asked->view, "limit") != NULL ||
	    (view_of(asked->view->name) != NULL && !is_write(asked)) ||
	    rows->count > 0;

	keep_closing(&kept, session_closing(rota->session));
	term_look(&term, STDOUT_FILENO, options->colour);
	if (options->format == FORMAT_CSV) {
		if (list)
			csv_rows(stdout, rows);
		else
			csv_line(stdout, closing);
		return;
	}
	say_age(closing);
	if (!list) {
		if (!options->quiet)
			print_closing(asked, closing, &look);
		return;
	}
	print_rows(rows, asked, &look);
	if (term.tty && !options->wide)
		ids_remember(rows);
	if (is_write(asked) && !options->quiet &&
	    outcome_of(closing) == OUTCOME_OK)
		print_closing(asked, closing, &look);
	if (term.tty && rows->count == 0)
		printf("%s\n", T("nothing there"));
	if (answer_value(closing, "next").len > 0)
		complain(T("there is more: next=%.*s"),
		    SPAN_ARGS(answer_value(closing, "next")));
}

/* A warning is for people, and no row of what was asked for. */
static void
on_row(void *arg, const struct answer *row, struct span line)
{
	if (row->word[0].len == 0 && answer_value(row, "warning").len > 0 &&
	    answer_value(row, "text").len > 0)
		warning_say(row);
	else
		rows_add(arg, row, line);
}

/* A whole plan, whose lines are of many kinds. */
static bool
is_summary(const struct asked *asked)
{
	return strcmp(asked->view->name, "plan show") == 0 &&
	    asked_value(asked, "limit") == NULL &&
	    asked_value(asked, "next") == NULL;
}

enum outcome
view_ask(struct rota *rota, const struct options *options, struct asked *asked)
{
	struct rows rows;
	struct reader reader = {.on_row = on_row, .arg = &rows};
	enum outcome outcome;

	if (options->format == FORMAT_JSON)
		return ask_json(rota, asked);
	if (options->format == FORMAT_TABLE && is_summary(asked))
		return plan_tell(rota, options, asked);
	if (options->format == FORMAT_TABLE && !options->wide &&
	    strcmp(asked->view->name, "plan repair") == 0)
		return plan_repair_tell(rota, options, asked);
	if (options->format == FORMAT_TABLE && !options->wide &&
	    strcmp(asked->view->name, "plan explain") == 0)
		return plan_explain_tell(rota, options, asked);
	if (rows_init(&rows) != 0)
		return OUTCOME_FAIL;
	outcome = view_fetch(rota, asked, &reader);
	/* a refusal may tell line by line what is refused */
	if (outcome == OUTCOME_OK ||
	    (rows.count > 0 && rota->session != NULL &&
		session_closing(rota->session) != NULL))
		print_answer(rota, &rows, options, asked);
	if (outcome == OUTCOME_OK && options->format == FORMAT_TABLE &&
	    is_lines(asked))
		(void)moves_print(rota, &rows, SIZE_MAX);
	if (rows.failed) {
		complain("%s", T("the temporary file could not be written"));
		outcome = OUTCOME_FAIL;
	}
	rows_fini(&rows);
	return outcome;
}
