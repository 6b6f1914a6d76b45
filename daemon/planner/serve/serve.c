/* SPDX-License-Identifier: ISC */
/*
 * serve: the loop.
 *
 * What comes is answered at once.  In between prices are made better a round at
 * a time, and a while after the last change that asks for it the instance is
 * made anew by another thread; then what came meanwhile is heard again.
 */
#include "daemon/base/clock.h"
#include "daemon/base/mem.h"
#include "daemon/planner/reduce/facts.h"
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
#include <unistd.h>

enum {
	PIECE = 1 << 16,
	ROUNDS_MAX = 300,  /* of prices, from nothing */
	ROUNDS_AGAIN = 40, /* for a new instance */
	QUIET_MS = 100,
	FIRST_MS = 400, /* prices are sought before anything is asked */
	FILE_MAX_BYTES = 1 << 30
};

struct serving {
	struct store store; /* of an instance of facts */
	struct served *served;
	struct building *building;
	struct clearing *clearing;
	char *good; /* the text of what is served, if it is facts */
	size_t good_len;
	/* Lines heard since the instance that is being made was begun. */
	char **since;
	size_t sinces, since_room;
	bool dirty;        /* the rules have to see something */
	uint64_t heard_us; /* the last such line */
	int rounds;        /* still to be run */
	size_t number;     /* of lines */
	char partial[SERVE_LINE_MAX + 1];
	size_t partial_len;
	bool skipping; /* the rest of a line that is too long */
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

static void
complain(const struct serving *serving, const struct error *error)
{
	char text[512];
	struct out out = OUT(text);

	out_literal(&out, "error");
	if (serving->served->refused[0] != '\0')
		out_key_text(&out, "id", serving->served->refused);
	out_key_u64(&out, "line", serving->number);
	out_key_text(&out, "text", error->text);
	fwrite(text, 1, out.len, stdout);
	putchar('\n');
	fflush(stdout);
}

/* ----- the instance anew ----- */

static void
remember(struct serving *serving, struct span line)
{
	serving->since = xgrow(serving->since, &serving->since_room,
	    serving->sinces + 1, sizeof(serving->since[0]));
	serving->since[serving->sinces++] = xstrndup(line.ptr, line.len);
}

static void
forget(struct serving *serving)
{
	for (size_t i = 0; i < serving->sinces; i++)
		free(serving->since[i]);
	serving->sinces = 0;
}

static void
rebuild(struct serving *serving)
{
	size_t len;
	char *text;

	clearing_end(serving->clearing);
	serving->clearing = NULL;
	store_set_now(&serving->store, clock_real_s());
	text = store_text(&serving->store, &len);
	serving->building =
	    building_new(text, len, repairer_legacy(serving->served->repairer));
	serving->dirty = false;
	forget(serving);
}

/* What was heard since the instance that is served, and made none, is refused
 * as a whole; what came while it was being made has its chance.  Plain changes
 * among it, which are served already, may be what is wrong: they are served
 * until the next instance is made, and are not of that. */
static void
refuse_changes(struct serving *serving)
{
	store_fini(&serving->store);
	store_init(&serving->store);
	store_put_all(
	    &serving->store, (struct span){serving->good, serving->good_len});
	for (size_t i = 0; i < serving->sinces; i++)
		if (facts_is_change(span_of(serving->since[i])))
			store_put(&serving->store, span_of(serving->since[i]));
}

/* The new instance takes the place of the old one, if there is one. */
static void
take_over(struct serving *serving)
{
	struct error error = {""}, ignored;
	size_t len;
	char *text;
	struct served *served =
	    building_end(serving->building, &text, &len, &error);

	serving->building = NULL;
	if (served == NULL) {
		free(text);
		serving->served->refused[0] = '\0';
		complain(serving, &error);
		refuse_changes(serving);
		return;
	}
	free(serving->good);
	serving->good = text;
	serving->good_len = len;
	serving->clearing = clearing_new(serving->served);
	serving->served = served;
	if (serving->rounds < ROUNDS_AGAIN)
		serving->rounds = ROUNDS_AGAIN;
	/* What was plain to the old one may be for the rules in the new one. */
	for (size_t i = 0; i < serving->sinces; i++)
		if (serve_hear(served, span_of(serving->since[i]), false,
			&ignored) == HEARD_UNKNOWN)
			serving->dirty = true;
	tell(serving, "renewed");
}

/* ----- lines ----- */

static void
hear(struct serving *serving, struct span line)
{
	struct error error = {""};
	bool current = !serving->dirty && serving->building == NULL;

	serving->number++;
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	switch (serve_hear(serving->served, line, current, &error)) {
	case HEARD_BAD:
		complain(serving, &error);
		break;
	case HEARD_UNKNOWN:
		store_put(&serving->store, line);
		if (serving->building != NULL)
			remember(serving, line);
		serving->dirty = true;
		serving->heard_us = clock_mono_us();
		break;
	case HEARD_CHANGED:
		if (serving->served->is_facts)
			store_put(&serving->store, line);
		if (serving->building != NULL)
			remember(serving, line);
		break;
	case HEARD_ASKED:
	case HEARD_NOTHING:
		break;
	}
}

static void
keep(struct serving *serving, struct span bytes)
{
	size_t room = SERVE_LINE_MAX - serving->partial_len;

	if (bytes.len > room) {
		serving->skipping = true;
		bytes.len = room;
	}
	memcpy(serving->partial + serving->partial_len, bytes.ptr, bytes.len);
	serving->partial_len += bytes.len;
}

static void
end_line(struct serving *serving)
{
	struct span line = {serving->partial, serving->partial_len};
	struct error error;

	if (serving->skipping) {
		serving->number++;
		error_set(&error, "longer than %d bytes", SERVE_LINE_MAX);
		serving->served->refused[0] = '\0';
		complain(serving, &error);
	} else {
		hear(serving, line);
	}
	serving->partial_len = 0;
	serving->skipping = false;
}

/* False at the end of the input. */
static bool
read_input(struct serving *serving)
{
	char bytes[PIECE];
	struct span rest = {bytes, 0};
	ssize_t got = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (got < 0)
		return errno == EINTR || errno == EAGAIN;
	rest.len = (size_t)got;
	while (rest.len > 0) {
		const char *end = memchr(rest.ptr, '\n', rest.len);
		size_t len = end == NULL ? rest.len : (size_t)(end - rest.ptr);

		keep(serving, (struct span){rest.ptr, len});
		if (end == NULL)
			break;
		end_line(serving);
		rest.ptr += len + 1;
		rest.len -= len + 1;
	}
	return got > 0;
}

/* ----- the loop ----- */

/* Milliseconds until something is to be done without being asked; -1: never. */
static int
patience(const struct serving *serving)
{
	uint64_t quiet = clock_mono_us() - serving->heard_us;

	if (serving->rounds > 0)
		return 0;
	if (!serving->dirty || serving->building != NULL)
		return -1;
	return quiet >= QUIET_MS * 1000 ? 0 : QUIET_MS - (int)(quiet / 1000);
}

/* Nobody asks anything. */
static void
idle(struct serving *serving)
{
	if (serving->dirty && serving->building == NULL &&
	    clock_mono_us() - serving->heard_us >= QUIET_MS * 1000)
		rebuild(serving);
	if (serving->rounds == 0)
		return;
	serving->rounds--;
	if (!repairer_improve(serving->served->repairer, 1))
		serving->rounds = 0;
	if (serving->rounds == 0)
		tell(serving, "priced");
}

static void
loop(struct serving *serving)
{
	bool more = true;

	while (more) {
		struct pollfd fds[2] = {{STDIN_FILENO, POLLIN, 0},
		    {serving->building == NULL ? -1
					       : building_fd(serving->building),
			POLLIN, 0}};
		int got = poll(fds, 2, patience(serving));

		if (got == 0 || (got < 0 && errno == EINTR))
			idle(serving);
		else if (fds[0].revents != 0)
			more = read_input(serving);
		else
			take_over(serving);
	}
}

static void
finish(struct serving *serving)
{
	struct error ignored;
	size_t len;
	char *text = NULL;

	if (serving->building != NULL)
		served_free(
		    building_end(serving->building, &text, &len, &ignored));
	clearing_end(serving->clearing);
	free(text);
	free(serving->good);
	served_free(serving->served);
	store_fini(&serving->store);
	forget(serving);
	free(serving->since);
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

int
serve_run(const char *instance, const char *plan)
{
	struct serving *serving = xcalloc(1, sizeof(*serving));
	struct error error = {""};
	char *text = NULL, *prices = NULL;
	size_t len = 0, prices_len = 0;

	store_init(&serving->store);
	serving->rounds = plan == NULL ? ROUNDS_MAX : ROUNDS_AGAIN;
	if (read_file(instance, &text, &len, &error) &&
	    (plan == NULL || read_file(plan, &prices, &prices_len, &error)))
		serving->served = served_new((struct span){text, len},
		    (struct span){prices, prices_len}, &error);
	if (serving->served == NULL) {
		fprintf(stderr, "rota-planner: %s: %s\n", instance, error.text);
		free(text);
		free(prices);
		finish(serving);
		return EXIT_FAILURE;
	}
	free(prices);
	serving->good = text;
	serving->good_len = len;
	if (serving->served->is_facts)
		store_put_all(&serving->store, (struct span){text, len});
	find_first_prices(serving);
	tell(serving, "ready");
	loop(serving);
	finish(serving);
	return EXIT_SUCCESS;
}
