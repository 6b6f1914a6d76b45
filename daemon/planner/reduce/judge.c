/* SPDX-License-Identifier: ISC */
/*
 * judge: see judge.h.  What is accepted is applied to the book, unit after
 * unit, and taken back at the end.
 */
#include "daemon/planner/reduce/judge.h"

#include "daemon/base/mem.h"
#include "daemon/domain/share.h"
#include "daemon/planner/reduce/reduce_private.h"
#include "proto/out.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_TO_ALLOT = PROTO_ROOMS_MAX + 1, FINDINGS_MAX = 64 };

/* One change of the plan. */
struct step {
	struct assignment a; /* as it is to be */
	struct chosen *of;   /* NULL: taken away */
	int32_t territory, week;
	struct movable *from; /* what is taken away, else NULL */
	/* 0: what goes; 1: what is no unscheduled care; 2: the rest. */
	unsigned wave;
	bool done;     /* in the book */
	bool out;      /* refused; of the one batch in this round, from 1 */
	bool allotted; /* its room is to be found */
	size_t round;
};

struct judge {
	struct reduction *reduction;
	struct book *book;
	struct rules rules;
	struct judged *judged;
	struct step *step;
	size_t steps, room;
};

/* Ids of our own, which no other half-day has. */
static struct id
step_id(size_t number)
{
	return (struct id){UINT64_MAX, number + 1};
}

static void
tell(struct judge *judge, const struct step *step, enum status rule)
{
	struct out out = {
	    judge->judged->first, 0, sizeof(judge->judged->first) - 1, false};
	char letter = part_letter((enum part)step->a.part);

	if (judge->judged->first[0] != '\0')
		return;
	out_text(&out, status_code(rule));
	out_key_id(
	    &out, "site", book_site(judge->book, step->a.site)->entity.id);
	out_key_day(&out, "day", step->a.day);
	out_key_value(&out, "part", (struct span){&letter, 1});
	judge->judged->first[out.len] = '\0';
}

/* It is not in the plan from now on: what was to go is there still. */
static void
refuse(struct step *step)
{
	step->out = true;
	if (step->of != NULL)
		step->of->refused = true;
	else
		step->from->held = true;
}

/* ----- what the plan changes ----- */

static void
add_step(struct judge *judge, const struct assignment *a, struct chosen *of)
{
	struct step *step;

	judge->step =
	    xgrow(judge->step, &judge->room, judge->steps + 1, sizeof(*step));
	step = &judge->step[judge->steps++];
	*step = (struct step){.a = *a,
	    .of = of,
	    .territory = book_site(judge->book, a->site)->territory,
	    .week = day_week(a->day)};
	if (of != NULL)
		step->wave = assignment_unscheduled(a) > 0 ? 2 : 1;
	step->allotted = a->room == ROOM_TO_ALLOT;
}

/* Whether it is there already, and the plan keeps it. */
static bool
is_kept(
    const struct reduction *reduction, const struct assignment *a, bool *kept)
{
	for (size_t i = 0; i < reduction->movables; i++) {
		const struct assignment *was = &reduction->movable[i].was;

		if (reduction->movable[i].stays || kept[i] ||
		    was->physician != a->physician || was->site != a->site ||
		    was->day != a->day || was->part != a->part ||
		    was->activity != a->activity)
			continue;
		kept[i] = true;
		return true;
	}
	return false;
}

static void
add_chosen(
    struct judge *judge, struct chosen *chosen, size_t number, bool *kept)
{
	const struct reduction *reduction = judge->reduction;
	const struct demand *demand =
	    reduce_demand(reduction, chosen->spot, chosen->half, chosen->class);
	struct assignment a;

	chosen->refused = demand == NULL;
	chosen->kept = false;
	if (demand == NULL)
		return;
	a = reduce_assignment(
	    reduction, &reduction->r.doctor[chosen->doctor], demand);
	if (is_kept(reduction, &a, kept)) {
		judge->judged->kept++;
		chosen->kept = true;
		return;
	}
	a.id = step_id(number);
	a.rev = 1;
	a.room = demand->room == 0 ? 0 : ROOM_TO_ALLOT;
	judge->judged->added++;
	add_step(judge, &a, chosen);
}

static void
add_dropped(struct judge *judge, const bool *kept)
{
	struct reduction *reduction = judge->reduction;

	for (size_t i = 0; i < reduction->movables; i++) {
		struct assignment a = reduction->movable[i].was;

		if (reduction->movable[i].stays || reduction->movable[i].held ||
		    kept[i])
			continue;
		a.state = STATE_CANCELLED;
		a.rev++;
		judge->judged->dropped++;
		add_step(judge, &a, NULL);
		judge->step[judge->steps - 1].from = &reduction->movable[i];
	}
}

