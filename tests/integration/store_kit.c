/* SPDX-License-Identifier: ISC */
/*
 * store_kit: see store_kit.h.
 */
#include "tests/integration/store_kit.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct kit kit;

/* ----- what a store tells ----- */

static uint64_t
known(const struct rig *rig, struct id entity)
{
	uint64_t rev = idmap_get(&rig->told, entity);

	if (rev == IDMAP_NONE)
		rev = idmap_get(&rig->loaded, entity);
	return rev == IDMAP_NONE ? 0 : rev;
}

static uint32_t
rev_in_book(const struct book *book, const struct change *change)
{
	const struct assignment *a;
	int32_t index;

	if (change->kind == KIND_ASSIGNMENT) {
		a = book_assignment(book, change->id);
		return a == NULL ? 0 : a->rev;
	}
	index = book_find(book, change->kind, change->id);
	return index == REF_NONE ? 0
				 : book_entity(book, change->kind, index)->rev;
}

static void
on_change(void *arg, const struct change *change)
{
	struct rig *rig = arg;

	ck_assert_uint_eq(change->rev, known(rig, change->id) + 1);
	ck_assert_uint_eq(
	    change->rev, rev_in_book(store_book(rig->store), change));
	idmap_set(&rig->told, change->id, change->rev);
	rig->changes++;
}

static void
on_applied(void *arg)
{
	((struct rig *)arg)->applied++;
}

static void
note_loaded(struct rig *rig)
{
	const struct book *book = store_book(rig->store);

	for (unsigned kind = 0; kind < KIND_DIRECTORY_COUNT; kind++)
		for (int32_t i = 0; i < book_count(book, (enum kind)kind); i++)
			idmap_set(&rig->loaded,
			    book_entity(book, (enum kind)kind, i)->id,
			    book_entity(book, (enum kind)kind, i)->rev);
	for (uint32_t i = 0; i < book_assignments(book); i++)
		idmap_set(
		    &rig->loaded, book_at(book, i)->id, book_at(book, i)->rev);
}

static void
on_loaded(void *arg, enum store_load load)
{
	struct rig *rig = arg;

	rig->loads++;
	rig->again += load != STORE_LOAD_FIRST;
	rig->torn += load == STORE_LOAD_TORN;
	if (load == STORE_LOAD_FIRST)
		note_loaded(rig);
}

static void
on_state(void *arg UNUSED, enum store_state state UNUSED)
{
}

static const struct store_hooks hooks = {
    on_change, on_applied, on_loaded, on_state};

/* ----- the loop ----- */

static void
on_look(evutil_socket_t fd UNUSED, short what UNUSED, void *arg UNUSED)
{
}

void
kit_until(kit_condition *condition, void *arg, unsigned ms)
{
	uint64_t until = clock_mono_us() + (uint64_t)ms * 1000;
	const struct timeval look = {0, 1000};
	struct event *timer =
	    event_new(kit.base, -1, EV_PERSIST, on_look, NULL);

	event_add(timer, &look);
	while (!condition(arg) && clock_mono_us() < until)
		event_base_loop(kit.base, EVLOOP_ONCE);
	event_free(timer);
	ck_assert_msg(
	    condition(arg), "not within %u ms: what the test waits for", ms);
}

static bool
never(void *arg)
{
	return clock_mono_us() >= *(const uint64_t *)arg;
}

void
kit_run(unsigned ms)
{
	uint64_t until = clock_mono_us() + (uint64_t)ms * 1000;

	kit_until(never, &until, ms + 60000);
}

bool
rig_is_up(void *rig)
{
	return store_state(((struct rig *)rig)->store) == STORE_UP;
}

bool
rig_is_refused(void *rig)
{
	return store_state(((struct rig *)rig)->store) == STORE_REFUSED;
}

bool
rig_is_down(void *rig)
{
	return store_state(((struct rig *)rig)->store) == STORE_DOWN;
}

/* ----- cluster, database, store ----- */

