/* SPDX-License-Identifier: ISC */
/*
 * ids: ids that a terminal has shown shortened, so that people can type them
 * back as they saw them.  They are kept in a file of the user's, the newest
 * first.
 */
#ifndef ROTA_IDS_H
#define ROTA_IDS_H

#include "proto/id.h"
#include "tools/rota/rows.h"

enum { ID_SHOWN_LEN = 8 }; /* characters of a shortened id, before its "…" */

/* Remembers the ids in these rows. */
void ids_remember(struct rows *rows);

enum ids_match { IDS_NONE, IDS_ONE, IDS_SEVERAL };

/* The id that begins as the text does, with or without "…"; IDS_NONE also when
 * the text has another form. */
enum ids_match ids_find(const char *text, char id[ID_TEXT_LEN + 1]);

#endif
