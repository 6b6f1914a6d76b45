/* SPDX-License-Identifier: ISC */
/*
 * job_start: plan start - what is asked of the planner, until it is queued.
 */
#include "daemon/server/proposal/verb_plan.h"

#include "daemon/base/clock.h"
#include "daemon/base/id_random.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/domain/term.h"
#include "daemon/server/change/plan.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/proposal/job.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	DAYS_MAX = 400,
	SCOPE_TEXT_MAX = 65536,
	SCOPE_ENTRIES_MAX = 1000,
	SECONDS_DEFAULT = 60,
	PHASES_MAX = 10000000,
	GAP_MAX = 100000,   /* thousandths of a per cent */
	WEIGHT_MAX = 10000, /* as rota.weight */
	LOCKS_MAX = 20000
};

/* A request under way; call.plan is the plan whose lines hold, if any. */
struct starting {
	struct plan_call call;
	struct conn *conn; /* of the call */
	struct proposal proposal;
	bool dry;
	size_t scope_len, entries;
	char *locks; /* owned: lines of the instance */
	size_t locks_len, locks_capacity;
	char answer[64];
	char weights[PROTO_LONG_MAX];
	char scope[SCOPE_TEXT_MAX];
};

static void
starting_fini(struct plan_call *call)
{
	free(((struct starting *)call)->locks);
}

/* One that is named twice counts once. */
static bool
has_scope(const struct starting *starting, const struct book *book,
    enum kind kind, int32_t index)
{
	struct span rest = {starting->scope, starting->scope_len}, entry;
	struct scope at;

	while (scope_next(&rest, book, &at, &entry))
		if (at.kind == kind && at.index == index)
			return true;
	return false;
}

static bool
add_scope(struct starting *starting, const struct book *book, enum kind kind,
    int32_t index)
{
	struct out out = {starting->scope, starting->scope_len,
	    sizeof(starting->scope), false};

	if (has_scope(starting, book, kind, index))
		return true;
	if (starting->entries == SCOPE_ENTRIES_MAX)
		return false;
	starting->entries++;
	if (out.len > 0)
		out_char(&out, ',');
	out_text(&out, kind_info(kind)->name);
	out_char(&out, ':');
	out_id(&out, book_entity(book, kind, index)->id);
	starting->scope_len = out.len;
	return !out.overflow;
}

/* A name in a list is empty, or the list that is given. */
static bool
has_gap(struct span list)
{
	if (list.ptr == NULL || list.len == 0)
		return list.ptr != NULL;
	for (size_t i = 0; i < list.len; i++)
		if (list.ptr[i] == ',' &&
		    (i == 0 || i + 1 == list.len || list.ptr[i - 1] == ','))
			return true;
	return false;
}

/* A list of names of one kind. */
static bool
take_list(struct starting *starting, const struct request *request,
    enum key key, enum kind kind)
{
	struct conn *conn = starting->conn;
	const struct session *session = &conn->session;
	const struct book *book = store_book(conn->server->store);
	struct span rest = request_text(request, key), word;

	if (has_gap(rest))
		return reply_refuse_key(conn, STATUS_VALUE, key,
		    "names or ids, a comma between two of them");
	while (span_cut(&rest, ',', &word)) {
		int32_t index = book_resolve(book, kind, word);
		bool covered = kind == KIND_PROGRAMME ||
		    (kind == KIND_SITE
			    ? session_covers_site(session, book, index)
			    : session_covers_territory(session, index));

		if (index == REF_NONE) {
			reply_refuse(conn, STATUS_NOT_FOUND, word,
			    "names or ids, comma between");
			return false;
		}
		if (!covered) {
			reply_refuse(conn, STATUS_SCOPE, word, NULL);
			return false;
		}
		if (!add_scope(starting, book, kind, index))
			return reply_refuse_key(
			    conn, STATUS_LIMIT, key, "at most 1000 names");
	}
	return true;
}

/* Without places: all that the account has. */
static bool
take_own_places(struct starting *starting)
{
	struct conn *conn = starting->conn;
	const struct session *session = &conn->session;
	const struct book *book = store_book(conn->server->store);
	size_t before = starting->entries;

	if (session->role == ROLE_ADMIN)
		return true;
	for (unsigned i = 0; i < session->nscope; i++) {
		const struct scope *at = &session->scope[i];

		if (at->kind != KIND_PROGRAMME && at->index != REF_NONE)
			(void)add_scope(starting, book, at->kind, at->index);
	}
	if (starting->entries > before)
		return true;
	return reply_refuse_key(conn, STATUS_SCOPE, KEY_TERRITORIES,
	    "territories or sites of the account's scope");
}

static bool
take_scope(struct starting *starting, const struct request *request)
{
	if (!take_list(starting, request, KEY_TERRITORIES, KIND_TERRITORY) ||
	    !take_list(starting, request, KEY_SITES, KIND_SITE) ||
	    (starting->entries == 0 && !take_own_places(starting)) ||
	    !take_list(starting, request, KEY_PROGRAMMES, KIND_PROGRAMME))
		return false;
	starting->proposal.scope =
	    (struct span){starting->scope, starting->scope_len};
	return true;
}

