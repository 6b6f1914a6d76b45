/* SPDX-License-Identifier: ISC */
/*
 * region_test: the files that tools/region/generate writes, read as the daemon
 * reads them, and the data behind them.
 */
#include "tests/unit/region_check.h"

#include "daemon/base/mem.h"
#include "proto/request.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SITES = 450, VEHICLES = 2, DEPARTEMENTS = 12 };

/* ----- running the scripts ----- */

/* Output of a command line, owned by the caller; its exit status in *status. */
static char *
output_of(const char *command, int *status)
{
	FILE *pipe = popen(command, "re"); // NOLINT(cert-env33-c): our words
	size_t len = 0, capacity = 0;
	char *text = NULL;

	ck_assert_ptr_nonnull(pipe);
	do {
		text = xgrow(text, &capacity, len + BUFSIZ + 1, 1);
		len += fread(text + len, 1, capacity - len - 1, pipe);
	} while (!feof(pipe) && !ferror(pipe));
	text[len] = '\0';
	*status = pclose(pipe);
	*status = WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
	return text;
}

static const char *
region(void)
{
	static char path[4096];
	const char *source = getenv("ROTA_SOURCE_DIR");

	snprintf(path, sizeof(path), "%s/tools/region",
	    source != NULL ? source : ".");
	return path;
}

/* A command that writes the rows of `generate arguments` in `folder` as
 * requests; owned by the caller. */
static char *
generation(const char *folder, const char *arguments)
{
	return xasprintf(
	    "d=$(mktemp -d /tmp/rota-region.XXXXXX) &&"
	    " '%s'/generate %s \"$d\" 2>&1 &&"
	    " awk -f '%s'/csv.awk -f '%s/../../tests/unit/region.awk'"
	    " \"$d\"/*.csv; s=$?; rm -r \"$d\"; exit $s",
	    folder, arguments, region(), region());
}

/* The region as requests; must end well. */
static char *
generate(const char *arguments)
{
	char *command = generation(region(), arguments);
	int status;
	char *text = output_of(command, &status);

	ck_assert_msg(
	    status == 0, "generate %s: exit %d: %s", arguments, status, text);
	free(command);
	return text;
}

/* A script of the folder with its arguments; must end well. */
static char *
run(const char *script)
{
	char *command = xasprintf("'%s'/%s", region(), script);
	int status;
	char *text = output_of(command, &status);

	ck_assert_msg(status == 0, "%s: exit %d", script, status);
	free(command);
	return text;
}

static void
expect_failure(const char *script, int status)
{
	char *command = xasprintf("'%s'/%s 2>/dev/null", region(), script);
	int got;
	char *text = output_of(command, &got);

	ck_assert_msg(got == status && *text == '\0', "%s: exit %d: %.80s",
	    script, got, text);
	free(text);
	free(command);
}

START_TEST(every_row_is_a_good_request)
{
	static const struct {
		const char *prefix;
		unsigned least;
	} expected[] = {{"territory CPTS-", 120}, {"territory PDSA-", 24},
	    {"structure ", 200}, {"programme ", 5}, {"zone ", 400},
	    {"holiday national public ", 55}, {"stop ", 10}, {"presence ", 200},
	    {"need ", 400}, {"enrolment ", 200}, {"authorisation ", 1200},
	    {"availability ", 200}, {"absence ", 5}, {"busy ", 5},
	    {"quota ", 3}};
	struct seen seen = {0};
	char *text = generate("-f 2026-11-23");

	region_check(&seen, text);
	ck_assert_uint_eq(seen_count(&seen, "site "), SITES + VEHICLES);
	ck_assert_uint_eq(seen_count(&seen, "physician 999"), 200);
	ck_assert_uint_eq(seen_count(&seen, "territory DEP-"), DEPARTEMENTS);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		ck_assert_msg(
		    seen_count(&seen, expected[i].prefix) >= expected[i].least,
		    "%u of \"%s\"", seen_count(&seen, expected[i].prefix),
		    expected[i].prefix);
	free(text);
	seen_fini(&seen);
}
END_TEST

START_TEST(sizes_are_as_asked)
{
	struct seen seen = {0};
	char *text = generate("-n 500 -s 999999999 -f 2024-02-26");

	region_check(&seen, text);
	ck_assert_uint_eq(seen_count(&seen, "site "), SITES + VEHICLES);
	ck_assert_uint_eq(seen_count(&seen, "physician "), 500);
	free(text);
	seen_fini(&seen);
	seen = (struct seen){0};
	text = generate("-n 0 -f 2026-12-28");
	region_check(&seen, text);
	ck_assert_uint_eq(seen_count(&seen, "physician "), 0);
	free(text);
	seen_fini(&seen);
}
END_TEST

