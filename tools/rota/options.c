/* SPDX-License-Identifier: ISC */
/* options: see options.h. */
#include "tools/rota/options.h"

#include "proto/span.h"
#include "tools/rota/words.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* The letter, or a number beyond letters for what has only a long name. */
enum {
	OPTION_ADOPT = 256,
	OPTION_ALL,
	OPTION_CA,
	OPTION_COLOUR,
	OPTION_COMMUNES,
	OPTION_COMPLETE,
	OPTION_CSV,
	OPTION_IGNORE,
	OPTION_JSON,
	OPTION_NO_TLS,
	OPTION_TIMEOUT,
	OPTION_TLS
};

static const struct {
	int letter;
	const char *name, *value; /* NULL: takes none */
	const char *text;         /* NULL: not for people */
	bool of_connection;
} table[] = {
    {'s', "server", N("ADDRESS"),
	N("HOST:PORT, [IPV6]:PORT or the path of a socket"), true},
    {'P', "profile", N("NAME"), N("another profile file"), true},
    {'t', "token-file", N("FILE"), N("file with the token"), true},
    {OPTION_TLS, "tls", NULL, N("TLS, also on this machine"), true},
    {OPTION_NO_TLS, "no-tls", NULL, N("no TLS, also beyond this machine"),
	true},
    {OPTION_CA, "ca", N("FILE"),
	N("authorities to trust instead of the "
	  "system's"),
	true},
    {OPTION_TIMEOUT, "timeout", N("SECONDS"), N("patience with the daemon"),
	true},
    {'k', "keep-going", NULL, N("a script goes on after a failure"), true},
    {OPTION_JSON, "json", NULL, N("answer as JSON"), false},
    {OPTION_CSV, "csv", NULL, N("answer as CSV"), false},
    {'w', "wide", NULL, N("nothing hidden or shortened"), false},
    {OPTION_COLOUR, "color", N("WHEN"), N("auto, always or never"), false},
    {'n', "dry-run", NULL, N("judge a change and do nothing"), false},
    {'q', "quiet", NULL, N("say nothing about what went well"), false},
    {OPTION_ADOPT, "adopt", NULL,
	N("plan repair: do what it says, and publish it"), false},
    {OPTION_ALL, "all-or-nothing", NULL, N("import: one unit"), false},
    {OPTION_IGNORE, "ignore-unknown", NULL,
	N("import: pass over columns that nobody knows"), false},
    {OPTION_COMMUNES, "communes", N("FILE"),
	N("import: refuse communes that are not in it"), false},
    {'h', "help", NULL, N("what a command takes"), false},
    {'V', "version", NULL, N("the version"), true},
    {OPTION_COMPLETE, "complete", NULL, NULL, true},
};

void
options_init(struct options *options)
{
	*options = (struct options){.timeout_s = TIMEOUT_DEFAULT};
}

static int
set_timeout(struct options *options, const char *text)
{
	uint64_t seconds;

	if (!span_to_u64(span_of(text), TIMEOUT_MAX, &seconds) ||
	    seconds == 0) {
		complain(T("--timeout is a number of seconds, 1 to %d"),
		    TIMEOUT_MAX);
		return -1;
	}
	options->timeout_s = (int)seconds;
	return 0;
}

static int
set_colour(struct options *options, const char *text)
{
	if (strcmp(text, "auto") == 0)
		options->colour = COLOUR_AUTO;
	else if (strcmp(text, "always") == 0)
		options->colour = COLOUR_ALWAYS;
	else if (strcmp(text, "never") == 0)
		options->colour = COLOUR_NEVER;
	else {
		complain("%s", T("--color is auto, always or never"));
		return -1;
	}
	return 0;
}

static int
set_connection(struct options *options, int option, const char *value)
{
	switch (option) {
	case 's':
		options->server = value;
		break;
	case 'P':
		options->profile = value;
		break;
	case 't':
		options->token_file = value;
		break;
	case 'k':
		options->keep_going = true;
		break;
	case 'V':
		options->version = true;
		break;
	case OPTION_TLS:
		options->tls = TLS_YES;
		break;
	case OPTION_NO_TLS:
		options->tls = TLS_NO;
		break;
	case OPTION_CA:
		options->ca = value;
		break;
	case OPTION_COMPLETE:
		options->complete = true;
		break;
	case OPTION_TIMEOUT:
		return set_timeout(options, value);
	default:
		return 1;
	}
	return 0;
}

static int
set(struct options *options, int option, const char *value)
{
	switch (option) {
	case OPTION_JSON:
		options->format = FORMAT_JSON;
		break;
	case OPTION_CSV:
		options->format = FORMAT_CSV;
		break;
	case 'w':
		options->wide = true;
		break;
	case 'n':
		options->dry_run = true;
		break;
	case 'q':
		options->quiet = true;
		break;
	case 'h':
		options->help = true;
		break;
	case OPTION_ADOPT:
		options->adopt = true;
		break;
	case OPTION_ALL:
		options->all_or_nothing = true;
		break;
	case OPTION_IGNORE:
		options->ignore_unknown = true;
		break;
	case OPTION_COMMUNES:
		options->communes = value;
		break;
	case OPTION_COLOUR:
		return set_colour(options, value);
	default:
		return -1; /* getopt has complained */
	}
	return 0;
}

/* For getopt_long: the table's own form, and the letters. */
static void
getopt_tables(struct option *options, char *letters)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		bool value = table[i].value != NULL;

		options[i] = (struct option){table[i].name,
		    value ? required_argument : no_argument, NULL,
		    table[i].letter};
		if (table[i].letter >= OPTION_ADOPT)
			continue;
		*letters++ = (char)table[i].letter;
		if (value)
			*letters++ = ':';
	}
	options[i] = (struct option){NULL, 0, NULL, 0};
	*letters = '\0';
}

int
options_read(
    struct options *options, int argc, char **argv, bool line, int *first)
{
	struct option longs[ARRAY_SIZE(table) + 1];
	char letters[2 * ARRAY_SIZE(table) + 1];
	int option, known;

	getopt_tables(longs, letters);
	optind = 0; /* glibc: forget the line before */
	while ((option = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		known = set_connection(options, option, optarg);
		if (known == 0 && line) {
			complain("%s",
			    T("options of the connection stand on the "
			      "command line only"));
			return -1;
		}
		if (known == 1)
			known = set(options, option, optarg);
		if (known != 0)
			return -1;
	}
	*first = optind;
	return 0;
}

bool
options_name(size_t i, char *name, size_t size)
{
	if (i >= ARRAY_SIZE(table))
		return false;
	(void)snprintf(name, size, "--%s%s", table[i].name,
	    table[i].value != NULL ? "=" : "");
	return true;
}

void
options_help(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		char name[64], letter[4] = "  ";
		const char *value = table[i].value;

		if (table[i].text == NULL)
			continue;
		if (table[i].letter < OPTION_ALL)
			(void)snprintf(
			    letter, sizeof(letter), "-%c", table[i].letter);
		(void)snprintf(name, sizeof(name), "--%s%s%s", table[i].name,
		    value != NULL ? "=" : "", value != NULL ? T(value) : "");
		printf("  %s %-24s %s\n", letter, name, T(table[i].text));
	}
}
