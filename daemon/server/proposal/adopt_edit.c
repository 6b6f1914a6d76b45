/* SPDX-License-Identifier: ISC */
/*
 * adopt_edit: a line of a proposal by hand.
 *
 * A line that is put is judged on the book and beside the lines of the proposal
 * at its site and of its physician: what the rules refuse is not in a proposal.
 * One that is dropped is kept as such, so that the planner can be told.
 */
#include "daemon/server/proposal/adopt_lines.h"
#include "daemon/server/proposal/verb_plan.h"

#include "daemon/base/id_random.h"
#include "daemon/base/mem.h"
#include "daemon/server/change/write_private.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>
#include <string.h>

enum { NEAR_MAX = PROTO_BATCH_MAX };

struct edit {
	struct plan_call call;
	bool dry;
	uint32_t number; /* 0: a new line */
	enum line_state state;
	struct adopt_lines line;  /* the one that is put */
	struct warnings warnings; /* that it brings */
	char answer[128];
};

static void
edit_fini(struct plan_call *call)
{
	struct edit *edit = (struct edit *)call;

	adopt_lines_fini(&edit->line);
	warnings_fini(&edit->warnings);
}

static void
edit_refuse(struct edit *edit, enum status status, const char *what,
    const char *expected)
{
	plan_call_refuse(&edit->call, status, what, expected);
}

/* ----- into the proposal ----- */

static void
answer_ok(struct edit *edit, struct span answer, bool replayed)
{
	struct conn *conn = edit->call.conn;

	for (size_t i = 0; !replayed && i < edit->warnings.count; i++)
		write_tell_warning(conn, &edit->warnings.at[i], 0);
	plan_answer(conn, answer, replayed ? NULL : &edit->warnings, edit->dry,
	    replayed);
	plan_call_end(&edit->call);
}

static void
on_stored(void *arg, enum status status, const struct proposal_answer *answer)
{
	struct edit *edit = arg;

	if (!plan_call_goes_on(&edit->call, status))
		return;
	if (!answer->replayed && answer->number == 0)
		edit_refuse(edit, STATUS_STATE, "number",
		    "a line that is there and not adopted");
	else
		answer_ok(edit, answer->text, answer->replayed);
}

static void
store(struct edit *edit)
{
	struct proposal_request *request = &edit->call.request;
	struct out out = {edit->answer, 0, sizeof(edit->answer) - 1, false};
	struct proposal_line row = {.number = edit->number};
	enum status status;

	out_key_id(&out, "plan", edit->call.plan);
	out_key_text(&out, "state", line_state_name(edit->state));
	edit->answer[out.len] = '\0';
	request->answer = (struct span){edit->answer, out.len};
	if (edit->dry) {
		answer_ok(edit, request->answer, false);
		return;
	}
	if (edit->number == 0)
		row = adopt_line_row(&edit->line.at[0]);
	row.state = edit->state;
	status = proposals_edit(proposals_of(edit->call.conn), request,
	    edit->call.plan, &row, on_stored, edit);
	if (status != STATUS_OK)
		edit_refuse(edit, status, NULL, NULL);
}

/* ----- the verdict ----- */

/* Of what the lines bring, what the last one brings. */
static void
warn(struct edit *edit, struct plan *plan, struct adopt_lines *lines)
{
	const struct adopt_line *last = &lines->at[lines->count - 1];
	struct warnings warnings = {.count = 0};

	adopt_lines_warn(plan, lines, &warnings, true);
	edit->warnings.more |= warnings.more;
	for (size_t i = 0; i < warnings.count; i++)
		if (id_equal(warnings.at[i].slot, last->slot))
			(void)warnings_add(&edit->warnings, &warnings.at[i]);
	warnings_fini(&warnings);
}

