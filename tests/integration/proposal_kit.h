/* SPDX-License-Identifier: ISC */
/*
 * proposal_kit: a town whose daemons have a planner that does what a test says:
 * a script that reads its instance and then follows a file of the test.
 */
#ifndef TESTS_INTEGRATION_PROPOSAL_KIT_H
#define TESTS_INTEGRATION_PROPOSAL_KIT_H

#include "tests/support/town.h"

#include <check.h>

struct proposal_kit {
	struct pgcluster *cluster; /* of the program */
	struct town *town;         /* of the test */
	struct talk *talk;         /* of daemon 0 */
	char *folder;              /* of the planner and its files */
	/* What ERROR lines of PostgreSQL's log may hold, ended by NULL; or
	 * NULL: there are to be none. */
	const char *const *errors;
};

extern struct proposal_kit bench;

/* A town with one daemon, so many sites with these keys, and as many
 * physicians; settings: more lines of rotad.conf, or "". */
void bench_begin(unsigned sites, const char *keys, const char *settings);
/* One more daemon. */
void bench_daemon(unsigned at, const char *settings);
void bench_end(void);
int bench_run(Suite *suite);
/* Likewise, on a cluster with these options. */
int bench_run_on(const struct pgcluster_options *options, Suite *suite);

/* What the planner does with its plan in $out, its instance in $in and the
 * plan of the test in $plan: a shell script. */
void bench_planner(const char *script);
/* The usual: it says how it comes along, and gives the plan of the test. */
#define BENCH_GIVES                                                            \
	"echo progress phase=1 cost=200 bound=100 bound-gap=50.000 time=0.1\n" \
	"cat $plan > $out\n"                                                   \
	"echo result cost=120 bound=100 bound-gap=16.667 phases=2 time=0.2\n"
/* The same, once the test lets it go on. */
#define BENCH_WAITS                                                            \
	"echo progress phase=1 cost=300 bound=100 bound-gap=66.667 time=0.1\n" \
	"while [ ! -e $dir/go ]; do sleep 0.05; done\n" BENCH_GIVES
void bench_go(void);
/* The plan of the test begins anew; adds a line. */
void bench_plan(void);
/* Likewise, with these: cost=, bound=. */
void bench_figures(const char *figures);
void bench_line(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* A line "assign" of a half-day, care MT. */
void bench_assign(unsigned physician, unsigned site, int day, const char *part);
/* Whether the planner was begun with these arguments. */
bool bench_was_told(const char *words);
/* The whole text of the instance that the planner was given. */
char *bench_instance(void) MUST_CHECK;
/* What the script kept of what it wrote: "cat $out > $dir/wrote". */
char *bench_wrote(void) MUST_CHECK;

/* Starts a plan of the days with more keys; its id, owned by the caller. */
char *bench_start(int from, int to, const char *keys) MUST_CHECK;
/* Waits until it is over, on that connection; its last push or answer. */
const char *bench_wait(struct talk *talk, const char *plan);
/* Both, and the state is that. */
char *bench_make(int from, int to, const char *state) MUST_CHECK;
/* A half-day of the town's people, by hand. */
void bench_fill(unsigned physician, unsigned site, int day, const char *part);
/* What a query of the database counts. */
long long bench_count(const char *sql);
/* Waits until a query counts that. */
void bench_wait_count(const char *sql, long long count);
/* What a transaction of the test's session holds, as many others wait for. */
#define BENCH_BLOCKED "SELECT count(*) FROM pg_locks WHERE NOT granted"
/* The closing line begins with these words. */
void bench_expect(const char *answer, const char *words);
/* A request of the talk's that is accepted. */
void bench_tell(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
