/* SPDX-License-Identifier: ISC */
/*
 * write_params: writes as the parameters of rota.write(), and questions about
 * keys as those of rota.key_answer().
 *
 * A write is packed when it is asked for, since what it consists of is only
 * lent; as elements, so that several can be put together into one call.
 */
#ifndef STORE_WRITE_PARAMS_H
#define STORE_WRITE_PARAMS_H

#include "daemon/base/compiler.h"
#include "daemon/store/pack.h"
#include "daemon/store/pgsession.h"
#include "daemon/store/store.h"

/* Statements of a write session. */
enum write_statement { WRITE_WRITE, WRITE_KEY, WRITE_STATEMENTS };

extern const struct pgsession_role write_role;

enum { WRITE_PARTS_MAX = 16 }; /* writes of one call */

/* What an element belongs to; those of a question are the first three. */
enum write_segment {
	SEGMENT_BY,
	SEGMENT_KEY,
	SEGMENT_REQUEST,
	SEGMENT_ANSWER,
	SEGMENT_BUMP,
	SEGMENT_BUMP_SEEN,
	SEGMENT_BUMP_DAY,
	SEGMENT_READ,
	SEGMENT_READ_SEEN,
	SEGMENT_KIND,
	SEGMENT_ROW,
	WRITE_SEGMENTS
};

/* One write, packed. */
struct write_part {
	enum write_statement statement;
	bool joins;   /* may share a call with others */
	bool chained; /* builds upon the part before it, in one call with it */
	const char *bytes;             /* borrowed; see write_pack() */
	size_t at[WRITE_SEGMENTS + 1]; /* where each segment begins */
	size_t bumps, reads, rows;     /* elements of those segments */
};

/* Whether a unit may share a call with others: half-days alone, and few.  What
 * guards do not keep apart, such as two entities that want one code, may wait
 * for another call in any order. */
bool write_may_join(const struct unit *unit);

/* Replaces what the pack held; part->bytes lie in it. */
void write_pack(struct pack *pack, struct write_part *part,
    const struct store_write *write, const struct book *book);
/* The same for a question by store_key(). */
void write_pack_key(struct pack *pack, struct write_part *part, struct id by,
    struct id key, const unsigned char request[32]);

size_t write_part_size(const struct write_part *part);

/* Whether one may depend on the other: they may not share a call, unless they
 * are of one chain. */
bool write_parts_meet(const struct write_part *a, const struct write_part *b);

/* The parameters of one call for 1 to WRITE_PARTS_MAX writes, or for one
 * question; they point into the pack, whose contents they replace, or into the
 * parts. */
void write_params(struct pack *pack, struct pgsession_params *params,
    const struct write_part *const *parts, size_t count);

#endif
