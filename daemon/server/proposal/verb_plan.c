/* SPDX-License-Identifier: ISC */
/*
 * verb_plan: plan start, cancel and watch, and what all verbs about plans
 * share.
 */
#include "daemon/server/proposal/verb_plan.h"

#include "daemon/base/mem.h"
#include "daemon/server/change/write_private.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/proposal/job.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <openssl/evp.h>
#include <stdlib.h>

/* ----- what all verbs share ----- */

bool
plan_covered(
    const struct session *session, const struct book *book, struct span scope)
{
	struct scope at;
	struct span entry;
	bool any = false;

	if (session->role == ROLE_ADMIN || session->role == ROLE_AUDITOR)
		return true;
	while (scope_next(&scope, book, &at, &entry)) {
		/* Programmes only say for whom, within the places. */
		if (at.kind == KIND_PROGRAMME)
			continue;
		any = true;
		if (at.index == REF_NONE ||
		    !(at.kind == KIND_SITE
			    ? session_covers_site(session, book, at.index)
			    : session_covers_territory(session, at.index)))
			return false;
	}
	return any;
}

bool
plan_scope_has(struct span scope, const struct book *book, int32_t site)
{
	const struct site *at = book_site(book, site);
	struct scope place;
	struct span entry;
	bool any = false;

	while (scope_next(&scope, book, &place, &entry)) {
		if (place.kind == KIND_PROGRAMME)
			continue;
		any = true;
		if (place.index != REF_NONE &&
		    (place.kind == KIND_SITE ? place.index == site
					     : place.index == at->territory ||
				place.index == at->sector))
			return true;
	}
	return !any;
}

void
plan_take_key(struct proposal_request *to, const struct conn *conn,
    const struct request *request)
{
	const struct value *key = request_value(request, KEY_KEY);
	unsigned size = sizeof(to->digest);

	to->by = conn->session.account_id;
	to->key = key == NULL ? ID_NIL : key->id;
	if (EVP_Digest(request->body.ptr, request->body.len, to->digest, &size,
		EVP_sha256(), NULL) != 1)
		abort(); /* SHA-256 of bytes in memory cannot fail */
}

void
plan_print_place(
    struct out *out, const struct book *book, const struct proposal_line *line)
{
	int32_t physician = book_find(book, KIND_PHYSICIAN, line->physician);
	int32_t site = book_find(book, KIND_SITE, line->site);
	char id[ID_TEXT_LEN];

	out_key_day(out, "day", line->day);
	out_key_value(out, "part", line->part);
	if (site != REF_NONE)
		out_key_value(out, "site",
		    entity_name(
			KIND_SITE, book_entity(book, KIND_SITE, site), id));
	if (physician != REF_NONE)
		out_key_text(
		    out, "physician", book_physician(book, physician)->rpps);
	out_key_value(out, "activity", line->activity);
	if (line->programme.len > 0)
		out_key_value(out, "programme", line->programme);
	if (line->unscheduled > 0)
		out_key_u64(out, "unscheduled", line->unscheduled);
	if (line->remote > 0)
		out_key_u64(out, "remote", line->remote);
	if (line->agreed.len > 0)
		out_key_value(out, "agreed", line->agreed);
}

void
plan_call_end(struct plan_call *call)
{
	struct conn *conn = call->conn;

	if (call->fini != NULL)
		call->fini(call);
	free(call);
	conn_release(conn);
}

void
plan_call_refuse(struct plan_call *call, enum status status, const char *what,
    const char *expected)
{
	if (!conn_gone(call->conn))
		reply_refuse(call->conn, status, span_of(what), expected);
	plan_call_end(call);
}

bool
plan_call_goes_on(struct plan_call *call, enum status status)
{
	if (status == STATUS_OK && call->conn->session.role == ROLE_NONE)
		status = STATUS_AUTH;
	if (status == STATUS_OK && !conn_gone(call->conn))
		return true;
	plan_call_refuse(call, status, NULL, NULL);
	return false;
}

void
plan_answer(struct conn *conn, struct span answer,
    const struct warnings *warnings, bool dry, bool replayed)
{
	struct out *out = reply_ok(conn, REPLY_ROOM_LONG);

	out_bytes(out, answer.ptr, answer.len);
	if (warnings != NULL)
		write_print_warnings(conn, out, warnings);
	if (dry)
		out_literal(out, " dry=yes");
	if (replayed)
		out_literal(out, " replayed=yes");
	if (!dry)
		reply_cursor(conn, out);
	reply_end(conn);
}

