/* SPDX-License-Identifier: ISC */
/*
 * proposal_rows: what is read of proposals; see proposal.h.
 */
#include "daemon/store/proposal_private.h"

#include "daemon/base/mem.h"
#include "daemon/store/row.h"

#include <stdlib.h>

/* Who waits for rows; one of the three. */
struct reader {
	proposal_rows_fn *plans;
	proposal_lines_fn *lines;
	proposal_sites_fn *sites;
	void *arg;
	size_t limit;
	bool whole; /* plans with all columns */
};

static enum status
ask(struct proposals *proposals, enum proposal_statement statement,
    struct question *question, pgsession_done_fn *done,
    const struct reader *reader)
{
	struct reader *kept = xmalloc(sizeof(*kept));
	enum status status;

	*kept = *reader;
	status =
	    question_send(question, proposals->session, statement, done, kept);
	if (status != STATUS_OK)
		free(kept);
	return status;
}

static bool
row_bool(const PGresult *result, int row, int column)
{
	return PQgetlength(result, row, column) == 1 &&
	    PQgetvalue(result, row, column)[0] != 0;
}

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

/* How many rows of it are told. */
static size_t
rows_of(const struct reader *reader, enum status status, const PGresult *result,
    bool *more)
{
	size_t count = status == STATUS_OK ? (size_t)PQntuples(result) : 0;

	*more = count > reader->limit;
	return *more ? reader->limit : count;
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
read_plan(struct proposal *plan, const PGresult *result, int row)
{
	*plan = (struct proposal){.id = row_id(result, row, COLUMN_ID),
	    .account = row_id(result, row, COLUMN_ACCOUNT),
	    .state = row_state(result, row, COLUMN_STATE),
	    .is_free = span_is(row_text(result, row, COLUMN_VARIANT), "free"),
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
	    .notes = row_text(result, row, COLUMN_NOTES),
	    .error = row_text(result, row, COLUMN_ERROR)};
	read_progress(&plan->progress, result, row, COLUMN_COST);
	if (PQnfields(result) == COLUMN_COUNTS)
		return;
	for (int i = 0; i < LINE_STATES; i++)
		plan->by_state[i] =
		    (uint32_t)row_i64(result, row, COLUMN_COUNTS + i);
	plan->cancels =
	    (uint32_t)row_i64(result, row, COLUMN_COUNTS + LINE_STATES);
}

/* What rota.plan_tick() answers. */
static void
read_tick(struct proposal *plan, const PGresult *result, int row)
{
	enum { ID, STATE, STOP, PROGRESS, LINES = 7, ERROR };

	*plan = (struct proposal){.id = row_id(result, row, ID),
	    .state = row_state(result, row, STATE),
	    .stop = row_bool(result, row, STOP),
	    .lines = (uint32_t)row_i32(result, row, LINES),
	    .error = row_text(result, row, ERROR)};
	read_progress(&plan->progress, result, row, PROGRESS);
}

static void
on_plans(void *arg, enum status status, const PGresult *result)
{
	struct reader *reader = arg;
	bool more;
	size_t count = rows_of(reader, status, result, &more);
	struct proposal *rows = xcalloc(count, sizeof(rows[0]));

	for (size_t i = 0; i < count; i++) {
		if (reader->whole)
			read_plan(&rows[i], result, (int)i);
		else
			read_tick(&rows[i], result, (int)i);
	}
	reader->plans(reader->arg, status, rows, count, more);
	free(rows);
	free(reader);
}

enum status
proposals_tick(struct proposals *proposals, const struct proposal_tick *tick,
    proposal_rows_fn *done, void *arg)
{
	struct reader reader = {.plans = done, .arg = arg, .limit = SIZE_MAX};
	struct question question = {.count = 0};
	struct pack *pack = &question.pack;
	const struct progress *progress = tick->progress;
	size_t count = tick->count;

	question_id(&question, tick->daemon);
	question_u64(&question, tick->lapse_ms);
	question_ids(&question, tick->ids, count);
	pack_array(pack, OID_INT8, count);
	for (size_t i = 0; i < count; i++)
		pack_item_u64(pack, (uint64_t)progress[i].cost);
	question_done(&question);
	pack_array(pack, OID_INT8, count);
	for (size_t i = 0; i < count; i++)
		pack_item_u64(pack, (uint64_t)progress[i].bound);
	question_done(&question);
	pack_array(pack, OID_INT4, count);
	for (size_t i = 0; i < count; i++)
		pack_item_u32(pack, progress[i].phases);
	question_done(&question);
	pack_array(pack, OID_INT8, count);
	for (size_t i = 0; i < count; i++)
		pack_item_u64(pack, progress[i].took_ms);
	question_done(&question);
	question_ids(&question, tick->watched, tick->nwatched);
	return ask(proposals, PROPOSAL_TICK, &question, on_plans, &reader);
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

	question_u64(&question, lapse_ms);
	return question_send(
	    &question, proposals->session, PROPOSAL_LAPSE, on_lapsed, NULL);
}

enum status
proposals_get(struct proposals *proposals, struct id plan, uint64_t lapse_ms,
    proposal_rows_fn *done, void *arg)
{
	struct reader reader = {
	    .plans = done, .arg = arg, .limit = 1, .whole = true};
	struct question question = {.count = 0};
	enum status status = lapse(proposals, lapse_ms);

	if (status != STATUS_OK)
		return status;
	question_id(&question, plan);
	return ask(proposals, PROPOSAL_GET, &question, on_plans, &reader);
}

enum status
proposals_list(struct proposals *proposals, struct id after, unsigned limit,
    uint64_t lapse_ms, proposal_rows_fn *done, void *arg)
{
	struct reader reader = {
	    .plans = done, .arg = arg, .limit = limit, .whole = true};
	struct question question = {.count = 0};
	enum status status = lapse(proposals, lapse_ms);

	if (status != STATUS_OK)
		return status;
	question_id_or_null(&question, after);
	question_u64(&question, (uint64_t)limit + 1);
	return ask(proposals, PROPOSAL_LIST, &question, on_plans, &reader);
}

/* ----- lines ----- */

static void
read_line(struct proposal_line *line, const PGresult *result, int row)
{
	enum {
		NUMBER,
		ACTION,
		BY_HAND,
		SLOT,
		PHYSICIAN,
		SITE,
		DAY,
		PART,
		ACTIVITY,
		PROGRAMME,
		UNSCHEDULED,
		REMOTE,
		STATE,
		STATUS,
		WORDS_EN,
		WORDS_FR,
		MOVED
	};

	*line = (struct proposal_line){
	    .number = (uint32_t)row_i32(result, row, NUMBER),
	    .cancels = span_is(row_text(result, row, ACTION), "cancel"),
	    .by_hand = row_bool(result, row, BY_HAND),
	    .slot = row_id(result, row, SLOT),
	    .physician = row_id(result, row, PHYSICIAN),
	    .site = row_id(result, row, SITE),
	    .day = row_day(result, row, DAY),
	    .part = row_text(result, row, PART),
	    .activity = row_text(result, row, ACTIVITY),
	    .programme = row_text(result, row, PROGRAMME),
	    .unscheduled = (uint32_t)row_i32(result, row, UNSCHEDULED),
	    .remote = (uint32_t)row_i32(result, row, REMOTE),
	    .status = row_text(result, row, STATUS),
	    .words_en = row_text(result, row, WORDS_EN),
	    .words_fr = row_text(result, row, WORDS_FR)};
	if (PQnfields(result) > MOVED && !PQgetisnull(result, row, MOVED))
		line->moved = (uint32_t)row_i32(result, row, MOVED);
	if (!line_state_find(row_text(result, row, STATE), &line->state))
		abort(); /* the table has these words only */
}

static void
on_lines(void *arg, enum status status, const PGresult *result)
{
	struct reader *reader = arg;
	bool more;
	size_t count = rows_of(reader, status, result, &more);
	struct proposal_line *rows = xcalloc(count, sizeof(rows[0]));

	for (size_t i = 0; i < count; i++)
		read_line(&rows[i], result, (int)i);
	reader->lines(reader->arg, status, rows, count, more);
	free(rows);
	free(reader);
}

static void
on_groups(void *arg, enum status status, const PGresult *result)
{
	struct reader *reader = arg;
	bool more;
	size_t count = rows_of(reader, status, result, &more);
	struct proposal_line *rows = xcalloc(count, sizeof(rows[0]));

	for (size_t i = 0; i < count; i++) {
		rows[i].site = row_id(result, (int)i, 0);
		rows[i].day = row_day(result, (int)i, 1);
		rows[i].number = (uint32_t)row_i32(result, (int)i, 2);
	}
	reader->lines(reader->arg, status, rows, count, more);
	free(rows);
	free(reader);
}

enum status
proposals_lines(struct proposals *proposals,
    const struct proposal_filter *filter, proposal_lines_fn *done, void *arg)
{
	struct reader reader = {
	    .lines = done, .arg = arg, .limit = filter->limit};
	struct question question = {.count = 0};

	question_id(&question, filter->plan);
	question_u32(&question, filter->after);
	if (filter->has_sites)
		question_ids(&question, filter->sites, filter->nsites);
	else
		question_null(&question);
	question_id_or_null(&question, filter->physician);
	question_day(&question, filter->from);
	question_day(&question, filter->to);
	if (filter->state < 0)
		question_null(&question);
	else
		question_text(&question,
		    span_of(line_state_name((enum line_state)filter->state)));
	question_u64(&question, (uint64_t)filter->limit + 1);
	return ask(proposals, PROPOSAL_LINES, &question, on_lines, &reader);
}

enum status
proposals_near(struct proposals *proposals, struct id plan,
    const struct proposal_line *line, unsigned limit, proposal_lines_fn *done,
    void *arg)
{
	struct reader reader = {.lines = done, .arg = arg, .limit = limit};
	struct question question = {.count = 0};

	question_id(&question, plan);
	question_id(&question, line->site);
	question_id(&question, line->physician);
	question_u64(&question, (uint64_t)limit + 1);
	return ask(proposals, PROPOSAL_NEAR, &question, on_lines, &reader);
}

enum status
proposals_by_hand(struct proposals *proposals, struct id plan, unsigned limit,
    proposal_lines_fn *done, void *arg)
{
	struct reader reader = {.lines = done, .arg = arg, .limit = limit};
	struct question question = {.count = 0};

	question_id(&question, plan);
	question_u64(&question, (uint64_t)limit + 1);
	return ask(proposals, PROPOSAL_BY_HAND, &question, on_lines, &reader);
}

enum status
proposals_groups(struct proposals *proposals, struct id plan,
    enum line_state state, proposal_lines_fn *done, void *arg)
{
	struct reader reader = {.lines = done, .arg = arg, .limit = SIZE_MAX};
	struct question question = {.count = 0};

	question_id(&question, plan);
	question_text(&question, span_of(line_state_name(state)));
	return ask(proposals, PROPOSAL_GROUPS, &question, on_groups, &reader);
}

/* ----- sites ----- */

static void
on_sites(void *arg, enum status status, const PGresult *result)
{
	struct reader *reader = arg;
	bool more;
	size_t count = rows_of(reader, status, result, &more);
	struct proposal_site *rows = xcalloc(count, sizeof(rows[0]));

	for (size_t i = 0; i < count; i++)
		rows[i] =
		    (struct proposal_site){.site = row_id(result, (int)i, 0),
			.zone = row_text(result, (int)i, 1),
			.need = (uint32_t)row_i32(result, (int)i, 2),
			.filled = (uint32_t)row_i32(result, (int)i, 3),
			.planned = (uint32_t)row_i32(result, (int)i, 4)};
	reader->sites(reader->arg, status, rows, count, more);
	free(rows);
	free(reader);
}

enum status
proposals_sites(struct proposals *proposals, struct id plan, struct id after,
    unsigned limit, proposal_sites_fn *done, void *arg)
{
	struct reader reader = {.sites = done, .arg = arg, .limit = limit};
	struct question question = {.count = 0};

	question_id(&question, plan);
	question_id_or_null(&question, after);
	question_u64(&question, (uint64_t)limit + 1);
	return ask(proposals, PROPOSAL_SITES, &question, on_sites, &reader);
}

enum status
proposals_zones(struct proposals *proposals, struct id plan,
    proposal_sites_fn *done, void *arg)
{
	struct reader reader = {.sites = done, .arg = arg, .limit = SIZE_MAX};
	struct question question = {.count = 0};

	question_id(&question, plan);
	return ask(proposals, PROPOSAL_ZONES, &question, on_sites, &reader);
}
