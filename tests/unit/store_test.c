/* SPDX-License-Identifier: ISC */
/*
 * store_test: what the store does without a database: SQLSTATE, snapshots and
 * cursors, parameters in binary form.
 */
#include "daemon/base/compiler.h"
#include "daemon/store/pack.h"
#include "daemon/store/snapshot.h"
#include "daemon/store/sqlstate.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ----- sqlstate ----- */

static const struct {
	const char *sqlstate;
	enum status status;
	bool drop, ours;
	const char *constraint;
} states[] = {
    {"RT001", STATUS_STALE, false, false, NULL},
    {"40001", STATUS_STALE, false, false, NULL},
    {"40P01", STATUS_STALE, false, false, NULL},
    {"23P01", STATUS_STALE, false, false, NULL},
    {"23505", STATUS_STALE, false, false, NULL},
    {"23505", STATUS_STALE, false, false, "change_entity_rev_key"},
    {"23505", STATUS_EXISTS, false, false, "assignment_pkey"},
    {"23503", STATUS_STALE, false, false, NULL},
    {"57014", STATUS_TIMEOUT, false, false, NULL},
    {"55P03", STATUS_TIMEOUT, false, false, NULL},
    {"08006", STATUS_UNAVAILABLE, true, false, NULL},
    {"08P01", STATUS_UNAVAILABLE, true, false, NULL},
    {"57P01", STATUS_UNAVAILABLE, true, false, NULL},
    {"57P02", STATUS_UNAVAILABLE, true, false, NULL},
    {"57P03", STATUS_UNAVAILABLE, true, false, NULL},
    {"25006", STATUS_UNAVAILABLE, true, false, NULL},
    {"53300", STATUS_UNAVAILABLE, true, false, NULL},
    {"26000", STATUS_UNAVAILABLE, true, false, NULL},
    {"0A000", STATUS_UNAVAILABLE, true, false, NULL},
    {"53100", STATUS_UNAVAILABLE, false, false, NULL},
    {"53200", STATUS_UNAVAILABLE, false, false, NULL},
    {NULL, STATUS_UNAVAILABLE, true, false, NULL},
    {"23514", STATUS_INTERNAL, false, true, NULL}, /* a check of ours */
    {"22P02", STATUS_INTERNAL, false, true, NULL},
    {"42501", STATUS_INTERNAL, false, true, NULL},
    {"XX000", STATUS_INTERNAL, false, true, NULL},
    {"", STATUS_INTERNAL, false, true, NULL},
};

START_TEST(sqlstate_has_one_meaning)
{
	struct verdict verdict =
	    sqlstate_verdict(states[_i].sqlstate, states[_i].constraint);

	ck_assert_int_eq(verdict.status, states[_i].status);
	ck_assert_int_eq(verdict.drop, states[_i].drop);
	ck_assert_int_eq(verdict.ours, states[_i].ours);
}
END_TEST

/* ----- snapshots ----- */

/* A snapshot of the numbers from 1 to 8: bit i of `running` is number i + 1. */
enum { XIDS = 8, BEYOND = 12 };

static struct snapshot
make_snapshot(uint64_t xmax, unsigned running)
{
	struct snapshot snapshot = {0};
	char text[256];
	int used = 0;
	uint64_t xmin = xmax;
	char list[128] = "";

	for (uint64_t xid = 1; xid < xmax; xid++) {
		if ((running >> (xid - 1) & 1) == 0)
			continue;
		if (xmin == xmax)
			xmin = xid;
		used += snprintf(list + used, sizeof(list) - (size_t)used,
		    "%s%llu", used == 0 ? "" : ",", (unsigned long long)xid);
	}
	snprintf(text, sizeof(text), "%llu:%llu:%s", (unsigned long long)xmin,
	    (unsigned long long)xmax, list);
	ck_assert(snapshot_parse(&snapshot, span_of(text)));
	return snapshot;
}

static bool
shows(uint64_t xmax, unsigned running, uint64_t xid)
{
	return xid < xmax && (running >> (xid - 1) & 1) == 0;
}

START_TEST(snapshot_shows_what_the_model_shows)
{
	for (uint64_t xmax = 1; xmax <= XIDS; xmax++) {
		for (unsigned running = 0; running < 1U << (xmax - 1);
		     running++) {
			struct snapshot snapshot = make_snapshot(xmax, running);

			for (uint64_t xid = 1; xid < BEYOND; xid++)
				ck_assert_int_eq(
				    snapshot_visible(&snapshot, xid),
				    shows(xmax, running, xid));
			snapshot_fini(&snapshot);
		}
	}
}
END_TEST

static bool
model_covers(
    uint64_t xmax, unsigned running, uint64_t part_xmax, unsigned part_running)
{
	for (uint64_t xid = 1; xid < BEYOND; xid++)
		if (shows(part_xmax, part_running, xid) &&
		    !shows(xmax, running, xid))
			return false;
	return true;
}

