/* SPDX-License-Identifier: ISC */
/*
 * directory: the kinds of master data, and what is read out of their tables.
 */
#include "daemon/domain/directory.h"

#include "daemon/domain/assignment.h"
#include "daemon/domain/directory_private.h"

#include <string.h>

const char *const words_state[] = {"active", "retired", NULL};
const char *const words_source[] = {"real", "generated", NULL};
const char *const words_activity[] = {"MT", "SNP", "CA", "VAD", "TLC", "EHPAD",
    "PDSA", "REGUL", "HOSP", "SUPERV", "COORD", "PERM", NULL};

bool
parts_have_form(struct span text)
{
	unsigned bits;

	return parts_parse(text, &bits);
}

/* It has no table of fields. */
static const struct kind_info kind_assignment = {.name = "assignment",
    .size = sizeof(struct assignment),
    .handle = KEY_SLOT};

static const struct kind_info *const kinds[] = {
    [KIND_TERRITORY] = &kind_territory,
    [KIND_STRUCTURE] = &kind_structure,
    [KIND_PROGRAMME] = &kind_programme,
    [KIND_SITE] = &kind_site,
    [KIND_PHYSICIAN] = &kind_physician,
    [KIND_ZONE] = &kind_zone,
    [KIND_HOLIDAY] = &kind_holiday,
    [KIND_CLOSURE] = &kind_closure,
    [KIND_OPENING] = &kind_opening,
    [KIND_STOP] = &kind_stop,
    [KIND_PRESENCE] = &kind_presence,
    [KIND_NEED] = &kind_need,
    [KIND_ENROLMENT] = &kind_enrolment,
    [KIND_AUTHORISATION] = &kind_authorisation,
    [KIND_AVAILABILITY] = &kind_availability,
    [KIND_ABSENCE] = &kind_absence,
    [KIND_BUSY] = &kind_busy,
    [KIND_QUOTA] = &kind_quota,
    [KIND_ROTATION] = &kind_rotation,
    [KIND_WEIGHT] = &kind_weight,
    [KIND_ACCOUNT] = &kind_account,
    [KIND_TOKEN] = &kind_token,
    [KIND_ASSIGNMENT] = &kind_assignment,
    [KIND_OFFER] = &kind_offer,
    [KIND_PLACE] = &kind_visit,
};

STATIC_ASSERT(ARRAY_SIZE(kinds) == KIND_COUNT);

const struct kind_info *
kind_info(enum kind kind)
{
	return kinds[kind];
}

bool
kind_find(struct span name, enum kind *out)
{
	for (unsigned i = 0; i < KIND_COUNT; i++) {
		if (span_is(name, kinds[i]->name)) {
			*out = (enum kind)i;
			return true;
		}
	}
	return false;
}

const struct field *
kind_field(enum kind kind, enum key key)
{
	const struct kind_info *info = kinds[kind];

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
	const struct field *field = kind_field(kind, kinds[kind]->natural);

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
	const enum key *key = kinds[kind]->identity;

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
