/* SPDX-License-Identifier: ISC */
/*
 * request: a line of a client as a struct.
 *
 * Pure: no allocation, no clock, no input or output.  Values are borrowed from
 * the line, except those with escapes, which are unescaped into the request's
 * own scratch space; a request is therefore not to be copied by assignment.
 */
#ifndef PROTO_REQUEST_H
#define PROTO_REQUEST_H

#include "proto/limits.h"
#include "proto/span.h"
#include "proto/status.h"
#include "proto/verb.h"

struct value {
	enum key key;
	size_t column;    /* of the value in the line, byte, from 1 */
	struct span text; /* unescaped */
	int64_t number;   /* of the types that have one, see enum value_type */
	struct id id;     /* VALUE_ID */
};

struct request {
	enum verb verb;   /* VERB_COUNT until it is known, also in a refusal */
	struct span tag;  /* without '#'; empty when there is none */
	struct span body; /* the line behind tag and blanks; set with the tag */
	unsigned count;
	struct value values[PROTO_ARGS_MAX];
	/* of a refusal: where, what and what would be right */
	struct {
		size_t column;    /* byte, from 1; past the end when missing */
		struct span what; /* see request_parse; may be empty */
		const char *expected; /* in words; never NULL after a refusal */
	} fault;
	size_t used; /* bytes of scratch in use */
	char scratch[PROTO_LINE_MAX];
};

/*
 * Reads one line without its line end.  STATUS_OK, or one of SYNTAX, TOO_LONG,
 * ENCODING, UNKNOWN_VERB, UNKNOWN_KEY, MISSING, REPEATED, VALUE with `fault`
 * set.  The tag is set whenever it could be read, so that a refusal carries it,
 * also from the first PROTO_LINE_MAX + 1 bytes of a line that is longer.
 *
 * fault.what is the key's name for MISSING, REPEATED, VALUE and a TOO_LONG
 * value, the word as sent for UNKNOWN_VERB and UNKNOWN_KEY (at most
 * PROTO_WORD_MAX bytes of it), else empty: a secret is never sent back.
 */
enum status request_parse(struct request *request, struct span line);

/* The value of a key, or NULL when it is absent. */
const struct value *request_value(const struct request *request, enum key key);
/* The text of a key, or the empty span with ptr NULL. */
struct span request_text(const struct request *request, enum key key);
/* The number of a key, or `otherwise`. */
int64_t request_number(
    const struct request *request, enum key key, int64_t otherwise);

/*
 * An answer or pushed line as a struct, for clients and tests: the tag, the
 * marker ('*' data, '!' push, or 0 for a closing line), its words and its
 * key=value pairs.  A closing line begins with its class, and with its code
 * too unless it is ok; a push begins with its kind; a data line may have words
 * anywhere ("* busy from=...", "* line=1 ok slot=...").
 */
struct answer_pair {
	struct span key, value; /* value unescaped */
};

struct answer {
	struct span tag;
	char marker;                   /* '*', '!' or 0 */
	struct span word[PROTO_WORDS]; /* in order; the rest empty */
	unsigned count;
	struct answer_pair pairs[PROTO_PAIRS_MAX];
	size_t used;
	char scratch[PROTO_LINE_MAX];
};

/* False when the line is not of the grammar; the struct is then meaningless. */
bool answer_parse(struct answer *answer, struct span line);
/* The same for what may stand behind the '*' of a data line. */
bool answer_parse_data(struct answer *answer, struct span items);
/* The value of a key; ptr NULL when absent. */
struct span answer_value(const struct answer *answer, const char *key);

#endif
