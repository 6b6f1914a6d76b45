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

/* What a rule finds and does not refuse, a line each. */
static void
tell_warnings(struct write *write)
{
	struct conn *conn = write->conn;
	const struct book *book = store_book(conn->server->store);

	for (size_t i = 0; i < write->warnings.count; i++) {
		const struct finding *finding = &write->warnings.at[i];
		struct out *out = reply_data(conn, REPLY_ROOM_LONG);
		bool visible = finding->with_site == REF_NONE ||
		    session_covers_site(
			&conn->session, book, finding->with_site);

		if (write->is_batch && finding->line > 0)
			out_key_u64(out, "line", finding->line);
		out_key_text(out, "warning", status_code(finding->rule));
		finding_print(finding, book, conn->session.lang, visible, out);
		reply_end(conn);
	}
}

/* " warning=H16,H10": the rules of those lines, each once. */
static void
print_warnings(struct out *out, const struct warnings *warnings)
{
	for (size_t i = 0; i < warnings->count; i++) {
		size_t j = 0;

		while (warnings->at[j].rule != warnings->at[i].rule)
			j++;
		if (j < i)
			continue;
		if (i == 0)
			out_key(out, "warning");
		else
			out_char(out, ',');
		out_text(out, status_code(warnings->at[i].rule));
	}
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
		print_warnings(out, &write->warnings);
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
