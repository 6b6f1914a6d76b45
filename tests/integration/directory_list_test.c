/* SPDX-License-Identifier: ISC */
/*
 * directory_list_test: reading the directory - lists, filters, pages, who may
 * read and write what - and writing it from two daemons at once.
 */
#include "daemon/base/mem.h"
#include "proto/request.h"
#include "tests/integration/view_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The only data line of a get, without "* "; lent until the next call. */
static const char *
get(struct client *client, const char *ask)
{
	static char line[PROTO_LINE_MAX + 1];

	client_send(client, "%s", ask);
	snprintf(line, sizeof(line), "%s", client_expect(client, "* ..."));
	client_expect(client, "ok cursor=...");
	return line;
}

/* ----- lists ----- */

/* All names of a list, page by page, with blanks between; owned by the caller.
 */
static char *
walk(struct client *client, const char *ask, const char *key, unsigned limit)
{
	char *names = xstrdup(""), *next = xstrdup("");

	for (;;) {
		const char *line;
		unsigned count = 0;

		client_send(client, "%s limit=%u%s%s", ask, limit,
		    *next != '\0' ? " next=" : "", next);
		while ((line = client_line(client)) != NULL && line[0] == '*') {
			char *more = xasprintf(
			    "%s%s ", names, client_value(client, key));

			free(names);
			names = more;
			count++;
		}
		ck_assert_msg(
		    line != NULL && client_matches(line, "ok count=..."), "%s",
		    line);
		ck_assert_uint_le(count, limit);
		free(next);
		if (client_value(client, "next") == NULL)
			return names;
		ck_assert_uint_eq(count, limit);
		next = xstrdup(client_value(client, "next"));
	}
}

static void
check_pages(struct client *client, const char *ask, const char *key,
    const char *expected)
{
	char *whole = walk(client, ask, key, 1000);

	if (expected != NULL)
		ck_assert_str_eq(whole, expected);
	for (unsigned limit = 1; limit <= 4; limit++) {
		char *pages = walk(client, ask, key, limit);

		ck_assert_str_eq(pages, whole);
		free(pages);
	}
	free(whole);
}

