/* SPDX-License-Identifier: ISC */
/* refusal: see refusal.h. */
#include "tools/rota/refusal.h"

#include "daemon/base/mem.h"
#include "proto/limits.h"
#include "proto/out.h"
#include "tools/rota/para.h"
#include "tools/rota/words.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INDENT = 4 };

static bool
is_listed(struct span key, const char *const list[])
{
	for (; *list != NULL; list++)
		if (span_is(key, *list))
			return true;
	return false;
}

void
pairs_print(
    FILE *stream, const struct answer *line, const char *const without[])
{
	char text[2 * PROTO_LINE_MAX];
	struct out out = OUT(text);

	for (unsigned i = 0; i < line->count; i++) {
		char key[PROTO_WORD_MAX + 1];

		if (is_listed(line->pairs[i].key, without))
			continue;
		span_copy(line->pairs[i].key, key, sizeof(key));
		out_key_value(&out, key, line->pairs[i].value);
	}
	if (out.len > 0) /* without the first blank */
		(void)fwrite(text + 1, 1, out.len - 1, stream);
}

bool
pairs_any(const struct answer *line, const char *const without[])
{
	for (unsigned i = 0; i < line->count; i++)
		if (!is_listed(line->pairs[i].key, without))
			return true;
	return false;
}

static const char *class_text(struct span class)
{
	if (span_is(class, "no"))
		return T("refused");
	if (span_is(class, "bad"))
		return T("not understood");
	return T("failed");
}

void
refusal_print(FILE *stream, const struct answer *closing)
{
	struct span text = answer_value(closing, "text");
	struct span what = answer_value(closing, "what");

	fprintf(stream, "%s (%.*s)", class_text(closing->word[0]),
	    SPAN_ARGS(closing->word[1]));
	if (text.len > 0)
		fprintf(stream, T(": %.*s"), SPAN_ARGS(text));
	if (what.len > 0)
		fprintf(stream, T(": %.*s"), SPAN_ARGS(what));
}

/* In lines of the terminal's width. */
static void
say(const char *head, struct span text)
{
	struct term term;

	term_look(&term, STDERR_FILENO, COLOUR_NEVER);
	para_print(stderr, &term, head, text, INDENT);
}

static void
say_more(const struct answer *closing)
{
	static const struct {
		const char *key, *label;
	} more[] = {
	    {"expected", N("expected")},
	    {"source", N("source")},
	    {"remedy", N("remedy")},
	};

	for (size_t i = 0; i < ARRAY_SIZE(more); i++) {
		struct span value = answer_value(closing, more[i].key);
		char *head;

		if (value.len == 0)
			continue;
		head = xasprintf(T("  %s: "), T(more[i].label));
		say(head, value);
		free(head);
	}
}

static void
say_figures(const struct answer *line, const char *const without[])
{
	FILE *stream;
	char *head, *text;
	size_t len;

	if (!pairs_any(line, without))
		return;
	stream = open_memstream(&text, &len);
	if (stream == NULL)
		abort();
	pairs_print(stream, line, without);
	(void)fclose(stream);
	head = xasprintf(T("  %s: "), T("figures"));
	say(head, (struct span){text, len});
	free(head);
	free(text);
}

void
refusal_say(const struct answer *closing, const char *where)
{
	static const char *const told[] = {"text", "what", "expected", "source",
	    "remedy", "retry", "line", "cursor", "column", NULL};
	FILE *stream;
	char *text;
	size_t len;

	if (span_is(closing->word[0], "ok"))
		return;
	fflush(stdout);
	stream = open_memstream(&text, &len);
	if (stream == NULL)
		abort();
	if (where != NULL)
		fprintf(stream, "%s: ", where);
	refusal_print(stream, closing);
	(void)fclose(stream);
	say("rota: ", (struct span){text, len});
	free(text);
	say_more(closing);
	say_figures(closing, told);
	if (span_is(answer_value(closing, "retry"), "yes"))
		fprintf(stderr, "  %s\n",
		    T("the same may succeed later; a write under way may have "
		      "been done"));
}

void
warning_say(const struct answer *row)
{
	static const char *const told[] = {
	    "warning", "text", "source", "remedy", NULL};
	char *head;

	fflush(stdout);
	head = xasprintf(T("rota: warning (%.*s): "),
	    SPAN_ARGS(answer_value(row, "warning")));
	say(head, answer_value(row, "text"));
	free(head);
	say_more(row);
	say_figures(row, told);
}
