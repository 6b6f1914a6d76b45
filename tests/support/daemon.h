/* SPDX-License-Identifier: ISC */
/*
 * daemon: a rotad of a test - started with a configuration of its own in a
 * folder of its own, stopped, and looked at.
 *
 * It is the program under test itself, $ROTA_BUILD_DIR/rotad.  Any number may
 * run side by side.  A daemon that ends badly, or whose log holds a report of a
 * sanitizer, ends the test: its log is printed, then abort().  None outlives
 * the test.
 */
#ifndef TESTS_SUPPORT_DAEMON_H
#define TESTS_SUPPORT_DAEMON_H

#include "daemon/base/compiler.h"
#include "tests/support/client.h"

#include <sys/types.h>

struct daemon;

struct daemon_options {
	const char *conninfo; /* of libpq */
	const char *config;   /* more lines of rotad.conf, or NULL */
	bool tls;             /* a TLS listener with a certificate of its own */
	unsigned long files;  /* limit of open files; 0: as it is */
	int passed; /* a listening socket as the service manager passes it; 0:
		     * none */
};

/* Everything is copied.  Returns when the daemon has told that it is ready. */
struct daemon *daemon_start(const struct daemon_options *options) MUST_CHECK;
/* The usual case: a database, and more lines or NULL. */
struct daemon *daemon_new(const char *conninfo, const char *config) MUST_CHECK;
/* Does not wait: for daemons that cannot become ready yet, or at all. */
struct daemon *daemon_spawn(const struct daemon_options *options) MUST_CHECK;
void daemon_wait_ready(struct daemon *daemon);

/* Stops it if it runs (SIGTERM; it must end with 0), removes its folder. */
void daemon_free(struct daemon *daemon);

void daemon_term(struct daemon *daemon);
void daemon_interrupt(struct daemon *daemon);
void daemon_hup(struct daemon *daemon);
void daemon_suspend(struct daemon *daemon); /* SIGSTOP */
void daemon_continue(struct daemon *daemon);
/* SIGKILL, and it is gone when this returns. */
void daemon_kill(struct daemon *daemon);
/* Waits until it ends by itself, and tells its exit status. */
int daemon_wait_exit(struct daemon *daemon);
/* Starts it anew after it ended, with the same files; _restart() waits until it
 * is ready. */
void daemon_respawn(struct daemon *daemon);
void daemon_restart(struct daemon *daemon);

/* Rewrites the configuration; the next daemon_hup() makes it known.  NULL: none
 * but what the harness itself needs. */
void daemon_configure(struct daemon *daemon, const char *config);
/* A new key and certificate with this common name, in place of the former. */
void daemon_certify(struct daemon *daemon, const char *name);

pid_t daemon_pid(const struct daemon *daemon);
unsigned daemon_port(const struct daemon *daemon);
unsigned daemon_tls_port(const struct daemon *daemon);
const char *daemon_socket(const struct daemon *daemon); /* path */
const char *daemon_folder(const struct daemon *daemon);
/* The whole log so far; owned by the caller. */
char *daemon_log(const struct daemon *daemon) MUST_CHECK;
/* Waits until the log holds the words, behind what an earlier call found. */
void daemon_expect_log(struct daemon *daemon, const char *words);
/* Resident memory, in kilobytes. */
unsigned long daemon_memory(const struct daemon *daemon);

/* Connections whose greeting has been taken: the operator's, and nobody's. */
struct client *daemon_operator(const struct daemon *daemon) MUST_CHECK;
struct client *daemon_client(const struct daemon *daemon) MUST_CHECK;
/* Over TCP, authenticated by a token. */
struct client *daemon_login(const struct daemon *daemon, const char *token)
    MUST_CHECK;
/* Invites an account with these keys ("role=desk scope=site:160004578") and
 * turns its code into a token; owned by the caller. */
char *daemon_token(const struct daemon *daemon, const char *keys) MUST_CHECK;

#endif
