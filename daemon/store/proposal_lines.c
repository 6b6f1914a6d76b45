/* SPDX-License-Identifier: ISC */
/*
 * proposal_lines: the half-days of proposals, and what they do for sites; see
 * proposal.h.
 */
#include "daemon/store/proposal_private.h"

#include "daemon/store/row.h"

#include <stdlib.h>

/* ----- lines ----- */

static void
read_line(void *out, const PGresult *result, int row)
{
	enum {
		NUMBER,
		ACTION,
		BY_HAND,
		SLOT,
		PHYSICIAN,
		SITE,
		DAY,
		PART,
		ACTIVITY,
		PROGRAMME,
		UNSCHEDULED,
		REMOTE,
		AGREED,
		STATE,
		STATUS,
		WORDS_EN,
		WORDS_FR,
		MOVED,
		MOVED_SITE,
		MOVED_PHYSICIAN
	};
	struct proposal_line *line = out;

	*line = (struct proposal_line){
	    .number = (uint32_t)row_i32(result, row, NUMBER),
	    .cancels = span_is(row_text(result, row, ACTION), "cancel"),
	    .by_hand = row_bool(result, row, BY_HAND),
	    .slot = row_id(result, row, SLOT),
	    .physician = row_id(result, row, PHYSICIAN),
	    .site = row_id(result, row, SITE),
	    .day = row_day(result, row, DAY),
	    .part = row_text(result, row, PART),
	    .activity = row_text(result, row, ACTIVITY),
	    .programme = row_text(result, row, PROGRAMME),
	    .unscheduled = (uint32_t)row_i32(result, row, UNSCHEDULED),
	    .remote = (uint32_t)row_i32(result, row, REMOTE),
	    .agreed = row_text(result, row, AGREED),
	    .status = row_text(result, row, STATUS),
	    .words_en = row_text(result, row, WORDS_EN),
	    .words_fr = row_text(result, row, WORDS_FR)};
	if (PQnfields(result) > MOVED && !PQgetisnull(result, row, MOVED)) {
		line->moved = (uint32_t)row_i32(result, row, MOVED);
		line->moved_site = row_id(result, row, MOVED_SITE);
		line->moved_physician = row_id(result, row, MOVED_PHYSICIAN);
	}
	if (!line_state_find(row_text(result, row, STATE), &line->state))
		abort(); /* the table has these words only */
}

/* Of a site and a week, how many there are. */
static void
read_group(void *out, const PGresult *result, int row)
{
	struct proposal_line *line = out;

	*line = (struct proposal_line){.site = row_id(result, row, 0),
	    .day = row_day(result, row, 1),
	    .number = (uint32_t)row_i32(result, row, 2)};
}

static void
tell_lines(const struct proposal_reader *reader, enum status status,
    const void *rows, size_t count, bool more)
{
	reader->done.lines(reader->arg, status, rows, count, more);
}

static const struct proposal_shape lines_shape = {
    sizeof(struct proposal_line), read_line, tell_lines};
static const struct proposal_shape groups_shape = {
    sizeof(struct proposal_line), read_group, tell_lines};

static struct proposal_reader
lines_reader(proposal_lines_fn *done, void *arg, size_t limit)
{
	return (struct proposal_reader){.shape = &lines_shape,
	    .done.lines = done,
	    .arg = arg,
	    .limit = limit};
}

enum status
proposals_lines(struct proposals *proposals,
    const struct proposal_filter *filter, proposal_lines_fn *done, void *arg)
{
	const struct proposal_reader reader =
	    lines_reader(done, arg, filter->limit);
	struct question question = {.count = 0};

	question_id(&question, filter->plan);
	question_u32(&question, filter->after);
	if (filter->has_sites)
		question_ids(&question, filter->sites, filter->nsites);
	else
		question_null(&question);
	question_id_or_null(&question, filter->physician);
	question_day(&question, filter->from);
	question_day(&question, filter->to);
	if (filter->state < 0)
		question_null(&question);
	else
		question_text(&question,
		    span_of(line_state_name((enum line_state)filter->state)));
	if (filter->tied)
		question_u32(&question, filter->moved ? 1 : 0);
	question_u64(&question, (uint64_t)filter->limit + 1);
	return proposal_read(proposals,
	    filter->tied ? PROPOSAL_TIED : PROPOSAL_LINES, &question, &reader);
}

