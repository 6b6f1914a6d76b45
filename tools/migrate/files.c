/* SPDX-License-Identifier: ISC */
/* files: reading and checking a folder of migrations, and the history. */
#include "tools/migrate/files.h"

#include "daemon/base/mem.h"
#include "tools/migrate/db.h"
#include "tools/migrate/say.h"
#include "tools/migrate/sqltext.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NUMBER_LEN = 4,
	FILE_MAX = 16 << 20, /* bytes of one file */
	NAME_MAX_LEN = 100   /* bytes of one file's name */
};

static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

/* What would end the transaction that a file is applied in. */
static const char *const forbidden[] = {"BEGIN", "START TRANSACTION", "COMMIT",
    "END", "ROLLBACK", "ABORT", "PREPARE TRANSACTION"};

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), tail = strlen(end);

	return len >= tail && strcmp(text + len - tail, end) == 0;
}

/* "0001_spine.sql" as number and name. */
static int
read_name(const char *file, struct migration *migration)
{
	size_t len = strlen(file) - strlen(".sql");
	uint64_t number;

	if (len <= NUMBER_LEN + 1 || len > NAME_MAX_LEN ||
	    !span_to_u64((struct span){file, NUMBER_LEN}, 9999, &number) ||
	    file[NUMBER_LEN] != '_' ||
	    NUMBER_LEN + 1 + strspn(file + NUMBER_LEN + 1, name_bytes) != len)
		return -1;
	migration->number = (int)number;
	migration->name = xstrndup(file + NUMBER_LEN + 1, len - NUMBER_LEN - 1);
	migration->file = xstrdup(file);
	return 0;
}

/* The whole text of an open file, 0 or -1 with errno. */
static int
read_all(FILE *stream, struct migration *migration)
{
	size_t capacity = 0;

	do {
		migration->text = xgrow(
		    migration->text, &capacity, migration->len + BUFSIZ + 1, 1);
		migration->len += fread(migration->text + migration->len, 1,
		    capacity - migration->len - 1, stream);
		if (migration->len > FILE_MAX) {
			errno = EFBIG;
			return -1;
		}
	} while (!feof(stream) && !ferror(stream));
	migration->text[migration->len] = '\0';
	return ferror(stream) ? -1 : 0;
}

static int
read_text(const char *folder, struct migration *migration)
{
	char *path = xasprintf("%s/%s", folder, migration->file);
	FILE *stream = fopen(path, "re");
	int answer = -1;

	if (stream == NULL || read_all(stream, migration) < 0)
		complain("%s: %s", path, strerror(errno));
	else if (strlen(migration->text) != migration->len)
		complain("%s: holds a NUL byte", path);
	else
		answer = 0;
	if (stream != NULL)
		fclose(stream);
	free(path);
	return answer;
}

static int
check_shape(const struct migration *migration)
{
	struct span text = {migration->text, migration->len};
	struct span rest = text, statement = {NULL, 0};

	if (!sql_next(&rest, &statement) ||
	    !sql_begins(statement, "INSERT INTO rota.migration")) {
		complain("%s: must begin with INSERT INTO rota.migration",
		    migration->file);
		return -1;
	}
	while (sql_next(&rest, &statement)) {
		for (size_t i = 0; i < ARRAY_SIZE(forbidden); i++) {
			if (!sql_begins(statement, forbidden[i]))
				continue;
			complain("%s:%u: %s is not for a migration: "
				 "each file is one transaction",
			    migration->file,
			    sql_place(text, (size_t)(statement.ptr - text.ptr))
				.line,
			    forbidden[i]);
			return -1;
		}
	}
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	const struct migration *left = a, *right = b;

	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	return strcmp(left->file, right->file);
}

static int
check_numbers(const struct migrations *migrations)
{
	const struct migration *list = migrations->list;

	if (migrations->count == 0) {
		complain("%s: no NNNN_name.sql there; -m or ROTA_MIGRATIONS "
			 "says where the migrations are",
		    migrations->folder);
		return -1;
	}
	for (size_t i = 0; i < migrations->count; i++) {
		if (i > 0 && list[i].number == list[i - 1].number) {
			complain("%s: %s and %s have one number",
			    migrations->folder, list[i - 1].file, list[i].file);
			return -1;
		}
		if (list[i].number != (int)i + 1) {
			complain("%s: %s, but there is no %04zu",
			    migrations->folder, list[i].file, i + 1);
			return -1;
		}
	}
	return 0;
}