static int
compare(const void *left, const void *right)
{
	const struct step *a = left, *b = right;

	if (a->wave != b->wave)
		return a->wave < b->wave ? -1 : 1;
	if (a->week != b->week)
		return a->week < b->week ? -1 : 1;
	if (a->territory != b->territory)
		return a->territory < b->territory ? -1 : 1;
	return id_compare(a->a.id, b->a.id);
}

static bool
same_unit(const struct step *a, const struct step *b)
{
	return a->wave == b->wave && a->week == b->week &&
	    a->territory == b->territory;
}

/* ----- the book ----- */

static void
apply(struct judge *judge, const struct assignment *a)
{
	union after after = {.assignment = *a};
	struct change change = {
	    .kind = KIND_ASSIGNMENT, .id = a->id, .after = &after};

	change.rev = book_revision(judge->book, KIND_ASSIGNMENT, a->id) + 1;
	after.assignment.rev = change.rev;
	if (book_apply(judge->book, &change) != APPLY_DONE)
		abort();
}

static void
accept(struct judge *judge, struct step *step)
{
	if (step->of != NULL && step->a.room == ROOM_TO_ALLOT)
		step->a.room =
		    (uint8_t)room_lowest_free(judge->book, step->a.site,
			step->a.from, assignment_to(&step->a), step->a.id);
	apply(judge, &step->a);
	step->done = true;
}

static void
take_back(struct judge *judge, struct step *step)
{
	struct assignment a = step->a;

	a.state = STATE_CANCELLED;
	apply(judge, &a);
	step->done = false;
}

/* ----- as it is adopted ----- */

struct refusals {
	struct judge *judge;
	struct step *first;
	size_t count;
};

static void
on_refused(
    void *arg, const struct unit_change *change, const struct finding *finding)
{
	struct refusals *refusals = arg;
	struct step *step = &refusals->first[change->line - 1];

	refusals->count++;
	tell(refusals->judge, step, finding->rule);
	refuse(step);
}

static void
put_in(struct judge *judge, struct unit *unit, const struct step *step,
    unsigned line, enum state state)
{
	union after after = {.assignment = step->a};

	if (step->of != NULL)
		after.assignment.state = (uint8_t)state;
	unit_put(
	    unit, judge->book, KIND_ASSIGNMENT, &after, line, SPAN("PLAN"));
}

static void
adopt(struct judge *judge, struct step *first, size_t count)
{
	struct refusals refusals = {judge, first, 0};
	struct unit unit;

	judge->judged->units++;
	judge->rules.moment = MOMENT_WRITE;
	unit_init(&unit);
	for (size_t i = 0; i < count; i++)
		put_in(judge, &unit, &first[i], (unsigned)i + 1, STATE_DRAFT);
	unit_seal(&unit, judge->book);
	rules_sift(judge->book, &judge->rules, &unit, on_refused, &refusals);
	unit_fini(&unit);
	for (size_t i = 0; i < count; i++)
		if (!first[i].out)
			accept(judge, &first[i]);
	judge->judged->refused_write += refusals.count;
}

/* ----- as it is adopted, in one batch ----- */

/* Rooms of what is added, one after another, once all that goes is gone. */
static void
allot_rooms(struct judge *judge)
{
	book_suppose(judge->book, NULL, 0);
	for (size_t i = 0; i < judge->steps; i++) {
		struct step *step = &judge->step[i];
		union after after;
		struct change change = {.kind = KIND_ASSIGNMENT,
		    .id = step->a.id,
		    .rev = step->a.rev,
		    .after = &after};

		if (step->out)
			continue;
		if (step->allotted)
			step->a.room = (uint8_t)room_lowest_free(judge->book,
			    step->a.site, step->a.from, assignment_to(&step->a),
			    step->a.id);
		after.assignment = step->a;
		book_suppose_more(judge->book, &change);
	}
	book_retract(judge->book);
}

/* Of those that are in each other's way one goes at a time. */
static bool
is_near(const struct judge *judge, const struct step *step, size_t round)
{
	for (size_t i = 0; i < judge->steps; i++) {
		const struct step *other = &judge->step[i];

		if (other->round == round &&
		    (other->a.physician == step->a.physician ||
			other->a.site == step->a.site))
			return true;
	}
	return false;
}

static size_t
findings_of(struct judge *judge, struct finding *findings)
{
	struct unit unit;
	size_t refused;

	unit_init(&unit);
	for (size_t i = 0; i < judge->steps; i++)
		if (!judge->step[i].out)
			put_in(judge, &unit, &judge->step[i], (unsigned)i + 1,
			    STATE_DRAFT);
	unit_seal(&unit, judge->book);
	refused = rules_findings(
	    judge->book, &judge->rules, &unit, findings, FINDINGS_MAX, NULL);
	unit_fini(&unit);
	return refused < FINDINGS_MAX ? refused : FINDINGS_MAX;
}

