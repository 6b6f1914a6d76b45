/* SPDX-License-Identifier: ISC */
/* check: whether a daemon of this release may use the database. */
#include "tools/migrate/command.h"

#include "tools/migrate/db.h"
#include "tools/migrate/say.h"

#include <stdio.h>
#include <stdlib.h>

int
epoch_is_foreign(PGconn *pg)
{
	PGresult *row = db_query(pg,
	    "SELECT e.epoch, e.system_identifier, c.system_identifier,"
	    "  e.system_identifier <> c.system_identifier"
	    " FROM rota.epoch e, pg_control_system() c"
	    " ORDER BY e.epoch DESC LIMIT 1",
	    NULL, NULL);
	int answer = -1;

	if (row == NULL)
		return -1;
	if (PQntuples(row) == 0) {
		complain("rota.epoch is empty: the database was restored in "
			 "part");
	} else {
		answer = *PQgetvalue(row, 0, 3) == 't';
	}
	PQclear(row);
	return answer;
}

/* A dump read before the role was there has lost its grants on the way. */
static int
check_role(PGconn *pg)
{
	char *count = db_value(pg,
	    "SELECT count(*) FROM pg_roles WHERE rolname = 'rota_daemon'"
	    " AND has_schema_privilege(oid, 'rota', 'USAGE')",
	    NULL);
	int answer = count != NULL && *count == '1' ? 0 : -1;

	if (count != NULL && answer < 0)
		complain("rota_daemon may not use schema rota: its grants are "
			 "lost; make the role with rota-migrate daemon-role "
			 "and read the dump again");
	free(count);
	return answer;
}

int
command_check(struct task *task)
{
	const struct migrations *migrations = &task->migrations;
	int number = migrations_applied(migrations, task->pg);
	int foreign;

	if (number < 0)
		return -1;
	if ((size_t)number < migrations->count) {
		complain("the database is at migration %d of %zu: %s is the "
			 "first that is missing; run rota-migrate apply",
		    number, migrations->count, migrations->list[number].file);
		return -1;
	}
	foreign = epoch_is_foreign(task->pg);
	if (foreign > 0)
		complain("the newest epoch belongs to another cluster: the "
			 "database was restored from a dump; run rota-migrate "
			 "restored");
	if (foreign != 0 || check_role(task->pg) < 0)
		return -1;
	printf("the database is at migration %d (%s), the newest\n", number,
	    migrations->list[number - 1].name);
	return 0;
}
