/* SPDX-License-Identifier: ISC */
/*
 * exact: texts for readers that must not look behind their end.
 */
#ifndef TESTS_UNIT_EXACT_H
#define TESTS_UNIT_EXACT_H

#include "proto/span.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Lent until the next call: the bytes of a text without its NUL. */
static inline struct span
exact(const char *text)
{
	static char *bytes;
	size_t len = strlen(text);

	free(bytes);
	bytes = malloc(len == 0 ? 1 : len);
	ck_assert_ptr_nonnull(bytes);
	memcpy(bytes, text, len);
	return (struct span){bytes, len};
}

#endif
