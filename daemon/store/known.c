/* SPDX-License-Identifier: ISC */
/*
 * known: see known.h.
 *
 * What the history holds of one entity is found by its id alone, and a fact
 * names its owner for ever: so the book that is served, which has every entity
 * there ever was, tells which ids may be of the scope.  Only what may change -
 * where an assignment is, of which territory a site - is looked for in the
 * history itself.  A mark never changes: it does not matter that this takes
 * several statements.
 */
#include "daemon/store/known.h"

#include "daemon/base/idmap.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/store/feed.h"
#include "daemon/store/history_sql.h"
#include "daemon/store/loader.h"
#include "daemon/store/payload.h"
#include "daemon/store/question.h"
#include "daemon/store/row.h"

#include <stdlib.h>
#include <string.h>

enum {
	ROWS_MAX = 10000,  /* of one statement */
	DAY_LAST = 2932896 /* 9999-12-31 */
};

static const char log_id[] = "store/known";

/* Ids, each once, in the order in which they came. */
struct ids {
	struct idmap known;
	struct id *at; /* owned */
	size_t count, capacity;
};

struct known {
	struct pgsession *session;
	struct feed *feed;
	struct store_known call;
	store_known_fn *done;
	void *arg;
	struct ids sites;   /* whose half-days they are, or where those are */
	struct ids wanted;  /* entities to load */
	char **assignments; /* owned: payloads */
	size_t count, capacity;
};

/* ----- the mark ----- */

struct finding {
	struct feed *feed;
	store_found_fn *done;
	void *arg;
};

/* Whether the book that is served shows all that the mark does. */
static bool
is_covered(const struct feed *feed, const PGresult *result)
{
	const struct cursor *now = feed_cursor(feed);
	unsigned epoch = (unsigned)row_i32(result, 0, FOUND_EPOCH);
	struct snapshot snapshot = {0};
	bool covered;

	if (epoch != now->epoch)
		return epoch < now->epoch;
	covered = row_snapshot(result, 0, FOUND_SNAPSHOT, &snapshot) &&
	    snapshot_covers(&now->snapshot, &snapshot);
	snapshot_fini(&snapshot);
	return covered;
}

static void
on_mark(void *arg, enum status status, const PGresult *result)
{
	struct finding *finding = arg;
	struct store_mark mark = {0, 0, NULL};

	if (status == STATUS_OK && PQntuples(result) == 0)
		status = STATUS_NO_MARK;
	else if (status == STATUS_OK && !is_covered(finding->feed, result))
		status = STATUS_BEHIND;
	if (status == STATUS_OK) {
		mark.mark = (uint64_t)row_i64(result, 0, FOUND_MARK);
		mark.at = row_instant_us(result, 0, FOUND_AT);
	}
	finding->done(finding->arg, status, status == STATUS_OK ? &mark : NULL);
	free(finding);
}

enum status
known_find_mark(struct pgsession *session, struct feed *feed, uint64_t mark,
    int64_t as_of, store_found_fn *done, void *arg)
{
	struct finding *finding = xmalloc(sizeof(*finding));
	struct question question = {.count = 0};
	enum status status;

	*finding = (struct finding){feed, done, arg};
	question_u64(&question, mark);
	question_u64(&question, (uint64_t)(as_of - PG_EPOCH_US));
	status = question_send(
	    &question, session, HISTORY_FIND_MARK, on_mark, finding);
	if (status != STATUS_OK)
		free(finding);
	return status;
}

/* ----- life ----- */

static void
ids_add(struct ids *ids, struct id id)
{
	if (idmap_get(&ids->known, id) != IDMAP_NONE)
		return;
	idmap_set(&ids->known, id, ids->count);
	ids->at =
	    xgrow(ids->at, &ids->capacity, ids->count + 1, sizeof(ids->at[0]));
	ids->at[ids->count++] = id;
}

static void
ids_fini(struct ids *ids)
{
	idmap_fini(&ids->known);
	free(ids->at);
}

static void
known_free(struct known *known)
{
	for (size_t i = 0; i < known->count; i++)
		free(known->assignments[i]);
	free(known->assignments);
	ids_fini(&known->sites);
	ids_fini(&known->wanted);
	free(known);
}

static void
finish(struct known *known, enum status status, struct book *book)
{
	known->done(known->arg, status, book);
	book_free(book);
	known_free(known);
}

/* ----- the book ----- */

static enum status
blame(const char *kind, const char *field)
{
	log_error(log_id, "unfit", "kind=%s field=%s", kind,
	    field == NULL ? "reference" : field);
	return STATUS_INTERNAL;
}

