/* SPDX-License-Identifier: ISC */
/*
 * history: see history.h; the statements stand in history_sql.c.
 */
#include "daemon/store/history.h"

#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/store/apply.h"
#include "daemon/store/feed.h"
#include "daemon/store/history_sql.h"
#include "daemon/store/question.h"
#include "daemon/store/row.h"
#include "daemon/store/upkeep.h"

#include <stdlib.h>
#include <string.h>

static const char log_id[] = "store/history";

struct history {
	struct feed *feed;
	struct pgsession *session;
	struct upkeep *upkeep;
};

/* Who waits for rows. */
struct reader {
	struct history *history;
	store_rows_fn *done;
	void *arg;
	size_t limit;
	bool marked;  /* a list at a mark */
	bool bounded; /* a replay: LIMIT instead of `more` */
};

/* ----- the rows of an answer ----- */

struct rows {
	struct change *changes;
	struct site *sites; /* of a list at a mark */
	size_t count;
};

static void
rows_fini(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		free((union after *)rows->changes[i].after);
		free((union after *)rows->changes[i].before);
	}
	free(rows->changes);
	free(rows->sites);
}

/* The state before a change of a replay, owned; NULL: it is not told. */
static const union after *
read_before(const PGresult *result, int row, enum kind kind, struct book *book)
{
	struct span json = row_json(result, row, REPLAY_BEFORE);
	size_t size = kind_info(kind)->size;
	struct payload payload;
	union after *before;

	if (json.len == 0 ||
	    payload_read(&payload, kind, json, book) != PAYLOAD_GOOD)
		return NULL;
	before = xmalloc(size);
	memcpy(before, &payload.after, size);
	return before;
}

/* The site of an assignment as it was at the mark, and its clock. */
static enum status
read_site(const PGresult *result, int row, struct book *book,
    struct assignment *a, struct site *site)
{
	struct payload payload;

	if (payload_read(&payload, KIND_SITE, row_json(result, row, PAST_SITE),
		book) != PAYLOAD_GOOD)
		return STATUS_BEHIND;
	*site = payload.after.site;
	payload_set_offsets(a, site);
	return STATUS_OK;
}

/* A copy of the change with what it borrows behind it. */
static void
rows_add(struct rows *rows, const struct change_row *row)
{
	size_t size = kind_info(row->change.kind)->size;
	struct change *change = &rows->changes[rows->count++];
	char *kept = xmalloc(size + row->change.reason.len);

	memcpy(kept, &row->payload.after, size);
	if (row->change.reason.len > 0)
		memcpy(kept + size, row->change.reason.ptr,
		    row->change.reason.len);
	*change = row->change;
	change->after = (const union after *)(const void *)kept;
	change->reason.ptr = kept + size;
}

static enum status
rows_read(struct rows *rows, const PGresult *result,
    const struct reader *reader, struct book *book)
{
	size_t count = (size_t)PQntuples(result);
	int first_column = reader->marked ? PAST_CHANGE : 0;
	enum status status = STATUS_OK;
	struct change_row row;

	if (count > reader->limit)
		count = reader->limit;
	rows->changes = xcalloc(count, sizeof(rows->changes[0]));
	if (reader->marked)
		rows->sites = xcalloc(count, sizeof(rows->sites[0]));
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		/* The row that only brings the mark has no change. */
		if (PQgetisnull(result, (int)i, first_column))
			continue;
		switch (
		    change_row_read(&row, result, (int)i, first_column, book)) {
		case CHANGE_ROW_GOOD:
			if (reader->bounded)
				row.change.before = read_before(
				    result, (int)i, row.change.kind, book);
			if (reader->marked)
				status = read_site(result, (int)i, book,
				    &row.payload.after.assignment,
				    &rows->sites[rows->count]);
			rows_add(rows, &row);
			break;
		case CHANGE_ROW_UNKNOWN:
			break;
		case CHANGE_ROW_DANGLING:
			return STATUS_BEHIND;
		case CHANGE_ROW_MALFORMED:
			log_error(log_id, "malformed", "seq=%llu field=%s",
			    (unsigned long long)row.change.seq,
			    row.payload.fault);
			return STATUS_INTERNAL;
		}
	}
	return status;
}

