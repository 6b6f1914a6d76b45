/* SPDX-License-Identifier: ISC */
/*
 * job: the life of a job; see job.h.
 *
 * queued -> the daemon is copied, the copy writes the instance and becomes the
 * planner -> it says how far it has come -> it ends, and what it wrote is read
 * and stored -> the row says done.  Whatever goes wrong ends the job with a
 * reason and nothing else.
 */
#include "daemon/server/proposal/job_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/id_random.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/server.h"
#include "daemon/server/shed.h"

#include <event2/event.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	TICK_MS = 1000,
	LAPSE_MS = 10000, /* ten ticks that nobody heard */
	FORGET_MS = 3000, /* what is kept is adopted before */
	RETRY_MS = 1000,
	RETRIES_MAX = 600 /* ten minutes without the database */
};

static const char log_id[] = "plan";

static void pump(struct jobs *jobs);

/* ----- jobs ----- */

static void
job_free(struct job *job)
{
	child_free(job->child);
	arrival_free(job->arrival);
	if (job->retry != NULL)
		event_free(job->retry);
	if (job->instance_fd >= 0)
		shed_file(job->jobs->server->base, job->instance_fd);
	if (job->plan_fd >= 0)
		shed_file(job->jobs->server->base, job->plan_fd);
	free(job->scope);
	free(job->weights);
	free(job->locks);
	free(job->error);
	free(job->notes);
	free(job);
}

static void
drop(struct job *job)
{
	struct jobs *jobs = job->jobs;

	TAILQ_REMOVE(&jobs->queue, job, all);
	jobs->count--;
	job_free(job);
	pump(jobs);
}

