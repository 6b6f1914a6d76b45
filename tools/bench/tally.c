/* SPDX-License-Identifier: ISC */
/* tally: see tally.h. */
#include "tools/bench/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "no H01" of "no H01 slot=...". */
static void
what_of(struct span line, char text[TALLY_TEXT])
{
	size_t len = 0;
	unsigned words = 0;

	while (len < line.len && len < TALLY_TEXT - 1) {
		if (line.ptr[len] == ' ' && ++words == 2)
			break;
		text[len] = line.ptr[len];
		len++;
	}
	text[len] = '\0';
}

static void
count_other(struct tally *tally, struct span line)
{
	char what[TALLY_TEXT];
	unsigned i;

	if (tally->other++ == 0)
		snprintf(tally->first, sizeof(tally->first), "%.*s",
		    (int)(line.len < TALLY_LINE ? line.len : TALLY_LINE - 1),
		    line.ptr);
	what_of(line, what);
	for (i = 0; i < tally->kinds; i++)
		if (strcmp(tally->kind[i].what, what) == 0)
			break;
	if (i == TALLY_KINDS)
		return;
	if (i == tally->kinds) {
		memcpy(tally->kind[i].what, what, sizeof(what));
		tally->kinds++;
	}
	tally->kind[i].count++;
}

bool
tally_closing(struct tally *tally, struct span line)
{
	if (line.len >= 2 && memcmp(line.ptr, "ok", 2) == 0 &&
	    (line.len == 2 || line.ptr[2] == ' ')) {
		tally->ok++;
		return true;
	}
	count_other(tally, line);
	return false;
}

void
tally_complain(const struct tally *tally)
{
	if (tally->other == 0)
		return;
	fprintf(stderr, "rota-bench: %" PRIu64 " not done:", tally->other);
	for (unsigned i = 0; i < tally->kinds; i++)
		fprintf(stderr, " [%s] %" PRIu64, tally->kind[i].what,
		    tally->kind[i].count);
	fprintf(stderr, "\nrota-bench: the first: %s\n", tally->first);
}
