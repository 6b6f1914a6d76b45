/* SPDX-License-Identifier: ISC */
/*
 * session_test: what of the plan is within reach of whom.
 */
#include "daemon/server/session.h"

#include "daemon/base/compiler.h"
#include "proto/out.h"
#include "tests/unit/domain_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SITES = 4, PHYSICIANS = 3 };

static struct book *book;
static struct session session;

static void
copy(char *to, size_t size, const char *text)
{
	ck_assert_uint_lt(strlen(text), size);
	memcpy(to, text, strlen(text) + 1);
}

/* Territory NORD, and four sites: the first two are in it. */
static void
set_up(void)
{
	struct territory nord = {.entity = {.id = test_id(900)}};

	book = book_new(test_day("2026-01-01"));
	copy(nord.code, sizeof(nord.code), "NORD");
	copy(nord.state, sizeof(nord.state), "active");
	(void)test_load(book, KIND_TERRITORY, &nord);
	for (unsigned i = 0; i < SITES; i++) {
		struct site site = test_site(i);

		site.territory = i < 2 ? 0 : REF_NONE;
		(void)test_load(book, KIND_SITE, &site);
	}
	for (unsigned i = 0; i < PHYSICIANS; i++) {
		struct physician physician = test_physician(i);

		(void)test_load(book, KIND_PHYSICIAN, &physician);
	}
	session_init(&session);
}

static void
tear_down(void)
{
	session_reset(&session);
	book_free(book);
}

/* The session of an account that is loaded now. */
static bool
adopt(const char *role, int32_t physician, const char *scope, const char *state)
{
	struct account account = {
	    .entity = {.id = test_id(901)}, .physician = physician};

	copy(account.role, sizeof(account.role), role);
	copy(account.scope, sizeof(account.scope), scope);
	copy(account.state, sizeof(account.state), state);
	return session_adopt(
	    &session, book, test_load(book, KIND_ACCOUNT, &account));
}

/* "1100": the first two sites are covered. */
static void
expect_sites(const char *covered)
{
	for (int32_t i = 0; i < SITES; i++)
		ck_assert_msg(session_covers_site(&session, book, i) ==
			(covered[i] == '1'),
		    "site %d", i);
}

START_TEST(an_account_that_is_not_active_is_nobody)
{
	ck_assert(!adopt("admin", REF_NONE, "", "invited"));
	ck_assert_int_eq(session.role, ROLE_NONE);
	ck_assert_int_eq(session.account, REF_NONE);
	ck_assert(!session_adopt(&session, book, REF_NONE));
}
END_TEST

START_TEST(a_revoked_account_is_nobody)
{
	ck_assert(!adopt("admin", REF_NONE, "", "revoked"));
	expect_sites("0000");
}
END_TEST

START_TEST(the_operator_is_admin_without_an_account)
{
	session.lang = LANG_FR;
	session_operator(&session);
	ck_assert_int_eq(session.role, ROLE_ADMIN);
	ck_assert_int_eq(session.account, REF_NONE);
	ck_assert(id_is_nil(session.account_id));
	ck_assert_int_eq(session.lang, LANG_FR);
	expect_sites("1111");
}
END_TEST

START_TEST(a_territory_stands_for_its_sites)
{
	ck_assert(adopt("coordinator", REF_NONE, "territory:NORD", "active"));
	expect_sites("1100");
	ck_assert(session_covers_territory(&session, 0));
	ck_assert(!session_covers_territory(&session, REF_NONE));
	ck_assert(!session_covers_site(&session, book, REF_NONE));
}
END_TEST

START_TEST(a_site_stands_for_itself)
{
	char scope[64];
	struct span handle =
	    entity_handle(KIND_SITE, book_entity(book, KIND_SITE, 2));

	(void)snprintf(
	    scope, sizeof(scope), "site:%.*s", (int)handle.len, handle.ptr);
	ck_assert(adopt("desk", REF_NONE, scope, "active"));
	expect_sites("0010");
	ck_assert(!session_covers_territory(&session, 0));
}
END_TEST

START_TEST(unknown_entries_of_a_scope_are_passed_over)
{
	ck_assert(adopt("coordinator", REF_NONE,
	    "territory:SUD,nonsense,zone:X,:,site:,territory:NORD,", "active"));
	ck_assert_uint_eq(session.nscope, 1);
	expect_sites("1100");
}
END_TEST

