/* SPDX-License-Identifier: ISC */
/*
 * rota_fake_test: the client before daemons that are newer than it is, broken,
 * or none at all.
 */
#include "tests/integration/rota_kit.h"

#include "daemon/base/mem.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define GREETING "! rota protocol=1 version=9.9 lang=en auth=peer\n"

/* What is sent to whoever sends a line that begins so; reply NULL hangs up.
 * Each is used in its turn, the last of the same beginning again and again. */
struct turn {
	const char *line, *reply;
};

struct fake {
	char path[64];
	pid_t pid;
};

/* ----- the fake ----- */

static void
send_text(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

/* The turn for a line; those used up are marked. */
static const struct turn *
find_turn(const struct turn *turns, size_t count, bool *used, const char *line)
{
	const struct turn *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (strncmp(line, turns[i].line, strlen(turns[i].line)) != 0)
			continue;
		found = &turns[i];
		if (!used[i]) {
			used[i] = true;
			break;
		}
	}
	return found;
}

static void NORETURN
serve(
    int listener, const char *greeting, const struct turn *turns, size_t count)
{
	bool used[16] = {false};

	for (;;) {
		int fd = accept(listener, NULL, NULL);
		FILE *stream = fdopen(fd, "r");
		char line[4096];

		if (stream == NULL)
			_exit(1);
		send_text(fd, greeting);
		while (fgets(line, sizeof(line), stream) != NULL) {
			const struct turn *turn =
			    find_turn(turns, count, used, line);

			if (turn != NULL && turn->reply == NULL)
				break;
			if (turn != NULL)
				send_text(fd, turn->reply);
		}
		(void)fclose(stream);
	}
}

static struct fake
fake_start(const char *greeting, const struct turn *turns, size_t count)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct fake fake;
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(
	    fake.path, sizeof(fake.path), "/tmp/rota-fake.%ld", (long)getpid());
	(void)unlink(fake.path);
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", fake.path);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(listen(listener, 8), 0);
	fake.pid = fork();
	ck_assert_int_ge(fake.pid, 0);
	if (fake.pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(listener, greeting, turns, count);
	}
	(void)close(listener);
	(void)setenv("ROTA_SERVER", fake.path, 1);
	return fake;
}

static void
fake_stop(const struct fake *fake)
{
	(void)kill(fake->pid, SIGKILL);
	(void)waitpid(fake->pid, NULL, 0);
	(void)unlink(fake->path);
}

/* ----- newer ones ----- */

START_TEST(a_newer_daemon_is_spoken_to)
{
	static const struct turn turns[] = {
	    {"help\n",
		"* verb=dance summary=\"dance\"\n"
		"* verb=\"dance slowly\" summary=\"dance slowly\"\n"
		"* verb=\"flower put\" summary=\"put a flower\"\n"
		"ok count=3\n"},
	    {"help verb=\"dance slowly\"\n",
		"* usage=\"dance slowly partner= [tune=] [limit=]\"\n"
		"* key=partner required=yes expected=\"a partner\"\n"
		"* key=tune required=no expected=\"a tune\"\n"
		"* key=limit required=no expected=\"a number\"\n"
		"ok count=4\n"},
	    {"help verb=\"flower put\"\n",
		"* key=colour required=yes expected=\"a colour\"\n"
		"ok count=1\n"},
	    {"dance slowly partner=claire tune=\"a waltz\" limit=1000\n",
		"! news of=something\n"
		"* step=left mood=\"very good\"\nok count=1 next=2\n"},
	    {"dance slowly partner=claire tune=\"a waltz\" limit=1000 "
	     "next=2\n",
		"* step=right twirl=yes\nok count=1\n"},
	    {"batch n=2\n", ""},
	    {"flower put colour=red\n", ""},
	    {"flower put colour=blue\n",
		"* line=1 ok\n* line=2 ok unchanged=yes\nok lines=2\n"},
	};
	struct seat *seat = seat_new(NULL);
	struct fake fake = fake_start(GREETING, turns, ARRAY_SIZE(turns));

	seat_run(seat, 0, "rota dance slowly claire tune='a waltz'");
	ck_assert_str_eq(seat_out(seat),
	    "step   mood       twirl\n"
	    "left   very good  \n"
	    "right             yes\n");
	seat_run(seat, 0, "rota --csv dance slowly claire tune='a waltz'");
	ck_assert_str_eq(
	    seat_out(seat), "step,mood,twirl\nleft,very good,\nright,,yes\n");
	seat_run(seat, 2, "rota dance slowly");
	seat_err_has(seat, "needs partner=: a partner");
	seat_run(seat, 0, "rota help dance slowly");
	seat_out_has(seat, "dance slowly partner= [tune=]");
	seat_run(seat, 2, "rota jump");
	seat_err_has(seat, "there is no command \"jump\"");
	/* kinds that we do not know can be imported */
	seat_write(seat, "flowers.csv", "colour\nred\nblue\n");
	seat_run(seat, 0, "rota import flower flowers.csv");
	seat_out_has(seat, "2 loaded (1 of them changed nothing)");
	fake_stop(&fake);
	seat_free(seat);
}
END_TEST

