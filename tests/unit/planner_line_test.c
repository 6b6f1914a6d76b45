/* SPDX-License-Identifier: ISC */
/*
 * planner_line_test: each key of each kind of line: left out, twice, without a
 * value, out of its range, of another form, of what is not there; and each kind
 * of line twice.  All are refused with the number of the line and the reason.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/unit/line_kit.h"
#include "tests/unit/planner_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE "line 15: "
#define NEXT "line 16: "
#define LONG_TOKEN                                                             \
	"0123456789012345678901234567890123456789012345678901234567890123"     \
	"4"

static size_t
key_count(const struct record_kind *kind)
{
	size_t count = 0;

	while (count < RECORD_KEYS_MAX && kind->key[count].name != NULL)
		count++;
	return count;
}

/* The nth sample with the key spoilt is refused so. */
static void
expect_value(const struct sample *sample, const char *key, const char *value,
    const char *why)
{
	char line[SAMPLE_LEN];

	if (sample_with(sample, key, value, line))
		line_expect(line, why);
}

START_TEST(samples_are_read)
{
	const struct sample *sample = &samples[_i];

	line_expect(sample->line, NULL);
	ck_assert(strncmp(sample->line, line_kinds[sample->kind].name,
		      strlen(line_kinds[sample->kind].name)) == 0);
}
END_TEST

/* Else a key that is new would not be tested. */
START_TEST(samples_have_every_key)
{
	for (int kind = LINE_INSTANCE + 1; kind < LINE_COUNT; kind++) {
		for (size_t k = 0; k < key_count(&line_kinds[kind]); k++) {
			const char *key = line_kinds[kind].key[k].name;
			bool found = false;
			char line[SAMPLE_LEN];

			for (size_t i = 0; i < sample_count; i++)
				found |=
				    samples[i].kind == (enum line_kind)kind &&
				    sample_with(&samples[i], key, NULL, line);
			ck_assert_msg(
			    found, "%s %s=", line_kinds[kind].name, key);
		}
	}
}
END_TEST

START_TEST(a_key_left_out_or_twice)
{
	const struct sample *sample = &samples[_i];
	const struct record_kind *kind = &line_kinds[sample->kind];

	for (size_t k = 0; k < key_count(kind); k++) {
		const struct record_key *key = &kind->key[k];
		char line[SAMPLE_LEN], twice[2 * SAMPLE_LEN], why[128];

		if (!sample_with(sample, key->name, NULL, line))
			continue;
		snprintf(why, sizeof(why), LINE "%s needs %s=", kind->name,
		    key->name);
		if (key->needed)
			line_expect(line, why);
		snprintf(why, sizeof(why), LINE "%s= stands twice", key->name);
		snprintf(
		    twice, sizeof(twice), "%s %s=1", sample->line, key->name);
		line_expect(twice, why);
		snprintf(why, sizeof(why), LINE "%s has no =", key->name);
		snprintf(twice, sizeof(twice), "%s %s", line, key->name);
		line_expect(twice, why);
		snprintf(why, sizeof(why), LINE "%s=: expected", key->name);
		snprintf(twice, sizeof(twice), "%s %s=\"a", line, key->name);
		line_expect(twice, why);
	}
}
END_TEST

START_TEST(a_key_of_another_kind)
{
	char line[SAMPLE_LEN], why[128];

	snprintf(line, sizeof(line), "%s door=1", samples[_i].line);
	snprintf(why, sizeof(why), LINE "%s has no key door",
	    line_kinds[samples[_i].kind].name);
	line_expect(line, why);
}
END_TEST

