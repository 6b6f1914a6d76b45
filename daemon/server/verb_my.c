/* SPDX-License-Identifier: ISC */
/*
 * verb_my: a physician's own list over all sites and employers.
 *
 * For the physician, and for who plans with the physician: an administrator, an
 * auditor, a coordinator of the programme or of the site that the physician may
 * work at.
 */
#include "daemon/server/dispatch.h"

#include "daemon/base/clock.h"
#include "daemon/server/agenda.h"
#include "daemon/server/half_day.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

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
		reply_refuse(conn, STATUS_MISSING, SPAN("physician"),
		    "the RPPS number or id of a physician");
		return false;
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

void
read_my(struct conn *conn, const struct request *request)
{
	const struct book *book = store_book(conn->server->store);
	int32_t physician, from, to;

	if (!take_physician(conn, request, book, &physician))
		return;
	from = (int32_t)request_number(
	    request, KEY_FROM, tz_day(print_tz(), clock_real_s()));
	to = (int32_t)request_number(request, KEY_TO, from + DAYS_AHEAD);
	if (half_day_range(conn, book, from, to, DAYS_MAX))
		agenda_answer(conn, request, physician, from, to, AGENDA_MY);
}
