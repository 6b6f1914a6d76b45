/* SPDX-License-Identifier: ISC */
/*
 * unit_index: finds the changes of a unit; for unit*.c only.
 */
#ifndef DOMAIN_UNIT_INDEX_H
#define DOMAIN_UNIT_INDEX_H

#include "daemon/domain/unit.h"

struct unit_index;

#define UNIT_NONE SIZE_MAX

/* Of all changes that the unit has. */
struct unit_index *unit_index_new(const struct unit *unit) MUST_CHECK;
void unit_index_free(struct unit_index *index);
/* A change was added, or its contents replaced between remove and add. */
void unit_index_add(
    struct unit_index *index, const struct unit *unit, size_t position);
void unit_index_remove(
    struct unit_index *index, const struct unit *unit, size_t position);

/* Position of the change of an entity, or UNIT_NONE; with or without index. */
size_t unit_position(const struct unit *unit, enum kind kind, struct id id);

#endif
