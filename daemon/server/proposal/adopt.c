/* SPDX-License-Identifier: ISC */
/*
 * adopt: plan adopt and plan publish - lines of a proposal become drafts,
 * and these are published; here one unit of them, unit after unit in
 * adopt_units.c.
 *
 * The loop stands still while a unit is judged and stored, so a unit is a few
 * weeks, or territories of one week.  Each is judged on the book as it is then,
 * and what became of its lines is noted before the next one: whatever ends the
 * work, asking again goes on where it ended.
 */
#include "daemon/server/proposal/adopt_private.h"

#include "daemon/base/mem.h"
#include "daemon/server/change/write_private.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/proposal/resident.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	TOLD_MAX = 1000, /* lines refused, of one answer */
	FINDINGS_MAX = 100,
	RETRIES_MAX = 20 /* verdicts on the whole that differ from the sieve */
};

/* ----- the end ----- */

void
adoption_fini(struct plan_call *call)
{
	struct adoption *adoption = (struct adoption *)call;

	adopt_lines_fini(&adoption->lines);
	warnings_fini(&adoption->warnings);
	warnings_fini(&adoption->found);
	free(adoption->groups);
	free(adoption->sites);
}

static void
print_answer(struct adoption *adoption)
{
	struct out out = {
	    adoption->answer, 0, sizeof(adoption->answer) - 1, false};

	out_text(&out, adoption->before);
	out_key_id(&out, "plan", adoption->call.plan);
	if (adoption->publishes) {
		out_key_u64(&out, "published", adoption->published);
	} else {
		out_key_u64(&out, "adopted", adoption->adopted);
		out_key_u64(&out, "refused", adoption->refused);
		if (adoption->announces)
			out_key_u64(&out, "published", adoption->published);
	}
	out_key_u64(&out, "unchanged", adoption->unchanged);
	out_key_u64(&out, "units", adoption->units);
	adoption->answer[out.len] = '\0';
}

void
adoption_answer(struct adoption *adoption, struct span answer, bool replayed)
{
	plan_answer(adoption->call.conn, answer,
	    replayed ? NULL : &adoption->warnings, adoption->dry, replayed);
	plan_call_end(&adoption->call);
}

static void
on_answered(void *arg, enum status status, const struct proposal_answer *answer)
{
	struct adoption *adoption = arg;

	/* It is done, kept or not; a retry finds the same by the lines. */
	bool replayed = status == STATUS_OK && answer->replayed;

	adoption_answer(adoption,
	    replayed ? answer->text : span_of(adoption->answer), replayed);
}

void
adoption_finish(struct adoption *adoption)
{
	struct proposal_request *request = &adoption->call.request;

	print_answer(adoption);
	request->answer = span_of(adoption->answer);
	if (!id_is_nil(request->key) && !adoption->dry &&
	    proposals_answered(proposals_of(adoption->call.conn), request,
		on_answered, adoption) == STATUS_OK)
		return;
	adoption_answer(adoption, request->answer, false);
}

/* ----- one unit ----- */

void
adoption_tell_refused(struct conn *conn, const struct adopt_line *line)
{
	const struct book *book = store_book(conn->server->store);
	struct proposal_line row = adopt_line_row(line);
	struct out *out = reply_data(conn, REPLY_ROOM_LONG);

	out_key_u64(out, "number", line->number);
	out_literal(out, " state=refused");
	plan_print_place(out, book, &row);
	out_key_value(out, "rule", row.status);
	out_key_text(out, "text", line->words[conn->session.lang]);
	reply_end(conn);
}

static void
tell_line(struct adoption *adoption, const struct adopt_line *line)
{
	struct conn *conn = adoption->call.conn;

	if (line->state != LINE_REFUSED || adoption->told == TOLD_MAX ||
	    conn_gone(conn))
		return;
	adoption->told++;
	adoption_tell_refused(conn, line);
}

static void
on_settled(
    void *arg, enum status status, const struct proposal_answer *answer UNUSED)
{
	struct adoption *adoption = arg;

	if (plan_call_goes_on(&adoption->call, status))
		adoption_next_unit(adoption);
}

