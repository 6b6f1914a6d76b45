/* SPDX-License-Identifier: ISC */
/*
 * line_once: what has been said stands.  A line that says it once more is
 * refused, with the line that was before.
 */
#include "daemon/planner/read/line_value.h"

#include "proto/out.h"

/* The keys that say what a line is about, by their bits; of the other kinds
 * there is one line. */
static const unsigned subjects[LINE_COUNT] = {
    [LINE_PAIR] = 1,
    [LINE_REST] = 1,
    [LINE_UNITS] = 1,
    [LINE_ACTIVITY] = 1 | 1 << 2,
    [LINE_PROGRAMME] = 1,
    [LINE_SITE] = 1,
    [LINE_PRESENCE] = 1 | 1 << 1,
    [LINE_ROAD] = 1 | 1 << 1,
    [LINE_NEED] = 0x7e,
    [LINE_PHYSICIAN] = 1,
    [LINE_REACH] = 1 | 1 << 1,
    [LINE_FREE] = 1 | 1 << 1,
    [LINE_WEEK] = 1 | 1 << 1,
    [LINE_ANCHOR] = 1 | 1 << 1,
    [LINE_CAP] = 1 << 1,
    [LINE_SPREAD] = 1 | 1 << 1,
    [LINE_SHARE] = 1 << 7,
    [LINE_HELD] = 1 | 1 << KEY_DAY | 1 << KEY_PART,
    [LINE_APART] = 0xf,
    [LINE_LOCK] = 0xff,
    [LINE_EXISTING] = 0x7f,
    [LINE_EXTRA] = 0x7f,
};

/* As it was written, as far as there is room; what was said is at its end. */
static void
refuse_again(const struct line *line, uint32_t before)
{
	const struct record_kind *kind = &line_kinds[line->kind];
	char text[sizeof(line->error->text)];
	struct out out = OUT(text);

	out_text(&out, kind->name);
	for (size_t i = 0; i < RECORD_KEYS_MAX; i++)
		if ((subjects[line->kind] >> i & 1) != 0 &&
		    line->value[i].given)
			out_key_value(
			    &out, kind->key[i].name, line->value[i].text);
	error_set(line->error, "stands already in line %u: %.*s", before,
	    (int)out.len, text);
}

uint32_t
line_before(const struct line *line, uint64_t a, uint64_t b)
{
	return seen_add(&line->seen[line->kind], a, b, (uint32_t)line->number);
}

bool
line_once(const struct line *line, uint64_t a, uint64_t b)
{
	uint32_t before = line_before(line, a, b);

	if (before != 0)
		refuse_again(line, before);
	return before == 0;
}

bool
line_new(const struct line *line, int32_t found, size_t count)
{
	return line_once(
	    line, found == NAMES_NONE ? (uint64_t)count : (uint64_t)found, 0);
}

bool
line_fits(const struct line *line, size_t count, size_t most, const char *what)
{
	if (count < most)
		return true;
	error_set(line->error, "more than %zu %s", most, what);
	return false;
}
