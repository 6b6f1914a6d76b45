/* SPDX-License-Identifier: ISC */
/*
 * proto/protocol.md against the tables: every verb with its roles and keys,
 * every key with its type, every status and rule, the limits.
 */
#include "proto/limits.h"
#include "proto/out.h"
#include "proto/status.h"
#include "proto/verb.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 4000 };

static char *lines[LINES_MAX];
static unsigned count;

static void
read_document(void)
{
	const char *top = getenv("ROTA_SOURCE_DIR");
	char path[4096], *line = NULL;
	size_t size = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/proto/protocol.md",
	    top == NULL ? "." : top);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s", path);
	while (getline(&line, &size, file) > 0) {
		ck_assert_uint_lt(count, LINES_MAX);
		line[strcspn(line, "\n")] = '\0';
		lines[count++] = strdup(line);
	}
	free(line);
	(void)fclose(file);
}

static void
forget_document(void)
{
	while (count > 0)
		free(lines[--count]);
}

/* ----- verbs ----- */

/*
 * One verb of a heading "### site put (ac, batch), get (*)": its second word
 * may stand for the first verb's first word too.
 */
struct heading {
	char verb[64];
	char roles[16];
	bool batch;
};

static bool
next_heading(struct span *rest, struct span family, struct heading *out)
{
	struct span name, inside, roles;
	struct out verb = OUT(out->verb), letters = OUT(out->roles);

	while (rest->len > 0 && (rest->ptr[0] == ' ' || rest->ptr[0] == ',')) {
		rest->ptr++;
		rest->len--;
	}
	if (!span_cut(rest, '(', &name) || !span_cut(rest, ')', &inside))
		return false;
	name.len--; /* the blank before "(" */
	if (memchr(name.ptr, ' ', name.len) == NULL && family.len > 0) {
		out_bytes(&verb, family.ptr, family.len);
		out_char(&verb, ' ');
	}
	out_bytes(&verb, name.ptr, name.len);
	out_char(&verb, '\0');
	out->batch =
	    span_cut(&inside, ',', &roles) && span_is(inside, " batch");
	out_bytes(&letters, roles.ptr, roles.len);
	out_char(&letters, '\0');
	ck_assert(!verb.overflow && !letters.overflow);
	return true;
}

/* The heading that tells of the verb; false when there is none. */
static bool
find_heading(const char *name, struct heading *out)
{
	struct span rest, family;
	unsigned i;

	for (i = 0; i < count; i++) {
		if (strncmp(lines[i], "### ", 4) != 0 ||
		    strchr(lines[i], '(') == NULL)
			continue;
		rest = span_of(lines[i] + 4);
		family = (struct span){NULL, 0};
		while (next_heading(&rest, family, out)) {
			if (strcmp(out->verb, name) == 0)
				return true;
			family = (struct span){
			    lines[i] + 4, strcspn(lines[i] + 4, " ")};
		}
	}
	return false;
}

START_TEST(verbs_have_a_heading_with_their_roles)
{
	const struct verb_info *info = verb_info((enum verb)_i);
	struct heading heading;

	ck_assert_msg(find_heading(info->name, &heading), "%s", info->name);
	ck_assert_str_eq(heading.roles, info->roles);
	ck_assert(heading.batch == ((info->flags & VERB_FLAG_BATCH) != 0));
}
END_TEST

/* The lines of syntax that begin with the verb, as one text. */
static size_t
find_syntax(const char *name, char *text, size_t size)
{
	struct out out = {text, 0, size, false};
	size_t len = strlen(name);
	unsigned i;

	for (i = 0; i < count; i++) {
		if (strncmp(lines[i], "    ", 4) != 0 ||
		    strncmp(lines[i] + 4, name, len) != 0 ||
		    (lines[i][4 + len] != ' ' && lines[i][4 + len] != '\0'))
			continue;
		do {
			out_text(&out, lines[i] + 4);
			out_char(&out, ' ');
		} while (strncmp(lines[++i], "        ", 8) == 0);
		i--;
	}
	ck_assert(!out.overflow);
	return out.len;
}

static void
check_keys(const char *syntax, const unsigned char *keys, bool required)
{
	char key[64];

	for (; *keys != KEY_0; keys++) {
		struct out out = OUT(key);

		out_text(&out, required ? " " : "[");
		out_text(&out, key_name((enum key) * keys));
		out_text(&out, "=");
		out_char(&out, '\0');
		ck_assert_msg(
		    strstr(syntax, key) != NULL, "\"%s\" in: %s", key, syntax);
	}
}

