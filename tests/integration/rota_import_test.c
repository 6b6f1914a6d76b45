/* SPDX-License-Identifier: ISC */
/*
 * rota_import_test: CSV files into a daemon and back: what is right is loaded,
 * what is wrong is told with its line, and twice is as good as once.
 */
#include "tests/integration/rota_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char people[] = "rpps,family,given,home\n"
			     "10005173140,Martin,Claire,16102\n"
			     "10002909371,\"Durand, \"\"Paul\"\"\",Paul,\n"
			     "nonsense,Petit,Anne,\n"
			     "10100000016,Moreau,Élise,87085\n"
			     "10100000024,Nom\xe9,Jean,\n"
			     "10100000032,Roux\n";

START_TEST(wrong_lines_are_told_and_the_rest_is_loaded)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_write(seat, "people.csv", people);
	seat_run(seat, 1, "rota import physicians people.csv");
	seat_err_has(seat, "people.csv:4: not understood (value): ");
	seat_err_has(seat, "people.csv:6:16: not UTF-8");
	seat_err_has(seat, "people.csv:7: fewer fields");
	ck_assert_str_eq(seat_out(seat),
	    "6 lines: 3 loaded (0 of them changed nothing), 3 refused\n");
	seat_run(seat, 0,
	    "rota --json physician list | jq -e '.rows | length == 3 and "
	    ".[0].family == \"Durand, \\\"Paul\\\"\"'");
	/* again: nothing changes */
	seat_run(seat, 1, "rota import physician people.csv");
	seat_out_has(seat, "3 loaded (3 of them changed nothing)");
	seat_run(seat, 1,
	    "rota --json import physician people.csv 2>/dev/null | "
	    "jq -e '.loaded == 3 and .refused == 3 and "
	    "([.rejects[].line] | sort) == [4, 6, 7]'");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(all_or_nothing_is_one_unit)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_write(seat, "bad.csv", "code,kind\nA,cpts\nB,nonsense\nC,cpts\n");
	seat_run(seat, 1, "rota import --all-or-nothing territory bad.csv");
	seat_err_has(seat, "bad.csv:3: ");
	seat_err_has(seat, "nothing was loaded");
	seat_run(seat, 0, "rota --json territory list | jq -e '.rows == []'");
	/* a file that is broken does not even reach the daemon */
	seat_write(seat, "broken.csv", "code,kind\nA,cpts\nB\n");
	seat_run(seat, 1, "rota import --all-or-nothing territory broken.csv");
	seat_run(seat, 0, "rota --json territory list | jq -e '.rows == []'");
	seat_write(seat, "good.csv", "code,kind\nA,cpts\nB,cpts\n");
	seat_run(seat, 0,
	    "rota import --dry-run --all-or-nothing territory good.csv");
	seat_run(seat, 0, "rota --json territory list | jq -e '.rows == []'");
	seat_run(seat, 0, "rota import --all-or-nothing territories good.csv");
	seat_run(seat, 0,
	    "rota --json territory list | jq -e '.rows | length == 2'");
	seat_run(seat, 2,
	    "(echo code,kind; seq -f 'T%%g,cpts' 20001) >long.csv; "
	    "rota import --all-or-nothing territory long.csv");
	seat_err_has(seat, "at most 20000 lines");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(columns_are_keys)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	static const struct {
		const char *file;
		int status;
		const char *words;
	} cases[] = {
	    {"code,kind,colour\nA,cpts,red\n", 2, "\"colour\""},
	    {"code,kind,code\nA,cpts,A\n", 2, "\"code\" is there twice"},
	    {"kind\ncpts\n", 2, "\"code\" is missing"},
	    {"code,key\nA,1\n", 2, "\"key\""},
	    {"", 2, "empty"},
	    {"\xef\xbb\xbf"
	     "code;kind\r\nA;cpts\r\n",
		0, ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		seat_write(seat, "file.csv", cases[i].file);
		seat_run(
		    seat, cases[i].status, "rota import territory file.csv");
		seat_err_has(seat, cases[i].words);
	}
	seat_write(seat, "file.csv", cases[0].file);
	seat_run(seat, 0, "rota import --ignore-unknown territory file.csv");
	seat_run(seat, 2, "rota import flowers file.csv");
	seat_run(seat, 2, "rota import territory none.csv");
	seat_run(seat, 2, "rota import territory");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

/* What is said twice is said once, the last word counts; places that cannot be
 * are told with their lines. */
START_TEST(the_same_again_and_places_that_are_none)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_write(seat, "zones.csv",
	    "commune,kind,class,from\n"
	    "16106,gp,ZIP,2025-05-09\n"
	    "16106,gp,ZIP,2025-05-09\n"
	    "16106,gp,ZAC,2025-05-09\n"
	    "ANGOU,gp,ZIP,2025-05-09\n"
	    "2A004,gp,ZIP,2025-05-09\n"
	    "2C004,gp,ZIP,2025-05-09\n"
	    "1610,gp,ZIP,2025-05-09\n"
	    "16107,gp,ZIP,2025-02-30\n");
	seat_run(seat, 1, "rota import zones zones.csv");
	seat_err_has(seat, "zones.csv:5: not understood (value): ");
	seat_err_has(seat, "zones.csv:7: ");
	seat_err_has(seat, "zones.csv:8: ");
	seat_err_has(seat, "zones.csv:9: ");
	ck_assert_str_eq(seat_out(seat),
	    "8 lines: 4 loaded (1 of them changed nothing), 4 refused\n");
	seat_run(seat, 0,
	    "rota --json zone list commune=16106 | "
	    "jq -e '.rows | length == 1 and .[0].class == \"ZAC\"'");
	/* numbers are of one thing each */
	seat_write(seat, "sites.csv",
	    "finess,name\n160004578,Tilleuls\n870001237,Limoges\n"
	    "160004579,Wrong\n160004578,Tilleuls\n");
	seat_run(seat, 1, "rota import sites sites.csv");
	seat_err_has(seat, "sites.csv:4: not understood (value): ");
	ck_assert_str_eq(seat_out(seat),
	    "4 lines: 3 loaded (1 of them changed nothing), 1 refused\n");
	seat_write(seat, "sites.csv",
	    "site,finess\n160004578,870001237\n"
	    "00000000-0000-4000-8000-000000000001,\n");
	seat_run(seat, 1, "rota import sites sites.csv");
	seat_err_has(seat, "sites.csv:2: refused (exists): ");
	seat_err_has(seat, "sites.csv:3: refused (not-found): ");
	seat_run(
	    seat, 0, "rota --json site list | jq -e '.rows | length == 2'");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

/* The form of a code is the daemon's to know, which communes there are is the
 * list's. */
START_TEST(a_commune_that_there_is_not)
{
	static const struct {
		const char *list, *words;
	} lists[] = {
	    {"code,name\n16106,Cognac\n", "no column \"insee\""},
	    {"insee\n16106\n1610\n", "list.csv:3: "},
	    {"insee,name\n16106\n", "list.csv:2: "},
	    {"", "list.csv:1: "},
	};
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_write(seat, "list.csv",
	    "name;insee\nCognac;16102\nAngoul\xc3\xaame;16106\n"
	    "Afa;2A001\n");
	seat_write(seat, "zones.csv",
	    "commune,kind,class,from\n"
	    "16106,gp,ZIP,2025-05-09\n"
	    "16999,gp,ZIP,2025-05-09\n"
	    "2A001,gp,ZIP,2025-05-09\n"
	    "2A999,gp,ZIP,2025-05-09\n"
	    "1610,gp,ZIP,2025-05-09\n");
	seat_run(seat, 1, "rota import --communes=list.csv zones zones.csv");
	seat_err_has(
	    seat, "zones.csv:3: commune=16999: no such commune in list.csv");
	seat_err_has(
	    seat, "zones.csv:5: commune=2A999: no such commune in list.csv");
	seat_err_has(
	    seat, "zones.csv:6: commune=1610: no such commune in list.csv");
	ck_assert_str_eq(seat_out(seat),
	    "5 lines: 2 loaded (0 of them changed nothing), 3 refused\n");
	seat_write(seat, "people.csv",
	    "rpps,family,home\n10005173140,Martin,16102\n"
	    "10002909371,Durand,\n10100000016,Petit,-\n"
	    "10100000024,Moreau,16103\n");
	seat_run(seat, 1,
	    "rota --json import --communes=list.csv physician people.csv "
	    ">answer 2>complaints");
	seat_run(seat, 0,
	    "jq -e '.loaded == 3 and .refused == 1 and .rejects[0].line == 5' "
	    "answer && grep home=16103: complaints");
	/* nothing at all goes out */
	seat_run(seat, 1,
	    "rota import --all-or-nothing --communes=list.csv zones zones.csv");
	seat_err_has(seat, "zones.csv: nothing was loaded");
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		seat_write(seat, "list.csv", lists[i].list);
		seat_run(
		    seat, 2, "rota import --communes=list.csv zones zones.csv");
		seat_err_has(seat, lists[i].words);
	}
	seat_run(seat, 2, "rota import --communes=none.csv zones zones.csv");
	seat_err_has(seat, "none.csv: ");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

/* Sites without a number are the same ones on both sides, and what is said of
 * them goes along. */
START_TEST(sites_without_a_number_go_round)
{
	static const char *const kinds[] = {"site", "closure", "stop"};
	struct daemon *daemon = kit_daemon(NULL);
	struct daemon *other = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_run(seat, 0,
	    "rota -q site put name=Medibus kind=mobile commune=16106 && "
	    "rota -q site put name=Medibus kind=mobile rooms=1 && "
	    "rota -q site put finess=" SEAT_SITE " hours-source=generated && "
	    "bus=$(rota --json site list kind=mobile | "
	    "jq -r '.rows[0].site') && "
	    "rota -q closure put $bus 2040-01-01 2040-01-31 cause=works && "
	    "rota -q stop put $bus 'mon MA' 2040-03-01 16106");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		seat_run(seat, 0, "rota export %s >%s.csv", kinds[i], kinds[i]);
		/* at home nothing changes; elsewhere all is there, once */
		seat_run(seat, 0,
		    "rota import %s %s.csv | grep -E '^([0-9]+) lines: \\1 "
		    "loaded \\(\\1 of them changed nothing\\)'",
		    kinds[i], kinds[i]);
		for (unsigned n = 0; n < 2; n++)
			seat_run(seat, 0,
			    "export ROTA_SERVER=%s; rota import %s %s.csv && "
			    "rota export %s | cmp - %s.csv",
			    daemon_socket(other), kinds[i], kinds[i], kinds[i],
			    kinds[i]);
	}
	seat_run(seat, 0,
	    "ROTA_SERVER=%s rota --json site list | jq -e "
	    "'.rows | length == 3 and ([.[] | select(.\"hours-source\")] | "
	    "length) == 1'",
	    daemon_socket(other));
	/* a person sees which hours are made up */
	seat_run(seat, 0, "rota site list | head -1 | grep hours-source");
	seat_run(seat, 0,
	    "rota -q site put site=" SEAT_SITE " hours-source=real && "
	    "rota site list >list && ! grep hours-source list");
	/* one that gets a number later is still that one */
	seat_write(seat, "sites.csv",
	    "id,finess,name\n"
	    "00000000-0000-4000-8000-000000000001,,Limoges\n"
	    "00000000-0000-4000-8000-000000000001," SEAT_SITE_2 ",\n"
	    "00000000-0000-4000-8000-000000000002," SEAT_SITE ",\n"
	    "nowhere,,Nowhere\n");
	seat_run(seat, 1, "rota import sites sites.csv");
	seat_err_has(seat, "sites.csv:4: refused (exists): ");
	seat_err_has(seat, "sites.csv:5: ");
	seat_out_has(seat, "2 loaded");
	seat_run(seat, 0,
	    "rota --json site get " SEAT_SITE_2 " | jq -e '.rows[0].id == "
	    "\"00000000-0000-4000-8000-000000000001\"'");
	seat_free(seat);
	daemon_free(other);
	daemon_free(daemon);
}
END_TEST

