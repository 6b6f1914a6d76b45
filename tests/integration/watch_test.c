/* SPDX-License-Identifier: ISC */
/*
 * watch_test: what is pushed, to whom, in which form, and from which daemon.
 *
 * That something is not pushed is shown by what comes next: pushes keep the
 * order of the changes.
 */
#include "daemon/base/mem.h"
#include "tests/integration/view_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ----- the lines ----- */

START_TEST(every_kind_over_two_daemons)
{
	struct town *town = view_town(2);
	struct client *one = daemon_operator(town->daemon[0]);
	struct client *other = daemon_operator(town->daemon[1]);
	char *slot, *pattern;

	client_ask(other, "watch", "ok cursor=...");
	client_ask(one, "structure put code=S kind=MSP", "ok ...");
	client_expect(other, "! structure structure=S rev=1");
	client_expect(other, "! cursor value=...");
	client_ask(one, "territory put code=T kind=cpts", "ok ...");
	client_expect(other, "! territory territory=T rev=1");
	client_expect(other, "! cursor value=...");
	client_ask(
	    one, "physician put rpps=10005173140 family=Secret", "ok ...");
	client_expect(other, "! physician physician=10005173140 rev=1");
	client_expect(other, "! cursor value=...");
	client_ask(one, "site put finess=160004578 name=Secret", "ok ...");
	client_expect(other, "! site site=160004578 rev=1");
	client_expect(other, "! cursor value=...");
	client_ask(one,
	    "zone put commune=16106 kind=gp class=ZIP from=2020-01-01",
	    "ok ...");
	client_expect(other, "! zone zone=... rev=1");
	client_expect(other, "! cursor value=...");
	/* An unchanged put and a dry run are no changes. */
	client_ask(
	    one, "structure put code=S name=\"\"", "ok ... unchanged=yes ...");
	client_ask(
	    one, "structure put code=S name=X dry=yes", "ok ... dry=yes");

	client_send(one,
	    "slot assign physician=10005173140 site=160004578 day=%s part=M "
	    "activity=SNP programme=AMI",
	    town_day(7));
	client_expect(one, "ok ...");
	slot = xstrdup(client_value(one, "slot"));
	pattern = xasprintf("! slot slot=%s rev=1 day=%s part=M "
			    "from=%sT09:00+0... to=%sT12:00+0... "
			    "site=160004578 physician=10005173140 room=1 "
			    "activity=SNP state=draft programme=AMI "
			    "at=20...",
	    slot, town_day(7), town_day(7), town_day(7));
	client_expect(other, pattern);
	client_expect(other, "! cursor value=...");
	free(pattern);
	client_send(one, "slot cancel slot=%s reason=SICK", slot);
	client_expect(one, "ok ...");
	client_expect(other, "! slot ... rev=2 ... state=cancelled ...");
	ck_assert_ptr_null(client_value(other, "reason"));
	client_expect(other, "! cursor value=...");
	/* A batch is told together, with one cursor. */
	client_send(one, "batch n=2");
	client_send(one, "structure put code=S2 kind=MSP");
	client_send(one, "structure put code=S3 kind=MSP");
	(void)client_expect_after(one, "ok lines=2 ...");
	client_expect(other, "! structure structure=S2 rev=1");
	client_expect(other, "! structure structure=S3 rev=1");
	client_expect(other, "! cursor value=...");
	free(slot);
	client_close(one);
	client_close(other);
	town_free(town);
}
END_TEST

/* Accounts are told to admins, with no more than their number; tokens never. */
START_TEST(accounts)
{
	struct town *town = view_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *auditor = view_login(town, 0, "role=auditor");
	char *pattern;

	client_ask(admin, "watch", "ok ...");
	client_ask(auditor, "watch", "ok ...");
	client_ask(admin, "account invite role=auditor name=Secret", "ok ...");
	pattern = xasprintf(
	    "! account account=%s rev=1", client_value(admin, "account"));
	client_expect(admin, pattern);
	client_expect(admin, "! cursor ...");
	client_ask(admin, "structure put code=S kind=MSP", "ok ...");
	client_expect(auditor, "! structure structure=S rev=1");
	client_expect(admin, "! structure structure=S rev=1");
	free(pattern);
	client_close(auditor);
	client_close(admin);
	town_free(town);
}
END_TEST

