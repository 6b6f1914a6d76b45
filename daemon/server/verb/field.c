/* SPDX-License-Identifier: ISC */
/*
 * field: see field.h.  Every type reads from text: the parser of requests has
 * looked at the form of a key's values, not at what one kind makes of them.
 */
#include "daemon/server/verb/field.h"

#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

enum {
	DEGREE_DECIMALS = 5,
	EXPECTED_MAX = 256, /* bytes of what was expected */
	KEPT_MAX = 128      /* different texts of that sort */
};

enum kind
field_kind(enum verb verb)
{
	struct span name = span_of(verb_info(verb)->name), word;
	enum kind kind;

	if (!span_cut(&name, ' ', &word) || !kind_find(word, &kind) ||
	    kind >= KIND_DIRECTORY_COUNT)
		abort();
	return kind;
}

static void *
member_of(const struct field *field, void *entity)
{
	return (char *)entity + field->offset;
}

/* ----- faults ----- */

/*
 * A static copy of a text that is made from a table.  The tables are finite,
 * and so are the texts.
 */
static const char *
keep(struct out *out)
{
	static char *kept[KEPT_MAX];
	struct span text = {out->ptr, out->len};
	size_t i;

	for (i = 0; i < KEPT_MAX && kept[i] != NULL; i++)
		if (span_is(text, kept[i]))
			return kept[i];
	if (i == KEPT_MAX)
		abort();
	kept[i] = xstrndup(text.ptr, text.len);
	return kept[i];
}

static bool
fail(const struct field *field, struct field_fault *fault, const char *expected)
{
	*fault = (struct field_fault){.status = STATUS_VALUE,
	    .what = span_of(key_name(field->key)),
	    .expected = expected};
	return false;
}

static bool
fail_unknown(
    const struct field *field, struct span text, struct field_fault *fault)
{
	char buffer[EXPECTED_MAX];
	struct out out = OUT(buffer);

	out_literal(&out, "the name or id of a ");
	out_text(&out, kind_info(field->ref)->name);
	*fault = (struct field_fault){
	    .status = STATUS_NOT_FOUND, .what = text, .expected = keep(&out)};
	return false;
}

static bool
fail_names(const struct field *field, struct field_fault *fault)
{
	char buffer[EXPECTED_MAX];
	struct out out = OUT(buffer);

	out_literal(&out, "one of");
	for (const char *const *name = field->names; *name != NULL; name++) {
		out_char(&out, ' ');
		out_text(&out, *name);
	}
	return fail(field, fault, keep(&out));
}

static bool
fail_number(const struct field *field, struct field_fault *fault,
    const char *what, unsigned decimals)
{
	char buffer[EXPECTED_MAX];
	struct out out = OUT(buffer);

	out_text(&out, what);
	out_fixed(&out, field->min, decimals);
	out_literal(&out, " to ");
	out_fixed(&out, field->max, decimals);
	return fail(field, fault, keep(&out));
}

static bool
fail_length(const struct field *field, struct field_fault *fault)
{
	char buffer[EXPECTED_MAX];
	struct out out = OUT(buffer);

	out_literal(&out, "at most ");
	out_u64(&out, field->size - 1);
	out_literal(&out, " bytes");
	return fail(field, fault, keep(&out));
}

/* ----- the types ----- */

static void
set_text(const struct field *field, struct span text, void *member)
{
	memset(member, 0, field->size);
	if (text.len > 0)
		memcpy(member, text.ptr, text.len);
}

static bool
read_word(const struct field *field, struct span text, void *member,
    struct field_fault *fault)
{
	const char *const *name;
	bool optional = field->initial != NULL && field->initial[0] == '\0';

	if (field->names != NULL && (text.len > 0 || !optional)) {
		for (name = field->names; *name != NULL; name++)
			if (span_is(text, *name))
				break;
		if (*name == NULL)
			return fail_names(field, fault);
	} else if (field->has_form != NULL && text.len > 0 &&
	    !field->has_form(text)) {
		return fail(field, fault, field->expected);
	}
	if (text.len >= field->size)
		return fail_length(field, fault);
	set_text(field, text, member);
	return true;
}

static bool
read_number(const struct field *field, struct span text, void *member,
    struct field_fault *fault)
{
	uint64_t number;
	uint32_t narrow;