/* Zoning is known of every site and home, and nobody lives in a ZIP. */
START_TEST(homes_are_where_physicians_are)
{
	char *text = generate("-n 300"), class[8];
	struct span rest = span_of(text), line;
	struct request *request = xcalloc(1, sizeof(*request));
	unsigned homes = 0, zip = 0;

	while (span_cut(&rest, '\n', &line)) {
		struct span commune;
		const char *zone;
		char *wanted;

		ck_assert_int_eq(request_parse(request, line), STATUS_OK);
		commune = request_text(request,
		    request->verb == VERB_SITE_PUT ? KEY_COMMUNE : KEY_HOME);
		if (request->verb != VERB_SITE_PUT &&
		    request->verb != VERB_PHYSICIAN_PUT)
			continue;
		wanted = xasprintf(
		    "\nzone put commune=\"%.*s\" kind=\"gp\" class=\"",
		    (int)commune.len, commune.ptr);
		zone = strstr(text, wanted);
		ck_assert_msg(zone != NULL, "no%s", wanted);
		snprintf(class, sizeof(class), "%s", zone + strlen(wanted));
		if (request->verb == VERB_SITE_PUT) {
			zip += strncmp(class, "ZIP\"", 4) == 0;
		} else {
			ck_assert_msg(
			    strncmp(class, "ZIP\"", 4) != 0, "%s", wanted);
			homes++;
		}
		free(wanted);
	}
	ck_assert_uint_eq(homes, 300);
	ck_assert_uint_gt(zip, SITES / 10);
	free(request);
	free(text);
}
END_TEST

START_TEST(same_seed_gives_the_same)
{
	char *first = generate("-f 2026-11-23");
	char *again = generate("-s 1 -n 200 -f 2026-11-23");
	char *other = generate("-s 2 -f 2026-11-23");
	char *few = run("physicians -n 50"), *many = run("physicians -n 300");

	ck_assert_str_eq(first, again);
	ck_assert_str_ne(first, other);
	ck_assert_uint_gt(strlen(few), 1000);
	ck_assert_mem_eq(many, few, strlen(few));
	free(first);
	free(again);
	free(other);
	free(few);
	free(many);
}
END_TEST

START_TEST(nonsense_is_refused)
{
	static const char *const wrong[] = {"generate", "generate -n",
	    "generate -n x /tmp", "generate -n -1 /tmp",
	    "generate -f 2026-11-24 /tmp", "generate -f monday /tmp",
	    "generate -s '' /tmp", "generate -x /tmp", "generate /nonexistent",
	    "generate /tmp now", "physicians -n 10000000",
	    "physicians -s 99999999999999999999", "physicians 3"};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		expect_failure(wrong[i], 2);
}
END_TEST

/* A copy of the folder whose last site is `row`: what becomes of it. */
static char *
generate_with(const char *row, int *status)
{
	char folder[] = "/tmp/rota-region-XXXXXX";
	char *command, *generated, *text;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	generated = generation(folder, "-n 0");
	command =
	    xasprintf("cp '%s'/* %s && chmod u+w %s/* && cat >>%s/sites.csv "
		      "<<'EOF'\n%s\nEOF\n(%s); s=$?; rm -r %s; exit $s",
		region(), folder, folder, folder, row, generated, folder);
	text = output_of(command, status);
	free(generated);
	free(command);
	return text;
}

START_TEST(quotes_survive)
{
	struct seen seen = {0};
	int status;
	char *text = generate_with(
	    "160099999,\"Msp \"\"Le \\ Bois\"\", site 2\",603,16374,16,45.6,"
	    "0.2,",
	    &status);

	ck_assert_int_eq(status, 0);
	ck_assert_ptr_nonnull(strstr(text,
	    "finess=\"160099999\" name=\"Msp \\\"Le \\\\ Bois\\\", site 2\" "
	    "kind="));
	free(text);
	text =
	    generate_with("160099999,Nowhere,603,99999,16,45.6,0.2,", &status);
	ck_assert_int_eq(status, 1);
	ck_assert_ptr_nonnull(strstr(text, "/sites.csv:452: no commune 99999"));
	free(text);
	seen_fini(&seen);
}
END_TEST

static Suite *
suite(void)
{
	TCase *all = tcase_create("region");
	Suite *result = suite_create("region");

	tcase_set_timeout(all, 120);
	tcase_add_test(all, every_row_is_a_good_request);
	tcase_add_test(all, sizes_are_as_asked);
	tcase_add_test(all, homes_are_where_physicians_are);
	tcase_add_test(all, same_seed_gives_the_same);
	tcase_add_test(all, nonsense_is_refused);
	tcase_add_test(all, quotes_survive);
	suite_add_tcase(result, all);
	return result;
}

int
main(void)
{
	return suite_run(suite());
}