static enum status
load(struct book *book, enum kind kind, struct span json, int32_t from)
{
	struct payload payload;
	struct change change = {.kind = kind, .after = &payload.after};
	const struct assignment *a = &payload.after.assignment;

	if (payload_read(&payload, kind, json, book) != PAYLOAD_GOOD)
		return blame(kind_info(kind)->name, payload.fault);
	if (kind == KIND_ASSIGNMENT) {
		/* As a load does: what was given up is not counted. */
		if (a->day < from && !state_blocks((enum state)a->state))
			return STATUS_OK;
		change.id = a->id;
		change.rev = a->rev;
	} else {
		change.id = payload.after.entity.id;
		change.rev = payload.after.entity.rev;
	}
	if (book_load(book, &change) != APPLY_DONE)
		return blame(kind_info(kind)->name, NULL);
	return STATUS_OK;
}

/* Kind after kind, so that every reference finds what it refers to. */
static enum status
load_entities(struct book *book, const PGresult *result)
{
	int count = PQntuples(result);
	enum kind *kinds = xcalloc((size_t)count + 1, sizeof(kinds[0]));
	enum status status = STATUS_OK;

	for (int i = 0; i < count; i++)
		if (!kind_find(row_text(result, i, KNOWN_KIND), &kinds[i]))
			kinds[i] = KIND_COUNT; /* of a later release */
	for (int kind = 0; kind < KIND_DIRECTORY_COUNT; kind++)
		for (int i = 0; i < count && status == STATUS_OK; i++)
			if (kinds[i] == (enum kind)kind)
				status = load(book, kinds[i],
				    row_json(result, i, KNOWN_ENTITY),
				    book_from(book));
	free(kinds);
	return status;
}

static void
on_entities(void *arg, enum status status, const PGresult *result)
{
	struct known *known = arg;
	struct book *book;

	if (status == STATUS_OK && PQntuples(result) > ROWS_MAX)
		status = STATUS_LIMIT;
	if (status != STATUS_OK) {
		finish(known, status, NULL);
		return;
	}
	book = book_new(known->call.first);
	status = load_entities(book, result);
	for (size_t i = 0; i < known->count && status == STATUS_OK; i++)
		status = load(book, KIND_ASSIGNMENT,
		    span_of(known->assignments[i]), known->call.first);
	if (status != STATUS_OK) {
		book_free(book);
		book = NULL;
	}
	finish(known, status, book);
}

/* ----- what is to be loaded ----- */

/* The facts of one owner that may begin by the last day asked for. */
static void
want_facts(struct known *known, enum kind kind, struct id owner, int32_t to)
{
	const struct book *book = feed_book(known->feed);
	size_t count;
	const int32_t *facts = book_facts(book, kind, owner, &count);

	for (size_t i = 0; i < count; i++) {
		const struct entity *fact = book_entity(book, kind, facts[i]);

		if (fact_from(kind, fact) <= to)
			ids_add(&known->wanted, fact->id);
	}
}

static void
want_all(struct known *known, const enum kind *kinds, size_t n, struct id owner)
{
	for (size_t i = 0; i < n; i++)
		want_facts(known, kinds[i], owner, known->call.to);
}

/* What each who is enrolled owes: of the programmes that ever were. */
static void
want_owed(struct known *known)
{
	const struct book *book = feed_book(known->feed);
	size_t count;
	const int32_t *facts =
	    book_facts(book, KIND_ENROLMENT, known->call.subject, &count);

	want_facts(known, KIND_QUOTA, known->call.subject, DAY_LAST);
	want_facts(known, KIND_ENROLMENT, known->call.subject, DAY_LAST);
	for (size_t i = 0; i < count; i++) {
		const struct enrolment *enrolment =
		    (const struct enrolment *)book_entity(
			book, KIND_ENROLMENT, facts[i]);

		want_facts(known, KIND_QUOTA,
		    book_entity(book, KIND_PROGRAMME, enrolment->programme)->id,
		    DAY_LAST);
	}
}

static void
want(struct known *known)
{
	static const enum kind of_person[] = {KIND_ABSENCE, KIND_BUSY},
			       of_stay[] = {KIND_STOP, KIND_PRESENCE},
			       of_site[] = {KIND_CLOSURE, KIND_OPENING,
				   KIND_STOP, KIND_PRESENCE, KIND_NEED};
	bool of_physician = known->call.kind == KIND_PHYSICIAN;

	ids_add(&known->wanted, known->call.subject);
	if (of_physician) {
		want_all(known, of_person, ARRAY_SIZE(of_person),
		    known->call.subject);
		if (known->call.owed)
			want_owed(known);
	} else {
		want_facts(known, KIND_HOLIDAY, ID_NIL, known->call.to);
	}
	if (known->call.kind == KIND_TERRITORY)
		want_facts(
		    known, KIND_NEED, known->call.subject, known->call.to);
	for (size_t i = 0; i < known->sites.count; i++) {
		ids_add(&known->wanted, known->sites.at[i]);
		if (of_physician)
			want_all(known, of_stay, ARRAY_SIZE(of_stay),
			    known->sites.at[i]);
		else
			want_all(known, of_site, ARRAY_SIZE(of_site),
			    known->sites.at[i]);
	}
}

