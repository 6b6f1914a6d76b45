/* SPDX-License-Identifier: ISC */
/*
 * town_plan: names, days and chance, and all that a daemon knows.
 */
#include "tests/support/town.h"

#include "daemon/base/mem.h"
#include "proto/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uuid/uuid.h>

enum {
	TEXTS = 64,
	TEXT_SIZE = 40,
	DAY_SECONDS = 86400,
	BOOK_AFTER = 1150,
	PAGE = 1000
};

/* ----- names ----- */

static char *
fresh_text(void)
{
	static _Thread_local char texts[TEXTS][TEXT_SIZE];
	static _Thread_local unsigned next;

	return texts[next++ % TEXTS];
}

/* The digits and their check digit after Luhn. */
static const char *
with_key(const char *prefix, unsigned width, unsigned n)
{
	char *text = fresh_text();
	unsigned sum = 0;
	size_t len;

	len = (size_t)snprintf(
	    text, TEXT_SIZE - 1, "%s%0*u", prefix, (int)width, n);
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(text[len - 1 - i] - '0');

		if (i % 2 == 0)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	text[len] = (char)('0' + (10 - sum % 10) % 10);
	text[len + 1] = '\0';
	return text;
}

const char *
town_finess(unsigned n)
{
	return with_key("16", 6, n);
}

const char *
town_rpps(unsigned n)
{
	return with_key("10", 8, n);
}

const char *
town_day(int away)
{
	char *text = fresh_text();
	struct out out = {text, 0, TEXT_SIZE, false};
	int32_t today = (int32_t)(time(NULL) / DAY_SECONDS);
	int32_t weekday = (today + 3) % 7; /* 1970-01-01: a Thursday */

	out_day(&out, today + 7 - weekday + away);
	text[out.len] = '\0';
	return text;
}

const char *
town_uuid(void)
{
	char *text = fresh_text();
	uuid_t uuid;

	uuid_generate_random(uuid);
	uuid_unparse_lower(uuid, text);
	return text;
}

static void NORETURN
die(const char *what, const char *answer)
{
	fprintf(stderr, "town: %s: %s\n", what, answer);
	abort();
}

/* ----- all that a daemon knows ----- */

struct lines {
	char **line; /* owned, and each of them */
	size_t count, capacity;
};

static void
add_page(struct lines *lines, const char *list, const struct talk *talk)
{
	for (size_t i = 0; i < talk_count(talk); i++) {
		lines->line = xgrow(lines->line, &lines->capacity,
		    lines->count + 1, sizeof(lines->line[0]));
		lines->line[lines->count++] =
		    xasprintf("%s: %s\n", list, talk_data(talk, i));
	}
}

/* Every page of a list. */
static void
add_list(struct lines *lines, struct talk *talk, const char *list)
{
	char *next = NULL;

	do {
		const char *answer = next == NULL
		    ? talk_ask(talk, "%s limit=%d", list, PAGE)
		    : talk_ask(
			  talk, "%s limit=%d next=\"%s\"", list, PAGE, next);

		if (!line_begins(answer, "ok"))
			die(list, answer);
		add_page(lines, list, talk);
		free(next);
		next = line_value(answer, "next");
	} while (next != NULL);
}

/* The first day that the daemon has in full; owned by the caller. */
static char *
first_day(struct talk *talk, const char *site)
{
	const char *answer = talk_ask(
	    talk, "slot list site=%s from=1970-01-01 to=1970-01-02", site);
	char *first = line_value(answer, "first");

	if (first == NULL)
		die("slot list", answer);
	return first;
}

/* The half-days of a site, cancelled ones too. */
static void
add_slots(struct lines *lines, struct talk *talk, const char *site)
{
	char *first = first_day(talk, site);
	char *list = xasprintf("slot list site=%s from=%s to=%s", site, first,
	    town_day(BOOK_AFTER));

	add_list(lines, talk, list);
	free(first);
	first = list;
	list = xasprintf("%s state=cancelled", first);
	add_list(lines, talk, list);
	free(first);
	free(list);
}

static void
add_all_slots(struct lines *lines, struct talk *talk)
{
	size_t count = lines->count;

	for (size_t i = 0; i < count; i++) {
		char *site;

		if (strncmp(lines->line[i], "site list: ", 11) != 0)
			continue;
		site = line_value(lines->line[i] + 11, "site");
		add_slots(lines, talk, site);
		free(site);
	}
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All lines in one text; frees them. */
static char *
join(struct lines *lines)
{
	size_t size = 1, used = 0;
	char *text;

	for (size_t i = 0; i < lines->count; i++)
		size += strlen(lines->line[i]);
	text = xcalloc(1, size);
	for (size_t i = 0; i < lines->count; i++) {
		size_t len = strlen(lines->line[i]);

		memcpy(text + used, lines->line[i], len);
		used += len;
		free(lines->line[i]);
	}
	free(lines->line);
	return text;
}

char *
town_book(const struct town *town, unsigned at)
{
	static const char *const lists[] = {"absence list", "account list",
	    "authorisation list", "availability list", "busy list",
	    "closure list", "enrolment list", "holiday list", "need list",
	    "opening list", "physician list", "presence list", "programme list",
	    "quota list", "site list", "stop list", "structure list",
	    "territory list", "zone list"};
	struct talk *talk = town_talk(town, at);
	struct lines lines = {NULL, 0, 0};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		add_list(&lines, talk, lists[i]);
	add_all_slots(&lines, talk);
	talk_free(talk);
	if (lines.count > 0)
		qsort(lines.line, lines.count, sizeof(lines.line[0]),
		    compare_lines);
	return join(&lines);
}

/* ----- chance ----- */

uint64_t
town_random(uint64_t *state)
{
	uint64_t x = *state += 0x9e3779b97f4a7c15u; /* splitmix64 */

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

unsigned
town_below(uint64_t *state, unsigned limit)
{
	return (unsigned)(town_random(state) % limit);
}

static uint64_t
number_of(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL || *text == '\0' ? otherwise
					     : strtoull(text, NULL, 10);
}

uint64_t
town_seed(void)
{
	uint64_t seed = number_of("ROTA_TEST_SEED", (uint64_t)time(NULL));

	printf("ROTA_TEST_SEED=%llu\n", (unsigned long long)seed);
	fflush(stdout);
	return seed;
}

unsigned
town_rounds(void)
{
	uint64_t rounds = number_of("ROTA_TEST_ROUNDS", 1);

	return rounds == 0 ? 1 : (unsigned)rounds;
}
