/* SPDX-License-Identifier: ISC */
/*
 * payload_test: entities as JSON, there and back, and what is not an entity.
 */
#include "daemon/base/compiler.h"
#include "daemon/store/payload.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID(digit) "00000000-0000-4000-8000-00000000000" digit

static struct book *book;
static struct unit unit;

static struct id
id(unsigned number)
{
	return (struct id){0x4000, UINT64_C(0x8000000000000000) + number};
}

static void
load_text(enum kind kind, const char *json)
{
	struct payload payload;
	struct change change = {.kind = kind, .after = &payload.after};

	ck_assert_int_eq(
	    payload_read(&payload, kind, span_of(json), book), PAYLOAD_GOOD);
	change.id = payload.after.entity.id;
	change.rev = payload.after.entity.rev;
	ck_assert_int_eq(book_load(book, &change), APPLY_DONE);
}

#define SITE                                                                   \
	"{\"id\":\"" ID(                                                       \
	    "1") "\",\"rev\":1,\"finess\":null,\"name\":\"M\","                \
		 "\"structure\":null,\"territory\":null,\"commune\":\"\","     \
		 "\"departement\":\"\",\"lat\":0,\"lon\":0,\"tz\":\"Europe/"   \
		 "Paris\","                                                    \
		 "\"rooms\":2,\"hours\":\"mon M "                              \
		 "09:00-12:00\",\"state\":\"active\","                         \
		 "\"source\":\"real\"}"
#define PHYSICIAN                                                              \
	"{\"id\":\"" ID(                                                       \
	    "2") "\",\"rev\":4,\"rpps\":\"10000000001\","                      \
		 "\"family\":\"F\",\"given\":\"\",\"specialty\":\"MG\","       \
		 "\"home\":\"\","                                              \
		 "\"lat\":4500000,\"lon\":-100,\"state\":\"active\","          \
		 "\"source\":\"generated\"}"

static void
setup(void)
{
	book = book_new(0);
	unit_init(&unit);
	load_text(KIND_SITE, SITE);
	load_text(KIND_PHYSICIAN, PHYSICIAN);
}

static void
teardown(void)
{
	unit_fini(&unit);
	book_free(book);
}

/* Prints the only change of the unit and reads it again. */
static void
there_and_back(
    enum kind kind, const union after *after, struct payload *payload)
{
	struct pack pack = {NULL, 0, 0};

	unit_put(&unit, book, kind, after, 1, SPAN("a\"b\\c"));
	unit_seal(&unit, book);
	payload_print(&pack, &unit, book, &unit.changes[0]);
	ck_assert_msg(
	    payload_read(payload, kind, (struct span){pack.ptr, pack.len},
		book) == PAYLOAD_GOOD,
	    "%s: %.*s", payload->fault, (int)pack.len, pack.ptr);
	ck_assert_str_eq(payload->reason, "a\"b\\c");
	pack_fini(&pack);
}

START_TEST(assignment_there_and_back)
{
	struct payload payload;
	union after after = {
	    .assignment = {.id = id(9),
		.from = 1796025600 + 8 * 3600,
		.length = 4 * 3600 + 1,
		.day = 20787,
		.physician = 0,
		.site = 0,
		.programme = book_word(book, SPAN("P \"x\" \\ \xc3\xa9")),
		.part = PART_N,
		.room = 2,
		.activity = ACTIVITY_PDSA,
		.state = STATE_NOT_HELD,
		.agreed = AGREED_WRITTEN,
		.unscheduled = 255 / PORTION_UNIT,
		.remote = 5 / PORTION_UNIT,
		.count = 2}};
	const struct assignment *a = &payload.after.assignment;

	there_and_back(KIND_ASSIGNMENT, &after, &payload);
	ck_assert(id_equal(a->id, id(9)));
	ck_assert_uint_eq(a->rev, 1);
	ck_assert_int_eq(a->from, after.assignment.from);
	ck_assert_uint_eq(a->length, after.assignment.length);
	ck_assert_int_eq(a->day, 20787);
	ck_assert_int_eq(a->physician, 0);
	ck_assert_int_eq(a->site, 0);
	ck_assert_int_eq(a->programme, after.assignment.programme);
	ck_assert_uint_eq(a->part, PART_N);
	ck_assert_uint_eq(a->room, 2);
	ck_assert_uint_eq(a->activity, ACTIVITY_PDSA);
	ck_assert_uint_eq(a->state, STATE_NOT_HELD);
	ck_assert_uint_eq(a->count, 2);
	ck_assert_uint_eq(a->agreed, AGREED_WRITTEN);
	ck_assert_uint_eq(a->unscheduled, 255 / PORTION_UNIT);
	ck_assert_uint_eq(a->remote, 5 / PORTION_UNIT);
	ck_assert_int_eq(a->offset_from, 4); /* an hour east, in winter */
}
END_TEST