static void
ask_entities(struct known *known)
{
	struct question question = {.count = 0};
	enum status status;

	want(known);
	question_u64(&question, known->call.mark);
	question_ids(&question, known->wanted.at, known->wanted.count);
	question_u64(&question, ROWS_MAX + 1);
	status = question_send(&question, known->session,
	    HISTORY_KNOWN_ENTITIES, on_entities, known);
	if (status != STATUS_OK)
		finish(known, status, NULL);
}

/* ----- assignments ----- */

static void
keep_assignment(struct known *known, const PGresult *result, int row)
{
	struct span json = row_json(result, row, KNOWN_PAYLOAD);

	known->assignments = xgrow(known->assignments, &known->capacity,
	    known->count + 1, sizeof(known->assignments[0]));
	known->assignments[known->count++] = xstrndup(json.ptr, json.len);
	ids_add(&known->wanted, row_id(result, row, KNOWN_PHYSICIAN));
	ids_add(&known->wanted, row_id(result, row, KNOWN_SITE));
	if (known->call.kind == KIND_PHYSICIAN)
		ids_add(&known->sites, row_id(result, row, KNOWN_SITE));
	if (!PQgetisnull(result, row, KNOWN_ROTATION))
		ids_add(&known->wanted, row_id(result, row, KNOWN_ROTATION));
}

/* STATUS_OK, or why a statement's rows are not to be used. */
static enum status
judge(enum status status, const PGresult *result)
{
	if (status != STATUS_OK)
		return status;
	if (PQntuples(result) == 0)
		return STATUS_NO_MARK;
	return PQntuples(result) > ROWS_MAX ? STATUS_LIMIT : STATUS_OK;
}

static void
on_assignments(void *arg, enum status status, const PGresult *result)
{
	struct known *known = arg;

	status = judge(status, result);
	if (status != STATUS_OK) {
		finish(known, status, NULL);
		return;
	}
	for (int i = 0; i < PQntuples(result); i++)
		if (!PQgetisnull(result, i, KNOWN_PAYLOAD))
			keep_assignment(known, result, i);
	ask_entities(known);
}

/* Takes the call over when STATUS_OK. */
static enum status
ask_assignments(struct known *known)
{
	const struct store_known *call = &known->call;
	struct question question = {.count = 0};
	bool of_physician = call->kind == KIND_PHYSICIAN;
	int32_t from = call->from, to = call->to;

	if (call->owed) {
		int32_t counted = loader_counted_from(call->first);

		from = from < counted ? from : counted;
		to = DAY_LAST;
	}
	question_u64(&question, call->mark);
	if (of_physician)
		question_id_texts(&question, &call->subject, 1);
	else
		question_id_texts(
		    &question, known->sites.at, known->sites.count);
	question_day(&question, from);
	question_day(&question, to);
	question_u64(&question, ROWS_MAX + 1);
	return question_send(&question, known->session,
	    of_physician ? HISTORY_KNOWN_PHYSICIAN : HISTORY_KNOWN_SITES,
	    on_assignments, known);
}

/* ----- the sites of a territory ----- */

static void
on_places(void *arg, enum status status, const PGresult *result)
{
	struct known *known = arg;

	status = judge(status, result);
	for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++)
		if (!PQgetisnull(result, i, 0))
			ids_add(&known->sites, row_id(result, i, 0));
	if (status == STATUS_OK)
		status = ask_assignments(known);
	if (status != STATUS_OK)
		finish(known, status, NULL);
}

static enum status
ask_places(struct known *known)
{
	struct question question = {.count = 0};

	question_u64(&question, known->call.mark);
	question_id_texts(&question, &known->call.subject, 1);
	question_u64(&question, ROWS_MAX + 1);
	return question_send(
	    &question, known->session, HISTORY_KNOWN_PLACES, on_places, known);
}

enum status
known_book(struct pgsession *session, struct feed *feed,
    const struct store_known *call, store_known_fn *done, void *arg)
{
	struct known *known = xcalloc(1, sizeof(*known));
	enum status status;

	known->session = session;
	known->feed = feed;
	known->call = *call;
	known->done = done;
	known->arg = arg;
	idmap_init(&known->sites.known);
	idmap_init(&known->wanted.known);
	if (call->kind == KIND_SITE)
		ids_add(&known->sites, call->subject);
	status = call->kind == KIND_TERRITORY ? ask_places(known)
					      : ask_assignments(known);
	if (status != STATUS_OK)
		known_free(known);
	return status;
}
