/* SPDX-License-Identifier: ISC */
/*
 * transcript_test: the runner of transcripts against a server that says what it
 * is told to, so that it is known to fail where it must.
 */
#include "tests/golden/pattern.h"
#include "tests/golden/transcript.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define ID1 "0189f7c2-5b1e-7abc-8def-0123456789ab"
#define ID2 "0189f7c2-5b1e-7abc-8def-0123456789ac"

enum {
	TODAY = 20788, /* 2026-12-01, a Tuesday */
	MONDAY = 20794,
	PATIENCE = 300
};

static const struct {
	const char *expected, *line;
	enum pattern_result result;
} matches[] = {
    {"ok", "ok", PATTERN_MATCHES},
    {"ok", "ok ", PATTERN_DIFFERS},
    {"ok a", "ok", PATTERN_DIFFERS},
    {"", "", PATTERN_MATCHES},
    {"", "a", PATTERN_DIFFERS},
    {"n=<n>", "n=12", PATTERN_MATCHES},
    {"n=<n>", "n=", PATTERN_DIFFERS},
    {"n=<n>", "n=1a", PATTERN_DIFFERS},
    {"n=<n>", "n=-1", PATTERN_DIFFERS},
    {"a=<id> b", "a=" ID1 " b", PATTERN_MATCHES},
    {"a=<id> b", "a=" ID1 "x b", PATTERN_DIFFERS},
    {"a=<id>", "a=0189f7c2", PATTERN_DIFFERS},
    {"<cursor>", "1:20:30:21,22", PATTERN_MATCHES},
    {"<cursor>", "abc", PATTERN_DIFFERS},
    {"<instant>", "2026-12-01T09:00+01:00", PATTERN_MATCHES},
    {"<instant>", "2026-12-01T09:00", PATTERN_DIFFERS},
    {"<word> b", "Europe/Paris b", PATTERN_MATCHES},
    {"<word>", "\"a\"", PATTERN_DIFFERS},
    {"t=<text> b", "t=\"a \\\" c\" b", PATTERN_MATCHES},
    {"t=<text> b", "t=ac b", PATTERN_MATCHES},
    {"t=<text>", "t=\"a", PATTERN_DIFFERS},
    {"t=<text> b", "t=\"a\"x b", PATTERN_DIFFERS},
    {"ok <...>", "ok a b", PATTERN_MATCHES},
    {"ok<...>", "ok", PATTERN_MATCHES},
    {"ok <...>", "ok", PATTERN_DIFFERS},
    {"ok <...> b", "ok a b", PATTERN_BROKEN},
    {"<day+0> <day+7> <day-7>", "2026-12-07 2026-12-14 2026-11-30",
	PATTERN_MATCHES},
    {"<day+1>", "2026-12-07", PATTERN_DIFFERS},
    {"<lt>n>", "<n>", PATTERN_MATCHES},
    {"a < b", "a < b", PATTERN_MATCHES},
    {"<id:x> <id:x>", ID1 " " ID1, PATTERN_MATCHES},
    {"<id:x> <id:x>", ID1 " " ID2, PATTERN_DIFFERS},
    {"<id:x> <id:y>", ID1 " " ID2, PATTERN_MATCHES},
    {"<what>", "a", PATTERN_BROKEN},
    {"<n:>", "1", PATTERN_BROKEN},
    {"<day+x>", "1", PATTERN_BROKEN},
};

START_TEST(patterns_match)
{
	struct pattern pattern;

	pattern_init(&pattern, MONDAY);
	ck_assert_msg(pattern_match(&pattern, span_of(matches[_i].expected),
			  span_of(matches[_i].line)) == matches[_i].result,
	    "%s, %s", matches[_i].expected, matches[_i].line);
	pattern_fini(&pattern);
}
END_TEST

START_TEST(names_are_bound_by_whole_lines)
{
	struct pattern pattern;
	size_t len;
	char *line;

	pattern_init(&pattern, MONDAY);
	ck_assert(pattern_match(&pattern, SPAN("<id:a> x"), SPAN(ID1 " y")) ==
	    PATTERN_DIFFERS);
	ck_assert_ptr_null(pattern_expand(&pattern, SPAN("<id:a>"), &len));
	ck_assert(pattern_match(&pattern, SPAN("<id:a> x"), SPAN(ID1 " x")) ==
	    PATTERN_MATCHES);
	ck_assert(pattern_match(&pattern, SPAN("<id:a>"), SPAN(ID2)) ==
	    PATTERN_DIFFERS);
	line = pattern_expand(&pattern,
	    SPAN("a=<id:a> <day+1> <lt>n> <fill:3><bytes:c3A9>."), &len);
	ck_assert(span_is(
	    (struct span){line, len}, "a=" ID1 " 2026-12-08 <n> xxx\xc3\xa9."));
	free(line);
	ck_assert_ptr_null(pattern_expand(&pattern, SPAN("<n>"), &len));
	ck_assert_ptr_null(pattern_expand(&pattern, SPAN("<bytes:c>"), &len));
	ck_assert_ptr_null(
	    pattern_expand(&pattern, SPAN("<fill:9999999>"), &len));
	pattern_fini(&pattern);
}
END_TEST