/* All pairs of snapshots of seven numbers. */
START_TEST(snapshot_covers_as_the_model_does)
{
	uint64_t xmax = (uint64_t)_i;

	for (unsigned running = 0; running < 1U << (xmax - 1); running++) {
		struct snapshot whole = make_snapshot(xmax, running);

		for (uint64_t other = 1; other <= XIDS; other++) {
			for (unsigned r = 0; r < 1U << (other - 1); r++) {
				struct snapshot part = make_snapshot(other, r);

				ck_assert_int_eq(snapshot_covers(&whole, &part),
				    model_covers(xmax, running, other, r));
				snapshot_fini(&part);
			}
		}
		snapshot_fini(&whole);
	}
}
END_TEST

static const struct {
	const char *text;
	bool good;
} cursors[] = {
    {"1:5:5:", true},
    {"1:5:9:5,7,8", true},
    {"2147483647:18446744073709551614:18446744073709551615:", true},
    {"", false},
    {"1", false},
    {"1:5", false},
    {"1:5:5", false},
    {"0:5:5:", false},
    {"2147483648:5:5:", false},
    {"1:0:5:", false},
    {"1:6:5:", false},
    {"1:5:9:4", false},
    {"1:5:9:9", false},
    {"1:5:9:7,6", false},
    {"1:5:9:7,7", false},
    {"1:5:9:7,", false},
    {"1:5:9:,7", false},
    {"1:5:9:7,,8", false},
    {"1:5:9:7:", false},
    {"1:5:9: 7", false},
    {"1:-5:9:7", false},
    {"1:5:18446744073709551616:", false},
    {"x:5:9:", false},
};

START_TEST(cursor_follows_the_grammar)
{
	struct cursor cursor = {.epoch = 0};
	struct pack pack = {NULL, 0, 0};
	const char *text = cursors[_i].text;

	ck_assert_msg(cursor_parse(&cursor, span_of(text)) == cursors[_i].good,
	    "\"%s\"", text);
	if (cursors[_i].good) {
		cursor_print(&cursor, &pack);
		ck_assert_uint_eq(pack.len, strlen(text));
		ck_assert_int_eq(memcmp(pack.ptr, text, pack.len), 0);
	}
	pack_fini(&pack);
	snapshot_fini(&cursor.snapshot);
}
END_TEST

/* ----- binary parameters ----- */

static void
check_bytes(const struct pack *pack, const char *bytes, size_t len)
{
	ck_assert_uint_eq(pack->len, len);
	ck_assert_int_eq(memcmp(pack->ptr, bytes, len), 0);
}

START_TEST(arrays_have_postgresql_form)
{
	static const char empty[] = "\0\0\0\0\0\0\0\1\0\0\0\x14";
	static const char numbers[] =
	    "\0\0\0\1\0\0\0\1\0\0\0\x14\0\0\0\2\0\0\0\1"
	    "\0\0\0\x8\0\0\0\0\0\0\1\2"
	    "\0\0\0\x8\x80\0\0\0\0\0\0\0";
	static const char days[] = "\0\0\0\1\0\0\0\1\0\0\4\x3a\0\0\0\2\0\0\0\1"
				   "\0\0\0\4\0\0\0\1\xff\xff\xff\xff";
	static const char words[] = "\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\1\0\0\0\1"
				    "\0\0\0\3abc";
	struct pack pack = {NULL, 0, 0};
	size_t place;

	pack_array(&pack, OID_INT8, 0);
	check_bytes(&pack, empty, sizeof(empty) - 1);
	pack.len = 0;
	pack_array(&pack, OID_INT8, 2);
	pack_item_u64(&pack, 0x102);
	pack_item_u64(&pack, UINT64_C(1) << 63);
	check_bytes(&pack, numbers, sizeof(numbers) - 1);
	pack.len = 0;
	pack_array(&pack, OID_DATE, 2);
	pack_item_day(&pack, PG_EPOCH_DAY + 1);
	pack_item_day(&pack, INT32_MAX);
	check_bytes(&pack, days, sizeof(days) - 1);
	pack.len = 0;
	pack_array(&pack, OID_TEXT, 1);
	place = pack_begin(&pack);
	pack_bytes(&pack, "abc", 3);
	pack_end(&pack, place);
	check_bytes(&pack, words, sizeof(words) - 1);
	pack_fini(&pack);
}
END_TEST

static Suite *
suite(void)
{
	Suite *suite = suite_create("store");
	TCase *plain = tcase_create("plain");

	tcase_add_loop_test(
	    plain, sqlstate_has_one_meaning, 0, ARRAY_SIZE(states));
	tcase_add_test(plain, snapshot_shows_what_the_model_shows);
	tcase_add_loop_test(
	    plain, snapshot_covers_as_the_model_does, 1, XIDS + 1);
	tcase_add_loop_test(
	    plain, cursor_follows_the_grammar, 0, ARRAY_SIZE(cursors));
	tcase_add_test(plain, arrays_have_postgresql_form);
	tcase_set_timeout(plain, 60);
	suite_add_tcase(suite, plain);
	return suite;
}

int
main(void)
{
	return suite_run(suite());
}
