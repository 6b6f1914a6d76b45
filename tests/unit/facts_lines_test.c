/* SPDX-License-Identifier: ISC */
/* facts_lines_test: lines of facts that are no such. */
#include "daemon/base/compiler.h"
#include "daemon/planner/facts.h"
#include "tests/unit/domain_support.h"

#include <string.h>

static const struct {
	const char *lines, *why;
} wrong[] = {
    {"territory id=x", "one line"},
    {"instance version=1 facts=yes from=2026-11-30 to=2026-12-06 now=1",
	"full"},
    {"instance version=2 facts=yes from=2026-11-30 to=2026-12-06 now=1 "
     "full-from=2026-10-01",
	"version"},
    {"instance version=1 facts=yes from=2026-11-30 to=2026-11-01 now=1 "
     "full-from=2026-10-01",
	"to="},
    {"@scope territory=11111111-1111-1111-1111-111111111111", "territory="},
    {"@scope", "one territory="},
    {"@variant name=loose", "fill or free"},
    {"@travel road-percent=x fixed=1 margin=1", "road-percent"},
    {"@travel road-percent=100 fixed=1 margin=1 matrix=/nowhere/at/all",
	"nowhere"},
    {"@rules off=x", "off="},
    {"@lock physician=x", "physician="},
    {"@need id=x", "id"},
    {"@weights travel=2", "not a kind of line"},
    {"@instance version=1 facts=yes from=2026-11-30 to=2026-12-06 now=1 "
     "full-from=2026-10-01",
	"second"},
    {"@rules off", "no value"},
    {"@rules off=\"1", "expected"},
    {"@need \001", "no text"},
};

START_TEST(wrong_lines_are_refused)
{
	static const char head[] =
	    "instance version=1 facts=yes from=2026-11-30 to=2026-12-06 now=1 "
	    "full-from=2026-10-01";
	const char *line = wrong[_i].lines;
	struct facts *facts = facts_new();
	struct error error = {""};
	bool good = true;

	if (line[0] == '@') {
		good = facts_line(facts, span_of(head), &error);
		line++;
	}
	ck_assert(good);
	ck_assert_msg(!facts_line(facts, span_of(line), &error), "%s", line);
	if (_i > 0)
		ck_assert_msg(strstr(error.text, wrong[_i].why) != NULL,
		    "%s: %s", line, error.text);
	facts_free(facts);
}
END_TEST

int
main(void)
{
	TCase *all = tcase_create("facts_lines");
	TCase *cases[] = {all};

	tcase_add_loop_test(
	    all, wrong_lines_are_refused, 0, (int)ARRAY_SIZE(wrong));
	tcase_set_timeout(all, 300);
	return test_main("facts_lines", cases, ARRAY_SIZE(cases));
}
