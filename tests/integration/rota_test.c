/* SPDX-License-Identifier: ISC */
/*
 * rota_test: the client over a unix socket - what it prints, for people and for
 * programs, what it refuses, and with which status it ends.
 */
#include "tests/integration/rota_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ----- answers and statuses ----- */

START_TEST(the_status_tells_who_must_act)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_found(seat);
	seat_run(seat, 0, "rota ping");
	seat_run(seat, 0, "rota site get " SEAT_SITE);
	/* refused, with all that is said about it */
	seat_run(seat, 1,
	    "rota assign " SEAT_PHYSICIAN " " SEAT_SITE
	    " $(date -d 'next saturday' +%%F) M");
	seat_err_has(seat, "refused (H02): ");
	seat_err_has(seat, "\n  source: ");
	seat_err_has(seat, "\n  remedy: ");
	seat_err_has(seat, "weekday=sat");
	ck_assert_str_eq(seat_out(seat), "");
	seat_run(seat, 1, "rota structure get MSP-CHENES");
	seat_err_has(seat, "refused (not-found): ");
	/* nonsense, ours and the daemon's */
	seat_run(seat, 2, "rota slot cancel");
	seat_err_has(seat, "\"slot cancel\" needs slot=");
	seat_run(seat, 2, "rota slot list from=2026-02-30");
	seat_err_has(seat, "not understood (value): ");
	seat_run(seat, 2, "rota dance");
	seat_err_has(seat, "there is no command \"dance\"");
	seat_run(seat, 2, "rota --speed=fast ping");
	seat_run(seat, 2, "rota -s 'a b' ping");
	/* nobody there */
	seat_run(seat, 3, "rota -s \"$HOME/none\" ping");
	seat_err_has(seat, "No such file");
	daemon_term(daemon);
	ck_assert_int_eq(daemon_wait_exit(daemon), 0);
	seat_run(seat, 3, "rota ping");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(tables_are_for_people)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_found(seat);
	seat_run(seat, 0, "rota site list territory=CPTS-SUD");
	seat_out_has(seat, "site       name          structure     territory");
	seat_out_has(
	    seat, "\n" SEAT_SITE "  Les Tilleuls  MSP-TILLEULS  CPTS-");
	ck_assert_ptr_null(strstr(seat_out(seat), SEAT_SITE_2));
	ck_assert_ptr_null(strchr(seat_out(seat), '\033'));
	seat_run(seat, 0, "rota --color=always site list");
	ck_assert_ptr_nonnull(strchr(seat_out(seat), '\033'));
	seat_run(seat, 0, "rota -w site list");
	seat_out_has(seat, "Europe/Paris");
	seat_run(seat, 0, "rota site get " SEAT_SITE);
	seat_out_has(seat, "\nname         Les Tilleuls\n");
	seat_run(seat, 0, "rota status | grep -x 'database  *up'");
	seat_run(seat, 0, "rota territory put CPTS-SUD name=Sud");
	seat_out_has(seat, "done: territory=CPTS-SUD ");
	seat_run(seat, 0, "rota territory put CPTS-SUD name=Sud");
	seat_out_has(seat, "nothing to change: territory=CPTS-SUD ");
	seat_run(seat, 0, "rota -n territory put CPTS-SUD name=Nord");
	seat_out_has(seat, "would be done: territory=CPTS-SUD ");
	seat_run(seat, 0, "rota territory get CPTS-SUD");
	seat_out_has(seat, "Sud");
	seat_run(seat, 2, "rota -n territory list");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(json_and_csv_are_for_programs)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_found(seat);
	seat_run(
	    seat, 0, "rota territory put T-Q kind=cpts name='a \"b\", \\\\ é'");
	seat_run(seat, 0,
	    "rota --json site list | jq -e '(.rows | length) == 2 and "
	    ".rows[0].name == \"Les Tilleuls\" and .answer.status == \"ok\"'");
	seat_run(
	    seat, 0, "rota --json territory get T-Q | jq -r '.rows[0].name'");
	ck_assert_str_eq(seat_out(seat), "a \"b\", \\\\ é\n");
	seat_run(seat, 1,
	    "rota --json structure get X | "
	    "jq -e '.rows == [] and .answer.code == \"not-found\"'");
	seat_run(seat, 0, "rota --json ping | jq -e .answer");
	/* CSV, read by somebody else */
	seat_run(seat, 0,
	    "rota --csv territory list | "
	    "jq -Rs 'split(\"\\n\")[1:-1] | length == 2' && "
	    "rota --csv territory list");
	seat_out_has(seat, "territory,id,rev,kind,name,");
	seat_out_has(seat, ",\"a \"\"b\"\", \\\\ é\",");
	/* pages are put together */
	seat_run(seat, 0,
	    "for i in $(seq 1100); do echo territory put T-$i kind=cpts "
	    "name=N$i; done | rota -q && rota --json territory list | "
	    "jq -e '.rows | length == 1102 and "
	    "(map(.territory) | unique | length) == 1102'");
	seat_run(seat, 0, "rota territory list limit=3");
	seat_err_has(seat, "there is more: next=");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(french_is_spoken_to_the_french)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	const char *const french = "LC_ALL=fr_FR.UTF-8";

	seat_found(seat);
	seat_run(seat, 1,
	    "%s rota assign " SEAT_PHYSICIAN " " SEAT_SITE
	    " $(date -d 'next saturday' +%%F) M",
	    french);
	seat_err_has(seat, "refusé (H02)");
	seat_err_has(seat, "samedi");
	seat_err_has(seat, "remède");
	seat_run(seat, 0, "%s rota physician list", french);
	seat_out_has(seat, "médecin");
	seat_run(seat, 0, "%s rota help", french);
	seat_out_has(seat, "Commandes");
	seat_run(seat, 2, "%s rota dance", french);
	seat_err_has(seat, "aucune commande");
	/* codes stay for programs */
	seat_run(seat, 1, "%s rota --json site get X | jq -e '.answer.code'",
	    french);
	seat_run(seat, 0, "LC_ALL=C rota physician list");
	seat_out_has(seat, "physician");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(help_is_the_daemons_table)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_run(seat, 0, "rota help");
	seat_out_has(seat, "assign PHYSICIAN SITE DAY PART");
	seat_out_has(seat, "slot history");
	seat_run(seat, 0, "rota help slot assign");
	seat_out_has(seat, "physician= site= day= part=");
	seat_out_has(seat, "a date YYYY-MM-DD, needed");
	seat_run(seat, 0, "rota slot assign --help");
	seat_out_has(seat, "physician= site= day= part=");
	seat_run(seat, 0, "rota assign -h");
	seat_run(seat, 0, "rota verbs");
	seat_out_has(seat, "slot assign");
	seat_run(seat, 0, "rota --help");
	seat_out_has(seat, "--json");
	seat_run(seat, 0, "rota --version");
	ck_assert_str_eq(seat_out(seat), "rota " PACKAGE_VERSION "\n");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

