/* SPDX-License-Identifier: ISC */
/*
 * repair_lines: what the planner answered to a repair: told to whoever asked,
 * and as lines of a proposal.
 */
#include "daemon/server/proposal/repair_private.h"

#include "daemon/base/id_random.h"
#include "daemon/base/mem.h"
#include "daemon/server/proposal/job_private.h"
#include "daemon/server/proposal/job_words.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"
#include "proto/request.h"

static const struct book *
book_of(const struct repair *repair)
{
	return store_book(repair->conn->server->store);
}

static void
add(struct repair *repair, struct proposal_line *row)
{
	if (repair->lines.count > REPAIR_LINES_MAX)
		return; /* already too many: refused when it is to be kept */
	row->number = (uint32_t)repair->lines.count + 1;
	adopt_lines_add(&repair->lines, row);
}

void
repair_cancel(struct repair *repair, const struct assignment *a)
{
	const struct book *book = book_of(repair);
	struct proposal_line row = {.cancels = true,
	    .slot = a->id,
	    .physician = book_physician(book, a->physician)->entity.id,
	    .site = book_site(book, a->site)->entity.id,
	    .day = a->day,
	    .part = part_word((enum part)a->part),
	    .activity = span_of(activity_name((enum activity)a->activity)),
	    .programme = book_word_text(book, a->programme),
	    .unscheduled = (uint32_t)a->unscheduled * PORTION_UNIT,
	    .remote = (uint32_t)a->remote * PORTION_UNIT};

	if (!repair_takes_away(repair, a->id))
		add(repair, &row);
}

static uint32_t
minutes_of(const struct answer *line, const char *key)
{
	uint64_t minutes;

	return span_to_u64(answer_value(line, key), PORTION_MAX, &minutes)
	    ? (uint32_t)minutes
	    : 0;
}

/* "assign" or "drop"; what the book does not know was lost meanwhile. */
static void
take_half_day(struct repair *repair, const struct answer *line, bool drops)
{
	const struct book *book = book_of(repair);
	struct span site = job_site_id(answer_value(line, "site"));
	const struct assignment *a;
	struct proposal_line row = {.part = answer_value(line, "part"),
	    .activity = answer_value(line, "activity"),
	    .programme = answer_value(line, "programme"),
	    .unscheduled = minutes_of(line, "unscheduled"),
	    .remote = minutes_of(line, "remote")};
	enum activity activity;
	enum part part;
	int32_t physician;

	if (!span_to_id(answer_value(line, "physician"), &row.physician) ||
	    !span_to_id(site, &row.site) ||
	    !span_to_day(answer_value(line, "day"), &row.day) ||
	    !part_find(row.part, &part) ||
	    !activity_find(row.activity, &activity) ||
	    row.programme.len > PROTO_WORD_MAX)
		return;
	physician = book_find(book, KIND_PHYSICIAN, row.physician);
	if (physician == REF_NONE)
		return;
	a = job_half_day(book, physician, book_find(book, KIND_SITE, row.site),
	    row.day, part, activity);
	if (drops && a != NULL)
		repair_cancel(repair, a);
	if (drops || a != NULL)
		return;
	row.slot = id_random();
	add(repair, &row);
}

static bool
is_same(const struct ranked *a, const struct ranked *b)
{
	return a->day == b->day && a->part == b->part &&
	    id_equal(a->site, b->site);
}

static void
take_head(struct repair *repair, const struct answer *line)
{
	struct progress *progress = &repair->progress;
	uint64_t us = 0;

	repair->nothing = span_is(answer_value(line, "vacant"), "0") &&
	    span_is(answer_value(line, "lines"), "0");
	adopt_lines_fini(&repair->lines);
	repair->settled = true;
	*progress =
	    (struct progress){.cost = POINTS_NONE, .bound = POINTS_NONE};
	(void)job_points(answer_value(line, "cost"), &progress->cost);
	(void)job_points(answer_value(line, "bound"), &progress->bound);
	(void)span_to_u64(answer_value(line, "us"), INT64_MAX, &us);
	progress->took_ms = us / 1000;
}

/* The lines about one half-day stand together, more or less. */
static void
note_ranked(struct repair *repair, const struct answer *line)
{
	struct span site = job_site_id(answer_value(line, "site"));
	struct ranked ranked;

	if (!span_to_id(site, &ranked.site) ||
	    !span_to_day(answer_value(line, "day"), &ranked.day) ||
	    !part_find(answer_value(line, "part"), &ranked.part))
		return;
	if (repair->nranked > 0 &&
	    is_same(&repair->ranked[repair->nranked - 1], &ranked))
		return;
	repair->ranked = xgrow(repair->ranked, &repair->ranked_room,
	    repair->nranked + 1, sizeof(repair->ranked[0]));
	repair->ranked[repair->nranked++] = ranked;
}

bool
repair_has_ranked(const struct repair *repair, const struct assignment *a)
{
	const struct ranked here = {
	    book_site(book_of(repair), a->site)->entity.id, a->day,
	    (enum part)a->part};

	for (size_t i = 0; i < repair->nranked; i++)
		if (is_same(&repair->ranked[i], &here))
			return true;
	return false;
}

static bool
is_of_one(const struct answer *line)
{
	return span_is(line->word[0], "candidate") ||
	    span_is(line->word[0], "excluded");
}

/* Who is none of hers is not named to her. */
static bool
may_tell(const struct repair *repair, const struct answer *line)
{
	const struct book *book = book_of(repair);
	struct id id;
	int32_t physician;

	if (!is_of_one(line))
		return true;
	if (!span_to_id(answer_value(line, "physician"), &id))
		return false;
	physician = book_find(book, KIND_PHYSICIAN, id);
	return physician != REF_NONE &&
	    session_covers_physician(&repair->conn->session, book, physician);
}

/* "first id=1 cost=..." as "* first cost=...", with the names of others: what
 * the question was tagged with stays between the two of us. */
static void
tell(const struct repair *repair, struct answer *line)
{
	struct out *out = reply_data(repair->conn, REPLY_ROOM);
	unsigned count = line->count;

	line->count = 0;
	for (unsigned i = 0; i < count; i++)
		if (!span_is(line->pairs[i].key, "id"))
			line->pairs[line->count++] = line->pairs[i];
	out_char(out, ' ');
	out_bytes(out, line->word[0].ptr, line->word[0].len);
	job_print_reason(out, book_of(repair), line);
	reply_end(repair->conn);
}

void
repair_take_line(struct repair *repair, struct span text)
{
	struct answer line;

	if (!answer_parse_data(&line, text))
		return;
	if (is_of_one(&line))
		note_ranked(repair, &line);
	else if (span_is(line.word[0], "settled"))
		take_head(repair, &line);
	else if (repair->settled && span_is(line.word[0], "drop"))
		take_half_day(repair, &line, true);
	else if (repair->settled && span_is(line.word[0], "assign"))
		take_half_day(repair, &line, false);
	if (may_tell(repair, &line))
		tell(repair, &line);
}

bool
repair_takes_away(const struct repair *repair, struct id slot)
{
	for (size_t i = 0; i < repair->lines.count; i++)
		if (repair->lines.at[i].cancels &&
		    id_equal(repair->lines.at[i].slot, slot))
			return true;
	return false;
}
