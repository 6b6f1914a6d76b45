/* SPDX-License-Identifier: ISC */
/*
 * fact_line_read: an entity, a half-day, or older time, from its line.
 *
 * A fact begins as what an empty line says, so a column that is left out needs
 * no thought; then each pair sets its own.
 */
#include "daemon/domain/fact_line_private.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 60 };

bool
fact_refuse(struct fact_reading *reading, const char *why)
{
	struct span key = reading->key, text = reading->text;

	error_set(reading->error, "%.*s=%.*s %s",
	    (int)(key.len < SHOWN_MAX ? key.len : SHOWN_MAX), key.ptr,
	    (int)(text.len < SHOWN_MAX ? text.len : SHOWN_MAX), text.ptr, why);
	return false;
}

static bool
is_first(struct fact_reading *reading)
{
	for (size_t i = 0; i < reading->count; i++)
		if (span_equal(reading->keys[i], reading->key))
			return false;
	if (reading->count == FACT_KEYS_MAX)
		return false;
	reading->keys[reading->count++] = reading->key;
	return true;
}

/* The next pair; false at the end of the line and, with an error, on a fault.
 */
bool
fact_next(struct fact_reading *reading)
{
	struct lex *lex = &reading->lex;
	const char *expected;

	reading->text = (struct span){NULL, 0};
	if (!lex_more(lex))
		return false;
	reading->key = lex_word(lex, '=');
	if (lex_at_gap(lex))
		return fact_refuse(reading, "has no value");
	if (!is_first(reading))
		return fact_refuse(reading, "stands twice");
	lex->at++;
	expected =
	    lex_value(lex, reading->scratch, &reading->used, &reading->text);
	if (expected != NULL) {
		error_set(reading->error, "%.*s=: expected %s",
		    (int)(reading->key.len < SHOWN_MAX ? reading->key.len
						       : SHOWN_MAX),
		    reading->key.ptr, expected);
		return false;
	}
	return true;
}

bool
fact_at_end(const struct fact_reading *reading)
{
	return reading->error->text[0] == '\0';
}

/* ----- values ----- */

bool
fact_index(struct fact_reading *reading, enum kind kind, int32_t *index)
{
	struct id id;

	if (!span_to_id(reading->text, &id))
		return fact_refuse(reading, "is no id");
	*index = book_find(reading->book, kind, id);
	return *index != REF_NONE ||
	    fact_refuse(reading, "was not there before");
}

bool
fact_number(
    struct fact_reading *reading, int64_t least, int64_t most, int64_t *out)
{
	return (span_to_fixed(reading->text, 0, INT64_MAX / 2, out) &&
		   *out >= least && *out <= most) ||
	    fact_refuse(reading, "is not in its range");
}

static bool
is_among(struct span word, const char *const *names)
{
	for (; *names != NULL; names++)
		if (span_is(word, *names))
			return true;
	return false;
}

static bool
read_text(struct fact_reading *reading, const struct field *field, char *member)
{
	struct span text = reading->text;

	if (text.len >= field->size ||
	    (field->names != NULL && !is_among(text, field->names)))
		return fact_refuse(reading, "is not what it may be");
	if (text.len > 0)
		memcpy(member, text.ptr, text.len);
	return true;
}

static bool
read_integer(
    struct fact_reading *reading, const struct field *field, char *member)
{
	int64_t number;
	uint32_t count;
	int32_t degrees;

	if (field->type == FIELD_INSTANT) {
		if (!fact_number(reading, 0, INT64_MAX / 2, &number))
			return false;
		memcpy(member, &number, sizeof(number));
		return true;
	}
	if (!fact_number(reading, field->min, field->max, &number))
		return false;
	count = (uint32_t)number;
	degrees = (int32_t)number;
	memcpy(member, field->type == FIELD_U32 ? (void *)&count : &degrees,
	    sizeof(count));
	return true;
}

static bool
read_hours(struct fact_reading *reading, char *member)
{
	struct hours hours;
	size_t column;
	const char *why;

	if (!hours_parse(reading->text, &hours, &column, &why))
		return fact_refuse(reading, why);
	memcpy(member, &hours, sizeof(hours));
	return true;
}

static bool
read_pattern(struct fact_reading *reading, char *member)
{
	struct pattern pattern;
	size_t column;
	const char *why;

	if (!pattern_parse(reading->text, &pattern, &column, &why))
		return fact_refuse(reading, why);
	memcpy(member, &pattern, sizeof(pattern));
	return true;
}

bool
fact_day(struct fact_reading *reading, int32_t *day)
{
	return span_to_day(reading->text, day) ||
	    fact_refuse(reading, "is no day YYYY-MM-DD");
}

static bool
read_id(struct fact_reading *reading, struct id *id)
{
	return span_to_id(reading->text, id) ||
	    fact_refuse(reading, "is no id");
}

