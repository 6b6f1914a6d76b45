/* SPDX-License-Identifier: ISC */
/*
 * term: the terminal that is written to, and the width of text on it.
 *
 * Widths are columns of a terminal; a wide character has two, a combining one
 * none.  Bytes that are not UTF-8 count one each.
 */
#ifndef ROTA_TERM_H
#define ROTA_TERM_H

#include "proto/span.h"

#include <stdbool.h>
#include <stddef.h>

enum colour_use { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

enum style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_RED,
	STYLE_GREEN,
	STYLE_YELLOW
};

struct term {
	bool tty;
	bool colour;
	size_t width; /* 0: as wide as it gets, for what is not a terminal */
};

/* Looks at the descriptor anew, so that it follows the window; NO_COLOR and
 * TERM=dumb are honoured unless the colour is asked for. */
void term_look(struct term *term, int fd, enum colour_use use);
/* The bytes that begin a style, "" without colour. */
const char *term_style(const struct term *term, enum style style);

size_t text_width(struct span text);
/* Bytes of the longest beginning that is at most `width` wide; *used is how
 * wide that is. */
size_t text_fit(struct span text, size_t width, size_t *used);

#endif