START_TEST(many_lines_many_of_them_wrong)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	/* every third one is refused, in chunks that are full and one that is
	 * not */
	seat_run(seat, 1,
	    "(echo code,kind; for i in $(seq 2500); do [ $((i %% 3)) = 0 ] && "
	    "echo T$i,nonsense || echo T$i,cpts; done) >file.csv; "
	    "rota import territory file.csv 2>complaints");
	ck_assert_str_eq(seat_out(seat),
	    "2500 lines: 1667 loaded (0 of them changed nothing), 833 "
	    "refused\n");
	seat_run(seat, 0,
	    "sed -n 's/^rota: file.csv:\\([0-9]*\\): .*/\\1/p' complaints "
	    ">told; seq 4 3 2501 | cmp - told");
	seat_run(seat, 0,
	    "rota --json territory list | jq -e '.rows | length == 1667'");
	/* one in a chunk */
	seat_run(seat, 1,
	    "(echo code,kind; seq -f 'U%%g,cpts' 1500; echo V,x) >file.csv; "
	    "rota import territory file.csv");
	seat_out_has(seat, "1500 loaded");
	seat_err_has(seat, "file.csv:1502: ");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_role_that_may_not_is_told_once)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);
	char *token;

	seat_found(seat);
	token = daemon_token(daemon, "role=desk scope=site:" SEAT_SITE);
	seat_write(seat, "token", token);
	seat_run(seat, 1,
	    "chmod 600 token; (echo code,kind; seq -f 'U%%g,cpts' 500) "
	    ">file.csv; rota -t token import territory file.csv");
	seat_err_has(seat, "refused (role)");
	seat_run(seat, 0, "test $(grep -c refused err) -le 1");
	free(token);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

