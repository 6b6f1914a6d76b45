/* SPDX-License-Identifier: ISC */
/*
 * put: what plan_directory.c and its parts share: plan_fact.c for facts,
 * put_may.c for who may.
 */
#ifndef SERVER_PUT_H
#define SERVER_PUT_H

#include "daemon/server/change/plan.h"
#include "daemon/server/verb/field.h"

/* A put on its way: the entity as it was and as it will be. */
struct put {
	struct plan *plan;
	const struct request *request;
	enum kind kind;
	const struct kind_info *info;
	const union after *before; /* NULL: it is new */
	int32_t index;             /* REF_NONE: it is new */
	union after after;
	const char *warning; /* or NULL */
};

/* Refuses a key; expected: a literal, or NULL. */
enum status put_refuse(
    struct put *put, enum status status, enum key key, const char *expected);
enum status put_refuse_fault(struct put *put, const struct field_fault *fault);

/* The id of what has this name; the same on every daemon. */
struct id put_computed_id(const struct out *name);
/* It is there already: its state before, and so far after. */
void put_found(struct put *put, int32_t index);

/* Steps of plan_directory_put() for a fact: which it is, what it asks of
 * itself, and whether the session may state it. */
enum status put_find_fact(struct put *put);
enum status put_check_fact(struct put *put);
enum status put_may_fact(struct put *put);

/* Whether the session may put it so. */
enum status put_may(struct put *put);

#endif
