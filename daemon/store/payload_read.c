/* SPDX-License-Identifier: ISC */
/*
 * payload_read: from JSON to an entity.
 *
 * Everything is checked although the database has checked it before: a newer
 * daemon may have written what this one does not know.
 */
#include "daemon/store/payload.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* What is being read, and what is wrong with it so far. */
struct reading {
	struct payload *payload;
	struct book *book;
	const json_t *object;
	enum payload_result result;
};

static void
blame(struct reading *reading, const char *column, enum payload_result result)
{
	if (reading->result == PAYLOAD_GOOD) {
		reading->result = result;
		reading->payload->fault = column;
	}
}

static struct span
string_of(const json_t *value)
{
	if (!json_is_string(value))
		return (struct span){NULL, 0};
	return (struct span){
	    json_string_value(value), json_string_length(value)};
}

static int64_t
read_number(
    struct reading *reading, const char *column, int64_t min, int64_t max)
{
	const json_t *value = json_object_get(reading->object, column);

	if (!json_is_integer(value) || json_integer_value(value) < min ||
	    json_integer_value(value) > max) {
		blame(reading, column, PAYLOAD_MALFORMED);
		return min;
	}
	return json_integer_value(value);
}

static struct span
read_string(struct reading *reading, const char *column)
{
	const json_t *value = json_object_get(reading->object, column);

	if (!json_is_string(value))
		blame(reading, column, PAYLOAD_MALFORMED);
	return string_of(value);
}

static struct id
read_id(struct reading *reading, const char *column)
{
	struct id id = ID_NIL;

	if (!span_to_id(read_string(reading, column), &id))
		blame(reading, column, PAYLOAD_MALFORMED);
	return id;
}

static int32_t
read_index(struct reading *reading, const char *column, enum kind kind)
{
	int32_t index =
	    book_find(reading->book, kind, read_id(reading, column));

	if (index == REF_NONE)
		blame(reading, column, PAYLOAD_DANGLING);
	return index;
}

static void
read_reason(struct reading *reading)
{
	struct span reason =
	    string_of(json_object_get(reading->object, "reason"));

	if (reason.len >= sizeof(reading->payload->reason)) {
		blame(reading, "reason", PAYLOAD_MALFORMED);
		return;
	}
	if (reason.len > 0)
		memcpy(reading->payload->reason, reason.ptr, reason.len);
	reading->payload->reason[reason.len] = '\0';
}

/* ----- assignments ----- */

void
payload_set_offsets(struct assignment *a, const struct site *site)
{
	a->offset_from = (int8_t)(tz_offset(site->tz, a->from) / 15);
	a->offset_to = (int8_t)(tz_offset(site->tz, assignment_to(a)) / 15);
}

static void
read_programme(struct reading *reading, struct assignment *a)
{
	const json_t *value = json_object_get(reading->object, "programme");
	struct span word = string_of(value);

	a->programme = REF_NONE;
	if (value == NULL || json_is_null(value))
		return;
	a->programme = book_word(reading->book, word);
	if (a->programme == REF_NONE)
		blame(reading, "programme", PAYLOAD_MALFORMED);
}

static void
read_words(struct reading *reading, struct assignment *a)
{
	enum part part = PART_M;
	enum activity activity = ACTIVITY_MT;
	enum state state = STATE_DRAFT;

	if (!span_to_day(read_string(reading, "day"), &a->day))
		blame(reading, "day", PAYLOAD_MALFORMED);
	if (!part_find(read_string(reading, "part"), &part))
		blame(reading, "part", PAYLOAD_MALFORMED);
	if (!activity_find(read_string(reading, "activity"), &activity))
		blame(reading, "activity", PAYLOAD_MALFORMED);
	if (!state_find(read_string(reading, "state"), &state))
		blame(reading, "state", PAYLOAD_MALFORMED);
	a->part = (uint8_t)part;
	a->activity = (uint8_t)activity;
	a->state = (uint8_t)state;
}

