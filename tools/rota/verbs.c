/* SPDX-License-Identifier: ISC */
/* verbs: see verbs.h. */
#include "tools/rota/verbs.h"

#include "proto/out.h"
#include "tools/rota/refusal.h"

#include <stdio.h>
#include <string.h>

static void
add_key(struct verb_view *view, const char *name, bool required,
    const char *expected)
{
	struct verb_key *key;

	if (view->count == VERB_KEYS_MAX || verb_key_find(view, name) != NULL)
		return;
	key = &view->keys[view->count++];
	(void)snprintf(key->name, sizeof(key->name), "%s", name);
	(void)snprintf(key->expected, sizeof(key->expected), "%s", expected);
	key->required = required;
}

static void
add_listed(struct verb_view *view, const unsigned char *list, bool required)
{
	for (; *list != KEY_0; list++) {
		enum key key = (enum key) * list;

		add_key(view, key_name(key), required,
		    value_expected(key_type(key)));
	}
}

static int
words_of(const char *name)
{
	int count = 1;

	for (; *name != '\0'; name++)
		count += *name == ' ' ? 1 : 0;
	return count;
}

bool
verbs_known(const char *name, struct verb_view *view)
{
	const struct verb_info *info;

	memset(view, 0, sizeof(*view));
	if (!verb_find(span_of(name), &view->verb))
		return false;
	info = verb_info(view->verb);
	view->is_known = true;
	(void)snprintf(view->name, sizeof(view->name), "%s", name);
	view->words = words_of(name);
	add_listed(view, info->required, true);
	add_listed(view, info->optional, false);
	for (int key = KEY_0 + 1; key < KEY_COUNT; key++)
		if (verb_takes(view->verb, (enum key)key))
			add_key(view, key_name((enum key)key), false,
			    value_expected(key_type((enum key)key)));
	return true;
}

const struct verb_key *
verb_key_find(const struct verb_view *view, const char *name)
{
	for (size_t i = 0; i < view->count; i++)
		if (strcmp(view->keys[i].name, name) == 0)
			return &view->keys[i];
	return NULL;
}

/* The first words as one name; false when it gets too long. */
static bool
join(char *const *words, int count, char name[VERB_NAME_MAX + 1])
{
	struct out out = {name, 0, VERB_NAME_MAX, false};

	for (int i = 0; i < count; i++) {
		if (i > 0)
			out_char(&out, ' ');
		out_text(&out, words[i]);
	}
	name[out.len] = '\0';
	return !out.overflow;
}

bool
verbs_match(char *const *words, int count, struct verb_view *view)
{
	char name[VERB_NAME_MAX + 1];

	for (int n = count < VERB_WORDS_MAX ? count : VERB_WORDS_MAX; n > 0;
	     n--)
		if (join(words, n, name) && verbs_known(name, view))
			return true;
	return false;
}

/* ----- the daemon's table ----- */

/* The longest verb that the words begin with. */
struct match {
	char *const *words;
	int count;
	struct verb_view *view;
};

static void
on_verb(void *arg, const struct answer *row, struct span line UNUSED)
{
	struct match *match = arg;
	char name[VERB_NAME_MAX + 1], given[VERB_NAME_MAX + 1];
	int count;

	span_copy(answer_value(row, "verb"), name, sizeof(name));
	count = words_of(name);
	if (count > match->count || count <= match->view->words ||
	    !join(match->words, count, given) || strcmp(given, name) != 0)
		return;
	match->view->words = count;
	memcpy(match->view->name, name, sizeof(name));
}

static void
on_key(void *arg, const struct answer *row, struct span line UNUSED)
{
	char name[PROTO_WORD_MAX + 1], expected[VERB_EXPECTED_MAX];
	struct span key = answer_value(row, "key");

	if (key.len == 0 || key.len > PROTO_WORD_MAX)
		return;
	span_copy(key, name, sizeof(name));
	span_copy(answer_value(row, "expected"), expected, sizeof(expected));
	add_key(
	    arg, name, span_is(answer_value(row, "required"), "yes"), expected);
}

static enum outcome
ask_help(struct session *session, struct match *match)
{
	char line[PROTO_LINE_MAX];
	struct out out = OUT(line);
	struct reader verbs = {.on_row = on_verb, .arg = match};
	struct reader keys = {.on_row = on_key, .arg = match->view};
	enum outcome outcome = session_ask(session, SPAN("help"), &verbs);

	if (outcome != OUTCOME_OK || match->view->words == 0)
		return outcome;
	out_text(&out, "help");
	out_key_text(&out, "verb", match->view->name);
	return session_ask(session, (struct span){line, out.len}, &keys);
}

/* Whether a word can be one of a verb: not of an argument or a value. */
static int
verb_words(char *const *words, int count)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	int n = 0;

	while (n < count && n < VERB_WORDS_MAX && *words[n] != '\0' &&
	    strspn(words[n], bytes) == strlen(words[n]))
		n++;
	return n;
}

/* As verbs_find(), but leaves view->words 0 when nobody knows such a verb. */
static enum outcome
look_up(
    struct rota *rota, char *const *words, int count, struct verb_view *view)
{
	struct match match = {words, verb_words(words, count), view};
	struct session *session;
	enum outcome outcome;

	if (verbs_match(words, count, view))
		return OUTCOME_OK;
	memset(view, 0, sizeof(*view));
	if (match.count == 0)
		return OUTCOME_OK;
	session = rota_session(rota, &outcome);
	if (session == NULL)
		return outcome;
	outcome = ask_help(session, &match);
	if (outcome != OUTCOME_OK && session_closing(session) != NULL)
		refusal_say(session_closing(session), NULL);
	return outcome;
}

enum outcome
verbs_find(
    struct rota *rota, char *const *words, int count, struct verb_view *view)
{
	enum outcome outcome = look_up(rota, words, count, view);

	if (outcome != OUTCOME_OK || view->words > 0)
		return outcome;
	complain(T("there is no command \"%s\"; \"rota help\" lists them"),
	    words[0]);
	return OUTCOME_USAGE;
}

/* "territories", "zones": in place; false when it is no plural. */
static bool
make_singular(char *kind)
{
	size_t len = strlen(kind);

	if (len > 4 && strcmp(kind + len - 3, "ies") == 0) {
		kind[len - 3] = 'y';
		kind[len - 2] = '\0';
		return true;
	}
	if (len < 3 || kind[len - 1] != 's')
		return false;
	kind[len - 1] = '\0';
	return true;
}

static bool
is_known_kind(const char *kind, const char *action, struct verb_view *view)
{
	char name[2 * VERB_NAME_MAX];

	(void)snprintf(name, sizeof(name), "%s %s", kind, action);
	return verbs_known(name, view);
}

enum outcome
verbs_of_kind(struct rota *rota, const char *word, const char *action,
    char kind[VERB_NAME_MAX + 1], struct verb_view *view)
{
	char name[16], *words[2] = {kind, name};
	size_t len = strlen(word);
	enum outcome outcome = OUTCOME_OK;

	if (len <= VERB_NAME_MAX / 2) {
		memmove(kind, word, len + 1); /* may be the same */
		if (is_known_kind(kind, action, view) ||
		    (make_singular(kind) && is_known_kind(kind, action, view)))
			return OUTCOME_OK;
		/* a daemon newer than we are may know it */
		(void)snprintf(name, sizeof(name), "%s", action);
		outcome = look_up(rota, words, 2, view);
		if (outcome != OUTCOME_OK || view->words == 2)
			return outcome;
	}
	complain(
	    T("there is no kind \"%s\" that has a verb \"%s\""), word, action);
	return OUTCOME_USAGE;
}
