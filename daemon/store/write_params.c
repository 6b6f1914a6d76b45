/* SPDX-License-Identifier: ISC */
/*
 * write_params: see write_params.h.
 */
#include "daemon/store/write_params.h"

#include "daemon/store/payload.h"

#include <stdlib.h>
#include <string.h>

enum { JSONB_VERSION = 1, REQUEST_SIZE = 32 };

/* A write of more than this has enough to do for a call of its own. */
enum { JOINED_ROWS_MAX = 8, JOINED_GUARDS_MAX = 32 };

/* An element of uuid[]: its length and its bytes. */
enum { ID_SIZE = 16, ID_ITEM_SIZE = 4 + ID_SIZE };

/* The parameters of rota.write() in their order, see put_writes(). */
static const Oid write_types[] = {OID_UUID_ARRAY, OID_UUID_ARRAY,
    OID_BYTEA_ARRAY, OID_TEXT_ARRAY, OID_INT4_ARRAY, OID_UUID_ARRAY,
    OID_INT8_ARRAY, OID_DATE_ARRAY, OID_INT4_ARRAY, OID_UUID_ARRAY,
    OID_INT8_ARRAY, OID_INT4_ARRAY, OID_INT4_ARRAY, OID_TEXT_ARRAY,
    OID_JSONB_ARRAY, OID_INT4_ARRAY, OID_INT4_ARRAY};

static const Oid key_types[] = {OID_UUID, OID_UUID, OID_BYTEA};

static const struct pgsession_statement statements[] = {
    [WRITE_WRITE] = {"write",
	"SELECT w.code, w.answer FROM rota.write($1, $2, $3, $4, $5, $6, $7,"
	" $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) w",
	ARRAY_SIZE(write_types), write_types, 1},
    [WRITE_KEY] = {"key",
	"SELECT k.code, k.answer FROM rota.key_answer($1, $2, $3) k",
	ARRAY_SIZE(key_types), key_types, 1},
};

STATIC_ASSERT(ARRAY_SIZE(statements) == WRITE_STATEMENTS);
STATIC_ASSERT(ARRAY_SIZE(write_types) <= PGSESSION_PARAMS_MAX);

const struct pgsession_role write_role = {
    NULL, statements, ARRAY_SIZE(statements)};

/* ----- one write ----- */

static void
add_id(struct pack *pack, struct id id)
{
	if (id_is_nil(id))
		pack_item_null(pack);
	else
		pack_item_id(pack, id);
}

static void
add_bytes(struct pack *pack, const void *bytes, size_t len)
{
	size_t place = pack_begin(pack);

	pack_bytes(pack, bytes, len);
	pack_end(pack, place);
}

static void
add_guards(struct write_part *part, enum write_segment segment,
    struct pack *pack, const struct guard *guards, size_t count)
{
	part->at[segment] = pack->len;
	for (size_t i = 0; i < count; i++)
		pack_item_id(pack, guards[i].id);
	part->at[segment + 1] = pack->len;
	for (size_t i = 0; i < count; i++)
		pack_item_u64(pack, guards[i].seen);
}

static void
add_changes(struct write_part *part, struct pack *pack, const struct unit *unit,
    const struct book *book)
{
	part->at[SEGMENT_KIND] = pack->len;
	for (size_t i = 0; i < unit->count; i++) {
		const char *name =
		    kind_info(unit->changes[i].change.kind)->name;

		add_bytes(pack, name, strlen(name));
	}
	part->at[SEGMENT_ROW] = pack->len;
	for (size_t i = 0; i < unit->count; i++) {
		static const char version = JSONB_VERSION;
		size_t place = pack_begin(pack);

		pack_bytes(pack, &version, 1);
		payload_print(pack, unit, book, &unit->changes[i]);
		pack_end(pack, place);
	}
}

bool
write_may_join(const struct unit *unit)
{
	if (unit->count == 0 || unit->count > JOINED_ROWS_MAX ||
	    unit->bump_count + unit->read_count > JOINED_GUARDS_MAX)
		return false;
	for (size_t i = 0; i < unit->count; i++)
		if (unit->changes[i].change.kind != KIND_ASSIGNMENT)
			return false;
	return true;
}

static void
begin(struct pack *pack, struct write_part *part,
    enum write_statement statement, struct id by, struct id key,
    const unsigned char request[32])
{
	pack->len = 0;
	*part = (struct write_part){.statement = statement};
	part->at[SEGMENT_BY] = pack->len;
	add_id(pack, by);
	part->at[SEGMENT_KEY] = pack->len;
	add_id(pack, key);
	part->at[SEGMENT_REQUEST] = pack->len;
	add_bytes(pack, request, id_is_nil(key) ? 0 : REQUEST_SIZE);
	part->at[SEGMENT_ANSWER] = pack->len;
}

static void
end(const struct pack *pack, struct write_part *part)
{
	part->at[WRITE_SEGMENTS] = pack->len;
	part->bytes = pack->ptr;
}

