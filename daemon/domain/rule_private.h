/* SPDX-License-Identifier: ISC */
/*
 * rule_private: what a rule's function needs; for rule*.c only.
 */
#ifndef DOMAIN_RULE_PRIVATE_H
#define DOMAIN_RULE_PRIVATE_H

#include "daemon/domain/rule.h"

/* True, or fills the finding, which is blank but for its first fields. */
typedef bool rule_fn(
    const struct judgement *judgement, struct finding *finding);

#define RULE(ID, moment) rule_fn rule_##ID;
#include "proto/rule.def"
#undef RULE

/* ----- judging, rule.c ----- */

/* What each change of the unit was before; of revision 0 when there was none.
 * Owned by the caller. */
struct assignment *judge_befores(
    const struct book *book, const struct unit *unit);
/* Turns to the change at a position of the unit, whose state is supposed. */
void judge_take(struct judgement *judgement, size_t position);
/* By the rules before `before`; true, or the first finding that refuses. */
bool judge_change(const struct judgement *judgement, enum status before,
    struct finding *finding, struct warnings *warnings);
/* Makes a finding outlive the supposition of a book with so many sites. */
void judge_leave(struct finding *finding, int32_t sites);

/* Whether both are the same work at the same time, whatever their state. */
bool same_half_day(const struct assignment *a, const struct assignment *b);

/* ----- shares of unscheduled care, rule_h16.c ----- */

struct shares *shares_new(void);
void shares_free(struct shares *shares); /* accepts NULL */
/* The book has changed since. */
void shares_forget(struct shares *shares);

/* ----- findings ----- */

/* Figures, printed in the order in which they are added; key is a literal. */
void finding_number(struct finding *finding, const char *key, int64_t number);
void finding_weekday(
    struct finding *finding, const char *key, unsigned weekday);
void finding_text(struct finding *finding, const char *key, struct span text);
void finding_day(struct finding *finding, const char *key, int32_t day);
/* The letter of its part, as "part". */
void finding_part(struct finding *finding, const struct assignment *a);
/* The handle of a site; `scoped`: it is the other assignment's. */
void finding_site(struct finding *finding, const char *key,
    const struct site *site, bool scoped);
/* "from" and "to" of an assignment, and its id as the one in the way. */
void finding_interval(struct finding *finding, const struct assignment *a);
void finding_with(struct finding *finding, const struct assignment *a);
void finding_instant(
    struct finding *finding, const char *key, int64_t instant, int offset);
/* Adds one room to the list "held", or "..." when there is no more space. */
void finding_held(
    struct finding *finding, unsigned room, int64_t until, int offset);

struct rule_text {
	enum status rule;
	unsigned variant;
	const char *source[LANG_COUNT], *text[LANG_COUNT], *remedy[LANG_COUNT];
};

/* Its rows of rule_text.def; NULL when it has no such variant. */
const struct rule_text *rule_text(enum status rule, unsigned variant);

/* The programme of the directory that its reference names, or REF_NONE. */
int32_t assignment_programme(
    const struct book *book, const struct assignment *a);
/* Facts of a kind about the physician of the assignment judged. */
const int32_t *judgement_facts(
    const struct judgement *judgement, enum kind kind, size_t *count);
/* Whether it is for the same physician, place, day and part as before the unit,
 * where it blocked already. */
bool judgement_stays(const struct judgement *judgement);
/* Whether the physician's own limit of travel is kept, see rule_h12_limit.c. */
bool rule_H12_limit(const struct judgement *judgement, struct finding *finding);

static inline bool
is_active(const char *state)
{
	return span_is(span_of(state), "active");
}

static inline enum state
assignment_state(const struct assignment *a)
{
	return (enum state)a->state;
}

static inline enum activity
assignment_activity(const struct assignment *a)
{
	return (enum activity)a->activity;
}

/* Minutes east of UTC at its beginning and at its end. */
static inline int
offset_from(const struct assignment *a)
{
	return a->offset_from * 15;
}

static inline int
offset_to(const struct assignment *a)
{
	return a->offset_to * 15;
}

#endif
