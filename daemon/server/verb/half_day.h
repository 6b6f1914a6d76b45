/* SPDX-License-Identifier: ISC */
/*
 * half_day: words about half-days that the views have in common.
 *
 * What is printed begins with a blank and follows the marker of a line.
 */
#ifndef SERVER_HALF_DAY_H
#define SERVER_HALF_DAY_H

#include "daemon/domain/quota.h"
#include "daemon/server/conn.h"
#include "daemon/store/store.h"
#include "proto/out.h"

#define ACTIVITY_WORDS                                                         \
	"one of MT SNP CA VAD TLC EHPAD PDSA REGUL HOSP SUPERV COORD PERM"

/* Whether a view may span these days, which are at most `most`, not before
 * `first` and none that has no name (2.2); else it has been refused. */
bool half_day_range(
    struct conn *conn, int32_t first, int32_t from, int32_t to, int32_t most);

/* " day=2026-03-02 part=M" */
void half_day_print(struct out *out, int32_t day, enum part part);
/* " staff=nurse,assistant": the local staff that is there, each kind once, in
 * the order of the words; nothing when nobody is. */
void half_day_print_staff(struct out *out, const struct book *book,
    int32_t site, int32_t day, enum part part);
/* " family=Martin given=Claire", without what is not known. */
void half_day_print_person(
    struct out *out, const struct book *book, int32_t physician);
/* " quota=<id> rule=H09 period=week from= to= min= max= done= planned= owed="
 */
void half_day_print_quota(
    struct out *out, const struct book *book, const struct quota_line *line);
/* " key=value", nothing for the empty text. */
void half_day_print_text(struct out *out, const char *key, const char *text);

#endif
