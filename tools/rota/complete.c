/* SPDX-License-Identifier: ISC */
/* complete: see complete.h. */
#include "tools/rota/complete.h"

#include "daemon/base/mem.h"
#include "proto/verb.h"
#include "tools/rota/command.h"
#include "tools/rota/places.h"
#include "tools/rota/quote.h"
#include "tools/rota/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_S = 2 }; /* somebody waits behind a key */

/* ----- candidates ----- */

static bool
begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Takes over text and label. */
static void
add(struct candidates *candidates, char *text, char *label)
{
	for (size_t i = 0; i < candidates->count; i++) {
		if (strcmp(candidates->at[i].text, text) == 0) {
			free(text);
			free(label);
			return;
		}
	}
	if (candidates->count == CANDIDATES_MAX) {
		free(text);
		free(label);
		return;
	}
	candidates->at[candidates->count++] = (struct candidate){text, label};
}

static void
add_word(struct candidates *candidates, const char *word, const char *start)
{
	if (begins(word, start))
		add(candidates, xstrdup(word), NULL);
}

void
candidates_fini(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		free(candidates->at[i].text);
		free(candidates->at[i].label);
	}
	candidates->count = 0;
}

size_t
candidates_common(const struct candidates *candidates)
{
	const char *first;
	size_t len;

	if (candidates->count == 0)
		return 0;
	first = candidates->at[0].text;
	len = strlen(first);
	for (size_t i = 1; i < candidates->count; i++) {
		size_t same = 0;

		while (
		    same < len && candidates->at[i].text[same] == first[same])
			same++;
		len = same;
	}
	/* not in the middle of a character */
	while (len > 0 && ((unsigned char)first[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* ----- commands and verbs ----- */

/* The next word of each verb that begins with the words before. */
static void
add_verbs(struct candidates *candidates, char *const *words, int count)
{
	for (int verb = 0; verb < VERB_COUNT; verb++) {
		const char *name = verb_info((enum verb)verb)->name;
		int i = 0;
		size_t len;

		while (i < count - 1) {
			len = strlen(words[i]);
			if (strncmp(name, words[i], len) != 0 ||
			    name[len] != ' ')
				break;
			name += len + 1;
			i++;
		}
		if (i < count - 1)
			continue;
		len = strcspn(name, " ");
		if (strncmp(name, words[i], strlen(words[i])) == 0 &&
		    strlen(words[i]) <= len)
			add(candidates, xstrndup(name, len), NULL);
	}
}

static void
add_commands(struct candidates *candidates, const char *start)
{
	const struct command *table;
	size_t count = command_table(&table);

	for (size_t i = 0; i < count; i++)
		add_word(candidates, table[i].name, start);
	add_word(candidates, "quit", start);
}

static void
add_kinds(struct candidates *candidates, const char *start)
{
	for (int verb = 0; verb < VERB_COUNT; verb++) {
		const char *name = verb_info((enum verb)verb)->name;
		size_t len = strcspn(name, " ");

		if (strcmp(name + len, " put") != 0)
			continue;
		if (strncmp(name, start, strlen(start)) == 0)
			add(candidates, xstrndup(name, len), NULL);
	}
}

/* ----- keys and values ----- */

static bool
is_given(char *const *words, int count, const char *key)
{
	size_t len = strlen(key);

	for (int i = 0; i < count; i++)
		if (strncmp(words[i], key, len) == 0 && words[i][len] == '=')
			return true;
	return false;
}

static void
add_keys(struct candidates *candidates, const struct verb_view *view,
    char *const *words, int count)
{
	for (size_t i = 0; i < view->count; i++) {
		const char *key = view->keys[i].name;

		if (begins(key, words[count - 1]) &&
		    !is_given(words, count - 1, key))
			add(candidates, xasprintf("%s=", key), NULL);
	}
}

/* Words that a key of a verb is known to take; verb NULL: of any. */
static const char *
fixed_values(const char *verb, const char *key)
{
	static const struct {
		const char *verb, *key, *values;
	} table[] = {
	    {"absence put", "slots", "refuse cancel"},
	    {"closure put", "slots", "refuse cancel"},
	    {"plan edit", "state", "dropped proposed"},
	    {"plan explain", "state", "open filled advice"},
	    {"plan lines", "state", "proposed adopted dropped refused"},
	    {"plan list", "state",
		"queued running done failed cancelled adopted"},
	    {"plan proof", "kind", "instance plan"},
	    {"plan repair", "lock", "in out"},
	    {"plan repair", "variant", "minimal local free"},
	    {"plan start", "variant", "fill free"},
	    {"slot assign", "state", "draft published"},
	    {"slot list", "state", "draft published held not-held cancelled"},
	    {"slot record", "state", "held not-held"},
	    {NULL, "activity",
		"MT SNP CA VAD TLC EHPAD PDSA REGUL HOSP SUPERV COORD PERM"},
	    {NULL, "agreed", "phone mail written oral"},
	    {NULL, "category", "LEAVE SICK TRAINING DUTY OTHER"},
	    {NULL, "cause", "works flood leave staff other"},
	    {NULL, "class", "ZIP ZAC ZAR HZ QPV ROUGE"},
	    {NULL, "hours-source", "real generated"},
	    {NULL, "lang", "en fr"},
	    {NULL, "part", "M A E S N"},
	    {NULL, "period", "week month year contract"},
	    {NULL, "role",
		"admin coordinator physician desk regulator auditor"},
	    {NULL, "source", "real generated"},
	    {NULL, "zone", "ZIP ZAC ZAR HZ"},
	};
	enum key number;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strcmp(key, table[i].key) == 0 &&
		    (table[i].verb == NULL || strcmp(verb, table[i].verb) == 0))
			return table[i].values;
	if (!key_find(span_of(key), &number))
		return "";
	if (key_type(number) == VALUE_YESNO)
		return "yes no";
	return key_type(number) == VALUE_DAY ? "today tomorrow yesterday" : "";
}

static void
add_values(struct rota *rota, struct candidates *candidates, const char *verb,
    const char *word)
{
	char key[PROTO_WORD_MAX + 1];
	size_t len = strcspn(word, "=");
	struct span values, value;

	span_copy((struct span){word, len}, key, sizeof(key));
	values = span_of(fixed_values(verb, key));
	while (span_cut(&values, ' ', &value)) {
		char *whole = xasprintf("%s=%.*s", key, SPAN_ARGS(value));

		if (begins(whole, word))
			add(candidates, whole, NULL);
		else
			free(whole);
	}
	for (size_t i = 0; i < places_count(rota, key); i++) {
		const struct place *place = places_at(rota, key, i);

		if (place_matches(place, word + len + 1))
			add(candidates, xasprintf("%s=%s", key, place->code),
			    xstrdup(place->name));
	}
}

static void
add_options(struct candidates *candidates, const char *start)
{
	char name[64];

	for (size_t i = 0; options_name(i, name, sizeof(name)); i++)
		add_word(candidates, name, start);
}

/* The verb that the words before the last one ask; NULL: not known. */
static const char *
verb_of(char *const *words, int count)
{
	const struct command *command = command_find(words[0]);
	struct verb_view view;

	/* "plan explain" is no plan to be started */
	if (verbs_match(words, count, &view) &&
	    (view.words > 1 || command == NULL))
		return verb_info(view.verb)->name;
	return command != NULL ? command->verb : NULL;
}

void
complete_words(struct rota *rota, char *const *words, int count,
    struct candidates *candidates)
{
	const char *last = words[count - 1], *verb;
	const struct command *command;
	struct verb_view view;

	candidates->count = 0;
	if (last[0] == '-') {
		add_options(candidates, last);
		return;
	}
	if (count == 1) {
		add_commands(candidates, last);
		add_verbs(candidates, words, count);
		return;
	}
	verb = verb_of(words, count - 1);
	if (strchr(last, '=') != NULL) {
		add_values(rota, candidates, verb != NULL ? verb : "", last);
		return;
	}
	command = command_find(words[0]);
	if (command != NULL &&
	    (command->run == command_import ||
		command->run == command_export)) {
		if (count == 2)
			add_kinds(candidates, last);
		return;
	}
	if (command != NULL && command->run == command_help) {
		if (count == 2)
			add_commands(candidates, last);
		add_verbs(candidates, words + 1, count - 1);
		return;
	}
	if (verb != NULL && verbs_known(verb, &view))
		add_keys(candidates, &view, words, count);
	add_verbs(candidates, words, count);
}

/* ----- for shells ----- */

static bool
ends_with_blank(const char *line)
{
	size_t len = strlen(line);

	return len == 0 || line[len - 1] == ' ' || line[len - 1] == '\t';
}

static enum outcome
print_candidates(struct rota *rota, char *const *words, int count)
{
	struct candidates *candidates = xcalloc(1, sizeof(*candidates));
	enum outcome outcome;

	/* without a session there are no names, but keys and words */
	if (strchr(words[count - 1], '=') != NULL &&
	    rota_session(rota, &outcome) == NULL)
		rota_hang_up(rota);
	complete_words(rota, words, count, candidates);
	for (size_t i = 0; i < candidates->count; i++)
		printf("%s\n", candidates->at[i].text);
	candidates_fini(candidates);
	free(candidates);
	return OUTCOME_OK;
}

enum outcome
complete_line(struct rota *rota, const char *line)
{
	char empty[] = "", *all[QUOTE_WORDS_MAX + 2], *option = NULL;
	enum outcome outcome = OUTCOME_USAGE;
	struct words words;
	int first, count = 0;

	if (words_split(&words, line) != 0) {
		words_fini(&words);
		return outcome;
	}
	/* an option that is half typed */
	if (!ends_with_blank(line) && words.at[words.count - 1][0] == '-')
		option = words.at[--words.count];
	words.at[words.count] = NULL;
	if (options_read(
		&rota->options, words.count, words.at, false, &first) == 0) {
		for (int i = first; i < words.count; i++)
			all[count++] = words.at[i];
		if (option != NULL)
			all[count++] = option;
		else if (ends_with_blank(line) || count == 0)
			all[count++] = empty;
		rota->options.timeout_s = TIMEOUT_S;
		outcome = print_candidates(rota, all, count);
	}
	words_fini(&words);
	return outcome;
}
