/* SPDX-License-Identifier: ISC */
/*
 * plan_follow: waits for a job of the planner, and shows how it comes along: on
 * a terminal in one line that is drawn anew, else line by line; on standard
 * error, so that the answer stands alone on standard output.
 *
 * Ctrl-C asks the daemon to end the job, which keeps what there is; once more,
 * and nobody waits any longer while the job goes on.  A connection that breaks
 * is opened again.
 */
#ifndef ROTA_PLAN_FOLLOW_H
#define ROTA_PLAN_FOLLOW_H

#include "proto/id.h"
#include "tools/rota/options.h"
#include "tools/rota/rota.h"

enum { PLAN_WORD_MAX = 31 };

struct plan_job {
	char id[ID_TEXT_LEN + 1];
	/* The last that was heard. */
	char state[PLAN_WORD_MAX + 1];
	char error[PLAN_WORD_MAX + 1], reason[512];
	char cost[PLAN_WORD_MAX + 1], gap[PLAN_WORD_MAX + 1];
	uint64_t phases, took_ms, lines;
};

/* OUTCOME_OK: it is over, see job->state.  OUTCOME_NO: nobody waits any more.
 */
enum outcome plan_follow(struct rota *rota, const struct options *options,
    struct plan_job *job) MUST_CHECK;

#endif
