/* SPDX-License-Identifier: ISC */
/* quote: see quote.h. */
#include "tools/rota/quote.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Copies what stands in quotes; *line stands behind the closing one. */
static char *
copy_quoted(struct words *words, const char **line, char *to)
{
	char quote = *(*line)++;

	while (**line != '\0' && **line != quote) {
		if (quote == '"' && **line == '\\' &&
		    ((*line)[1] == '"' || (*line)[1] == '\\'))
			(*line)++;
		*to++ = *(*line)++;
	}
	if (**line == '\0')
		words->open = true;
	else
		(*line)++;
	return to;
}

static char *
copy_word(struct words *words, const char **line, char *to)
{
	while (**line != '\0' && !is_blank(**line)) {
		if (**line == '"' || **line == '\'') {
			to = copy_quoted(words, line, to);
			continue;
		}
		if (**line == '\\' && (*line)[1] != '\0')
			(*line)++;
		*to++ = *(*line)++;
	}
	*to++ = '\0';
	return to;
}

int
words_split(struct words *words, const char *line)
{
	char *to;

	words->count = 1;
	words->open = false;
	words->text = to = xmalloc(2 * strlen(line) + sizeof("rota") + 1);
	memcpy(to, "rota", sizeof("rota"));
	words->at[0] = to;
	to += sizeof("rota");
	for (;;) {
		while (is_blank(*line))
			line++;
		if (*line == '\0' || *line == '#')
			break;
		if (words->count == QUOTE_WORDS_MAX)
			return -1;
		words->at[words->count++] = to;
		to = copy_word(words, &line, to);
	}
	words->at[words->count] = NULL;
	return 0;
}

void
words_fini(struct words *words)
{
	free(words->text);
	words->text = NULL;
	words->count = 0;
}
