/* SPDX-License-Identifier: ISC */
/*
 * alarm: territories that run out of free unscheduled places.
 *
 * A territory may have a floor for the next 24 and 48 hours.  Whoever watches
 * and coordinates it is told once when the free places fall below a floor, and
 * once when they no longer do.  What is free changes with every write and with
 * the clock, so it is looked at after both; of territories that nobody watching
 * coordinates nothing is counted.
 */
#ifndef SERVER_ALARM_H
#define SERVER_ALARM_H

#include "daemon/server/conn.h"

struct alarms;
struct watch;
struct watchers;

struct alarms *alarms_new(struct watchers *watchers) MUST_CHECK;
void alarms_free(struct alarms *alarms);
/* A change that was applied: places may be more or fewer now, which is looked
 * at soon. */
void alarms_note(struct alarms *alarms, const struct change *change);
/* Looks at the territories noted; pushes.  In a turn in which the registry is
 * not to be freed. */
void alarms_look(struct alarms *alarms);
/* Tells a new watch what is below its floor already, soon. */
void alarms_greet(struct alarms *alarms);
/* Another book: indices of territories are others. */
void alarms_reset(struct alarms *alarms);

#endif
