/* SPDX-License-Identifier: ISC */
/*
 * line_kit: one good line of each kind of an instance, and the lines that it
 * needs before it, for tests that spoil them.
 */
#ifndef TESTS_LINE_KIT_H
#define TESTS_LINE_KIT_H

#include "daemon/planner/read/instance_line.h"
#include "daemon/planner/read/instance_read.h"

#include <check.h>

enum { HEAD_LINES = 14, SAMPLE_LEN = 1024 };

/* Stands before every sample, which is line HEAD_LINES + 1. */
extern const char line_head[];

struct sample {
	enum line_kind kind;
	const char *line;
	const char *about; /* what is told of it when it stands twice */
};

extern const struct sample samples[];
extern const size_t sample_count;

/* The sample with another value of a key, as it is to stand in the line; NULL:
 * without the key.  False when the sample has no such key. */
bool sample_with(const struct sample *sample, const char *key,
    const char *value, char line[SAMPLE_LEN]);

/* Reads the head and what is behind it; fails the test when the reason does not
 * begin with `why`, or when it is read and there is one.  NULL: it is read. */
void line_expect(const char *lines, const char *why);

#endif