enum status
proposals_near(struct proposals *proposals, struct id plan,
    const struct proposal_line *line, unsigned limit, proposal_lines_fn *done,
    void *arg)
{
	const struct proposal_reader reader = lines_reader(done, arg, limit);
	struct question question = {.count = 0};

	question_id(&question, plan);
	question_id(&question, line->site);
	question_id(&question, line->physician);
	question_u64(&question, (uint64_t)limit + 1);
	return proposal_read(proposals, PROPOSAL_NEAR, &question, &reader);
}

enum status
proposals_by_hand(struct proposals *proposals, struct id plan, unsigned limit,
    proposal_lines_fn *done, void *arg)
{
	const struct proposal_reader reader = lines_reader(done, arg, limit);
	struct question question = {.count = 0};

	question_id(&question, plan);
	question_u64(&question, (uint64_t)limit + 1);
	return proposal_read(proposals, PROPOSAL_BY_HAND, &question, &reader);
}

enum status
proposals_groups(struct proposals *proposals,
    const struct proposal_filter *filter, proposal_lines_fn *done, void *arg)
{
	struct proposal_reader reader = {.shape = &groups_shape,
	    .done.lines = done,
	    .arg = arg,
	    .limit = SIZE_MAX};
	struct question question = {.count = 0};

	question_id(&question, filter->plan);
	question_text(&question,
	    span_of(line_state_name((enum line_state)filter->state)));
	question_day(&question, filter->from);
	question_day(&question, filter->to);
	return proposal_read(proposals, PROPOSAL_GROUPS, &question, &reader);
}

/* ----- sites ----- */

static void
read_site(void *out, const PGresult *result, int row)
{
	struct proposal_site *site = out;

	*site = (struct proposal_site){.is_sector = row_bool(result, row, 0),
	    .site = row_id(result, row, 1),
	    .zone = row_text(result, row, 2),
	    .need = (uint32_t)row_i32(result, row, 3),
	    .filled = (uint32_t)row_i32(result, row, 4),
	    .planned = (uint32_t)row_i32(result, row, 5)};
}

static void
tell_sites(const struct proposal_reader *reader, enum status status,
    const void *rows, size_t count, bool more)
{
	reader->done.sites(reader->arg, status, rows, count, more);
}

static const struct proposal_shape sites_shape = {
    sizeof(struct proposal_site), read_site, tell_sites};

enum status
proposals_sites(struct proposals *proposals, struct id plan,
    const struct proposal_site *after, unsigned limit, proposal_sites_fn *done,
    void *arg)
{
	struct proposal_reader reader = {.shape = &sites_shape,
	    .done.sites = done,
	    .arg = arg,
	    .limit = limit};
	struct question question = {.count = 0};

	question_id(&question, plan);
	question_id_or_null(&question, after->site);
	question_u32(&question, after->is_sector ? 1 : 0);
	question_u64(&question, (uint64_t)limit + 1);
	return proposal_read(proposals, PROPOSAL_SITES, &question, &reader);
}

enum status
proposals_zones(struct proposals *proposals, struct id plan,
    proposal_sites_fn *done, void *arg)
{
	struct proposal_reader reader = {.shape = &sites_shape,
	    .done.sites = done,
	    .arg = arg,
	    .limit = SIZE_MAX};
	struct question question = {.count = 0};

	question_id(&question, plan);
	return proposal_read(proposals, PROPOSAL_ZONES, &question, &reader);
}
