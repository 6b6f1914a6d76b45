/* SPDX-License-Identifier: ISC */
/*
 * proposal: what changes proposals, and their session; see proposal.h.
 */
#include "daemon/store/proposal_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/store/feed.h"
#include "daemon/store/row.h"

#include <stdlib.h>

static const char log_id[] = "store/proposal";

/* As rota.plan_lapse() does after a start of the database. */
enum { BACK_IN_LAPSES = 3 };
static const uint64_t NEVER_MS = UINT64_C(10) * 366 * 86400 * 1000;

enum { CODE_NEW = 0, CODE_REPLAYED = 2, CODE_REUSED = 3 }; /* of a key */

static const char *const state_names[] = {[PROPOSAL_QUEUED] = "queued",
    [PROPOSAL_RUNNING] = "running",
    [PROPOSAL_DONE] = "done",
    [PROPOSAL_FAILED] = "failed",
    [PROPOSAL_CANCELLED] = "cancelled",
    [PROPOSAL_ADOPTED] = "adopted"};
static const char *const variant_names[] = {[PROPOSAL_FILL] = "fill",
    [PROPOSAL_FREE] = "free",
    [PROPOSAL_REPAIR] = "repair"};
static const char *const line_names[] = {[LINE_PROPOSED] = "proposed",
    [LINE_ADOPTED] = "adopted",
    [LINE_DROPPED] = "dropped",
    [LINE_REFUSED] = "refused"};

unsigned
proposal_find_word(const char *const *names, unsigned count, struct span word)
{
	unsigned i = 0;

	while (i < count && !span_is(word, names[i]))
		i++;
	return i;
}

const char *
proposal_state_name(enum proposal_state state)
{
	return state_names[state];
}

bool
proposal_state_find(struct span word, enum proposal_state *out)
{
	unsigned found = proposal_find_word(state_names, PROPOSAL_STATES, word);

	*out = (enum proposal_state)found;
	return found < PROPOSAL_STATES;
}

const char *
proposal_variant_name(enum proposal_variant variant)
{
	return variant_names[variant];
}

const char *
line_state_name(enum line_state state)
{
	return line_names[state];
}

bool
line_state_find(struct span word, enum line_state *out)
{
	unsigned found = proposal_find_word(line_names, LINE_STATES, word);

	*out = (enum line_state)found;
	return found < LINE_STATES;
}

/* ----- who waits ----- */

struct waiter {
	enum proposal_statement statement;
	proposal_done_fn *done;
	void *arg;
};

static void
on_done(void *arg, enum status status, const PGresult *result)
{
	struct waiter *waiter = arg;
	struct proposal_answer answer = {.done = true};
	bool keyed = waiter->statement == PROPOSAL_QUEUE ||
	    waiter->statement == PROPOSAL_KEEP ||
	    waiter->statement == PROPOSAL_EDIT ||
	    waiter->statement == PROPOSAL_ANSWERED;

	if (status == STATUS_OK && keyed) {
		int32_t code = row_i32(result, 0, 0);

		answer.replayed = code == CODE_REPLAYED;
		answer.text = row_text(result, 0, 1);
		if (waiter->statement == PROPOSAL_EDIT)
			answer.number = (uint32_t)row_i32(result, 0, 2);
		if (code == CODE_REUSED)
			status = STATUS_KEY_REUSED;
	} else if (status == STATUS_OK &&
	    (waiter->statement == PROPOSAL_BEGIN ||
		waiter->statement == PROPOSAL_FORGET ||
		waiter->statement == PROPOSAL_END)) {
		answer.done = PQgetvalue(result, 0, 0)[0] != 0;
	} else if (status == STATUS_OK && PQntuples(result) > 0 &&
	    waiter->statement == PROPOSAL_STOP) {
		answer.text = row_text(result, 0, 0);
	}
	waiter->done(waiter->arg, status, &answer);
	free(waiter);
}

enum status
proposal_ask(struct proposals *proposals, enum proposal_statement statement,
    struct question *question, proposal_done_fn *done, void *arg)
{
	struct waiter *waiter = xmalloc(sizeof(*waiter));
	enum status status;

	*waiter = (struct waiter){statement, done, arg};
	status = question_send(
	    question, proposals->session, statement, on_done, waiter);
	if (status != STATUS_OK)
		free(waiter);
	return status;
}

void
proposal_put_request(
    struct question *question, const struct proposal_request *request)
{
	question_id_or_null(question, request->by);
	question_id_or_null(question, request->key);
	if (id_is_nil(request->key)) {
		question_null(question);
	} else {
		pack_bytes(
		    &question->pack, request->digest, sizeof(request->digest));
		question_done(question);
	}
	question_text(question, request->answer);
}

