/* SPDX-License-Identifier: ISC */
/* quarter_kit: see quarter_kit.h. */
#include "tests/integration/quarter_kit.h"

#include "daemon/base/mem.h"
#include "proto/out.h"
#include "proto/span.h"

#include <stdlib.h>
#include <time.h>

enum { SITES = 4 };

#define KEYS                                                                   \
	"rooms=3 territory=HERE"                                               \
	" hours=\"mon-sun M 09:00-12:00 A 14:00-18:00\""

char *
quarter_day(int n)
{
	int32_t today = (int32_t)(time(NULL) / 86400);
	char text[16] = "";
	struct out out = {text, 0, sizeof(text) - 1, false};
	unsigned month, mday;
	int year;

	day_to_civil(today, &year, &month, &mday);
	month += 3 - (month - 1) % 3;
	if (month > 12) {
		month -= 12;
		year++;
	}
	out_day(&out, day_from_civil(year, month, 1) + n);
	return xstrdup(text);
}

const char *
quarter_assign(struct talk *talk, unsigned physician, unsigned site, int day,
    const char *keys)
{
	char *text = quarter_day(day);
	const char *answer =
	    talk_ask(talk, "slot assign physician=%s site=%s day=%s %s",
		town_rpps(physician), town_finess(site), text, keys);

	free(text);
	return answer;
}

char *
quarter_have(unsigned physician, unsigned site, int day, const char *keys)
{
	const char *answer =
	    quarter_assign(kit.talk, physician, site, day, keys);

	kit_expect(answer, "ok");
	return line_value(answer, "slot");
}

void
quarter_begin(void)
{
	kit.town = town_new(kit.cluster);
	town_start(kit.town, 0, NULL, QUARTER_RULES);
	kit.talk = town_talk(kit.town, 0);
	kit_expect(
	    talk_ask(kit.talk, "territory put code=HERE kind=cpts"), "ok");
	town_sites(kit.town, SITES, KEYS);
	town_physicians(kit.town, SITES);
}

struct talk *
quarter_login(const char *role, const char *scope)
{
	struct talk *talk;
	char *code = line_value(
	    talk_ask(kit.talk, "account invite role=%s scope=%s", role, scope),
	    "code");

	ck_assert_ptr_nonnull(code);
	talk = talk_open_port(daemon_port(kit.town->daemon[0]));
	ck_assert_ptr_nonnull(talk);
	kit_expect(talk_ask(talk, "auth code=%s", code), "ok");
	free(code);
	return talk;
}
