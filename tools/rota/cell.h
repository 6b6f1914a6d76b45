/* SPDX-License-Identifier: ISC */
/*
 * cell: values as people read them.
 */
#ifndef ROTA_CELL_H
#define ROTA_CELL_H

#include "daemon/base/compiler.h"
#include "proto/limits.h"
#include "proto/request.h"

#include <stdbool.h>
#include <stddef.h>

enum { CELL_MAX = PROTO_LINE_MAX };

enum cell_form {
	CELL_WHOLE, /* as it stands in the protocol */
	CELL_PLAIN, /* as people read it */
	CELL_SHORT  /* the same, and ids shortened */
};

/*
 * The value of a key in a line.  People read an instant as date and time, or as
 * the time alone when the line has its day; a day with its weekday;
 * milliseconds as hours and minutes.  Line feeds and tabs become blanks.
 * Returns the length.
 */
size_t cell_text(const struct answer *row, const char *key, enum cell_form form,
    char text[CELL_MAX]);
/* The activity of a half-day, and behind it the minutes of its portions:
 * "MT", "MT+SNP60+TLC30".  Owned by the caller. */
char *cell_activity(const struct answer *row) MUST_CHECK;
/* What stands above a column, in the language of the locale. */
const char *cell_heading(const char *key);
/* Monday is 0; two or three letters. */
const char *weekday_short(unsigned weekday);
const char *weekday_long(unsigned weekday);
unsigned weekday_of(int32_t day);
/* "morning" for "M"; the letter itself when there is no such part. */
const char *part_name(const char *part);
/* "09:00" of an instant, empty when it is none; its date as a day. */
struct span instant_clock(struct span instant);
bool instant_day(struct span instant, int32_t *day);

#endif
