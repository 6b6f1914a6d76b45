/* SPDX-License-Identifier: ISC */
/*
 * print_test: lines of assignments and of the directory, byte by byte.
 */
#include "daemon/server/print.h"

#include "proto/request.h"
#include "tests/unit/domain_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "* " and the words, as a string. */
static const char *
line_of(const struct out *out)
{
	static char line[PROTO_LINE_MAX + 1];
	struct answer answer;

	ck_assert(!out->overflow);
	ck_assert_uint_lt(out->len, sizeof(line) - 1);
	line[0] = '*';
	memcpy(line + 1, out->ptr, out->len);
	line[out->len + 1] = '\0';
	ck_assert_msg(answer_parse(&answer, span_of(line)), "%s", line);
	return line;
}

static const char *
slot_line(const struct book *book, const struct assignment *a)
{
	char text[PRINT_SLOT_ROOM];
	struct out out = OUT(text);

	print_slot(&out, book, a);
	return line_of(&out);
}

static const char *
entity_line(const struct book *book, enum kind kind,
    const struct entity *entity, const struct print_view *view)
{
	char text[PRINT_ENTITY_ROOM];
	struct out out = OUT(text);

	print_entity(&out, book, kind, entity, view);
	return line_of(&out);
}

/* A book of one physician and of one site in a time zone. */
static struct book *
book_at_zone(const char *zone)
{
	struct book *book = book_new(test_day("2026-01-01"));
	struct site site = test_site(160004578);

	test_people(book, 1, 0);
	site.tz = tz_find(span_of(zone));
	ck_assert_ptr_nonnull(site.tz);
	test_load(book, KIND_SITE, &site);
	return book;
}

static struct id
id_of(const char *text)
{
	struct id id;

	ck_assert(span_to_id(span_of(text), &id));
	return id;
}

#define SLOT "0189f7c2-5b1e-7abc-8def-0123456789ab"

START_TEST(slot_in_full)
{
	struct book *book = book_at_zone("Europe/Paris");
	struct assignment a = test_slot(book, 1, 0, 0, "2026-12-01", PART_M);

	a.id = id_of(SLOT);
	a.rev = 3;
	a.activity = ACTIVITY_SNP;
	a.state = STATE_DRAFT;
	ck_assert_str_eq(slot_line(book, &a),
	    "* slot=" SLOT " rev=3 day=2026-12-01 part=M "
	    "from=2026-12-01T09:00+01:00 to=2026-12-01T12:00+01:00 "
	    "site=160004578 physician=00000000000 room=1 activity=SNP "
	    "state=draft");
	a.room = 0;
	a.activity = ACTIVITY_TLC;
	a.state = STATE_NOT_HELD;
	a.programme = book_word(book, SPAN("AMI-2026"));
	ck_assert_str_eq(slot_line(book, &a),
	    "* slot=" SLOT " rev=3 day=2026-12-01 part=M "
	    "from=2026-12-01T09:00+01:00 to=2026-12-01T12:00+01:00 "
	    "site=160004578 physician=00000000000 activity=TLC "
	    "state=not-held programme=AMI-2026");
	a.unscheduled = 60 / PORTION_UNIT;
	ck_assert_ptr_nonnull(strstr(slot_line(book, &a),
	    " state=not-held unscheduled=60 programme=AMI-2026"));
	a.remote = 30 / PORTION_UNIT;
	ck_assert_ptr_nonnull(strstr(
	    slot_line(book, &a), " state=not-held unscheduled=60 remote=30 "));
	book_free(book);
}
END_TEST

