/* SPDX-License-Identifier: ISC */
/* plan_reasons: why nobody is found; see plan_cover.h. */
#include "tools/rota/plan_cover.h"

#include "daemon/base/mem.h"
#include "proto/out.h"
#include "tools/rota/cell.h"
#include "tools/rota/para.h"
#include "tools/rota/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOKED_AT = 200 /* half-days of one site */, INDENT = 6 };

/* The half-day of which most are open, the first of them. */
struct example {
	uint64_t count;
	char day[32], part[8], activity[PROTO_WORD_MAX + 1];
	char text[1024];
};

static void
on_row(void *arg, const struct answer *row, struct span line UNUSED)
{
	struct example *example = arg;
	struct span text = answer_value(row, "text");
	uint64_t count = 1;
	char day[CELL_MAX];

	(void)span_to_u64(answer_value(row, "count"), UINT64_MAX, &count);
	if (text.len == 0 || count <= example->count)
		return;
	example->count = count;
	(void)cell_text(row, "day", CELL_PLAIN, day);
	span_copy(span_of(day), example->day, sizeof(example->day));
	span_copy(
	    answer_value(row, "part"), example->part, sizeof(example->part));
	span_copy(answer_value(row, "activity"), example->activity,
	    sizeof(example->activity));
	span_copy(text, example->text, sizeof(example->text));
}

void
gap_reasons(struct rota *rota, const struct term *term, const char *plan,
    const char *site)
{
	struct example example = {.count = 0};
	struct reader reader = {.on_row = on_row, .arg = &example};
	enum outcome outcome = OUTCOME_FAIL;
	struct session *session;
	struct verb_view view;
	char text[PROTO_LINE_MAX], *head;
	struct out out = OUT(text);

	if (!verbs_known("plan explain", &view))
		return;
	session = rota_session(rota, &outcome);
	if (session == NULL)
		return;
	out_text(&out, view.name);
	out_key_text(&out, "plan", plan);
	out_key_text(&out, "site", site);
	out_literal(&out, " state=open");
	out_key_u64(&out, "limit", LOOKED_AT);
	outcome = session_ask(session, (struct span){text, out.len}, &reader);
	/* without reasons the gap is one all the same */
	if (outcome != OUTCOME_OK || example.count == 0)
		return;
	head = example.day[0] == '\0'
	    ? xstrdup("    ")
	    : xasprintf(T("    %s, %s, %s: "), example.day,
		  part_name(example.part), example.activity);

	para_print(stdout, term, head, span_of(example.text), INDENT);
	free(head);
}
