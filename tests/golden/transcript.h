/* SPDX-License-Identifier: ISC */
/*
 * transcript: runs dialogues with a live server and compares.
 *
 * The form of a transcript is the appendix of proto/protocol.md.  A file is run
 * from top to bottom on accounts and names of its own; a block that fails is
 * reported, its connections are given up, and the next block goes on.
 */
#ifndef TESTS_TRANSCRIPT_H
#define TESTS_TRANSCRIPT_H

#include "proto/status.h"
#include "proto/verb.h"

#include <stdio.h>

/*
 * A connected blocking socket for the caller to close, or -1 with errno.
 * trusted: by the unix socket, where the peer is the operator; else as anybody.
 */
typedef int transcript_connect_fn(void *arg, bool trusted);

struct transcript;

/* today: days since 1970; log, connect and arg are borrowed until _free. */
struct transcript *transcript_new(
    transcript_connect_fn *connect, void *arg, int32_t today, FILE *log);
void transcript_free(struct transcript *transcript);
/* Milliseconds to wait for a line; ten seconds unless told. */
void transcript_patience(struct transcript *transcript, int milliseconds);

/*
 * Number of blocks of a file that failed, each told in the log with what was
 * expected and what came; -1 with errno when the file cannot be read.  A name
 * that ends in .md has its blocks between ```transcript and ```.
 */
int transcript_run(struct transcript *transcript, const char *path);
/* Blocks that passed so far. */
unsigned transcript_passed(const struct transcript *transcript);

/* Whether a block that passed has sent the verb, or was answered the status. */
bool transcript_has_verb(const struct transcript *transcript, enum verb verb);
bool transcript_has_status(
    const struct transcript *transcript, enum status status);

#endif
