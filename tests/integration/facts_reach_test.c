/* SPDX-License-Identifier: ISC */
/*
 * facts_reach_test: who may state and know which facts, and is told of them.
 */
#include "tests/integration/facts_kit.h"

/* ----- who ----- */

/* The numbers of facts in the lists, in the order of `lists`. */
static void
expect_counts(struct client *client, const char *const lists[], size_t n,
    const char *counts)
{
	for (size_t i = 0; i < n; i++)
		if (counts[i] == '-')
			client_ask(client, lists[i], "no role ...");
		else
			facts_count(
			    client, lists[i], "", (unsigned)(counts[i] - '0'));
}

/* Martin is of CSTM and of Tilleuls, Durand of Limoges, and a third of none. */
static void
state_facts(struct client *admin)
{
	static const struct dialogue lines[] = {
	    {"physician put rpps=10100000016 family=Petit", "ok ..."},
	    {"enrolment put physician=" MARTIN " programme=CSTM "
	     "from=2026-01-01",
		"ok ..."},
	    {"authorisation put physician=" MARTIN " site=" TILLEULS
	     " kind=mission from=2026-01-01",
		"ok ..."},
	    {"authorisation put physician=" DURAND " site=" LIMOGES
	     " kind=mission from=2026-01-01",
		"ok ..."},
	    {"absence put physician=" MARTIN " from=2040-01-01 to=2040-01-02",
		"ok ..."},
	    {"absence put physician=" DURAND " from=2040-01-01 to=2040-01-02",
		"ok ..."},
	    {"absence put physician=10100000016 from=2040-01-01 "
	     "to=2040-01-02",
		"ok ..."},
	    {"quota put programme=CSTM period=week from=2040-01-01 max=4",
		"ok ..."},
	    {"quota put physician=" DURAND " programme=CSTM period=week "
	     "from=2040-01-01 max=4",
		"ok ..."},
	    {"need put site=" TILLEULS " pattern=\"mon M\" from=2040-01-01",
		"ok ..."},
	    {"closure put site=" LIMOGES " from=2040-01-01 to=2040-01-02",
		"ok ..."},
	};

	VIEW_RUN(admin, lines);
}

START_TEST(who_reads_what)
{
	static const char *const lists[] = {"absence list",
	    "authorisation list", "enrolment list", "quota list", "need list",
	    "closure list"};
	static const struct {
		const char *keys, *counts;
	} readers[] = {
	    {"role=auditor", "321211"},
	    {"role=admin", "321211"},
	    {"role=coordinator scope=territory:T-SUD", "111111"},
	    {"role=coordinator scope=site:" LIMOGES, "110211"},
	    {"role=coordinator scope=programme:CSTM", "111211"},
	    {"role=coordinator scope=territory:T-NORD,programme:CSTM",
		"221211"},
	    {"role=coordinator scope=programme:OTHER", "000111"},
	    {"role=physician physician=" MARTIN, "111111"},
	    {"role=physician physician=10100000016", "100111"},
	    {"role=desk scope=site:" TILLEULS, "-1--11"},
	    {"role=regulator", "-----1"},
	};
	struct client *admin;
	struct town *town = facts_village(1, &admin);

	state_facts(admin);
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		struct client *client = view_login(town, 0, readers[i].keys);

		expect_counts(
		    client, lists, ARRAY_SIZE(lists), readers[i].counts);
		client_close(client);
	}
	client_close(admin);
	town_free(town);
}
END_TEST

/* A physician does not try who else is one. */
START_TEST(nobody_is_tried_out)
{
	static const struct dialogue lines[] = {
	    {"absence list physician=" DURAND, "no scope what=" DURAND " ..."},
	    {"absence list physician=10100000024",
		"no scope what=10100000024 ..."},
	    {"authorisation list physician=" DURAND, "no scope ..."},
	    {"absence list physician=" MARTIN, "* absence=..."},
	};
	struct client *admin, *martin;
	struct town *town = facts_village(1, &admin);

	state_facts(admin);
	martin = view_login(town, 0, "role=physician physician=" MARTIN);
	VIEW_RUN(martin, lines);
	client_expect(martin, "ok count=1 ...");
	client_close(martin);
	client_close(admin);
	town_free(town);
}
END_TEST

