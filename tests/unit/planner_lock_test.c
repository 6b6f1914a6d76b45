/* SPDX-License-Identifier: ISC */
/*
 * planner_lock_test: of locks that do not go together, the fewest are told, as
 * trying all of them shows.
 */
#include "tests/unit/planner_support.h"

#include "daemon/base/mem.h"
#include "daemon/planner/explain/explain.h"
#include "daemon/planner/instance/filter.h"
#include "proto/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOWNS = 30, LOCKS_MAX = 9 };

/* The town without locks, and some of the lines that lock. */
struct locked {
	char *text; /* owned */
	char *line[LOCKS_MAX];
	size_t lines;
};

static void
model_of(const struct locked *locked, unsigned bits, struct instance *in,
    struct model *model)
{
	struct error error = {""};
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	fputs(locked->text, file);
	for (size_t i = 0; i < locked->lines; i++) {
		if ((bits >> i & 1) != 0)
			fputs(locked->line[i], file);
	}
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_msg(instance_read(in, (struct span){text, len}, &error), "%s",
	    error.text);
	model_make(model, in);
	free(text);
}

static bool
goes(const struct locked *locked, unsigned bits)
{
	struct instance in;
	struct model model;
	bool good;

	model_of(locked, bits, &in, &model);
	good = model.conflicts == 0;
	model_free(&model);
	instance_fini(&in);
	return good;
}

/* Locks of a few physicians in a few days, so that they meet. */
static void
lock_some(struct locked *locked, const struct town *town, uint64_t seed)
{
	struct rng rng = rng_of(seed, 1, 2);
	const struct instance *in = &town->in;
	char *from, *to;

	memset(locked, 0, sizeof(*locked));
	locked->text = xstrdup(town->text);
	/* Others stand at the end. */
	from = strstr(locked->text, "\nlock ");
	while (from != NULL) {
		to = strchr(from + 1, '\n');
		memmove(from, to, strlen(to) + 1);
		from = strstr(locked->text, "\nlock ");
	}
	for (int i = 0; i < 400 && locked->lines < LOCKS_MAX; i++) {
		const struct reach *reach =
		    &in->reach[rng_below(&rng, (uint32_t)in->reaches)];
		const struct need *need =
		    &in->need[rng_below(&rng, (uint32_t)in->needs)];
		const struct candidate candidate = {in, reach, need};
		const struct activity_kind *kind =
		    &in->activity[need->activity];
		char *line = NULL;

		if (reach->physician > 1 || half_day(need->half) > 3 ||
		    need->site != reach->site ||
		    filter_refusing(&candidate) != filter_count)
			continue;
		ck_assert_int_gt(
		    asprintf(&line,
			"lock physician=p%d site=s%d day=2001-01-%02d part=%c "
			"activity=%.*s%s%s%s%s state=keep\n",
			reach->physician, need->site, half_day(need->half) + 1,
			part_letter((enum part)half_part(need->half)),
			kind->word_len, kind->word,
			kind->special[0] != '\0' ? " specialty=" : "",
			kind->special,
			need->programme != NAMES_NONE ? " programme=" : "",
			need->programme != NAMES_NONE
			    ? names_text(&in->programme_names, need->programme)
			    : ""),
		    0);
		for (size_t j = 0; j < locked->lines; j++) {
			if (line != NULL &&
			    strcmp(line, locked->line[j]) == 0) {
				free(line);
				line = NULL;
			}
		}
		if (line != NULL)
			locked->line[locked->lines++] = line;
	}
}

static void
locked_free(struct locked *locked)
{
	for (size_t i = 0; i < locked->lines; i++)
		free(locked->line[i]);
	free(locked->text);
}

/* The number of the line that says what the line of a plan says. */
static size_t
line_of(const struct locked *locked, const char *said)
{
	for (size_t i = 0; i < locked->lines; i++) {
		size_t len =
		    strlen(locked->line[i]) - strlen(" state=keep\n") - 5;

		if (strncmp(said, locked->line[i] + 5, len) == 0 &&
		    (said[len] == ' ' || said[len] == '\n'))
			return i;
	}
	ck_abort_msg("no such lock: %s", said);
	return 0;
}

/* The fewest of the kept that the lock does not go with, by trying all. */
static int
fewest(const struct locked *locked, unsigned kept, size_t lock)
{
	int least = 99;

	for (unsigned bits = 0; bits < 1u << locked->lines; bits++) {
		int count = __builtin_popcount(bits);

		if ((bits & ~kept) == 0 && count < least &&
		    !goes(locked, bits | 1u << lock))
			least = count;
	}
	return least;
}

/* The sets that are told: of conflict number n, its lock and the others. */
struct told {
	size_t lock[LOCKS_MAX];
	unsigned others[LOCKS_MAX];
	size_t count;
};

static void
read_told(struct told *told, const struct locked *locked,
    const struct model *model, const char *text)
{
	memset(told, 0, sizeof(*told));
	for (size_t i = 0; i < model->conflicts; i++) {
		const struct mark *mark =
		    &model->in->mark[model->conflict[i].mark];
		char said[512];
		struct out out = OUT(said);

		out_literal(&out, "physician=p");
		out_i64(&out, mark->physician);
		explain_need(&out, model->in, &model->in->need[mark->need]);
		out_literal(&out, "\n");
		said[out.len] = '\0';
		told->lock[told->count++] = line_of(locked, said);
	}
	for (; *text != '\0'; text = strchr(text, '\n') + 1) {
		unsigned number;

		ck_assert_int_eq(
		    sscanf(text, "against conflict=%u ", &number), 1);
		ck_assert_uint_le(number, told->count);
		told->others[number - 1] |= 1u
		    << line_of(locked, strstr(text, "physician="));
	}
}

START_TEST(conflicting_locks_are_the_fewest)
{
	struct town_plan plan = {(uint64_t)_i + 900, 3, 1 + (uint32_t)_i % 2, 1,
	    6, _i % 2 != 0, _i % 3 == 2};
	struct town town;
	struct locked locked;
	struct instance in;
	struct model model;
	struct told told;
	char *text = NULL;
	size_t len = 0;
	unsigned kept;
	FILE *file;

	town_make(&town, &plan);
	lock_some(&locked, &town, plan.seed);
	model_of(&locked, (1u << locked.lines) - 1, &in, &model);
	file = open_memstream(&text, &len);
	explain_locks(file, &model);
	ck_assert_int_eq(fclose(file), 0);
	read_told(&told, &locked, &model, text);
	kept = (1u << locked.lines) - 1;
	for (size_t i = 0; i < told.count; i++)
		kept &= ~(1u << told.lock[i]);
	for (size_t i = 0; i < told.count; i++) {
		unsigned others = told.others[i];

		ck_assert(!goes(&locked, others | 1u << told.lock[i]));
		/* Of two at one time neither is kept. */
		if (strcmp(model.conflict[i].word, "lock") == 0)
			ck_assert_int_eq(__builtin_popcount(others), 1);
		else
			ck_assert_int_eq(__builtin_popcount(others),
			    fewest(&locked, kept, told.lock[i]));
	}
	free(text);
	model_free(&model);
	instance_fini(&in);
	locked_free(&locked);
	town_free(&town);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("lock");

	tcase_add_loop_test(tcase, conflicting_locks_are_the_fewest, 0, TOWNS);
	return planner_main("planner_lock", tcase);
}
