/* SPDX-License-Identifier: ISC */
/*
 * job_arrive: from what the planner wrote to a proposal in the database.
 *
 * A plan may have half a million lines: they are read, weighed site by site and
 * stored a little at a time, so that no other request waits for it.  Nothing of
 * it counts before the last step, which says that all of it is there.
 */
#include "daemon/server/proposal/job_arrive_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/server/server.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum {
	TURN_US = 1000, /* of work in one turn of the loop */
	LINES_AT_ONCE = 1000,
	RETRY_US = 1000000,
	RETRIES_MAX = 600
};

static void
arrival_destroy(struct arrival *arrival)
{
	if (arrival->event != NULL)
		event_free(arrival->event);
	if (arrival->size > 0)
		(void)munmap((void *)(uintptr_t)arrival->text, arrival->size);
	arrival_proof_free(arrival);
	free(arrival->lines);
	free(arrival->of_site);
	free(arrival->sites);
	for (size_t i = 0; i < arrival->nwords; i++)
		free(arrival->words[i]);
	free(arrival->words);
	free(arrival);
}

void
arrival_free(struct arrival *arrival)
{
	if (arrival == NULL)
		return;
	arrival->job = NULL;
	if (!arrival->waiting)
		arrival_destroy(arrival);
}

static void
fail(struct arrival *arrival, const char *error)
{
	struct job *job = arrival->job;

	job->arrival = NULL;
	arrival_free(arrival);
	job_end(job, PROPOSAL_FAILED, error);
}

bool
arrival_fail(struct arrival *arrival, const char *why)
{
	char text[256];

	(void)snprintf(
	    text, sizeof(text), "plan line %u: %s", arrival->line, why);
	fail(arrival, text);
	return false;
}

/* ----- to the database ----- */

static void
next_turn(struct arrival *arrival, uint64_t us)
{
	struct timeval in = {
	    (time_t)(us / 1000000), (suseconds_t)(us % 1000000)};

	if (event_add(arrival->event, &in) != 0)
		abort(); /* out of memory: small */
}

static void
on_stored(
    void *arg, enum status status, const struct proposal_answer *answer UNUSED)
{
	struct arrival *arrival = arg;

	arrival->waiting = false;
	if (arrival->job == NULL) {
		arrival_destroy(arrival);
		return;
	}
	if (status == STATUS_OK) {
		arrival->retries = 0;
		if (arrival->step == STEP_LINES)
			arrival->stored += LINES_AT_ONCE;
		else if (arrival->step == STEP_SITES)
			arrival->sites_stored += LINES_AT_ONCE;
		else if (arrival->step == STEP_REASONS)
			arrival_reasons_stored(arrival);
		else
			arrival_proof_stored(arrival);
		next_turn(arrival, 0);
		return;
	}
	if (status == STATUS_INTERNAL || ++arrival->retries > RETRIES_MAX) {
		arrival->step = STEP_END;
		fail(arrival,
		    status == STATUS_INTERNAL
			? "plan the database refused it"
			: "plan the database did not take it in ten minutes");
		return;
	}
	/* Storing a piece again is harmless: its number is its name. */
	next_turn(arrival, RETRY_US);
}

/* After a call of the store: waits for it, or for the database to be back. */
static void
await(struct arrival *arrival, enum status status)
{
	if (status == STATUS_OK) {
		arrival->waiting = true;
		return;
	}
	if (++arrival->retries > RETRIES_MAX)
		fail(arrival,
		    "plan the database did not take it in ten minutes");
	else
		next_turn(arrival, RETRY_US);
}

static void
store_lines(struct arrival *arrival)
{
	struct jobs *jobs = arrival->job->jobs;
	size_t left = arrival->count - arrival->stored;
	size_t n = left < LINES_AT_ONCE ? left : LINES_AT_ONCE;
	struct proposal_line *rows = xcalloc(n, sizeof(rows[0]));

	for (size_t i = 0; i < n; i++) {
		const struct arrived *line =
		    &arrival->lines[arrival->stored + i];

		rows[i] = (struct proposal_line){
		    .number = (uint32_t)(arrival->stored + i) + 1,
		    .cancels = line->cancels,
		    .slot = line->slot,
		    .physician = line->physician,
		    .site = line->site,
		    .day = line->day,
		    .part = part_word((enum part)line->part),
		    .activity =
			span_of(activity_name((enum activity)line->activity)),
		    .programme = span_of(line->programme == 0
			    ? ""
			    : arrival->words[line->programme - 1]),
		    .unscheduled = (uint32_t)line->unscheduled * PORTION_UNIT,
		    .remote = (uint32_t)line->remote * PORTION_UNIT};
	}
	await(arrival,
	    proposals_put_lines(store_proposals(jobs->server->store),
		&arrival->job->proposal, rows, n, on_stored, arrival));
	free(rows);
}

static void
store_sites(struct arrival *arrival)
{
	struct jobs *jobs = arrival->job->jobs;
	size_t left = arrival->site_count - arrival->sites_stored;
	size_t n = left < LINES_AT_ONCE ? left : LINES_AT_ONCE;
	struct proposal_site *rows = xcalloc(n, sizeof(rows[0]));

	for (size_t i = 0; i < n; i++) {
		const struct weighed *at =
		    &arrival->sites[arrival->sites_stored + i];

		rows[i] = (struct proposal_site){.site = at->site,
		    .is_sector = at->is_sector,
		    .zone = span_of(at->zone),
		    .need = at->need,
		    .filled = at->filled,
		    .planned = at->planned};
	}
	await(arrival,
	    proposals_put_sites(store_proposals(jobs->server->store),
		&arrival->job->proposal, rows, n, on_stored, arrival));
	free(rows);
}