static const struct {
	const char *zone, *day;
	enum part part;
	const char *from, *to; /* at the site */
	const char *busy_from, *busy_to;
} clocks[] = {
    /* the nights in which the clock changes: seven hours, and nine */
    {"Europe/Paris", "2026-03-28", PART_N, "2026-03-29T00:00+01:00",
	"2026-03-29T08:00+02:00", "2026-03-29T00:00+01:00",
	"2026-03-29T08:00+02:00"},
    {"Europe/Paris", "2026-10-24", PART_N, "2026-10-25T00:00+02:00",
	"2026-10-25T08:00+01:00", "2026-10-25T00:00+02:00",
	"2026-10-25T08:00+01:00"},
    {"Europe/Paris", "2026-03-29", PART_M, "2026-03-29T09:00+02:00",
	"2026-03-29T12:00+02:00", "2026-03-29T09:00+02:00",
	"2026-03-29T12:00+02:00"},
    /* overseas; who is busy there is told on the clock of Paris */
    {"Indian/Reunion", "2026-07-01", PART_M, "2026-07-01T09:00+04:00",
	"2026-07-01T12:00+04:00", "2026-07-01T07:00+02:00",
	"2026-07-01T10:00+02:00"},
    {"America/Martinique", "2026-07-01", PART_S, "2026-07-01T20:00-04:00",
	"2026-07-02T00:00-04:00", "2026-07-02T02:00+02:00",
	"2026-07-02T06:00+02:00"},
    {"Pacific/Marquesas", "2026-12-01", PART_M, "2026-12-01T09:00-09:30",
	"2026-12-01T12:00-09:30", "2026-12-01T19:30+01:00",
	"2026-12-01T22:30+01:00"},
    {"Pacific/Noumea", "2026-12-01", PART_A, "2026-12-01T14:00+11:00",
	"2026-12-01T18:00+11:00", "2026-12-01T04:00+01:00",
	"2026-12-01T08:00+01:00"},
};

START_TEST(slot_on_the_clock)
{
	struct book *book = book_at_zone(clocks[_i].zone);
	struct assignment a =
	    test_slot(book, 1, 0, 0, clocks[_i].day, clocks[_i].part);
	char expected[128], text[PRINT_SLOT_ROOM];
	struct out out = OUT(text);

	snprintf(expected, sizeof(expected), " day=%s part=%c from=%s to=%s ",
	    clocks[_i].day, part_letter(clocks[_i].part), clocks[_i].from,
	    clocks[_i].to);
	ck_assert_msg(strstr(slot_line(book, &a), expected) != NULL,
	    "%s lacks %s", slot_line(book, &a), expected);
	print_interval(&out, &a);
	snprintf(expected, sizeof(expected), "* from=%s to=%s",
	    clocks[_i].busy_from, clocks[_i].busy_to);
	ck_assert_str_eq(line_of(&out), expected);
	book_free(book);
}
END_TEST

START_TEST(slot_of_a_site_without_number)
{
	struct book *book = book_new(test_day("2026-01-01"));
	struct site site = test_site(1);
	struct assignment a;

	test_people(book, 1, 0);
	site.entity.id = id_of(SLOT);
	site.finess[0] = '\0';
	test_load(book, KIND_SITE, &site);
	a = test_slot(book, 1, 0, 0, "2026-12-01", PART_M);
	ck_assert_ptr_nonnull(
	    strstr(slot_line(book, &a), " site=" SLOT " physician="));
	book_free(book);
}
END_TEST

/* The longest of everything fits into what callers reserve. */
START_TEST(slot_at_its_longest)
{
	struct book *book = book_new(test_day("2026-01-01"));
	char word[PROTO_WORD_MAX + 1];
	struct site site = test_site(1);
	struct assignment a;

	test_people(book, 1, 0);
	site.finess[0] = '\0';
	test_load(book, KIND_SITE, &site);
	a = test_slot(book, 1, 0, 0, "2026-12-01", PART_M);
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	a.programme = book_word(book, span_of(word));
	a.rev = UINT32_MAX;
	a.room = PROTO_ROOMS_MAX;
	a.activity = ACTIVITY_SUPERV;
	a.state = STATE_PUBLISHED;
	a.from++; /* seconds are printed when they are not zero */
	ck_assert_ptr_nonnull(strstr(slot_line(book, &a), word));
	book_free(book);
}
END_TEST

/* ----- the directory ----- */

START_TEST(territory_and_structure)
{
	struct book *book = book_new(test_day("2026-01-01"));
	struct print_view view = {.home = false};
	struct territory territory = {.entity = {id_of(SLOT), 2},
	    .code = "CPTS-SUD",
	    .kind = "cpts",
	    .name = "Sud \"Charente\"",
	    .state = "active",
	    .source = "real"};
	struct structure structure = {.entity = {id_of(SLOT), 1},
	    .code = "MSP1",
	    .kind = "MSP",
	    .state = "retired",
	    .source = "generated"};

	ck_assert_str_eq(
	    entity_line(book, KIND_TERRITORY, &territory.entity, &view),
	    "* territory=CPTS-SUD id=" SLOT " rev=2 kind=cpts "
	    "name=\"Sud \\\"Charente\\\"\" state=active source=real");
	ck_assert_str_eq(
	    entity_line(book, KIND_STRUCTURE, &structure.entity, &view),
	    "* structure=MSP1 id=" SLOT " rev=1 kind=MSP state=retired "
	    "source=generated");
	book_free(book);
}
END_TEST

