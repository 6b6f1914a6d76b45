/* SPDX-License-Identifier: ISC */
/*
 * import: what the parts of importing share - reading a file, and sending what
 * was read.
 */
#ifndef ROTA_IMPORT_H
#define ROTA_IMPORT_H

#include "tools/rota/chunk.h"
#include "tools/rota/command.h"
#include "tools/rota/communes.h"
#include "tools/rota/csv.h"
#include "tools/rota/progress.h"
#include "tools/rota/verbs.h"

#include <stdint.h>

enum { IMPORT_CHUNK = 1000 }; /* lines of one unit */

struct import {
	struct rota *rota;
	const struct options *options;
	const char *path;
	struct verb_view view; /* of "KIND put" */
	struct csv csv;
	const char *key[CSV_FIELDS_MAX]; /* of each column; NULL: passed over */
	struct communes communes;        /* with options->communes only */
	struct chunk chunk;
	struct progress progress;
	uint64_t lines, loaded, unchanged, refused;
	/* the answer being read */
	uint64_t answer_unchanged;
};

/* Says that a line of the file is refused, and counts it. */
void import_refuse(
    struct import *import, size_t line, const struct answer *closing);
void import_refuse_local(struct import *import, size_t line, size_t column,
    const char *fault, const char *what);

/* Sends the chunk, takes out what is refused, and empties it: OUTCOME_OK even
 * when lines were refused, else the reason to stop. */
enum outcome import_send(struct import *import) MUST_CHECK;
/* Sends the chunk as one unit or not at all. */
enum outcome import_send_whole(struct import *import) MUST_CHECK;

#endif