START_TEST(site_there_and_back)
{
	struct payload payload;
	union after after;
	const struct site *site = &payload.after.site;

	memset(&after, 0, sizeof(after));
	after.entity.id = id(8);
	strcpy(after.site.kind, "mobile");
	strcpy(after.site.precision, "commune");
	strcpy(after.site.address, "1 rue \"du\" Pont");
	strcpy(after.site.phone, "+33545000000");
	strcpy(after.site.hours_source, "generated");
	strcpy(after.site.holidays, "open");
	strcpy(after.site.area, "alsace-moselle");
	strcpy(after.site.manner, "walk-in");
	after.site.places = 99;
	after.site.minutes = 240;
	strcpy(after.site.name, "\x01\x1f\"\\\b\t\n/ \xe2\x82\xac");
	after.site.structure = after.site.territory = REF_NONE;
	after.site.sector = after.site.pdsa = REF_NONE;
	strcpy(after.site.commune, "2A004");
	after.site.lat = -9000000;
	after.site.lon = 18000000;
	after.site.tz = tz_find(SPAN("Indian/Reunion"));
	after.site.rooms = PROTO_ROOMS_MAX;
	after.site.hours = hours_default();
	strcpy(after.site.state, "retired");
	strcpy(after.site.source, "real");
	there_and_back(KIND_SITE, &after, &payload);
	ck_assert_uint_eq(site->entity.rev, 1);
	ck_assert_str_eq(site->finess, "");
	ck_assert_str_eq(site->name, after.site.name);
	ck_assert_str_eq(site->kind, "mobile");
	ck_assert_str_eq(site->precision, "commune");
	ck_assert_str_eq(site->address, "1 rue \"du\" Pont");
	ck_assert_str_eq(site->phone, "+33545000000");
	ck_assert_str_eq(site->hours_source, "generated");
	ck_assert_str_eq(site->holidays, "open");
	ck_assert_str_eq(site->area, "alsace-moselle");
	ck_assert_str_eq(site->manner, "walk-in");
	ck_assert_uint_eq(site->places, 99);
	ck_assert_uint_eq(site->minutes, 240);
	ck_assert_int_eq(site->sector, REF_NONE);
	ck_assert_int_eq(site->pdsa, REF_NONE);
	ck_assert_int_eq(site->structure, REF_NONE);
	ck_assert_str_eq(site->commune, "2A004");
	ck_assert_int_eq(site->lat, -9000000);
	ck_assert_int_eq(site->lon, 18000000);
	ck_assert_ptr_eq(site->tz, after.site.tz);
	ck_assert_uint_eq(site->rooms, PROTO_ROOMS_MAX);
	ck_assert(hours_equal(&site->hours, &after.site.hours));
	ck_assert_str_eq(site->state, "retired");
	ck_assert_str_eq(site->source, "real");
}
END_TEST

/* Whether the absence, printed, has this text. */
static bool
absence_says(const char *text)
{
	struct pack pack = {NULL, 0, 0};
	struct span left, what = span_of(text);
	bool found = false;

	payload_print(&pack, &unit, book, &unit.changes[0]);
	left = (struct span){pack.ptr, pack.len};
	for (; left.len >= what.len && !found; left.ptr++, left.len--)
		found = memcmp(left.ptr, what.ptr, what.len) == 0;
	pack_fini(&pack);
	return found;
}

START_TEST(what_is_private_stands_apart)
{
	union after after = {.absence = {{id(7), 1}, .physician = 0}};

	strcpy(after.absence.parts, "M");
	strcpy(after.absence.state, "active");
	unit_put(&unit, book, KIND_ABSENCE, &after, 1, SPAN(""));
	unit_set_private(&unit, KIND_ABSENCE, id(7), SPAN("SICK"));
	/* A later line that says nothing of it leaves it. */
	unit_put(&unit, book, KIND_ABSENCE, &after, 2, SPAN(""));
	unit_seal(&unit, book);
	ck_assert(absence_says(",\"private\":\"SICK\"}"));
	unit_fini(&unit);
	unit_init(&unit);
	unit_put(&unit, book, KIND_ABSENCE, &after, 1, SPAN(""));
	unit_seal(&unit, book);
	ck_assert(!absence_says("private"));
}
END_TEST

