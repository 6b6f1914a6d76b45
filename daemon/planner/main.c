/* SPDX-License-Identifier: ISC */
/*
 * rota-planner: plans an instance, or judges a plan of one; rota-planner.1.
 *
 * Standard output ends with one line "result"; diagnostics go to standard
 * error.  Exit status: 0 done, 1 a file is not good, 2 wrong usage, 3 the plan
 * checked is wrong, 4 a signal ended it before there was a plan.
 */
#include "daemon/base/clock.h"
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "daemon/planner/check/check.h"
#include "daemon/planner/output/output.h"
#include "daemon/planner/output/plan_save.h"
#include "daemon/planner/read/instance_read.h"
#include "daemon/planner/read/load.h"
#include "daemon/planner/search/settle.h"
#include "daemon/planner/serve/serve.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_WRONG, EXIT_STOPPED, THREADS_MAX = 256 };
enum { REPORT_US = 50000 /* between two reports */ };

static const double default_seconds = 10;

struct options {
	struct limits limits;
	bool timed, seeded, check, serve, quiet, progress, unexplained;
	bool planning; /* an option that only a plan to be made has */
	const char *out, *replay;
	const char *instance, *plan;
	uint64_t start_us;
	struct output output;
	/* The last progress, and when one was told last. */
	struct {
		int64_t cost, bound;
		int32_t phase;
		bool due;
		uint64_t told_us;
	} report;
};

static volatile sig_atomic_t stop_asked;

/* Until there is a plan: where it was to be. */
static struct output *volatile planless;

/* What leads to a plan is long and leaves nothing behind: it ends here. */
static void
on_signal(int number)
{
	static const char text[] = "rota-planner: ended by a signal before "
				   "there was a plan: nothing is written\n";

	(void)number;
	stop_asked = 1;
	if (planless == NULL)
		return;
	output_leave(planless);
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(EXIT_STOPPED);
}

