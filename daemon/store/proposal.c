/* SPDX-License-Identifier: ISC */
/*
 * proposal: what changes proposals, and their session; see proposal.h.
 */
#include "daemon/store/proposal_private.h"

#include "daemon/base/log.h"
#include "daemon/base/mem.h"
#include "daemon/store/feed.h"
#include "daemon/store/row.h"

#include <stdlib.h>

static const char log_id[] = "store/proposal";

enum { CODE_NEW = 0, CODE_REPLAYED = 2, CODE_REUSED = 3 }; /* of a key */

static const char *const state_names[] = {[PROPOSAL_QUEUED] = "queued",
    [PROPOSAL_RUNNING] = "running",
    [PROPOSAL_DONE] = "done",
    [PROPOSAL_FAILED] = "failed",
    [PROPOSAL_CANCELLED] = "cancelled",
    [PROPOSAL_ADOPTED] = "adopted"};
static const char *const line_names[] = {[LINE_PROPOSED] = "proposed",
    [LINE_ADOPTED] = "adopted",
    [LINE_DROPPED] = "dropped",
    [LINE_REFUSED] = "refused"};

const char *
proposal_state_name(enum proposal_state state)
{
	return state_names[state];
}

bool
proposal_state_find(struct span word, enum proposal_state *out)
{
	for (unsigned i = 0; i < PROPOSAL_STATES; i++) {
		if (!span_is(word, state_names[i]))
			continue;
		*out = (enum proposal_state)i;
		return true;
	}
	return false;
}

const char *
line_state_name(enum line_state state)
{
	return line_names[state];
}

bool
line_state_find(struct span word, enum line_state *out)
{
	for (unsigned i = 0; i < LINE_STATES; i++) {
		if (!span_is(word, line_names[i]))
			continue;
		*out = (enum line_state)i;
		return true;
	}
	return false;
}

/* ----- who waits ----- */

struct waiter {
	enum proposal_statement statement;
	proposal_done_fn *done;
	void *arg;
};

static void
on_done(void *arg, enum status status, const PGresult *result)
{
	struct waiter *waiter = arg;
	struct proposal_answer answer = {.done = true};
	bool keyed = waiter->statement == PROPOSAL_QUEUE ||
	    waiter->statement == PROPOSAL_EDIT ||
	    waiter->statement == PROPOSAL_ANSWERED;

	if (status == STATUS_OK && keyed) {
		int32_t code = row_i32(result, 0, 0);

		answer.replayed = code == CODE_REPLAYED;
		answer.text = row_text(result, 0, 1);
		if (waiter->statement == PROPOSAL_EDIT)
			answer.number = (uint32_t)row_i32(result, 0, 2);
		if (code == CODE_REUSED)
			status = STATUS_KEY_REUSED;
	} else if (status == STATUS_OK &&
	    (waiter->statement == PROPOSAL_BEGIN ||
		waiter->statement == PROPOSAL_END)) {
		answer.done = PQgetvalue(result, 0, 0)[0] != 0;
	} else if (status == STATUS_OK && PQntuples(result) > 0 &&
	    waiter->statement == PROPOSAL_STOP) {
		answer.text = row_text(result, 0, 0);
	}
	waiter->done(waiter->arg, status, &answer);
	free(waiter);
}

static enum status
ask(struct proposals *proposals, enum proposal_statement statement,
    struct question *question, proposal_done_fn *done, void *arg)
{
	struct waiter *waiter = xmalloc(sizeof(*waiter));
	enum status status;

	*waiter = (struct waiter){statement, done, arg};
	status = question_send(
	    question, proposals->session, statement, on_done, waiter);
	if (status != STATUS_OK)
		free(waiter);
	return status;
}

/* ----- parameters ----- */

static void
put_request(struct question *question, const struct proposal_request *request)
{
	question_id_or_null(question, request->by);
	question_id_or_null(question, request->key);
	if (id_is_nil(request->key)) {
		question_null(question);
	} else {
		pack_bytes(
		    &question->pack, request->digest, sizeof(request->digest));
		question_done(question);
	}
	question_text(question, request->answer);
}

static void
put_word(struct question *question, const char *word)
{
	question_text(question, span_of(word));
}

static void
item_text(struct pack *pack, struct span text)
{
	size_t place = pack_begin(pack);

	pack_bytes(pack, text.ptr, text.len);
	pack_end(pack, place);
}

/* One parameter: an array of a member of each of the items. */
#define PUT_ARRAY(question, OID, items, count, put)                            \
	do {                                                                   \
		pack_array(&(question)->pack, (OID), (count));                 \
		for (size_t i = 0; i < (count); i++)                           \
			put(&(question)->pack, (items)[i]);                    \
		question_done(question);                                       \
	} while (0)

#define PUT_TEXTS(question, items, count, member)                              \
	do {                                                                   \
		pack_array(&(question)->pack, OID_TEXT, (count));              \
		for (size_t i = 0; i < (count); i++)                           \
			item_text(&(question)->pack, (items)[i].member);       \
		question_done(question);                                       \
	} while (0)

