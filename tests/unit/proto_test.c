/* SPDX-License-Identifier: ISC */
/*
 * request: the grammar at its edges, and every type of value.  Lines are given
 * to the parser in memory of their exact size.
 */
#include "proto/out.h"
#include "proto/request.h"
#include "tests/support/suite.h"
#include "tests/unit/exact.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define UUID "0189f7c2-5b1e-7abc-8def-0123456789ab"
#define TEN "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN
#define HUNDRED SIXTY TEN TEN TEN TEN

static enum status
parse(struct request *request, const char *line)
{
	/* what an earlier line left must not matter */
	memset(request, 0xa5, sizeof(*request));
	return request_parse(request, exact(line));
}

static const struct {
	const char *line;
	enum status status;
	size_t column; /* of a refusal */
	const char *what;
} lines[] = {
    {"ping", STATUS_OK, 0, ""},
    {"  ping\t ", STATUS_OK, 0, ""},
    {"#a ping", STATUS_OK, 0, ""},
    {" #a\tping", STATUS_OK, 0, ""},
    {"#A.z_0:9- ping", STATUS_OK, 0, ""},
    {"#" SIXTY "0123 ping", STATUS_OK, 0, ""},
    {"#" SIXTY "01234 ping", STATUS_SYNTAX, 1, ""},
    {"slot  \t list", STATUS_OK, 0, ""},
    {"slot list\tday=1", STATUS_UNKNOWN_KEY, 11, "day"},

    /* no verb, or not where it belongs */
    {"", STATUS_SYNTAX, 1, ""},
    {"   ", STATUS_SYNTAX, 4, ""},
    {"#a", STATUS_SYNTAX, 3, ""},
    {"#a  ", STATUS_SYNTAX, 5, ""},
    {"#", STATUS_SYNTAX, 1, ""},
    {"# ping", STATUS_SYNTAX, 1, ""},
    {" #a,b ping", STATUS_SYNTAX, 2, ""},
    {"##a ping", STATUS_SYNTAX, 1, ""},
    {"#a #b ping", STATUS_UNKNOWN_VERB, 4, "#b ping"},
    {"day=2026-12-01", STATUS_SYNTAX, 1, ""},
    {"=", STATUS_SYNTAX, 1, ""},
    {"pong", STATUS_UNKNOWN_VERB, 1, "pong"},
    {"PING", STATUS_UNKNOWN_VERB, 1, "PING"},
    {"slot", STATUS_UNKNOWN_VERB, 1, "slot"},
    {"slot day=1", STATUS_UNKNOWN_VERB, 1, "slot"},
    {"slot erase", STATUS_UNKNOWN_VERB, 1, "slot erase"},
    {"#t slot  erase x=1", STATUS_UNKNOWN_VERB, 4, "slot  erase"},
    {"slotlist", STATUS_UNKNOWN_VERB, 1, "slotlist"},
    {SIXTY "01234", STATUS_UNKNOWN_VERB, 1, SIXTY "0123"},
    {SIXTY "012\xc3\xa9", STATUS_UNKNOWN_VERB, 1, SIXTY "012"},
    {"ping ping", STATUS_SYNTAX, 6, ""},
    {"ping  #a", STATUS_SYNTAX, 7, ""},
    {"slot list all", STATUS_SYNTAX, 11, ""},

    /* keys */
    {"ping key=" UUID, STATUS_UNKNOWN_KEY, 6, "key"},
    {"ping 0", STATUS_SYNTAX, 6, ""},
    {"lang =fr", STATUS_SYNTAX, 6, ""},
    {"lang lang", STATUS_SYNTAX, 6, ""},
    {"lang Lang=fr", STATUS_UNKNOWN_KEY, 6, "Lang"},
    {"lang l\xc3\xa0ng=fr", STATUS_UNKNOWN_KEY, 6, "l\xc3\xa0ng"},
    {"lang " HUNDRED "=fr", STATUS_UNKNOWN_KEY, 6, SIXTY "0123"},
    {"lang lang=fr lang=fr", STATUS_REPEATED, 14, "lang"},
    {"lang lang=fr lang", STATUS_SYNTAX, 14, ""},
    {"lang", STATUS_MISSING, 5, "lang"},
    {"lang ", STATUS_MISSING, 6, "lang"},
    {"slot assign site=1 day=2026-12-01", STATUS_MISSING, 34, "physician"},

    /* values */
    {"lang lang=", STATUS_SYNTAX, 11, ""},
    {"lang lang= fr", STATUS_SYNTAX, 11, ""},
    {"lang lang=f\"r", STATUS_SYNTAX, 12, ""},
    {"lang lang=f\\r", STATUS_SYNTAX, 12, ""},
    {"lang lang=\"fr\"", STATUS_OK, 0, ""},
    {"lang lang=\"fr", STATUS_SYNTAX, 11, ""},
    {"lang lang=\"", STATUS_SYNTAX, 11, ""},
    {"lang lang=\"fr\\", STATUS_SYNTAX, 14, ""},
    {"lang lang=\"fr\\\"", STATUS_SYNTAX, 11, ""},
    {"lang lang=\"f\\r\"", STATUS_SYNTAX, 13, ""},
    {"lang lang=\"fr\"x", STATUS_SYNTAX, 15, ""},
    {"lang lang=\"fr\"\"\"", STATUS_SYNTAX, 15, ""},
    {"lang lang=\"\"", STATUS_VALUE, 11, "lang"},
    {"lang lang=\"f r\"", STATUS_VALUE, 11, "lang"},
    {"lang lang=f=r", STATUS_VALUE, 11, "lang"},
    {"site list zone=" SIXTY "0123", STATUS_OK, 0, ""},
    {"site list zone=" SIXTY "01234", STATUS_TOO_LONG, 16, "zone"},

    /* bytes */
    {"ping\r", STATUS_ENCODING, 5, ""},
    {"ping\n", STATUS_ENCODING, 5, ""},
    {"#a \x7f", STATUS_ENCODING, 4, ""},
    {"ping \xff", STATUS_ENCODING, 6, ""},
    {"help verb=\xc3", STATUS_ENCODING, 11, ""},
    {"help verb=\"\xc2\x85\"", STATUS_ENCODING, 12, ""},
    {"help verb=\"a\tb\"", STATUS_VALUE, 11, "verb"},
    {"help verb=\"a\\tb\"", STATUS_VALUE, 11, "verb"},
    {"help verb=\"a\\nb\"", STATUS_VALUE, 11, "verb"},
};

