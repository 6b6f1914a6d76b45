/* SPDX-License-Identifier: ISC */
/*
 * adopt_units: plan adopt and plan publish unit after unit, and their requests.
 */
#include "daemon/server/adopt_private.h"

#include "daemon/base/mem.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdlib.h>

enum {
	WEEK_DAYS = 7,
	DAY_FIRST = -25567, /* 1900-01-01 */
	DAY_END = 84006     /* 2200-01-01 */
};

static struct proposals *
proposals_of(const struct adoption *adoption)
{
	return store_proposals(adoption->call.conn->server->store);
}

static void ask_groups(struct adoption *adoption);

static void
on_unit(void *arg, enum status status, const struct proposal_line *rows,
    size_t count, bool more)
{
	struct adoption *adoption = arg;
	if (!adoption_goes_on(adoption, status))
		return;
	adopt_lines_fini(&adoption->lines);
	adoption->more = more;
	adoption->retries = 0;
	for (size_t i = 0; i < count; i++)
		adopt_lines_add(&adoption->lines, &rows[i]);
	if (count > 0) {
		adoption->after = rows[count - 1].number;
		adopt_lines_order(&adoption->lines);
		adoption_write_unit(adoption);
	} else {
		adoption_next_unit(adoption);
	}
}

static bool
same_unit(const struct adoption *adoption, size_t a, size_t b)
{
	const struct group *x = &adoption->groups[a], *y = &adoption->groups[b];

	return adoption->whole ||
	    (x->week == y->week && x->territory == y->territory);
}

/* Goes on to the groups of the next unit. */
static void
take_groups(struct adoption *adoption)
{
	adoption->first = adoption->next;
	adoption->after = 0;
	adoption->nsites = 0;
	for (; adoption->next < adoption->ngroups &&
	     same_unit(adoption, adoption->first, adoption->next);
	     adoption->next++) {
		adoption->sites =
		    xgrow(adoption->sites, &adoption->sites_capacity,
			adoption->nsites + 1, sizeof(adoption->sites[0]));
		adoption->sites[adoption->nsites++] =
		    adoption->groups[adoption->next].site;
	}
}

void
adoption_next_unit(struct adoption *adoption)
{
	bool all_weeks = adoption->whole && !adoption->has_week;
	struct proposal_filter filter = {.plan = adoption->call.plan,
	    .has_sites = true,
	    .state = (int)(adoption->publishes ? LINE_ADOPTED : LINE_PROPOSED),
	    .limit = ADOPT_UNIT_MAX};
	enum status status;

	if (!adoption->more && adoption->next == adoption->ngroups) {
		if (adoption->deferred > 0 && !adoption->again) {
			adoption->again = true;
			adoption->ngroups = adoption->next = 0;
			ask_groups(adoption);
		} else {
			adoption_finish(adoption);
		}
		return;
	}
	if (!adoption->more)
		take_groups(adoption);
	filter.after = adoption->after;
	filter.sites = adoption->sites;
	filter.nsites = adoption->nsites;
	filter.from =
	    all_weeks ? DAY_FIRST : adoption->groups[adoption->first].week;
	filter.to = all_weeks ? DAY_END : filter.from + WEEK_DAYS - 1;
	status =
	    proposals_lines(proposals_of(adoption), &filter, on_unit, adoption);
	if (status != STATUS_OK)
		adoption_end_with(adoption, status);
}

static int
compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->week != y->week)
		return x->week < y->week ? -1 : 1;
	if (x->territory != y->territory)
		return x->territory < y->territory ? -1 : 1;
	return id_compare(x->site, y->site);
}

static bool
is_wanted(const struct adoption *adoption, const struct book *book,
    int32_t site, int32_t week)
{
	const struct site *at;

	if (adoption->has_week && week != adoption->week)
		return false;
	if (!adoption->has_territory)
		return true;
	if (site == REF_NONE)
		return false;
	at = book_site(book, site);
	for (int i = 0; i < 2; i++) {
		int32_t territory = i == 0 ? at->territory : at->sector;

		if (territory != REF_NONE &&
		    id_equal(book_entity(book, KIND_TERRITORY, territory)->id,
			adoption->territory))
			return true;
	}
	return false;
}