START_TEST(reference_to_what_is_new_in_the_unit)
{
	struct pack pack = {NULL, 0, 0};
	union after after;
	char text[2048];

	memset(&after, 0, sizeof(after));
	after.entity.id = id(7);
	strcpy(after.territory.code, "T");
	strcpy(after.territory.kind, "cpts");
	strcpy(after.territory.state, "active");
	strcpy(after.territory.source, "real");
	unit_put(
	    &unit, book, KIND_TERRITORY, &after, 1, (struct span){NULL, 0});
	memset(&after, 0, sizeof(after));
	after.entity.id = id(8);
	after.site.structure = REF_NONE;
	after.site.territory = 0;
	after.site.tz = tz_find(SPAN("Europe/Paris"));
	after.site.rooms = 1;
	strcpy(after.site.state, "active");
	strcpy(after.site.source, "real");
	unit_put(&unit, book, KIND_SITE, &after, 2, (struct span){NULL, 0});
	unit_seal(&unit, book);
	payload_print(&pack, &unit, book, &unit.changes[1]);
	snprintf(text, sizeof(text), "%.*s", (int)pack.len, pack.ptr);
	ck_assert_ptr_nonnull(strstr(text, "\"territory\":\"" ID("7") "\""));
	pack_fini(&pack);
}
END_TEST

/* An assignment with one member in place of another. */
#define MEMBERS(rev, physician, room, part, from, to, more)                    \
	"{\"id\":\"" ID(                                                       \
	    "9") "\",\"rev\":" rev ",\"physician\":" physician                 \
		 ",\"site\":\"" ID(                                            \
		     "1") "\",\"room\":" room                                  \
			  ",\"day\":\"2026-12-01\",\"part\":" part             \
			  ",\"from\":" from ",\"to\":" to                      \
			  ",\"half_days\":1,\"activity\":\"MT\","              \
			  "\"programme\":null,\"state\":\"draft\"" more "}"
#define P "\"" ID("2") "\""

static const struct {
	const char *json;
	enum payload_result result;
	const char *fault;
} assignments[] = {
    {MEMBERS("1", P, "1", "\"M\"", "10", "20", ""), PAYLOAD_GOOD, NULL},
    {MEMBERS("4294967295", P, "0", "\"N\"", "10", "20", ",\"later\":[1]"),
	PAYLOAD_GOOD, NULL},
    {MEMBERS("0", P, "1", "\"M\"", "10", "20", ""), PAYLOAD_MALFORMED, "rev"},
    {MEMBERS("4294967296", P, "1", "\"M\"", "10", "20", ""), PAYLOAD_MALFORMED,
	"rev"},
    {MEMBERS("1.5", P, "1", "\"M\"", "10", "20", ""), PAYLOAD_MALFORMED, "rev"},
    {MEMBERS("1", "null", "1", "\"M\"", "10", "20", ""), PAYLOAD_MALFORMED,
	"physician"},
    {MEMBERS("1", "\"x\"", "1", "\"M\"", "10", "20", ""), PAYLOAD_MALFORMED,
	"physician"},
    {MEMBERS("1", "\"" ID("3") "\"", "1", "\"M\"", "10", "20", ""),
	PAYLOAD_DANGLING, "physician"},
    {MEMBERS("1", P, "100", "\"M\"", "10", "20", ""), PAYLOAD_MALFORMED,
	"room"},
    {MEMBERS("1", P, "-1", "\"M\"", "10", "20", ""), PAYLOAD_MALFORMED, "room"},
    {MEMBERS("1", P, "\"1\"", "\"M\"", "10", "20", ""), PAYLOAD_MALFORMED,
	"room"},
    {MEMBERS("1", P, "1", "\"X\"", "10", "20", ""), PAYLOAD_MALFORMED, "part"},
    {MEMBERS("1", P, "1", "7", "10", "20", ""), PAYLOAD_MALFORMED, "part"},
    {MEMBERS("1", P, "1", "\"M\"", "20", "20", ""), PAYLOAD_MALFORMED, "to"},
    {MEMBERS("1", P, "1", "\"M\"", "20", "10", ""), PAYLOAD_MALFORMED, "to"},
    {MEMBERS("1", P, "1", "\"M\"", "10", "4294967306", ""), PAYLOAD_MALFORMED,
	"to"},
    {MEMBERS("1", P, "1", "\"M\"", "9223372036854775807", "20", ""),
	PAYLOAD_MALFORMED, "from"},
    {MEMBERS("1", P, "1", "\"M\"", "10", "20",
	 ",\"reason\":\"0123456789012345678901234567890123456789"
	 "0123456789012345678901234\""),
	PAYLOAD_MALFORMED, "reason"},
    {MEMBERS(
	 "1", P, "1", "\"M\"", "10", "20", ",\"unscheduled\":60,\"remote\":0"),
	PAYLOAD_GOOD, NULL},
    {MEMBERS("1", P, "1", "\"M\"", "10", "20", ",\"unscheduled\":61"),
	PAYLOAD_MALFORMED, "unscheduled"},
    {MEMBERS("1", P, "1", "\"M\"", "10", "20", ",\"remote\":485"),
	PAYLOAD_MALFORMED, "remote"},
    {MEMBERS("1", P, "1", "\"M\"", "10", "20", ",\"remote\":\"60\""),
	PAYLOAD_MALFORMED, "remote"},
    {"", PAYLOAD_MALFORMED, "payload"},
    {"{", PAYLOAD_MALFORMED, "payload"},
    {"[]", PAYLOAD_MALFORMED, "payload"},
    {"null", PAYLOAD_MALFORMED, "payload"},
    {"{}", PAYLOAD_MALFORMED, "id"},
    {"\xff", PAYLOAD_MALFORMED, "payload"},
};