START_TEST(lines_follow_the_grammar)
{
	static struct request request;
	enum status status = parse(&request, lines[_i].line);

	ck_assert_msg(status == lines[_i].status, "\"%s\": %s, not %s",
	    lines[_i].line, status_code(status), status_code(lines[_i].status));
	if (status == STATUS_OK)
		return;
	ck_assert_msg(request.fault.column == lines[_i].column,
	    "\"%s\": column %zu", lines[_i].line, request.fault.column);
	ck_assert_msg(span_is(request.fault.what, lines[_i].what),
	    "\"%s\": what=%.*s", lines[_i].line, (int)request.fault.what.len,
	    request.fault.what.ptr);
	ck_assert_ptr_nonnull(request.fault.expected);
	ck_assert_uint_gt(strlen(request.fault.expected), 0);
}
END_TEST

static const struct {
	enum key key;
	enum status status;
	const char *value;
	int64_t number;
} values[] = {
    {KEY_DAY, STATUS_OK, "2026-12-01", 20788},
    {KEY_DAY, STATUS_VALUE, "2026-02-29", 0},
    {KEY_LIMIT, STATUS_OK, "1", 1},
    {KEY_LIMIT, STATUS_OK, "1000", 1000},
    {KEY_LIMIT, STATUS_VALUE, "0", 0},
    {KEY_LIMIT, STATUS_VALUE, "1001", 0},
    {KEY_N, STATUS_OK, "20000", 20000},
    {KEY_N, STATUS_VALUE, "20001", 0},
    {KEY_N, STATUS_VALUE, "0", 0},
    {KEY_ROOM, STATUS_OK, "99", 99},
    {KEY_ROOM, STATUS_VALUE, "100", 0},
    {KEY_ROOMS, STATUS_VALUE, "0", 0},
    {KEY_REV, STATUS_OK, "0", 0},
    {KEY_REV, STATUS_OK, "9007199254740992", (int64_t)1 << 53},
    {KEY_REV, STATUS_VALUE, "9007199254740993", 0},
    {KEY_REV, STATUS_VALUE, "-1", 0},
    {KEY_LAT, STATUS_OK, "45.63927", 4563927},
    {KEY_LAT, STATUS_OK, "-90", -9000000},
    {KEY_LAT, STATUS_VALUE, "90.00001", 0},
    {KEY_LON, STATUS_OK, "180", 18000000},
    {KEY_LON, STATUS_VALUE, "-180.00001", 0},
    {KEY_LON, STATUS_VALUE, "0.123456", 0},
    {KEY_DRY, STATUS_OK, "yes", 1},
    {KEY_DRY, STATUS_OK, "no", 0},
    {KEY_DRY, STATUS_VALUE, "true", 0},
    {KEY_AS_OF, STATUS_OK, "2026-12-01T09:00+01:00", 1796112000},
    {KEY_AS_OF, STATUS_VALUE, "2026-12-01T09:00", 0},
    {KEY_KEY, STATUS_OK, UUID, 0},
    {KEY_KEY, STATUS_VALUE, "00000000-0000-0000-0000-000000000000", 0},
    {KEY_KEY, STATUS_VALUE, "1", 0},
    {KEY_AFTER, STATUS_OK, "1:1024:1030:1025,1027", 0},
    {KEY_AFTER, STATUS_VALUE, "1-1", 0},
    {KEY_AFTER, STATUS_VALUE, "a", 0},
    {KEY_AFTER, STATUS_VALUE, "\"\"", 0},
    {KEY_TZ, STATUS_OK, "Europe/Paris", 0},
    {KEY_TZ, STATUS_VALUE, "Indian/R\xc3\xa9union", 0},
    {KEY_SITE, STATUS_VALUE, "\"\"", 0},
    {KEY_NAME, STATUS_OK, "\"\"", 0},
    {KEY_NAME, STATUS_OK, "\"Ch\xc3\xa2teau \\\"d'eau\\\" \\\\\"", 0},
    {KEY_NAME, STATUS_OK, HUNDRED HUNDRED, 0},
    {KEY_NAME, STATUS_TOO_LONG, HUNDRED HUNDRED "0", 0},
    {KEY_SCOPE, STATUS_OK, HUNDRED HUNDRED HUNDRED, 0},
};

