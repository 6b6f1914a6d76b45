/* SPDX-License-Identifier: ISC */
/*
 * directory: the tables that describe the kinds of master data.
 *
 * Columns are named as the struct members.  A field whose initial value is
 * NULL must be given when an entity is created; for a reference, a day or a
 * code the initial value "" means none.
 */
#include "daemon/domain/directory.h"

#include "daemon/base/compiler.h"
#include "daemon/domain/assignment.h"
#include "daemon/domain/visit.h"

#include <string.h>

/* 1e-5 degrees */
enum { LATITUDE_MAX = 9000000, LONGITUDE_MAX = 18000000 };

#define MEMBER(kind, member)                                                   \
	.column = #member, .offset = offsetof(struct kind, member),            \
	.size = sizeof(((struct kind *)NULL)->member)

static const char *const states[] = {"active", "retired", NULL};
static const char *const sources[] = {"real", "generated", NULL};
static const char *const territory_kinds[] = {
    "cpts", "pdsa", "sector", "departement", "region", "epci", NULL};
static const char *const regulator_uses[] = {"reads", "takes", NULL};
static const char *const structure_kinds[] = {"MSP", "CDS", "ESP", "CABINET",
    "HOPITAL", "EHPAD", "MMG", "CSNP", "OTHER", NULL};
static const char *const zone_kinds[] = {"gp", "qpv", "red", NULL};
static const char *const zone_classes[] = {
    "ZIP", "ZAC", "ZAR", "HZ", "QPV", "ROUGE", NULL};
static const char *const site_kinds[] = {
    "fixed", "mobile", "remote", "ehpad", NULL};
static const char *const precisions[] = {"address", "commune", NULL};
static const char *const holiday_policies[] = {"closed", "open", NULL};
static const char *const manners[] = {"bookable", "walk-in", NULL};
static const char *const statuses[] = {"physician", "junior", "intern", NULL};
static const char *const holiday_kinds[] = {"public", "school", NULL};
static const char *const causes[] = {
    "works", "flood", "leave", "staff", "other", NULL};
static const char *const staffs[] = {"nurse", "apn", "assistant", "asalee",
    "midwife", "secretary", "other", NULL};
static const char *const authorisation_kinds[] = {
    "principal", "declaration", "mission", "locum", NULL};
static const char *const availability_kinds[] = {
    "available", "unavailable", "preferred", "disliked", NULL};
static const char *const periods[] = {
    "week", "month", "year", "contract", NULL};
static const char *const rotation_modes[] = {"turn", "week", NULL};
static const char *const rotation_states[] = {"active", "ended", NULL};
static const char *const activities[] = {"MT", "SNP", "CA", "VAD", "TLC",
    "EHPAD", "PDSA", "REGUL", "HOSP", "SUPERV", "COORD", "PERM", NULL};
static const char *const roles[] = {
    "admin", "coordinator", "physician", "desk", "regulator", "auditor", NULL};
static const char *const account_states[] = {
    "invited", "active", "revoked", NULL};
static const char *const token_kinds[] = {"invite", "bearer", NULL};
static const char *const token_states[] = {"live", "used", "revoked", NULL};
static const char *const contacts[] = {"", "site", "visit", "remote", NULL};
static const char *const offer_manners[] = {"", "bookable", "walk-in", NULL};
static const char *const walk_ins[] = {"open", "full", "closed", NULL};
static const char *const yes_or_no[] = {"yes", "no", NULL};
static const char *const visit_states[] = {
    "held", "taken", "honoured", "missed", "released", NULL};

static bool
rpps_has_form(struct span text)
{
	return rpps_check(text) != ID_FORM;
}

static bool
finess_has_form(struct span text)
{
	return finess_check(text) != ID_FORM;
}

