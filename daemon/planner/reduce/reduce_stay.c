/* SPDX-License-Identifier: ISC */
/*
 * reduce_stay: what stays, what is there and may move, what is locked.
 */
#include "daemon/planner/reduce/reduce_private.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

static void
add_stay(struct reduction *reduction, const struct assignment *a)
{
	struct reduced *r = &reduction->r;
	bool remote = !site_is_attended(
	    book_site(reduction->book, a->site), (enum activity)a->activity);
	int32_t doctor = reduction->doctor_of[a->physician];
	int32_t spot = NONE;

	if (reduction->site_in[a->site])
		spot = reduce_spot(
		    reduction, a->site, a->day, (enum part)a->part, remote);
	if (doctor == NONE && spot == NONE)
		return;
	r->stay =
	    xgrow(r->stay, &r->room.stay, r->stays + 1, sizeof(r->stay[0]));
	r->stay[r->stays++] = (struct standing){
	    doctor, spot, reduce_half(reduction, a->day, a->part), remote};
}

static void
add_remark(struct reduction *reduction, const struct remark *remark)
{
	struct reduced *r = &reduction->r;

	r->remark = xgrow(
	    r->remark, &r->room.remark, r->remarks + 1, sizeof(r->remark[0]));
	r->remark[r->remarks++] = *remark;
}

/* One that may move. */
static struct remark
remark_of(const struct reduction *reduction, const struct assignment *a)
{
	bool remote = !site_is_attended(
	    book_site(reduction->book, a->site), (enum activity)a->activity);

	return (struct remark){.doctor = reduction->doctor_of[a->physician],
	    .spot = reduce_spot(
		reduction, a->site, a->day, (enum part)a->part, remote),
	    .half = reduce_half(reduction, a->day, a->part),
	    .class = reduce_class(reduction, (enum activity)a->activity,
		book_physician(reduction->book, a->physician)->specialty),
	    .kind = REMARK_EXISTING};
}

bool
reduction_held(
    const struct reduction *reduction, size_t *at, struct remark *held)
{
	while (*at < reduction->movables) {
		const struct movable *movable = &reduction->movable[(*at)++];

		if (!movable->held)
			continue;
		*held = remark_of(reduction, &movable->was);
		return true;
	}
	return false;
}

void
reduction_hold_all(struct reduction *reduction)
{
	for (size_t i = 0; i < reduction->movables; i++)
		reduction->movable[i].held = !reduction->movable[i].stays;
}

/* Whether the lock says what is there anyway. */
static bool
is_there(const struct reduction *reduction, const struct fact_lock *lock)
{
	struct run run = book_physician_run(reduction->book, lock->physician);

	for (size_t i = run_from_day(reduction->book, run, lock->day);
	     i < run.count; i++) {
		const struct assignment *a =
		    book_at(reduction->book, run.slot[i]);

		if (a->day > lock->day + 1)
			break;
		if (a->day == lock->day && a->part == (uint8_t)lock->part &&
		    a->site == lock->site && state_blocks((enum state)a->state))
			return true;
	}
	return false;
}

static void
add_unkept(
    struct reduction *reduction, const struct fact_lock *lock, const char *why)
{
	struct reduced *r = &reduction->r;

	/* What is forbidden and is not to be had is not done. */
	if (!lock->keep)
		return;
	r->unkept = xgrow(
	    r->unkept, &r->room.unkept, r->unkepts + 1, sizeof(r->unkept[0]));
	r->unkept[r->unkepts++] = (struct unkept_lock){
	    book_physician(reduction->book, lock->physician)->entity.id,
	    book_site(reduction->book, lock->site)->entity.id, lock->day,
	    lock->part, activity_name(lock->activity), why};
}

/* Why the half-day of a lock is none that can be planned; NULL: it is one. */
static const char *
find_locked(const struct reduction *reduction, const struct fact_lock *lock,
    struct remark *remark)
{
	bool remote = !site_is_attended(
	    book_site(reduction->book, lock->site), lock->activity);
	const struct demand *demand = NULL;

	if (lock->day < reduction->facts->from ||
	    lock->day > reduction->facts->to)
		return "period";
	remark->spot =
	    reduce_spot(reduction, lock->site, lock->day, lock->part, remote);
	remark->half = reduce_half(reduction, lock->day, (unsigned)lock->part);
	remark->class = reduce_class(reduction, lock->activity,
	    book_physician(reduction->book, lock->physician)->specialty);
	if (remark->spot != NONE && remark->class != NONE)
		demand = reduce_demand(
		    reduction, remark->spot, remark->half, remark->class);
	if (demand == NULL)
		return "need";
	if (remark->doctor != NONE &&
	    reduce_access(reduction, remark->doctor, remark->spot) != NULL)
		return NULL;
	return reduction->works[lock->physician]
	    ? reduction_why(reduction, lock->physician,
		  (int32_t)(demand - reduction->r.demand))
	    : "programme";
}

static void
add_lock(struct reduction *reduction, const struct fact_lock *lock)
{
	struct remark remark = {.doctor = reduction->doctor_of[lock->physician],
	    .kind = lock->keep ? REMARK_KEEP : REMARK_FORBID};
	const char *why;

	if (is_there(reduction, lock))
		return;
	why = find_locked(reduction, lock, &remark);
	if (why == NULL)
		add_remark(reduction, &remark);
	else
		add_unkept(reduction, lock, why);
}

