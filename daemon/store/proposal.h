/* SPDX-License-Identifier: ISC */
/*
 * proposal: jobs of the planner and what they proposed, as the database has
 * them: rota.plan and what hangs on it.
 *
 * Proposals stand beside the plan: nothing of them is in the book or in the
 * feed.  They have a session of their own, so that reading or storing a large
 * one delays no write.  Every completion runs exactly once, from the event
 * loop, never inside the call that asked; a call that does not answer STATUS_OK
 * will not complete.
 */
#ifndef STORE_PROPOSAL_H
#define STORE_PROPOSAL_H

#include "daemon/base/compiler.h"
#include "daemon/store/env.h"
#include "proto/id.h"
#include "proto/span.h"

#include <stdbool.h>
#include <stdint.h>

struct feed;
struct proposals;

enum proposal_state {
	PROPOSAL_QUEUED,
	PROPOSAL_RUNNING,
	PROPOSAL_DONE,
	PROPOSAL_FAILED,
	PROPOSAL_CANCELLED, /* ended by request, with what it had by then */
	PROPOSAL_ADOPTED,   /* no line is left to adopt */
	PROPOSAL_STATES
};

enum line_state {
	LINE_PROPOSED,
	LINE_ADOPTED,
	LINE_DROPPED, /* by hand */
	LINE_REFUSED, /* when it was to be adopted */
	LINE_STATES
};

/* What may be changed of the plan that is there. */
enum proposal_variant {
	PROPOSAL_FILL,   /* nothing */
	PROPOSAL_FREE,   /* what is not frozen may move or go */
	PROPOSAL_REPAIR, /* what an absence or a closure asks for */
	PROPOSAL_VARIANTS
};

/* What proves the bound of a proposal again. */
enum proof_file {
	PROOF_INSTANCE, /* what the planner was given */
	PROOF_PLAN,     /* what it wrote, up to its explanations */
	PROOF_FILES
};

const char *proof_file_name(enum proof_file file);
bool proof_file_find(struct span word, enum proof_file *out);
const char *proposal_state_name(enum proposal_state state);
bool proposal_state_find(struct span word, enum proposal_state *out);
const char *proposal_variant_name(enum proposal_variant variant);
const char *line_state_name(enum line_state state);
bool line_state_find(struct span word, enum line_state *out);

/* No cost, or bound, yet: those of a plan may be below 0. */
#define POINTS_NONE INT64_MIN

/* How far a job has come. */
struct progress {
	int64_t cost, bound; /* points; or POINTS_NONE */
	uint32_t phases;
	uint64_t took_ms;
};

struct proposal {
	struct id id, account; /* nil: the operator */
	enum proposal_state state;
	enum proposal_variant variant;
	bool stop; /* somebody asked for its end */
	int32_t from, to;
	struct span scope;   /* "territory:ID,site:ID,programme:ID"; "": all */
	struct span weights; /* "term:value,..." */
	uint32_t seconds, max_phases, threads;
	int32_t max_gap; /* thousandths of a per cent; -1: none */
	uint64_t seed;
	struct id daemon;             /* the run of it that has the job */
	struct span cursor;           /* of the instance; "": not begun */
	int64_t queued, begun, ended; /* microseconds since 1970; 0: not yet */
	struct progress progress;
	uint64_t pause_us, written_us, written; /* of the instance, and bytes */
	uint32_t lines, kept, moved;            /* as the plan came */
	struct span checked;         /* "yes", "no"; "": it was not */
	uint64_t proof[PROOF_FILES]; /* bytes that are kept; 0: none */
	struct span notes, error;
	bool takes_away; /* lines cancel; proposals_head(), proposals_get() */
	/* Lines by state, and those of them that cancel; proposals_get() only.
	 */
	uint32_t by_state[LINE_STATES], cancels;
};

struct proposal_line {
	uint32_t number; /* from 1 */
	bool cancels;    /* takes the half-day `slot` away; else it makes it */
	bool by_hand;
	/* The line that takes away what this one stands in place of: another
	 * half-day of the physician at that time, or the same one of somebody
	 * else; 0: none.  proposals_lines() with `tied` only. */
	uint32_t moved;
	struct id moved_site, moved_physician; /* of that line */
	struct id slot, physician, site;
	int32_t day;
	struct span part, activity, programme; /* words */
	uint32_t unscheduled, remote;          /* minutes */
	struct span agreed; /* how, if it was not offered; empty: not */
	enum line_state state;
	struct span status, words_en, words_fr; /* of one refused */
};

struct proposal_site {
	struct id site; /* or a sector, which is a territory */
	bool is_sector;
	struct span zone;
	uint32_t need, filled, planned; /* half-days */
};

