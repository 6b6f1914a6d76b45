/* SPDX-License-Identifier: ISC */
/*
 * prompt: lines typed at a terminal, with history and completion by libedit.
 *
 * The history is kept in a file that nobody else may read, and no line that
 * holds a code or token goes into it.
 */
#include "tools/rota/script.h"

#include "daemon/base/mem.h"
#include "tools/rota/complete.h"
#include "tools/rota/quote.h"
#include "tools/rota/term.h"

#include <histedit.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HISTORY_LINES = 1000, SHOWN_MAX = 60 };

struct prompt {
	struct rota *rota;
	EditLine *edit;
	History *history;
	char *path; /* of the history; NULL: kept nowhere */
	struct candidates candidates;
	bool abandoned; /* the line is to be thrown away */
};

static char *
prompt_text(EditLine *edit UNUSED)
{
	static char text[] = "rota> ";

	return text;
}

/* ----- completion ----- */

static void
list_candidates(const struct candidates *candidates)
{
	struct term term;
	size_t shown =
	    candidates->count < SHOWN_MAX ? candidates->count : SHOWN_MAX;

	term_look(&term, STDOUT_FILENO, COLOUR_AUTO);
	putchar('\n');
	for (size_t i = 0; i < shown; i++) {
		const struct candidate *each = &candidates->at[i];

		fputs(each->text, stdout);
		if (each->label != NULL)
			printf("  %s%s%s\n", term_style(&term, STYLE_DIM),
			    each->label, term_style(&term, STYLE_PLAIN));
		else
			fputs(i + 1 < shown ? "  " : "\n", stdout);
	}
	if (shown < candidates->count)
		printf(T("... and %zu more\n"), candidates->count - shown);
	fflush(stdout);
}

/* Puts in what is sure; whether anything was. */
static bool
insert(EditLine *edit, const struct candidates *candidates, const char *word)
{
	const char *first = candidates->at[0].text;
	size_t common = candidates_common(candidates), len = strlen(word);
	char *text;
	bool done, add_blank;

	/* found by its name: the code takes the place of what was typed */
	if (candidates->count == 1 && strncmp(first, word, len) != 0) {
		el_deletestr(edit, (int)len);
		word = "";
		len = 0;
	}
	add_blank = candidates->count == 1 && first[common - 1] != '=';
	if (common < len || strncmp(first, word, len) != 0)
		return false;
	text = xasprintf(
	    "%.*s%s", (int)(common - len), first + len, add_blank ? " " : "");
	done = *text != '\0';
	if (done)
		(void)el_insertstr(edit, text);
	free(text);
	return done;
}

/* The words up to the cursor; the last one, maybe empty, at *last. */
static int
words_so_far(struct words *words, const char *line, char *empty, char ***last)
{
	size_t len = strlen(line);
	bool new_word =
	    len == 0 || line[len - 1] == ' ' || line[len - 1] == '\t';

	if (words_split(words, line) != 0 ||
	    words->count >= QUOTE_WORDS_MAX - 1)
		return 0;
	if (new_word && !words->open) {
		words->at[words->count++] = empty;
		words->at[words->count] = NULL;
	}
	*last = &words->at[words->count - 1];
	return words->count - 1;
}

static unsigned char
on_complete(EditLine *edit, int ch UNUSED)
{
	const LineInfo *info = el_line(edit);
	char *line, empty[] = "", **last = NULL;
	unsigned char answer = CC_REFRESH;
	struct prompt *prompt;
	struct words words;
	int count;

	if (el_get(edit, EL_CLIENTDATA, &prompt) != 0)
		return CC_ERROR;
	line = xstrndup(info->buffer, (size_t)(info->cursor - info->buffer));
	count = words_so_far(&words, line, empty, &last);
	if (count > 0)
		complete_words(
		    prompt->rota, words.at + 1, count, &prompt->candidates);
	if (count == 0 || prompt->candidates.count == 0) {
		answer = CC_REFRESH_BEEP;
	} else if (!insert(edit, &prompt->candidates, *last) &&
	    prompt->candidates.count > 1) {
		list_candidates(&prompt->candidates);
		answer = CC_REDISPLAY;
	}
	candidates_fini(&prompt->candidates);
	words_fini(&words);
	free(line);
	return answer;
}

/* ----- history ----- */

static void
remember(struct prompt *prompt, const char *line)
{
	HistEvent event;
	mode_t mask;

	if (strspn(line, " \t\r\n") == strlen(line) || !script_is_public(line))
		return;
	(void)history(prompt->history, &event, H_ENTER, line);
	if (prompt->path == NULL)
		return;
	mask = umask(077);
	(void)history(prompt->history, &event, H_SAVE, prompt->path);
	(void)umask(mask);
}

