/* SPDX-License-Identifier: ISC */
/*
 * rota_words_test: lines cut into words, words made into requests, addresses,
 * profiles, languages; and that every text of the client has its translation.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/support/suite.h"
#include "tools/rota/asked.h"
#include "tools/rota/profile.h"
#include "tools/rota/quote.h"
#include "tools/rota/script.h"
#include "tools/rota/target.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ----- words of a line ----- */

static const struct {
	const char *line, *words; /* joined by "|" */
	bool open;
} lines[] = {
    {"", "", false},
    {"  \t ", "", false},
    {"# nothing", "", false},
    {"a b\tc", "a|b|c", false},
    {"a b # c", "a|b", false},
    {"a b#c", "a|b#c", false},
    {"name=\"Les Tilleuls\"", "name=Les Tilleuls", false},
    {"name='a \"b\"'", "name=a \"b\"", false},
    {"\"a \\\"b\\\" \\\\ \\c\"", "a \"b\" \\ \\c", false},
    {"a\\ b", "a b", false},
    {"\"\"", "", false},
    {"a \"b", "a|b", true},
    {"a 'b c", "a|b c", true},
    {"a\r\n", "a", false},
};

START_TEST(lines_are_cut)
{
	char joined[128] = "";
	struct words words;

	ck_assert_int_eq(words_split(&words, lines[_i].line), 0);
	for (int i = 1; i < words.count; i++) {
		if (i > 1)
			strcat(joined, "|");
		strcat(joined, words.at[i]);
	}
	ck_assert_str_eq(joined, lines[_i].words);
	ck_assert_int_eq(words.open, lines[_i].open);
	ck_assert_ptr_null(words.at[words.count]);
	words_fini(&words);
}
END_TEST

START_TEST(too_many_words_are_refused)
{
	char line[4 * QUOTE_WORDS_MAX] = "";
	struct words words;

	for (int i = 0; i < QUOTE_WORDS_MAX; i++)
		strcat(line, "a ");
	ck_assert_int_eq(words_split(&words, line), -1);
	words_fini(&words);
}
END_TEST

START_TEST(secrets_are_not_written_down)
{
	ck_assert(script_is_public("site list"));
	ck_assert(script_is_public("territory put code=CPTS"));
	ck_assert(!script_is_public("login abc"));
	ck_assert(!script_is_public("  login  abc"));
	ck_assert(!script_is_public("--json 'login' abc"));
	ck_assert(!script_is_public("auth code=abc"));
	ck_assert(!script_is_public("whatever token=abc"));
}
END_TEST

/* ----- requests ----- */

static const struct {
	const char *verb, *places, *words, *line; /* line NULL: refused */
} requests[] = {
    {"slot cancel", NULL, "", "slot cancel"},
    {"slot cancel", NULL, "abc", "slot cancel slot=abc"},
    {"slot cancel", NULL, "slot=abc rev=1", "slot cancel slot=abc rev=1"},
    {"slot cancel", NULL, "abc def", NULL},
    {"slot swap", NULL, "with=b a", "slot swap with=b slot=a"},
    {"slot assign", "physician site day part", "p s 2026-12-01 M room=2",
	"slot assign physician=p site=s day=2026-12-01 part=M room=2"},
    {"slot assign", "physician site day part", "p day=2026-12-01 s M",
	"slot assign physician=p day=2026-12-01 site=s part=M"},
    {"site put", NULL, "name='Les Tilleuls'", "site put name=\"Les Tilleuls\""},
    {"site put", NULL, "name='a \"b\" \\'",
	"site put name=\"a \\\"b\\\" \\\\\""},
    {"site put", NULL, "name=", "site put name=\"\""},
    {"site put", NULL, "hours='mon M 09:00-12:00'",
	"site put hours=\"mon M 09:00-12:00\""},
    {"physician put", NULL, "10005173140", "physician put rpps=10005173140"},
    {"ping", NULL, "x", NULL},
    /* the daemon judges keys, for it may be newer than we are */
    {"ping", NULL, "speed=fast", "ping speed=fast"},
};

START_TEST(words_become_requests)
{
	struct verb_view view;
	struct asked asked;
	struct words words;
	enum outcome outcome;

	ck_assert(verbs_known(requests[_i].verb, &view));
	ck_assert_int_eq(words_split(&words, requests[_i].words), 0);
	outcome = asked_build(
	    &asked, &view, requests[_i].places, words.at + 1, words.count - 1);
	if (requests[_i].line == NULL) {
		ck_assert_int_eq(outcome, OUTCOME_USAGE);
	} else {
		ck_assert_int_eq(outcome, OUTCOME_OK);
		ck_assert_uint_eq(asked.len, strlen(requests[_i].line));
		ck_assert_mem_eq(asked.line, requests[_i].line, asked.len);
	}
	words_fini(&words);
}
END_TEST

