/* SPDX-License-Identifier: ISC */
/*
 * verb_plan_repair: plan repair: what to do when a physician drops out or a
 * site closes.  The planner that stays answers; until it can, the plain
 * replacements of each half-day do.
 */
#include "daemon/server/verb_plan.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/resident.h"
#include "daemon/server/server.h"
#include "daemon/server/substitute.h"
#include "daemon/server/write_private.h"

#include <stdlib.h>
#include <string.h>

enum { SCOPE_TEXT_MAX = 16384, QUESTION_MAX = 512, MILLISECONDS_MAX = 60000 };

struct repair {
	struct conn *conn;       /* held */
	int32_t physician, site; /* or REF_NONE */
	int32_t from, to;
	bool vacant;
	char scope[SCOPE_TEXT_MAX];
	char question[QUESTION_MAX];
};

static bool
refuse(
    struct conn *conn, enum status status, enum key key, const char *expected)
{
	reply_refuse(conn, status, span_of(key_name(key)), expected);
	return false;
}

/* ----- the question ----- */

static bool
take_one(struct conn *conn, const struct request *request, enum key key,
    enum kind kind, int32_t *index)
{
	const struct book *book = store_book(conn->server->store);
	struct span text = request_text(request, key);
	bool covered;

	*index = REF_NONE;
	if (text.ptr == NULL)
		return true;
	*index = book_resolve(book, kind, text);
	if (*index == REF_NONE) {
		reply_refuse(conn, STATUS_NOT_FOUND, text, NULL);
		return false;
	}
	covered = kind == KIND_SITE
	    ? session_covers_site(&conn->session, book, *index)
	    : session_covers_physician(&conn->session, book, *index);
	if (!covered)
		reply_refuse(conn, STATUS_SCOPE, text, NULL);
	return covered;
}

static bool
take_days(struct repair *repair, const struct request *request)
{
	int32_t today = tz_day(print_tz(), clock_real_s());

	repair->from = (int32_t)request_number(request, KEY_FROM, 0);
	repair->to = (int32_t)request_number(request, KEY_TO, 0);
	if (repair->from > repair->to)
		return refuse(
		    repair->conn, STATUS_VALUE, KEY_TO, "not before from=");
	if (repair->to < today || repair->from > today + RESIDENT_DAYS - 1)
		return refuse(repair->conn, STATUS_CLOSED, KEY_FROM,
		    "days of the next 13 weeks");
	return true;
}

/* All places that the account has; everything: "". */
static bool
take_scope(struct repair *repair)
{
	const struct session *session = &repair->conn->session;
	const struct book *book = store_book(repair->conn->server->store);
	struct out out = {repair->scope, 0, sizeof(repair->scope) - 1, false};

	for (unsigned i = 0; session->role != ROLE_ADMIN && i < session->nscope;
	     i++) {
		const struct scope *at = &session->scope[i];

		if (at->kind == KIND_PROGRAMME || at->index == REF_NONE)
			continue;
		if (out.len > 0)
			out_char(&out, ',');
		out_text(&out, kind_info(at->kind)->name);
		out_char(&out, ':');
		out_id(&out, book_entity(book, at->kind, at->index)->id);
	}
	repair->scope[out.len] = '\0';
	if ((out.len > 0 && !out.overflow) || session->role == ROLE_ADMIN)
		return true;
	return refuse(repair->conn, STATUS_SCOPE, KEY_SITE,
	    "an account with territories or sites");
}

static bool
take_words(
    struct repair *repair, const struct request *request, struct span *variant)
{
	int64_t most = request_number(request, KEY_MILLISECONDS, 0);

	*variant = request_text(request, KEY_VARIANT);
	if (variant->ptr != NULL && !span_is(*variant, "minimal") &&
	    !span_is(*variant, "local") && !span_is(*variant, "free"))
		return refuse(repair->conn, STATUS_VALUE, KEY_VARIANT,
		    "minimal, local or free");
	if (most > MILLISECONDS_MAX)
		return refuse(repair->conn, STATUS_VALUE, KEY_MILLISECONDS,
		    "at most 60000");
	return true;
}

static void
compose(
    struct repair *repair, const struct request *request, struct span variant)
{
	const struct book *book = store_book(repair->conn->server->store);
	struct out out = {
	    repair->question, 0, sizeof(repair->question) - 1, false};

	out_literal(&out, "repair");
	if (repair->physician != REF_NONE)
		out_key_id(&out, "physician",
		    book_physician(book, repair->physician)->entity.id);
	if (repair->site != REF_NONE)
		out_key_id(
		    &out, "site", book_site(book, repair->site)->entity.id);
	out_key_day(&out, "from", repair->from);
	out_key_day(&out, "to", repair->to);
	if (variant.ptr != NULL)
		out_key_value(&out, "variant", variant);
	if (request_value(request, KEY_MILLISECONDS) != NULL)
		out_key_u64(&out, "milliseconds",
		    (uint64_t)request_number(request, KEY_MILLISECONDS, 0));
	if (request_value(request, KEY_FROZEN) != NULL)
		out_key_day(&out, "frozen",
		    (int32_t)request_number(request, KEY_FROZEN, 0));
	repair->question[out.len] = '\0';
}

/* ----- the answer ----- */