START_TEST(lists_and_filters)
{
	struct town *town = view_hamlet(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	static const struct dialogue more[] = {
	    {"site put finess=160000014 name=A territory=T-SUD departement=16 "
	     "commune=16106 state=retired",
		"ok ..."},
	    {"site put finess=160000022 name=B territory=T-SUD departement=16 "
	     "commune=16102",
		"ok ..."},
	    {"zone put commune=16106 kind=gp class=ZIP from=2026-01-01",
		"ok ..."},
	    {"zone put commune=16106 kind=qpv class=QPV from=2020-01-01 "
	     "to=2025-12-31",
		"ok ..."},
	    {"zone put commune=16102 kind=gp class=ZIP from=2020-01-01",
		"ok ..."},
	    {"physician put rpps=10100000016 specialty=PED state=retired",
		"ok ..."},
	    {"structure put code=CDS1 kind=CDS", "ok ..."},
	    {"structure put code=MSP0 kind=MSP", "ok ..."},
	};

	view_found(admin);
	VIEW_RUN(admin, more);
	check_pages(admin, "territory list", "territory", "T-NORD T-SUD ");
	check_pages(admin, "structure list", "structure", "CDS1 MSP0 MSP1 ");
	check_pages(
	    admin, "structure list kind=MSP", "structure", "MSP0 MSP1 ");
	check_pages(admin, "site list", "site",
	    "160000014 160000022 160004578 870001237 ");
	check_pages(admin, "site list territory=T-SUD state=active", "site",
	    "160000022 160004578 ");
	check_pages(
	    admin, "site list departement=16", "site", "160000014 160000022 ");
	check_pages(
	    admin, "site list commune=16106", "site", "160000014 160004578 ");
	check_pages(
	    admin, "site list zone=ZIP day=2025-06-01", "site", "160000022 ");
	check_pages(admin, "site list zone=ZIP day=2026-06-01", "site",
	    "160000014 160000022 160004578 ");
	check_pages(
	    admin, "site list zone=ZAC day=2025-06-01", "zone", "ZAC ZAC ");
	check_pages(admin, "physician list", "physician",
	    "10002909371 10005173140 10100000016 ");
	check_pages(admin, "physician list specialty=PED state=retired",
	    "physician", "10100000016 ");
	check_pages(admin, "physician list specialty=PED state=active",
	    "physician", "");
	/* by commune, kind and first day, and what holds on a day */
	check_pages(admin, "zone list", "from",
	    "2020-01-01 2020-01-01 2026-01-01 2020-01-01 ");
	check_pages(
	    admin, "zone list commune=16106 kind=gp", "class", "ZAC ZIP ");
	check_pages(admin, "zone list commune=16106 day=2025-12-31", "class",
	    "ZAC QPV ");
	check_pages(
	    admin, "zone list commune=16106 day=2026-01-01", "class", "ZIP ");
	check_pages(admin, "zone list day=2019-12-31", "class", "");
	check_pages(admin, "zone list class=ZIP", "commune", "16102 16106 ");
	client_close(admin);
	town_free(town);
}
END_TEST

/* What comes or goes between two pages neither hides nor doubles the rest. */
START_TEST(pages_of_a_list_that_changes)
{
	struct town *town = view_hamlet(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	char *next;

	view_found(admin);
	client_send(admin, "site list limit=1");
	client_expect(admin, "* site=160004578 ...");
	client_expect(admin, "ok count=1 next=... cursor=...");
	next = xstrdup(client_value(admin, "next"));
	client_ask(admin, "site put site=160004578 finess=970400123", "ok ...");
	client_ask(admin, "site put finess=160000014 name=Before", "ok ...");
	client_ask(admin, "site put finess=2A0000014 name=Between", "ok ...");
	client_send(admin, "site list next=%s", next);
	client_expect(admin, "* site=2A0000014 ...");
	client_expect(admin, "* site=870001237 ...");
	client_expect(admin, "* site=970400123 ...");
	client_expect(admin, "ok count=3 cursor=...");
	free(next);
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- who may ----- */

static const struct dialogue of_coordinator[] = {
    {"site put finess=160004578 name=X rev=1", "ok ... rev=2 ..."},
    {"site put finess=870001237 name=X", "no scope what=site text=..."},
    {"site put finess=870001237 rev=9 name=X", "no s..."},
    {"site put finess=160000014 name=X", "no scope what=territory ..."},
    {"site put finess=160000014 name=X territory=T-NORD",
	"no scope what=territory ..."},
    {"site put finess=160000014 name=X territory=T-SUD", "ok ... rev=1 ..."},
    {"site put finess=160004578 territory=T-NORD",
	"no scope what=territory ..."},
    {"site put finess=160004578 territory=-", "no scope what=territory ..."},
    {"structure put code=MSP1 name=X", "ok ... rev=2 ..."},
    {"physician put rpps=10005173140 specialty=PED", "no scope what=rpps ..."},
    {"physician put rpps=10100000024 family=New", "ok ... rev=1 ..."},
    {"territory put code=T-SUD name=X", "no role text=..."},
    {"zone put commune=16106 kind=gp class=ZIP from=2026-01-01", "no role ..."},
};

/* Master data are for the programme that enrols. */
static const struct dialogue of_programme[] = {
    {"physician put rpps=10005173140 specialty=PED", "ok ... rev=2 ..."},
    {"physician put rpps=10002909371 specialty=PED", "no scope what=rpps ..."},
    {"structure put code=MSP1 name=Y", "no scope what=code ..."},
    {"structure put code=MSP2 kind=MSP", "ok ... rev=1 ..."},
};

static const struct dialogue of_physician[] = {
    {"physician put rpps=10005173140 given=Anne home=16106",
	"ok ... rev=3 ..."},
    {"physician put rpps=10005173140 state=active source=real",
	"ok ... rev=3 unchanged=yes ..."},
    {"physician put rpps=10005173140 state=retired",
	"no role what=state text=..."},
    {"physician put rpps=10005173140 source=generated",
	"no role what=source ..."},
    {"physician put rpps=10002909371 given=X", "no scope what=rpps ..."},
    {"physician put rpps=10100000016 given=X", "no scope what=rpps ..."},
    {"physician get physician=10002909371", "no scope what=10002909371 ..."},
    {"physician get physician=10100000016", "no scope ..."},
    {"physician list", "no role ..."},
    {"site put finess=160004578 name=X", "no role ..."},
    {"structure put code=MSP1 name=X", "no role ..."},
};

START_TEST(roles)
{
	struct town *town = view_hamlet(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *client;

	view_found(admin);
	client = view_login(town, 0, "role=coordinator scope=territory:T-SUD");
	VIEW_RUN(client, of_coordinator);
	client_close(client);
	client_ask(admin, "programme put code=CSTM", "ok ...");
	client_ask(admin,
	    "enrolment put physician=10005173140 programme=CSTM "
	    "from=2026-01-01",
	    "ok ...");
	client = view_login(town, 0, "role=coordinator scope=programme:CSTM");
	VIEW_RUN(client, of_programme);
	client_close(client);
	client = view_login(town, 0, "role=coordinator scope=site:870001237");
	client_ask(client, "site put finess=870001237 name=Y", "ok ...");
	client_ask(client, "site put finess=870001237 territory=T-SUD",
	    "no scope what=territory ...");
	client_ask(client, "site put finess=160004578 name=Y", "no scope ...");
	client_close(client);
	client = view_login(town, 0, "role=physician physician=10005173140");
	VIEW_RUN(client, of_physician);
	client_close(client);
	client = view_login(town, 0, "role=desk scope=site:160004578");
	client_ask(client, "site put finess=160004578 name=X", "no role ...");
	client_ask(client, "physician put rpps=10002909371", "no role ...");
	client_close(client);
	client = view_login(town, 0, "role=regulator");
	client_ask(
	    client, "physician get physician=10005173140", "no role ...");
	ck_assert_ptr_nonnull(strstr(
	    get(client, "territory get territory=T-SUD"), " kind=cpts "));
	client_close(client);
	client_close(admin);
	town_free(town);
}
END_TEST

START_TEST(homes_are_private)
{
	struct town *town = view_hamlet(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	static const struct {
		const char *keys;
		bool told;
	} readers[] = {
	    {"role=admin", true},
	    {"role=coordinator scope=programme:CSTM", true},
	    {"role=coordinator scope=territory:T-SUD", false},
	    {"role=coordinator scope=territory:T-NORD", false},
	    {"role=physician physician=10005173140", true},
	    {"role=desk scope=site:160004578", false},
	    {"role=auditor", false},
	};

	view_found(admin);
	client_ask(admin,
	    "authorisation put physician=10005173140 site=160004578 "
	    "kind=mission from=2026-01-01",
	    "ok ...");
	client_ask(admin, "programme put code=CSTM", "ok ...");
	client_ask(admin,
	    "enrolment put physician=10005173140 programme=CSTM "
	    "from=2026-01-01",
	    "ok ...");
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		struct client *client = view_login(town, 0, readers[i].keys);
		const char *line =
		    get(client, "physician get physician=10005173140");

		ck_assert_ptr_nonnull(strstr(line, " given=Claire "));
		ck_assert(strstr(line,
			      " home=16102 lat=45.50000 "
			      "lon=0.25000 ") != NULL
			? readers[i].told
			: !readers[i].told);
		ck_assert(readers[i].told || strstr(line, "16102") == NULL);
		ck_assert(readers[i].told || strstr(line, "lat=") == NULL);
		client_close(client);
	}
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- two daemons ----- */

enum { CLIENTS = 8, CODES = 40 };

/* Everybody creates the same things at once: each is made once, and nobody is
 * refused. */
START_TEST(creating_at_once)
{
	static const char *const allowed[] = {"stale", NULL};
	struct town *town = view_hamlet(2);
	struct client *clients[CLIENTS];
	unsigned created = 0;

	for (unsigned i = 0; i < CLIENTS; i++)
		clients[i] = daemon_operator(town->daemon[i % 2]);
	for (unsigned code = 0; code < CODES; code++)
		for (unsigned i = 0; i < CLIENTS; i++)
			client_send(clients[i],
			    "structure put code=S-%u kind=MSP name=%u", code,
			    i);
	for (unsigned i = 0; i < CLIENTS; i++) {
		for (unsigned code = 0; code < CODES; code++) {
			client_expect(
			    clients[i], "ok structure=S-... cursor=...");
			created +=
			    strcmp(client_value(clients[i], "rev"), "1") == 0;
		}
		client_close(clients[i]);
	}
	ck_assert_uint_eq(created, CODES);
	ck_assert_int_eq(
	    pgcluster_number(town->sql, "SELECT count(*) FROM rota.structure"),
	    CODES);
	town_check_log(town, allowed);
	town_free(town);
}
END_TEST

enum { ROUNDS = 150 };

/* A room is given up on one daemon and planned in on the other. */
START_TEST(room_against_half_day)
{
	struct town *town = view_hamlet(2);
	struct client *one, *other;
	char *slot = NULL;

	one = daemon_operator(town->daemon[0]);
	other = daemon_operator(town->daemon[1]);
	view_found(one);
	view_tell_all(town, one);
	for (unsigned round = 0; round < ROUNDS; round++) {
		const char *line;
		bool smaller, planned;

		client_send(other,
		    "slot assign physician=10005173140 "
		    "site=160004578 day=%s part=M room=2",
		    town_day(3));
		client_send(one, "site put finess=160004578 rooms=1");
		line = client_line(one);
		smaller = client_matches(line, "ok ...");
		ck_assert_msg(smaller || client_matches(line, "no in-use ..."),
		    "%s", line);
		line = client_line(other);
		planned = client_matches(line, "ok ...");
		ck_assert_msg(
		    planned || client_matches(line, "no H03 ..."), "%s", line);
		ck_assert_msg(smaller != planned, "round %u", round);
		if (planned) {
			slot = xstrdup(client_value(other, "slot"));
			client_send(other, "slot cancel slot=%s", slot);
			client_expect(other, "ok ...");
			free(slot);
		} else {
			client_ask(
			    one, "site put finess=160004578 rooms=2", "ok ...");
		}
	}
	client_close(one);
	client_close(other);
	town_free(town);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("directory list");

	tcase_add_test(tcase, lists_and_filters);
	tcase_add_test(tcase, pages_of_a_list_that_changes);
	tcase_add_test(tcase, roles);
	tcase_add_test(tcase, homes_are_private);
	tcase_add_test(tcase, creating_at_once);
	tcase_add_test(tcase, room_against_half_day);
	return view_main("directory list", tcase);
}
