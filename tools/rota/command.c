/* SPDX-License-Identifier: ISC */
/* command: see command.h. */
#include "tools/rota/command.h"

#include "tools/rota/asked.h"
#include "tools/rota/usage.h"
#include "tools/rota/view.h"

#include <stdio.h>
#include <string.h>

/* The only list of friendly commands. */
static const struct command commands[] = {
    {"week", "week", "site from", NULL, N("week SITE [DAY]"),
	N("the week of a site, as a grid")},
    {"my", "my", "from to", NULL, N("my [FROM [TO]]"), N("your own half-days")},
    {"gaps", "gaps", "territory from to", NULL, N("gaps [KEY=VALUE...]"),
	N("needs that nobody fills")},
    {"assign", "slot assign", "physician site day part", NULL,
	N("assign PHYSICIAN SITE DAY PART"), N("fill a half-day")},
    {"move", "slot move", "slot", NULL, N("move SLOT KEY=VALUE..."),
	N("change a half-day")},
    {"cancel", "slot cancel", "slot", NULL, N("cancel SLOT"),
	N("cancel a half-day")},
    {"swap", "slot swap", "slot with", NULL, N("swap SLOT SLOT"),
	N("exchange two physicians")},
    {"publish", "slot publish", "from to", NULL,
	N("publish FROM TO KEY=VALUE..."), N("announce drafts")},
    {"absent", "absence put", "physician from to", NULL,
	N("absent PHYSICIAN FROM TO"), N("a physician is away")},
    {"take", "place take", "place", NULL, N("take PLACE | slot=SLOT"),
	N("take a place")},
    {"rotate", "rotation put", NULL, NULL, N("rotate KEY=VALUE..."),
	N("a series of half-days")},
    {"plan", "plan start", "from to", command_plan,
	N("plan [FROM [TO]] [KEY=VALUE...]"),
	N("have a period filled as well as can be")},
    {"import", NULL, NULL, command_import, N("import KIND FILE"),
	N("load a CSV file")},
    {"export", NULL, NULL, command_export, N("export KIND"),
	N("print what import reads")},
    {"watch", NULL, NULL, command_watch, N("watch [KEY=VALUE...]"),
	N("see changes as they come")},
    {"login", NULL, NULL, command_login, N("login [CODE]"),
	N("turn an invitation into a token")},
    {"verbs", "help", "verb", NULL, N("verbs"),
	N("the verbs, as the daemon tells them")},
    {"help", NULL, NULL, command_help, N("help [COMMAND]"), N("what there is")},
};

size_t
command_table(const struct command **table)
{
	*table = commands;
	return ARRAY_SIZE(commands);
}

const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

/* Verbs that make no sense as a request of their own here. */
static enum outcome
check_verb(const struct verb_view *view)
{
	if (strcmp(view->name, "batch") == 0) {
		complain("%s",
		    T("\"batch\" is not for this client; see "
		      "import --all-or-nothing"));
		return OUTCOME_USAGE;
	}
	if (strcmp(view->name, "auth") == 0) {
		complain("%s",
		    T("\"auth\" is done by itself; see \"rota "
		      "login\""));
		return OUTCOME_USAGE;
	}
	return OUTCOME_OK;
}

/* A week is of a site unless somebody else is named: then what stands without a
 * key is its day. */
static const char *
places_left(const struct verb_view *view, const char *places,
    const struct arguments *arguments)
{
	if (strcmp(view->name, "week") != 0)
		return places;
	for (int i = 0; i < arguments->count; i++)
		if (strncmp(arguments->word[i], "territory=", 10) == 0 ||
		    strncmp(arguments->word[i], "physician=", 10) == 0)
			return "from";
	return places;
}

/* Asks the verb that the view holds with these words. */
static enum outcome
run_verb(struct rota *rota, const struct options *options,
    const struct verb_view *view, const char *places,
    const struct arguments *arguments)
{
	struct asked asked;
	enum outcome outcome = check_verb(view);

	if (outcome != OUTCOME_OK)
		return outcome;
	if (options->help) {
		usage_verb(view);
		return OUTCOME_OK;
	}
	outcome =
	    asked_build(&asked, view, places_left(view, places, arguments),
		arguments->word, arguments->count);
	if (outcome != OUTCOME_OK)
		return outcome;
	if (options->adopt) {
		if (verb_key_find(view, "adopt") == NULL) {
			complain(T("--adopt is not for \"%s\""), view->name);
			return OUTCOME_USAGE;
		}
		if (!asked_add(&asked, "publish", SPAN("yes")))
			return OUTCOME_USAGE;
	}
	if (options->dry_run) {
		if (verb_key_find(view, "dry") == NULL) {
			complain(T("\"%s\" changes nothing: --dry-run is not "
				   "for it"),
			    view->name);
			return OUTCOME_USAGE;
		}
		if (!asked_add(&asked, "dry", SPAN("yes")))
			return OUTCOME_USAGE;
	}
	if (!asked_is_complete(&asked))
		return OUTCOME_USAGE;
	return view_ask(rota, options, &asked);
}