static void
load_zone(struct book *book, unsigned n, const char *kind, const char *class,
    const char *from, const char *to)
{
	struct zone zone = {.entity = {test_id(n), 1},
	    .commune = "16106",
	    .from = test_day(from),
	    .to = to == NULL ? INT32_MAX : test_day(to),
	    .source = "real"};

	snprintf(zone.kind, sizeof(zone.kind), "%s", kind);
	snprintf(zone.class, sizeof(zone.class), "%s", class);
	test_load(book, KIND_ZONE, &zone);
}

START_TEST(site_and_its_zone)
{
	struct book *book = book_new(test_day("2026-01-01"));
	struct print_view view = {.day = test_day("2025-12-31")};
	struct territory territory = {
	    .entity = {test_id(1), 1}, .code = "CPTS-SUD", .kind = "cpts"};
	struct structure structure = {
	    .entity = {test_id(2), 1}, .code = "MSP1", .kind = "MSP"};
	struct site site = test_site(160004578);

	site.entity.id = id_of(SLOT);
	site.territory = test_load(book, KIND_TERRITORY, &territory);
	site.structure = test_load(book, KIND_STRUCTURE, &structure);
	site.hours = hours_default();
	site.commune[0] = '\0';
	ck_assert_str_eq(entity_line(book, KIND_SITE, &site.entity, &view),
	    "* site=160004578 id=" SLOT " rev=1 structure=MSP1 "
	    "territory=CPTS-SUD tz=Europe/Paris rooms=2 "
	    "hours=\"mon-fri M 09:00-12:00 A 14:00-18:00\" state=active "
	    "source=real");

	load_zone(book, 3, "gp", "ZAC", "2020-01-01", NULL);
	load_zone(book, 4, "gp", "ZIP", "2026-01-01", "2026-06-30");
	load_zone(book, 5, "qpv", "QPV", "2020-01-01", NULL);
	strcpy(site.commune, "16106");
	strcpy(site.departement, "16");
	strcpy(site.name, "Les Tilleuls");
	site.lat = 4563927;
	site.lon = -20703;
	site.territory = site.structure = REF_NONE;
	site.hours = (struct hours){0};
	ck_assert_str_eq(entity_line(book, KIND_SITE, &site.entity, &view),
	    "* site=160004578 id=" SLOT " rev=1 name=\"Les Tilleuls\" "
	    "commune=16106 departement=16 lat=45.63927 lon=-0.20703 "
	    "tz=Europe/Paris rooms=2 hours=\"\" state=active source=real "
	    "zone=ZAC");
	view.day = test_day("2026-01-01");
	ck_assert_ptr_nonnull(strstr(
	    entity_line(book, KIND_SITE, &site.entity, &view), " zone=ZIP"));
	view.day = test_day("2019-12-31");
	ck_assert_ptr_null(strstr(
	    entity_line(book, KIND_SITE, &site.entity, &view), " zone="));
	book_free(book);
}
END_TEST

START_TEST(physician_and_the_home)
{
	struct book *book = book_new(test_day("2026-01-01"));
	struct physician physician = {.entity = {id_of(SLOT), 7},
	    .rpps = "10005173140",
	    .family = "Martin",
	    .given = "Claire",
	    .specialty = "MG",
	    .home = "16102",
	    .lat = 4569000,
	    .lon = 0, /* east of Greenwich by nothing is still a place */
	    .state = "active",
	    .source = "real"};
	struct print_view view = {.home = true};

	ck_assert_str_eq(
	    entity_line(book, KIND_PHYSICIAN, &physician.entity, &view),
	    "* physician=10005173140 id=" SLOT " rev=7 family=Martin "
	    "given=Claire specialty=MG home=16102 lat=45.69000 lon=0.00000 "
	    "state=active source=real");
	view.home = false;
	ck_assert_str_eq(
	    entity_line(book, KIND_PHYSICIAN, &physician.entity, &view),
	    "* physician=10005173140 id=" SLOT " rev=7 family=Martin "
	    "given=Claire specialty=MG state=active source=real");
	book_free(book);
}
END_TEST

