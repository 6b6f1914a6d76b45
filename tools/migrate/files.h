/* SPDX-License-Identifier: ISC */
/*
 * files: the migrations of a folder, NNNN_name.sql.
 *
 * Whoever holds a struct migrations knows: their numbers are 1, 2, 3 ...
 * without gap, their names differ in nothing but [a-z0-9_], each file begins
 * with INSERT INTO rota.migration and leaves the transaction to us.
 */
#ifndef MIGRATE_FILES_H
#define MIGRATE_FILES_H

#include "daemon/base/compiler.h"

#include <libpq-fe.h>
#include <stddef.h>

struct migration {
	int number;
	char *name; /* "spine" */
	char *file; /* "0001_spine.sql" */
	char *text; /* ends in a NUL that is not counted, and holds no other */
	size_t len;
};

struct migrations {
	struct migration *list; /* by number */
	size_t count;
	const char *folder; /* borrowed */
};

/* Reads folder (borrowed as long as the struct lives): 0, or -1 after a
 * complaint.  To be given to migrations_free() either way. */
int migrations_read(struct migrations *migrations, const char *folder)
    MUST_CHECK;
void migrations_free(struct migrations *migrations);

/*
 * Holds the history of the database against the files: the number of the last
 * migration applied, 0 for none, or -1 after a complaint - a number that no
 * file has, another name, a gap.
 */
int migrations_applied(const struct migrations *migrations, PGconn *pg)
    MUST_CHECK;

/* Whether the table rota.migration is there: 1 or 0, -1 after a complaint. */
int history_exists(PGconn *pg) MUST_CHECK;

#endif