/* A short name for a verb. */
static enum outcome
run_short(struct rota *rota, const struct options *options,
    const struct command *command, const struct arguments *arguments)
{
	char verb[VERB_NAME_MAX + 1];
	char *words[VERB_WORDS_MAX];
	struct verb_view view;
	enum outcome outcome;
	int count = 0;
	char *blank;

	(void)snprintf(verb, sizeof(verb), "%s", command->verb);
	if (verbs_known(verb, &view))
		return run_verb(
		    rota, options, &view, command->places, arguments);
	words[count++] = verb;
	while ((blank = strchr(words[count - 1], ' ')) != NULL &&
	    count < VERB_WORDS_MAX) {
		*blank = '\0';
		words[count++] = blank + 1;
	}
	outcome = verbs_find(rota, words, count, &view);
	if (outcome != OUTCOME_OK)
		return outcome;
	return run_verb(rota, options, &view, command->places, arguments);
}

/* "plan proof ID FOLDER" asks for files; with kind= it is a verb like others.
 */
static bool
wants_files(const struct verb_view *view, const struct arguments *arguments)
{
	return strcmp(view->name, "plan proof") == 0 && arguments->count == 2 &&
	    strchr(arguments->word[1], '=') == NULL;
}

/* A verb in full takes bare words as its short name does. */
static const char *
places_of(const char *verb)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].verb != NULL &&
		    strcmp(verb, commands[i].verb) == 0)
			return commands[i].places;
	return NULL;
}

enum outcome
command_run_words(struct rota *rota, const struct options *options, int count,
    char *const *words)
{
	const struct command *command = command_find(words[0]);
	struct arguments arguments = {count - 1, words + 1};
	struct verb_view view;
	enum outcome outcome;

	/* "rotation list", but also a verb that has our command's name */
	if (command != NULL && count > 1 && verbs_match(words, count, &view) &&
	    view.words > 1)
		command = NULL;
	if (command != NULL && command->run != NULL) {
		if (options->help) {
			struct arguments about = {1, words};

			return command_help(rota, options, &about);
		}
		return command->run(rota, options, &arguments);
	}
	if (command != NULL)
		return run_short(rota, options, command, &arguments);
	outcome = verbs_find(rota, words, count, &view);
	if (outcome != OUTCOME_OK)
		return outcome;
	arguments = (struct arguments){count - view.words, words + view.words};
	if (!options->help && wants_files(&view, &arguments))
		return command_plan_proof(rota, options, &arguments);
	return run_verb(rota, options, &view, places_of(view.name), &arguments);
}

enum outcome
command_run(struct rota *rota, int argc, char **argv, bool line)
{
	struct options options = rota->options;
	int first;

	if (options_read(&options, argc, argv, line, &first) != 0)
		return OUTCOME_USAGE;
	if (first == argc)
		return OUTCOME_OK;
	return command_run_words(rota, &options, argc - first, argv + first);
}

enum outcome
command_help(struct rota *rota, const struct options *options UNUSED,
    const struct arguments *arguments)
{
	const struct command *command;
	struct verb_view view;
	enum outcome outcome;

	if (arguments->count == 0) {
		usage_all();
		return OUTCOME_OK;
	}
	command = command_find(arguments->word[0]);
	if (command != NULL && arguments->count == 1) {
		printf(T("usage: rota %s\n\n%s.\n"), T(command->usage),
		    T(command->summary));
		if (command->verb == NULL)
			return OUTCOME_OK;
		putchar('\n');
		if (verbs_known(command->verb, &view))
			usage_verb(&view);
		return OUTCOME_OK;
	}
	outcome = verbs_find(rota, arguments->word, arguments->count, &view);
	if (outcome == OUTCOME_OK)
		usage_verb(&view);
	return outcome;
}
