/* SPDX-License-Identifier: ISC */
/*
 * watch_tell: what a watch is told of a change.
 *
 * Who sees the assignment as it is now is told all of it.  Who watches where it
 * is but may not see it is told that somebody is busy there; who watched where
 * it was, that it has gone.  A line is printed once, whoever gets it.
 */
#include "daemon/server/watch_private.h"

#include "daemon/server/print.h"
#include "daemon/server/print_place.h"

#include <stdlib.h>

enum { MICROSECONDS = 1000000 };

void
telling_init(struct telling *telling, const struct book *book,
    const struct change *change)
{
	telling->book = book;
	telling->change = change;
	for (size_t i = 0; i < FORM_COUNT; i++)
		telling->len[i] = 0;
}

/* ----- the lines ----- */

static void
print_full(struct out *out, const struct telling *telling)
{
	const struct change *change = telling->change;

	out_literal(out, " slot");
	print_slot(out, telling->book, &change->after->assignment);
	if (!id_is_nil(change->by))
		out_key_id(out, "by", change->by);
	print_instant(out, "at", change->at / MICROSECONDS);
}

/* Whether it is a draft, or how it ended, is not told to everybody. */
static void
print_taken(struct out *out, const struct telling *telling)
{
	const struct assignment *a = &telling->change->after->assignment;
	bool blocks = state_blocks((enum state)a->state);

	out_key_id(out, "slot", a->id);
	out_key_u64(out, "rev", a->rev);
	print_interval(out, a);
	out_key_text(out, "state", blocks ? "busy" : "free");
}

/* Whom a fact is about. */
static void
print_owner(struct out *out, const struct telling *telling)
{
	const struct change *change = telling->change;
	enum kind kind;
	int32_t owner;

	kind = fact_owner(change->kind, &change->after->entity, &owner);
	if (kind == KIND_COUNT)
		return;
	out_key(out, key_name(kind_info(kind)->handle));
	print_handle(out, kind, book_entity(telling->book, kind, owner));
}

/* A place as it is now; of an offer, which half-day to read again. */
static void
print_of_slot(struct out *out, const struct telling *telling)
{
	const struct change *change = telling->change;

	out_char(out, ' ');
	out_text(out, kind_info(change->kind)->name);
	if (change->kind == KIND_PLACE) {
		print_visit(out, &change->after->visit,
		    book_assignment(telling->book, change->after->visit.slot));
	} else {
		out_key_id(out, "slot", change->after->offer.slot);
		out_key_u64(out, "rev", change->rev);
	}
	print_instant(out, "changed", change->at / MICROSECONDS);
}

static void
print_form(struct out *out, const struct telling *telling, enum form form)
{
	const struct change *change = telling->change;
	const struct assignment *a = &change->after->assignment;
	const struct book *book = telling->book;

	switch (form) {
	case FORM_FULL:
		print_full(out, telling);
		return;
	case FORM_BUSY:
		out_literal(out, " busy physician=");
		print_handle(out, KIND_PHYSICIAN,
		    book_entity(book, KIND_PHYSICIAN, a->physician));
		print_taken(out, telling);
		return;
	case FORM_TAKEN:
		out_literal(out, " busy site=");
		print_handle(
		    out, KIND_SITE, book_entity(book, KIND_SITE, a->site));
		print_taken(out, telling);
		return;
	case FORM_GONE:
		out_literal(out, " gone");
		out_key_id(out, "slot", a->id);
		out_key_u64(out, "rev", a->rev);
		return;
	case FORM_DIRECTORY:
		out_char(out, ' ');
		out_text(out, kind_info(change->kind)->name);
		out_key(out, key_name(kind_info(change->kind)->handle));
		print_handle(out, change->kind, &change->after->entity);
		out_key_u64(out, "rev", change->rev);
		print_owner(out, telling);
		return;
	case FORM_PLACE:
		print_of_slot(out, telling);
		return;
	case FORM_NOTHING:
		break;
	}
	abort();
}

/* ----- who gets which ----- */

/* Whether it is where the watch looks; of a physician anywhere, else only where
 * the session has business. */
static bool
is_watched(const struct watch *watch, const struct book *book,
    const struct assignment *a)
{
	const struct session *session = &watch->conn->session;

	switch (watch->kind) {
	case KIND_PHYSICIAN:
		return a->physician == watch->index;
	case KIND_SITE:
		if (a->site != watch->index)
			return false;
		break;
	case KIND_TERRITORY:
		if (watch->index == REF_NONE ||
		    book_site(book, a->site)->territory != watch->index)
			return false;
		break;
	case KIND_COUNT: /* all that is in scope */
		if (session->role == ROLE_PHYSICIAN)
			return a->physician == session->physician;
		break;
	default: /* nobody watches one */
		return false;
	}
	return session_covers_site(session, book, a->site);
}

static enum form
form_of_assignment(const struct telling *telling, const struct watch *watch)
{
	const struct change *change = telling->change;
	const struct assignment *a = &change->after->assignment;
	const struct book *book = telling->book;
	bool is = is_watched(watch, book, a);
	bool was = change->before != NULL &&
	    is_watched(watch, book, &change->before->assignment);

	if (!is && !was)
		return FORM_NOTHING;
	if (session_sees(&watch->conn->session, book, a))
		return FORM_FULL;
	if (!is)
		return FORM_GONE;
	return watch->kind == KIND_PHYSICIAN ? FORM_BUSY : FORM_TAKEN;
}

/* Who sees the half-day where the watch looks. */
static enum form
form_of_place(const struct telling *telling, const struct watch *watch)
{
	const struct book *book = telling->book;
	const struct assignment *a =
	    book_assignment(book, change_slot(telling->change));

	if (a == NULL || !is_watched(watch, book, a) ||
	    !session_sees(&watch->conn->session, book, a))
		return FORM_NOTHING;
	return FORM_PLACE;
}

static enum form
form_of(const struct telling *telling, const struct watch *watch)
{
	const struct session *session = &watch->conn->session;
	const struct change *change = telling->change;

	switch (change->kind) {
	case KIND_ASSIGNMENT:
		return form_of_assignment(telling, watch);
	case KIND_OFFER:
	case KIND_PLACE:
		return form_of_place(telling, watch);
	case KIND_ACCOUNT:
		return session->role == ROLE_ADMIN ? FORM_DIRECTORY
						   : FORM_NOTHING;
	case KIND_TOKEN:
	case KIND_COUNT:
		return FORM_NOTHING;
	default:
		break;
	}
	if (kind_info(change->kind)->identity != NULL &&
	    !session_reads_fact(
		session, telling->book, change->kind, &change->after->entity))
		return FORM_NOTHING;
	return FORM_DIRECTORY;
}

void
telling_tell(struct telling *telling, struct watch *watch)
{
	enum form form = form_of(telling, watch);
	struct out out;

	if (form == FORM_NOTHING)
		return;
	if (telling->len[form] == 0) {
		out = (struct out){telling->text[form], 0, FORM_ROOM, false};
		print_form(&out, telling, form);
		telling->len[form] = out.len;
	}
	watch_push(
	    watch, (struct span){telling->text[form], telling->len[form]});
}
