/* SPDX-License-Identifier: ISC */
/* sqltext_test: where statements end, and places in a text. */
#include "daemon/base/compiler.h"
#include "tests/support/suite.h"
#include "tools/migrate/sqltext.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A text, and its statements joined by "|". */
static const struct {
	const char *text, *statements;
} cuts[] = {
    {"", ""},
    {" \n;; -- nothing;\n /* no; /* thing; */ ; */ ;", ""},
    {"a; b;c", "a|b|c"},
    {"a -- ;\n;b", "a -- ;\n|b"},
    {"select ';', \"a;b\", 'it''s;'; b", "select ';', \"a;b\", 'it''s;'|b"},
    {"select e'\\';', 'a\\'; b", "select e'\\';', 'a\\'|b"},
    {"x'\\'; b", "x'\\'|b"},
    {"do $$ ; $$; b", "do $$ ; $$|b"},
    {"do $a$ ; $$ ; $b$ ; $a$; b", "do $a$ ; $$ ; $b$ ; $a$|b"},
    {"do $été_1$;$été_1$; b", "do $été_1$;$été_1$|b"},
    {"select $1; a$b; c$$; d", "select $1|a$b|c$$|d"},
    {"create rule r as (a; b); c", "create rule r as (a; b)|c"},
    {"); b", ")|b"},
    {"create function f() begin atomic select case 1 when 1 then 2 end; "
     "select 2; end; b",
	"create function f() begin atomic select case 1 when 1 then 2 end; "
	"select 2; end|b"},
    {"begin; end; b", "begin|end|b"},
    /* left open: takes the rest */
    {"a; 'b; c", "a|'b; c"},
    {"a; $$b; c$", "a|$$b; c$"},
    {"a; (b; c", "a|(b; c"},
    {"a; /* b; c", "a"},
    {"a; b /* c; d", "a|b /* c; d"},
    {"$", "$"},
    {"e'\\", "e'\\"},
};

START_TEST(statements_are_cut)
{
	/* Exactly as long as it is, so that a sanitizer sees an overread. */
	size_t len = strlen(cuts[_i].text);
	char *copy = malloc(len + 1), joined[256] = "";
	struct span rest = {copy, len}, statement;

	ck_assert_ptr_nonnull(copy);
	copy = realloc(copy, len > 0 ? len : 1);
	memcpy(copy, cuts[_i].text, len);
	rest.ptr = copy;
	while (sql_next(&rest, &statement)) {
		ck_assert_uint_gt(statement.len, 0);
		if (*joined != '\0')
			strncat(joined, "|", 2);
		strncat(joined, statement.ptr, statement.len);
	}
	ck_assert_uint_eq(rest.len, 0);
	ck_assert_str_eq(joined, cuts[_i].statements);
	free(copy);
}
END_TEST

static const struct {
	const char *statement, *words;
	bool begins;
} beginnings[] = {
    {"insert INTO\n\trota.Migration (a)", "INSERT INTO rota.migration", true},
    {"insert /* a */ into -- b\nrota.migration", "INSERT INTO rota.migration",
	true},
    {"INSERT INTO rota.migrations", "INSERT INTO rota.migration", false},
    {"INSERT INTO rota.migration(number)", "INSERT INTO rota.migration", true},
    {"INSERT INTO", "INSERT INTO rota.migration", false},
    {"COMMIT", "COMMIT", true},
    {"COMMITS", "COMMIT", false},
    {"COMM", "COMMIT", false},
    {"COMMENT ON TABLE a", "COMMIT", false},
    {"", "COMMIT", false},
};

START_TEST(beginnings_are_seen)
{
	struct span statement = span_of(beginnings[_i].statement);

	ck_assert_int_eq(
	    sql_begins(statement, beginnings[_i].words), beginnings[_i].begins);
}
END_TEST

START_TEST(places_are_counted_in_characters)
{
	struct span text = SPAN("abc\nété x\n");
	struct sql_place place = sql_place(text, 0);

	ck_assert_uint_eq(place.line, 1);
	ck_assert_uint_eq(place.column, 1);
	ck_assert(span_is(place.source, "abc"));
	place = sql_place(text, 10); /* the x */
	ck_assert_uint_eq(place.line, 2);
	ck_assert_uint_eq(place.column, 5);
	ck_assert(span_is(place.source, "été x"));
	place = sql_place(text, 1000);
	ck_assert_uint_eq(place.line, 3);
	ck_assert_uint_eq(place.column, 1);
	ck_assert_uint_eq(place.source.len, 0);
	ck_assert_uint_eq(sql_offset(text, 1), 0);
	ck_assert_uint_eq(sql_offset(text, 5), 4);
	ck_assert_uint_eq(sql_offset(text, 6), 6);
	ck_assert_uint_eq(sql_offset(text, 9), 10);
	ck_assert_uint_eq(sql_offset(text, 1000), text.len);
	ck_assert_uint_eq(sql_offset(text, 0), 0);
}
END_TEST

static Suite *
suite(void)
{
	TCase *all = tcase_create("sqltext");
	Suite *result = suite_create("sqltext");

	tcase_add_loop_test(all, statements_are_cut, 0, (int)ARRAY_SIZE(cuts));
	tcase_add_loop_test(
	    all, beginnings_are_seen, 0, (int)ARRAY_SIZE(beginnings));
	tcase_add_test(all, places_are_counted_in_characters);
	suite_add_tcase(result, all);
	return result;
}

int
main(void)
{
	return suite_run(suite());
}
