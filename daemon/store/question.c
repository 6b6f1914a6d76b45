/* SPDX-License-Identifier: ISC */
/*
 * question: see question.h.
 */
#include "daemon/store/question.h"

void
question_done(struct question *question)
{
	question->ends[question->count++] = question->pack.len;
}

void
question_null(struct question *question)
{
	question->nulls |= UINT32_C(1) << question->count;
	question_done(question);
}

void
question_u32(struct question *question, uint32_t number)
{
	pack_u32(&question->pack, number);
	question_done(question);
}

void
question_u64(struct question *question, uint64_t number)
{
	pack_u64(&question->pack, number);
	question_done(question);
}

void
question_day(struct question *question, int32_t day)
{
	question_u32(question, (uint32_t)(day - PG_EPOCH_DAY));
}

void
question_id(struct question *question, struct id id)
{
	pack_id(&question->pack, id);
	question_done(question);
}

void
question_id_or_null(struct question *question, struct id id)
{
	if (id_is_nil(id))
		question_null(question);
	else
		question_id(question, id);
}

void
question_text(struct question *question, struct span text)
{
	pack_bytes(&question->pack, text.ptr, text.len);
	question_done(question);
}

void
question_ids(struct question *question, const struct id *ids, size_t count)
{
	pack_array(&question->pack, OID_UUID, count);
	for (size_t i = 0; i < count; i++)
		pack_item_id(&question->pack, ids[i]);
	question_done(question);
}

void
question_id_texts(struct question *question, const struct id *ids, size_t count)
{
	char text[ID_TEXT_LEN];

	pack_array(&question->pack, OID_TEXT, count);
	for (size_t i = 0; i < count; i++) {
		size_t place = pack_begin(&question->pack);

		id_to_text(ids[i], text);
		pack_bytes(&question->pack, text, sizeof(text));
		pack_end(&question->pack, place);
	}
	question_done(question);
}

void
question_cursor(struct question *question, const struct cursor *cursor)
{
	question_u32(question, cursor->epoch);
	snapshot_pack(&cursor->snapshot, &question->pack);
	question_done(question);
}

enum status
question_send(struct question *question, struct pgsession *session,
    size_t statement, pgsession_done_fn *done, void *arg)
{
	struct pgsession_params params;
	enum status status;
	size_t begin = 0;

	for (int i = 0; i < question->count; i++) {
		bool null = question->nulls >> i & 1;

		params.values[i] = null ? NULL : question->pack.ptr + begin;
		params.lengths[i] = (int)(question->ends[i] - begin);
		begin = question->ends[i];
	}
	status = pgsession_send(session, statement, &params, done, arg);
	pack_fini(&question->pack);
	return status;
}
