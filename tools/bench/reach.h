/* SPDX-License-Identifier: ISC */
/*
 * reach: a daemon and what to authenticate with, from the options.
 */
#ifndef BENCH_REACH_H
#define BENCH_REACH_H

#include "proto/limits.h"
#include "tools/bench/link.h"
#include "tools/bench/options.h"

struct reach {
	struct target target;
	char text[PROTO_WORD_MAX + 1];
	const char *token; /* text, or NULL: none is needed */
};

/* token_file: NULL for none.  0, or -1 after a complaint. */
int reach_init(struct reach *reach, const char *connect, bool tls,
    const char *token_file) MUST_CHECK;
void reach_fini(struct reach *reach);
/* As link_new(). */
struct link *reach_link(const struct reach *reach, struct event_base *base,
    const struct link_hooks *hooks, void *arg) MUST_CHECK;

#endif
