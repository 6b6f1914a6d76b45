/* SPDX-License-Identifier: ISC */
/*
 * request: reads a client's line by the tables of verb.def and key.def.
 *
 * A line is refused at the first thing wrong with it, looked at in this order:
 * length, encoding, tag, verb, keys and values from left to right, what is
 * missing.
 */
#include "proto/request.h"

#include "proto/lex.h"

#include <string.h>

enum {
	VERB_NAME_MAX = 32, /* longer than any in verb.def */
	DEGREE = 100000,
	DEGREE_DECIMALS = 5
};

#define NUMBER_MAX ((uint64_t)1 << 53) /* up to here a double is exact */

static const struct span nothing = {NULL, 0};

static const char expected_pair[] = "key=value";
static const char expected_tag[] =
    "a tag of 1 to 64 letters, digits or . _ : -";
static const char expected_verb[] = "one of the verbs that help lists";
static const char expected_key[] = "a key that help verb=... lists";

/* `at` counts from 0 here, the client's columns from 1. */
static enum status
refuse(struct request *request, enum status status, size_t at, struct span what,
    const char *expected)
{
	request->fault.column = at + 1;
	request->fault.what = what;
	request->fault.expected = expected;
	return status;
}

/* The word as sent, cut behind a whole character when it is long. */
static struct span
shortened(struct span word)
{
	if (word.len <= PROTO_WORD_MAX)
		return word;
	word.len = PROTO_WORD_MAX;
	word.len = lex_line_length(word);
	return word;
}

/* Finds "slot assign" by its two words, whatever blanks lie between them. */
static bool
find_verb(struct span first, struct span second, enum verb *out)
{
	char name[VERB_NAME_MAX];

	if (second.len == 0)
		return verb_find(first, out);
	if (first.len + 1 + second.len > sizeof(name))
		return false;
	memcpy(name, first.ptr, first.len);
	name[first.len] = ' ';
	memcpy(name + first.len + 1, second.ptr, second.len);
	return verb_find((struct span){name, first.len + 1 + second.len}, out);
}

static enum status
take_verb(struct request *request, struct lex *lex)
{
	struct span first, second = nothing;
	struct lex ahead;
	size_t start;

	if (!lex_more(lex))
		return refuse(
		    request, STATUS_SYNTAX, lex->at, nothing, "a verb");
	start = lex->at;
	first = lex_word(lex, '=');
	if (!lex_at_gap(lex))
		return refuse(request, STATUS_SYNTAX, start, nothing,
		    "a verb before the first key=value");
	ahead = *lex;
	if (lex_more(&ahead)) {
		second = lex_word(&ahead, '=');
		if (lex_at_gap(&ahead))
			*lex = ahead;
		else
			second = nothing;
	}
	if (find_verb(first, second, &request->verb))
		return STATUS_OK;
	if (second.len > 0 &&
	    find_verb(first, nothing, &(enum verb){VERB_COUNT}))
		return refuse(request, STATUS_SYNTAX, lex->at - second.len,
		    nothing, expected_pair);
	return refuse(request, STATUS_UNKNOWN_VERB, start,
	    shortened((struct span){first.ptr, lex->at - start}),
	    expected_verb);
}

static enum status
convert_bytes(struct span text, size_t max, bool good)
{
	if (text.len > max)
		return STATUS_TOO_LONG;
	return good ? STATUS_OK : STATUS_VALUE;
}

static bool
is_cursor(struct span text)
{
	size_t i;
	char c;

	for (i = 0; i < text.len; i++) {
		c = text.ptr[i];
		if (!(c >= '0' && c <= ':') && c != ',')
			return false;
	}
	return text.len > 0;
}

static bool
convert_degrees(struct value *value, int64_t limit)
{
	return span_to_fixed(
	    value->text, DEGREE_DECIMALS, limit * DEGREE, &value->number);
}

