/* SPDX-License-Identifier: ISC */
/*
 * history_sql: the statements of the history session; for history*.c and
 * known.c only.
 *
 * A row is shown by a cursor when its epoch is an older one, or the same and
 * its transaction is visible in the snapshot.
 */
#ifndef STORE_HISTORY_SQL_H
#define STORE_HISTORY_SQL_H

#include "daemon/store/apply.h"
#include "daemon/store/pgsession.h"

enum history_statement {
	HISTORY_ENTITY,
	HISTORY_PAST_PHYSICIAN,
	HISTORY_PAST_SITES,
	HISTORY_PAST_TERRITORY,
	HISTORY_FIND_MARK,
	HISTORY_KNOWN_PLACES,
	HISTORY_KNOWN_SITES,
	HISTORY_KNOWN_PHYSICIAN,
	HISTORY_KNOWN_ENTITIES,
	HISTORY_REPLAY,
	HISTORY_PRIVATE,
	HISTORY_MARK,
	HISTORY_PUBLISHED,
	HISTORY_SWEEP,
	HISTORY_STATEMENTS
};

extern const struct pgsession_role history_role;

/* Columns of the lists at a mark before those of a change. */
enum { PAST_MARK, PAST_AT, PAST_SITE, PAST_CHANGE };

/* Columns of a mark that is looked for. */
enum { FOUND_MARK, FOUND_AT, FOUND_EPOCH, FOUND_SNAPSHOT };

/* Columns of what was known: of assignments, of entities. */
enum { KNOWN_PAYLOAD, KNOWN_SITE, KNOWN_PHYSICIAN, KNOWN_ROTATION };
enum { KNOWN_KIND, KNOWN_ENTITY };

/* Column of a replay after those of a change: the payload before. */
enum { REPLAY_BEFORE = CHANGE_COLUMN_COUNT };

#endif
