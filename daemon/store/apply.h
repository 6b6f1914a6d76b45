/* SPDX-License-Identifier: ISC */
/*
 * apply: the rows of a poll, into a book.
 */
#ifndef STORE_APPLY_H
#define STORE_APPLY_H

#include "daemon/store/payload.h"
#include "daemon/store/snapshot.h"
#include "daemon/store/store.h"

#include <libpq-fe.h>

/* Columns of a change, from some column on, as CHANGE_COLUMNS gives them. */
#define CHANGE_COLUMNS                                                         \
	"r.seq, r.epoch, r.xid, r.kind, r.at, r.by, r.payload,"                \
	" r.guards, r.seen"

enum { CHANGE_COLUMN_COUNT = 9 };

/*
 * What a cursor does not show, given by epoch $1, xmax $2 and xip $3: all later
 * transactions, those of later epochs too, and of the ones it saw running those
 * that have come to an end at the snapshot `now`.  Not "xid >= xmin and not
 * visible": a transaction that stays open would have every poll walk past all
 * that was written since it began.
 */
/* clang-format off */
#define CHANGES_MISSED(now)                                                    \
	"SELECT c.seq, c.epoch, c.xid, c.kind, c.at, c.by, c.payload,"         \
	" c.guards, c.seen, c.entity, c.rev FROM rota.change c"                \
	" WHERE (c.epoch, c.xid) >= ($1, $2)"                                  \
	" UNION ALL "                                                          \
	"SELECT c.seq, c.epoch, c.xid, c.kind, c.at, c.by, c.payload,"         \
	" c.guards, c.seen, c.entity, c.rev FROM (SELECT x FROM unnest($3) x"  \
	" WHERE pg_visible_in_snapshot(x, " now ")) y CROSS JOIN LATERAL"      \
	" (SELECT * FROM rota.change d WHERE d.epoch = $1 AND d.xid = y.x"     \
	" OFFSET 0) c"
/* clang-format on */

/* One row as a change; lives as long as the result and its own storage. */
struct change_row {
	struct change change;
	struct payload payload;
	unsigned epoch;
	uint64_t xid;
};

enum change_row_result {
	CHANGE_ROW_GOOD,
	CHANGE_ROW_UNKNOWN, /* a kind of a later release */
	CHANGE_ROW_DANGLING,
	CHANGE_ROW_MALFORMED /* payload.fault says what */
};

enum change_row_result change_row_read(struct change_row *to,
    const PGresult *result, int row, int first_column, struct book *book)
    MUST_CHECK;

/* What a poll's rows left to be done. */
struct applied {
	size_t changes;
	bool again; /* the book should be loaded anew, and is right meanwhile */
	bool broken; /* it must be: the book is not what the database is */
};

/* Who is told of each change; NULL: nobody. */
struct apply_to {
	struct book *book;
	void (*on_change)(void *arg, const struct change *change);
	void *arg;
	struct store_figures *figures;
};

/*
 * Applies the rows from first_column on, in order.  With `seen`, only those
 * that this cursor shows when `shown`, only the others when not.
 */
void apply_rows(const struct apply_to *to, const PGresult *result,
    int first_column, const struct cursor *seen, bool shown,
    struct applied *applied);

#endif
