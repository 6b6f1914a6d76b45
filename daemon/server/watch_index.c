/* SPDX-License-Identifier: ISC */
/*
 * watch_index: who is concerned by a change.
 *
 * A watch stands in the bucket of each physician, site and territory that it
 * covers.  A change names few of these, so it finds those whom it concerns
 * without looking at the others.
 */
#include "daemon/server/watch_private.h"

#include "daemon/base/mem.h"
#include "daemon/server/server.h"

#include <stdlib.h>
#include <string.h>

/* ----- buckets ----- */

static void
bucket_add(struct bucket *bucket, struct watch *watch)
{
	bucket->at = xgrow(bucket->at, &bucket->capacity, bucket->count + 1,
	    sizeof(struct watch *));
	bucket->at[bucket->count++] = watch;
}

static void
bucket_remove(struct bucket *bucket, const struct watch *watch)
{
	for (size_t i = 0; i < bucket->count; i++) {
		if (bucket->at[i] == watch) {
			bucket->at[i] = bucket->at[--bucket->count];
			return;
		}
	}
}

/* The bucket, which is made when it is not there. */
static struct bucket *
bucket_make(struct watchers *watchers, struct scope place)
{
	struct buckets *of = &watchers->of[place.kind];

	of->at = xgrow_zero(
	    of->at, &of->count, (size_t)place.index + 1, sizeof(of->at[0]));
	return &of->at[place.index];
}

void
watchers_fini_index(struct watchers *watchers)
{
	for (size_t kind = 0; kind < ARRAY_SIZE(watchers->of); kind++) {
		for (size_t i = 0; i < watchers->of[kind].count; i++)
			free(watchers->of[kind].at[i].at);
		free(watchers->of[kind].at);
	}
	free(watchers->everything.at);
	free(watchers->targets);
}

/* ----- watches ----- */

static void
join(struct watch *watch, enum kind kind, int32_t index)
{
	struct scope place = {kind, index};

	if (index == REF_NONE)
		return;
	watch->places = xgrow(watch->places, &watch->places_capacity,
	    watch->nplaces + 1, sizeof(watch->places[0]));
	watch->places[watch->nplaces++] = place;
	watch->watchers->nplaces++;
	bucket_add(bucket_make(watch->watchers, place), watch);
}

/* All that the session may see. */
static void
join_scope(struct watch *watch, const struct session *session)
{
	switch (session->role) {
	case ROLE_ADMIN:
	case ROLE_AUDITOR:
		watch->everywhere = true;
		bucket_add(&watch->watchers->everything, watch);
		return;
	case ROLE_PHYSICIAN:
		join(watch, KIND_PHYSICIAN, session->physician);
		return;
	case ROLE_COORDINATOR:
	case ROLE_DESK:
	case ROLE_REGULATOR:
		for (unsigned i = 0; i < session->nscope; i++)
			join(watch, session->scope[i].kind,
			    session->scope[i].index);
		return;
	case ROLE_NONE:
		return;
	}
	abort();
}

void
watch_join(struct watch *watch)
{
	if (watch->kind == KIND_COUNT)
		join_scope(watch, &watch->conn->session);
	else
		join(watch, watch->kind, watch->index);
}

void
watch_leave(struct watch *watch)
{
	for (size_t i = 0; i < watch->nplaces; i++)
		bucket_remove(
		    bucket_make(watch->watchers, watch->places[i]), watch);
	if (watch->everywhere)
		bucket_remove(&watch->watchers->everything, watch);
	watch->watchers->nplaces -= watch->nplaces;
	watch->nplaces = 0;
	watch->everywhere = false;
}

/* ----- changes ----- */

static void
aim_bucket(struct watchers *watchers, const struct bucket *bucket)
{
	watchers->targets =
	    xgrow(watchers->targets, &watchers->targets_capacity,
		watchers->ntargets + bucket->count, sizeof(struct watch *));
	for (size_t i = 0; i < bucket->count; i++) {
		struct watch *watch = bucket->at[i];

		if (watch->stamp == watchers->stamp)
			continue;
		watch->stamp = watchers->stamp;
		watchers->targets[watchers->ntargets++] = watch;
	}
}

static void
aim(struct watchers *watchers, enum kind kind, int32_t index)
{
	const struct buckets *of = &watchers->of[kind];

	if (index != REF_NONE && (size_t)index < of->count)
		aim_bucket(watchers, &of->at[index]);
}

static void
aim_site(struct watchers *watchers, const struct book *book, int32_t site)
{
	aim(watchers, KIND_SITE, site);
	aim(watchers, KIND_TERRITORY, book_site(book, site)->territory);
	aim(watchers, KIND_TERRITORY, book_site(book, site)->sector);
}

static void
aim_assignment(struct watchers *watchers, const struct book *book,
    const struct assignment *a)
{
	aim(watchers, KIND_PHYSICIAN, a->physician);
	aim_site(watchers, book, a->site);
}

