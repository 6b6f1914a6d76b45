/* SPDX-License-Identifier: ISC */
/*
 * repair_keep: the answer of a repair as a proposal like others, and into the
 * plan in the same breath.
 *
 * Under a key the proposal has its id from the key: whatever ends the request,
 * the same one again finds what it had done and goes on from there.
 */
#include "daemon/server/proposal/repair_private.h"

#include "daemon/base/id_random.h"
#include "daemon/base/mem.h"
#include "daemon/server/change/write_private.h"
#include "daemon/server/proposal/adopt_private.h"
#include "daemon/server/proposal/job_private.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static const struct book *
book_of(const struct repair *repair)
{
	return store_book(repair->conn->server->store);
}

/* ----- what is kept ----- */

/* What stands in for another half-day has its portions. */
static void
inherit_portions(struct adopt_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct adopt_line *put = &lines->at[i];

		if (put->cancels || put->unscheduled > 0 || put->remote > 0)
			continue;
		for (size_t j = 0; j < lines->count; j++) {
			const struct adopt_line *gone = &lines->at[j];

			if (!gone->cancels || gone->day != put->day ||
			    gone->part != put->part ||
			    gone->activity != put->activity ||
			    !id_equal(gone->site, put->site))
				continue;
			put->unscheduled = gone->unscheduled;
			put->remote = gone->remote;
			break;
		}
	}
}

/* What falls vacant and is nothing that the planner plans. */
static void
add_beside(struct repair *repair)
{
	struct assignment a;
	size_t at = 0;

	while (repair_vacated(repair, &at, &a))
		repair_cancel(repair, &a);
}

/* How an answer begins. */
static void
print_begin(const struct repair *repair, struct out *out)
{
	out_literal(out, " state=answered vacant=yes");
	repair_print_unplanned(repair, out);
}

static void
adopt(struct repair *repair)
{
	struct out out = {repair->answer, 0, sizeof(repair->answer) - 1, false};

	print_begin(repair, &out);
	repair->answer[out.len] = '\0';
	adopt_repair(repair->conn, repair->plan, &repair->request,
	    repair->publishes, repair->answer);
	repair_end(repair);
}

static void
answer(struct repair *repair, struct span text, bool replayed)
{
	plan_answer(repair->conn, text, NULL, repair->dry, replayed);
	repair_end(repair);
}

static void
on_kept(void *arg, enum status status, const struct proposal_answer *kept)
{
	struct repair *repair = arg;

	if (status == STATUS_OK)
		jobs_forget(repair->conn->server->jobs);
	if (!repair_goes_on(repair, status))
		return;
	if (repair->adopts)
		adopt(repair);
	else
		answer(repair,
		    kept->replayed ? kept->text : span_of(repair->answer),
		    kept->replayed);
}

static void
print_answer(struct repair *repair)
{
	struct out out = {repair->answer, 0, sizeof(repair->answer) - 1, false};

	print_begin(repair, &out);
	if (!repair->dry)
		out_key_id(&out, "plan", repair->plan);
	repair->answer[out.len] = '\0';
}

/* The days of all its lines too: others may move around them. */
static void
set_days(const struct repair *repair, struct proposal *proposal)
{
	proposal->from = repair->from;
	proposal->to = repair->to;
	for (size_t i = 0; i < repair->lines.count; i++) {
		int32_t day = repair->lines.at[i].day;

		if (day < proposal->from)
			proposal->from = day;
		if (day > proposal->to)
			proposal->to = day;
	}
}

static void
store(struct repair *repair)
{
	struct server *server = repair->conn->server;
	struct proposal proposal = {.id = repair->plan,
	    .variant = PROPOSAL_REPAIR,
	    .scope = span_of(repair->scope),
	    .weights = SPAN(""),
	    .seconds = 1,
	    .max_gap = -1,
	    .threads = 1,
	    .daemon = jobs_daemon(server->jobs),
	    .cursor = store_cursor(server->store),
	    .progress = repair->progress,
	    .notes = SPAN("")};
	struct proposal_request request = repair->request;
	struct adopt_lines *lines = &repair->lines;
	struct proposal_line *rows = xcalloc(lines->count, sizeof(rows[0]));
	struct proposal_whole whole;
	enum status status;

	set_days(repair, &proposal);
	for (size_t i = 0; i < lines->count; i++)
		rows[i] = adopt_line_row(&lines->at[i]);
	print_answer(repair);
	request.answer = span_of(repair->answer);
	/* What is adopted is answered, under the key, once it is. */
	if (repair->adopts)
		request.key = ID_NIL;
	whole = (struct proposal_whole){&proposal, rows, lines->count};
	status = proposals_keep(
	    proposals_of(repair->conn), &request, &whole, on_kept, repair);
	free(rows);
	if (status != STATUS_OK)
		repair_refuse(repair, status);
}

