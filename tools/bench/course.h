/* SPDX-License-Identifier: ISC */
/*
 * course: half-days for one of several writers to fill, so chosen that no two
 * writers ever meet at a physician or at a site, and that no rule refuses them.
 *
 * The world's blocks are dealt out to the writers; a writer fills one half-day
 * of all its physicians, then the next half-day.
 */
#ifndef BENCH_COURSE_H
#define BENCH_COURSE_H

#include "proto/out.h"
#include "tools/bench/world.h"

struct course {
	const struct world *world; /* borrowed */
	unsigned *physicians;      /* owned: those of this writer */
	unsigned count, at;
	int32_t day;
	unsigned part; /* 0 M, 1 A */
};

/* Writer `index` of `of`, from the Monday `first` on.  0, or -1 when there are
 * too few blocks for so many writers, after a complaint. */
int course_init(struct course *course, const struct world *world,
    unsigned index, unsigned of, int32_t first);
void course_fini(struct course *course);
/* Prints " physician= site= day= part=" of the next half-day. */
void course_next(struct course *course, struct out *out);

#endif
