/* SPDX-License-Identifier: ISC */
/*
 * unit: building and sealing.
 *
 * A small unit is searched from its beginning; a large one has an index. Guards
 * are collected as they come and sorted once.
 */
#include "daemon/domain/unit.h"

#include "daemon/base/mem.h"
#include "daemon/domain/share.h"
#include "daemon/domain/unit_index.h"

#include <stdlib.h>
#include <string.h>

/* From here on an index is quicker than looking at each. */
enum { INDEX_FROM = 32 };

/* The longest quarter. */
enum { QUARTER_DAYS = 92 };

void
unit_init(struct unit *unit)
{
	*unit = (struct unit){0};
}

void
unit_fini(struct unit *unit)
{
	for (size_t i = 0; i < unit->count; i++)
		free((union after *)unit->changes[i].change.after);
	free(unit->changes);
	free(unit->bumps);
	free(unit->reads);
	unit_index_free(unit->index);
	*unit = (struct unit){0};
}

static void
bump(struct unit *unit, struct id guard, int32_t day)
{
	unit->bumps = xgrow(unit->bumps, &unit->bump_capacity,
	    unit->bump_count + 1, sizeof(unit->bumps[0]));
	unit->bumps[unit->bump_count++] = (struct guard){guard, 0, day};
}

void
unit_read(struct unit *unit, struct id guard, int32_t day)
{
	if (unit->sealed)
		abort();
	unit->reads = xgrow(unit->reads, &unit->read_capacity,
	    unit->read_count + 1, sizeof(unit->reads[0]));
	unit->reads[unit->read_count++] = (struct guard){guard, 0, day};
}

/* The physician and the site x day that an assignment is on. */
static void
bump_assignment(
    struct unit *unit, const struct book *book, const struct assignment *a)
{
	const struct entity *physician =
	    unit_at(unit, book, KIND_PHYSICIAN, a->physician);
	const struct entity *site = unit_at(unit, book, KIND_SITE, a->site);

	bump(unit, guard_entity(KIND_PHYSICIAN, physician->id), INT32_MAX);
	bump(unit, guard_site_day(site->id, a->day), a->day);
}

/* The places of a half-day, and whatever makes that they are given or not. */
static void
bump_places(struct unit *unit, struct id slot, int32_t day)
{
	bump(unit, guard_entity(KIND_ASSIGNMENT, slot), day);
}

/*
 * The shares of unscheduled care that the change may raise, and what says how
 * far: the programme, and the structure of the site.
 */
static void
add_shares(struct unit *unit, const struct book *book,
    const struct assignment *former, const struct assignment *after)
{
	struct share_group groups[2];
	unsigned n = share_touched(former, after, groups);

	for (unsigned i = 0; i < n; i++) {
		const struct site *site = (const struct site *)unit_at(
		    unit, book, KIND_SITE, groups[i].site);
		struct span word = book_word_text(book, groups[i].programme);
		int32_t programme = REF_NONE;

		bump(unit,
		    guard_share(word, site->entity.id, groups[i].quarter),
		    groups[i].quarter + QUARTER_DAYS);
		if (word.len > 0)
			programme =
			    unit_resolve(unit, book, KIND_PROGRAMME, word);
		if (programme != REF_NONE)
			unit_read(unit,
			    guard_entity(KIND_PROGRAMME,
				unit_at(unit, book, KIND_PROGRAMME, programme)
				    ->id),
			    INT32_MAX);
		if (site->structure != REF_NONE)
			unit_read(unit,
			    guard_entity(KIND_STRUCTURE,
				unit_at(
				    unit, book, KIND_STRUCTURE, site->structure)
				    ->id),
			    INT32_MAX);
	}
}

/* The programme that the reference names, where the directory has it: its days
 * and its quotas. */
static void
read_programme(
    struct unit *unit, const struct book *book, const struct assignment *a)
{
	struct span reference = book_word_text(book, a->programme);
	int32_t programme = reference.len == 0
	    ? REF_NONE
	    : unit_resolve(unit, book, KIND_PROGRAMME, reference);

	if (programme != REF_NONE)
		unit_read(unit,
		    guard_entity(KIND_PROGRAMME,
			unit_at(unit, book, KIND_PROGRAMME, programme)->id),
		    INT32_MAX);
}

static void
add_guards(struct unit *unit, const struct book *book, enum kind kind,
    const union after *after)
{
	const struct assignment *former;
	const struct entity *of;

	const struct kind_info *info = kind_info(kind);
	enum kind owner_kind;
	int32_t owner;

	if (kind == KIND_ASSIGNMENT) {
		former = book_assignment(book, after->assignment.id);
		if (former != NULL)
			bump_assignment(unit, book, former);
		if (former != NULL && assignment_gives(former))
			bump_places(unit, former->id, former->day);
		bump_assignment(unit, book, &after->assignment);
		of = unit_at(unit, book, KIND_SITE, after->assignment.site);
		unit_read(unit, guard_entity(KIND_SITE, of->id), INT32_MAX);
		read_programme(unit, book, &after->assignment);
		add_shares(unit, book, former, &after->assignment);
	} else if (kind == KIND_OFFER) {
		bump_places(unit, after->offer.slot, after->offer.day);
	} else if (kind == KIND_PLACE) {
		bump_places(unit, after->visit.slot, after->visit.day);
	} else if (kind == KIND_TOKEN) {
		of = unit_at(unit, book, KIND_ACCOUNT, after->token.account);
		bump(unit, guard_entity(KIND_ACCOUNT, of->id), INT32_MAX);
	} else if (info->judged) {
		owner_kind = fact_owner(kind, &after->entity, &owner);
		of = unit_at(unit, book, owner_kind, owner);
		bump(unit, guard_entity(owner_kind, of->id), INT32_MAX);
	} else {
		bump(unit, guard_entity(kind, after->entity.id), INT32_MAX);
	}
}

