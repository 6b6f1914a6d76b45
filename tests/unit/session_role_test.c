/* SPDX-License-Identifier: ISC */
/*
 * session_role_test: who may call which verb, cell by cell.
 */
#include "daemon/server/session.h"

#include "daemon/base/compiler.h"
#include "tests/unit/domain_support.h"

/*
 * Written out by hand from the chapter on roles of protocol.md: "A" is
 * `no auth`, "R" `no role`, "+" may call it.  From left to right: nobody,
 * admin, coordinator, physician, desk, regulator, auditor.
 */
static const struct {
	char cells[14];
	enum verb verb;
} table[] = {
    {"A + + + R R +", VERB_ABSENCE_LIST},
    {"A + + + R R R", VERB_ABSENCE_PUT},
    {"A + R R R R R", VERB_ACCOUNT_INVITE},
    {"A + R R R R +", VERB_ACCOUNT_LIST},
    {"A + R R R R R", VERB_ACCOUNT_REVOKE},
    {"+ + + + + + +", VERB_AUTH},
    {"A + + + + R +", VERB_AUTHORISATION_LIST},
    {"A + + R R R R", VERB_AUTHORISATION_PUT},
    {"A + + + R R +", VERB_AVAILABILITY_LIST},
    {"A + + + R R R", VERB_AVAILABILITY_PUT},
    {"A + + + + + +", VERB_BATCH},
    {"A + + + R R +", VERB_BUSY_LIST},
    {"A + + + R R R", VERB_BUSY_PUT},
    {"A + + + + + +", VERB_CAPACITY},
    {"A + + + + + +", VERB_CLOSURE_LIST},
    {"A + + R R R R", VERB_CLOSURE_PUT},
    {"A + + + R R +", VERB_ENROLMENT_LIST},
    {"A + + R R R R", VERB_ENROLMENT_PUT},
    {"A + + R + R +", VERB_GAPS},
    {"+ + + + + + +", VERB_HELP},
    {"A + + + + + +", VERB_HOLIDAY_LIST},
    {"A + R R R R R", VERB_HOLIDAY_PUT},
    {"+ + + + + + +", VERB_LANG},
    {"A + + + R R +", VERB_MY},
    {"A + + + + R +", VERB_NEED_LIST},
    {"A + + R R R R", VERB_NEED_PUT},
    {"A + + + + + +", VERB_OPENING_LIST},
    {"A + + R R R R", VERB_OPENING_PUT},
    {"A + + + + R +", VERB_PHYSICIAN_GET},
    {"A + + R + R +", VERB_PHYSICIAN_LIST},
    {"A + + + R R R", VERB_PHYSICIAN_PUT},
    {"+ + + + + + +", VERB_PING},
    {"A + + R + + R", VERB_PLACE_HOLD},
    {"A + + R + R R", VERB_PLACE_HONOUR},
    {"A + + + + R +", VERB_PLACE_LIST},
    {"A + + R + R R", VERB_PLACE_MISS},
    {"A + + R + + R", VERB_PLACE_RELEASE},
    {"A + + + + R R", VERB_PLACE_SET},
    {"A + + R + + R", VERB_PLACE_TAKE},
    {"A + + R R R R", VERB_PLAN_ADOPT},
    {"A + + R R R R", VERB_PLAN_CANCEL},
    {"A + + R R R R", VERB_PLAN_EDIT},
    {"A + + R R R +", VERB_PLAN_EXPLAIN},
    {"A + + R R R +", VERB_PLAN_LINES},
    {"A + + R R R +", VERB_PLAN_LIST},
    {"A + + R R R +", VERB_PLAN_PROOF},
    {"A + + R R R R", VERB_PLAN_PUBLISH},
    {"A + + R R R R", VERB_PLAN_REPAIR},
    {"A + + R R R +", VERB_PLAN_SHOW},
    {"A + + R R R R", VERB_PLAN_START},
    {"A + + R R R +", VERB_PLAN_WATCH},
    {"A + + + + R +", VERB_PRESENCE_LIST},
    {"A + + R + R R", VERB_PRESENCE_PUT},
    {"A + + + + + +", VERB_PROGRAMME_GET},
    {"A + + + + + +", VERB_PROGRAMME_LIST},
    {"A + R R R R R", VERB_PROGRAMME_PUT},
    {"+ + + + + + +", VERB_QUIT},
    {"A + + + R R +", VERB_QUOTA_LIST},
    {"A + + R R R R", VERB_QUOTA_PUT},
    {"A + + R R R R", VERB_ROTATION_END},
    {"A + + + R R +", VERB_ROTATION_GET},
    {"A + + + R R +", VERB_ROTATION_LIST},
    {"A + + R R R R", VERB_ROTATION_PUT},
    {"A + + + + + +", VERB_SITE_GET},
    {"A + + + + + +", VERB_SITE_LIST},
    {"A + + R R R R", VERB_SITE_PUT},
    {"A + + R + R R", VERB_SLOT_ARRIVE},
    {"A + + + R R R", VERB_SLOT_ASSIGN},
    {"A + + + R R R", VERB_SLOT_CANCEL},
    {"A + + + R R +", VERB_SLOT_HISTORY},
    {"A + + + + R +", VERB_SLOT_LIST},
    {"A + + + R R R", VERB_SLOT_MOVE},
    {"A + + R R R R", VERB_SLOT_PUBLISH},
    {"A + + R + R R", VERB_SLOT_RECORD},
    {"A + + + R R R", VERB_SLOT_SWAP},
    {"A + + + + + +", VERB_STATUS},
    {"A + + + + + +", VERB_STOP_LIST},
    {"A + + R R R R", VERB_STOP_PUT},
    {"A + + + + + +", VERB_STRUCTURE_GET},
    {"A + + + + + +", VERB_STRUCTURE_LIST},
    {"A + + R R R R", VERB_STRUCTURE_PUT},
    {"A + + + + + +", VERB_TERRITORY_GET},
    {"A + + + + + +", VERB_TERRITORY_LIST},
    {"A + R R R R R", VERB_TERRITORY_PUT},
    {"A + + + + R +", VERB_WATCH},
    {"A + + + + R +", VERB_WEEK},
    {"A + + R R R +", VERB_WEIGHT_LIST},
    {"A + + R R R R", VERB_WEIGHT_PUT},
    {"+ + + + + + +", VERB_WHOAMI},
    {"A + + + + + +", VERB_ZONE_LIST},
    {"A + R R R R R", VERB_ZONE_PUT},
};