static void
state_facts(struct seat *seat)
{
	static const char *const facts[] = {
	    "programme put CSTM name='Contrat; \"solidarité\"' snp-max=40",
	    "enrolment put " SEAT_PHYSICIAN " CSTM 2026-01-01 to=2027-12-31",
	    "authorisation put " SEAT_PHYSICIAN " " SEAT_SITE
	    " mission 2026-01-01",
	    "availability put " SEAT_PHYSICIAN
	    " preferred 'mon M; 2nd tue A' 2026-01-01",
	    "absence put " SEAT_PHYSICIAN " 2040-01-02 2040-01-03 parts=MA",
	    "busy put " SEAT_PHYSICIAN " 'wed MA every 2' 2026-01-01",
	    "quota put week 2026-01-01 programme=CSTM max=4",
	    "need put 'mon-fri M' 2026-01-01 site=" SEAT_SITE " number=2",
	    "presence put " SEAT_SITE " nurse 'mon MA' 2026-01-01",
	    "closure put " SEAT_SITE " 2040-01-01 2040-01-31 cause=works",
	    "opening put " SEAT_SITE " 2040-01-07 2040-01-07 "
	    "'sat M 09:00-12:00'",
	    "holiday put national public 2040-07-14 2040-07-14 "
	    "name='Fête, nationale'",
	};

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		seat_run(seat, 0, "rota -q %s", facts[i]);
}

