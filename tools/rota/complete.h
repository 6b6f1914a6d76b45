/* SPDX-License-Identifier: ISC */
/*
 * complete: what may stand next, for the prompt and for shells.
 */
#ifndef ROTA_COMPLETE_H
#define ROTA_COMPLETE_H

#include "tools/rota/rota.h"

enum { CANDIDATES_MAX = 1000 };

struct candidate {
	char *text;  /* the whole word */
	char *label; /* what it is, for people; or NULL */
};

struct candidates {
	size_t count;
	struct candidate at[CANDIDATES_MAX];
};

/* The words of a command so far; the last, maybe empty, is to be completed.
 * The daemon is asked for names if a session is open, for two seconds. */
void complete_words(struct rota *rota, char *const *words, int count,
    struct candidates *candidates);
void candidates_fini(struct candidates *candidates);
/* Bytes that all candidates begin with. */
size_t candidates_common(const struct candidates *candidates);

/* For shells: completes a whole line, "rota ..." left out, one candidate per
 * line on standard output. */
enum outcome complete_line(struct rota *rota, const char *line) MUST_CHECK;

/* Names of sites, territories and so on, as the daemon told them. */
void places_free(struct places *places);

#endif
