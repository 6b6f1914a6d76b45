/* SPDX-License-Identifier: ISC */
/*
 * config_test: rotad.conf from text to struct and back, and its errors.
 */
#include "daemon/config/config.h"
#include "daemon/config/config_value.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct config *
parse(const char *text, struct error *error)
{
	error->text[0] = '\0';
	return config_parse("t.conf", text, strlen(text), error);
}

/* The text must be accepted. */
static struct config *
must_parse(const char *text)
{
	struct error error;
	struct config *config = parse(text, &error);

	ck_assert_msg(config != NULL, "%s", error.text);
	return config;
}

START_TEST(config_defaults_are_those_of_the_table)
{
	struct config *config = config_new();
	struct config *empty = must_parse("");
	struct error error;
	const char *key = NULL;
	size_t count;
	const struct config_key *keys = config_keys(&count);

	ck_assert_int_eq(config_check(config, &key, &error), 0);
	ck_assert_uint_eq(config_diff(config, empty, NULL, NULL), 0);
	for (size_t i = 0; i < count; i++) {
		char *value = config_value(config, &keys[i]);

		ck_assert_msg(strcmp(value, keys[i].standard) == 0,
		    "%s: \"%s\" in the table, \"%s\" printed", keys[i].name,
		    keys[i].standard, value);
		free(value);
	}
	ck_assert_uint_eq(config->idle_timeout_ms, UINT64_C(15) * 60 * 1000);
	ck_assert_uint_eq(config->unread_max, 4 << 20);
	ck_assert_uint_eq(config->write_sessions, 8);
	ck_assert_uint_eq(
	    config->token_lifetime_ms, UINT64_C(90) * 24 * 3600 * 1000);
	ck_assert(!config->plaintext_beyond_loopback);
	config_free(config);
	config_free(empty);
	config_free(NULL);
}
END_TEST

START_TEST(config_rules_are_words)
{
	struct error error;
	uint32_t rules = 7;

	ck_assert_int_eq(config_parse_rules("", &rules), 0);
	ck_assert_uint_eq(rules, 0);
	ck_assert_int_eq(config_parse_rules(" H21  H05 ", &rules), 0);
	ck_assert_uint_eq(rules, UINT32_C(1) << 21 | UINT32_C(1) << 5);
	ck_assert_int_eq(
	    config_parse_rules("H05 H07 H09 H15 H16 H21", &rules), 0);
	ck_assert_uint_eq(rules,
	    UINT32_C(1) << 5 | UINT32_C(1) << 7 | UINT32_C(1) << 9 |
		UINT32_C(1) << 15 | UINT32_C(1) << 16 | UINT32_C(1) << 21);
	/* What is never to be switched off, and what is no rule. */
	ck_assert_int_eq(config_parse_rules("H01", &rules), -1);
	ck_assert_int_eq(config_parse_rules("H05,H21", &rules), -1);
	ck_assert_int_eq(config_parse_rules("h05", &rules), -1);
	ck_assert_int_eq(config_parse_rules("H055", &rules), -1);
	ck_assert_ptr_null(parse("rules-off = H05 H99\n", &error));
	ck_assert_str_eq(error.text,
	    "t.conf:1: rules-off must be words of H05 H07 H09 H15 H16 H21, "
	    "not \"H05 H99\"");
}
END_TEST

START_TEST(config_values_of_every_type)
{
	struct config *config =
	    must_parse("# comment\r\n"
		       "\n"
		       "  # another = one\n"
		       "listen = 127.0.0.1:0\n"
		       "\tlisten=[::1]:7000 \t\r\n"
		       "listen-unix =\n"
		       "database = host=a,b password='x=#1'\n"
		       "idle-timeout = 90s\n"
		       "write-queue = 17\n"
		       "unread-max = 64k\n"
		       "plaintext-beyond-loopback = yes\n"
		       "log-level = debug");

	ck_assert_uint_eq(config->listen.count, 2);
	ck_assert_str_eq(config->listen.values[0], "127.0.0.1:0");
	ck_assert_str_eq(config->listen.values[1], "[::1]:7000");
	ck_assert_str_eq(config->listen_unix, "");
	ck_assert_str_eq(config->database, "host=a,b password='x=#1'");
	ck_assert_uint_eq(config->idle_timeout_ms, 90000);
	ck_assert_uint_eq(config->write_queue, 17);
	ck_assert_uint_eq(config->unread_max, 65536);
	ck_assert(config->plaintext_beyond_loopback);
	ck_assert_str_eq(config->log_level, "debug");
	config_free(config);
}
END_TEST

