/* SPDX-License-Identifier: ISC */
/*
 * rota_kit: the client as people run it, from a shell, with a home of its own,
 * against a daemon of the test.
 *
 * A seat is that home; its environment is set for the whole program, so there
 * is one at a time.
 */
#ifndef TESTS_INTEGRATION_ROTA_KIT_H
#define TESTS_INTEGRATION_ROTA_KIT_H

#include "tests/integration/transport_kit.h"

struct seat;

/* The client speaks to the daemon's unix socket unless told otherwise; NULL:
 * the test says where. */
struct seat *seat_new(const struct daemon *daemon) MUST_CHECK;
void seat_free(struct seat *seat);
const char *seat_folder(const struct seat *seat);
/* A file in the folder; text may hold anything but NUL. */
void seat_write(const struct seat *seat, const char *name, const char *text);
/* What a file there holds; owned by the caller. */
char *seat_read(const struct seat *seat, const char *name) MUST_CHECK;
unsigned seat_mode(const struct seat *seat, const char *name);

/* Runs a command of bash in the folder, where "rota" is the client; its exit
 * status must be this one.  A pipe's is that of its first part that fails. */
void seat_run(struct seat *seat, int status, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* What it printed, lent until the next one. */
const char *seat_out(const struct seat *seat);
const char *seat_err(const struct seat *seat);
/* It holds the text. */
void seat_out_has(const struct seat *seat, const char *text);
void seat_err_has(const struct seat *seat, const char *text);

/* A territory, a structure, two sites and two physicians. */
void seat_found(struct seat *seat);
#define SEAT_SITE "160004578"
#define SEAT_SITE_2 "870001237"
#define SEAT_PHYSICIAN "10005173140"
#define SEAT_PHYSICIAN_2 "10002909371"

#endif
