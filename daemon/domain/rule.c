/* SPDX-License-Identifier: ISC */
/*
 * rule: which rules there are, and judging a unit by them.
 */
#include "daemon/domain/rule.h"

#include "daemon/base/mem.h"
#include "daemon/domain/rule_private.h"

#include <stdlib.h>
#include <string.h>

static const struct rule {
	enum status id;
	enum moment moment;
	rule_fn *judge;
} rules[] = {
#define RULE(ID, moment) {STATUS_##ID, MOMENT_##moment, rule_##ID},
#include "proto/rule.def"
#undef RULE
};

/* Of "H05". */
static unsigned
rule_number(enum status rule)
{
	const char *code = status_code(rule);

	return (unsigned)(code[1] - '0') * 10 + (unsigned)(code[2] - '0');
}

/* Whether a half-day that was published is now said to have been held, or not:
 * that is so, whatever the plan would say of it today. */
static bool
is_record(const struct judgement *judgement)
{
	const struct assignment *before = judgement->before;
	enum state state = assignment_state(judgement->assignment);

	return (state == STATE_HELD || state == STATE_NOT_HELD) &&
	    before != NULL && before->state != STATE_DRAFT &&
	    before->state != STATE_CANCELLED &&
	    same_half_day(before, judgement->assignment);
}

/* Whether the rule is judged of this change. */
static bool
applies(const struct rule *rule, const struct judgement *judgement)
{
	bool blocks = state_blocks(assignment_state(judgement->assignment));

	if (judgement->rules->off & RULE_BIT(rule_number(rule->id)))
		return false;
	switch (rule->moment) {
	case MOMENT_WRITE:
		/* What was not held and was after all blocks again. */
		return blocks && judgement->rules->moment == MOMENT_WRITE &&
		    !(is_record(judgement) &&
			state_blocks(assignment_state(judgement->before)));
	case MOMENT_PUBLISH:
		return !is_record(judgement);
	case MOMENT_ALWAYS:
		return true;
	case MOMENT_CLOSE:
		return false;
	}
	abort();
}

static void
finding_begin(
    struct finding *finding, enum status rule, const struct unit_change *change)
{
	finding->rule = rule;
	finding->variant = 0;
	finding->warning = false;
	finding->line = change->line;
	finding->slot = change->change.id;
	finding->with = ID_NIL;
	finding->with_site = REF_NONE;
	finding->count = 0;
	finding->used = 0;
}

void
warnings_fini(struct warnings *warnings)
{
	free(warnings->at);
	*warnings = (struct warnings){NULL, 0, 0, false};
}

static bool
same_figure(const struct figure *a, const struct figure *b)
{
	return strcmp(a->key, b->key) == 0 && a->number == b->number &&
	    a->len == b->len;
}

static bool
says_the_same(const struct finding *a, const struct finding *b)
{
	if (a->rule != b->rule || a->variant != b->variant ||
	    a->count != b->count || a->used != b->used ||
	    memcmp(a->text, b->text, a->used) != 0)
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (!same_figure(&a->figures[i], &b->figures[i]))
			return false;
	return true;
}

bool
warnings_add(struct warnings *warnings, const struct finding *finding)
{
	for (size_t i = 0; i < warnings->count; i++)
		if (says_the_same(&warnings->at[i], finding))
			return false;
	if (warnings->count == WARNINGS_MAX) {
		warnings->more = true;
		return false;
	}
	warnings->at = xgrow(warnings->at, &warnings->capacity,
	    warnings->count + 1, sizeof(warnings->at[0]));
	warnings->at[warnings->count++] = *finding;
	return true;
}

bool
judge_change(const struct judgement *judgement, enum status before,
    struct finding *finding, struct warnings *warnings)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].id >= before)
			break;
		if (!applies(&rules[i], judgement))
			continue;
		finding_begin(finding, rules[i].id, judgement->change);
		if (rules[i].judge(judgement, finding))
			continue;
		if (!finding->warning)
			return false;
		if (warnings != NULL)
			(void)warnings_add(warnings, finding);
	}
	return true;
}

bool
same_half_day(const struct assignment *a, const struct assignment *b)
{
	return a->physician == b->physician && a->site == b->site &&
	    a->day == b->day && a->part == b->part && a->from == b->from &&
	    a->length == b->length && a->room == b->room &&
	    a->activity == b->activity && a->programme == b->programme &&
	    a->unscheduled == b->unscheduled && a->remote == b->remote;
}