static void
append(struct unit *unit, const struct book *book, enum kind kind,
    const union after *after, struct id id)
{
	struct unit_change *change;
	uint32_t rev = book_revision(book, kind, id);
	size_t size = kind_info(kind)->size;
	union after *kept = xmalloc(size);

	memcpy(kept, after, size);
	if (kind == KIND_ASSIGNMENT)
		kept->assignment.rev = rev + 1;
	else
		kept->entity.rev = rev + 1;
	unit->changes = xgrow(unit->changes, &unit->capacity, unit->count + 1,
	    sizeof(unit->changes[0]));
	change = &unit->changes[unit->count++];
	*change = (struct unit_change){.fresh = REF_NONE};
	change->change.kind = kind;
	change->change.id = id;
	change->change.rev = rev + 1;
	change->change.after = kept;
	if (rev == 0)
		change->fresh = unit->fresh[kind]++;
	if (unit->index != NULL)
		unit_index_add(unit->index, unit, unit->count - 1);
	else if (unit->count == INDEX_FROM)
		unit->index = unit_index_new(unit);
}

static void
replace(struct unit *unit, size_t position, const union after *after)
{
	const struct unit_change *change = &unit->changes[position];
	enum kind kind = change->change.kind;
	union after *kept = (union after *)change->change.after;

	if (unit->index != NULL)
		unit_index_remove(unit->index, unit, position);
	memmove(kept, after, kind_info(kind)->size);
	if (kind == KIND_ASSIGNMENT)
		kept->assignment.rev = change->change.rev;
	else
		kept->entity.rev = change->change.rev;
	if (unit->index != NULL)
		unit_index_add(unit->index, unit, position);
}

void
unit_put(struct unit *unit, const struct book *book, enum kind kind,
    const union after *after, unsigned line, struct span reason)
{
	struct id id =
	    kind == KIND_ASSIGNMENT ? after->assignment.id : after->entity.id;
	size_t position = unit_position(unit, kind, id);

	if (unit->sealed)
		abort();
	if (position == UNIT_NONE) {
		position = unit->count;
		append(unit, book, kind, after, id);
	} else {
		replace(unit, position, after);
	}
	unit->changes[position].line = line;
	unit->changes[position].reason = reason;
	add_guards(unit, book, kind, unit->changes[position].change.after);
}

static int
compare_guards(const void *a, const void *b)
{
	return id_compare(
	    ((const struct guard *)a)->id, ((const struct guard *)b)->id);
}

/* Sorts, drops doubles and whatever stands in `without`; the new count. */
static size_t
tidy(struct guard *guards, size_t count, const struct guard *without,
    size_t without_count)
{
	size_t kept = 0, other = 0;

	if (count == 0)
		return 0;
	qsort(guards, count, sizeof(guards[0]), compare_guards);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && id_equal(guards[kept - 1].id, guards[i].id))
			continue;
		while (other < without_count &&
		    compare_guards(&without[other], &guards[i]) < 0)
			other++;
		if (other < without_count &&
		    id_equal(without[other].id, guards[i].id))
			continue;
		guards[kept++] = guards[i];
	}
	return kept;
}

/* Kinds in their order, what came first first within each. */
static void
sort_changes(struct unit *unit)
{
	struct unit_change *sorted;
	size_t n = 0;

	sorted = xcalloc(unit->count, sizeof(sorted[0]));
	for (unsigned kind = 0; kind < KIND_COUNT; kind++)
		for (size_t i = 0; i < unit->count; i++)
			if (unit->changes[i].change.kind == kind)
				sorted[n++] = unit->changes[i];
	free(unit->changes);
	unit->changes = sorted;
	unit->capacity = unit->count;
}

void
unit_seal(struct unit *unit, const struct book *book)
{
	if (unit->sealed)
		abort();
	unit->sealed = true;
	sort_changes(unit);
	if (unit->index != NULL) {
		unit_index_free(unit->index);
		unit->index = unit_index_new(unit);
	}
	unit->bump_count = tidy(unit->bumps, unit->bump_count, NULL, 0);
	unit->read_count =
	    tidy(unit->reads, unit->read_count, unit->bumps, unit->bump_count);
	for (size_t i = 0; i < unit->bump_count; i++)
		unit->bumps[i].seen = book_guard(book, unit->bumps[i].id);
	for (size_t i = 0; i < unit->read_count; i++)
		unit->reads[i].seen = book_guard(book, unit->reads[i].id);
}

void
unit_set_private(
    struct unit *unit, enum kind kind, struct id id, struct span private)
{
	size_t position = unit_position(unit, kind, id);

	if (position == UNIT_NONE)
		abort();
	unit->changes[position].private = private;
}

void
unit_set_room(struct unit *unit, size_t position, unsigned room)
{
	const struct change *change = &unit->changes[position].change;
	/* Owned by the unit, which alone may change it. */
	union after *after = (union after *)change->after;

	if (change->kind != KIND_ASSIGNMENT)
		abort();
	after->assignment.room = (uint8_t)room;
}