static void
answer(const struct reader *reader, enum status status, const struct rows *rows,
    bool more, const struct store_mark *mark)
{
	bool good = status == STATUS_OK;

	reader->done(reader->arg, status, good ? rows->changes : NULL,
	    good ? rows->count : 0, good && more, good ? mark : NULL);
}

static void
on_rows(void *arg, enum status status, const PGresult *result)
{
	struct reader *reader = arg;
	struct book *book = feed_book(reader->history->feed);
	struct rows rows = {NULL, NULL, 0};
	struct store_mark mark = {0, 0, NULL};
	bool more = false;

	if (status == STATUS_OK && reader->marked && PQntuples(result) == 0)
		status = STATUS_NO_MARK;
	if (status == STATUS_OK) {
		more = (size_t)PQntuples(result) > reader->limit;
		if (more && reader->bounded)
			status = STATUS_LIMIT;
		else
			status = rows_read(&rows, result, reader, book);
	}
	if (status == STATUS_OK && reader->marked) {
		mark.mark = (uint64_t)row_i64(result, 0, PAST_MARK);
		mark.at = row_instant_us(result, 0, PAST_AT);
		mark.sites = rows.sites;
	}
	answer(reader, status, &rows, more, reader->marked ? &mark : NULL);
	rows_fini(&rows);
	free(reader);
}

/* ----- questions ----- */

/* Sends it and gives it up; takes the reader over when STATUS_OK. */
static enum status
ask(struct history *history, size_t statement, struct question *question,
    const struct reader *reader)
{
	struct reader *kept = xmalloc(sizeof(*kept));
	enum status status;

	*kept = *reader;
	kept->history = history;
	status =
	    question_send(question, history->session, statement, on_rows, kept);
	if (status != STATUS_OK)
		free(kept);
	return status;
}

enum status
history_entity(struct history *history, struct id entity, uint64_t after_rev,
    unsigned limit, store_rows_fn *done, void *arg)
{
	struct reader reader = {.done = done, .arg = arg, .limit = limit};
	struct question question = {.count = 0};

	question_id(&question, entity);
	question_u64(&question, after_rev < INT64_MAX ? after_rev : INT64_MAX);
	question_u64(&question, (uint64_t)limit + 1);
	question_cursor(&question, feed_cursor(history->feed));
	return ask(history, HISTORY_ENTITY, &question, &reader);
}

enum status
history_past(struct history *history, const struct store_past *past,
    store_rows_fn *done, void *arg)
{
	struct reader reader = {
	    .done = done, .arg = arg, .limit = past->limit, .marked = true};
	struct question question = {.count = 0};
	size_t statement = HISTORY_PAST_SITES;

	question_u64(&question, past->mark);
	question_u64(&question, (uint64_t)(past->as_of - PG_EPOCH_US));
	if (!id_is_nil(past->physician)) {
		statement = HISTORY_PAST_PHYSICIAN;
		question_id_texts(&question, &past->physician, 1);
	} else if (!id_is_nil(past->territory)) {
		statement = HISTORY_PAST_TERRITORY;
		question_id_texts(&question, &past->territory, 1);
	} else {
		question_id_texts(&question, past->sites, past->nsites);
	}
	question_day(&question, past->from);
	question_day(&question, past->to);
	question_u64(&question, (uint64_t)past->after_from);
	question_id(&question, past->after_id);
	question_u64(&question, (uint64_t)past->limit + 1);
	return ask(history, statement, &question, &reader);
}

