/* SPDX-License-Identifier: ISC */
/*
 * question: the parameters of one statement, in their order, and its sending.
 */
#ifndef STORE_QUESTION_H
#define STORE_QUESTION_H

#include "daemon/store/pack.h"
#include "daemon/store/pgsession.h"
#include "daemon/store/snapshot.h"
#include "proto/span.h"

/* All zero: no parameters yet. */
struct question {
	struct pack pack;
	size_t ends[PGSESSION_PARAMS_MAX];
	uint32_t nulls; /* bits of those that are null */
	int count;
};

/* The parameter that was packed last is whole. */
void question_done(struct question *question);
void question_null(struct question *question);
void question_u32(struct question *question, uint32_t number);
void question_u64(struct question *question, uint64_t number);
void question_day(struct question *question, int32_t day);
void question_id(struct question *question, struct id id);
/* Likewise, null when it is nil. */
void question_id_or_null(struct question *question, struct id id);
void question_text(struct question *question, struct span text);
void question_ids(
    struct question *question, const struct id *ids, size_t count);
/* Ids as an array of texts. */
void question_id_texts(
    struct question *question, const struct id *ids, size_t count);
/* Two parameters: epoch and snapshot. */
void question_cursor(struct question *question, const struct cursor *cursor);

/* As pgsession_send(); the question is given up in any case. */
enum status question_send(struct question *question, struct pgsession *session,
    size_t statement, pgsession_done_fn *done, void *arg) MUST_CHECK;

#endif
