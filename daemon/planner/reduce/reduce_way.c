/* SPDX-License-Identifier: ISC */
/* reduce_way: how far it is, in metres; see reduce.h. */
#include "daemon/planner/reduce/reduce_private.h"

double
reduction_metres(
    const struct reduction *reduction, int32_t doctor, int32_t from, int32_t to)
{
	const struct physician *of = book_physician(
	    reduction->book, reduction->r.doctor[doctor].physician);
	int32_t ends[2] = {from, to}, lat[2], lon[2];

	for (int i = 0; i < 2; i++) {
		const struct place *place =
		    ends[i] == NONE ? NULL : &reduction->place[ends[i]];

		lat[i] = place == NULL ? of->lat : place->lat;
		lon[i] = place == NULL ? of->lon : place->lon;
		if (lat[i] == 0 && lon[i] == 0)
			return 0;
	}
	return travel_metres(lat[0], lon[0], lat[1], lon[1]);
}