static bool
take_days(struct starting *starting, const struct request *request)
{
	struct conn *conn = starting->conn;
	int32_t first = book_from(store_book(conn->server->store));
	int32_t today = (int32_t)(clock_real_s() / SECONDS_PER_DAY);
	struct proposal *proposal = &starting->proposal;

	proposal->from = (int32_t)request_number(request, KEY_FROM, 0);
	proposal->to = (int32_t)request_number(request, KEY_TO, 0);
	if (proposal->to < proposal->from ||
	    proposal->to - proposal->from >= DAYS_MAX)
		return reply_refuse_key(conn, STATUS_VALUE, KEY_TO,
		    "a day from from= on, at most 400 days");
	if (proposal->from < first || proposal->to > today + PLAN_AHEAD_DAYS)
		return reply_refuse_key(conn, STATUS_CLOSED, KEY_FROM,
		    "days that are open to planning");
	return true;
}

static bool
take_count(struct conn *conn, const struct request *request, enum key key,
    int64_t max, uint32_t *out)
{
	const struct value *value = request_value(request, key);

	if (value == NULL)
		return true;
	if (value->number < 1)
		return reply_refuse_key(conn, STATUS_VALUE, key, "at least 1");
	if (value->number > max)
		return reply_refuse_key(conn, STATUS_LIMIT, key,
		    "at most what the configuration allows");
	*out = (uint32_t)value->number;
	return true;
}

/* Per cent with up to three decimals, in thousandths. */
static bool
take_gap(struct starting *starting, const struct request *request)
{
	struct span rest = request_text(request, KEY_GAP), whole;
	uint64_t percent, part = 0;
	size_t digits;
	bool pointed;

	starting->proposal.max_gap = -1;
	if (rest.ptr == NULL)
		return true;
	pointed = memchr(rest.ptr, '.', rest.len) != NULL;
	(void)span_cut(&rest, '.', &whole);
	digits = rest.len;
	if ((pointed && digits == 0) || !span_to_u64(whole, 100, &percent) ||
	    digits > 3 || (digits > 0 && !span_to_u64(rest, 999, &part)))
		return reply_refuse_key(starting->conn, STATUS_VALUE, KEY_GAP,
		    "per cent, such as 1.5");
	for (; digits > 0 && digits < 3; digits++)
		part *= 10;
	if (percent * 1000 + part > GAP_MAX)
		return reply_refuse_key(starting->conn, STATUS_VALUE, KEY_GAP,
		    "per cent, such as 1.5");
	starting->proposal.max_gap = (int32_t)(percent * 1000 + part);
	return true;
}

static uint32_t
threads_max(const struct config *config)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (config->planner_threads > 0)
		return (uint32_t)config->planner_threads;
	return cores > 1 ? (uint32_t)cores - 1 : 1;
}

static bool
take_limits(struct starting *starting, const struct request *request)
{
	struct conn *conn = starting->conn;
	const struct config *config = conn->server->config;
	struct proposal *proposal = &starting->proposal;
	struct span variant = request_text(request, KEY_VARIANT);
	int64_t seconds = (int64_t)(config->planner_time_ms / 1000);

	proposal->threads = threads_max(config);
	proposal->seconds = request_value(request, KEY_PHASES) != NULL ||
		seconds < SECONDS_DEFAULT
	    ? (uint32_t)seconds
	    : SECONDS_DEFAULT;
	proposal->seed = (uint64_t)request_number(request, KEY_SEED, 1);
	proposal->variant = variant.ptr != NULL && span_is(variant, "free")
	    ? PROPOSAL_FREE
	    : PROPOSAL_FILL;
	if (variant.ptr != NULL && proposal->variant == PROPOSAL_FILL &&
	    !span_is(variant, "fill"))
		return reply_refuse_key(
		    conn, STATUS_VALUE, KEY_VARIANT, "one of fill free");
	return take_count(
		   conn, request, KEY_SECONDS, seconds, &proposal->seconds) &&
	    take_count(
		conn, request, KEY_PHASES, PHASES_MAX, &proposal->max_phases) &&
	    take_count(conn, request, KEY_THREADS, proposal->threads,
		&proposal->threads) &&
	    take_gap(starting, request);
}

/* "travel:4,zip:900": soft terms that count otherwise in this plan. */
static bool
take_weights(struct starting *starting, const struct request *request)
{
	struct span rest = request_text(request, KEY_WEIGHTS), entry, word;
	uint64_t value;
	int term;

	starting->proposal.weights = span_of(starting->weights);
	if (rest.ptr == NULL)
		return true;
	memcpy(starting->weights, rest.ptr, rest.len);
	starting->proposal.weights = (struct span){starting->weights, rest.len};
	while (span_cut(&rest, ',', &entry)) {
		(void)span_cut(&entry, ':', &word);
		for (term = 0; term < TERM_COUNT; term++)
			if (span_is(word, term_info((enum term)term)->key))
				break;
		if (term == TERM_COUNT ||
		    !span_to_u64(entry, WEIGHT_MAX, &value))
			return reply_refuse_key(starting->conn, STATUS_VALUE,
			    KEY_WEIGHTS,
			    "terms with their weight, such as "
			    "travel:4,dislike:300");
	}
	return true;
}