/* Leaves out what is refused, until nothing is. */
static void
adopt_at_once(struct judge *judge)
{
	struct finding findings[FINDINGS_MAX];
	size_t refused, round = 0;

	judge->judged->units = 1;
	judge->rules.moment = MOMENT_WRITE;
	for (;;) {
		allot_rooms(judge);
		refused = findings_of(judge, findings);
		if (refused == 0)
			break;
		round++;
		for (size_t i = 0; i < refused; i++) {
			struct step *step = &judge->step[findings[i].line - 1];

			if (is_near(judge, step, round))
				continue;
			tell(judge, step, findings[i].rule);
			refuse(step);
			step->round = round;
			judge->judged->refused_write++;
		}
	}
	for (size_t i = 0; i < judge->steps; i++)
		if (!judge->step[i].out)
			accept(judge, &judge->step[i]);
}

/* ----- as it is published ----- */

/* A half-day of unscheduled care of the share that is too high; else any. */
static struct step *
of_share(struct judge *judge, const struct assignment *refused)
{
	struct share_group group = share_group(refused), other;
	struct step *any = NULL;

	for (size_t i = 0; i < judge->steps; i++) {
		struct step *step = &judge->step[i];

		if (step->of == NULL || !step->done)
			continue;
		other = share_group(&step->a);
		if (other.site != group.site ||
		    other.quarter != group.quarter ||
		    other.programme != group.programme)
			continue;
		if (assignment_unscheduled(&step->a) > 0)
			return step;
		any = step;
	}
	return any;
}

/* False when nothing is refused. */
static bool
leave_out(struct judge *judge, struct step *first, size_t count)
{
	struct finding findings[FINDINGS_MAX];
	struct unit unit;
	size_t refused;

	unit_init(&unit);
	for (size_t i = 0; i < count; i++)
		if (first[i].of != NULL && first[i].done)
			put_in(judge, &unit, &first[i], (unsigned)i + 1,
			    STATE_PUBLISHED);
	unit_seal(&unit, judge->book);
	refused = rules_findings(
	    judge->book, &judge->rules, &unit, findings, FINDINGS_MAX, NULL);
	unit_fini(&unit);
	for (size_t i = 0; i < refused && i < FINDINGS_MAX; i++) {
		struct step *of = &first[findings[i].line - 1];
		struct step *step = of_share(judge, &of->a);

		if (step == NULL)
			continue; /* gone with another one */
		tell(judge, step, findings[i].rule);
		refuse(step);
		take_back(judge, step);
		judge->judged->refused_publish++;
	}
	return refused > 0;
}

static void
publish(struct judge *judge, struct step *first, size_t count)
{
	judge->rules.moment = MOMENT_PUBLISH;
	while (leave_out(judge, first, count))
		continue;
}

/* ----- all of it ----- */

typedef void unit_fn(struct judge *judge, struct step *first, size_t count);

static void
each_unit(struct judge *judge, unit_fn *each)
{
	size_t from = 0, to;

	for (; from < judge->steps; from = to) {
		to = from + 1;
		while (to < judge->steps &&
		    same_unit(&judge->step[from], &judge->step[to]))
			to++;
		each(judge, &judge->step[from], to - from);
	}
}

/* As the book was found, whatever was accepted. */
static void
restore(struct judge *judge)
{
	for (size_t i = 0; i < judge->steps; i++)
		if (judge->step[i].of != NULL && judge->step[i].done)
			take_back(judge, &judge->step[i]);
	for (size_t i = 0; i < judge->steps; i++)
		if (judge->step[i].of == NULL && judge->step[i].done)
			apply(judge, &judge->step[i].from->was);
}

/* On the book as it was read. */
static void
judge_steps(struct judge *judge, size_t batch)
{
	qsort(judge->step, judge->steps, sizeof(judge->step[0]), compare);
	reduce_let_in(judge->reduction);
	if (judge->steps <= batch)
		adopt_at_once(judge);
	else
		each_unit(judge, adopt);
	each_unit(judge, publish);
	restore(judge);
	reduce_keep_out(judge->reduction);
}

void
judge_plan(struct reduction *reduction, struct chosen *chosen, size_t count,
    size_t batch, struct judged *judged)
{
	struct judge judge = {.reduction = reduction,
	    .book = reduction->book,
	    .rules = reduction->facts->rules,
	    .judged = judged};
	bool *kept = xcalloc(reduction->movables, sizeof(kept[0]));

	memset(judged, 0, sizeof(*judged));
	for (size_t i = 0; i < count; i++)
		add_chosen(&judge, &chosen[i], i, kept);
	add_dropped(&judge, kept);
	if (judge.steps > 0)
		judge_steps(&judge, batch);
	for (size_t i = 0; i < reduction->movables; i++)
		reduction->movable[i].kept = kept[i];
	free(judge.step);
	free(kept);
}
