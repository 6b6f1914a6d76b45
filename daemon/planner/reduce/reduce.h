/* SPDX-License-Identifier: ISC */
/*
 * reduce: facts as an instance that can be planned.
 *
 * A half-day may be planned when the rules by which the daemon judges accept it
 * alone, beside everything that stays; quotas become limits, the share of
 * unscheduled care portions, rooms are counted.  What may move is taken out of
 * the book for as long as the reduction lives.
 */
#ifndef PLANNER_REDUCE_H
#define PLANNER_REDUCE_H

#include "daemon/base/compiler.h"
#include "daemon/base/error.h"
#include "daemon/planner/reduce/reduced.h"
#include "proto/span.h"

#include <stdbool.h>
#include <stdio.h>

struct assignment;
struct instance;
struct reduction;

/* The facts are the reduction's from now on, in any case.  NULL with why when
 * they are too many for an instance. */
struct reduction *reduction_new(struct facts *facts, struct error *error)
    MUST_CHECK;
void reduction_free(struct reduction *reduction); /* accepts NULL */
const struct reduced *reduction_of(const struct reduction *reduction);

/* What the rules say of a doctor in a half-day that is demanded. */
bool reduction_allows(const struct reduction *reduction, int32_t doctor,
    int32_t spot, int32_t half, int32_t class);
/* Points of a half-day that is demanded, when the doctor does it. */
struct half_points {
	int32_t wish, dislike, duty;
	int32_t away;  /* from the usual site */
	int32_t saved; /* of the way, beside what stays: fewer */
};

struct half_points reduction_points(const struct reduction *reduction,
    int32_t doctor, int32_t spot, int32_t half, int32_t class);
/* Of dropping a half-day of a doctor's that is there, and of adding it. */
struct change_points {
	int32_t drop, add;
};

struct change_points reduction_change(const struct reduction *reduction,
    int32_t doctor, int32_t spot, int32_t half);

/*
 * For explanations: of any physician of the book, by index from 0.  Related to
 * a demand is who works in the scope and is of its specialty.  Why he is not an
 * option: the code of the first rule that refuses it ("H05"), "far", or NULL
 * when he is one; his number as a doctor, or NONE.
 */
int32_t reduction_physicians(const struct reduction *reduction);
int32_t reduction_doctor(const struct reduction *reduction, int32_t physician);
bool reduction_is_related(
    const struct reduction *reduction, int32_t physician, int32_t demand);
const char *reduction_why(
    const struct reduction *reduction, int32_t physician, int32_t demand);
/* The same of a doctor, and a demand by its place; NULL also without one. */
const char *reduction_why_not(const struct reduction *reduction, int32_t doctor,
    int32_t spot, int32_t half, int32_t class);

/* Great circle between two spots, or from or to where the doctor lives (NONE);
 * 0 when one of the ends is not known. */
double reduction_metres(const struct reduction *reduction, int32_t doctor,
    int32_t from, int32_t to);

/* Of a site of the book. */
struct id reduction_site_id(const struct reduction *reduction, int32_t site);

/* The word of an activity; the code of a programme of the reduction. */
const char *reduction_activity_name(unsigned activity);
struct span reduction_programme_code(
    const struct reduction *reduction, int32_t programme);

/*
 * What each term counts in the plan, as lines "weight term= key= value=": as
 * far as nothing else is put for territory= or programme=, codes, in lines
 * behind it.  What begins or ends within the plan says from= and to=.
 */
void reduction_weights(const struct reduction *reduction, FILE *file);

/* Makes an instance, which has the reduction from now on, in any case. */
bool reduction_fill(
    struct reduction *reduction, struct instance *in, struct error *error);

/* Whether a half-day is one that a plan may move: of the scope, planned, not
 * begun, not locked and of the form that a plan gives. */
bool reduction_may_move(
    const struct reduction *reduction, const struct assignment *a);

/*
 * The half-days of the book that the plan judged last takes away: *id is the
 * next one from *at on; false when there is none.  *at is 0 at first.
 */
bool reduction_dropped(
    const struct reduction *reduction, size_t *at, struct id *id);
/* Likewise those that may move and are held where they are, see judge.h; by the
 * numbers of struct reduced. */
bool reduction_held(
    const struct reduction *reduction, size_t *at, struct remark *held);
/* Holds all that may move. */
void reduction_hold_all(struct reduction *reduction);

#endif
