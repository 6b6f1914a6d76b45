/* SPDX-License-Identifier: ISC */
/*
 * verb: verb.def and key.def as tables.  Both files are in the order of their
 * names, which is what finding by halves relies on (and a test checks).
 */
#include "proto/verb.h"

#include "proto/limits.h"
#include "proto/out.h"

#include <string.h>

/* The names that verb.def uses in its column of flags. */
enum {
	WRITE = VERB_FLAG_WRITE,
	BATCH = VERB_FLAG_BATCH,
	LIST = VERB_FLAG_LIST,
	READ = VERB_FLAG_READ,
	PAST = VERB_FLAG_PAST
};

/*
 * K(A, B) is an array {KEY_A, KEY_B, KEY_0, ...} of up to thirty-two keys; with
 * one more, the size of the last element is negative.
 */
#define K(...)                                                                 \
	(const unsigned char[])                                                \
	{                                                                      \
		K_32(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
		    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)   \
	}
#define K_32(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
    a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, \
    a31, a32, more, ...)                                                       \
	KEY_##a1, KEY_##a2, KEY_##a3, KEY_##a4, KEY_##a5, KEY_##a6, KEY_##a7,  \
	    KEY_##a8, KEY_##a9, KEY_##a10, KEY_##a11, KEY_##a12, KEY_##a13,    \
	    KEY_##a14, KEY_##a15, KEY_##a16, KEY_##a17, KEY_##a18, KEY_##a19,  \
	    KEY_##a20, KEY_##a21, KEY_##a22, KEY_##a23, KEY_##a24, KEY_##a25,  \
	    KEY_##a26, KEY_##a27, KEY_##a28, KEY_##a29, KEY_##a30, KEY_##a31,  \
	    KEY_##a32, sizeof(char[KEY_##more == KEY_0 ? 1 : -1]) - 1

static const struct verb_info verbs[VERB_COUNT] = {
#define VERB(SYMBOL, name, roles, flags, required, optional, summary)          \
	[VERB_##SYMBOL] = {name, sizeof(name) - 1, roles, flags, required,     \
	    optional, summary},
#include "proto/verb.def"
#undef VERB
};

