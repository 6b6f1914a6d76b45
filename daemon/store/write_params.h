/* SPDX-License-Identifier: ISC */
/*
 * write_params: writes as the parameters of rota.write(), and questions about
 * keys as those of rota.key_answer().
 */
#ifndef STORE_WRITE_PARAMS_H
#define STORE_WRITE_PARAMS_H

#include "daemon/base/compiler.h"
#include "daemon/store/pack.h"
#include "daemon/store/session.h"
#include "daemon/store/store.h"

enum { WRITE_PARAMS = 11 };

/* Statements of a write session. */
enum write_statement { WRITE_WRITE, WRITE_KEY, WRITE_STATEMENTS };

extern const struct session_role write_role;

/* Where each parameter lies in a packed write; length -1: null. */
struct write_layout {
	enum write_statement statement;
	size_t at[WRITE_PARAMS];
	int length[WRITE_PARAMS];
};

/* Replaces what the pack held. */
void write_pack(struct pack *pack, struct write_layout *layout,
    const struct store_write *write, const struct book *book);
/* The same for a question by store_key(). */
void write_pack_key(struct pack *pack, struct write_layout *layout,
    struct id by, struct id key, const unsigned char request[32]);
/* The parameters; they point into `bytes`. */
void write_params(struct session_params *params,
    const struct write_layout *layout, const char *bytes);

#endif