START_TEST(config_empty_list_has_no_default)
{
	struct config *config = must_parse("listen =\n");

	ck_assert_uint_eq(config->listen.count, 0);
	config_free(config);
}
END_TEST

START_TEST(config_prints_what_it_reads)
{
	struct config *config = must_parse("listen = 127.0.0.1:0\n"
					   "listen = [::1]:0\n"
					   "listen-unix =\n"
					   "database = host=/x dbname=a\n"
					   "heartbeat = 1500ms\n"
					   "unread-max = 65537\n"
					   "drain-timeout = 0\n");
	struct config *again;
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(file);
	config_print(config, file);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_ptr_nonnull(strstr(text, "\nheartbeat = 1500ms\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nunread-max = 65537\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nlisten-unix =\n"));
	again = must_parse(text);
	ck_assert_uint_eq(config_diff(config, again, NULL, NULL), 0);
	config_free(again);
	config_free(config);
	free(text);
}
END_TEST

static const struct {
	const char *text;
	const char *error;
} wrong[] = {
    {"\nnonsense\n",
	"t.conf:2: a line must be \"key = value\", or a comment with # at its "
	"beginning"},
    {"= 5\n",
	"t.conf:1: a line must be \"key = value\", or a comment with # at its "
	"beginning"},
    {"listen-tsl = x\n",
	"t.conf:1: unknown key \"listen-tsl\"; did you mean \"listen-tls\"?"},
    {"idle_timeout = 5s\n",
	"t.conf:1: unknown key \"idle_timeout\"; did you mean "
	"\"idle-timeout\"?"},
    {"quite-another-thing = 1\n",
	"t.conf:1: unknown key \"quite-another-thing\"; rotad.conf(5) lists "
	"the keys"},
    {"heartbeat = 5s\n\nheartbeat = 6s\n",
	"t.conf:3: heartbeat was already set in line 1"},
    {"listen =\nlisten = 127.0.0.1:1\n",
	"t.conf:2: listen without a value must be its only line; see line 1"},
    {"listen = 127.0.0.1:1\nlisten =\n",
	"t.conf:2: listen without a value must be its only line; see line 1"},
    {"heartbeat = 5\n",
	"t.conf:1: heartbeat must be a whole number with ms, s, m, h or d, "
	"such as 10s, not \"5\""},
    {"heartbeat = 5 s\n",
	"t.conf:1: heartbeat must be a whole number with ms, s, m, h or d, "
	"such as 10s, not \"5 s\""},
    {"heartbeat = 5s # quick\n",
	"t.conf:1: heartbeat must be a whole number with ms, s, m, h or d, "
	"such as 10s, not \"5s # quick\""},
    {"heartbeat =\n",
	"t.conf:1: heartbeat must be a whole number with ms, s, m, h or d, "
	"such as 10s, not \"\""},
    {"heartbeat = 99ms\n",
	"t.conf:1: heartbeat must be between 100ms and 1h, not 99ms"},
    {"heartbeat = 2h\n",
	"t.conf:1: heartbeat must be between 100ms and 1h, not 2h"},
    {"write-sessions = 0\n",
	"t.conf:1: write-sessions must be between 1 and 64, not 0"},
    {"write-sessions = -1\n",
	"t.conf:1: write-sessions must be a whole number, not \"-1\""},
    {"write-sessions = 18446744073709551616\n",
	"t.conf:1: write-sessions must be a whole number, not "
	"\"18446744073709551616\""},
    {"unread-max = 4m\n",
	"t.conf:1: unread-max must be a whole number of bytes, or with k, M "
	"or G, such as 4M, not \"4m\""},
    {"plaintext-beyond-loopback = true\n",
	"t.conf:1: plaintext-beyond-loopback must be yes or no, not \"true\""},
    {"log-level = warning\n",
	"t.conf:1: log-level must be one of debug|info|warn|error, not "
	"\"warning\""},
    {"log-level = info|warn\n",
	"t.conf:1: log-level must be one of debug|info|warn|error, not "
	"\"info|warn\""},
    {"tls-min-version = 1.1\n",
	"t.conf:1: tls-min-version must be one of 1.2|1.3, not \"1.1\""},
    {"log-level = in\033fo\n", "t.conf:1: control byte 0x1b in column 15"},

    /* keys that do not fit each other */
    {"\nlisten = 0.0.0.0:7682\n",
	"t.conf:2: listen 0.0.0.0:7682 would carry tokens in the clear beyond "
	"this machine: use listen-tls, or set plaintext-beyond-loopback = yes"},
    {"listen = 7682\n",
	"t.conf:1: listen must be HOST:PORT, [IPV6]:PORT or *:PORT, not "
	"\"7682\""},
    {"listen-tls = x:99999\ntls-certificate = c\ntls-key = k\n",
	"t.conf:1: listen-tls must be HOST:PORT, [IPV6]:PORT or *:PORT, not "
	"\"x:99999\""},
    {"\nlisten-tls = *:7683\n",
	"t.conf:2: listen-tls needs tls-certificate and tls-key as well"},
    {"tls-key = k\n",
	"t.conf: tls-certificate and tls-key must be set together"},
    {"listen-unix = rotad.sock\n",
	"t.conf:1: listen-unix must be an absolute path, not \"rotad.sock\""},
    {"database = host\n",
	"t.conf:1: database is no connection string: missing \"=\" after "
	"\"host\" in connection info string"},
    {"database = dbnam=x\n",
	"t.conf:1: database is no connection string: invalid connection "
	"option \"dbnam\""},
    {"\nreconnect-max = 50ms\n",
	"t.conf:2: reconnect-max must not be below reconnect-min"},
    {"auth-delay-min = 2m\n",
	"t.conf: auth-delay-max must not be below auth-delay-min"},
    {"statement-timeout = 1s\n",
	"t.conf: lock-timeout must not be above statement-timeout"},
};