static void
store_reasons(struct arrival *arrival)
{
	struct jobs *jobs = arrival->job->jobs;
	size_t count;
	struct proposal_reason *rows = arrival_reasons(arrival, &count);

	await(arrival,
	    proposals_put_reasons(store_proposals(jobs->server->store),
		&arrival->job->proposal, rows, count, on_stored, arrival));
	free(rows);
}

/* False when all of it is stored. */
static bool
store_proof(struct arrival *arrival)
{
	struct jobs *jobs = arrival->job->jobs;
	struct proof_piece piece = {.bytes = arrival_proof(arrival)};

	if (piece.bytes.len == 0)
		return false;
	piece.file = arrival->proof_file;
	piece.at = arrival->proof_at;
	await(arrival,
	    proposals_put_proof(store_proposals(jobs->server->store),
		&arrival->job->proposal, &piece, on_stored, arrival));
	return true;
}

static void
end(struct arrival *arrival)
{
	struct job *job = arrival->job;
	bool cut_short = arrival->cut_short;

	job->proposal.lines = (uint32_t)arrival->count;
	job->proposal.kept = arrival->kept;
	memcpy(job->proposal.proof, arrival->proof, sizeof(arrival->proof));
	job->arrival = NULL;
	arrival_free(arrival);
	job_end(job, cut_short ? PROPOSAL_CANCELLED : PROPOSAL_DONE, "");
}

/* ----- turns ----- */

/* Reading and weighing, as much as a turn may take; false when it is over. */
static bool
work(struct arrival *arrival)
{
	uint64_t begun = clock_mono_us();

	do {
		for (int i = 0; i < 32 && arrival->step == STEP_READ; i++)
			if (!arrival_read(arrival))
				return false;
		if (arrival->step == STEP_WEIGH)
			arrival_weigh(arrival);
	} while (
	    arrival->step <= STEP_WEIGH && clock_mono_us() - begun < TURN_US);
	return true;
}

/* The first step at which there is something left to do. */
static void
advance(struct arrival *arrival)
{
	if (arrival->step == STEP_LINES && arrival->stored >= arrival->count)
		arrival->step = STEP_SITES;
	if (arrival->step == STEP_SITES &&
	    arrival->sites_stored >= arrival->site_count)
		arrival->step = STEP_REASONS;
	if (arrival->step == STEP_REASONS &&
	    arrival->reasons_at >= arrival->size) {
		arrival->step = STEP_PROOF;
		arrival_prove(arrival);
	}
}

static void
turn(struct arrival *arrival)
{
	if (arrival->step <= STEP_WEIGH && !work(arrival))
		return;
	advance(arrival);
	switch (arrival->step) {
	case STEP_READ:
	case STEP_WEIGH:
		next_turn(arrival, 0);
		break;
	case STEP_LINES:
		store_lines(arrival);
		break;
	case STEP_SITES:
		store_sites(arrival);
		break;
	case STEP_REASONS:
		store_reasons(arrival);
		break;
	case STEP_PROOF:
		if (!store_proof(arrival))
			end(arrival);
		break;
	case STEP_END:
		end(arrival);
		break;
	}
}

static void
on_turn(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	turn(arg);
}

static void
start_over(struct arrival *arrival)
{
	const struct book *book = store_book(arrival->job->jobs->server->store);

	free(arrival->of_site);
	arrival->nsites = book_count(book, KIND_SITE);
	arrival->nsectors = book_count(book, KIND_TERRITORY);
	arrival->of_site =
	    xcalloc((size_t)arrival->nsites, sizeof(arrival->of_site[0]));
	arrival->step = STEP_READ;
	arrival->at = arrival->count = arrival->site_count = 0;
	arrival->notes = 0;
	arrival->weighed = 0;
	arrival->is_weighing = false;
	arrival->kept = 0;
	arrival->line = 0;
	arrival->proof_size = arrival->reasons_at = arrival->size;
}

void
arrival_again(struct job *job)
{
	/* Once lines are stored under their numbers, they are what they are. */
	if (job->arrival->step <= STEP_WEIGH)
		start_over(job->arrival);
}

void
arrival_begin(struct job *job, bool cut_short)
{
	struct arrival *arrival = xcalloc(1, sizeof(*arrival));
	struct stat stat;
	void *map = MAP_FAILED;

	job->arrival = arrival;
	arrival->job = job;
	arrival->cut_short = cut_short;
	if (fstat(job->plan_fd, &stat) == 0 && stat.st_size > 0 &&
	    stat.st_size <= PLAN_FILE_MAX)
		map = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE,
		    job->plan_fd, 0);
	if (map == MAP_FAILED) {
		(void)arrival_fail(
		    arrival, "no plan, or one that is too large");
		return;
	}
	arrival->text = map;
	arrival->size = (size_t)stat.st_size;
	arrival->event = evtimer_new(job->jobs->server->base, on_turn, arrival);
	if (arrival->event == NULL)
		abort(); /* out of memory: small */
	start_over(arrival);
	next_turn(arrival, 0);
}
