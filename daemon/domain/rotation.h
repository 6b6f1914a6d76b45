/* SPDX-License-Identifier: ISC */
/*
 * rotation: physicians in turn over the half-days of a pattern.
 *
 * In the mode `turn` each half-day is the next physician's; in the mode `week`
 * an ISO week is one physician's, then the next one has the next week.  A
 * half-day on which nobody could work, because the site is closed, is passed
 * over and nobody loses the turn; in the mode `week` that holds of a week that
 * is closed throughout.  The turn is counted from the first day of the
 * rotation, whoever asks and whenever: that a physician was refused a date, or
 * that one half-day was changed by hand, moves nobody else.
 */
#ifndef DOMAIN_ROTATION_H
#define DOMAIN_ROTATION_H

#include "daemon/domain/directory.h"

/* A season: what one unit expands to, at most. */
enum { ROTATION_PHYSICIANS_MAX = 64, ROTATION_HALF_DAYS_MAX = 1000 };

/* False unless it is 1..ROTATION_PHYSICIANS_MAX ids, comma between. */
bool rotation_physicians(
    struct span text, struct id out[ROTATION_PHYSICIANS_MAX], unsigned *count);

struct wanted {
	int32_t day;
	uint8_t part;
	uint8_t turn; /* whose of the physicians, from 0 */
};

/* Whether somebody could work there in that half-day. */
typedef bool rotation_open_fn(void *arg, int32_t day, enum part part);

/*
 * The half-days of a rotation among so many physicians, in order of time, as
 * far as `max`; is_open() is asked of each half-day of the pattern, in order.
 * Returns how many there are, which may be more.
 */
size_t rotation_expand(const struct rotation *rotation, unsigned physicians,
    rotation_open_fn *is_open, void *arg, struct wanted *out, size_t max);

/* The id of the assignment that fills a half-day of a rotation, whatever is
 * done to it later. */
struct id rotation_occurrence(struct id rotation, int32_t day, enum part part);

#endif
