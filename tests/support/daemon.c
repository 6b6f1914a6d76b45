/* SPDX-License-Identifier: ISC */
/*
 * daemon: see daemon.h.  What is in its folder is made in daemon_files.c.
 */
#include "tests/support/daemon_private.h"

#include "daemon/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	READY_MS = 60000,
	EXIT_MS = 60000,
	PASSED_FD = 3, /* where the first one is expected */
	READY_FD = 9   /* as the option -r says below */
};

/* ----- beginning ----- */

/* Makes the descriptor known under that number to the program to come. */
static void
place(int fd, int number)
{
	if (fd == number)
		(void)fcntl(fd, F_SETFD, 0);
	else
		(void)dup2(fd, number);
}

static void
pass_socket(int fd)
{
	char *pid = xasprintf("%ld", (long)getpid());

	place(fd, PASSED_FD);
	(void)setenv("LISTEN_PID", pid, 1);
	(void)setenv("LISTEN_FDS", "1", 1);
	free(pid);
}

static void NORETURN
run(const struct daemon *daemon, int ready, int log)
{
	const char *build = getenv("ROTA_BUILD_DIR");
	char *program = xasprintf("%s/rotad", build != NULL ? build : ".");
	struct rlimit limit = {daemon->files, daemon->files};

	/* However the test ends, the daemon goes with it. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (daemon->files != 0)
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	(void)dup2(log, STDOUT_FILENO);
	(void)dup2(log, STDERR_FILENO);
	/* out of the way of the numbers that are about to be taken */
	ready = fcntl(ready, F_DUPFD_CLOEXEC, READY_FD + 1);
	if (daemon->passed != 0)
		pass_socket(daemon->passed);
	place(ready, READY_FD);
	(void)execl(program, "rotad", "-v", "-r", "9", "-c", daemon->config,
	    (char *)NULL);
	(void)fprintf(stderr, "%s: %s\n", program, strerror(errno));
	_exit(126);
}

