/* SPDX-License-Identifier: ISC */
/*
 * verb_plan_read: plan list and plan lines.
 */
#include "daemon/server/proposal/verb_plan.h"

#include "daemon/base/mem.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/print.h"
#include "daemon/server/proposal/job.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>

enum { MICROSECONDS = 1000000 };

/* ----- one plan in a line ----- */

/* " scope=territory:CODE,site:FINESS": by the names of today. */
static void
print_scope(struct out *out, const struct book *book, struct span scope)
{
	char text[PROTO_LONG_MAX / 2], id[ID_TEXT_LEN];
	struct out names = OUT(text);
	struct span entry;
	struct scope at;

	while (scope_next(&scope, book, &at, &entry)) {
		struct span name;

		if (at.index == REF_NONE)
			continue;
		name = entity_name(
		    at.kind, book_entity(book, at.kind, at.index), id);
		if (names.size - names.len < name.len + 24) {
			out_literal(&names, ",...");
			break;
		}
		if (names.len > 0)
			out_char(&names, ',');
		out_text(&names, kind_info(at.kind)->name);
		out_char(&names, ':');
		out_bytes(&names, name.ptr, name.len);
	}
	if (names.len > 0)
		out_key_value(out, "scope", (struct span){text, names.len});
}

static void
print_moment(struct out *out, const char *key, int64_t us)
{
	if (us != 0)
		print_instant(out, key, us / MICROSECONDS);
}

void
plan_print_head(
    struct out *out, const struct book *book, const struct proposal *plan)
{
	job_print_progress(out, plan);
	out_key_text(out, "variant", proposal_variant_name(plan->variant));
	out_key_day(out, "from", plan->from);
	out_key_day(out, "to", plan->to);
	print_scope(out, book, plan->scope);
	if (plan->weights.len > 0)
		out_key_value(out, "weights", plan->weights);
	out_key_u64(out, "seconds", plan->seconds);
	out_key_u64(out, "threads", plan->threads);
	out_key_u64(out, "seed", plan->seed);
	print_moment(out, "queued", plan->queued);
	print_moment(out, "begun", plan->begun);
	print_moment(out, "ended", plan->ended);
	if (!id_is_nil(plan->account))
		out_key_id(out, "by", plan->account);
}

/* ----- list ----- */

struct listing {
	struct conn *conn; /* held */
	bool has_state;
	enum proposal_state state;
};

static void
on_list(void *arg, enum status status, const struct proposal *rows,
    size_t count, bool more)
{
	struct listing *listing = arg;
	struct conn *conn = listing->conn;
	const struct book *book = store_book(conn->server->store);
	uint64_t told = 0;
	struct out *out;

	if (status != STATUS_OK && !conn_gone(conn))
		reply_status(conn, status);
	if (status != STATUS_OK || conn_gone(conn)) {
		free(listing);
		conn_release(conn);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if ((listing->has_state && rows[i].state != listing->state) ||
		    !plan_covered(&conn->session, book, rows[i].scope))
			continue;
		out = reply_data(conn, REPLY_ROOM_LONG);
		plan_print_head(out, book, &rows[i]);
		reply_end(conn);
		told++;
	}
	out = reply_ok(conn, REPLY_ROOM_LONG);
	out_key_u64(out, "count", told);
	if (more && count > 0)
		out_key_id(out, "next", rows[count - 1].id);
	reply_cursor(conn, out);
	reply_end(conn);
	free(listing);
	conn_release(conn);
}

/* The plan behind which the page begins, or nil. */
static bool
take_next(struct conn *conn, const struct request *request, struct id *id)
{
	struct span next = request_text(request, KEY_NEXT);

	*id = ID_NIL;
	if (next.ptr == NULL || span_to_id(next, id))
		return true;
	return reply_refuse_next(conn);
}

void
read_plan_list(struct conn *conn, const struct request *request)
{
	const struct value *state = request_value(request, KEY_STATE);
	struct listing *listing;
	struct id after;
	enum status status;

	if (!take_next(conn, request, &after))
		return;
	listing = xcalloc(1, sizeof(*listing));
	listing->conn = conn;
	listing->has_state = state != NULL;
	if (state != NULL &&
	    !proposal_state_find(state->text, &listing->state)) {
		free(listing);
		reply_refuse(conn, STATUS_VALUE, SPAN("state"),
		    "one of queued running done failed cancelled adopted");
		return;
	}
	conn_hold(conn);
	status = proposals_list(proposals_of(conn), after,
	    (unsigned)request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT),
	    jobs_lapse_ms(), on_list, listing);
	if (status == STATUS_OK)
		return;
	reply_status(conn, status);
	free(listing);
	conn_release(conn);
}

/* ----- lines ----- */

struct lines {
	struct plan_call call;
	struct proposal_filter filter;
	struct id *sites; /* owned */
};

static void
lines_fini(struct plan_call *call)
{
	free(((struct lines *)call)->sites);
}

/* In place of which line, and where or who that one was. */
static void
print_moved(
    struct out *out, const struct book *book, const struct proposal_line *line)
{
	int32_t site = book_find(book, KIND_SITE, line->moved_site);
	int32_t physician =
	    book_find(book, KIND_PHYSICIAN, line->moved_physician);
	char id[ID_TEXT_LEN];

	out_key_u64(out, "moved", line->moved);
	if (site != REF_NONE && !id_equal(line->moved_site, line->site))
		out_key_value(out, "moved-site",
		    entity_name(
			KIND_SITE, book_entity(book, KIND_SITE, site), id));
	if (physician != REF_NONE &&
	    !id_equal(line->moved_physician, line->physician))
		out_key_text(out, "moved-physician",
		    book_physician(book, physician)->rpps);
}

