/* SPDX-License-Identifier: ISC */
/*
 * job_watch: who hears of which job, and what they are told; see job.h.
 *
 * A watch ends with the job: its last push says how that ended.
 */
#include "daemon/server/proposal/job_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>

enum {
	WATCHES_PER_CONN = 16,
	PAUSE_US = 250000, /* between two pushes about a job that runs */
	POINT_DECIMALS = 3
};

/* Thousandths of a per cent; what is more says nothing. */
static const int64_t GAP_MOST = 999999999999;

struct watched {
	struct conn *conn;
	struct id plan;
	enum proposal_state state; /* told last */
	struct progress progress;  /* likewise */
	uint64_t told_us;
};

struct job_watches {
	struct watched *at; /* owned */
	size_t count, capacity;
	struct id *ids; /* owned */
	size_t ids_capacity;
};

struct job_watches *
job_watches_new(void)
{
	return xcalloc(1, sizeof(struct job_watches));
}

void
job_watches_free(struct job_watches *watches)
{
	if (watches == NULL)
		return;
	free(watches->at);
	free(watches->ids);
	free(watches);
}

bool
job_watches_any(const struct job_watches *watches)
{
	return watches->count > 0;
}

const struct id *
job_watches_ids(struct job_watches *watches, size_t *count)
{
	*count = 0;
	watches->ids = xgrow(watches->ids, &watches->ids_capacity,
	    watches->count, sizeof(watches->ids[0]));
	for (size_t i = 0; i < watches->count; i++) {
		size_t j = 0;

		while (j < *count &&
		    !id_equal(watches->ids[j], watches->at[i].plan))
			j++;
		if (j == *count)
			watches->ids[(*count)++] = watches->at[i].plan;
	}
	return watches->ids;
}

static void
remove_at(struct job_watches *watches, size_t i)
{
	watches->at[i].conn->job_watches--;
	watches->at[i] = watches->at[--watches->count];
}

bool
job_watch(struct conn *conn, struct id plan)
{
	struct jobs *jobs = conn->server->jobs;
	struct job_watches *watches = jobs->watches;

	job_unwatch(conn, plan);
	if (conn->job_watches == WATCHES_PER_CONN)
		return false;
	watches->at = xgrow(watches->at, &watches->capacity, watches->count + 1,
	    sizeof(watches->at[0]));
	watches->at[watches->count++] = (struct watched){
	    .conn = conn, .plan = plan, .state = PROPOSAL_STATES};
	conn->job_watches++;
	jobs_arm(jobs);
	return true;
}

void
job_unwatch(struct conn *conn, struct id plan)
{
	struct job_watches *watches = conn->server->jobs->watches;

	for (size_t i = watches->count; i-- > 0;)
		if (watches->at[i].conn == conn &&
		    (id_is_nil(plan) || id_equal(watches->at[i].plan, plan)))
			remove_at(watches, i);
}

void
job_watch_free(struct conn *conn)
{
	if (conn->job_watches > 0)
		job_unwatch(conn, ID_NIL);
}

/* ----- pushes ----- */

static void
print_points(struct out *out, const char *key, int64_t points)
{
	if (points == POINTS_NONE)
		return;
	out_key(out, key);
	out_i64(out, points);
}

/* 100 (cost - bound) / |cost|, to the thousandth; of a cost of 0 there is no
 * such, unless it is the least. */
static void
print_gap(struct out *out, const struct progress *progress)
{
	long double cost = (long double)progress->cost;
	long double over = cost - (long double)progress->bound;
	long double gap;

	if (progress->cost == POINTS_NONE || progress->bound == POINTS_NONE ||
	    (progress->cost == 0 && over > 0))
		return;
	gap = over > 0 ? over * 100000.0L / (cost < 0 ? -cost : cost) : 0;
	out_key(out, "bound-gap");
	out_fixed(out,
	    gap < (long double)GAP_MOST ? (int64_t)(gap + 0.5L) : GAP_MOST,
	    POINT_DECIMALS);
}

void
job_print_progress(struct out *out, const struct proposal *proposal)
{
	const struct progress *progress = &proposal->progress;

	out_key_id(out, "plan", proposal->id);
	out_key_text(out, "state", proposal_state_name(proposal->state));
	if (proposal->state != PROPOSAL_QUEUED) {
		out_key_u64(out, "phases", progress->phases);
		out_key_u64(out, "took-ms", progress->took_ms);
	}
	print_points(out, "cost", progress->cost);
	print_points(out, "bound", progress->bound);
	print_gap(out, progress);
	if (proposal->state > PROPOSAL_RUNNING)
		out_key_u64(out, "lines", proposal->lines);
	if (proposal->error.len > 0) {
		struct span words = proposal->error, code;

		(void)span_cut(&words, ' ', &code);
		out_key_value(out, "error", code);
		out_key_value(out, "reason", words);
	}
}

static bool
is_due(const struct watched *watched, const struct proposal *proposal,
    uint64_t now)
{
	const struct progress *was = &watched->progress;
	const struct progress *is = &proposal->progress;

	if (watched->state != proposal->state)
		return true;
	return now - watched->told_us >= PAUSE_US &&
	    (is->cost != was->cost || is->bound != was->bound ||
		is->phases != was->phases);
}

void
job_watches_tell(struct job_watches *watches, const struct proposal *proposal)
{
	uint64_t now = clock_mono_us();

	for (size_t i = watches->count; i-- > 0;) {
		struct watched *watched = &watches->at[i];
		struct conn *conn = watched->conn;
		struct out *out;

		if (!id_equal(watched->plan, proposal->id) ||
		    !is_due(watched, proposal, now))
			continue;
		watched->state = proposal->state;
		watched->progress = proposal->progress;
		watched->told_us = now;
		if (proposal->state > PROPOSAL_RUNNING)
			remove_at(watches, i);
		out = reply_push(conn, REPLY_ROOM);
		out_literal(out, " plan");
		job_print_progress(out, proposal);
		reply_end(conn);
	}
}
