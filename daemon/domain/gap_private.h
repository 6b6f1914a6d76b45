/* SPDX-License-Identifier: ISC */
/*
 * gap_private: sectors with their sites; for gap*.c only.
 */
#ifndef DOMAIN_GAP_PRIVATE_H
#define DOMAIN_GAP_PRIVATE_H

#include "daemon/domain/gap.h"

struct gap_sector {
	int32_t index;
	const int32_t *needs;
	size_t nneeds;
	struct gap_site *sites; /* owned: the active ones */
	size_t count, capacity;
};

/* Its needs; sites are added one by one. */
void gap_sector_init(
    struct gap_sector *sector, const struct book *book, int32_t index);
/* A site of the sector, unless it is retired. */
void gap_sector_add(
    struct gap_sector *sector, const struct book *book, int32_t site);
/* Makes it the sheet of the sector; `spare` is for those of its sites. */
void gap_sector_fill(struct gap_sheet *sheet, struct gap_sheet *spare,
    const struct book *book, const struct gap_sector *sector, int32_t from,
    unsigned days);

#endif