/* Why a proposal is as it is: a line of the planner. */
struct proposal_reason {
	uint32_t number;  /* from 1 */
	struct span kind; /* open runner advice */
	struct id site;   /* not of advice, as day and part */
	int32_t day;
	struct span part; /* a letter */
	struct span text; /* the line without its first word */
};

struct proposals *proposals_new(const struct store_env *env, struct feed *feed)
    MUST_CHECK;
void proposals_free(struct proposals *proposals);
void proposals_start(struct proposals *proposals);
void proposals_restart(struct proposals *proposals, const char *why);

/* ----- a request that changes something ----- */

/* Whose it is, and the key under which its answer is kept. */
struct proposal_request {
	struct id by;  /* nil: the operator */
	struct id key; /* nil: none */
	unsigned char digest[32];
	struct span answer; /* to keep; copied */
};

struct proposal_answer {
	bool replayed;    /* done before, under this key: */
	struct span text; /* ...the answer of then, or of now; borrowed */
	uint32_t number;  /* of the line edited; 0: it could not be */
	bool done;
};

/* KEY_REUSED, and what the store's failures are. */
typedef void proposal_done_fn(
    void *arg, enum status status, const struct proposal_answer *answer);

/* Queues a job: id, variant, from, to, scope, weights, the limits, seed and
 * daemon. */
enum status proposals_queue(struct proposals *proposals,
    const struct proposal_request *request, const struct proposal *proposal,
    proposal_done_fn *done, void *arg) MUST_CHECK;
/* Forgets one that is over and not among the newest `kept`; answer->done is
 * false when there is none. */
enum status proposals_forget(struct proposals *proposals, uint32_t kept,
    proposal_done_fn *done, void *arg) MUST_CHECK;
/* A proposal that is there already, whole, and done at once: id, variant, from,
 * to, scope, weights, threads, seed, daemon, cursor, progress, kept and notes;
 * its lines in the order of their numbers, from 1. Otherwise likewise. */
struct proposal_whole {
	const struct proposal *proposal;
	const struct proposal_line *lines;
	size_t count;
};
enum status proposals_keep(struct proposals *proposals,
    const struct proposal_request *request, const struct proposal_whole *whole,
    proposal_done_fn *done, void *arg) MUST_CHECK;
/* It begins: id, daemon, cursor, pause_us; answer->done is false when it is not
 * queued any more. */
enum status proposals_begin(struct proposals *proposals,
    const struct proposal *proposal, proposal_done_fn *done, void *arg)
    MUST_CHECK;
/* Pieces of what is coming for one (id, daemon): they count once it has ended
 * well. */
enum status proposals_put_lines(struct proposals *proposals,
    const struct proposal *proposal, const struct proposal_line *lines,
    size_t count, proposal_done_fn *done, void *arg) MUST_CHECK;
enum status proposals_put_sites(struct proposals *proposals,
    const struct proposal *proposal, const struct proposal_site *sites,
    size_t count, proposal_done_fn *done, void *arg) MUST_CHECK;
enum status proposals_put_reasons(struct proposals *proposals,
    const struct proposal *proposal, const struct proposal_reason *reasons,
    size_t count, proposal_done_fn *done, void *arg) MUST_CHECK;
/* A piece of what proves it, which begins behind so many bytes of the file:
 * whole characters, at most PROOF_PIECE bytes. */
enum { PROOF_PIECE = 256 << 10 };
struct proof_piece {
	enum proof_file file;
	uint64_t at;
	struct span bytes;
};
enum status proposals_put_proof(struct proposals *proposals,
    const struct proposal *proposal, const struct proof_piece *piece,
    proposal_done_fn *done, void *arg) MUST_CHECK;
/* It is over: id, daemon, state, error, progress, written*, lines, kept,
 * checked, proof, notes.
 * answer->done is false when it was forgotten. */
enum status proposals_end(struct proposals *proposals,
    const struct proposal *proposal, proposal_done_fn *done, void *arg)
    MUST_CHECK;
/* Asks for its end; answer->text is its state then, "" when there is none. */
enum status proposals_stop(struct proposals *proposals, struct id plan,
    uint64_t lapse_ms, proposal_done_fn *done, void *arg) MUST_CHECK;
/* The state of the line with this number, or (number 0) a new line. */
enum status proposals_edit(struct proposals *proposals,
    const struct proposal_request *request, struct id plan,
    const struct proposal_line *line, proposal_done_fn *done, void *arg)
    MUST_CHECK;
/* State, status and words of lines, by their numbers. */
enum status proposals_settle(struct proposals *proposals, struct id plan,
    const struct proposal_line *lines, size_t count, proposal_done_fn *done,
    void *arg) MUST_CHECK;
/* Keeps an answer under the request's key. */
enum status proposals_answered(struct proposals *proposals,
    const struct proposal_request *request, proposal_done_fn *done, void *arg)
    MUST_CHECK;

