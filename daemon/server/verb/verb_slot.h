/* SPDX-License-Identifier: ISC */
/*
 * verb_slot: what the lists of assignments have in common, as the plan is
 * (verb_slot.c) and as it was (verb_slot_past.c).
 */
#ifndef SERVER_VERB_SLOT_H
#define SERVER_VERB_SLOT_H

#include "daemon/server/conn.h"
#include "daemon/store/store.h"

struct slot_query {
	const struct book *book; /* borrowed; good for one turn */
	enum kind kind;          /* of whose half-days: physician, site, ... */
	int32_t index;           /* ...in that book */
	bool has_from, has_to;   /* were given */
	int32_t from, to;        /* service days, both included */
	bool has_state;          /* else all but cancelled */
	enum state state;
	unsigned limit;
	bool has_next; /* only what follows (next_from, next_id) */
	int64_t next_from;
	struct id next_id;
};

/*
 * The subject that the request names by physician=, site= or territory=;
 * KIND_COUNT and REF_NONE when it names none.  False when that is refused: it
 * does not exist, or the session may not ask about it.
 */
bool slot_subject(struct conn *conn, const struct request *request,
    enum kind *kind, int32_t *index);

/* Settles the days that were not given, four weeks from that on which it is
 * `now` for those who ask, which counts where from= is absent.  False when they
 * are refused. */
bool slot_query_days(struct slot_query *query, struct conn *conn, int64_t now);

/* Whether the assignment is a line of the answer, in full or as busy. */
bool slot_shows(const struct slot_query *query, const struct session *session,
    const struct assignment *assignment, bool *in_full);
/* A line; `site`: as it was another time, NULL as it is. */
void slot_answer(struct conn *conn, const struct book *book,
    const struct assignment *assignment, const struct site *site, bool in_full);
/* " next=" of a page that ends with this one. */
void slot_answer_next(struct out *out, const struct assignment *last);

/* The list as known at as-of= or mark=; answers later. */
void slot_past(struct conn *conn, const struct request *request,
    const struct slot_query *query);

#endif
