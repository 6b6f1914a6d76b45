/* SPDX-License-Identifier: ISC */
/* pool: one condition to start, one to end. */
#include "daemon/planner/pool.h"

#include "daemon/base/mem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

struct member {
	struct pool *pool;
	pthread_t thread;
	unsigned number;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t start, end;
	unsigned threads, busy;
	size_t round;
	bool stop;
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

static void *
run_member(void *arg)
{
	struct member *member = arg;
	struct pool *pool = member->pool;
	size_t round = 0;

	pthread_mutex_lock(&pool->lock);
	for (;;) {
		while (pool->round == round && !pool->stop)
			pthread_cond_wait(&pool->start, &pool->lock);
		if (pool->stop)
			break;
		round = pool->round;
		pthread_mutex_unlock(&pool->lock);
		share(pool, member->number);
		pthread_mutex_lock(&pool->lock);
		if (--pool->busy == 0)
			pthread_cond_signal(&pool->end);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
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
	pthread_mutex_lock(&pool->lock);
	pool->stop = true;
	pthread_cond_broadcast(&pool->start);
	pthread_mutex_unlock(&pool->lock);
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
	pthread_mutex_lock(&pool->lock);
	pool->work = work;
	pool->context = context;
	pool->items = items;
	atomic_store(&pool->next, 0);
	pool->busy = pool->threads - 1;
	pool->round++;
	if (pool->busy > 0)
		pthread_cond_broadcast(&pool->start);
	pthread_mutex_unlock(&pool->lock);
	share(pool, 0);
	pthread_mutex_lock(&pool->lock);
	while (pool->busy > 0)
		pthread_cond_wait(&pool->end, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}
