/* SPDX-License-Identifier: ISC */
/*
 * job_words: the explanations of a proposal for people.
 */
#ifndef SERVER_JOB_WORDS_H
#define SERVER_JOB_WORDS_H

#include "daemon/domain/book.h"
#include "proto/out.h"
#include "proto/request.h"
#include "proto/status.h"

/*
 * Prints the keys of a line of the planner, its ids as the handles of today;
 * and the same as a sentence.  What it names and is there no more keeps its id.
 */
void job_print_reason(
    struct out *out, const struct book *book, const struct answer *line);
void job_reason_words(struct out *out, const struct book *book,
    const struct answer *line, struct span kind, enum lang lang);

#endif