static void
on_groups(void *arg, enum status status, const struct proposal_line *rows,
    size_t count, bool more UNUSED)
{
	struct adoption *adoption = arg;
	const struct book *book;
	uint64_t total = 0;

	if (!adoption_goes_on(adoption, status))
		return;
	book = store_book(adoption->call.conn->server->store);
	for (size_t i = 0; i < count; i++) {
		int32_t site = book_find(book, KIND_SITE, rows[i].site);

		if (!is_wanted(adoption, book, site, rows[i].day))
			continue;
		adoption->groups = xgrow(adoption->groups, &adoption->capacity,
		    adoption->ngroups + 1, sizeof(adoption->groups[0]));
		adoption->groups[adoption->ngroups++] =
		    (struct group){.site = rows[i].site,
			.territory = site == REF_NONE
			    ? REF_NONE
			    : book_site(book, site)->territory,
			.week = rows[i].day,
			.count = rows[i].number};
		total += rows[i].number;
	}
	if (adoption->ngroups > 1)
		qsort(adoption->groups, adoption->ngroups,
		    sizeof(adoption->groups[0]), compare_groups);
	if (!adoption->again)
		adoption->whole = total <= ADOPT_UNIT_MAX;
	adoption_next_unit(adoption);
}

static void
ask_groups(struct adoption *adoption)
{
	enum status status =
	    proposals_groups(proposals_of(adoption), adoption->call.plan,
		adoption->publishes ? LINE_ADOPTED : LINE_PROPOSED, on_groups,
		adoption);

	if (status != STATUS_OK)
		adoption_end_with(adoption, status);
}

/* ----- requests ----- */

static void
on_key(void *arg, const struct store_result *result)
{
	struct adoption *adoption = arg;

	if (result->status == STATUS_OK)
		adoption_answer(adoption, result->answer, true);
	else if (adoption_goes_on(adoption,
		     result->status == STATUS_NOT_FOUND ? STATUS_OK
							: result->status))
		ask_groups(adoption);
}

static void
adopt_found(struct plan_call *call, const struct proposal *plan)
{
	struct adoption *adoption = (struct adoption *)call;
	const struct proposal_request *request = &call->request;
	enum status status;

	if (plan->state < PROPOSAL_DONE || plan->state == PROPOSAL_FAILED) {
		plan_call_refuse(
		    call, STATUS_STATE, "plan", "a plan that is done");
		return;
	}
	if (id_is_nil(request->key) || adoption->dry) {
		ask_groups(adoption);
		return;
	}
	status = store_key(call->conn->server->store, request->by, request->key,
	    request->digest, on_key, adoption);
	if (status != STATUS_OK)
		adoption_end_with(adoption, status);
}

static void
begin(struct conn *conn, const struct request *request, bool publishes)
{
	const struct value *territory = request_value(request, KEY_TERRITORY);
	const struct value *week = request_value(request, KEY_WEEK);
	const struct book *book = store_book(conn->server->store);
	struct adoption *adoption;
	int32_t index = REF_NONE;

	if (territory != NULL)
		index = book_resolve(book, KIND_TERRITORY, territory->text);
	if (territory != NULL && index == REF_NONE) {
		reply_refuse(conn, STATUS_NOT_FOUND, territory->text, NULL);
		return;
	}
	adoption = xcalloc(1, sizeof(*adoption));
	adoption->publishes = publishes;
	adoption->dry = request_number(request, KEY_DRY, 0) != 0;
	adoption->has_territory = territory != NULL;
	if (territory != NULL)
		adoption->territory =
		    book_entity(book, KIND_TERRITORY, index)->id;
	adoption->has_week = week != NULL;
	if (week != NULL)
		adoption->week = day_week((int32_t)week->number);
	plan_take_key(&adoption->call.request, conn, request);
	adoption->call.fini = adoption_fini;
	plan_call_begin(&adoption->call, conn, request, adopt_found);
}

void
read_plan_adopt(struct conn *conn, const struct request *request)
{
	begin(conn, request, false);
}

void
read_plan_publish(struct conn *conn, const struct request *request)
{
	begin(conn, request, true);
}
