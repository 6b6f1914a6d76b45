/* SPDX-License-Identifier: ISC */
/* usage: see usage.h. */
#include "tools/rota/usage.h"

#include "tools/rota/command.h"
#include "tools/rota/table.h"
#include "tools/rota/words.h"

#include <stdio.h>
#include <unistd.h>

enum { NAME_WIDTH = 20, COMMAND_WIDTH = 32, INDENT = 8, LINE_WIDTH = 79 };

static void
print_keys(FILE *stream, const struct verb_view *view)
{
	size_t at = INDENT + text_width(span_of(view->name));

	fputs(view->name, stream);
	for (size_t i = 0; i < view->count; i++) {
		const struct verb_key *key = &view->keys[i];
		char text[PROTO_WORD_MAX + 4];
		size_t len;

		(void)snprintf(text, sizeof(text),
		    key->required ? "%s=" : "[%s=]", key->name);
		len = span_of(text).len;
		if (at + 1 + len > LINE_WIDTH) {
			fprintf(stream, "\n%*s", INDENT + 4, "");
			at = INDENT + 4;
		}
		fprintf(stream, " %s", text);
		at += 1 + len;
	}
	putc('\n', stream);
}

void
usage_short(const struct verb_view *view)
{
	fprintf(stderr, T("usage: rota "));
	print_keys(stderr, view);
}

void
usage_verb(const struct verb_view *view)
{
	printf("%s", T("usage: rota "));
	print_keys(stdout, view);
	if (view->is_known)
		printf("\n%s.\n", T(verb_info(view->verb)->summary));
	putchar('\n');
	for (size_t i = 0; i < view->count; i++) {
		const struct verb_key *key = &view->keys[i];

		fputs("  ", stdout);
		field_print(stdout, span_of(key->name), NAME_WIDTH, false);
		printf("%s%s\n", key->expected,
		    key->required ? T(", needed") : "");
	}
}

static void
print_summary(const char *name, size_t width, const char *summary)
{
	fputs("  ", stdout);
	field_print(stdout, span_of(name), width, false);
	printf("  %s\n", summary);
}

void
usage_all(void)
{
	const struct command *commands;
	size_t count = command_table(&commands);

	printf("%s\n",
	    T("usage: rota [options] COMMAND [WORD...] [KEY=VALUE...]\n"
	      "       rota [options]            a prompt; or a script on "
	      "standard input\n"
	      "\nCommands:"));
	for (size_t i = 0; i < count; i++)
		if (commands[i].summary != NULL)
			print_summary(T(commands[i].usage), COMMAND_WIDTH,
			    T(commands[i].summary));
	printf("\n%s\n",
	    T("Verbs of the daemon, with KEY=VALUE (rota help VERB tells "
	      "which):"));
	for (int verb = 0; verb < VERB_COUNT; verb++)
		print_summary(verb_info((enum verb)verb)->name, NAME_WIDTH,
		    T(verb_info((enum verb)verb)->summary));
	printf("\n%s\n", T("Options:"));
	options_help();
}
