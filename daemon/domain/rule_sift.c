/* SPDX-License-Identifier: ISC */
/*
 * rule_sift: judging a unit change by change, so that what is refused of it
 * leaves the rest as good as it can be.
 *
 * Everything that the assignments of the unit were before is given up first:
 * two half-days that change places do not stand in each other's way.
 */
#include "daemon/domain/rule_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

/* Its room, where that is still to be allotted. */
static void
allot_room(const struct book *book, struct assignment *a)
{
	if (a->room > PROTO_ROOMS_MAX)
		a->room = (uint8_t)room_lowest_free(
		    book, a->site, a->from, assignment_to(a), a->id);
}

static void
give_up(struct book *book, const struct assignment *before)
{
	union after after = {.assignment = *before};
	struct change change = {.kind = KIND_ASSIGNMENT,
	    .id = before->id,
	    .rev = before->rev,
	    .after = &after};

	if (!state_blocks(assignment_state(before)))
		return;
	after.assignment.state = STATE_CANCELLED;
	book_suppose_more(book, &change);
}

/* What the unit does beside, and nothing of what its half-days were. */
static void
clear(struct book *book, const struct judgement *judgement)
{
	const struct unit *unit = judgement->unit;

	book_suppose(book, NULL, 0);
	for (size_t i = 0; i < unit->count; i++)
		if (unit->changes[i].change.kind != KIND_ASSIGNMENT)
			book_suppose_more(book, &unit->changes[i].change);
	for (size_t i = 0; i < unit->count; i++)
		if (judgement->befores[i].rev > 0)
			give_up(book, &judgement->befores[i]);
}

/* Puts one in its place; whether it may stay there. */
static bool
try(struct book *book, struct judgement *judgement, size_t position,
    struct finding *finding)
{
	struct change change = judgement->unit->changes[position].change;
	union after after = {.assignment = change.after->assignment};

	allot_room(book, &after.assignment);
	change.after = &after;
	book_suppose_more(book, &change);
	shares_forget(judgement->shares);
	judge_take(judgement, position);
	if (judge_change(judgement, STATUS_COUNT, finding, NULL))
		return true;
	book_suppose_less(book);
	return false;
}

size_t
rules_sift(struct book *book, const struct rules *rules,
    const struct unit *unit, rules_refused_fn *refused, void *arg)
{
	struct judgement judgement = {.book = book,
	    .rules = rules,
	    .unit = unit,
	    .befores = judge_befores(book, unit),
	    .shares = shares_new()};
	int32_t sites = book_count(book, KIND_SITE);
	struct finding finding;
	size_t count = 0;

	if (!unit->sealed)
		abort();
	clear(book, &judgement);
	for (size_t i = 0; i < unit->count; i++) {
		if (unit->changes[i].change.kind != KIND_ASSIGNMENT ||
		    try(book, &judgement, i, &finding))
			continue;
		judge_leave(&finding, sites);
		refused(arg, &unit->changes[i], &finding);
		count++;
	}
	book_retract(book);
	shares_free(judgement.shares);
	free((struct assignment *)judgement.befores);
	return count;
}