#define PUT_IDS(question, items, count, member)                                \
	do {                                                                   \
		pack_array(&(question)->pack, OID_UUID, (count));              \
		for (size_t i = 0; i < (count); i++)                           \
			pack_item_id(&(question)->pack, (items)[i].member);    \
		question_done(question);                                       \
	} while (0)

#define PUT_U32S(question, items, count, member)                               \
	do {                                                                   \
		pack_array(&(question)->pack, OID_INT4, (count));              \
		for (size_t i = 0; i < (count); i++)                           \
			pack_item_u32(&(question)->pack, (items)[i].member);   \
		question_done(question);                                       \
	} while (0)

#define PUT_U64S(question, items, count, member)                               \
	do {                                                                   \
		pack_array(&(question)->pack, OID_INT8, (count));              \
		for (size_t i = 0; i < (count); i++)                           \
			pack_item_u64(                                         \
			    &(question)->pack, (uint64_t)(items)[i].member);   \
		question_done(question);                                       \
	} while (0)

/* ----- a job ----- */

enum status
proposals_queue(struct proposals *proposals,
    const struct proposal_request *request, const struct proposal *proposal,
    uint32_t kept, proposal_done_fn *done, void *arg)
{
	const uint32_t limits[] = {proposal->seconds, proposal->max_phases,
	    (uint32_t)proposal->max_gap, proposal->threads};
	struct question question = {.count = 0};

	question_id(&question, proposal->id);
	put_request(&question, request);
	question_id(&question, proposal->daemon);
	put_word(&question, proposal->is_free ? "free" : "fill");
	question_day(&question, proposal->from);
	question_day(&question, proposal->to);
	question_text(&question, proposal->scope);
	question_text(&question, proposal->weights);
	PUT_ARRAY(
	    &question, OID_INT4, limits, ARRAY_SIZE(limits), pack_item_u32);
	question_u64(&question, proposal->seed);
	question_u32(&question, kept);
	return ask(proposals, PROPOSAL_QUEUE, &question, done, arg);
}

enum status
proposals_begin(struct proposals *proposals, const struct proposal *proposal,
    proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	question_id(&question, proposal->id);
	question_id(&question, proposal->daemon);
	question_text(&question, proposal->cursor);
	question_u64(&question, proposal->pause_us);
	return ask(proposals, PROPOSAL_BEGIN, &question, done, arg);
}

enum status
proposals_end(struct proposals *proposals, const struct proposal *proposal,
    proposal_done_fn *done, void *arg)
{
	const struct progress *progress = &proposal->progress;
	struct question question = {.count = 0};

	question_id(&question, proposal->id);
	question_id(&question, proposal->daemon);
	put_word(&question, state_names[proposal->state]);
	question_text(&question, proposal->error);
	question_u64(&question, (uint64_t)progress->cost);
	question_u64(&question, (uint64_t)progress->bound);
	question_u32(&question, progress->phases);
	question_u64(&question, progress->took_ms);
	question_u64(&question, proposal->written_us);
	question_u64(&question, proposal->written);
	question_u32(&question, proposal->lines);
	question_u32(&question, proposal->kept);
	question_text(&question, proposal->checked);
	question_text(&question, proposal->notes);
	return ask(proposals, PROPOSAL_END, &question, done, arg);
}

enum status
proposals_stop(struct proposals *proposals, struct id plan, uint64_t lapse_ms,
    proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	question_id(&question, plan);
	question_u64(&question, lapse_ms);
	return ask(proposals, PROPOSAL_STOP, &question, done, arg);
}

/* ----- pieces of a proposal ----- */

static struct span
action_of(const struct proposal_line *line)
{
	return line->cancels ? SPAN("cancel") : SPAN("put");
}

enum status
proposals_put_lines(struct proposals *proposals,
    const struct proposal *proposal, const struct proposal_line *lines,
    size_t count, proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	question_id(&question, proposal->id);
	question_id(&question, proposal->daemon);
	question_u32(&question, count > 0 ? lines[0].number : 1);
	pack_array(&question.pack, OID_TEXT, count);
	for (size_t i = 0; i < count; i++)
		item_text(&question.pack, action_of(&lines[i]));
	question_done(&question);
	PUT_IDS(&question, lines, count, slot);
	PUT_IDS(&question, lines, count, physician);
	PUT_IDS(&question, lines, count, site);
	pack_array(&question.pack, OID_DATE, count);
	for (size_t i = 0; i < count; i++)
		pack_item_day(&question.pack, lines[i].day);
	question_done(&question);
	PUT_TEXTS(&question, lines, count, part);
	PUT_TEXTS(&question, lines, count, activity);
	PUT_TEXTS(&question, lines, count, programme);
	PUT_U32S(&question, lines, count, unscheduled);
	PUT_U32S(&question, lines, count, remote);
	return ask(proposals, PROPOSAL_PUT_LINES, &question, done, arg);
}

