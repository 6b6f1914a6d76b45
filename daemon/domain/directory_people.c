/* SPDX-License-Identifier: ISC */
/*
 * directory_people: the tables of programmes, of physicians and what is said
 * of them, and of the accounts.
 */
#include "daemon/domain/directory_private.h"

static const char *const statuses[] = {"physician", "junior", "intern", NULL};
static const char *const authorisation_kinds[] = {
    "principal", "declaration", "mission", "locum", NULL};
static const char *const availability_kinds[] = {
    "available", "unavailable", "preferred", "disliked", NULL};
static const char *const periods[] = {
    "week", "month", "year", "contract", NULL};
static const char *const roles[] = {
    "admin", "coordinator", "physician", "desk", "regulator", "auditor", NULL};
static const char *const account_states[] = {
    "invited", "active", "revoked", NULL};
static const char *const token_kinds[] = {"invite", "bearer", NULL};
static const char *const token_states[] = {"live", "used", "revoked", NULL};

static bool
rpps_has_form(struct span text)
{
	return rpps_check(text) != ID_FORM;
}

static const struct field programme_fields[] = {
    {MEMBER(programme, code), .key = KEY_CODE, .type = FIELD_WORD},
    {NAME(programme)},
    {FROM(programme), .initial = ""},
    {TO(programme)},
    {COUNT(programme, snp_max, 100), .key = KEY_SNP_MAX, .initial = "50"},
    {STATE(programme)},
    {SOURCE(programme)},
};

const struct kind_info kind_programme = {
    KIND(programme), .handle = KEY_PROGRAMME, .natural = KEY_CODE};

static const struct field physician_fields[] = {
    {MEMBER(physician, rpps), .key = KEY_RPPS, .type = FIELD_WORD,
	.has_form = rpps_has_form,
	.expected = "an RPPS number of eleven digits"},
    {MEMBER(physician, family), .key = KEY_FAMILY, .type = FIELD_TEXT,
	.initial = ""},
    {MEMBER(physician, given), .key = KEY_GIVEN, .type = FIELD_TEXT,
	.initial = ""},
    {MEMBER(physician, specialty), .key = KEY_SPECIALTY, .type = FIELD_WORD,
	.initial = "MG"},
    {MEMBER(physician, home), .key = KEY_HOME, .type = FIELD_WORD,
	.initial = "", .has_form = commune_has_form,
	.expected = "an INSEE code of a commune, 16102"},
    {LATITUDE(physician)},
    {LONGITUDE(physician)},
    {MEMBER(physician, status), .key = KEY_STATUS, .type = FIELD_WORD,
	.names = statuses, .initial = "physician", .quiet = true},
    {COUNT(physician, max_km, 2000), .key = KEY_MAX_KM, .initial = "0",
	.quiet = true},
    {STATE(physician)},
    {SOURCE(physician)},
};

const struct kind_info kind_physician = {
    KIND(physician), .handle = KEY_PHYSICIAN, .natural = KEY_RPPS};

static const struct field enrolment_fields[] = {
    {PHYSICIAN(enrolment)},
    {MEMBER(enrolment, programme), .key = KEY_PROGRAMME, .type = FIELD_REF,
	.ref = KIND_PROGRAMME},
    {FROM(enrolment)},
    {TO(enrolment)},
    {STATE(enrolment)},
    {SOURCE(enrolment)},
};

const struct kind_info kind_enrolment = {KIND(enrolment),
    .handle = KEY_ENROLMENT, IDENTITY(KEY_PHYSICIAN, KEY_PROGRAMME, KEY_FROM),
    .judged = true};

static const struct field authorisation_fields[] = {
    {PHYSICIAN(authorisation)},
    {SITE(authorisation)},
    {MEMBER(authorisation, kind), .key = KEY_KIND, .type = FIELD_WORD,
	.names = authorisation_kinds},
    {FROM(authorisation)},
    {TO(authorisation)},
    {STATE(authorisation)},
    {SOURCE(authorisation)},
};

