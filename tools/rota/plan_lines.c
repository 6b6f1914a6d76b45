/* SPDX-License-Identifier: ISC */
/* plan_lines: see plan_lines.h. */
#include "tools/rota/plan_lines.h"

#include "proto/out.h"
#include "tools/rota/plan_names.h"

#include <stdio.h>
#include <string.h>

enum { USUAL = 110, WIDE = 160 /* columns of the terminal */ };

struct naming {
	struct names sites, people;
	struct rows *named;
};

/* The same line with names.  Where they do not fit it stays without. */
static void
add(struct naming *naming, const struct answer *row, struct span line)
{
	char text[PROTO_LINE_MAX];
	struct out out = OUT(text);
	struct answer more;

	out_literal(&out, "*");
	for (unsigned i = 0; i < row->count; i++) {
		struct span value = row->pairs[i].value;
		char key[PROTO_WORD_MAX + 1];

		span_copy(row->pairs[i].key, key, sizeof(key));
		out_key_value(&out, key, value);
		if (strcmp(key, "site") == 0)
			out_key_text(
			    &out, "name", names_get(&naming->sites, value));
		if (strcmp(key, "physician") == 0)
			out_key_text(
			    &out, "who", names_get(&naming->people, value));
	}
	if (out.overflow || !answer_parse(&more, (struct span){text, out.len}))
		rows_add(naming->named, row, line);
	else
		rows_add(naming->named, &more, (struct span){text, out.len});
}

/* Each line with "name=" behind its site and "who=" behind its physician. */
static void
name_all(struct rota *rota, struct rows *rows, struct rows *named)
{
	struct naming naming = {.named = named};
	struct answer row;

	names_init_sites(&naming.sites, rota);
	names_init_physicians(&naming.people, rota);
	rows_rewind(rows);
	while (rows_next(rows, &row))
		add(&naming, &row,
		    (struct span){rows->line, strcspn(rows->line, "\n")});
	names_fini(&naming.sites);
	names_fini(&naming.people);
}

void
lines_print(struct rows *rows, const struct table_look *look)
{
	static const char *const narrow[] = {
	    "site", "physician", "programme", "moved", "slot", NULL};
	static const char *const usual[] = {"site", "physician", NULL};
	struct table_look own = *look;
	size_t width = look->term->width;
	struct rows named;

	if (rows_init(&named) != 0)
		return;
	name_all(look->rota, rows, &named);
	if (width > 0 && width < WIDE)
		own.without = width < USUAL ? narrow : usual;
	table_print(stdout, &named, &own);
	rows_fini(&named);
}
