/* SPDX-License-Identifier: ISC */
/* rotation_kit: see rotation_kit.h. */
#include "tests/integration/rotation_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The line `rotation put` of R over some days from town_day(from) on. */
const char *
rotation_put(const char *keys, int from, int to, const char *physicians)
{
	return talk_ask(kit.talk,
	    "rotation put code=R from=%s to=%s physicians=%s %s",
	    town_day(from), town_day(to), physicians, keys);
}

/* "1,2,3" of physicians 1, 2 and 3; owned by the caller. */
char *
rotation_people(unsigned first, unsigned count)
{
	char *list = xstrdup(town_rpps(first));

	for (unsigned i = 1; i < count; i++) {
		char *longer = xasprintf("%s,%s", list, town_rpps(first + i));

		free(list);
		list = longer;
	}
	return list;
}

void
rotation_counts(const char *answer, const char *counts)
{
	ck_assert_msg(
	    strstr(answer, counts) != NULL, "no \"%s\" in %s", counts, answer);
}

/* How many half-days of the database are so. */
long long
rotation_rows(const char *where)
{
	return pgcluster_number(kit.town->sql,
	    "SELECT count(*) FROM rota.assignment a JOIN rota.physician p"
	    " ON p.id = a.physician JOIN rota.site s ON s.id = a.site WHERE %s",
	    where);
}

/* Whose half-day it is on a day, as "rpps state". */
void
rotation_day(int away, const char *part, const char *expected)
{
	char *is = pgcluster_text(kit.town->sql,
	    "SELECT coalesce((SELECT p.rpps || ' ' || a.state"
	    " FROM rota.assignment a"
	    " JOIN rota.physician p ON p.id = a.physician"
	    " WHERE a.day = '%s' AND a.part = '%s'"
	    " AND a.state <> 'cancelled'), 'none')",
	    town_day(away), part);

	ck_assert_msg(strcmp(is, expected) == 0, "day %d %s: %s, not %s", away,
	    part, is, expected);
	free(is);
}

void
rotation_turn(int away, unsigned physician)
{
	char *expected = xasprintf("%s draft", town_rpps(physician));

	rotation_day(away, "M", expected);
	free(expected);
}

char *
rotation_slot(int away)
{
	return pgcluster_text(kit.town->sql,
	    "SELECT id FROM rota.assignment WHERE day = '%s' AND part = 'M'"
	    " AND state <> 'cancelled'",
	    town_day(away));
}
