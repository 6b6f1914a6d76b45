/* SPDX-License-Identifier: ISC */
/*
 * job_arrive_proof: what proves a plan - the instance that the planner was
 * given and what it wrote, up to its explanations, which have rows of their own
 * - on its way into the database, as pieces of whole lines.
 *
 * Whoever has both can reckon cost and bound anew; so both are kept, or none.
 */
#include "daemon/server/proposal/job_arrive_private.h"

#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/proposal/verb_plan.h"
#include "daemon/server/server.h"
#include "proto/lex.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char log_id[] = "plan";

static void
keep_none(struct arrival *arrival, const char *why)
{
	log_info(log_id, "proof-not-kept",
	    "why=%s instance=%" PRIu64 " plan=%" PRIu64, why,
	    arrival->proof[PROOF_INSTANCE], arrival->proof[PROOF_PLAN]);
	memset(arrival->proof, 0, sizeof(arrival->proof));
}

void
arrival_prove(struct arrival *arrival)
{
	const struct job *job = arrival->job;
	uint64_t most = job->jobs->server->config->proof_max;
	uint64_t size = job->proposal.written;

	arrival->proof_file = PROOF_INSTANCE;
	arrival->proof_at = 0;
	arrival->proof[PROOF_INSTANCE] = size;
	arrival->proof[PROOF_PLAN] = arrival->proof_size;
	if (size > most || arrival->proof_size > most - size)
		keep_none(arrival, "size");
}

void
arrival_proof_free(struct arrival *arrival)
{
	free(arrival->piece);
	arrival->piece = NULL;
}

/* What cannot stand in an answer cannot be given back. */
static bool
is_text(struct span piece)
{
	struct span line;

	while (span_cut(&piece, '\n', &line))
		if (lex_line_length(line) != line.len)
			return false;
	return true;
}

/* As much of the file as a piece may have, and a byte more if there is one;
 * empty when it cannot be read. */
static struct span
read_on(struct arrival *arrival)
{
	size_t left =
	    (size_t)arrival->proof[arrival->proof_file] - arrival->proof_at;
	size_t most = left <= PROOF_PIECE ? left : PROOF_PIECE + 1;
	ssize_t len;

	if (arrival->proof_file == PROOF_PLAN)
		return (struct span){arrival->text + arrival->proof_at, most};
	if (arrival->piece == NULL)
		arrival->piece = xmalloc(PROOF_PIECE + 1);
	len = pread(arrival->job->instance_fd, arrival->piece, most,
	    (off_t)arrival->proof_at);
	return (struct span){arrival->piece, len == (ssize_t)most ? most : 0};
}

struct span
arrival_proof(struct arrival *arrival)
{
	struct span piece;

	while (arrival->proof_file < PROOF_FILES &&
	    arrival->proof_at >= arrival->proof[arrival->proof_file]) {
		arrival->proof_file++;
		arrival->proof_at = 0;
	}
	if (arrival->proof_file == PROOF_FILES)
		return (struct span){NULL, 0};
	piece = read_on(arrival);
	piece.len = plan_proof_slice(piece, PROOF_PIECE);
	if (piece.len == 0 || !is_text(piece)) {
		keep_none(arrival, "text");
		return (struct span){NULL, 0};
	}
	arrival->proof_waiting = piece.len;
	return piece;
}

void
arrival_proof_stored(struct arrival *arrival)
{
	arrival->proof_at += arrival->proof_waiting;
}
