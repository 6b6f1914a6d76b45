/* SPDX-License-Identifier: ISC */
/*
 * progress: a bar on standard error while long work goes on, if that is a
 * terminal; nothing at all otherwise, or when the work is done at once.
 */
#ifndef ROTA_PROGRESS_H
#define ROTA_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool wanted, shown;
	const char *label; /* borrowed */
	uint64_t total;    /* 0: not known */
	uint64_t began_ms, told_ms;
};

void progress_begin(
    struct progress *progress, const char *label, uint64_t total, bool wanted);
void progress_tell(struct progress *progress, uint64_t done);
/* Wipes the bar, so that something else can be said. */
void progress_wipe(struct progress *progress);

#endif
