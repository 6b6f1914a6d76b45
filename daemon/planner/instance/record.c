/* SPDX-License-Identifier: ISC */
/* record: lexing and typing of one line. */
#include "daemon/planner/instance/record.h"

#include "daemon/domain/pattern.h"
#include "proto/lex.h"

#include <string.h>

enum { TOKEN_MAX = 64, SHOWN_MAX = 80 };

static int
shown(struct span text)
{
	return (int)(text.len < SHOWN_MAX ? text.len : SHOWN_MAX);
}

static bool
read_part(struct value *value)
{
	enum part part;

	if (!part_find(value->text, &part))
		return false;
	value->number = (int64_t)part;
	return true;
}

static bool
read_parts(struct value *value)
{
	unsigned bits;

	if (!parts_parse(value->text, &bits))
		return false;
	value->number = bits;
	return true;
}

/* Not negative; thousandths. */
static bool
read_points(const struct record_key *key, struct value *value)
{
	return span_to_fixed(value->text, 3, key->max * 1000, &value->number) &&
	    value->number >= 0;
}

static bool
read_value(const struct record_key *key, struct value *value)
{
	switch (key->type) {
	case RECORD_TOKEN:
		return value->text.len >= 1 && value->text.len <= TOKEN_MAX;
	case RECORD_NUMBER:
		return lex_number(value->text, (uint64_t)key->min,
		    (uint64_t)key->max, &value->number);
	case RECORD_POINTS:
		return read_points(key, value);
	case RECORD_PRICE:
		return span_to_fixed(value->text, 0, key->max, &value->number);
	case RECORD_DAY:
		return lex_day(value->text, &value->number);
	case RECORD_PART:
		return read_part(value);
	case RECORD_PARTS:
		return read_parts(value);
	case RECORD_FLAG:
		return lex_yesno(value->text, &value->number);
	case RECORD_TEXT:
		return true;
	}
	return false;
}

static void
refuse_value(struct error *error, const struct record_key *key,
    const struct value *value)
{
	static const char *const wanted[] = {"a token of 1 to 64 bytes",
	    "a number", "a number with at most three decimals", "a price",
	    "a day YYYY-MM-DD", "one of M A E S N",
	    "letters of M A E S N in this order", "yes or no", "a text"};

	if (key->type == RECORD_NUMBER || key->type == RECORD_POINTS)
		error_set(error, "%s=%.*s is not %s from %lld to %lld",
		    key->name, shown(value->text), value->text.ptr,
		    wanted[key->type], (long long)key->min,
		    (long long)key->max);
	else
		error_set(error, "%s=%.*s is not %s", key->name,
		    shown(value->text), value->text.ptr, wanted[key->type]);
}

/* The number of the key in its kind, or RECORD_KEYS_MAX. */
static size_t
find_key(const struct record_kind *kind, struct span name)
{
	size_t i = 0;

	while (i < RECORD_KEYS_MAX && kind->key[i].name != NULL &&
	    !span_is(name, kind->key[i].name))
		i++;
	return i < RECORD_KEYS_MAX && kind->key[i].name == NULL
	    ? RECORD_KEYS_MAX
	    : i;
}

static bool
read_pair(struct lex *lex, const struct record_kind *kind, char *scratch,
    size_t *used, struct record *out, struct error *error)
{
	struct span name = lex_word(lex, '=');
	const char *expected;
	struct value *value;
	size_t at;

	at = find_key(kind, name);
	if (at == RECORD_KEYS_MAX) {
		error_set(error, "%s has no key %.*s", kind->name, shown(name),
		    name.ptr);
		return false;
	}
	value = &out->value[at];
	if (value->given || lex_at_gap(lex)) {
		error_set(error,
		    value->given ? "%s= stands twice" : "%s has no =",
		    kind->key[at].name);
		return false;
	}
	lex->at++;
	expected = lex_value(lex, scratch, used, &value->text);
	if (expected != NULL) {
		error_set(
		    error, "%s=: expected %s", kind->key[at].name, expected);
		return false;
	}
	value->given = true;
	if (!read_value(&kind->key[at], value)) {
		refuse_value(error, &kind->key[at], value);
		return false;
	}
	return true;
}

static bool
have_all(const struct record_kind *kind, const struct record *out,
    struct error *error)
{
	for (size_t i = 0; i < RECORD_KEYS_MAX && kind->key[i].name != NULL;
	     i++) {
		if (kind->key[i].needed && !out->value[i].given) {
			error_set(error, "%s needs %s=", kind->name,
			    kind->key[i].name);
			return false;
		}
	}
	return true;
}

bool
record_parse(struct span line, const struct record_kind *kinds, size_t count,
    char *scratch, struct record *out, struct error *error)
{
	struct lex lex = {line, 0};
	struct span word;
	size_t used = 0, text = lex_line_length(line);

	if (text < line.len) {
		error_set(error, "byte %zu is no text", text + 1);
		return false;
	}
	memset(out, 0, sizeof(*out));
	lex_more(&lex);
	word = lex_word(&lex, ' ');
	while (out->kind < count && !span_is(word, kinds[out->kind].name))
		out->kind++;
	if (out->kind == count) {
		error_set(
		    error, "%.*s is not a kind of line", shown(word), word.ptr);
		return false;
	}
	while (lex_more(&lex)) {
		if (!read_pair(
			&lex, &kinds[out->kind], scratch, &used, out, error))
			return false;
	}
	return have_all(&kinds[out->kind], out, error);
}
