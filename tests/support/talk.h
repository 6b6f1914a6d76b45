/* SPDX-License-Identifier: ISC */
/*
 * talk: a connection to a rotad as a test speaks over it: a line out, an answer
 * in.
 *
 * Every wait has a deadline.  A connection that ended and an answer that did
 * not come are no failures here: the closing line is then "" and talk_over()
 * tells them apart, for they are what some tests are about.
 */
#ifndef TESTS_SUPPORT_TALK_H
#define TESTS_SUPPORT_TALK_H

#include "daemon/base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

struct talk;

/* Over the unix socket, where we are the operator; NULL when nobody listens.
 * The greeting is a push as any other. */
struct talk *talk_open(const char *path) MUST_CHECK;
/* Over TCP, to the loopback. */
struct talk *talk_open_port(unsigned port) MUST_CHECK;
void talk_free(struct talk *talk);
/* How long an answer may take; 30 s unless told. */
void talk_patience(struct talk *talk, int milliseconds);

/* Sends a line; false when the other side is gone.  It does not wait for the
 * answer, so several may be under way. */
bool talk_send(struct talk *talk, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The closing line of the next answer, borrowed until the next one; "" when
 * there is none. */
const char *talk_answer(struct talk *talk);
/* Both. */
const char *talk_ask(struct talk *talk, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The connection has ended. */
bool talk_over(const struct talk *talk);

/* The data lines before the last closing line, without "* ". */
size_t talk_count(const struct talk *talk);
const char *talk_data(const struct talk *talk, size_t i);

/*
 * The next pushed line, without "! ", whose first words are `start` ("" takes
 * any); others before it are thrown away.  Borrowed until the next push; NULL
 * when none came in that time.
 */
const char *talk_push(struct talk *talk, const char *start, int milliseconds);

/* ----- lines ----- */

/* Whether the line begins with these words, up to a blank or its end. */
bool line_begins(const char *line, const char *words);
/* Whether it has this "key=value", whole. */
bool line_has(const char *line, const char *pair);
/* The value of a key, bare or without its quotes; owned by the caller; NULL
 * when the line does not have it. */
char *line_value(const char *line, const char *key) MUST_CHECK;
/* Likewise as a number; -1 when there is none. */
long long line_number(const char *line, const char *key);

#endif
