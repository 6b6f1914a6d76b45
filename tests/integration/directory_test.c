/* SPDX-License-Identifier: ISC */
/*
 * directory_test: putting, getting and listing territories, structures, sites,
 * physicians and zoning facts, with every refusal.
 */
#include "daemon/base/mem.h"
#include "proto/request.h"
#include "tests/support/town.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pgcluster *cluster;

#define NOBODY "0189f7c2-5b1e-7abc-8def-0123456789ab"

/* What is asked, and the answer's closing line. */
struct dialogue {
	const char *ask, *answer;
};

static struct town *
one_daemon(void)
{
	struct town *town = town_new(cluster);

	town_start(town, 0, NULL, NULL);
	return town;
}

static void
run(struct client *client, const struct dialogue *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		client_ask(client, lines[i].ask, lines[i].answer);
}

#define RUN(client, lines) run((client), (lines), ARRAY_SIZE(lines))

static const struct dialogue small_plan[] = {
    {"territory put code=T-SUD kind=cpts name=\"Sud\"",
	"ok territory=T-SUD id=... rev=1 cursor=..."},
    {"territory put code=T-NORD kind=cpts", "ok ..."},
    {"structure put code=MSP1 kind=MSP name=\"Les Tilleuls\"",
	"ok structure=MSP1 id=... rev=1 cursor=..."},
    {"site put finess=160004578 name=Tilleuls territory=T-SUD structure=MSP1 "
     "rooms=2 commune=16106",
	"ok site=160004578 id=... rev=1 cursor=..."},
    {"site put finess=870001237 name=Limoges territory=T-NORD",
	"ok site=870001237 id=... rev=1 cursor=..."},
    {"physician put rpps=10005173140 family=Martin given=Claire home=16102 "
     "lat=45.5 lon=0.25",
	"ok physician=10005173140 id=... rev=1 cursor=..."},
    {"physician put rpps=10002909371 family=Durand",
	"ok physician=10002909371 id=... rev=1 cursor=..."},
    {"zone put commune=16106 kind=gp class=ZAC from=2020-01-01",
	"ok zone=... id=... rev=1 cursor=..."},
};

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

/* ----- putting ----- */

START_TEST(put_again_changes_nothing)
{
	struct town *town = one_daemon();
	struct client *admin = daemon_operator(town->daemon[0]);
	static const struct dialogue lines[] = {
	    {"territory put code=T-SUD name=Sud",
		"ok territory=T-SUD id=... rev=1 unchanged=yes cursor=..."},
	    {"structure put code=MSP1 rev=1 kind=MSP",
		"ok structure=MSP1 id=... rev=1 unchanged=yes cursor=..."},
	    {"site put site=160004578 finess=160004578 rooms=2 tz=Europe/Paris",
		"ok site=160004578 id=... rev=1 unchanged=yes cursor=..."},
	    {"physician put rpps=10005173140 lat=45.50000 specialty=MG",
		"ok physician=10005173140 id=... rev=1 unchanged=yes "
		"cursor=..."},
	    {"zone put commune=16106 kind=gp class=ZAC from=2020-01-01",
		"ok zone=... id=... rev=1 unchanged=yes cursor=..."},
	    {"zone put commune=16106 kind=gp class=ZIP from=2020-01-01 rev=1",
		"ok zone=... id=... rev=2 cursor=..."},
	    {"site put finess=160004578 name=\"Les Tilleuls\" rev=1",
		"ok site=160004578 id=... rev=2 cursor=..."},
	    {"site put finess=160004578 name=\"Les Tilleuls\" dry=yes",
		"ok site=160004578 id=... rev=2 unchanged=yes dry=yes"},
	};

	RUN(admin, small_plan);
	RUN(admin, lines);
	ck_assert_int_eq(
	    pgcluster_number(town->sql, "SELECT count(*) FROM rota.change"),
	    10);
	client_close(admin);
	town_free(town);
}
END_TEST

