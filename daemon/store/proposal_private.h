/* SPDX-License-Identifier: ISC */
/*
 * proposal_private: the statements about proposals, how they are asked and how
 * their rows are told, for proposal*.c.
 */
#ifndef STORE_PROPOSAL_PRIVATE_H
#define STORE_PROPOSAL_PRIVATE_H

#include "daemon/store/proposal.h"
#include "daemon/store/question.h"

enum proposal_statement {
	PROPOSAL_QUEUE,
	PROPOSAL_FORGET,
	PROPOSAL_KEEP,
	PROPOSAL_BEGIN,
	PROPOSAL_PUT_LINES,
	PROPOSAL_PUT_SITES,
	PROPOSAL_PUT_REASONS,
	PROPOSAL_PUT_PROOF,
	PROPOSAL_END,
	PROPOSAL_STOP,
	PROPOSAL_EDIT,
	PROPOSAL_SETTLE,
	PROPOSAL_ANSWERED,
	PROPOSAL_TICK,
	PROPOSAL_LAPSE,
	PROPOSAL_HEAD,
	PROPOSAL_GET,
	PROPOSAL_LIST,
	PROPOSAL_LINES,
	PROPOSAL_TIED,
	PROPOSAL_NEAR,
	PROPOSAL_BY_HAND,
	PROPOSAL_GROUPS,
	PROPOSAL_SITES,
	PROPOSAL_ZONES,
	PROPOSAL_REASONS,
	PROPOSAL_PROOF,
	PROPOSAL_STATEMENTS
};

/* Columns of a whole proposal. */
enum {
	COLUMN_ID,
	COLUMN_ACCOUNT,
	COLUMN_STATE,
	COLUMN_VARIANT,
	COLUMN_STOP,
	COLUMN_FROM,
	COLUMN_TO,
	COLUMN_SCOPE,
	COLUMN_WEIGHTS,
	COLUMN_SECONDS,
	COLUMN_MAX_PHASES,
	COLUMN_MAX_GAP,
	COLUMN_THREADS,
	COLUMN_SEED,
	COLUMN_DAEMON,
	COLUMN_CURSOR,
	COLUMN_QUEUED,
	COLUMN_BEGUN,
	COLUMN_ENDED,
	COLUMN_COST,
	COLUMN_BOUND,
	COLUMN_PHASES,
	COLUMN_TOOK_MS,
	COLUMN_PAUSE_US,
	COLUMN_WRITTEN_US,
	COLUMN_WRITTEN,
	COLUMN_LINES,
	COLUMN_KEPT,
	COLUMN_MOVED,
	COLUMN_CHECKED,
	COLUMN_PROOF_INSTANCE,
	COLUMN_PROOF_PLAN,
	COLUMN_NOTES,
	COLUMN_ERROR,
	COLUMN_COUNTS /* by state, then those that cancel */
};

struct proposals {
	struct feed *feed;
	struct pgsession *session;
	bool was_ready;
	uint64_t again_us; /* when it was ready again; 0: it was never away */
};

extern const struct pgsession_role proposal_role;

/* ----- proposal.c ----- */

enum status proposal_ask(struct proposals *proposals,
    enum proposal_statement statement, struct question *question,
    proposal_done_fn *done, void *arg) MUST_CHECK;
/* lapse_ms, or for ever while the daemons may not all be back yet. */
uint64_t proposal_lapse_ms(const struct proposals *proposals, uint64_t lapse_ms)
    MUST_CHECK;
/* Four parameters: by, key, digest, answer. */
void proposal_put_request(
    struct question *question, const struct proposal_request *request);
/* Eleven: those, and what is asked of the proposal. */
void proposal_put_new(struct question *question,
    const struct proposal_request *request, const struct proposal *proposal);
/* Which of the names a word is; count: none. */
unsigned proposal_find_word(
    const char *const *names, unsigned count, struct span word);

static inline void
pack_item_text(struct pack *pack, struct span text)
{
	size_t place = pack_begin(pack);

	pack_bytes(pack, text.ptr, text.len);
	pack_end(pack, place);
}

/* One parameter: an array of so many values, each an expression in i. */
#define PUT_ARRAY(question, OID, i, count, put, value)                         \
	do {                                                                   \
		pack_array(&(question)->pack, (OID), (count));                 \
		for (size_t i = 0; i < (count); i++)                           \
			put(&(question)->pack, value);                         \
		question_done(question);                                       \
	} while (0)

#define PUT_TEXTS(question, i, count, value)                                   \
	PUT_ARRAY(question, OID_TEXT, i, count, pack_item_text, value)
#define PUT_IDS(question, i, count, value)                                     \
	PUT_ARRAY(question, OID_UUID, i, count, pack_item_id, value)
#define PUT_DAYS(question, i, count, value)                                    \
	PUT_ARRAY(question, OID_DATE, i, count, pack_item_day, value)
#define PUT_U32S(question, i, count, value)                                    \
	PUT_ARRAY(question, OID_INT4, i, count, pack_item_u32, value)
#define PUT_U64S(question, i, count, value)                                    \
	PUT_ARRAY(question, OID_INT8, i, count, pack_item_u64, value)

/* ----- proposal_rows.c ----- */

static inline bool
row_bool(const PGresult *result, int row, int column)
{
	return PQgetlength(result, row, column) == 1 &&
	    PQgetvalue(result, row, column)[0] != 0;
}

struct proposal_reader;

/* How rows of one kind are read, and told to who asked. */
struct proposal_shape {
	size_t size;
	void (*read)(void *row, const PGresult *result, int at);
	void (*tell)(const struct proposal_reader *reader, enum status status,
	    const void *rows, size_t count, bool more);
};

struct proposal_reader {
	const struct proposal_shape *shape;
	union {
		proposal_rows_fn *plans;
		proposal_lines_fn *lines;
		proposal_sites_fn *sites;
		proposal_reasons_fn *reasons;
	} done;
	void *arg;
	size_t limit; /* of rows that are told; one more was asked for */
};

/* Copies the reader. */
enum status proposal_read(struct proposals *proposals,
    enum proposal_statement statement, struct question *question,
    const struct proposal_reader *reader) MUST_CHECK;

#endif
