/* SPDX-License-Identifier: ISC */
/*
 * book_private: what the book is made of; for book*.c only.
 *
 * Loading appends: runs and orders that came out of order are marked, and
 * settled before anybody reads them.  Everything else keeps them in order.
 * Settling moves assignments, so whatever lends one settles first.
 */
#ifndef DOMAIN_BOOK_PRIVATE_H
#define DOMAIN_BOOK_PRIVATE_H

#include "daemon/base/idmap.h"
#include "daemon/domain/book.h"
#include "daemon/domain/counter.h"
#include "daemon/domain/text_index.h"

/* Entities of one kind.  Each is allocated once and keeps its address. */
struct directory {
	const struct book *book; /* whose it is: facts are ordered by owner */
	enum kind kind;
	struct entity **at;
	size_t capacity;
	/* Their handles side by side, where the kind has short ones. */
	struct put_word *handles;
	size_t handles_capacity;
	bool is_short;
	int32_t count;
	struct idmap by_id;
	struct text_index by_natural; /* those with a code of their own */
	int32_t *sorted;              /* see book_sorted() */
	size_t sorted_capacity;
	bool unsorted;
};

/* Positions of assignments in the order of (from, id), and beside them when
 * each begins, so that a search stays inside the run. */
struct run_list {
	int32_t *minute; /* since 1970; one block with the positions */
	uint32_t *slot;
	uint32_t count, capacity;
	bool unsorted;
	bool packed; /* stands in book->runs, and is not freed by itself */
};

enum { PER_RUN_ENTRY = sizeof(int32_t) + sizeof(uint32_t) }; /* bytes */

struct run_table {
	struct run_list *at; /* by index of the physician or site */
	size_t capacity;
};

struct words {
	char **at;
	size_t capacity;
	int32_t count;
	struct text_index index;
	size_t bytes;
};

/* Sites by territory: those of t are sites[first[t]] .. sites[first[t + 1] -
 * 1]. */
struct territories {
	uint32_t *first;
	int32_t *sites;
	size_t count; /* of territories */
	bool stale;   /* a site has changed since */
};

/* A half-day with an offer (rev 0: none) or visits. */
struct place_slot {
	struct id slot;
	int32_t day;
	struct offer offer;
	struct visit *visit; /* owned */
	size_t count, capacity;
};

struct places {
	struct place_slot *at;
	size_t count, capacity;
	struct idmap by_slot, by_id; /* positions; id: of offers and visits */
	int32_t from;                /* day: nothing before is kept */
};

/* Sites by where they are, see book_grid.c. */
struct grid {
	struct grid_site *at; /* in the order of cells */
	size_t count, capacity;
	int32_t *mobile;
	size_t mobile_count, mobile_capacity;
	bool stale; /* a site has changed since */
};

struct cuts {
	struct book_cut *at; /* sorted */
	size_t count, capacity;
	bool stale; /* a quota was loaded since */
};

/* How one change of a supposition is taken back. */
struct undo {
	enum kind kind; /* KIND_COUNT: of a guard */
	bool fresh;     /* was not in the book: goes again */
	uint32_t at;    /* index or position */
	union {
		struct entity *entity; /* owned copy */
		struct assignment assignment;
		struct {
			struct id id;
			uint64_t number; /* IDMAP_NONE: it had none */
		} guard;
	} before;
};

/* Where a supposition began. */
struct supposition {
	size_t undo; /* how many there were */
	uint32_t longest;
};

struct book {
	int32_t from;
	struct directory directories[KIND_DIRECTORY_COUNT];
	struct words words;
	struct territories territories;
	struct grid grid;
	struct places places;

	struct assignment *pool;
	size_t count, capacity;
	struct idindex by_id;
	struct run_table physicians, sites;
	void *runs;    /* those that were arranged, in one piece */
	bool unsorted; /* some run is */
	size_t loaded; /* since the array was arranged */
	uint32_t longest;

	struct counters *counters;
	struct cuts cuts;
	struct idmap guards;

	struct supposition suppositions[BOOK_SUPPOSE_MAX];
	unsigned supposing; /* how many of them there are */
	struct undo *undo;
	size_t undo_count, undo_capacity;
};

/* book_directory.c */
void directory_init(
    struct directory *directory, const struct book *book, enum kind kind);
void directory_fini(struct directory *directory);
/* Whether every reference is to an entity that the book has. */
bool directory_refers(
    const struct book *book, enum kind kind, const struct entity *entity);
/* Adds or replaces; undo, if not NULL, is filled.  With `later` the order may
 * be settled later. */
void directory_put(struct directory *directory, const struct change *change,
    bool later, struct undo *undo);
void directory_undo(struct directory *directory, struct undo *undo);
size_t directory_memory(const struct directory *directory);

/* book_words.c */
void words_init(struct words *words);
void words_fini(struct words *words);
size_t words_memory(const struct words *words);

/* book_territory.c */
void territories_fini(struct territories *territories);
size_t territories_memory(const struct territories *territories);

/* book_grid.c */
void grid_fini(struct grid *grid);
size_t grid_memory(const struct grid *grid);

/* book_places.c */
void places_init(struct places *places);
void places_fini(struct places *places);
/* Of KIND_OFFER and KIND_PLACE.  What is of a day past is passed over. */
void places_put(struct places *places, const struct change *change);
bool places_are_past(const struct places *places, const struct change *change);
const union after *places_find(
    const struct places *places, enum kind kind, struct id id);
size_t places_memory(const struct places *places);

/* book_cuts.c */
void cuts_fini(struct cuts *cuts);
/* First day of the bucket of a physician's older assignment. */
int32_t book_cut(struct book *book, const struct assignment *a);

/* book_slots.c */
void slots_init(struct book *book);
void slots_fini(struct book *book);
bool slots_refers(const struct book *book, const struct assignment *a);
void slots_put(struct book *book, const struct change *change, bool later,
    struct undo *undo);
void slots_undo(struct book *book, const struct undo *undo);
/* Moves a run to where there is room for so many, and frees where it was. */
void slots_move_run(struct run_list *run, int32_t *to, size_t capacity);
void slots_free_run(struct run_list *run);
/* Whether positions have changed. */
bool slots_settle(struct book *book);
size_t slots_memory(const struct book *book);

/* book_arrange.c: positions change. */
void slots_arrange(struct book *book);

#endif