static struct job *
find(const struct jobs *jobs, struct id plan)
{
	struct job *job;

	TAILQ_FOREACH(job, &jobs->queue, all)
	{
		/* The analyzer takes TAILQ_REMOVE for nothing.
		 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		if (id_equal(job->proposal.id, plan))
			return job;
	}
	return NULL;
}

struct id
jobs_daemon(const struct jobs *jobs)
{
	return jobs->daemon;
}

uint64_t
jobs_lapse_ms(void)
{
	return LAPSE_MS;
}

bool
jobs_has_room(const struct jobs *jobs)
{
	return !jobs->stopping &&
	    jobs->count < jobs->server->config->planner_queue;
}

void
jobs_add(struct jobs *jobs, const struct proposal *proposal, struct span locks)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->jobs = jobs;
	job->proposal = *proposal;
	job->scope = xstrndup(proposal->scope.ptr, proposal->scope.len);
	job->proposal.scope = span_of(job->scope);
	job->weights = xstrndup(proposal->weights.ptr, proposal->weights.len);
	job->proposal.weights = span_of(job->weights);
	job->locks = locks.len == 0 ? NULL : xstrndup(locks.ptr, locks.len);
	job->proposal.progress =
	    (struct progress){.cost = POINTS_NONE, .bound = POINTS_NONE};
	job->instance_fd = job->plan_fd = -1;
	TAILQ_INSERT_TAIL(&jobs->queue, job, all);
	jobs->count++;
	jobs_arm(jobs);
	pump(jobs);
}

/* ----- the end ----- */

static void store_end(struct job *job);

static void
on_retry(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	store_end(arg);
}

static void
retry_later(struct job *job)
{
	static const struct timeval in = {RETRY_MS / 1000, 0};

	if (job->jobs->stopping || ++job->retries > RETRIES_MAX) {
		drop(job);
		return;
	}
	if (job->retry == NULL)
		job->retry =
		    evtimer_new(job->jobs->server->base, on_retry, job);
	if (job->retry == NULL || event_add(job->retry, &in) != 0)
		abort(); /* out of memory: small */
}

static void
on_ended(void *arg, enum status status, const struct proposal_answer *answer)
{
	struct job *job = arg;

	if (status != STATUS_OK && status != STATUS_INTERNAL) {
		retry_later(job);
		return;
	}
	if (!answer->done)
		log_info(log_id, "forgotten", "lines=%u", job->proposal.lines);
	job_watches_tell(job->jobs->watches, &job->proposal);
	drop(job);
}

static void
store_end(struct job *job)
{
	enum status status =
	    proposals_end(store_proposals(job->jobs->server->store),
		&job->proposal, on_ended, job);

	if (status != STATUS_OK)
		retry_later(job);
}

void
job_end(struct job *job, enum proposal_state state, const char *error)
{
	struct jobs *jobs = job->jobs;
	char id[ID_TEXT_LEN + 1] = "";

	id_to_text(job->proposal.id, id);
	free(job->error);
	job->error = xstrdup(error);
	job->proposal.error = span_of(job->error);
	job->proposal.state = state;
	job->proposal.notes =
	    job->notes == NULL ? SPAN("") : span_of(job->notes);
	if (state == PROPOSAL_FAILED) {
		jobs->figures.failed++;
		job->proposal.lines = job->proposal.kept = 0;
		log_warn(
		    log_id, "failed", "plan=%s why=%s", id, LOG_QUOTE(error));
	} else {
		jobs->figures.done++;
		log_info(log_id, "ended",
		    "plan=%s state=%s cost=%" PRId64 " bound=%" PRId64
		    " lines=%u",
		    id, proposal_state_name(state), job->proposal.progress.cost,
		    job->proposal.progress.bound, job->proposal.lines);
	}
	jobs->figures.running = 0;
	store_end(job);
}

static void
pump(struct jobs *jobs)
{
	struct job *job = TAILQ_FIRST(&jobs->queue);

	if (jobs->stopping || job == NULL || job->begun ||
	    store_book(jobs->server->store) == NULL)
		return;
	job_begin(job);
}

/* ----- requests ----- */

void
jobs_cancel(struct jobs *jobs, struct id plan)
{
	struct job *job = find(jobs, plan);

	if (job == NULL || job->stop)
		return;
	job->stop = true;
	if (!job->begun) {
		/* The row says so already. */
		job->proposal.state = PROPOSAL_CANCELLED;
		job_watches_tell(jobs->watches, &job->proposal);
		drop(job);
	} else if (job->child != NULL) {
		child_term(job->child);
	}
}

void
jobs_figures(const struct jobs *jobs, struct jobs_figures *figures)
{
	*figures = jobs->figures;
	figures->waiting = jobs->count - figures->running;
}

/* ----- old proposals ----- */

void
jobs_forget(struct jobs *jobs)
{
	if (jobs->forget_us == 0)
		jobs->forget_us = clock_mono_us() + FORGET_MS * UINT64_C(1000);
	jobs_arm(jobs);
}

static void
on_forgotten(
    void *arg, enum status status, const struct proposal_answer *answer)
{
	struct jobs *jobs = arg;

	jobs->forgetting = false;
	/* The next new one asks again. */
	if (status == STATUS_OK && !answer->done)
		jobs->forget_us = 0;
}

static void
forget(struct jobs *jobs)
{
	struct server *server = jobs->server;

	if (jobs->forget_us == 0 || jobs->forgetting || jobs->stopping ||
	    clock_mono_us() < jobs->forget_us)
		return;
	jobs->forgetting = proposals_forget(store_proposals(server->store),
			       (uint32_t)server->config->planner_kept,
			       on_forgotten, jobs) == STATUS_OK;
}

/* ----- the clock ----- */

static void
on_ticked(void *arg, enum status status, const struct proposal *rows,
    size_t count, bool more UNUSED)
{
	struct jobs *jobs = arg;

	jobs->ticking = false;
	if (status != STATUS_OK)
		return;
	for (size_t i = 0; i < count; i++) {
		struct job *job = find(jobs, rows[i].id);

		if (job == NULL)
			job_watches_tell(jobs->watches, &rows[i]);
		/* Whoever began to watch it in its midst hears how far it has
		 * come; its end is told once it is stored. */
		else if (job->proposal.state <= PROPOSAL_RUNNING)
			job_watches_tell(jobs->watches, &job->proposal);
		if (job != NULL &&
		    (rows[i].stop || rows[i].state == PROPOSAL_CANCELLED))
			jobs_cancel(jobs, rows[i].id);
	}
}

static void
tick(struct jobs *jobs)
{
	struct id *ids = xcalloc(jobs->count, sizeof(ids[0]));
	struct progress *progress = xcalloc(jobs->count, sizeof(progress[0]));
	struct proposal_tick call = {.daemon = jobs->daemon,
	    .lapse_ms = LAPSE_MS,
	    .ids = ids,
	    .progress = progress};
	struct job *job;

	TAILQ_FOREACH(job, &jobs->queue, all)
	{
		ids[call.count] = job->proposal.id;
		progress[call.count++] = job->proposal.progress;
	}
	call.watched = job_watches_ids(jobs->watches, &call.nwatched);
	jobs->ticking = proposals_tick(store_proposals(jobs->server->store),
			    &call, on_ticked, jobs) == STATUS_OK;
	free(ids);
	free(progress);
}

static void
on_tick(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct jobs *jobs = arg;

	if (!jobs->ticking && !jobs->stopping &&
	    (jobs->count > 0 || job_watches_any(jobs->watches)))
		tick(jobs);
	forget(jobs);
	jobs_arm(jobs);
	pump(jobs);
}

void
jobs_arm(struct jobs *jobs)
{
	static const struct timeval in = {TICK_MS / 1000, 0};

	if (jobs->stopping || event_pending(jobs->tick, EV_TIMEOUT, NULL) ||
	    (jobs->count == 0 && jobs->forget_us == 0 &&
		!job_watches_any(jobs->watches)))
		return;
	if (event_add(jobs->tick, &in) != 0)
		abort(); /* out of memory: small */
}

/* ----- life ----- */

struct jobs *
jobs_new(struct server *server)
{
	struct jobs *jobs = xcalloc(1, sizeof(*jobs));

	jobs->daemon = id_random();
	jobs->server = server;
	TAILQ_INIT(&jobs->queue);
	jobs->tick = evtimer_new(server->base, on_tick, jobs);
	if (jobs->tick == NULL)
		abort(); /* out of memory: small, and at the start */
	jobs->watches = job_watches_new();
	return jobs;
}

void
jobs_stop(struct jobs *jobs)
{
	struct job *job, *next;

	if (jobs->stopping)
		return;
	jobs->stopping = true;
	for (job = TAILQ_FIRST(&jobs->queue); job != NULL; job = next) {
		next = TAILQ_NEXT(job, all);
		child_free(job->child);
		job->child = NULL;
		arrival_free(job->arrival);
		job->arrival = NULL;
		if (job->proposal.state <= PROPOSAL_RUNNING)
			job_end(job, PROPOSAL_FAILED,
			    "stopped the daemon was stopped");
	}
}

void
jobs_on_loaded(struct jobs *jobs)
{
	struct job *job = TAILQ_FIRST(&jobs->queue);

	if (job != NULL && job->arrival != NULL)
		arrival_again(job);
	pump(jobs);
}

void
jobs_free(struct jobs *jobs)
{
	struct job *job;

	if (jobs == NULL)
		return;
	jobs->stopping = true;
	while ((job = TAILQ_FIRST(&jobs->queue)) != NULL) {
		TAILQ_REMOVE(&jobs->queue, job, all);
		job_free(job);
	}
	event_free(jobs->tick);
	job_watches_free(jobs->watches);
	free(jobs);
}
