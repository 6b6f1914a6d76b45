/* SPDX-License-Identifier: ISC */
/*
 * busy: the half-days that another employer plans, as intervals.
 *
 * An employer's hours are not known here, only the letters of the parts: each
 * stands for the hours that such a half-day usually has.
 */
#ifndef DOMAIN_BUSY_H
#define DOMAIN_BUSY_H

#include "daemon/domain/directory.h"

/* The parts of a day that an active fact has, as bits; whether it is active is
 * the caller's to look at. */
unsigned busy_parts(const struct busy *busy, int32_t day);

/* The interval of such a part on the clock of a zone: M 08:00-13:00, A
 * 13:00-18:30, E 18:00-20:00, S 20:00-24:00, N 24:00-32:00. */
void busy_interval(const struct tz *tz, int32_t day, enum part part,
    int64_t *from, int64_t *to);

#endif