START_TEST(zone_by_its_id)
{
	struct book *book = book_new(test_day("2026-01-01"));
	struct print_view view = {.home = false};
	struct zone zone = {.entity = {id_of(SLOT), 1},
	    .commune = "2A004",
	    .kind = "gp",
	    .class = "ZIP",
	    .from = test_day("2025-05-09"),
	    .to = INT32_MAX,
	    .source = "real"};

	ck_assert_str_eq(entity_line(book, KIND_ZONE, &zone.entity, &view),
	    "* zone=" SLOT " id=" SLOT " rev=1 commune=2A004 kind=gp "
	    "class=ZIP from=2025-05-09 source=real");
	zone.to = zone.from;
	ck_assert_ptr_nonnull(
	    strstr(entity_line(book, KIND_ZONE, &zone.entity, &view),
		" from=2025-05-09 to=2025-05-09 source="));
	book_free(book);
}
END_TEST

/* Quotes everywhere, seven days that differ, all facts there are. */
START_TEST(entities_at_their_longest)
{
	struct book *book = book_new(test_day("2026-01-01"));
	struct print_view view = {.home = true, .day = test_day("2026-01-01")};
	struct site site = test_site(1);
	struct physician physician = test_physician(1);
	struct territory territory = {.entity = {test_id(1), UINT32_MAX}};

	memset(territory.code, 'T', sizeof(territory.code) - 1);
	memset(territory.name, '"', sizeof(territory.name) - 1);
	strcpy(territory.kind, "departement");
	site.territory = test_load(book, KIND_TERRITORY, &territory);
	memset(site.name, '"', sizeof(site.name) - 1);
	site.finess[0] = '\0';
	site.lat = -9000000;
	site.lon = -18000000;
	site.tz = tz_find(SPAN("America/Argentina/ComodRivadavia"));
	ck_assert_ptr_nonnull(site.tz);
	for (unsigned day = 0; day < 7; day++)
		site.hours.at[day][PART_M].from = (uint16_t)(480 + day);
	entity_line(book, KIND_SITE, &site.entity, &view);
	memset(physician.family, '"', sizeof(physician.family) - 1);
	memset(physician.given, '\\', sizeof(physician.given) - 1);
	strcpy(physician.home, "16102");
	physician.lat = -9000000;
	physician.lon = -18000000;
	entity_line(book, KIND_PHYSICIAN, &physician.entity, &view);
	entity_line(book, KIND_TERRITORY, &territory.entity, &view);
	book_free(book);
}
END_TEST

/* What does not fit sets the flag, and nothing is written behind the end. */
START_TEST(no_room)
{
	struct book *book = book_at_zone("Europe/Paris");
	struct assignment a = test_slot(book, 1, 0, 0, "2026-12-01", PART_M);
	const char *whole = slot_line(book, &a);
	size_t len = strlen(whole) - 1;
	char text[PRINT_SLOT_ROOM];

	for (size_t size = 0; size < len; size++) {
		struct out out = {text, 0, size, false};

		text[size] = '#';
		print_slot(&out, book, &a);
		ck_assert(out.overflow);
		ck_assert_uint_le(out.len, size);
		ck_assert_int_eq(text[size], '#');
	}
	book_free(book);
}
END_TEST

int
main(void)
{
	TCase *slots = tcase_create("slots");
	TCase *directory = tcase_create("directory");
	TCase *const cases[] = {slots, directory};

	tcase_add_test(slots, slot_in_full);
	tcase_add_loop_test(slots, slot_on_the_clock, 0,
	    (int)(sizeof(clocks) / sizeof(clocks[0])));
	tcase_add_test(slots, slot_of_a_site_without_number);
	tcase_add_test(slots, slot_at_its_longest);
	tcase_add_test(slots, no_room);
	tcase_add_test(directory, territory_and_structure);
	tcase_add_test(directory, site_and_its_zone);
	tcase_add_test(directory, physician_and_the_home);
	tcase_add_test(directory, zone_by_its_id);
	tcase_add_test(directory, entities_at_their_longest);
	return test_main("print", cases, sizeof(cases) / sizeof(cases[0]));
}
