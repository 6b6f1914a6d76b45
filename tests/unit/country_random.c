/* SPDX-License-Identifier: ISC */
/* country_random: a country at random, and whether a plan of it is accepted. */
#include "tests/unit/country_support.h"

#include "daemon/base/mem.h"
#include "daemon/domain/open.h"
#include "daemon/planner/reduce/judge.h"

#include <stdlib.h>
#include <string.h>

enum { LAT = 4560000, LON = 20000, FAR_LAT = 1460000, FAR_LON = -6100000 };

static uint32_t
any(struct country *country, uint32_t below)
{
	return random_below(&country->chance, below);
}

static int32_t
near(struct country *country, int32_t around, int32_t most)
{
	return around - most + (int32_t)any(country, 2 * (uint32_t)most);
}

#define LOAD(country, KIND, fact)                                              \
	((fact).entity = (struct entity){country_id(country), 1},              \
	    test_load((country)->book, KIND_##KIND, &(fact)))

/* One of a list of words. */
#define ONE_OF(country, list) (list)[any(country, ARRAY_SIZE(list))]

/* ----- places ----- */

static void
add_stop(struct country *country, int32_t site, const char *pattern)
{
	struct stop fact = {.site = site,
	    .pattern = test_pattern(pattern),
	    .from = day_week(country->from) - 70,
	    .to = INT32_MAX,
	    .lat = near(country, LAT, 60000),
	    .lon = near(country, LON, 60000)};

	snprintf(
	    fact.commune, sizeof(fact.commune), "161%02u", any(country, 40));
	SET(fact.state, "active");
	LOAD(country, STOP, fact);
}

static void
add_closure(struct country *country, int32_t site)
{
	struct closure fact = {
	    .site = site, .from = country->from + (int32_t)any(country, 20)};

	fact.to = fact.from + (int32_t)any(country, 4);
	SET(fact.parts, any(country, 2) ? "MAESN" : "MA");
	SET(fact.cause, "works");
	SET(fact.state, "active");
	LOAD(country, CLOSURE, fact);
}

static void
add_opening(struct country *country, int32_t site)
{
	struct opening_day fact = {
	    .site = site, .from = country->from + (int32_t)any(country, 20)};
	size_t column;
	const char *why;

	fact.to = fact.from;
	ck_assert(hours_parse(SPAN("mon-sun M 10:00-13:00 A 15:00-19:00"),
	    &fact.hours, &column, &why));
	SET(fact.state, "active");
	LOAD(country, OPENING, fact);
}

static void
add_zone(struct country *country, const char *commune)
{
	static const char *const classes[] = {"ZIP", "ZAC", "ZAR", "HZ"};
	struct zone fact = {.from = country->from - 100, .to = INT32_MAX};

	SET(fact.commune, commune);
	SET(fact.kind, "gp");
	SET(fact.class, ONE_OF(country, classes));
	LOAD(country, ZONE, fact);
	if (any(country, 4) > 0)
		return;
	SET(fact.kind, "red");
	SET(fact.class, "ROUGE");
	LOAD(country, ZONE, fact);
}

/* Fixed, mobile, of work from elsewhere, or on another clock. */
static void
add_place(struct country *country, const int32_t territory[4])
{
	static const char *const hours[] = {
	    "mon-fri M 09:00-12:00 A 14:00-18:00",
	    "mon-sat M 08:00-13:00 A 13:00-19:00 E 18:00-20:30",
	    "mon-sun S 20:00-24:00 N 24:00-32:00",
	    "mon-sun M 09:00-12:00 A 13:30-18:00 E 18:00-20:00 S 20:00-24:00",
	    "mon-fri M 08:00-13:00 A 13:00-18:00; sat M 09:00-12:00"};
	int32_t index = country_site(country, near(country, LAT, 60000),
	    near(country, LON, 60000), ONE_OF(country, hours),
	    1 + any(country, 3));
	struct site site = *book_site(country->book, index);

	site.entity.rev++;
	site.territory =
	    any(country, 5) > 0 ? territory[any(country, 2)] : REF_NONE;
	site.sector =
	    any(country, 2) > 0 ? territory[2 + any(country, 2)] : REF_NONE;
	if (any(country, 8) == 0) {
		site.tz = tz_find(SPAN("America/Martinique"));
		site.lat = near(country, FAR_LAT, 20000);
		site.lon = near(country, FAR_LON, 20000);
	} else if (any(country, 5) == 0) {
		SET(site.kind, "mobile");
		site.rooms = 1;
	} else if (any(country, 10) == 0) {
		SET(site.kind, "remote");
	}
	test_load(country->book, KIND_SITE, &site);
	add_zone(country, site.commune);
	if (site_is_mobile(&site)) {
		add_stop(country, index, "mon-wed M");
		add_stop(country, index, "mon-fri A");
		add_stop(country, index, "thu,fri M every 2");
	}
	if (any(country, 3) == 0)
		add_closure(country, index);
	if (any(country, 4) == 0)
		add_opening(country, index);
}

static void
add_needs(struct country *country, int32_t site, int32_t sector)
{
	static const char *const patterns[] = {"mon-fri MA", "mon-sat M",
	    "tue,thu A", "mon-sun ES", "sat,sun MAESN", "2nd wed M",
	    "mon-fri M every 2", "mon-fri N"};
	static const char *const works[] = {"MT MG", "MT MG", "MT MG", "SNP MG",
	    "SNP MG", "SNP GYN", "CA GYN", "MT GYN", "TLC MG", "PDSA MG"};
	unsigned count = 1 + any(country, 4);

	for (unsigned i = 0; i < count; i++)
		country_need(country, site, sector, ONE_OF(country, patterns),
		    ONE_OF(country, works), 1 + any(country, 3));
}

/* ----- people ----- */

static void
add_absence(struct country *country, int32_t physician)
{
	struct absence fact = {.physician = physician,
	    .from = country->from + (int32_t)any(country, 20)};

	fact.to = fact.from + (int32_t)any(country, 8);
	SET(fact.parts, any(country, 2) ? "MAESN" : "M");
	SET(fact.state, "active");
	LOAD(country, ABSENCE, fact);
}

static void
add_busy(struct country *country, int32_t physician)
{
	struct busy fact = {.physician = physician,
	    .structure = REF_NONE,
	    .pattern = test_pattern(any(country, 2) ? "wed MA" : "mon N"),
	    .from = country->from - 30,
	    .to = INT32_MAX};

	SET(fact.state, "active");
	LOAD(country, BUSY, fact);
}

static void
add_person(struct country *country, const int32_t programme[2])
{
	static const char *const offers[] = {"mon-fri MA", "mon-sun MAESN",
	    "mon-sat MAE", "tue,thu MA every 2", "mon-sun MAESN"};
	static const char *const periods[] = {
	    "week", "month", "year", "contract"};
	int32_t sites = book_count(country->book, KIND_SITE);
	int32_t index = country_physician(country, near(country, LAT, 60000),
	    near(country, LON, 60000), any(country, 4) > 0 ? "MG" : "GYN");

	for (int32_t site = 0; site < sites; site++)
		if (any(country, 3) > 0)
			country_authorise(country, index, site);
	country_offer(country, index, "available", ONE_OF(country, offers));
	if (any(country, 3) == 0)
		country_offer(country, index, "unavailable", "wed MA");
	if (any(country, 3) == 0)
		country_offer(country, index, "preferred", "mon-sun M");
	if (any(country, 3) == 0)
		country_offer(country, index, "disliked", "fri MAESN");
	if (any(country, 3) > 0)
		country_enrol(country, index, programme[any(country, 2)]);
	if (any(country, 3) == 0)
		add_absence(country, index);
	if (any(country, 4) == 0)
		add_busy(country, index);
	if (any(country, 2) == 0)
		country_quota(country, index, REF_NONE,
		    ONE_OF(country, periods), any(country, 3),
		    2 + any(country, 9));
}

/* ----- what is there ----- */

int32_t
country_word(const struct country *country, int32_t physician)
{
	struct book *book = country->book;
	size_t count;
	const int32_t *facts = book_facts(book, KIND_ENROLMENT,
	    book_physician(book, physician)->entity.id, &count);
	const struct enrolment *enrolment;

	if (count == 0)
		return REF_NONE;
	enrolment = (const struct enrolment *)book_entity(
	    book, KIND_ENROLMENT, facts[0]);
	return book_word(book,
	    span_of(((const struct programme *)book_entity(
			 book, KIND_PROGRAMME, enrolment->programme))
			->code));
}

static void
add_slot(struct country *country, unsigned n)
{
	struct book *book = country->book;
	int32_t physician =
	    (int32_t)any(country, (uint32_t)book_count(book, KIND_PHYSICIAN));
	int32_t site =
	    (int32_t)any(country, (uint32_t)book_count(book, KIND_SITE));
	struct assignment a = {.id = test_id(800000 + n),
	    .rev = 1,
	    .physician = physician,
	    .site = site,
	    .day = country->from - 20 + (int32_t)any(country, 40),
	    .part = (uint8_t)any(country, PART_COUNT),
	    .activity =
		(uint8_t)(any(country, 3) > 0 ? ACTIVITY_MT : ACTIVITY_SNP),
	    .state =
		(uint8_t)(any(country, 2) > 0 ? STATE_PUBLISHED : STATE_DRAFT),
	    .count = 1};
	const struct tz *tz = book_site(book, site)->tz;
	struct opening opening;

	if (!site_open(book, site, a.day, (enum part)a.part, &opening, NULL))
		return;
	a.count = a.part == PART_N ? 2 : 1;
	a.programme =
	    any(country, 3) > 0 ? country_word(country, physician) : REF_NONE;
	a.from = tz_instant(tz, a.day, opening.from);
	a.length = (uint32_t)(tz_instant(tz, a.day, opening.to) - a.from);
	a.offset_from = (int8_t)(tz_offset(tz, a.from) / 15);
	a.offset_to = (int8_t)(tz_offset(tz, assignment_to(&a)) / 15);
	if (site_is_attended(book_site(book, site), (enum activity)a.activity))
		a.room = (uint8_t)room_lowest_free(
		    book, site, a.from, assignment_to(&a), a.id);
	country_plan(country, &a);
}

void
country_fill(struct country *country, uint64_t seed, bool may_move)
{
	struct holiday holiday = {
	    .from = country->from + 4, .to = country->from + 4};
	int32_t territory[4], programme[2];
	unsigned sites, people;

	country->chance = random_new(seed);
	country->may_move = may_move;
	for (unsigned i = 0; i < 4; i++)
		territory[i] =
		    country_territory(country, i < 2 ? "cpts" : "sector");
	programme[0] = country_programme(country, 50);
	programme[1] = country_programme(country, 30);
	SET(holiday.area, "national");
	SET(holiday.kind, "public");
	SET(holiday.state, "active");
	LOAD(country, HOLIDAY, holiday);
	sites = 3 + any(country, 8);
	for (unsigned i = 0; i < sites; i++)
		add_place(country, territory);
	for (int32_t i = 0; i < (int32_t)sites; i++)
		add_needs(country, i, REF_NONE);
	if (any(country, 2) > 0)
		add_needs(country, REF_NONE, territory[2]);
	people = 2 + any(country, 8);
	for (unsigned i = 0; i < people; i++)
		add_person(country, programme);
	if (any(country, 2) > 0)
		country_quota(country, REF_NONE, programme[0], "month", 0, 4);
	for (unsigned i = 0; i < 60; i++)
		add_slot(country, i);
}

/* ----- adoption ----- */

struct adoption {
	const struct country *country;
	const struct reduced *r;
	struct assignment *a; /* as they will be */
	size_t count;
};

static bool
is_chosen(
    const struct remark *remark, const struct chosen *chosen, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (chosen[i].doctor == remark->doctor &&
		    chosen[i].spot == remark->spot &&
		    chosen[i].half == remark->half &&
		    chosen[i].class == remark->class)
			return true;
	return false;
}

/* What the plan says that it takes away. */
static void
add_dropped(struct adoption *adoption, const struct reduction *reduction)
{
	struct id id;
	size_t at = 0;

	while (reduction_dropped(reduction, &at, &id)) {
		struct assignment a =
		    *book_assignment(adoption->country->book, id);

		a.state = STATE_CANCELLED;
		adoption->a[adoption->count++] = a;
	}
}

static bool
is_there(const struct adoption *adoption, const struct chosen *chosen)
{
	for (size_t i = 0; i < adoption->r->remarks; i++)
		if (adoption->r->remark[i].kind == REMARK_EXISTING &&
		    is_chosen(&adoption->r->remark[i], chosen, 1))
			return true;
	return false;
}

/* As "slot assign" would have it. */
static struct assignment
assigned(const struct adoption *adoption, const struct chosen *chosen,
    const struct reduction *reduction, size_t number)
{
	struct book *book = adoption->country->book;
	const struct doctor *doctor = &adoption->r->doctor[chosen->doctor];
	int32_t site = adoption->r->spot[chosen->spot].site;
	const struct tz *tz = book_site(book, site)->tz;
	struct assignment a = {.id = test_id(700000 + number),
	    .physician = doctor->physician,
	    .site = site,
	    .programme = REF_NONE,
	    .day = adoption->r->monday + chosen->half / PART_COUNT,
	    .part = (uint8_t)(chosen->half % PART_COUNT),
	    .activity = adoption->r->class[chosen->class].activity,
	    .state = STATE_DRAFT};
	struct opening opening;

	ck_assert(
	    site_open(book, site, a.day, (enum part)a.part, &opening, NULL));
	if (doctor->programme != NONE)
		a.programme = book_word(book,
		    reduction_programme_code(reduction, doctor->programme));
	a.count = a.part == PART_N ? 2 : 1;
	a.from = tz_instant(tz, a.day, opening.from);
	a.length = (uint32_t)(tz_instant(tz, a.day, opening.to) - a.from);
	a.offset_from = (int8_t)(tz_offset(tz, a.from) / 15);
	a.offset_to = (int8_t)(tz_offset(tz, assignment_to(&a)) / 15);
	return a;
}

/* One after another, on a book in which those before are already. */
static void
allot_rooms(struct adoption *adoption)
{
	struct book *book = adoption->country->book;

	book_suppose(book, NULL, 0);
	for (size_t i = 0; i < adoption->count; i++) {
		struct assignment *a = &adoption->a[i];
		union after after;
		struct change change = {
		    .kind = KIND_ASSIGNMENT, .id = a->id, .after = &after};

		if (a->state == STATE_DRAFT &&
		    site_is_attended(
			book_site(book, a->site), (enum activity)a->activity))
			a->room = (uint8_t)room_lowest_free(
			    book, a->site, a->from, assignment_to(a), a->id);
		after.assignment = *a;
		book_suppose_more(book, &change);
	}
	book_retract(book);
}

static void
judge_as_one(const struct adoption *adoption, enum moment moment)
{
	struct book *book = adoption->country->book;
	struct rules rules = {.travel = adoption->country->travel,
	    .moment = moment,
	    .actor = {REF_NONE},
	    .now = adoption->country->now};
	struct finding finding;
	char text[1024];
	struct out out = OUT(text);
	struct unit unit;
	bool good;

	unit_init(&unit);
	for (size_t i = 0; i < adoption->count; i++) {
		union after after = {.assignment = adoption->a[i]};

		if (moment == MOMENT_PUBLISH &&
		    after.assignment.state == STATE_CANCELLED)
			continue;
		if (moment == MOMENT_PUBLISH)
			after.assignment.state = STATE_PUBLISHED;
		unit_put(&unit, book, KIND_ASSIGNMENT, &after, (unsigned)i + 1,
		    SPAN("PLAN"));
	}
	unit_seal(&unit, book);
	good = rules_judge(book, &rules, &unit, &finding, NULL);
	if (!good)
		finding_print(&finding, book, LANG_EN, true, &out);
	ck_assert_msg(good, "moment %d: %s %.*s", (int)moment,
	    status_code(finding.rule), (int)out.len, text);
	unit_fini(&unit);
}

static void
write_it(const struct adoption *adoption)
{
	struct book *book = adoption->country->book;

	for (size_t i = 0; i < adoption->count; i++)
		ck_assert_int_eq(test_apply(book, &adoption->a[i],
				     book_revision(book, KIND_ASSIGNMENT,
					 adoption->a[i].id) +
					 1),
		    APPLY_DONE);
}

void
country_adopt(const struct country *country, const struct reduction *reduction,
    const struct chosen *chosen, size_t count)
{
	struct adoption adoption = {
	    .country = country, .r = reduction_of(reduction)};

	adoption.a =
	    xcalloc(count + adoption.r->remarks, sizeof(adoption.a[0]));
	add_dropped(&adoption, reduction);
	for (size_t i = 0; i < count; i++)
		if (!is_there(&adoption, &chosen[i]))
			adoption.a[adoption.count++] =
			    assigned(&adoption, &chosen[i], reduction, i);
	allot_rooms(&adoption);
	judge_as_one(&adoption, MOMENT_WRITE);
	write_it(&adoption);
	judge_as_one(&adoption, MOMENT_PUBLISH);
	free(adoption.a);
}
