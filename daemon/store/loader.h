/* SPDX-License-Identifier: ISC */
/*
 * loader: reads a whole book at one snapshot.
 *
 * On a plain connection of its own, a few thousand rows in one turn of the
 * event loop, so that the former book goes on being served.
 */
#ifndef STORE_LOADER_H
#define STORE_LOADER_H

#include "daemon/base/compiler.h"
#include "daemon/domain/book.h"
#include "daemon/store/env.h"
#include "daemon/store/identity.h"
#include "daemon/store/snapshot.h"

struct loader;

struct loaded {
	struct book *book;     /* owned by the callee; NULL: it failed */
	struct cursor *cursor; /* borrowed: what the book shows */
	struct identity identity;
	uint64_t took_us;
	const char *why; /* of a failure; borrowed */
	bool refused;    /* ...that only the operator can end */
};

/* The loader is idle again when this is called. */
typedef void loader_done_fn(void *arg, const struct loaded *loaded);

/* env is lent until loader_free(). */
struct loader *loader_new(
    const struct store_env *env, loader_done_fn *done, void *arg) MUST_CHECK;
void loader_free(struct loader *loader);

/* First day that goes to the counters of a book that is in full from `from`. */
int32_t loader_counted_from(int32_t from);
/* from: first day in full; a year before it goes to the counters.  Not while
 * one is running; done is called once, never inside this call. */
void loader_start(struct loader *loader, int32_t from);
/* Gives a load up; done is not called. */
void loader_stop(struct loader *loader);
bool loader_is_running(const struct loader *loader);

#endif
