/* SPDX-License-Identifier: ISC */
/*
 * verb, key and status: the tables, one entry at a time.
 */
#include "proto/limits.h"
#include "proto/out.h"
#include "proto/status.h"
#include "proto/verb.h"
#include "tests/support/suite.h"
#include "tests/unit/exact.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

START_TEST(verbs_are_found_by_name)
{
	const struct verb_info *info = verb_info((enum verb)_i);
	enum verb verb;

	ck_assert_msg(verb_find(exact(info->name), &verb), "%s", info->name);
	ck_assert_int_eq(verb, _i);
	if (_i > 0)
		ck_assert_str_gt(
		    info->name, verb_info((enum verb)(_i - 1))->name);
	ck_assert_uint_gt(strlen(info->summary), 0);
	ck_assert(strcmp(info->roles, "-") == 0 ||
	    strcmp(info->roles, "*") == 0 ||
	    strspn(info->roles, "acpdru") == strlen(info->roles));
	ck_assert_uint_gt(strlen(info->roles), 0);
}
END_TEST

/* Whether a fact is named by the key where it is printed; no verb takes it. */
static bool
is_fact(const char *name)
{
	static const char *const facts[] = {"absence", "authorisation",
	    "availability", "busy", "closure", "enrolment", "holiday", "need",
	    "opening", "presence", "quota", "stop", "weight"};
	int i;

	for (i = 0; i < COUNT(facts); i++)
		if (strcmp(facts[i], name) == 0)
			return true;
	return false;
}

START_TEST(keys_are_found_by_name)
{
	const char *name = key_name((enum key)_i);
	unsigned verb, takers = 0;
	enum key key;

	ck_assert_msg(key_find(exact(name), &key), "%s", name);
	ck_assert_int_eq(key, _i);
	if (_i > 1)
		ck_assert_str_gt(name, key_name((enum key)(_i - 1)));
	ck_assert_uint_gt(strlen(value_expected(key_type(key))), 0);
	for (verb = 0; verb < VERB_COUNT; verb++)
		takers += verb_takes((enum verb)verb, key) ? 1 : 0;
	ck_assert_msg(is_fact(name) ? takers == 0 : takers > 0,
	    "%u take %s=", takers, name);
}
END_TEST

START_TEST(nothing_else_is_found)
{
	static const char *const names[] = {
	    "", " ", "a", "pin", "pingg", "zz", "slot ", "slot  list"};
	enum verb verb;
	enum key key;
	int i;

	for (i = 0; i < COUNT(names); i++) {
		ck_assert(!verb_find(exact(names[i]), &verb));
		ck_assert(!key_find(exact(names[i]), &key));
	}
	ck_assert(!key_find((struct span){NULL, 0}, &key));
	ck_assert(!verb_find((struct span){NULL, 0}, &verb));
}
END_TEST

/* The keys of a verb fit into a request, differ, and stand in its usage. */
START_TEST(verbs_take_the_keys_of_their_usage)
{
	const struct verb_info *info = verb_info((enum verb)_i);
	char usage[1024], word[64];
	unsigned key, count = 0;
	size_t len = verb_usage((enum verb)_i, usage, sizeof(usage)), words = 0;
	const char *at;
	enum key found;

	ck_assert_uint_eq(len, strlen(usage));
	ck_assert_int_eq(strncmp(usage, info->name, strlen(info->name)), 0);
	for (key = 1; key < KEY_COUNT; key++) {
		struct out out = OUT(word);
		bool required =
		    memchr(info->required, (int)key,
			strlen((const char *)info->required)) != NULL;

		out_text(&out, required ? " " : " [");
		out_text(&out, key_name((enum key)key));
		out_text(&out, required ? "=" : "=]");
		out_char(&out, '\0');
		ck_assert_msg((strstr(usage, word) != NULL) ==
			verb_takes((enum verb)_i, (enum key)key),
		    "%s: %s", usage, word);
		count += verb_takes((enum verb)_i, (enum key)key) ? 1 : 0;
		found = KEY_0;
		ck_assert(
		    verb_find_key((enum verb)_i, exact(key_name((enum key)key)),
			&found) == verb_takes((enum verb)_i, (enum key)key));
		ck_assert(found == KEY_0 || found == (enum key)key);
	}
	ck_assert(!verb_find_key((enum verb)_i, exact(""), &found));
	ck_assert(!verb_find_key((enum verb)_i, exact("physicia"), &found));
	for (at = usage; (at = strchr(at, '=')) != NULL; at++)
		words++;
	ck_assert_uint_eq(words, count);
	ck_assert_uint_le(count, PROTO_ARGS_MAX);
	ck_assert(!verb_takes((enum verb)_i, KEY_0));
}
END_TEST

