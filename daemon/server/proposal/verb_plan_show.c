/* SPDX-License-Identifier: ISC */
/*
 * verb_plan_show: plan show - what a coordinator decides by.
 */
#include "daemon/server/proposal/verb_plan.h"

#include "daemon/base/mem.h"
#include "daemon/domain/reason.h"
#include "daemon/domain/term.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/proposal/job_words.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>
#include <string.h>

enum { CHANGES_MAX = 5000 /* since the instance; more are only said so */ };

struct show {
	struct plan_call call;
	struct proposal_site after; /* site nil: the first page */
	unsigned limit;
	uint64_t count;
	int32_t from, to;
	char *scope, *cursor; /* owned */
};

static void
show_fini(struct plan_call *call)
{
	struct show *show = (struct show *)call;

	free(show->scope);
	free(show->cursor);
}

static void
show_line(struct show *show)
{
	reply_end(show->call.conn);
	show->count++;
}

/* A term by its key or its id, or NULL. */
static const char *
words_of_weight(struct span word, enum lang lang)
{
	for (int i = 0; i < TERM_COUNT; i++) {
		const struct term_info *info = term_info((enum term)i);

		if (span_is(word, info->id) || span_is(word, info->key))
			return info->text[lang];
	}
	return NULL;
}

/* An item of the cost by its key, else a term; or NULL. */
static const char *
words_of_term(struct span word, enum lang lang)
{
	enum item item = item_find(word);

	return item != ITEM_COUNT ? item_info(item)->text[lang]
				  : words_of_weight(word, lang);
}

/* What a note says in words; or NULL. */
static const char *
words_of(const struct answer *note, enum lang lang)
{
	struct span key = answer_value(note, "key");
	enum reason reason = reason_find(answer_value(note, "why"));

	if (span_is(note->word[0], "weight"))
		return words_of_weight(key, lang);
	if (span_is(note->word[0], "term"))
		return words_of_term(
		    key.len > 0 ? key : answer_value(note, "term"), lang);
	return reason != REASON_COUNT ? reason_info(reason)->text[lang] : NULL;
}

/* Lines with ids, which are told as the handles of today. */
static bool
names_somebody(struct span word)
{
	return span_is(word, "conflict") || span_is(word, "against") ||
	    span_is(word, "figure");
}

/* What the planner noted about the whole, its terms in words. */
static void
show_note(struct show *show, struct span text)
{
	struct conn *conn = show->call.conn;
	const char *words;
	struct answer note;
	struct out *out;

	if (!answer_parse_data(&note, text))
		return;
	words = words_of(&note, conn->session.lang);
	out = reply_data(conn, text.len + REPLY_ROOM);
	out_char(out, ' ');
	if (names_somebody(note.word[0])) {
		out_bytes(out, note.word[0].ptr, note.word[0].len);
		job_print_reason(out, store_book(conn->server->store), &note);
	} else {
		out_bytes(out, text.ptr, text.len);
	}
	if (words != NULL)
		out_key_text(out, "text", words);
	show_line(show);
}

/* Of one that the planner did not make there is nothing to prove. */
static void
show_proof(struct show *show, const struct proposal *plan)
{
	struct out *out;
	bool kept = plan->proof[PROOF_PLAN] > 0;

	if (plan->variant == PROPOSAL_REPAIR || plan->ended == 0 ||
	    plan->state == PROPOSAL_FAILED ||
	    plan->progress.cost == POINTS_NONE)
		return;
	out = reply_data(show->call.conn, REPLY_ROOM);
	out_literal(out, " proof");
	if (plan->checked.len > 0)
		out_key_value(out, "checked", plan->checked);
	out_key_text(out, "kept", kept ? "yes" : "no");
	for (unsigned i = 0; kept && i < PROOF_FILES; i++)
		out_key_u64(
		    out, proof_file_name((enum proof_file)i), plan->proof[i]);
	show_line(show);
}

static void
show_first(struct show *show, const struct proposal *plan)
{
	struct conn *conn = show->call.conn;
	const struct book *book = store_book(conn->server->store);
	struct span rest = plan->notes, line;
	struct out *out = reply_data(conn, REPLY_ROOM_LONG);

	plan_print_head(out, book, plan);
	show_line(show);
	out = reply_data(conn, REPLY_ROOM);
	out_literal(out, " lines");
	for (unsigned i = 0; i < LINE_STATES; i++)
		out_key_u64(out, line_state_name((enum line_state)i),
		    plan->by_state[i]);
	out_key_u64(out, "cancels", plan->cancels);
	out_key_u64(out, "kept", plan->kept);
	out_key_u64(out, "moved", plan->moved);
	show_line(show);
	show_proof(show, plan);
	out = reply_data(conn, REPLY_ROOM);
	out_literal(out, " instance");
	out_key_u64(out, "bytes", plan->written);
	out_key_u64(out, "written-us", plan->written_us);
	out_key_u64(out, "pause-us", plan->pause_us);
	show_line(show);
	while (span_cut(&rest, '\n', &line))
		show_note(show, line);
}

static void
show_site(struct show *show, const struct proposal_site *site)
{
	struct conn *conn = show->call.conn;
	const struct book *book = store_book(conn->server->store);
	enum kind kind = site->is_sector ? KIND_TERRITORY : KIND_SITE;
	int32_t index = id_is_nil(site->site)
	    ? REF_NONE
	    : book_find(book, kind, site->site);
	struct out *out = reply_data(conn, REPLY_ROOM);
	char id[ID_TEXT_LEN];

	out_text(out,
	    id_is_nil(site->site) ? " zone"
		: site->is_sector ? " sector"
				  : " site");
	if (index != REF_NONE)
		out_key_value(out, kind_info(kind)->name,
		    entity_name(kind, book_entity(book, kind, index), id));
	out_key_value(out, "zone", site->zone.len > 0 ? site->zone : SPAN("-"));
	out_key_u64(out, "need", site->need);
	out_key_u64(out, "filled", site->filled);
	out_key_u64(out, "planned", site->planned);
	show_line(show);
}