START_TEST(days_have_names)
{
	static const struct {
		const char *word;
		int32_t away;
	} days[] = {{"today", 0}, {"tomorrow", 1}, {"yesterday", -1},
	    {"demain", 1}, {"hier", -1}, {"+3", 3}, {"-10", -10}};
	static const char *const none[] = {
	    "", "+", "-", "+x", "3", "2026-12-01", "+99999999999", "Today"};
	int32_t day;

	for (size_t i = 0; i < ARRAY_SIZE(days); i++) {
		ck_assert(day_of_word(days[i].word, 20000, &day));
		ck_assert_int_eq(day, 20000 + days[i].away);
	}
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		ck_assert(!day_of_word(none[i], 20000, &day));
}
END_TEST

START_TEST(a_request_has_a_limit)
{
	char *value = xmalloc(PROTO_LINE_MAX + 16);
	char *words[1] = {value};
	struct verb_view view;
	struct asked asked;

	memset(value, 'x', PROTO_LINE_MAX + 15);
	memcpy(value, "name=", 5);
	value[PROTO_LINE_MAX + 15] = '\0';
	ck_assert(verbs_known("site put", &view));
	ck_assert_int_eq(
	    asked_build(&asked, &view, NULL, words, 1), OUTCOME_USAGE);
	free(value);
}
END_TEST

/* ----- addresses, languages ----- */

static const struct {
	const char *text, *host, *port; /* NULL: refused */
	bool local;
} targets[] = {
    {"127.0.0.1:7682", "127.0.0.1", "7682", true},
    {"localhost:1", "localhost", "1", true},
    {"[::1]:7682", "::1", "7682", true},
    {"[2001:db8::1]:7683", "2001:db8::1", "7683", false},
    {"rota.example.org:7683", "rota.example.org", "7683", false},
    {"rota.example.org", "rota.example.org", "7683", false},
    {"127.0.0.1", "127.0.0.1", "7682", true},
    {"*:7682", NULL, NULL, false},
    {":7682", NULL, NULL, false},
    {"a b:1", NULL, NULL, false},
    {"host:99999", NULL, NULL, false},
    {"", NULL, NULL, false},
};

START_TEST(addresses_are_read)
{
	struct target target;
	int answer = target_parse(targets[_i].text, &target);

	ck_assert_int_eq(answer, targets[_i].host != NULL ? 0 : -1);
	if (answer != 0)
		return;
	ck_assert_str_eq(target.address.host, targets[_i].host);
	ck_assert_str_eq(target.address.port, targets[_i].port);
	ck_assert_int_eq(target.is_local, targets[_i].local);
	ck_assert(!target.is_unix);
}
END_TEST

START_TEST(paths_are_sockets)
{
	char path[TARGET_PATH_MAX + 1];
	struct target target;

	ck_assert_int_eq(target_parse("/run/rota/sock", &target), 0);
	ck_assert(target.is_unix && target.is_local);
	ck_assert_str_eq(target.path, "/run/rota/sock");
	ck_assert_int_eq(target_parse("unix:sock", &target), 0);
	ck_assert_str_eq(target.path, "sock");
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(target_parse(path, &target), -1);
}
END_TEST

START_TEST(the_language_is_that_of_the_locale)
{
	ck_assert_int_eq(words_language(NULL, NULL), LANG_EN);
	ck_assert_int_eq(words_language("C", "fr"), LANG_EN);
	ck_assert_int_eq(words_language("fr_FR.UTF-8", NULL), LANG_FR);
	ck_assert_int_eq(words_language("fr", ""), LANG_FR);
	ck_assert_int_eq(words_language("fr_CA@euro", NULL), LANG_FR);
	ck_assert_int_eq(words_language("frr_DE", NULL), LANG_EN);
	ck_assert_int_eq(words_language("de_DE.UTF-8", NULL), LANG_EN);
	ck_assert_int_eq(words_language("en_GB", "de:fr:en"), LANG_FR);
	ck_assert_int_eq(words_language("fr_FR", "en:fr"), LANG_EN);
	ck_assert_int_eq(words_language("C.UTF-8", "fr"), LANG_FR);
}
END_TEST

/* ----- files ----- */

static char folder[] = "/tmp/rota-words.XXXXXX";

static char *
write_file(const char *name, const char *text, mode_t mode)
{
	char *path = xasprintf("%s/%s", folder, name);
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	(void)fputs(text, file);
	(void)fclose(file);
	ck_assert_int_eq(chmod(path, mode), 0);
	return path;
}

