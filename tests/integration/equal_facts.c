/* SPDX-License-Identifier: ISC */
/*
 * equal_facts: see equal_facts.h.
 */
#include "tests/integration/equal_facts.h"

#include "tests/support/town.h"

enum { PLACES = 6 }; /* territories, structures, programmes, communes */

struct draw {
	uint64_t *chance;
	unsigned sites, people;
};

static unsigned
any(struct draw *draw, unsigned limit)
{
	return town_below(draw->chance, limit);
}

/* Facts of sites and programmes. */
static void
send_place(struct draw *draw, struct talk *talk)
{
	const char *site = town_finess(any(draw, draw->sites));
	const char *from = town_day(20 + (int)any(draw, 5));
	const char *state = any(draw, 4) ? "active" : "retired";
	unsigned n = any(draw, PLACES);

	switch (any(draw, 8)) {
	case 0:
		talk_send(talk,
		    "programme put code=P%u name=%u from=2020-01-01"
		    " snp-max=%u",
		    n, any(draw, 100), any(draw, 101));
		break;
	case 1:
		talk_send(talk,
		    "holiday put area=area-%u kind=school from=%s to=%s"
		    " state=%s",
		    n, from, town_day(30 + (int)any(draw, 9)), state);
		break;
	case 2:
		talk_send(talk,
		    "closure put site=%s from=%s to=%s parts=MA state=%s", site,
		    from, town_day(30 + (int)any(draw, 9)), state);
		break;
	case 3:
		talk_send(talk,
		    "opening put site=%s from=%s to=%s"
		    " hours=\"mon-sun M 09:00-1%u:00\" state=%s",
		    site, from, town_day(30), any(draw, 3), state);
		break;
	case 4:
		talk_send(talk,
		    "site put site=%s kind=mobile manner=walk-in minutes=%u",
		    town_finess(draw->sites - 1), 10 + any(draw, 9));
		break;
	case 5:
		talk_send(talk,
		    "stop put site=%s pattern=\"mon M every %u\" from=%s"
		    " commune=1610%u state=%s",
		    town_finess(draw->sites - 1), 2 + any(draw, 3), from, n,
		    state);
		break;
	case 6:
		talk_send(talk,
		    "presence put site=%s staff=nurse pattern=\"%s MA\""
		    " from=%s number=%u state=%s",
		    site, any(draw, 2) ? "mon-wed" : "last fri", from,
		    1 + any(draw, 9), state);
		break;
	default:
		talk_send(talk,
		    "need put %s=%s pattern=\"2nd tue A\" from=%s number=%u"
		    " state=%s",
		    n % 2 ? "site" : "sector", n % 2 ? site : "T0", from,
		    1 + any(draw, 9), state);
	}
}

/* Facts of physicians. */
static void
send_own(struct draw *draw, struct talk *talk)
{
	const char *physician = town_rpps(any(draw, draw->people));
	const char *from = town_day(20 + (int)any(draw, 5));
	const char *state = any(draw, 4) ? "active" : "retired";
	unsigned n = any(draw, PLACES);

	switch (any(draw, 7)) {
	case 0:
		talk_send(talk,
		    "enrolment put physician=%s programme=P%u from=%s state=%s",
		    physician, n, from, state);
		break;
	case 1:
		talk_send(talk,
		    "authorisation put physician=%s site=%s kind=mission"
		    " from=%s to=%s state=%s",
		    physician, town_finess(any(draw, draw->sites)), from,
		    town_day(30 + (int)any(draw, 9)), state);
		break;
	case 2:
		talk_send(talk,
		    "availability put physician=%s kind=preferred"
		    " pattern=\"sun N\" from=%s state=%s",
		    physician, from, state);
		break;
	case 3:
		talk_send(talk,
		    "absence put physician=%s from=%s to=%s state=%s",
		    physician, from, town_day(30 + (int)any(draw, 9)), state);
		break;
	case 4:
		talk_send(talk,
		    "busy put physician=%s structure=%s%u pattern=\"sun N\""
		    " from=%s state=%s",
		    physician, any(draw, 2) ? "S" : "X", n, from, state);
		break;
	case 5:
		talk_send(talk,
		    "weight put programme=P%u term=travel value=%u from=%s"
		    " state=%s",
		    n, any(draw, 9), from, state);
		break;
	default:
		talk_send(talk,
		    "quota put %s=%s period=month from=%s min=%u state=%s",
		    n % 2 ? "physician" : "programme", n % 2 ? physician : "P1",
		    from, any(draw, 9), state);
	}
}

void
equal_send_fact(
    struct talk *talk, uint64_t *chance, unsigned sites, unsigned people)
{
	struct draw draw = {chance, sites, people};

	if (any(&draw, 2))
		send_place(&draw, talk);
	else
		send_own(&draw, talk);
}
