/* SPDX-License-Identifier: ISC */
/*
 * payload: printing.  By hand, for it is done for every write; see
 * payload_read.c for the way back.
 */
#include "daemon/store/payload.h"

#include <stdlib.h>
#include <string.h>

enum {
	ESCAPED_MAX = 6,       /* bytes of "\u001f" */
	ASSIGNMENT_SIZE = 512, /* without programme and reason */
	FIELD_SIZE = 64,       /* of a field beyond its text */
	HOURS_SIZE = 1024
};

static void
print_string(struct out *out, struct span text)
{
	static const char digits[] = "0123456789abcdef";

	out_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '"' || c == '\\') {
			out_char(out, '\\');
			out_char(out, (char)c);
		} else if (c < 0x20) {
			out_literal(out, "\\u00");
			out_char(out, digits[c >> 4]);
			out_char(out, digits[c & 15]);
		} else {
			out_char(out, (char)c);
		}
	}
	out_char(out, '"');
}

static void
print_text(struct out *out, const char *text)
{
	print_string(out, span_of(text));
}

static void
print_id(struct out *out, struct id id)
{
	out_char(out, '"');
	out_id(out, id);
	out_char(out, '"');
}

static void
print_day(struct out *out, int32_t day)
{
	out_char(out, '"');
	out_day(out, day);
	out_char(out, '"');
}

static void
print_string_or_null(struct out *out, struct span text)
{
	if (text.len == 0)
		out_literal(out, "null");
	else
		print_string(out, text);
}

static void
print_end(struct out *out, const struct unit_change *change)
{
	if (change->reason.len > 0) {
		out_literal(out, ",\"reason\":");
		print_string(out, change->reason);
	}
	/* rota.write() takes it out before the feed has it. */
	if (change->private.len > 0) {
		out_literal(out, ",\"private\":");
		print_string(out, change->private);
	}
	out_char(out, '}');
}

static void
print_assignment(struct pack *pack, const struct unit *unit,
    const struct book *book, const struct unit_change *change)
{
	const struct assignment *a = &change->change.after->assignment;
	struct span programme = book_word_text(book, a->programme);
	struct out out = pack_out(pack,
	    ASSIGNMENT_SIZE +
		ESCAPED_MAX * (programme.len + change->reason.len));

	out_literal(&out, "{\"id\":");
	print_id(&out, change->change.id);
	out_literal(&out, ",\"rev\":");
	out_u64(&out, change->change.rev);
	out_literal(&out, ",\"physician\":");
	print_id(&out, unit_at(unit, book, KIND_PHYSICIAN, a->physician)->id);
	out_literal(&out, ",\"site\":");
	print_id(&out, unit_at(unit, book, KIND_SITE, a->site)->id);
	out_literal(&out, ",\"room\":");
	out_u64(&out, a->room);
	out_literal(&out, ",\"day\":");
	print_day(&out, a->day);
	out_literal(&out, ",\"part\":\"");
	out_char(&out, part_letter((enum part)a->part));
	out_literal(&out, "\",\"from\":");
	out_i64(&out, a->from);
	out_literal(&out, ",\"to\":");
	out_i64(&out, assignment_to(a));
	out_literal(&out, ",\"half_days\":");
	out_u64(&out, a->count);
	out_literal(&out, ",\"activity\":");
	print_text(&out, activity_name((enum activity)a->activity));
	out_literal(&out, ",\"programme\":");
	print_string_or_null(&out, programme);
	out_literal(&out, ",\"state\":");
	print_text(&out, state_name((enum state)a->state));
	if (a->rotation > 0) {
		out_literal(&out, ",\"rotation\":");
		print_id(&out,
		    unit_at(unit, book, KIND_ROTATION, (int32_t)a->rotation - 1)
			->id);
	}
	if (a->unscheduled > 0) {
		out_literal(&out, ",\"unscheduled\":");
		out_u64(&out, (unsigned)a->unscheduled * PORTION_UNIT);
	}
	if (a->remote > 0) {
		out_literal(&out, ",\"remote\":");
		out_u64(&out, (unsigned)a->remote * PORTION_UNIT);
	}
	if (a->by_hand)
		out_literal(&out, ",\"by_hand\":true");
	if (a->agreed != AGREED_NOT) {
		out_literal(&out, ",\"agreed\":");
		print_text(&out, agreement_name((enum agreement)a->agreed));
	}
	print_end(&out, change);
	pack_printed(pack, &out);
}

