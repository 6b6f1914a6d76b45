/* SPDX-License-Identifier: ISC */
/*
 * facts_test: what is said of sites, physicians and programmes on some days -
 * stated, stated again, changed, taken back, listed, refused; two daemons that
 * state the same at once.
 */
#include "daemon/base/mem.h"
#include "proto/limits.h"
#include "tests/integration/facts_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ----- every kind ----- */

/* What names the fact, the rest of it, the rest changed, another name. */
static const struct {
	const char *kind, *name, *rest, *changed, *other;
} facts[] = {
    {"holiday", "area=national kind=public from=2040-07-14",
	"to=2040-07-14 name=\"F\xc3\xaate\"", "to=2040-07-14 name=Juillet",
	"area=national kind=school from=2040-07-14"},
    {"closure", "site=" TILLEULS " from=2040-08-01 parts=MA",
	"to=2040-08-20 cause=leave", "to=2040-08-21 cause=leave",
	"site=" TILLEULS " from=2040-08-01 parts=M"},
    {"opening", "site=" TILLEULS " from=2040-05-05",
	"to=2040-05-05 hours=\"sat M 09:00-12:00\"",
	"to=2040-05-06 hours=\"sat,sun M 09:00-12:00\"",
	"site=" LIMOGES " from=2040-05-05"},
    {"stop", "site=" BUS " pattern=\"mon,tue  MA every 2\" from=2040-01-02",
	"commune=16102 address=Halle", "commune=16103 address=Halle",
	"site=" BUS " pattern=\"wed MA\" from=2040-01-02"},
    {"presence",
	"site=" TILLEULS " staff=apn pattern=\"mon-fri M\" from=2040-01-02",
	"number=2", "number=3",
	"site=" TILLEULS " staff=nurse pattern=\"mon-fri M\" from=2040-01-02"},
    {"need", "site=" TILLEULS " pattern=\"1st mon M\" from=2040-01-02",
	"number=2 to=2040-12-31", "number=2 to=2999-12-31",
	"sector=SECTOR pattern=\"1st mon M\" from=2040-01-02"},
    {"need",
	"sector=SECTOR pattern=\"fri A\" activity=SNP specialty=PED "
	"from=2040-01-02",
	"to=2040-06-30", "to=2041-06-30",
	"sector=SECTOR pattern=\"fri A\" activity=SNP from=2040-01-02"},
    {"enrolment", "physician=" MARTIN " programme=CSTM from=2040-01-02",
	"to=2040-12-31", "to=2041-12-31",
	"physician=" MARTIN " programme=OTHER from=2040-01-02"},
    {"authorisation",
	"physician=" MARTIN " site=" TILLEULS " kind=locum from=2040-01-02",
	"to=2040-12-31", "to=2041-12-31",
	"physician=" MARTIN " site=" TILLEULS " kind=mission from=2040-01-02"},
    {"availability",
	"physician=" MARTIN " kind=available pattern=\"last fri MA\" "
	"from=2040-01-02",
	"to=2040-12-31", "to=2999-12-31",
	"physician=" MARTIN " kind=disliked pattern=\"last fri MA\" "
	"from=2040-01-02"},
    {"absence", "physician=" MARTIN " from=2040-02-15", "to=2040-02-19",
	"to=2040-02-18", "physician=" MARTIN " from=2040-02-15 parts=M"},
    {"busy",
	"physician=" MARTIN " structure=MSP1 pattern=\"wed MA\" "
	"from=2040-01-02",
	"to=2040-12-31", "to=2040-06-30",
	"physician=" MARTIN " pattern=\"wed MA\" from=2040-01-02"},
    {"quota", "physician=" MARTIN " period=year from=2040-01-01",
	"min=20 max=60", "min=20 max=9999",
	"physician=" MARTIN " programme=CSTM period=year from=2040-01-01"},
    {"quota", "programme=CSTM period=week from=2040-01-02", "max=4", "max=3",
	"programme=CSTM period=month from=2040-01-02"},
};

/* Puts the fact and expects this revision of this fact. */
static void
put(struct client *client, size_t n, const char *more, const char *fact,
    unsigned rev, bool changed)
{
	char *answer = xasprintf("ok %s=%s id=%s rev=%u ...cursor=...",
	    facts[n].kind, fact, fact, rev);

	client_send(client, "%s put %s %s", facts[n].kind, facts[n].name, more);
	client_expect(client, answer);
	ck_assert((client_value(client, "unchanged") == NULL) == changed);
	free(answer);
}