/* ----- reading; rows are borrowed for the call ----- */

/* more: the limit cut the answer off. */
typedef void proposal_rows_fn(void *arg, enum status status,
    const struct proposal *rows, size_t count, bool more);
typedef void proposal_lines_fn(void *arg, enum status status,
    const struct proposal_line *lines, size_t count, bool more);
typedef void proposal_sites_fn(void *arg, enum status status,
    const struct proposal_site *sites, size_t count, bool more);

/* What a daemon says of its jobs, and asks about others. */
struct proposal_tick {
	struct id daemon;
	uint64_t lapse_ms;
	const struct id *ids; /* its own */
	const struct progress *progress;
	size_t count;
	const struct id *watched;
	size_t nwatched;
};

/*
 * Says that this daemon has these jobs and how far they have come; jobs that
 * nobody has said so of for lapse_ms have failed.  Answers how these and the
 * watched ones stand: id, state, stop, progress, lines, error.
 */
enum status proposals_tick(struct proposals *proposals,
    const struct proposal_tick *tick, proposal_rows_fn *done, void *arg)
    MUST_CHECK;
/* One; none when it is not there.  Jobs that nobody has any more have failed
 * before it is read. */
enum status proposals_head(struct proposals *proposals, struct id plan,
    uint64_t lapse_ms, proposal_rows_fn *done, void *arg) MUST_CHECK;
/* Likewise, with its lines counted, which takes a while when they are many. */
enum status proposals_get(struct proposals *proposals, struct id plan,
    uint64_t lapse_ms, proposal_rows_fn *done, void *arg) MUST_CHECK;
/* The newest first, those after `after` (nil: from the first); likewise. */
enum status proposals_list(struct proposals *proposals, struct id after,
    unsigned limit, uint64_t lapse_ms, proposal_rows_fn *done, void *arg)
    MUST_CHECK;

struct proposal_filter {
	struct id plan;
	uint32_t after; /* only numbers above */
	bool has_sites;
	const struct id *sites; /* only these, with has_sites */
	size_t nsites;
	struct id physician; /* nil: all */
	int32_t from, to;
	int state;  /* enum line_state; -1: all */
	bool tied;  /* with what each stands in place of */
	bool moved; /* only what does so; with `tied` */
	unsigned limit;
};
/* By number. */
enum status proposals_lines(struct proposals *proposals,
    const struct proposal_filter *filter, proposal_lines_fn *done, void *arg)
    MUST_CHECK;
/* The proposed lines at the site of a line or of its physician, by number. */
enum status proposals_near(struct proposals *proposals, struct id plan,
    const struct proposal_line *line, unsigned limit, proposal_lines_fn *done,
    void *arg) MUST_CHECK;
/* The lines that a person put or dropped, by number. */
enum status proposals_by_hand(struct proposals *proposals, struct id plan,
    unsigned limit, proposal_lines_fn *done, void *arg) MUST_CHECK;
/* Lines in the filter's state and on its days, counted by site and by week: of
 * each such group site, the Monday as `day`, and their number as `number`. */
enum status proposals_groups(struct proposals *proposals,
    const struct proposal_filter *filter, proposal_lines_fn *done, void *arg)
    MUST_CHECK;
/* Sites by id, then sectors, those after `after` (site nil: from the first). */
enum status proposals_sites(struct proposals *proposals, struct id plan,
    const struct proposal_site *after, unsigned limit, proposal_sites_fn *done,
    void *arg) MUST_CHECK;
/* Summed by zone, sectors among them; `site` is nil. */
enum status proposals_zones(struct proposals *proposals, struct id plan,
    proposal_sites_fn *done, void *arg) MUST_CHECK;

struct reason_filter {
	struct id plan;
	uint32_t after; /* only numbers above */
	struct id site; /* nil: all */
	bool has_day;
	int32_t day;
	struct span part, kind; /* "": all */
	unsigned limit;
};
/* By number; number, kind and text. */
typedef void proposal_reasons_fn(void *arg, enum status status,
    const struct proposal_reason *rows, size_t count, bool more);
enum status proposals_reasons(struct proposals *proposals,
    const struct reason_filter *filter, proposal_reasons_fn *done, void *arg)
    MUST_CHECK;

/* Bytes of a file from there on, at most `limit` and none beyond the piece in
 * which they begin; empty at its end, and when it is not kept. */
typedef void proposal_proof_fn(
    void *arg, enum status status, struct span bytes);
struct proof_filter {
	struct id plan;
	enum proof_file file;
	uint64_t from;
	uint32_t limit;
};
enum status proposals_proof(struct proposals *proposals,
    const struct proof_filter *filter, proposal_proof_fn *done, void *arg)
    MUST_CHECK;

#endif
