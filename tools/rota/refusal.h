/* SPDX-License-Identifier: ISC */
/*
 * refusal: closing lines in words.
 */
#ifndef ROTA_REFUSAL_H
#define ROTA_REFUSAL_H

#include "proto/request.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * To standard error: what was refused, by which rule, with its figures, its
 * source and what would do; nothing for ok.  `where` is said first if it is not
 * NULL ("file.csv:12").
 */
void refusal_say(const struct answer *closing, const char *where);
/* To standard error: a data line that warns, likewise. */
void warning_say(const struct answer *row);
/* "refused (H01): text", on one line. */
void refusal_print(FILE *stream, const struct answer *closing);
/* The pairs of a line as "key=value key=value", quoted as in the protocol, but
 * for the keys in the list (ended by NULL). */
void pairs_print(
    FILE *stream, const struct answer *line, const char *const without[]);
/* Whether that prints anything. */
bool pairs_any(const struct answer *line, const char *const without[]);

#endif
