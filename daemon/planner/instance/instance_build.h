/* SPDX-License-Identifier: ISC */
/*
 * instance_build: makes an instance, one fact at a time.
 *
 * Order: instance_init, activities, sites, physicians; then the rest in any
 * order; instance_finish; instance_fini in any case.  Numbers given must be of
 * what was added before; ranges are those of instance.md and for the caller to
 * keep.  What an instance_add returns is the number of what it added.
 */
#ifndef PLANNER_INSTANCE_BUILD_H
#define PLANNER_INSTANCE_BUILD_H

#include "daemon/planner/instance/instance.h"

/* from: a Monday.  No rule, no weight, one level of 1000. */
void instance_init(struct instance *in, int32_t from, int32_t weeks);
void instance_fini(struct instance *in);

/* NAMES_NONE when the name is taken; there is room for the activity. */
int32_t instance_add_activity(struct instance *in, struct span word,
    struct span specialty, const struct activity_kind *kind);
int32_t instance_add_site(
    struct instance *in, struct span name, const struct place *site);
/* Every week of the worker's minimum and maximum; never free. */
int32_t instance_add_physician(
    struct instance *in, struct span name, const struct worker *worker);
/* The number of a programme, old or new. */
int32_t instance_programme(struct instance *in, struct span name);
/* The number of a need's levels, old or new; the rest of them is 0. */
uint16_t instance_ladder(struct instance *in, const struct ladder *ladder);
/* care, rooms and present are set here: rooms to the site's. */
void instance_add_need(
    struct instance *in, const struct need *need, struct care care);
void instance_add_reach(struct instance *in, const struct reach *reach);
void instance_add_road(
    struct instance *in, int32_t a, int32_t b, int32_t minutes);
/* NAMES_NONE when the name is taken. */
int32_t instance_add_cap(
    struct instance *in, struct span name, const struct cap *cap);
int32_t instance_add_share(
    struct instance *in, struct span name, const struct share *share);
void instance_add_mark(struct instance *in, const struct mark *mark);
void instance_add_held(struct instance *in, const struct held *held);
/* By site and day. */
void instance_add_dear(struct instance *in, const struct dear_day *dear);
void instance_add_apart(struct instance *in, const struct apart *apart);
/* The number of a group that has a name, old or new. */
int32_t instance_name_group(
    struct instance *in, enum spread_of of, struct span name);
/* One of a kind for a physician; more are refused by instance_finish. */
void instance_add_spread(struct instance *in, const struct spread *spread);

/* Sorts, resolves and computes the rest; false with why. */
bool instance_finish(struct instance *in, struct error *error);
/* Its step for shares; once needs are sorted. */
void instance_make_shares(struct instance *in);

#endif
