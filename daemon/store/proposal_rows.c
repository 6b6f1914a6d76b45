/* SPDX-License-Identifier: ISC */
/*
 * proposal_rows: how rows about proposals are read, and jobs as a whole; see
 * proposal.h.
 */
#include "daemon/store/proposal_private.h"

#include "daemon/base/mem.h"
#include "daemon/store/row.h"

#include <stdlib.h>

/* ----- who waits ----- */

static void
on_rows(void *arg, enum status status, const PGresult *result)
{
	struct proposal_reader *reader = arg;
	const struct proposal_shape *shape = reader->shape;
	size_t count = status == STATUS_OK ? (size_t)PQntuples(result) : 0;
	bool more = count > reader->limit;
	char *rows;

	if (more)
		count = reader->limit;
	rows = xcalloc(count, shape->size);
	for (size_t i = 0; i < count; i++)
		shape->read(rows + i * shape->size, result, (int)i);
	shape->tell(reader, status, rows, count, more);
	free(rows);
	free(reader);
}

enum status
proposal_read(struct proposals *proposals, enum proposal_statement statement,
    struct question *question, const struct proposal_reader *reader)
{
	struct proposal_reader *kept = xmalloc(sizeof(*kept));
	enum status status;

	*kept = *reader;
	status = question_send(
	    question, proposals->session, statement, on_rows, kept);
	if (status != STATUS_OK)
		free(kept);
	return status;
}

/* ----- values ----- */

static int64_t
row_moment(const PGresult *result, int row, int column)
{
	return PQgetisnull(result, row, column)
	    ? 0
	    : row_instant_us(result, row, column);
}

static int64_t
row_points(const PGresult *result, int row, int column)
{
	return PQgetisnull(result, row, column) ? POINTS_NONE
						: row_i64(result, row, column);
}

static enum proposal_state
row_state(const PGresult *result, int row, int column)
{
	enum proposal_state state = PROPOSAL_FAILED;

	if (!proposal_state_find(row_text(result, row, column), &state))
		abort(); /* the table has these words only */
	return state;
}

static enum proposal_variant
row_variant(const PGresult *result, int row, int column)
{
	struct span word = row_text(result, row, column);

	for (unsigned i = 0; i < PROPOSAL_VARIANTS; i++)
		if (span_is(
			word, proposal_variant_name((enum proposal_variant)i)))
			return (enum proposal_variant)i;
	abort(); /* the table has these words only */
}

/* ----- proposals ----- */

static void
read_progress(
    struct progress *progress, const PGresult *result, int row, int first)
{
	progress->cost = row_points(result, row, first);
	progress->bound = row_points(result, row, first + 1);
	progress->phases = (uint32_t)row_i32(result, row, first + 2);
	progress->took_ms = (uint64_t)row_i64(result, row, first + 3);
}

static void
read_plan(void *out, const PGresult *result, int row)
{
	struct proposal *plan = out;

	*plan = (struct proposal){.id = row_id(result, row, COLUMN_ID),
	    .account = row_id(result, row, COLUMN_ACCOUNT),
	    .state = row_state(result, row, COLUMN_STATE),
	    .variant = row_variant(result, row, COLUMN_VARIANT),
	    .stop = row_bool(result, row, COLUMN_STOP),
	    .from = row_day(result, row, COLUMN_FROM),
	    .to = row_day(result, row, COLUMN_TO),
	    .scope = row_text(result, row, COLUMN_SCOPE),
	    .weights = row_text(result, row, COLUMN_WEIGHTS),
	    .seconds = (uint32_t)row_i32(result, row, COLUMN_SECONDS),
	    .max_phases = (uint32_t)row_i32(result, row, COLUMN_MAX_PHASES),
	    .max_gap = PQgetisnull(result, row, COLUMN_MAX_GAP)
		? -1
		: row_i32(result, row, COLUMN_MAX_GAP),
	    .threads = (uint32_t)row_i32(result, row, COLUMN_THREADS),
	    .seed = (uint64_t)row_i64(result, row, COLUMN_SEED),
	    .daemon = row_id(result, row, COLUMN_DAEMON),
	    .cursor = row_text(result, row, COLUMN_CURSOR),
	    .queued = row_moment(result, row, COLUMN_QUEUED),
	    .begun = row_moment(result, row, COLUMN_BEGUN),
	    .ended = row_moment(result, row, COLUMN_ENDED),
	    .pause_us = (uint64_t)row_i64(result, row, COLUMN_PAUSE_US),
	    .written_us = (uint64_t)row_i64(result, row, COLUMN_WRITTEN_US),
	    .written = (uint64_t)row_i64(result, row, COLUMN_WRITTEN),
	    .lines = (uint32_t)row_i32(result, row, COLUMN_LINES),
	    .kept = (uint32_t)row_i32(result, row, COLUMN_KEPT),
	    .moved = (uint32_t)row_i32(result, row, COLUMN_MOVED),
	    .checked = row_text(result, row, COLUMN_CHECKED),
	    .proof = {[PROOF_INSTANCE] =
			  (uint64_t)row_i64(result, row, COLUMN_PROOF_INSTANCE),
		[PROOF_PLAN] =
		    (uint64_t)row_i64(result, row, COLUMN_PROOF_PLAN)},
	    .notes = row_text(result, row, COLUMN_NOTES),
	    .error = row_text(result, row, COLUMN_ERROR)};
	read_progress(&plan->progress, result, row, COLUMN_COST);
	if (PQnfields(result) == COLUMN_COUNTS)
		return;
	if (PQnfields(result) == COLUMN_COUNTS + 1) {
		plan->takes_away = row_bool(result, row, COLUMN_COUNTS);
		return;
	}
	for (int i = 0; i < LINE_STATES; i++)
		plan->by_state[i] =
		    (uint32_t)row_i64(result, row, COLUMN_COUNTS + i);
	plan->cancels =
	    (uint32_t)row_i64(result, row, COLUMN_COUNTS + LINE_STATES);
	plan->takes_away = plan->cancels > 0;
}

