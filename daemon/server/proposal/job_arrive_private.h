/* SPDX-License-Identifier: ISC */
/*
 * job_arrive_private: a proposal on its way into the database, for
 * job_arrive.c (its steps), job_arrive_read.c (what the planner wrote),
 * job_arrive_weigh.c (what that does for sites), job_arrive_reason.c (why it is
 * so) and job_arrive_proof.c (what proves it).
 */
#ifndef SERVER_JOB_ARRIVE_PRIVATE_H
#define SERVER_JOB_ARRIVE_PRIVATE_H

#include "daemon/server/proposal/job_private.h"

/* Of one line that is to be stored. */
struct arrived {
	struct id slot, physician, site;
	int32_t day;
	uint32_t programme; /* among the arrival's words; 0: none */
	uint32_t next;      /* of the same site, plus 1; 0: it is the last */
	uint8_t part, activity, unscheduled, remote; /* portions in units */
	bool cancels;
};

/* What it does for one; the words of a book may go before it is stored. */
struct weighed {
	struct id site; /* or a sector */
	bool is_sector;
	char zone[24];
	uint32_t need, filled, planned;
};

enum step {
	STEP_READ,
	STEP_WEIGH,
	STEP_LINES,
	STEP_SITES,
	STEP_REASONS,
	STEP_PROOF,
	STEP_END
};

struct arrival {
	struct job *job;     /* borrowed; NULL: it has gone */
	struct event *event; /* owned: the next turn */
	bool waiting;        /* for the database */
	unsigned retries;
	enum step step;
	bool cut_short;
	const char *text; /* mapped */
	size_t size, at;
	unsigned line;         /* number of the one being read */
	struct arrived *lines; /* owned */
	size_t count, capacity, stored;
	uint32_t *of_site; /* owned; first line of each, plus 1 */
	int32_t nsites, nsectors, weighed; /* sites, then sectors */
	/* The sector that is half done, and its first day that is not. */
	struct weighed weighing;
	int32_t weighing_day;
	bool is_weighing;
	struct weighed *sites; /* owned */
	size_t site_count, site_capacity, sites_stored;
	char **words; /* owned: programmes that lines are of */
	size_t nwords, words_capacity;
	size_t notes_capacity, notes;
	uint32_t kept;
	bool has_head;
	/* Where the explanations begin, behind all else; where the next that
	 * is to be stored begins, and the one behind those being stored. */
	size_t proof_size, reasons_at, reasons_next;
	uint32_t reasons;         /* stored */
	uint32_t reasons_waiting; /* being stored */
	/* What proves it: the bytes that are to be kept, 0 of both: none; which
	 * file is being stored, how much of it is and how much is under way. */
	uint64_t proof[PROOF_FILES];
	enum proof_file proof_file;
	size_t proof_at, proof_waiting;
	char *piece; /* owned: of the instance; NULL: not begun */
};

/* ----- job_arrive.c ----- */

/* The job fails for it; always false. */
bool arrival_fail(struct arrival *arrival, const char *why);

/* ----- job_arrive_read.c ----- */

/* Reads one line, or goes on to weighing; false when the arrival is over. */
bool arrival_read(struct arrival *arrival);

/* ----- job_arrive_weigh.c ----- */

/* Weighs what it does for one site, or for a month of a sector, or goes on to
 * storing. */
void arrival_weigh(struct arrival *arrival);

/* ----- job_arrive_reason.c ----- */

/* The next of the explanations, owned by the caller; their words are lent by
 * the plan's text. */
struct proposal_reason *arrival_reasons(struct arrival *arrival, size_t *count);
/* Those are stored. */
void arrival_reasons_stored(struct arrival *arrival);
/* Whether the line is one of them. */
bool arrival_is_reason(struct span line);

/* ----- job_arrive_proof.c ----- */

/* Whether it is to be kept at all, and how much of it there is. */
void arrival_prove(struct arrival *arrival);
/* The next piece, lent until the next call; empty when all is stored. */
struct span arrival_proof(struct arrival *arrival);
/* That one is stored. */
void arrival_proof_stored(struct arrival *arrival);
void arrival_proof_free(struct arrival *arrival);

#endif
