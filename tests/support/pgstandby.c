/* SPDX-License-Identifier: ISC */
/*
 * pgstandby: pg_basebackup, and a server as a child.
 *
 * It listens on a socket only, in a folder of its own with the number of its
 * primary's port, so one connection string may name both.
 */
#include "tests/support/pgstandby.h"

#include "daemon/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BIN_STANDARD "/usr/lib/postgresql/15/bin"

enum { WAIT_SECONDS = 60, POLL_MS = 5 };

struct pgstandby {
	struct pgcluster *primary;
	char *folder; /* "data", "log" and the socket are in it */
	pid_t server; /* 0: stopped */
};

static void NORETURN
die(const struct pgstandby *standby, const char *what)
{
	fprintf(stderr, "pgstandby: %s; see %s/log\n", what, standby->folder);
	abort();
}

/* ----- processes ----- */

/* In the child: a program of PostgreSQL, as the user that may run it.  Its name
 * is its path: the server looks for what is beside it, or else along PATH. */
static void NORETURN
become(const struct pgstandby *standby, char *argv[])
{
	const char *bin = getenv("ROTA_TEST_PG_BIN");
	char *log = xasprintf("%s/log", standby->folder), *path;
	int fd;

	if (geteuid() == 0) {
		const struct passwd *user = getpwnam("postgres");

		if (user == NULL ||
		    initgroups(user->pw_name, user->pw_gid) == -1 ||
		    setgid(user->pw_gid) == -1 || setuid(user->pw_uid) == -1)
			_exit(126);
	}
	/* After setuid(), which clears it. */
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd == -1 || chdir(standby->folder) == -1)
		_exit(126);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	path = xasprintf(
	    "%s/%s", bin != NULL && *bin != '\0' ? bin : BIN_STANDARD, argv[0]);
	argv[0] = path;
	execv(path, argv);
	_exit(127);
}

static void
copy_primary(const struct pgstandby *standby)
{
	char *conninfo = pgcluster_conninfo(
	    standby->primary, "replication", PGCLUSTER_ADMIN);
	char *argv[] = {(char *)"pg_basebackup", (char *)"-d", conninfo,
	    (char *)"-D", (char *)"data", (char *)"-X", (char *)"stream",
	    (char *)"-c", (char *)"fast", (char *)"-R", (char *)"--no-sync",
	    NULL};
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		become(standby, argv);
	if (pid == -1 || waitpid(pid, &status, 0) != pid || status != 0)
		die(standby, "pg_basebackup failed");
	free(conninfo);
}

static void
configure(const struct pgstandby *standby)
{
	char *path = xasprintf("%s/data/postgresql.conf", standby->folder);
	FILE *conf = fopen(path, "ae");

	/* A later line wins over those copied from the primary. */
	if (conf == NULL ||
	    fprintf(conf,
		"unix_socket_directories = '%s'\nlisten_addresses = ''\n"
		"wal_retrieve_retry_interval = 20ms\n",
		standby->folder) < 0 ||
	    fclose(conf) != 0)
		die(standby, "its configuration cannot be written");
	free(path);
}

static void
start(struct pgstandby *standby)
{
	char *argv[] = {(char *)"postgres", (char *)"-D", (char *)"data", NULL};

	standby->server = fork();
	if (standby->server == 0)
		become(standby, argv);
	if (standby->server == -1)
		die(standby, "fork failed");
}

/* ----- waiting ----- */

/* Until the query, asked on the standby, answers "t". */
static void
wait_for(const struct pgstandby *standby, const char *query)
{
	const struct timespec pause = {0, POLL_MS * 1000000L};
	PGconn *session =
	    pgstandby_connect(standby, "postgres", PGCLUSTER_ADMIN);
	bool done = false;

	for (int i = 0; i < WAIT_SECONDS * 1000 / POLL_MS && !done; i++) {
		char *answer = pgcluster_text(session, "%s", query);

		done = answer != NULL && *answer == 't';
		free(answer);
		if (!done)
			nanosleep(&pause, NULL);
	}
	PQfinish(session);
	if (!done)
		die(standby, query);
}

