/* SPDX-License-Identifier: ISC */
/* instance_line: the table. */
#include "daemon/planner/read/instance_line.h"

enum { WANT_MAX = 4 };

#define NUMBER(name, from, to)                                                 \
	{                                                                      \
		name, RECORD_NUMBER, true, from, to                            \
	}
#define MAYBE(name, from, to)                                                  \
	{                                                                      \
		name, RECORD_NUMBER, false, from, to                           \
	}
#define POINTS(name)                                                           \
	{                                                                      \
		name, RECORD_POINTS, false, 0, POINTS_MAX                      \
	}
#define TOKEN(name)                                                            \
	{                                                                      \
		name, RECORD_TOKEN, true, 0, 0                                 \
	}
#define OTHER(name, type, needed)                                              \
	{                                                                      \
		name, type, needed, 0, 0                                       \
	}
/* One half-day of a need and a physician. */
#define HALF_DAY                                                               \
	TOKEN("physician"), TOKEN("site"), OTHER("day", RECORD_DAY, true),     \
	    OTHER("part", RECORD_PART, true), TOKEN("activity"),               \
	    OTHER("specialty", RECORD_TEXT, false),                            \
	    OTHER("programme", RECORD_TOKEN, false)

const struct record_kind line_kinds[LINE_COUNT] = {
    [LINE_INSTANCE] = {"instance",
	{NUMBER("version", 1, 1), OTHER("from", RECORD_DAY, true),
	    NUMBER("weeks", 0, WEEKS_MAX), OTHER("name", RECORD_TEXT, false)}},
    [LINE_WEIGHTS] = {"weights",
	{NUMBER("travel", 0, 1000), NUMBER("preference", 0, 10000),
	    NUMBER("dislike", 0, 10000), NUMBER("anchor", 0, 10000),
	    NUMBER("week-short", 0, 10000), NUMBER("horizon-short", 0, 10000),
	    NUMBER("unfair", 0, 10000), NUMBER("presence", 0, 10000),
	    OTHER("presence-parts", RECORD_PARTS, true),
	    OTHER("levels", RECORD_TEXT, true), MAYBE("drop", 0, 10000),
	    MAYBE("new", 0, 10000)}},
    [LINE_PAIR] = {"pair",
	{OTHER("first", RECORD_PART, true), OTHER("second", RECORD_PART, true),
	    NUMBER("gap", 0, MINUTES_MAX)}},
    [LINE_REST] = {"rest",
	{OTHER("after", RECORD_PART, true), OTHER("before", RECORD_PARTS, true),
	    OTHER("across-weeks", RECORD_FLAG, true)}},
    [LINE_MINORITY] = {"minority",
	{OTHER("physicians", RECORD_FLAG, true),
	    OTHER("sites", RECORD_FLAG, true)}},
    [LINE_UNPOPULAR] = {"unpopular",
	{OTHER("parts", RECORD_PARTS, false),
	    OTHER("days", RECORD_TEXT, false)}},
    [LINE_UNITS] = {"units",
	{OTHER("part", RECORD_PART, true), NUMBER("count", 0, 2)}},
    [LINE_ACTIVITY] = {"activity",
	{TOKEN("id"), NUMBER("factor", 0, 10000),
	    OTHER("specialty", RECORD_TEXT, false),
	    OTHER("remote", RECORD_FLAG, false),
	    OTHER("unscheduled", RECORD_FLAG, false),
	    OTHER("anchored", RECORD_FLAG, false)}},
    [LINE_PROGRAMME] = {"programme", {TOKEN("id")}},
    [LINE_SITE] = {"site",
	{TOKEN("id"), NUMBER("value", 0, 10000), NUMBER("rooms", 0, ROOMS_MAX),
	    MAYBE("presence", 0, POINTS_MAX),
	    OTHER("group", RECORD_TEXT, false),
	    OTHER("area", RECORD_TEXT, false)}},
    [LINE_PRESENCE] = {"presence",
	{TOKEN("site"), OTHER("day", RECORD_DAY, true),
	    NUMBER("points", 0, POINTS_MAX)}},
    [LINE_ROAD] = {"road",
	{TOKEN("a"), TOKEN("b"), NUMBER("minutes", 0, MINUTES_MAX)}},
    [LINE_NEED] = {"need",
	{NUMBER("count", 1, 100), TOKEN("site"), OTHER("day", RECORD_DAY, true),
	    OTHER("part", RECORD_PART, true), TOKEN("activity"),
	    OTHER("specialty", RECORD_TEXT, false),
	    OTHER("programme", RECORD_TOKEN, false), POINTS("value"),
	    MAYBE("minutes", 0, CARE_MAX), MAYBE("unscheduled", 0, CARE_MAX),
	    OTHER("share", RECORD_TOKEN, false), MAYBE("filled", 0, 100),
	    OTHER("family", RECORD_TOKEN, false), MAYBE("turn", 1, UINT16_MAX),
	    OTHER("levels", RECORD_TEXT, false)}},
    [LINE_PHYSICIAN] = {"physician",
	{TOKEN("id"), OTHER("skills", RECORD_TEXT, true),
	    NUMBER("week-min", 0, HALVES_PER_WEEK),
	    NUMBER("week-max", 0, HALVES_PER_WEEK),
	    NUMBER("horizon-min", 0, COUNT_MAX),
	    NUMBER("horizon-max", 0, COUNT_MAX),
	    NUMBER("day-max", 0, PART_COUNT),
	    NUMBER("fair-share", 0, COUNT_MAX),
	    OTHER("programme", RECORD_TOKEN, false), MAYBE("travel", 0, 1000),
	    MAYBE("week-short", 0, 10000), MAYBE("unfair", 0, 10000)}},
    [LINE_REACH] = {"reach",
	{TOKEN("physician"), TOKEN("site"), NUMBER("minutes", 0, MINUTES_MAX),
	    NUMBER("preference", 0, 10)}},
    [LINE_FREE] = {"free",
	{TOKEN("physician"), OTHER("week", RECORD_DAY, true),
	    OTHER("parts", RECORD_TEXT, true),
	    OTHER("disliked", RECORD_TEXT, false)}},
    [LINE_WEEK] = {"week",
	{TOKEN("physician"), OTHER("week", RECORD_DAY, true),
	    NUMBER("min", 0, HALVES_PER_WEEK),
	    NUMBER("max", 0, HALVES_PER_WEEK)}},
    [LINE_ANCHOR] = {"anchor",
	{TOKEN("physician"), OTHER("weekday", RECORD_TEXT, true),
	    TOKEN("site")}},
    [LINE_CAP] = {"cap",
	{TOKEN("physician"), TOKEN("id"), OTHER("from", RECORD_DAY, true),
	    OTHER("to", RECORD_DAY, true), NUMBER("max", 0, COUNT_MAX),
	    MAYBE("min", 0, COUNT_MAX), OTHER("programme", RECORD_TOKEN, false),
	    MAYBE("weight", 0, 10000), OTHER("unscheduled", RECORD_FLAG, false),
	    MAYBE("turn", 1, UINT16_MAX)}},
    [LINE_SPREAD] = {"spread",
	{TOKEN("physician"), OTHER("of", RECORD_TEXT, true),
	    NUMBER("want", 1, WANT_MAX), NUMBER("weight", 0, 10000),
	    OTHER("used", RECORD_TOKEN, false)}},
    [LINE_SHARE] = {"share",
	{OTHER("physician", RECORD_TOKEN, false),
	    OTHER("site", RECORD_TOKEN, false),
	    OTHER("from", RECORD_DAY, false), OTHER("to", RECORD_DAY, false),
	    MAYBE("minutes", 0, 10000000), MAYBE("unscheduled", 0, 10000000),
	    OTHER("programme", RECORD_TOKEN, false), TOKEN("id"),
	    MAYBE("bound", 1, 100), OTHER("family", RECORD_TOKEN, false)}},
    [LINE_HELD] = {"held",
	{OTHER("physician", RECORD_TOKEN, false), TOKEN("site"),
	    OTHER("day", RECORD_DAY, true), OTHER("part", RECORD_PART, true),
	    OTHER("remote", RECORD_FLAG, false)}},
    [LINE_APART] = {"apart",
	{TOKEN("physician"), OTHER("first", RECORD_PART, true), TOKEN("a"),
	    TOKEN("b")}},
    [LINE_LOCK] = {"lock", {HALF_DAY, OTHER("state", RECORD_TEXT, true)}},
    [LINE_EXISTING] = {"existing", {HALF_DAY, MAYBE("drop", 0, 10000)}},
    [LINE_EXTRA] = {"extra",
	{HALF_DAY, {"points", RECORD_PRICE, true, 0, POINTS_MAX}}},
};
