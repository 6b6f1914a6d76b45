/* SPDX-License-Identifier: ISC */
/* plan_moves: see plan_moves.h. */
#include "tools/rota/plan_moves.h"

#include "proto/out.h"
#include "tools/rota/cell.h"
#include "tools/rota/plan_names.h"
#include "tools/rota/verbs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD = 10 };

/* ----- moves ----- */

struct moves {
	struct names sites, people;
};

/* "  Mon 2026-11-23, morning, MT: Claire Martin moves from A to B" */
static void
print_move(struct moves *moves, const struct answer *row)
{
	struct span site = answer_value(row, "site");
	struct span from = answer_value(row, "moved-site");
	struct span other = answer_value(row, "moved-physician");
	const char *who =
	    names_get(&moves->people, answer_value(row, "physician"));
	const char *where = names_get(&moves->sites, site);
	char day[CELL_MAX], part[8];

	(void)cell_text(row, "day", CELL_PLAIN, day);
	span_copy(answer_value(row, "part"), part, sizeof(part));
	printf(T("  %s, %s, %.*s: "), day, part_name(part),
	    SPAN_ARGS(answer_value(row, "activity")));
	if (other.len > 0)
		printf(T("%s comes in place of %s at %s\n"), who,
		    names_get(&moves->people, other), where);
	else if (from.len > 0)
		printf(T("%s moves from %s to %s\n"), who,
		    names_get(&moves->sites, from), where);
	else
		printf(T("%s stays at %s, for something else\n"), who, where);
}

size_t
moves_print(struct rota *rota, struct rows *rows, size_t most)
{
	struct moves moves;
	struct answer row;
	size_t count = 0;

	names_init_sites(&moves.sites, rota);
	names_init_physicians(&moves.people, rota);
	rows_rewind(rows);
	while (count < most && rows_next(rows, &row)) {
		if (answer_value(&row, "moved").len == 0)
			continue;
		print_move(&moves, &row);
		count++;
	}
	names_fini(&moves.sites);
	names_fini(&moves.people);
	return count;
}

void
moves_tell(struct rota *rota, const char *plan, uint64_t count)
{
	enum outcome outcome = OUTCOME_FAIL;
	struct session *session = rota_session(rota, &outcome);
	char text[PROTO_LINE_MAX];
	struct out out = OUT(text);
	struct reader reader;
	struct rows rows;
	size_t told;

	if (session == NULL || rows_init(&rows) != 0)
		return;
	out_literal(&out, "plan lines moved=yes");
	out_key_text(&out, "plan", plan);
	out_key_u64(&out, "limit", TOLD);
	reader = rows_reader(&rows);
	outcome = session_ask(session, (struct span){text, out.len}, &reader);
	/* an older daemon does not tell them apart: then their number does */
	told = outcome == OUTCOME_OK ? moves_print(rota, &rows, TOLD) : 0;
	if (told < count)
		printf(T("  %" PRIu64 " more: rota plan lines plan=... "
			 "moved=yes\n"),
		    count - told);
	rows_fini(&rows);
}