/* Minutes of a portion, 0 when they are not told. */
static uint8_t
read_portion(struct reading *reading, const char *name)
{
	int64_t minutes;

	if (json_object_get(reading->object, name) == NULL)
		return 0;
	minutes = read_number(reading, name, 0, PORTION_MAX);
	if (minutes % PORTION_UNIT != 0)
		blame(reading, name, PAYLOAD_MALFORMED);
	return (uint8_t)(minutes / PORTION_UNIT);
}

/* What is there only when it is not as usual. */
static void
read_rotation(struct reading *reading, struct assignment *a)
{
	struct span agreed =
	    string_of(json_object_get(reading->object, "agreed"));
	enum agreement agreement = AGREED_NOT;

	if (json_is_string(json_object_get(reading->object, "rotation")))
		a->rotation =
		    (uint32_t)(read_index(reading, "rotation", KIND_ROTATION) +
			1);
	a->by_hand = json_is_true(json_object_get(reading->object, "by_hand"));
	if (agreed.len > 0 && !agreement_find(agreed, &agreement))
		blame(reading, "agreed", PAYLOAD_MALFORMED);
	a->agreed = (uint8_t)agreement;
	a->unscheduled = read_portion(reading, "unscheduled");
	a->remote = read_portion(reading, "remote");
}

static void
read_assignment(struct reading *reading)
{
	struct assignment *a = &reading->payload->after.assignment;

	memset(a, 0, sizeof(*a));
	a->id = read_id(reading, "id");
	a->rev = (uint32_t)read_number(reading, "rev", 1, UINT32_MAX);
	read_words(reading, a);
	a->room = (uint8_t)read_number(reading, "room", 0, PROTO_ROOMS_MAX);
	a->count = (uint8_t)read_number(reading, "half_days", 1, 2);
	a->from = read_number(reading, "from", 0, INT64_MAX / 2);
	a->length = (uint32_t)(read_number(reading, "to", a->from + 1,
				   a->from + UINT32_MAX) -
	    a->from);
	read_programme(reading, a);
	read_rotation(reading, a);
	a->physician = read_index(reading, "physician", KIND_PHYSICIAN);
	a->site = read_index(reading, "site", KIND_SITE);
	if (reading->result == PAYLOAD_GOOD)
		payload_set_offsets(a, book_site(reading->book, a->site));
}

/* ----- the directory ----- */

static bool
is_among(struct span word, const char *const names[])
{
	for (; *names != NULL; names++)
		if (span_is(word, *names))
			return true;
	return false;
}

static bool
set_text(const struct field *field, struct span text, char *at)
{
	if (text.len >= field->size ||
	    (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL) ||
	    (field->names != NULL && !is_among(text, field->names)))
		return false;
	if (text.len > 0)
		memcpy(at, text.ptr, text.len);
	at[text.len] = '\0';
	return true;
}

static bool
set_integer(const struct field *field, int64_t number, char *at)
{
	int32_t degrees = (int32_t)number;
	uint32_t count = (uint32_t)number;

	if (field->type == FIELD_INSTANT) {
		memcpy(at, &number, sizeof(number));
		return true;
	}
	if (number < field->min || number > field->max)
		return false;
	if (field->type == FIELD_U32)
		memcpy(at, &count, sizeof(count));
	else
		memcpy(at, &degrees, sizeof(degrees));
	return true;
}

static bool
set_day(const struct field *field, struct span text, char *at)
{
	int32_t day = INT32_MAX;

	if (text.len == 0 ? field->initial == NULL : !span_to_day(text, &day))
		return false;
	memcpy(at, &day, sizeof(day));
	return true;
}

static bool
set_id(struct span text, char *at)
{
	struct id id;

	if (!span_to_id(text, &id))
		return false;
	memcpy(at, &id, sizeof(id));
	return true;
}

static bool
set_hours(struct span text, char *at)
{
	struct hours hours;
	size_t column;
	const char *why;

	if (!hours_parse(text, &hours, &column, &why))
		return false;
	memcpy(at, &hours, sizeof(hours));
	return true;
}

