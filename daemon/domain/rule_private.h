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

/* Figures, printed in the order in which they are added; key is a literal. */
void finding_number(struct finding *finding, const char *key, int64_t number);
void finding_weekday(
    struct finding *finding, const char *key, unsigned weekday);
void finding_text(struct finding *finding, const char *key, struct span text);
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
