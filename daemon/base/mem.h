/* SPDX-License-Identifier: ISC */
/*
 * mem: allocation that never returns NULL.
 *
 * Sizes are ours and small, or were capped before they came here, so running
 * out is the end: one log line, then abort().  Everything returned is owned by
 * the caller and given back with free().
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "daemon/base/compiler.h"

#include <stddef.h>

/* size may be 0: the result is then a pointer of no use except to free(). */
void *xmalloc(size_t size) MUST_CHECK;

/* count elements of size bytes, zeroed; the product may not overflow. */
void *xcalloc(size_t count, size_t size) MUST_CHECK;

/* As realloc(3), but size 0 gives a pointer, and pointer is owned here. */
void *xrealloc(void *pointer, size_t size) MUST_CHECK;

/* A copy of string; NULL gives NULL. */
char *xstrndup(const char *string, size_t max) MUST_CHECK;
char *xstrdup(const char *string) MUST_CHECK;

/* The text that the format makes. */
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2) MUST_CHECK;

/*
 * array (NULL at first) with room for at least need elements of size bytes.
 * *capacity is its room in elements (0 at first); it is doubled as often as
 * needed, so adding one by one costs amortised constant time.  New elements
 * are not initialised.  The old array is owned here, the new one the caller's:
 *
 *	list = xgrow(list, &capacity, count + 1, sizeof(list[0]));
 *	list[count++] = item;
 */
void *xgrow(void *array, size_t *capacity, size_t need, size_t size) MUST_CHECK;
/* Likewise; new elements are all zero. */
void *xgrow_zero(void *array, size_t *capacity, size_t need, size_t size)
    MUST_CHECK;

#endif