START_TEST(every_kind)
{
	struct client *admin;
	struct town *town = facts_village(1, &admin);
	size_t n = (size_t)_i;
	char *fact, *list = xasprintf("%s list", facts[n].kind), *more;

	facts_count(admin, list, "", 0);
	client_send(
	    admin, "%s put %s %s", facts[n].kind, facts[n].name, facts[n].rest);
	client_expect(admin, "ok ... rev=1 ...");
	fact = xstrdup(client_value(admin, "id"));
	put(admin, n, facts[n].rest, fact, 1, false);
	put(admin, n, facts[n].changed, fact, 2, true);
	put(admin, n, facts[n].changed, fact, 2, false);
	more = xasprintf("%s rev=2 state=retired", facts[n].changed);
	put(admin, n, more, fact, 3, true);
	client_send(admin, "%s put %s %s", facts[n].kind, facts[n].name, more);
	client_expect(admin, "no stale rev=3 ...");
	free(more);
	facts_count(admin, list, "", 1);
	facts_count(admin, list, "state=active", 0);
	facts_count(admin, list, "state=retired day=2040-02-15",
	    strstr(facts[n].name, "from=2040-01-0") != NULL ||
		    strstr(facts[n].name, "from=2040-02-15") != NULL
		? 1
		: 0);
	more = xasprintf("%s state=active", facts[n].rest);
	put(admin, n, more, fact, 4, true);
	free(more);
	/* Another name is another fact. */
	client_send(admin, "%s put %s %s", facts[n].kind, facts[n].other,
	    facts[n].rest);
	client_expect(admin, "ok ... rev=1 ...");
	ck_assert_str_ne(client_value(admin, "id"), fact);
	facts_count(admin, list, "state=active", 2);
	/* The table has what was said last, and the feed every revision. */
	ck_assert_int_eq(
	    pgcluster_number(town->sql,
		"SELECT count(*) FROM rota.%s WHERE id = '%s' AND rev = 4 AND"
		" state = 'active'",
		facts[n].kind, fact),
	    1);
	ck_assert_int_eq(
	    pgcluster_number(town->sql,
		"SELECT count(*) FROM rota.change WHERE entity = '%s'", fact),
	    4);
	free(fact);
	free(list);
	client_close(admin);
	town_free(town);
}
END_TEST

