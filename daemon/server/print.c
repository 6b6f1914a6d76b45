/* SPDX-License-Identifier: ISC */
/*
 * print: see print.h.  A line of an assignment is printed millions of times a
 * second, so print_slot() names its keys itself; everything else is expanded
 * from the tables of directory.h.
 */
#include "daemon/server/print.h"

#include "daemon/domain/open.h"
#include "proto/put.h"

#include <stdlib.h>
#include <string.h>

enum {
	QUARTER_HOUR = 15, /* minutes */
	HOURS_ROOM = 1024,
	SLOT_LINE_MAX = 320 /* bytes of an assignment, programme not counted */
};

const struct tz *
print_tz(void)
{
	static const struct tz *paris;

	if (paris == NULL && (paris = tz_find(SPAN("Europe/Paris"))) == NULL)
		abort(); /* the tz database is part of the installation */
	return paris;
}

void
print_instant(struct out *out, const char *key, int64_t instant)
{
	out_key(out, key);
	out_instant(out, instant, tz_offset(print_tz(), instant));
}

void
print_handle(struct out *out, enum kind kind, const struct entity *entity)
{
	struct span handle = entity_handle(kind, entity);

	if (handle.len > 0)
		out_value(out, handle);
	else
		out_id(out, entity->id);
}

/* ----- assignments ----- */

/* A day that is not the service date. */
static char *
put_other_day(char *at, int32_t day, int64_t *second)
{
	int64_t days = *second / SECONDS_PER_DAY;

	if (*second % SECONDS_PER_DAY < 0)
		days--;
	*second -= days * SECONDS_PER_DAY;
	return put_day(at, day + (int32_t)days);
}

/* On the clock of the site: the civil day is mostly the service date, which
 * stands in the line already. */
static inline char *
put_instant(
    char *at, int64_t instant, int quarters, int32_t day, const char *day_text)
{
	int64_t second = instant + (int64_t)quarters * QUARTER_HOUR * 60 -
	    (int64_t)day * SECONDS_PER_DAY;
	unsigned offset = (unsigned)(quarters < 0 ? -quarters : quarters);

	if (second >= 0 && second < SECONDS_PER_DAY)
		at = put_bytes(at, day_text, PUT_DAY_LEN);
	else
		at = put_other_day(at, day, &second);
	*at++ = 'T';
	at = put_clock(at, (unsigned)second / 60);
	*at++ = quarters < 0 ? '-' : '+';
	at = put_pair(at, offset / 4);
	*at++ = ':';
	return put_pair(at, offset % 4 * QUARTER_HOUR);
}

static char *
put_place(char *at, const struct book *book, int32_t site)
{
	const struct put_word *finess = book_handle(book, KIND_SITE, site);

	at = put_literal(at, " site=");
	return finess->len > 0 ? put_word(at, finess)
			       : put_id(at, book_site(book, site)->entity.id);
}

static char *
put_place_then(char *at, const struct site *site)
{
	at = put_literal(at, " site=");
	if (site->finess[0] == '\0')
		return put_id(at, site->entity.id);
	return put_bytes(at, site->finess, sizeof(site->finess) - 1);
}

void
print_slot(struct out *out, const struct book *book, const struct assignment *a)
{
	print_slot_at(out, book, a, NULL);
}

void
print_slot_at(struct out *out, const struct book *book,
    const struct assignment *a, const struct site *site)
{
	char *start = out_reserve(out, SLOT_LINE_MAX), *at = start, *day;
	struct span programme;

	if (start == NULL)
		return;
	at = put_literal(at, " slot=");
	at = put_id(at, a->id);
	at = put_literal(at, " rev=");
	at = put_u64(at, a->rev);
	at = put_literal(at, " day=");
	day = at;
	at = put_day(at, a->day);
	at = put_literal(at, " part=");
	*at++ = part_letter((enum part)a->part);
	at = put_literal(at, " from=");
	at = put_instant(at, a->from, a->offset_from, a->day, day);
	at = put_literal(at, " to=");
	at = put_instant(at, assignment_to(a), a->offset_to, a->day, day);
	at = site == NULL ? put_place(at, book, a->site)
			  : put_place_then(at, site);
	at = put_literal(at, " physician=");
	at = put_word(at, book_handle(book, KIND_PHYSICIAN, a->physician));
	if (a->room > 0) {
		at = put_literal(at, " room=");
		at = put_u64(at, a->room);
	}
	at = put_literal(at, " activity=");
	at = put_word(at, activity_word((enum activity)a->activity));
	at = put_literal(at, " state=");
	at = put_word(at, state_word((enum state)a->state));
	out->len += (size_t)(at - start);
	if (a->unscheduled > 0)
		out_key_u64(out, "unscheduled",
		    (unsigned)a->unscheduled * PORTION_UNIT);
	if (a->remote > 0)
		out_key_u64(out, "remote", (unsigned)a->remote * PORTION_UNIT);
	if (a->programme != REF_NONE) {
		/* A word of a request: never in need of quotes. */
		programme = book_word_text(book, a->programme);
		out_literal(out, " programme=");
		out_bytes(out, programme.ptr, programme.len);
	}
	if (a->agreed != AGREED_NOT)
		out_key_text(
		    out, "agreed", agreement_name((enum agreement)a->agreed));
	if (a->rotation > 0) {
		out_key(out, "rotation");
		print_handle(out, KIND_ROTATION,
		    book_entity(book, KIND_ROTATION, (int32_t)a->rotation - 1));
	}
	if (a->by_hand)
		out_literal(out, " by-hand=yes");
}

