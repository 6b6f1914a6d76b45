/* SPDX-License-Identifier: ISC */
/*
 * shed: gives the memory of a file without a name back, a little in each turn
 * of the loop: the facts of a nation are some 500 MB, and closing the last
 * descriptor of so much would take a tenth of a second.
 */
#ifndef SERVER_SHED_H
#define SERVER_SHED_H

struct event_base;

/* Takes the descriptor over; whoever still reads the file finds it cut. */
void shed_file(struct event_base *base, int fd);
/* Closes what is left, at once: before the loop is gone. */
void shed_rest(struct event_base *base);

#endif
