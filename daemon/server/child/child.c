/* SPDX-License-Identifier: ISC */
/*
 * child: see child.h; what happens in the copy stands in child_copy.c.
 *
 * It is over when its process is: what it said by then is read to the end, what
 * children of its own may say later is not waited for.
 */
#include "daemon/server/child/child_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WATCH_MS = 20 /* between two looks at memory and time */ };

/* ----- its end ----- */

/* It and its own children, once it has a group of its own. */
static void
signal_it(const struct child *child, int number)
{
	if (child->pid <= 0)
		return; /* it is over: 0 would be the daemon's own group */
	if (kill(-child->pid, number) != 0)
		(void)kill(child->pid, number);
}

void
child_kill(struct child *child, enum child_why why)
{
	if (child->killed)
		return;
	child->killed = true;
	child->why = why;
	signal_it(child, SIGKILL);
}

void
child_term(struct child *child)
{
	if (child->termed || child->killed)
		return;
	child->termed = true;
	child->term_us = clock_mono_us();
	signal_it(child, SIGTERM);
}

/* Bytes resident; 0 when it is gone. */
static uint64_t
resident(pid_t pid)
{
	char path[64], text[128];
	struct span rest, word;
	uint64_t pages = 0;
	ssize_t len;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	len = read(fd, text, sizeof(text));
	(void)close(fd);
	rest = (struct span){text, len > 0 ? (size_t)len : 0};
	/* The second number is what is resident. */
	(void)span_cut(&rest, ' ', &word);
	if (!span_cut(&rest, ' ', &word) ||
	    !span_to_u64(word, UINT32_MAX, &pages))
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void
on_watch(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct child *child = arg;
	uint64_t now = clock_mono_us();
	/* Until it is the program, what it has is what the daemon has. */
	uint64_t memory = child->runs ? resident(child->pid) : 0;

	if (memory > child->memory)
		child->memory = memory;
	if (child->memory_max > 0 && memory > child->memory_max) {
		child_kill(child, CHILD_MEMORY);
		return;
	}
	if (child->termed) {
		if (now - child->term_us > child->grace_ms * 1000)
			child_kill(child,
			    child->why == CHILD_DEADLINE ? CHILD_DEADLINE
							 : CHILD_KILLED);
	} else if (child->deadline_ms > 0 &&
	    now - child->begun_us > child->deadline_ms * 1000) {
		child->why = CHILD_DEADLINE;
		child_term(child);
	}
}

static void
describe(struct child *child, struct child_end *end, int status,
    const struct rusage *usage)
{
	*end = (struct child_end){.termed = child->termed,
	    .last = child->last,
	    .cpu_ms =
		(uint64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) *
		    1000 +
		(uint64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) /
		    1000,
	    .memory = child->memory};
	if (WIFEXITED(status)) {
		end->why = child->runs ? CHILD_EXITED : CHILD_NOT_RUN;
		end->code = WEXITSTATUS(status);
	} else {
		end->why = child->killed || child->why == CHILD_DEADLINE
		    ? child->why
		    : CHILD_KILLED;
		end->code = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	}
}

static void hear_report(struct child *child);

static void
on_over(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct child *child = arg;
	struct rusage usage;
	struct child_end end;
	int status = 0;
	pid_t got = wait4(child->pid, &status, WNOHANG, &usage);

	if (got == 0 || (got < 0 && errno == EINTR))
		return;
	if (got < 0)
		abort(); /* it is ours, and nobody else waits for it */
	hear_report(child);
	child_source_drain(&child->out);
	child_source_drain(&child->err);
	(void)kill(-child->pid, SIGKILL); /* what it left behind */
	child->pid = 0;
	event_del(child->over);
	event_del(child->watch);
	describe(child, &end, status, &usage);
	child->hooks.on_end(child->arg, &end);
}

/* ----- its beginning ----- */

/* What the copy says: that it was prepared, or why it ends.  The pipe ends when
 * the copy becomes the program. */
static void
hear_report(struct child *child)
{
	struct child_report report;
	ssize_t got = 0;

	while (child->report_fd >= 0) {
		got = read(child->report_fd, &report, sizeof(report));
		if (got < 0 && errno == EINTR)
			continue;
		if (got != (ssize_t)sizeof(report))
			break;
		child->prepared = report.prepared != 0;
		child->prepare_us = report.prepare_us;
		if (!child->prepared)
			child_says(child, span_of(report.why.text));
	}
	if (child->report_fd < 0 || got < 0)
		return;
	event_free(child->report);
	(void)close(child->report_fd);
	child->report = NULL;
	child->report_fd = -1;
	child->runs = child->prepared;
	child->begun_us = clock_mono_us();
	if (child->runs && child->hooks.on_run != NULL)
		child->hooks.on_run(child->arg, child->prepare_us);
}

static void
on_report(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	hear_report(arg);
}

static void
listen_to(struct child *child, struct child_pipes *pipes)
{
	static const struct timeval period = {0, WATCH_MS * 1000};

	child_source_init(&child->out, child, pipes->out[0]);
	child_source_init(&child->err, child, pipes->err[0]);
	child->report_fd = pipes->report[0];
	child->report = child_watch_fd(
	    child, child->report_fd, EV_READ | EV_PERSIST, on_report, child);
	(void)event_add(child->report, NULL);
	child_input_init(child, pipes->in[1]);
	child->over = child_watch_fd(
	    child, child->pidfd, EV_READ | EV_PERSIST, on_over, child);
	(void)event_add(child->over, NULL);
	child->watch = child_watch_fd(child, -1, EV_PERSIST, on_watch, child);
	(void)event_add(child->watch, &period);
}

/* The daemon's signals are not for the copy: none arrives before it has put
 * them back to what they are without a daemon. */
static pid_t
copy_daemon(struct child *child)
{
	sigset_t all, before;
	uint64_t begun;
	pid_t pid;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	begun = clock_mono_us();
	pid = fork();
	if (pid == 0)
		return 0;
	child->begun_us = clock_mono_us();
	child->pause_us = child->begun_us - begun;
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

struct child *
child_new(struct event_base *base, const struct child_options *options,
    const struct child_hooks *hooks, void *arg, struct error *error)
{
	struct child_pipes pipes;
	struct child *child;
	pid_t daemon = getpid();

	if (child_pipes_open(&pipes, options->is_fed, error) != 0)
		return NULL;
	child = xcalloc(1, sizeof(*child));
	child->base = base;
	child->hooks = *hooks;
	child->arg = arg;
	child->memory_max = options->memory_max;
	child->deadline_ms = options->deadline_ms;
	child->grace_ms = options->grace_ms;
	child->out.fd = child->err.fd = child->input_fd = -1;
	child->report_fd = -1;
	child->pid = copy_daemon(child);
	if (child->pid == 0)
		child_copy_run(options, &pipes, daemon);
	child->pidfd = child->pid < 0 ? -1 : pidfd_open(child->pid, 0);
	if (child->pidfd < 0) {
		error_set(error, "fork: %s", strerror(errno));
		child_pipes_close(&pipes);
		if (child->pid > 0) {
			(void)kill(child->pid, SIGKILL);
			(void)waitpid(child->pid, NULL, 0);
		}
		free(child);
		return NULL;
	}
	child_pipes_keep(&pipes);
	listen_to(child, &pipes);
	return child;
}

void
child_free(struct child *child)
{
	if (child == NULL)
		return;
	event_free(child->over);
	event_free(child->watch);
	if (child->pid > 0) {
		signal_it(child, SIGKILL);
		child_reap(child->base, child->pid, child->pidfd);
	} else {
		(void)close(child->pidfd);
	}
	if (child->report != NULL)
		event_free(child->report);
	if (child->report_fd >= 0)
		(void)close(child->report_fd);
	if (child->input != NULL)
		event_free(child->input);
	if (child->input_fd >= 0)
		(void)close(child->input_fd);
	child_source_fini(&child->out);
	child_source_fini(&child->err);
	free(child->feed);
	free(child);
}

uint64_t
child_pause_us(const struct child *child)
{
	return child->pause_us;
}

pid_t
child_pid(const struct child *child)
{
	return child->pid;
}
