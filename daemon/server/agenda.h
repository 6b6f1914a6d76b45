/* SPDX-License-Identifier: ISC */
/*
 * agenda: what one physician does, and may not do, over some days.
 */
#ifndef SERVER_AGENDA_H
#define SERVER_AGENDA_H

#include "daemon/server/conn.h"
#include "daemon/store/store.h"

enum agenda_view {
	AGENDA_WEEK, /* half-days; to who covers the physician, times taken */
	AGENDA_MY    /* all of that in detail, and what is owed */
};

/*
 * Answers the request, which asks for the physician's days from..to, both
 * included; whether it may is the caller's to know.  Takes limit= and next= of
 * it.
 */
void agenda_answer(struct conn *conn, const struct request *request,
    int32_t physician, int32_t from, int32_t to, enum agenda_view view);

#endif