	if (!span_to_u64(text, (uint64_t)field->max, &number) ||
	    number < (uint64_t)field->min)
		return fail_number(field, fault, "a number from ", 0);
	narrow = (uint32_t)number;
	memcpy(member, &narrow, sizeof(narrow));
	return true;
}

static bool
read_degrees(const struct field *field, struct span text, void *member,
    struct field_fault *fault)
{
	int64_t number;
	int32_t narrow;

	if (!span_to_fixed(text, DEGREE_DECIMALS, field->max, &number))
		return fail_number(
		    field, fault, "degrees from ", DEGREE_DECIMALS);
	narrow = (int32_t)number;
	memcpy(member, &narrow, sizeof(narrow));
	return true;
}

static bool
read_day(const struct field *field, struct span text, void *member,
    struct field_fault *fault)
{
	int32_t day = INT32_MAX;

	if (text.len > 0 && !span_to_day(text, &day))
		return fail(field, fault, value_expected(VALUE_DAY));
	memcpy(member, &day, sizeof(day));
	return true;
}

static bool
read_reference(const struct field *field, struct span text,
    const struct book *book, const struct unit *unit, void *member,
    struct field_fault *fault)
{
	int32_t index = REF_NONE;

	if (text.len > 0) {
		index = unit == NULL
		    ? book_resolve(book, field->ref, text)
		    : unit_resolve(unit, book, field->ref, text);
		if (index == REF_NONE)
			return fail_unknown(field, text, fault);
	}
	memcpy(member, &index, sizeof(index));
	return true;
}

static bool
read_hours(const struct field *field, struct span text, void *member,
    struct field_fault *fault)
{
	struct hours hours;
	const char *why;
	size_t column;

	if (!hours_parse(text, &hours, &column, &why)) {
		fail(field, fault, why);
		fault->at = column + 1;
		return false;
	}
	memcpy(member, &hours, sizeof(hours));
	return true;
}

static bool
read_pattern(const struct field *field, struct span text, void *member,
    struct field_fault *fault)
{
	struct pattern pattern;
	const char *why;
	size_t column;

	if (!pattern_parse(text, &pattern, &column, &why)) {
		fail(field, fault, why);
		fault->at = column + 1;
		return false;
	}
	memcpy(member, &pattern, sizeof(pattern));
	return true;
}

static bool
read_tz(const struct field *field, struct span text, void *member,
    struct field_fault *fault)
{
	const struct tz *tz = tz_find(text);

	if (tz == NULL)
		return fail(
		    field, fault, "a zone of the tz database, Europe/Paris");
	memcpy(member, &tz, sizeof(const struct tz *));
	return true;
}

bool
field_read(const struct field *field, struct span text, const struct book *book,
    const struct unit *unit, void *entity, struct field_fault *fault)
{
	void *member = member_of(field, entity);
	bool optional = field->initial != NULL && field->initial[0] == '\0';

	if (optional && field->type != FIELD_TEXT && span_is(text, "-"))
		text.len = 0;
	switch (field->type) {
	case FIELD_TEXT:
		if (text.len >= field->size)
			return fail_length(field, fault);
		set_text(field, text, member);
		return true;
	case FIELD_WORD:
		return read_word(field, text, member, fault);
	case FIELD_U32:
		return read_number(field, text, member, fault);
	case FIELD_DEGREES:
		return read_degrees(field, text, member, fault);
	case FIELD_DAY:
		return read_day(field, text, member, fault);
	case FIELD_REF:
		return read_reference(field, text, book, unit, member, fault);
	case FIELD_HOURS:
		return read_hours(field, text, member, fault);
	case FIELD_PATTERN:
		return read_pattern(field, text, member, fault);
	case FIELD_TZ:
		return read_tz(field, text, member, fault);
	case FIELD_INSTANT: /* of no request */
	case FIELD_ID:
		break;
	}
	abort();
}

void
field_set_initial(const struct field *field, void *entity)
{
	struct field_fault fault;

	if (!field_read(
		field, span_of(field->initial), NULL, NULL, entity, &fault))
		abort();
}

bool
field_equal(const struct field *field, const void *a, const void *b)
{
	const char *one = (const char *)a + field->offset;
	const char *other = (const char *)b + field->offset;

	if (field->type == FIELD_TEXT || field->type == FIELD_WORD)
		return strcmp(one, other) == 0;
	return memcmp(one, other, field->size) == 0;
}