START_TEST(own_changes_and_who_made_them)
{
	struct town *town = view_town(1);
	struct client *a =
	    view_login(town, 0, "role=coordinator scope=territory:T-A");
	struct client *admin = daemon_operator(town->daemon[0]);
	char *account, *slot, *pattern;

	view_authorise(admin, 0, 0);
	client_close(admin);
	client_ask(a, "whoami", "ok account=... role=coordinator ...");
	account = xstrdup(client_value(a, "account"));
	client_ask(a, "watch territory=T-A", "ok cursor=...");
	slot = view_assign(a, 0, 0, 7, "part=M");
	pattern =
	    xasprintf("! slot slot=%s rev=1 ... state=draft by=%s at=20...",
		slot, account);
	client_expect(a, pattern);
	client_expect(a, "! cursor ...");
	free(account);
	free(pattern);
	free(slot);
	client_close(a);
	town_free(town);
}
END_TEST

/* ----- scopes ----- */

START_TEST(scope_of_a_coordinator)
{
	struct town *town = view_town(2);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a =
	    view_login(town, 1, "role=coordinator scope=territory:T-A");
	char *slot;

	client_ask(a, "watch", "ok ...");
	free(view_assign(admin, 0, 3, 7, "part=M")); /* T-B: nothing */
	slot = view_assign(admin, 1, 0, 7, "part=M");
	view_expect(a, "! slot slot=%s rev=1 ...", slot);
	client_expect(a, "! cursor ...");
	/* Away, further away, and back. */
	view_move(admin, slot, "site=%s", town_finess(3));
	view_expect(a, "! gone slot=%s rev=2", slot);
	client_expect(a, "! cursor ...");
	view_move(admin, slot, "site=%s", town_finess(4));
	view_move(admin, slot, "site=%s", town_finess(1));
	view_expect(a, "! slot slot=%s rev=4 ...", slot);
	client_expect(a, "! cursor ...");
	free(slot);
	client_close(a);
	client_close(admin);
	town_free(town);
}
END_TEST

/* A watched physician is busy, wherever; more is not told of elsewhere. */
START_TEST(physician_elsewhere)
{
	struct town *town = view_town(2);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a =
	    view_login(town, 1, "role=coordinator scope=territory:T-A");
	char *slot, *pattern;

	client_send(a, "watch physician=%s", town_rpps(0));
	client_expect(a, "ok ...");
	slot =
	    view_assign(admin, 0, 3, 7, "part=M activity=SNP programme=SECRET");
	pattern = xasprintf("! busy physician=%s slot=%s rev=1 "
			    "from=%sT09:00+0... to=%sT12:00+0... state=busy",
	    town_rpps(0), slot, town_day(7), town_day(7));
	client_expect(a, pattern);
	free(pattern);
	client_expect(a, "! cursor ...");
	view_move(admin, slot, "site=%s", town_finess(0));
	view_expect(a, "! slot slot=%s rev=2 ...", slot);
	client_expect(a, "! cursor ...");
	/* To somebody else, in sight; the rest of it is not watched. */
	view_move(admin, slot, "physician=%s", town_rpps(1));
	view_expect(a, "! slot slot=%s rev=3 ...", slot);
	ck_assert_str_eq(client_value(a, "physician"), town_rpps(1));
	client_expect(a, "! cursor ...");
	view_move(admin, slot, "part=%s", "A");
	view_move(admin, slot, "physician=%s", town_rpps(0));
	view_expect(a, "! slot slot=%s rev=5 ...", slot);
	client_expect(a, "! cursor ...");
	view_move(admin, slot, "site=%s", town_finess(3));
	view_expect(a, "! busy physician=... slot=%s rev=6 ...", slot);
	client_expect(a, "! cursor ...");
	/* To somebody else, out of sight. */
	view_move(admin, slot, "physician=%s", town_rpps(1));
	view_expect(a, "! gone slot=%s rev=7", slot);
	client_expect(a, "! cursor ...");
	view_move(admin, slot, "physician=%s", town_rpps(0));
	view_expect(a, "! busy physician=... slot=%s rev=8 ...", slot);
	client_expect(a, "! cursor ...");
	client_send(admin, "slot cancel slot=%s", slot);
	client_expect(admin, "ok ...");
	view_expect(
	    a, "! busy physician=... slot=%s rev=9 ... state=free", slot);
	client_expect(a, "! cursor ...");
	free(slot);
	client_close(a);
	client_close(admin);
	town_free(town);
}
END_TEST