/* A verb that takes the key. */
static enum verb
verb_with(enum key key)
{
	unsigned verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		if (verb_takes((enum verb)verb, key))
			return (enum verb)verb;
	}
	ck_abort_msg("no verb takes %s=", key_name(key));
}

START_TEST(values_have_the_form_of_their_type)
{
	static struct request request;
	enum verb verb = verb_with(values[_i].key);
	const struct value *value;
	enum status status;
	char line[1024];
	struct out out = OUT(line);

	out_text(&out, verb_info(verb)->name);
	out_key(&out, key_name(values[_i].key));
	out_text(&out, values[_i].value);
	out_char(&out, '\0');
	status = parse(&request, line);
	if (status == STATUS_MISSING) /* of another key */
		status = STATUS_OK;
	ck_assert_msg(
	    status == values[_i].status, "%s: %s", line, status_code(status));
	if (status != STATUS_OK) {
		ck_assert(
		    span_is(request.fault.what, key_name(values[_i].key)));
		ck_assert_str_eq(request.fault.expected,
		    value_expected(key_type(values[_i].key)));
		return;
	}
	value = request_value(&request, values[_i].key);
	ck_assert_ptr_nonnull(value);
	ck_assert_int_eq(value->number, values[_i].number);
	ck_assert_uint_eq(value->column,
	    strlen(verb_info(verb)->name) + strlen(key_name(values[_i].key)) +
		3);
	ck_assert(
	    id_is_nil(value->id) == (key_type(values[_i].key) != VALUE_ID));
}
END_TEST

START_TEST(long_values_have_their_own_limits)
{
	static struct request request;
	static char line[PROTO_LINE_MAX + 2];
	static const enum key keys[] = {KEY_SCOPE, KEY_NEXT, KEY_AFTER};
	struct out out;
	size_t i, len;
	unsigned k;

	for (k = 0; k < 3; k++) {
		for (len = PROTO_LONG_MAX; len <= PROTO_LONG_MAX + 1; len++) {
			out = OUT(line);
			out_text(&out, verb_info(verb_with(keys[k]))->name);
			out_key(&out, key_name(keys[k]));
			for (i = 0; i < len; i++)
				out_char(&out, '1');
			out_char(&out, '\0');
			ck_assert((parse(&request, line) == STATUS_TOO_LONG) ==
			    (len > PROTO_LONG_MAX));
		}
	}
}
END_TEST

START_TEST(values_are_unescaped_side_by_side)
{
	static struct request request;

	ck_assert(
	    parse(&request,
		"site put finess=160004578 name=\"a \\\"b\\\"\" "
		"hours=\"\\\\ \\\\\" source=\"real\" site=x") == STATUS_OK);
	ck_assert(span_is(request_text(&request, KEY_NAME), "a \"b\""));
	ck_assert(span_is(request_text(&request, KEY_HOURS), "\\ \\"));
	ck_assert(span_is(request_text(&request, KEY_SOURCE), "real"));
	ck_assert(span_is(request_text(&request, KEY_FINESS), "160004578"));
	ck_assert_ptr_null(request_text(&request, KEY_TZ).ptr);
	ck_assert_int_eq(request_number(&request, KEY_ROOMS, 1), 1);
	ck_assert_ptr_null(request_value(&request, KEY_ROOMS));
	ck_assert_uint_eq(request.count, 5);
}
END_TEST