enum status
history_replay(struct history *history, const struct cursor *cursor,
    unsigned limit, store_rows_fn *done, void *arg)
{
	struct reader reader = {
	    .done = done, .arg = arg, .limit = limit, .bounded = true};
	struct question question = {.count = 0};

	question_u32(&question, cursor->epoch);
	question_u64(&question, cursor->snapshot.xmax);
	snapshot_pack_xip(&cursor->snapshot, &question.pack);
	question_done(&question);
	question_cursor(&question, feed_cursor(history->feed));
	question_u64(&question, (uint64_t)limit + 1);
	return ask(history, HISTORY_REPLAY, &question, &reader);
}

/* ----- what the feed does not carry ----- */

struct marking {
	store_mark_fn *done;
	void *arg;
};

static void
on_marked(void *arg, enum status status, const PGresult *result)
{
	struct marking *marking = arg;
	bool set = status == STATUS_OK && !PQgetisnull(result, 0, 0);

	marking->done(marking->arg, set ? (uint64_t)row_i64(result, 0, 0) : 0);
	free(marking);
}

enum status
history_mark(struct history *history, store_mark_fn *done, void *arg)
{
	struct marking *marking = xmalloc(sizeof(*marking));
	struct pgsession_params params;
	enum status status;

	*marking = (struct marking){done, arg};
	status = pgsession_send(
	    history->session, HISTORY_PUBLISHED, &params, on_marked, marking);
	if (status != STATUS_OK)
		free(marking);
	return status;
}

struct private_reader {
	store_private_fn *done;
	void *arg;
};

static void
on_private(void *arg, enum status status, const PGresult *result)
{
	struct private_reader *reader = arg;
	size_t count = status == STATUS_OK ? (size_t)PQntuples(result) : 0;
	struct store_private *rows = xcalloc(count, sizeof(rows[0]));

	for (size_t i = 0; i < count; i++) {
		rows[i].entity = row_id(result, (int)i, 0);
		rows[i].text = row_text(result, (int)i, 1);
	}
	reader->done(reader->arg, status, rows, count);
	free(rows);
	free(reader);
}

enum status
history_private(struct history *history, const struct id *ids, size_t count,
    store_private_fn *done, void *arg)
{
	struct private_reader *reader = xmalloc(sizeof(*reader));
	struct question question = {.count = 0};
	enum status status;

	*reader = (struct private_reader){done, arg};
	question_ids(&question, ids, count);
	status = question_send(
	    &question, history->session, HISTORY_PRIVATE, on_private, reader);
	if (status != STATUS_OK)
		free(reader);
	return status;
}

/* ----- the session ----- */

static enum pgsession_hello
on_hello(
    void *arg, const PGresult *hello, const char *sqlstate, struct error *why)
{
	struct history *history = arg;

	return feed_judge(history->feed, hello, sqlstate, why);
}

static void
on_ready(void *arg)
{
	struct history *history = arg;

	upkeep_ready(history->upkeep);
}

static void
on_down(void *arg UNUSED, const char *why UNUSED)
{
}

static const struct pgsession_hooks pgsession_hooks = {
    on_hello, on_ready, on_down, NULL};

struct history *
history_new(const struct store_env *env, struct feed *feed)
{
	struct history *history = xcalloc(1, sizeof(*history));

	history->feed = feed;
	history->session = pgsession_new(
	    env, log_id, &history_role, &pgsession_hooks, history);
	history->upkeep = upkeep_new(env, feed, history->session);
	return history;
}

void
history_free(struct history *history)
{
	if (history == NULL)
		return;
	pgsession_free(history->session, STATUS_STOPPING);
	upkeep_free(history->upkeep);
	free(history);
}

void
history_start(struct history *history)
{
	pgsession_start(history->session);
}

void
history_restart(struct history *history, const char *why)
{
	pgsession_restart(history->session, why);
}

struct pgsession *
history_session(struct history *history)
{
	return history->session;
}
