/* SPDX-License-Identifier: ISC */
/*
 * scope_watch_test: who watches everything is told of the own half of the
 * country of scope_kit, and of the other one only what is everybody's.
 */
#include "tests/integration/scope_kit.h"

#include "daemon/base/mem.h"
#include "tests/support/suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { PUSH_MS = 30000 };

static struct pgcluster *cluster; /* of the program */

/* Each makes one push at least of the kind that stands beside it. */
static const struct {
	const char *kind, *ask;
} changes[] = {
    {"slot",
	"slot assign physician={mate} site={site} day={+16} part=M"
	" activity=SNP state=published"},
    {"offer", "place set slot={snp} number=4"},
    {"place", "place release place={place}"},
    {"rotation", "rotation end rotation={rotation}"},
    {"absence", "absence put physician={physician} from={+40} to={+43}"},
    {"availability",
	"availability put physician={physician} kind=disliked"
	" pattern=\"fri M\" from={+0}"},
    {"busy", "busy put physician={physician} pattern=\"fri A\" from={+30}"},
    {"quota", "quota put physician={physician} period=year from={+0} max=99"},
    {"enrolment",
	"enrolment put physician={physician} programme={programme}"
	" from={+300}"},
    {"authorisation",
	"authorisation put physician={physician} site={site} kind=locum"
	" from={+0}"},
};

/* Counts the pushes of each kind, up to the one of a half-day. */
static void
count_pushes(struct talk *talk, const char *last, unsigned counts[])
{
	const char *push;

	memset(counts, 0, ARRAY_SIZE(changes) * sizeof(counts[0]));
	while (push = talk_push(talk, "", PUSH_MS),
	    push != NULL && strstr(push, last) == NULL)
		for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
			counts[i] += line_begins(push, changes[i].kind);
	ck_assert_ptr_nonnull(push);
}

/* Asks for what a half is asked for; the id of the half-day, if there is one,
 * owned by the caller. */
static char *
change(const struct scope *scope, unsigned half, const char *text)
{
	char *ask = scope_fill(scope, half, text);
	const char *answer =
	    talk_ask(scope_talk(scope, half, SCOPE_ADMIN), "%s", ask);

	ck_assert_msg(line_begins(answer, "ok"), "%s: %s", ask, answer);
	free(ask);
	return line_value(answer, "slot");
}

START_TEST(who_watches_is_told_of_the_own_half)
{
	static const char last[] = "slot assign physician={physician} "
				   "site={site} day={+17} part=A "
				   "state=published";
	static const struct {
		enum scope_account account;
		unsigned half; /* that is the own one */
	} watchers[] = {
	    {SCOPE_TERRITORY, 0},
	    {SCOPE_OTHER, 1},
	    {SCOPE_OTHER_PHYSICIAN, 1},
	    {SCOPE_OTHER_DESK, 1},
	};
	struct scope *scope = scope_new(cluster);
	unsigned counts[ARRAY_SIZE(changes)];
	char *ends[SCOPE_HALVES];

	for (size_t i = 0; i < ARRAY_SIZE(watchers); i++)
		(void)talk_ask(
		    scope_talk(scope, 0, watchers[i].account), "watch");
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
		free(change(scope, 0, changes[i].ask));
	for (unsigned half = 0; half < SCOPE_HALVES; half++)
		ends[half] = change(scope, half, last);
	for (size_t i = 0; i < ARRAY_SIZE(watchers); i++) {
		count_pushes(scope_talk(scope, 0, watchers[i].account),
		    ends[watchers[i].half], counts);
		for (size_t k = 0; k < ARRAY_SIZE(changes); k++)
			ck_assert_msg(
			    (counts[k] > 0) == (watchers[i].half == 0),
			    "%s: %u of %s",
			    scope_account_name(watchers[i].account), counts[k],
			    changes[k].kind);
	}
	for (unsigned half = 0; half < SCOPE_HALVES; half++)
		free(ends[half]);
	scope_free(scope);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("scope watch");
	TCase *tcase = tcase_create("scope");
	int result;

	cluster = pgcluster_new(NULL);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, who_watches_is_told_of_the_own_half);
	suite_add_tcase(suite, tcase);
	result = suite_run(suite);
	pgcluster_free(cluster);
	return result;
}
