/* SPDX-License-Identifier: ISC */
/*
 * write_params: see write_params.h.
 */
#include "daemon/store/write_params.h"

#include "daemon/store/payload.h"

#include <string.h>

/* In the order of rota.write()'s parameters. */
enum {
	BY,
	KEY,
	REQUEST,
	ANSWER,
	BUMP,
	BUMP_SEEN,
	BUMP_DAY,
	READ,
	READ_SEEN,
	KINDS,
	ROWS
};

enum { JSONB_VERSION = 1, REQUEST_SIZE = 32 };

static const Oid types[WRITE_PARAMS] = {OID_UUID, OID_UUID, OID_BYTEA, OID_TEXT,
    OID_UUID_ARRAY, OID_INT8_ARRAY, OID_DATE_ARRAY, OID_UUID_ARRAY,
    OID_INT8_ARRAY, OID_TEXT_ARRAY, OID_JSONB_ARRAY};

/* rota.key_answer() takes the first three. */
enum { KEY_PARAMS = REQUEST + 1 };

static const struct session_statement statements[] = {
    [WRITE_WRITE] = {"write",
	"SELECT w.code, w.answer FROM rota.write($1, $2, $3, $4, $5, $6, $7,"
	" $8, $9, $10, $11) w",
	WRITE_PARAMS, types, 1},
    [WRITE_KEY] = {"key",
	"SELECT k.code, k.answer FROM rota.key_answer($1, $2, $3) k",
	KEY_PARAMS, types, 1},
};

STATIC_ASSERT(ARRAY_SIZE(statements) == WRITE_STATEMENTS);

const struct session_role write_role = {
    NULL, statements, ARRAY_SIZE(statements)};

STATIC_ASSERT((int)WRITE_PARAMS <= (int)SESSION_PARAMS_MAX);

static void
begin(struct write_layout *layout, int param, const struct pack *pack)
{
	layout->at[param] = pack->len;
}

static void
end(struct write_layout *layout, int param, const struct pack *pack)
{
	layout->length[param] = (int)(pack->len - layout->at[param]);
}

static void
add_id(struct write_layout *layout, int param, struct pack *pack, struct id id)
{
	begin(layout, param, pack);
	if (id_is_nil(id)) {
		layout->length[param] = -1;
		return;
	}
	pack_id(pack, id);
	end(layout, param, pack);
}

static void
add_guards(struct write_layout *layout, int param, struct pack *pack,
    const struct guard *guards, size_t count)
{
	begin(layout, param, pack);
	pack_array(pack, OID_UUID, count);
	for (size_t i = 0; i < count; i++)
		pack_item_id(pack, guards[i].id);
	end(layout, param, pack);
	begin(layout, param + 1, pack);
	pack_array(pack, OID_INT8, count);
	for (size_t i = 0; i < count; i++)
		pack_item_u64(pack, guards[i].seen);
	end(layout, param + 1, pack);
}

static void
add_days(struct write_layout *layout, struct pack *pack,
    const struct guard *guards, size_t count)
{
	begin(layout, BUMP_DAY, pack);
	pack_array(pack, OID_DATE, count);
	for (size_t i = 0; i < count; i++)
		pack_item_day(pack, guards[i].day);
	end(layout, BUMP_DAY, pack);
}

static void
add_changes(struct write_layout *layout, struct pack *pack,
    const struct unit *unit, const struct book *book)
{
	begin(layout, KINDS, pack);
	pack_array(pack, OID_TEXT, unit->count);
	for (size_t i = 0; i < unit->count; i++) {
		enum kind kind = unit->changes[i].change.kind;
		const char *name = kind_info(kind)->name;
		size_t place = pack_begin(pack);

		pack_bytes(pack, name, strlen(name));
		pack_end(pack, place);
	}
	end(layout, KINDS, pack);
	begin(layout, ROWS, pack);
	pack_array(pack, OID_JSONB, unit->count);
	for (size_t i = 0; i < unit->count; i++) {
		static const char version = JSONB_VERSION;
		size_t place = pack_begin(pack);

		pack_bytes(pack, &version, 1);
		payload_print(pack, unit, book, &unit->changes[i]);
		pack_end(pack, place);
	}
	end(layout, ROWS, pack);
}

static void
add_key(struct write_layout *layout, struct pack *pack, struct id by,
    struct id key, const unsigned char request[32])
{
	pack->len = 0;
	add_id(layout, BY, pack, by);
	add_id(layout, KEY, pack, key);
	begin(layout, REQUEST, pack);
	pack_bytes(pack, request, id_is_nil(key) ? 0 : REQUEST_SIZE);
	end(layout, REQUEST, pack);
}

void
write_pack(struct pack *pack, struct write_layout *layout,
    const struct store_write *write, const struct book *book)
{
	const struct unit *unit = write->unit;
	bool keyed = !id_is_nil(write->key);
	/* A write of nothing raises nothing: a guard's number travels with the
	 * first change of its write. */
	size_t bumps = unit->count == 0 ? 0 : unit->bump_count;

	layout->statement = WRITE_WRITE;
	add_key(layout, pack, write->by, write->key, write->request);
	begin(layout, ANSWER, pack);
	pack_bytes(pack, write->answer.ptr, keyed ? write->answer.len : 0);
	end(layout, ANSWER, pack);
	add_guards(layout, BUMP, pack, unit->bumps, bumps);
	add_days(layout, pack, unit->bumps, bumps);
	add_guards(layout, READ, pack, unit->reads, unit->read_count);
	add_changes(layout, pack, unit, book);
}

void
write_pack_key(struct pack *pack, struct write_layout *layout, struct id by,
    struct id key, const unsigned char request[32])
{
	layout->statement = WRITE_KEY;
	add_key(layout, pack, by, key, request);
}

void
write_params(struct session_params *params, const struct write_layout *layout,
    const char *bytes)
{
	for (int i = 0; i < statements[layout->statement].count; i++) {
		bool null = layout->length[i] < 0;

		params->values[i] = null ? NULL : bytes + layout->at[i];
		params->lengths[i] = null ? 0 : layout->length[i];
	}
}