/* Those at the sites of a structure, or in a commune. */
static void
aim_sites_of(struct watchers *watchers, const struct book *book,
    int32_t structure, const char *commune)
{
	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++) {
		const struct site *site = book_site(book, i);

		if (commune != NULL ? strcmp(site->commune, commune) == 0
				    : site->structure == structure)
			aim_site(watchers, book, i);
	}
}

/* Those at the sites of a sector; of all sites when it is REF_NONE. */
static void
aim_sector(struct watchers *watchers, const struct book *book, int32_t sector)
{
	for (int32_t i = 0; i < book_count(book, KIND_SITE); i++)
		if (sector == REF_NONE || book_site(book, i)->sector == sector)
			aim_site(watchers, book, i);
}

/* Those whose programmes and sites the physician is of. */
static void
aim_physician(
    struct watchers *watchers, const struct book *book, int32_t physician)
{
	struct id id = book_entity(book, KIND_PHYSICIAN, physician)->id;
	const int32_t *facts;
	size_t count;

	aim(watchers, KIND_PHYSICIAN, physician);
	facts = book_facts(book, KIND_ENROLMENT, id, &count);
	for (size_t i = 0; i < count; i++)
		aim(watchers, KIND_PROGRAMME,
		    ((const struct enrolment *)book_entity(
			 book, KIND_ENROLMENT, facts[i]))
			->programme);
	facts = book_facts(book, KIND_AUTHORISATION, id, &count);
	for (size_t i = 0; i < count; i++)
		aim_site(watchers, book,
		    ((const struct authorisation *)book_entity(
			 book, KIND_AUTHORISATION, facts[i]))
			->site);
}

/* Those at whoever the fact is about; who may know it is asked later. */
static void
aim_fact(struct watchers *watchers, const struct book *book,
    const struct change *change)
{
	const union after *fact = change->after;
	int32_t owner;
	enum kind owner_kind = fact_owner(change->kind, &fact->entity, &owner);

	switch (owner_kind) {
	case KIND_SITE:
		aim_site(watchers, book, owner);
		break;
	case KIND_PHYSICIAN:
		aim_physician(watchers, book, owner);
		break;
	case KIND_TERRITORY:
		aim(watchers, owner_kind, owner);
		aim_sector(watchers, book, owner);
		break;
	case KIND_COUNT: /* a holiday: for all */
		aim_sector(watchers, book, REF_NONE);
		break;
	default:
		aim(watchers, owner_kind, owner);
	}
	if (change->kind == KIND_QUOTA)
		aim(watchers, KIND_PROGRAMME, fact->quota.programme);
}

/* Those at the half-day of a place, if the book has it. */
static void
aim_slot(struct watchers *watchers, const struct book *book, struct id slot)
{
	const struct assignment *a = book_assignment(book, slot);

	if (a != NULL)
		aim_assignment(watchers, book, a);
}

static void
aim_directory(struct watchers *watchers, const struct book *book,
    const struct change *change)
{
	int32_t index = book_find(book, change->kind, change->id);

	if (kind_info(change->kind)->identity != NULL) {
		aim_fact(watchers, book, change);
		return;
	}
	switch (change->kind) {
	case KIND_TERRITORY:
	case KIND_PROGRAMME:
	case KIND_PHYSICIAN:
		aim(watchers, change->kind, index);
		return;
	case KIND_SITE:
		aim_site(watchers, book, index);
		if (change->before != NULL)
			aim(watchers, KIND_TERRITORY,
			    change->before->site.territory);
		return;
	case KIND_STRUCTURE:
		aim_sites_of(watchers, book, index, NULL);
		return;
	case KIND_ZONE:
		aim_sites_of(
		    watchers, book, REF_NONE, change->after->zone.commune);
		return;
	case KIND_ROTATION:
		if (change->after->rotation.site != REF_NONE)
			aim_site(watchers, book, change->after->rotation.site);
		else
			aim(watchers, KIND_TERRITORY,
			    change->after->rotation.sector);
		return;
	default: /* for those who see everything */
		return;
	}
}

void
watchers_aim(struct watchers *watchers, const struct book *book,
    const struct change *change)
{
	watchers->stamp++;
	watchers->ntargets = 0;
	if (change->kind == KIND_TOKEN)
		return;
	aim_bucket(watchers, &watchers->everything);
	if (watchers->nplaces == 0)
		return;
	if (change->kind == KIND_OFFER || change->kind == KIND_PLACE) {
		aim_slot(watchers, book, change_slot(change));
		return;
	}
	if (change->kind != KIND_ASSIGNMENT) {
		aim_directory(watchers, book, change);
		return;
	}
	aim_assignment(watchers, book, &change->after->assignment);
	if (change->before != NULL)
		aim_assignment(watchers, book, &change->before->assignment);
}
