/* SPDX-License-Identifier: ISC */
/*
 * plan_stop: what a sealed unit makes of its sites, looked at in the end state.
 *
 * A vehicle stands in one place per half-day.  A stop raises the guard of its
 * site, so of two that meet and are put at once the later one is judged again.
 */
#include "daemon/server/change/plan.h"

#include "daemon/base/mem.h"
#include "daemon/domain/open.h"

#include <stdlib.h>
#include <string.h>

/* Stops of one site at a time: each is compared with every other. */
enum { STOPS_MAX = 64 };

static enum status
refuse_kind(struct refusal *refusal, unsigned line, const struct site *site)
{
	struct out out = OUT(refusal->figures);

	*refusal = (struct refusal){.status = STATUS_STATE,
	    .line = line,
	    .what = "site",
	    .expected = "a site of the kind mobile"};
	out.size--;
	out_key_text(&out, "kind", site->kind);
	return refusal->status;
}

static enum status
refuse_many(struct refusal *refusal, unsigned line)
{
	*refusal = (struct refusal){.status = STATUS_LIMIT,
	    .line = line,
	    .what = "site",
	    .expected = "a site of at most 64 stops at a time"};
	return refusal->status;
}

static enum status
refuse_meeting(struct refusal *refusal, unsigned line, const struct stop *other,
    int32_t day, enum part part)
{
	const char letter[] = {part_letter(part), '\0'};
	struct out out = OUT(refusal->figures);

	*refusal = (struct refusal){.status = STATUS_EXISTS,
	    .line = line,
	    .what = "pattern",
	    .expected = "half-days in which the vehicle stands nowhere else"};
	out.size--;
	out_key_id(&out, "stop", other->entity.id);
	out_key_text(&out, "commune", other->commune);
	out_key_day(&out, "day", day);
	out_key_text(&out, "part", letter);
	return refusal->status;
}

/* The first half-day at which the vehicle would stand in two places. */
static enum status
judge_meetings(const struct book *book, const struct unit_change *change,
    struct refusal *refusal)
{
	const struct stop *stop = &change->change.after->stop;
	const struct stop *with = NULL;
	struct id site = book_site(book, stop->site)->entity.id;
	enum part first_part = PART_M, part;
	int32_t first = INT32_MAX, day;
	size_t count, beside = 0;
	const int32_t *facts = book_facts(book, KIND_STOP, site, &count);

	for (size_t i = 0; i < count; i++) {
		const struct stop *other =
		    (const struct stop *)book_entity(book, KIND_STOP, facts[i]);

		if (id_equal(other->entity.id, stop->entity.id) ||
		    !stops_overlap(stop, other))
			continue;
		if (++beside == STOPS_MAX)
			return refuse_many(refusal, change->line);
		if (!stops_meet(stop, other, &day, &part) || day > first ||
		    (day == first && part >= first_part))
			continue;
		with = other;
		first = day;
		first_part = part;
	}
	return with == NULL
	    ? STATUS_OK
	    : refuse_meeting(refusal, change->line, with, first, first_part);
}

static enum status
judge_stop(const struct book *book, const struct unit_change *change,
    struct refusal *refusal)
{
	const struct stop *stop = &change->change.after->stop;
	const struct site *site = book_site(book, stop->site);

	if (strcmp(stop->state, "active") != 0)
		return STATUS_OK;
	if (!site_is_mobile(site))
		return refuse_kind(refusal, change->line, site);
	return judge_meetings(book, change, refusal);
}

static enum status
judge_stops(
    const struct unit *unit, const struct book *book, struct refusal *refusal)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < unit->count && status == STATUS_OK; i++)
		if (unit->changes[i].change.kind == KIND_STOP)
			status = judge_stop(book, &unit->changes[i], refusal);
	return status;
}

static bool
concerns_sites(const struct unit *unit)
{
	for (size_t i = 0; i < unit->count; i++)
		if (unit->changes[i].change.kind == KIND_STOP ||
		    unit->changes[i].change.kind == KIND_CLOSURE ||
		    unit->changes[i].change.kind == KIND_OPENING)
			return true;
	return false;
}

enum status
plan_judge_sites(
    const struct unit *unit, struct book *book, struct refusal *refusal)
{
	const struct change **changes;
	enum status status;

	if (!concerns_sites(unit))
		return STATUS_OK;
	changes = xcalloc(unit->count, sizeof(const struct change *));
	for (size_t i = 0; i < unit->count; i++)
		changes[i] = &unit->changes[i].change;
	book_suppose(book, changes, unit->count);
	status = judge_stops(unit, book, refusal);
	if (status == STATUS_OK)
		status = plan_judge_closures(unit, book, refusal);
	book_retract(book);
	free(changes);
	return status;
}
