/* SPDX-License-Identifier: ISC */
/*
 * terminal: a program on a pseudo-terminal, as a person sits before it.
 *
 * Waits have a deadline; what does not come ends the test: what was seen is
 * printed, then abort().
 */
#ifndef TESTS_SUPPORT_TERMINAL_H
#define TESTS_SUPPORT_TERMINAL_H

#include "daemon/base/compiler.h"

#include <stdbool.h>

struct terminal;

/* A command of the shell, in a window of that width. */
struct terminal *terminal_open(const char *command, unsigned columns)
    MUST_CHECK;
/* Hangs up if it still runs; its exit status, -1 if a signal ended it. */
int terminal_close(struct terminal *terminal);
/* Waits until it ends by itself; its exit status. */
int terminal_wait(struct terminal *terminal);

void terminal_type(struct terminal *terminal, const char *keys);
/* Waits until the text has come, behind what an earlier call found. */
void terminal_expect(struct terminal *terminal, const char *text);
/* Types the keys again and again until the text has come: for keys that count
 * only from some moment on. */
void terminal_insist(
    struct terminal *terminal, const char *keys, const char *text);
/* All that came between the last two texts that were expected, the second one
 * included; lent until the next call. */
const char *terminal_between(const struct terminal *terminal);
void terminal_resize(struct terminal *terminal, unsigned columns);

#endif