START_TEST(profiles_are_read)
{
	char *path = write_file("a",
	    "# a comment\n\n  server = rota.example.org:7683 \r\n"
	    "tls=yes\nca = /etc/ca.pem\ntoken-file = secret/token\n",
	    0644);
	struct profile profile;
	char *token = xasprintf("%s/secret/token", folder);

	ck_assert_int_eq(profile_read(&profile, path, true), 0);
	ck_assert(profile.found);
	ck_assert_str_eq(profile.server, "rota.example.org:7683");
	ck_assert_int_eq(profile.tls, TLS_YES);
	ck_assert_str_eq(profile.ca, "/etc/ca.pem");
	ck_assert_str_eq(profile.token_file, token);
	profile_fini(&profile);
	(void)unlink(path);
	free(path);
	free(token);
}
END_TEST

START_TEST(wrong_profiles_are_refused)
{
	static const char *const wrong[] = {"server\n", "server =\n",
	    "server = a b\n", "tls = maybe\n", "colour = red\n"};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		char *path = write_file("wrong", wrong[i], 0600);
		struct profile profile;

		ck_assert_int_eq(profile_read(&profile, path, true), -1);
		profile_fini(&profile);
		(void)unlink(path);
		free(path);
	}
}
END_TEST

START_TEST(profiles_have_their_places)
{
	struct profile profile;
	char *path;

	ck_assert_int_eq(setenv("XDG_CONFIG_HOME", folder, 1), 0);
	ck_assert_int_eq(profile_read(&profile, NULL, true), 0);
	ck_assert(!profile.found);
	path = profile_token_path(&profile);
	ck_assert_ptr_nonnull(strstr(path, "/rota/token"));
	free(path);
	profile_fini(&profile);
	/* asked for by name, it has to be there */
	ck_assert_int_eq(profile_read(&profile, "other", true), -1);
	profile_fini(&profile);
	ck_assert_int_eq(profile_read(&profile, "other", false), 0);
	ck_assert(!profile.found);
	profile_fini(&profile);
	(void)unsetenv("XDG_CONFIG_HOME");
}
END_TEST

START_TEST(tokens_are_secret)
{
	char *path = write_file("token", "abc-DEF_123\n", 0600);
	char token[PROFILE_TOKEN_MAX + 1];
	struct stat about;

	ck_assert_int_eq(token_read(path, token), 0);
	ck_assert_str_eq(token, "abc-DEF_123");
	ck_assert_int_eq(chmod(path, 0640), 0);
	ck_assert_int_eq(token_read(path, token), -1);
	/* what we write nobody else may read, whatever was there */
	ck_assert_int_eq(private_write(path, "xyz\n"), 0);
	ck_assert_int_eq(stat(path, &about), 0);
	ck_assert_uint_eq(about.st_mode & 0777, 0600);
	ck_assert_int_eq(token_read(path, token), 0);
	ck_assert_str_eq(token, "xyz");
	(void)unlink(path);
	ck_assert_int_eq(token_read(path, token), 1);
	free(path);
	path = write_file("token", "\n", 0600);
	ck_assert_int_eq(token_read(path, token), -1);
	(void)unlink(path);
	free(path);
}
END_TEST

/* ----- the catalogue ----- */

START_TEST(every_text_is_translated)
{
	const char *source = getenv("ROTA_SOURCE_DIR");
	int status;
	char *command = xasprintf(
	    "cd '%s' && xgettext --from-code=UTF-8 --language=C --keyword=T "
	    "--keyword=N --keyword=TN:1,2 --keyword=VERB:7 -o '%s/rota.pot' "
	    "tools/rota/*.c proto/verb.def && "
	    "msgcmp tools/po/fr.po '%s/rota.pot'; "
	    "status=$?; rm -f '%s/rota.pot'; exit $status",
	    source != NULL ? source : ".", folder, folder, folder);

	// NOLINTNEXTLINE(cert-env33-c): our own words
	status = system(command);
	free(command);
	ck_assert_int_eq(status, 0);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("words");
	Suite *suite = suite_create("rota_words");
	int result;

	if (mkdtemp(folder) == NULL)
		return EXIT_FAILURE;
	tcase_add_loop_test(all, lines_are_cut, 0, (int)ARRAY_SIZE(lines));
	tcase_add_test(all, too_many_words_are_refused);
	tcase_add_test(all, secrets_are_not_written_down);
	tcase_add_loop_test(
	    all, words_become_requests, 0, (int)ARRAY_SIZE(requests));
	tcase_add_test(all, days_have_names);
	tcase_add_test(all, a_request_has_a_limit);
	tcase_add_loop_test(
	    all, addresses_are_read, 0, (int)ARRAY_SIZE(targets));
	tcase_add_test(all, paths_are_sockets);
	tcase_add_test(all, the_language_is_that_of_the_locale);
	tcase_add_test(all, profiles_are_read);
	tcase_add_test(all, wrong_profiles_are_refused);
	tcase_add_test(all, profiles_have_their_places);
	tcase_add_test(all, tokens_are_secret);
	tcase_add_test(all, every_text_is_translated);
	suite_add_tcase(suite, all);
	result = suite_run(suite);
	(void)rmdir(folder);
	return result;
}