static const struct dialogue refusals[] = {
    /* a new object, and what it needs */
    {"territory put code=T", "bad missing what=kind expected=... text=..."},
    {"structure put code=S name=x", "bad missing what=kind ..."},
    {"territory put kind=cpts", "bad missing column=... what=code ..."},
    {"zone put commune=16106 kind=gp class=ZIP",
	"bad missing column=... what=from ..."},
    {"site put rooms=3",
	"bad missing what=name expected=\"a name, as the "
	"site has no FINESS number\" text=..."},
    {"site put finess=160000014 lat=45", "bad missing what=lon ..."},
    {"physician put rpps=10100000016 lon=0", "bad missing what=lat ..."},
    /* words */
    {"territory put code=T kind=village",
	"bad value what=kind expected=\"one of cpts pdsa sector departement "
	"region epci\" text=..."},
    {"structure put code=S kind=msp", "bad value what=kind ..."},
    {"structure put code=MSP1 state=closed",
	"bad value what=state expected=\"one of active retired\" text=..."},
    {"site put finess=160004578 source=guess",
	"bad value what=source expected=\"one of real generated\" text=..."},
    {"territory put code=- kind=cpts", "bad value what=code ..."},
    {"territory put code=" NOBODY " kind=cpts", "bad value what=code ..."},
    {"physician put rpps=10005173140 specialty=CARDIOLOG",
	"bad value what=specialty expected=\"at most 8 bytes\" text=..."},
    /* numbers */
    {"site put finess=16000457 name=x",
	"bad value what=finess expected=\"a FINESS number of nine "
	"characters\" text=..."},
    {"site put finess=160004579 name=x",
	"bad value what=finess expected=\"a FINESS number, whose last digit "
	"is its key\" text=..."},
    {"site put site=160004579 name=x", "bad value what=finess ..."},
    {"physician put rpps=1000517314",
	"bad value what=rpps expected=\"an RPPS number of eleven digits\" "
	"text=..."},
    {"physician put rpps=1000517314X", "bad value what=rpps ..."},
    {"site put finess=160004578 commune=1610", "bad value what=commune ..."},
    {"site put finess=160004578 departement=Charente",
	"bad value what=departement ..."},
    {"physician put rpps=10005173140 home=ANGOU", "bad value what=home ..."},
    {"site put finess=160004578 rooms=100",
	"bad value column=... what=rooms ..."},
    {"site put finess=160004578 lat=91 lon=0",
	"bad value column=... what=lat ..."},
    /* clocks */
    {"site put finess=160004578 tz=Europe/Angouleme", "bad value what=tz ..."},
    {"site put finess=160004578 tz=../../etc/passwd", "bad value what=tz ..."},
    {"site put finess=160004578 hours=\"mon M 09:00-15:00\"",
	"bad value at=7 what=hours expected=\"M opens within 08:00-13:00\" "
	"text=..."},
    {"site put finess=160004578 hours=\"mon-fri M 09:00-12:00; sot M "
     "09:00-12:00\"",
	"bad value at=24 what=hours expected=\"a weekday is ...\" text=..."},
    /* references */
    {"site put finess=160004578 structure=NONE",
	"no not-found what=NONE expected=\"the name or id of a structure\" "
	"text=..."},
    {"site put finess=160004578 territory=MSP1", "no not-found what=MSP1 ..."},
    {"site put site=" NOBODY " name=x", "no not-found what=" NOBODY " ..."},
    {"site put site=Tilleuls name=x", "no not-found what=Tilleuls ..."},
    /* revisions */
    {"structure put code=MSP1 rev=2 name=x",
	"no stale rev=1 what=rev text=..."},
    {"structure put code=MSP2 kind=MSP rev=1", "no stale rev=0 ..."},
    {"physician put rpps=10005173140 rev=0", "no stale rev=1 ..."},
    /* somebody else's number */
    {"site put site=870001237 finess=160004578",
	"no exists what=160004578 text=..."},
    /* zoning */
    {"zone put commune=16106 kind=gp class=QPV from=2026-01-01",
	"bad value what=class expected=\"one of ZIP ZAC ZAR HZ\" text=..."},
    {"zone put commune=16106 kind=red class=ZIP from=2026-01-01",
	"bad value what=class expected=ROUGE text=..."},
    {"zone put commune=16106 kind=gp class=ZIP from=2026-01-02 to=2026-01-01",
	"bad value what=to ..."},
    {"zone put commune=1610 kind=gp class=ZIP from=2026-01-02",
	"bad value what=commune ..."},
    {"zone put commune=16106 kind=medical class=ZIP from=2026-01-02",
	"bad value what=kind ..."},
    /* lists and gets */
    {"site get site=160000014", "no not-found what=160000014 text=..."},
    {"structure get structure=NONE", "no not-found what=NONE ..."},
    {"site list zone=QPV", "bad value what=zone ..."},
    {"site list territory=NONE", "no not-found what=NONE ..."},
    {"site list state=open", "bad value what=state ..."},
    {"site list departement=x", "bad value what=departement ..."},
    {"structure list kind=x", "bad value what=kind ..."},
    {"zone list class=x", "bad value what=class ..."},
    {"zone list next=x", "bad value what=next ..."},
};

