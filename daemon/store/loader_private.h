/* SPDX-License-Identifier: ISC */
/*
 * loader_private: what a loader is made of; for loader*.c only.
 */
#ifndef STORE_LOADER_PRIVATE_H
#define STORE_LOADER_PRIVATE_H

#include "daemon/store/loader.h"

struct loader {
	struct event_base *base;
	const struct store_options *options;
	loader_done_fn *done;
	void *arg;

	struct dial *dial;
	PGconn *conn; /* NULL: idle or dialling */
	struct event *reading, *writing, *again, *stall;
	size_t step;
	bool running, busy; /* busy: the step's statement is under way */
	uint64_t began_us;

	int32_t from;
	struct book *book;
	struct cursor cursor;
	struct identity identity;
	char sqlstate[6];
	struct error why;
	bool failed, refused;
};

/* Of the parameters of a step. */
enum step_params { NO_DAYS, GUARDS_FROM, COUNTED_AND_FULL_FROM, PLACES_FROM };

struct step {
	const char *sql;
	/* One row, the first of `result`. */
	void (*on_row)(struct loader *loader, const PGresult *result);
	int format;
	enum step_params params;
	enum kind kind; /* of an entity of the directory */
};

/* loader_rows.c: the statements of a load, in order. */
extern const struct step loader_steps[];
extern const size_t loader_step_count;

/* loader.c: the first reason counts; the load ends after this row. */
void loader_fail(struct loader *loader, const char *why);

#endif
