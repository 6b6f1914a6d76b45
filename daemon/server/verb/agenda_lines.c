/* SPDX-License-Identifier: ISC */
/*
 * agenda_lines: an agenda as lines of an answer.
 */
#include "daemon/server/verb/agenda_private.h"

#include "daemon/domain/busy.h"
#include "daemon/domain/open.h"
#include "daemon/server/print.h"
#include "daemon/server/reply.h"
#include "daemon/server/verb/half_day.h"

enum { LINE_ROOM = 2048 }; /* bytes, beyond the half-day's */

/* Where it is, how to reach it and who else is there. */
static void
print_where(
    const struct agenda *agenda, struct out *out, const struct assignment *a)
{
	const struct site *site = book_site(agenda->view.book, a->site);
	struct place place;

	half_day_print_text(out, "name", site->name);
	if (agenda->form == AGENDA_WEEK)
		return;
	site_place(
	    agenda->view.book, a->site, a->day, (enum part)a->part, &place);
	half_day_print_text(out, "address", place.address);
	half_day_print_text(out, "commune", place.commune);
	half_day_print_text(out, "phone", site->phone);
	half_day_print_staff(
	    out, agenda->view.book, a->site, a->day, (enum part)a->part);
}

static void
print_assignment(
    const struct agenda *agenda, struct out *out, const struct assignment *a)
{
	if (!session_sees(agenda->view.session, agenda->view.book, a)) {
		out_literal(out, " busy");
		print_interval(out, a);
		return;
	}
	print_slot(out, agenda->view.book, a);
	print_where(agenda, out, a);
	if (agenda->form == AGENDA_WEEK)
		half_day_print_person(out, agenda->view.book, a->physician);
}

static void
print_busy(
    const struct agenda *agenda, struct out *out, const struct item *item)
{
	const struct busy *busy = item->of.busy;
	int32_t day = (int32_t)(item->at / PART_COUNT);
	enum part part = (enum part)(item->at % PART_COUNT);
	int64_t from, to;

	busy_interval(print_tz(), day, part, &from, &to);
	out_literal(out, " busy");
	half_day_print(out, day, part);
	print_instant(out, "from", from);
	print_instant(out, "to", to);
	out_key_id(out, "busy", busy->entity.id);
	if (busy->structure == REF_NONE)
		return;
	out_key(out, "structure");
	print_handle(out, KIND_STRUCTURE,
	    book_entity(agenda->view.book, KIND_STRUCTURE, busy->structure));
}

bool
agenda_reads_category(const struct agenda *agenda)
{
	return agenda->form == AGENDA_MY && agenda->intimate;
}

static void
print_category(
    const struct agenda *agenda, struct out *out, const struct absence *absence)
{
	if (!agenda_reads_category(agenda)) {
		out_key_text(out, "category", "ABSENT");
		return;
	}
	for (size_t i = 0; i < agenda->nprivate; i++) {
		if (!id_equal(agenda->private[i].entity, absence->entity.id))
			continue;
		out_key_value(out, "category", agenda->private[i].text);
		return;
	}
	if (agenda->private != NULL)
		out_key_text(out, "category", "OTHER");
}

static void
print_absence(
    const struct agenda *agenda, struct out *out, const struct absence *absence)
{
	out_literal(out, " absence");
	out_key_id(out, "absence", absence->entity.id);
	out_key_day(out, "from", absence->from);
	out_key_day(out, "to", absence->to);
	out_key_text(out, "parts", absence->parts);
	print_category(agenda, out, absence);
}

void
agenda_answer_item(const struct agenda *agenda, const struct item *item)
{
	struct out *out =
	    reply_data(agenda->view.conn, PRINT_SLOT_ROOM + LINE_ROOM);

	switch (item->section) {
	case SECTION_SLOT:
		print_assignment(agenda, out, item->of.slot);
		break;
	case SECTION_BUSY:
		print_busy(agenda, out, item);
		break;
	case SECTION_ABSENCE:
		print_absence(agenda, out, item->of.absence);
		break;
	case SECTION_QUOTA:
		out_literal(out, " quota");
		half_day_print_quota(out, agenda->view.book, &item->of.quota);
		break;
	}
	reply_end(agenda->view.conn);
}
