/* SPDX-License-Identifier: ISC */
/*
 * serve_store: lines by entity.
 *
 * What is new stands behind what was there, and what was there may be changed
 * so that it names what is new: the text has the kinds in the order in which
 * each names only what stands before it.
 */
#include "daemon/base/mem.h"
#include "daemon/planner/serve/serve_private.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

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
		free(store->line[i].text);
	free(store->line);
	free(store->line_of);
	names_fini(&store->ids);
	memset(store, 0, sizeof(*store));
}

struct span
store_name(struct span line)
{
	struct span rest = line, kind, id;

	if (!span_cut(&rest, ' ', &kind) || !span_cut(&rest, ' ', &id) ||
	    id.len <= 3 || memcmp(id.ptr, "id=", 3) != 0)
		return (struct span){NULL, 0};
	line.len = (size_t)(id.ptr - line.ptr) + id.len;
	return line.len <= SERVE_NAME_MAX ? line : (struct span){NULL, 0};
}

static void
append(struct store *store, struct span line)
{
	struct kept_line *kept;

	store->line = xgrow(store->line, &store->room, store->lines + 1,
	    sizeof(store->line[0]));
	kept = &store->line[store->lines++];
	*kept = (struct kept_line){
	    xstrndup(line.ptr, line.len), store->puts, book_line_rank(line)};
	store->bytes += line.len + 1;
}

static void
replace(struct store *store, size_t number, struct span line)
{
	struct kept_line *kept = &store->line[number];

	store->bytes -= strlen(kept->text);
	store->bytes += line.len;
	free(kept->text);
	kept->text = xstrndup(line.ptr, line.len);
	kept->put = store->puts;
}

void
store_put(struct store *store, struct span line)
{
	struct span name = store_name(line);
	int32_t number = NAMES_NONE;

	store->puts++;
	if (name.len > 0)
		number = names_find(&store->ids, name);
	if (number != NAMES_NONE) {
		replace(store, store->line_of[number], line);
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
store_take_back(struct store *store, size_t number, struct span text)
{
	struct span name = store_name(span_of(store->line[number].text));
	struct span line = {NULL, 0};

	while (
	    span_cut(&text, '\n', &line) && !span_equal(store_name(line), name))
		line.len = 0;
	/* A blank line says nothing, and is there for the next of the name. */
	replace(store, number, line);
	store->line[number].put = 0;
}

void
store_set_now(struct store *store, int64_t now)
{
	char text[SERVE_LINE_MAX];
	struct out out = OUT(text);
	struct span rest, word;
	uint64_t put;

	if (store->lines == 0)
		return;
	rest = span_of(store->line[0].text);
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
	put = store->line[0].put;
	replace(store, 0, (struct span){out.ptr, out.len});
	store->line[0].put = put;
}

size_t *
store_order(const struct store *store)
{
	size_t *order = xcalloc(store->lines + 1, sizeof(order[0]));
	size_t first[BOOK_RANKS + 1] = {0};

	for (size_t i = 0; i < store->lines; i++)
		first[store->line[i].rank + 1]++;
	for (size_t rank = 0; rank < BOOK_RANKS; rank++)
		first[rank + 1] += first[rank];
	for (size_t i = 0; i < store->lines; i++)
		order[first[store->line[i].rank]++] = i;
	return order;
}

char *
store_text(const struct store *store, const size_t *order, size_t *len)
{
	char *text = xmalloc(store->bytes + 1), *at = text;

	for (size_t i = 0; i < store->lines; i++) {
		at = stpcpy(at, store->line[order[i]].text);
		*at++ = '\n';
	}
	*len = (size_t)(at - text);
	return text;
}
