/* SPDX-License-Identifier: ISC */
/*
 * scope_table: what each account is answered to each request about one half of
 * the country of scope_kit.
 */
#ifndef TESTS_INTEGRATION_SCOPE_TABLE_H
#define TESTS_INTEGRATION_SCOPE_TABLE_H

#include <stddef.h>

/*
 * From left to right as in enum scope_account.
 *
 *	+ may: the closing line begins as the row says, and a list tells of the
 *	  half
 *	0 may ask, and is told of nothing
 *	b is told of busy half-days only
 *	R no role
 *	S no scope
 *	N no not-found: as if it were not there
 */
struct scope_row {
	const char *cells, *ask, *answer; /* answer: NULL is ok */
};

extern const struct scope_row scope_row[];
extern const size_t scope_row_count;

#endif
