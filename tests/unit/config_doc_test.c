/* SPDX-License-Identifier: ISC */
/*
 * config_doc_test: rotad.conf.5 and rotad.conf.example say what config.def
 * says.
 *
 * After a change of the table, copy the block that the failing test prints into
 * the document.
 */
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text must be accepted. */
static struct config *
must_parse(const char *text)
{
	struct error error;
	struct config *config =
	    config_parse("t.conf", text, strlen(text), &error);

	ck_assert_msg(config != NULL, "%s", error.text);
	return config;
}

static char *
read_document(const char *path)
{
	const char *folder = getenv("ROTA_SOURCE_DIR");
	char *name = xasprintf("%s/%s", folder != NULL ? folder : ".", path);
	char *text = xmalloc(CONFIG_FILE_MAX);
	FILE *file = fopen(name, "r");
	size_t len;

	ck_assert_msg(file != NULL, "%s (set ROTA_SOURCE_DIR)", name);
	len = fread(text, 1, CONFIG_FILE_MAX - 1, file);
	text[len] = '\0';
	ck_assert_int_eq(fclose(file), 0);
	free(name);
	return text;
}

/* What both documents say about the key after its text, line by line. */
static void
facts(const struct config_key *key, char lines[3][64])
{
	const char *standard = key->standard;

	snprintf(lines[0], 64, "Default: %s.",
	    standard[0] != '\0' ? standard : "none");
	lines[1][0] = '\0';
	if (key->type == CONFIG_LIST)
		snprintf(lines[1], 64, "May be given up to %d times.",
		    CONFIG_LIST_MAX);
	else if (key->type == CONFIG_STRING && key->min[0] != '\0')
		snprintf(lines[1], 64, "One of: %s.", key->min);
	else if (key->max[0] != '\0')
		snprintf(lines[1], 64, "From %s to %s.", key->min, key->max);
	snprintf(lines[2], 64, "%s",
	    key->reloadable ? "Reloadable." : "A change needs a restart.");
}

/* The key's block: head, its text and facts behind a prefix, tail. */
static char *
block(const struct config_key *key, const char *head, const char *prefix,
    const char *tail)
{
	char lines[3][64];
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(file);
	facts(key, lines);
	fprintf(file, "\n%s%s", head, prefix);
	for (const char *at = key->text; *at != '\0'; at++) {
		fputc(*at, file);
		if (*at == '\n')
			fputs(prefix, file);
	}
	fputc('\n', file);
	for (size_t i = 0; i < 3; i++) {
		if (lines[i][0] != '\0')
			fprintf(file, "%s%s\n", prefix, lines[i]);
	}
	fputs(tail, file);
	ck_assert_int_eq(fclose(file), 0);
	return text;
}

static size_t
occurrences(const char *text, const char *part)
{
	size_t count = 0;

	while ((text = strstr(text, part)) != NULL) {
		count++;
		text += strlen(part);
	}
	return count;
}

START_TEST(config_man_page_says_what_the_table_says)
{
	static const char *const kinds[] = {
	    [CONFIG_STRING] = "text",
	    [CONFIG_LIST] = "text",
	    [CONFIG_DURATION] = "duration",
	    [CONFIG_COUNT] = "number",
	    [CONFIG_SIZE] = "size",
	    [CONFIG_BOOL] = "yes|no",
	};
	char *page = read_document("daemon/rotad.conf.5");
	size_t count;
	const struct config_key *keys = config_keys(&count);

	for (size_t i = 0; i < count; i++) {
		char *head = xasprintf(
		    ".It Ic %s = Ar %s\n", keys[i].name, kinds[keys[i].type]);
		char *expected = block(&keys[i], head, "", "");

		ck_assert_msg(strstr(page, expected) != NULL,
		    "rotad.conf.5 must contain:%s", expected);
		free(expected);
		free(head);
	}
	ck_assert_uint_eq(occurrences(page, "\n.It Ic "), count);
	free(page);
}
END_TEST

START_TEST(config_example_says_what_the_table_says)
{
	char *example = read_document("daemon/rotad.conf.example");
	size_t count;
	const struct config_key *keys = config_keys(&count);

	for (size_t i = 0; i < count; i++) {
		char *tail = xasprintf("#%s =%s%s\n", keys[i].name,
		    keys[i].standard[0] != '\0' ? " " : "", keys[i].standard);
		char *expected = block(&keys[i], "", "# ", tail);

		ck_assert_msg(strstr(example, expected) != NULL,
		    "rotad.conf.example must contain:%s", expected);
		free(expected);
		free(tail);
	}
	free(example);
}
END_TEST

START_TEST(config_example_can_be_loaded_with_every_line_made_active)
{
	char *example = read_document("daemon/rotad.conf.example");
	struct config *standard = config_new();
	struct config *config = must_parse(example);
	size_t active = 0;
	size_t count;

	(void)config_keys(&count);
	ck_assert_uint_eq(config_diff(standard, config, NULL, NULL), 0);
	config_free(config);

	for (char *at = example; (at = strstr(at, "\n#")) != NULL; at++) {
		if (at[2] >= 'a' && at[2] <= 'z') {
			at[1] = ' ';
			active++;
		}
	}
	ck_assert_uint_eq(active, count);
	config = must_parse(example);
	ck_assert_uint_eq(config_diff(standard, config, NULL, NULL), 0);
	config_free(config);
	config_free(standard);
	free(example);
}
END_TEST

static TCase *
document_cases(void)
{
	TCase *tcase = tcase_create("documents");

	tcase_add_test(tcase, config_man_page_says_what_the_table_says);
	tcase_add_test(tcase, config_example_says_what_the_table_says);
	tcase_add_test(
	    tcase, config_example_can_be_loaded_with_every_line_made_active);
	return tcase;
}

int
main(void)
{
	Suite *suite = suite_create("config documents");

	suite_add_tcase(suite, document_cases());
	return suite_run(suite);
}
