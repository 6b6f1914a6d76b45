/* SPDX-License-Identifier: ISC */
/*
 * plan_fact_bound: how many facts of a kind one owner may have.
 *
 * Verdicts and views walk over all facts of an owner, so there is a bound, and
 * retired ones count.  It is looked at for the whole unit: the new facts of
 * each owner on top of those that the book has.
 */
#include "daemon/server/change/plan.h"

#include "daemon/base/mem.h"
#include "proto/limits.h"

#include <stdio.h>
#include <stdlib.h>

struct stated {
	enum kind kind, owner_kind; /* KIND_COUNT: nobody's, as a holiday */
	int32_t owner;              /* index, REF_NONE then */
	unsigned line;
};

static int
compare(const void *a, const void *b)
{
	const struct stated *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->owner_kind != y->owner_kind)
		return x->owner_kind < y->owner_kind ? -1 : 1;
	if (x->owner != y->owner)
		return x->owner < y->owner ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static bool
is_new_fact(const struct unit_change *change)
{
	return change->fresh != REF_NONE &&
	    kind_info(change->change.kind)->identity != NULL;
}

static size_t
count_new_facts(const struct unit *unit)
{
	size_t count = 0;

	for (size_t i = 0; i < unit->count; i++)
		if (is_new_fact(&unit->changes[i]))
			count++;
	return count;
}

/* Owner by owner; owned by the caller. */
static struct stated *
new_facts(const struct unit *unit, size_t count)
{
	struct stated *facts = xcalloc(count, sizeof(*facts)), *fact = facts;

	for (size_t i = 0; i < unit->count; i++) {
		const struct unit_change *change = &unit->changes[i];

		if (!is_new_fact(change))
			continue;
		fact->kind = change->change.kind;
		fact->line = change->line;
		fact->owner_kind = fact_owner(
		    fact->kind, &change->change.after->entity, &fact->owner);
		fact++;
	}
	qsort(facts, count, sizeof(*facts), compare);
	return facts;
}

static bool
same_owner(const struct stated *a, const struct stated *b)
{
	return a->kind == b->kind && a->owner_kind == b->owner_kind &&
	    a->owner == b->owner;
}

static size_t
known_facts(const struct book *book, const struct stated *fact)
{
	struct id owner = ID_NIL;
	size_t count;

	if (fact->owner_kind != KIND_COUNT) {
		if (fact->owner >= book_count(book, fact->owner_kind))
			return 0; /* the unit itself creates the owner */
		owner = book_entity(book, fact->owner_kind, fact->owner)->id;
	}
	(void)book_facts(book, fact->kind, owner, &count);
	return count;
}

static void
refuse(struct refusal *refusal, const struct stated *fact)
{
	enum kind what =
	    fact->owner_kind == KIND_COUNT ? fact->kind : fact->owner_kind;
	struct out out = OUT(refusal->figures);

	*refusal = (struct refusal){.status = STATUS_LIMIT,
	    .line = fact->line,
	    .expected = "fewer facts of a kind about one owner"};
	(void)snprintf(
	    refusal->what, sizeof(refusal->what), "%s", kind_info(what)->name);
	out.size--;
	out_key_u64(&out, "of", PROTO_FACTS_MAX);
}

enum status
plan_judge_fact_counts(
    const struct unit *unit, const struct book *book, struct refusal *refusal)
{
	const struct stated *wrong = NULL;
	size_t count = count_new_facts(unit), known = 0, first = 0;
	struct stated *facts;

	if (count == 0)
		return STATUS_OK;
	facts = new_facts(unit, count);
	for (size_t i = 0; i < count; i++) {
		const struct stated *fact = &facts[i];

		if (i == 0 || !same_owner(fact, &facts[first])) {
			first = i;
			known = known_facts(book, fact);
		}
		if (known + (i - first) >= PROTO_FACTS_MAX &&
		    (wrong == NULL || fact->line < wrong->line))
			wrong = fact;
	}
	if (wrong != NULL)
		refuse(refusal, wrong);
	free(facts);
	return wrong == NULL ? STATUS_OK : STATUS_LIMIT;
}
