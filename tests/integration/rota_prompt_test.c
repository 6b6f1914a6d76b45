/* SPDX-License-Identifier: ISC */
/*
 * rota_prompt_test: the client as a person sees it - a prompt that completes
 * and remembers, colours, tables as wide as the window, a week that is drawn
 * anew.
 */
#include "tests/integration/rota_kit.h"
#include "tests/support/terminal.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROMPT "rota> "

/* Columns that the widest line of a text takes, escape sequences not counted;
 * what is not ASCII counts its bytes, so only upper bounds are asked for. */
static size_t
widest_line(const char *text)
{
	size_t widest = 0, width = 0;

	for (; *text != '\0'; text++) {
		if (*text == '\033') {
			text += strcspn(text, "mKJHh");
			if (*text == '\0')
				break;
		} else if (*text == '\n' || *text == '\r') {
			width = 0;
		} else if (((unsigned char)*text & 0xc0) != 0x80 &&
		    ++width > widest) {
			widest = width;
		}
	}
	return widest;
}

static struct terminal *
open_prompt(unsigned columns)
{
	struct terminal *terminal = terminal_open("exec rota", columns);

	terminal_expect(terminal, "connected to ");
	terminal_expect(terminal, PROMPT);
	return terminal;
}

/* Types the command; its answer has the words, and the prompt is back. */
static void
ask(struct terminal *terminal, const char *command, const char *words)
{
	terminal_type(terminal, command);
	terminal_type(terminal, "\n");
	terminal_expect(terminal, words);
	terminal_expect(terminal, PROMPT);
}

static void
quit(struct terminal *terminal)
{
	terminal_type(terminal, "quit\n");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
}

