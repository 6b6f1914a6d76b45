/* SPDX-License-Identifier: ISC */
/*
 * rule: which rules there are, and judging a unit by them.
 */
#include "daemon/domain/rule.h"

#include "daemon/base/mem.h"
#include "daemon/domain/rule_private.h"

#include <stdlib.h>

static const struct rule {
	enum status id;
	enum moment moment;
	rule_fn *judge;
} rules[] = {
#define RULE(ID, moment) {STATUS_##ID, MOMENT_##moment, rule_##ID},
#include "proto/rule.def"
#undef RULE
};

static bool
is_of(const struct rule *rule, enum moment moment)
{
	return rule->moment == moment || rule->moment == MOMENT_ALWAYS;
}

static void
finding_begin(
    struct finding *finding, enum status rule, const struct unit_change *change)
{
	finding->rule = rule;
	finding->variant = 0;
	finding->line = change->line;
	finding->slot = change->change.id;
	finding->with = ID_NIL;
	finding->with_site = REF_NONE;
	finding->count = 0;
	finding->used = 0;
}

/* By the rules before `before`; true, or the first finding. */
static bool
judge(const struct judgement *judgement, enum moment moment, enum status before,
    const struct unit_change *change, struct finding *finding)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].id >= before)
			break;
		if (!is_of(&rules[i], moment))
			continue;
		finding_begin(finding, rules[i].id, change);
		if (!rules[i].judge(judgement, finding))
			return false;
	}
	return true;
}

/* The first finding in the order of (line, rule). */
static bool
judge_changes(struct judgement *judgement, enum moment moment,
    const struct unit *unit, struct finding *first)
{
	struct finding finding;
	bool found = false;

	for (size_t i = 0; i < unit->count; i++) {
		const struct unit_change *change = &unit->changes[i];
		enum status before = STATUS_COUNT;

		if (change->change.kind != KIND_ASSIGNMENT ||
		    (found && change->line > first->line))
			continue;
		if (found && change->line == first->line)
			before = first->rule;
		judgement->assignment =
		    book_assignment(judgement->book, change->change.id);
		if (!state_blocks(assignment_state(judgement->assignment)))
			continue;
		if (!judge(judgement, moment, before, change, &finding)) {
			*first = finding;
			found = true;
		}
	}
	return !found;
}

bool
rules_judge(struct book *book, const struct travel *travel, enum moment moment,
    const struct unit *unit, struct finding *finding)
{
	struct judgement judgement = {book, travel, NULL};
	int32_t sites = book_count(book, KIND_SITE);
	const struct change **changes;
	bool acceptable;

	if (!unit->sealed)
		abort();
	changes = xcalloc(unit->count, sizeof(const struct change *));
	for (size_t i = 0; i < unit->count; i++)
		changes[i] = &unit->changes[i].change;
	book_suppose(book, changes, unit->count);
	acceptable = judge_changes(&judgement, moment, unit, finding);
	book_retract(book);
	free(changes);
	/* A site of the unit's own is not in the book any more. */
	if (!acceptable && finding->with_site >= sites)
		finding->with_site = REF_NONE;
	return acceptable;
}