static bool
read_field(
    struct fact_reading *reading, const struct field *field, char *member)
{
	const struct tz *tz;
	struct id id;
	int32_t number;

	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_WORD:
		return read_text(reading, field, member);
	case FIELD_U32:
	case FIELD_DEGREES:
	case FIELD_INSTANT:
		return read_integer(reading, field, member);
	case FIELD_HOURS:
		return read_hours(reading, member);
	case FIELD_PATTERN:
		return read_pattern(reading, member);
	case FIELD_DAY:
		if (!fact_day(reading, &number))
			return false;
		memcpy(member, &number, sizeof(number));
		return true;
	case FIELD_ID:
		if (!read_id(reading, &id))
			return false;
		memcpy(member, &id, sizeof(id));
		return true;
	case FIELD_REF:
		if (!fact_index(reading, field->ref, &number))
			return false;
		memcpy(member, &number, sizeof(number));
		return true;
	case FIELD_TZ:
		tz = tz_find(reading->text);
		memcpy(member, &tz, sizeof(tz));
		return tz != NULL || fact_refuse(reading, "is no time zone");
	}
	abort();
}

/* ----- entities ----- */

/* The id and the revision, which every line has. */
bool
fact_head(struct fact_reading *reading, bool *taken)
{
	struct change *change = &reading->fact->change;
	int64_t number;

	*taken = true;
	if (span_is(reading->key, "id"))
		return read_id(reading, &change->id);
	if (span_is(reading->key, "rev")) {
		if (!fact_number(reading, 1, UINT32_MAX, &number))
			return false;
		change->rev = (uint32_t)number;
		return true;
	}
	*taken = false;
	return true;
}

bool
fact_has_head(struct fact_reading *reading)
{
	if (fact_at_end(reading) &&
	    (id_is_nil(reading->fact->change.id) ||
		reading->fact->change.rev == 0))
		error_set(reading->error, "id= or rev= is not there");
	return fact_at_end(reading);
}

static void
set_empty(struct entity *entity, const struct kind_info *info)
{
	const int32_t none = REF_NONE, open = INT32_MAX;

	memset(entity, 0, info->size);
	for (size_t i = 0; i < info->nfields; i++) {
		const struct field *field = &info->fields[i];
		char *member = (char *)entity + field->offset;

		if (field->type == FIELD_REF)
			memcpy(member, &none, sizeof(none));
		else if (field->type == FIELD_DAY)
			memcpy(member, &open, sizeof(open));
	}
}

static bool
read_column(struct fact_reading *reading, const struct kind_info *info)
{
	char *entity = (char *)&reading->fact->after.entity;

	for (size_t i = 0; i < info->nfields; i++)
		if (span_is(reading->key, info->fields[i].column))
			return read_field(reading, &info->fields[i],
			    entity + info->fields[i].offset);
	return fact_refuse(reading, "is no column of this kind");
}

/* Whether a member without which nothing can be reckoned is empty: a time zone,
 * an activity, a day that every entity of the kind has. */
static bool
is_missing(const struct field *field, const char *member)
{
	const struct tz *tz;
	int32_t day;

	if (field->type == FIELD_TZ) {
		memcpy(&tz, member, sizeof(tz));
		return tz == NULL;
	}
	if (field->type == FIELD_DAY && field->initial == NULL) {
		memcpy(&day, member, sizeof(day));
		return day == INT32_MAX;
	}
	return field->key == KEY_ACTIVITY && *member == '\0';
}

static const struct field *
missing(const struct kind_info *info, const struct entity *entity)
{
	for (size_t i = 0; i < info->nfields; i++)
		if (is_missing(&info->fields[i],
			(const char *)entity + info->fields[i].offset))
			return &info->fields[i];
	return NULL;
}

static bool
read_entity(struct fact_reading *reading, enum kind kind)
{
	const struct kind_info *info = kind_info(kind);
	struct entity *entity = &reading->fact->after.entity;
	const struct field *field;
	bool taken;

	set_empty(entity, info);
	while (fact_next(reading)) {
		if (!fact_head(reading, &taken) ||
		    (!taken && !read_column(reading, info)))
			return false;
	}
	if (!fact_has_head(reading))
		return false;
	entity->id = reading->fact->change.id;
	entity->rev = reading->fact->change.rev;
	field = missing(info, entity);
	if (field != NULL)
		error_set(reading->error, "%s= is not there", field->column);
	return field == NULL;
}

enum fact_sort
fact_line_read(
    struct fact *fact, struct book *book, struct span line, struct error *error)
{
	struct fact_reading reading = {
	    .fact = fact, .book = book, .error = error, .lex = {line, 0}};
	struct span word;
	enum kind kind;
	size_t text;
	bool good;

	error->text[0] = '\0';
	if (line.len > FACT_LINE_MAX) {
		error_set(error, "longer than %d bytes", FACT_LINE_MAX);
		return FACT_BAD;
	}
	text = lex_line_length(line);
	if (text < line.len) {
		error_set(error, "byte %zu is no text", text + 1);
		return FACT_BAD;
	}
	lex_more(&reading.lex);
	word = lex_word(&reading.lex, ' ');
	if (span_is(word, "older"))
		return fact_older(&reading) ? FACT_LOADED : FACT_BAD;
	if (span_is(word, "cut"))
		return fact_cut(&reading) ? FACT_LOADED : FACT_BAD;
	if (!kind_find(word, &kind) || !fact_line_has(kind))
		return FACT_OTHER;
	memset(&fact->change, 0, sizeof(fact->change));
	fact->change.kind = kind;
	fact->change.after = &fact->after;
	good = kind == KIND_ASSIGNMENT ? fact_assignment(&reading)
				       : read_entity(&reading, kind);
	return good ? FACT_CHANGE : FACT_BAD;
}
