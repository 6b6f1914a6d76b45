/* SPDX-License-Identifier: ISC */
/* region_kit: see region_kit.h. */
#include "tests/integration/region_kit.h"

static uint64_t chance;

static unsigned
below(unsigned limit)
{
	return town_below(&chance, limit);
}

static void
found_site(unsigned n)
{
	bench_tell(
	    "site put finess=%s territory=T%u commune=16%03u lat=45.%02u "
	    "lon=0.%02u rooms=%u hours=\"mon-fri M 09:00-12:00 A 14:00-18:00 "
	    "S 20:00-23:00\"",
	    town_finess(n), n % 2, 100 + n, 10 + below(60), 10 + below(60),
	    1 + below(2));
	bench_tell("zone put commune=16%03u kind=gp class=%s from=2020-01-01",
	    100 + n, n % 3 == 0 ? "ZIP" : "ZAC");
	bench_tell(
	    "need put site=%s pattern=\"mon-fri MA\" activity=MT from=%s",
	    town_finess(n), town_day(0));
	bench_tell(
	    "need put site=%s pattern=\"mon,wed M\" activity=SNP from=%s",
	    town_finess(n), town_day(0));
	if (n % 2 == 0)
		bench_tell(
		    "need put site=%s pattern=\"tue,thu S\" activity=SNP "
		    "from=%s",
		    town_finess(n), town_day(0));
}

static void
found_person(unsigned n)
{
	bench_tell("physician put rpps=%s specialty=MG home=16%03u lat=45.%02u "
		   "lon=0.%02u max-km=%u",
	    town_rpps(n), 100 + n, 10 + below(60), 10 + below(60),
	    below(2) * 60);
	bench_tell("availability put physician=%s kind=available "
		   "pattern=\"mon-fri MAS\" from=%s",
	    town_rpps(n), town_day(0));
	if (below(2) == 0)
		bench_tell("availability put physician=%s kind=disliked "
			   "pattern=\"fri A\" from=%s",
		    town_rpps(n), town_day(0));
	if (below(3) == 0)
		bench_tell(
		    "absence put physician=%s from=%s to=%s category=LEAVE",
		    town_rpps(n), town_day(2), town_day(4));
	if (below(2) == 0)
		bench_tell(
		    "quota put physician=%s period=week min=2 max=%u from=%s",
		    town_rpps(n), 3 + below(5), town_day(0));
	if (below(3) == 0)
		bench_tell("busy put physician=%s pattern=\"wed MA\" from=%s",
		    town_rpps(n), town_day(0));
	for (unsigned site = 0; site < REGION_SITES; site++)
		if (below(3) > 0)
			bench_tell("authorisation put physician=%s site=%s "
				   "kind=mission from=2020-01-01",
			    town_rpps(n), town_finess(site));
	bench_tell("enrolment put physician=%s programme=P from=2020-01-01",
	    town_rpps(n));
}

void
region_begin(uint64_t seed)
{
	chance = seed != 0 ? seed : town_seed();
	bench_begin(REGION_PEOPLE, "rooms=1", REGION_RULES);
	bench_tell("territory put code=T0 kind=cpts");
	bench_tell("territory put code=T1 kind=cpts");
	bench_tell("programme put code=P name=P");
	for (unsigned n = 0; n < REGION_SITES; n++)
		found_site(n);
	for (unsigned n = 0; n < REGION_PEOPLE; n++)
		found_person(n);
}
