/* SPDX-License-Identifier: ISC */
/*
 * guess: who failed to authenticate, and how long each must wait for the next
 * attempt.
 *
 * The wait doubles with each failure of one address and ends with a success or
 * a long silence.  Only the GUESS_MAX addresses that failed last are known;
 * against many addresses there is one bound for all, so that guessing is never
 * faster than it.
 */
#ifndef SERVER_GUESS_H
#define SERVER_GUESS_H

#include "daemon/base/compiler.h"
#include "proto/id.h"

enum {
	GUESS_MAX = 4096,
	GUESS_PER_SECOND = 200 /* failures of all addresses together */
};

struct guess;

struct guess *guess_new(void) MUST_CHECK;
void guess_free(struct guess *guess);

/* Milliseconds until an attempt from the address is looked at; 0: now. */
uint64_t guess_wait(struct guess *guess, struct id address, uint64_t now_us);
/* The attempt failed: the next one waits min_ms, 2 x min_ms ... max_ms. */
void guess_failed(struct guess *guess, struct id address, uint64_t now_us,
    uint64_t min_ms, uint64_t max_ms);
void guess_succeeded(struct guess *guess, struct id address);

#endif