void
write_pack(struct pack *pack, struct write_part *part,
    const struct store_write *write, const struct book *book)
{
	const struct unit *unit = write->unit;

	begin(pack, part, WRITE_WRITE, write->by, write->key, write->request);
	add_bytes(pack, write->answer.ptr,
	    id_is_nil(write->key) ? 0 : write->answer.len);
	/* A write of nothing raises nothing: a guard's number travels with the
	 * first change of its write. */
	part->bumps = unit->count == 0 ? 0 : unit->bump_count;
	part->reads = unit->read_count;
	part->rows = unit->count;
	part->joins = !write->alone && write_may_join(unit);
	add_guards(part, SEGMENT_BUMP, pack, unit->bumps, part->bumps);
	part->at[SEGMENT_BUMP_DAY] = pack->len;
	for (size_t i = 0; i < part->bumps; i++)
		pack_item_day(pack, unit->bumps[i].day);
	add_guards(part, SEGMENT_READ, pack, unit->reads, part->reads);
	add_changes(part, pack, unit, book);
	end(pack, part);
}

void
write_pack_key(struct pack *pack, struct write_part *part, struct id by,
    struct id key, const unsigned char request[32])
{
	begin(pack, part, WRITE_KEY, by, key, request);
	end(pack, part);
}

size_t
write_part_size(const struct write_part *part)
{
	return part->at[WRITE_SEGMENTS];
}

/* ----- several ----- */

static const char *
guard_id(const struct write_part *part, enum write_segment segment, size_t i)
{
	return part->bytes + part->at[segment] + (i + 1) * ID_ITEM_SIZE -
	    ID_SIZE;
}

/* Whether two lists in order have an id in common. */
static bool
guards_meet(const struct write_part *a, enum write_segment of_a,
    const struct write_part *b, enum write_segment of_b)
{
	size_t na = of_a == SEGMENT_BUMP ? a->bumps : a->reads;
	size_t nb = of_b == SEGMENT_BUMP ? b->bumps : b->reads;
	size_t i = 0, j = 0;

	while (i < na && j < nb) {
		int order =
		    memcmp(guard_id(a, of_a, i), guard_id(b, of_b, j), ID_SIZE);

		if (order == 0)
			return true;
		if (order < 0)
			i++;
		else
			j++;
	}
	return false;
}

static bool
keys_meet(const struct write_part *a, const struct write_part *b)
{
	size_t size = a->at[SEGMENT_REQUEST] - a->at[SEGMENT_KEY];

	return size == ID_ITEM_SIZE &&
	    size == b->at[SEGMENT_REQUEST] - b->at[SEGMENT_KEY] &&
	    memcmp(a->bytes + a->at[SEGMENT_KEY], b->bytes + b->at[SEGMENT_KEY],
		size) == 0;
}

bool
write_parts_meet(const struct write_part *a, const struct write_part *b)
{
	return keys_meet(a, b) ||
	    guards_meet(a, SEGMENT_BUMP, b, SEGMENT_BUMP) ||
	    guards_meet(a, SEGMENT_BUMP, b, SEGMENT_READ) ||
	    guards_meet(a, SEGMENT_READ, b, SEGMENT_BUMP);
}

/* A call being put together. */
struct call {
	struct pack *pack;
	const struct write_part *const *parts;
	size_t count;
	size_t at[PGSESSION_PARAMS_MAX + 1]; /* where each parameter begins */
	size_t params;
	/* Only with chains: the guards to be looked at first, as in the order
	 * of locks, but for those that an earlier write of the call raises. */
	bool chained;
	int32_t look[WRITE_PARTS_MAX * JOINED_GUARDS_MAX];
	size_t looks;
};

static size_t
elements(const struct write_part *part, enum write_segment segment)
{
	switch (segment) {
	case SEGMENT_BY:
	case SEGMENT_KEY:
	case SEGMENT_REQUEST:
	case SEGMENT_ANSWER:
		return 1;
	case SEGMENT_BUMP:
	case SEGMENT_BUMP_SEEN:
	case SEGMENT_BUMP_DAY:
		return part->bumps;
	case SEGMENT_READ:
	case SEGMENT_READ_SEEN:
		return part->reads;
	case SEGMENT_KIND:
	case SEGMENT_ROW:
		return part->rows;
	case WRITE_SEGMENTS:
		break;
	}
	abort();
}

static void
begin_array(struct call *call, Oid element, enum write_segment segment)
{
	size_t total = 0;

	for (size_t i = 0; i < call->count; i++)
		total += elements(call->parts[i], segment);
	call->at[call->params++] = call->pack->len;
	pack_array(call->pack, element, total);
}

static void
put(struct call *call, Oid element, enum write_segment segment)
{
	begin_array(call, element, segment);
	for (size_t i = 0; i < call->count; i++) {
		const struct write_part *part = call->parts[i];
		size_t at = part->at[segment];

		pack_bytes(
		    call->pack, part->bytes + at, part->at[segment + 1] - at);
	}
}

