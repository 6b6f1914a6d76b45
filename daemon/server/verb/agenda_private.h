/* SPDX-License-Identifier: ISC */
/*
 * agenda_private: lines of an agenda, gathered; for agenda*.c only.
 */
#ifndef SERVER_AGENDA_PRIVATE_H
#define SERVER_AGENDA_PRIVATE_H

#include "daemon/domain/quota.h"
#include "daemon/server/verb/agenda.h"

/* In the order of the lines; letters of next=. */
enum section { SECTION_SLOT, SECTION_BUSY, SECTION_ABSENCE, SECTION_QUOTA };

/* A line, and its place among those of its section. */
struct item {
	enum section section;
	int64_t at; /* instant; half-day; first day */
	struct id id;
	union {
		const struct assignment *slot; /* borrowed from the book */
		const struct busy *busy;       /* likewise */
		const struct absence *absence; /* likewise */
		struct quota_line quota;
	} of;
};

struct agenda {
	struct view view;
	int32_t physician; /* of view.book; REF_NONE: not in it */
	int32_t from, to, today;
	enum agenda_view form;
	bool covered;  /* by the session, today */
	bool intimate; /* it reads what is private, likewise */
	unsigned limit;
	struct span next; /* ptr NULL: the first page */
	/* Categories of absences, borrowed; NULL: not known. */
	const struct store_private *private;
	size_t nprivate;
	struct item *items; /* owned */
	size_t count, capacity;
	size_t first, end; /* the page */
};

/* Whether the session is told the categories of absences. */
bool agenda_reads_category(const struct agenda *agenda);
/* Answers one line. */
void agenda_answer_item(const struct agenda *agenda, const struct item *item);

#endif
