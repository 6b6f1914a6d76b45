/* SPDX-License-Identifier: ISC */
/*
 * asked: a request as it was put together from the words of a command.
 *
 * Behind the verb stand key=value words; a word without "=" is the value of the
 * next key that the verb needs (or that the command takes in that place) and
 * that nobody gave.  Days may be told as today, tomorrow, yesterday, +3, -3.
 */
#ifndef ROTA_ASKED_H
#define ROTA_ASKED_H

#include "proto/limits.h"
#include "tools/rota/verbs.h"

struct asked {
	const struct verb_view *view; /* borrowed */
	size_t len;
	char line[PROTO_LINE_MAX]; /* the request, without line end */
	size_t count;
	struct {
		char key[PROTO_WORD_MAX + 1];
		const char *value; /* as typed; borrowed from the words */
	} pairs[PROTO_ARGS_MAX];
};

/*
 * places: the keys that bare words stand for, parted by blanks; NULL: the
 * required ones.  OUTCOME_OK, or OUTCOME_USAGE after a complaint.
 */
enum outcome asked_build(struct asked *asked, const struct verb_view *view,
    const char *places, char *const *words, int count) MUST_CHECK;
/* Adds a pair; false when the line is full. */
bool asked_add(struct asked *asked, const char *key, struct span value)
    MUST_CHECK;
/* The value of a key as it was typed, NULL when it is absent. */
const char *asked_value(const struct asked *asked, const char *key);
/* Every required key is there; a complaint says which is not. */
bool asked_is_complete(const struct asked *asked) MUST_CHECK;

/* The day that a word means, seen from `today`; false when it is no such word.
 */
bool day_of_word(const char *word, int32_t today, int32_t *day);
/* Today's date here. */
int32_t day_today(void);

#endif