/* +33 and nine digits, or another country's of at most fifteen in all. */
static bool
phone_has_form(struct span text)
{
	if (text.len < 8 || text.len > 16 || text.ptr[0] != '+')
		return false;
	for (size_t i = 1; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	return true;
}

static bool
parts_have_form(struct span text)
{
	unsigned bits;

	return parts_parse(text, &bits);
}

/* What nearly every kind has. */
#define STATE(kind)                                                            \
	MEMBER(kind, state), .key = KEY_STATE, .type = FIELD_WORD,             \
			     .names = states, .initial = "active"
#define SOURCE(kind)                                                           \
	MEMBER(kind, source), .key = KEY_SOURCE, .type = FIELD_WORD,           \
			      .names = sources, .initial = "real"
#define NAME(kind)                                                             \
	MEMBER(kind, name), .key = KEY_NAME, .type = FIELD_TEXT, .initial = ""
#define FROM(kind) MEMBER(kind, from), .key = KEY_FROM, .type = FIELD_DAY
#define TO(kind)                                                               \
	MEMBER(kind, to), .key = KEY_TO, .type = FIELD_DAY, .initial = ""
#define PHYSICIAN(kind)                                                        \
	MEMBER(kind, physician), .key = KEY_PHYSICIAN, .type = FIELD_REF,      \
				 .ref = KIND_PHYSICIAN
#define SITE(kind)                                                             \
	MEMBER(kind, site), .key = KEY_SITE, .type = FIELD_REF, .ref = KIND_SITE
#define PATTERN(kind)                                                          \
	MEMBER(kind, pattern), .key = KEY_PATTERN, .type = FIELD_PATTERN
#define PHONE(kind)                                                            \
	MEMBER(kind, phone), .key = KEY_PHONE, .type = FIELD_WORD,             \
			     .initial = "", .has_form = phone_has_form,        \
			     .expected = "a telephone number, +33 and nine "   \
					 "digits"
#define PARTS(kind)                                                            \
	MEMBER(kind, parts), .key = KEY_PARTS, .type = FIELD_WORD,             \
			     .initial = "MAESN", .has_form = parts_have_form,  \
			     .expected = "letters of MAESN, in this order"
#define COUNT(kind, member, most)                                              \
	MEMBER(kind, member), .type = FIELD_U32, .min = 0, .max = (most)

static const struct field territory_fields[] = {
    {MEMBER(territory, code), .key = KEY_CODE, .type = FIELD_WORD},
    {MEMBER(territory, kind), .key = KEY_KIND, .type = FIELD_WORD,
	.names = territory_kinds},
    {NAME(territory)},
    {MEMBER(territory, finess), .key = KEY_FINESS, .type = FIELD_WORD,
	.initial = "", .has_form = finess_has_form,
	.expected = "a FINESS number of nine characters"},
    {PHONE(territory)},
    {COUNT(territory, floor_24, 9999), .key = KEY_FLOOR_24, .initial = "0",
	.quiet = true},
    {COUNT(territory, floor_48, 9999), .key = KEY_FLOOR_48, .initial = "0",
	.quiet = true},
    {MEMBER(territory, regulator), .key = KEY_REGULATOR, .type = FIELD_WORD,
	.names = regulator_uses, .initial = "reads", .quiet = true},
    {STATE(territory)},
    {SOURCE(territory)},
};

static const struct field structure_fields[] = {
    {MEMBER(structure, code), .key = KEY_CODE, .type = FIELD_WORD},
    {MEMBER(structure, kind), .key = KEY_KIND, .type = FIELD_WORD,
	.names = structure_kinds},
    {MEMBER(structure, name), .key = KEY_NAME, .type = FIELD_TEXT,
	.initial = ""},
    {MEMBER(structure, state), .key = KEY_STATE, .type = FIELD_WORD,
	.names = states, .initial = "active"},
    {MEMBER(structure, source), .key = KEY_SOURCE, .type = FIELD_WORD,
	.names = sources, .initial = "real"},
};

static const struct field programme_fields[] = {
    {MEMBER(programme, code), .key = KEY_CODE, .type = FIELD_WORD},
    {NAME(programme)},
    {FROM(programme), .initial = ""},
    {TO(programme)},
    {COUNT(programme, snp_max, 100), .key = KEY_SNP_MAX, .initial = "50"},
    {STATE(programme)},
    {SOURCE(programme)},
};

#define COMMUNE                                                                \
	.key = KEY_COMMUNE, .type = FIELD_WORD, .has_form = commune_has_form,  \
	.expected = "an INSEE code of a commune, 16102"

#define LATITUDE(kind)                                                         \
	MEMBER(kind, lat), .key = KEY_LAT, .type = FIELD_DEGREES,              \
			   .min = -LATITUDE_MAX, .max = LATITUDE_MAX,          \
			   .initial = "0"
#define LONGITUDE(kind)                                                        \
	MEMBER(kind, lon), .key = KEY_LON, .type = FIELD_DEGREES,              \
			   .min = -LONGITUDE_MAX, .max = LONGITUDE_MAX,        \
			   .initial = "0"

static const struct field site_fields[] = {
    {MEMBER(site, finess), .key = KEY_FINESS, .type = FIELD_WORD, .initial = "",
	.has_form = finess_has_form,
	.expected = "a FINESS number of nine characters"},
    {NAME(site)},
    {MEMBER(site, kind), .key = KEY_KIND, .type = FIELD_WORD,
	.names = site_kinds, .initial = "fixed", .quiet = true},
    {MEMBER(site, structure), .key = KEY_STRUCTURE, .type = FIELD_REF,
	.ref = KIND_STRUCTURE, .initial = ""},
    {MEMBER(site, territory), .key = KEY_TERRITORY, .type = FIELD_REF,
	.ref = KIND_TERRITORY, .initial = ""},
    {MEMBER(site, sector), .key = KEY_SECTOR, .type = FIELD_REF,
	.ref = KIND_TERRITORY, .initial = ""},
    {MEMBER(site, pdsa), .key = KEY_PDSA, .type = FIELD_REF,
	.ref = KIND_TERRITORY, .initial = ""},
    {MEMBER(site, commune), COMMUNE, .initial = ""},
    {MEMBER(site, departement), .key = KEY_DEPARTEMENT, .type = FIELD_WORD,
	.initial = "", .has_form = departement_has_form,
	.expected = "the number of a departement, 16"},
    {LATITUDE(site)},
    {LONGITUDE(site)},
    {MEMBER(site, precision), .key = KEY_PRECISION, .type = FIELD_WORD,
	.names = precisions, .initial = "address", .quiet = true},
    {MEMBER(site, address), .key = KEY_ADDRESS, .type = FIELD_TEXT,
	.initial = ""},
    {PHONE(site)},
    {.column = "tz",
	.offset = offsetof(struct site, tz),
	.size = sizeof(const struct tz *),
	.key = KEY_TZ,
	.type = FIELD_TZ,
	.initial = "Europe/Paris"},
    {MEMBER(site, rooms), .key = KEY_ROOMS, .type = FIELD_U32, .min = 1,
	.max = PROTO_ROOMS_MAX, .initial = "1"},
    {MEMBER(site, hours), .key = KEY_HOURS, .type = FIELD_HOURS,
	.initial = "mon-fri M 09:00-12:00 A 14:00-18:00"},
    {MEMBER(site, holidays), .key = KEY_HOLIDAYS, .type = FIELD_WORD,
	.names = holiday_policies, .initial = "closed", .quiet = true},
    {MEMBER(site, area), .key = KEY_AREA, .type = FIELD_WORD, .initial = ""},
    {COUNT(site, places, 99), .key = KEY_PLACES, .initial = "0", .quiet = true},
    {MEMBER(site, minutes), .key = KEY_MINUTES, .type = FIELD_U32, .min = 5,
	.max = 240, .initial = "20", .quiet = true},
    {MEMBER(site, manner), .key = KEY_MANNER, .type = FIELD_WORD,
	.names = manners, .initial = "bookable", .quiet = true},
    {MEMBER(site, state), .key = KEY_STATE, .type = FIELD_WORD, .names = states,
	.initial = "active"},
    {MEMBER(site, source), .key = KEY_SOURCE, .type = FIELD_WORD,
	.names = sources, .initial = "real"},
};

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
    {MEMBER(physician, state), .key = KEY_STATE, .type = FIELD_WORD,
	.names = states, .initial = "active"},
    {MEMBER(physician, source), .key = KEY_SOURCE, .type = FIELD_WORD,
	.names = sources, .initial = "real"},
};

