/* SPDX-License-Identifier: ISC */
/*
 * para: text of any length in lines of the terminal's width, parted at blanks.
 */
#ifndef ROTA_PARA_H
#define ROTA_PARA_H

#include "tools/rota/term.h"

#include <stdio.h>

/*
 * Prints `head` as it is (styles have no width), the text behind it and a line
 * feed; further lines begin with so many blanks.  A word that is wider than a
 * line stands alone in one; what is written to no terminal is one line.
 */
void para_print(FILE *stream, const struct term *term, const char *head,
    struct span text, size_t indent);

#endif
