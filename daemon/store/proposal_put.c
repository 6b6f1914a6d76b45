/* SPDX-License-Identifier: ISC */
/*
 * proposal_put: lines of proposals: as they come, by hand, and what becomes of
 * them; see proposal.h.
 */
#include "daemon/store/proposal_private.h"

#include <string.h>

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
	PUT_TEXTS(&question, i, count, action_of(&lines[i]));
	PUT_IDS(&question, i, count, lines[i].slot);
	PUT_IDS(&question, i, count, lines[i].physician);
	PUT_IDS(&question, i, count, lines[i].site);
	PUT_DAYS(&question, i, count, lines[i].day);
	PUT_TEXTS(&question, i, count, lines[i].part);
	PUT_TEXTS(&question, i, count, lines[i].activity);
	PUT_TEXTS(&question, i, count, lines[i].programme);
	PUT_U32S(&question, i, count, lines[i].unscheduled);
	PUT_U32S(&question, i, count, lines[i].remote);
	return proposal_ask(
	    proposals, PROPOSAL_PUT_LINES, &question, done, arg);
}

enum status
proposals_put_sites(struct proposals *proposals,
    const struct proposal *proposal, const struct proposal_site *sites,
    size_t count, proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	question_id(&question, proposal->id);
	question_id(&question, proposal->daemon);
	PUT_U32S(&question, i, count, sites[i].is_sector ? 1 : 0);
	PUT_IDS(&question, i, count, sites[i].site);
	PUT_TEXTS(&question, i, count, sites[i].zone);
	PUT_U32S(&question, i, count, sites[i].need);
	PUT_U32S(&question, i, count, sites[i].filled);
	PUT_U32S(&question, i, count, sites[i].planned);
	return proposal_ask(
	    proposals, PROPOSAL_PUT_SITES, &question, done, arg);
}

/* ----- edits and adoption ----- */

static void
pack_member(struct pack *pack, const char *before, struct span value)
{
	pack_bytes(pack, before, strlen(before));
	pack_bytes(pack, value.ptr, value.len);
	pack_bytes(pack, "\"", 1);
}

#define JSONB_VERSION "\x01"

/* Version 1 of jsonb in binary is text; none of the words needs an escape: ids,
 * letters, a date, and a programme, which is a word of the protocol. */
static void
pack_line(struct pack *pack, const struct proposal_line *line)
{
	char text[ID_TEXT_LEN + 24];
	const struct {
		const char *before;
		struct id id;
	} ids[] = {{"{\"slot\":\"", line->slot},
	    {",\"physician\":\"", line->physician},
	    {",\"site\":\"", line->site}};
	struct out out;

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		out = OUT(text);
		out_id(&out, ids[i].id);
		pack_member(pack, ids[i].before, (struct span){text, out.len});
	}
	pack_member(pack, ",\"action\":\"", action_of(line));
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
	pack_member(pack, ",\"agreed\":\"", line->agreed);
	pack_bytes(pack, "}", 1);
}

static void
put_lines(
    struct question *question, const struct proposal_line *lines, size_t count)
{
	struct pack *pack = &question->pack;

	pack_bytes(pack, JSONB_VERSION "[", 2);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			pack_bytes(pack, ",", 1);
		pack_line(pack, &lines[i]);
	}
	pack_bytes(pack, "]", 1);
	question_done(question);
}

enum status
proposals_keep(struct proposals *proposals,
    const struct proposal_request *request, const struct proposal_whole *whole,
    proposal_done_fn *done, void *arg)
{
	const struct proposal *proposal = whole->proposal;
	const struct progress *progress = &proposal->progress;
	const uint64_t figures[] = {(uint64_t)progress->cost,
	    (uint64_t)progress->bound, progress->took_ms, proposal->threads,
	    proposal->seed, proposal->kept};
	struct question question = {.count = 0};

	proposal_put_new(&question, request, proposal);
	question_text(&question, proposal->cursor);
	question_text(&question, proposal->notes);
	PUT_U64S(&question, i, ARRAY_SIZE(figures), figures[i]);
	put_lines(&question, whole->lines, whole->count);
	return proposal_ask(proposals, PROPOSAL_KEEP, &question, done, arg);
}

enum status
proposals_edit(struct proposals *proposals,
    const struct proposal_request *request, struct id plan,
    const struct proposal_line *line, proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	proposal_put_request(&question, request);
	question_id(&question, plan);
	question_u32(&question, line->number);
	question_text(&question, span_of(line_state_name(line->state)));
	if (line->number > 0)
		question_null(&question);
	else
		put_lines(&question, line, 1);
	return proposal_ask(proposals, PROPOSAL_EDIT, &question, done, arg);
}

enum status
proposals_settle(struct proposals *proposals, struct id plan,
    const struct proposal_line *lines, size_t count, proposal_done_fn *done,
    void *arg)
{
	struct question question = {.count = 0};

	question_id(&question, plan);
	PUT_U32S(&question, i, count, lines[i].number);
	PUT_TEXTS(
	    &question, i, count, span_of(line_state_name(lines[i].state)));
	PUT_TEXTS(&question, i, count, lines[i].status);
	PUT_TEXTS(&question, i, count, lines[i].words_en);
	PUT_TEXTS(&question, i, count, lines[i].words_fr);
	return proposal_ask(proposals, PROPOSAL_SETTLE, &question, done, arg);
}
