/* SPDX-License-Identifier: ISC */
/*
 * conn_private: what a connection is made of, for conn*.c, crowd.c and
 * reply.c only.
 *
 * A connection stands in one list by age at most, and the list says which
 * time-out it is subject to.
 */
#ifndef SERVER_CONN_PRIVATE_H
#define SERVER_CONN_PRIVATE_H

#include "daemon/server/conn.h"

#include <netinet/in.h>
#include <sys/queue.h>
#include <sys/types.h>

struct event;
struct peer;
struct ssl_ctx_st;

enum age {
	AGE_FRESH,  /* nobody yet: handshake-timeout from its beginning */
	AGE_IDLE,   /* authenticated: idle-timeout from its last line */
	AGE_FLUSH,  /* closing: the rest is being written */
	AGE_LINGER, /* all is written: until the client closes too */
	AGE_COUNT   /* in none */
};

struct conn_private {
	struct conn *conn;
	char id[16];                 /* conn-4294967295 */
	char peer[INET6_ADDRSTRLEN]; /* or "unix" */
	struct id address;           /* see struct peer */
	struct id account;           /* that it is counted for; or nil */
	bool unix_peer, tls;
	bool eof;      /* the client will send no more */
	bool skipping; /* to the end of an over-long line */
	bool turning;  /* conn_turn() is on the stack */
	bool running;  /* in the list of those who have something to do */
	bool buried;   /* in the list of those to be freed */
	bool limbo;    /* in the list of those to be freed when released */
	bool over;     /* unread-max was exceeded at the last patrol */
	bool paused;   /* until the timer below fires */
	struct event *pause;          /* owned; NULL before the first */
	unsigned bad;                 /* malformed lines of late */
	uint64_t bad_first, bad_last; /* clock_mono_us() */
	enum age age;                 /* that it belongs to */
	enum age listed;              /* list that it is in */
	bool listed_all;
	uint64_t since; /* clock_mono_us() at which it came into its list */
	size_t unsent;  /* output at that time */
	unsigned round; /* see crowd.c */
	TAILQ_ENTRY(conn_private) all, by_age, run;
};

/* Takes the socket over: greets, or begins the TLS handshake. */
void conn_open(struct server *server, int fd, const struct peer *peer,
    struct ssl_ctx_st *tls);
/* From crowd.c only, when it is dead: all that the outside could notice, and
 * then the rest. */
void conn_close_files(struct conn *conn);
void conn_free(struct conn *conn);
/* "! rota protocol=1 ..." */
void conn_greet(struct conn *conn);
/* It is closing, and its turn is over. */
void conn_turned(struct conn *conn);
/* It is closing, and the output may have become empty. */
void conn_flushed(struct conn *conn);
/* Takes lines while there are any, at most turn-lines of them. */
void conn_turn(struct conn *conn);
/* Its time in its list is over. */
void conn_expire(struct conn *conn);
/* Every few seconds: sessions that end, output that nobody reads. */
void conn_patrol(struct conn *conn);
/* Finishes what has been received, then says bye. */
void conn_drain(struct conn *conn);
/* Says bye and ends, whatever is under way: there is no loop any more. */
void conn_stop(struct conn *conn);

/* Bytes of whole lines, copied. */
void conn_send(struct conn *conn, const char *bytes, size_t len);
/* Ends it at once, whatever is still to be written. */
void conn_cut(struct conn *conn);
/* Cuts a connection off that leaves more unread than it may. */
void conn_check_unread(struct conn *conn);

#endif