#define SECTOR "sector:"

static void
show_end(struct show *show, const struct proposal_site *next)
{
	struct conn *conn = show->call.conn;
	struct out *out = reply_ok(conn, REPLY_ROOM_LONG);

	out_key_u64(out, "count", show->count);
	if (next != NULL) {
		out_key(out, "next");
		if (next->is_sector)
			out_literal(out, SECTOR);
		out_id(out, next->site);
	}
	reply_cursor(conn, out);
	reply_end(conn);
	plan_call_end(&show->call);
}

static void
on_sites(void *arg, enum status status, const struct proposal_site *rows,
    size_t count, bool more)
{
	struct show *show = arg;

	if (!plan_call_goes_on(&show->call, status))
		return;
	for (size_t i = 0; i < count; i++)
		show_site(show, &rows[i]);
	show_end(show, more && count > 0 ? &rows[count - 1] : NULL);
}

static void
ask_sites(struct show *show)
{
	enum status status = proposals_sites(proposals_of(show->call.conn),
	    show->call.plan, &show->after, show->limit, on_sites, show);

	if (status != STATUS_OK)
		plan_call_refuse(&show->call, status, NULL, NULL);
}

/* Whether a change since then may be told, and is about the plan. */
static bool
concerns(const struct show *show, const struct change *change)
{
	const struct session *session = &show->call.conn->session;
	const struct book *book = store_book(show->call.conn->server->store);
	const struct assignment *a = &change->after->assignment;

	if (change->kind == KIND_ASSIGNMENT)
		return a->day >= show->from && a->day <= show->to &&
		    plan_scope_has(span_of(show->scope), book, a->site);
	return kind_info(change->kind)->identity != NULL &&
	    session_reads_fact(
		session, book, change->kind, &change->after->entity);
}

/* What became of the book since the instance was written, by kind. */
static void
on_changes(void *arg, enum status status, const struct change *changes,
    size_t n, bool more UNUSED, const struct store_mark *mark UNUSED)
{
	struct show *show = arg;
	struct conn *conn = show->call.conn;
	uint64_t counts[KIND_COUNT] = {0};
	bool many = status == STATUS_LIMIT || status == STATUS_CURSOR;
	struct out *out;

	if (!plan_call_goes_on(&show->call, many ? STATUS_OK : status))
		return;
	for (size_t i = 0; !many && i < n; i++)
		if (concerns(show, &changes[i]))
			counts[changes[i].kind]++;
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		if (counts[kind] == 0)
			continue;
		out = reply_data(conn, REPLY_ROOM);
		out_literal(out, " since");
		out_key_text(out, "kind", kind_info((enum kind)kind)->name);
		out_key_u64(out, "changes", counts[kind]);
		show_line(show);
	}
	if (many) {
		out = reply_data(conn, REPLY_ROOM);
		out_literal(out, " since more=yes");
		show_line(show);
	}
	ask_sites(show);
}

static void
on_zones(void *arg, enum status status, const struct proposal_site *rows,
    size_t count, bool more UNUSED)
{
	struct show *show = arg;

	if (!plan_call_goes_on(&show->call, status))
		return;
	for (size_t i = 0; i < count; i++)
		show_site(show, &rows[i]);
	if (show->cursor[0] == '\0') {
		ask_sites(show);
		return;
	}
	status = store_replay(show->call.conn->server->store,
	    span_of(show->cursor), CHANGES_MAX, on_changes, show);
	if (status == STATUS_CURSOR)
		on_changes(show, STATUS_CURSOR, NULL, 0, false, NULL);
	else if (status != STATUS_OK)
		plan_call_refuse(&show->call, status, NULL, NULL);
}

static void
show_found(struct plan_call *call, const struct proposal *plan)
{
	struct show *show = (struct show *)call;
	enum status status;

	show->from = plan->from;
	show->to = plan->to;
	show->scope = xstrndup(plan->scope.ptr, plan->scope.len);
	show->cursor = xstrndup(plan->cursor.ptr, plan->cursor.len);
	if (!id_is_nil(show->after.site)) {
		ask_sites(show);
		return;
	}
	show_first(show, plan);
	status = proposals_zones(
	    proposals_of(call->conn), call->plan, on_zones, show);
	if (status != STATUS_OK)
		plan_call_refuse(&show->call, status, NULL, NULL);
}

/* Where the page before ended: the id of a site, or of a sector. */
static bool
take_next(struct conn *conn, const struct request *request,
    struct proposal_site *after)
{
	struct span next = request_text(request, KEY_NEXT);
	size_t len = strlen(SECTOR);

	*after = (struct proposal_site){.site = ID_NIL};
	if (next.ptr == NULL)
		return true;
	after->is_sector = next.len > len && memcmp(next.ptr, SECTOR, len) == 0;
	if (after->is_sector) {
		next.ptr += len;
		next.len -= len;
	}
	if (span_to_id(next, &after->site))
		return true;
	return reply_refuse_next(conn);
}

void
read_plan_show(struct conn *conn, const struct request *request)
{
	struct proposal_site after;
	struct show *show;

	if (!take_next(conn, request, &after))
		return;
	show = xcalloc(1, sizeof(*show));
	show->after = after;
	show->limit =
	    (unsigned)request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT);
	show->call.fini = show_fini;
	show->call.counts = true;
	plan_call_begin(&show->call, conn, request, show_found);
}
