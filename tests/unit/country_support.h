/* SPDX-License-Identifier: ISC */
/*
 * country_support: a book to plan on, by hand or at random, and its facts as
 * the lines that a planner reads.
 */
#ifndef TESTS_COUNTRY_SUPPORT_H
#define TESTS_COUNTRY_SUPPORT_H

#include "daemon/domain/rule.h"
#include "daemon/domain/travel.h"
#include "daemon/planner/reduce/facts.h"
#include "daemon/planner/reduce/reduce.h"
#include "tests/unit/domain_support.h"

struct country {
	struct book *book;
	struct travel *travel;
	struct random chance;
	int32_t from, to; /* service dates of the plan */
	int64_t now;
	bool may_move;
	char extra[4096];  /* lines more: scope, lock */
	unsigned numbered; /* ids given away */
};

/* Empty: of the days from "2026-11-30" to so many weeks later, planned a day
 * before; fill. */
void country_init(struct country *country, const char *from, unsigned weeks);
void country_fini(struct country *country);

/* Each loads one fact and returns its index: open-ended, active, real. */
int32_t country_site(struct country *country, int32_t lat, int32_t lon,
    const char *hours, uint32_t rooms);
int32_t country_physician(
    struct country *country, int32_t lat, int32_t lon, const char *specialty);
void country_authorise(
    struct country *country, int32_t physician, int32_t site);
void country_offer(struct country *country, int32_t physician, const char *kind,
    const char *pattern);
/* work: activity and specialty, "MT MG". */
void country_need(struct country *country, int32_t site, int32_t sector,
    const char *pattern, const char *work, uint32_t number);
int32_t country_territory(struct country *country, const char *kind);
int32_t country_programme(struct country *country, uint32_t snp_max);
void country_enrol(
    struct country *country, int32_t physician, int32_t programme);
void country_quota(struct country *country, int32_t physician,
    int32_t programme, const char *period, uint32_t min, uint32_t max);
void country_weight(struct country *country, const char *term, uint32_t value);
/* For a territory or a programme. */
void country_weigh(struct country *country, const char *term, uint32_t value,
    int32_t territory, int32_t programme);
/* On some days only. */
void country_weigh_from(struct country *country, const char *term,
    uint32_t value, const int32_t owner[2], const int32_t days[2]);
/* At random: weights of all there is in a random country, and programmes that
 * want half-days. */
void country_weigh_all(struct country *country);
/* A site's sector or territory: writes the site anew. */
void country_belongs(
    struct country *country, int32_t site, int32_t territory, int32_t sector);
/* Gives a site a label: writes the site anew. */
void country_label(struct country *country, int32_t site);
/* Loads it when no rule refuses it beside what is there. */
bool country_plan(struct country *country, const struct assignment *a);
struct id country_id(struct country *country);
/* The programme of a physician's half-days, as a word, or REF_NONE. */
int32_t country_word(const struct country *country, int32_t physician);

/* At random; `now` and then everything: absences, employers, closures, mobile
 * sites, other clocks, quotas, half-days that are there. */
void country_fill(struct country *country, uint64_t seed, bool may_move);

/* By printing and reading it; fails the test when that fails. */
struct facts *country_facts(const struct country *country);
struct reduction *country_reduce(const struct country *country);

/*
 * Whether the plan, as one unit, is accepted by the rules of a write and, as
 * drafts that are there, of a publication; what was there goes as the plan says
 * that was judged last.  Fails the test with the finding.
 */
struct chosen;
void country_adopt(const struct country *country,
    const struct reduction *reduction, const struct chosen *chosen,
    size_t count);

#endif
