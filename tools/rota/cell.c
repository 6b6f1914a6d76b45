/* SPDX-License-Identifier: ISC */
/* cell: see cell.h. */
#include "tools/rota/cell.h"

#include "daemon/base/mem.h"
#include "proto/out.h"
#include "tools/rota/ids.h"
#include "tools/rota/rows.h"
#include "tools/rota/words.h"

#include <string.h>

enum {
	DAY_LEN = 10,  /* YYYY-MM-DD */
	CLOCK_AT = 11, /* of an instant */
	CLOCK_LEN = 5, /* HH:MM */
};

const char *
cell_heading(const char *key)
{
	/* What the catalogue has words for; other keys stand as they are. */
	static const char *const known[] = {N("absence"), N("account"),
	    N("address"), N("arrived"), N("cause"), N("closed"), N("done"),
	    N("each"), N("filled"), N("first"), N("holiday"), N("manner"),
	    N("missing"), N("of"), N("open"), N("owed"), N("parts"),
	    N("period"), N("planned"), N("programme"), N("sector"), N("wanted"),
	    N("activity"), N("at"), N("available"), N("by"), N("category"),
	    N("clock"), N("code"), N("commune"), N("connections"), N("contact"),
	    N("count"), N("database"), N("day"), N("expires"), N("family"),
	    N("free"), N("from"), N("given"), N("home"), N("hours"),
	    N("hours-source"), N("kind"), N("label"), N("length"), N("line"),
	    N("minutes"), N("name"), N("need"), N("needed"), N("next"),
	    N("number"), N("part"), N("pattern"), N("phone"), N("physician"),
	    N("physicians"), N("place"), N("places"), N("promise"), N("reason"),
	    N("rev"), N("role"), N("room"), N("rooms"), N("rotation"),
	    N("scope"), N("site"), N("sites"), N("slot"), N("source"),
	    N("specialty"), N("staff"), N("state"), N("structure"),
	    N("territory"), N("to"), N("uptime-ms"), N("verb"), N("version"),
	    N("weekday"), N("who"), N("by-hand"), N("moved"), N("rule"),
	    N("text"), N("word"), N("zone")};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(key, known[i]) == 0)
			return T(known[i]);
	return key;
}

static void
put_portion(struct out *out, const char *activity, struct span minutes)
{
	if (minutes.len == 0)
		return;
	out_char(out, '+');
	out_text(out, activity);
	out_bytes(out, minutes.ptr, minutes.len);
}

char *
cell_activity(const struct answer *row)
{
	struct span activity = answer_value(row, "activity");
	char text[CELL_MAX];
	struct out out = {text, 0, sizeof(text) - 1, false};

	out_bytes(&out, activity.ptr, activity.len);
	put_portion(&out, "SNP", answer_value(row, "unscheduled"));
	put_portion(&out, "TLC", answer_value(row, "remote"));
	text[out.len] = '\0';
	return xstrdup(text);
}

const char *
weekday_short(unsigned weekday)
{
	static const char *const names[] = {N("Mon"), N("Tue"), N("Wed"),
	    N("Thu"), N("Fri"), N("Sat"), N("Sun")};

	return T(names[weekday % 7]);
}

const char *
weekday_long(unsigned weekday)
{
	static const char *const names[] = {N("Monday"), N("Tuesday"),
	    N("Wednesday"), N("Thursday"), N("Friday"), N("Saturday"),
	    N("Sunday")};

	return T(names[weekday % 7]);
}

unsigned
weekday_of(int32_t day)
{
	/* 1970-01-01 was a Thursday */
	return (unsigned)(((int64_t)day % 7 + 7 + 3) % 7);
}

const char *
part_name(const char *part)
{
	static const struct {
		const char *part, *name;
	} names[] = {
	    {"M", N("morning")},
	    {"A", N("afternoon")},
	    {"E", N("end of day")},
	    {"S", N("evening")},
	    {"N", N("night")},
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(part, names[i].part) == 0)
			return T(names[i].name);
	return part;
}

struct span
instant_clock(struct span instant)
{
	int64_t seconds;

	if (!span_to_instant(instant, &seconds))
		return (struct span){NULL, 0};
	return (struct span){instant.ptr + CLOCK_AT, CLOCK_LEN};
}

bool
instant_day(struct span instant, int32_t *day)
{
	return instant.len > DAY_LEN &&
	    span_to_day((struct span){instant.ptr, DAY_LEN}, day);
}

static bool
ends_with(const char *key, const char *end)
{
	size_t len = strlen(key), size = strlen(end);

	return len > size && strcmp(key + len - size, end) == 0;
}

static void
put_duration(struct out *out, uint64_t ms)
{
	uint64_t minutes = ms / 60000;

	if (minutes == 0) {
		out_u64(out, ms);
		out_text(out, " ms");
		return;
	}
	if (minutes >= 1440) {
		out_u64(out, minutes / 1440);
		out_text(out, T(" d "));
	}
	if (minutes >= 60) {
		out_u64(out, minutes / 60 % 24);
		out_text(out, " h ");
	}
	out_u64(out, minutes % 60);
	out_text(out, " min");
}

static void
put_instant(struct out *out, const struct answer *row, struct span value)
{
	struct span day = answer_value(row, "day");
	struct span date = {value.ptr, DAY_LEN};

	if (!span_equal(day, date)) {
		out_bytes(out, date.ptr, date.len);
		out_char(out, ' ');
	}
	out_bytes(out, value.ptr + CLOCK_AT, CLOCK_LEN);
}

/* What has a form that people need not see in full; false: has none. */
static bool
put_short(struct out *out, const struct answer *row, const char *key,
    struct span value, enum cell_form form)
{
	struct id id;
	int32_t day;
	uint64_t number;
	int64_t seconds;

	if (form == CELL_SHORT && span_to_id(value, &id)) {
		out_bytes(out, value.ptr, ID_SHOWN_LEN);
		out_text(out, "…");
	} else if (span_to_instant(value, &seconds)) {
		put_instant(out, row, value);
	} else if (strcmp(key, "day") == 0 && span_to_day(value, &day)) {
		out_text(out, weekday_short(weekday_of(day)));
		out_char(out, ' ');
		out_bytes(out, value.ptr, value.len);
	} else if (ends_with(key, "-ms") &&
	    span_to_u64(value, UINT64_MAX, &number)) {
		put_duration(out, number);
	} else {
		return false;
	}
	return true;
}

size_t
cell_text(const struct answer *row, const char *key, enum cell_form form,
    char text[CELL_MAX])
{
	struct span value = row_value(row, key);
	struct out out = {text, 0, CELL_MAX - 1, false};

	if (form == CELL_WHOLE || !put_short(&out, row, key, value, form))
		out_bytes(&out, value.ptr, value.len);
	for (size_t i = 0; i < out.len; i++)
		if ((unsigned char)text[i] < ' ')
			text[i] = ' ';
	text[out.len] = '\0';
	return out.len;
}
