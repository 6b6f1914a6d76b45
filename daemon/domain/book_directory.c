/* SPDX-License-Identifier: ISC */
/*
 * book_directory: the entities of the directory.
 *
 * An entity keeps its index and its address; a change replaces its contents.
 * Beside the array stand an index by id, one by the kind's own code, and the
 * order of lists.
 */
#include "daemon/domain/book_private.h"

#include "daemon/base/mem.h"
#include "proto/put.h"

#include <stdlib.h>
#include <string.h>

/* What book_resolve() finds an entity by, beside its id. */
static struct span
natural(enum kind kind, const struct entity *entity)
{
	if (kind == KIND_TOKEN)
		return span_of(((const struct token *)entity)->hash);
	return entity_handle(kind, entity);
}

static struct span
natural_at(const void *owner, uint32_t position)
{
	const struct directory *directory = owner;

	if (directory->is_short) {
		const struct put_word *handle = &directory->handles[position];

		return (struct span){handle->text, handle->len};
	}
	return natural(directory->kind, directory->at[position]);
}

STATIC_ASSERT(
    sizeof((struct site){0}.finess) <= sizeof((struct put_word){0}.text));
STATIC_ASSERT(
    sizeof((struct physician){0}.rpps) <= sizeof((struct put_word){0}.text));

/* The entity at this index is new, or has changed. */
static void
note_handle(struct directory *directory, int32_t index)
{
	struct put_word word = {.len = 0};
	struct span handle;

	if (!directory->is_short)
		return;
	handle = entity_handle(directory->kind, directory->at[index]);
	memcpy(word.text, handle.ptr, handle.len);
	word.len = (unsigned char)handle.len;
	directory->handles = xgrow(directory->handles,
	    &directory->handles_capacity, (size_t)index + 1, sizeof(word));
	directory->handles[index] = word;
}

void
directory_init(
    struct directory *directory, const struct book *book, enum kind kind)
{
	directory->book = book;
	directory->kind = kind;
	directory->is_short = kind == KIND_SITE || kind == KIND_PHYSICIAN;
	idmap_init(&directory->by_id);
	text_index_init(&directory->by_natural, natural_at);
}

void
directory_fini(struct directory *directory)
{
	for (int32_t i = 0; i < directory->count; i++)
		free(directory->at[i]);
	free(directory->at);
	free(directory->handles);
	free(directory->sorted);
	idmap_fini(&directory->by_id);
	text_index_fini(&directory->by_natural);
}

bool
directory_refers(
    const struct book *book, enum kind kind, const struct entity *entity)
{
	const struct kind_info *info = kind_info(kind);

	for (size_t i = 0; i < info->nfields; i++) {
		const struct field *field = &info->fields[i];
		int32_t index;

		if (field->type != FIELD_REF)
			continue;
		memcpy(&index, (const char *)entity + field->offset,
		    sizeof(index));
		if (index == REF_NONE
			? field->initial == NULL
			: index < 0 || index >= book_count(book, field->ref))
			return false;
	}
	return true;
}

static int
compare_text(struct span a, struct span b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter == 0 ? 0 : memcmp(a.ptr, b.ptr, shorter);

	if (order != 0 || a.len == b.len)
		return order;
	return a.len < b.len ? -1 : 1;
}

/* The id of who a fact is about, nil when there is nobody. */
static struct id
owner_id(const struct book *book, enum kind kind, const struct entity *fact)
{
	int32_t index;
	enum kind of = fact_owner(kind, fact, &index);

	return of == KIND_COUNT ? ID_NIL : book_entity(book, of, index)->id;
}

/* By owner, first day. */
static int
compare_facts(const struct directory *directory, const struct entity *a,
    const struct entity *b)
{
	enum kind kind = directory->kind;
	int order = id_compare(owner_id(directory->book, kind, a),
	    owner_id(directory->book, kind, b));
	int32_t from_a = fact_from(kind, a), from_b = fact_from(kind, b);

	if (order == 0 && from_a != from_b)
		order = from_a < from_b ? -1 : 1;
	return order;
}

/* A total order: equal only if it is the same entity. */
static int
compare(const struct directory *directory, const struct entity *a,
    const struct entity *b)
{
	char text_a[ID_TEXT_LEN], text_b[ID_TEXT_LEN];
	enum kind kind = directory->kind;
	int order;

	if (kind == KIND_ZONE)
		order = zone_compare(
		    (const struct zone *)a, (const struct zone *)b);
	else if (kind_info(kind)->identity != NULL)
		order = compare_facts(directory, a, b);
	else
		order = compare_text(
		    entity_name(kind, a, text_a), entity_name(kind, b, text_b));
	return order != 0 ? order : id_compare(a->id, b->id);
}