static void
wait_until_up(const struct pgstandby *standby)
{
	const struct timespec pause = {0, POLL_MS * 1000000L};
	char *conninfo = xasprintf("host=%s port=%u dbname=postgres user=%s",
	    standby->folder, pgstandby_port(standby), PGCLUSTER_ADMIN);
	PGPing ping = PQPING_NO_RESPONSE;

	for (int i = 0; i < WAIT_SECONDS * 1000 / POLL_MS; i++) {
		ping = PQping(conninfo);
		if (ping == PQPING_OK)
			break;
		nanosleep(&pause, NULL);
	}
	free(conninfo);
	if (ping != PQPING_OK)
		die(standby, "it does not take connections");
}

/* ----- life ----- */

struct pgstandby *
pgstandby_new(struct pgcluster *primary)
{
	struct pgstandby *standby = xcalloc(1, sizeof(*standby));
	const struct passwd *user = getpwnam("postgres");

	standby->primary = primary;
	standby->folder =
	    xasprintf("%s/standby", pgcluster_socket_folder(primary));
	if (mkdir(standby->folder, 0755) == -1)
		die(standby, strerror(errno));
	if (geteuid() == 0 &&
	    (user == NULL ||
		chown(standby->folder, user->pw_uid, user->pw_gid) == -1))
		die(standby, "it cannot be given to the user postgres");
	copy_primary(standby);
	configure(standby);
	start(standby);
	wait_until_up(standby);
	pgstandby_catch_up(standby);
	return standby;
}

void
pgstandby_free(struct pgstandby *standby)
{
	if (standby == NULL)
		return;
	if (standby->server > 0) {
		kill(standby->server, SIGQUIT);
		waitpid(standby->server, NULL, 0);
	}
	free(standby->folder);
	free(standby);
}

void
pgstandby_catch_up(struct pgstandby *standby)
{
	PGconn *session =
	    pgcluster_connect(standby->primary, "postgres", PGCLUSTER_ADMIN);
	char *at = pgcluster_text(session, "SELECT pg_current_wal_lsn()");
	char *query =
	    xasprintf("SELECT pg_last_wal_replay_lsn() >= '%s'::pg_lsn", at);

	PQfinish(session);
	wait_for(standby, query);
	free(query);
	free(at);
}

void
pgstandby_cut_off(struct pgstandby *standby)
{
	PGconn *session =
	    pgstandby_connect(standby, "postgres", PGCLUSTER_ADMIN);

	pgcluster_run(session, "ALTER SYSTEM SET primary_conninfo = ''");
	pgcluster_run(session, "SELECT pg_reload_conf()");
	PQfinish(session);
	wait_for(standby, "SELECT count(*) = 0 FROM pg_stat_wal_receiver");
}

void
pgstandby_promote(struct pgstandby *standby)
{
	PGconn *session =
	    pgstandby_connect(standby, "postgres", PGCLUSTER_ADMIN);

	pgcluster_run(session, "SELECT pg_promote(true, %d)", WAIT_SECONDS);
	PQfinish(session);
	wait_for(standby, "SELECT NOT pg_is_in_recovery()");
}

const char *
pgstandby_socket_folder(const struct pgstandby *standby)
{
	return standby->folder;
}

unsigned
pgstandby_port(const struct pgstandby *standby)
{
	return pgcluster_port(standby->primary);
}

PGconn *
pgstandby_connect(
    const struct pgstandby *standby, const char *database, const char *login)
{
	char *conninfo = xasprintf("host=%s port=%u dbname=%s user=%s",
	    standby->folder, pgstandby_port(standby), database, login);
	PGconn *session = PQconnectdb(conninfo);

	if (PQstatus(session) != CONNECTION_OK)
		die(standby, PQerrorMessage(session));
	free(conninfo);
	return session;
}
