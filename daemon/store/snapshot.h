/* SPDX-License-Identifier: ISC */
/*
 * snapshot: which transactions had committed at a moment, and cursors.
 *
 * A snapshot is PostgreSQL's pg_snapshot: a transaction is visible when its
 * number is below xmax and not among those in progress (xip), which are sorted
 * and lie in [xmin, xmax).  A cursor is a snapshot within an epoch; as text it
 * is "epoch:xmin:xmax:xip,xip".  Nothing here asks the database.
 */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include "daemon/base/compiler.h"
#include "daemon/store/pack.h"
#include "proto/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snapshot {
	uint64_t xmin, xmax;
	uint64_t *xip; /* owned, ascending, no doubles */
	size_t count, capacity;
};

struct cursor {
	unsigned epoch; /* 0: none */
	struct snapshot snapshot;
};

void snapshot_fini(struct snapshot *snapshot);
/* Replaces what *snapshot was; on false it is empty and of no use. */
bool snapshot_parse(struct snapshot *snapshot, struct span text) MUST_CHECK;
void snapshot_print(const struct snapshot *snapshot, struct pack *pack);
/* In PostgreSQL's binary form: as pg_snapshot; its xip as xid8[]. */
void snapshot_pack(const struct snapshot *snapshot, struct pack *pack);
void snapshot_pack_xip(const struct snapshot *snapshot, struct pack *pack);
void snapshot_copy(struct snapshot *to, const struct snapshot *from);
bool snapshot_visible(const struct snapshot *snapshot, uint64_t xid);
/* Whether all that is visible in `part` is visible in `whole`. */
bool snapshot_covers(const struct snapshot *whole, const struct snapshot *part);

/* As for snapshots; cursors of one epoch cover each other as snapshots do. */
bool cursor_covers(const struct cursor *whole, const struct cursor *part);
void cursor_copy(struct cursor *to, const struct cursor *from);
bool cursor_parse(struct cursor *cursor, struct span text) MUST_CHECK;
void cursor_print(const struct cursor *cursor, struct pack *pack);

#endif
