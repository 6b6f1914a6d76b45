/* SPDX-License-Identifier: ISC */
/*
 * restored: opens a new epoch after a dump has been read into a new cluster.
 *
 * The changes of a dump carry the transaction numbers of the cluster that wrote
 * them, which here mean nothing, or worse, transactions yet to come.  They keep
 * them, under their epoch, so that lists as of an old mark stay exact; whatever
 * is written from now on is of the new one.
 */
#include "tools/migrate/command.h"

#include "tools/migrate/db.h"
#include "tools/migrate/say.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Every daemon reads rota.epoch before it trusts a database.  The lock makes a
 * daemon that comes now wait for the new epoch, and one that came before is
 * seen: so none goes on in the old one.
 */
static int
refuse_daemons(PGconn *pg)
{
	char *who;
	int answer = 0;

	if (db_do(pg, "LOCK TABLE rota.epoch IN ACCESS EXCLUSIVE MODE") < 0)
		return -1;
	who = db_value(pg,
	    "SELECT coalesce(string_agg(DISTINCT concat(usename, ' from ',"
	    "  coalesce(host(client_addr), 'this machine')), ', '), '')"
	    " FROM pg_stat_activity WHERE datname = current_database()"
	    "  AND starts_with(application_name, 'rotad')",
	    NULL);
	if (who == NULL)
		return -1;
	if (*who != '\0') {
		complain("a rotad is connected (%s): stop it first", who);
		answer = -1;
	}
	free(who);
	return answer;
}

/* Its number, which the table draws, as a string to free(), or NULL. */
static char *
open_epoch(PGconn *pg)
{
	return db_value(pg,
	    "INSERT INTO rota.epoch (epoch, system_identifier, why)"
	    " SELECT 0, system_identifier, 'restored' FROM pg_control_system()"
	    " RETURNING epoch",
	    NULL);
}

int
command_restored(struct task *task)
{
	PGconn *pg = task->pg;
	char *epoch = NULL;
	int foreign;

	if (db_begin_alone(pg) < 0 || refuse_daemons(pg) < 0)
		goto undo;
	foreign = epoch_is_foreign(pg);
	if (foreign < 0)
		goto undo;
	if (foreign == 0 && !task->force) {
		complain("the newest epoch was opened in this very cluster: "
			 "nothing was restored from elsewhere, or restored was "
			 "run already; --force opens another one all the same");
		goto undo;
	}
	epoch = open_epoch(pg);
	if (epoch == NULL || db_commit(pg) < 0)
		goto undo;
	printf("epoch %s is open: daemons may start\n", epoch);
	free(epoch);
	return 0;
undo:
	free(epoch);
	db_rollback(pg);
	return -1;
}
