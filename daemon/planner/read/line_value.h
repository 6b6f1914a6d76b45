/* SPDX-License-Identifier: ISC */
/*
 * line_value: for the readers of lines.  What a line says is refused with the
 * reason; what is found is a number of the instance.
 */
#ifndef PLANNER_LINE_VALUE_H
#define PLANNER_LINE_VALUE_H

#include "daemon/planner/read/instance_line.h"

/* What is read stays in memory, whoever wrote it. */
enum {
	MOST_PROGRAMMES = 1000,
	MOST_SITES = 50000,
	MOST_PHYSICIANS = 30000,
	MOST_NEEDS = 4000000,
	MOST_ROADS = 4000000,
	MOST_APARTS = 4000000,
	MOST_MARKS = 2000000,
	MOST_HELDS = 1000000,
	MOST_DEARS = 1000000,
	MOST_SHARES = 50000
};

/* A line under way; all lent. */
struct line {
	struct instance *in;
	enum line_kind kind;
	const struct value *value; /* by key */
	size_t number;
	struct seen *seen; /* by kind of line */
	struct error *error;
};

/* Always false. */
bool line_refuse(const struct line *line, const char *what, struct span token);
/* The line of this kind that said it before; 0: this one is the first. */
uint32_t line_before(const struct line *line, uint64_t a, uint64_t b);
/* False, with that line and what it said, when one has said it before. */
bool line_once(const struct line *line, uint64_t a, uint64_t b);
/* The same of a name: its number, or NAMES_NONE and the one it will have. */
bool line_new(const struct line *line, int32_t found, size_t count);
/* Whether there is room for one more; false: "more than 9 what". */
bool line_fits(
    const struct line *line, size_t count, size_t most, const char *what);
int32_t line_number(const struct line *line, size_t key);
/* what: "no site" and the like. */
bool line_known(const struct line *line, const struct names *names,
    const char *what, size_t key, int32_t *out);
bool line_site(const struct line *line, size_t key, int32_t *out);
bool line_physician(const struct line *line, size_t key, int32_t *out);
/* NAMES_NONE where the line has none. */
bool line_programme(const struct line *line, size_t key, int32_t *out);
/* By KEY_ACTIVITY and KEY_SPECIALTY. */
bool line_activity(const struct line *line, int32_t *out);
/* A day from the first, one of those planned. */
bool line_day(const struct line *line, size_t key, int32_t *out);
/* By KEY_DAY and KEY_PART. */
bool line_half(const struct line *line, int32_t *out);
/* A Monday. */
bool line_week(const struct line *line, size_t key, int32_t *day);
/* Days of a key and the one after it, both included, cut to those planned, as
 * half-days from `from` to before `until`. */
void line_interval(
    const struct line *line, size_t key, int32_t *from, int32_t *until);
/* Numbers that do not rise. */
bool line_levels(const struct line *line, size_t key, struct ladder *ladder);
/* "mon" to "sun". */
bool line_weekday(struct span word, unsigned *out);

/* Of line_head.c: the readers of what stands above sites and physicians. */
bool line_read_instance(const struct line *line);
bool line_read_weights(const struct line *line);
bool line_read_pair(const struct line *line);
bool line_read_rest(const struct line *line);
bool line_read_minority(const struct line *line);
bool line_read_unpopular(const struct line *line);
bool line_read_units(const struct line *line);
bool line_read_activity(const struct line *line);
bool line_read_programme(const struct line *line);
/* Of line_half.c. */
bool line_read_need(const struct line *line);
bool line_read_share(const struct line *line);
bool line_read_held(const struct line *line);
bool line_read_apart(const struct line *line);
bool line_read_lock(const struct line *line);
bool line_read_existing(const struct line *line);
bool line_read_extra(const struct line *line);

#endif