START_TEST(the_tabulator_completes)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	struct terminal *terminal;

	seat_found(seat);
	terminal = open_prompt(100);
	/* a verb, a key, and a value that the daemon is asked for: what is
	 * typed would be no command without */
	ask(terminal, "terr\tge\tt\tCPT\t", "CPTS Sud Charente");
	/* a site by its name */
	ask(terminal, "site get site=limo\t", "Limoges Centre");
	/* what there is to choose from, and the line again */
	terminal_type(terminal, "structure \t");
	terminal_expect(terminal, "get");
	terminal_expect(terminal, "list");
	terminal_expect(terminal, "put");
	terminal_expect(terminal, "structure ");
	ask(terminal, "list", "MSP-TILLEULS");
	quit(terminal);
	/* keys and words of the verb, not of the command that has its name */
	seat_run(seat, 0, "rota --complete -- 'plan repair variant='");
	ck_assert_str_eq(
	    seat_out(seat), "variant=minimal\nvariant=local\nvariant=free\n");
	seat_run(seat, 0, "rota --complete -- 'plan variant='");
	ck_assert_str_eq(seat_out(seat), "variant=fill\nvariant=free\n");
	seat_run(seat, 0, "rota --complete -- 'plan explain '");
	seat_out_has(seat, "site=\n");
	ck_assert_ptr_null(strstr(seat_out(seat), "seconds="));
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(lines_are_remembered_but_no_secrets)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	struct terminal *terminal;
	char *history;

	seat_found(seat);
	terminal = open_prompt(100);
	ask(terminal, "territory list kind=cpts", "CPTS Sud Charente");
	ask(terminal, "login SECRETCODE", "denied");
	/* the arrow brings back the line before */
	ask(terminal, "\033[A", "CPTS Sud Charente");
	terminal_type(terminal, "\004");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
	ck_assert_uint_eq(seat_mode(seat, ".local/state/rota/history"), 0600);
	history = seat_read(seat, ".local/state/rota/history");
	ck_assert_ptr_nonnull(strstr(history, "kind=cpts"));
	ck_assert_ptr_null(strstr(history, "SECRETCODE"));
	free(history);
	/* and in the next session */
	terminal = open_prompt(100);
	ask(terminal, "\033[A", "CPTS Sud Charente");
	terminal_type(terminal, "\004");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(an_interrupt_gives_up_the_line_only)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	struct terminal *terminal;

	seat_found(seat);
	terminal = open_prompt(100);
	terminal_type(terminal, "territory put NEVER kind=cpts");
	terminal_expect(terminal, "kind=cpts");
	terminal_type(terminal, "\003");
	terminal_expect(terminal, PROMPT);
	ask(terminal, "territory list", "CPTS Sud Charente");
	ask(terminal, "territory get NEVER", "not-found");
	/* a refusal does not end it either, nor does the end of the daemon */
	daemon_term(daemon);
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	daemon_restart(daemon);
	ask(terminal, "territory list", "CPTS Sud Charente");
	quit(terminal);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(an_interrupt_ends_the_command_only)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	struct terminal *terminal;

	seat_found(seat);
	terminal = open_prompt(100);
	/* a daemon that hangs */
	daemon_suspend(daemon);
	terminal_type(terminal, "territory list\n");
	terminal_expect(terminal, "territory list\r\n");
	terminal_insist(terminal, "\003", "interrupted");
	terminal_expect(terminal, PROMPT);
	daemon_continue(daemon);
	ask(terminal, "territory list", "CPTS Sud Charente");
	/* and of a watch, which asks for it */
	terminal_type(terminal, "watch territory=CPTS-SUD\n");
	terminal_expect(terminal, "Ctrl-C ends");
	terminal_insist(terminal, "\003", PROMPT);
	ask(terminal, "territory list", "CPTS Sud Charente");
	quit(terminal);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(colours_are_for_terminals)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	static const struct {
		const char *command;
		bool coloured;
	} cases[] = {
	    {"rota site list; echo END", true},
	    {"NO_COLOR=1 rota site list; echo END", false},
	    {"NO_COLOR= rota site list; echo END", true},
	    {"TERM=dumb rota site list; echo END", false},
	    {"rota --color=never site list; echo END", false},
	    {"rota site list | cat; echo END", false},
	    {"rota --color=always site list | cat; echo END", true},
	};

	seat_found(seat);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct terminal *terminal = terminal_open(cases[i].command, 90);
		bool coloured;

		terminal_expect(terminal, "END");
		coloured = strchr(terminal_between(terminal), '\033') != NULL;
		ck_assert_msg(coloured == cases[i].coloured, "%s:\n%s",
		    cases[i].command, terminal_between(terminal));
		ck_assert_int_eq(terminal_wait(terminal), 0);
		(void)terminal_close(terminal);
	}
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(tables_follow_the_window)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	struct terminal *terminal;
	size_t narrow;

	seat_found(seat);
	terminal = open_prompt(50);
	terminal_type(terminal, "site list\n");
	terminal_expect(terminal, PROMPT);
	narrow = widest_line(terminal_between(terminal));
	ck_assert_uint_le(narrow, 50);
	ck_assert_ptr_nonnull(strstr(terminal_between(terminal), "…"));
	terminal_resize(terminal, 160);
	ask(terminal, "site list", "14:00-18:00");
	ck_assert_uint_gt(widest_line(terminal_between(terminal)), 0);
	terminal_resize(terminal, 50);
	terminal_type(terminal, "site list\n");
	terminal_expect(terminal, PROMPT);
	ck_assert_uint_le(widest_line(terminal_between(terminal)), 50);
	quit(terminal);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_code_is_asked_for_in_silence)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	struct terminal *terminal;
	char *code, *keys;

	seat_found(seat);
	seat_run(seat, 0,
	    "rota --json account invite role=auditor | jq -r .answer.code");
	code = xstrdup(seat_out(seat));
	terminal = terminal_open("exec rota login", 90);
	terminal_expect(terminal, "code: ");
	keys = xasprintf("%s", code);
	terminal_type(terminal, keys);
	terminal_expect(terminal, "You are auditor");
	code[strcspn(code, "\n")] = '\0';
	ck_assert_ptr_null(strstr(terminal_between(terminal), code));
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
	free(code);
	free(keys);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_shortened_id_can_be_typed)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	struct terminal *terminal;
	char *id;

	seat_found(seat);
	seat_run(seat, 0,
	    "rota -q assign " SEAT_PHYSICIAN " " SEAT_SITE
	    " $(date -d 'next tuesday' +%%F) M && "
	    "rota --json slot list site=" SEAT_SITE
	    " | jq -r '.rows[0].slot[:8]'");
	id = xstrndup(seat_out(seat), 8);
	/* not before it was shown on a terminal */
	seat_run(seat, 2, "rota cancel %s", id);
	terminal = terminal_open("rota slot list site=" SEAT_SITE, 120);
	terminal_expect(terminal, id);
	terminal_expect(terminal, "…");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
	ck_assert_uint_eq(seat_mode(seat, ".local/state/rota/ids"), 0600);
	seat_run(seat, 0, "rota cancel %s", id);
	seat_run(seat, 1, "rota cancel %s…", id);
	seat_err_has(seat, "state=cancelled");
	free(id);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(long_work_shows_how_far_it_is)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	struct terminal *terminal;
	char *command;

	seat_run(
	    seat, 0, "(echo code,kind; seq -f 'T%%g,cpts' 20000) >many.csv");
	command =
	    xasprintf("rota import territory %s/many.csv", seat_folder(seat));
	terminal = terminal_open(command, 60);
	terminal_expect(terminal, "import [");
	terminal_expect(terminal, " %");
	ck_assert_uint_le(widest_line(terminal_between(terminal)), 60);
	/* and wipes it before it says what became of it */
	terminal_expect(terminal, "\r\033[K20000 lines: 20000 loaded");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
	/* not for files, and not when asked to be quiet */
	seat_run(seat, 0, "rota import territory many.csv");
	ck_assert_str_eq(seat_err(seat), "");
	seat_out_has(seat, "20000 of them changed nothing");
	free(command);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