START_TEST(a_scope_has_a_bound)
{
	char scope[PROTO_LONG_MAX + 1];
	struct out out = OUT(scope);

	for (unsigned i = 0; i < SCOPE_MAX + 10; i++)
		out_text(&out, i == 0 ? "territory:NORD" : ",territory:NORD");
	scope[out.len] = '\0';
	ck_assert(adopt("coordinator", REF_NONE, scope, "active"));
	ck_assert_uint_eq(session.nscope, SCOPE_MAX);
}
END_TEST

/* ----- physicians and facts ----- */

/* Physician 0 is enrolled in P0 and may work at site 0; physician 1 was, and
 * might; 2 is of none. */
static void
bind_physicians(void)
{
	for (unsigned i = 0; i < 2; i++) {
		struct programme programme = {
		    .entity = {.id = test_id(910 + i)}};
		struct enrolment enrolment = {
		    .entity = {.id = test_id(920 + i)},
		    .physician = (int32_t)i,
		    .to = INT32_MAX};
		struct authorisation authorisation = {
		    .entity = {.id = test_id(930 + i)},
		    .physician = (int32_t)i,
		    .to = i == 1 ? 0 : INT32_MAX};
		/* The other one's enrolment is retired, the authorisation over.
		 */
		const char *state = i == 0 ? "active" : "retired";

		copy(programme.code, sizeof(programme.code),
		    i == 0 ? "P0" : "P1");
		(void)test_load(book, KIND_PROGRAMME, &programme);
		copy(enrolment.state, sizeof(enrolment.state), state);
		copy(
		    authorisation.state, sizeof(authorisation.state), "active");
		(void)test_load(book, KIND_ENROLMENT, &enrolment);
		(void)test_load(book, KIND_AUTHORISATION, &authorisation);
	}
}

static const struct {
	const char *role, *scope, *covered; /* physicians 0 to 2, and nobody */
} reaches[] = {
    {"admin", "", "1111"},
    {"auditor", "", "1111"},
    {"coordinator", "programme:P0", "1000"},
    {"coordinator", "programme:P1", "0000"},
    {"coordinator", "territory:NORD", "1000"},
    {"coordinator", "site:000000000", "1000"},
    {"coordinator", "site:000000003,programme:P1", "0000"},
    {"desk", "programme:P0,territory:NORD", "0000"},
    {"regulator", "programme:P0", "0000"},
    {"physician", "", "0010"},
};

START_TEST(physicians_within_reach)
{
	bind_physicians();
	ck_assert(adopt(reaches[_i].role,
	    strcmp(reaches[_i].role, "physician") == 0 ? 2 : REF_NONE,
	    reaches[_i].scope, "active"));
	for (int32_t i = 0; i <= PHYSICIANS; i++)
		ck_assert_msg(session_covers_physician(&session, book,
				  i < PHYSICIANS ? i : REF_NONE) ==
			(reaches[_i].covered[i] == '1'),
		    "%s %s: %d", reaches[_i].role, reaches[_i].scope, i);
}
END_TEST

START_TEST(a_programme_is_no_place)
{
	bind_physicians();
	ck_assert(adopt("coordinator", REF_NONE, "programme:P0", "active"));
	ck_assert(session_covers_programme(&session, 0));
	ck_assert(!session_covers_programme(&session, 1));
	ck_assert(!session_covers_programme(&session, REF_NONE));
	ck_assert(!session_covers_territory(&session, 0));
	expect_sites("0000");
}
END_TEST

