/* SPDX-License-Identifier: ISC */
/*
 * domain_support: small books for the tests of the domain.
 */
#include "tests/unit/domain_support.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

static uint64_t
scramble(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9u;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

struct random
random_new(uint64_t seed)
{
	return (struct random){seed, seed};
}

uint32_t
random_below(struct random *random, uint32_t below)
{
	random->state += 0x9e3779b97f4a7c15u;
	return (uint32_t)(scramble(random->state) % below);
}

bool
test_same_slot(const struct assignment *a, const struct assignment *b)
{
	return id_equal(a->id, b->id) && a->from == b->from &&
	    a->length == b->length && a->day == b->day &&
	    a->physician == b->physician && a->site == b->site &&
	    a->programme == b->programme && a->rev == b->rev &&
	    a->part == b->part && a->room == b->room &&
	    a->activity == b->activity && a->state == b->state &&
	    a->count == b->count && a->offset_from == b->offset_from &&
	    a->offset_to == b->offset_to;
}

bool
test_same_entity(enum kind kind, const void *a, const void *b)
{
	const struct kind_info *info = kind_info(kind);
	const struct entity *x = a, *y = b;

	if (!id_equal(x->id, y->id) || x->rev != y->rev)
		return false;
	for (size_t i = 0; i < info->nfields; i++) {
		const struct field *field = &info->fields[i];
		const char *in_x = (const char *)a + field->offset;
		const char *in_y = (const char *)b + field->offset;
		bool text =
		    field->type == FIELD_TEXT || field->type == FIELD_WORD;

		if (text ? strcmp(in_x, in_y) != 0
			 : memcmp(in_x, in_y, field->size) != 0)
			return false;
	}
	return true;
}

struct id
test_id(uint64_t number)
{
	return (struct id){scramble(number + 1), number + 1};
}

int32_t
test_day(const char *text)
{
	int32_t day = 0;

	ck_assert_msg(span_to_day(span_of(text), &day), "%s", text);
	return day;
}

int32_t
test_last_day(const char *text)
{
	return text[0] == '\0' ? INT32_MAX : test_day(text);
}

struct pattern
test_pattern(const char *text)
{
	struct pattern pattern;
	size_t column;
	const char *why;

	ck_assert_msg(
	    pattern_parse(span_of(text), &pattern, &column, &why), "%s", text);
	return pattern;
}

int64_t
test_instant(const char *text)
{
	int64_t instant = 0;

	ck_assert_msg(span_to_instant(span_of(text), &instant), "%s", text);
	return instant;
}

struct site
test_site(unsigned n)
{
	struct site site = {.structure = REF_NONE,
	    .territory = REF_NONE,
	    .sector = REF_NONE,
	    .pdsa = REF_NONE};
	size_t column;
	const char *why;

	site.entity = (struct entity){test_id(n), 1};
	snprintf(site.finess, sizeof(site.finess), "%09u", n);
	snprintf(site.commune, sizeof(site.commune), "%05u", n % 100000);
	SET(site.kind, "fixed");
	SET(site.precision, "address");
	SET(site.holidays, "closed");
	SET(site.manner, "bookable");
	SET(site.state, "active");
	SET(site.source, "real");
	site.minutes = 20;
	site.tz = tz_find(SPAN("Europe/Paris"));
	site.rooms = 2;
	ck_assert(hours_parse(SPAN("mon-sun M 09:00-12:00 A 14:00-18:00 "
				   "E 18:00-20:00 S 20:00-24:00 "
				   "N 24:00-32:00"),
	    &site.hours, &column, &why));
	return site;
}

struct physician
test_physician(unsigned n)
{
	struct physician physician = {0};

	physician.entity = (struct entity){test_id(n), 1};
	snprintf(physician.rpps, sizeof(physician.rpps), "%011u", n);
	SET(physician.specialty, "MG");
	SET(physician.status, "physician");
	SET(physician.state, "active");
	SET(physician.source, "real");
	return physician;
}

int32_t
test_load(struct book *book, enum kind kind, const void *after)
{
	struct change change = {.kind = kind, .rev = 1, .after = after};

	change.id = ((const struct entity *)after)->id;
	ck_assert_int_eq(book_load(book, &change), APPLY_DONE);
	return book_find(book, kind, change.id);
}

void
test_people(struct book *book, unsigned physicians, unsigned sites)
{
	for (unsigned n = 0; n < physicians; n++) {
		struct physician physician = test_physician(n);

		ck_assert_int_eq(
		    test_load(book, KIND_PHYSICIAN, &physician), (int)n);
	}
	for (unsigned n = 0; n < sites; n++) {
		struct site site = test_site(n);

		ck_assert_int_eq(test_load(book, KIND_SITE, &site), (int)n);
	}
}

struct quota
test_quota(unsigned n, int32_t physician, int32_t programme, const char *period,
    int32_t from, int32_t to)
{
	struct quota quota = {.physician = physician,
	    .programme = programme,
	    .from = from,
	    .to = to,
	    .max = QUOTA_NONE};

	quota.entity.id = test_id(n);
	SET(quota.period, period);
	SET(quota.state, "active");
	SET(quota.source, "real");
	return quota;
}

struct assignment
test_slot(const struct book *book, unsigned n, int32_t physician, int32_t site,
    const char *day, enum part part)
{
	const struct site *at = book_site(book, site);
	struct assignment a = {.id = test_id(n),
	    .physician = physician,
	    .site = site,
	    .programme = REF_NONE,
	    .rev = 1,
	    .part = (uint8_t)part,
	    .room = 1,
	    .activity = ACTIVITY_MT,
	    .state = STATE_PUBLISHED,
	    .count = part == PART_N ? 2 : 1};
	struct opening opening;
	int64_t to;

	a.day = test_day(day);
	opening = at->hours.at[day_weekday(a.day)][part];
	a.from = tz_instant(at->tz, a.day, opening.from);
	to = tz_instant(at->tz, a.day, opening.to);
	a.length = (uint32_t)(to - a.from);
	a.offset_from = (int8_t)(tz_offset(at->tz, a.from) / 15);
	a.offset_to = (int8_t)(tz_offset(at->tz, to) / 15);
	return a;
}

static struct change
slot_change(const union after *after, uint32_t rev)
{
	return (struct change){.kind = KIND_ASSIGNMENT,
	    .id = after->assignment.id,
	    .rev = rev,
	    .after = after};
}

enum apply
test_apply(struct book *book, const struct assignment *a, uint32_t rev)
{
	union after after = {.assignment = *a};
	struct change change = slot_change(&after, rev);

	return book_apply(book, &change);
}

enum apply
test_load_slot(struct book *book, const struct assignment *a, uint32_t rev)
{
	union after after = {.assignment = *a};
	struct change change = slot_change(&after, rev);

	return book_load(book, &change);
}

int
test_main(const char *name, TCase *const cases[], size_t count)
{
	Suite *suite = suite_create(name);

	for (size_t i = 0; i < count; i++) {
		tcase_set_timeout(cases[i], 300);
		suite_add_tcase(suite, cases[i]);
	}
	return suite_run(suite);
}
