/* SPDX-License-Identifier: ISC */
/*
 * table: rows under their keys, as wide as the terminal.
 */
#ifndef ROTA_TABLE_H
#define ROTA_TABLE_H

#include "tools/rota/rows.h"
#include "tools/rota/term.h"

struct rota;

struct table_look {
	const struct term *term;
	bool wide; /* all columns, nothing shortened */
	/* columns that nobody asked for again, ended by NULL; or NULL */
	const char *const *without;
	struct rota *rota; /* whom to ask for names; NULL: codes will do */
};

/*
 * Columns stand in the order in which their keys came up.  Those that tell
 * nothing - revisions, coordinates, what has the usual value in every row - are
 * left out, and where the width does not do the widest are cut with "…" and at
 * last those on the right left out.
 */
void table_print(
    FILE *stream, struct rows *rows, const struct table_look *look);

/* A line's keys and values below each other. */
void details_print(
    FILE *stream, const struct answer *line, const struct table_look *look);

/* One text in so many columns, cut if need be; right: set to the right. */
void field_print(FILE *stream, struct span text, size_t width, bool right);

#endif