static int
compare_indices(const void *a, const void *b, void *arg)
{
	const struct directory *directory = arg;

	return compare(directory, directory->at[*(const int32_t *)a],
	    directory->at[*(const int32_t *)b]);
}

static void
settle(struct directory *directory)
{
	if (!directory->unsorted)
		return;
	qsort_r(directory->sorted, (size_t)directory->count,
	    sizeof(directory->sorted[0]), compare_indices, directory);
	directory->unsorted = false;
}

/* First place, of `count`, whose entity does not stand before `key`. */
static int32_t
lower_bound(
    const struct directory *directory, int32_t count, const struct entity *key)
{
	int32_t low = 0, high = count;

	while (low < high) {
		int32_t middle = low + (high - low) / 2;
		int32_t index = directory->sorted[middle];

		if (compare(directory, directory->at[index], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* `count`: how many stand in the order now. */
static void
order_insert(struct directory *directory, int32_t count, int32_t index)
{
	int32_t at = lower_bound(directory, count, directory->at[index]);

	memmove(directory->sorted + at + 1, directory->sorted + at,
	    (size_t)(count - at) * sizeof(directory->sorted[0]));
	directory->sorted[at] = index;
}

static void
order_remove(struct directory *directory, int32_t count, int32_t index)
{
	int32_t at = lower_bound(directory, count, directory->at[index]);

	if (at >= count || directory->sorted[at] != index)
		abort();
	memmove(directory->sorted + at, directory->sorted + at + 1,
	    (size_t)(count - at - 1) * sizeof(directory->sorted[0]));
}

static void
order_append(struct directory *directory, int32_t count, int32_t index)
{
	if (count > 0 && !directory->unsorted)
		directory->unsorted =
		    compare(directory,
			directory->at[directory->sorted[count - 1]],
			directory->at[index]) > 0;
	directory->sorted[count] = index;
}

static void
add(struct directory *directory, const struct entity *after, bool later)
{
	size_t size = kind_info(directory->kind)->size;
	int32_t index = directory->count;
	size_t need = (size_t)index + 1;

	directory->at = xgrow(
	    directory->at, &directory->capacity, need, sizeof(struct entity *));
	directory->sorted = xgrow(directory->sorted,
	    &directory->sorted_capacity, need, sizeof(directory->sorted[0]));
	directory->at[index] = xmalloc(size);
	memcpy(directory->at[index], after, size);
	note_handle(directory, index);
	idmap_set(&directory->by_id, after->id, (uint64_t)index);
	if (natural(directory->kind, after).len > 0)
		text_index_add(
		    &directory->by_natural, directory, (uint32_t)index);
	if (later)
		order_append(directory, index, index);
	else
		order_insert(directory, index, index);
	directory->count++;
}

/* Takes the last entity out again. */
static void
drop_last(struct directory *directory)
{
	int32_t index = directory->count - 1;
	struct entity *entity = directory->at[index];

	order_remove(directory, directory->count, index);
	if (natural(directory->kind, entity).len > 0)
		text_index_remove(
		    &directory->by_natural, directory, (uint32_t)index);
	idmap_remove(&directory->by_id, entity->id);
	free(entity);
	directory->count--;
}

static void
replace(struct directory *directory, int32_t index, const struct entity *after)
{
	enum kind kind = directory->kind;
	struct entity *entity = directory->at[index];
	bool renamed = !span_equal(natural(kind, entity), natural(kind, after));
	bool reordered = compare(directory, entity, after) != 0;

	if (renamed && natural(kind, entity).len > 0)
		text_index_remove(
		    &directory->by_natural, directory, (uint32_t)index);
	if (reordered)
		order_remove(directory, directory->count, index);
	memcpy(entity, after, kind_info(kind)->size);
	note_handle(directory, index);
	if (renamed && natural(kind, entity).len > 0)
		text_index_add(
		    &directory->by_natural, directory, (uint32_t)index);
	if (reordered)
		order_insert(directory, directory->count - 1, index);
}

static struct entity *
copy(enum kind kind, const struct entity *entity)
{
	size_t size = kind_info(kind)->size;
	struct entity *copied = xmalloc(size);

	memcpy(copied, entity, size);
	return copied;
}

void
directory_put(struct directory *directory, const struct change *change,
    bool later, struct undo *undo)
{
	uint64_t found = idmap_get(&directory->by_id, change->id);
	bool fresh = found == IDMAP_NONE;
	struct entity *after = copy(directory->kind, &change->after->entity);

	after->id = change->id;
	after->rev = change->rev;
	if (undo != NULL) {
		*undo = (struct undo){.kind = directory->kind, .fresh = fresh};
		if (!fresh) {
			undo->at = (uint32_t)found;
			undo->before.entity =
			    copy(directory->kind, directory->at[found]);
		}
	}
	if (!later || !fresh)
		settle(directory);
	if (fresh)
		add(directory, after, later);
	else
		replace(directory, (int32_t)found, after);
	free(after);
}

void
directory_undo(struct directory *directory, struct undo *undo)
{
	if (undo->fresh) {
		drop_last(directory);
		return;
	}
	replace(directory, (int32_t)undo->at, undo->before.entity);
	free(undo->before.entity);
}

int32_t
book_count(const struct book *book, enum kind kind)
{
	return book->directories[kind].count;
}

const struct entity *
book_entity(const struct book *book, enum kind kind, int32_t index)
{
	return book->directories[kind].at[index];
}

const struct put_word *
book_handle(const struct book *book, enum kind kind, int32_t index)
{
	return &book->directories[kind].handles[index];
}

int32_t
book_find(const struct book *book, enum kind kind, struct id id)
{
	uint64_t found = idmap_get(&book->directories[kind].by_id, id);

	return found == IDMAP_NONE ? REF_NONE : (int32_t)found;
}

int32_t
book_resolve(const struct book *book, enum kind kind, struct span handle)
{
	const struct directory *directory = &book->directories[kind];
	uint32_t found =
	    text_index_find(&directory->by_natural, directory, handle);
	struct id id;

	if (found != TEXT_INDEX_NONE)
		return (int32_t)found;
	return span_to_id(handle, &id) ? book_find(book, kind, id) : REF_NONE;
}

static const struct directory *
settled(const struct book *book, enum kind kind)
{
	/* Settling does not change what the book holds. */
	settle(&((struct book *)book)->directories[kind]);
	return &book->directories[kind];
}

const int32_t *
book_sorted(const struct book *book, enum kind kind)
{
	return settled(book, kind)->sorted;
}

int32_t
book_rank(const struct book *book, enum kind kind, struct span handle)
{
	const struct directory *directory = settled(book, kind);
	int32_t index = book_resolve(book, kind, handle);
	int32_t low = 0, high = directory->count;
	char text[ID_TEXT_LEN];

	if (index != REF_NONE)
		return 1 +
		    lower_bound(
			directory, directory->count, directory->at[index]);
	if (kind == KIND_ZONE || kind_info(kind)->identity != NULL)
		return 0;
	while (low < high) {
		int32_t middle = low + (high - low) / 2;
		const struct entity *entity =
		    directory->at[directory->sorted[middle]];

		if (compare_text(entity_name(kind, entity, text), handle) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first place whose fact's owner does not stand before `owner`, or also not
 * at it. */
static int32_t
owner_bound(const struct directory *facts, struct id owner, bool after)
{
	int32_t low = 0, high = facts->count;

	while (low < high) {
		int32_t middle = low + (high - low) / 2;
		int order = id_compare(owner_id(facts->book, facts->kind,
					   facts->at[facts->sorted[middle]]),
		    owner);

		if (order < 0 || (after && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const int32_t *
book_facts(
    const struct book *book, enum kind kind, struct id owner, size_t *count)
{
	const struct directory *facts = settled(book, kind);
	int32_t first = owner_bound(facts, owner, false);

	*count = (size_t)(owner_bound(facts, owner, true) - first);
	return facts->sorted + first;
}

const char *
book_zone(
    const struct book *book, const char *commune, const char *kind, int32_t day)
{
	const struct directory *zones = settled(book, KIND_ZONE);
	int32_t low = 0, high = zones->count;
	bool newest = true;

	/* The first fact after all of this commune and kind up to the day. */
	while (low < high) {
		int32_t middle = low + (high - low) / 2;
		const struct zone *zone =
		    (const struct zone *)zones->at[zones->sorted[middle]];
		int order = strcmp(zone->commune, commune);

		if (order == 0)
			order = strcmp(zone->kind, kind);
		if (order < 0 || (order == 0 && zone->from <= day))
			low = middle + 1;
		else
			high = middle;
	}
	for (; low > 0; low--, newest = false) {
		const struct zone *zone =
		    (const struct zone *)zones->at[zones->sorted[low - 1]];

		if (strcmp(zone->commune, commune) != 0 ||
		    strcmp(zone->kind, kind) != 0)
			return NULL;
		if (day <= zone->to && (newest || zone->to != INT32_MAX))
			return zone->class;
	}
	return NULL;
}

size_t
directory_memory(const struct directory *directory)
{
	return directory->capacity * sizeof(struct entity *) +
	    directory->handles_capacity * sizeof(directory->handles[0]) +
	    directory->sorted_capacity * sizeof(directory->sorted[0]) +
	    (size_t)directory->count * kind_info(directory->kind)->size +
	    idmap_memory(&directory->by_id) +
	    text_index_memory(&directory->by_natural);
}
