/* SPDX-License-Identifier: ISC */
/*
 * pgcluster: making a cluster, its template and its databases.
 *
 * The schema is owned by a login without privileges, and tests of the daemon
 * connect as a mere member of rota_daemon: what needs a superuser fails here.
 */
#include "tests/support/pgcluster.h"

#include "daemon/base/mem.h"
#include "tests/support/pgkeeper.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TEMPLATE "rota_template"
#define BIN_STANDARD "/usr/lib/postgresql/15/bin"

enum {
	SKIPPED = 77,
	READY_SECONDS = 60,
	POLL_MS = 5,
	LOG_BYTES = 16384,
	PATH_SIZE = 4096
};

struct pgcluster {
	struct pgkeeper keeper;
	char folder[64];
	unsigned port;
	unsigned databases;
};

static const char *
environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value == NULL || *value == '\0' ? otherwise : value;
}

static void NORETURN PRINTF_LIKE(2, 3)
    die(const struct pgcluster *cluster, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("pgcluster: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	if (cluster != NULL)
		pgcluster_show_log(cluster);
	abort();
}

static void
skip(const char *why)
{
	if (strcmp(environment("ROTA_REQUIRE_PG", "0"), "1") == 0)
		die(NULL, "%s, and ROTA_REQUIRE_PG is set", why);
	fprintf(stderr, "pgcluster: skipped: %s\n", why);
	exit(SKIPPED);
}

/* The folder where the server's programs are. */
static const char *
find_programs(void)
{
	const char *bin = environment("ROTA_TEST_PG_BIN", BIN_STANDARD);
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/initdb", bin);
	if (access(path, X_OK) == -1)
		skip("no PostgreSQL in ROTA_TEST_PG_BIN");
	if (geteuid() == 0 && getpwnam("postgres") == NULL)
		skip("run by root, and there is no user postgres");
	return bin;
}

static unsigned
free_port(void)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&at, sizeof(at)) == -1 ||
	    getsockname(fd, (struct sockaddr *)&at, &size) == -1)
		die(NULL, "no port: %s", strerror(errno));
	close(fd);
	return ntohs(at.sin_port);
}

static void
make_folder(struct pgcluster *cluster)
{
	const struct passwd *user;

	snprintf(cluster->folder, sizeof(cluster->folder), "/tmp/rota-pg-%s",
	    "XXXXXX");
	if (mkdtemp(cluster->folder) == NULL)
		die(NULL, "mkdtemp: %s", strerror(errno));
	if (geteuid() != 0)
		return;
	user = getpwnam("postgres");
	if (user == NULL ||
	    chown(cluster->folder, user->pw_uid, user->pw_gid) == -1)
		die(NULL, "chown: %s", strerror(errno));
}

static char *
settings(
    const struct pgcluster *cluster, const struct pgcluster_options *options)
{
	return xasprintf("listen_addresses = '%s'\nport = %u\n"
			 "unix_socket_directories = '%s'\n"
			 "fsync = %s\nfull_page_writes = %s\n"
			 "max_connections = 200\n"
			 "max_prepared_transactions = 10\n"
			 "shared_buffers = 64MB\nmax_wal_size = 4GB\n"
			 "deadlock_timeout = 200ms\n"
			 "log_line_prefix = '%%m [%%p] %%u@%%d %%a '\n"
			 "timezone = 'UTC'\nlog_timezone = 'UTC'\n%s\n",
	    options->tcp ? "127.0.0.1" : "", cluster->port, cluster->folder,
	    options->durable ? "on" : "off", options->durable ? "on" : "off",
	    options->settings == NULL ? "" : options->settings);
}

/* ----- the template ----- */

/* By the program under test, as the owner would. */
static void
migrate(const struct pgcluster *cluster)
{
	const char *source = environment("ROTA_SOURCE_DIR", ".");
	const char *build = environment("ROTA_BUILD_DIR", ".");
	char *program = xasprintf("%s/rota-migrate", build);
	char *folder = xasprintf("%s/migrations", source);
	char *conninfo = pgcluster_conninfo(cluster, TEMPLATE, PGCLUSTER_OWNER);
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execl(program, "rota-migrate", "-d", conninfo, "-m", folder,
		    "apply", (char *)NULL);
		_exit(127);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid || status != 0)
		die(cluster, "%s apply failed", program);
	free(program);
	free(folder);
	free(conninfo);
}

static void
make_template(const struct pgcluster *cluster)
{
	PGconn *session =
	    pgcluster_connect(cluster, "postgres", PGCLUSTER_ADMIN);

	pgcluster_run(session,
	    "CREATE ROLE rota_daemon NOLOGIN;"
	    "CREATE ROLE " PGCLUSTER_OWNER " LOGIN;"
	    "CREATE ROLE " PGCLUSTER_DAEMON " LOGIN IN ROLE rota_daemon");
	pgcluster_run(
	    session, "CREATE DATABASE " TEMPLATE " OWNER " PGCLUSTER_OWNER);
	PQfinish(session);
	migrate(cluster);
}

/* ----- life ----- */

struct pgcluster *
pgcluster_new(const struct pgcluster_options *options)
{
	static const struct pgcluster_options standard;
	struct pgcluster *cluster = xcalloc(1, sizeof(*cluster));
	const char *bin = find_programs();
	char *lines;

	if (options == NULL)
		options = &standard;
	cluster->port = free_port();
	make_folder(cluster);
	lines = settings(cluster, options);
	if (!pgkeeper_open(&cluster->keeper, bin, cluster->folder, lines))
		die(cluster, "%s/initdb failed", bin);
	free(lines);
	pgcluster_start(cluster);
	make_template(cluster);
	return cluster;
}

