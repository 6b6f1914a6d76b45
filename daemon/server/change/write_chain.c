/* SPDX-License-Identifier: ISC */
/*
 * write_chain: the writes that leave together because they wait for each other.
 *
 * What a chain supposes of the book is gone when it has been gathered.  It is
 * no more than a guess: each member names the guards as it expects to find
 * them, and the database leaves out whatever follows one that was not done.
 */
#include "daemon/server/change/write_private.h"

#include "daemon/base/mem.h"
#include "daemon/server/server.h"

#include <string.h>

/* Who was stale so often goes alone: whatever makes the others fail does not
 * touch it. */
enum { CHAINED_ATTEMPTS = 8 };

struct chain {
	struct book *book;
	struct write **at; /* borrowed: room for STORE_CHAIN_MAX */
	size_t count;
	bool supposing;
};

/*
 * Those that the plan raises; once it was stale also those that it reads, since
 * who raises one of them all the time would make it stale for ever.
 */
size_t
write_guards(struct write *write)
{
	const struct unit *unit = &write->unit;
	size_t reads = write->attempts > 0 ? unit->read_count : 0;

	write->guards = xgrow(write->guards, &write->guard_capacity,
	    unit->bump_count + reads, sizeof(*write->guards));
	memcpy(write->guards, unit->bumps,
	    unit->bump_count * sizeof(*write->guards));
	if (reads > 0)
		memcpy(write->guards + unit->bump_count, unit->reads,
		    reads * sizeof(*write->guards));
	return unit->bump_count + reads;
}

/* As it is planned now. */
static bool
may_chain(const struct write *write)
{
	return write->conn != NULL && !write->dry &&
	    write->attempts < CHAINED_ATTEMPTS &&
	    write->moment == MOMENT_WRITE && store_may_chain(&write->unit);
}

/* The second write under a key is to find what the first one answered. */
static bool
has_key(const struct chain *chain, struct id key)
{
	if (id_is_nil(key))
		return false;
	for (size_t i = 0; i < chain->count; i++)
		if (id_equal(chain->at[i]->key, key))
			return true;
	return false;
}

/* For those behind it, as if it had been done. */
static void
suppose(struct chain *chain, const struct write *write)
{
	const struct unit *unit = &write->unit;

	for (size_t i = 0; i < unit->count; i++)
		book_suppose_more(chain->book, &unit->changes[i].change);
	for (size_t i = 0; i < unit->bump_count; i++)
		book_suppose_guard(
		    chain->book, unit->bumps[i].id, unit->bumps[i].seen + 1);
}

/* Plans and judges it behind the others.  One that is not acceptable there has
 * its turn when it is known what became of them. */
static bool
is_acceptable(const struct chain *chain, struct write *write)
{
	return may_chain(write) && !has_key(chain, write->key) &&
	    write_plan(write) == STATUS_OK && may_chain(write) &&
	    guardq_holds(&write->ticket, write->guards, write_guards(write)) &&
	    write_judge(write) == STATUS_OK;
}

static void
try(struct chain *chain, struct write *write)
{
	if (!chain->supposing) {
		book_suppose(chain->book, NULL, 0);
		suppose(chain, chain->at[0]);
		chain->supposing = true;
	}
	if (!is_acceptable(chain, write))
		return;
	suppose(chain, write);
	guardq_follow(&write->ticket, &chain->at[0]->ticket);
	chain->at[chain->count++] = write;
}

/* Those that stand right behind a member in some queue. */
static void
look_behind(struct chain *chain, const struct write *member)
{
	const struct guardq_ticket *ticket = &member->ticket;

	for (size_t i = 0; i < ticket->count; i++) {
		const struct guardq_ticket *next = guardq_next(ticket, i);

		if (next != NULL && chain->count < STORE_CHAIN_MAX)
			try(chain, next->arg);
	}
}

size_t
write_gather(struct write *leader, struct write **at)
{
	struct chain chain = {store_book(leader->server->store), at, 1, false};

	at[0] = leader;
	if (!may_chain(leader))
		return 1;
	guardq_lead(leader->server->guards, &leader->ticket);
	for (size_t i = 0; i < chain.count; i++)
		look_behind(&chain, at[i]);
	if (chain.supposing)
		book_retract(chain.book);
	return chain.count;
}