static int
compare_remarks(const void *left, const void *right)
{
	const struct remark *a = left, *b = right;

	if (a->doctor != b->doctor)
		return a->doctor < b->doctor ? -1 : 1;
	if (a->half != b->half)
		return a->half < b->half ? -1 : 1;
	if (a->spot != b->spot)
		return a->spot < b->spot ? -1 : 1;
	if (a->class != b->class)
		return a->class < b->class ? -1 : 1;
	return (a->kind > b->kind) - (a->kind < b->kind);
}

/* What is said twice is said once. */
static void
settle_remarks(struct reduced *r)
{
	size_t kept = 0;

	if (r->remarks > 1)
		qsort(r->remark, r->remarks, sizeof(r->remark[0]),
		    compare_remarks);
	for (size_t i = 0; i < r->remarks; i++)
		if (kept == 0 ||
		    compare_remarks(&r->remark[kept - 1], &r->remark[i]) != 0)
			r->remark[kept++] = r->remark[i];
	r->remarks = kept;
}

/* ----- rooms ----- */

/* The demands of a spot in one half-day, which have one time. */
struct half_day {
	int32_t spot, half;
	int64_t from, to;
	int32_t open;  /* half-days still wanted */
	int32_t rooms; /* left to them */
};

/* Rooms that nobody has over the time. */
static int32_t
free_rooms(const struct reduction *reduction, const struct half_day *at)
{
	const struct book *book = reduction->book;
	const struct spot *spot = &reduction->r.spot[at->spot];
	struct run run = book_site_run(book, spot->site);
	bool held[PROTO_ROOMS_MAX + 1] = {false};
	int32_t rooms = spot->rooms;
	size_t i =
	    run_from_instant(book, run, at->from - (int64_t)book_longest(book));

	for (; i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (a->from >= at->to)
			break;
		if (assignment_to(a) <= at->from || a->room == 0 ||
		    a->room > spot->rooms || held[a->room] ||
		    !state_blocks((enum state)a->state))
			continue;
		held[a->room] = true;
		rooms--;
	}
	return rooms;
}

/* The instance counts who stays in the half-day; what else is missing of its
 * rooms, being somebody's of another part, is taken by nobody. */
static void
close_rooms(struct reduction *reduction, const struct half_day *at)
{
	struct reduced *r = &reduction->r;
	const struct spot *spot = &r->spot[at->spot];
	int32_t taken = spot->rooms - at->rooms;
	size_t stays = reduction->book_stays;

	for (size_t i = 0; i < stays; i++)
		if (r->stay[i].spot == at->spot && r->stay[i].half == at->half)
			taken--;
	for (; taken > 0; taken--) {
		r->stay = xgrow(
		    r->stay, &r->room.stay, r->stays + 1, sizeof(r->stay[0]));
		r->stay[r->stays++] =
		    (struct standing){NONE, at->spot, at->half, true};
	}
}

/* Of two parts that overlap the later one has what the earlier one leaves. */
static void
find_rooms(struct reduction *reduction)
{
	const struct reduced *r = &reduction->r;
	struct half_day before = {.spot = NONE}, at;

	reduction->book_stays = r->stays;
	for (size_t i = 0, next; i < r->demands; i = next) {
		const struct demand *demand = &r->demand[i];

		at = (struct half_day){demand->spot, demand->half, demand->from,
		    demand->from + demand->length, 0, 0};
		for (next = i;
		     next < r->demands && r->demand[next].spot == at.spot &&
		     r->demand[next].half == at.half;
		     next++)
			at.open +=
			    r->demand[next].count - r->demand[next].filled;
		if (r->spot[at.spot].remote || reduce_is_off(reduction, 3))
			continue;
		at.rooms = free_rooms(reduction, &at);
		if (before.spot == at.spot && before.half + 1 == at.half &&
		    before.to > at.from)
			at.rooms -= before.open < before.rooms ? before.open
							       : before.rooms;
		at.rooms = at.rooms < 0 ? 0 : at.rooms;
		if (at.rooms < r->spot[at.spot].rooms)
			close_rooms(reduction, &at);
		before = at;
	}
}

void
reduce_stays(struct reduction *reduction)
{
	const struct book *book = reduction->book;
	const struct facts *facts = reduction->facts;

	for (uint32_t i = 0; i < book_assignments(book); i++) {
		const struct assignment *a = book_at(book, i);

		if (reduce_has_day(reduction, a->day) &&
		    state_blocks((enum state)a->state))
			add_stay(reduction, a);
	}
	find_rooms(reduction);
	for (size_t i = 0; i < reduction->movables; i++) {
		struct remark remark;

		if (reduction->movable[i].stays)
			continue;
		remark = remark_of(reduction, &reduction->movable[i].was);
		add_remark(reduction, &remark);
	}
	for (size_t i = 0; i < facts->locks; i++)
		add_lock(reduction, &facts->lock[i]);
	settle_remarks(&reduction->r);
}
