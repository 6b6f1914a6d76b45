/* SPDX-License-Identifier: ISC */
/*
 * daemon_private: what the parts of the harness share; for daemon*.c only.
 */
#ifndef TESTS_SUPPORT_DAEMON_PRIVATE_H
#define TESTS_SUPPORT_DAEMON_PRIVATE_H

#include "tests/support/daemon.h"

#include <stdint.h>

struct daemon {
	char folder[64];
	char *config, *log, *socket; /* paths */
	char *conninfo, *lines;      /* of the configuration */
	bool tls;
	unsigned long files;
	int passed;
	pid_t pid;    /* 0: does not run */
	int ready;    /* its ready descriptor, our end; -1: told */
	int status;   /* as wait() gave it, once it has ended */
	bool killed;  /* by daemon_kill() */
	size_t found; /* by daemon_expect_log(), bytes of the log */
	unsigned port, tls_port;
};

/* Ends the test: why, and the daemon's log; daemon may be NULL. */
void daemon_fail(const struct daemon *daemon, const char *fmt, ...)
    NORETURN PRINTF_LIKE(2, 3);
/* Between two looks at what is waited for. */
void daemon_pause(void);
uint64_t daemon_now_ms(void);
void daemon_remove_files(const struct daemon *daemon);

#endif
