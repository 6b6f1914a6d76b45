/* SPDX-License-Identifier: ISC */
/* script: see script.h. */
#include "tools/rota/script.h"

#include "daemon/base/mem.h"
#include "tools/rota/command.h"
#include "tools/rota/quote.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool
is_end(const char *word)
{
	return strcmp(word, "quit") == 0 || strcmp(word, "exit") == 0;
}

enum outcome
script_line(struct rota *rota, const char *line, bool *quit)
{
	enum outcome outcome = OUTCOME_USAGE;
	struct words words;

	if (words_split(&words, line) != 0) {
		complain("%s", T("too many words"));
	} else if (words.open) {
		complain("%s", T("a quote is not closed"));
	} else if (words.count == 1) {
		outcome = OUTCOME_OK;
	} else if (words.count == 2 && is_end(words.at[1])) {
		*quit = true;
		outcome = OUTCOME_OK;
	} else {
		outcome = command_run(rota, words.count, words.at, true);
	}
	words_fini(&words);
	if (fflush(stdout) != 0) {
		/* who reads may have read enough */
		if (errno != EPIPE)
			complain(T("standard output: %s"), strerror(errno));
		outcome = OUTCOME_FAIL;
	}
	return outcome;
}

bool
script_is_public(const char *line)
{
	struct words words;
	bool public = true;

	if (words_split(&words, line) != 0)
	public = false;
	for (int i = 1; i < words.count; i++)
		if (strcmp(words.at[i], "login") == 0 ||
		    strcmp(words.at[i], "auth") == 0 ||
		    strncmp(words.at[i], "token=", 6) == 0)
	public = false;
	words_fini(&words);
	return public;
}

/* A line without its end; false at the end of the stream.  *whole is unset when
 * it does not fit. */
static bool
read_line(FILE *stream, char line[SCRIPT_LINE_MAX], bool *whole)
{
	size_t len = 0;
	int c;

	*whole = true;
	while ((c = getc(stream)) != EOF && c != '\n') {
		if (c == '\0' || len == SCRIPT_LINE_MAX - 1)
			*whole = false;
		else
			line[len++] = (char)c;
	}
	line[len] = '\0';
	return c != EOF || len > 0;
}

enum outcome
script_run(struct rota *rota, FILE *stream)
{
	char *line = xmalloc(SCRIPT_LINE_MAX);
	enum outcome first = OUTCOME_OK;
	bool quit = false, whole;
	size_t number = 0;

	while (!quit && (first == OUTCOME_OK || rota->options.keep_going) &&
	    read_line(stream, line, &whole)) {
		enum outcome outcome = OUTCOME_USAGE;

		number++;
		if (whole)
			outcome = script_line(rota, line, &quit);
		else
			complain("%s", T("the line is too long"));
		if (outcome == OUTCOME_OK)
			continue;
		complain(T("line %zu of the script failed"), number);
		if (first == OUTCOME_OK)
			first = outcome;
	}
	free(line);
	return first;
}