static void
open_history(struct prompt *prompt)
{
	HistEvent event;

	prompt->history = history_init();
	if (prompt->history == NULL)
		abort(); /* no memory */
	(void)history(prompt->history, &event, H_SETSIZE, HISTORY_LINES);
	(void)history(prompt->history, &event, H_SETUNIQUE, 1);
	prompt->path = state_path("history");
	if (prompt->path != NULL && private_folder(prompt->path) != 0) {
		free(prompt->path);
		prompt->path = NULL;
	}
	if (prompt->path != NULL)
		(void)history(prompt->history, &event, H_LOAD, prompt->path);
}

/* ----- lines ----- */

/* Ctrl-C: what is typed is given up, as shells do. */
static unsigned char
on_abandon(EditLine *edit, int ch UNUSED)
{
	struct prompt *prompt;

	if (el_get(edit, EL_CLIENTDATA, &prompt) != 0)
		return CC_ERROR;
	prompt->abandoned = true;
	fputs("^C\n", stdout);
	return CC_NEWLINE;
}

static unsigned char
on_suspend(EditLine *edit, int ch UNUSED)
{
	(void)el_set(edit, EL_PREP_TERM, 0);
	(void)raise(SIGTSTP);
	(void)el_set(edit, EL_PREP_TERM, 1);
	return CC_REDISPLAY;
}

/* The next line; NULL at the end. */
static const char *
read_line(struct prompt *prompt)
{
	const char *line;
	int len;

	do {
		prompt->abandoned = false;
		/* before the prompt, so that whoever sees it can type */
		(void)el_set(prompt->edit, EL_PREP_TERM, 1);
		line = el_gets(prompt->edit, &len);
	} while (prompt->abandoned);
	return line != NULL && len > 0 ? line : NULL;
}

/* Ctrl-C while a command runs ends the command, not us: it comes as a
 * descriptor that waiting for the daemon looks at too. */
static void
catch_interrupts(struct prompt *prompt, sigset_t *before)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, before);
	prompt->rota->interrupt =
	    signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (prompt->rota->interrupt == -1)
		abort();
}

/* One that came before is not meant for this command. */
static void
forget_interrupts(int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == sizeof(info))
		continue;
}

static void
open_edit(struct prompt *prompt)
{
	prompt->edit = el_init("rota", stdin, stdout, stderr);
	if (prompt->edit == NULL)
		abort();
	(void)el_set(prompt->edit, EL_CLIENTDATA, prompt);
	(void)el_set(prompt->edit, EL_PROMPT, prompt_text);
	(void)el_set(prompt->edit, EL_EDITOR, "emacs");
	(void)el_set(prompt->edit, EL_SIGNAL, 1);
	(void)el_set(prompt->edit, EL_HIST, history, prompt->history);
	/* wide, since the narrow one leaks the names */
	(void)el_wset(prompt->edit, EL_ADDFN, L"rota-complete",
	    L"complete a word", on_complete);
	(void)el_set(prompt->edit, EL_BIND, "^I", "rota-complete", NULL);
	(void)el_set(prompt->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
	/* a key as any other while a line is typed; a signal while we work */
	(void)el_set(prompt->edit, EL_SETTY, "-d", "-isig", NULL);
	(void)el_wset(prompt->edit, EL_ADDFN, L"rota-abandon",
	    L"give up the line", on_abandon);
	(void)el_set(prompt->edit, EL_BIND, "^C", "rota-abandon", NULL);
	(void)el_wset(prompt->edit, EL_ADDFN, L"rota-suspend",
	    L"stop until continued", on_suspend);
	(void)el_set(prompt->edit, EL_BIND, "^Z", "rota-suspend", NULL);
	(void)el_source(prompt->edit, NULL);
}

enum outcome
prompt_run(struct rota *rota)
{
	struct prompt *prompt = xcalloc(1, sizeof(*prompt));
	enum outcome outcome = OUTCOME_OK;
	const char *line;
	bool quit = false;
	sigset_t before;

	prompt->rota = rota;
	catch_interrupts(prompt, &before);
	open_history(prompt);
	open_edit(prompt);
	printf(T("rota %s: \"help\" lists the commands, the tabulator "
		 "completes, \"quit\" ends\n"),
	    PACKAGE_VERSION);
	if (rota_session(rota, &outcome) != NULL)
		printf(T("connected to %s\n"), rota_server(rota));
	while (!quit && (line = read_line(prompt)) != NULL) {
		char *copy = xstrdup(line);

		copy[strcspn(copy, "\r\n")] = '\0';
		remember(prompt, copy);
		forget_interrupts(rota->interrupt);
		outcome = script_line(rota, copy, &quit);
		free(copy);
	}
	if (!quit)
		putchar('\n');
	(void)close(rota->interrupt);
	rota->interrupt = -1;
	rota_hang_up(rota);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	el_end(prompt->edit);
	history_end(prompt->history);
	free(prompt->path);
	free(prompt);
	return OUTCOME_OK;
}
