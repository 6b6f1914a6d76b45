/* SPDX-License-Identifier: ISC */
/*
 * pattern: lines of a transcript with placeholders, as the appendix of
 * proto/protocol.md defines them.
 *
 * A name is bound by the first line that matches it and stands for that value
 * from then on; a line that does not match as a whole binds nothing.
 */
#ifndef TESTS_PATTERN_H
#define TESTS_PATTERN_H

#include "proto/span.h"

struct binding;

struct pattern {
	int32_t monday; /* what <day+0> stands for */
	struct binding *bindings;
};

enum pattern_result { PATTERN_MATCHES, PATTERN_DIFFERS, PATTERN_BROKEN };

void pattern_init(struct pattern *pattern, int32_t monday);
void pattern_fini(struct pattern *pattern);

/* Whether `line` is what `expected` describes; PATTERN_BROKEN when `expected`
 * has a placeholder that does not exist. */
enum pattern_result pattern_match(
    struct pattern *pattern, struct span expected, struct span line);

/*
 * The bytes to send for a line to be free()d by the caller, their number in
 * *len; NULL when it has a placeholder without a value.
 */
char *pattern_expand(
    const struct pattern *pattern, struct span line, size_t *len);

#endif