START_TEST(usage_is_cut_at_the_end_of_its_room)
{
	char usage[64];
	size_t size, len;

	ck_assert_uint_eq(verb_usage(VERB_PING, usage, 0), 0);
	for (size = 1; size < sizeof(usage); size++) {
		memset(usage, 'x', sizeof(usage));
		len = verb_usage(VERB_SITE_PUT, usage, size);
		ck_assert_uint_lt(len, size);
		ck_assert_int_eq(usage[len], '\0');
		ck_assert_int_eq(usage[size], 'x');
	}
}
END_TEST

START_TEST(flags_bring_their_keys)
{
	ck_assert(verb_takes(VERB_SLOT_ASSIGN, KEY_DRY));
	ck_assert(verb_takes(VERB_SLOT_ASSIGN, KEY_KEY));
	ck_assert(!verb_takes(VERB_SLOT_ASSIGN, KEY_AFTER));
	ck_assert(verb_takes(VERB_SLOT_LIST, KEY_AFTER));
	ck_assert(verb_takes(VERB_SLOT_LIST, KEY_AS_OF));
	ck_assert(verb_takes(VERB_SLOT_LIST, KEY_MARK));
	ck_assert(verb_takes(VERB_SLOT_LIST, KEY_NEXT));
	ck_assert(!verb_takes(VERB_SLOT_LIST, KEY_KEY));
	ck_assert(!verb_takes(VERB_SITE_LIST, KEY_MARK));
	ck_assert(verb_takes(VERB_SITE_GET, KEY_AFTER));
	ck_assert(!verb_takes(VERB_SITE_GET, KEY_LIMIT));
}
END_TEST

START_TEST(statuses_have_a_code_and_texts)
{
	enum status status = (enum status)_i;
	const char *code = status_code(status);
	int other, lang;
	bool rule = code[0] == 'H';

	ck_assert_uint_gt(strlen(code), 0);
	for (other = 0; other < _i; other++)
		ck_assert_str_ne(code, status_code((enum status)other));
	for (lang = 0; lang < LANG_COUNT; lang++) {
		const char *text = status_text(status, (enum lang)lang);

		ck_assert((text[0] == '\0') == rule);
		ck_assert(span_is_text(span_of(text)));
	}
	if (rule)
		ck_assert(status_class(status) == CLASS_NO);
	ck_assert((status_class(status) == CLASS_OK) == (status == STATUS_OK));
}
END_TEST

START_TEST(classes_have_names)
{
	ck_assert_str_eq(status_class_name(CLASS_OK), "ok");
	ck_assert_str_eq(status_class_name(CLASS_BAD), "bad");
	ck_assert_str_eq(status_class_name(CLASS_NO), "no");
	ck_assert_str_eq(status_class_name(CLASS_FAIL), "fail");
	ck_assert_str_eq(status_code(STATUS_H01), "H01");
	ck_assert_str_eq(status_code(STATUS_TOO_LONG), "too-long");
	ck_assert_str_eq(status_text(STATUS_TOO_LONG, LANG_FR),
	    "la ligne ou la valeur est trop longue");
}
END_TEST

static Suite *
proto_table_suite(void)
{
	Suite *suite = suite_create("proto tables");
	TCase *tables = tcase_create("tables");

	tcase_add_loop_test(tables, verbs_are_found_by_name, 0, VERB_COUNT);
	tcase_add_loop_test(tables, keys_are_found_by_name, 1, KEY_COUNT);
	tcase_add_test(tables, nothing_else_is_found);
	tcase_add_loop_test(
	    tables, verbs_take_the_keys_of_their_usage, 0, VERB_COUNT);
	tcase_add_test(tables, usage_is_cut_at_the_end_of_its_room);
	tcase_add_test(tables, flags_bring_their_keys);
	tcase_add_loop_test(
	    tables, statuses_have_a_code_and_texts, 0, STATUS_COUNT);
	tcase_add_test(tables, classes_have_names);
	suite_add_tcase(suite, tables);
	return suite;
}

int
main(void)
{
	return suite_run(proto_table_suite());
}