static bool
set_pattern(struct span text, char *at)
{
	struct pattern pattern;
	size_t column;
	const char *why;

	if (!pattern_parse(text, &pattern, &column, &why))
		return false;
	memcpy(at, &pattern, sizeof(pattern));
	return true;
}

static bool
set_tz(struct span text, char *at)
{
	const struct tz *tz = tz_find(text);

	memcpy(at, &tz, sizeof(tz));
	return tz != NULL;
}

static void
set_ref(struct reading *reading, const struct field *field, struct span text,
    char *at)
{
	int32_t index = REF_NONE;
	struct id id;

	if (text.len == 0 ? field->initial == NULL : !span_to_id(text, &id)) {
		blame(reading, field->column, PAYLOAD_MALFORMED);
	} else if (text.len > 0) {
		index = book_find(reading->book, field->ref, id);
		if (index == REF_NONE)
			blame(reading, field->column, PAYLOAD_DANGLING);
	}
	memcpy(at, &index, sizeof(index));
}

/* From a string, or from the initial value of a field. */
static bool
set_from_text(struct reading *reading, const struct field *field,
    struct span text, char *at)
{
	int64_t number;

	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_WORD:
		return set_text(field, text, at);
	case FIELD_U32:
	case FIELD_DEGREES:
	case FIELD_INSTANT:
		return span_to_fixed(text, 0, INT64_MAX, &number) &&
		    set_integer(field, number, at);
	case FIELD_DAY:
		return set_day(field, text, at);
	case FIELD_REF:
		set_ref(reading, field, text, at);
		return true;
	case FIELD_ID:
		return set_id(text, at);
	case FIELD_HOURS:
		return set_hours(text, at);
	case FIELD_PATTERN:
		return set_pattern(text, at);
	case FIELD_TZ:
		return set_tz(text, at);
	}
	abort();
}

static bool
is_integer(enum field_type type)
{
	return type == FIELD_U32 || type == FIELD_DEGREES ||
	    type == FIELD_INSTANT;
}

static void
read_field(struct reading *reading, const struct field *field)
{
	const json_t *value = json_object_get(reading->object, field->column);
	char *at = (char *)&reading->payload->after.entity + field->offset;
	bool good;

	if (value == NULL)
		good = field->initial != NULL &&
		    set_from_text(reading, field, span_of(field->initial), at);
	else if (json_is_null(value))
		good = !is_integer(field->type) &&
		    set_from_text(reading, field, (struct span){NULL, 0}, at);
	else if (is_integer(field->type))
		good = json_is_integer(value) &&
		    set_integer(field, json_integer_value(value), at);
	else
		good = json_is_string(value) &&
		    set_from_text(reading, field, string_of(value), at);
	if (!good)
		blame(reading, field->column, PAYLOAD_MALFORMED);
}

static void
read_entity(struct reading *reading, enum kind kind)
{
	const struct kind_info *info = kind_info(kind);
	struct entity *entity = &reading->payload->after.entity;

	memset(entity, 0, info->size);
	entity->id = read_id(reading, "id");
	entity->rev = (uint32_t)read_number(reading, "rev", 1, UINT32_MAX);
	for (size_t i = 0; i < info->nfields; i++)
		read_field(reading, &info->fields[i]);
}

enum payload_result
payload_read(struct payload *payload, enum kind kind, struct span json,
    struct book *book)
{
	json_error_t error;
	json_t *object = json_loadb(json.ptr, json.len, 0, &error);
	struct reading reading = {payload, book, object, PAYLOAD_GOOD};

	payload->fault = NULL;
	if (!json_is_object(object)) {
		blame(&reading, "payload", PAYLOAD_MALFORMED);
	} else {
		if (kind == KIND_ASSIGNMENT)
			read_assignment(&reading);
		else
			read_entity(&reading, kind);
		read_reason(&reading);
	}
	json_decref(object);
	return reading.result;
}
