/* SPDX-License-Identifier: ISC */
/*
 * verbs: what a verb takes - from the protocol's own table, which this program
 * was built with, and for what that does not know from the daemon's `help`.
 */
#ifndef ROTA_VERBS_H
#define ROTA_VERBS_H

#include "proto/limits.h"
#include "proto/verb.h"
#include "tools/rota/rota.h"

enum {
	VERB_NAME_MAX = 64,
	VERB_KEYS_MAX = 64,
	VERB_WORDS_MAX = 3, /* of a verb's name */
	VERB_EXPECTED_MAX = 100
};

struct verb_key {
	char name[PROTO_WORD_MAX + 1];
	char expected[VERB_EXPECTED_MAX];
	bool required;
};

struct verb_view {
	char name[VERB_NAME_MAX + 1];
	int words;      /* of its name */
	bool is_known;  /* verb is set */
	enum verb verb; /* of our table */
	size_t count;
	struct verb_key keys[VERB_KEYS_MAX]; /* required ones first */
};

/* The verb of this name in our table. */
bool verbs_known(const char *name, struct verb_view *view);
/* The longest verb that the words begin with, in our table only. */
bool verbs_match(char *const *words, int count, struct verb_view *view);
/*
 * The same, and the daemon is asked when our table has none: OUTCOME_OK, or the
 * exit status after a complaint.
 */
enum outcome verbs_find(struct rota *rota, char *const *words, int count,
    struct verb_view *view) MUST_CHECK;
/* The verb "KIND put" or "KIND list" for a kind in singular or plural; kind is
 * set to the singular.  Asks the daemon as verbs_find() does. */
enum outcome verbs_of_kind(struct rota *rota, const char *word,
    const char *action, char kind[VERB_NAME_MAX + 1], struct verb_view *view)
    MUST_CHECK;

const struct verb_key *verb_key_find(
    const struct verb_view *view, const char *name);

#endif