void
proposal_put_new(struct question *question,
    const struct proposal_request *request, const struct proposal *proposal)
{
	question_id(question, proposal->id);
	proposal_put_request(question, request);
	question_id(question, proposal->daemon);
	question_text(
	    question, span_of(proposal_variant_name(proposal->variant)));
	question_day(question, proposal->from);
	question_day(question, proposal->to);
	question_text(question, proposal->scope);
	question_text(question, proposal->weights);
}

/* ----- a job ----- */

enum status
proposals_queue(struct proposals *proposals,
    const struct proposal_request *request, const struct proposal *proposal,
    proposal_done_fn *done, void *arg)
{
	const uint32_t limits[] = {proposal->seconds, proposal->max_phases,
	    (uint32_t)proposal->max_gap, proposal->threads};
	struct question question = {.count = 0};

	proposal_put_new(&question, request, proposal);
	PUT_U32S(&question, i, ARRAY_SIZE(limits), limits[i]);
	question_u64(&question, proposal->seed);
	return proposal_ask(proposals, PROPOSAL_QUEUE, &question, done, arg);
}

enum status
proposals_forget(struct proposals *proposals, uint32_t kept,
    proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	question_u32(&question, kept);
	return proposal_ask(proposals, PROPOSAL_FORGET, &question, done, arg);
}

enum status
proposals_begin(struct proposals *proposals, const struct proposal *proposal,
    proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	question_id(&question, proposal->id);
	question_id(&question, proposal->daemon);
	question_text(&question, proposal->cursor);
	question_u64(&question, proposal->pause_us);
	return proposal_ask(proposals, PROPOSAL_BEGIN, &question, done, arg);
}

enum status
proposals_end(struct proposals *proposals, const struct proposal *proposal,
    proposal_done_fn *done, void *arg)
{
	const struct progress *progress = &proposal->progress;
	struct question question = {.count = 0};

	question_id(&question, proposal->id);
	question_id(&question, proposal->daemon);
	question_text(&question, span_of(proposal_state_name(proposal->state)));
	question_text(&question, proposal->error);
	question_u64(&question, (uint64_t)progress->cost);
	question_u64(&question, (uint64_t)progress->bound);
	question_u32(&question, progress->phases);
	question_u64(&question, progress->took_ms);
	question_u64(&question, proposal->written_us);
	question_u64(&question, proposal->written);
	question_u32(&question, proposal->lines);
	question_u32(&question, proposal->kept);
	question_text(&question, proposal->checked);
	PUT_U64S(&question, i, PROOF_FILES, proposal->proof[i]);
	question_text(&question, proposal->notes);
	return proposal_ask(proposals, PROPOSAL_END, &question, done, arg);
}

enum status
proposals_stop(struct proposals *proposals, struct id plan, uint64_t lapse_ms,
    proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	question_id(&question, plan);
	question_u64(&question, proposal_lapse_ms(proposals, lapse_ms));
	return proposal_ask(proposals, PROPOSAL_STOP, &question, done, arg);
}

enum status
proposals_answered(struct proposals *proposals,
    const struct proposal_request *request, proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	proposal_put_request(&question, request);
	return proposal_ask(proposals, PROPOSAL_ANSWERED, &question, done, arg);
}

/* What kept this daemon from the database may have kept the others too: who is
 * back first does not take them for dead. */
uint64_t
proposal_lapse_ms(const struct proposals *proposals, uint64_t lapse_ms)
{
	uint64_t spared_us = BACK_IN_LAPSES * lapse_ms * 1000;

	return proposals->again_us != 0 &&
		clock_mono_us() - proposals->again_us < spared_us
	    ? NEVER_MS
	    : lapse_ms;
}

/* ----- the session ----- */

static enum pgsession_hello
on_hello(
    void *arg, const PGresult *hello, const char *sqlstate, struct error *why)
{
	struct proposals *proposals = arg;

	return feed_judge(proposals->feed, hello, sqlstate, why);
}

static void
on_ready(void *arg)
{
	struct proposals *proposals = arg;

	if (proposals->was_ready)
		proposals->again_us = clock_mono_us();
	proposals->was_ready = true;
}

static void
on_down(void *arg UNUSED, const char *why UNUSED)
{
}

static const struct pgsession_hooks pgsession_hooks = {
    on_hello, on_ready, on_down, NULL};

struct proposals *
proposals_new(const struct store_env *env, struct feed *feed)
{
	struct proposals *proposals = xcalloc(1, sizeof(*proposals));

	proposals->feed = feed;
	proposals->session = pgsession_new(
	    env, log_id, &proposal_role, &pgsession_hooks, proposals);
	return proposals;
}

void
proposals_free(struct proposals *proposals)
{
	if (proposals == NULL)
		return;
	pgsession_free(proposals->session, STATUS_STOPPING);
	free(proposals);
}

void
proposals_start(struct proposals *proposals)
{
	pgsession_start(proposals->session);
}

void
proposals_restart(struct proposals *proposals, const char *why)
{
	pgsession_restart(proposals->session, why);
}
