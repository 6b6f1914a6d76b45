/* SPDX-License-Identifier: ISC */
/*
 * equal_facts: requests that state facts, at random.
 */
#ifndef TESTS_INTEGRATION_EQUAL_FACTS_H
#define TESTS_INTEGRATION_EQUAL_FACTS_H

#include "tests/support/talk.h"

#include <stdint.h>

/*
 * Sends one that states, changes or takes back a fact of so many sites and
 * physicians of a town; the last site may become a vehicle.  It may be refused.
 */
void equal_send_fact(
    struct talk *talk, uint64_t *chance, unsigned sites, unsigned people);

#endif
