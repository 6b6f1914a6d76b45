/* SPDX-License-Identifier: ISC */
/*
 * client: speaks to a daemon line by line, as a person would, and never waits
 * longer than CLIENT_PATIENCE_MS.
 *
 * Pushed lines are kept apart from answers, each in the order of arrival, so
 * that a test need not know which of the two comes first.  What does not come,
 * or is not as expected, ends the test: why is printed, then abort().
 */
#ifndef TESTS_SUPPORT_CLIENT_H
#define TESTS_SUPPORT_CLIENT_H

#include "daemon/base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

enum { CLIENT_PATIENCE_MS = 30000 };

struct client;

/* Connected; aborts when nobody answers.  The greeting is a pushed line. */
struct client *client_unix(const char *path) MUST_CHECK;
struct client *client_tcp(unsigned port) MUST_CHECK; /* of 127.0.0.1 */
/* Certificates are not verified; the peer's is told by client_subject(). */
struct client *client_tls(unsigned port) MUST_CHECK;
void client_close(struct client *client); /* NULL does nothing */

int client_fd(const struct client *client); /* for socket options */
/* Common name of the daemon's certificate; borrowed. */
const char *client_subject(const struct client *client);

/* A line; its end is added.  Lines may be longer than any limit. */
void client_send(struct client *client, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Bytes as they are; false when the daemon has closed the connection. */
bool client_send_bytes(struct client *client, const char *bytes, size_t len);
/* No more is sent; answers still come. */
void client_shutdown(struct client *client);

/*
 * The next line of an answer, or the next pushed line, without its end; NULL
 * when the daemon has closed the connection.  Lent until the next call.
 */
const char *client_line(struct client *client);
const char *client_push(struct client *client);
/* The same, and it must match: "..." stands for any bytes, also for none.  A
 * pattern that begins with "!" is for a pushed line. */
const char *client_expect(struct client *client, const char *pattern);
/* Passes over lines until one matches; their number, that one included. */
size_t client_expect_after(struct client *client, const char *pattern);
/* Sends the line and expects this answer. */
const char *client_ask(
    struct client *client, const char *line, const char *pattern);
/* The daemon closes the connection; answers before that fail the test, pushed
 * lines do not. */
void client_expect_end(struct client *client);
/* Nothing at all comes for so long. */
void client_expect_silence(struct client *client, int ms);

/* Value of a key of the line that came last; lent until the next line, NULL
 * when it has none. */
const char *client_value(struct client *client, const char *key);

/* Whether the text matches, as client_expect() says. */
bool client_matches(const char *text, const char *pattern);

#endif
