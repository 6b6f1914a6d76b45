/* SPDX-License-Identifier: ISC */
/*
 * verb_plan_explain: plan explain - why a proposal is as it is.
 */
#include "daemon/server/proposal/verb_plan.h"

#include "daemon/base/mem.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/proposal/job_words.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>

enum { WORDS_MAX = PROTO_LINE_MAX / 2 };

struct explaining {
	struct plan_call call;
	struct reason_filter filter;
	char part[2];
};

/* The states of a half-day that it asks for, as the planner calls them. */
static const struct {
	const char *state, *kind;
} states[] = {{"open", "open"}, {"filled", "runner"}, {"advice", "advice"}};

static const char *
state_of(struct span kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		if (span_is(kind, states[i].kind))
			return states[i].state;
	return "";
}

static void
answer_reason(struct conn *conn, const struct proposal_reason *reason)
{
	const struct book *book = store_book(conn->server->store);
	char words[WORDS_MAX];
	struct out text = OUT(words), *out;
	struct answer line;

	if (!answer_parse_data(&line, reason->text))
		return;
	job_reason_words(&text, book, &line, reason->kind, conn->session.lang);
	out = reply_data(conn, REPLY_ROOM_LONG + PROTO_LINE_MAX);
	out_key_u64(out, "number", reason->number);
	out_key_text(out, "state", state_of(reason->kind));
	job_print_reason(out, book, &line);
	if (!text.overflow)
		out_key_value(out, "text", (struct span){words, text.len});
	reply_end(conn);
}

static void
on_reasons(void *arg, enum status status, const struct proposal_reason *rows,
    size_t count, bool more)
{
	struct explaining *explaining = arg;
	struct conn *conn = explaining->call.conn;

	if (!plan_call_goes_on(&explaining->call, status))
		return;
	for (size_t i = 0; i < count; i++)
		answer_reason(conn, &rows[i]);
	plan_call_page(&explaining->call, count,
	    more && count > 0 ? rows[count - 1].number : 0);
}

static void
explain_found(struct plan_call *call, const struct proposal *plan UNUSED)
{
	struct explaining *explaining = (struct explaining *)call;
	enum status status;

	explaining->filter.plan = call->plan;
	if (explaining->part[0] != '\0')
		explaining->filter.part = (struct span){explaining->part, 1};
	status = proposals_reasons(proposals_of(call->conn),
	    &explaining->filter, on_reasons, explaining);
	if (status != STATUS_OK)
		plan_call_refuse(call, status, NULL, NULL);
}

static bool
take_state(struct reason_filter *filter, struct conn *conn,
    const struct request *request)
{
	const struct value *state = request_value(request, KEY_STATE);

	if (state == NULL)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		if (!span_is(state->text, states[i].state))
			continue;
		filter->kind = span_of(states[i].kind);
		return true;
	}
	reply_refuse(
	    conn, STATUS_VALUE, SPAN("state"), "one of open filled advice");
	return false;
}

static bool
take_half_day(struct explaining *explaining, struct conn *conn,
    const struct request *request)
{
	const struct book *book = store_book(conn->server->store);
	const struct value *site = request_value(request, KEY_SITE);
	const struct value *part = request_value(request, KEY_PART);
	struct reason_filter *filter = &explaining->filter;
	enum part word;

	if (site != NULL) {
		int32_t index = book_resolve(book, KIND_SITE, site->text);

		if (index == REF_NONE) {
			reply_refuse(
			    conn, STATUS_NOT_FOUND, SPAN("site"), NULL);
			return false;
		}
		filter->site = book_entity(book, KIND_SITE, index)->id;
	}
	if (part != NULL) {
		if (!part_find(part->text, &word)) {
			reply_refuse(conn, STATUS_VALUE, SPAN("part"),
			    "one of M A E S N");
			return false;
		}
		explaining->part[0] = part_letter(word);
	}
	filter->has_day = request_value(request, KEY_DAY) != NULL;
	filter->day = (int32_t)request_number(request, KEY_DAY, 0);
	return true;
}

static bool
take_page(struct reason_filter *filter, struct conn *conn,
    const struct request *request)
{
	uint64_t after;

	filter->limit =
	    (unsigned)request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT);
	if (!plan_take_number(conn, request, INT32_MAX, &after))
		return false;
	filter->after = (uint32_t)after;
	return true;
}

void
read_plan_explain(struct conn *conn, const struct request *request)
{
	struct explaining *explaining = xcalloc(1, sizeof(*explaining));

	if (!take_page(&explaining->filter, conn, request) ||
	    !take_state(&explaining->filter, conn, request) ||
	    !take_half_day(explaining, conn, request)) {
		free(explaining);
		return;
	}
	plan_call_begin(&explaining->call, conn, request, explain_found);
}
