/* SPDX-License-Identifier: ISC */
/*
 * config_value: the typed values of rotad.conf as text.
 *
 * Whatever config_value_*_text() writes, the parser of the type accepts and
 * reads as the same value.
 */
#ifndef DAEMON_CONFIG_VALUE_H
#define DAEMON_CONFIG_VALUE_H

#include "daemon/base/compiler.h"

#include <stdbool.h>
#include <stdint.h>

/* Caller's storage for a number with its unit. */
struct config_text {
	char text[32];
};

/* What the parsers accept, to follow "must be ". */
#define CONFIG_DURATION_FORM "a whole number with ms, s, m, h or d, such as 10s"
#define CONFIG_COUNT_FORM "a whole number"
#define CONFIG_SIZE_FORM                                                       \
	"a whole number of bytes, or with k, M or G, such as 4M"
#define CONFIG_BOOL_FORM "yes or no"
#define CONFIG_RULES_FORM "words of H05 H07 H09 H15 H16 H21"

/*
 * All: 0, or -1 if text (a string, borrowed) has another form or the value does
 * not fit; then *value is untouched.
 */

/* Milliseconds.  The unit may be left out for 0 only. */
int config_parse_duration(const char *text, uint64_t *ms) MUST_CHECK;
int config_parse_count(const char *text, uint64_t *count) MUST_CHECK;
/* Bytes; k, M and G are powers of 1024. */
int config_parse_size(const char *text, uint64_t *bytes) MUST_CHECK;
int config_parse_bool(const char *text, bool *value) MUST_CHECK;
/* Rules that may be switched off: bit n is rule Hn. */
int config_parse_rules(const char *text, uint32_t *rules) MUST_CHECK;

/* The value in its largest unit without a rest; returns out->text. */
const char *config_duration_text(struct config_text *out, uint64_t ms);
const char *config_count_text(struct config_text *out, uint64_t count);
const char *config_size_text(struct config_text *out, uint64_t bytes);

#endif