static void
answer_line(struct conn *conn, const struct proposal_line *line)
{
	const struct book *book = store_book(conn->server->store);
	struct out *out = reply_data(conn, REPLY_ROOM_LONG);

	out_key_u64(out, "number", line->number);
	out_key_text(out, "state", line_state_name(line->state));
	if (line->cancels)
		out_literal(out, " cancel=yes");
	if (line->by_hand)
		out_literal(out, " by-hand=yes");
	if (line->moved > 0)
		print_moved(out, book, line);
	plan_print_place(out, book, line);
	if (line->cancels || line->state == LINE_ADOPTED)
		out_key_id(out, "slot", line->slot);
	if (line->status.len > 0) {
		out_key_value(out, "rule", line->status);
		out_key_value(out, "text",
		    conn->session.lang == LANG_FR ? line->words_fr
						  : line->words_en);
	}
	reply_end(conn);
}

static void
on_lines(void *arg, enum status status, const struct proposal_line *rows,
    size_t count, bool more)
{
	struct lines *lines = arg;
	struct conn *conn = lines->call.conn;

	if (!plan_call_goes_on(&lines->call, status))
		return;
	for (size_t i = 0; i < count; i++)
		answer_line(conn, &rows[i]);
	plan_call_page(&lines->call, count,
	    more && count > 0 ? rows[count - 1].number : 0);
}

static void
lines_found(struct plan_call *call, const struct proposal *plan)
{
	struct lines *lines = (struct lines *)call;
	enum status status;

	/* Nothing stands in place of anything: all lines need no look. */
	if (lines->filter.moved && !plan->takes_away) {
		plan_call_page(call, 0, 0);
		return;
	}
	lines->filter.plan = call->plan;
	lines->filter.tied = plan->takes_away;
	lines->filter.sites = lines->sites;
	status = proposals_lines(
	    proposals_of(call->conn), &lines->filter, on_lines, lines);
	if (status != STATUS_OK)
		plan_call_refuse(call, status, NULL, NULL);
}

/* Those of its sites that are asked for beside. */
static void
take_territory(struct lines *lines, const struct book *book, int32_t territory)
{
	int32_t count = book_count(book, KIND_SITE);
	struct id only = lines->filter.has_sites ? lines->sites[0] : ID_NIL;
	size_t capacity = lines->filter.nsites;

	lines->filter.has_sites = true;
	lines->filter.nsites = 0;
	for (int32_t i = 0; i < count; i++) {
		const struct site *site = book_site(book, i);

		if ((site->territory != territory &&
			site->sector != territory) ||
		    (!id_is_nil(only) && !id_equal(only, site->entity.id)))
			continue;
		lines->sites = xgrow(lines->sites, &capacity,
		    lines->filter.nsites + 1, sizeof(lines->sites[0]));
		lines->sites[lines->filter.nsites++] = site->entity.id;
	}
}

static bool
take_filter(
    struct lines *lines, struct conn *conn, const struct request *request)
{
	static const struct {
		enum key key;
		enum kind kind;
	} subjects[] = {{KEY_SITE, KIND_SITE}, {KEY_TERRITORY, KIND_TERRITORY},
	    {KEY_PHYSICIAN, KIND_PHYSICIAN}};
	const struct book *book = store_book(conn->server->store);
	struct proposal_filter *filter = &lines->filter;

	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++) {
		const struct value *value =
		    request_value(request, subjects[i].key);
		int32_t index = value == NULL
		    ? REF_NONE
		    : book_resolve(book, subjects[i].kind, value->text);

		if (value == NULL)
			continue;
		if (index == REF_NONE) {
			reply_refuse(conn, STATUS_NOT_FOUND, value->text, NULL);
			return false;
		}
		if (subjects[i].kind == KIND_TERRITORY) {
			take_territory(lines, book, index);
		} else if (subjects[i].kind == KIND_PHYSICIAN) {
			filter->physician =
			    book_entity(book, KIND_PHYSICIAN, index)->id;
		} else {
			filter->has_sites = true;
			free(lines->sites);
			lines->sites = xmalloc(sizeof(lines->sites[0]));
			lines->sites[0] =
			    book_entity(book, KIND_SITE, index)->id;
			filter->nsites = 1;
		}
	}
	return true;
}

static bool
take_page(struct lines *lines, struct conn *conn, const struct request *request)
{
	const struct value *state = request_value(request, KEY_STATE);
	struct proposal_filter *filter = &lines->filter;
	enum line_state word;
	uint64_t after = 0;

	filter->from =
	    (int32_t)request_number(request, KEY_FROM, PLAN_DAY_FIRST);
	filter->to = (int32_t)request_number(request, KEY_TO, PLAN_DAY_LAST);
	filter->limit =
	    (unsigned)request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT);
	filter->state = -1;
	if (state != NULL) {
		if (!line_state_find(state->text, &word))
			return reply_refuse_key(conn, STATUS_VALUE, KEY_STATE,
			    "one of proposed adopted dropped refused");
		filter->state = (int)word;
	}
	filter->moved = request_number(request, KEY_MOVED, 0) != 0;
	if (!plan_take_number(conn, request, INT32_MAX, &after))
		return false;
	filter->after = (uint32_t)after;
	return true;
}

void
read_plan_lines(struct conn *conn, const struct request *request)
{
	struct lines *lines = xcalloc(1, sizeof(*lines));

	if (!take_page(lines, conn, request) ||
	    !take_filter(lines, conn, request)) {
		free(lines->sites);
		free(lines);
		return;
	}
	lines->call.fini = lines_fini;
	plan_call_begin(&lines->call, conn, request, lines_found);
}