/* The line that is put stands behind those it is judged beside. */
static void
judge(struct edit *edit, struct adopt_lines *lines)
{
	struct conn *conn = edit->call.conn;
	struct refusal refusal = {.status = STATUS_OK};
	struct unit unit;
	struct plan plan = {.server = conn->server,
	    .session = &conn->session,
	    .book = store_book(conn->server->store),
	    .unit = &unit,
	    .refusal = &refusal};
	const struct adopt_line *last = &lines->at[lines->count - 1];

	unit_init(&unit);
	adopt_lines_sift(&plan, lines);
	unit_fini(&unit);
	if (last->state != LINE_REFUSED) {
		warn(edit, &plan, lines);
		store(edit);
		return;
	}
	refusal.status = last->status;
	if (lines->has_finding) {
		refusal.finding = lines->finding;
		write_answer_refusal(conn, &refusal, false);
	} else {
		reply_status(conn, refusal.status);
	}
	plan_call_end(&edit->call);
}

static void
on_near(void *arg, enum status status, const struct proposal_line *rows,
    size_t count, bool more)
{
	struct edit *edit = arg;
	struct adopt_lines lines = {.count = 0};
	struct proposal_line row;

	if (!plan_call_goes_on(&edit->call, status))
		return;
	if (more) {
		edit_refuse(edit, STATUS_LIMIT, "plan",
		    "fewer lines at one site and of one physician");
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (rows[i].number != edit->number || edit->number == 0)
			adopt_lines_add(&lines, &rows[i]);
	row = adopt_line_row(&edit->line.at[0]);
	adopt_lines_add(&lines, &row);
	judge(edit, &lines);
	adopt_lines_fini(&lines);
}

static void
ask_near(struct edit *edit)
{
	struct proposal_line row = adopt_line_row(&edit->line.at[0]);
	enum status status = proposals_near(proposals_of(edit->call.conn),
	    edit->call.plan, &row, NEAR_MAX, on_near, edit);

	if (status != STATUS_OK)
		edit_refuse(edit, status, NULL, NULL);
}

/* ----- which line ----- */

static void
on_line(void *arg, enum status status, const struct proposal_line *rows,
    size_t count, bool more UNUSED)
{
	struct edit *edit = arg;

	if (!plan_call_goes_on(&edit->call, status))
		return;
	if (count == 0 || rows[0].number != edit->number) {
		edit_refuse(edit, STATUS_NOT_FOUND, "number",
		    "the number of a line of the plan");
		return;
	}
	if (rows[0].state == LINE_ADOPTED) {
		edit_refuse(
		    edit, STATUS_STATE, "number", "a line that is not adopted");
		return;
	}
	if (edit->state == LINE_DROPPED) {
		store(edit);
		return;
	}
	adopt_lines_add(&edit->line, &rows[0]);
	ask_near(edit);
}

static void
ask_line(struct edit *edit)
{
	struct proposal_filter filter = {.plan = edit->call.plan,
	    .after = edit->number - 1,
	    .from = PLAN_DAY_FIRST,
	    .to = PLAN_DAY_LAST,
	    .state = -1,
	    .limit = 1};
	enum status status = proposals_lines(
	    proposals_of(edit->call.conn), &filter, on_line, edit);

	if (status != STATUS_OK)
		edit_refuse(edit, status, NULL, NULL);
}

static void
proceed(struct edit *edit)
{
	if (edit->number > 0)
		ask_line(edit);
	else
		ask_near(edit);
}

static void
on_key(void *arg, const struct store_result *result)
{
	struct edit *edit = arg;

	if (result->status == STATUS_NOT_FOUND)
		proceed(edit);
	else if (plan_call_goes_on(&edit->call, result->status))
		answer_ok(edit, result->answer, true);
}

/* Whether the scope of a plan names programmes, and this one. */
static bool
has_programme(
    const struct book *book, struct span scope, const char *name, bool *any)
{
	int32_t index = book_resolve(book, KIND_PROGRAMME, span_of(name));
	struct scope at;
	struct span entry;
	bool found = false;

	*any = false;
	while (scope_next(&scope, book, &at, &entry)) {
		if (at.kind != KIND_PROGRAMME)
			continue;
		*any = true;
		found = found || (index != REF_NONE && at.index == index);
	}
	return found;
}

/* The line that is put; it is refused otherwise. */
static bool
is_of_scope(struct edit *edit, const struct proposal *plan)
{
	const struct book *book = store_book(edit->call.conn->server->store);
	const struct adopt_line *line = &edit->line.at[0];
	int32_t site = book_find(book, KIND_SITE, line->site);
	bool any;

	if (site == REF_NONE) {
		edit_refuse(edit, STATUS_NOT_FOUND, NULL, NULL);
		return false;
	}
	if (!plan_scope_has(plan->scope, book, site)) {
		edit_refuse(
		    edit, STATUS_VALUE, "site", "a site of the plan's places");
		return false;
	}
	if (!has_programme(book, plan->scope, line->programme, &any) && any) {
		edit_refuse(
		    edit, STATUS_VALUE, "programme", "a programme of the plan");
		return false;
	}
	return true;
}

static void
edit_found(struct plan_call *call, const struct proposal *plan)
{
	struct edit *edit = (struct edit *)call;
	const struct proposal_request *request = &call->request;
	enum status status;

	if (plan->state < PROPOSAL_DONE || plan->state == PROPOSAL_FAILED) {
		edit_refuse(edit, STATUS_STATE, "plan", "a plan that is done");
		return;
	}
	if (edit->number == 0 &&
	    (edit->line.at[0].day < plan->from ||
		edit->line.at[0].day > plan->to)) {
		edit_refuse(
		    edit, STATUS_VALUE, "day", "a day of the plan's period");
		return;
	}
	if (edit->number == 0 && !is_of_scope(edit, plan))
		return;
	if (id_is_nil(request->key) || edit->dry) {
		proceed(edit);
		return;
	}
	status = store_key(call->conn->server->store, request->by, request->key,
	    request->digest, on_key, edit);
	if (status != STATUS_OK)
		edit_refuse(edit, status, NULL, NULL);
}

/* ----- the request ----- */

static bool
take_ref(struct conn *conn, const struct request *request, enum key key,
    enum kind kind, struct id *id)
{
	const struct book *book = store_book(conn->server->store);
	const struct value *value = request_value(request, key);
	int32_t index;

	if (value == NULL)
		return reply_refuse_key(conn, STATUS_MISSING, key,
		    "number= or physician=, site=, day=, part= and activity=");
	index = book_resolve(book, kind, value->text);
	if (index == REF_NONE) {
		reply_refuse(conn, STATUS_NOT_FOUND, value->text, NULL);
		return false;
	}
	*id = book_entity(book, kind, index)->id;
	return true;
}

static bool
take_minutes(struct conn *conn, const struct request *request, enum key key,
    bool allowed, uint32_t *minutes)
{
	int64_t number = request_number(request, key, 0);

	if (number > PORTION_MAX || number % PORTION_UNIT != 0 ||
	    (number > 0 && !allowed))
		return reply_refuse_key(conn, STATUS_VALUE, key,
		    "minutes from 0 to 480, a multiple of 5, beside an "
		    "activity that may have them");
	*minutes = (uint32_t)number;
	return true;
}

static bool
take_words(
    struct conn *conn, const struct request *request, struct proposal_line *row)
{
	const struct value *day = request_value(request, KEY_DAY);
	enum agreement agreed;
	enum activity activity;
	enum part part;

	row->part = request_text(request, KEY_PART);
	row->activity = request_text(request, KEY_ACTIVITY);
	row->programme = request_text(request, KEY_PROGRAMME);
	row->agreed = request_text(request, KEY_AGREED);
	if (day == NULL)
		return reply_refuse_key(conn, STATUS_MISSING, KEY_DAY, "a day");
	row->day = (int32_t)day->number;
	if (!part_find(row->part, &part))
		return reply_refuse_key(conn,
		    row->part.ptr == NULL ? STATUS_MISSING : STATUS_VALUE,
		    KEY_PART, "one of M A E S N");
	if (!activity_find(row->activity, &activity))
		return reply_refuse_key(conn,
		    row->activity.ptr == NULL ? STATUS_MISSING : STATUS_VALUE,
		    KEY_ACTIVITY,
		    "one of MT SNP CA VAD TLC EHPAD PDSA REGUL HOSP SUPERV "
		    "COORD PERM");
	if (row->agreed.ptr != NULL && !agreement_find(row->agreed, &agreed))
		return reply_refuse_key(conn, STATUS_VALUE, KEY_AGREED,
		    "one of phone mail written oral");
	return take_minutes(conn, request, KEY_UNSCHEDULED,
		   activity_takes_unscheduled(activity), &row->unscheduled) &&
	    take_minutes(conn, request, KEY_REMOTE,
		activity_takes_remote(activity), &row->remote);
}

/* A programme by its code, whatever it was called by. */
static void
name_programme(const struct conn *conn, struct proposal_line *row)
{
	const struct book *book = store_book(conn->server->store);
	int32_t index = row->programme.ptr == NULL
	    ? REF_NONE
	    : book_resolve(book, KIND_PROGRAMME, row->programme);

	if (index != REF_NONE)
		row->programme = entity_handle(
		    KIND_PROGRAMME, book_entity(book, KIND_PROGRAMME, index));
}

static bool
take_line(struct edit *edit, struct conn *conn, const struct request *request)
{
	struct proposal_line row = {.number = 0};

	if (!take_ref(
		conn, request, KEY_PHYSICIAN, KIND_PHYSICIAN, &row.physician) ||
	    !take_ref(conn, request, KEY_SITE, KIND_SITE, &row.site) ||
	    !take_words(conn, request, &row))
		return false;
	name_programme(conn, &row);
	row.slot = id_random();
	adopt_lines_add(&edit->line, &row);
	return true;
}

static bool
take_number(struct edit *edit, struct conn *conn, const struct request *request)
{
	const struct value *number = request_value(request, KEY_NUMBER);
	const struct value *state = request_value(request, KEY_STATE);
	static const enum key others[] = {KEY_PHYSICIAN, KEY_SITE, KEY_DAY,
	    KEY_PART, KEY_ACTIVITY, KEY_UNSCHEDULED, KEY_REMOTE, KEY_PROGRAMME,
	    KEY_AGREED};

	if (number->number < 1 || number->number > INT32_MAX)
		return reply_refuse_key(conn, STATUS_VALUE, KEY_NUMBER,
		    "the number of a line of the plan");
	edit->number = (uint32_t)number->number;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (request_value(request, others[i]) != NULL)
			return reply_refuse_key(conn, STATUS_VALUE, others[i],
			    "number= with state= alone");
	if (state == NULL)
		return reply_refuse_key(
		    conn, STATUS_MISSING, KEY_STATE, "one of dropped proposed");
	edit->state = LINE_DROPPED;
	if (span_is(state->text, "proposed"))
		edit->state = LINE_PROPOSED;
	else if (!span_is(state->text, "dropped"))
		return reply_refuse_key(
		    conn, STATUS_VALUE, KEY_STATE, "one of dropped proposed");
	return true;
}

void
read_plan_edit(struct conn *conn, const struct request *request)
{
	struct edit *edit = xcalloc(1, sizeof(*edit));
	const struct value *state = request_value(request, KEY_STATE);
	bool good;

	edit->dry = request_number(request, KEY_DRY, 0) != 0;
	edit->state = LINE_PROPOSED;
	if (request_value(request, KEY_NUMBER) != NULL)
		good = take_number(edit, conn, request);
	else if (state != NULL && !span_is(state->text, "proposed"))
		good = reply_refuse_key(conn, STATUS_MISSING, KEY_NUMBER,
		    "the number of a line of the plan");
	else
		good = take_line(edit, conn, request);
	if (!good) {
		adopt_lines_fini(&edit->line);
		free(edit);
		return;
	}
	plan_take_key(&edit->call.request, conn, request);
	edit->call.fini = edit_fini;
	plan_call_begin(&edit->call, conn, request, edit_found);
}