/* What rota.plan_tick() answers. */
static void
read_tick(void *out, const PGresult *result, int row)
{
	enum { ID, STATE, STOP, PROGRESS, LINES = 7, ERROR };
	struct proposal *plan = out;

	*plan = (struct proposal){.id = row_id(result, row, ID),
	    .state = row_state(result, row, STATE),
	    .stop = row_bool(result, row, STOP),
	    .lines = (uint32_t)row_i32(result, row, LINES),
	    .error = row_text(result, row, ERROR)};
	read_progress(&plan->progress, result, row, PROGRESS);
}

static void
tell_plans(const struct proposal_reader *reader, enum status status,
    const void *rows, size_t count, bool more)
{
	reader->done.plans(reader->arg, status, rows, count, more);
}

static const struct proposal_shape whole = {
    sizeof(struct proposal), read_plan, tell_plans};
static const struct proposal_shape standing = {
    sizeof(struct proposal), read_tick, tell_plans};

enum status
proposals_tick(struct proposals *proposals, const struct proposal_tick *tick,
    proposal_rows_fn *done, void *arg)
{
	struct proposal_reader reader = {.shape = &standing,
	    .done.plans = done,
	    .arg = arg,
	    .limit = SIZE_MAX};
	struct question question = {.count = 0};
	const struct progress *progress = tick->progress;
	size_t count = tick->count;

	question_id(&question, tick->daemon);
	question_u64(&question, proposal_lapse_ms(proposals, tick->lapse_ms));
	question_ids(&question, tick->ids, count);
	PUT_U64S(&question, i, count, (uint64_t)progress[i].cost);
	PUT_U64S(&question, i, count, (uint64_t)progress[i].bound);
	PUT_U32S(&question, i, count, progress[i].phases);
	PUT_U64S(&question, i, count, progress[i].took_ms);
	question_ids(&question, tick->watched, tick->nwatched);
	return proposal_read(proposals, PROPOSAL_TICK, &question, &reader);
}

static void
on_lapsed(
    void *arg UNUSED, enum status status UNUSED, const PGresult *result UNUSED)
{
}

/* What comes behind it on the session sees what it did. */
static enum status
lapse(struct proposals *proposals, uint64_t lapse_ms)
{
	struct question question = {.count = 0};

	question_u64(&question, proposal_lapse_ms(proposals, lapse_ms));
	return question_send(
	    &question, proposals->session, PROPOSAL_LAPSE, on_lapsed, NULL);
}

static enum status
read_one(struct proposals *proposals, enum proposal_statement statement,
    struct id plan, uint64_t lapse_ms, proposal_rows_fn *done, void *arg)
{
	struct proposal_reader reader = {
	    .shape = &whole, .done.plans = done, .arg = arg, .limit = 1};
	struct question question = {.count = 0};
	enum status status = lapse(proposals, lapse_ms);

	if (status != STATUS_OK)
		return status;
	question_id(&question, plan);
	return proposal_read(proposals, statement, &question, &reader);
}

enum status
proposals_head(struct proposals *proposals, struct id plan, uint64_t lapse_ms,
    proposal_rows_fn *done, void *arg)
{
	return read_one(proposals, PROPOSAL_HEAD, plan, lapse_ms, done, arg);
}

enum status
proposals_get(struct proposals *proposals, struct id plan, uint64_t lapse_ms,
    proposal_rows_fn *done, void *arg)
{
	return read_one(proposals, PROPOSAL_GET, plan, lapse_ms, done, arg);
}

enum status
proposals_list(struct proposals *proposals, struct id after, unsigned limit,
    uint64_t lapse_ms, proposal_rows_fn *done, void *arg)
{
	struct proposal_reader reader = {
	    .shape = &whole, .done.plans = done, .arg = arg, .limit = limit};
	struct question question = {.count = 0};
	enum status status = lapse(proposals, lapse_ms);

	if (status != STATUS_OK)
		return status;
	question_id_or_null(&question, after);
	question_u64(&question, (uint64_t)limit + 1);
	return proposal_read(proposals, PROPOSAL_LIST, &question, &reader);
}