static const struct field zone_fields[] = {
    {MEMBER(zone, commune), COMMUNE},
    {MEMBER(zone, kind), .key = KEY_KIND, .type = FIELD_WORD,
	.names = zone_kinds},
    {MEMBER(zone, class), .key = KEY_CLASS, .type = FIELD_WORD,
	.names = zone_classes},
    {MEMBER(zone, from), .key = KEY_FROM, .type = FIELD_DAY},
    {MEMBER(zone, to), .key = KEY_TO, .type = FIELD_DAY, .initial = ""},
    {MEMBER(zone, source), .key = KEY_SOURCE, .type = FIELD_WORD,
	.names = sources, .initial = "real"},
};

static const struct field holiday_fields[] = {
    {MEMBER(holiday, area), .key = KEY_AREA, .type = FIELD_WORD},
    {MEMBER(holiday, kind), .key = KEY_KIND, .type = FIELD_WORD,
	.names = holiday_kinds},
    {FROM(holiday)},
    {MEMBER(holiday, to), .key = KEY_TO, .type = FIELD_DAY},
    {NAME(holiday)},
    {STATE(holiday)},
    {SOURCE(holiday)},
};

static const struct field closure_fields[] = {
    {SITE(closure)},
    {FROM(closure)},
    {MEMBER(closure, to), .key = KEY_TO, .type = FIELD_DAY},
    {PARTS(closure)},
    {MEMBER(closure, cause), .key = KEY_CAUSE, .type = FIELD_WORD,
	.names = causes, .initial = "other"},
    {STATE(closure)},
};

