/* SPDX-License-Identifier: ISC */
/*
 * child_copy: what the copy of the daemon does until it is another program.
 *
 * It is the daemon's memory without its threads of control: nothing here may
 * touch the event loop, a session of the database or a connection, and it ends
 * by _exit() only.
 */
#include "daemon/server/child/child_private.h"

#include "daemon/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	NICE = 10,
	OOM_SCORE = 500, /* the kernel takes it before the daemon */
	HIGH_FD = 64,    /* above all that the program gets */
	EXIT_NOT_RUN = 127
};

/* ----- pipes ----- */

static void
close_both(int ends[2])
{
	for (int i = 0; i < 2; i++) {
		if (ends[i] >= 0)
			(void)close(ends[i]);
		ends[i] = -1;
	}
}

void
child_pipes_close(struct child_pipes *pipes)
{
	close_both(pipes->in);
	close_both(pipes->out);
	close_both(pipes->err);
	close_both(pipes->report);
}

static int
open_both(int ends[2], int mine)
{
	if (pipe2(ends, O_CLOEXEC) != 0) {
		ends[0] = ends[1] = -1;
		return -1;
	}
	return fcntl(ends[mine], F_SETFL, O_NONBLOCK);
}

int
child_pipes_open(struct child_pipes *pipes, bool is_fed, struct error *error)
{
	int result;

	*pipes = (struct child_pipes){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
	if (is_fed) {
		result = open_both(pipes->in, 1);
	} else {
		pipes->in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		result = pipes->in[0] < 0 ? -1 : 0;
	}
	if (result != 0 || open_both(pipes->out, 0) != 0 ||
	    open_both(pipes->err, 0) != 0 || open_both(pipes->report, 0) != 0) {
		error_set(error, "pipe: %s", strerror(errno));
		child_pipes_close(pipes);
		return -1;
	}
	return 0;
}

void
child_pipes_keep(struct child_pipes *pipes)
{
	(void)close(pipes->in[0]);
	(void)close(pipes->out[1]);
	(void)close(pipes->err[1]);
	(void)close(pipes->report[1]);
}

/* ----- the copy ----- */

static _Noreturn void
give_up(int report, const char *what, const char *why)
{
	struct child_report told = {.prepared = 0};

	error_set(&told.why, "%s: %s", what, why);
	/* Nobody left to tell if that fails. */
	(void)!write(report, &told, sizeof(told));
	_exit(EXIT_NOT_RUN);
}

/* Signals as a program finds them; the daemon's handlers would write to the
 * daemon's own pipes. */
static void
reset_signals(void)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)sigaction(number, &plain, NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Ends with the daemon, however that ends. */
static void
follow_daemon(pid_t daemon)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != daemon)
		_exit(EXIT_NOT_RUN);
	/* A terminal's Ctrl-C is for the daemon, which then ends it. */
	(void)setpgid(0, 0);
}

/* Puts each descriptor where the program expects it, the report behind them,
 * and closes all others.  The report's new number. */
static int
place_files(
    const struct child_options *options, const struct child_pipes *pipes)
{
	int from[CHILD_FIRST_FD + CHILD_FDS_MAX + 1] = {
	    pipes->in[0], pipes->out[1], pipes->err[1]};
	int count = CHILD_FIRST_FD;

	for (size_t i = 0; i < options->nfds; i++)
		from[count++] = options->fds[i];
	from[count++] = pipes->report[1];
	/* First out of each other's way. */
	for (int i = 0; i < count; i++) {
		from[i] = fcntl(from[i], F_DUPFD, HIGH_FD);
		if (from[i] < 0)
			give_up(pipes->report[1], "fcntl", strerror(errno));
	}
	for (int i = 0; i < count; i++)
		if (dup2(from[i], i) < 0)
			give_up(from[count - 1], "dup2", strerror(errno));
	if (close_range((unsigned)count, ~0U, 0) != 0)
		give_up(count - 1, "close_range", strerror(errno));
	(void)fcntl(count - 1, F_SETFD, FD_CLOEXEC);
	return count - 1;
}

static void
step_back(void)
{
	static const struct sched_param param = {.sched_priority = 0};

	(void)sched_setscheduler(0, SCHED_BATCH, &param);
	(void)setpriority(PRIO_PROCESS, 0, NICE);
}

static void
limit_files(uint64_t most)
{
	const struct rlimit limit = {most, most};

	if (most > 0)
		(void)setrlimit(RLIMIT_FSIZE, &limit);
}

static void
offer_memory(void)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", OOM_SCORE);
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, text, (size_t)len);
	(void)close(fd);
}

_Noreturn void
child_copy_run(const struct child_options *options,
    const struct child_pipes *pipes, pid_t daemon)
{
	struct child_report told = {.prepared = 1};
	struct error error = {""};
	uint64_t begun = clock_mono_us();
	int report;

	reset_signals();
	follow_daemon(daemon);
	report = place_files(options, pipes);
	if (options->prepare != NULL &&
	    options->prepare(options->prepare_arg, &error) != 0)
		give_up(report, "not prepared", error.text);
	offer_memory();
	limit_files(options->file_max);
	if (options->is_batch)
		step_back();
	told.prepare_us = clock_mono_us() - begun;
	if (write(report, &told, sizeof(told)) != (ssize_t)sizeof(told))
		_exit(EXIT_NOT_RUN);
	execv(options->argv[0], (char *const *)(uintptr_t)options->argv);
	give_up(report, options->argv[0], strerror(errno));
}
