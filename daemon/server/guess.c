/* SPDX-License-Identifier: ISC */
/*
 * guess: a table of addresses in the order of their last failure.
 */
#include "daemon/server/guess.h"

#include "daemon/base/idmap.h"
#include "daemon/base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/queue.h>

#define SECOND_US 1000000ULL
/* Quiet for so long after its wait, an address begins anew. */
#define FORGET_US (600 * SECOND_US)

struct suspect {
	struct id address;
	uint64_t delay_us; /* after the last failure */
	uint64_t until_us; /* when it may try again */
	TAILQ_ENTRY(suspect) by_failure;
};

TAILQ_HEAD(suspect_list, suspect);

struct guess {
	struct idmap index; /* address -> position */
	struct suspect at[GUESS_MAX];
	struct suspect_list list; /* oldest failure first */
	size_t count;             /* places used so far */
	uint64_t second_us;       /* beginning of the second that is counted */
	unsigned failures;        /* in it, of all */
};

struct guess *
guess_new(void)
{
	struct guess *guess = xcalloc(1, sizeof(*guess));

	idmap_init(&guess->index);
	TAILQ_INIT(&guess->list);
	return guess;
}

void
guess_free(struct guess *guess)
{
	if (guess == NULL)
		return;
	idmap_fini(&guess->index);
	free(guess);
}

/* Whether the address is known, and its position. */
static bool
find(const struct guess *guess, struct id address, uint64_t *position)
{
	*position = idmap_get(&guess->index, address);
	return *position != IDMAP_NONE;
}

/* The place of the address, or one taken from whoever failed longest ago; it is
 * in no list. */
static struct suspect *
find_or_take(struct guess *guess, struct id address)
{
	struct suspect *suspect;
	uint64_t position;

	if (find(guess, address, &position)) {
		suspect = &guess->at[position];
		TAILQ_REMOVE(&guess->list, suspect, by_failure);
		return suspect;
	}
	if (guess->count < GUESS_MAX) {
		suspect = &guess->at[guess->count++];
	} else {
		suspect = TAILQ_FIRST(&guess->list);
		TAILQ_REMOVE(&guess->list, suspect, by_failure);
		idmap_remove(&guess->index, suspect->address);
	}
	*suspect = (struct suspect){.address = address};
	idmap_set(&guess->index, address, (uint64_t)(suspect - guess->at));
	return suspect;
}

uint64_t
guess_wait(struct guess *guess, struct id address, uint64_t now_us)
{
	uint64_t position, until = 0;

	if (find(guess, address, &position))
		until = guess->at[position].until_us;
	if (guess->failures >= GUESS_PER_SECOND &&
	    until < guess->second_us + SECOND_US)
		until = guess->second_us + SECOND_US;
	return until > now_us ? (until - now_us + 999) / 1000 : 0;
}

void
guess_failed(struct guess *guess, struct id address, uint64_t now_us,
    uint64_t min_ms, uint64_t max_ms)
{
	struct suspect *suspect = find_or_take(guess, address);

	if (suspect->until_us + FORGET_US < now_us)
		suspect->delay_us = 0;
	suspect->delay_us =
	    suspect->delay_us == 0 ? min_ms * 1000 : suspect->delay_us * 2;
	if (suspect->delay_us > max_ms * 1000)
		suspect->delay_us = max_ms * 1000;
	suspect->until_us = now_us + suspect->delay_us;
	TAILQ_INSERT_TAIL(&guess->list, suspect, by_failure);

	if (now_us - guess->second_us >= SECOND_US) {
		guess->second_us = now_us;
		guess->failures = 0;
	}
	guess->failures++;
}

void
guess_succeeded(struct guess *guess, struct id address)
{
	struct suspect *suspect;
	uint64_t position;

	if (!find(guess, address, &position))
		return;
	/* Stays in the list, as the oldest: its place is the next to go. */
	suspect = &guess->at[position];
	suspect->delay_us = 0;
	suspect->until_us = 0;
	TAILQ_REMOVE(&guess->list, suspect, by_failure);
	TAILQ_INSERT_HEAD(&guess->list, suspect, by_failure);
}
