/* SPDX-License-Identifier: ISC */
/* asked: see asked.h. */
#include "tools/rota/asked.h"

#include "proto/out.h"
#include "tools/rota/ids.h"
#include "tools/rota/usage.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { DAYS_AWAY_MAX = 3660 };

int32_t
day_today(void)
{
	time_t now = time(NULL);
	struct tm local;

	(void)localtime_r(&now, &local);
	return day_from_civil(local.tm_year + 1900, (unsigned)local.tm_mon + 1,
	    (unsigned)local.tm_mday);
}

bool
day_of_word(const char *word, int32_t today, int32_t *day)
{
	static const struct {
		const char *word;
		int32_t away;
	} words[] = {
	    {"today", 0},
	    {"tomorrow", 1},
	    {"yesterday", -1},
	    {"aujourd'hui", 0},
	    {"aujourdhui", 0},
	    {"demain", 1},
	    {"hier", -1},
	};
	uint64_t away;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(word, words[i].word) == 0) {
			*day = today + words[i].away;
			return true;
		}
	}
	if ((word[0] != '+' && word[0] != '-') ||
	    !span_to_u64(span_of(word + 1), DAYS_AWAY_MAX, &away))
		return false;
	*day = word[0] == '+' ? today + (int32_t)away : today - (int32_t)away;
	return true;
}

static bool
is_day(const char *name)
{
	enum key key;

	return key_find(span_of(name), &key) && key_type(key) == VALUE_DAY;
}

bool
asked_add(struct asked *asked, const char *key, struct span value)
{
	struct out out = {asked->line, asked->len, sizeof(asked->line), false};

	out_key_value(&out, key, value);
	asked->len = out.len;
	return !out.overflow;
}

static bool
is_id_key(const char *name)
{
	enum key key;

	return strcmp(name, "account") == 0 ||
	    (key_find(span_of(name), &key) && key_type(key) == VALUE_ID);
}

/* What a value stands for: a day, an id that was shown shortened, or itself.
 * false after a complaint. */
static bool
expand(const char *key, const char *value, char room[ID_TEXT_LEN + 1],
    struct span *out)
{
	struct out day = {room, 0, ID_TEXT_LEN, false};
	int32_t number;

	*out = span_of(value);
	if (is_day(key) && day_of_word(value, day_today(), &number)) {
		out_day(&day, number);
		*out = (struct span){room, day.len};
	}
	if (!is_id_key(key))
		return true;
	switch (ids_find(value, room)) {
	case IDS_NONE:
		break;
	case IDS_ONE:
		*out = span_of(room);
		break;
	case IDS_SEVERAL:
		complain(T("several ids begin with \"%s\""), value);
		return false;
	}
	return true;
}

/* A pair that somebody typed. */
static enum outcome
add_typed(struct asked *asked, struct span key, const char *value)
{
	char room[ID_TEXT_LEN + 1], *name;
	struct span whole;
	size_t i = asked->count;

	if (i == PROTO_ARGS_MAX || key.len > PROTO_WORD_MAX) {
		complain("%s", T("too many arguments, or too long a key"));
		return OUTCOME_USAGE;
	}
	name = asked->pairs[i].key;
	span_copy(key, name, sizeof(asked->pairs[i].key));
	asked->pairs[i].value = value;
	asked->count++;
	if (!expand(name, value, room, &whole))
		return OUTCOME_USAGE;
	if (asked_add(asked, name, whole))
		return OUTCOME_OK;
	complain(T("the request is longer than %d bytes"), PROTO_LINE_MAX);
	return OUTCOME_USAGE;
}

const char *
asked_value(const struct asked *asked, const char *key)
{
	for (size_t i = 0; i < asked->count; i++)
		if (strcmp(asked->pairs[i].key, key) == 0)
			return asked->pairs[i].value;
	return NULL;
}

/* The key of a word, "key=value"; empty when the word is bare. */
static struct span
key_of(const char *word)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t len = strspn(word, bytes);

	return (struct span){word, word[len] == '=' ? len : 0};
}

static bool
is_given(char *const *words, int count, struct span key)
{
	for (int i = 0; i < count; i++)
		if (span_equal(key_of(words[i]), key))
			return true;
	return false;
}

/* The next key that bare words stand for: in *places, or required ones from
 * *required on. */
static bool
next_place(const struct verb_view *view, struct span *places, size_t *required,
    struct span *key)
{
	if (places->ptr != NULL)
		return span_cut(places, ' ', key);
	while (*required < view->count) {
		const struct verb_key *each = &view->keys[(*required)++];

		if (each->required) {
			*key = span_of(each->name);
			return true;
		}
	}
	return false;
}

enum outcome
asked_build(struct asked *asked, const struct verb_view *view,
    const char *places, char *const *words, int count)
{
	struct span rest = span_of(places);
	struct out out = {asked->line, 0, sizeof(asked->line), false};
	size_t required = 0;

	asked->view = view;
	asked->count = 0;
	out_text(&out, view->name);
	asked->len = out.len;
	for (int i = 0; i < count; i++) {
		struct span key = key_of(words[i]);
		const char *value = words[i] + key.len + (key.len > 0);
		enum outcome outcome;

		while (key.len == 0) {
			if (!next_place(view, &rest, &required, &key)) {
				complain(T("\"%s\" is one word too many; "
					   "arguments are KEY=VALUE"),
				    words[i]);
				usage_short(view);
				return OUTCOME_USAGE;
			}
			if (is_given(words, count, key))
				key.len = 0;
		}
		outcome = add_typed(asked, key, value);
		if (outcome != OUTCOME_OK)
			return outcome;
	}
	return OUTCOME_OK;
}

bool
asked_is_complete(const struct asked *asked)
{
	for (size_t i = 0; i < asked->view->count; i++) {
		const struct verb_key *key = &asked->view->keys[i];

		if (!key->required || asked_value(asked, key->name) != NULL)
			continue;
		complain(T("\"%s\" needs %s=: %s"), asked->view->name,
		    key->name, key->expected);
		usage_short(asked->view);
		return false;
	}
	return true;
}
