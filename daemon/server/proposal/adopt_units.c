/* SPDX-License-Identifier: ISC */
/*
 * adopt_units: plan adopt and plan publish unit after unit, and their requests.
 *
 * A territory's week is never divided, nor, where half-days are taken away for
 * others, a week: somebody may go from one territory to another.
 *
 * What stands in one unit may lean on what stands in another: a share of
 * unscheduled care on the other care of the quarter, say.  What a unit refuses
 * is therefore tried again when the others are in the plan, in the end all of
 * it as one unit.
 */
#include "daemon/server/proposal/adopt_private.h"

#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	WEEK_DAYS = 7,
	ROUNDS_MAX = 8 /* over what units have refused */
};

static void ask_groups(struct adoption *adoption);
static void start_round(struct adoption *adoption, uint64_t lines);

static int
compare_places(const struct adopt_line *a, const struct adopt_line *b)
{
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (a->part != b->part)
		return a->part < b->part ? -1 : 1;
	if (a->activity != b->activity)
		return a->activity < b->activity ? -1 : 1;
	return id_compare(a->site, b->site);
}

/* What is taken away from a place stands before what comes there; else as in
 * the proposal. */
static int
by_place(const void *left, const void *right)
{
	const struct adopt_line *a = *(struct adopt_line *const *)left;
	const struct adopt_line *b = *(struct adopt_line *const *)right;
	int order = compare_places(a, b);

	if (order != 0)
		return order;
	if (a->cancels != b->cancels)
		return a->cancels ? -1 : 1;
	return (a > b) - (a < b);
}

void
adoption_announce(struct adopt_lines *lines, const struct book *book)
{
	struct adopt_line **order = xcalloc(lines->count + 1, sizeof(order[0]));
	size_t drafts = 0; /* taken away from the place */

	for (size_t i = 0; i < lines->count; i++)
		order[i] = &lines->at[i];
	qsort(order, lines->count, sizeof(order[0]), by_place);
	for (size_t i = 0; i < lines->count; i++) {
		struct adopt_line *line = order[i];
		const struct assignment *a =
		    line->cancels ? book_assignment(book, line->slot) : NULL;

		if (i > 0 && compare_places(order[i - 1], line) != 0)
			drafts = 0;
		drafts += a != NULL && a->state == STATE_DRAFT;
		line->announced = !line->cancels && drafts == 0;
		drafts -= !line->cancels && drafts > 0;
	}
	free(order);
}

static int
compare_ids(const void *a, const void *b)
{
	return id_compare(*(const struct id *)a, *(const struct id *)b);
}

/* A site of several weeks is asked for once. */
static void
drop_doubles(struct adoption *adoption)
{
	struct id *sites = adoption->sites;
	size_t kept = 0;

	for (size_t i = 0; i < adoption->nsites; i++)
		if (kept == 0 || !id_equal(sites[kept - 1], sites[i]))
			sites[kept++] = sites[i];
	adoption->nsites = kept;
}

static void
on_unit(void *arg, enum status status, const struct proposal_line *rows,
    size_t count, bool more)
{
	struct adoption *adoption = arg;

	if (!plan_call_goes_on(&adoption->call, status))
		return;
	adopt_lines_fini(&adoption->lines);
	adoption->more = more;
	adoption->retries = 0;
	adoption->sifts = false;
	for (size_t i = 0; i < count; i++)
		adopt_lines_add(&adoption->lines, &rows[i]);
	adoption->lines.reason = adoption->is_repair ? "REPAIR" : NULL;
	if (adoption->announces)
		adoption_announce(&adoption->lines,
		    store_book(adoption->call.conn->server->store));
	if (count > 0) {
		adoption->after = rows[count - 1].number;
		adopt_lines_order(&adoption->lines);
		adoption_write_unit(adoption);
	} else {
		adoption_next_unit(adoption);
	}
}

