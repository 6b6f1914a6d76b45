/* SPDX-License-Identifier: ISC */
/*
 * weekdays: what the texts of opening hours and of patterns have in common.
 *
 *	days  = range *("," range)		; mon-wed,fri
 *	range = weekday ["-" weekday]
 */
#ifndef DOMAIN_WEEKDAYS_H
#define DOMAIN_WEEKDAYS_H

#include "proto/out.h"
#include "proto/span.h"

#include <stdbool.h>

enum { WEEKDAYS = 7 };

struct week_reader {
	struct span text;
	size_t at;
	const char *why; /* NULL as long as all is well */
};

/* False, with the place and the reason noted; why: a literal. */
static inline bool
reader_refuse(struct week_reader *reader, size_t at, const char *why)
{
	reader->at = at;
	reader->why = why;
	return false;
}

void reader_skip_blanks(struct week_reader *reader);
bool reader_at_char(const struct week_reader *reader, char c);
/* Monday = 0. */
bool reader_weekday(struct week_reader *reader, unsigned *out);
/* As bits, Monday 1; no weekday twice. */
bool reader_weekdays(struct week_reader *reader, unsigned *days);
/* Prints the weekdays whose bits are set: "mon-wed,fri". */
void weekdays_print(struct out *out, unsigned days);

#endif