/* ----- scripts ----- */

START_TEST(a_script_stops_at_the_first_failure)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_found(seat);
	seat_write(seat, "script",
	    "# a comment\n\nterritory put A kind=cpts\n"
	    "structure get NONE\nterritory put B kind=cpts\n");
	seat_run(seat, 1, "rota <script");
	seat_err_has(seat, "line 4 of the script failed");
	seat_run(seat, 1, "rota territory get B");
	seat_run(seat, 1, "rota -k <script");
	seat_run(seat, 0, "rota territory get B");
	/* options of a line are of that line */
	seat_run(seat, 0,
	    "printf '%%s\\n' 'territory get A --json' 'territory get A' | "
	    "rota");
	seat_out_has(seat, "{\"rows\"");
	seat_out_has(seat, "\nkind       cpts\n");
	seat_run(seat, 2, "echo 'ping -s elsewhere' | rota");
	seat_run(seat, 2, "echo 'ping \"' | rota");
	seat_run(seat, 2, "head -c 100000 /dev/zero | tr '\\0' x | rota");
	seat_run(seat, 0, "printf 'ping\\nquit\\nnonsense\\n' | rota");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

/* ----- accounts ----- */

START_TEST(a_code_becomes_a_token)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	char *token, *profile;

	seat_found(seat);
	seat_run(seat, 0,
	    "rota account invite role=coordinator name=Jeanne "
	    "scope=territory:CPTS-SUD");
	seat_out_has(seat, "rota login ");
	seat_run(seat, 0,
	    "rota --json account invite role=desk scope=site:" SEAT_SITE
	    " | jq -r .answer.code >code; "
	    "rota --json account invite role=auditor | jq -r .answer.code "
	    ">other");
	/* over TCP nobody is the operator */
	seat_run(seat, 0, "rota -s 127.0.0.1:%u whoami", daemon_port(daemon));
	seat_out_has(seat, "none");
	seat_run(seat, 0, "ROTA_SERVER=127.0.0.1:%u rota login <code",
	    daemon_port(daemon));
	seat_out_has(seat, "You are desk");
	ck_assert_uint_eq(seat_mode(seat, ".config/rota/token"), 0600);
	ck_assert_uint_eq(seat_mode(seat, ".config/rota"), 0700);
	token = seat_read(seat, ".config/rota/token");
	profile = seat_read(seat, ".config/rota/profile");
	ck_assert_ptr_null(strstr(profile, token));
	/* the profile alone leads there again */
	seat_run(seat, 0, "unset ROTA_SERVER; rota whoami");
	seat_out_has(seat, "desk");
	seat_run(seat, 1, "unset ROTA_SERVER; rota territory put X kind=cpts");
	seat_err_has(seat, "refused (role)");
	/* another profile, which the login makes */
	seat_run(seat, 0,
	    "ROTA_SERVER=127.0.0.1:%u rota -P other login <other && "
	    "unset ROTA_SERVER && rota -P other whoami && rota whoami",
	    daemon_port(daemon));
	seat_out_has(seat, "auditor");
	seat_out_has(seat, "desk");
	/* good once */
	seat_run(seat, 1, "rota -s 127.0.0.1:%u login -- \"$(cat code)\"",
	    daemon_port(daemon));
	/* others can read it: not used */
	seat_run(seat, 2,
	    "chmod 644 .config/rota/token; unset ROTA_SERVER; rota whoami");
	seat_err_has(seat, "chmod 600");
	free(token);
	free(profile);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_profile_can_be_chosen)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	char *profile;

	seat_found(seat);
	profile = xasprintf("server = %s\n", daemon_socket(daemon));
	seat_write(seat, "mine", profile);
	seat_write(seat, "broken", "server = a b\n");
	seat_run(seat, 0, "unset ROTA_SERVER; rota -P ./mine ping");
	seat_run(seat, 2, "rota -P ./broken ping");
	seat_err_has(seat, "./broken:1: ");
	seat_run(seat, 2, "rota -P ./none ping");
	seat_run(seat, 2, "ROTA_TOKEN_FILE=none rota ping");
	seat_err_has(seat, "rota login");
	free(profile);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

