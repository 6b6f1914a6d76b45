/* SPDX-License-Identifier: ISC */
/*
 * agenda: what one physician does, and may not do, over some days.
 */
#ifndef SERVER_AGENDA_H
#define SERVER_AGENDA_H

#include "daemon/server/verb/view.h"

enum agenda_view {
	AGENDA_WEEK, /* half-days; to who covers the physician, times taken */
	AGENDA_MY    /* all of that in detail, and what is owed */
};

/*
 * Answers what the view is asked of a physician, the days query->from..to, both
 * included; whether it may is the caller's to know.  REF_NONE: who was not
 * known at the mark, of whom there is nothing.
 */
void agenda_answer(const struct view *view, const struct view_query *query,
    int32_t physician, enum agenda_view form);

#endif
