/* SPDX-License-Identifier: ISC */
/* instance_line: the table. */
#include "daemon/planner/instance_line.h"

#define NUMBER(name, from, to)                                                 \
	{                                                                      \
		name, VALUE_NUMBER, true, from, to                             \
	}
#define MAYBE(name, from, to)                                                  \
	{                                                                      \
		name, VALUE_NUMBER, false, from, to                            \
	}
#define TOKEN(name)                                                            \
	{                                                                      \
		name, VALUE_TOKEN, true, 0, 0                                  \
	}
#define OTHER(name, type, needed)                                              \
	{                                                                      \
		name, type, needed, 0, 0                                       \
	}
/* One half-day of a need and a physician. */
#define HALF_DAY                                                               \
	TOKEN("physician"), TOKEN("site"), OTHER("day", VALUE_DAY, true),      \
	    OTHER("part", VALUE_PART, true), TOKEN("activity"),                \
	    OTHER("specialty", VALUE_TEXT, false),                             \
	    OTHER("programme", VALUE_TOKEN, false)

const struct kind line_kinds[LINE_COUNT] = {
    [LINE_INSTANCE] = {"instance",
	{NUMBER("version", 1, 1), OTHER("from", VALUE_DAY, true),
	    NUMBER("weeks", 0, WEEKS_MAX), OTHER("name", VALUE_TEXT, false)}},
    [LINE_WEIGHTS] = {"weights",
	{NUMBER("travel", 0, 1000), NUMBER("preference", 0, 10000),
	    NUMBER("dislike", 0, 10000), NUMBER("anchor", 0, 10000),
	    NUMBER("week-short", 0, 10000), NUMBER("horizon-short", 0, 10000),
	    NUMBER("unfair", 0, 10000), NUMBER("presence", 0, 10000),
	    OTHER("presence-parts", VALUE_PARTS, true),
	    OTHER("levels", VALUE_TEXT, true), MAYBE("drop", 0, 10000),
	    MAYBE("new", 0, 10000)}},
    [LINE_PAIR] = {"pair",
	{OTHER("first", VALUE_PART, true), OTHER("second", VALUE_PART, true),
	    NUMBER("gap", 0, MINUTES_MAX)}},
    [LINE_REST] = {"rest",
	{OTHER("after", VALUE_PART, true), OTHER("before", VALUE_PARTS, true),
	    OTHER("across-weeks", VALUE_FLAG, true)}},
    [LINE_MINORITY] = {"minority",
	{OTHER("physicians", VALUE_FLAG, true),
	    OTHER("sites", VALUE_FLAG, true)}},
    [LINE_UNPOPULAR] = {"unpopular",
	{OTHER("parts", VALUE_PARTS, false), OTHER("days", VALUE_TEXT, false)}},
    [LINE_UNITS] = {"units",
	{OTHER("part", VALUE_PART, true), NUMBER("count", 0, 2)}},
    [LINE_ACTIVITY] = {"activity",
	{TOKEN("id"), NUMBER("factor", 0, 10000),
	    OTHER("specialty", VALUE_TEXT, false),
	    OTHER("remote", VALUE_FLAG, false),
	    OTHER("unscheduled", VALUE_FLAG, false),
	    OTHER("anchored", VALUE_FLAG, false)}},
    [LINE_PROGRAMME] = {"programme", {TOKEN("id")}},
    [LINE_SITE] = {"site",
	{TOKEN("id"), NUMBER("value", 0, 10000), NUMBER("rooms", 0, ROOMS_MAX),
	    MAYBE("presence", 0, POINTS_MAX)}},
    [LINE_ROAD] = {"road",
	{TOKEN("a"), TOKEN("b"), NUMBER("minutes", 0, MINUTES_MAX)}},
    [LINE_NEED] = {"need",
	{NUMBER("count", 1, 100), TOKEN("site"), OTHER("day", VALUE_DAY, true),
	    OTHER("part", VALUE_PART, true), TOKEN("activity"),
	    OTHER("specialty", VALUE_TEXT, false),
	    OTHER("programme", VALUE_TOKEN, false),
	    MAYBE("value", 0, POINTS_MAX), MAYBE("minutes", 0, CARE_MAX),
	    MAYBE("unscheduled", 0, CARE_MAX),
	    OTHER("share", VALUE_TOKEN, false), MAYBE("filled", 0, 100)}},
    [LINE_PHYSICIAN] = {"physician",
	{TOKEN("id"), OTHER("skills", VALUE_TEXT, true),
	    NUMBER("week-min", 0, HALVES_PER_WEEK),
	    NUMBER("week-max", 0, HALVES_PER_WEEK),
	    NUMBER("horizon-min", 0, COUNT_MAX),
	    NUMBER("horizon-max", 0, COUNT_MAX),
	    NUMBER("day-max", 0, PART_COUNT),
	    NUMBER("fair-share", 0, COUNT_MAX)}},
    [LINE_REACH] = {"reach",
	{TOKEN("physician"), TOKEN("site"), NUMBER("minutes", 0, MINUTES_MAX),
	    NUMBER("preference", 0, 10)}},
    [LINE_FREE] = {"free",
	{TOKEN("physician"), OTHER("week", VALUE_DAY, true),
	    OTHER("parts", VALUE_TEXT, true),
	    OTHER("disliked", VALUE_TEXT, false)}},
    [LINE_WEEK] = {"week",
	{TOKEN("physician"), OTHER("week", VALUE_DAY, true),
	    NUMBER("min", 0, HALVES_PER_WEEK),
	    NUMBER("max", 0, HALVES_PER_WEEK)}},
    [LINE_ANCHOR] = {"anchor",
	{TOKEN("physician"), OTHER("weekday", VALUE_TEXT, true),
	    TOKEN("site")}},
    [LINE_CAP] = {"cap",
	{TOKEN("physician"), TOKEN("id"), OTHER("from", VALUE_DAY, true),
	    OTHER("to", VALUE_DAY, true), NUMBER("max", 0, COUNT_MAX),
	    MAYBE("min", 0, COUNT_MAX), OTHER("programme", VALUE_TOKEN, false),
	    MAYBE("weight", 0, 10000),
	    OTHER("unscheduled", VALUE_FLAG, false)}},
    [LINE_SHARE] = {"share",
	{OTHER("physician", VALUE_TOKEN, false),
	    OTHER("site", VALUE_TOKEN, false), OTHER("from", VALUE_DAY, false),
	    OTHER("to", VALUE_DAY, false), MAYBE("minutes", 0, 10000000),
	    MAYBE("unscheduled", 0, 10000000),
	    OTHER("programme", VALUE_TOKEN, false), TOKEN("id"),
	    MAYBE("bound", 1, 100)}},
    [LINE_HELD] = {"held",
	{OTHER("physician", VALUE_TOKEN, false), TOKEN("site"),
	    OTHER("day", VALUE_DAY, true), OTHER("part", VALUE_PART, true),
	    OTHER("remote", VALUE_FLAG, false)}},
    [LINE_APART] = {"apart",
	{TOKEN("physician"), OTHER("first", VALUE_PART, true), TOKEN("a"),
	    TOKEN("b")}},
    [LINE_LOCK] = {"lock", {HALF_DAY, OTHER("state", VALUE_TEXT, true)}},
    [LINE_EXISTING] = {"existing", {HALF_DAY}},
    [LINE_EXTRA] = {"extra",
	{HALF_DAY, {"points", VALUE_PRICE, true, 0, POINTS_MAX}}},
};
