/* SPDX-License-Identifier: ISC */
/*
 * verb: the tables of verbs and keys, expanded from verb.def and key.def.
 */
#ifndef PROTO_VERB_H
#define PROTO_VERB_H

#include "proto/span.h"

#include <stdbool.h>

enum value_type {
	VALUE_WORD,     /* 1..PROTO_WORD_MAX bytes of A-Z a-z 0-9 . _ : / + - */
	VALUE_TEXT,     /* 0..PROTO_TEXT_MAX bytes of UTF-8 without controls */
	VALUE_LONG,     /* 0..PROTO_LONG_MAX bytes of the same */
	VALUE_ID,       /* a UUID that is not all zeros */
	VALUE_DAY,      /* YYYY-MM-DD -> number: days since 1970-01-01 */
	VALUE_NUMBER,   /* 0..2^53 */
	VALUE_PAGE,     /* 1..PROTO_PAGE_MAX */
	VALUE_LINES,    /* 1..PROTO_BATCH_MAX */
	VALUE_ROOM,     /* 1..PROTO_ROOMS_MAX */
	VALUE_LATITUDE, /* -90..90, five decimals -> number: 1e-5 degrees */
	VALUE_DEGREES,  /* -180..180, likewise */
	VALUE_YESNO,    /* yes, no -> number: 1, 0 */
	VALUE_INSTANT,  /* YYYY-MM-DDTHH:MM[:SS](Z|+hh:mm) -> number: seconds */
	VALUE_CURSOR    /* 1..PROTO_LONG_MAX bytes of 0-9 : , */
};

enum key {
	KEY_0, /* no key; ends the lists of struct verb */
#define KEY(SYMBOL, name, type) KEY_##SYMBOL,
#include "proto/key.def"
#undef KEY
	KEY_COUNT
};

enum verb {
#define VERB(SYMBOL, name, roles, flags, required, optional, summary)          \
	VERB_##SYMBOL,
#include "proto/verb.def"
#undef VERB
	VERB_COUNT
};

enum verb_flag {
	VERB_FLAG_WRITE = 1, /* takes dry= key= */
	VERB_FLAG_BATCH = 2, /* may stand in a batch */
	VERB_FLAG_LIST = 4,  /* takes limit= next= after= */
	VERB_FLAG_READ = 8,  /* takes after= */
	VERB_FLAG_PAST = 16  /* takes as-of= mark= */
};

struct verb_info {
	const char *name; /* "slot assign" */
	size_t name_len;
	const char *roles;             /* letters, see verb.def */
	unsigned flags;                /* of enum verb_flag */
	const unsigned char *required; /* enum key, ended by KEY_0 */
	const unsigned char *optional; /* likewise, flags' keys not included */
	const char *summary;
};

const struct verb_info *verb_info(enum verb verb);
/* Finds "slot assign"; false when there is none. */
bool verb_find(struct span name, enum verb *out);
/* Whether the verb takes the key, keys of its flags included. */
bool verb_takes(enum verb verb, enum key key);
/* Finds a key among those that the verb takes. */
bool verb_find_key(enum verb verb, struct span name, enum key *out);

const char *key_name(enum key key);
enum value_type key_type(enum key key);
bool key_find(struct span name, enum key *out);
/* What a value of this type looks like: "a date YYYY-MM-DD". */
const char *value_expected(enum value_type type);

/*
 * Writes "slot list [physician=] ..." as help prints it, and a final NUL;
 * required keys bare, optional ones in brackets.  Returns the length, at most
 * size - 1; a key that does not fit is left out.
 */
size_t verb_usage(enum verb verb, char *text, size_t size);

#endif
