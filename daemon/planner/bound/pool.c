/* SPDX-License-Identifier: ISC */
/* pool: threads wait awake for a moment, then asleep: work comes in pieces of a
 * millisecond, and to be woken takes a tenth of one. */
#include "daemon/planner/bound/pool.h"

#include "daemon/base/mem.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/* AWAKE: looks before sleeping; YIELD: after so many, others first. */
enum { AWAKE = 2000, YIELD = 100 };

struct member {
	struct pool *pool;
	pthread_t thread;
	unsigned number;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t start, end;
	unsigned threads;
	atomic_uint busy;
	atomic_size_t round;
	atomic_bool stop;
	pool_work *work;
	void *context;
	size_t items;
	atomic_size_t next;
	struct member *member; /* threads - 1 */
};

static void
share(struct pool *pool, unsigned number)
{
	size_t item;

	while ((item = atomic_fetch_add(&pool->next, 1)) < pool->items)
		pool->work(pool->context, item, number);
}

static void
relax_cpu(unsigned turn)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
	/* Somebody else may have been waiting for the processor. */
	if (turn % YIELD == YIELD - 1)
		sched_yield();
}

/* Until there is another round than this, or an end. */
static void
await_round(struct pool *pool, size_t round)
{
	for (unsigned i = 0; i < AWAKE; i++) {
		if (atomic_load(&pool->round) != round)
			return;
		relax_cpu(i);
	}
	pthread_mutex_lock(&pool->lock);
	while (atomic_load(&pool->round) == round)
		pthread_cond_wait(&pool->start, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}

static void *
run_member(void *arg)
{
	struct member *member = arg;
	struct pool *pool = member->pool;

	for (size_t round = 0;; round++) {
		await_round(pool, round);
		if (atomic_load(&pool->stop))
			return NULL;
		share(pool, member->number);
		if (atomic_fetch_sub(&pool->busy, 1) == 1) {
			pthread_mutex_lock(&pool->lock);
			pthread_cond_signal(&pool->end);
			pthread_mutex_unlock(&pool->lock);
		}
	}
}

static void
begin_round(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	atomic_fetch_add(&pool->round, 1);
	pthread_cond_broadcast(&pool->start);
	pthread_mutex_unlock(&pool->lock);
}

static void
await_end(struct pool *pool)
{
	for (unsigned i = 0; i < AWAKE; i++) {
		if (atomic_load(&pool->busy) == 0)
			return;
		relax_cpu(i);
	}
	pthread_mutex_lock(&pool->lock);
	while (atomic_load(&pool->busy) > 0)
		pthread_cond_wait(&pool->end, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}

struct pool *
pool_new(unsigned threads)
{
	struct pool *pool = xcalloc(1, sizeof(*pool));

	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->start, NULL);
	pthread_cond_init(&pool->end, NULL);
	pool->member = xcalloc(threads, sizeof(pool->member[0]));
	pool->threads = 1;
	while (pool->threads < threads) {
		struct member *member = &pool->member[pool->threads - 1];

		*member =
		    (struct member){.pool = pool, .number = pool->threads};
		/* With fewer threads the plan is the same, only later. */
		if (pthread_create(&member->thread, NULL, run_member, member) !=
		    0)
			break;
		pool->threads++;
	}
	return pool;
}

void
pool_free(struct pool *pool)
{
	if (pool == NULL)
		return;
	atomic_store(&pool->stop, true);
	begin_round(pool);
	for (unsigned i = 0; i + 1 < pool->threads; i++)
		pthread_join(pool->member[i].thread, NULL);
	pthread_cond_destroy(&pool->start);
	pthread_cond_destroy(&pool->end);
	pthread_mutex_destroy(&pool->lock);
	free(pool->member);
	free(pool);
}

unsigned
pool_threads(const struct pool *pool)
{
	return pool->threads;
}

void
pool_run(struct pool *pool, size_t items, pool_work *work, void *context)
{
	pool->work = work;
	pool->context = context;
	pool->items = items;
	atomic_store(&pool->next, 0);
	atomic_store(&pool->busy, pool->threads - 1);
	if (pool->threads > 1)
		begin_round(pool);
	share(pool, 0);
	await_end(pool);
}
