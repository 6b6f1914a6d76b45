/* SPDX-License-Identifier: ISC */
/* serve_store: lines by entity. */
#include "daemon/base/mem.h"
#include "daemon/planner/serve/serve_private.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MAX = 96 };

void
store_init(struct store *store)
{
	memset(store, 0, sizeof(*store));
	names_init(&store->ids);
}

void
store_fini(struct store *store)
{
	for (size_t i = 0; i < store->lines; i++)
		free(store->line[i]);
	free(store->line);
	free(store->line_of);
	names_fini(&store->ids);
	memset(store, 0, sizeof(*store));
}

/* "kind id=..." of a line that begins so; else empty. */
static struct span
name_of(struct span line)
{
	struct span rest = line, kind, id;

	if (!span_cut(&rest, ' ', &kind) || !span_cut(&rest, ' ', &id) ||
	    id.len <= 3 || memcmp(id.ptr, "id=", 3) != 0)
		return (struct span){NULL, 0};
	line.len = (size_t)(id.ptr - line.ptr) + id.len;
	return line.len <= NAME_MAX ? line : (struct span){NULL, 0};
}

static void
append(struct store *store, struct span line)
{
	store->line = xgrow(store->line, &store->room, store->lines + 1,
	    sizeof(store->line[0]));
	store->line[store->lines++] = xstrndup(line.ptr, line.len);
	store->bytes += line.len + 1;
}

void
store_put(struct store *store, struct span line)
{
	struct span name = name_of(line);
	int32_t number = NAMES_NONE;
	char **old;

	if (name.len > 0)
		number = names_find(&store->ids, name);
	if (number != NAMES_NONE) {
		old = &store->line[store->line_of[number]];
		store->bytes -= strlen(*old);
		store->bytes += line.len;
		free(*old);
		*old = xstrndup(line.ptr, line.len);
		return;
	}
	if (name.len > 0) {
		number = names_add(&store->ids, name);
		store->line_of = xgrow(store->line_of, &store->line_of_room,
		    (size_t)number + 1, sizeof(store->line_of[0]));
		store->line_of[number] = store->lines;
	}
	append(store, line);
}

void
store_put_all(struct store *store, struct span text)
{
	struct span line;

	while (span_cut(&text, '\n', &line))
		store_put(store, line);
}

void
store_set_now(struct store *store, int64_t now)
{
	char text[SERVE_LINE_MAX];
	struct out out = OUT(text);
	struct span rest, word;

	if (store->lines == 0)
		return;
	rest = span_of(store->line[0]);
	while (span_cut(&rest, ' ', &word)) {
		if (out.len > 0)
			out_char(&out, ' ');
		if (word.len > 4 && memcmp(word.ptr, "now=", 4) == 0) {
			out_literal(&out, "now=");
			out_i64(&out, now);
		} else {
			out_bytes(&out, word.ptr, word.len);
		}
	}
	if (out.overflow)
		return; /* no line that was read is that long */
	store->bytes += out.len;
	store->bytes -= strlen(store->line[0]);
	free(store->line[0]);
	store->line[0] = xstrndup(out.ptr, out.len);
}

char *
store_text(const struct store *store, size_t *len)
{
	char *text = xmalloc(store->bytes + 1), *at = text;

	for (size_t i = 0; i < store->lines; i++) {
		size_t size = strlen(store->line[i]);

		memcpy(at, store->line[i], size);
		at[size] = '\n';
		at += size + 1;
	}
	*len = (size_t)(at - text);
	return text;
}
