/* SPDX-License-Identifier: ISC */
/*
 * print_place: see print_place.h.
 */
#include "daemon/server/print_place.h"

#include "daemon/server/print.h"

enum { QUARTER_HOUR = 15 /* minutes */ };

static void
print_at(struct out *out, const char *key, int64_t instant,
    const struct assignment *slot)
{
	if (slot == NULL) {
		print_instant(out, key, instant);
		return;
	}
	out_key(out, key);
	out_instant(out, instant, slot->offset_from * QUARTER_HOUR);
}

void
print_visit(
    struct out *out, const struct visit *visit, const struct assignment *slot)
{
	out_key_id(out, "place", visit->entity.id);
	out_key_u64(out, "rev", visit->entity.rev);
	out_key_id(out, "slot", visit->slot);
	if (visit->number > 0)
		out_key_u64(out, "number", visit->number);
	else
		out_key_text(out, "overbook", "yes");
	print_at(out, "at", visit->at, slot);
	out_key_u64(out, "minutes", visit->minutes);
	out_key_text(out, "state", visit->state);
	if (visit->expires > 0)
		print_at(out, "expires", visit->expires, slot);
}

void
print_contingent(struct out *out, const struct contingent *contingent,
    const struct site *site)
{
	out_key(out, "from");
	out_instant(
	    out, contingent->from, tz_offset(site->tz, contingent->from));
	out_key(out, "to");
	out_instant(out, contingent->to, tz_offset(site->tz, contingent->to));
	out_key_u64(out, "of", contingent->number);
	out_key_u64(out, "each", contingent->minutes);
	out_key_text(out, "contact", contingent->contact);
	out_key_text(out, "manner", contingent->manner);
	if (contingent->is_walk_in) {
		out_key_text(out, "walk-in", contingent->walk_in);
		if (contingent->shut < contingent->to &&
		    contingent->shut > contingent->from) {
			out_key(out, "shut");
			out_instant(out, contingent->shut,
			    tz_offset(site->tz, contingent->shut));
		}
	}
	if (contingent->arrived)
		out_key_text(out, "arrived", "yes");
}