static void
count_line(struct adoption *adoption, const struct adopt_line *line)
{
	adoption->gained += line->state != LINE_REFUSED;
	if (line->state == LINE_REFUSED)
		adoption->refused++;
	else if (line->was)
		adoption->unchanged++;
	else
		adoption->adopted++;
	if (line->state == LINE_ADOPTED && !line->was && line->announced)
		adoption->published++;
}

static bool
defers(const struct adoption *adoption, const struct adopt_line *line)
{
	return line->state == LINE_REFUSED && !adoption->last && !adoption->dry;
}

/* The unit is in the plan: notes what became of its lines. */
static void
settle(struct adoption *adoption)
{
	struct adopt_lines *lines = &adoption->lines;
	struct proposal_line *rows = xcalloc(lines->count, sizeof(rows[0]));
	size_t count = 0;
	enum status status;

	adoption->units++;
	for (size_t i = 0; i < lines->count; i++) {
		if (defers(adoption, &lines->at[i])) {
			adoption->deferred++;
			continue;
		}
		rows[count++] = adopt_line_row(&lines->at[i]);
		count_line(adoption, &lines->at[i]);
		tell_line(adoption, &lines->at[i]);
	}
	if (adoption->dry || count == 0) {
		free(rows);
		adoption_next_unit(adoption);
		return;
	}
	status = proposals_settle(proposals_of(adoption->call.conn),
	    adoption->call.plan, rows, count, on_settled, adoption);
	free(rows);
	if (status != STATUS_OK)
		plan_call_refuse(&adoption->call, status, NULL, NULL);
}

/* What several units say is told once. */
static void
tell_warnings(struct adoption *adoption, const struct warnings *warnings)
{
	adoption->warnings.more |= warnings->more;
	for (size_t i = 0; i < warnings->count; i++)
		if (warnings_add(&adoption->warnings, &warnings->at[i]) &&
		    !conn_gone(adoption->call.conn))
			write_tell_warning(
			    adoption->call.conn, &warnings->at[i], 0);
}

/* The plan_fn of an adoption. */
static enum status
adopt_unit(struct plan *plan, const struct request *request UNUSED)
{
	struct adoption *adoption = plan->arg;

	/* As a rule nothing is refused: then one verdict, that of the write,
	 * suffices. */
	if (adoption->dry || adoption->sifts ||
	    !adopt_lines_take(plan, &adoption->lines))
		adopt_lines_sift(plan, &adoption->lines);
	if (adoption->dry) {
		warnings_fini(&adoption->found);
		adopt_lines_warn(
		    plan, &adoption->lines, &adoption->found, false);
	} else {
		adopt_lines_put(plan, &adoption->lines);
	}
	return STATUS_OK;
}

/* A draft of the line, published; false when there is none. */
static bool
put_published(
    struct unit *unit, const struct book *book, struct adopt_line *line)
{
	const struct assignment *a = book_assignment(book, line->slot);
	union after after;

	line->was = a == NULL || a->state != STATE_DRAFT || line->cancels;
	if (line->was)
		return false;
	after.assignment = *a;
	after.assignment.state = STATE_PUBLISHED;
	unit_put(
	    unit, book, KIND_ASSIGNMENT, &after, 0, (struct span){NULL, 0});
	return true;
}

/* The plan_fn of a publication: all drafts of it or none. */
static enum status
publish_unit(struct plan *plan, const struct request *request UNUSED)
{
	struct adoption *adoption = plan->arg;

	for (size_t i = 0; i < adoption->lines.count; i++) {
		struct adopt_line *line = &adoption->lines.at[i];

		if (!put_published(plan->unit, plan->book, line))
			continue;
		if (session_may_write(plan->session, plan->book,
			book_assignment(plan->book, line->slot)) != STATUS_OK)
			return plan_refuse(
			    plan, STATUS_SCOPE, SPAN("plan"), NULL);
	}
	*plan->moment = MOMENT_PUBLISH;
	return STATUS_OK;
}