static enum status
convert(enum value_type type, struct value *value)
{
	const struct span text = value->text;
	bool good = false;

	switch (type) {
	case VALUE_WORD:
		return convert_bytes(text, PROTO_WORD_MAX,
		    text.len > 0 && lex_is_made_of(text, "._:/+-"));
	case VALUE_TEXT:
		return convert_bytes(text, PROTO_TEXT_MAX, span_is_text(text));
	case VALUE_LONG:
		return convert_bytes(text, PROTO_LONG_MAX, span_is_text(text));
	case VALUE_CURSOR:
		return convert_bytes(text, PROTO_LONG_MAX, is_cursor(text));
	case VALUE_ID:
		good = span_to_id(text, &value->id) && !id_is_nil(value->id);
		break;
	case VALUE_DAY:
		good = lex_day(text, &value->number);
		break;
	case VALUE_NUMBER:
		good = lex_number(text, 0, NUMBER_MAX, &value->number);
		break;
	case VALUE_PAGE:
		good = lex_number(text, 1, PROTO_PAGE_MAX, &value->number);
		break;
	case VALUE_LINES:
		good = lex_number(text, 1, PROTO_BATCH_MAX, &value->number);
		break;
	case VALUE_ROOM:
		good = lex_number(text, 1, PROTO_ROOMS_MAX, &value->number);
		break;
	case VALUE_LATITUDE:
		good = convert_degrees(value, 90);
		break;
	case VALUE_DEGREES:
		good = convert_degrees(value, 180);
		break;
	case VALUE_YESNO:
		good = lex_yesno(text, &value->number);
		break;
	case VALUE_INSTANT:
		good = span_to_instant(text, &value->number);
		break;
	}
	return good ? STATUS_OK : STATUS_VALUE;
}

static enum status
take_pair(struct request *request, struct lex *lex)
{
	size_t start = lex->at;
	struct span word = lex_word(lex, '=');
	struct value *value;
	const char *expected;
	enum status status;
	enum key key;

	if (word.len == 0 || lex_at_gap(lex))
		return refuse(
		    request, STATUS_SYNTAX, start, nothing, expected_pair);
	if (!verb_find_key(request->verb, word, &key))
		return refuse(request, STATUS_UNKNOWN_KEY, start,
		    shortened(word), expected_key);
	if (request_value(request, key) != NULL)
		return refuse(
		    request, STATUS_REPEATED, start, word, "each key once");
	lex->at++;
	/* a verb takes fewer keys than there is room for, each of them once */
	value = &request->values[request->count];
	*value = (struct value){.key = key, .column = lex->at + 1};
	expected =
	    lex_value(lex, request->scratch, &request->used, &value->text);
	if (expected != NULL)
		return refuse(
		    request, STATUS_SYNTAX, lex->at, nothing, expected);
	status = convert(key_type(key), value);
	if (status != STATUS_OK)
		return refuse(request, status, value->column - 1, word,
		    value_expected(key_type(key)));
	request->count++;
	return STATUS_OK;
}

static enum status
require(struct request *request, size_t end)
{
	const unsigned char *key = verb_info(request->verb)->required;

	for (; *key != KEY_0; key++) {
		if (request_value(request, (enum key) * key) == NULL)
			return refuse(request, STATUS_MISSING, end,
			    span_of(key_name((enum key) * key)),
			    value_expected(key_type((enum key) * key)));
	}
	return STATUS_OK;
}

enum status
request_parse(struct request *request, struct span line)
{
	struct lex lex = {line, 0};
	enum status status;
	size_t good;
	bool tagged;

	request->verb = VERB_COUNT;
	request->tag = nothing;
	request->count = 0;
	request->used = 0;
	tagged = lex_tag(&lex, &request->tag);
	lex_more(&lex);
	request->body = line;
	if (line.len > 0) /* else the pointer may be NULL */
		request->body =
		    (struct span){line.ptr + lex.at, line.len - lex.at};
	if (line.len > PROTO_LINE_MAX)
		return refuse(request, STATUS_TOO_LONG, PROTO_LINE_MAX, nothing,
		    "a line of at most 8192 bytes");
	good = lex_line_length(line);
	if (good < line.len)
		return refuse(request, STATUS_ENCODING, good, nothing,
		    "UTF-8 without control characters");
	if (!tagged)
		return refuse(
		    request, STATUS_SYNTAX, lex.at, nothing, expected_tag);
	status = take_verb(request, &lex);
	while (status == STATUS_OK && lex_more(&lex))
		status = take_pair(request, &lex);
	return status == STATUS_OK ? require(request, line.len) : status;
}

const struct value *
request_value(const struct request *request, enum key key)
{
	unsigned i;

	for (i = 0; i < request->count; i++) {
		if (request->values[i].key == key)
			return &request->values[i];
	}
	return NULL;
}

struct span
request_text(const struct request *request, enum key key)
{
	const struct value *value = request_value(request, key);

	return value == NULL ? nothing : value->text;
}

int64_t
request_number(const struct request *request, enum key key, int64_t otherwise)
{
	const struct value *value = request_value(request, key);

	return value == NULL ? otherwise : value->number;
}
