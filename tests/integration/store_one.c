/* SPDX-License-Identifier: ISC */
/*
 * store_one: see store_one.h.
 */
#include "tests/integration/store_one.h"

#include <stdio.h>
#include <string.h>

enum { SOON_MS = 10000 };

struct rig one;

static void
setup(void)
{
	kit_begin();
	rig_open(&one);
	kit_people(&one, ONE_PEOPLE);
}

static void
teardown(void)
{
	rig_close(&one);
	kit_end();
}

Suite *
one_suite(const char *name, TCase **tcase)
{
	Suite *suite = suite_create(name);

	*tcase = tcase_create(name);
	tcase_add_checked_fixture(*tcase, setup, teardown);
	suite_add_tcase(suite, *tcase);
	return suite;
}

const struct assignment *
one_find(struct id id)
{
	return book_assignment(store_book(one.store), id);
}

bool
one_has(struct id id)
{
	return one_find(id) != NULL;
}

struct id
one_physician_guard(int32_t physician)
{
	return guard_entity(KIND_PHYSICIAN,
	    book_entity(store_book(one.store), KIND_PHYSICIAN, physician)->id);
}

void
one_raise(PGconn *session, struct id guard)
{
	char text[ID_TEXT_LEN + 1] = "";

	id_to_text(guard, text);
	pgcluster_run(session,
	    "UPDATE rota.guard SET rev = rev + 1 WHERE id = '%s'", text);
}

long long
one_transactions(struct id a, struct id b)
{
	char texts[2][ID_TEXT_LEN + 1] = {"", ""};

	id_to_text(a, texts[0]);
	id_to_text(b, texts[1]);
	return pgcluster_number(kit.sql,
	    "SELECT count(DISTINCT xid) FROM rota.change"
	    " WHERE entity IN ('%s', '%s')",
	    texts[0], texts[1]);
}

void
one_note(void *arg, const struct store_result *result)
{
	struct kit_write *write = arg;

	ck_assert(!write->done);
	write->done = true;
	write->result = *result;
	snprintf(write->answer, sizeof(write->answer), "%.*s",
	    (int)result->answer.len,
	    result->answer.len == 0 ? "" : result->answer.ptr);
}

void
one_ask_key(struct kit_write *question, struct id key, unsigned char request)
{
	unsigned char digest[32];

	memset(digest, request, sizeof(digest));
	memset(question, 0, sizeof(*question));
	ck_assert_int_eq(
	    store_key(one.store, ID_NIL, key, digest, one_note, question),
	    STATUS_OK);
	ck_assert(!question->done);
}

static bool
waits_for_a_lock(void *arg)
{
	PGconn *session = arg;

	return pgcluster_number(session,
		   "SELECT count(*) FROM pg_stat_activity WHERE"
		   " wait_event_type = 'Lock' AND query LIKE '%%rota.write%%'"
		   " AND datname = current_database()") > 0;
}

void
one_until_locked(void)
{
	kit_until(waits_for_a_lock, kit.sql, SOON_MS);
}