/* ----- weeks and changes ----- */

START_TEST(a_week_is_a_grid)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	struct terminal *terminal;

	seat_found(seat);
	seat_run(seat, 0,
	    "rota -q need put site=" SEAT_SITE
	    " pattern='tue M; wed A' activity=SNP from=$(date +%%F) && "
	    "rota -q assign " SEAT_PHYSICIAN " " SEAT_SITE
	    " $(date -d 'next tuesday' +%%F) M activity=SNP");
	seat_run(
	    seat, 0, "rota week " SEAT_SITE " $(date -d 'next tuesday' +%%F)");
	seat_out_has(seat, SEAT_SITE "  Les Tilleuls\n");
	seat_out_has(seat, "\nmorning ");
	seat_out_has(seat, "~Martin C. SNP r1");
	seat_out_has(seat, "\nafternoon ");
	seat_out_has(seat, "! 1 SNP");
	seat_out_has(seat, "14:00-18:00"); /* open, and nobody there */
	seat_out_has(seat, "~ draft  ! missing\n");
	/* of a physician the bare word is the day */
	seat_run(seat, 0,
	    "rota week physician=" SEAT_PHYSICIAN
	    " $(date -d 'next tuesday' +%%F)");
	seat_out_has(seat, "Les Tilleuls");
	/* what is missing is red, on a terminal as wide as it is */
	terminal = terminal_open(
	    "rota week " SEAT_SITE " $(date -d 'next tuesday' +%F)", 80);
	terminal_expect(terminal, "\033[31m! 1 SNP");
	terminal_expect(terminal, "! missing");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	ck_assert_uint_le(widest_line(terminal_between(terminal)), 80);
	(void)terminal_close(terminal);
	/* too narrow for that: a list */
	terminal = terminal_open(
	    "rota week " SEAT_SITE " $(date -d 'next tuesday' +%F)", 40);
	terminal_expect(terminal, " morning\r\n");
	terminal_expect(terminal, "! missing");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	ck_assert_uint_le(widest_line(terminal_between(terminal)), 40);
	(void)terminal_close(terminal);
	/* the physician's days */
	seat_run(seat, 0, "rota my physician=" SEAT_PHYSICIAN);
	seat_out_has(seat, "Tuesday 20");
	seat_out_has(
	    seat, "  09:00-12:00  Les Tilleuls, commune 16106, room 1, SNP");
	seat_run(seat, 0, "rota gaps site=" SEAT_SITE);
	seat_out_has(seat, "Les Tilleuls");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_week_that_is_watched_is_drawn_anew)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	struct terminal *terminal;

	seat_found(seat);
	terminal =
	    terminal_open("exec rota watch physician=" SEAT_PHYSICIAN, 100);
	terminal_expect(terminal, "Ctrl-C ends");
	seat_run(seat, 0,
	    "rota -q busy put " SEAT_PHYSICIAN " 'mon-sun M' "
	    "$(date -d 'last monday' +%%F)");
	/* from the first line on, and not below */
	terminal_expect(terminal, "\033[H\033[J");
	terminal_expect(terminal, "busy");
	terminal_resize(terminal, 60);
	terminal_expect(terminal, "\033[H\033[J");
	/* the connection breaks, and the watch goes on */
	daemon_term(daemon);
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	terminal_expect(terminal, "the connection has ended");
	daemon_restart(daemon);
	terminal_expect(terminal, "\033[H\033[J");
	terminal_type(terminal, "\003");
	ck_assert_int_eq(terminal_wait(terminal), 0);
	(void)terminal_close(terminal);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

