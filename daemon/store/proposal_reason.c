/* SPDX-License-Identifier: ISC */
/*
 * proposal_reason: why proposals are as they are; see proposal.h.
 */
#include "daemon/store/proposal_private.h"

#include "daemon/store/row.h"

enum status
proposals_put_reasons(struct proposals *proposals,
    const struct proposal *proposal, const struct proposal_reason *reasons,
    size_t count, proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};

	question_id(&question, proposal->id);
	question_id(&question, proposal->daemon);
	question_u32(&question, count > 0 ? reasons[0].number : 1);
	PUT_TEXTS(&question, i, count, reasons[i].kind);
	PUT_IDS(&question, i, count, reasons[i].site);
	PUT_DAYS(&question, i, count, reasons[i].day);
	PUT_TEXTS(&question, i, count, reasons[i].part);
	PUT_TEXTS(&question, i, count, reasons[i].text);
	return proposal_ask(
	    proposals, PROPOSAL_PUT_REASONS, &question, done, arg);
}

static void
read_reason(void *out, const PGresult *result, int row)
{
	struct proposal_reason *reason = out;

	*reason = (struct proposal_reason){
	    .number = (uint32_t)row_i32(result, row, 0),
	    .kind = row_text(result, row, 1),
	    .text = row_text(result, row, 2)};
}

static void
tell_reasons(const struct proposal_reader *reader, enum status status,
    const void *rows, size_t count, bool more)
{
	reader->done.reasons(reader->arg, status, rows, count, more);
}

static const struct proposal_shape shape = {
    sizeof(struct proposal_reason), read_reason, tell_reasons};

static void
text_or_null(struct question *question, struct span text)
{
	if (text.len == 0)
		question_null(question);
	else
		question_text(question, text);
}

enum status
proposals_reasons(struct proposals *proposals,
    const struct reason_filter *filter, proposal_reasons_fn *done, void *arg)
{
	const struct proposal_reader reader = {.shape = &shape,
	    .done.reasons = done,
	    .arg = arg,
	    .limit = filter->limit};
	struct question question = {.count = 0};

	question_id(&question, filter->plan);
	question_u32(&question, filter->after);
	if (id_is_nil(filter->site))
		question_null(&question);
	else
		question_ids(&question, &filter->site, 1);
	if (filter->has_day)
		question_day(&question, filter->day);
	else
		question_null(&question);
	text_or_null(&question, filter->part);
	text_or_null(&question, filter->kind);
	question_u64(&question, (uint64_t)filter->limit + 1);
	return proposal_read(proposals, PROPOSAL_REASONS, &question, &reader);
}
