/* SPDX-License-Identifier: ISC */
/*
 * put_may: whether the session may create or change what a put says.
 *
 * A coordinator changes what is hers before the write and after it: nothing is
 * taken from, or given to, who has nothing to do with her.
 */
#include "daemon/server/change/put.h"

#include <string.h>

static bool
changes(const struct put *put, enum key key)
{
	const struct field *field = kind_field(put->kind, key);

	return put->before == NULL ||
	    !field_equal(field, put->before, &put->after);
}

/* What an earlier line of the unit has made is whose the unit is. */
static bool
in_book(const struct put *put)
{
	return put->before != NULL &&
	    put->index < book_count(put->plan->book, put->kind);
}

static enum status
may_put_site(struct put *put)
{
	const struct plan *plan = put->plan;
	const struct site *after = &put->after.site;

	if (in_book(put) &&
	    !session_covers_site(plan->session, plan->book, put->index))
		return put_refuse(put, STATUS_SCOPE, KEY_SITE, NULL);
	if (changes(put, KEY_TERRITORY) &&
	    !session_covers_territory(plan->session, after->territory))
		return put_refuse(put, STATUS_SCOPE, KEY_TERRITORY,
		    "a territory of the account's scope");
	return STATUS_OK;
}

/* No site of the structure is somebody else's. */
static enum status
may_put_structure(struct put *put)
{
	const struct plan *plan = put->plan;
	int32_t count = book_count(plan->book, KIND_SITE);

	if (!in_book(put))
		return STATUS_OK;
	for (int32_t i = 0; i < count; i++)
		if (book_site(plan->book, i)->structure == put->index &&
		    !session_covers_site(plan->session, plan->book, i))
			return put_refuse(put, STATUS_SCOPE, KEY_CODE,
			    "a structure whose sites are all in scope");
	return STATUS_OK;
}

static enum status
may_put_own_person(struct put *put)
{
	/* The last two decide where one may work. */
	static const enum key official[] = {
	    KEY_STATE, KEY_SOURCE, KEY_STATUS, KEY_SPECIALTY};

	if (put->before == NULL || put->index != put->plan->session->physician)
		return put_refuse(put, STATUS_SCOPE, KEY_RPPS, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(official); i++)
		if (changes(put, official[i]))
			return put_refuse(put, STATUS_ROLE, official[i], NULL);
	return STATUS_OK;
}

/* Master data of a physician are for the programme that enrols. */
static enum status
may_put_physician(struct put *put)
{
	const struct plan *plan = put->plan;

	if (in_book(put) &&
	    !session_enrols(plan->session, plan->book, put->index))
		return put_refuse(put, STATUS_SCOPE, KEY_RPPS,
		    "a physician enrolled in a programme of the account's "
		    "scope");
	return STATUS_OK;
}

enum status
put_may(struct put *put)
{
	const struct session *session = put->plan->session;

	if (session->role == ROLE_ADMIN)
		return STATUS_OK;
	if (put->info->identity != NULL)
		return put_may_fact(put);
	if (session->role == ROLE_PHYSICIAN)
		return may_put_own_person(put);
	if (put->kind == KIND_SITE)
		return may_put_site(put);
	if (put->kind == KIND_STRUCTURE)
		return may_put_structure(put);
	if (put->kind == KIND_PHYSICIAN)
		return may_put_physician(put);
	return STATUS_OK;
}