START_TEST(config_error_says_where_what_and_what_would_be_right)
{
	struct error error;
	struct config *config = parse(wrong[_i].text, &error);

	ck_assert_msg(config == NULL, "accepted: %s", wrong[_i].text);
	ck_assert_str_eq(error.text, wrong[_i].error);
}
END_TEST

START_TEST(config_lists_lines_and_paths_are_bounded)
{
	static const char line[] = "listen = 127.0.0.1:0\n";
	char text[CONFIG_VALUE_MAX + 100];
	size_t used = 0;
	struct error error;
	struct config *config;

	for (int i = 0; i < CONFIG_LIST_MAX; i++, used += strlen(line))
		memcpy(text + used, line, sizeof(line));
	config = must_parse(text);
	ck_assert_uint_eq(config->listen.count, CONFIG_LIST_MAX);
	config_free(config);
	memcpy(text + used, line, sizeof(line));
	ck_assert_ptr_null(parse(text, &error));
	ck_assert_str_eq(
	    error.text, "t.conf:17: listen may be given at most 16 times");

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert_ptr_null(parse(text, &error));
	ck_assert_str_eq(
	    error.text, "t.conf:1: line too long, at most 4095 bytes");
	text[CONFIG_VALUE_MAX - 1] = '\0';
	ck_assert_ptr_null(parse(text, &error));
	ck_assert_ptr_nonnull(strstr(error.text, "a line must be"));

	memcpy(text, "listen-unix = /", 15);
	text[14 + 107] = '\0';
	config_free(must_parse(text));
	text[14 + 107] = 'x';
	text[14 + 108] = '\0';
	ck_assert_ptr_null(parse(text, &error));
	ck_assert_str_eq(error.text,
	    "t.conf:1: listen-unix must be a path of at most 107 bytes, not "
	    "108");
}
END_TEST

START_TEST(config_nul_byte_is_refused)
{
	static const char text[] = "log-level = info\0\n";
	struct error error;

	ck_assert_ptr_null(
	    config_parse("t.conf", text, sizeof(text) - 1, &error));
	ck_assert_str_eq(
	    error.text, "t.conf:1: control byte 0x00 in column 17");
}
END_TEST

START_TEST(config_file_errors_name_the_file)
{
	char path[] = "/tmp/rota-config-test.XXXXXX";
	struct error error;
	struct config *config;
	FILE *file;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	file = fdopen(fd, "w");
	ck_assert_ptr_nonnull(file);
	fputs("heartbeat = 7s\n", file);
	ck_assert_int_eq(fclose(file), 0);
	config = config_load(path, &error);
	ck_assert_ptr_nonnull(config);
	ck_assert_uint_eq(config->heartbeat_ms, 7000);
	config_free(config);

	ck_assert_int_eq(truncate(path, CONFIG_FILE_MAX + 1), 0);
	ck_assert_ptr_null(config_load(path, &error));
	ck_assert_ptr_nonnull(strstr(error.text, ": larger than 1048576"));
	ck_assert_int_eq(unlink(path), 0);

	ck_assert_ptr_null(config_load("/nonexistent/rotad.conf", &error));
	ck_assert_str_eq(
	    error.text, "/nonexistent/rotad.conf: No such file or directory");
	ck_assert_ptr_null(config_load("/", &error));
	ck_assert_str_eq(error.text, "/: Is a directory");
}
END_TEST