static const struct dialogue of_sud[] = {
    {"closure put site=" TILLEULS " from=2040-02-01 to=2040-02-02", "ok ..."},
    {"closure put site=" LIMOGES " from=2040-02-01 to=2040-02-02",
	"no scope what=site ..."},
    {"need put site=" TILLEULS " pattern=\"tue M\" from=2040-01-01", "ok ..."},
    {"need put sector=SECTOR pattern=\"tue M\" from=2040-01-01",
	"no scope ..."},
    {"need put sector=T-SUD pattern=\"tue M\" from=2040-01-01", "ok ..."},
    {"authorisation put physician=10100000016 site=" LIMOGES
     " kind=locum from=2040-01-01",
	"no scope ..."},
    {"absence put physician=" DURAND " from=2040-02-01 to=2040-02-02",
	"no scope what=physician ..."},
    {"absence put physician=" MARTIN " from=2040-02-01 to=2040-02-02",
	"ok ..."},
    {"absence put physician=10100000016 from=2040-02-01 to=2040-02-02",
	"no scope ..."},
    /* Once she may work at one of her sites she is hers. */
    {"authorisation put physician=10100000016 site=" TILLEULS
     " kind=locum from=2040-01-01",
	"ok ..."},
    {"absence put physician=10100000016 from=2040-02-01 to=2040-02-02",
	"ok ..."},
    {"enrolment put physician=" MARTIN " programme=CSTM from=2040-01-01",
	"no scope ..."},
    {"quota put physician=" MARTIN " programme=CSTM period=week "
     "from=2040-02-01",
	"no scope ..."},
    {"quota put physician=" MARTIN " period=week from=2040-02-01", "ok ..."},
    {"holiday put area=x kind=public from=2040-01-01 to=2040-01-01",
	"no role ..."},
    {"programme put code=MINE", "no role ..."},
};

static const struct dialogue of_programme[] = {
    {"enrolment put physician=" DURAND " programme=CSTM from=2040-01-01",
	"ok ..."},
    {"enrolment put physician=" DURAND " programme=OTHER from=2040-01-01",
	"no scope ..."},
    {"quota put programme=CSTM period=year from=2040-01-01 min=1", "ok ..."},
    {"quota put programme=OTHER period=year from=2040-01-01 min=1",
	"no scope ..."},
    {"absence put physician=" DURAND " from=2040-03-01 to=2040-03-02",
	"ok ..."},
    {"availability put physician=" MARTIN
     " kind=available pattern=\"mon M\" from=2040-01-01",
	"ok ..."},
    {"closure put site=" TILLEULS " from=2040-02-01 to=2040-02-09",
	"no scope ..."},
    {"authorisation put physician=" MARTIN " site=" TILLEULS
     " kind=mission from=2026-01-01 state=retired",
	"no scope ..."},
};

static const struct dialogue of_martin[] = {
    {"absence put physician=" MARTIN " from=2040-04-01 to=2040-04-02",
	"ok ..."},
    {"absence put physician=" DURAND " from=2040-04-01 to=2040-04-02",
	"no scope what=physician ..."},
    {"availability put physician=" MARTIN
     " kind=unavailable pattern=\"mon M\" from=2040-01-01",
	"ok ..."},
    {"busy put physician=" MARTIN " pattern=\"mon M\" from=2040-01-01",
	"ok ..."},
    {"busy put physician=" DURAND " pattern=\"mon M\" from=2040-01-01",
	"no scope ..."},
    {"quota put physician=" MARTIN " period=week from=2040-01-01",
	"no role ..."},
    {"authorisation put physician=" MARTIN " site=" TILLEULS
     " kind=mission from=2040-01-01",
	"no role ..."},
    {"closure put site=" TILLEULS " from=2040-02-01 to=2040-02-09",
	"no role ..."},
};

static const struct dialogue of_desk[] = {
    {"presence put site=" TILLEULS
     " staff=nurse pattern=\"mon M\" from=2040-01-01",
	"ok ..."},
    {"presence put site=" LIMOGES
     " staff=nurse pattern=\"mon M\" from=2040-01-01",
	"no scope what=site ..."},
    {"need put site=" TILLEULS " pattern=\"mon M\" from=2040-01-01",
	"no role ..."},
};

START_TEST(who_states_what)
{
	static const struct {
		const char *keys;
		const struct dialogue *lines;
		size_t count;
	} writers[] = {
	    {"role=coordinator scope=territory:T-SUD", of_sud,
		ARRAY_SIZE(of_sud)},
	    {"role=coordinator scope=programme:CSTM", of_programme,
		ARRAY_SIZE(of_programme)},
	    {"role=physician physician=" MARTIN, of_martin,
		ARRAY_SIZE(of_martin)},
	    {"role=desk scope=site:" TILLEULS, of_desk, ARRAY_SIZE(of_desk)},
	};
	struct client *admin;
	struct town *town = facts_village(1, &admin);

	state_facts(admin);
	for (size_t i = 0; i < ARRAY_SIZE(writers); i++) {
		struct client *client = view_login(town, 0, writers[i].keys);

		view_run(client, writers[i].lines, writers[i].count);
		client_close(client);
	}
	client_ask(admin, "account invite role=coordinator scope=programme:X",
	    "no not-found what=programme:X ...");
	client_close(admin);
	town_free(town);
}
END_TEST

/* Whoever is no more of a programme is no more its coordinator's. */
START_TEST(what_was_taken_back_covers_nothing)
{
	struct client *admin, *client;
	struct town *town = facts_village(1, &admin);

	state_facts(admin);
	client = view_login(town, 0, "role=coordinator scope=programme:CSTM");
	facts_count(client, "absence list", "", 1);
	client_ask(admin,
	    "enrolment put physician=" MARTIN
	    " programme=CSTM from=2026-01-01 state=retired",
	    "ok ... rev=2 ...");
	facts_count(client, "absence list", "", 0);
	/* She still knows that, and can take it back. */
	facts_count(client, "enrolment list", "state=retired", 1);
	client_ask(client,
	    "enrolment put physician=" MARTIN
	    " programme=CSTM from=2026-01-01 state=active",
	    "ok ... rev=3 ...");
	facts_count(client, "absence list", "", 1);
	client_close(client);
	client_close(admin);
	town_free(town);
}
END_TEST