/* What no value of a type may be; of the others it is said below. */
static const struct {
	enum record_type type;
	const char *value, *why;
} forms[] = {
    {RECORD_TOKEN, "\"\"", " is not a token of 1 to 64 bytes"},
    {RECORD_TOKEN, LONG_TOKEN, " is not a token of 1 to 64 bytes"},
    {RECORD_NUMBER, "x", " is not a number from "},
    {RECORD_NUMBER, "-1", " is not a number from "},
    {RECORD_NUMBER, "+1", " is not a number from "},
    {RECORD_NUMBER, "1.0", " is not a number from "},
    {RECORD_NUMBER, "0x1", " is not a number from "},
    {RECORD_NUMBER, "18446744073709551616", " is not a number from "},
    {RECORD_NUMBER, "99999999999999999999999999", " is not a number from "},
    {RECORD_POINTS, "-1", " is not a number with at most three decimals from"},
    {RECORD_POINTS, "1.2345",
	" is not a number with at most three decimals from"},
    {RECORD_POINTS, "9999999999999999999999",
	" is not a number with at most three decimals from"},
    {RECORD_PRICE, "1.5", " is not a price"},
    {RECORD_PRICE, "1x", " is not a price"},
    {RECORD_PRICE, "-99999999999999999999", " is not a price"},
    {RECORD_DAY, "monday", " is not a day YYYY-MM-DD"},
    {RECORD_DAY, "2001-02-29", " is not a day YYYY-MM-DD"},
    {RECORD_DAY, "2001-1-1", " is not a day YYYY-MM-DD"},
    {RECORD_PART, "X", " is not one of M A E S N"},
    {RECORD_PART, "MA", " is not one of M A E S N"},
    {RECORD_PARTS, "AM", " is not letters of M A E S N in this order"},
    {RECORD_PARTS, "MM", " is not letters of M A E S N in this order"},
    {RECORD_FLAG, "maybe", " is not yes or no"},
    {RECORD_FLAG, "1", " is not yes or no"},
};

START_TEST(a_value_of_another_form)
{
	const struct sample *sample = &samples[_i];
	const struct record_kind *kind = &line_kinds[sample->kind];

	for (size_t k = 0; k < key_count(kind); k++) {
		for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
			const char *value = forms[i].value;
			char why[256];

			if (forms[i].type != kind->key[k].type)
				continue;
			value = strcmp(value, "\"\"") == 0 ? "" : value;
			snprintf(why, sizeof(why), LINE "%s=%s%s",
			    kind->key[k].name, value, forms[i].why);
			expect_value(
			    sample, kind->key[k].name, forms[i].value, why);
		}
	}
}
END_TEST

/* The ranges, as they are documented: of every number of every kind. */
static const struct {
	enum line_kind kind;
	const char *keys; /* those of one range */
	long long min, max;
} ranges[] = {
    {LINE_WEIGHTS, "travel", 0, 1000},
    {LINE_WEIGHTS,
	"preference dislike anchor week-short horizon-short unfair presence "
	"drop new",
	0, 10000},
    {LINE_PAIR, "gap", 0, 1440},
    {LINE_UNITS, "count", 0, 2},
    {LINE_ACTIVITY, "factor", 0, 10000},
    {LINE_SITE, "value", 0, 10000},
    {LINE_SITE, "rooms", 0, 50},
    {LINE_SITE, "presence", 0, 1000000},
    {LINE_PRESENCE, "points", 0, 1000000},
    {LINE_ROAD, "minutes", 0, 1440},
    {LINE_NEED, "count", 1, 100},
    {LINE_NEED, "filled", 0, 100},
    {LINE_NEED, "minutes unscheduled", 0, 1440},
    {LINE_NEED, "value", 0, 1000000},
    {LINE_NEED, "turn", 1, 65535},
    {LINE_PHYSICIAN, "week-min week-max", 0, 35},
    {LINE_PHYSICIAN, "horizon-min horizon-max fair-share", 0, 10000},
    {LINE_PHYSICIAN, "day-max", 0, 5},
    {LINE_PHYSICIAN, "travel", 0, 1000},
    {LINE_PHYSICIAN, "week-short unfair", 0, 10000},
    {LINE_EXISTING, "drop", 0, 10000},
    {LINE_REACH, "minutes", 0, 1440},
    {LINE_REACH, "preference", 0, 10},
    {LINE_WEEK, "min max", 0, 35},
    {LINE_CAP, "max min weight", 0, 10000},
    {LINE_CAP, "turn", 1, 65535},
    {LINE_SPREAD, "want", 1, 4},
    {LINE_SPREAD, "weight", 0, 10000},
    {LINE_SHARE, "minutes unscheduled", 0, 10000000},
    {LINE_SHARE, "bound", 1, 100},
};

static bool
is_numeric(const struct record_key *key)
{
	return key->type == RECORD_NUMBER || key->type == RECORD_POINTS;
}