/* What a write tells besides its outcome. */
START_TEST(lines_of_a_write_are_told)
{
	static const struct turn turns[] = {
	    {"slot cancel slot=a\n",
		"* day=2026-12-01 part=M rule=H21 text=\"not offered\"\n"
		"* warning=H16 slot=b text=\"too much\" source=\"a rule\" "
		"remedy=\"less\" share=51\n"
		"ok slot=a id=a rev=2 refused=1 cursor=1:1:1:\n"},
	    {"slot cancel slot=b\n",
		"* day=2026-12-02 part=A rule=H21 text=\"not offered\"\n"
		"no H21 refused=1 text=\"not offered\"\n"},
	};
	struct seat *seat = seat_new(NULL);
	struct fake fake = fake_start(GREETING, turns, ARRAY_SIZE(turns));

	seat_run(seat, 0, "rota cancel a");
	ck_assert_str_eq(seat_out(seat),
	    "day             part  rule  text\n"
	    "Tue 2026-12-01  M     H21   not offered\n"
	    "done: slot=a rev=2 refused=1\n");
	ck_assert_str_eq(seat_err(seat),
	    "rota: warning (H16): too much\n  source: a rule\n"
	    "  remedy: less\n  figures: slot=b share=51\n");
	seat_run(seat, 1, "rota cancel b");
	seat_out_has(seat, "Wed 2026-12-02  A     H21   not offered\n");
	ck_assert_ptr_null(strstr(seat_out(seat), "done"));
	seat_err_has(seat, "refused (H21): not offered");
	fake_stop(&fake);
	seat_free(seat);
}
END_TEST

/* ----- broken ones ----- */

START_TEST(what_is_no_daemon_is_told_from_one)
{
	static const struct {
		const char *greeting, *reply, *words;
	} cases[] = {
	    {"220 mail.example.org ESMTP\r\n", "", "no line of the protocol"},
	    {"ok\n", "", "no rota daemon"},
	    {"! rota protocol=2 version=9\n", "", "another version"},
	    {"", "", "no greeting came in time"},
	    {GREETING, "", "no answer came in time"},
	    {GREETING, NULL, "has closed the connection"},
	    {GREETING, "* half=an", "no answer came in time"},
	    {GREETING, "* name=\"\033[31mred\"\nok\n",
		"no line of the protocol"},
	    {GREETING, "* name=caf\xe9\nok\n", "no line of the protocol"},
	    {GREETING, "! bye reason=stopping\n", "the daemon is stopping"},
	    {GREETING, "perhaps\n", "no line of the protocol"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct turn turn = {"ping", cases[i].reply};
		struct seat *seat = seat_new(NULL);
		struct fake fake = fake_start(cases[i].greeting, &turn, 1);

		seat_run(seat, 3, "rota --timeout=1 ping");
		seat_err_has(seat, cases[i].words);
		ck_assert_str_eq(seat_out(seat), "");
		fake_stop(&fake);
		seat_free(seat);
	}
}
END_TEST

START_TEST(a_line_without_end_takes_no_memory)
{
	char *reply = xmalloc(1 << 20);
	struct turn turn = {"ping", reply};
	struct seat *seat = seat_new(NULL);
	struct fake fake;

	memset(reply, 'x', (1 << 20) - 1);
	reply[0] = '*';
	reply[1] = ' ';
	reply[(1 << 20) - 1] = '\0';
	fake = fake_start(GREETING, &turn, 1);
	seat_run(seat, 3, "rota --timeout=5 ping");
	seat_err_has(seat, "a line without end");
	fake_stop(&fake);
	seat_free(seat);
	free(reply);
}
END_TEST

/* A daemon that fails for a while is asked again, and one that breaks off too:
 * a put that is sent twice changes nothing. */
START_TEST(an_import_survives_failures)
{
	static const struct turn turns[] = {
	    {"batch", ""},
	    {"territory put code=A kind=cpts\n",
		"fail busy retry=yes text=\"too much work\"\n"},
	    {"territory put code=A kind=cpts\n", NULL},
	    {"territory put code=A kind=cpts\n",
		"* line=1 ok territory=A\nok lines=1\n"},
	};
	static const struct turn hopeless[] = {
	    {"batch", ""},
	    {"territory put code=A kind=cpts\n",
		"fail internal retry=no text=\"an error\"\n"},
	};
	struct seat *seat = seat_new(NULL);
	struct fake fake = fake_start(GREETING, turns, ARRAY_SIZE(turns));

	seat_write(seat, "file.csv", "code,kind\nA,cpts\n");
	seat_run(seat, 0, "rota import territory file.csv");
	seat_err_has(seat, "failed (busy)");
	seat_err_has(seat, "trying again");
	seat_out_has(seat, "1 loaded");
	fake_stop(&fake);
	fake = fake_start(GREETING, hopeless, ARRAY_SIZE(hopeless));
	seat_run(seat, 3, "rota import territory file.csv");
	seat_err_has(seat, "failed (internal)");
	seat_err_has(seat, "stopped before line 2");
	fake_stop(&fake);
	seat_free(seat);
}
END_TEST

static void
add_tests(TCase *all)
{
	tcase_add_test(all, a_newer_daemon_is_spoken_to);
	tcase_add_test(all, lines_of_a_write_are_told);
	tcase_add_test(all, what_is_no_daemon_is_told_from_one);
	tcase_add_test(all, a_line_without_end_takes_no_memory);
	tcase_add_test(all, an_import_survives_failures);
}

int
main(void)
{
	TCase *all = tcase_create("fake");
	Suite *suite = suite_create("rota_fake");

	tcase_set_timeout(all, 120);
	add_tests(all);
	suite_add_tcase(suite, all);
	return suite_run(suite);
}
