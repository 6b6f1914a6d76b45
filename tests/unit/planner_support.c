/* SPDX-License-Identifier: ISC */
/* planner_support: towns of a few sites, told in lines. */
#include "tests/unit/planner_support.h"

#include "daemon/base/mem.h"
#include "daemon/planner/output/plan_write.h"
#include "tests/support/suite.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const day_names[] = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

struct writer {
	char *text;
	size_t len;
	struct rng rng;
	struct rng own; /* for what lines say instead of the weights */
};

static void add(struct writer *writer, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
add(struct writer *writer, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(
	    writer->text + writer->len, TOWN_TEXT_MAX - writer->len, fmt, args);
	va_end(args);
	ck_assert_int_ge(len, 0);
	writer->len += (size_t)len;
	ck_assert_uint_lt(writer->len, TOWN_TEXT_MAX);
}

static uint32_t
roll(struct writer *writer, uint32_t below)
{
	return rng_below(&writer->rng, below);
}

/* Sometimes a key with a number. */
static void
add_own(struct writer *writer, const char *key, uint32_t below)
{
	if (rng_below(&writer->own, 3) == 0)
		add(writer, " %s=%u", key, rng_below(&writer->own, below));
}

static void
add_head(struct writer *writer, const struct town_plan *plan)
{
	add(writer, "instance version=1 from=2001-01-01 weeks=%u\n",
	    plan->weeks);
	add(writer,
	    "weights travel=2 preference=40 dislike=150 anchor=80 "
	    "week-short=300 horizon-short=400 unfair=60 presence=700 "
	    "presence-parts=MA levels=1000,700,500%s\n"
	    "pair first=M second=A gap=50\n"
	    "minority physicians=yes sites=%s\n"
	    "unpopular parts=S days=sat\n"
	    "activity id=MT factor=1000 anchored=yes\n"
	    "activity id=SNP factor=900 unscheduled=yes\n"
	    "activity id=CA specialty=A factor=1200\n"
	    "activity id=TLC factor=600 remote=yes\n",
	    plan->law ? " drop=150 new=75" : "", plan->law ? "no" : "yes");
	if (plan->law)
		add(writer,
		    "programme id=one\nprogramme id=two\n"
		    "units part=N count=2\n");
	add(writer, "rest after=S before=M across-weeks=%s\n",
	    plan->wide ? "yes" : "no");
	if (plan->wide)
		add(writer,
		    "rest after=N before=MA across-weeks=yes\n"
		    "pair first=A second=E gap=30\n");
}

/* A site's shares by programme: some with half-days already there. */
static void
add_shares(struct writer *writer, uint32_t s)
{
	static const char *const names[] = {"one", "two", "none"};

	for (uint32_t i = 0; i < 3; i++) {
		uint32_t minutes = 60 * roll(writer, 20);

		add(writer,
		    "share id=s%u-%s site=s%u bound=%u minutes=%u "
		    "unscheduled=%u\n",
		    s, names[i], s, 30 + 10 * roll(writer, 4), minutes,
		    roll(writer, 2) * roll(writer, minutes + 1));
	}
}

/* The end of a line "need" where there are programmes. */
static void
add_law_of_need(struct writer *writer, uint32_t s, uint32_t count, bool mixed)
{
	static const char *const names[] = {"one", "two", "none"};
	const char *name = names[roll(writer, 3)];
	uint32_t minutes = 180 + 60 * roll(writer, 2);

	if (strcmp(name, "none") != 0)
		add(writer, " programme=%s", name);
	if (roll(writer, 4) != 0)
		add(writer, " share=s%u-%s", s, name);
	add(writer, " minutes=%u", minutes);
	if (mixed && roll(writer, 4) == 0)
		add(writer, " unscheduled=%u", minutes / 3);
	if (roll(writer, 6) == 0)
		add(writer, " value=%u", 300 + roll(writer, 900));
	if (roll(writer, 6) == 0)
		add(writer, " filled=%u", roll(writer, count + 1));
	if (rng_below(&writer->own, 5) == 0)
		add(writer, " levels=%u,%u", 900 + rng_below(&writer->own, 300),
		    rng_below(&writer->own, 900));
}

static void
add_needs(struct writer *writer, const struct town_plan *plan, uint32_t s)
{
	static const char *const activities[] = {
	    "MT", "SNP", "CA specialty=A", "TLC"};
	uint32_t days = plan->wide ? 7 : 6;

	for (uint32_t d = 0; d < 7 * plan->weeks; d++) {
		for (uint32_t i = 0; i < (plan->wide ? 20u : 12u); i++) {
			uint32_t count;

			if (d % 7 >= days || roll(writer, 8) >= plan->crowd)
				continue;
			count = 1 + roll(writer, 2);
			add(writer,
			    "need site=s%u day=2001-01-%02u part=%c "
			    "activity=%s count=%u",
			    s, d + 1,
			    plan->wide ? "MAESN"[i / 4] : "MAS"[i / 4],
			    activities[i % 4], count);
			if (plan->law)
				add_law_of_need(writer, s, count, i % 4 == 0);
			add(writer, "\n");
		}
	}
}

static void
add_sites(struct writer *writer, const struct town_plan *plan)
{
	for (uint32_t s = 0; s < plan->sites; s++)
		add(writer, "site id=s%u value=%u rooms=%u\n", s,
		    500 + 100 * roll(writer, 6), 1 + roll(writer, 3));
	for (uint32_t a = 0; a < plan->sites; a++) {
		for (uint32_t b = a + 1; b < plan->sites; b++)
			add(writer, "road a=s%u b=s%u minutes=%u\n", b, a,
			    10 + roll(writer, 70));
	}
	for (uint32_t s = 0; s < plan->sites; s++) {
		if (plan->law)
			add_shares(writer, s);
		add_needs(writer, plan, s);
	}
}

static void
add_free(struct writer *writer, const struct town_plan *plan, uint32_t p)
{
	for (uint32_t w = 0; w < plan->weeks; w++) {
		add(writer, "free physician=p%u week=2001-01-%02u parts=", p,
		    7 * w + 1);
		for (uint32_t d = 0; d < 7; d++) {
			const char *part = plan->wide ? "MAESN" : "MAS";
			bool any = false;

			add(writer, "%s", d > 0 ? "," : "");
			for (; *part != '\0'; part++) {
				if (roll(writer, 8) > plan->crowd)
					continue;
				add(writer, "%c", *part);
				any = true;
			}
			add(writer, "%s", any ? "" : "-");
		}
		add(writer, "%s\n",
		    roll(writer, 2) == 0 ? " disliked=M,-,A,-,MAS,-,N" : "");
	}
}

/* Caps, his own shares, and where he is held. */
static void
add_limits(struct writer *writer, const struct town_plan *plan, uint32_t p)
{
	uint32_t days = 7 * plan->weeks;

	for (uint32_t i = roll(writer, 3); i > 0; i--) {
		uint32_t from = roll(writer, days), most = 1 + roll(writer, 5);

		add(writer,
		    "cap id=c%u-%u physician=p%u from=2001-01-%02u "
		    "to=2001-01-%02u max=%u min=%u weight=200%s%s\n",
		    p, i, p, from + 1, from + 1 + roll(writer, days - from),
		    most, roll(writer, most + 2),
		    roll(writer, 3) == 0 ? " programme=one" : "",
		    roll(writer, 4) == 0 ? " unscheduled=yes" : "");
	}
	if (roll(writer, 3) == 0)
		add(writer,
		    "share id=p%u-two physician=p%u programme=two "
		    "from=2001-01-01 to=2001-01-%02u bound=40\n",
		    p, p, 1 + roll(writer, days));
	if (roll(writer, 2) == 0)
		add(writer, "week physician=p%u week=2001-01-01 min=1 max=%u\n",
		    p, 1 + roll(writer, 4));
	for (uint32_t i = roll(writer, 3); i > 0; i--)
		add(writer,
		    "held physician=p%u site=s%u day=2001-01-%02u "
		    "part=%c%s\n",
		    p, roll(writer, plan->sites), 1 + (i * days + p) / 3 % days,
		    "MAS"[roll(writer, 3)], i == 1 ? " remote=yes" : "");
	if (plan->sites > 1)
		add(writer, "apart physician=p%u first=M a=s0 b=s%u\n", p,
		    roll(writer, plan->sites));
}

static void
add_physicians(struct writer *writer, const struct town_plan *plan)
{
	static const char *const skills[] = {
	    "MT,SNP", "MT,SNP,TLC", "CA:A", "MT,SNP,CA:A"};

	for (uint32_t p = 0; p < plan->physicians; p++) {
		uint32_t least = roll(writer, 3), most = 3 + roll(writer, 5);

		add(writer,
		    "physician id=p%u skills=%s week-min=%u week-max=%u "
		    "horizon-min=%u horizon-max=%u day-max=%u fair-share=%u",
		    p, skills[roll(writer, 4)], least, most,
		    least * plan->weeks, most + roll(writer, most + 1),
		    1 + roll(writer, 3), roll(writer, 2));
		if (plan->law) {
			add_own(writer, "travel", 5);
			add_own(writer, "week-short", 600);
			add_own(writer, "unfair", 120);
		}
		add(writer, "\n");
		add_free(writer, plan, p);
		if (plan->law && plan->sites > 0 && plan->weeks > 0)
			add_limits(writer, plan, p);
		for (uint32_t s = 0; s < plan->sites; s++) {
			if (roll(writer, 8) < 6)
				add(writer,
				    "reach physician=p%u site=s%u minutes=%u "
				    "preference=%u\n",
				    p, s, 5 + roll(writer, 80),
				    roll(writer, 3));
		}
		if (plan->sites > 0)
			add(writer,
			    "anchor physician=p%u weekday=%s site=s%u\n", p,
			    day_names[roll(writer, 7)],
			    roll(writer, plan->sites));
	}
}

/* Marks of needs that are there: the lines are read again for them. */
static void
add_marks(struct writer *writer, const struct town_plan *plan)
{
	static const char *const states[] = {"keep", "forbid"};
	char *text = xstrdup(writer->text), *line = text, *next;

	for (; line != NULL; line = next) {
		const char *key, *end;
		uint32_t p = roll(writer, plan->physicians), kind;

		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		key = strstr(line, "site=");
		end = strstr(line, " count=");
		if (strncmp(line, "need ", 5) != 0 || key == NULL ||
		    end == NULL || roll(writer, 5) != 0)
			continue;
		kind = roll(writer, 6);
		add(writer, "%s physician=p%u %.*s",
		    kind < 2        ? "lock"
			: kind == 2 ? "existing"
				    : "extra",
		    p, (int)(end - key), key);
		if (strstr(line, "programme=") != NULL)
			add(writer, " programme=%.3s",
			    strstr(line, "programme=") + 10);
		if (kind < 2)
			add(writer, " state=%s", states[roll(writer, 3) != 0]);
		else if (kind > 2)
			add(writer, " points=%d", (int)roll(writer, 300) - 150);
		else
			add_own(writer, "drop", 300);
		add(writer, "\n");
	}
	free(text);
}

void
town_make(struct town *town, const struct town_plan *plan)
{
	struct writer writer = {xmalloc(TOWN_TEXT_MAX), 0,
	    rng_of(plan->seed, plan->physicians, plan->sites),
	    rng_of(plan->seed, plan->sites, plan->weeks)};
	struct error error = {""};

	add_head(&writer, plan);
	add_sites(&writer, plan);
	add_physicians(&writer, plan);
	if (plan->law && plan->physicians > 0)
		add_marks(&writer, plan);
	town->text = writer.text;
	ck_assert_msg(instance_read(&town->in,
			  (struct span){writer.text, writer.len}, &error),
	    "seed %llu: %s", (unsigned long long)plan->seed, error.text);
	model_make(&town->model, &town->in);
}

void
town_free(struct town *town)
{
	model_free(&town->model);
	instance_fini(&town->in);
	free(town->text);
}

void
town_search(const struct town *town, struct search *search, unsigned threads,
    int32_t phases)
{
	struct limits limits = {.threads = threads,
	    .seed = 3,
	    .phases = phases,
	    .gap = -1,
	    .rounds = 120};

	search_make(search, &town->model, &limits);
	search_run(search, &limits);
}

char *
town_plan_text(const struct search *search)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(file);
	ck_assert(plan_write(file, search, 3));
	ck_assert_int_eq(fclose(file), 0);
	return text;
}

int
planner_main(const char *name, TCase *tcase)
{
	Suite *suite = suite_create(name);

	tcase_set_timeout(tcase, 300);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
