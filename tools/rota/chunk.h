/* SPDX-License-Identifier: ISC */
/*
 * chunk: requests that go out together, each with the line of the file that it
 * came from.
 */
#ifndef ROTA_CHUNK_H
#define ROTA_CHUNK_H

#include "proto/span.h"

#include <stdbool.h>
#include <stddef.h>

struct chunk_line {
	size_t at, len; /* in the text, its line feed not counted */
	size_t line;    /* of the file */
};

struct chunk {
	char *text; /* lines, each ended by LF; owned */
	size_t len, capacity;
	struct chunk_line *lines; /* owned */
	size_t count, room;
};

void chunk_fini(struct chunk *chunk);
void chunk_clear(struct chunk *chunk);
void chunk_add(struct chunk *chunk, struct span request, size_t line);
/* Takes out a request, by its place from 0. */
void chunk_remove(struct chunk *chunk, size_t place);
/* Takes out the first so many. */
void chunk_drop(struct chunk *chunk, size_t count);
struct span chunk_request(const struct chunk *chunk, size_t place);

#endif
