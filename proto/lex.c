/* SPDX-License-Identifier: ISC */
/* lex: the tokens of a line. */
#include "proto/lex.h"

#include "proto/limits.h"

#include <string.h>

/* What a bare value ends at: a blank, or what stands within quotes only. */
enum { BLANK = 1, QUOTING = 2 };
static const unsigned char ends[256] = {
    [' '] = BLANK, ['\t'] = BLANK, ['"'] = QUOTING, ['\\'] = QUOTING};

static bool
is_blank(char c)
{
	return ends[(unsigned char)c] == BLANK;
}

bool
lex_more(struct lex *lex)
{
	while (lex->at < lex->line.len && is_blank(lex->line.ptr[lex->at]))
		lex->at++;
	return lex->at < lex->line.len;
}

bool
lex_at_gap(const struct lex *lex)
{
	return lex->at == lex->line.len || is_blank(lex->line.ptr[lex->at]);
}

struct span
lex_word(struct lex *lex, char stop)
{
	const struct span line = lex->line;
	size_t start = lex->at, at = start;

	while (at < line.len && !is_blank(line.ptr[at]) && line.ptr[at] != stop)
		at++;
	lex->at = at;
	return (struct span){line.ptr + start, at - start};
}

bool
lex_tag(struct lex *lex, struct span *tag)
{
	struct span word;
	size_t start;

	if (!lex_more(lex) || lex->line.ptr[lex->at] != '#')
		return true;
	start = lex->at++;
	word = lex_word(lex, ' ');
	if (word.len == 0 || word.len > PROTO_TAG_MAX ||
	    !lex_is_made_of(word, "._:-")) {
		lex->at = start;
		return false;
	}
	*tag = word;
	return true;
}

static const char *
bare_value(struct lex *lex, struct span *out)
{
	const struct span line = lex->line;
	size_t start = lex->at, at = start;

	while (at < line.len && ends[(unsigned char)line.ptr[at]] == 0)
		at++;
	lex->at = at;
	if (!lex_at_gap(lex))
		return "a value in double quotes";
	if (at == start)
		return "a value; the empty one is \"\"";
	*out = (struct span){line.ptr + start, at - start};
	return NULL;
}

/* The byte that \c stands for: false when there is no such escape. */
static bool
unescape(char c, char *out)
{
	switch (c) {
	case '"':
	case '\\':
		*out = c;
		return true;
	case 'n':
		*out = '\n';
		return true;
	case 't':
		*out = '\t';
		return true;
	default:
		return false;
	}
}

/*
 * Reads on from the first escape of a quoted value, whose bytes before it are
 * already in scratch, to the closing quote.
 */
static const char *
escaped_value(struct lex *lex, char *scratch, size_t *len)
{
	const struct span line = lex->line;
	char c;

	for (; lex->at < line.len && line.ptr[lex->at] != '"'; lex->at++) {
		c = line.ptr[lex->at];
		if (c == '\\') {
			if (lex->at + 1 == line.len ||
			    !unescape(line.ptr[lex->at + 1], &c))
				return "one of \\\" \\\\ \\n \\t";
			lex->at++;
		}
		scratch[(*len)++] = c;
	}
	return NULL;
}

static const char *
quoted_value(struct lex *lex, char *scratch, size_t *used, struct span *out)
{
	const struct span line = lex->line;
	size_t open = lex->at++, start = lex->at, len;
	const char *expected;

	while (lex->at < line.len && line.ptr[lex->at] != '"' &&
	    line.ptr[lex->at] != '\\')
		lex->at++;
	len = lex->at - start;
	*out = (struct span){line.ptr + start, len};
	if (lex->at < line.len && line.ptr[lex->at] == '\\') {
		memcpy(scratch + *used, line.ptr + start, len);
		out->ptr = scratch + *used;
		expected = escaped_value(lex, scratch + *used, &len);
		if (expected != NULL)
			return expected;
		out->len = len;
		*used += len;
	}
	if (lex->at == line.len) {
		lex->at = open;
		return "a closing quote";
	}
	lex->at++;
	return lex_at_gap(lex) ? NULL : "a blank after the closing quote";
}

const char *
lex_value(struct lex *lex, char *scratch, size_t *used, struct span *out)
{
	if (lex->at < lex->line.len && lex->line.ptr[lex->at] == '"')
		return quoted_value(lex, scratch, used, out);
	return bare_value(lex, out);
}

bool
lex_number(struct span text, uint64_t min, uint64_t max, int64_t *out)
{
	uint64_t number;

	if (!span_to_u64(text, max, &number) || number < min)
		return false;
	*out = (int64_t)number;
	return true;
}

bool
lex_day(struct span text, int64_t *out)
{
	int32_t day;

	if (!span_to_day(text, &day))
		return false;
	*out = day;
	return true;
}

bool
lex_yesno(struct span text, int64_t *out)
{
	bool yes = span_is(text, "yes");

	if (!yes && !span_is(text, "no"))
		return false;
	*out = yes;
	return true;
}

size_t
lex_line_length(struct span line)
{
	size_t at = 0;

	if (line.len == 0)
		return 0; /* its pointer may be NULL */
	for (;;) {
		at += span_text_length(
		    (struct span){line.ptr + at, line.len - at});
		if (at == line.len || line.ptr[at] != '\t')
			return at;
		at++;
	}
}

bool
lex_is_made_of(struct span word, const char *more)
{
	size_t i;
	char c;

	for (i = 0; i < word.len; i++) {
		c = word.ptr[i];
		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			(c >= '0' && c <= '9') ||
			(c != '\0' && strchr(more, c) != NULL)))
			return false;
	}
	return true;
}
