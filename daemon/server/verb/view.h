/* SPDX-License-Identifier: ISC */
/*
 * view: a question that is answered from a book - the one that is served, or a
 * second one of what was known at a mark.
 *
 * Of the past, what was then is judged by the rights of today: those at a site
 * by the territory that it has now.
 */
#ifndef SERVER_VIEW_H
#define SERVER_VIEW_H

#include "daemon/server/conn.h"
#include "daemon/store/store.h"

/* What a view is printed from; good for one turn. */
struct view {
	struct conn *conn;
	const struct book *book;       /* borrowed */
	const struct session *session; /* of that book's indices; borrowed */
	int64_t now;   /* instant: of the mark, or the clock's */
	uint64_t mark; /* 0: it is not of the past */
	int64_t at;    /* of the mark, seconds */
};

struct view_query {
	enum kind kind; /* of the subject: site, territory or physician */
	struct id subject;
	bool has_from, has_to; /* were given */
	int32_t from, to;      /* service days, both included */
	const struct tz *tz;   /* tells the day; of the past, that of Paris */
	bool owed;             /* see struct store_known */
	unsigned limit;
	struct span next; /* ptr NULL: the first page */
	/* Sets the days that are not given; false when they are refused.
	 * `first`: from which day on there are any. */
	bool (*days)(struct conn *conn, struct view_query *query, int32_t first,
	    int64_t now);
	/* Answers the whole request; `index`: of the subject in view->book,
	 * REF_NONE when it was not known then. */
	void (*answer)(const struct view *view, const struct view_query *query,
	    int32_t index);
};

/* Takes from= and to=, limit= and next= of the request. */
void view_take(struct view_query *query, const struct request *request);
/* Answers, now or, with as-of= or mark=, later.  `index`: of the subject in the
 * book that is served; whether it may be asked about is the caller's to know.
 */
void view_run(struct conn *conn, const struct request *request,
    struct view_query *query, int32_t index);
/* Whether as-of= and mark= (or NULL) may name a mark; refuses otherwise. */
bool view_check_mark(
    struct conn *conn, const struct value *as_of, const struct value *mark);
/* The end of a list: " cursor=", or " mark= as-of=". */
void view_end(const struct view *view, struct out *out);

#endif
