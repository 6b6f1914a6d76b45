/* SPDX-License-Identifier: ISC */
#include "tests/unit/country_support.h"

#include "daemon/base/mem.h"
#include "daemon/domain/fact_line.h"
#include "daemon/domain/open.h"
#include "daemon/domain/term.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void
country_init(struct country *country, const char *from, unsigned weeks)
{
	static const struct travel_rule rule = {130, 10, 15};
	struct error error;

	memset(country, 0, sizeof(*country));
	country->from = test_day(from);
	country->to = country->from + 7 * (int32_t)weeks - 1;
	country->now = (int64_t)(country->from - 1) * SECONDS_PER_DAY;
	country->book = book_new(day_quarter(country->from));
	country->travel = travel_new(&rule, NULL, &error);
	country->chance = random_new(1);
	country->numbered = 1000;
}

void
country_fini(struct country *country)
{
	book_free(country->book);
	travel_free(country->travel);
}

struct id
country_id(struct country *country)
{
	return test_id(country->numbered++);
}

#define LOAD(country, KIND, fact)                                              \
	((fact).entity = (struct entity){country_id(country), 1},              \
	    test_load((country)->book, KIND_##KIND, &(fact)))

int32_t
country_site(struct country *country, int32_t lat, int32_t lon,
    const char *hours, uint32_t rooms)
{
	struct site site = test_site(country->numbered);
	size_t column;
	const char *why;

	site.lat = lat;
	site.lon = lon;
	site.rooms = rooms;
	ck_assert_msg(hours_parse(span_of(hours), &site.hours, &column, &why),
	    "%s", hours);
	return LOAD(country, SITE, site);
}

int32_t
country_physician(
    struct country *country, int32_t lat, int32_t lon, const char *specialty)
{
	struct physician physician = test_physician(country->numbered);

	physician.lat = lat;
	physician.lon = lon;
	SET(physician.specialty, specialty);
	return LOAD(country, PHYSICIAN, physician);
}

void
country_authorise(struct country *country, int32_t physician, int32_t site)
{
	struct authorisation fact = {.physician = physician,
	    .site = site,
	    .from = country->from - 400,
	    .to = INT32_MAX};

	SET(fact.kind, "mission");
	SET(fact.state, "active");
	LOAD(country, AUTHORISATION, fact);
}

void
country_offer(struct country *country, int32_t physician, const char *kind,
    const char *pattern)
{
	struct availability fact = {.physician = physician,
	    .pattern = test_pattern(pattern),
	    .from = day_week(country->from) - 70,
	    .to = INT32_MAX};

	SET(fact.kind, kind);
	SET(fact.state, "active");
	LOAD(country, AVAILABILITY, fact);
}

void
country_need(struct country *country, int32_t site, int32_t sector,
    const char *pattern, const char *work, uint32_t number)
{
	struct span specialty = span_of(work), activity;
	struct need need = {.site = site,
	    .sector = sector,
	    .pattern = test_pattern(pattern),
	    .from = day_week(country->from) - 70,
	    .to = INT32_MAX,
	    .number = number};

	ck_assert(span_cut(&specialty, ' ', &activity));
	memcpy(need.activity, activity.ptr, activity.len);
	SET(need.specialty, specialty.ptr);
	SET(need.state, "active");
	LOAD(country, NEED, need);
}

int32_t
country_territory(struct country *country, const char *kind)
{
	struct territory territory = {.entity.rev = 1};

	snprintf(
	    territory.code, sizeof(territory.code), "T%u", country->numbered);
	SET(territory.kind, kind);
	SET(territory.state, "active");
	return LOAD(country, TERRITORY, territory);
}

int32_t
country_programme(struct country *country, uint32_t snp_max)
{
	struct programme programme = {
	    .from = INT32_MAX, .to = INT32_MAX, .snp_max = snp_max};

	snprintf(
	    programme.code, sizeof(programme.code), "P%u", country->numbered);
	SET(programme.state, "active");
	return LOAD(country, PROGRAMME, programme);
}

void
country_enrol(struct country *country, int32_t physician, int32_t programme)
{
	struct enrolment fact = {.physician = physician,
	    .programme = programme,
	    .from = country->from - 400,
	    .to = INT32_MAX};

	SET(fact.state, "active");
	LOAD(country, ENROLMENT, fact);
}

void
country_quota(struct country *country, int32_t physician, int32_t programme,
    const char *period, uint32_t min, uint32_t max)
{
	struct quota fact = {.physician = physician,
	    .programme = programme,
	    .from = country->from - 400,
	    .to = country->to + 30,
	    .min = min,
	    .max = max};

	SET(fact.period, period);
	SET(fact.state, "active");
	LOAD(country, QUOTA, fact);
}

void
country_weight(struct country *country, const char *term, uint32_t value)
{
	country_weigh(country, term, value, REF_NONE, REF_NONE);
}

void
country_weigh(struct country *country, const char *term, uint32_t value,
    int32_t territory, int32_t programme)
{
	const int32_t owner[] = {territory, programme};
	const int32_t days[] = {country->from - 10, INT32_MAX};

	country_weigh_from(country, term, value, owner, days);
}

void
country_weigh_from(struct country *country, const char *term, uint32_t value,
    const int32_t owner[2], const int32_t days[2])
{
	struct weight fact = {.territory = owner[0],
	    .programme = owner[1],
	    .from = days[0],
	    .to = days[1],
	    .value = value};

	SET(fact.term, term);
	SET(fact.state, "active");
	LOAD(country, WEIGHT, fact);
}

static int32_t
below(struct country *country, int32_t count)
{
	return (int32_t)random_below(&country->chance, (uint32_t)count);
}

void
country_weigh_all(struct country *country)
{
	const int32_t always[] = {country->from - 10, INT32_MAX};
	static const char *const periods[] = {"week", "month"};

	for (int i = 0; i < 60; i++) {
		enum term term = (enum term)below(country, TERM_COUNT);
		const struct term_info *info = term_info(term);
		uint32_t value =
		    (uint32_t)below(country, 2 * (int32_t)info->value + 1);
		int32_t owner[] = {REF_NONE, REF_NONE}, days[2];

		if (below(country, 5) > 0)
			owner[below(country, 2)] = below(country, 2);
		days[0] = country->from - 9 + below(country, 20);
		days[1] = days[0] + below(country, 20);
		country_weigh_from(country, info->key, value, owner,
		    below(country, 3) > 0 ? always : days);
	}
	for (int32_t i = 0; i < 2; i++)
		country_quota(country, REF_NONE, i, periods[below(country, 2)],
		    1 + (uint32_t)below(country, 3), 20);
}

void
country_belongs(
    struct country *country, int32_t site, int32_t territory, int32_t sector)
{
	struct site after = *book_site(country->book, site);

	after.entity.rev++;
	after.territory = territory;
	after.sector = sector;
	test_load(country->book, KIND_SITE, &after);
}

static struct rules
rules_of(const struct country *country, enum moment moment)
{
	return (struct rules){.travel = country->travel,
	    .moment = moment,
	    .actor = {REF_NONE},
	    .now = country->now};
}

void
country_label(struct country *country, int32_t site)
{
	struct site after = *book_site(country->book, site);

	after.entity.rev++;
	SET(after.label, "FRANCE-SANTE");
	test_load(country->book, KIND_SITE, &after);
}

bool
country_plan(struct country *country, const struct assignment *a)
{
	struct rules rules = rules_of(country, MOMENT_WRITE);
	union after after = {.assignment = *a};
	struct finding finding;
	struct unit unit;
	bool good;

	unit_init(&unit);
	unit_put(&unit, country->book, KIND_ASSIGNMENT, &after, 1, SPAN(""));
	unit_seal(&unit, country->book);
	good = rules_judge(country->book, &rules, &unit, &finding, NULL);
	unit_fini(&unit);
	if (good)
		ck_assert_int_eq(
		    test_load_slot(country->book, a, 1), APPLY_DONE);
	return good;
}

/* ----- as facts ----- */

static void
read_line(void *arg, struct span line)
{
	struct error error;

	line.len -= line.len > 0 && line.ptr[line.len - 1] == '\n';
	ck_assert_msg(facts_line(arg, line, &error), "%.*s: %s", (int)line.len,
	    line.ptr, error.text);
}

static void
read_head(const struct country *country, struct facts *facts)
{
	char text[512];
	struct out out = OUT(text);

	out_literal(&out, "instance version=1 facts=yes");
	out_key_day(&out, "from", country->from);
	out_key_day(&out, "to", country->to);
	out_key_day(&out, "full-from", book_from(country->book));
	out_key_u64(&out, "now", (uint64_t)country->now);
	ck_assert(facts_begin_with((struct span){text, out.len}));
	read_line(facts, (struct span){text, out.len});
	read_line(facts, SPAN("travel road-percent=130 fixed=10 margin=15"));
}

struct facts *
country_facts(const struct country *country)
{
	struct facts *facts = facts_new();
	struct span rest = span_of(country->extra), line;
	struct error error;

	read_head(country, facts);
	fact_line_book(country->book, INT32_MIN, INT32_MAX, read_line, facts);
	while (span_cut(&rest, '\n', &line))
		read_line(facts, line);
	if (country->may_move)
		read_line(facts, SPAN("variant name=free"));
	ck_assert_msg(facts_end(facts, &error), "%s", error.text);
	return facts;
}

struct reduction *
country_reduce(const struct country *country)
{
	struct error error = {""};
	struct reduction *reduction =
	    reduction_new(country_facts(country), &error);

	ck_assert_msg(reduction != NULL, "%s", error.text);
	return reduction;
}