void
judge_take(struct judgement *judgement, size_t position)
{
	const struct assignment *before = &judgement->befores[position];

	judgement->change = &judgement->unit->changes[position];
	judgement->assignment =
	    book_assignment(judgement->book, judgement->change->change.id);
	judgement->before = before->rev == 0 ? NULL : before;
}

struct assignment *
judge_befores(const struct book *book, const struct unit *unit)
{
	struct assignment *befores = xcalloc(unit->count, sizeof(*befores));

	for (size_t i = 0; i < unit->count; i++) {
		const struct change *change = &unit->changes[i].change;
		const struct assignment *a;

		if (change->kind != KIND_ASSIGNMENT)
			continue;
		a = book_assignment(book, change->id);
		if (a != NULL)
			befores[i] = *a;
	}
	return befores;
}

/* A verdict on a whole unit, which is supposed meanwhile. */
static void
begin(struct judgement *judgement, struct book *book, const struct rules *by,
    const struct unit *unit)
{
	const struct change **changes;

	if (!unit->sealed)
		abort();
	*judgement = (struct judgement){.book = book,
	    .rules = by,
	    .unit = unit,
	    .befores = judge_befores(book, unit),
	    .shares = shares_new()};
	changes = xcalloc(unit->count, sizeof(const struct change *));
	for (size_t i = 0; i < unit->count; i++)
		changes[i] = &unit->changes[i].change;
	book_suppose(book, changes, unit->count);
	free(changes);
}

void
judge_leave(struct finding *finding, int32_t sites)
{
	/* A site of the unit's own is not in the book any more. */
	if (finding->with_site >= sites)
		finding->with_site = REF_NONE;
}

static void
end(struct judgement *judgement, struct book *book, struct warnings *warnings)
{
	book_retract(book);
	shares_free(judgement->shares);
	free((struct assignment *)judgement->befores);
	for (size_t i = 0; warnings != NULL && i < warnings->count; i++)
		judge_leave(&warnings->at[i], book_count(book, KIND_SITE));
}

bool
rules_judge(struct book *book, const struct rules *by, const struct unit *unit,
    struct finding *first, struct warnings *warnings)
{
	struct judgement judgement;
	int32_t sites = book_count(book, KIND_SITE);
	struct finding finding;
	bool found = false;

	begin(&judgement, book, by, unit);
	for (size_t i = 0; i < unit->count; i++) {
		const struct unit_change *change = &unit->changes[i];
		enum status until = STATUS_COUNT;

		if (change->change.kind != KIND_ASSIGNMENT ||
		    (found && change->line > first->line))
			continue;
		if (found && change->line == first->line)
			until = first->rule;
		judge_take(&judgement, i);
		if (!judge_change(&judgement, until, &finding, warnings)) {
			*first = finding;
			found = true;
		}
	}
	end(&judgement, book, warnings);
	if (found)
		judge_leave(first, sites);
	return !found;
}

size_t
rules_findings(struct book *book, const struct rules *by,
    const struct unit *unit, struct finding *findings, size_t max,
    struct warnings *warnings)
{
	struct judgement judgement;
	int32_t sites = book_count(book, KIND_SITE);
	struct finding finding;
	size_t refused = 0;

	begin(&judgement, book, by, unit);
	for (size_t i = 0; i < unit->count; i++) {
		if (unit->changes[i].change.kind != KIND_ASSIGNMENT)
			continue;
		judge_take(&judgement, i);
		if (judge_change(&judgement, STATUS_COUNT, &finding, warnings))
			continue;
		judge_leave(&finding, sites);
		if (refused < max)
			findings[refused] = finding;
		refused++;
	}
	end(&judgement, book, warnings);
	return refused;
}

bool
rules_alone(const struct book *book, const struct rules *by,
    const struct assignment *assignment, struct finding *finding)
{
	const struct unit_change change = {
	    .change = {.kind = KIND_ASSIGNMENT, .id = assignment->id}};
	struct rules alone = *by;
	const struct judgement judgement = {.book = book,
	    .rules = &alone,
	    .change = &change,
	    .assignment = assignment};

	alone.off |= RULE_BIT(9) | RULE_BIT(15) | RULE_BIT(16);
	return judge_change(&judgement, STATUS_COUNT, finding, NULL);
}