static void
catch_signals(struct output *output)
{
	struct sigaction action;

	planless = output;
	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* Who stops listening to the progress still wants the plan. */
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

static const char usage_text[] =
    "usage: rota-planner [-q] [--progress] [--threads N] [--time S] "
    "[--phases N]\n"
    "           [--gap PERCENT] [--seed K] [--replay PLAN] [--out PLAN]\n"
    "           [--no-explain] INSTANCE\n"
    "       rota-planner --check INSTANCE PLAN\n"
    "       rota-planner --serve INSTANCE [PLAN]\n"
    "       rota-planner --help | --version\n";

static NORETURN void
usage(void)
{
	fputs(usage_text, stderr);
	exit(EXIT_USAGE);
}

static NORETURN void
fail(const char *name, const char *why)
{
	fprintf(stderr, "rota-planner: %s: %s\n", name, why);
	exit(EXIT_FAILURE);
}

/* A number of the command line, in units of 10^-decimals. */
static int64_t
number(const char *text, unsigned decimals, int64_t least, int64_t most)
{
	int64_t value;

	if (!span_to_fixed(span_of(text), decimals, most, &value) ||
	    value < least)
		usage();
	return value;
}

static void
print_result(int64_t cost, int64_t bound, int32_t phases, double seconds)
{
	printf("result cost=%" PRId64 " bound=%" PRId64
	       " bound-gap=%.3f phases=%" PRId32 " time=%.3f\n",
	    cost, bound, search_gap(cost, bound), phases, seconds);
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		fail("standard output", strerror(errno));
}

static int
run_check(const struct options *options)
{
	uint64_t start = clock_mono_us();
	struct instance in;
	struct plan plan;
	struct verdict verdict;
	struct error error = {""};

	if (!load_instance(&in, options->instance, &error))
		fail(options->instance, error.text);
	if (!load_plan(&plan, &in, options->plan, &error)) {
		instance_fini(&in);
		fail(options->plan, error.text);
	}
	if (!check_plan(&in, &plan, &verdict, &error)) {
		fprintf(stderr, "rota-planner: %s: %s\n", options->plan,
		    error.text);
		exit(EXIT_WRONG);
	}
	print_result(verdict.cost, verdict.bound, plan.phases,
	    (double)(clock_mono_us() - start) / 1e6);
	plan_free(&plan);
	instance_fini(&in);
	return EXIT_SUCCESS;
}

/* Of all threads. */
static double
cpu_seconds(void)
{
	struct timespec used = {0, 0};

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static void
report(struct options *options)
{
	FILE *file = options->progress ? stdout : stderr;

	int64_t cost = options->report.cost, bound = options->report.bound;

	if (!options->report.due || (options->quiet && !options->progress))
		return;
	options->report.due = false;
	options->report.told_us = clock_mono_us();
	fprintf(file,
	    "progress phase=%" PRId32 " cost=%" PRId64 " bound=%" PRId64
	    " bound-gap=%.3f time=%.3f cpu=%.3f\n",
	    options->report.phase, cost, bound, search_gap(cost, bound),
	    (double)(options->report.told_us - options->start_us) / 1e6,
	    cpu_seconds());
	fflush(file);
}

/* A short phase is over a thousand times a second. */
static void
on_progress(void *context, int64_t cost, int64_t bound, int32_t phase)
{
	struct options *options = context;

	options->report.cost = cost;
	options->report.bound = bound;
	options->report.phase = phase;
	options->report.due = true;
	if (clock_mono_us() - options->report.told_us >= REPORT_US)
		report(options);
}

/* Before the work: it would be in vain. */
static void
open_output(struct options *options)
{
	if (output_is_file(options->out, options->instance))
		fail(options->out, "it is the instance");
	if (!output_open(&options->output, options->out))
		fail(options->out, strerror(errno));
}

static struct saving
saving_of(const struct options *options)
{
	return (struct saving){options->limits.seed, options->unexplained};
}

static double
on_reserve(void *context, const struct search *search)
{
	const struct saving saving = saving_of(context);

	return plan_save_seconds(search, &saving);
}

static void
save_plan(const struct search *search, struct options *options)
{
	const struct saving saving = saving_of(options);

	if (plan_save(options->output.file, search, &saving) &&
	    output_end(&options->output))
		return;
	output_drop(&options->output);
	fail(options->out, strerror(errno));
}

/* The record of an earlier run sets seed, rounds and temperatures. */
static void
follow(struct options *options, const struct plan *plan)
{
	struct limits *limits = &options->limits;

	limits->seed = plan->seed;
	limits->rounds = plan->rounds;
	limits->sweeps = plan->sweeps;
	limits->answers = plan->answers;
	limits->temperature = plan->temperature;
	if (limits->phases < 0 || limits->phases > plan->phases)
		limits->phases = plan->phases;
}

/* What the daemon itself says of it, when the instance is of facts. */
static void
judge(struct search *search, const struct options *options)
{
	struct judged judged;
	bool changed;

	if (!settle_plan(search, &judged))
		return;
	changed = judged.first[0] != '\0';
	if (!changed && options->quiet)
		return;
	fprintf(stderr,
	    "judged units=%zu added=%zu kept=%zu dropped=%zu refused=%zu",
	    judged.units, judged.added, judged.kept, judged.dropped,
	    judged.refused_write + judged.refused_publish);
	if (changed)
		fprintf(stderr, " left-out=%zu held=%zu first: %s",
		    judged.left_out, judged.held, judged.first);
	fputc('\n', stderr);
}

static int
run_plan(struct options *options)
{
	struct instance in;
	struct model model;
	struct search search;
	struct plan replay;
	struct error error = {""};

	options->start_us = clock_mono_us();
	catch_signals(&options->output);
	if (!load_instance(&in, options->instance, &error))
		fail(options->instance, error.text);
	memset(&replay, 0, sizeof(replay));
	if (options->replay != NULL) {
		if (!load_plan(&replay, &in, options->replay, &error)) {
			instance_fini(&in);
			fail(options->replay, error.text);
		}
		follow(options, &replay);
	}
	open_output(options);
	options->limits.start_us = options->start_us;
	options->limits.reserve = on_reserve;
	options->limits.on_progress = on_progress;
	options->limits.context = options;
	options->limits.stop = &stop_asked;
	model_make(&model, &in);
	search_make(&search, &model, &options->limits);
	planless = NULL;
	search_run(&search, &options->limits);
	report(options);
	judge(&search, options);
	save_plan(&search, options);
	print_result(
	    search.cost, search.bound, search.phases, search_seconds(&search));
	search_free(&search);
	model_free(&model);
	plan_free(&replay);
	instance_fini(&in);
	return EXIT_SUCCESS;
}

enum {
	OPTION_CHECK = 256,
	OPTION_SERVE,
	OPTION_REPLAY,
	OPTION_PROGRESS,
	OPTION_NO_EXPLAIN,
	OPTION_HELP,
	OPTION_VERSION
};

static const struct option_name {
	const char *name;
	int value;
	bool argument;
} names[] = {
    {"threads", 'j', true},
    {"time", 't', true},
    {"phases", 'n', true},
    {"gap", 'g', true},
    {"seed", 's', true},
    {"out", 'o', true},
    {"replay", OPTION_REPLAY, true},
    {"check", OPTION_CHECK, false},
    {"serve", OPTION_SERVE, false},
    {"progress", OPTION_PROGRESS, false},
    {"no-explain", OPTION_NO_EXPLAIN, false},
    {"help", OPTION_HELP, false},
    {"version", OPTION_VERSION, false},
};

static NORETURN void
tell_and_exit(const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) != 0)
		fail("standard output", strerror(errno));
	exit(EXIT_SUCCESS);
}

