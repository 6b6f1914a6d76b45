/* SPDX-License-Identifier: ISC */
/*
 * repair_kit: a region planned and published by the real planner, and what is
 * said about repairing it.
 */
#ifndef TESTS_INTEGRATION_REPAIR_KIT_H
#define TESTS_INTEGRATION_REPAIR_KIT_H

#include "tests/integration/proposal_kit.h"

enum { REPAIR_SITES = 4, REPAIR_PEOPLE = 6, REPAIR_DAYS = 13, SAID_MAX = 200 };

/* A region that is planned and published, after bench_begin() with these lines
 * of rotad.conf too. */
void repair_found(const char *settings);

/* What was said last: copies of data lines. */
struct said {
	char *line[SAID_MAX];
	size_t count;
};

void said_listen(struct said *said);
void said_forget(struct said *said);
/* The first line with that word, or NULL. */
const char *said_find(const struct said *said, const char *word);

/* The first physician who has published half-days in the first week, as many as
 * there are. */
unsigned repair_somebody(long long *count);
/* The process of a planner that stays, of daemon 0; 0: there is none. */
int repair_resident(void);

#endif