static void
check_payload(enum kind kind, const char *json, enum payload_result result,
    const char *fault)
{
	struct payload payload;
	/* Exactly as long as it is, so that a sanitizer sees a step beyond. */
	size_t len = strlen(json);
	char *exact = malloc(len + (len == 0));

	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): see above. */
	memcpy(exact, json, len);
	ck_assert_msg(payload_read(&payload, kind, (struct span){exact, len},
			  book) == result,
	    "%s", json);
	if (fault == NULL)
		ck_assert_ptr_null(payload.fault);
	else
		ck_assert_str_eq(payload.fault, fault);
	free(exact);
}

START_TEST(malformed_assignments_are_told)
{
	check_payload(KIND_ASSIGNMENT, assignments[_i].json,
	    assignments[_i].result, assignments[_i].fault);
}
END_TEST

#define NAME_200                                                               \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"                   \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"                   \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"                   \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
	const char *from, *to; /* what is put in the place of what in SITE */
	enum payload_result result;
	const char *fault;
} sites[] = {
    {"\"rooms\":2,", "", PAYLOAD_GOOD, NULL}, /* older than the column */
    {"\"name\":\"M\"", "\"name\":\"" NAME_200 "\"", PAYLOAD_GOOD, NULL},
    {"\"name\":\"M\"", "\"name\":\"x" NAME_200 "\"", PAYLOAD_MALFORMED, "name"},
    {"\"name\":\"M\"", "\"name\":\"\\u0000\"", PAYLOAD_MALFORMED, "payload"},
    {"\"name\":\"M\"", "\"name\":null", PAYLOAD_GOOD, NULL},
    {"\"rooms\":2", "\"rooms\":0", PAYLOAD_MALFORMED, "rooms"},
    {"\"rooms\":2", "\"rooms\":null", PAYLOAD_MALFORMED, "rooms"},
    {"\"rooms\":2", "\"rooms\":99999999999", PAYLOAD_MALFORMED, "rooms"},
    {"\"lat\":0", "\"lat\":9000001", PAYLOAD_MALFORMED, "lat"},
    {"Europe/Paris", "Mars/Phobos", PAYLOAD_MALFORMED, "tz"},
    {"09:00-12:00", "12:00-09:00", PAYLOAD_MALFORMED, "hours"},
    {"\"active\"", "\"gone\"", PAYLOAD_MALFORMED, "state"},
    {"\"structure\":null", "\"structure\":\"" ID("5") "\"", PAYLOAD_DANGLING,
	"structure"},
    {"\"structure\":null", "\"structure\":5", PAYLOAD_MALFORMED, "structure"},
    {"\"territory\":null,", "", PAYLOAD_GOOD, NULL},
};

START_TEST(malformed_entities_are_told)
{
	char json[2048];
	const char *at = strstr(SITE, sites[_i].from);

	ck_assert_ptr_nonnull(at);
	snprintf(json, sizeof(json), "%.*s%s%s", (int)(at - SITE), SITE,
	    sites[_i].to, at + strlen(sites[_i].from));
	check_payload(KIND_SITE, json, sites[_i].result, sites[_i].fault);
}
END_TEST

static Suite *
suite(void)
{
	Suite *suite = suite_create("payload");
	TCase *tcase = tcase_create("payload");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, assignment_there_and_back);
	tcase_add_test(tcase, site_there_and_back);
	tcase_add_test(tcase, what_is_private_stands_apart);
	tcase_add_test(tcase, reference_to_what_is_new_in_the_unit);
	tcase_add_loop_test(
	    tcase, malformed_assignments_are_told, 0, ARRAY_SIZE(assignments));
	tcase_add_loop_test(
	    tcase, malformed_entities_are_told, 0, ARRAY_SIZE(sites));
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return suite_run(suite());
}
