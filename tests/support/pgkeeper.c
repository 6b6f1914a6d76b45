/* SPDX-License-Identifier: ISC */
/*
 * pgkeeper: the process that owns a PostgreSQL server.
 *
 * The server is a direct child in a session of its own, so that neither a ^C
 * meant for the test nor the kill of its process group reaches it before the
 * keeper has said so.
 */
#include "tests/support/pgkeeper.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STOP_SECONDS = 60, POLL_MS = 5 };

/* What the keeper process knows. */
struct keep {
	const char *bin, *folder, *settings;
	pid_t server; /* 0: none */
};

/* Root may not run a server: become the user made for it. */
static void
drop_root(void)
{
	const struct passwd *user;

	if (geteuid() != 0)
		return;
	user = getpwnam("postgres");
	if (user == NULL || initgroups(user->pw_name, user->pw_gid) == -1 ||
	    setgid(user->pw_gid) == -1 || setuid(user->pw_uid) == -1)
		_exit(126);
}

/* Runs a program of the cluster, its output in the log; does not return.  Its
 * name is its path: initdb looks beside itself for the server, or else along
 * PATH, which does not lead there. */
static void
become(const struct keep *keep, const char *program, char *argv[])
{
	char path[4096];
	int log, null;

	drop_root();
	/* After setuid(), which clears it. */
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
	snprintf(path, sizeof(path), "%s/log", keep->folder);
	log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	null = open("/dev/null", O_RDONLY);
	if (log == -1 || null == -1 || chdir(keep->folder) == -1)
		_exit(126);
	dup2(null, STDIN_FILENO);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	snprintf(path, sizeof(path), "%s/%s", keep->bin, program);
	argv[0] = path;
	execv(path, argv);
	_exit(127);
}

static bool
make_cluster(const struct keep *keep)
{
	char path[4096];
	char *argv[] = {(char *)"initdb", (char *)"-D", (char *)"data",
	    (char *)"-A", (char *)"trust", (char *)"-U", (char *)"postgres",
	    (char *)"-N", (char *)"--no-instructions",
	    (char *)"--locale=C.UTF-8", (char *)"-E", (char *)"UTF8", NULL};
	int status = -1;
	FILE *conf;
	pid_t pid = fork();

	if (pid == 0)
		become(keep, "initdb", argv);
	if (pid == -1 || waitpid(pid, &status, 0) != pid || status != 0)
		return false;
	snprintf(path, sizeof(path), "%s/data/postgresql.conf", keep->folder);
	conf = fopen(path, "ae");
	if (conf == NULL)
		return false;
	fputs(keep->settings, conf);
	return fclose(conf) == 0;
}

static bool
server_start(struct keep *keep)
{
	char *argv[] = {(char *)"postgres", (char *)"-D", (char *)"data", NULL};

	if (keep->server != 0)
		return false;
	keep->server = fork();
	if (keep->server == 0)
		become(keep, "postgres", argv);
	if (keep->server == -1) {
		keep->server = 0;
		return false;
	}
	return true;
}

static bool
server_stop(struct keep *keep, int number)
{
	const struct timespec pause = {0, POLL_MS * 1000000L};

	if (keep->server == 0)
		return false;
	kill(keep->server, SIGCONT);
	kill(keep->server, number);
	for (int i = 0; i < STOP_SECONDS * 1000 / POLL_MS; i++) {
		if (waitpid(keep->server, NULL, WNOHANG) == keep->server) {
			keep->server = 0;
			return true;
		}
		nanosleep(&pause, NULL);
	}
	kill(keep->server, SIGKILL);
	waitpid(keep->server, NULL, 0);
	keep->server = 0;
	return false;
}

/* A signal for the server and everything that it started. */
static bool
server_signal(const struct keep *keep, int number)
{
	char text[8192], *at = text, *end;
	FILE *children;
	size_t got;
	long pid;

	/* The server first, so that it starts no more of them. */
	if (keep->server == 0 || kill(keep->server, number) == -1)
		return false;
	snprintf(text, sizeof(text), "/proc/%d/task/%d/children", keep->server,
	    keep->server);
	children = fopen(text, "re");
	if (children == NULL)
		return false;
	got = fread(text, 1, sizeof(text) - 1, children);
	fclose(children);
	text[got] = '\0';
	while ((pid = strtol(at, &end, 10)) > 0) {
		kill((pid_t)pid, number);
		at = end;
	}
	return true;
}

static bool
obey(struct keep *keep, char command)
{
	switch (command) {
	case PGKEEPER_START:
		return server_start(keep);
	case PGKEEPER_STOP:
		return server_stop(keep, SIGINT);
	case PGKEEPER_CRASH:
		return server_stop(keep, SIGQUIT);
	case PGKEEPER_SUSPEND:
		return server_signal(keep, SIGSTOP);
	case PGKEEPER_CONTINUE:
		return server_signal(keep, SIGCONT);
	default:
		return false;
	}
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

static void
keep_server(struct keep *keep, int commands, int replies)
{
	char command, reply;

	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	reply = make_cluster(keep) ? '+' : '-';
	(void)!write(replies, &reply, 1);
	while (read(commands, &command, 1) == 1 && command != PGKEEPER_QUIT) {
		reply = obey(keep, command) ? '+' : '-';
		(void)!write(replies, &reply, 1);
	}
	server_signal(keep, SIGCONT);
	server_stop(keep, SIGQUIT);
	nftw(keep->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	_exit(0);
}

static bool
reply_is_good(const struct pgkeeper *keeper)
{
	char reply;
	ssize_t got;

	do
		got = read(keeper->replies, &reply, 1);
	while (got == -1 && errno == EINTR);
	return got == 1 && reply == '+';
}

bool
pgkeeper_open(struct pgkeeper *keeper, const char *bin, const char *folder,
    const char *settings)
{
	struct keep keep = {bin, folder, settings, 0};
	int commands[2], replies[2];

	if (pipe2(commands, O_CLOEXEC) == -1)
		return false;
	if (pipe2(replies, O_CLOEXEC) == -1) {
		close(commands[0]);
		close(commands[1]);
		return false;
	}
	keeper->owner = getpid();
	keeper->pid = fork();
	if (keeper->pid == 0) {
		close(commands[1]);
		close(replies[0]);
		keep_server(&keep, commands[0], replies[1]);
	}
	close(commands[0]);
	close(replies[1]);
	keeper->commands = commands[1];
	keeper->replies = replies[0];
	if (keeper->pid != -1 && reply_is_good(keeper))
		return true;
	pgkeeper_close(keeper);
	return false;
}

bool
pgkeeper_do(struct pgkeeper *keeper, enum pgkeeper_command command)
{
	char byte = (char)command;

	return write(keeper->commands, &byte, 1) == 1 && reply_is_good(keeper);
}

void
pgkeeper_close(struct pgkeeper *keeper)
{
	char byte = PGKEEPER_QUIT;

	/* A test that check forked off only lets go of the pipes. */
	if (keeper->pid > 0 && keeper->owner == getpid()) {
		(void)!write(keeper->commands, &byte, 1);
		waitpid(keeper->pid, NULL, 0);
	}
	close(keeper->commands);
	close(keeper->replies);
	keeper->pid = 0;
}
