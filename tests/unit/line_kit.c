/* SPDX-License-Identifier: ISC */
#include "tests/unit/line_kit.h"

#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char line_head[] =
    "instance version=1 from=2001-01-01 weeks=2\n"
    "activity id=MT factor=1000\n"
    "activity id=CA specialty=A factor=1200\n"
    "site id=s value=500 rooms=1\n"
    "site id=t value=1000 rooms=2 group=g area=a\n"
    "programme id=pr\n"
    "share id=sh site=s\n"
    "share id=fa site=t family=fa\n"
    "share id=fb site=s family=fb\n"
    "need site=s day=2001-01-02 part=M activity=MT count=2\n"
    "need site=t day=2001-01-02 part=A activity=CA specialty=A "
    "programme=pr count=1\n"
    "physician id=p skills=MT,CA:A week-min=0 week-max=5 horizon-min=0 "
    "horizon-max=5 day-max=2 fair-share=0\n"
    "reach physician=p site=t minutes=5 preference=0\n"
    "\n";

#define AT_T "site=t day=2001-01-02 part=A activity=CA specialty=A programme=pr"

const struct sample samples[] = {
    {LINE_WEIGHTS,
	"weights travel=2 preference=1 dislike=1 anchor=1 week-short=1 "
	"horizon-short=1 unfair=1 presence=1 presence-parts=MA "
	"levels=1000,350 drop=1 new=1",
	"weights"},
    {LINE_PAIR, "pair first=M second=A gap=50", "pair first=M"},
    {LINE_REST, "rest after=S before=M across-weeks=no", "rest after=S"},
    {LINE_MINORITY, "minority physicians=yes sites=no", "minority"},
    {LINE_UNPOPULAR, "unpopular parts=S days=sat,sun", "unpopular"},
    {LINE_UNITS, "units part=N count=2", "units part=N"},
    {LINE_ACTIVITY,
	"activity id=TLC specialty=B factor=600 remote=yes unscheduled=no "
	"anchored=no",
	"activity id=TLC specialty=B"},
    {LINE_PROGRAMME, "programme id=qr", "programme id=qr"},
    {LINE_SITE, "site id=u value=1 rooms=1 presence=1 group=g area=b",
	"site id=u"},
    {LINE_PRESENCE, "presence site=s day=2001-01-02 points=5",
	"presence site=s day=2001-01-02"},
    {LINE_ROAD, "road a=s b=t minutes=9", "road a=s b=t"},
    {LINE_NEED,
	"need site=s day=2001-01-01 part=M activity=CA specialty=A "
	"programme=pr count=2 value=1.5 minutes=9 unscheduled=3 share=sh "
	"family=fb filled=1 turn=1 levels=900,300",
	"need site=s day=2001-01-01 part=M activity=CA specialty=A "
	"programme=pr"},
    {LINE_PHYSICIAN,
	"physician id=q skills=MT,CA:A week-min=0 week-max=5 horizon-min=0 "
	"horizon-max=5 day-max=2 fair-share=0 programme=pr travel=3 "
	"week-short=4 unfair=5",
	"physician id=q"},
    {LINE_REACH, "reach physician=p site=s minutes=1 preference=0",
	"reach physician=p site=s"},
    {LINE_FREE,
	"free physician=p week=2001-01-01 parts=MA,-,M,MAS,-,-,N "
	"disliked=-,-,M,-,-,-,-",
	"free physician=p week=2001-01-01"},
    {LINE_WEEK, "week physician=p week=2001-01-08 min=0 max=1",
	"week physician=p week=2001-01-08"},
    {LINE_ANCHOR, "anchor physician=p weekday=mon site=s",
	"anchor physician=p weekday=mon"},
    {LINE_CAP,
	"cap id=c physician=p from=2001-01-01 to=2001-01-02 max=1 min=1 "
	"programme=pr weight=5 unscheduled=yes turn=1",
	"cap id=c"},
    {LINE_SPREAD, "spread physician=p of=site want=2 weight=5 used=s",
	"spread physician=p of=site"},
    {LINE_SHARE,
	"share id=x physician=p programme=pr from=2001-01-01 to=2001-01-07 "
	"minutes=9 unscheduled=3 bound=40",
	"share id=x"},
    {LINE_SHARE, "share id=y site=t family=fa programme=pr bound=30",
	"share id=y"},
    {LINE_HELD, "held physician=p site=s day=2001-01-01 part=A remote=no",
	"held physician=p day=2001-01-01 part=A"},
    {LINE_APART, "apart physician=p first=M a=s b=t",
	"apart physician=p first=M a=s b=t"},
    {LINE_LOCK, "lock physician=p " AT_T " state=keep",
	"lock physician=p " AT_T " state=keep"},
    {LINE_EXISTING, "existing physician=p " AT_T " drop=7",
	"existing physician=p " AT_T},
    {LINE_EXTRA, "extra physician=p " AT_T " points=-5",
	"extra physician=p " AT_T},
};
const size_t sample_count = ARRAY_SIZE(samples);

bool
sample_with(const struct sample *sample, const char *key, const char *value,
    char line[SAMPLE_LEN])
{
	char *want = xasprintf(" %s=", key);
	const char *at = strstr(sample->line, want), *end;

	free(want);
	if (at == NULL)
		return false;
	end = at + 1 + strcspn(at + 1, " ");
	if (value == NULL)
		snprintf(line, SAMPLE_LEN, "%.*s%s", (int)(at - sample->line),
		    sample->line, end);
	else
		snprintf(line, SAMPLE_LEN, "%.*s %s=%s%s",
		    (int)(at - sample->line), sample->line, key, value, end);
	return true;
}

void
line_expect(const char *lines, const char *why)
{
	char *text = xasprintf("%s%s\n", line_head, lines);
	struct instance in;
	struct error error = {""};
	bool good = instance_read(&in, span_of(text), &error);

	if (why == NULL)
		ck_assert_msg(good, "%s: %s", lines, error.text);
	else
		ck_assert_msg(
		    !good && strncmp(error.text, why, strlen(why)) == 0,
		    "%s: \"%s\", not \"%s\"", lines, error.text, why);
	instance_fini(&in);
	free(text);
}
