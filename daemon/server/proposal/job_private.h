/* SPDX-License-Identifier: ISC */
/*
 * job_private: a job, and what the files about plans share: job.c (its
 * life), job_run.c (its planner), job_facts.c (its instance), job_arrive*.c
 * (its proposal) and job_watch.c (who is told).
 */
#ifndef SERVER_JOB_PRIVATE_H
#define SERVER_JOB_PRIVATE_H

#include "daemon/server/child/child.h"
#include "daemon/server/proposal/job.h"

#include <sys/queue.h>

struct arrival;
struct config;
struct event;
struct job_watches;

enum {
	PLAN_FILE_MAX = 512
	    << 20, /* bytes of a plan as the planner writes it */
	PLAN_LINES_MAX = 1000000,
	PLAN_NOTES_MAX = 60000
};

struct job {
	TAILQ_ENTRY(job) all;
	struct jobs *jobs;        /* borrowed */
	struct proposal proposal; /* its texts owned by the job */
	char *scope, *error;      /* owned */
	char *weights, *locks;    /* owned */
	char *notes;              /* owned; of the proposal */
	struct child *child;      /* owned */
	int instance_fd, plan_fd; /* owned; -1: none */
	/* Of whom may be planned, in the form of a scope; empty: as the account
	 * of the proposal has it.  Borrowed. */
	struct span covers;
	int32_t frozen; /* what is published before this day stays; 0: none */
	bool begun;     /* the child was started */
	bool stop;      /* somebody asked for its end */
	uint64_t begun_us;
	struct arrival *arrival; /* owned; its proposal is coming */
	struct event *retry;     /* owned; until the database answers again */
	unsigned retries;
};

TAILQ_HEAD(job_list, job);

struct jobs {
	struct server *server; /* borrowed */
	struct id daemon;
	struct job_list queue; /* the first one runs */
	unsigned count;
	bool stopping, ticking;
	/* Proposals are to be forgotten, not before; 0: none. */
	uint64_t forget_us;
	bool forgetting;
	struct event *tick;          /* owned */
	struct job_watches *watches; /* owned */
	struct jobs_figures figures;
};

/* ----- job.c ----- */

/* The job is over; `error` (a code, a blank, words) when it failed. */
void job_end(struct job *job, enum proposal_state state, const char *error);
/* The clock of what is to be asked of the database. */
void jobs_arm(struct jobs *jobs);

/* ----- job_run.c ----- */

/* A number of points as the planner writes it: it may be below 0. */
bool job_points(struct span text, int64_t *points);
/* The id in a site as the planner writes it: behind it may be said which of its
 * places. */
struct span job_site_id(struct span place);
/* The half-day of the plan that the planner's line is of, by the indices of the
 * book, or NULL. */
const struct assignment *job_half_day(const struct book *book,
    int32_t physician, int32_t site, int32_t day, enum part part,
    enum activity activity);

/* The daemon is copied, and the planner begins. */
void job_begin(struct job *job);

/* The path of the planner: as configured, or beside this program. */
void job_program(const struct config *config, char *path, size_t size);

/* ----- job_facts.c ----- */

/* Writes the instance of a job to CHILD_FIRST_FD: for child.h's prepare. */
int job_facts_write(void *job, struct error *error);

/* ----- job_arrive.c ----- */

/* The planner has ended well: reads what it wrote and stores it, a little in
 * each turn, and ends the job. */
void arrival_begin(struct job *job, bool cut_short);
void arrival_free(struct arrival *arrival);
/* Indices of the book are void: from the beginning. */
void arrival_again(struct job *job);

/* ----- job_watch.c ----- */

struct job_watches *job_watches_new(void) MUST_CHECK;
void job_watches_free(struct job_watches *watches);
bool job_watches_any(const struct job_watches *watches);
/* Ids of watched jobs, each once; lent until the next call. */
const struct id *job_watches_ids(struct job_watches *watches, size_t *count);
/* Tells whoever watches the job, not too often unless it is over. */
void job_watches_tell(
    struct job_watches *watches, const struct proposal *proposal);

#endif
