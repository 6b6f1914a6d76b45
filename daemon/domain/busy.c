/* SPDX-License-Identifier: ISC */
/*
 * busy: see busy.h.
 */
#include "daemon/domain/busy.h"

#include "daemon/base/compiler.h"

/* Minutes since midnight of the service date. */
static const struct {
	uint16_t from, to;
} windows[] = {
    [PART_M] = {480, 780},
    [PART_A] = {780, 1110},
    [PART_E] = {1080, 1200},
    [PART_S] = {1200, 1440},
    [PART_N] = {1440, 1920},
};

STATIC_ASSERT(ARRAY_SIZE(windows) == PART_COUNT);

unsigned
busy_parts(const struct busy *busy, int32_t day)
{
	if (day < busy->from || day > busy->to)
		return 0;
	return pattern_parts(&busy->pattern, busy->from, day);
}

void
busy_interval(const struct tz *tz, int32_t day, enum part part, int64_t *from,
    int64_t *to)
{
	*from = tz_instant(tz, day, windows[part].from);
	*to = tz_instant(tz, day, windows[part].to);
}