enum status
proposals_put_sites(struct proposals *proposals,
    const struct proposal *proposal, const struct proposal_site *sites,
    size_t count, proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	question_id(&question, proposal->id);
	question_id(&question, proposal->daemon);
	PUT_IDS(&question, sites, count, site);
	PUT_TEXTS(&question, sites, count, zone);
	PUT_U32S(&question, sites, count, need);
	PUT_U32S(&question, sites, count, filled);
	PUT_U32S(&question, sites, count, planned);
	return ask(proposals, PROPOSAL_PUT_SITES, &question, done, arg);
}

/* ----- edits and adoption ----- */

static void
pack_member(struct pack *pack, const char *before, struct span value)
{
	pack_bytes(pack, before, strlen(before));
	pack_bytes(pack, value.ptr, value.len);
	pack_bytes(pack, "\"", 1);
}

/* Version 1 of jsonb in binary is text; none of the words needs an escape: ids,
 * letters, a date, and a programme, which is a word of the protocol. */
static void
put_line(struct question *question, const struct proposal_line *line)
{
	struct pack *pack = &question->pack;
	char text[ID_TEXT_LEN + 24];
	const struct {
		const char *before;
		struct id id;
	} ids[] = {{"\x01{\"slot\":\"", line->slot},
	    {",\"physician\":\"", line->physician},
	    {",\"site\":\"", line->site}};
	struct out out;

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		out = OUT(text);
		out_id(&out, ids[i].id);
		pack_member(pack, ids[i].before, (struct span){text, out.len});
	}
	out = OUT(text);
	out_day(&out, line->day);
	pack_member(pack, ",\"day\":\"", (struct span){text, out.len});
	pack_member(pack, ",\"part\":\"", line->part);
	pack_member(pack, ",\"activity\":\"", line->activity);
	pack_member(pack, ",\"programme\":\"", line->programme);
	out = OUT(text);
	out_u64(&out, line->unscheduled);
	pack_member(pack, ",\"unscheduled\":\"", (struct span){text, out.len});
	out = OUT(text);
	out_u64(&out, line->remote);
	pack_member(pack, ",\"remote\":\"", (struct span){text, out.len});
	pack_bytes(pack, "}", 1);
	question_done(question);
}

enum status
proposals_edit(struct proposals *proposals,
    const struct proposal_request *request, struct id plan,
    const struct proposal_line *line, proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	put_request(&question, request);
	question_id(&question, plan);
	question_u32(&question, line->number);
	put_word(&question, line_names[line->state]);
	if (line->number > 0)
		question_null(&question);
	else
		put_line(&question, line);
	return ask(proposals, PROPOSAL_EDIT, &question, done, arg);
}

enum status
proposals_settle(struct proposals *proposals, struct id plan,
    const struct proposal_line *lines, size_t count, proposal_done_fn *done,
    void *arg)
{
	struct question question = {.count = 0};

	question_id(&question, plan);
	PUT_U32S(&question, lines, count, number);
	pack_array(&question.pack, OID_TEXT, count);
	for (size_t i = 0; i < count; i++)
		item_text(&question.pack, span_of(line_names[lines[i].state]));
	question_done(&question);
	PUT_TEXTS(&question, lines, count, status);
	PUT_TEXTS(&question, lines, count, words_en);
	PUT_TEXTS(&question, lines, count, words_fr);
	return ask(proposals, PROPOSAL_SETTLE, &question, done, arg);
}

enum status
proposals_answered(struct proposals *proposals,
    const struct proposal_request *request, proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	put_request(&question, request);
	return ask(proposals, PROPOSAL_ANSWERED, &question, done, arg);
}

/* ----- the session ----- */

static enum pgsession_hello
on_hello(
    void *arg, const PGresult *hello, const char *sqlstate, struct error *why)
{
	struct proposals *proposals = arg;

	return feed_judge(proposals->feed, hello, sqlstate, why);
}

static void
on_ready(void *arg UNUSED)
{
}

static void
on_down(void *arg UNUSED, const char *why UNUSED)
{
}

static const struct pgsession_hooks pgsession_hooks = {
    on_hello, on_ready, on_down, NULL};

struct proposals *
proposals_new(const struct store_env *env, struct feed *feed)
{
	struct proposals *proposals = xcalloc(1, sizeof(*proposals));

	proposals->feed = feed;
	proposals->session = pgsession_new(
	    env, log_id, &proposal_role, &pgsession_hooks, proposals);
	return proposals;
}

void
proposals_free(struct proposals *proposals)
{
	if (proposals == NULL)
		return;
	pgsession_free(proposals->session, STATUS_STOPPING);
	free(proposals);
}

void
proposals_start(struct proposals *proposals)
{
	pgsession_start(proposals->session);
}

void
proposals_restart(struct proposals *proposals, const char *why)
{
	pgsession_restart(proposals->session, why);
}