/* One unit creates a site, a physician, and what is said of them. */
START_TEST(facts_of_what_is_new_in_the_batch)
{
	static const char *const lines[] = {
	    "site put finess=160000014 territory=T-SUD name=New",
	    "physician put rpps=10100000016 family=New",
	    "closure put site=160000014 from=2040-01-01 to=2040-01-02",
	    "authorisation put physician=10100000016 site=160000014 "
	    "kind=mission from=2026-01-01",
	    "absence put physician=10100000016 from=2040-01-01 "
	    "to=2040-01-02",
	    "absence put physician=10100000016 from=2040-01-01 "
	    "to=2040-01-05",
	    "need put site=160000014 pattern=\"mon M\" from=2040-01-01",
	};
	struct client *admin, *client;
	struct town *town = facts_village(1, &admin);

	client = view_login(town, 0, "role=coordinator scope=territory:T-SUD");
	client_send(client, "batch n=%zu", ARRAY_SIZE(lines));
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		client_send(client, "%s", lines[i]);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		client_expect(client, "* line=... ok ... rev=1...");
	client_expect(client, "ok lines=7 ...");
	client_ask(client, "absence list physician=10100000016",
	    "* absence=... rev=1 ... to=2040-01-05 ...");
	client_expect(client, "ok count=1 ...");
	client_close(client);
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- watching ----- */

/* The next push is of this; what follows it is the cursor. */
static void
expect_push(struct client *client, const char *pattern)
{
	client_expect(client, pattern);
	client_expect(client, "! cursor ...");
}

START_TEST(pushed_to_those_who_may_know)
{
	struct client *admin;
	struct town *town = facts_village(2, &admin);
	struct client *sud, *programme, *other, *martin, *desk;

	state_facts(admin);
	view_tell_all(town, admin);
	sud = view_login(town, 1, "role=coordinator scope=territory:T-SUD");
	programme =
	    view_login(town, 1, "role=coordinator scope=programme:CSTM");
	other = view_login(
	    town, 1, "role=coordinator scope=territory:T-NORD,programme:OTHER");
	martin = view_login(town, 1, "role=physician physician=" MARTIN);
	desk = view_login(town, 1, "role=desk scope=site:" TILLEULS);
	client_ask(sud, "watch", "ok ...");
	client_ask(programme, "watch", "ok ...");
	client_ask(other, "watch", "ok ...");
	client_ask(martin, "watch", "ok ...");
	client_ask(desk, "watch", "ok ...");

	client_ask(admin,
	    "absence put physician=" MARTIN " from=2041-01-01 to=2041-01-02",
	    "ok ...");
	expect_push(sud, "! absence absence=... rev=1 physician=" MARTIN);
	expect_push(programme, "! absence absence=... rev=1 ...");
	expect_push(martin, "! absence absence=... rev=1 ...");
	client_ask(admin,
	    "need put site=" TILLEULS " pattern=\"sun M\" from=2041-01-01",
	    "ok ...");
	expect_push(sud, "! need need=... rev=1 site=" TILLEULS);
	expect_push(desk, "! need need=... rev=1 site=" TILLEULS);
	client_ask(admin,
	    "enrolment put physician=" MARTIN
	    " programme=CSTM from=2026-01-01 state=retired",
	    "ok ... rev=2 ...");
	expect_push(sud, "! enrolment enrolment=... rev=2 ...");
	expect_push(programme, "! enrolment enrolment=... rev=2 ...");
	expect_push(martin, "! enrolment enrolment=... rev=2 ...");
	/* No more hers. */
	client_ask(admin,
	    "absence put physician=" MARTIN " from=2041-01-01 to=2041-01-09",
	    "ok ... rev=2 ...");
	expect_push(sud, "! absence absence=... rev=2 ...");
	client_ask(admin, "programme put code=CSTM name=New", "ok ...");
	expect_push(programme, "! programme programme=CSTM rev=2");
	/* The other has heard of none of this: first comes what is hers. */
	client_ask(admin,
	    "closure put site=" LIMOGES " from=2041-01-01 to=2041-01-02",
	    "ok ...");
	expect_push(other, "! closure closure=... rev=1 site=" LIMOGES);
	client_close(sud);
	client_close(programme);
	client_close(other);
	client_close(martin);
	client_close(desk);
	client_close(admin);
	town_free(town);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("reach");

	tcase_add_test(tcase, who_reads_what);
	tcase_add_test(tcase, nobody_is_tried_out);
	tcase_add_test(tcase, who_states_what);
	tcase_add_test(tcase, what_was_taken_back_covers_nothing);
	tcase_add_test(tcase, facts_of_what_is_new_in_the_batch);
	tcase_add_test(tcase, pushed_to_those_who_may_know);
	return view_main("facts reach", tcase);
}