/* Which write each element of the segment belongs to, from 1. */
static void
put_of(struct call *call, enum write_segment segment)
{
	begin_array(call, OID_INT4, segment);
	for (size_t i = 0; i < call->count; i++)
		for (size_t n = elements(call->parts[i], segment); n > 0; n--)
			pack_item_u32(call->pack, (uint32_t)i + 1);
}

/* Guards in order of their ids, those that are left of a write. */
struct sorted {
	const char *id;
	size_t left;
	int32_t number, step;
};

static struct sorted *
least(struct sorted *lists, size_t count)
{
	struct sorted *best = NULL;

	for (size_t i = 0; i < count; i++)
		if (lists[i].left > 0 &&
		    (best == NULL ||
			memcmp(lists[i].id, best->id, ID_SIZE) < 0))
			best = &lists[i];
	return best;
}

/* In the order of locks: whether it is an earlier write's number by now. */
static void
look_at(struct call *call, const struct sorted *list, const char **raised)
{
	bool again = *raised != NULL && memcmp(*raised, list->id, ID_SIZE) == 0;

	if (!again)
		call->look[call->looks++] = list->number;
	if (!again && list->step > 0)
		*raised = list->id;
}

/* Of those with one id, an earlier write's comes first. */
static void
put_order(struct call *call)
{
	struct sorted lists[2 * WRITE_PARTS_MAX], *list;
	const char *raised = NULL;
	int32_t bumps = 0, reads = 0;

	for (size_t i = 0; i < call->count; i++) {
		const struct write_part *part = call->parts[i];

		lists[2 * i] = (struct sorted){
		    guard_id(part, SEGMENT_BUMP, 0), part->bumps, bumps + 1, 1};
		lists[2 * i + 1] =
		    (struct sorted){guard_id(part, SEGMENT_READ, 0),
			part->reads, -(reads + 1), -1};
		bumps += (int32_t)part->bumps;
		reads += (int32_t)part->reads;
	}
	call->at[call->params++] = call->pack->len;
	pack_array(call->pack, OID_INT4, (size_t)bumps + (size_t)reads);
	while ((list = least(lists, 2 * call->count)) != NULL) {
		pack_item_u32(call->pack, (uint32_t)list->number);
		if (call->chained)
			look_at(call, list, &raised);
		list->number += list->step;
		list->id += ID_ITEM_SIZE;
		list->left--;
	}
}

/* A parameter of no bytes is null: nobody builds upon anybody. */
static void
put_chains(struct call *call)
{
	call->at[call->params++] = call->pack->len;
	if (call->chained) {
		pack_array(call->pack, OID_INT4, call->count);
		for (size_t i = 0; i < call->count; i++)
			pack_item_u32(call->pack,
			    call->parts[i]->chained ? (uint32_t)i : 0);
	}
	call->at[call->params++] = call->pack->len;
	if (call->chained) {
		pack_array(call->pack, OID_INT4, call->looks);
		for (size_t i = 0; i < call->looks; i++)
			pack_item_u32(call->pack, (uint32_t)call->look[i]);
	}
}

static void
put_writes(struct call *call)
{
	for (size_t i = 0; i < call->count; i++)
		call->chained |= call->parts[i]->chained;
	put(call, OID_UUID, SEGMENT_BY);
	put(call, OID_UUID, SEGMENT_KEY);
	put(call, OID_BYTEA, SEGMENT_REQUEST);
	put(call, OID_TEXT, SEGMENT_ANSWER);
	put_of(call, SEGMENT_BUMP);
	put(call, OID_UUID, SEGMENT_BUMP);
	put(call, OID_INT8, SEGMENT_BUMP_SEEN);
	put(call, OID_DATE, SEGMENT_BUMP_DAY);
	put_of(call, SEGMENT_READ);
	put(call, OID_UUID, SEGMENT_READ);
	put(call, OID_INT8, SEGMENT_READ_SEEN);
	put_order(call);
	put_of(call, SEGMENT_ROW);
	put(call, OID_TEXT, SEGMENT_KIND);
	put(call, OID_JSONB, SEGMENT_ROW);
	put_chains(call);
}

/* Of a question the elements themselves, without their lengths. */
static void
key_params(struct pgsession_params *params, const struct write_part *part)
{
	for (size_t i = 0; i < ARRAY_SIZE(key_types); i++) {
		size_t at = part->at[i] + sizeof(uint32_t);
		size_t len = part->at[i + 1] - at;

		params->values[i] = len == 0 ? NULL : part->bytes + at;
		params->lengths[i] = (int)len;
	}
}

void
write_params(struct pack *pack, struct pgsession_params *params,
    const struct write_part *const *parts, size_t count)
{
	struct call call = {.pack = pack, .parts = parts, .count = count};

	if (parts[0]->statement == WRITE_KEY) {
		key_params(params, parts[0]);
		return;
	}
	pack->len = 0;
	put_writes(&call);
	call.at[call.params] = pack->len;
	for (size_t i = 0; i < call.params; i++) {
		params->lengths[i] = (int)(call.at[i + 1] - call.at[i]);
		params->values[i] =
		    params->lengths[i] == 0 ? NULL : pack->ptr + call.at[i];
	}
}