static void
read_option(struct options *options, int option, const char *value)
{
	struct limits *limits = &options->limits;

	switch (option) {
	case 'q':
		options->quiet = true;
		break;
	case 'j':
		limits->threads = (unsigned)number(value, 0, 1, THREADS_MAX);
		break;
	case 't':
		limits->seconds =
		    (double)number(value, 3, 0, (int64_t)1 << 40) / 1000;
		/* Of a search, 0 is no limit. */
		if (limits->seconds <= 0)
			limits->seconds = 0.001;
		options->timed = true;
		break;
	case 'n':
		limits->phases = (int32_t)number(value, 0, 0, PLAN_PHASES_MAX);
		break;
	case 'g':
		limits->gap = (double)number(value, 3, 0, 100000) / 1000;
		break;
	case 's':
		limits->seed = (uint64_t)number(value, 0, 0, INT64_MAX);
		options->seeded = true;
		break;
	case 'o':
		options->out = value;
		break;
	case OPTION_REPLAY:
		options->replay = value;
		break;
	case OPTION_PROGRESS:
		options->progress = true;
		break;
	case OPTION_NO_EXPLAIN:
		options->unexplained = true;
		break;
	case OPTION_HELP:
		tell_and_exit(usage_text);
	case OPTION_VERSION:
		tell_and_exit("rota-planner " PACKAGE_VERSION "\n");
	case OPTION_CHECK:
		options->check = true;
		break;
	case OPTION_SERVE:
		options->serve = true;
		break;
	default:
		usage();
	}
}

static void
read_options(struct options *options, int argc, char **argv)
{
	struct option list[ARRAY_SIZE(names) + 1];
	int option;

	memset(list, 0, sizeof(list));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		list[i] = (struct option){names[i].name,
		    names[i].argument ? required_argument : no_argument, NULL,
		    names[i].value};
	while ((option = getopt_long(argc, argv, "q", list, NULL)) != -1) {
		read_option(options, option, optarg);
		if (option != OPTION_CHECK && option != OPTION_SERVE)
			options->planning = true;
	}
	if (options->planning + options->check + options->serve > 1)
		usage();
	if (argc - optind != (options->check ? 2 : 1) &&
	    (!options->serve || argc - optind != 2))
		usage();
	/* What a record says is not to be said again. */
	if (options->replay != NULL && (options->timed || options->seeded))
		usage();
	if (options->out == NULL)
		options->out = "-";
	/* They would stand in the plan. */
	if (options->progress && strcmp(options->out, "-") == 0)
		usage();
	options->instance = argv[optind];
	options->plan = argc - optind == 2 ? argv[optind + 1] : NULL;
	if (!options->timed && options->limits.phases < 0 &&
	    options->replay == NULL)
		options->limits.seconds = default_seconds;
}

int
main(int argc, char **argv)
{
	struct options options = {.limits = {.threads = 1,
				      .seed = 1,
				      .phases = -1,
				      .gap = -1,
				      .rounds = -1}};

	read_options(&options, argc, argv);
	if (options.serve)
		return serve_run(options.instance, options.plan);
	return options.check ? run_check(&options) : run_plan(&options);
}
