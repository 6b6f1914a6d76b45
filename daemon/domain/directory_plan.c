/* SPDX-License-Identifier: ISC */
/*
 * directory_plan: the tables of what is asked of the plan - needs, rotations -
 * and of what its half-days give out.
 */
#include "daemon/domain/directory_private.h"
#include "daemon/domain/visit.h"

static const char *const rotation_modes[] = {"turn", "week", NULL};
static const char *const rotation_states[] = {"active", "ended", NULL};
static const char *const contacts[] = {"", "site", "visit", "remote", NULL};
static const char *const offer_manners[] = {"", "bookable", "walk-in", NULL};
static const char *const walk_ins[] = {"open", "full", "closed", NULL};
static const char *const yes_or_no[] = {"yes", "no", NULL};
static const char *const visit_states[] = {
    "held", "taken", "honoured", "missed", "released", NULL};

static const struct field need_fields[] = {
    {SITE(need), .initial = ""},
    {MEMBER(need, sector), .key = KEY_SECTOR, .type = FIELD_REF,
	.ref = KIND_TERRITORY, .initial = ""},
    {PATTERN(need)},
    {MEMBER(need, activity), .key = KEY_ACTIVITY, .type = FIELD_WORD,
	.names = words_activity, .initial = "MT"},
    {MEMBER(need, specialty), .key = KEY_SPECIALTY, .type = FIELD_WORD,
	.initial = "MG"},
    {FROM(need)},
    {TO(need)},
    {MEMBER(need, number), .key = KEY_NUMBER, .type = FIELD_U32, .min = 1,
	.max = 20, .initial = "1"},
    {STATE(need)},
    {SOURCE(need)},
};

const struct kind_info kind_need = {KIND(need), .handle = KEY_NEED,
    IDENTITY(KEY_SITE, KEY_SECTOR, KEY_PATTERN, KEY_ACTIVITY, KEY_SPECIALTY,
	KEY_FROM),
    .judged = true};

static const struct field rotation_fields[] = {
    {MEMBER(rotation, code), .key = KEY_CODE, .type = FIELD_WORD},
    {SITE(rotation), .initial = ""},
    {MEMBER(rotation, sector), .key = KEY_SECTOR, .type = FIELD_REF,
	.ref = KIND_TERRITORY, .initial = ""},
    {PATTERN(rotation)},
    {MEMBER(rotation, mode), .key = KEY_MODE, .type = FIELD_WORD,
	.names = rotation_modes, .initial = "turn"},
    {MEMBER(rotation, activity), .key = KEY_ACTIVITY, .type = FIELD_WORD,
	.names = words_activity, .initial = "MT"},
    {COUNT(rotation, unscheduled, PORTION_MAX), .key = KEY_UNSCHEDULED,
	.initial = "0", .quiet = true},
    {COUNT(rotation, remote, PORTION_MAX), .key = KEY_REMOTE, .initial = "0",
	.quiet = true},
    {MEMBER(rotation, programme), .key = KEY_PROGRAMME, .type = FIELD_REF,
	.ref = KIND_PROGRAMME, .initial = ""},
    {FROM(rotation)},
    {MEMBER(rotation, to), .key = KEY_TO, .type = FIELD_DAY},
    {MEMBER(rotation, physicians), .key = KEY_PHYSICIANS, .type = FIELD_TEXT},
    {MEMBER(rotation, state), .key = KEY_STATE, .type = FIELD_WORD,
	.names = rotation_states, .initial = "active"},
    {SOURCE(rotation)},
};

const struct kind_info kind_rotation = {
    KIND(rotation), .handle = KEY_ROTATION, .natural = KEY_CODE};

static const char *const terms[] = {
#define TERM(SYMBOL, id, key, value, unit, en, fr) key,
#include "daemon/domain/term.def"
#undef TERM
    NULL};

static const struct field weight_fields[] = {
    {MEMBER(weight, territory), .key = KEY_TERRITORY, .type = FIELD_REF,
	.ref = KIND_TERRITORY, .initial = ""},
    {MEMBER(weight, programme), .key = KEY_PROGRAMME, .type = FIELD_REF,
	.ref = KIND_PROGRAMME, .initial = ""},
    {MEMBER(weight, term), .key = KEY_TERM, .type = FIELD_WORD, .names = terms},
    {FROM(weight)},
    {TO(weight)},
    {COUNT(weight, value, WEIGHT_VALUE_MAX), .key = KEY_VALUE, .initial = "0"},
    {STATE(weight)},
    {SOURCE(weight)},
};

const struct kind_info kind_weight = {KIND(weight), .handle = KEY_WEIGHT,
    IDENTITY(KEY_TERRITORY, KEY_PROGRAMME, KEY_TERM, KEY_FROM)};

/* Written by verbs of their own: no key puts or prints a field. */
static const struct field offer_fields[] = {
    {MEMBER(offer, slot), .type = FIELD_ID},
    {MEMBER(offer, day), .type = FIELD_DAY},
    {COUNT(offer, number, OFFER_USUAL), .initial = "100"},
    {COUNT(offer, minutes, 240), .initial = "0"},
    {COUNT(offer, opens, 2 * MINUTES_PER_DAY), .initial = "0"},
    {COUNT(offer, closes, 2 * MINUTES_PER_DAY), .initial = "0"},
    {MEMBER(offer, contact), .type = FIELD_WORD, .names = contacts,
	.initial = ""},
    {MEMBER(offer, manner), .type = FIELD_WORD, .names = offer_manners,
	.initial = ""},
    {MEMBER(offer, walk_in), .type = FIELD_WORD, .names = walk_ins,
	.initial = "open"},
    {COUNT(offer, shut, 2 * MINUTES_PER_DAY), .initial = "0"},
    {MEMBER(offer, arrived), .type = FIELD_WORD, .names = yes_or_no,
	.initial = "no"},
};

const struct kind_info kind_offer = {KIND(offer), .handle = KEY_SLOT};

static const struct field visit_fields[] = {
    {MEMBER(visit, slot), .type = FIELD_ID},
    {MEMBER(visit, day), .type = FIELD_DAY},
    {COUNT(visit, number, OFFER_PLACES_MAX)},
    {MEMBER(visit, at), .type = FIELD_INSTANT},
    {COUNT(visit, minutes, 240)},
    {MEMBER(visit, state), .type = FIELD_WORD, .names = visit_states},
    {MEMBER(visit, expires), .type = FIELD_INSTANT},
};

const struct kind_info kind_visit = {.name = "place",
    .size = sizeof(struct visit),
    .fields = visit_fields,
    .nfields = ARRAY_SIZE(visit_fields),
    .handle = KEY_PLACE};
