/* SPDX-License-Identifier: ISC */
/*
 * calendar: days, weeks and the parts of a day.
 */
#include "daemon/domain/calendar.h"

#include "daemon/base/compiler.h"

/* 1970-01-01 was a Thursday. */
enum { WEEKDAY_OF_DAY_0 = 3, DAYS_PER_WEEK = 7 };

static const struct {
	char letter;
	uint16_t from, to; /* minutes since midnight of the service date */
} parts[] = {
    [PART_M] = {'M', 480, 780},
    [PART_A] = {'A', 780, 1200},
    [PART_E] = {'E', 1080, 1260},
    [PART_S] = {'S', 1200, 1440},
    [PART_N] = {'N', 1440, 1920},
};

STATIC_ASSERT(ARRAY_SIZE(parts) == PART_COUNT);

char
part_letter(enum part part)
{
	return parts[part].letter;
}

struct span
part_word(enum part part)
{
	return (struct span){&parts[part].letter, 1};
}

bool
part_find(struct span text, enum part *out)
{
	if (text.len != 1)
		return false;
	for (unsigned i = 0; i < PART_COUNT; i++) {
		if (parts[i].letter == text.ptr[0]) {
			*out = (enum part)i;
			return true;
		}
	}
	return false;
}

void
part_window(enum part part, unsigned *from, unsigned *to)
{
	*from = parts[part].from;
	*to = parts[part].to;
}

unsigned
day_weekday(int32_t day)
{
	int64_t rest = ((int64_t)day + WEEKDAY_OF_DAY_0) % DAYS_PER_WEEK;

	return (unsigned)(rest < 0 ? rest + DAYS_PER_WEEK : rest);
}

int32_t
day_week(int32_t day)
{
	return day - (int32_t)day_weekday(day);
}

int32_t
day_month(int32_t day)
{
	int year;
	unsigned month, mday;

	day_to_civil(day, &year, &month, &mday);
	return day - (int32_t)(mday - 1);
}

int32_t
day_quarter(int32_t day)
{
	int year;
	unsigned month, mday;

	day_to_civil(day, &year, &month, &mday);
	return day_from_civil(year, month - (month - 1) % 3, 1);
}
