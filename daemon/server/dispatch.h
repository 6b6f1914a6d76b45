/* SPDX-License-Identifier: ISC */
/*
 * dispatch: a line of a client to the code of its verb.
 */
#ifndef SERVER_DISPATCH_H
#define SERVER_DISPATCH_H

#include "daemon/server/conn.h"

/* Handles one line (without line end) of a connection that is open. */
void dispatch_line(struct conn *conn, struct span line);

/* Forgets a read that waits: the connection is freed. */
void dispatch_abandon(struct conn *conn);

/* A verb that reads: answers in full before it returns, or holds the conn. */
typedef void read_fn(struct conn *conn, const struct request *request);

read_fn read_help, read_ping, read_quit, read_lang, read_whoami, read_status;
read_fn read_auth;
read_fn read_directory_get, read_directory_list; /* all five kinds */
read_fn read_account_list;
read_fn read_slot_list, read_slot_history;
read_fn read_gaps, read_my, read_week;
read_fn read_capacity, read_place_list;
read_fn read_plan_explain, read_plan_proof;
read_fn read_plan_repair;
read_fn read_plan_lines, read_plan_list, read_plan_show, read_plan_watch;
/* They answer themselves: what they write is not the plan. */
read_fn read_plan_adopt, read_plan_cancel, read_plan_edit, read_plan_publish,
    read_plan_start;
read_fn read_watch;

#endif
