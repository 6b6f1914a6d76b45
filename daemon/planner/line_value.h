/* SPDX-License-Identifier: ISC */
/*
 * line_value: for the readers of lines.  What a line says is refused with the
 * reason; what is found is a number of the instance.
 */
#ifndef PLANNER_LINE_VALUE_H
#define PLANNER_LINE_VALUE_H

#include "daemon/planner/instance_line.h"

/* A line under way; all lent. */
struct line {
	struct instance *in;
	const struct value *value; /* by key */
	size_t number;
	struct error *error;
};

/* Always false. */
bool line_refuse(const struct line *line, const char *what, struct span token);
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

#endif
