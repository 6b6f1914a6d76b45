/* SPDX-License-Identifier: ISC */
/*
 * config_value: a number is digits and a unit of a table, nothing between.
 *
 * The tables go from the largest unit to the smallest, which divides all.
 */
#include "daemon/config/config_value.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct unit {
	const char *suffix;
	uint64_t factor;
};

static const struct unit durations[] = {
    {"d", UINT64_C(24) * 60 * 60 * 1000},
    {"h", UINT64_C(60) * 60 * 1000},
    {"m", UINT64_C(60) * 1000},
    {"s", 1000},
    {"ms", 1},
};
static const struct unit sizes[] = {
    {"G", UINT64_C(1) << 30},
    {"M", UINT64_C(1) << 20},
    {"k", UINT64_C(1) << 10},
    {"", 1},
};
static const struct unit counts[] = {{"", 1}};

/* The digits at text; returns what follows them, NULL if none or too many. */
static const char *
parse_digits(const char *text, uint64_t *value)
{
	const char *at = text;
	uint64_t sum = 0;

	for (; *at >= '0' && *at <= '9'; at++) {
		unsigned digit = (unsigned)(*at - '0');

		if (sum > (UINT64_MAX - digit) / 10)
			return NULL;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return at > text ? at : NULL;
}

static int
parse_with_unit(
    const char *text, const struct unit *units, size_t count, uint64_t *value)
{
	uint64_t number = 0;
	const char *suffix = parse_digits(text, &number);

	if (suffix == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(suffix, units[i].suffix) != 0)
			continue;
		if (number > UINT64_MAX / units[i].factor)
			return -1;
		*value = number * units[i].factor;
		return 0;
	}
	return -1;
}

static const char *
print_with_unit(struct config_text *out, const struct unit *units, size_t count,
    uint64_t value)
{
	size_t i = 0;

	while (i < count - 1 && value % units[i].factor != 0)
		i++;
	(void)snprintf(out->text, sizeof(out->text), "%" PRIu64 "%s",
	    value / units[i].factor, units[i].suffix);
	return out->text;
}

int
config_parse_duration(const char *text, uint64_t *ms)
{
	if (strcmp(text, "0") == 0) {
		*ms = 0;
		return 0;
	}
	return parse_with_unit(text, durations, ARRAY_SIZE(durations), ms);
}

int
config_parse_count(const char *text, uint64_t *count)
{
	return parse_with_unit(text, counts, ARRAY_SIZE(counts), count);
}

int
config_parse_size(const char *text, uint64_t *bytes)
{
	return parse_with_unit(text, sizes, ARRAY_SIZE(sizes), bytes);
}

int
config_parse_bool(const char *text, bool *value)
{
	if (strcmp(text, "yes") == 0)
		*value = true;
	else if (strcmp(text, "no") == 0)
		*value = false;
	else
		return -1;
	return 0;
}

int
config_parse_rules(const char *text, uint32_t *rules)
{
	static const struct {
		const char *word;
		unsigned number;
	} known[] = {{"H05", 5}, {"H07", 7}, {"H09", 9}, {"H15", 15},
	    {"H16", 16}, {"H21", 21}};
	uint32_t found = 0;

	for (text += strspn(text, " "); *text != '\0';) {
		size_t len = strcspn(text, " "), i = 0;

		while (i < ARRAY_SIZE(known) &&
		    (strlen(known[i].word) != len ||
			memcmp(known[i].word, text, len) != 0))
			i++;
		if (i == ARRAY_SIZE(known))
			return -1;
		found |= UINT32_C(1) << known[i].number;
		text += len;
		text += strspn(text, " ");
	}
	*rules = found;
	return 0;
}

const char *
config_duration_text(struct config_text *out, uint64_t ms)
{
	if (ms == 0)
		return config_count_text(out, 0);
	return print_with_unit(out, durations, ARRAY_SIZE(durations), ms);
}

const char *
config_count_text(struct config_text *out, uint64_t count)
{
	return print_with_unit(out, counts, ARRAY_SIZE(counts), count);
}

const char *
config_size_text(struct config_text *out, uint64_t bytes)
{
	if (bytes == 0)
		return config_count_text(out, 0);
	return print_with_unit(out, sizes, ARRAY_SIZE(sizes), bytes);
}
