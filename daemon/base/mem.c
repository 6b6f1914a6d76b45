/* SPDX-License-Identifier: ISC */
/*
 * mem: the allocator's results checked once, here.
 */
#include "daemon/base/mem.h"

#include "daemon/base/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROW_FIRST = 16 }; /* elements of an array's first room */

static NORETURN void
out_of_memory(size_t size)
{
	log_error("mem", "out-of-memory", "bytes=%zu", size);
	abort();
}

void *
xmalloc(size_t size)
{
	void *pointer = malloc(size > 0 ? size : 1);

	if (pointer == NULL)
		out_of_memory(size);
	return pointer;
}

void *
xcalloc(size_t count, size_t size)
{
	void *pointer;

	if (count == 0 || size == 0)
		count = size = 1;
	pointer = calloc(count, size);
	if (pointer == NULL)
		out_of_memory(
		    count > SIZE_MAX / size ? SIZE_MAX : count * size);
	return pointer;
}

void *
xrealloc(void *pointer, size_t size)
{
	void *moved = realloc(pointer, size > 0 ? size : 1);

	if (moved == NULL)
		out_of_memory(size);
	return moved;
}

char *
xstrndup(const char *string, size_t max)
{
	size_t len;
	char *copy;

	if (string == NULL)
		return NULL;
	len = strnlen(string, max);
	copy = xmalloc(len + 1);
	memcpy(copy, string, len);
	copy[len] = '\0';
	return copy;
}

char *
xstrdup(const char *string)
{
	return xstrndup(string, SIZE_MAX);
}

char *
xasprintf(const char *fmt, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, fmt);
	len = vasprintf(&text, fmt, args);
	va_end(args);
	if (len < 0)
		out_of_memory(0);
	return text;
}

void *
xgrow(void *array, size_t *capacity, size_t need, size_t size)
{
	size_t room = *capacity > 0 ? *capacity : GROW_FIRST;

	if (need <= *capacity && array != NULL)
		return array;
	while (room < need) {
		if (room > SIZE_MAX / 2)
			out_of_memory(SIZE_MAX);
		room *= 2;
	}
	if (size > 0 && room > SIZE_MAX / size)
		out_of_memory(SIZE_MAX);
	array = xrealloc(array, room * size);
	*capacity = room;
	return array;
}

void *
xgrow_zero(void *array, size_t *capacity, size_t need, size_t size)
{
	size_t before = array == NULL ? 0 : *capacity;
	unsigned char *grown = xgrow(array, capacity, need, size);

	if (*capacity > before)
		memset(grown + before * size, 0, (*capacity - before) * size);
	return grown;
}
