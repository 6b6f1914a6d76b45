/* SPDX-License-Identifier: ISC */
/*
 * dialogue: one connection of a transcript: bytes out, lines in.
 *
 * Answers and pushed lines are two streams, each in the order of arrival; who
 * waits for one sets the other aside.
 */
#ifndef TESTS_DIALOGUE_H
#define TESTS_DIALOGUE_H

#include "proto/span.h"

struct dialogue;

enum dialogue_next { DIALOGUE_LINE, DIALOGUE_END, DIALOGUE_SILENCE };

struct dialogue *dialogue_new(int fd); /* fd is owned */
void dialogue_free(struct dialogue *dialogue);
/* Sends all bytes, as they are; false when the other side is gone. */
bool dialogue_send(struct dialogue *dialogue, const char *bytes, size_t len);
/* The next answer line, or pushed line, without its end, lent until another one
 * comes; waits for it that many milliseconds, and leaves *line when none came.
 */
enum dialogue_next dialogue_read(struct dialogue *dialogue, bool pushed,
    int milliseconds, struct span *line);

#endif
