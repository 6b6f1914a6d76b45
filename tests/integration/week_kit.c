/* SPDX-License-Identifier: ISC */
/* week_kit: see week_kit.h. */
#include "tests/integration/week_kit.h"

#include "daemon/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ASK_MAX = 1024 };

struct town *town;
struct client *admin;

void
week_begin(unsigned daemons)
{
	town = view_town(daemons);
	admin = daemon_operator(town->daemon[0]);
}

void
week_end(void)
{
	client_close(admin);
	town_free(town);
}

void
week_put(const char *fmt, ...)
{
	char line[ASK_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	client_ask(admin, line, "ok ...");
}

void
week_expect(struct client *client, const char *patterns, const char *fmt, ...)
{
	char line[ASK_MAX], pattern[ASK_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	client_send(client, "%s", line);
	while (*patterns != '\0') {
		size_t len = strcspn(patterns, "\n");

		snprintf(pattern, sizeof(pattern), "%.*s", (int)len, patterns);
		client_expect(client, pattern);
		patterns += len + (patterns[len] == '\n' ? 1 : 0);
	}
}

char *
week_answer(struct client *client, const char *fmt, ...)
{
	char line[ASK_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	return view_answer_of(client, line);
}

void
week_check_pages(struct client *client, size_t expected, const char *fmt, ...)
{
	char line[ASK_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	view_check_pages(client, line, expected);
}

void
week_put_needs(void)
{
	static const unsigned sites[] = {0, 1, 3};

	for (size_t i = 0; i < ARRAY_SIZE(sites); i++)
		week_put("need put site=%s pattern=\"mon-fri M\" from=%s",
		    town_finess(sites[i]), town_day(0));
	week_put(
	    "need put site=%s pattern=\"tue MA\" activity=SNP number=2 from=%s",
	    town_finess(0), town_day(0));
}

long long
week_mark(void)
{
	return pgcluster_number(
	    town->sql, "SELECT rota.mark(interval '0', 'publication')");
}

char *
week_answer_at(struct client *client, const char *ask, long long mark)
{
	char *line =
	    mark == 0 ? xstrdup(ask) : xasprintf("%s mark=%lld", ask, mark);
	char *text = view_answer_of(client, line), *end, *told;

	free(line);
	end = strstr(text, " mark=");
	if (mark == 0) {
		ck_assert_ptr_null(end);
		return text;
	}
	ck_assert_msg(end != NULL, "%s", text);
	told = xasprintf(" mark=%lld as-of=20...\n", mark);
	ck_assert_msg(client_matches(end, told), "%s", end);
	free(told);
	strcpy(end, "\n");
	return text;
}

void
week_check_same(const char *a, const char *b)
{
	size_t same = 0;

	while (a[same] != '\0' && a[same] == b[same])
		same++;
	while (same > 0 && a[same - 1] != '\n')
		same--;
	ck_assert_msg(
	    strcmp(a, b) == 0, "%.400s instead of %.400s", a + same, b + same);
}