/* Takes the names of a folder; whatever does not end in .sql is not ours. */
static int
read_folder(struct migrations *migrations, DIR *dir)
{
	const struct dirent *entry;
	size_t capacity = 0;

	while ((entry = readdir(dir)) != NULL) {
		struct migration migration = {0};

		if (!ends_with(entry->d_name, ".sql"))
			continue;
		if (read_name(entry->d_name, &migration) < 0) {
			complain("%s/%s: a migration is called NNNN_name.sql, "
				 "name of a-z, 0-9 and _",
			    migrations->folder, entry->d_name);
			return -1;
		}
		migrations->list = xgrow(migrations->list, &capacity,
		    migrations->count + 1, sizeof(migration));
		migrations->list[migrations->count++] = migration;
	}
	if (migrations->count > 0)
		qsort(migrations->list, migrations->count,
		    sizeof(migrations->list[0]), by_number);
	return 0;
}

int
migrations_read(struct migrations *migrations, const char *folder)
{
	DIR *dir = opendir(folder);
	int answer;

	*migrations = (struct migrations){.folder = folder};
	if (dir == NULL) {
		complain("%s: %s; -m or ROTA_MIGRATIONS says where the "
			 "migrations are",
		    folder, strerror(errno));
		return -1;
	}
	answer = read_folder(migrations, dir);
	closedir(dir);
	if (answer < 0 || check_numbers(migrations) < 0)
		return -1;
	for (size_t i = 0; i < migrations->count; i++)
		if (read_text(folder, &migrations->list[i]) < 0 ||
		    check_shape(&migrations->list[i]) < 0)
			return -1;
	return 0;
}

void
migrations_free(struct migrations *migrations)
{
	for (size_t i = 0; i < migrations->count; i++) {
		free(migrations->list[i].name);
		free(migrations->list[i].file);
		free(migrations->list[i].text);
	}
	free(migrations->list);
	*migrations = (struct migrations){0};
}

/* One row of the history, which should be migration `index`. */
static int
check_row(
    const struct migrations *migrations, const PGresult *rows, size_t index)
{
	const char *number = PQgetvalue(rows, (int)index, 0);
	const char *name = PQgetvalue(rows, (int)index, 1);
	size_t newest = migrations->count;
	uint64_t value = 0;

	if (!span_to_u64(span_of(number), INT32_MAX, &value) ||
	    value < index + 1) {
		complain("the database says that migration %s (%s) was "
			 "applied, which is no number of a migration",
		    number, name);
		return -1;
	}
	if (value > newest) {
		complain("the database is at migration %s (%s), unknown here: "
			 "the newest in %s is %zu (%s); use the release that "
			 "belongs to it",
		    number, name, migrations->folder, newest,
		    migrations->list[newest - 1].name);
		return -1;
	}
	if (value > index + 1) {
		complain("the database has migration %s (%s), but not %zu "
			 "(%s) before it",
		    number, name, index + 1, migrations->list[index].name);
		return -1;
	}
	if (strcmp(name, migrations->list[index].name) != 0) {
		complain("migration %s of the database is called %s, but the "
			 "file is %s",
		    number, name, migrations->list[index].file);
		return -1;
	}
	return 0;
}

/* Not to_regclass(): that may answer from before a lock was waited for. */
int
history_exists(PGconn *pg)
{
	char *count = db_value(pg,
	    "SELECT count(*) FROM pg_catalog.pg_class c"
	    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
	    " WHERE n.nspname = 'rota' AND c.relname = 'migration'",
	    NULL);
	int answer = count == NULL ? -1 : *count != '0';

	free(count);
	return answer;
}

int
migrations_applied(const struct migrations *migrations, PGconn *pg)
{
	int answer = history_exists(pg);
	PGresult *rows;

	if (answer <= 0)
		return answer;
	answer = 0;
	rows = db_query(pg,
	    "SELECT number, name FROM rota.migration ORDER BY number", NULL,
	    NULL);
	if (rows == NULL)
		return -1;
	for (int i = 0; i < PQntuples(rows) && answer >= 0; i++) {
		answer = check_row(migrations, rows, (size_t)i);
		if (answer == 0 && i + 1 == PQntuples(rows))
			answer = i + 1;
	}
	PQclear(rows);
	return answer;
}
