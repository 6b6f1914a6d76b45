/* SPDX-License-Identifier: ISC */
/*
 * region_check: the requests that put a region, judged line by line.
 */
#ifndef TESTS_REGION_CHECK_H
#define TESTS_REGION_CHECK_H

#include <stddef.h>

/* What has been put, by its own key: "site 160004578", "zone 16374". */
struct seen {
	char **names; /* owned */
	size_t count, capacity;
};

/* How many of them begin so. */
unsigned seen_count(const struct seen *seen, const char *prefix);
void seen_fini(struct seen *seen);

/* Each line is a good request, of good values, put once and after what it
 * refers to. */
void region_check(struct seen *seen, const char *text);

#endif
