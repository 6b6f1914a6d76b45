/* SPDX-License-Identifier: ISC */
/*
 * book_model: a naive model of the book, and a world that changes both.
 *
 * The model keeps plain arrays.  A world gives a book, and a second one, the
 * same random changes, logs them, and keeps the model in step.
 */
#ifndef TESTS_BOOK_MODEL_H
#define TESTS_BOOK_MODEL_H

#include "tests/unit/domain_support.h"

enum { PHYSICIANS = 12, SITES = 9, ZONES = 10, SLOTS = 400, LOG_MAX = 5000 };

struct model {
	struct physician physicians[PHYSICIANS];
	struct site sites[SITES];
	struct zone zones[ZONES];
	struct assignment slots[SLOTS];
	int32_t npeople, nsites, nzones;
	size_t nslots;
};

struct logged {
	struct change change;
	union after *after; /* owned */
};

struct world {
	struct random random;
	struct book *book, *twin; /* the twin only has what was applied */
	struct model model;
	struct logged log[LOG_MAX];
	size_t logged;
};

struct world *world_new(uint64_t seed);
void world_free(struct world *world);
uint32_t world_below(struct world *world, uint32_t limit);
/* Changes the model at random and says how; *after is the caller's. */
struct change world_change(
    struct world *world, struct model *model, union after *after);
/* One change applied to both books, and wrong revisions of it refused. */
void world_apply(struct world *world);

#endif