static const struct {
	const char *name;
	size_t len;
	enum value_type type;
} keys[KEY_COUNT] = {
    [KEY_0] = {"", 0, VALUE_WORD},
#define KEY(SYMBOL, name, type)                                                \
	[KEY_##SYMBOL] = {name, sizeof(name) - 1, VALUE_##type},
#include "proto/key.def"
#undef KEY
};

/* The keys that come with a flag, in the order in which help names them. */
static const struct {
	unsigned flags; /* any of them */
	enum key key;
} flag_keys[] = {
    {VERB_FLAG_LIST, KEY_LIMIT},
    {VERB_FLAG_LIST, KEY_NEXT},
    {VERB_FLAG_LIST | VERB_FLAG_READ, KEY_AFTER},
    {VERB_FLAG_PAST, KEY_AS_OF},
    {VERB_FLAG_PAST, KEY_MARK},
    {VERB_FLAG_WRITE, KEY_DRY},
    {VERB_FLAG_WRITE, KEY_KEY},
};
enum { FLAG_KEYS = sizeof(flag_keys) / sizeof(flag_keys[0]) };

const struct verb_info *
verb_info(enum verb verb)
{
	return &verbs[verb];
}

/* Order of a span and a name, byte by byte. */
static int
compare(struct span span, const char *name, size_t len)
{
	int order = memcmp(span.ptr, name, span.len < len ? span.len : len);

	if (order != 0)
		return order;
	return span.len == len ? 0 : span.len < len ? -1 : 1;
}

bool
verb_find(struct span name, enum verb *out)
{
	unsigned low = 0, high = VERB_COUNT, middle;
	int order;

	if (name.len == 0)
		return false;
	while (low < high) {
		middle = (low + high) / 2;
		order =
		    compare(name, verbs[middle].name, verbs[middle].name_len);
		if (order == 0) {
			*out = (enum verb)middle;
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool
key_find(struct span name, enum key *out)
{
	unsigned low = KEY_0 + 1, high = KEY_COUNT, middle;
	int order;

	if (name.len == 0)
		return false;
	while (low < high) {
		middle = (low + high) / 2;
		order = compare(name, keys[middle].name, keys[middle].len);
		if (order == 0) {
			*out = (enum key)middle;
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static bool
listed(const unsigned char *list, enum key key)
{
	for (; *list != KEY_0; list++) {
		if (*list == key)
			return true;
	}
	return false;
}

bool
verb_takes(enum verb verb, enum key key)
{
	const struct verb_info *info = &verbs[verb];
	unsigned i;

	if (listed(info->required, key) || listed(info->optional, key))
		return true;
	for (i = 0; i < FLAG_KEYS; i++) {
		if (flag_keys[i].key == key)
			return (info->flags & flag_keys[i].flags) != 0;
	}
	return false;
}

static bool
is_named(enum key key, struct span name)
{
	return keys[key].len == name.len &&
	    memcmp(keys[key].name, name.ptr, name.len) == 0;
}

static bool
find_listed(const unsigned char *list, struct span name, enum key *out)
{
	for (; *list != KEY_0; list++) {
		if (is_named((enum key) * list, name)) {
			*out = (enum key) * list;
			return true;
		}
	}
	return false;
}

bool
verb_find_key(enum verb verb, struct span name, enum key *out)
{
	const struct verb_info *info = &verbs[verb];
	unsigned i;

	if (name.len == 0)
		return false;
	if (find_listed(info->required, name, out) ||
	    find_listed(info->optional, name, out))
		return true;
	for (i = 0; i < FLAG_KEYS; i++) {
		if ((info->flags & flag_keys[i].flags) != 0 &&
		    is_named(flag_keys[i].key, name)) {
			*out = flag_keys[i].key;
			return true;
		}
	}
	return false;
}

const char *
key_name(enum key key)
{
	return keys[key].name;
}

enum value_type
key_type(enum key key)
{
	return keys[key].type;
}

/* The texts below state these figures. */
_Static_assert(PROTO_WORD_MAX == 64 && PROTO_TEXT_MAX == 200 &&
	PROTO_LONG_MAX == 4096 && PROTO_PAGE_MAX == 1000 &&
	PROTO_BATCH_MAX == 20000 && PROTO_ROOMS_MAX == 99,
    "value_expected() names other limits than limits.h");

const char *
value_expected(enum value_type type)
{
	static const char *const expected[] = {
	    [VALUE_WORD] = "1 to 64 letters, digits or . _ : / + -",
	    [VALUE_TEXT] = "a text of at most 200 bytes",
	    [VALUE_LONG] = "a text of at most 4096 bytes",
	    [VALUE_ID] = "a UUID",
	    [VALUE_DAY] = "a date YYYY-MM-DD",
	    [VALUE_NUMBER] = "a number from 0 to 9007199254740992",
	    [VALUE_PAGE] = "a number from 1 to 1000",
	    [VALUE_LINES] = "a number from 1 to 20000",
	    [VALUE_ROOM] = "a number from 1 to 99",
	    [VALUE_LATITUDE] = "degrees from -90 to 90, five decimals at most",
	    [VALUE_DEGREES] = "degrees from -180 to 180, five decimals at most",
	    [VALUE_YESNO] = "yes or no",
	    [VALUE_INSTANT] = "an instant YYYY-MM-DDTHH:MM+HH:MM",
	    [VALUE_CURSOR] = "a cursor as it was given in an answer",
	};

	return expected[type];
}

static void
usage_keys(struct out *out, const unsigned char *list, bool required)
{
	for (; *list != KEY_0; list++) {
		out_text(out, required ? " " : " [");
		out_text(out, keys[*list].name);
		out_text(out, required ? "=" : "=]");
	}
}

size_t
verb_usage(enum verb verb, char *text, size_t size)
{
	const struct verb_info *info = &verbs[verb];
	unsigned char more[FLAG_KEYS + 1];
	struct out out = {text, 0, size, false};
	unsigned i, count = 0;

	if (size == 0)
		return 0;
	out.size = size - 1;
	for (i = 0; i < FLAG_KEYS; i++) {
		if ((info->flags & flag_keys[i].flags) != 0)
			more[count++] = (unsigned char)flag_keys[i].key;
	}
	more[count] = KEY_0;
	out_text(&out, info->name);
	usage_keys(&out, info->required, true);
	usage_keys(&out, info->optional, false);
	usage_keys(&out, more, false);
	text[out.len] = '\0';
	return out.len;
}