START_TEST(every_refusal)
{
	struct town *town = one_daemon();
	struct client *admin = daemon_operator(town->daemon[0]);

	RUN(admin, small_plan);
	RUN(admin, refusals);
	/* Nothing was written, and the same stands in a batch. */
	client_send(admin, "batch n=2");
	client_send(admin, "structure put code=NEW kind=CDS");
	client_ask(admin, "site put finess=160004578 structure=NONE",
	    "no not-found line=2 what=NONE ...");
	client_ask(admin, "structure get structure=NEW", "no not-found ...");
	ck_assert_int_eq(
	    pgcluster_number(town->sql, "SELECT count(*) FROM rota.change"), 8);
	client_close(admin);
	town_free(town);
}
END_TEST

START_TEST(wrong_keys_that_are_taken)
{
	struct town *town = one_daemon();
	struct client *admin = daemon_operator(town->daemon[0]);
	static const struct dialogue lines[] = {
	    {"physician put rpps=10005173141 family=Martin",
		"ok physician=10005173141 id=... rev=1 warning=rpps-key "
		"cursor=..."},
	    {"site put finess=2A0000019 name=Ajaccio",
		"ok site=2A0000019 id=... rev=1 warning=finess-key cursor=..."},
	    {"site put finess=2A0000019 rooms=4",
		"ok site=2A0000019 id=... rev=2 warning=finess-key cursor=..."},
	};

	RUN(admin, lines);
	client_close(admin);
	town_free(town);
}
END_TEST

START_TEST(sites_without_number)
{
	struct town *town = one_daemon();
	struct client *admin = daemon_operator(town->daemon[0]);
	char *id;

	RUN(admin, small_plan);
	client_ask(admin, "site put name=\"Bus\" structure=MSP1",
	    "ok site=... id=... rev=1 cursor=...");
	id = xstrdup(client_value(admin, "site"));
	ck_assert_str_eq(client_value(admin, "id"), id);
	/* It gets a number; by its id it is known as before. */
	client_send(admin, "site put site=%s finess=160000014 structure=-", id);
	client_expect(admin, "ok site=160000014 id=... rev=2 cursor=...");
	client_send(admin, "site get site=%s", id);
	client_expect(admin, "* site=160000014 id=... rev=2 name=Bus tz=...");
	client_expect(admin, "ok ...");
	client_ask(admin, "site put finess=160000014 rooms=3",
	    "ok site=160000014 id=... rev=3 ...");
	ck_assert_str_eq(client_value(admin, "id"), id);
	/* It loses the number, which makes a new site then. */
	client_send(admin, "site put site=%s finess=-", id);
	client_expect(admin, "ok site=... id=... rev=4 ...");
	ck_assert_str_eq(client_value(admin, "site"), id);
	client_ask(admin, "site put finess=160000014 name=New",
	    "ok site=160000014 id=... rev=1 ...");
	ck_assert_str_ne(client_value(admin, "id"), id);
	free(id);
	client_close(admin);
	town_free(town);
}
END_TEST

/* Lines of one batch know each other, in any order where order means nothing.
 */
