/* SPDX-License-Identifier: ISC */
/*
 * role: rota_daemon, which holds the privileges of a daemon and nothing else,
 * and the logins that are its members.
 *
 * Roles belong to the cluster, not to the database, so two databases may come
 * here at once, and a dump of one database does not carry them.
 */
#include "tools/migrate/command.h"

#include "daemon/base/mem.h"
#include "tools/migrate/db.h"
#include "tools/migrate/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The two ways in which somebody else was quicker: duplicate_object,
 * unique_violation. */
static const char exists[] = "42710", raced[] = "23505";

/* 1 or 0, -1 after a complaint. */
static int
holds(PGconn *pg, const char *sql, const char *role)
{
	char *value = db_value(pg, sql, role);
	int answer = value == NULL ? -1 : *value == 't';

	free(value);
	return answer;
}

static const char is_role[] =
    "SELECT count(*) > 0 FROM pg_catalog.pg_roles WHERE rolname = $1";

int
role_make(PGconn *pg)
{
	/* Asked first: who may not create roles can still go on. */
	int there = holds(pg, is_role, "rota_daemon");

	return there != 0 ? there < 0 ? -1 : 0
			  : db_do_unless(pg, "CREATE ROLE rota_daemon NOLOGIN",
				exists, raced);
}

static int
make_login(PGconn *pg, const char *login, const char *quoted)
{
	char *sql = xasprintf("CREATE ROLE %s LOGIN", quoted);
	int answer = db_do_unless(pg, sql, exists, raced);

	free(sql);
	if (answer == 0)
		printf("created the login %s, without a password\n", login);
	return answer;
}

/* A daemon is to be stopped by the database from what it should not do. */
static int
warn_of_more(PGconn *pg, const char *login)
{
	int more = holds(pg,
	    "SELECT r.rolsuper OR EXISTS (SELECT FROM pg_namespace n"
	    "  WHERE n.nspname = 'rota' AND pg_has_role(r.oid, n.nspowner,"
	    "   'MEMBER')) FROM pg_roles r WHERE r.rolname = $1",
	    login);

	if (more > 0)
		complain("warning: %s may do more than a daemon needs: it is a "
			 "superuser or owns schema rota",
		    login);
	return more < 0 ? -1 : 0;
}

int
role_grant(struct task *task)
{
	PGconn *pg = task->pg;
	const char *login = task->login;
	char *quoted = PQescapeIdentifier(pg, login, strlen(login));
	int answer = -1, there;
	char *sql;

	if (quoted == NULL) {
		complain("%s: not a name in UTF-8", login);
		return -1;
	}
	there = holds(pg, is_role, login);
	if (there == 0 && task->create_login)
		there = make_login(pg, login, quoted) == 0 ? 1 : -1;
	else if (there == 0)
		complain("no role %s: --create-login makes it", login);
	if (there == 1) {
		sql = xasprintf("GRANT rota_daemon TO %s", quoted);
		answer = db_do(pg, sql);
		free(sql);
	}
	PQfreemem(quoted);
	if (answer < 0)
		return -1;
	printf("%s is a member of rota_daemon\n", login);
	return warn_of_more(pg, login);
}

int
command_daemon_role(struct task *task)
{
	return role_make(task->pg) < 0 ? -1 : role_grant(task);
}
