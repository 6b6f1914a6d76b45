/* SPDX-License-Identifier: ISC */
/*
 * payload: an entity as the JSON object that a row of rota.change holds, and
 * that rota.write() takes: its columns by name, `id` and `rev` among them.
 *
 * References are ids outside and indices of the book inside.
 */
#ifndef STORE_PAYLOAD_H
#define STORE_PAYLOAD_H

#include "daemon/base/compiler.h"
#include "daemon/domain/book.h"
#include "daemon/domain/unit.h"
#include "daemon/store/pack.h"
#include "proto/limits.h"

/* Prints one change of a unit, with its reason. */
void payload_print(struct pack *pack, const struct unit *unit,
    const struct book *book, const struct unit_change *change);

enum payload_result {
	PAYLOAD_GOOD,
	PAYLOAD_DANGLING, /* refers to an entity that the book does not have */
	PAYLOAD_MALFORMED
};

/* Caller's storage; good for any kind. */
struct payload {
	union after after;
	char reason[PROTO_WORD_MAX + 1];
	const char *fault; /* the column that is to blame; static */
};

/*
 * Reads an entity of a kind; its revision and id are those in the object.  The
 * book gains words (programmes), nothing else.  A column that is missing has
 * its initial value: a payload is as old as its write.
 */
enum payload_result payload_read(struct payload *payload, enum kind kind,
    struct span json, struct book *book) MUST_CHECK;

/* What an assignment's offsets are in the time zone of its site. */
void payload_set_offsets(struct assignment *a, const struct site *site);

#endif
