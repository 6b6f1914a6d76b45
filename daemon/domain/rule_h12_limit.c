/* SPDX-License-Identifier: ISC */
/*
 * The physician's limit of travel, a variant of H12: a site farther from home
 * than the physician accepts takes the physician's own act.  As the crow flies,
 * as the physician gave it; an unknown place is no farther than any.  How far
 * it is stays unsaid: three distances would tell where the home is.
 */
#include "daemon/domain/rule_private.h"

#include "daemon/domain/open.h"
#include "daemon/domain/travel.h"

enum { TOO_FAR = 2 };

bool
rule_H12_limit(const struct judgement *judgement, struct finding *finding)
{
	const struct assignment *a = judgement->assignment;
	const struct physician *physician =
	    book_physician(judgement->book, a->physician);
	struct place place;
	double metres;

	if (physician->max_km == 0 || judgement_is_own(judgement) ||
	    judgement_stays(judgement) ||
	    (physician->lat == 0 && physician->lon == 0))
		return true;
	site_place(
	    judgement->book, a->site, a->day, (enum part)a->part, &place);
	if (place.lat == 0 && place.lon == 0)
		return true;
	metres =
	    travel_metres(physician->lat, physician->lon, place.lat, place.lon);
	if (metres <= physician->max_km * 1000.0)
		return true;
	finding->variant = TOO_FAR;
	finding_site(finding, "at", place.site, false);
	finding_number(finding, "max-km", physician->max_km);
	return false;
}
