/* SPDX-License-Identifier: ISC */
/*
 * job_arrive_reason: the explanations behind a plan, on their way into the
 * database.  They are for people: one that cannot be read is left out.
 */
#include "daemon/server/proposal/job_arrive_private.h"

#include "daemon/base/mem.h"
#include "daemon/server/server.h"
#include "proto/request.h"

enum { REASONS_AT_ONCE = 500, REASON_MAX = 4096 };

bool
arrival_is_reason(struct span line)
{
	struct span word = {NULL, 0};

	(void)span_cut(&line, ' ', &word);
	return span_is(word, "advice") || span_is(word, "open") ||
	    span_is(word, "runner");
}

/* Of the half-day that it is about. */
static bool
take_place(const struct arrival *arrival, struct span text,
    struct proposal_reason *out)
{
	const struct book *book = store_book(arrival->job->jobs->server->store);
	struct answer line;
	enum part part;
	int32_t site;

	if (!answer_parse_data(&line, text))
		return false;
	site = book_resolve(
	    book, KIND_SITE, job_site_id(answer_value(&line, "site")));
	if (site == REF_NONE ||
	    !span_to_day(answer_value(&line, "day"), &out->day) ||
	    !part_find(answer_value(&line, "part"), &part))
		return false;
	out->site = book_entity(book, KIND_SITE, site)->id;
	out->part = part_word(part);
	return true;
}

static bool
take_reason(const struct arrival *arrival, struct span text,
    struct proposal_reason *out)
{
	struct span rest = text;

	if (!arrival_is_reason(text) || text.len > REASON_MAX ||
	    !span_cut(&rest, ' ', &out->kind))
		return false;
	out->text = rest;
	out->site = ID_NIL;
	out->day = 0;
	out->part = SPAN("M");
	return span_is(out->kind, "advice") || take_place(arrival, text, out);
}

struct proposal_reason *
arrival_reasons(struct arrival *arrival, size_t *count)
{
	struct proposal_reason *rows =
	    xcalloc(REASONS_AT_ONCE, sizeof(rows[0]));
	struct span rest = {arrival->text + arrival->reasons_at,
	    arrival->size - arrival->reasons_at};
	struct span line;

	*count = 0;
	for (int i = 0; i < REASONS_AT_ONCE && span_cut(&rest, '\n', &line);
	     i++) {
		if (!take_reason(arrival, line, &rows[*count]))
			continue;
		rows[*count].number = arrival->reasons + (uint32_t)*count + 1;
		++*count;
	}
	arrival->reasons_next = arrival->size - rest.len;
	arrival->reasons_waiting = (uint32_t)*count;
	return rows;
}

void
arrival_reasons_stored(struct arrival *arrival)
{
	arrival->reasons_at = arrival->reasons_next;
	arrival->reasons += arrival->reasons_waiting;
}