void
plan_call_page(struct plan_call *call, uint64_t count, uint64_t next)
{
	struct conn *conn = call->conn;
	struct out *out = reply_ok(conn, REPLY_ROOM_LONG);

	out_key_u64(out, "count", count);
	if (next > 0)
		out_key_u64(out, "next", next);
	reply_cursor(conn, out);
	reply_end(conn);
	plan_call_end(call);
}

bool
plan_take_number(struct conn *conn, const struct request *request, uint64_t max,
    uint64_t *number)
{
	struct span next = request_text(request, KEY_NEXT);

	*number = 0;
	if (next.ptr == NULL || span_to_u64(next, max, number))
		return true;
	return reply_refuse_next(conn);
}

static void
on_plan(void *arg, enum status status, const struct proposal *rows,
    size_t count, bool more UNUSED)
{
	struct plan_call *call = arg;
	struct conn *conn = call->conn;

	if (!plan_call_goes_on(call, status))
		return;
	if (count == 0 ||
	    !plan_covered(&conn->session, store_book(conn->server->store),
		rows[0].scope)) {
		plan_call_refuse(
		    call, STATUS_NOT_FOUND, "plan", "the id of a plan");
		return;
	}
	call->found(call, &rows[0]);
}

void
plan_call_begin(struct plan_call *call, struct conn *conn,
    const struct request *request,
    void (*found)(struct plan_call *call, const struct proposal *plan))
{
	enum status status;

	call->conn = conn;
	call->plan = request_value(request, KEY_PLAN)->id;
	call->found = found;
	conn_hold(conn);
	status = (call->counts ? proposals_get : proposals_head)(
	    proposals_of(conn), call->plan, jobs_lapse_ms(), on_plan, call);
	if (status != STATUS_OK)
		plan_call_refuse(call, status, NULL, NULL);
}

/* ----- cancel ----- */

static void
on_stopped(void *arg, enum status status, const struct proposal_answer *answer)
{
	struct plan_call *call = arg;
	struct conn *conn = call->conn;
	struct out *out;

	if (status == STATUS_OK)
		jobs_cancel(conn->server->jobs, call->plan);
	if (!plan_call_goes_on(call, status))
		return;
	out = reply_ok(conn, REPLY_ROOM_LONG);
	out_key_id(out, "plan", call->plan);
	out_key_value(out, "state", answer->text);
	reply_end(conn);
	plan_call_end(call);
}

static void
cancel_found(struct plan_call *call, const struct proposal *plan UNUSED)
{
	enum status status = proposals_stop(proposals_of(call->conn),
	    call->plan, jobs_lapse_ms(), on_stopped, call);

	if (status != STATUS_OK)
		plan_call_refuse(call, status, NULL, NULL);
}

void
read_plan_cancel(struct conn *conn, const struct request *request)
{
	plan_call_begin(
	    xcalloc(1, sizeof(struct plan_call)), conn, request, cancel_found);
}

/* ----- watch ----- */

static void
watch_found(struct plan_call *call, const struct proposal *plan)
{
	struct conn *conn = call->conn;
	struct out *out;

	if (plan->state <= PROPOSAL_RUNNING && !job_watch(conn, call->plan)) {
		plan_call_refuse(call, STATUS_LIMIT, "plan",
		    "at most 16 jobs on one connection");
		return;
	}
	out = reply_ok(conn, REPLY_ROOM_LONG);
	job_print_progress(out, plan);
	reply_end(conn);
	plan_call_end(call);
}

void
read_plan_watch(struct conn *conn, const struct request *request)
{
	const struct value *state = request_value(request, KEY_STATE);

	if (state != NULL && !span_is(state->text, "off")) {
		reply_refuse(conn, STATUS_VALUE, SPAN("state"), "off");
		return;
	}
	if (state == NULL) {
		plan_call_begin(xcalloc(1, sizeof(struct plan_call)), conn,
		    request, watch_found);
		return;
	}
	job_unwatch(conn, request_value(request, KEY_PLAN)->id);
	(void)reply_ok(conn, REPLY_ROOM);
	reply_end(conn);
}
