/* SPDX-License-Identifier: ISC */
/* screen: see screen.h. */
#include "tools/rota/screen.h"

#include "daemon/base/mem.h"
#include "tools/rota/view.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A terminal that can go back to its first line. */
static bool
can_draw(void)
{
	const char *name = getenv("TERM");

	return isatty(STDOUT_FILENO) == 1 && name != NULL && *name != '\0' &&
	    strcmp(name, "dumb") != 0;
}

void
screen_init(struct screen *screen, const struct asked *watched,
    const struct options *options)
{
	static const char *const keys[] = {"site", "physician", "territory"};

	memset(screen, 0, sizeof(*screen));
	if (options->format != FORMAT_TABLE || options->wide || !can_draw())
		return;
	screen->view = xmalloc(sizeof(*screen->view));
	if (!verbs_known("week", screen->view))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *value = asked_value(watched, keys[i]);

		if (value == NULL ||
		    verb_key_find(screen->view, keys[i]) == NULL)
			continue;
		screen->key = xasprintf("%s", keys[i]);
		screen->value = xasprintf("%s=%s", keys[i], value);
		screen->wanted = screen->stale = true;
		return;
	}
}

void
screen_fini(struct screen *screen)
{
	free(screen->view);
	free(screen->key);
	free(screen->value);
	memset(screen, 0, sizeof(*screen));
}

/* The heading: what is watched, and when it was read. */
static void
print_heading(
    FILE *stream, const struct screen *screen, const struct term *term)
{
	time_t now = time(NULL);
	struct tm local;
	char clock[16];

	(void)localtime_r(&now, &local);
	(void)strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	fprintf(stream, T("%s%s%s, as of %s; Ctrl-C ends\n\n"),
	    term_style(term, STYLE_BOLD), screen->value,
	    term_style(term, STYLE_PLAIN), clock);
}

static void
draw(const struct screen *screen, struct rows *rows,
    const struct options *options, const struct asked *asked)
{
	struct term term;
	struct table_look look = {&term, false, NULL, NULL};
	char *text = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&text, &len);

	if (stream == NULL)
		abort();
	term_look(&term, STDOUT_FILENO, options->colour);
	/* home, and wiped from there on, in one write: no flicker */
	fputs("\033[H\033[J", stream);
	print_heading(stream, screen, &term);
	view_of("week")(stream, rows, &look, asked);
	fclose(stream);
	(void)fwrite(text, 1, len, stdout);
	fflush(stdout);
	free(text);
}

enum outcome
screen_draw(struct screen *screen, struct rota *rota,
    const struct options *options, const struct reader *reader)
{
	char *words[1] = {screen->value};
	struct reader both;
	struct asked asked;
	struct rows rows;
	enum outcome outcome =
	    asked_build(&asked, screen->view, NULL, words, 1);

	screen->stale = false;
	if (outcome != OUTCOME_OK || rows_init(&rows) != 0)
		return OUTCOME_USAGE;
	both = rows_reader(&rows);
	both.on_push = reader->on_push;
	both.push_arg = reader->push_arg;
	outcome = view_fetch(rota, &asked, &both);
	if (outcome == OUTCOME_OK)
		draw(screen, &rows, options, &asked);
	else if (outcome != OUTCOME_FAIL)
		screen->wanted = false; /* lines will do */
	rows_fini(&rows);
	return outcome;
}
