/* SPDX-License-Identifier: ISC */
/* chunk: see chunk.h. */
#include "tools/rota/chunk.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

void
chunk_fini(struct chunk *chunk)
{
	free(chunk->text);
	free(chunk->lines);
	memset(chunk, 0, sizeof(*chunk));
}

void
chunk_clear(struct chunk *chunk)
{
	chunk->len = chunk->count = 0;
}

void
chunk_add(struct chunk *chunk, struct span request, size_t line)
{
	chunk->text = xgrow(chunk->text, &chunk->capacity,
	    chunk->len + request.len + 1, sizeof(char));
	chunk->lines = xgrow(chunk->lines, &chunk->room, chunk->count + 1,
	    sizeof(chunk->lines[0]));
	chunk->lines[chunk->count++] =
	    (struct chunk_line){chunk->len, request.len, line};
	memcpy(chunk->text + chunk->len, request.ptr, request.len);
	chunk->len += request.len;
	chunk->text[chunk->len++] = '\n';
}

void
chunk_remove(struct chunk *chunk, size_t place)
{
	size_t at = chunk->lines[place].at;
	size_t gone = chunk->lines[place].len + 1;

	chunk->len -= gone;
	memmove(chunk->text + at, chunk->text + at + gone, chunk->len - at);
	chunk->count--;
	memmove(chunk->lines + place, chunk->lines + place + 1,
	    (chunk->count - place) * sizeof(chunk->lines[0]));
	for (size_t i = place; i < chunk->count; i++)
		chunk->lines[i].at -= gone;
}

void
chunk_drop(struct chunk *chunk, size_t count)
{
	size_t gone =
	    count < chunk->count ? chunk->lines[count].at : chunk->len;

	chunk->len -= gone;
	memmove(chunk->text, chunk->text + gone, chunk->len);
	chunk->count -= count;
	memmove(chunk->lines, chunk->lines + count,
	    chunk->count * sizeof(chunk->lines[0]));
	for (size_t i = 0; i < chunk->count; i++)
		chunk->lines[i].at -= gone;
}

struct span
chunk_request(const struct chunk *chunk, size_t place)
{
	const struct chunk_line *line = &chunk->lines[place];

	return (struct span){chunk->text + line->at, line->len};
}
