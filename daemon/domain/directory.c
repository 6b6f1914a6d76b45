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

/* 1e-5 degrees */
enum { LATITUDE_MAX = 9000000, LONGITUDE_MAX = 18000000 };

#define MEMBER(kind, member)                                                   \
	.column = #member, .offset = offsetof(struct kind, member),            \
	.size = sizeof(((struct kind *)NULL)->member)

static const char *const states[] = {"active", "retired", NULL};
static const char *const sources[] = {"real", "generated", NULL};
static const char *const territory_kinds[] = {
    "cpts", "pdsa", "sector", "departement", "region", "epci", NULL};
static const char *const structure_kinds[] = {"MSP", "CDS", "ESP", "CABINET",
    "HOPITAL", "EHPAD", "MMG", "CSNP", "OTHER", NULL};
static const char *const zone_kinds[] = {"gp", "qpv", "red", NULL};
static const char *const zone_classes[] = {
    "ZIP", "ZAC", "ZAR", "HZ", "QPV", "ROUGE", NULL};
static const char *const roles[] = {
    "admin", "coordinator", "physician", "desk", "regulator", "auditor", NULL};
static const char *const account_states[] = {
    "invited", "active", "revoked", NULL};
static const char *const token_kinds[] = {"invite", "bearer", NULL};
static const char *const token_states[] = {"live", "used", "revoked", NULL};

static const struct field territory_fields[] = {
    {MEMBER(territory, code), .key = KEY_CODE, .type = FIELD_WORD},
    {MEMBER(territory, kind), .key = KEY_KIND, .type = FIELD_WORD,
	.names = territory_kinds},
    {MEMBER(territory, name), .key = KEY_NAME, .type = FIELD_TEXT,
	.initial = ""},
    {MEMBER(territory, state), .key = KEY_STATE, .type = FIELD_WORD,
	.names = states, .initial = "active"},
    {MEMBER(territory, source), .key = KEY_SOURCE, .type = FIELD_WORD,
	.names = sources, .initial = "real"},
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
    {MEMBER(site, name), .key = KEY_NAME, .type = FIELD_TEXT, .initial = ""},
    {MEMBER(site, structure), .key = KEY_STRUCTURE, .type = FIELD_REF,
	.ref = KIND_STRUCTURE, .initial = ""},
    {MEMBER(site, territory), .key = KEY_TERRITORY, .type = FIELD_REF,
	.ref = KIND_TERRITORY, .initial = ""},
    {MEMBER(site, commune), COMMUNE, .initial = ""},
    {MEMBER(site, departement), .key = KEY_DEPARTEMENT, .type = FIELD_WORD,
	.initial = "", .has_form = departement_has_form,
	.expected = "the number of a departement, 16"},
    {LATITUDE(site)},
    {LONGITUDE(site)},
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

#define KIND(kind)                                                             \
	.name = #kind, .size = sizeof(struct kind), .fields = kind##_fields,   \
	.nfields = ARRAY_SIZE(kind##_fields)

static const struct kind_info kinds[] = {
    [KIND_TERRITORY] = {KIND(territory), .handle = KEY_TERRITORY,
	.natural = KEY_CODE},
    [KIND_STRUCTURE] = {KIND(structure), .handle = KEY_STRUCTURE,
	.natural = KEY_CODE},
    [KIND_SITE] = {KIND(site), .handle = KEY_SITE, .natural = KEY_FINESS},
    [KIND_PHYSICIAN] = {KIND(physician), .handle = KEY_PHYSICIAN,
	.natural = KEY_RPPS},
    [KIND_ZONE] = {KIND(zone), .handle = KEY_ZONE},
    [KIND_ACCOUNT] = {KIND(account), .handle = KEY_ACCOUNT},
    [KIND_TOKEN] = {KIND(token)},
    [KIND_ASSIGNMENT] = {.name = "assignment",
	.size = sizeof(struct assignment),
	.handle = KEY_SLOT},
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
