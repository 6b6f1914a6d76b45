/* SPDX-License-Identifier: ISC */
/*
 * sheet: the lines of a week sorted into places, days and parts: what a grid
 * prints.
 */
#ifndef ROTA_SHEET_H
#define ROTA_SHEET_H

#include "tools/rota/rows.h"
#include "tools/rota/term.h"

#include <stdint.h>

enum {
	SHEET_DAYS = 7,
	SHEET_PARTS = 5, /* M A E S N */
	SHEET_PIECES_MAX = 20000
};

/* One line of a cell. */
struct piece {
	size_t place;
	unsigned day, part; /* from 0; of Monday, of the morning */
	size_t order;       /* among the lines of the answer */
	bool filler;        /* goes when the cell has something else */
	enum style style;
	char *text; /* owned */
};

struct sheet_place {
	char *handle, *name; /* owned */
};

struct sheet {
	int32_t monday;
	size_t count, capacity;
	struct piece *pieces; /* owned; by place, part, day and order */
	size_t places, place_capacity;
	struct sheet_place *place; /* owned */
};

/* Gathers the lines; false when they are none of a week, or too many. */
bool sheet_read(struct sheet *sheet, struct rows *rows);
void sheet_fini(struct sheet *sheet);
/* Breaks what is wider at blanks, into pieces below each other. */
void sheet_wrap(struct sheet *sheet, size_t width);
/* The pieces of a cell, and how many. */
const struct piece *sheet_cell(const struct sheet *sheet, size_t place,
    unsigned part, unsigned day, size_t *count);

/* 0 for "M" to 4 for "N"; SHEET_PARTS when it is none. */
unsigned part_index(struct span part);
extern const char sheet_part_letters[SHEET_PARTS + 1];

#endif
