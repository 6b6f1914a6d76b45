/* SPDX-License-Identifier: ISC */
/*
 * adopt_lines: see adopt_lines.h.
 *
 * A line has the id of its half-day from the day on which it was proposed, so
 * one that was adopted is found again, however often it is tried.
 */
#include "daemon/server/proposal/adopt_lines_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/domain/open.h"
#include "daemon/server/server.h"
#include "proto/request.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 1900 };

void
adopt_lines_add(struct adopt_lines *lines, const struct proposal_line *row)
{
	struct adopt_line *line;

	lines->at = xgrow(lines->at, &lines->capacity, lines->count + 1,
	    sizeof(lines->at[0]));
	line = &lines->at[lines->count++];
	*line = (struct adopt_line){.number = row->number,
	    .cancels = row->cancels,
	    .slot = row->slot,
	    .physician = row->physician,
	    .site = row->site,
	    .day = row->day,
	    .unscheduled = (uint8_t)(row->unscheduled / PORTION_UNIT),
	    .remote = (uint8_t)(row->remote / PORTION_UNIT)};
	if (!part_find(row->part, &line->part) ||
	    !activity_find(row->activity, &line->activity) ||
	    (row->agreed.len > 0 &&
		!agreement_find(row->agreed, &line->agreed)) ||
	    row->programme.len > PROTO_WORD_MAX)
		abort(); /* the table has these words only */
	if (row->programme.len > 0)
		memcpy(line->programme, row->programme.ptr, row->programme.len);
}

void
adopt_line_forget(struct adopt_line *line)
{
	for (int i = 0; i < LANG_COUNT; i++) {
		free(line->words[i]);
		line->words[i] = NULL;
	}
	line->state = LINE_ADOPTED;
	line->status = STATUS_OK;
	line->was = false;
}

void
adopt_lines_fini(struct adopt_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		adopt_line_forget(&lines->at[i]);
	free(lines->at);
	*lines = (struct adopt_lines){.count = 0};
}

struct proposal_line
adopt_line_row(const struct adopt_line *line)
{
	bool refused = line->state == LINE_REFUSED;

	return (struct proposal_line){.number = line->number,
	    .cancels = line->cancels,
	    .slot = line->slot,
	    .physician = line->physician,
	    .site = line->site,
	    .day = line->day,
	    .part = part_word(line->part),
	    .activity = span_of(activity_name(line->activity)),
	    .programme = span_of(line->programme),
	    .unscheduled = (uint32_t)line->unscheduled * PORTION_UNIT,
	    .remote = (uint32_t)line->remote * PORTION_UNIT,
	    .agreed = span_of(agreement_name(line->agreed)),
	    .state = line->state,
	    .status = refused ? span_of(status_code(line->status)) : SPAN(""),
	    .words_en = span_of(refused ? line->words[LANG_EN] : ""),
	    .words_fr = span_of(refused ? line->words[LANG_FR] : "")};
}

static int
wave(const struct adopt_line *line)
{
	if (line->cancels)
		return 0;
	return line->activity == ACTIVITY_SNP || line->unscheduled > 0 ? 2 : 1;
}

static int
compare(const void *left, const void *right)
{
	const struct adopt_line *a = left, *b = right;

	if (wave(a) != wave(b))
		return wave(a) < wave(b) ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

void
adopt_lines_order(struct adopt_lines *lines)
{
	if (lines->count > 1)
		qsort(lines->at, lines->count, sizeof(lines->at[0]), compare);
}

/* ----- refusals ----- */

static void
refuse(struct adopt_line *line, enum status status)
{
	line->state = LINE_REFUSED;
	line->status = status;
	for (int i = 0; i < LANG_COUNT; i++)
		line->words[i] = xstrdup(status_text(status, (enum lang)i));
}

void
adopt_line_refuse_like(struct adopt_line *line, const struct adopt_line *other)
{
	line->state = LINE_REFUSED;
	line->status = other->status;
	for (int i = 0; i < LANG_COUNT; i++)
		line->words[i] = xstrdup(other->words[i]);
}

void
adopt_line_refuse(struct adopt_line *line, const struct book *book,
    const struct finding *finding)
{
	adopt_line_forget(line);
	line->state = LINE_REFUSED;
	line->status = finding->rule;
	for (int i = 0; i < LANG_COUNT; i++) {
		char text[PROTO_LINE_MAX];
		struct out out = OUT(text);
		struct answer answer;
		struct span words = {NULL, 0};

		finding_print_text(finding, book, (enum lang)i, false, &out);
		if (answer_parse_data(&answer, (struct span){text, out.len}))
			words = answer_value(&answer, "text");
		if (words.len > WORDS_MAX)
			words.len = WORDS_MAX;
		line->words[i] = words.ptr == NULL
		    ? xstrdup("")
		    : xstrndup(words.ptr, words.len);
	}
}

bool
adopt_lines_bar(struct adopt_lines *lines, const struct book *book,
    const struct finding *finding)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct adopt_line *line = &lines->at[i];

		if (!id_equal(line->slot, finding->slot) || line->barred)
			continue;
		adopt_line_refuse(line, book, finding);
		line->barred = true;
		return true;
	}
	return false;
}

