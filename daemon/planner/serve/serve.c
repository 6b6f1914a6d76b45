/* SPDX-License-Identifier: ISC */
/*
 * serve: the loop.
 *
 * What comes is answered at once, but for free questions: they wait for all
 * others, and one that runs ends early when another comes.  In between prices
 * are made better a round at a time, and a while after the last change that
 * asks for it the instance is made anew by another thread; then what came
 * meanwhile is heard again.
 */
#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/planner/search/search.h"
#include "daemon/planner/serve/serve_private.h"
#include "proto/out.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

enum {
	PIECE = 1 << 16,
	ROUNDS_MAX = 300,  /* of prices, from nothing */
	ROUNDS_AGAIN = 40, /* for a new instance */
	FIRST_MS = 400,    /* prices are sought before anything is asked */
	FILE_MAX_BYTES = 1 << 30
};

/* A free question that waits. */
struct later {
	STAILQ_ENTRY(later) all;
	size_t number;
	char *line; /* owned */
};

STAILQ_HEAD(laters, later);

struct serving {
	struct serve_input input;
	struct anew anew; /* of an instance of facts */
	struct served *served;
	struct laters laters;
	int rounds;    /* still to be run */
	size_t number; /* of lines */
};

static bool
read_file(const char *name, char **text, size_t *len, struct error *error)
{
	size_t room = 0;
	ssize_t got = 1;
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	*text = NULL;
	*len = 0;
	while (fd >= 0 && got != 0 && *len < FILE_MAX_BYTES) {
		*text = xgrow(*text, &room, *len + PIECE, 1);
		got = read(fd, *text + *len, PIECE);
		if (got < 0 && errno != EINTR)
			break;
		*len += got > 0 ? (size_t)got : 0;
	}
	if (fd < 0 || got != 0)
		error_set(error, "%s: %s", name,
		    fd >= 0 && got > 0 ? "too large" : strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	return fd >= 0 && got == 0;
}

static void
tell(struct serving *serving, const char *word)
{
	struct repairer *repairer = serving->served->repairer;
	int64_t cost = repairer_cost(repairer);
	int64_t bound = repairer_bound(repairer);

	printf("%s cost=%" PRId64 " bound=%" PRId64
	       " bound-gap=%.3f misfits=%zu\n",
	    word, cost, bound, search_gap(cost, bound),
	    repairer_misfits(repairer));
	fflush(stdout);
}

/* number: of the line that was heard; 0: none is to blame. */
static void
complain(
    const struct serving *serving, size_t number, const struct error *error)
{
	char text[512];
	struct out out = OUT(text);

	out_literal(&out, "error");
	if (serving->served->refused[0] != '\0')
		out_key_text(&out, "id", serving->served->refused);
	if (number > 0)
		out_key_u64(&out, "line", number);
	out_key_text(&out, "text", error->text);
	fwrite(text, 1, out.len, stdout);
	putchar('\n');
	fflush(stdout);
}

/* ----- the instance anew ----- */

static void
take_over(struct serving *serving)
{
	struct error error = {""};

	switch (anew_end(&serving->anew, &serving->served, &error)) {
	case ANEW_MADE:
		if (serving->rounds < ROUNDS_AGAIN)
			serving->rounds = ROUNDS_AGAIN;
		tell(serving, "renewed");
		break;
	case ANEW_AGAIN:
		break;
	case ANEW_REFUSED:
	case ANEW_UNMADE:
		serving->served->refused[0] = '\0';
		complain(serving, 0, &error);
		break;
	}
}

/* ----- lines ----- */

/* A line that could not be read. */
static void
refuse(struct serving *serving, struct span line)
{
	if (serving->served->is_facts)
		anew_refuse(&serving->anew, line);
}

/* own: the line is not lent by the input, more of which may be read meanwhile.
 */
static void
hear(struct serving *serving, struct span line, size_t number, bool own)
{
	const struct serve_world world = {anew_is_current(&serving->anew),
	    own ? input_waits : NULL, &serving->input};
	struct error error = {""};

	switch (serve_hear(serving->served, line, &world, &error)) {
	case HEARD_BAD:
		refuse(serving, line);
		complain(serving, number, &error);
		break;
	case HEARD_UNKNOWN:
		anew_put(&serving->anew, line, false);
		break;
	case HEARD_CHANGED:
		if (serving->served->is_facts)
			anew_put(&serving->anew, line, true);
		break;
	case HEARD_ASKED:
	case HEARD_NOTHING:
		break;
	}
}

static void
put_off(struct serving *serving, struct span line)
{
	struct later *later = xcalloc(1, sizeof(*later));

	later->number = serving->number;
	later->line = xstrndup(line.ptr, line.len);
	STAILQ_INSERT_TAIL(&serving->laters, later, all);
}

/* The first of those that were put off. */
static void
hear_later(struct serving *serving)
{
	struct later *later = STAILQ_FIRST(&serving->laters);

	STAILQ_REMOVE_HEAD(&serving->laters, all);
	hear(serving, span_of(later->line), later->number, true);
	free(later->line);
	free(later);
}

/* All that there are, as long as they are whole. */
static void
hear_lines(struct serving *serving)
{
	struct error error = {""};
	struct span line;
	enum input_got got;

	while ((got = input_line(&serving->input, &line)) != INPUT_NONE) {
		serving->number++;
		if (got == INPUT_TOO_LONG) {
			error_set(
			    &error, "longer than %d bytes", SERVE_LINE_MAX);
			serving->served->refused[0] = '\0';
			refuse(serving, line);
			complain(serving, serving->number, &error);
			continue;
		}
		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (input_is_free(line))
			put_off(serving, line);
		else
			hear(serving, line, serving->number, false);
	}
}

/* ----- the loop ----- */

/* Milliseconds until something is to be done without being asked; -1: never. */
static int
patience(const struct serving *serving)
{
	return serving->rounds > 0 || !STAILQ_EMPTY(&serving->laters)
	    ? 0
	    : anew_patience(&serving->anew);
}

/* Nobody asks anything, or only what can wait. */
static void
idle(struct serving *serving)
{
	if (!STAILQ_EMPTY(&serving->laters)) {
		hear_later(serving);
		return;
	}
	if (serving->rounds == 0)
		return;
	serving->rounds--;
	if (!repairer_improve(serving->served->repairer, 1))
		serving->rounds = 0;
	if (serving->rounds == 0)
		tell(serving, "priced");
}

/* At the end of the input nobody is left but who was put off. */
static bool
goes_on(const struct serving *serving)
{
	return !serving->input.ended || !STAILQ_EMPTY(&serving->laters);
}

/* The instance comes first: input may never cease. */
static void
step(struct serving *serving)
{
	const struct building *building = serving->anew.building;
	struct pollfd fds[2] = {
	    {serving->input.ended ? -1 : STDIN_FILENO, POLLIN, 0},
	    {building == NULL ? -1 : building_fd(building), POLLIN, 0}};

	if (poll(fds, 2, patience(serving)) <= 0)
		idle(serving);
	if (fds[1].revents != 0)
		take_over(serving);
	if (fds[0].revents != 0)
		input_read(&serving->input);
	hear_lines(serving);
}

static void
loop(struct serving *serving)
{
	while (goes_on(serving)) {
		if (anew_patience(&serving->anew) == 0)
			anew_begin(&serving->anew, serving->served);
		step(serving);
	}
}

static void
finish(struct serving *serving)
{
	struct later *later;

	while ((later = STAILQ_FIRST(&serving->laters)) != NULL) {
		STAILQ_REMOVE_HEAD(&serving->laters, all);
		free(later->line);
		free(later);
	}
	anew_fini(&serving->anew);
	served_free(serving->served);
	input_fini(&serving->input);
	free(serving);
}

/* A bound of some worth from the first question on. */
static void
find_first_prices(struct serving *serving)
{
	uint64_t until = clock_mono_us() + FIRST_MS * 1000;

	while (serving->rounds > 0 && clock_mono_us() < until) {
		serving->rounds--;
		if (!repairer_improve(serving->served->repairer, 1))
			serving->rounds = 0;
	}
}

/* NULL with why. */
static struct served *
load(const char *instance, const char *plan, char **text, size_t *len,
    struct error *error)
{
	char *prices = NULL;
	size_t prices_len = 0;
	struct served *served = NULL;

	if (read_file(instance, text, len, error) &&
	    (plan == NULL || read_file(plan, &prices, &prices_len, error)))
		served = served_new((struct span){*text, *len},
		    (struct span){prices, prices_len}, error);
	free(prices);
	return served;
}

int
serve_run(const char *instance, const char *plan)
{
	struct error error = {""};
	char *text = NULL;
	size_t len = 0;
	struct served *served = load(instance, plan, &text, &len, &error);
	struct serving *serving;

	if (served == NULL) {
		fprintf(stderr, "rota-planner: %s: %s\n", instance, error.text);
		free(text);
		return EXIT_FAILURE;
	}
	serving = xcalloc(1, sizeof(*serving));
	STAILQ_INIT(&serving->laters);
	serving->served = served;
	serving->rounds = plan == NULL ? ROUNDS_MAX : ROUNDS_AGAIN;
	input_init(&serving->input, STDIN_FILENO);
	anew_init(&serving->anew, text, len, served->is_facts);
	find_first_prices(serving);
	tell(serving, "ready");
	loop(serving);
	finish(serving);
	return EXIT_SUCCESS;
}