static void
print_hours(struct out *out, const void *at)
{
	struct hours hours;
	char text[HOURS_SIZE];
	size_t length;

	memcpy(&hours, at, sizeof(hours));
	length = hours_print(&hours, text, sizeof(text));
	print_string(out, (struct span){text, length});
}

static void
print_pattern(struct out *out, const void *at)
{
	struct pattern pattern;
	char text[PATTERN_TEXT_MAX];
	size_t length;

	memcpy(&pattern, at, sizeof(pattern));
	length = pattern_print(&pattern, text, sizeof(text));
	print_string(out, (struct span){text, length});
}

static void
print_ref(struct out *out, const struct unit *unit, const struct book *book,
    const struct field *field, const void *at)
{
	int32_t index;

	memcpy(&index, at, sizeof(index));
	if (index == REF_NONE)
		out_literal(out, "null");
	else
		print_id(out, unit_at(unit, book, field->ref, index)->id);
}

static void
print_number(struct out *out, const struct field *field, const void *at)
{
	uint32_t count;
	int32_t number;
	int64_t instant;

	if (field->type == FIELD_U32) {
		memcpy(&count, at, sizeof(count));
		out_u64(out, count);
	} else if (field->type == FIELD_INSTANT) {
		memcpy(&instant, at, sizeof(instant));
		out_i64(out, instant);
	} else {
		memcpy(&number, at, sizeof(number));
		if (field->type == FIELD_DEGREES)
			out_i64(out, number);
		else if (number == INT32_MAX)
			out_literal(out, "null");
		else
			print_day(out, number);
	}
}

static void
print_field(struct out *out, const struct unit *unit, const struct book *book,
    const struct unit_change *change, const struct field *field)
{
	const struct kind_info *info = kind_info(change->change.kind);
	const char *at =
	    (const char *)&change->change.after->entity + field->offset;
	const struct tz *tz;
	struct id id;

	out_literal(out, ",\"");
	out_text(out, field->column);
	out_literal(out, "\":");
	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_WORD:
		/* Its own code is unique in the table: none is null there. */
		if (field->key == info->natural && field->key != KEY_0)
			print_string_or_null(out, span_of(at));
		else
			print_text(out, at);
		return;
	case FIELD_U32:
	case FIELD_DEGREES:
	case FIELD_DAY:
	case FIELD_INSTANT:
		print_number(out, field, at);
		return;
	case FIELD_REF:
		print_ref(out, unit, book, field, at);
		return;
	case FIELD_ID:
		memcpy(&id, at, sizeof(id));
		print_id(out, id);
		return;
	case FIELD_HOURS:
		print_hours(out, at);
		return;
	case FIELD_PATTERN:
		print_pattern(out, at);
		return;
	case FIELD_TZ:
		memcpy(&tz, at, sizeof(tz));
		print_text(out, tz_name(tz));
		return;
	}
	abort();
}

/* Bytes that the value of a field takes at most, as a string. */
static size_t
text_size(const struct field *field)
{
	if (field->type == FIELD_HOURS)
		return HOURS_SIZE;
	if (field->type == FIELD_PATTERN)
		return PATTERN_TEXT_MAX;
	return ESCAPED_MAX * field->size;
}

static size_t
entity_size(const struct kind_info *info)
{
	size_t size = FIELD_SIZE;

	for (size_t i = 0; i < info->nfields; i++)
		size += FIELD_SIZE + strlen(info->fields[i].column) +
		    text_size(&info->fields[i]);
	return size;
}

void
payload_print(struct pack *pack, const struct unit *unit,
    const struct book *book, const struct unit_change *change)
{
	const struct kind_info *info = kind_info(change->change.kind);
	struct out out;

	if (change->change.kind == KIND_ASSIGNMENT) {
		print_assignment(pack, unit, book, change);
		return;
	}
	out = pack_out(pack,
	    entity_size(info) +
		ESCAPED_MAX * (change->reason.len + change->private.len + 6));
	out_literal(&out, "{\"id\":");
	print_id(&out, change->change.id);
	out_literal(&out, ",\"rev\":");
	out_u64(&out, change->change.rev);
	for (size_t i = 0; i < info->nfields; i++)
		print_field(&out, unit, book, change, &info->fields[i]);
	print_end(&out, change);
	pack_printed(pack, &out);
}
