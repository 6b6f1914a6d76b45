/* SPDX-License-Identifier: ISC */
/*
 * view_kit: see view_kit.h.
 */
#include "tests/integration/view_kit.h"

#include "daemon/base/mem.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pgcluster *cluster;

void
view_run(struct client *client, const struct dialogue *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		client_ask(client, lines[i].ask, lines[i].answer);
}

struct town *
view_hamlet(unsigned daemons)
{
	struct town *town = town_new(cluster);

	for (unsigned at = 0; at < daemons; at++)
		town_start(town, at, NULL, NULL);
	return town;
}

void
view_found(struct client *admin)
{
	static const struct dialogue small_plan[] = {
	    {"territory put code=T-SUD kind=cpts name=\"Sud\"",
		"ok territory=T-SUD id=... rev=1 cursor=..."},
	    {"territory put code=T-NORD kind=cpts", "ok ..."},
	    {"structure put code=MSP1 kind=MSP name=\"Les Tilleuls\"",
		"ok structure=MSP1 id=... rev=1 cursor=..."},
	    {"site put finess=160004578 name=Tilleuls territory=T-SUD "
	     "structure=MSP1 "
	     "rooms=2 commune=16106",
		"ok site=160004578 id=... rev=1 cursor=..."},
	    {"site put finess=870001237 name=Limoges territory=T-NORD",
		"ok site=870001237 id=... rev=1 cursor=..."},
	    {"physician put rpps=10005173140 family=Martin given=Claire "
	     "home=16102 "
	     "lat=45.5 lon=0.25",
		"ok physician=10005173140 id=... rev=1 cursor=..."},
	    {"physician put rpps=10002909371 family=Durand",
		"ok physician=10002909371 id=... rev=1 cursor=..."},
	    {"zone put commune=16106 kind=gp class=ZAC from=2020-01-01",
		"ok zone=... id=... rev=1 cursor=..."},
	};

	VIEW_RUN(admin, small_plan);
}

void
view_tell_all(const struct town *town, struct client *client)
{
	char *answer =
	    xasprintf("ok cursor=%s", client_value(client, "cursor"));

	town_tell_all(town, answer);
	free(answer);
}

struct town *
view_town(unsigned daemons)
{
	struct town *town = town_new(cluster);
	struct client *admin;

	for (unsigned at = 0; at < daemons; at++)
		town_start(town, at, NULL, NULL);
	town_sites(town, VIEW_SITES,
	    "rooms=2 hours=\"mon-sun M 09:00-12:00 A 14:00-18:00 "
	    "S 20:00-24:00 N 24:00-32:00\"");
	town_physicians(town, VIEW_PHYSICIANS);
	admin = daemon_operator(town->daemon[0]);
	client_ask(admin, "territory put code=T-A kind=cpts", "ok ...");
	client_ask(admin, "territory put code=T-B kind=cpts", "ok ...");
	for (unsigned n = 0; n < 5; n++) {
		client_send(admin, "site put finess=%s territory=%s",
		    town_finess(n), n < 3 ? "T-A" : "T-B");
		client_expect(admin, "ok ...");
	}
	view_tell_all(town, admin);
	client_close(admin);
	return town;
}

void
view_authorise(struct client *admin, unsigned physician, unsigned site)
{
	client_send(admin,
	    "authorisation put physician=%s site=%s kind=mission "
	    "from=2020-01-01",
	    town_rpps(physician), town_finess(site));
	client_expect(admin, "ok ...");
}

struct client *
view_login(const struct town *town, unsigned at, const char *keys)
{
	char *token = daemon_token(town->daemon[at], keys);
	struct client *client = daemon_login(town->daemon[at], token);

	free(token);
	return client;
}

char *
view_assign_on(struct client *client, unsigned physician, unsigned site,
    const char *day, const char *more)
{
	client_send(client, "slot assign physician=%s site=%s day=%s %s",
	    town_rpps(physician), town_finess(site), day, more);
	client_expect(client, "ok slot=... rev=1 ...");
	return xstrdup(client_value(client, "slot"));
}

