/* SPDX-License-Identifier: ISC */
/*
 * error: a bounded text for the operator, from configuration and start-up.
 *
 * What a client may see is an enum status, never this.  The text is one
 * sentence without a full stop or newline, NUL-terminated, cut if too long.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "daemon/base/compiler.h"

/* Caller's storage; an empty text means that nothing was set. */
struct error {
	char text[512];
};

/* Replaces the text; its old text may be among the arguments. */
void error_set(struct error *error, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Puts "prefix: " before the text: error_prefix(error, "%s", path). */
void error_prefix(struct error *error, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