/* The place that is watched hears of its draft that somebody is there. */
START_TEST(desk_and_physician)
{
	struct town *town = view_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	char *keys = xasprintf("role=desk scope=site:%s", town_finess(0));
	struct client *desk = view_login(town, 0, keys);
	struct client *physician;
	char *slot, *pattern;

	free(keys);
	keys = xasprintf("role=physician physician=%s", town_rpps(0));
	physician = view_login(town, 0, keys);
	free(keys);
	client_ask(desk, "watch", "ok ...");
	client_ask(physician, "watch", "ok ...");
	slot = view_assign(admin, 0, 0, 7, "part=M");
	pattern = xasprintf("! busy site=%s slot=%s rev=1 from=%sT09:00+0... "
			    "to=%sT12:00+0... state=busy",
	    town_finess(0), slot, town_day(7), town_day(7));
	client_expect(desk, pattern);
	free(pattern);
	client_expect(desk, "! cursor ...");
	view_expect(physician, "! slot slot=%s rev=1 ...", slot);
	client_expect(physician, "! cursor ...");
	free(slot);
	slot = view_assign(admin, 1, 0, 7, "part=A state=published");
	view_expect(desk, "! slot slot=%s rev=1 ...", slot);
	client_expect(desk, "! cursor ...");
	client_send(admin, "physician put rpps=%s given=New", town_rpps(0));
	client_expect(admin, "ok ...");
	client_expect(physician, "! physician physician=... rev=2");
	client_expect(physician, "! cursor ...");
	free(slot);
	client_close(desk);
	client_close(physician);
	client_close(admin);
	town_free(town);
}
END_TEST

/* Of the directory what the watched sites are about. */
START_TEST(directory_of_a_scope)
{
	struct town *town = view_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a =
	    view_login(town, 0, "role=coordinator scope=territory:T-A");

	client_ask(a, "watch territory=T-A", "ok ...");
	client_ask(admin, "structure put code=S kind=MSP", "ok ...");
	client_send(admin, "site put finess=%s name=X", town_finess(3));
	client_expect(admin, "ok ...");
	client_ask(admin, "territory put code=T-B name=X", "ok ...");
	client_send(admin, "site put finess=%s structure=S commune=16106",
	    town_finess(0));
	client_expect(admin, "ok ...");
	client_expect(a, "! site site=... rev=3");
	ck_assert_str_eq(client_value(a, "site"), town_finess(0));
	client_expect(a, "! cursor ...");
	client_ask(admin, "structure put code=S name=X", "ok ...");
	client_expect(a, "! structure structure=S rev=2");
	client_expect(a, "! cursor ...");
	client_ask(admin,
	    "zone put commune=16107 kind=gp class=ZIP from=2020-01-01",
	    "ok ...");
	client_ask(admin,
	    "zone put commune=16106 kind=gp class=ZIP from=2020-01-01",
	    "ok ...");
	client_expect(a, "! zone zone=... rev=1");
	client_expect(a, "! cursor ...");
	client_ask(admin, "territory put code=T-A name=X", "ok ...");
	client_expect(a, "! territory territory=T-A rev=2");
	client_expect(a, "! cursor ...");
	/* A site that leaves is told where it was. */
	client_send(admin, "site put finess=%s territory=T-B", town_finess(0));
	client_expect(admin, "ok ...");
	client_expect(a, "! site site=... rev=4");
	client_expect(a, "! cursor ...");
	client_send(admin, "site put finess=%s name=Y", town_finess(0));
	client_expect(admin, "ok ...");
	client_ask(admin, "territory put code=T-A name=Y", "ok ...");
	client_expect(a, "! territory territory=T-A rev=3");
	client_close(a);
	client_close(admin);
	town_free(town);
}
END_TEST

/* ----- beginning and end of a watch ----- */