/* ----- completion for shells ----- */

START_TEST(shells_are_told_what_may_stand_next)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_found(seat);
	seat_run(seat, 0, "rota --complete -- 'terr'");
	ck_assert_str_eq(seat_out(seat), "territory\n");
	seat_run(seat, 0, "rota --complete -- 'slot c'");
	ck_assert_str_eq(seat_out(seat), "cancel\n");
	seat_run(seat, 0, "rota --complete -- 'slot cancel s'");
	ck_assert_str_eq(seat_out(seat), "slot=\n");
	seat_run(seat, 0, "rota --complete -- '--json slot list part=A '");
	seat_out_has(seat, "physician=\n");
	seat_run(seat, 0, "rota --complete -- 'site get site=16'");
	ck_assert_str_eq(seat_out(seat), "site=" SEAT_SITE "\n");
	seat_run(seat, 0, "rota --complete -- 'site get site=limo'");
	ck_assert_str_eq(seat_out(seat), "site=" SEAT_SITE_2 "\n");
	seat_run(seat, 0, "rota --complete -- 'site list --js'");
	ck_assert_str_eq(seat_out(seat), "--json\n");
	seat_run(seat, 0, "rota --complete -- 'import terr'");
	ck_assert_str_eq(seat_out(seat), "territory\n");
	/* and through bash */
	seat_run(seat, 0,
	    ". \"$ROTA_SOURCE_DIR/tools/rota/rota.bash\"; "
	    "COMP_LINE='rota site get site=16' COMP_POINT=21 "
	    "COMP_WORDS=(rota site get site = 16) COMP_CWORD=5; _rota; "
	    "echo \"${COMPREPLY[@]}\"");
	ck_assert_str_eq(seat_out(seat), SEAT_SITE "\n");
	/* quietly, when nobody is there */
	seat_run(
	    seat, 0, "rota --complete -- '-s /nonexistent site get site=16'");
	ck_assert_str_eq(seat_err(seat), "");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

static void
add_tests(TCase *all)
{
	tcase_add_test(all, the_status_tells_who_must_act);
	tcase_add_test(all, tables_are_for_people);
	tcase_add_test(all, json_and_csv_are_for_programs);
	tcase_add_test(all, french_is_spoken_to_the_french);
	tcase_add_test(all, help_is_the_daemons_table);
	tcase_add_test(all, a_script_stops_at_the_first_failure);
	tcase_add_test(all, a_code_becomes_a_token);
	tcase_add_test(all, a_profile_can_be_chosen);
	tcase_add_test(all, shells_are_told_what_may_stand_next);
}

int
main(void)
{
	return kit_main("rota", add_tests);
}