static const struct field opening_fields[] = {
    {SITE(opening_day)},
    {FROM(opening_day)},
    {MEMBER(opening_day, to), .key = KEY_TO, .type = FIELD_DAY},
    {MEMBER(opening_day, hours), .key = KEY_HOURS, .type = FIELD_HOURS},
    {STATE(opening_day)},
};

static const struct field stop_fields[] = {
    {SITE(stop)},
    {PATTERN(stop)},
    {FROM(stop)},
    {TO(stop)},
    {MEMBER(stop, commune), COMMUNE},
    {LATITUDE(stop)},
    {LONGITUDE(stop)},
    {MEMBER(stop, address), .key = KEY_ADDRESS, .type = FIELD_TEXT,
	.initial = ""},
    {STATE(stop)},
    {SOURCE(stop)},
};

static const struct field presence_fields[] = {
    {SITE(presence)},
    {MEMBER(presence, staff), .key = KEY_STAFF, .type = FIELD_WORD,
	.names = staffs},
    {PATTERN(presence)},
    {FROM(presence)},
    {TO(presence)},
    {MEMBER(presence, number), .key = KEY_NUMBER, .type = FIELD_U32, .min = 1,
	.max = 20, .initial = "1"},
    {STATE(presence)},
    {SOURCE(presence)},
};

static const struct field need_fields[] = {
    {SITE(need), .initial = ""},
    {MEMBER(need, sector), .key = KEY_SECTOR, .type = FIELD_REF,
	.ref = KIND_TERRITORY, .initial = ""},
    {PATTERN(need)},
    {MEMBER(need, activity), .key = KEY_ACTIVITY, .type = FIELD_WORD,
	.names = activities, .initial = "MT"},
    {MEMBER(need, specialty), .key = KEY_SPECIALTY, .type = FIELD_WORD,
	.initial = "MG"},
    {FROM(need)},
    {TO(need)},
    {MEMBER(need, number), .key = KEY_NUMBER, .type = FIELD_U32, .min = 1,
	.max = 20, .initial = "1"},
    {STATE(need)},
    {SOURCE(need)},
};

static const struct field enrolment_fields[] = {
    {PHYSICIAN(enrolment)},
    {MEMBER(enrolment, programme), .key = KEY_PROGRAMME, .type = FIELD_REF,
	.ref = KIND_PROGRAMME},
    {FROM(enrolment)},
    {TO(enrolment)},
    {STATE(enrolment)},
    {SOURCE(enrolment)},
};

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

static const struct field absence_fields[] = {
    {PHYSICIAN(absence)},
    {FROM(absence)},
    {MEMBER(absence, to), .key = KEY_TO, .type = FIELD_DAY},
    {PARTS(absence)},
    {STATE(absence)},
};

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

