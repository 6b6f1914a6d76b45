/* SPDX-License-Identifier: ISC */
/*
 * scene: who takes part in the dialogues of one file, each on a connection of
 * its own, and where complaints go.
 *
 * A party is named by the words behind "= ": the role and a person, whose
 * account is invited by the operator when the person first appears.
 */
#ifndef TESTS_SCENE_H
#define TESTS_SCENE_H

#include "tests/golden/dialogue.h"
#include "tests/golden/pattern.h"
#include "tests/golden/transcript.h"

enum { PARTY_NAME_MAX = 80 };

struct party {
	struct party *next;
	char name[PARTY_NAME_MAX]; /* "coordinator anne/2" */
	char *token; /* what it authenticates with; NULL: nothing */
	struct dialogue *dialogue; /* NULL: not connected */
	bool used;                 /* in this block */
};

struct scene {
	transcript_connect_fn *connect;
	void *arg;        /* borrowed */
	FILE *log;        /* borrowed */
	int patience;     /* milliseconds */
	const char *path; /* borrowed */
	unsigned line;
	struct pattern pattern;
	struct party *parties;
};

/* Opens and closes what a file needs; the settings stay. */
void scene_begin(struct scene *scene, const char *path, int32_t monday);
void scene_end(struct scene *scene);

/* The party of "= role name ...", connected and authenticated; NULL when that
 * failed, which is reported.  greeting: it is taken and checked here. */
struct party *scene_party(
    struct scene *scene, struct span words, bool greeting);
void party_hang_up(struct party *party);

/* Reports about the line under way; always false. */
bool scene_fail(const struct scene *scene, const char *what, struct span text);
bool scene_fail_expected(const struct scene *scene, struct span expected,
    enum dialogue_next next, struct span got);

#endif
