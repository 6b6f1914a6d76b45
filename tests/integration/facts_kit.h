/* SPDX-License-Identifier: ISC */
/*
 * facts_kit: a village for tests of facts.
 */
#ifndef TESTS_INTEGRATION_FACTS_KIT_H
#define TESTS_INTEGRATION_FACTS_KIT_H

#include "tests/integration/view_kit.h"

#define MARTIN "10005173140"
#define DURAND "10002909371"
#define TILLEULS "160004578" /* in T-SUD */
#define LIMOGES "870001237"  /* in T-NORD */
#define BUS "160000022"      /* a vehicle of T-SUD */

/* view_found() and two programmes, a sector and the vehicle; *admin: a
 * connection of the operator, the caller's. */
struct town *facts_village(unsigned daemons, struct client **admin) MUST_CHECK;
/* So many lines has the list `ask` with the keys `more`. */
void facts_count(
    struct client *client, const char *ask, const char *more, unsigned count);

#endif
