/* SPDX-License-Identifier: ISC */
/* terminal: see terminal.h. */
#include "tests/support/terminal.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 30000, ROWS = 40, READ_SIZE = 4096, AGAIN_MS = 500 };

struct terminal {
	pid_t pid; /* 0: has ended */
	int fd, status;
	char *seen; /* everything; owned */
	size_t len, capacity;
	size_t found;  /* behind the last text that was expected */
	char *between; /* owned */
};

static uint64_t
now_ms(void)
{
	return clock_mono_us() / 1000;
}

struct terminal *
terminal_open(const char *command, unsigned columns)
{
	struct winsize size = {
	    .ws_row = ROWS, .ws_col = (unsigned short)columns};
	struct terminal *terminal = xcalloc(1, sizeof(*terminal));

	terminal->seen = xcalloc(1, READ_SIZE);
	terminal->capacity = READ_SIZE;
	terminal->between = xstrdup("");
	(void)fflush(NULL);
	terminal->pid = forkpty(&terminal->fd, NULL, NULL, &size);
	if (terminal->pid == -1) {
		(void)fprintf(stderr, "terminal: %s\n", strerror(errno));
		abort();
	}
	if (terminal->pid == 0) {
		/* However the test ends, it goes too. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)execl("/bin/bash", "bash", "-c", command, (char *)NULL);
		_exit(126);
	}
	return terminal;
}

/* Reads what is there; false when that is all that will ever come. */
static bool
read_some(struct terminal *terminal, int ms)
{
	struct pollfd at = {.fd = terminal->fd, .events = POLLIN};
	ssize_t n;

	if (poll(&at, 1, ms) < 1)
		return true;
	terminal->seen = xgrow(terminal->seen, &terminal->capacity,
	    terminal->len + READ_SIZE + 1, 1);
	n = read(terminal->fd, terminal->seen + terminal->len, READ_SIZE);
	if (n <= 0) /* EIO: the program has closed its side */
		return n < 0 && errno == EINTR;
	terminal->len += (size_t)n;
	terminal->seen[terminal->len] = '\0';
	return true;
}

static void NORETURN
give_up(const struct terminal *terminal, const char *what)
{
	(void)fprintf(stderr,
	    "terminal: no \"%s\" in\n----\n%.*s<HERE>%s\n----\n", what,
	    (int)terminal->found, terminal->seen,
	    terminal->seen + terminal->found);
	abort();
}

/* Whether the text has come; what was found is then behind us. */
static bool
look_for(struct terminal *terminal, const char *text)
{
	const char *at = strstr(terminal->seen + terminal->found, text);
	size_t end;

	if (at == NULL)
		return false;
	end = (size_t)(at - terminal->seen) + strlen(text);
	free(terminal->between);
	terminal->between =
	    xstrndup(terminal->seen + terminal->found, end - terminal->found);
	terminal->found = end;
	return true;
}

void
terminal_expect(struct terminal *terminal, const char *text)
{
	uint64_t deadline = now_ms() + PATIENCE_MS;
	bool more = true;

	while (!look_for(terminal, text)) {
		if (!more || now_ms() > deadline)
			give_up(terminal, text);
		more = read_some(terminal, 100);
	}
}

void
terminal_insist(struct terminal *terminal, const char *keys, const char *text)
{
	uint64_t now = now_ms(), deadline = now + PATIENCE_MS, next = now;

	while (!look_for(terminal, text)) {
		now = now_ms();
		if (now > deadline)
			give_up(terminal, text);
		if (now >= next) {
			terminal_type(terminal, keys);
			next = now + AGAIN_MS;
		}
		(void)read_some(terminal, AGAIN_MS);
	}
}

const char *
terminal_between(const struct terminal *terminal)
{
	return terminal->between;
}

void
terminal_type(struct terminal *terminal, const char *keys)
{
	size_t len = strlen(keys);

	while (len > 0) {
		ssize_t n = write(terminal->fd, keys, len);

		if (n <= 0)
			give_up(terminal, "(somebody who reads)");
		keys += n;
		len -= (size_t)n;
	}
}

void
terminal_resize(struct terminal *terminal, unsigned columns)
{
	struct winsize size = {
	    .ws_row = ROWS, .ws_col = (unsigned short)columns};

	(void)ioctl(terminal->fd, TIOCSWINSZ, &size);
}

int
terminal_wait(struct terminal *terminal)
{
	uint64_t deadline = now_ms() + PATIENCE_MS;

	if (terminal->pid == 0)
		return terminal->status;
	/* what it still says is read, or it could not end */
	while (read_some(terminal, 100))
		if (now_ms() > deadline)
			give_up(terminal, "(its end)");
	(void)waitpid(terminal->pid, &terminal->status, 0);
	terminal->pid = 0;
	terminal->status =
	    WIFEXITED(terminal->status) ? WEXITSTATUS(terminal->status) : -1;
	return terminal->status;
}

int
terminal_close(struct terminal *terminal)
{
	int status;

	if (terminal->pid != 0)
		(void)kill(-terminal->pid, SIGHUP);
	status = terminal_wait(terminal);
	(void)close(terminal->fd);
	free(terminal->seen);
	free(terminal->between);
	free(terminal);
	return status;
}
