/* SPDX-License-Identifier: ISC */
/*
 * write_answer: what a client reads at the end of a write.
 */
#include "daemon/server/change/write_private.h"

#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <string.h>

/* One line's answer of those that the text holds, one after another. */
static bool
next_answer(struct span *rest, bool *more, struct span *out)
{
	const char *end;

	if (!*more)
		return false;
	end = rest->len > 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;
	if (end == NULL) {
		*out = *rest;
		*more = false;
		return true;
	}
	out->ptr = rest->ptr;
	out->len = (size_t)(end - rest->ptr);
	rest->ptr += out->len + 1;
	rest->len -= out->len + 1;
	return true;
}

static void
answer_lines(struct conn *conn, struct span answer, uint64_t *lines)
{
	struct span line;
	struct out *out;
	bool more = true;

	while (next_answer(&answer, &more, &line)) {
		out = reply_data(conn, REPLY_ROOM);
		out_key_u64(out, "line", ++*lines);
		out_literal(out, " ok");
		out_bytes(out, line.ptr, line.len);
		reply_end(conn);
	}
}

void
write_answer_data(struct write *write)
{
	struct span rest = {write->data.ptr, write->data.len}, line;
	struct out *out;

	while (span_cut(&rest, '\n', &line) && line.len > 0) {
		out = reply_data(write->conn, REPLY_ROOM);
		out_bytes(out, line.ptr, line.len);
		reply_end(write->conn);
	}
}

/* Whether a half-day that is not to be seen stays out of it. */
static bool
may_tell(const struct conn *conn, const struct finding *finding)
{
	const struct book *book = store_book(conn->server->store);
	const struct assignment *a = book_assignment(book, finding->slot);

	return a == NULL || session_sees(&conn->session, book, a);
}

void
write_tell_warning(
    struct conn *conn, const struct finding *finding, unsigned line)
{
	const struct book *book = store_book(conn->server->store);
	bool visible = finding->with_site == REF_NONE ||
	    session_covers_site(&conn->session, book, finding->with_site);
	struct out *out;

	if (!may_tell(conn, finding))
		return;
	out = reply_data(conn, REPLY_ROOM_LONG);
	if (line > 0)
		out_key_u64(out, "line", line);
	out_key_text(out, "warning", status_code(finding->rule));
	finding_print(finding, book, conn->session.lang, visible, out);
	reply_end(conn);
}

void
write_print_warnings(
    const struct conn *conn, struct out *out, const struct warnings *warnings)
{
	bool told[STATUS_COUNT] = {false};
	bool any = false;

	for (size_t i = 0; i < warnings->count; i++) {
		const struct finding *finding = &warnings->at[i];

		if (told[finding->rule] || !may_tell(conn, finding))
			continue;
		told[finding->rule] = true;
		if (any)
			out_char(out, ',');
		else
			out_key(out, "warning");
		any = true;
		out_text(out, status_code(finding->rule));
	}
	if (warnings->more)
		out_literal(out, " more-warnings=yes");
}

/* What a rule finds and does not refuse, a line each. */
static void
tell_warnings(const struct write *write)
{
	for (size_t i = 0; i < write->warnings.count; i++)
		write_tell_warning(write->conn, &write->warnings.at[i],
		    write->is_batch ? write->warnings.at[i].line : 0);
}

void
write_answer_ok(struct write *write, struct span answer, bool replayed,
    const struct store_result *result)
{
	struct conn *conn = write->conn;
	uint64_t lines = 0;
	struct out *out;

	if (write->is_batch)
		answer_lines(conn, answer, &lines);
	if (!replayed)
		tell_warnings(write);
	out = reply_ok(conn, REPLY_ROOM_LONG);
	if (write->is_batch)
		out_key_u64(out, "lines", lines);
	else
		out_bytes(out, answer.ptr, answer.len);
	if (!replayed && !write->is_batch)
		out_bytes(out, write->secret.ptr, write->secret.len);
	if (!replayed)
		write_print_warnings(conn, out, &write->warnings);
	if (write->mark > 0)
		out_key_u64(out, "mark", write->mark);
	if (write->dry)
		out_literal(out, " dry=yes");
	if (replayed)
		out_literal(out, " replayed=yes");
	if (result != NULL && result->lagging)
		out_key_u64(out, "lag", result->lag_us / 1000);
	else if (!write->dry)
		reply_cursor(conn, out);
	reply_end(conn);
}

void
write_answer_refusal(
    struct conn *conn, const struct refusal *refusal, bool is_batch)
{
	const struct finding *finding = &refusal->finding;
	const struct book *book = store_book(conn->server->store);
	struct out *out;

	out = reply_closing(conn, refusal->status, REPLY_ROOM_LONG);
	if (is_batch && refusal->line > 0)
		out_key_u64(out, "line", refusal->line);
	if (finding->rule != STATUS_OK) {
		bool visible = finding->with_site == REF_NONE ||
		    session_covers_site(
			&conn->session, book, finding->with_site);

		out_text(out, refusal->figures);
		finding_print(finding, book, conn->session.lang, visible, out);
		reply_end(conn);
		return;
	}
	out_text(out, refusal->figures);
	reply_reason(conn, out, refusal->status, span_of(refusal->what),
	    refusal->expected);
	reply_end(conn);
}
