/* SPDX-License-Identifier: ISC */
/*
 * proposal_reason: why proposals are as they are; see proposal.h.
 */
#include "daemon/store/proposal_private.h"

#include "daemon/base/mem.h"
#include "daemon/store/row.h"

#include <stdlib.h>

/* ----- storing ----- */

struct waiter {
	proposal_done_fn *done;
	void *arg;
};

static void
on_put(void *arg, enum status status, const PGresult *result UNUSED)
{
	const struct proposal_answer answer = {.done = status == STATUS_OK};
	struct waiter waiter = *(struct waiter *)arg;

	free(arg);
	waiter.done(waiter.arg, status, &answer);
}

static void
item_text(struct pack *pack, struct span text)
{
	size_t place = pack_begin(pack);

	pack_bytes(pack, text.ptr, text.len);
	pack_end(pack, place);
}

static void
put_texts(struct question *question, const struct proposal_reason *reasons,
    size_t count, struct span (*text)(const struct proposal_reason *reason))
{
	pack_array(&question->pack, OID_TEXT, count);
	for (size_t i = 0; i < count; i++)
		item_text(&question->pack, text(&reasons[i]));
	question_done(question);
}

/* Sites and days. */
static void
put_places(struct question *question, const struct proposal_reason *reasons,
    size_t count)
{
	pack_array(&question->pack, OID_UUID, count);
	for (size_t i = 0; i < count; i++)
		pack_item_id(&question->pack, reasons[i].site);
	question_done(question);
	pack_array(&question->pack, OID_DATE, count);
	for (size_t i = 0; i < count; i++)
		pack_item_day(&question->pack, reasons[i].day);
	question_done(question);
}

static struct span
kind_of(const struct proposal_reason *reason)
{
	return reason->kind;
}

static struct span
part_of(const struct proposal_reason *reason)
{
	return reason->part;
}

static struct span
text_of(const struct proposal_reason *reason)
{
	return reason->text;
}

enum status
proposals_put_reasons(struct proposals *proposals,
    const struct proposal *proposal, const struct proposal_reason *reasons,
    size_t count, proposal_done_fn *done, void *arg)
{
	struct question question = {.count = 0};
	struct waiter *waiter = xmalloc(sizeof(*waiter));
	enum status status;

	*waiter = (struct waiter){done, arg};
	question_id(&question, proposal->id);
	question_id(&question, proposal->daemon);
	question_u32(&question, count > 0 ? reasons[0].number : 1);
	put_texts(&question, reasons, count, kind_of);
	put_places(&question, reasons, count);
	put_texts(&question, reasons, count, part_of);
	put_texts(&question, reasons, count, text_of);
	status = question_send(&question, proposals->session,
	    PROPOSAL_PUT_REASONS, on_put, waiter);
	if (status != STATUS_OK)
		free(waiter);
	return status;
}

/* ----- reading ----- */

struct reader {
	proposal_reasons_fn *done;
	void *arg;
	size_t limit;
};

static void
on_reasons(void *arg, enum status status, const PGresult *result)
{
	struct reader *reader = arg;
	size_t count = status == STATUS_OK ? (size_t)PQntuples(result) : 0;
	bool more = count > reader->limit;
	struct proposal_reason *rows;

	if (more)
		count = reader->limit;
	rows = xcalloc(count, sizeof(rows[0]));
	for (size_t i = 0; i < count; i++) {
		rows[i].number = (uint32_t)row_i32(result, (int)i, 0);
		rows[i].kind = row_text(result, (int)i, 1);
		rows[i].text = row_text(result, (int)i, 2);
	}
	reader->done(reader->arg, status, rows, count, more);
	free(rows);
	free(reader);
}

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
	struct question question = {.count = 0};
	struct reader *reader = xmalloc(sizeof(*reader));
	enum status status;

	*reader = (struct reader){done, arg, filter->limit};
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
	status = question_send(&question, proposals->session, PROPOSAL_REASONS,
	    on_reasons, reader);
	if (status != STATUS_OK)
		free(reader);
	return status;
}