/* A pattern has one form, and stands in the list in it. */
START_TEST(a_fact_is_its_name)
{
	struct client *admin;
	struct town *town = facts_village(1, &admin);

	client_ask(admin,
	    "need put site=" TILLEULS " pattern=\"mon,tue,wed  MA ;fri M\" "
	    "from=2040-01-02",
	    "ok ... rev=1 ...");
	client_ask(admin,
	    "need put from=2040-01-02 pattern=\"mon-wed MA; fri M\" "
	    "specialty=MG activity=MT site=" TILLEULS,
	    "ok ... rev=1 unchanged=yes ...");
	client_ask(admin, "need list",
	    "* need=... rev=1 site=" TILLEULS
	    " pattern=\"mon-wed MA; fri M\" activity=MT specialty=MG "
	    "from=2040-01-02 number=1 state=active source=real");
	client_expect(admin, "ok count=1 ...");
	/* Of the site, whatever it is called. */
	client_ask(admin, "site put site=" TILLEULS " finess=160000014",
	    "ok site=160000014 ...");
	client_ask(admin,
	    "need put from=2040-01-02 pattern=\"mon-wed MA; fri M\" "
	    "site=160000014 number=3",
	    "ok ... rev=2 ...");
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- lists ----- */

START_TEST(filters_and_pages)
{
	struct client *admin;
	struct town *town = facts_village(1, &admin);
	char *whole;

	for (unsigned month = 1; month <= 9; month++) {
		client_send(admin,
		    "absence put physician=%s from=2040-%02u-10 "
		    "to=2040-%02u-20",
		    month % 2 ? MARTIN : DURAND, month, month);
		client_expect(admin, "ok ... rev=1 ...");
		client_send(admin,
		    "authorisation put physician=%s site=%s kind=mission "
		    "from=204%u-01-01",
		    month % 2 ? MARTIN : DURAND, month % 3 ? TILLEULS : LIMOGES,
		    month);
		client_expect(admin, "ok ... rev=1 ...");
	}
	facts_count(admin, "absence list", "", 9);
	facts_count(admin, "absence list", "physician=" MARTIN, 5);
	facts_count(admin, "absence list", "physician=" DURAND, 4);
	facts_count(admin, "absence list", "day=2040-03-10", 1);
	facts_count(admin, "absence list", "day=2040-03-20", 1);
	facts_count(admin, "absence list", "day=2040-03-21", 0);
	facts_count(admin, "absence list", "from=2040-03-20 to=2040-05-10", 3);
	facts_count(admin, "absence list", "from=2040-03-21 to=2040-05-09", 1);
	facts_count(admin, "absence list", "from=2040-08-21", 1);
	facts_count(admin, "absence list", "to=2040-01-09", 0);
	facts_count(
	    admin, "absence list", "physician=" MARTIN " from=2040-09-20", 1);
	facts_count(admin, "authorisation list", "site=" LIMOGES, 3);
	facts_count(admin, "authorisation list",
	    "site=" LIMOGES " physician=" MARTIN, 2);
	facts_count(admin, "authorisation list", "kind=locum", 0);
	facts_count(admin, "authorisation list", "to=2043-06-30", 3);
	client_ask(admin, "absence list physician=10100000016",
	    "no not-found what=10100000016 ...");
	client_ask(admin, "authorisation list kind=friend",
	    "bad value...what=kind ...");
	client_ask(admin, "absence list next=x", "bad value...what=next ...");
	view_check_pages(admin, "absence list", 9);
	view_check_pages(admin, "absence list physician=" DURAND, 4);
	view_check_pages(admin, "authorisation list site=" TILLEULS, 6);
	/* Of one physician in the order of days. */
	whole = view_answer_of(admin, "absence list physician=" MARTIN);
	for (unsigned month = 1; month + 2 <= 9; month += 2) {
		char before[32], after[32];

		snprintf(before, sizeof(before), "from=2040-%02u", month);
		snprintf(after, sizeof(after), "from=2040-%02u", month + 2);
		ck_assert(strstr(whole, before) < strstr(whole, after));
	}
	free(whole);
	client_close(admin);
	town_free(town);
}
END_TEST

static const struct dialogue refused[] = {
    {"closure put site=" TILLEULS " from=2040-08-02 to=2040-08-01",
	"bad value...what=to ..."},
    {"enrolment put physician=" MARTIN
     " programme=CSTM from=2040-08-02 to=2040-08-01",
	"bad value...what=to ..."},
    {"programme put code=CSTM from=2040-08-02 to=2040-08-01",
	"bad value...what=to ..."},
    {"programme put code=CSTM to=2040-08-01", "ok ... rev=2 ..."},
    {"programme put code=CSTM from=2040-08-02", "bad value...what=to ..."},
    {"closure put site=" TILLEULS " from=2040-08-02",
	"bad missing...what=to ..."},
    {"closure put from=2040-08-02 to=2040-08-02",
	"bad missing...what=site ..."},
    {"closure put site=160000014 from=2040-08-02 to=2040-08-02",
	"no not-found what=160000014 ..."},
    {"closure put site=" TILLEULS " from=2040-08-02 to=2040-08-02 parts=AM",
	"bad value...what=parts ..."},
    {"closure put site=" TILLEULS " from=2040-08-02 to=2040-08-02 cause=none",
	"bad value...what=cause ..."},
    {"need put pattern=\"mon M\" from=2040-08-02",
	"bad missing...what=site ..."},
    {"need put site=" TILLEULS
     " sector=SECTOR pattern=\"mon M\" from=2040-08-02",
	"bad value...what=sector ..."},
    {"need put site=" TILLEULS " pattern=\"mon M\" from=2040-08-02 number=0",
	"bad value...what=number ..."},
    {"need put site=" TILLEULS " pattern=\"mon M;\xc3\xa9\" "
     "from=2040-08-02",
	"bad value at=7 what=pattern ..."},
    {"need put site=" TILLEULS " pattern=\"\" from=2040-08-02",
	"bad value...what=pattern ..."},
    {"opening put site=" TILLEULS
     " from=2040-08-02 to=2040-08-02 hours=\"thu M 9\"",
	"bad value at=7 what=hours ..."},
    {"quota put period=week from=2040-08-02 max=3",
	"bad missing...what=physician ..."},
    {"quota put physician=" MARTIN " period=week from=2040-08-02 min=4 max=3",
	"bad value...what=max ..."},
    {"quota put physician=" MARTIN " period=day from=2040-08-02",
	"bad value...what=period ..."},
    {"absence put physician=" MARTIN " from=2040-08-02 to=2040-08-03 rev=1",
	"no stale rev=0 ..."},
    {"absence put physician=" MARTIN " from=2040-08-02 to=2040-08-03 dry=yes",
	"ok absence=... id=... rev=1 ...dry=yes"},
    {"absence list", "ok count=0 ..."},
    {"busy put physician=" MARTIN
     " structure=- pattern=\"mon M\" from=2040-08-02",
	"ok busy=... rev=1 ..."},
    {"busy put physician=" MARTIN " pattern=\"mon M\" from=2040-08-02",
	"ok busy=... rev=1 unchanged=yes ..."},
    {"territory put code=T-SUD phone=0545000000", "bad value...what=phone ..."},
    {"territory put code=T-SUD phone=+123456789012345", "ok ... rev=2 ..."},
    {"territory put code=T-SUD phone=+1234567890123456",
	"bad value...what=phone ..."},
    {"site put site=" TILLEULS " kind=boat", "bad value...what=kind ..."},
    {"site put site=" TILLEULS " minutes=4", "bad value...what=minutes ..."},
    {"site put site=" TILLEULS " sector=NOWHERE",
	"no not-found what=NOWHERE ..."},
    {"physician put rpps=" MARTIN " max-km=2001",
	"bad value...what=max-km ..."},
};

START_TEST(refusals)
{
	struct client *admin;
	struct town *town = facts_village(1, &admin);

	VIEW_RUN(admin, refused);
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- how many ----- */

/* So many availabilities of new names, from the number `first` on, as one unit.
 */
static void
state_many(struct client *client, unsigned first, unsigned count)
{
	client_send(client, "batch n=%u", count);
	for (unsigned n = first; n < first + count; n++)
		client_send(client,
		    "availability put physician=" MARTIN
		    " kind=preferred pattern=\"mon M\" from=%04u-%02u-%02u",
		    2001 + n / 336, n / 28 % 12 + 1, n % 28 + 1);
}

START_TEST(an_owner_has_so_many_and_no_more)
{
	static const struct dialogue then[] = {
	    {"availability put physician=" MARTIN
	     " kind=preferred pattern=\"tue M\" from=2001-01-01",
		"ok availability=... rev=1 cursor=..."},
	    {"availability put physician=" MARTIN
	     " kind=preferred pattern=\"wed M\" from=2001-01-01",
		"no limit of=4000 what=physician ..."},
	    /* What is there is changed, and taken back, and still there. */
	    {"availability put physician=" MARTIN
	     " kind=preferred pattern=\"tue M\" from=2001-01-01 "
	     "state=retired",
		"ok ... rev=2 cursor=..."},
	    {"availability put physician=" MARTIN
	     " kind=preferred pattern=\"wed M\" from=2001-01-01",
		"no limit of=4000 what=physician ..."},
	    /* Another owner's, and of another kind. */
	    {"availability put physician=" DURAND
	     " kind=preferred pattern=\"wed M\" from=2001-01-01",
		"ok ... rev=1 cursor=..."},
	    {"absence put physician=" MARTIN " from=2040-01-01 to=2040-01-02",
		"ok ... rev=1 ..."},
	};
	struct client *admin;
	struct town *town = facts_village(1, &admin);

	state_many(admin, 0, PROTO_FACTS_MAX - 1);
	client_expect_after(admin, "ok lines=3999 ...");
	/* The first line of the unit that is one too many. */
	state_many(admin, PROTO_FACTS_MAX - 1, 3);
	client_expect(admin, "no limit line=2 of=4000 what=physician ...");
	VIEW_RUN(admin, then);
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- two daemons ----- */

enum { CLIENTS = 6, ROUNDS = 30 };

/* Everybody states the same facts at once: each is made once. */
START_TEST(stated_at_once)
{
	static const char *const allowed[] = {"stale", NULL};
	struct client *admin, *clients[CLIENTS];
	struct town *town = facts_village(2, &admin);
	unsigned created = 0;

	for (unsigned i = 0; i < CLIENTS; i++)
		clients[i] = daemon_operator(town->daemon[i % 2]);
	for (unsigned n = 0; n < ROUNDS; n++)
		for (unsigned i = 0; i < CLIENTS; i++) {
			client_send(clients[i],
			    "absence put physician=%s from=204%u-01-%02u "
			    "to=2049-12-31",
			    n % 2 ? MARTIN : DURAND, n % 9, n + 1);
			client_send(clients[i],
			    "need put site=%s pattern=\"mon M\" "
			    "from=204%u-02-01 number=%u",
			    n % 2 ? TILLEULS : LIMOGES, n % 9, 1 + i);
		}
	for (unsigned i = 0; i < CLIENTS; i++) {
		for (unsigned n = 0; n < 2 * ROUNDS; n++) {
			client_expect(clients[i], "ok ... cursor=...");
			created +=
			    strcmp(client_value(clients[i], "rev"), "1") == 0 &&
			    client_value(clients[i], "unchanged") == NULL;
		}
		client_close(clients[i]);
	}
	ck_assert_int_eq(
	    pgcluster_number(town->sql, "SELECT count(*) FROM rota.absence"),
	    ROUNDS);
	ck_assert_int_eq(
	    pgcluster_number(town->sql, "SELECT count(*) FROM rota.need"), 18);
	ck_assert_uint_eq(created, ROUNDS + 18);
	town_check_log(town, allowed);
	client_close(admin);
	town_free(town);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("facts");

	tcase_add_loop_test(tcase, every_kind, 0, (int)ARRAY_SIZE(facts));
	tcase_add_test(tcase, a_fact_is_its_name);
	tcase_add_test(tcase, filters_and_pages);
	tcase_add_test(tcase, refusals);
	tcase_add_test(tcase, an_owner_has_so_many_and_no_more);
	tcase_add_test(tcase, stated_at_once);
	return view_main("facts", tcase);
}
