/* SPDX-License-Identifier: ISC */
/*
 * scope_kit: a country of two halves that have nothing in common but public
 * facts, and accounts of all roles in both.
 *
 * Each half has a territory, a sector, a programme, a structure, a site and a
 * vehicle, two physicians who are enrolled and authorised there, one fact of
 * each kind, half-days in several states, a place that is held and a rotation.
 */
#ifndef TESTS_INTEGRATION_SCOPE_KIT_H
#define TESTS_INTEGRATION_SCOPE_KIT_H

#include "tests/support/town.h"

#include <stdbool.h>

/* Who asks, seen from the half that is asked about. */
enum scope_account {
	SCOPE_ADMIN,
	SCOPE_TERRITORY, /* coordinator of its territory */
	SCOPE_PROGRAMME, /* coordinator of its programme, and of no place */
	SCOPE_OTHER,     /* coordinator of the other's territory, programme */
	SCOPE_PHYSICIAN,
	SCOPE_OTHER_PHYSICIAN,
	SCOPE_DESK,
	SCOPE_OTHER_DESK,
	SCOPE_REGULATOR,
	SCOPE_AUDITOR,
	SCOPE_ACCOUNTS
};

enum { SCOPE_HALVES = 2 };

struct scope;

/* On the cluster, with one daemon. */
struct scope *scope_new(struct pgcluster *cluster) MUST_CHECK;
void scope_free(struct scope *scope);

/* The connection of an account; borrowed. */
struct talk *scope_talk(
    const struct scope *scope, unsigned half, enum scope_account account);
const char *scope_account_name(enum scope_account account);

/*
 * The text with {word} replaced by what the half has of that name (site, bus,
 * territory, sector, programme, structure, physician, mate, slot, draft, with,
 * snp, past, place, taken, rotation, account, area, commune, mark, new: a site
 * that is not there), {other-word} by what the other half has, and {+8} by a
 * day after the Monday to come; owned by the caller.
 */
char *scope_fill(const struct scope *scope, unsigned half, const char *text)
    MUST_CHECK;
/* A word of the half that the line has and the question does not; NULL when
 * there is none. */
const char *scope_told(const struct scope *scope, unsigned half,
    const char *question, const char *line);
/* The line with the half's ids replaced by ids that nobody has; owned by the
 * caller. */
char *scope_unknown(const struct scope *scope, unsigned half, const char *line)
    MUST_CHECK;

#endif
