/* SPDX-License-Identifier: ISC */
/*
 * store_one: the fixture of the tests of one store, over a database of its own
 * with some people and places, and what they look at.
 */
#ifndef TESTS_INTEGRATION_STORE_ONE_H
#define TESTS_INTEGRATION_STORE_ONE_H

#include "tests/integration/store_kit.h"

enum { ONE_PEOPLE = 40 };

/* Open during each test. */
extern struct rig one;

/* A suite of one case with the fixture. */
Suite *one_suite(const char *name, TCase **tcase);

const struct assignment *one_find(struct id id);
bool one_has(struct id id);
struct id one_physician_guard(int32_t physician);
/* As another daemon would, which the store hears nothing of. */
void one_raise(PGconn *session, struct id guard);
/* Transactions that wrote these two. */
long long one_transactions(struct id a, struct id b);
/* Notes the end of a question in the struct kit_write that `arg` is. */
store_done_fn one_note;
/* Asks about a key; kit_wait() for it. */
void one_ask_key(
    struct kit_write *question, struct id key, unsigned char request);
/* Until a call of rota.write() waits for a lock. */
void one_until_locked(void);

#endif
