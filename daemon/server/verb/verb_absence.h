/* SPDX-License-Identifier: ISC */
/*
 * verb_absence: a page of absences, each with its category for those who may
 * read it.
 */
#ifndef SERVER_VERB_ABSENCE_H
#define SERVER_VERB_ABSENCE_H

#include "daemon/server/conn.h"

/*
 * Answers the list with these absences, which the session may read; takes the
 * array over.  Holds the connection while it asks for what the book does not
 * have.  `more`: there is another page.
 */
void absence_list_answer(
    struct conn *conn, struct id *ids, size_t count, bool more);

#endif
