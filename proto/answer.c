/* SPDX-License-Identifier: ISC */
/* answer: reads a server's line, for clients and tests. */
#include "proto/request.h"

#include "proto/lex.h"

static bool
take_marker(struct answer *answer, struct lex *lex)
{
	char c;

	if (!lex_more(lex))
		return false;
	c = lex->line.ptr[lex->at];
	if (c != '*' && c != '!')
		return true;
	answer->marker = c;
	lex->at++;
	return lex_at_gap(lex) && lex_more(lex);
}

static bool
is_key(struct span word)
{
	size_t i;
	char c;

	for (i = 0; i < word.len; i++) {
		c = word.ptr[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-')
			return false;
	}
	return word.len > 0;
}

/* A word or a key=value. */
static bool
take_item(struct answer *answer, struct lex *lex, unsigned *words)
{
	struct span word = lex_word(lex, '=');
	struct answer_pair *pair;

	if (lex_at_gap(lex)) {
		if (*words == PROTO_WORDS || !lex_is_made_of(word, "-"))
			return false;
		answer->word[(*words)++] = word;
		return true;
	}
	if (answer->count == PROTO_PAIRS_MAX || !is_key(word))
		return false;
	lex->at++;
	pair = &answer->pairs[answer->count++];
	pair->key = word;
	return lex_value(lex, answer->scratch, &answer->used, &pair->value) ==
	    NULL;
}

/* Whether the words are where the kind of line has them. */
static bool
words_fit(const struct answer *answer, unsigned words, bool word_first)
{
	const struct span class = answer->word[0];

	if (answer->marker == '*')
		return true;
	if (answer->marker == '!')
		return words == 1 && word_first;
	if (words == 0 || !word_first)
		return false;
	if (span_is(class, "ok"))
		return words == 1;
	return words == 2 &&
	    (span_is(class, "bad") || span_is(class, "no") ||
		span_is(class, "fail"));
}

static void
clear(struct answer *answer)
{
	answer->tag = (struct span){NULL, 0};
	answer->marker = 0;
	answer->word[0] = answer->word[1] = (struct span){NULL, 0};
	answer->count = 0;
	answer->used = 0;
}

/* Words and pairs, up to the end of the line. */
static bool
take_items(struct answer *answer, struct lex *lex)
{
	unsigned words = 0, leading = 0;

	while (lex_more(lex)) {
		if (!take_item(answer, lex, &words))
			return false;
		if (answer->count == 0)
			leading = words;
	}
	if (words + answer->count == 0)
		return false;
	return words_fit(answer, words, leading == words);
}

static bool
fits(struct span line)
{
	return line.len <= PROTO_LINE_MAX && lex_line_length(line) == line.len;
}

bool
answer_parse(struct answer *answer, struct span line)
{
	struct lex lex = {line, 0};

	clear(answer);
	return fits(line) && lex_tag(&lex, &answer->tag) &&
	    take_marker(answer, &lex) && take_items(answer, &lex);
}

bool
answer_parse_data(struct answer *answer, struct span items)
{
	struct lex lex = {items, 0};

	clear(answer);
	answer->marker = '*';
	return fits(items) && take_items(answer, &lex);
}

struct span
answer_value(const struct answer *answer, const char *key)
{
	unsigned i;

	for (i = 0; i < answer->count; i++) {
		if (span_is(answer->pairs[i].key, key))
			return answer->pairs[i].value;
	}
	return (struct span){NULL, 0};
}