START_TEST(a_whole_line_of_escapes_fits)
{
	static struct request request;
	static char line[PROTO_LINE_MAX + 1];
	static const char start[] = "account invite role=x scope=\"";
	size_t i = sizeof(start) - 1, pairs;

	memcpy(line, start, i);
	for (pairs = 0; pairs < (PROTO_LINE_MAX - sizeof(start)) / 2; pairs++) {
		line[i++] = '\\';
		line[i++] = '"';
	}
	line[i++] = '"';
	ck_assert_uint_ge(i, PROTO_LINE_MAX - 1);
	ck_assert(parse(&request, line) == STATUS_OK);
	ck_assert_uint_eq(request_text(&request, KEY_SCOPE).len, pairs);
}
END_TEST

START_TEST(long_lines_keep_their_tag)
{
	static struct request request;
	static char line[PROTO_LINE_MAX + 2];

	memset(line, ' ', PROTO_LINE_MAX + 1);
	memcpy(line, "#t7 ping", 8);
	line[PROTO_LINE_MAX] = '\0';
	ck_assert(parse(&request, line) == STATUS_OK);
	line[PROTO_LINE_MAX] = ' ';
	ck_assert(parse(&request, line) == STATUS_TOO_LONG);
	ck_assert(span_is(request.tag, "t7"));
	ck_assert_uint_eq(request.fault.column, PROTO_LINE_MAX + 1);
	ck_assert(parse(&request, "#t8 \xff") == STATUS_ENCODING);
	ck_assert(span_is(request.tag, "t8"));
	ck_assert(parse(&request, "#t9 nonsense") == STATUS_UNKNOWN_VERB);
	ck_assert(span_is(request.tag, "t9"));
	ck_assert(parse(&request, "ping") == STATUS_OK);
	ck_assert_uint_eq(request.tag.len, 0);
	ck_assert(span_is(request.body, "ping"));
	ck_assert(parse(&request, " #t1\t lang  lang=fr ") == STATUS_OK);
	ck_assert(span_is(request.body, "lang  lang=fr "));
	ck_assert(parse(&request, "#t1") == STATUS_SYNTAX);
	ck_assert_uint_eq(request.body.len, 0);
}
END_TEST

/* So that the lines of a refused batch can be dropped. */
START_TEST(a_refused_line_keeps_what_was_read)
{
	static struct request request;

	ck_assert(parse(&request, "batch n=7 dry=maybe") == STATUS_VALUE);
	ck_assert(request.verb == VERB_BATCH);
	ck_assert_int_eq(request_number(&request, KEY_N, 0), 7);
	ck_assert(parse(&request, "batch dry=maybe n=7") == STATUS_VALUE);
	ck_assert_int_eq(request_number(&request, KEY_N, 0), 0);
	ck_assert(parse(&request, "batch 7") == STATUS_SYNTAX);
	ck_assert(request.verb == VERB_COUNT);
	ck_assert(parse(&request, "") == STATUS_SYNTAX);
	ck_assert(request.verb == VERB_COUNT);
}
END_TEST

START_TEST(a_nul_is_a_control)
{
	static struct request request;

	ck_assert(request_parse(&request, SPAN("ping\0")) == STATUS_ENCODING);
	ck_assert(
	    request_parse(&request, (struct span){NULL, 0}) == STATUS_SYNTAX);
}
END_TEST

/* What the document says of sizes in words is what limits.h says. */
START_TEST(expectations_name_the_limits)
{
	static struct request request;

	ck_assert(parse(&request, "slot list limit=0") == STATUS_VALUE);
	ck_assert_str_eq(request.fault.expected, "a number from 1 to 1000");
	ck_assert(parse(&request, "batch n=x") == STATUS_VALUE);
	ck_assert_str_eq(request.fault.expected, "a number from 1 to 20000");
}
END_TEST

static Suite *
proto_suite(void)
{
	Suite *suite = suite_create("proto");
	TCase *grammar = tcase_create("grammar");

	tcase_add_loop_test(grammar, lines_follow_the_grammar, 0, COUNT(lines));
	tcase_add_loop_test(
	    grammar, values_have_the_form_of_their_type, 0, COUNT(values));
	tcase_add_test(grammar, long_values_have_their_own_limits);
	tcase_add_test(grammar, values_are_unescaped_side_by_side);
	tcase_add_test(grammar, a_whole_line_of_escapes_fits);
	tcase_add_test(grammar, long_lines_keep_their_tag);
	tcase_add_test(grammar, a_refused_line_keeps_what_was_read);
	tcase_add_test(grammar, a_nul_is_a_control);
	tcase_add_test(grammar, expectations_name_the_limits);
	suite_add_tcase(suite, grammar);

	return suite;
}

int
main(void)
{
	return suite_run(proto_suite());
}