static const enum role columns[] = {ROLE_NONE, ROLE_ADMIN, ROLE_COORDINATOR,
    ROLE_PHYSICIAN, ROLE_DESK, ROLE_REGULATOR, ROLE_AUDITOR};

START_TEST(each_verb_is_open_to_its_roles_and_no_other)
{
	enum verb verb = table[_i].verb;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		struct session session;
		enum status expected = STATUS_OK;

		session_init(&session);
		session.role = columns[i];
		if (table[_i].cells[2 * i] == 'A')
			expected = STATUS_AUTH;
		else if (table[_i].cells[2 * i] == 'R')
			expected = STATUS_ROLE;
		ck_assert_msg(session_may(&session, verb) == expected,
		    "%s x %s", verb_info(verb)->name, role_name(columns[i]));
	}
}
END_TEST

START_TEST(the_table_has_every_verb_once)
{
	bool seen[VERB_COUNT] = {false};

	ck_assert_uint_eq(ARRAY_SIZE(table), VERB_COUNT);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		ck_assert(!seen[table[i].verb]);
		seen[table[i].verb] = true;
	}
}
END_TEST

START_TEST(roles_have_names)
{
	enum role role;

	for (size_t i = 1; i < ARRAY_SIZE(columns); i++) {
		ck_assert(role_find(span_of(role_name(columns[i])), &role));
		ck_assert_int_eq(role, columns[i]);
	}
	ck_assert(!role_find(SPAN("none"), &role));
	ck_assert(!role_find(SPAN(""), &role));
	ck_assert(!role_find(SPAN("Admin"), &role));
}
END_TEST

int
main(void)
{
	TCase *verbs = tcase_create("verbs");

	tcase_add_loop_test(verbs, each_verb_is_open_to_its_roles_and_no_other,
	    0, (int)ARRAY_SIZE(table));
	tcase_add_test(verbs, the_table_has_every_verb_once);
	tcase_add_test(verbs, roles_have_names);
	return test_main("session_role", &verbs, 1);
}