START_TEST(what_is_exported_can_be_imported)
{
	static const char *const kinds[] = {"territory", "structure",
	    "programme", "site", "physician", "zone", "enrolment",
	    "authorisation", "availability", "absence", "busy", "quota", "need",
	    "presence", "closure", "opening", "holiday"};
	struct daemon *daemon = kit_daemon(NULL);
	struct daemon *other = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	seat_found(seat);
	seat_run(seat, 0,
	    "rota site put name='Sans numéro; \"nulle part\"' "
	    "hours='mon-fri M 09:00-12:00; sat M 09:00-12:00'");
	seat_run(seat, 0,
	    "rota zone put 16106 gp ZIP 2025-05-09 && "
	    "rota zone put 16106 gp ZAC 2026-05-09 to=2027-01-01");
	state_facts(seat);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		seat_run(seat, 0, "rota export %s >%s.csv", kinds[i], kinds[i]);
		seat_run(seat, 0, "rota import %s %s.csv", kinds[i], kinds[i]);
		seat_err_has(seat, "");
		/* into an empty plan, and the same comes out */
		seat_run(seat, 0,
		    "ROTA_SERVER=%s rota import %s %s.csv && "
		    "ROTA_SERVER=%s rota export %s | cmp - %s.csv",
		    daemon_socket(other), kinds[i], kinds[i],
		    daemon_socket(other), kinds[i], kinds[i]);
	}
	seat_free(seat);
	daemon_free(other);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_gigabyte_in_a_line_is_told_with_its_number)
{
	struct daemon *daemon = kit_daemon(NULL);
	struct seat *seat = seat_new(daemon);

	/* a pipe, so that no disk is filled; the last line is loaded */
	seat_run(seat, 1,
	    "(printf 'code,kind\\nA,cpts\\n'; head -c 1G /dev/zero | "
	    "tr '\\0' x; printf '\\nB,cpts\\n') | "
	    "rota import territory -");
	seat_err_has(seat, "-:3: the line is longer than 64 KiB");
	seat_out_has(seat, "3 lines: 2 loaded");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

static void
add_tests(TCase *all)
{
	tcase_add_test(all, wrong_lines_are_told_and_the_rest_is_loaded);
	tcase_add_test(all, all_or_nothing_is_one_unit);
	tcase_add_test(all, columns_are_keys);
	tcase_add_test(all, the_same_again_and_places_that_are_none);
	tcase_add_test(all, a_commune_that_there_is_not);
	tcase_add_test(all, sites_without_a_number_go_round);
	tcase_add_test(all, many_lines_many_of_them_wrong);
	tcase_add_test(all, a_role_that_may_not_is_told_once);
	tcase_add_test(all, what_is_exported_can_be_imported);
	tcase_add_test(all, a_gigabyte_in_a_line_is_told_with_its_number);
}

int
main(void)
{
	return kit_main("rota_import", add_tests);
}