int
kit_main(Suite *suite, const struct pgcluster_options *options)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	/* The cluster is restarted, so tests share one process. */
	srunner_set_fork_status(runner, CK_NOFORK);
	log_init(getenv("ROTA_TEST_DEBUG") != NULL ? LOG_LEVEL_DEBUG
						   : LOG_LEVEL_ERROR);
	kit.cluster = pgcluster_new(options);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	if (failed > 0)
		pgcluster_show_log(kit.cluster);
	srunner_free(runner);
	pgcluster_free(kit.cluster);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

void
kit_begin(void)
{
	kit.base = event_base_new();
	kit.database = pgcluster_database(kit.cluster, false);
	kit.sql = pgcluster_connect(kit.cluster, kit.database, PGCLUSTER_ADMIN);
	kit.conninfo =
	    pgcluster_conninfo(kit.cluster, kit.database, PGCLUSTER_DAEMON);
	kit.options = (struct store_options){.conninfo = kit.conninfo,
	    .write_sessions = 4,
	    .write_depth = 4,
	    .write_queue = 1000,
	    .statement_timeout_ms = 5000,
	    .lock_timeout_ms = 1000,
	    .connect_timeout_ms = 2000,
	    .reconnect_min_ms = 10,
	    .reconnect_max_ms = 200,
	    .poll_ms = 50,
	    .wake_ms = 1,
	    .mark_ms = 60000,
	    .key_lifetime_ms = 3600000};
}

void
kit_end(void)
{
	PQfinish(kit.sql);
	free(kit.conninfo);
	free(kit.database);
	event_base_free(kit.base);
	kit.base = NULL;
}

void
rig_start(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	idmap_init(&rig->told);
	idmap_init(&rig->loaded);
	rig->store = store_new(kit.base, &kit.options, &hooks, rig);
	store_start(rig->store);
}

static bool
can_write(void *arg)
{
	struct store_figures figures;

	store_figures(((struct rig *)arg)->store, &figures);
	return figures.write_ready == kit.options.write_sessions;
}

static void
on_nothing(void *arg UNUSED, enum status status UNUSED,
    const struct change *changes UNUSED, size_t count UNUSED, bool more UNUSED,
    const struct store_mark *mark UNUSED)
{
}

static bool
can_look_back(void *arg)
{
	struct rig *rig = arg;

	return store_history(rig->store, ID_NIL, 0, 1, on_nothing, NULL) ==
	    STATUS_OK;
}

void
rig_open(struct rig *rig)
{
	rig_start(rig);
	kit_until(rig_is_up, rig, 20000);
	kit_until(can_write, rig, 20000);
	kit_until(can_look_back, rig, 20000);
}

void
rig_close(struct rig *rig)
{
	store_free(rig->store);
	idmap_fini(&rig->told);
	idmap_fini(&rig->loaded);
}

/* ----- comparing ----- */

struct settling {
	struct rig **rigs;
	size_t count;
};

static bool
is_settled(void *arg)
{
	struct settling *settling = arg;

	for (size_t i = 0; i < settling->count; i++)
		for (size_t j = 0; j < settling->count; j++)
			if (store_covers(settling->rigs[i]->store,
				store_cursor(settling->rigs[j]->store)) !=
			    STATUS_OK)
				return false;
	return true;
}

void
kit_settle(struct rig *rigs[], size_t count)
{
	struct settling settling = {rigs, count};

	kit_until(is_settled, &settling, 20000);
}

void
kit_check_equal(struct rig *a, struct rig *b)
{
	char why[256] = "";
	bool equal = book_equal(
	    store_book(a->store), store_book(b->store), why, sizeof(why));

	ck_assert_msg(equal, "%s", why);
}

void
kit_check_load(struct rig *rig)
{
	struct rig fresh;
	struct rig *both[] = {rig, &fresh};

	rig_start(&fresh);
	kit_until(rig_is_up, &fresh, 20000);
	kit_settle(both, 2);
	kit_check_equal(rig, &fresh);
	rig_close(&fresh);
}