/* Changed keys as "key:before>after;". */
struct changes {
	char text[256];
	size_t used;
};

static void
on_change(void *arg, const struct config_key *key, const char *before,
    const char *after)
{
	struct changes *changes = arg;
	size_t room = sizeof(changes->text) - changes->used;
	int len = snprintf(changes->text + changes->used, room, "%s:%s>%s;",
	    key->name, before, after);

	ck_assert(len > 0 && (size_t)len < room);
	changes->used += (size_t)len;
}

START_TEST(config_diff_names_each_change)
{
	struct config *before = must_parse("idle-timeout = 900s\n");
	struct config *after = must_parse("idle-timeout = 1h\n"
					  "listen = 127.0.0.1:1\n"
					  "listen = 127.0.0.1:2\n"
					  "log-level = warn\n");
	struct changes changes = {.used = 0};

	ck_assert_uint_eq(config_diff(before, after, on_change, &changes), 3);
	ck_assert_str_eq(changes.text,
	    "listen:127.0.0.1:7682>127.0.0.1:1, 127.0.0.1:2;"
	    "idle-timeout:15m>1h;log-level:info>warn;");
	ck_assert_uint_eq(config_diff(after, after, NULL, NULL), 0);
	config_free(before);
	config_free(after);
}
END_TEST

START_TEST(config_reload_is_refused_whole_if_one_key_needs_a_restart)
{
	struct config *now = must_parse("");
	struct config *fine = must_parse("heartbeat = 5s\nlog-level = warn\n");
	struct config *bad = must_parse("heartbeat = 5s\n"
					"write-depth = 2\n"
					"database = password=secret\n");
	struct error error;

	ck_assert_int_eq(config_reloadable(now, fine, &error), 0);
	ck_assert_int_eq(config_reloadable(now, bad, &error), -1);
	ck_assert_str_eq(
	    error.text, "a change of database, write-depth needs a restart");
	config_free(now);
	config_free(fine);
	config_free(bad);
}
END_TEST

START_TEST(config_numbers_do_not_overflow)
{
	uint64_t value = 7;
	struct config_text out;

	ck_assert_int_eq(config_parse_duration("213503982334d", &value), 0);
	ck_assert_str_eq(config_duration_text(&out, value), "213503982334d");
	ck_assert_int_eq(config_parse_duration("213503982335d", &value), -1);
	ck_assert_int_eq(
	    config_parse_duration("18446744073709551615ms", &value), 0);
	ck_assert(value == UINT64_MAX);
	ck_assert_str_eq(
	    config_duration_text(&out, value), "18446744073709551615ms");
	ck_assert_int_eq(config_parse_size("17179869184G", &value), -1);
	ck_assert_int_eq(config_parse_size("17179869183G", &value), 0);
	ck_assert_int_eq(config_parse_count("", &value), -1);
	ck_assert_int_eq(config_parse_count("1k", &value), -1);
	ck_assert_int_eq(config_parse_size("k", &value), -1);
	ck_assert_int_eq(config_parse_duration("00", &value), -1);
	ck_assert_int_eq(config_parse_duration("0", &value), 0);
	ck_assert_uint_eq(value, 0);
}
END_TEST

static TCase *
file_cases(void)
{
	TCase *tcase = tcase_create("file");

	tcase_add_test(tcase, config_defaults_are_those_of_the_table);
	tcase_add_test(tcase, config_rules_are_words);
	tcase_add_test(tcase, config_values_of_every_type);
	tcase_add_test(tcase, config_empty_list_has_no_default);
	tcase_add_test(tcase, config_prints_what_it_reads);
	tcase_add_loop_test(tcase,
	    config_error_says_where_what_and_what_would_be_right, 0,
	    (int)ARRAY_SIZE(wrong));
	tcase_add_test(tcase, config_lists_lines_and_paths_are_bounded);
	tcase_add_test(tcase, config_nul_byte_is_refused);
	tcase_add_test(tcase, config_file_errors_name_the_file);
	tcase_add_test(tcase, config_diff_names_each_change);
	tcase_add_test(
	    tcase, config_reload_is_refused_whole_if_one_key_needs_a_restart);
	tcase_add_test(tcase, config_numbers_do_not_overflow);
	return tcase;
}

int
main(void)
{
	Suite *suite = suite_create("config");

	suite_add_tcase(suite, file_cases());
	return suite_run(suite);
}
