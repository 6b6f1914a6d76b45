/* SPDX-License-Identifier: ISC */
/* explain_sector: see explain_sector.h. */
#include "daemon/planner/explain/explain_sector.h"

#include "daemon/base/mem.h"
#include "daemon/planner/reduce/reduce_private.h"

#include <stdlib.h>
#include <string.h>

struct mate {
	int32_t site, physician;
};

struct mates {
	const struct reduction *reduction; /* lent */
	struct mate *mate;                 /* by site, physician; each once */
	size_t count, room;
};

/* ----- who is authorised ----- */

static int
compare_mates(const void *left, const void *right)
{
	const struct mate *a = left, *b = right;

	if (a->site != b->site)
		return a->site < b->site ? -1 : 1;
	return (a->physician > b->physician) - (a->physician < b->physician);
}

static void
sift(struct mates *mates)
{
	size_t kept = 0;

	if (mates->count > 1)
		qsort(mates->mate, mates->count, sizeof(mates->mate[0]),
		    compare_mates);
	for (size_t i = 0; i < mates->count; i++)
		if (kept == 0 ||
		    compare_mates(&mates->mate[kept - 1], &mates->mate[i]) != 0)
			mates->mate[kept++] = mates->mate[i];
	mates->count = kept;
}

struct mates *
mates_new(const struct reduction *reduction)
{
	const struct book *book = reduction->book;
	struct mates *mates;

	if (reduction->r.turns == 0)
		return NULL;
	mates = xcalloc(1, sizeof(*mates));
	mates->reduction = reduction;
	for (int32_t i = 0; i < book_count(book, KIND_AUTHORISATION); i++) {
		const struct authorisation *fact =
		    (const struct authorisation *)book_entity(
			book, KIND_AUTHORISATION, i);

		if (strcmp(fact->state, "active") != 0 ||
		    !reduction->works[fact->physician] ||
		    !reduction->site_in[fact->site] ||
		    book_site(book, fact->site)->sector == REF_NONE)
			continue;
		mates->mate = xgrow(mates->mate, &mates->room, mates->count + 1,
		    sizeof(mates->mate[0]));
		mates->mate[mates->count++] =
		    (struct mate){fact->site, fact->physician};
	}
	sift(mates);
	return mates;
}

void
mates_free(struct mates *mates)
{
	if (mates == NULL)
		return;
	free(mates->mate);
	free(mates);
}

/* ----- one half-day ----- */

static int32_t
sector_of(const struct mates *mates, uint16_t turn)
{
	return mates->reduction->r.turn[turn - 1].sector;
}

const char *
mates_sector(const struct mates *mates, uint16_t turn)
{
	return turn == 0
	    ? NULL
	    : explain_territory_code(mates->reduction, sector_of(mates, turn));
}

/* A site, and the half-day as it would be there. */
struct spot_there {
	const struct mates *mates;
	struct site_view view;
	struct wanted_there wanted;
	struct demand form;
};

static bool
could_come(
    const struct spot_there *there, int32_t physician, struct comer *comer)
{
	const struct reduction *reduction = there->mates->reduction;
	const struct physician *who =
	    book_physician(reduction->book, physician);
	const struct doctor doctor = {.physician = physician,
	    .programme = reduction->works_for[physician]};
	enum activity activity = there->wanted.class->activity;
	struct assignment a;
	struct finding finding;
	struct place place;

	*comer =
	    (struct comer){.physician = reduction_doctor(reduction, physician)};
	if (strcmp(who->specialty, there->wanted.class->specialty) != 0)
		return false;
	if (site_is_attended(there->view.site, activity)) {
		site_view_place(&there->view, there->wanted.day,
		    there->wanted.part, &place);
		comer->minutes =
		    reduce_home_minutes(reduction, physician, &place);
	}
	id_to_text(who->entity.id, comer->id);
	a = reduce_assignment_at(
	    reduction, &doctor, &there->form, there->wanted.site, activity);
	return comer->minutes <= DAY_TRIP &&
	    rules_alone(
		reduction->book, &reduction->facts->rules, &a, &finding);
}

static int
by_minutes(const void *left, const void *right)
{
	const struct comer *a = left, *b = right;

	if (a->minutes != b->minutes)
		return a->minutes < b->minutes ? -1 : 1;
	return strcmp(a->id, b->id);
}

/* Those who could come; owned. */
static struct comer *
list_comers(const struct spot_there *there, size_t *count)
{
	const struct mates *mates = there->mates;
	const struct mate first = {there->wanted.site, 0};
	struct comer *list = NULL;
	size_t low = 0, high = mates->count, room = 0;

	*count = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_mates(&mates->mate[middle], &first) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < mates->count && mates->mate[low].site == first.site;
	     low++) {
		list = xgrow(list, &room, *count + 1, sizeof(list[0]));
		*count += could_come(
		    there, mates->mate[low].physician, &list[*count]);
	}
	if (*count > 1)
		qsort(list, *count, sizeof(list[0]), by_minutes);
	return list;
}

void
mates_each_site(const struct mates *mates, const struct query *query,
    uint16_t turn, sector_site_fn *each, void *arg)
{
	const struct reduction *reduction = mates->reduction;
	const struct class_of_work *class =
	    &reduction->r.class[query->activity];
	const struct gap_class of = {
	    (enum activity) class->activity, class->specialty};
	struct spot_there there = {.mates = mates,
	    .wanted = {.day = reduce_day(reduction, query->half),
		.part = reduce_part(query->half),
		.class = &of,
		.need = 1}};

	for (int32_t i = 0; i < book_count(reduction->book, KIND_SITE); i++) {
		const struct site *site = book_site(reduction->book, i);
		char id[ID_TEXT_LEN + 1] = "";
		struct comer *comers;
		size_t count;

		if (site->sector != sector_of(mates, turn) ||
		    !reduction->site_in[i])
			continue;
		there.wanted.site = i;
		site_view_init(&there.view, reduction->book, i);
		if (!reduce_form(
			reduction, &there.view, &there.wanted, &there.form))
			continue;
		comers = list_comers(&there, &count);
		id_to_text(site->entity.id, id);
		each(arg, id, reduction->r.spot[query->site].site == i, comers,
		    count);
		free(comers);
	}
}
