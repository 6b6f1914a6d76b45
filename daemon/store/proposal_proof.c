/* SPDX-License-Identifier: ISC */
/*
 * proposal_proof: what proves the bound of a proposal again, piece by piece;
 * see proposal.h.
 */
#include "daemon/store/proposal_private.h"

#include "daemon/base/mem.h"
#include "daemon/store/row.h"

#include <stdlib.h>

static const char *const names[] = {
    [PROOF_INSTANCE] = "instance", [PROOF_PLAN] = "plan"};

const char *
proof_file_name(enum proof_file file)
{
	return names[file];
}

bool
proof_file_find(struct span word, enum proof_file *out)
{
	unsigned found = proposal_find_word(names, PROOF_FILES, word);

	*out = (enum proof_file)found;
	return found < PROOF_FILES;
}

enum status
proposals_put_proof(struct proposals *proposals,
    const struct proposal *proposal, const struct proof_piece *piece,
    proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	question_id(&question, proposal->id);
	question_id(&question, proposal->daemon);
	question_text(&question, span_of(names[piece->file]));
	question_u64(&question, piece->at);
	question_text(&question, piece->bytes);
	return proposal_ask(
	    proposals, PROPOSAL_PUT_PROOF, &question, done, arg);
}

struct waiter {
	proposal_proof_fn *done;
	void *arg;
};

static void
on_bytes(void *arg, enum status status, const PGresult *result)
{
	struct waiter *waiter = arg;
	struct span bytes = {NULL, 0};

	if (status == STATUS_OK && PQntuples(result) > 0)
		bytes = row_text(result, 0, 0);
	waiter->done(waiter->arg, status, bytes);
	free(waiter);
}

enum status
proposals_proof(struct proposals *proposals, const struct proof_filter *filter,
    proposal_proof_fn *done, void *arg)
{
	struct question question = {.count = 0};
	struct waiter *waiter = xmalloc(sizeof(*waiter));
	enum status status;

	*waiter = (struct waiter){done, arg};
	question_id(&question, filter->plan);
	question_text(&question, span_of(names[filter->file]));
	question_u64(&question, filter->from);
	question_u32(&question, filter->limit);
	status = question_send(
	    &question, proposals->session, PROPOSAL_PROOF, on_bytes, waiter);
	if (status != STATUS_OK)
		free(waiter);
	return status;
}