/* ----- a line as a half-day ----- */

static enum status
find_cancelled(
    const struct plan *plan, struct adopt_line *line, struct assignment *a)
{
	const struct assignment *known =
	    book_assignment(plan->book, line->slot);

	line->was = known == NULL || !state_blocks((enum state)known->state);
	if (line->was)
		return STATUS_OK;
	*a = *known;
	if (a->state != STATE_DRAFT && a->state != STATE_PUBLISHED)
		return STATUS_STATE;
	a->state = STATE_CANCELLED;
	return session_may_write(plan->session, plan->book, known);
}

static enum status
make_half_day(
    const struct plan *plan, struct adopt_line *line, struct assignment *a)
{
	struct book *book = store_book(plan->server->store);
	int32_t today = (int32_t)(clock_real_s() / SECONDS_PER_DAY);

	line->was = book_assignment(book, line->slot) != NULL;
	if (line->was)
		return STATUS_OK;
	*a = (struct assignment){.id = line->slot,
	    .physician = book_find(book, KIND_PHYSICIAN, line->physician),
	    .site = book_find(book, KIND_SITE, line->site),
	    .day = line->day,
	    .part = (uint8_t)line->part,
	    .activity = (uint8_t)line->activity,
	    .state = line->announced ? STATE_PUBLISHED : STATE_DRAFT,
	    .programme = line->programme[0] == '\0'
		? REF_NONE
		: book_word(book, span_of(line->programme)),
	    .unscheduled = line->unscheduled,
	    .remote = line->remote,
	    .agreed = (uint8_t)line->agreed};
	if (a->physician == REF_NONE || a->site == REF_NONE)
		return STATUS_NOT_FOUND;
	if (a->day < book_from(book) || a->day > today + PLAN_AHEAD_DAYS)
		return STATUS_CLOSED;
	if (session_may_write(plan->session, book, a) != STATUS_OK ||
	    (plan->session->role == ROLE_COORDINATOR &&
		!session_covers_physician(plan->session, book, a->physician)))
		return STATUS_SCOPE;
	if (site_is_attended(book_site(book, a->site), line->activity))
		a->room = ROOM_ANY;
	plan_interval(plan, a);
	return STATUS_OK;
}

bool
adopt_line_make(
    const struct plan *plan, struct adopt_line *line, union after *after)
{
	enum status status = line->cancels
	    ? find_cancelled(plan, line, &after->assignment)
	    : make_half_day(plan, line, &after->assignment);

	if (status != STATUS_OK)
		refuse(line, status);
	return status == STATUS_OK && !line->was;
}

void
adopt_line_put(struct unit *unit, const struct plan *plan,
    const struct adopt_lines *lines, const union after *after)
{
	unit_put(unit, plan->book, KIND_ASSIGNMENT, after, plan->line,
	    span_of(lines->reason != NULL ? lines->reason : "PLAN"));
}

bool
adopt_lines_take(struct plan *plan, struct adopt_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct adopt_line *line = &lines->at[i];
		union after after;

		if (line->barred)
			return false;
		adopt_line_forget(line);
		(void)adopt_line_make(plan, line, &after);
		if (line->state == LINE_REFUSED)
			return false;
	}
	lines->has_finding = false;
	return true;
}

void
adopt_lines_put(struct plan *plan, const struct adopt_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct adopt_line line = lines->at[i];
		union after after;

		if (line.state == LINE_ADOPTED && !line.was &&
		    adopt_line_make(plan, &line, &after))
			adopt_line_put(plan->unit, plan, lines, &after);
		else if (lines->at[i].state == LINE_ADOPTED)
			adopt_line_forget(&line); /* why the copy is none */
	}
}
