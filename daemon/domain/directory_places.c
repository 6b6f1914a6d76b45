/* SPDX-License-Identifier: ISC */
/*
 * directory_places: the tables of what lies in the country - territories,
 * structures, sites, zones - and of the days on which a site is open.
 */
#include "daemon/domain/directory_private.h"

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
static const char *const holiday_kinds[] = {"public", "school", NULL};
static const char *const causes[] = {
    "works", "flood", "leave", "staff", "other", NULL};
static const char *const staffs[] = {"nurse", "apn", "assistant", "asalee",
    "midwife", "secretary", "other", NULL};

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

#define PHONE(kind)                                                            \
	MEMBER(kind, phone), .key = KEY_PHONE, .type = FIELD_WORD,             \
			     .initial = "", .has_form = phone_has_form,        \
			     .expected = "a telephone number, +33 and nine "   \
					 "digits"

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

const struct kind_info kind_territory = {
    KIND(territory), .handle = KEY_TERRITORY, .natural = KEY_CODE};

static const struct field structure_fields[] = {
    {MEMBER(structure, code), .key = KEY_CODE, .type = FIELD_WORD},
    {MEMBER(structure, kind), .key = KEY_KIND, .type = FIELD_WORD,
	.names = structure_kinds},
    {NAME(structure)},
    {STATE(structure)},
    {SOURCE(structure)},
};

const struct kind_info kind_structure = {
    KIND(structure), .handle = KEY_STRUCTURE, .natural = KEY_CODE};

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
    {MEMBER(site, hours_source), .key = KEY_HOURS_SOURCE, .type = FIELD_WORD,
	.names = words_source, .initial = "real", .quiet = true},
    {MEMBER(site, holidays), .key = KEY_HOLIDAYS, .type = FIELD_WORD,
	.names = holiday_policies, .initial = "closed", .quiet = true},
    {MEMBER(site, area), .key = KEY_AREA, .type = FIELD_WORD, .initial = ""},
    {COUNT(site, places, 99), .key = KEY_PLACES, .initial = "0", .quiet = true},
    {MEMBER(site, minutes), .key = KEY_MINUTES, .type = FIELD_U32, .min = 5,
	.max = 240, .initial = "20", .quiet = true},
    {MEMBER(site, manner), .key = KEY_MANNER, .type = FIELD_WORD,
	.names = manners, .initial = "bookable", .quiet = true},
    {MEMBER(site, label), .key = KEY_LABEL, .type = FIELD_WORD, .initial = "",
	.quiet = true},
    {STATE(site)},
    {SOURCE(site)},
};

const struct kind_info kind_site = {
    KIND(site), .handle = KEY_SITE, .natural = KEY_FINESS};

static const struct field zone_fields[] = {
    {MEMBER(zone, commune), COMMUNE},
    {MEMBER(zone, kind), .key = KEY_KIND, .type = FIELD_WORD,
	.names = zone_kinds},
    {MEMBER(zone, class), .key = KEY_CLASS, .type = FIELD_WORD,
	.names = zone_classes},
    {FROM(zone)},
    {TO(zone)},
    {SOURCE(zone)},
};

const struct kind_info kind_zone = {KIND(zone), .handle = KEY_ZONE};

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

const struct kind_info kind_holiday = {KIND(holiday), .handle = KEY_HOLIDAY,
    IDENTITY(KEY_AREA, KEY_KIND, KEY_FROM)};

static const struct field closure_fields[] = {
    {SITE(closure)},
    {FROM(closure)},
    {MEMBER(closure, to), .key = KEY_TO, .type = FIELD_DAY},
    {PARTS(closure)},
    {MEMBER(closure, cause), .key = KEY_CAUSE, .type = FIELD_WORD,
	.names = causes, .initial = "other"},
    {STATE(closure)},
    {SOURCE(closure)},
};

const struct kind_info kind_closure = {KIND(closure), .handle = KEY_CLOSURE,
    IDENTITY(KEY_SITE, KEY_FROM, KEY_PARTS), .judged = true};

static const struct field opening_fields[] = {
    {SITE(opening_day)},
    {FROM(opening_day)},
    {MEMBER(opening_day, to), .key = KEY_TO, .type = FIELD_DAY},
    {MEMBER(opening_day, hours), .key = KEY_HOURS, .type = FIELD_HOURS},
    {STATE(opening_day)},
    {SOURCE(opening_day)},
};

const struct kind_info kind_opening = {.name = "opening",
    .size = sizeof(struct opening_day),
    .fields = opening_fields,
    .nfields = ARRAY_SIZE(opening_fields),
    .handle = KEY_OPENING,
    IDENTITY(KEY_SITE, KEY_FROM),
    .judged = true};

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

const struct kind_info kind_stop = {KIND(stop), .handle = KEY_STOP,
    IDENTITY(KEY_SITE, KEY_PATTERN, KEY_FROM), .judged = true};

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

const struct kind_info kind_presence = {KIND(presence), .handle = KEY_PRESENCE,
    IDENTITY(KEY_SITE, KEY_STAFF, KEY_PATTERN, KEY_FROM)};
