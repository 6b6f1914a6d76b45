/* SPDX-License-Identifier: ISC */
/*
 * command: what rota-migrate can be told to do, one file each.
 *
 * A command answers 0, or -1 after a complaint.  main() has connected, and read
 * the migrations if the command needs them.
 */
#ifndef MIGRATE_COMMAND_H
#define MIGRATE_COMMAND_H

#include "daemon/base/compiler.h"
#include "tools/migrate/files.h"

#include <libpq-fe.h>
#include <stdbool.h>

/* The folder of the installed migrations, set at build time. */
extern const char migrations_folder[];

/* The command line, and what was made of it. */
struct task {
	const char *conninfo;
	const char *folder;
	const char *login; /* of --grant, or the operand; NULL: none */
	bool create_login;
	bool force;
	PGconn *pg;
	struct migrations migrations;
};

int command_apply(struct task *task) MUST_CHECK;
int command_check(struct task *task) MUST_CHECK;
int command_daemon_role(struct task *task) MUST_CHECK;
int command_report(struct task *task) MUST_CHECK;
int command_restored(struct task *task) MUST_CHECK;

/* Makes the role rota_daemon if the cluster has none; any number may do so at
 * once.  Not inside a transaction. */
int role_make(PGconn *pg) MUST_CHECK;
/* Makes task->login a member of rota_daemon, after role_make(). */
int role_grant(struct task *task) MUST_CHECK;

/*
 * 0 when the newest epoch was opened in the cluster that we are connected to,
 * 1 when in another one, -1 after a complaint.
 */
int epoch_is_foreign(PGconn *pg) MUST_CHECK;

#endif