/* Behind the groups from `at` on that are never divided, and their lines. */
static size_t
indivisible(const struct adoption *adoption, size_t at, uint64_t *lines)
{
	const struct group *groups = adoption->groups;
	size_t end = at;

	*lines = 0;
	for (; end < adoption->ngroups && groups[end].week == groups[at].week &&
	     (adoption->moves || groups[end].territory == groups[at].territory);
	     end++)
		*lines += groups[end].count;
	/* A unit has its bounds all the same. */
	if (!adoption->moves || *lines <= ADOPT_UNIT_MAX)
		return end;
	*lines = 0;
	for (end = at;
	     end < adoption->ngroups && groups[end].week == groups[at].week &&
	     groups[end].territory == groups[at].territory;
	     end++)
		*lines += groups[end].count;
	return end;
}

static size_t
end_of_week(const struct adoption *adoption, size_t at, uint64_t *lines)
{
	size_t end = at;

	*lines = 0;
	for (; end < adoption->ngroups &&
	     adoption->groups[end].week == adoption->groups[at].week;
	     end++)
		*lines += adoption->groups[end].count;
	return end;
}

/*
 * Behind the groups of the next unit: so many as fit, either of one week or of
 * whole weeks, since a unit is asked for by its sites and days.
 */
static size_t
end_of_unit(const struct adoption *adoption)
{
	size_t at = adoption->next, end, more;
	uint64_t lines, next;

	if (adoption->whole)
		return adoption->ngroups;
	end = end_of_week(adoption, at, &lines);
	/* In the middle of a week it goes no further. */
	if (lines <= adoption->piece &&
	    (at == 0 ||
		adoption->groups[at - 1].week != adoption->groups[at].week)) {
		for (; end < adoption->ngroups; end = more, lines += next) {
			more = end_of_week(adoption, end, &next);
			if (lines + next > adoption->piece)
				break;
		}
		return end;
	}
	end = indivisible(adoption, at, &lines);
	for (; end < adoption->ngroups &&
	     adoption->groups[end].week == adoption->groups[at].week;
	     end = more, lines += next) {
		more = indivisible(adoption, end, &next);
		if (lines + next > adoption->piece)
			break;
	}
	return end;
}

/* Goes on to the groups of the next unit. */
static void
take_groups(struct adoption *adoption)
{
	size_t end = end_of_unit(adoption);

	adoption->first = adoption->next;
	adoption->next = end;
	adoption->after = 0;
	adoption->nsites = 0;
	adoption->sites = xgrow(adoption->sites, &adoption->sites_capacity,
	    end - adoption->first, sizeof(adoption->sites[0]));
	for (size_t i = adoption->first; i < end; i++)
		adoption->sites[adoption->nsites++] = adoption->groups[i].site;
	qsort(adoption->sites, adoption->nsites, sizeof(adoption->sites[0]),
	    compare_ids);
	drop_doubles(adoption);
}

/* What was refused in this round is tried again, or all is done. */
static void
end_round(struct adoption *adoption)
{
	if (adoption->deferred == 0) {
		adoption_finish(adoption);
		return;
	}
	adoption->last =
	    adoption->gained == 0 || ++adoption->round == ROUNDS_MAX;
	start_round(adoption, adoption->deferred);
}

/* There are no groups left of those that were asked for. */
static void
go_on(struct adoption *adoption)
{
	if (!adoption->by_week || adoption->week_at >= adoption->weeks_to) {
		end_round(adoption);
		return;
	}
	adoption->week_at += WEEK_DAYS;
	ask_groups(adoption);
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
		go_on(adoption);
		return;
	}
	if (!adoption->more)
		take_groups(adoption);
	filter.after = adoption->after;
	filter.sites = adoption->sites;
	filter.nsites = adoption->nsites;
	filter.from =
	    all_weeks ? PLAN_DAY_FIRST : adoption->groups[adoption->first].week;
	filter.to = all_weeks
	    ? PLAN_DAY_LAST
	    : adoption->groups[adoption->next - 1].week + WEEK_DAYS - 1;
	status = proposals_lines(
	    proposals_of(adoption->call.conn), &filter, on_unit, adoption);
	if (status != STATUS_OK)
		plan_call_refuse(&adoption->call, status, NULL, NULL);
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

	if (!plan_call_goes_on(&adoption->call, status))
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
	/* One verdict for all of it: what needs no second one. */
	adoption->whole = !adoption->by_week &&
	    total <=
		(adoption->publishes || adoption->dry || adoption->round > 0
			? ADOPT_UNIT_MAX
			: adoption->piece);
	adoption->last |= adoption->whole;
	adoption_next_unit(adoption);
}