START_TEST(verbs_have_a_syntax_with_their_keys)
{
	const struct verb_info *info = verb_info((enum verb)_i);
	char syntax[2048];
	size_t len = find_syntax(info->name, syntax, sizeof(syntax) - 1);

	ck_assert_msg(len > 0, "%s", info->name);
	syntax[len] = '\0';
	check_keys(syntax, info->required, true);
	if (_i != VERB_AUTH && _i != VERB_HELP && _i != VERB_WATCH)
		check_keys(syntax, info->optional, false);
}
END_TEST

/* ----- keys, statuses, limits ----- */

/* Whether a row of a table that begins with `first` holds `words`. */
static bool
row_holds(const char *first, const char *words)
{
	unsigned i;

	for (i = 0; i < count; i++) {
		if (strncmp(lines[i], first, strlen(first)) == 0 &&
		    strstr(lines[i], words) != NULL)
			return true;
	}
	return false;
}

START_TEST(keys_stand_with_their_type)
{
	static const char *const rows[] = {
	    [VALUE_WORD] = "| word |",
	    [VALUE_TEXT] = "| text |",
	    [VALUE_LONG] = "| long |",
	    [VALUE_ID] = "| id |",
	    [VALUE_DAY] = "| day |",
	    [VALUE_NUMBER] = "| number |",
	    [VALUE_PAGE] = "| number |",
	    [VALUE_LINES] = "| number |",
	    [VALUE_ROOM] = "| number |",
	    [VALUE_LATITUDE] = "| degrees |",
	    [VALUE_DEGREES] = "| degrees |",
	    [VALUE_YESNO] = "| yesno |",
	    [VALUE_INSTANT] = "| instant |",
	    [VALUE_CURSOR] = "| cursor |",
	};
	char words[64];

	(void)snprintf(words, sizeof(words), "`%s`", key_name((enum key)_i));
	ck_assert_msg(
	    row_holds(rows[key_type((enum key)_i)], words), "%s", words);
}
END_TEST

START_TEST(statuses_have_a_row)
{
	enum status status = (enum status)_i;
	char first[64];

	if (status == STATUS_OK)
		return;
	(void)snprintf(first, sizeof(first), "| `%s` |", status_code(status));
	ck_assert_msg(row_holds(first, ""), "%s", first);
}
END_TEST

static const struct {
	const char *row;
	int limit;
} limits[] = {
    {"| a line", PROTO_LINE_MAX},
    {"| a tag", PROTO_TAG_MAX},
    {"| pairs", PROTO_ARGS_MAX},
    {"| pairs", PROTO_PAIRS_MAX},
    {"| a word", PROTO_WORD_MAX},
    {"| a word", PROTO_TEXT_MAX},
    {"| a word", PROTO_LONG_MAX},
    {"| lines of a batch", PROTO_BATCH_MAX},
    {"| lines of a page", PROTO_PAGE_DEFAULT},
    {"| lines of a page", PROTO_PAGE_MAX},
    {"| days", PROTO_DAYS_MAX},
    {"| rooms", PROTO_ROOMS_MAX},
    {"| facts of a kind", PROTO_FACTS_MAX},
};

START_TEST(limits_are_stated)
{
	char number[32];

	(void)snprintf(number, sizeof(number), " %d", limits[_i].limit);
	ck_assert_msg(row_holds(limits[_i].row, number), "%s: %s",
	    limits[_i].row, number);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("protocol.md");
	TCase *tcase = tcase_create("tables");

	tcase_add_unchecked_fixture(tcase, read_document, forget_document);
	tcase_add_loop_test(
	    tcase, verbs_have_a_heading_with_their_roles, 0, VERB_COUNT);
	tcase_add_loop_test(
	    tcase, verbs_have_a_syntax_with_their_keys, 0, VERB_COUNT);
	tcase_add_loop_test(tcase, keys_stand_with_their_type, 1, KEY_COUNT);
	tcase_add_loop_test(tcase, statuses_have_a_row, 0, STATUS_COUNT);
	tcase_add_loop_test(tcase, limits_are_stated, 0,
	    (int)(sizeof(limits) / sizeof(limits[0])));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
