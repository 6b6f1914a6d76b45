/* SPDX-License-Identifier: ISC */
/*
 * apply: see apply.h.
 *
 * The guards of a write come with its first row.  In the order of seq, the last
 * number of a guard is the one that it has: seq is drawn under its lock.
 */
#include "daemon/store/apply.h"

#include "daemon/base/log.h"
#include "daemon/store/row.h"

#include <string.h>

enum {
	COLUMN_SEQ,
	COLUMN_EPOCH,
	COLUMN_XID,
	COLUMN_KIND,
	COLUMN_AT,
	COLUMN_BY,
	COLUMN_PAYLOAD,
	COLUMN_GUARDS,
	COLUMN_SEEN
};

static const char log_id[] = "store/book";

enum change_row_result
change_row_read(struct change_row *to, const PGresult *result, int row,
    int first_column, struct book *book)
{
	struct change *change = &to->change;
	struct entity *entity = &to->payload.after.entity;

	*change = (struct change){.after = &to->payload.after};
	change->seq = (uint64_t)row_i64(result, row, first_column + COLUMN_SEQ);
	to->epoch = (unsigned)row_i32(result, row, first_column + COLUMN_EPOCH);
	to->xid = (uint64_t)row_i64(result, row, first_column + COLUMN_XID);
	change->at = row_instant_us(result, row, first_column + COLUMN_AT);
	change->by = row_id(result, row, first_column + COLUMN_BY);
	if (!kind_find(row_text(result, row, first_column + COLUMN_KIND),
		&change->kind))
		return CHANGE_ROW_UNKNOWN;
	switch (payload_read(&to->payload, change->kind,
	    row_json(result, row, first_column + COLUMN_PAYLOAD), book)) {
	case PAYLOAD_GOOD:
		break;
	case PAYLOAD_DANGLING:
		return CHANGE_ROW_DANGLING;
	case PAYLOAD_MALFORMED:
		return CHANGE_ROW_MALFORMED;
	}
	if (change->kind == KIND_ASSIGNMENT) {
		change->id = to->payload.after.assignment.id;
		change->rev = to->payload.after.assignment.rev;
	} else {
		change->id = entity->id;
		change->rev = entity->rev;
	}
	change->reason = span_of(to->payload.reason);
	return CHANGE_ROW_GOOD;
}

static void
apply_guards(
    struct book *book, const PGresult *result, int row, int first_column)
{
	const char *guards, *seen;
	size_t count = row_array(result, row, first_column + COLUMN_GUARDS,
	    sizeof(struct id), &guards);

	if (row_array(result, row, first_column + COLUMN_SEEN, sizeof(uint64_t),
		&seen) != count)
		return;
	for (size_t i = 0; i < count; i++)
		book_set_guard(book, row_element_id(guards, i),
		    row_element_u64(seen, i) + 1);
}

/* A site's new time zone moves the clock of what is planned there. */
static bool
moves_clocks(const struct book *book, const struct change *change)
{
	int32_t index;

	if (change->kind != KIND_SITE)
		return false;
	index = book_find(book, KIND_SITE, change->id);
	return index != REF_NONE &&
	    book_site(book, index)->tz != change->after->site.tz;
}

/* Older time is not counted from its first day on. */
static bool
cuts_counters(const struct book *book, const struct change *change)
{
	return change->kind == KIND_QUOTA &&
	    !book_counts_from(book, &change->after->quota);
}

static void
complain(const struct change *change, const char *what, const char *field)
{
	log_error(log_id, "unfit", "seq=%llu what=%s%s%s",
	    (unsigned long long)change->seq, what,
	    field == NULL ? "" : " field=", field == NULL ? "" : field);
}

/* What the book has of the entity, copied to *kept; NULL: nothing. */
static const union after *
former(const struct book *book, const struct change *change, union after *kept)
{
	const union after *before = book_latest(book, change->kind, change->id);

	if (before == NULL)
		return NULL;
	memcpy(kept, before, kind_info(change->kind)->size);
	return kept;
}

static void
apply_change(const struct apply_to *to, const struct change *change,
    struct applied *applied)
{
	bool again =
	    moves_clocks(to->book, change) || cuts_counters(to->book, change);
	struct change told = *change;
	union after before;

	told.before = former(to->book, change, &before);
	switch (book_apply(to->book, change)) {
	case APPLY_DONE:
		applied->changes++;
		applied->again |= again;
		if (to->on_change != NULL) {
			to->figures->changes++;
			to->on_change(to->arg, &told);
		}
		return;
	case APPLY_REPEATED:
		return;
	case APPLY_OLD:
		applied->again = true;
		return;
	case APPLY_GAP:
		complain(change, "gap", NULL);
		applied->broken = true;
		return;
	case APPLY_DANGLING:
		complain(change, "dangling", NULL);
		applied->broken = true;
		return;
	}
}

static void
apply_row(const struct apply_to *to, const PGresult *result, int row,
    int first_column, struct applied *applied)
{
	struct change_row read;

	apply_guards(to->book, result, row, first_column);
	switch (change_row_read(&read, result, row, first_column, to->book)) {
	case CHANGE_ROW_GOOD:
		apply_change(to, &read.change, applied);
		return;
	case CHANGE_ROW_UNKNOWN:
		to->figures->unknown++;
		return;
	case CHANGE_ROW_DANGLING:
		complain(&read.change, "dangling", read.payload.fault);
		applied->broken = true;
		return;
	case CHANGE_ROW_MALFORMED:
		complain(&read.change, "malformed", read.payload.fault);
		applied->broken = true;
		return;
	}
}

static bool
is_shown(const struct cursor *cursor, unsigned epoch, uint64_t xid)
{
	return epoch < cursor->epoch ||
	    (epoch == cursor->epoch &&
		snapshot_visible(&cursor->snapshot, xid));
}

void
apply_rows(const struct apply_to *to, const PGresult *result, int first_column,
    const struct cursor *seen, bool shown, struct applied *applied)
{
	for (int row = 0; row < PQntuples(result); row++) {
		unsigned epoch =
		    (unsigned)row_i32(result, row, first_column + COLUMN_EPOCH);
		uint64_t xid =
		    (uint64_t)row_i64(result, row, first_column + COLUMN_XID);

		/* The row that only brings the cursor has no change. */
		if (PQgetisnull(result, row, first_column + COLUMN_SEQ))
			continue;
		if (seen == NULL || is_shown(seen, epoch, xid) == shown)
			apply_row(to, result, row, first_column, applied);
	}
}
