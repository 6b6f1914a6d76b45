/* SPDX-License-Identifier: ISC */
/*
 * write_private: a write under way, shared by write.c (its way), write_unit.c
 * (its lines into a unit), write_chain.c (those that leave together) and
 * write_answer.c (its answer).
 */
#ifndef SERVER_WRITE_PRIVATE_H
#define SERVER_WRITE_PRIVATE_H

#include "daemon/server/change/guardq.h"
#include "daemon/server/change/write.h"
#include "daemon/store/store.h"

/* Bytes that grow. */
struct text {
	char *ptr; /* owned */
	size_t len, capacity;
};

struct write_line {
	size_t offset, len;        /* of its request in write->lines */
	struct id fresh;           /* id of what it creates */
	struct id slot, with;      /* see struct plan */
	size_t answer, answer_len; /* in write->answers */
};

struct write {
	struct server *server;         /* borrowed */
	struct conn *conn;             /* held; NULL: internal */
	const struct session *session; /* borrowed: of conn or of the caller */
	bool is_batch, dry;
	bool fresh;        /* the book has been brought up to date for it */
	struct id key;     /* nil: none */
	struct text lines; /* requests without tags, one after another */
	struct write_line *line;
	size_t count, capacity; /* lines that there are */
	size_t want;            /* lines that the batch announced; 1 */
	struct unit unit;
	bool has_unit;
	struct text answers; /* of the lines that planned them themselves */
	struct text answer;  /* what the key keeps: a line's answer per line */
	struct text secret;  /* of the answer too, but not kept */
	struct text data; /* data lines that planners told, '\n' after each */
	struct warnings warnings;   /* of the verdict */
	enum moment moment;         /* that it is judged at */
	uint64_t mark;              /* set after a publication; 0: none */
	struct store_result result; /* meanwhile; its answer is not its own */
	struct guardq_ticket ticket;
	struct guard *guards; /* owned: those that the ticket stands for */
	size_t guard_capacity;
	unsigned attempts; /* of the database */
	struct refusal refusal;
	/* internal writes */
	plan_fn *plan;
	void *plan_arg;
	write_done_fn *done;
	void *done_arg;
};

/* Appends; the pointer of `text` may move. */
void text_add(struct text *text, const char *bytes, size_t len);
void text_reset(struct text *text);

/* ----- write_unit.c ----- */

/* Every line into a fresh unit; STATUS_OK with the unit sealed, or the refusal.
 */
enum status write_plan(struct write *write);
/* Allots rooms and judges; STATUS_OK with write->answer composed, or refusal.
 */
enum status write_judge(struct write *write);

/* ----- write_chain.c ----- */

/* Collects in write->guards those that it has to queue for; how many. */
size_t write_guards(struct write *write);
/*
 * An accepted write, and those that wait for it and are acceptable once it and
 * the others before them are done: planned, judged, and of its group in the
 * queues.  Room for STORE_CHAIN_MAX; how many.
 */
size_t write_gather(struct write *leader, struct write **chain) MUST_CHECK;

/* ----- write_answer.c ----- */

/* The closing lines of an accepted write: `answer` of this or an earlier one.
 */
void write_answer_ok(struct write *write, struct span answer, bool replayed,
    const struct store_result *result);
/* The data lines that come before either. */
void write_answer_data(struct write *write);
/* What a rule finds and does not refuse, unless it is about a half-day that the
 * session does not see; line: of a batch, 0: of none. */
void write_tell_warning(
    struct conn *conn, const struct finding *finding, unsigned line);
/* " warning=H16,H10": the rules of those lines, each once; and
 * " more-warnings=yes" when there were more than are kept. */
void write_print_warnings(
    const struct conn *conn, struct out *out, const struct warnings *warnings);
void write_answer_refusal(
    struct conn *conn, const struct refusal *refusal, bool is_batch);

#endif