/* The server: "say A|B" is answered by the lines A and B. */

static void
answer(FILE *out, char *line, bool trusted)
{
	static unsigned asked; /* the first one is delayed */
	char *tag = line[0] == '#' ? strsep(&line, " ") : NULL;

	if (strncmp(line, "say ", 4) == 0) {
		for (line += 4; *line != '\0'; line++)
			fputc(*line == '|' ? '\n' : *line, out);
		fputc('\n', out);
		return;
	}
	fprintf(out, "%s%s", tag == NULL ? "" : tag, tag == NULL ? "" : " ");
	if (strcmp(line, "ping") == 0)
		fprintf(out, "ok\n");
	else if (strcmp(line, "whoami") == 0)
		fprintf(out, "ok role=%s\n", trusted ? "admin" : "none");
	else if (strncmp(line, "account invite ", 15) == 0 && trusted)
		fprintf(out, "ok account=" ID1 " code=c0de\n");
	else if (strcmp(line, "auth code=c0de") == 0)
		fprintf(out, "%s\n",
		    asked++ == 0 ? "no delayed wait=20"
				 : "ok account=" ID1 " token=t0ken");
	else if (strcmp(line, "auth token=t0ken") == 0)
		fprintf(out, "ok account=" ID1 "\n");
	else
		fprintf(out, "bad unknown-verb what=x\n");
}

static _Noreturn void
serve(int fd, bool trusted)
{
	FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	fprintf(out, "! rota protocol=1 version=test\n");
	fflush(out);
	while ((len = getline(&line, &size, in)) > 0) {
		line[len - 1] = '\0';
		if (strcmp(line, "quit") == 0)
			break;
		answer(out, line, trusted);
		fflush(out);
	}
	_exit(0);
}

static int
on_connect(void *arg, bool trusted)
{
	int pair[2];
	pid_t child;

	(*(int *)arg)++;
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	child = fork();
	ck_assert_int_ne(child, -1);
	if (child == 0) {
		close(pair[0]);
		serve(pair[1], trusted);
	}
	close(pair[1]);
	return pair[0];
}

static const struct {
	const char *text;
	int failed, connections;
	const char *log; /* what the complaint holds */
} files[] = {
    {"= admin\n> ping\n< ok\n", 0, 1, ""},
    {"prose\n= admin\n> ping\n< ok\n\n= admin\n> ping\n< ok\n", 0, 1, ""},
    {"= admin\n> ping\n< no\n", 1, 1, "x.txt:3: another line came"},
    {"= admin\n> ping\n", 1, 1, "more came than the block has: ok"},
    {"= admin\n> ping\n< ok\n< ok\n", 1, 1, "x.txt:4: nothing came"},
    {"= admin\n> ping\n< o<k\n", 1, 1, "another line came"},
    {"= admin\n> ping\n< <k>\n", 1, 1, "no such placeholder"},
    {"= admin\n> ping <n:a>\n", 1, 1, "a placeholder without a value"},
    {"> ping\n< ok\n", 1, 0, "a block begins with"},
    {"= admin\n> ping\n< no\n\n= admin\n> ping\n< ok\n", 1, 2, "x.txt:3"},
    {"= admin\n> whoami\n< ok role=admin\n= anonymous\n> whoami\n"
     "< ok role=none\n",
	0, 2, ""},
    {"= anonymous\n< ! rota protocol=1 version=<word>\n> ping\n< ok\n", 0, 1,
	""},
    {"= anonymous\n< ! nonsense\n", 1, 1, "passed over last: ! rota"},
    {"= anonymous\n> ping\n< ok\n\n= anonymous\n> ping\n< ok\n", 0, 2, ""},
    {"= anonymous\n> ping\n< ok\n= admin\n> ping\n< ok\n"
     "= anonymous\n> ping\n< ok\n",
	0, 2, ""},
    {"= admin\n> quit\n< <end>\n", 0, 1, ""},
    {"= admin\n> ping\n< <end>\n", 1, 1, "another line came"},
    {"= admin\n> quit\n< ok\n", 1, 1, "the connection has ended"},
    {"= admin\n> say * a=1|* a=2|ok count=2\n< * a=<n>\n< * a=<n>\n"
     "< ok count=2\n",
	0, 1, ""},
    {"= admin\n> say * a=1|* a=2|ok count=2\n< ...\n< ok count=2\n", 0, 1, ""},
    {"= admin\n> say * a=1|* a=2|ok count=2\n< ...\n< * a=2\n< ok count=2\n", 0,
	1, ""},
    {"= admin\n> say * a=1|* a=2|ok\n< * a=2\n< ok\n", 1, 1, "another line"},
    {"= admin\n> say #t * a=1|#t ok\n< ...\n< #t ok\n", 0, 1, ""},
    {"= admin\n> say ok a=1\n< ...\n< ok a=2\n", 1, 1, "another line came"},
    {"= admin\n> say ! a|ok|! b\n< ok\n< ! b\n", 0, 1, ""},
    {"= admin\n> say ! a|ok|! b\n< ! a\n< ! b\n< ok\n", 0, 1, ""},
    {"= admin\n> say ! a|ok|! b\n< ! b\n< ok\n< ! a\n", 1, 1, "nothing came"},
    {"= admin\n> say ok a=" ID1 "\n< ok a=<id:a>\n> say <id:a>\n< " ID1 "\n", 0,
	1, ""},
    {"= desk anne scope=x\n> ping\n< ok\n\n= desk anne\n> ping\n< ok\n", 0, 2,
	""},
    {"= desk anne\n> ping\n< ok\n= desk anne/2\n> ping\n< ok\n", 0, 3, ""},
    {"= desk\n> ping\n< ok\n", 1, 1, "needs the name of a person"},
};

