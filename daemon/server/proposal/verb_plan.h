/* SPDX-License-Identifier: ISC */
/*
 * verb_plan: what the verbs about plans share.
 *
 * A plan is read and changed by who has its whole scope: what is asked of one
 * that is out of sight is answered as if it did not exist.
 */
#ifndef SERVER_VERB_PLAN_H
#define SERVER_VERB_PLAN_H

#include "daemon/server/conn.h"
#include "daemon/server/server.h"
#include "daemon/store/proposal.h"

struct warnings;

/* Days of lines, whatever they are. */
enum {
	PLAN_DAY_FIRST = -25567, /* 1900-01-01 */
	PLAN_DAY_LAST = 84006    /* 2200-01-01 */
};

/*
 * A request about one plan; its connection is held.  Embedded as the first
 * member of what a verb keeps, which plan_call_end() frees.
 */
struct plan_call {
	struct conn *conn;
	struct id plan;
	bool counts; /* the plan's lines are to be counted */
	struct proposal_request request; /* of a verb that changes something */
	/* Gives up what the verb keeps beside; NULL: nothing. */
	void (*fini)(struct plan_call *call);
	/* The plan is there and within reach: borrowed for the call. */
	void (*found)(struct plan_call *call, const struct proposal *plan);
};

static inline struct proposals *
proposals_of(const struct conn *conn)
{
	return store_proposals(conn->server->store);
}

/* Looks for the plan of the request: `found`, or it is refused and ended. */
void plan_call_begin(struct plan_call *call, struct conn *conn,
    const struct request *request,
    void (*found)(struct plan_call *call, const struct proposal *plan));
/* The last thing of a request: releases the connection. */
void plan_call_end(struct plan_call *call);
/* Whether it may go on; refuses and ends it otherwise: the status is not OK,
 * the client is gone, or its account was revoked meanwhile. */
bool plan_call_goes_on(struct plan_call *call, enum status status) MUST_CHECK;
void plan_call_refuse(struct plan_call *call, enum status status,
    const char *what, const char *expected);

/* The closing line of a request that changes something: " key=value ..." as it
 * may have been kept under a key, the warnings (NULL: none), dry=yes,
 * replayed=yes, and the cursor. */
void plan_answer(struct conn *conn, struct span answer,
    const struct warnings *warnings, bool dry, bool replayed);
/* Closes a page of so many lines, behind whose last one the next page begins
 * (0: there is none), and ends the request. */
void plan_call_page(struct plan_call *call, uint64_t count, uint64_t next);
/* next= as a number, 0 when it is absent; false when it has been refused. */
bool plan_take_number(struct conn *conn, const struct request *request,
    uint64_t max, uint64_t *number) MUST_CHECK;

/* Key and digest of a request that changes something. */
void plan_take_key(struct proposal_request *to, const struct conn *conn,
    const struct request *request);
/* Whether all places of "territory:ID,site:ID" are in the session's scope;
 * everything: only of who has no bounds. */
bool plan_covered(
    const struct session *session, const struct book *book, struct span scope);

/* " plan= state= ... by=": all that a list says of a plan. */
void plan_print_head(
    struct out *out, const struct book *book, const struct proposal *plan);

/* Whether a site is one of the places of a plan's scope. */
bool plan_scope_has(struct span scope, const struct book *book, int32_t site);

/* How many of the bytes make a slice of `most` at the most: whole lines as far
 * as there are such; a longer one is cut between two characters. */
size_t plan_proof_slice(struct span bytes, size_t most);

/* " day= part= site= physician= activity= programme= unscheduled= remote=
 * agreed=" as far as there are such. */
void plan_print_place(
    struct out *out, const struct book *book, const struct proposal_line *line);

#endif