/* What adoption would say, of lines that are nowhere. */
static void
judge(struct repair *repair)
{
	struct conn *conn = repair->conn;
	struct refusal refusal = {.status = STATUS_OK};
	struct warnings warnings = {.count = 0};
	struct unit unit;
	struct plan plan = {.server = conn->server,
	    .session = &conn->session,
	    .book = book_of(repair),
	    .unit = &unit,
	    .refusal = &refusal};
	struct out out = {repair->answer, 0, sizeof(repair->answer) - 1, false};
	uint64_t refused = 0;

	unit_init(&unit);
	adoption_announce(&repair->lines, plan.book);
	adopt_lines_order(&repair->lines);
	repair->lines.reason = "REPAIR";
	adopt_lines_sift(&plan, &repair->lines);
	adopt_lines_warn(&plan, &repair->lines, &warnings, false);
	unit_fini(&unit);
	for (size_t i = 0; i < repair->lines.count; i++) {
		if (repair->lines.at[i].state != LINE_REFUSED)
			continue;
		refused++;
		adoption_tell_refused(conn, &repair->lines.at[i]);
	}
	print_begin(repair, &out);
	out_key_u64(&out, "adopted", repair->lines.count - refused);
	out_key_u64(&out, "refused", refused);
	for (size_t i = 0; i < warnings.count; i++)
		write_tell_warning(conn, &warnings.at[i], 0);
	plan_answer(conn, (struct span){repair->answer, out.len}, &warnings,
	    true, false);
	warnings_fini(&warnings);
	repair_end(repair);
}

static void look_for_former(struct repair *repair);

bool
repair_keep(struct repair *repair)
{
	if (!repair->keeps)
		return false;
	add_beside(repair);
	if (repair->lines.count == 0) {
		if (id_is_nil(repair->request.key) || repair->dry)
			return false;
		/* The same request on another connection may have done it. */
		repair->asked = true;
		look_for_former(repair);
		return true;
	}
	inherit_portions(&repair->lines);
	if (repair->lines.count > REPAIR_LINES_MAX) {
		repair_refuse(repair, STATUS_LIMIT);
	} else if (!repair->dry) {
		store(repair);
	} else if (repair->adopts) {
		judge(repair);
	} else {
		print_answer(repair);
		answer(repair, span_of(repair->answer), false);
	}
	return true;
}

/* ----- what was done before ----- */

static void
on_former(void *arg, enum status status, const struct proposal *rows,
    size_t count, bool more UNUSED)
{
	struct repair *repair = arg;

	if (!repair_goes_on(repair, status))
		return;
	if (count == 0 && repair->asked) {
		repair_answer(repair);
	} else if (count == 0 || rows[0].state < PROPOSAL_DONE ||
	    rows[0].variant != PROPOSAL_REPAIR) {
		repair_ask(repair);
	} else if (repair->adopts) {
		adopt(repair);
	} else {
		print_answer(repair);
		answer(repair, span_of(repair->answer), true);
	}
}

static void
look_for_former(struct repair *repair)
{
	enum status status = proposals_head(proposals_of(repair->conn),
	    repair->plan, jobs_lapse_ms(), on_former, repair);

	if (status != STATUS_OK)
		repair_refuse(repair, status);
}

static void
on_key(void *arg, const struct store_result *result)
{
	struct repair *repair = arg;
	enum status status = result->status;

	if (status == STATUS_NOT_FOUND) {
		look_for_former(repair);
	} else if (repair_goes_on(repair, status)) {
		answer(repair, result->answer, true);
	}
}

/* Of the account, its key and the request: version 8 of RFC 9562, ours to make.
 */
static struct id
id_of_key(const struct proposal_request *request)
{
	unsigned char digest[32];
	unsigned size = sizeof(digest);
	unsigned char bytes[2 * sizeof(struct id) + sizeof(request->digest)];
	struct id id;

	memcpy(bytes, &request->by, sizeof(id));
	memcpy(bytes + sizeof(id), &request->key, sizeof(id));
	memcpy(
	    bytes + 2 * sizeof(id), request->digest, sizeof(request->digest));
	if (EVP_Digest(
		bytes, sizeof(bytes), digest, &size, EVP_sha256(), NULL) != 1)
		abort(); /* SHA-256 of bytes in memory cannot fail */
	id = id_from_bytes(digest);
	id.hi = (id.hi & ~UINT64_C(0xf000)) | UINT64_C(8) << 12;
	id.lo = UINT64_C(2) << 62 | id.lo >> 2;
	return id;
}

void
repair_begin(struct repair *repair)
{
	const struct proposal_request *request = &repair->request;
	enum status status;

	if (id_is_nil(request->key) || repair->dry) {
		repair->plan = id_random();
		repair_ask(repair);
		return;
	}
	repair->plan = id_of_key(request);
	status = store_key(repair->conn->server->store, request->by,
	    request->key, request->digest, on_key, repair);
	if (status != STATUS_OK)
		repair_refuse(repair, status);
}
