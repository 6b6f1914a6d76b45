/* SPDX-License-Identifier: ISC */
/* refusal: see refusal.h. */
#include "tools/rota/refusal.h"

#include "proto/limits.h"
#include "proto/out.h"
#include "tools/rota/words.h"

#include <string.h>

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

		if (value.len > 0)
			fprintf(stderr, T("  %s: %.*s\n"), T(more[i].label),
			    SPAN_ARGS(value));
	}
}

static bool
has_figures(const struct answer *closing, const char *const without[])
{
	for (unsigned i = 0; i < closing->count; i++)
		if (!is_listed(closing->pairs[i].key, without))
			return true;
	return false;
}

void
refusal_say(const struct answer *closing, const char *where)
{
	static const char *const told[] = {"text", "what", "expected", "source",
	    "remedy", "retry", "line", "cursor", NULL};

	if (span_is(closing->word[0], "ok"))
		return;
	fflush(stdout);
	fprintf(stderr, "rota: ");
	if (where != NULL)
		fprintf(stderr, "%s: ", where);
	refusal_print(stderr, closing);
	fputc('\n', stderr);
	say_more(closing);
	if (has_figures(closing, told)) {
		fprintf(stderr, T("  %s: "), T("figures"));
		pairs_print(stderr, closing, told);
		fputc('\n', stderr);
	}
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

	fflush(stdout);
	fprintf(stderr, T("rota: warning (%.*s): %.*s\n"),
	    SPAN_ARGS(answer_value(row, "warning")),
	    SPAN_ARGS(answer_value(row, "text")));
	say_more(row);
	if (has_figures(row, told)) {
		fprintf(stderr, T("  %s: "), T("figures"));
		pairs_print(stderr, row, told);
		fputc('\n', stderr);
	}
}
