/* SPDX-License-Identifier: ISC */
/*
 * verb_my: a physician's own list over all sites and employers.
 *
 * For the physician, and for who plans with the physician: an administrator, an
 * auditor, a coordinator of the programme or of the site that the physician may
 * work at.
 */
#include "daemon/server/dispatch.h"

#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "daemon/server/verb/agenda.h"
#include "daemon/server/verb/half_day.h"
#include "daemon/server/verb/view.h"

enum {
	DAYS_AHEAD = 27, /* to= beyond from= when it is absent */
	DAYS_MAX = 100   /* of one list */
};

/* Whose days; false when that has been refused. */
static bool
take_physician(struct conn *conn, const struct request *request,
    const struct book *book, int32_t *physician)
{
	const struct session *session = &conn->session;
	struct span text = request_text(request, KEY_PHYSICIAN);

	*physician = session->physician;
	if (text.ptr == NULL) {
		if (*physician != REF_NONE)
			return true;
		return reply_refuse_key(conn, STATUS_MISSING, KEY_PHYSICIAN,
		    "the RPPS number or id of a physician");
	}
	*physician = book_resolve(book, KIND_PHYSICIAN, text);
	/* Who else is a physician is not for a physician to try. */
	if (*physician == REF_NONE && session->role != ROLE_PHYSICIAN) {
		reply_refuse(conn, STATUS_NOT_FOUND, text, NULL);
		return false;
	}
	if (session_covers_physician(session, book, *physician))
		return true;
	reply_refuse(conn, STATUS_SCOPE, text, NULL);
	return false;
}

static bool
my_days(struct conn *conn, struct view_query *query, int32_t first, int64_t now)
{
	if (!query->has_from)
		query->from = tz_day(query->tz, now);
	if (!query->has_to)
		query->to = query->from + DAYS_AHEAD;
	return half_day_range(conn, first, query->from, query->to, DAYS_MAX);
}

static void
answer_my(
    const struct view *view, const struct view_query *query, int32_t index)
{
	agenda_answer(view, query, index, AGENDA_MY);
}

void
read_my(struct conn *conn, const struct request *request)
{
	struct view_query query = {.kind = KIND_PHYSICIAN,
	    .tz = print_tz(),
	    .owed = true,
	    .days = my_days,
	    .answer = answer_my};
	int32_t physician;

	if (!take_physician(
		conn, request, store_book(conn->server->store), &physician))
		return;
	view_take(&query, request);
	view_run(conn, request, &query, physician);
}