/* Of a physician out of reach she knows her side only. */
START_TEST(facts_within_reach)
{
	struct enrolment enrolment = {.physician = 2, .programme = 0};
	struct authorisation authorisation = {.physician = 2, .site = 0};
	struct quota quota = {.physician = 2, .programme = REF_NONE};
	struct absence absence = {.physician = 2};
	struct need need = {.site = 3, .sector = REF_NONE};
	struct holiday holiday = {.area = "national"};
	const struct {
		enum kind kind;
		const struct entity *fact;
		bool programme, site;
	} cases[] = {
	    {KIND_ENROLMENT, &enrolment.entity, true, false},
	    {KIND_AUTHORISATION, &authorisation.entity, false, true},
	    {KIND_QUOTA, &quota.entity, false, false},
	    {KIND_ABSENCE, &absence.entity, false, false},
	    {KIND_NEED, &need.entity, true, true},
	    {KIND_HOLIDAY, &holiday.entity, true, true},
	};

	bind_physicians();
	ck_assert(adopt("coordinator", REF_NONE, "programme:P0", "active"));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(session_reads_fact(&session, book, cases[i].kind,
				  cases[i].fact) == cases[i].programme,
		    "%s", kind_info(cases[i].kind)->name);
	quota.programme = 0;
	ck_assert(
	    session_reads_fact(&session, book, KIND_QUOTA, &quota.entity));
	session_reset(&session);
	session.role = ROLE_DESK;
	session.scope = calloc(1, sizeof(*session.scope));
	session.scope[0] = (struct scope){KIND_TERRITORY, 0};
	session.nscope = 1;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(session_reads_fact(&session, book, cases[i].kind,
				  cases[i].fact) ==
			(cases[i].kind == KIND_QUOTA ? false : cases[i].site),
		    "%s", kind_info(cases[i].kind)->name);
}
END_TEST

/* Own, in scope, elsewhere: published and draft. */
static void
expect_sight(const char *seen, const char *written)
{
	static const struct {
		int32_t physician, site;
		enum state state;
	} cases[] = {
	    {0, 3, STATE_PUBLISHED},
	    {0, 3, STATE_DRAFT},
	    {1, 0, STATE_PUBLISHED},
	    {1, 0, STATE_DRAFT},
	    {1, 3, STATE_PUBLISHED},
	    {1, 3, STATE_DRAFT},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct assignment a = test_slot(book, 1, cases[i].physician,
		    cases[i].site, "2026-03-02", PART_M);

		a.state = (uint8_t)cases[i].state;
		ck_assert_msg(
		    session_sees(&session, book, &a) == (seen[i] == '1'),
		    "sight of case %zu", i);
		ck_assert_msg(session_may_write(&session, book, &a) ==
			(written[i] == '1' ? STATUS_OK : STATUS_SCOPE),
		    "writing of case %zu", i);
	}
}

START_TEST(sight_and_hand_of_each_role)
{
	static const struct {
		const char *role, *seen, *written;
	} rows[] = {
	    {"admin", "111111", "111111"},
	    {"coordinator", "001100", "001100"},
	    {"physician", "110000", "110000"},
	    {"desk", "001000", "000000"},
	    {"regulator", "001000", "000000"},
	    {"auditor", "111111", "000000"},
	};
	bool physician = strcmp(rows[_i].role, "physician") == 0;

	ck_assert(adopt(rows[_i].role, physician ? 0 : REF_NONE,
	    physician ? "" : "territory:NORD", "active"));
	expect_sight(rows[_i].seen, rows[_i].written);
}
END_TEST

START_TEST(nobody_sees_nothing)
{
	expect_sight("000000", "000000");
}
END_TEST

START_TEST(a_physician_without_a_person_owns_nothing)
{
	ck_assert(adopt("physician", REF_NONE, "", "active"));
	expect_sight("000000", "000000");
}
END_TEST

int
main(void)
{
	TCase *reach = tcase_create("reach");

	tcase_add_checked_fixture(reach, set_up, tear_down);
	tcase_add_test(reach, an_account_that_is_not_active_is_nobody);
	tcase_add_test(reach, a_revoked_account_is_nobody);
	tcase_add_test(reach, the_operator_is_admin_without_an_account);
	tcase_add_test(reach, a_territory_stands_for_its_sites);
	tcase_add_test(reach, a_site_stands_for_itself);
	tcase_add_test(reach, unknown_entries_of_a_scope_are_passed_over);
	tcase_add_test(reach, a_scope_has_a_bound);
	tcase_add_loop_test(
	    reach, physicians_within_reach, 0, (int)ARRAY_SIZE(reaches));
	tcase_add_test(reach, a_programme_is_no_place);
	tcase_add_test(reach, facts_within_reach);
	tcase_add_loop_test(reach, sight_and_hand_of_each_role, 0, 6);
	tcase_add_test(reach, nobody_sees_nothing);
	tcase_add_test(reach, a_physician_without_a_person_owns_nothing);
	return test_main("session", &reach, 1);
}
