/* SPDX-License-Identifier: ISC */
/*
 * directory_test: putting territories, structures, sites, physicians and zoning
 * facts, with every refusal.
 */
#include "daemon/base/mem.h"
#include "tests/integration/view_kit.h"

#include <stdlib.h>
#include <string.h>

#define NOBODY "0189f7c2-5b1e-7abc-8def-0123456789ab"

/* ----- putting ----- */

START_TEST(put_again_changes_nothing)
{
	struct town *town = view_hamlet(1);
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

	view_found(admin);
	VIEW_RUN(admin, lines);
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
    {"site put id=" NOBODY " rooms=2", "bad missing what=name ..."},
    {"site put id=" NOBODY " site=160004578", "bad value what=id ..."},
    {"site put id=" NOBODY " finess=160004578", "no exists what=160004578 ..."},
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
	struct town *town = view_hamlet(1);
	struct client *admin = daemon_operator(town->daemon[0]);

	view_found(admin);
	VIEW_RUN(admin, refusals);
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
	struct town *town = view_hamlet(1);
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

	VIEW_RUN(admin, lines);
	client_close(admin);
	town_free(town);
}
END_TEST

START_TEST(sites_without_number)
{
	struct town *town = view_hamlet(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	char *id;

	view_found(admin);
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
	struct town *town = view_hamlet(1);
	struct client *admin = daemon_operator(town->daemon[0]);

	view_found(admin);
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
	struct town *town = view_hamlet(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	char *first, *expected;

	view_found(admin);
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
	struct town *town = view_hamlet(1);
	struct client *admin = daemon_operator(town->daemon[0]);

	view_found(admin);
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

int
main(void)
{
	TCase *tcase = tcase_create("directory");

	tcase_add_test(tcase, put_again_changes_nothing);
	tcase_add_test(tcase, every_refusal);
	tcase_add_test(tcase, wrong_keys_that_are_taken);
	tcase_add_test(tcase, sites_without_number);
	tcase_add_test(tcase, batches);
	tcase_add_test(tcase, what_is_in_use_stays);
	tcase_add_test(tcase, what_is_over_is_not_in_use);
	return view_main("directory", tcase);
}