static void
spawn(struct daemon *daemon)
{
	int pipe_fd[2];
	int log =
	    open(daemon->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (log == -1 || pipe2(pipe_fd, O_CLOEXEC) != 0)
		daemon_fail(daemon, "%s: %s", daemon->log, strerror(errno));
	(void)fflush(NULL);
	daemon->pid = fork();
	if (daemon->pid == -1)
		daemon_fail(daemon, "fork: %s", strerror(errno));
	if (daemon->pid == 0)
		run(daemon, pipe_fd[1], log);
	(void)close(pipe_fd[1]);
	(void)close(log);
	daemon->ready = pipe_fd[0];
	daemon->killed = false;
}

struct daemon *
daemon_spawn(const struct daemon_options *options)
{
	struct daemon *daemon = xcalloc(1, sizeof(*daemon));

	(void)snprintf(
	    daemon->folder, sizeof(daemon->folder), "/tmp/rota-daemon.XXXXXX");
	if (mkdtemp(daemon->folder) == NULL)
		daemon_fail(NULL, "%s: %s", daemon->folder, strerror(errno));
	daemon->config = xasprintf("%s/rotad.conf", daemon->folder);
	daemon->log = xasprintf("%s/log", daemon->folder);
	daemon->socket = xasprintf("%s/sock", daemon->folder);
	daemon->conninfo = xstrdup(options->conninfo);
	daemon->tls = options->tls;
	daemon->files = options->files;
	daemon->passed = options->passed;
	daemon->ready = -1;
	daemon_configure(daemon, options->config);
	if (daemon->tls)
		daemon_certify(daemon, "first");
	spawn(daemon);
	return daemon;
}

/* "port=39935 tls=0 unix=..." */
static void
parse_ready(struct daemon *daemon, char *line)
{
	char *saved = NULL, *word;

	for (word = strtok_r(line, " \n", &saved); word != NULL;
	     word = strtok_r(NULL, " \n", &saved)) {
		if (strncmp(word, "port=", 5) == 0)
			daemon->port = (unsigned)strtoul(word + 5, NULL, 10);
		if (strncmp(word, "tls=", 4) == 0)
			daemon->tls_port =
			    (unsigned)strtoul(word + 4, NULL, 10);
	}
}

void
daemon_wait_ready(struct daemon *daemon)
{
	struct pollfd at = {.fd = daemon->ready, .events = POLLIN};
	char line[512];
	ssize_t got;

	if (poll(&at, 1, READY_MS) != 1)
		daemon_fail(daemon, "not ready in %d ms", READY_MS);
	got = read(daemon->ready, line, sizeof(line) - 1);
	if (got <= 0)
		daemon_fail(daemon, "ended before it was ready");
	line[got] = '\0';
	parse_ready(daemon, line);
	(void)close(daemon->ready);
	daemon->ready = -1;
}

struct daemon *
daemon_start(const struct daemon_options *options)
{
	struct daemon *daemon = daemon_spawn(options);

	daemon_wait_ready(daemon);
	return daemon;
}

struct daemon *
daemon_new(const char *conninfo, const char *config)
{
	const struct daemon_options options = {
	    .conninfo = conninfo, .config = config};

	return daemon_start(&options);
}

/* ----- end ----- */

static void
check_log(const struct daemon *daemon)
{
	static const char *const reports[] = {
	    "AddressSanitizer", "LeakSanitizer", "runtime error:"};
	char *text = daemon_log(daemon);

	for (size_t i = 0; i < ARRAY_SIZE(reports); i++) {
		if (strstr(text, reports[i]) != NULL)
			daemon_fail(daemon, "%s reports an error", reports[i]);
	}
	free(text);
}

/* Waits for the end; false after the deadline. */
static bool
reap(struct daemon *daemon, int ms)
{
	uint64_t deadline = daemon_now_ms() + (uint64_t)ms;

	while (waitpid(daemon->pid, &daemon->status, WNOHANG) == 0) {
		if (daemon_now_ms() >= deadline)
			return false;
		daemon_pause();
	}
	daemon->pid = 0;
	if (daemon->ready != -1)
		(void)close(daemon->ready);
	daemon->ready = -1;
	return true;
}

int
daemon_wait_exit(struct daemon *daemon)
{
	if (daemon->pid == 0)
		daemon_fail(daemon, "it does not run");
	if (!reap(daemon, EXIT_MS))
		daemon_fail(daemon, "did not end in %d ms", EXIT_MS);
	check_log(daemon);
	if (!WIFEXITED(daemon->status))
		daemon_fail(
		    daemon, "ended by signal %d", WTERMSIG(daemon->status));
	return WEXITSTATUS(daemon->status);
}

static void
send_signal(struct daemon *daemon, int number)
{
	if (daemon->pid == 0 || kill(daemon->pid, number) != 0)
		daemon_fail(daemon, "it does not run");
}

void
daemon_term(struct daemon *daemon)
{
	send_signal(daemon, SIGTERM);
}

void
daemon_interrupt(struct daemon *daemon)
{
	send_signal(daemon, SIGINT);
}

void
daemon_hup(struct daemon *daemon)
{
	send_signal(daemon, SIGHUP);
}

void
daemon_suspend(struct daemon *daemon)
{
	send_signal(daemon, SIGSTOP);
}

void
daemon_continue(struct daemon *daemon)
{
	send_signal(daemon, SIGCONT);
}

void
daemon_kill(struct daemon *daemon)
{
	send_signal(daemon, SIGKILL);
	daemon->killed = true;
	if (!reap(daemon, EXIT_MS))
		daemon_fail(daemon, "cannot be killed");
	check_log(daemon);
}

void
daemon_respawn(struct daemon *daemon)
{
	if (daemon->pid != 0)
		daemon_fail(daemon, "it runs");
	spawn(daemon);
}

void
daemon_restart(struct daemon *daemon)
{
	daemon_respawn(daemon);
	daemon_wait_ready(daemon);
}

void
daemon_free(struct daemon *daemon)
{
	int status;

	if (daemon == NULL)
		return;
	if (daemon->pid != 0) {
		daemon_term(daemon);
		status = daemon_wait_exit(daemon);
		if (status != 0)
			daemon_fail(daemon, "ended with %d", status);
	}
	daemon_remove_files(daemon);
	free(daemon->config);
	free(daemon->log);
	free(daemon->socket);
	free(daemon->conninfo);
	free(daemon->lines);
	free(daemon);
}

/* ----- looking at it ----- */

pid_t
daemon_pid(const struct daemon *daemon)
{
	return daemon->pid;
}

unsigned
daemon_port(const struct daemon *daemon)
{
	return daemon->port;
}

unsigned
daemon_tls_port(const struct daemon *daemon)
{
	return daemon->tls_port;
}

const char *
daemon_socket(const struct daemon *daemon)
{
	return daemon->socket;
}

const char *
daemon_folder(const struct daemon *daemon)
{
	return daemon->folder;
}

unsigned long
daemon_memory(const struct daemon *daemon)
{
	char path[64], line[256];
	unsigned long kilobytes = 0;
	FILE *file;

	(void)snprintf(
	    path, sizeof(path), "/proc/%ld/status", (long)daemon->pid);
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, "VmRSS:", 6) == 0)
			kilobytes = strtoul(line + 6, NULL, 10);
	}
	if (file != NULL)
		(void)fclose(file);
	if (kilobytes == 0)
		daemon_fail(daemon, "%s: no VmRSS", path);
	return kilobytes;
}

/* ----- connections ----- */

struct client *
daemon_operator(const struct daemon *daemon)
{
	struct client *client = client_unix(daemon->socket);

	client_expect(client, "! rota protocol=1 ... auth=peer");
	return client;
}

struct client *
daemon_client(const struct daemon *daemon)
{
	struct client *client = client_tcp(daemon->port);

	client_expect(client, "! rota protocol=1 ... auth=required");
	return client;
}

struct client *
daemon_login(const struct daemon *daemon, const char *token)
{
	struct client *client = daemon_client(daemon);

	client_send(client, "auth token=%s", token);
	client_expect(client, "ok account=...");
	return client;
}

char *
daemon_token(const struct daemon *daemon, const char *keys)
{
	struct client *admin = daemon_operator(daemon);
	struct client *client = daemon_client(daemon);
	char *token;

	client_send(admin, "account invite %s", keys);
	client_expect(admin, "ok account=...");
	client_send(client, "auth code=%s", client_value(admin, "code"));
	client_expect(client, "ok account=...");
	token = xstrdup(client_value(client, "token"));
	client_close(admin);
	client_close(client);
	return token;
}