void
print_interval(struct out *out, const struct assignment *a)
{
	print_instant(out, "from", a->from);
	print_instant(out, "to", assignment_to(a));
}

/* ----- the directory ----- */

void
print_name(struct out *out, enum kind kind, const struct entity *entity)
{
	out_key(out, key_name(kind_info(kind)->handle));
	print_handle(out, kind, entity);
	out_key_id(out, "id", entity->id);
	out_key_u64(out, "rev", entity->rev);
}

static int32_t
number_at(const void *member)
{
	int32_t number;

	memcpy(&number, member, sizeof(number));
	return number;
}

/* Whether latitude and longitude are known: both 0 means that they are not. */
static bool
has_place(enum kind kind, const struct entity *entity)
{
	const struct field *lat = kind_field(kind, KEY_LAT);
	const struct field *lon = kind_field(kind, KEY_LON);

	return number_at((const char *)entity + lat->offset) != 0 ||
	    number_at((const char *)entity + lon->offset) != 0;
}

static void
print_hours(struct out *out, const char *key, const struct hours *hours)
{
	char text[HOURS_ROOM];
	size_t len = hours_print(hours, text, sizeof(text));

	out_key_value(out, key, (struct span){text, len});
}

static void
print_pattern(struct out *out, const char *key, const struct pattern *pattern)
{
	char text[PATTERN_TEXT_MAX];
	size_t len = pattern_print(pattern, text, sizeof(text));

	out_key_value(out, key, (struct span){text, len});
}

static void
print_reference(struct out *out, const struct book *book,
    const struct field *field, int32_t index)
{
	if (index == REF_NONE)
		return;
	out_key(out, key_name(field->key));
	print_handle(out, field->ref, book_entity(book, field->ref, index));
}

static void
print_field(struct out *out, const struct book *book, enum kind kind,
    const struct entity *entity, const struct field *field)
{
	const void *member = (const char *)entity + field->offset;
	const char *key = key_name(field->key);
	const struct tz *tz;
	int64_t instant;
	struct id id;

	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_WORD:
		if (*(const char *)member != '\0')
			out_key_text(out, key, member);
		return;
	case FIELD_U32:
		out_key_u64(out, key, (uint32_t)number_at(member));
		return;
	case FIELD_DEGREES:
		if (has_place(kind, entity)) {
			out_key(out, key);
			out_fixed(out, number_at(member), 5);
		}
		return;
	case FIELD_DAY:
		if (number_at(member) != INT32_MAX)
			out_key_day(out, key, number_at(member));
		return;
	case FIELD_INSTANT:
		memcpy(&instant, member, sizeof(instant));
		print_instant(out, key, instant);
		return;
	case FIELD_REF:
		print_reference(out, book, field, number_at(member));
		return;
	case FIELD_ID:
		memcpy(&id, member, sizeof(id));
		out_key_id(out, key, id);
		return;
	case FIELD_HOURS:
		print_hours(out, key, member);
		return;
	case FIELD_PATTERN:
		print_pattern(out, key, member);
		return;
	case FIELD_TZ:
		memcpy(&tz, member, sizeof(const struct tz *));
		out_key_text(out, key, tz_name(tz));
		return;
	}
	abort();
}

static bool
is_home(enum kind kind, enum key key)
{
	return kind == KIND_PHYSICIAN &&
	    (key == KEY_HOME || key == KEY_LAT || key == KEY_LON ||
		key == KEY_MAX_KM);
}

/* Whether it is as most are, and not worth a word. */
static bool
is_usual(const struct field *field, const struct entity *entity)
{
	const char *member = (const char *)entity + field->offset;
	uint64_t usual;

	if (!field->quiet)
		return false;
	if (field->type != FIELD_U32)
		return strcmp(member, field->initial) == 0;
	return span_to_u64(span_of(field->initial), UINT32_MAX, &usual) &&
	    (uint32_t)number_at(member) == usual;
}

/* Of the commune where the site stands first on that day. */
static void
print_zone(struct out *out, const struct book *book, const struct site *site,
    int32_t day)
{
	const char *communes[PART_COUNT], *zone;

	if (site_communes(book, site, day, communes) == 0)
		return;
	zone = book_zone(book, communes[0], "gp", day);
	if (zone != NULL)
		out_key_text(out, "zone", zone);
}

void
print_entity(struct out *out, const struct book *book, enum kind kind,
    const struct entity *entity, const struct print_view *view)
{
	const struct kind_info *info = kind_info(kind);

	print_name(out, kind, entity);
	for (size_t i = 0; i < info->nfields; i++) {
		const struct field *field = &info->fields[i];

		if (field->key == KEY_0 || field->key == info->natural ||
		    (is_home(kind, field->key) && !view->home) ||
		    is_usual(field, entity))
			continue;
		print_field(out, book, kind, entity, field);
	}
	if (kind != KIND_SITE)
		return;
	print_zone(out, book, (const struct site *)entity, view->day);
}
