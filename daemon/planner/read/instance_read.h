/* SPDX-License-Identifier: ISC */
/*
 * instance_read: an instance from its lines, in pieces as they come.
 */
#ifndef PLANNER_INSTANCE_READ_H
#define PLANNER_INSTANCE_READ_H

#include "daemon/planner/instance/instance_build.h"

struct reader;

/* in and error are lent until reader_free; the instance is for instance_fini
 * whatever comes of it. */
struct reader *reader_new(struct instance *in, struct error *error);
void reader_free(struct reader *reader);
/* What is read will be repaired, see facts_to_repair(). */
void reader_to_repair(struct reader *reader);
/* One line, without its end; false with "line N: why". */
bool reader_line(struct reader *reader, struct span line);
/* Bytes of any length; lines may be cut anywhere. */
bool reader_feed(struct reader *reader, struct span bytes);
/* After the last byte. */
bool reader_end(struct reader *reader);

/* All at once, from a text in memory. */
bool instance_read(struct instance *in, struct span text, struct error *error);

#endif
