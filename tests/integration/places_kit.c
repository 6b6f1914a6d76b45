/* SPDX-License-Identifier: ISC */
/* places_kit: see places_kit.h. */
#include "tests/integration/places_kit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Three hours of twenty minutes: nine places. */
#define HOURS                                                                  \
	"territory=T structure=CSNP minutes=20 hours=\"mon-sun M 09:00-12:00 " \
	"A 14:00-18:00"                                                        \
	" S 20:00-24:00 N 24:00-32:00\""

void
places_begin(const char *settings, const char *territory)
{
	struct talk *talk;

	kit.town = town_new(kit.cluster);
	town_start(kit.town, 0, NULL, settings);
	kit.talk = talk = town_talk(kit.town, 0);
	kit_expect(
	    talk_ask(talk, "territory put code=T kind=cpts %s", territory),
	    "ok");
	/* Whose activity is unscheduled care, whatever its share. */
	kit_expect(talk_ask(talk, "structure put code=CSNP kind=CSNP"), "ok");
	town_sites(kit.town, 2, HOURS);
	town_physicians(kit.town, 3);
}

void
places_finish(bool contested)
{
	static const char *const races[] = {"ERROR:  stale", NULL};
	static const char *const none[] = {NULL};

	talk_free(kit.talk);
	town_check_log(kit.town, contested ? races : none);
	ck_assert_int_eq(town_deadlocks(kit.town), 0);
	town_free(kit.town);
}

char *
places_publish(
    unsigned physician, unsigned site, const char *day, const char *part)
{
	const char *answer = talk_ask(kit.talk,
	    "slot assign physician=%s site=%s day=%s part=%s activity=SNP"
	    " state=published",
	    town_rpps(physician), town_finess(site), day, part);

	kit_expect(answer, "ok");
	return line_value(answer, "slot");
}

long long
places_count(const char *where)
{
	return pgcluster_number(
	    kit.town->sql, "SELECT count(*) FROM rota.place WHERE %s", where);
}

long long
places_free(struct talk *talk, const char *slot)
{
	kit_expect(talk_ask(talk, "place list slot=%s", slot), "ok");
	return line_number(talk_data(talk, 0), "free");
}

struct talk *
places_log_in(unsigned at, const char *fmt, ...)
{
	struct talk *talk = town_talk(kit.town, at);
	const char *answer;
	char keys[128], *code;
	va_list args;

	va_start(args, fmt);
	vsnprintf(keys, sizeof(keys), fmt, args);
	va_end(args);
	answer = talk_ask(kit.talk, "account invite %s", keys);
	kit_expect(answer, "ok");
	code = line_value(answer, "code");
	town_settle(kit.town);
	kit_expect(talk_ask(talk, "auth code=%s", code), "ok");
	free(code);
	return talk;
}

char *
places_today(void)
{
	return pgcluster_text(kit.town->sql,
	    "SELECT to_char(now() AT TIME ZONE 'Europe/Paris', 'YYYY-MM-DD')");
}
