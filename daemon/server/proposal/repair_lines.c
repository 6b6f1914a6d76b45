/* SPDX-License-Identifier: ISC */
/*
 * repair_lines: what the planner answered to a repair, as lines of a proposal.
 */
#include "daemon/server/proposal/repair_private.h"

#include "daemon/base/mem.h"
#include "daemon/server/proposal/job_private.h"
#include "daemon/server/server.h"
#include "proto/request.h"

#include <uuid/uuid.h>

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
	unsigned char bytes[16];
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
	uuid_generate_random(bytes);
	row.slot = id_from_bytes(bytes);
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

void
repair_take_line(struct repair *repair, struct span text)
{
	char data[PROTO_LINE_MAX];
	struct out out = OUT(data);
	struct answer line;

	out_literal(&out, "* ");
	out_bytes(&out, text.ptr, text.len);
	if (out.overflow || !answer_parse(&line, (struct span){data, out.len}))
		return;
	if (span_is(line.word[0], "candidate") ||
	    span_is(line.word[0], "excluded"))
		note_ranked(repair, &line);
	else if (span_is(line.word[0], "settled"))
		take_head(repair, &line);
	else if (repair->settled && span_is(line.word[0], "drop"))
		take_half_day(repair, &line, true);
	else if (repair->settled && span_is(line.word[0], "assign"))
		take_half_day(repair, &line, false);
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
