/* SPDX-License-Identifier: ISC */
/*
 * fuzz: what a fuzz target gives to its driver, which is libFuzzer or
 * replay.c.  A target aborts when something does not hold.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Folder of the target's seeds below tests/fuzz/corpus. */
extern const char fuzz_corpus[];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* For free(): the bytes in memory of their size, so that the address sanitizer
 * sees a read beyond them. */
static inline char *
fuzz_copy(const uint8_t *data, size_t size)
{
	char *copy = malloc(size == 0 ? 1 : size);

	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	return copy;
}

static inline void
fuzz_hold(int holds)
{
	if (!holds)
		abort();
}

#endif