static const struct field rotation_fields[] = {
    {MEMBER(rotation, code), .key = KEY_CODE, .type = FIELD_WORD},
    {SITE(rotation), .initial = ""},
    {MEMBER(rotation, sector), .key = KEY_SECTOR, .type = FIELD_REF,
	.ref = KIND_TERRITORY, .initial = ""},
    {PATTERN(rotation)},
    {MEMBER(rotation, mode), .key = KEY_MODE, .type = FIELD_WORD,
	.names = rotation_modes, .initial = "turn"},
    {MEMBER(rotation, activity), .key = KEY_ACTIVITY, .type = FIELD_WORD,
	.names = activities, .initial = "MT"},
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

static const struct field account_fields[] = {
    {MEMBER(account, name), .key = KEY_NAME, .type = FIELD_TEXT, .initial = ""},
    {MEMBER(account, role), .key = KEY_ROLE, .type = FIELD_WORD,
	.names = roles},
    {MEMBER(account, physician), .key = KEY_PHYSICIAN, .type = FIELD_REF,
	.ref = KIND_PHYSICIAN, .initial = ""},
    {MEMBER(account, scope), .key = KEY_SCOPE, .type = FIELD_TEXT,
	.initial = ""},
    {MEMBER(account, state), .key = KEY_STATE, .type = FIELD_WORD,
	.names = account_states, .initial = "invited"},
};

static const struct field token_fields[] = {
    {MEMBER(token, account), .type = FIELD_REF, .ref = KIND_ACCOUNT},
    {MEMBER(token, kind), .type = FIELD_WORD, .names = token_kinds},
    {MEMBER(token, hash), .type = FIELD_WORD},
    {MEMBER(token, expires), .type = FIELD_INSTANT},
    {MEMBER(token, state), .type = FIELD_WORD, .names = token_states,
	.initial = "live"},
};

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

static const struct field visit_fields[] = {
    {MEMBER(visit, slot), .type = FIELD_ID},
    {MEMBER(visit, day), .type = FIELD_DAY},
    {COUNT(visit, number, OFFER_PLACES_MAX)},
    {MEMBER(visit, at), .type = FIELD_INSTANT},
    {COUNT(visit, minutes, 240)},
    {MEMBER(visit, state), .type = FIELD_WORD, .names = visit_states},
    {MEMBER(visit, expires), .type = FIELD_INSTANT},
};

#define KIND(kind)                                                             \
	.name = #kind, .size = sizeof(struct kind), .fields = kind##_fields,   \
	.nfields = ARRAY_SIZE(kind##_fields)

/* What names a fact. */
#define IDENTITY(...)                                                          \
	.identity = (const enum key[])                                         \
	{                                                                      \
		__VA_ARGS__, KEY_0                                             \
	}

static const struct kind_info kinds[] = {
    [KIND_TERRITORY] = {KIND(territory), .handle = KEY_TERRITORY,
	.natural = KEY_CODE},
    [KIND_STRUCTURE] = {KIND(structure), .handle = KEY_STRUCTURE,
	.natural = KEY_CODE},
    [KIND_PROGRAMME] = {KIND(programme), .handle = KEY_PROGRAMME,
	.natural = KEY_CODE},
    [KIND_SITE] = {KIND(site), .handle = KEY_SITE, .natural = KEY_FINESS},
    [KIND_PHYSICIAN] = {KIND(physician), .handle = KEY_PHYSICIAN,
	.natural = KEY_RPPS},
    [KIND_ZONE] = {KIND(zone), .handle = KEY_ZONE},
    [KIND_HOLIDAY] = {KIND(holiday), .handle = KEY_HOLIDAY,
	IDENTITY(KEY_AREA, KEY_KIND, KEY_FROM)},
    [KIND_CLOSURE] = {KIND(closure), .handle = KEY_CLOSURE,
	IDENTITY(KEY_SITE, KEY_FROM, KEY_PARTS), .judged = true},
    [KIND_OPENING] = {.name = "opening",
	.size = sizeof(struct opening_day),
	.fields = opening_fields,
	.nfields = ARRAY_SIZE(opening_fields),
	.handle = KEY_OPENING,
	IDENTITY(KEY_SITE, KEY_FROM),
	.judged = true},
    [KIND_STOP] = {KIND(stop), .handle = KEY_STOP,
	IDENTITY(KEY_SITE, KEY_PATTERN, KEY_FROM), .judged = true},
    [KIND_PRESENCE] = {KIND(presence), .handle = KEY_PRESENCE,
	IDENTITY(KEY_SITE, KEY_STAFF, KEY_PATTERN, KEY_FROM)},
    [KIND_NEED] = {KIND(need), .handle = KEY_NEED,
	IDENTITY(KEY_SITE, KEY_SECTOR, KEY_PATTERN, KEY_ACTIVITY, KEY_SPECIALTY,
	    KEY_FROM),
	.judged = true},
    [KIND_ENROLMENT] = {KIND(enrolment), .handle = KEY_ENROLMENT,
	IDENTITY(KEY_PHYSICIAN, KEY_PROGRAMME, KEY_FROM), .judged = true},
    [KIND_AUTHORISATION] = {KIND(authorisation), .handle = KEY_AUTHORISATION,
	IDENTITY(KEY_PHYSICIAN, KEY_SITE, KEY_KIND, KEY_FROM), .judged = true},
    [KIND_AVAILABILITY] = {KIND(availability), .handle = KEY_AVAILABILITY,
	IDENTITY(KEY_PHYSICIAN, KEY_KIND, KEY_PATTERN, KEY_FROM),
	.judged = true},
    [KIND_ABSENCE] = {KIND(absence), .handle = KEY_ABSENCE,
	IDENTITY(KEY_PHYSICIAN, KEY_FROM, KEY_PARTS), .judged = true},
    [KIND_BUSY] = {KIND(busy), .handle = KEY_BUSY,
	IDENTITY(KEY_PHYSICIAN, KEY_STRUCTURE, KEY_PATTERN, KEY_FROM),
	.judged = true},
    [KIND_QUOTA] = {KIND(quota), .handle = KEY_QUOTA,
	IDENTITY(KEY_PHYSICIAN, KEY_PROGRAMME, KEY_PERIOD, KEY_FROM),
	.judged = true},
    [KIND_ROTATION] = {KIND(rotation), .handle = KEY_ROTATION,
	.natural = KEY_CODE},
    [KIND_ACCOUNT] = {KIND(account), .handle = KEY_ACCOUNT},
    [KIND_TOKEN] = {KIND(token)},
    [KIND_ASSIGNMENT] = {.name = "assignment",
	.size = sizeof(struct assignment),
	.handle = KEY_SLOT},
    [KIND_OFFER] = {KIND(offer), .handle = KEY_SLOT},
    [KIND_PLACE] = {.name = "place",
	.size = sizeof(struct visit),
	.fields = visit_fields,
	.nfields = ARRAY_SIZE(visit_fields),
	.handle = KEY_PLACE},
};

STATIC_ASSERT(ARRAY_SIZE(kinds) == KIND_COUNT);

const struct kind_info *
kind_info(enum kind kind)
{
	return &kinds[kind];
}

bool
kind_find(struct span name, enum kind *out)
{
	for (unsigned i = 0; i < KIND_COUNT; i++) {
		if (span_is(name, kinds[i].name)) {
			*out = (enum kind)i;
			return true;
		}
	}
	return false;
}

const struct field *
kind_field(enum kind kind, enum key key)
{
	const struct kind_info *info = &kinds[kind];

	if (key == KEY_0)
		return NULL;
	for (size_t i = 0; i < info->nfields; i++)
		if (info->fields[i].key == key)
			return &info->fields[i];
	return NULL;
}

struct span
entity_handle(enum kind kind, const struct entity *entity)
{
	const struct field *field = kind_field(kind, kinds[kind].natural);

	if (field == NULL)
		return (struct span){NULL, 0};
	return span_of((const char *)entity + field->offset);
}

struct span
entity_name(enum kind kind, const struct entity *entity, char text[ID_TEXT_LEN])
{
	struct span handle = entity_handle(kind, entity);

	if (handle.len > 0)
		return handle;
	id_to_text(entity->id, text);
	return (struct span){text, ID_TEXT_LEN};
}

/* REF_NONE is a reference that is not given. */
static int32_t
reference(const struct field *field, const struct entity *entity)
{
	int32_t index;

	memcpy(&index, (const char *)entity + field->offset, sizeof(index));
	return index;
}

enum kind
fact_owner(enum kind kind, const struct entity *entity, int32_t *index)
{
	const enum key *key = kinds[kind].identity;

	for (; key != NULL && *key != KEY_0; key++) {
		const struct field *field = kind_field(kind, *key);

		if (field->type != FIELD_REF)
			continue;
		*index = reference(field, entity);
		if (*index != REF_NONE)
			return field->ref;
	}
	*index = REF_NONE;
	return KIND_COUNT;
}

int32_t
fact_from(enum kind kind, const struct entity *entity)
{
	const struct field *field = kind_field(kind, KEY_FROM);
	int32_t day = INT32_MIN;

	if (field != NULL)
		memcpy(&day, (const char *)entity + field->offset, sizeof(day));
	return day;
}

int
zone_compare(const struct zone *a, const struct zone *b)
{
	int order = strcmp(a->commune, b->commune);

	if (order == 0)
		order = strcmp(a->kind, b->kind);
	if (order == 0 && a->from != b->from)
		order = a->from < b->from ? -1 : 1;
	return order;
}