START_TEST(batches)
{
	struct town *town = one_daemon();
	struct client *admin = daemon_operator(town->daemon[0]);

	RUN(admin, small_plan);
	client_send(admin, "batch n=4");
	client_send(admin, "structure put code=CDS9 kind=CDS");
	client_send(admin, "site put finess=160000014 structure=CDS9 rooms=3");
	client_send(admin, "site put site=160000014 name=Neuf");
	client_send(admin, "structure put code=CDS9 name=Neuf");
	client_expect(admin, "* line=1 ok structure=CDS9 id=... rev=1");
	client_expect(admin, "* line=2 ok site=160000014 id=... rev=1");
	client_expect(admin, "* line=3 ok site=160000014 id=... rev=1");
	client_expect(admin, "* line=4 ok structure=CDS9 id=... rev=1");
	client_expect(admin, "ok lines=4 cursor=...");
	client_send(admin, "site get site=160000014");
	client_expect(admin,
	    "* site=160000014 ... rev=1 name=Neuf "
	    "structure=CDS9 tz=Europe/Paris rooms=3 ...");
	client_expect(admin, "ok ...");

	/* Two sites exchange their numbers. */
	client_send(admin, "site get site=160004578");
	client_expect(admin, "* site=160004578 id=... rev=1 name=Tilleuls ...");
	char *tilleuls = xstrdup(client_value(admin, "id"));
	client_expect(admin, "ok ...");
	client_send(admin, "site get site=870001237");
	client_expect(admin, "* site=870001237 id=... rev=1 name=Limoges ...");
	char *limoges = xstrdup(client_value(admin, "id"));
	client_expect(admin, "ok ...");
	client_send(admin, "batch n=2");
	client_send(admin, "site put site=%s finess=870001237", tilleuls);
	client_send(admin, "site put site=%s finess=160004578", limoges);
	client_expect(admin, "* line=1 ok site=870001237 id=... rev=2");
	client_expect(admin, "* line=2 ok site=160004578 id=... rev=2");
	client_expect(admin, "ok lines=2 ...");
	client_send(admin, "site get site=870001237");
	client_expect(admin, "* site=870001237 id=... name=Tilleuls ...");
	ck_assert_str_eq(client_value(admin, "id"), tilleuls);
	client_expect(admin, "ok ...");

	/* Two may not have one. */
	client_send(admin, "batch n=2");
	client_send(admin, "site put site=%s finess=160000022", tilleuls);
	client_send(admin, "site put site=%s finess=160000022", limoges);
	client_expect(admin, "no exists line=... what=160000022 ...");
	free(tilleuls);
	free(limoges);
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- what is in use ----- */

static void
assign(struct client *client, const char *site, const char *rpps, int away,
    const char *more)
{
	client_send(client, "slot assign physician=%s site=%s day=%s %s", rpps,
	    site, town_day(away), more);
	client_expect(client, "ok slot=... rev=1 ...");
}

START_TEST(what_is_in_use_stays)
{
	struct town *town = one_daemon();
	struct client *admin = daemon_operator(town->daemon[0]);
	char *first, *expected;

	RUN(admin, small_plan);
	assign(admin, "160004578", "10005173140", 1, "part=M room=1");
	assign(admin, "160004578", "10002909371", 0, "part=A room=2");
	first = xstrdup(client_value(admin, "slot"));

	client_send(admin, "site put finess=160004578 rooms=1");
	expected = xasprintf(
	    "no in-use room=2 until=%sT18:00+0... what=rooms text=...",
	    town_day(0));
	client_expect(admin, expected);
	free(expected);
	expected = xasprintf(
	    "no in-use slots=2 first=%s what=state text=...", town_day(0));
	client_ask(admin, "site put finess=160004578 state=retired", expected);
	free(expected);
	expected = xasprintf(
	    "no in-use slots=1 first=%s what=state text=...", town_day(0));
	client_ask(
	    admin, "physician put rpps=10002909371 state=retired", expected);
	free(expected);
	client_ask(
	    admin, "site put finess=160004578 rooms=3", "ok ... rev=2 ...");

	/* One unit gives up the room and what was in it, in this order. */
	client_send(admin, "batch n=3");
	client_send(admin, "site put finess=160004578 rooms=1");
	client_send(admin, "physician put rpps=10002909371 state=retired");
	client_send(admin, "slot cancel slot=%s", first);
	client_expect(admin, "* line=1 ok ... rev=3");
	client_expect(admin, "* line=2 ok ... rev=2");
	client_expect(admin, "* line=3 ok ... state=cancelled");
	client_expect(admin, "ok lines=3 ...");
	/* And none may plan in it again at once. */
	client_send(admin, "batch n=2");
	client_send(admin,
	    "slot assign physician=10005173140 site=160004578 "
	    "day=%s part=A",
	    town_day(1));
	client_send(admin, "site put finess=160004578 state=retired");
	client_expect(admin, "no in-use line=2 slots=1 ...");
	free(first);
	client_close(admin);
	town_free(town);
}
END_TEST

/* The past does not hold anything back, nor what nobody will do. */
START_TEST(what_is_over_is_not_in_use)
{
	struct town *town = one_daemon();
	struct client *admin = daemon_operator(town->daemon[0]);

	RUN(admin, small_plan);
	assign(admin, "160004578", "10002909371", -14, "part=A room=2");
	assign(admin, "160004578", "10002909371", 0, "part=A room=2");
	client_send(admin, "slot cancel slot=%s", client_value(admin, "slot"));
	client_expect(admin, "ok ...");
	client_ask(
	    admin, "site put finess=160004578 rooms=1", "ok ... rev=2 ...");
	client_ask(admin, "physician put rpps=10002909371 state=retired",
	    "ok ... rev=2 ...");
	client_ask(admin, "site put finess=160004578 state=retired",
	    "ok ... rev=3 ...");
	client_close(admin);
	town_free(town);
}
END_TEST

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
	struct town *town = one_daemon();
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

	RUN(admin, small_plan);
	RUN(admin, more);
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
	struct town *town = one_daemon();
	struct client *admin = daemon_operator(town->daemon[0]);
	char *next;

	RUN(admin, small_plan);
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

static struct client *
login(const struct town *town, const char *keys)
{
	char *token = daemon_token(town->daemon[0], keys);
	struct client *client = daemon_login(town->daemon[0], token);

	free(token);
	return client;
}

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
    {"physician put rpps=10005173140 specialty=PED", "ok ... rev=2 ..."},
    {"territory put code=T-SUD name=X", "no role text=..."},
    {"zone put commune=16106 kind=gp class=ZIP from=2026-01-01", "no role ..."},
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
	struct town *town = one_daemon();
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *client;

	RUN(admin, small_plan);
	client = login(town, "role=coordinator scope=territory:T-SUD");
	RUN(client, of_coordinator);
	client_close(client);
	client = login(town, "role=coordinator scope=site:870001237");
	client_ask(client, "site put finess=870001237 name=Y", "ok ...");
	client_ask(client, "site put finess=870001237 territory=T-SUD",
	    "no scope what=territory ...");
	client_ask(client, "site put finess=160004578 name=Y", "no scope ...");
	client_close(client);
	client = login(town, "role=physician physician=10005173140");
	RUN(client, of_physician);
	client_close(client);
	client = login(town, "role=desk scope=site:160004578");
	client_ask(client, "site put finess=160004578 name=X", "no role ...");
	client_ask(client, "physician put rpps=10002909371", "no role ...");
	client_close(client);
	client = login(town, "role=regulator");
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
	struct town *town = one_daemon();
	struct client *admin = daemon_operator(town->daemon[0]);
	static const struct {
		const char *keys;
		bool told;
	} readers[] = {
	    {"role=admin", true},
	    {"role=coordinator scope=territory:T-NORD", true},
	    {"role=physician physician=10005173140", true},
	    {"role=desk scope=site:160004578", false},
	    {"role=auditor", false},
	};

	RUN(admin, small_plan);
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		struct client *client = login(town, readers[i].keys);
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
	struct town *town = town_new(cluster);
	struct client *clients[CLIENTS];
	unsigned created = 0;

	town_start(town, 0, NULL, NULL);
	town_start(town, 1, NULL, NULL);
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
	struct town *town = town_new(cluster);
	struct client *one, *other;
	char *slot = NULL;

	town_start(town, 0, NULL, NULL);
	town_start(town, 1, NULL, NULL);
	one = daemon_operator(town->daemon[0]);
	other = daemon_operator(town->daemon[1]);
	RUN(one, small_plan);
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
			client_ask(other, "site put finess=160004578 rooms=2",
			    "ok ...");
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
	Suite *suite = suite_create("directory");
	TCase *tcase = tcase_create("directory");
	SRunner *runner;
	int failed;

	cluster = pgcluster_new(NULL);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, put_again_changes_nothing);
	tcase_add_test(tcase, every_refusal);
	tcase_add_test(tcase, wrong_keys_that_are_taken);
	tcase_add_test(tcase, sites_without_number);
	tcase_add_test(tcase, batches);
	tcase_add_test(tcase, what_is_in_use_stays);
	tcase_add_test(tcase, what_is_over_is_not_in_use);
	tcase_add_test(tcase, lists_and_filters);
	tcase_add_test(tcase, pages_of_a_list_that_changes);
	tcase_add_test(tcase, roles);
	tcase_add_test(tcase, homes_are_private);
	tcase_add_test(tcase, creating_at_once);
	tcase_add_test(tcase, room_against_half_day);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	pgcluster_free(cluster);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
