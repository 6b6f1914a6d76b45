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
	enum kind kind;
	struct entity **at;
	size_t capacity;
	int32_t count;
	struct idmap by_id;
	struct text_index by_natural; /* those with a code of their own */
	int32_t *sorted;              /* see book_sorted() */
	size_t sorted_capacity;
	bool unsorted;
};

/* Positions of assignments in the order of (from, id). */
struct run_list {
	uint32_t *slot;
	uint32_t count, capacity;
	bool unsorted;
};

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

/* How one change of a supposition is taken back. */
struct undo {
	enum kind kind;
	bool fresh;  /* was not in the book: goes again */
	uint32_t at; /* index or position */
	union {
		struct entity *entity; /* owned copy */
		struct assignment assignment;
	} before;
};

struct book {
	int32_t from;
	struct directory directories[KIND_DIRECTORY_COUNT];
	struct words words;
	struct territories territories;

	struct assignment *pool;
	size_t count, capacity;
	struct idindex by_id;
	struct run_table physicians, sites;
	bool unsorted; /* some run is */
	size_t loaded; /* since the array was arranged */
	uint32_t longest;

	struct counters *counters;
	struct idmap guards;

	bool supposing;
	struct undo *undo;
	size_t undo_count, undo_capacity;
	uint32_t longest_before;
};

/* book_directory.c */
void directory_init(struct directory *directory, enum kind kind);
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

/* book_slots.c */
void slots_init(struct book *book);
void slots_fini(struct book *book);
bool slots_refers(const struct book *book, const struct assignment *a);
void slots_put(struct book *book, const struct change *change, bool later,
    struct undo *undo);
void slots_undo(struct book *book, const struct undo *undo);
/* Whether positions have changed. */
bool slots_settle(struct book *book);
size_t slots_memory(const struct book *book);

#endif