static void
on_published(struct adoption *adoption)
{
	adoption->units++;
	for (size_t i = 0; i < adoption->lines.count; i++) {
		if (adoption->lines.at[i].was)
			adoption->unchanged++;
		else
			adoption->published++;
	}
	adoption_next_unit(adoption);
}

/* All that stands in the way of a publication; the first of it is kept, and
 * what does not stand in its way in adoption->found.  False when nothing does.
 */
static bool
tell_findings(struct adoption *adoption, struct finding *first)
{
	struct conn *conn = adoption->call.conn;
	struct book *book = store_book(conn->server->store);
	struct rules rules = plan_rules(conn->server, &conn->session);
	struct finding *findings = xcalloc(FINDINGS_MAX, sizeof(findings[0]));
	struct unit unit;
	size_t count;

	rules.moment = MOMENT_PUBLISH;
	warnings_fini(&adoption->found);
	unit_init(&unit);
	for (size_t i = 0; i < adoption->lines.count; i++)
		put_published(&unit, book, &adoption->lines.at[i]);
	unit_seal(&unit, book);
	count = rules_findings(
	    book, &rules, &unit, findings, FINDINGS_MAX, &adoption->found);
	for (size_t i = 0; i < count && i < FINDINGS_MAX; i++) {
		struct out *out = reply_data(conn, REPLY_ROOM_LONG);

		plan_print_finding(out, &conn->session, book, &findings[i],
		    unit_assignment(&unit, book, findings[i].slot));
		reply_end(conn);
	}
	unit_fini(&unit);
	if (count > 0)
		*first = findings[0];
	free(findings);
	return count > 0;
}

static void
publish_dry(struct adoption *adoption)
{
	struct refusal refusal = {.status = STATUS_OK};

	if (!tell_findings(adoption, &refusal.finding)) {
		tell_warnings(adoption, &adoption->found);
		on_published(adoption);
		return;
	}
	refusal.status = refusal.finding.rule;
	write_answer_refusal(adoption->call.conn, &refusal, false);
	plan_call_end(&adoption->call);
}

/* The unit as it was is refused: it is sifted, and where the whole may not be
 * what each line may be, that line is left out.  False: there is none. */
static bool
leave_out(struct adoption *adoption, const struct finding *finding)
{
	struct book *book = store_book(adoption->call.conn->server->store);

	if (adoption->sifts)
		return adopt_lines_bar(&adoption->lines, book, finding);
	adoption->sifts = true;
	return true;
}

static void
on_written(void *arg, const struct refusal *refusal, struct span answer UNUSED,
    const struct warnings *warnings)
{
	struct adoption *adoption = arg;
	struct conn *conn = adoption->call.conn;
	struct finding first;

	if (refusal->status == STATUS_OK) {
		tell_warnings(
		    adoption, adoption->dry ? &adoption->found : warnings);
		if (adoption->announces)
			residents_prewarm(
			    conn->server->residents, &conn->session);
		if (adoption->publishes)
			on_published(adoption);
		else
			settle(adoption);
		return;
	}
	if (conn_gone(conn)) {
		plan_call_end(&adoption->call);
		return;
	}
	if (!adoption->publishes && refusal->finding.rule != STATUS_OK &&
	    ++adoption->retries < RETRIES_MAX &&
	    leave_out(adoption, &refusal->finding)) {
		adoption_write_unit(adoption);
		return;
	}
	if (adoption->publishes && refusal->finding.rule != STATUS_OK)
		(void)tell_findings(adoption, &first);
	write_answer_refusal(conn, refusal, false);
	plan_call_end(&adoption->call);
}

void
adoption_write_unit(struct adoption *adoption)
{
	struct conn *conn = adoption->call.conn;

	if (adoption->publishes && adoption->dry) {
		publish_dry(adoption);
		return;
	}
	write_internal(conn->server, &conn->session,
	    adoption->publishes ? publish_unit : adopt_unit, adoption,
	    on_written, adoption);
}
