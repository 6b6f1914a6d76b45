/* SPDX-License-Identifier: ISC */
/*
 * instance_line: the kinds of lines of an instance, and what each key may be.
 */
#ifndef PLANNER_INSTANCE_LINE_H
#define PLANNER_INSTANCE_LINE_H

#include "daemon/planner/instance/instance_build.h"
#include "daemon/planner/instance/record.h"
#include "daemon/planner/instance/seen.h"

enum line_kind {
	LINE_INSTANCE,
	LINE_WEIGHTS,
	LINE_PAIR,
	LINE_REST,
	LINE_MINORITY,
	LINE_UNPOPULAR,
	LINE_UNITS,
	LINE_ACTIVITY,
	LINE_PROGRAMME,
	LINE_SITE,
	LINE_PRESENCE,
	LINE_ROAD,
	LINE_NEED,
	LINE_PHYSICIAN,
	LINE_REACH,
	LINE_FREE,
	LINE_WEEK,
	LINE_ANCHOR,
	LINE_CAP,
	LINE_SPREAD,
	LINE_SHARE,
	LINE_HELD,
	LINE_APART,
	LINE_LOCK,
	LINE_EXISTING,
	LINE_EXTRA,
	LINE_COUNT
};

/* Where the keys stand that name a half-day: in these kinds the same. */
enum {
	KEY_PHYSICIAN,
	KEY_SITE,
	KEY_DAY,
	KEY_PART,
	KEY_ACTIVITY,
	KEY_SPECIALTY,
	KEY_PROGRAMME,
	KEY_REST /* what else the kind has */
};

extern const struct record_kind line_kinds[LINE_COUNT];

/* What the lines before have said, by kind. */
struct said {
	struct seen by_kind[LINE_COUNT];
};

/* What a line says goes into the instance; false with why. */
bool line_read(struct instance *in, struct said *said,
    const struct record *record, size_t number, struct error *error);

#endif