/* Of a key: the range that is written above. */
static bool
find_range(enum line_kind kind, const char *key, long long *min, long long *max)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		const char *at = ranges[i].keys;

		while (ranges[i].kind == kind && *at != '\0') {
			size_t word = strcspn(at, " ");

			*min = ranges[i].min;
			*max = ranges[i].max;
			if (word == len && strncmp(at, key, len) == 0)
				return true;
			at += word + (at[word] == ' ');
		}
	}
	return false;
}

START_TEST(a_number_out_of_its_range)
{
	const struct sample *sample = &samples[_i];
	const struct record_kind *kind = &line_kinds[sample->kind];

	for (size_t k = 0; k < key_count(kind); k++) {
		const char *key = kind->key[k].name;
		char value[32], why[256];
		long long min, max;

		if (!is_numeric(&kind->key[k]))
			continue;
		ck_assert_msg(find_range(sample->kind, key, &min, &max),
		    "%s %s=", kind->name, key);
		for (int side = 0; side < 2; side++) {
			if (side == 0 && min == 0)
				continue;
			snprintf(value, sizeof(value), "%lld",
			    side == 0 ? min - 1 : max + 1);
			snprintf(why, sizeof(why),
			    LINE "%s=%s is not a number %sfrom %lld to %lld",
			    key, value,
			    kind->key[k].type == RECORD_POINTS
				? "with at most three decimals "
				: "",
			    min, max);
			expect_value(sample, key, value, why);
		}
	}
	expect_value(sample, "points", "1000001",
	    sample->kind == LINE_EXTRA ? LINE "points=1000001 is not a price"
				       : LINE "points=1000001 is not a number");
	if (sample->kind == LINE_EXTRA)
		expect_value(sample, "points", "-1000001",
		    LINE "points=-1000001 is not a price");
}
END_TEST

/* What a key refers to, whatever the kind. */
static const struct {
	const char *key, *value, *why;
} unknown[] = {
    {"physician", "nobody", LINE "no physician nobody"},
    {"site", "nowhere", LINE "no site nowhere"},
    {"a", "nowhere", LINE "no site nowhere"},
    {"b", "nowhere", LINE "no site nowhere"},
    {"activity", "XX", LINE "no activity XX"},
    {"activity", "CA:A", LINE "no activity CA:A"},
    {"specialty", "Z", LINE "no activity CA"},
    {"skills", "MT,XX", LINE "no activity XX"},
    {"skills", "MT,CA", LINE "no activity CA"},
    {"programme", "none", LINE "no programme none"},
    {"share", "none", LINE "no share none"},
    {"family", "none", LINE "no share none"},
    {"day", "2001-01-15", LINE "outside the weeks planned: 2001-01-15"},
    {"day", "2000-12-31", LINE "outside the weeks planned: 2000-12-31"},
    {"week", "2001-01-15", LINE "outside the weeks planned: 2001-01-15"},
    {"week", "2001-01-09", LINE "week= is not a Monday: 2001-01-09"},
};

START_TEST(what_is_not_there)
{
	for (size_t i = 0; i < sample_count; i++) {
		if (samples[i].kind == LINE_ACTIVITY)
			continue; /* its specialty is a new one */
		expect_value(&samples[i], unknown[_i].key, unknown[_i].value,
		    unknown[_i].why);
	}
}
END_TEST

START_TEST(a_line_twice)
{
	const struct sample *sample = &samples[_i];
	char *lines = xasprintf("%s\n%s", sample->line, sample->line);
	char *why = xasprintf(
	    NEXT "stands already in line 15: %s%s", sample->about, "");

	line_expect(lines, why);
	free(lines);
	free(why);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("line");
	int count = (int)sample_count;

	tcase_add_loop_test(tcase, samples_are_read, 0, count);
	tcase_add_test(tcase, samples_have_every_key);
	tcase_add_loop_test(tcase, a_key_left_out_or_twice, 0, count);
	tcase_add_loop_test(tcase, a_key_of_another_kind, 0, count);
	tcase_add_loop_test(tcase, a_value_of_another_form, 0, count);
	tcase_add_loop_test(tcase, a_number_out_of_its_range, 0, count);
	tcase_add_loop_test(
	    tcase, what_is_not_there, 0, (int)ARRAY_SIZE(unknown));
	tcase_add_loop_test(tcase, a_line_twice, 0, count);
	return planner_main("planner_line", tcase);
}
