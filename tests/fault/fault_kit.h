/* SPDX-License-Identifier: ISC */
/*
 * fault_kit: requests that a fault comes upon, and a daemon whose way to
 * PostgreSQL can be broken.
 */
#ifndef TESTS_FAULT_FAULT_KIT_H
#define TESTS_FAULT_FAULT_KIT_H

#include "tests/support/faultproxy.h"
#include "tests/support/town.h"

#include <check.h>

#define KIT_HOURS "hours=\"mon-sun M 09:00-12:00 A 14:00-18:00\""

enum { KIT_PEOPLE = 4, KIT_SOON_MS = 60000 };

/* The closing line begins with these words. */
void kit_expect(const char *answer, const char *words);
/* Fills the morning of physician n at site n; key may be NULL.  The line is
 * owned by the caller. */
char *kit_assign_line(unsigned n, int day, const char *key) MUST_CHECK;
const char *kit_assign(struct talk *talk, unsigned n, int day, const char *key);
/* The same until it is answered otherwise than by fail. */
const char *kit_insist(struct talk *talk, const char *line);
/* The physician has so many half-days. */
void kit_check_count(struct talk *talk, unsigned n, long long count);
/* Runs the suite; the program's exit status. */
int kit_run(Suite *suite);

/* A town with sites and physicians 0..KIT_PEOPLE-1, and the operator of its
 * daemon 0, which reaches PostgreSQL by the proxy only. */
struct scene {
	struct town *town;
	struct faultproxy *proxy;
	struct talk *talk;
};

void scene_begin(
    struct scene *scene, struct pgcluster *cluster, const char *settings);
void scene_end(struct scene *scene);
/* A connection string for a daemon that is to go by the proxy too; owned by
 * the caller. */
char *scene_conninfo(const struct scene *scene) MUST_CHECK;
/* Waits until the database shows that the write under the key is done. */
void scene_wait_for_key(const struct scene *scene, const char *key);
/* Sends a signal to the sessions of the daemon whose last statement is like the
 * pattern, of which there must be one. */
void scene_signal(const struct scene *scene, const char *pattern, int number);
/* All is as before the fault: it follows, a write is done and read. */
void scene_check_recovery(struct scene *scene);

#endif