START_TEST(refusals_and_replacement)
{
	struct town *town = view_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a =
	    view_login(town, 0, "role=coordinator scope=territory:T-A");
	struct client *regulator = view_login(town, 0, "role=regulator");
	char *ask;

	client_ask(regulator, "watch", "no role ...");
	client_ask(
	    a, "watch state=on", "bad value what=state expected=off ...");
	client_ask(a, "watch territory=T-B", "no scope what=T-B ...");
	client_ask(a, "watch territory=T-C", "no not-found what=T-C ...");
	ask = xasprintf("watch site=%s", town_finess(3));
	client_ask(a, ask, "no scope ...");
	free(ask);
	ask = xasprintf("watch site=%s territory=T-A", town_finess(0));
	client_ask(a, ask, "bad value what=territory ...");
	free(ask);
	client_ask(a, "watch after=1", "no cursor ...");
	client_ask(a, "watch after=99:1:1:", "no cursor ...");
	client_ask(a, "watch after=1:x", "bad value ...");

	client_ask(admin, "watch territory=T-A", "ok ...");
	ask = xasprintf("watch site=%s", town_finess(3));
	client_ask(admin, ask, "ok ...");
	free(ask);
	free(view_assign(admin, 0, 0, 7, "part=M"));
	free(view_assign(admin, 1, 3, 7, "part=M"));
	client_expect(admin, "! slot ...");
	ck_assert_str_eq(client_value(admin, "site"), town_finess(3));
	client_expect(admin, "! cursor ...");
	client_ask(admin, "watch state=off", "ok cursor=...");
	client_ask(admin, "watch state=off", "ok cursor=...");
	free(view_assign(admin, 2, 3, 8, "part=M"));
	client_expect_silence(admin, 300);
	client_close(regulator);
	client_close(a);
	client_close(admin);
	town_free(town);
}
END_TEST

START_TEST(heartbeats)
{
	struct town *town = town_new(cluster);
	struct client *admin, *other;

	town_start(town, 0, NULL, "heartbeat = 200ms\n");
	admin = daemon_operator(town->daemon[0]);
	other = daemon_operator(town->daemon[0]);
	client_ask(admin, "watch", "ok ...");
	for (unsigned i = 0; i < 3; i++)
		client_expect(admin, "! heartbeat cursor=...");
	client_ask(other, "structure put code=S kind=MSP", "ok ...");
	client_expect(admin, "! structure ...");
	client_expect(admin, "! cursor ...");
	client_expect(admin, "! heartbeat cursor=...");
	client_ask(admin, "watch state=off", "ok ...");
	client_expect_silence(admin, 500);
	client_close(other);
	client_close(admin);
	town_free(town);
}
END_TEST

/* A book is loaded anew for a new time zone: nobody who watches notices. */
START_TEST(another_book_and_on)
{
	struct town *town = view_town(1);
	struct client *admin = daemon_operator(town->daemon[0]);
	struct client *a =
	    view_login(town, 0, "role=coordinator scope=territory:T-A");
	char *slot;

	client_ask(a, "watch", "ok ...");
	client_send(a, "slot list territory=T-A");
	client_expect(a, "ok count=0 ...");
	client_send(
	    admin, "site put finess=%s tz=Indian/Reunion", town_finess(0));
	client_expect(admin, "ok ...");
	client_expect(a, "! site ...");
	client_expect(a, "! cursor ...");
	slot = view_assign(admin, 0, 0, 7, "part=M");
	view_expect(a, "! slot slot=%s rev=1 ...+04:00 ...", slot);
	client_expect(a, "! cursor ...");
	free(slot);
	client_close(a);
	client_close(admin);
	town_free(town);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("watch");

	tcase_add_test(tcase, every_kind_over_two_daemons);
	tcase_add_test(tcase, accounts);
	tcase_add_test(tcase, own_changes_and_who_made_them);
	tcase_add_test(tcase, scope_of_a_coordinator);
	tcase_add_test(tcase, physician_elsewhere);
	tcase_add_test(tcase, desk_and_physician);
	tcase_add_test(tcase, directory_of_a_scope);
	tcase_add_test(tcase, refusals_and_replacement);
	tcase_add_test(tcase, heartbeats);
	tcase_add_test(tcase, another_book_and_on);
	return view_main("watch", tcase);
}
