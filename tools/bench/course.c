/* SPDX-License-Identifier: ISC */
/* course: see course.h. */
#include "tools/bench/course.h"

#include "daemon/base/mem.h"
#include "daemon/domain/calendar.h"
#include "tools/bench/options.h"

#include <stdlib.h>

int
course_init(struct course *course, const struct world *world, unsigned index,
    unsigned of, int32_t first)
{
	*course = (struct course){.world = world, .day = day_week(first)};
	course->physicians =
	    xcalloc(world->physicians, sizeof(course->physicians[0]));
	for (unsigned i = 0; i < world->physicians; i++)
		if (i % world->sites / WORLD_BLOCK % of == index)
			course->physicians[course->count++] = i;
	if (course->count > 0)
		return 0;
	complain("--sites and --physicians are too few for %u connections", of);
	return -1;
}

void
course_fini(struct course *course)
{
	free(course->physicians);
	course->physicians = NULL;
}

static void
step(struct course *course)
{
	if (++course->at < course->count)
		return;
	course->at = 0;
	if (++course->part < WORLD_PARTS)
		return;
	course->part = 0;
	do
		course->day++;
	while (day_weekday(course->day) >= WORLD_WEEKDAYS);
}

void
course_next(struct course *course, struct out *out)
{
	static const char *const parts[WORLD_PARTS] = {" part=M", " part=A"};
	unsigned physician = course->physicians[course->at];
	char rpps[WORLD_RPPS_SIZE], finess[WORLD_FINESS_SIZE];

	world_rpps(physician, rpps);
	world_finess(world_site(course->world, physician, course->day), finess);
	out_key_text(out, "physician", rpps);
	out_key_text(out, "site", finess);
	out_key_day(out, "day", course->day);
	out_text(out, parts[course->part]);
	step(course);
}
