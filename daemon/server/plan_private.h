/* SPDX-License-Identifier: ISC */
/*
 * plan_private: a job, and what the files about plans share: plan_job.c (its
 * life), plan_run.c (its planner), plan_facts.c (its instance), plan_arrive*.c
 * (its proposal) and plan_watch.c (who is told).
 */
#ifndef SERVER_PLAN_PRIVATE_H
#define SERVER_PLAN_PRIVATE_H

#include "daemon/server/child.h"
#include "daemon/server/plan_job.h"

#include <sys/queue.h>

struct arrival;
struct config;
struct event;
struct plan_watches;

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
	bool begun;               /* the child was started */
	bool stop;                /* somebody asked for its end */
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
	struct event *tick;           /* owned */
	struct plan_watches *watches; /* owned */
	struct jobs_figures figures;
};

/* ----- plan_job.c ----- */

/* The job is over; `error` (a code, a blank, words) when it failed. */
void job_end(struct job *job, enum proposal_state state, const char *error);
/* The clock of what is to be asked of the database. */
void jobs_arm(struct jobs *jobs);

/* ----- plan_run.c ----- */

/* A number of points as the planner writes it: it may be below 0. */
bool plan_points(struct span text, int64_t *points);

/* The daemon is copied, and the planner begins. */
void job_begin(struct job *job);

/* The path of the planner: as configured, or beside this program. */
void plan_program(const struct config *config, char *path, size_t size);

/* ----- plan_facts.c ----- */

/* Writes the instance of a job to CHILD_FIRST_FD: for child.h's prepare. */
int plan_facts_write(void *job, struct error *error);

/* ----- plan_arrive.c ----- */

/* The planner has ended well: reads what it wrote and stores it, a little in
 * each turn, and ends the job. */
void arrival_begin(struct job *job, bool cut_short);
void arrival_free(struct arrival *arrival);
/* Indices of the book are void: from the beginning. */
void arrival_again(struct job *job);

/* ----- plan_watch.c ----- */

struct plan_watches *plan_watches_new(void) MUST_CHECK;
void plan_watches_free(struct plan_watches *watches);
bool plan_watches_any(const struct plan_watches *watches);
/* Ids of watched jobs, each once; lent until the next call. */
const struct id *plan_watches_ids(struct plan_watches *watches, size_t *count);
/* Tells whoever watches the job, not too often unless it is over. */
void plan_watches_tell(
    struct plan_watches *watches, const struct proposal *proposal);

#endif