const struct kind_info kind_authorisation = {KIND(authorisation),
    .handle = KEY_AUTHORISATION,
    IDENTITY(KEY_PHYSICIAN, KEY_SITE, KEY_KIND, KEY_FROM), .judged = true};

static const struct field availability_fields[] = {
    {PHYSICIAN(availability)},
    {MEMBER(availability, kind), .key = KEY_KIND, .type = FIELD_WORD,
	.names = availability_kinds},
    {PATTERN(availability)},
    {FROM(availability)},
    {TO(availability)},
    {STATE(availability)},
    {SOURCE(availability)},
};

const struct kind_info kind_availability = {KIND(availability),
    .handle = KEY_AVAILABILITY,
    IDENTITY(KEY_PHYSICIAN, KEY_KIND, KEY_PATTERN, KEY_FROM), .judged = true};

static const struct field absence_fields[] = {
    {PHYSICIAN(absence)},
    {FROM(absence)},
    {MEMBER(absence, to), .key = KEY_TO, .type = FIELD_DAY},
    {PARTS(absence)},
    {STATE(absence)},
    {SOURCE(absence)},
};

const struct kind_info kind_absence = {KIND(absence), .handle = KEY_ABSENCE,
    IDENTITY(KEY_PHYSICIAN, KEY_FROM, KEY_PARTS), .judged = true};

static const struct field busy_fields[] = {
    {PHYSICIAN(busy)},
    {MEMBER(busy, structure), .key = KEY_STRUCTURE, .type = FIELD_REF,
	.ref = KIND_STRUCTURE, .initial = ""},
    {PATTERN(busy)},
    {FROM(busy)},
    {TO(busy)},
    {STATE(busy)},
    {SOURCE(busy)},
};

const struct kind_info kind_busy = {KIND(busy), .handle = KEY_BUSY,
    IDENTITY(KEY_PHYSICIAN, KEY_STRUCTURE, KEY_PATTERN, KEY_FROM),
    .judged = true};

static const struct field quota_fields[] = {
    {PHYSICIAN(quota), .initial = ""},
    {MEMBER(quota, programme), .key = KEY_PROGRAMME, .type = FIELD_REF,
	.ref = KIND_PROGRAMME, .initial = ""},
    {MEMBER(quota, period), .key = KEY_PERIOD, .type = FIELD_WORD,
	.names = periods},
    {FROM(quota)},
    {TO(quota)},
    {COUNT(quota, min, QUOTA_NONE), .key = KEY_MIN, .initial = "0"},
    {COUNT(quota, max, QUOTA_NONE), .key = KEY_MAX, .initial = "9999"},
    {STATE(quota)},
    {SOURCE(quota)},
};

const struct kind_info kind_quota = {KIND(quota), .handle = KEY_QUOTA,
    IDENTITY(KEY_PHYSICIAN, KEY_PROGRAMME, KEY_PERIOD, KEY_FROM),
    .judged = true};

static const struct field account_fields[] = {
    {NAME(account)},
    {MEMBER(account, role), .key = KEY_ROLE, .type = FIELD_WORD,
	.names = roles},
    {MEMBER(account, physician), .key = KEY_PHYSICIAN, .type = FIELD_REF,
	.ref = KIND_PHYSICIAN, .initial = ""},
    {MEMBER(account, scope), .key = KEY_SCOPE, .type = FIELD_TEXT,
	.initial = ""},
    {MEMBER(account, state), .key = KEY_STATE, .type = FIELD_WORD,
	.names = account_states, .initial = "invited"},
};

const struct kind_info kind_account = {KIND(account), .handle = KEY_ACCOUNT};

static const struct field token_fields[] = {
    {MEMBER(token, account), .type = FIELD_REF, .ref = KIND_ACCOUNT},
    {MEMBER(token, kind), .type = FIELD_WORD, .names = token_kinds},
    {MEMBER(token, hash), .type = FIELD_WORD},
    {MEMBER(token, expires), .type = FIELD_INSTANT},
    {MEMBER(token, state), .type = FIELD_WORD, .names = token_states,
	.initial = "live"},
};

const struct kind_info kind_token = {KIND(token)};
