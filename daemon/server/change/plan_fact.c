/* SPDX-License-Identifier: ISC */
/*
 * plan_fact: the part of plan_directory.c that is about facts: what names one,
 * what it asks of itself, and who may state it.
 */
#include "daemon/server/change/put.h"

#include "daemon/domain/open.h"

#include <stdlib.h>
#include <string.h>

static bool
is_identity(const struct kind_info *info, const struct field *field)
{
	for (const enum key *key = info->identity; *key != KEY_0; key++)
		if (*key == field->key)
			return true;
	return false;
}

/* The value of a field in its one form: what computes an id. */
static void
print_identity(
    struct out *out, const struct put *put, const struct field *field)
{
	const char *member = (const char *)&put->after + field->offset;
	char pattern[PATTERN_TEXT_MAX];
	struct pattern at;
	int32_t number;

	out_char(out, ' ');
	switch (field->type) {
	case FIELD_WORD:
		out_text(out, member);
		return;
	case FIELD_DAY:
		memcpy(&number, member, sizeof(number));
		out_day(out, number);
		return;
	case FIELD_REF:
		memcpy(&number, member, sizeof(number));
		if (number != REF_NONE)
			out_id(out,
			    unit_at(put->plan->unit, put->plan->book,
				field->ref, number)
				->id);
		return;
	case FIELD_PATTERN:
		memcpy(&at, member, sizeof(at));
		out_bytes(
		    out, pattern, pattern_print(&at, pattern, sizeof(pattern)));
		return;
	case FIELD_TEXT:
	case FIELD_U32:
	case FIELD_DEGREES:
	case FIELD_INSTANT:
	case FIELD_ID:
	case FIELD_HOURS:
	case FIELD_TZ:
		break;
	}
	abort(); /* does not name anything */
}

/* A fact is named by some of its fields, which are read here. */
enum status
put_find_fact(struct put *put)
{
	const struct plan *plan = put->plan;
	char text[512];
	struct out out = OUT(text);
	int32_t index;

	out_text(&out, put->info->name);
	for (const enum key *key = put->info->identity; *key != KEY_0; key++) {
		const struct field *field = kind_field(put->kind, *key);
		const struct value *value = request_value(put->request, *key);
		struct field_fault fault;

		if (value == NULL)
			field_set_initial(field, &put->after);
		else if (!field_read(field, value->text, plan->book, plan->unit,
			     &put->after, &fault))
			return put_refuse_fault(put, &fault);
		print_identity(&out, put, field);
	}
	if (out.overflow)
		abort(); /* the tables do not allow it */
	put->after.entity.id = put_computed_id(&out);
	index =
	    unit_find(plan->unit, plan->book, put->kind, put->after.entity.id);
	if (index != REF_NONE) {
		put_found(put, index);
		return STATUS_OK;
	}
	for (size_t i = 0; i < put->info->nfields; i++) {
		const struct field *field = &put->info->fields[i];

		if (field->initial != NULL && !is_identity(put->info, field))
			field_set_initial(field, &put->after);
	}
	return STATUS_OK;
}

/* A fact is about somebody and does not end before it begins. */
enum status
put_check_fact(struct put *put)
{
	const struct field *to = kind_field(put->kind, KEY_TO);
	int32_t owner, last;

	memcpy(&last, (const char *)&put->after + to->offset, sizeof(last));
	if (last < fact_from(put->kind, &put->after.entity))
		return put_refuse(put, STATUS_VALUE, KEY_TO,
		    "a day that is not before from=");
	if (put->kind == KIND_HOLIDAY &&
	    last - put->after.holiday.from >= HOLIDAY_DAYS_MAX)
		return put_refuse(put, STATUS_VALUE, KEY_TO,
		    "a day less than 100 days after from=");
	if (put->kind == KIND_NEED && put->after.need.site != REF_NONE &&
	    put->after.need.sector != REF_NONE)
		return put_refuse(
		    put, STATUS_VALUE, KEY_SECTOR, "either site= or sector=");
	if (put->kind == KIND_WEIGHT &&
	    put->after.weight.territory != REF_NONE &&
	    put->after.weight.programme != REF_NONE)
		return put_refuse(put, STATUS_VALUE, KEY_PROGRAMME,
		    "either territory= or programme=");
	if (put->kind == KIND_QUOTA &&
	    put->after.quota.max < put->after.quota.min)
		return put_refuse(put, STATUS_VALUE, KEY_MAX,
		    "a number that is not less than min=");
	if (put->kind != KIND_HOLIDAY && put->kind != KIND_WEIGHT &&
	    fact_owner(put->kind, &put->after.entity, &owner) == KIND_COUNT)
		return put_refuse(put, STATUS_MISSING, put->info->identity[0],
		    "whom it is about");
	return STATUS_OK;
}

/* What an earlier line of the batch created is its writer's. */
static bool
covers(const struct put *put, enum kind kind, int32_t index)
{
	const struct plan *plan = put->plan;

	if (index >= book_count(plan->book, kind))
		return true;
	return kind == KIND_SITE
	    ? session_covers_site(plan->session, plan->book, index)
	    : session_covers_physician(plan->session, plan->book, index);
}

/*
 * A coordinator states facts of her sites, sectors and programmes, and of the
 * physicians whom these have; a physician those of the own half-days.
 */
enum status
put_may_fact(struct put *put)
{
	const struct session *session = put->plan->session;
	const union after *after = &put->after;
	enum key key = put->info->identity[0];
	enum kind owner_kind;
	int32_t owner;
	bool may = false;

	switch (put->kind) {
	case KIND_ENROLMENT:
		key = KEY_PROGRAMME;
		may = session_covers_programme(
		    session, after->enrolment.programme);
		break;
	case KIND_AUTHORISATION:
		key = KEY_SITE;
		may = covers(put, KIND_SITE, after->authorisation.site);
		break;
	case KIND_QUOTA:
		if (after->quota.programme != REF_NONE)
			key = KEY_PROGRAMME;
		may = after->quota.programme == REF_NONE
		    ? covers(put, KIND_PHYSICIAN, after->quota.physician)
		    : session_covers_programme(session, after->quota.programme);
		break;
	case KIND_WEIGHT:
		/* What names nobody is for all, and an admin's. */
		if (after->weight.programme != REF_NONE)
			key = KEY_PROGRAMME;
		may = after->weight.programme == REF_NONE
		    ? session_covers_territory(session, after->weight.territory)
		    : session_covers_programme(
			  session, after->weight.programme);
		break;
	default:
		owner_kind = fact_owner(put->kind, &after->entity, &owner);
		if (owner_kind == KIND_SITE || owner_kind == KIND_PHYSICIAN) {
			may = covers(put, owner_kind, owner);
		} else if (owner_kind == KIND_TERRITORY) {
			key = KEY_SECTOR;
			may = session_covers_territory(session, owner);
		}
	}
	return may ? STATUS_OK : put_refuse(put, STATUS_SCOPE, key, NULL);
}
