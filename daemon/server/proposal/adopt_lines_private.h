/* SPDX-License-Identifier: ISC */
/*
 * adopt_lines_private: one line on its way; for adopt_lines.c and adopt_sift.c.
 */
#ifndef SERVER_ADOPT_LINES_PRIVATE_H
#define SERVER_ADOPT_LINES_PRIVATE_H

#include "daemon/server/proposal/adopt_lines.h"

/* As if it had never been tried: adopted, until something is found. */
void adopt_line_forget(struct adopt_line *line);
/* Refuses it with the words of another one that is refused. */
void adopt_line_refuse_like(
    struct adopt_line *line, const struct adopt_line *other);
/* By a rule; its words are without the place of the other half-day: others will
 * read them. */
void adopt_line_refuse(struct adopt_line *line, const struct book *book,
    const struct finding *finding);
/* The half-day as it will be; false when there is nothing to judge: the line is
 * refused, or it is so already. */
bool adopt_line_make(
    const struct plan *plan, struct adopt_line *line, union after *after);
/* What was published is taken away for a reason, H19. */
void adopt_line_put(struct unit *unit, const struct plan *plan,
    const struct adopt_lines *lines, const union after *after);

#endif