/* Watches with these options into a file, and makes changes until one has come,
 * since there is no telling when it began. */
static void
watch_into_file(struct seat *seat, const char *options)
{
	seat_run(seat, 0,
	    "rota %s watch territory=CPTS-SUD >pushes & watcher=$!\n"
	    "for i in $(seq 1000); do\n"
	    "  rota -q site put site=" SEAT_SITE " name=Name$i\n"
	    "  if grep -q site pushes; then break; fi\n"
	    "done\n"
	    "kill -TERM $watcher; wait $watcher",
	    options);
}

START_TEST(changes_are_lines_for_pipes)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_found(seat);
	watch_into_file(seat, "");
	seat_run(seat, 0, "grep '^site site=" SEAT_SITE " rev=' pushes");
	watch_into_file(seat, "--json");
	seat_run(seat, 0,
	    "head -n 1 pushes | jq -e '.push == \"site\" and "
	    ".site == \"" SEAT_SITE "\"'");
	seat_run(seat, 2, "rota --csv watch");
	seat_run(seat, 1, "rota watch site=NONE");
	seat_run(seat, 3, "rota -s /nonexistent watch");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

static void
add_tests(TCase *all)
{
	tcase_add_test(all, the_tabulator_completes);
	tcase_add_test(all, lines_are_remembered_but_no_secrets);
	tcase_add_test(all, an_interrupt_gives_up_the_line_only);
	tcase_add_test(all, an_interrupt_ends_the_command_only);
	tcase_add_test(all, colours_are_for_terminals);
	tcase_add_test(all, tables_follow_the_window);
	tcase_add_test(all, a_code_is_asked_for_in_silence);
	tcase_add_test(all, a_shortened_id_can_be_typed);
	tcase_add_test(all, long_work_shows_how_far_it_is);
	tcase_add_test(all, a_week_is_a_grid);
	tcase_add_test(all, a_week_that_is_watched_is_drawn_anew);
	tcase_add_test(all, changes_are_lines_for_pipes);
}

int
main(void)
{
	return kit_main("rota_prompt", add_tests);
}