/* Runs a text as a file; the complaints are left in log. */
static int
run_text(struct transcript *transcript, const char *name, const char *text)
{
	FILE *file = fopen(name, "w");
	int failed;

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	failed = transcript_run(transcript, name);
	unlink(name);
	return failed;
}

START_TEST(files_are_run)
{
	char *log;
	size_t size;
	FILE *file = open_memstream(&log, &size);
	int connections = 0;
	struct transcript *transcript =
	    transcript_new(on_connect, &connections, TODAY, file);

	transcript_patience(transcript, PATIENCE);
	ck_assert_int_eq(
	    run_text(transcript, "x.txt", files[_i].text), files[_i].failed);
	fclose(file);
	ck_assert_msg(strstr(log, files[_i].log) != NULL, "%s", log);
	ck_assert((log[0] == '\0') == (files[_i].failed == 0));
	ck_assert_int_eq(connections, files[_i].connections);
	transcript_free(transcript);
	free(log);
}
END_TEST

START_TEST(only_fenced_blocks_of_a_document_are_run)
{
	int connections = 0;
	struct transcript *transcript =
	    transcript_new(on_connect, &connections, TODAY, stderr);

	ck_assert_int_eq(run_text(transcript, "x.md",
			     "> not this\n```\n> nor this\n```\n"
			     "```transcript\n= admin\n> ping\n\n< ok\n```\n"
			     "> nor that\n"),
	    0);
	ck_assert_uint_eq(transcript_passed(transcript), 1);
	transcript_free(transcript);
}
END_TEST

START_TEST(what_passed_is_counted)
{
	FILE *file = fopen("/dev/null", "w");
	int connections = 0;
	struct transcript *transcript =
	    transcript_new(on_connect, &connections, TODAY, file);

	transcript_patience(transcript, PATIENCE);
	ck_assert_int_eq(
	    run_text(transcript, "x.txt",
		"= admin\n> ping\n< ok\n\n= admin\n> quit\n< <end>\n\n"
		"= admin\n> whoami\n< no\n\n"
		"= admin\n> say no H01 with=a\n< no H01 with=a\n\n"
		"= admin\n> say fail busy\n< fail stopping\n"),
	    2);
	ck_assert_uint_eq(transcript_passed(transcript), 3);
	ck_assert(transcript_has_verb(transcript, VERB_PING));
	ck_assert(transcript_has_verb(transcript, VERB_QUIT));
	ck_assert(!transcript_has_verb(transcript, VERB_WHOAMI));
	ck_assert(transcript_has_status(transcript, STATUS_OK));
	ck_assert(transcript_has_status(transcript, STATUS_H01));
	ck_assert(!transcript_has_status(transcript, STATUS_BUSY));
	ck_assert_int_eq(transcript_run(transcript, "no such file"), -1);
	transcript_free(transcript);
	fclose(file);
}
END_TEST

static Suite *
transcript_suite(void)
{
	Suite *suite = suite_create("transcript");
	TCase *tcase = tcase_create("transcript");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, patterns_match, 0, COUNT(matches));
	tcase_add_test(tcase, names_are_bound_by_whole_lines);
	tcase_add_loop_test(tcase, files_are_run, 0, COUNT(files));
	tcase_add_test(tcase, only_fenced_blocks_of_a_document_are_run);
	tcase_add_test(tcase, what_passed_is_counted);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	char folder[] = "/tmp/transcript_test.XXXXXX";
	SRunner *runner = srunner_create(transcript_suite());
	int failed;

	/* children of a test's server are nobody's business */
	signal(SIGCHLD, SIG_IGN);
	if (mkdtemp(folder) == NULL || chdir(folder) == -1)
		return EXIT_FAILURE;
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	rmdir(folder);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