/* ----- into the queue ----- */

static void
start_answer(struct starting *starting, struct span answer, bool replayed)
{
	plan_answer(starting->conn, answer, NULL, starting->dry, replayed);
	plan_call_end(&starting->call);
}

static void
on_queued(void *arg, enum status status, const struct proposal_answer *answer)
{
	struct starting *starting = arg;

	/* Whether or not somebody still wants to hear of it. */
	if (status == STATUS_OK && !answer->replayed) {
		jobs_add(starting->conn->server->jobs, &starting->proposal,
		    (struct span){starting->locks, starting->locks_len});
		jobs_forget(starting->conn->server->jobs);
	}
	if (plan_call_goes_on(&starting->call, status))
		start_answer(starting,
		    answer->replayed ? answer->text : span_of(starting->answer),
		    answer->replayed);
}

static void
queue(struct starting *starting)
{
	struct conn *conn = starting->conn;
	struct proposal_request *request = &starting->call.request;
	struct out out = OUT(starting->answer);
	enum status status;

	if (starting->dry) {
		start_answer(starting, SPAN(""), false);
		return;
	}
	out_key_id(&out, "plan", starting->proposal.id);
	out_literal(&out, " state=queued");
	starting->answer[out.len] = '\0';
	request->answer = (struct span){starting->answer, out.len};
	status = proposals_queue(proposals_of(conn), request,
	    &starting->proposal, on_queued, starting);
	if (status != STATUS_OK)
		plan_call_refuse(&starting->call, status, NULL, NULL);
}

/* ----- what was put and dropped by hand in a former plan ----- */

static void
add_lock(struct starting *starting, const struct proposal_line *line)
{
	char text[512];
	struct out out = OUT(text);

	out_literal(&out, "lock");
	out_key_id(&out, "physician", line->physician);
	out_key_id(&out, "site", line->site);
	out_key_day(&out, "day", line->day);
	out_key_value(&out, "part", line->part);
	out_key_value(&out, "activity", line->activity);
	out_key_text(
	    &out, "state", line->state == LINE_DROPPED ? "forbid" : "keep");
	out_char(&out, '\n');
	starting->locks = xgrow(starting->locks, &starting->locks_capacity,
	    starting->locks_len + out.len, 1);
	memcpy(starting->locks + starting->locks_len, text, out.len);
	starting->locks_len += out.len;
}

static void
on_by_hand(void *arg, enum status status, const struct proposal_line *rows,
    size_t count, bool more)
{
	struct starting *starting = arg;
	const struct proposal *proposal = &starting->proposal;

	if (!plan_call_goes_on(&starting->call, status))
		return;
	if (more) {
		plan_call_refuse(&starting->call, STATUS_LIMIT, "plan",
		    "a plan with at most 20000 lines by hand");
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (rows[i].state != LINE_REFUSED &&
		    rows[i].day >= proposal->from &&
		    rows[i].day <= proposal->to)
			add_lock(starting, &rows[i]);
	queue(starting);
}

static void
former_found(struct plan_call *call, const struct proposal *plan UNUSED)
{
	enum status status = proposals_by_hand(
	    proposals_of(call->conn), call->plan, LOCKS_MAX, on_by_hand, call);

	if (status != STATUS_OK)
		plan_call_refuse(call, status, NULL, NULL);
}

/* ----- the request ----- */

void
read_plan_start(struct conn *conn, const struct request *request)
{
	struct starting *starting = xcalloc(1, sizeof(*starting));

	starting->conn = starting->call.conn = conn;
	starting->call.fini = starting_fini;
	starting->dry = request_number(request, KEY_DRY, 0) != 0;
	starting->proposal.id = id_random();
	starting->proposal.account = conn->session.account_id;
	starting->proposal.daemon = jobs_daemon(conn->server->jobs);
	starting->proposal.state = PROPOSAL_QUEUED;
	if (!take_days(starting, request) || !take_scope(starting, request) ||
	    !take_limits(starting, request) ||
	    !take_weights(starting, request)) {
		free(starting);
		return;
	}
	if (!jobs_has_room(conn->server->jobs)) {
		free(starting);
		reply_status(conn, STATUS_BUSY);
		return;
	}
	plan_take_key(&starting->call.request, conn, request);
	if (request_value(request, KEY_PLAN) != NULL) {
		plan_call_begin(&starting->call, conn, request, former_found);
		return;
	}
	conn_hold(conn);
	queue(starting);
}