static void
ask_groups(struct adoption *adoption)
{
	struct proposal_filter filter = {.plan = adoption->call.plan,
	    .state = (int)(adoption->publishes ? LINE_ADOPTED : LINE_PROPOSED),
	    .from = PLAN_DAY_FIRST,
	    .to = PLAN_DAY_LAST};
	enum status status;

	if (adoption->has_week || adoption->by_week) {
		filter.from =
		    adoption->has_week ? adoption->week : adoption->week_at;
		filter.to = filter.from + WEEK_DAYS - 1;
	}
	adoption->ngroups = adoption->next = 0;
	status = proposals_groups(
	    proposals_of(adoption->call.conn), &filter, on_groups, adoption);
	if (status != STATUS_OK)
		plan_call_refuse(&adoption->call, status, NULL, NULL);
}

/* So many lines at the most. */
static void
start_round(struct adoption *adoption, uint64_t lines)
{
	/* What is judged as a whole where it can be, is asked for as one. */
	bool one = adoption->has_week ||
	    (adoption->has_territory && (adoption->publishes || adoption->dry));

	adoption->deferred = adoption->gained = 0;
	adoption->by_week = lines > ADOPT_UNIT_MAX && !one;
	adoption->week_at = adoption->weeks_from;
	ask_groups(adoption);
}

/* ----- requests ----- */

static void
on_key(void *arg, const struct store_result *result)
{
	struct adoption *adoption = arg;

	if (result->status == STATUS_OK)
		adoption_answer(adoption, result->answer, true);
	else if (plan_call_goes_on(&adoption->call,
		     result->status == STATUS_NOT_FOUND ? STATUS_OK
							: result->status))
		start_round(adoption, adoption->lines_left);
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
	adoption->moves = plan->cancels > 0;
	adoption->is_repair = plan->variant == PROPOSAL_REPAIR;
	adoption->weeks_from = day_week(plan->from);
	adoption->weeks_to = day_week(plan->to);
	adoption->lines_left =
	    plan->by_state[adoption->publishes ? LINE_ADOPTED : LINE_PROPOSED];
	if (id_is_nil(request->key) || adoption->dry) {
		start_round(adoption, adoption->lines_left);
		return;
	}
	status = store_key(call->conn->server->store, request->by, request->key,
	    request->digest, on_key, adoption);
	if (status != STATUS_OK)
		plan_call_refuse(&adoption->call, status, NULL, NULL);
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
	adoption->announces = request_number(request, KEY_PUBLISH, 0) != 0;
	adoption->piece = publishes
	    ? ADOPT_UNIT_MAX
	    : (size_t)conn->server->config->planner_unit;
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
	adoption->call.counts = true;
	plan_call_begin(&adoption->call, conn, request, adopt_found);
}

void
adopt_repair(struct conn *conn, struct id plan,
    const struct proposal_request *request, bool announces, const char *before)
{
	struct adoption *adoption = xcalloc(1, sizeof(*adoption));

	adoption->call.conn = conn;
	adoption->call.plan = plan;
	adoption->call.request = *request;
	adoption->call.fini = adoption_fini;
	adoption->piece = ADOPT_UNIT_MAX; /* it has far fewer lines */
	adoption->announces = announces;
	adoption->is_repair = true;
	(void)snprintf(
	    adoption->before, sizeof(adoption->before), "%s", before);
	conn_hold(conn);
	ask_groups(adoption);
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