char *
view_assign(struct client *client, unsigned physician, unsigned site, int away,
    const char *more)
{
	return view_assign_on(client, physician, site, town_day(away), more);
}

/* The text with its only %s replaced; owned by the caller. */
static char *
filled(const char *text, const char *value)
{
	const char *gap = strstr(text, "%s");

	if (gap == NULL)
		return xstrdup(text);
	return xasprintf("%.*s%s%s", (int)(gap - text), text, value, gap + 2);
}

void
view_move(
    struct client *client, const char *slot, const char *key, const char *value)
{
	char *pair = filled(key, value);

	client_send(client, "slot move slot=%s %s", slot, pair);
	client_expect(client, "ok slot=... rev=...");
	free(pair);
}

void
view_expect(struct client *client, const char *pattern, const char *slot)
{
	char *line = filled(pattern, slot);

	client_expect(client, line);
	free(line);
}

/* The whole answer, data lines and closing line, without its cursor; owned by
 * the caller. */
char *
view_answer_of(struct client *client, const char *ask)
{
	char *text = xstrdup("");
	const char *line;

	client_send(client, "%s", ask);
	do {
		char *more;
		const char *cursor;
		size_t len;

		line = client_line(client);
		ck_assert_ptr_nonnull(line);
		cursor = strstr(line, " cursor=");
		len = cursor != NULL ? (size_t)(cursor - line) : strlen(line);
		more = xasprintf("%s%.*s\n", text, (int)len, line);
		free(text);
		text = more;
	} while (line[0] == '*');
	return text;
}

/* All data lines, page by page; owned by the caller. */
char *
view_pages_of(struct client *client, const char *ask, unsigned limit)
{
	char *text = xstrdup(""), *next = xstrdup("");

	for (;;) {
		const char *line;
		unsigned count = 0;

		client_send(client, "%s limit=%u%s%s", ask, limit,
		    *next != '\0' ? " next=" : "", next);
		while (line = client_line(client), line[0] == '*') {
			char *more = xasprintf("%s%s\n", text, line);

			free(text);
			text = more;
			count++;
		}
		ck_assert_msg(client_matches(line, "ok count=..."), "%s", line);
		ck_assert_uint_le(count, limit);
		free(next);
		if (client_value(client, "next") == NULL)
			return text;
		ck_assert_uint_eq(count, limit);
		next = xstrdup(client_value(client, "next"));
	}
}

size_t
view_lines_of(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/* Pages of any size put together are the list itself. */
void
view_check_pages(struct client *client, const char *ask, size_t expected)
{
	char *whole = view_pages_of(client, ask, 1000);

	ck_assert_uint_eq(view_lines_of(whole), expected);
	for (unsigned limit = 1; limit <= 5; limit++) {
		char *pages = view_pages_of(client, ask, limit);

		ck_assert_str_eq(pages, whole);
		free(pages);
	}
	free(whole);
}

/* Beginnings and ids do not go back from line to line. */
void
view_check_order(const char *text)
{
	char before[80] = "";

	for (const char *line = text; *line != '\0';
	     line = strchr(line, '\n') + 1) {
		const char *from = strstr(line, " from=") + 6;
		const char *slot = strstr(line, "slot=") + 5;
		char key[80];

		snprintf(key, sizeof(key), "%.22s %.36s", from, slot);
		ck_assert_str_lt(before, key);
		memcpy(before, key, sizeof(key));
	}
}

int
view_main(const char *name, TCase *tcase)
{
	Suite *suite = suite_create(name);
	int result;

	cluster = pgcluster_new(NULL);
	tcase_set_timeout(tcase, 300);
	suite_add_tcase(suite, tcase);
	result = suite_run(suite);
	pgcluster_free(cluster);
	return result;
}