static bool
may_tell(const struct repair *repair, struct span line)
{
	const struct conn *conn = repair->conn;
	const struct book *book = store_book(conn->server->store);
	struct span word;
	struct id id;
	int32_t physician;

	while (span_cut(&line, ' ', &word)) {
		if (word.len < 10 || memcmp(word.ptr, "physician=", 10) != 0)
			continue;
		word.ptr += 10;
		word.len -= 10;
		if (!span_to_id(word, &id))
			return false;
		physician = book_find(book, KIND_PHYSICIAN, id);
		return physician != REF_NONE &&
		    session_covers_physician(&conn->session, book, physician);
	}
	return true;
}

/* "first id=1 cost=..." as "* first cost=...". */
static void
on_line(void *arg, struct span line)
{
	struct repair *repair = arg;
	struct conn *conn = repair->conn;
	struct span rest = line, word, id;
	struct out *out;

	span_cut(&rest, ' ', &word);
	span_cut(&rest, ' ', &id);
	if (conn_gone(conn) || store_book(conn->server->store) == NULL)
		return;
	if (span_is(word, "done")) {
		repair->vacant = span_is(rest, "vacant=yes");
		return;
	}
	if ((span_is(word, "candidate") || span_is(word, "excluded")) &&
	    !may_tell(repair, line))
		return;
	out = reply_data(conn, REPLY_ROOM);
	out_char(out, ' ');
	out_bytes(out, word.ptr, word.len);
	out_char(out, ' ');
	out_bytes(out, rest.ptr, rest.len);
	reply_end(conn);
}

static bool
is_vacated(const struct repair *repair, const struct assignment *a, int64_t now)
{
	return (a->state == STATE_DRAFT || a->state == STATE_PUBLISHED) &&
	    a->from > now && a->day >= repair->from && a->day <= repair->to &&
	    (repair->physician == REF_NONE ||
		repair->physician == a->physician);
}

/* Half-days that fall vacant, copied: the book is supposed meanwhile. */
static size_t
find_vacated(const struct repair *repair, struct assignment *at, size_t max)
{
	const struct conn *conn = repair->conn;
	const struct book *book = store_book(conn->server->store);
	struct run run = repair->physician != REF_NONE
	    ? book_physician_run(book, repair->physician)
	    : book_site_run(book, repair->site);
	int64_t now = clock_real_s();
	size_t count = 0;

	for (size_t i = run_from_day(book, run, repair->from);
	     i < run.count && count < max; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->day > repair->to + 2)
			break;
		if (is_vacated(repair, a, now) &&
		    session_sees(&conn->session, book, a))
			at[count++] = *a;
	}
	return count;
}

/* What the daemon can say by itself. */
static void
answer_plainly(struct repair *repair)
{
	struct conn *conn = repair->conn;
	struct text data = {NULL, 0, 0};
	struct plan plan = {.server = conn->server,
	    .session = &conn->session,
	    .book = store_book(conn->server->store),
	    .data = &data};
	struct assignment at[SUBSTITUTES_SLOTS];
	size_t count = repair->physician == REF_NONE
	    ? 0
	    : find_vacated(repair, at, SUBSTITUTES_SLOTS);
	struct span rest, line;
	struct out *out;

	for (size_t i = 0; i < count; i++)
		substitute_tell(&plan, &at[i]);
	rest = (struct span){data.ptr, data.len};
	while (span_cut(&rest, '\n', &line) && line.len > 0) {
		out = reply_data(conn, REPLY_ROOM);
		out_bytes(out, line.ptr, line.len);
		reply_end(conn);
	}
	text_reset(&data);
}

static void
on_end(void *arg, enum resident_end end, struct span why)
{
	static const char *const states[] = {[RESIDENT_ANSWERED] = "answered",
	    [RESIDENT_STARTING] = "starting",
	    [RESIDENT_GONE] = "gone"};
	struct repair *repair = arg;
	struct conn *conn = repair->conn;
	struct out *out;

	if (!conn_gone(conn) && conn->session.role == ROLE_NONE) {
		reply_status(conn, STATUS_AUTH);
	} else if (!conn_gone(conn) &&
	    store_book(conn->server->store) == NULL) {
		reply_status(conn, STATUS_LOADING);
	} else if (!conn_gone(conn)) {
		if (end != RESIDENT_ANSWERED)
			answer_plainly(repair);
		out = reply_ok(conn, REPLY_ROOM_LONG);
		out_key_text(
		    out, "state", why.ptr == NULL ? states[end] : "outside");
		out_key_text(out, "vacant", repair->vacant ? "yes" : "no");
		if (end != RESIDENT_ANSWERED)
			out_key_u64(out, "retry", 2);
		reply_cursor(conn, out);
		reply_end(conn);
	}
	free(repair);
	conn_release(conn);
}

void
read_plan_repair(struct conn *conn, const struct request *request)
{
	static const struct resident_hooks hooks = {on_line, on_end};
	struct repair *repair = xcalloc(1, sizeof(*repair));
	struct span variant;

	repair->conn = conn;
	if (!take_one(conn, request, KEY_PHYSICIAN, KIND_PHYSICIAN,
		&repair->physician) ||
	    !take_one(conn, request, KEY_SITE, KIND_SITE, &repair->site) ||
	    !take_days(repair, request) || !take_scope(repair) ||
	    !take_words(repair, request, &variant)) {
		free(repair);
		return;
	}
	if (repair->physician == REF_NONE && repair->site == REF_NONE) {
		(void)refuse(
		    conn, STATUS_MISSING, KEY_PHYSICIAN, "physician= or site=");
		free(repair);
		return;
	}
	compose(repair, request, variant);
	conn_hold(conn);
	residents_ask(conn->server->residents, span_of(repair->scope),
	    repair->question, &hooks, repair);
}