void
pgcluster_free(struct pgcluster *cluster)
{
	if (cluster == NULL)
		return;
	pgkeeper_close(&cluster->keeper);
	free(cluster);
}

void
pgcluster_wait(struct pgcluster *cluster)
{
	const struct timespec pause = {0, POLL_MS * 1000000L};
	char *conninfo =
	    pgcluster_conninfo(cluster, "postgres", PGCLUSTER_ADMIN);
	PGPing ping = PQPING_NO_RESPONSE;

	for (int i = 0; i < READY_SECONDS * 1000 / POLL_MS; i++) {
		ping = PQping(conninfo);
		if (ping == PQPING_OK)
			break;
		nanosleep(&pause, NULL);
	}
	free(conninfo);
	if (ping != PQPING_OK)
		die(cluster, "the server does not take connections");
}

void
pgcluster_start(struct pgcluster *cluster)
{
	if (!pgkeeper_do(&cluster->keeper, PGKEEPER_START))
		die(cluster, "the server cannot be started");
	pgcluster_wait(cluster);
}

void
pgcluster_stop(struct pgcluster *cluster, enum pgcluster_stop how)
{
	enum pgkeeper_command command =
	    how == PGCLUSTER_FAST ? PGKEEPER_STOP : PGKEEPER_CRASH;

	if (!pgkeeper_do(&cluster->keeper, command))
		die(cluster, "the server cannot be stopped");
}

void
pgcluster_suspend(struct pgcluster *cluster)
{
	if (!pgkeeper_do(&cluster->keeper, PGKEEPER_SUSPEND))
		die(cluster, "the server cannot be suspended");
}

void
pgcluster_continue(struct pgcluster *cluster)
{
	if (!pgkeeper_do(&cluster->keeper, PGKEEPER_CONTINUE))
		die(cluster, "the server cannot be continued");
}

const char *
pgcluster_socket_folder(const struct pgcluster *cluster)
{
	return cluster->folder;
}

unsigned
pgcluster_port(const struct pgcluster *cluster)
{
	return cluster->port;
}

/* ----- databases and sessions ----- */

char *
pgcluster_database(struct pgcluster *cluster, bool bare)
{
	PGconn *session =
	    pgcluster_connect(cluster, "postgres", PGCLUSTER_ADMIN);
	/* Unique among the tests that check forks off, too. */
	char *name =
	    xasprintf("test_%d_%u", (int)getpid(), ++cluster->databases);

	pgcluster_run(session, "CREATE DATABASE %s TEMPLATE %s OWNER %s", name,
	    bare ? "template0" : TEMPLATE, PGCLUSTER_OWNER);
	PQfinish(session);
	return name;
}

char *
pgcluster_conninfo(
    const struct pgcluster *cluster, const char *database, const char *login)
{
	return xasprintf("host=%s port=%u dbname=%s user=%s", cluster->folder,
	    cluster->port, database, login);
}

static void
drop_notice(void *arg UNUSED, const PGresult *result UNUSED)
{
}

PGconn *
pgcluster_connect(
    const struct pgcluster *cluster, const char *database, const char *login)
{
	char *conninfo = pgcluster_conninfo(cluster, database, login);
	PGconn *session = PQconnectdb(conninfo);

	if (PQstatus(session) != CONNECTION_OK)
		die(cluster, "%s", PQerrorMessage(session));
	PQsetNoticeReceiver(session, drop_notice, NULL);
	free(conninfo);
	return session;
}

static PGresult *
query(PGconn *session, const char *fmt, va_list ap)
{
	PGresult *result;
	char *sql;

	if (vasprintf(&sql, fmt, ap) == -1)
		die(NULL, "out of memory");
	result = PQexec(session, sql);
	if (PQresultStatus(result) != PGRES_COMMAND_OK &&
	    PQresultStatus(result) != PGRES_TUPLES_OK)
		die(NULL, "%s: %s", sql, PQerrorMessage(session));
	free(sql);
	return result;
}

void
pgcluster_run(PGconn *session, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	PQclear(query(session, fmt, ap));
	va_end(ap);
}

static char *
first_value(PGresult *result)
{
	char *text = NULL;

	if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
		text = xstrdup(PQgetvalue(result, 0, 0));
	PQclear(result);
	return text;
}

char *
pgcluster_text(PGconn *session, const char *fmt, ...)
{
	PGresult *result;
	va_list ap;

	va_start(ap, fmt);
	result = query(session, fmt, ap);
	va_end(ap);
	return first_value(result);
}

long long
pgcluster_number(PGconn *session, const char *fmt, ...)
{
	PGresult *result;
	long long number;
	char *text;
	va_list ap;

	va_start(ap, fmt);
	result = query(session, fmt, ap);
	va_end(ap);
	text = first_value(result);
	number = text == NULL ? -1 : strtoll(text, NULL, 10);
	free(text);
	return number;
}

void
pgcluster_show_log(const struct pgcluster *cluster)
{
	char path[PATH_SIZE], text[LOG_BYTES];
	FILE *log;
	size_t got;

	snprintf(path, sizeof(path), "%s/log", cluster->folder);
	log = fopen(path, "re");
	if (log == NULL)
		return;
	if (fseek(log, -(long)sizeof(text), SEEK_END) == -1)
		rewind(log);
	got = fread(text, 1, sizeof(text), log);
	fclose(log);
	fprintf(stderr, "----- %s\n", path);
	fwrite(text, 1, got, stderr);
	fputs("-----\n", stderr);
}
