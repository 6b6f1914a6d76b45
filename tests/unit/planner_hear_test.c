/* SPDX-License-Identifier: ISC */
/*
 * planner_hear_test: lines that the planner that stays hears: questions,
 * changes, nonsense; and those that it keeps.
 */
#include "daemon/base/mem.h"
#include "daemon/planner/explain/explain.h"
#include "proto/out.h"
#include "tests/unit/repair_support.h"

#include <stdlib.h>

START_TEST(lines_are_heard)
{
	static const struct {
		const char *line;
		enum heard heard;
	} lines[] = {
	    {"", HEARD_NOTHING},
	    {"# nothing", HEARD_NOTHING},
	    {"repair", HEARD_BAD},
	    {"repair id=1", HEARD_BAD},
	    {"repair id=1 from=2001-01-01 to=2001-01-07", HEARD_BAD},
	    {"repair id=1 physician=nobody from=2001-01-01 to=2001-01-07",
		HEARD_BAD},
	    {"repair id=1 site=nowhere from=2001-01-01 to=2001-01-07",
		HEARD_BAD},
	    {"repair id=1 physician=nobody from=x to=2001-01-07", HEARD_BAD},
	    {"keep id=1 physician=a site=b day=2001-01-01 part=M activity=MT",
		HEARD_BAD},
	    {"assign physician=a site=b day=2001-01-01 part=M activity=MT",
		HEARD_BAD},
	    {"drop physician=a", HEARD_BAD},
	    {"absence id=1", HEARD_BAD},
	    {"\x01\xff", HEARD_BAD},
	    {"repair id=\"1", HEARD_BAD},
	};
	const struct serve_world world = {.current = true};
	struct office office;

	office_open(&office, 7);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct error error = {""};

		ck_assert_msg(serve_hear(office.served, span_of(lines[i].line),
				  &world, &error) == lines[i].heard,
		    "%s", lines[i].line);
		ck_assert_int_eq(
		    error.text[0] != '\0', lines[i].heard == HEARD_BAD);
	}
	office_close(&office);
}
END_TEST

/* A half-day of the plan that the instance says of what it costs to drop it;
 * NULL when it says that of the plan's already. */
static struct served *
with_drop(const struct office *office, const struct assign *assign)
{
	const struct instance *in = &office->served->in;
	char need[512];
	struct out out = OUT(need);
	struct error error = {""};
	struct served *served;
	char *text;

	explain_need(&out, in, &in->need[assign->need]);
	text =
	    xasprintf("%sexisting physician=%s%.*s drop=7\n", office->town.text,
		names_text(&in->physician_names, assign->physician),
		(int)out.len, need);
	served = served_new(span_of(text), span_of(office->published), &error);
	free(text);
	return served;
}

START_TEST(what_a_drop_costs_is_kept)
{
	struct office office;
	struct served *served = NULL;
	int said = 0;

	office_open(&office, 7);
	for (size_t i = 0; i < office.plan.assigns && served == NULL; i++)
		served = with_drop(&office, &office.plan.assign[i]);
	ck_assert_ptr_nonnull(served);
	for (size_t i = 0; i < served->in.marks; i++)
		said += served->in.mark[i].kind == MARK_EXISTING &&
		    served->in.mark[i].points == 7;
	ck_assert_int_eq(said, 1);
	served_free(served);
	office_close(&office);
}
END_TEST

START_TEST(newer_lines_replace)
{
	struct store store;
	size_t len, *order;
	char *text;

	store_init(&store);
	store_put_all(&store,
	    SPAN("instance version=1\nsite id=1 rev=1\n"
		 "site id=2 rev=1\ncut day=2001-01-01\n"));
	store_put(&store, SPAN("site id=1 rev=2 x=y"));
	store_put(&store, SPAN("site id=3 rev=1"));
	store_put(&store, SPAN("physician id=1 rev=1"));
	order = store_order(&store);
	text = store_text(&store, order, &len);
	free(order);
	ck_assert_uint_eq(len, store.bytes);
	text[len - 1] = '\0';
	ck_assert_str_eq(text,
	    "instance version=1\nsite id=1 rev=2 x=y\nsite id=2 rev=1\n"
	    "site id=3 rev=1\nphysician id=1 rev=1\ncut day=2001-01-01");
	free(text);
	store_fini(&store);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("hear");

	tcase_add_test(tcase, lines_are_heard);
	tcase_add_test(tcase, what_a_drop_costs_is_kept);
	tcase_add_test(tcase, newer_lines_replace);
	return planner_main("planner_hear", tcase);
}
