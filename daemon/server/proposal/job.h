/* SPDX-License-Identifier: ISC */
/*
 * job: the jobs of the planner that this daemon has, and who watches them.
 *
 * One job runs at a time, the others wait in the order in which they came.  The
 * row of a job in the database is its truth: other daemons read it there, and
 * one that finds a job that nobody has any more marks it as failed.
 */
#ifndef SERVER_JOB_H
#define SERVER_JOB_H

#include "daemon/server/conn.h"
#include "daemon/store/proposal.h"

struct jobs;

struct jobs *jobs_new(struct server *server) MUST_CHECK;
/* Ends the child at once. */
void jobs_free(struct jobs *jobs);
/* No further job begins and the one that runs is killed: the daemon stops. */
void jobs_stop(struct jobs *jobs);
/* The book is another one. */
void jobs_on_loaded(struct jobs *jobs);

/* The run of this daemon, a new name each time. */
struct id jobs_daemon(const struct jobs *jobs);
/* After so long without a word from its daemon a job is lost. */
uint64_t jobs_lapse_ms(void);
/* Whether one more may wait. */
bool jobs_has_room(const struct jobs *jobs);
/* Takes a job over that the database has as queued; copies.  locks: lines for
 * its instance. */
void jobs_add(
    struct jobs *jobs, const struct proposal *proposal, struct span locks);
/* There is a proposal more: old ones are forgotten, one at a time, once nobody
 * waits for the new one. */
void jobs_forget(struct jobs *jobs);
/* Somebody asked for the end of a job, here or elsewhere. */
void jobs_cancel(struct jobs *jobs, struct id plan);

struct jobs_figures {
	unsigned waiting, running;
	uint64_t done, failed; /* since the start */
	uint64_t pause_us;     /* of the last copy */
	uint64_t pause_max_us;
};
void jobs_figures(const struct jobs *jobs, struct jobs_figures *figures);

/* ----- job_watch.c ----- */

/* The connection hears of the job from now on; false when it hears of too many
 * already. */
bool job_watch(struct conn *conn, struct id plan) MUST_CHECK;
/* No more; nil: of none. */
void job_unwatch(struct conn *conn, struct id plan);
/* Ends what the connection watches: it goes. */
void job_watch_free(struct conn *conn);

/* " plan= state= phases= cost= bound= bound-gap= took-ms= lines= error=" as far
 * as there are such. */
void job_print_progress(struct out *out, const struct proposal *proposal);

#endif
