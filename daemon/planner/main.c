/* SPDX-License-Identifier: ISC */
/*
 * rota-planner: plans an instance, or judges a plan of one; rota-planner.1.
 *
 * Standard output ends with one line "result"; diagnostics go to standard
 * error.  Exit status: 0 done, 1 a file or a plan is not good, 2 wrong usage.
 */
#include "daemon/base/clock.h"
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "daemon/planner/check.h"
#include "daemon/planner/plan_write.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, THREADS_MAX = 256 };

static const double default_seconds = 10;

struct options {
	struct limits limits;
	bool timed, check, quiet;
	const char *out, *replay;
	const char *instance, *plan;
};

static volatile sig_atomic_t stop_asked;

static void
on_signal(int number)
{
	(void)number;
	stop_asked = 1;
}

static void
catch_signals(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static NORETURN void
usage(void)
{
	fputs("usage: rota-planner [-q] [--threads N] [--time S] [--phases N]\n"
	      "           [--gap PERCENT] [--seed K] [--replay PLAN] "
	      "[--out PLAN] INSTANCE\n"
	      "       rota-planner --check INSTANCE PLAN\n",
	    stderr);
	exit(EXIT_USAGE);
}

static NORETURN void
fail(const char *name, const char *why)
{
	fprintf(stderr, "rota-planner: %s: %s\n", name, why);
	exit(EXIT_FAILURE);
}

/* The whole file; "-" is standard input. */
static char *
read_file(const char *name, struct span *text)
{
	FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
	char *bytes = NULL;
	size_t len = 0, room = 0, got;

	if (file == NULL)
		fail(name, strerror(errno));
	do {
		bytes = xgrow(bytes, &room, len + 65536, 1);
		got = fread(bytes + len, 1, room - len, file);
		len += got;
	} while (got > 0);
	if (ferror(file))
		fail(name, strerror(errno));
	if (file != stdin)
		fclose(file);
	*text = (struct span){bytes, len};
	return bytes;
}

static void
load_instance(struct instance *in, const char *name)
{
	struct error error = {""};
	struct span text;
	char *bytes = read_file(name, &text);

	if (!instance_read(in, text, &error))
		fail(name, error.text);
	free(bytes);
}

static void
load_plan(struct plan *plan, const struct instance *in, const char *name)
{
	struct error error = {""};
	struct span text;
	char *bytes = read_file(name, &text);

	if (!plan_read(plan, in, text, &error))
		fail(name, error.text);
	free(bytes);
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
}

static int
run_check(const struct options *options)
{
	uint64_t start = clock_mono_us();
	struct instance in;
	struct plan plan;
	struct verdict verdict;
	struct error error = {""};

	load_instance(&in, options->instance);
	load_plan(&plan, &in, options->plan);
	if (!check_plan(&in, &plan, &verdict, &error))
		fail(options->plan, error.text);
	print_result(verdict.cost, verdict.bound, plan.phases,
	    (double)(clock_mono_us() - start) / 1e6);
	plan_free(&plan);
	instance_fini(&in);
	return EXIT_SUCCESS;
}

static void
on_progress(void *context, int64_t cost, int64_t bound, int32_t phase)
{
	const struct options *options = context;

	if (!options->quiet)
		fprintf(stderr,
		    "progress phase=%" PRId32 " cost=%" PRId64 " bound=%" PRId64
		    " bound-gap=%.3f\n",
		    phase, cost, bound, search_gap(cost, bound));
}

static void
save_plan(const struct search *search, const struct options *options)
{
	FILE *file = fopen(options->out, "w");

	if (file == NULL)
		fail(options->out, strerror(errno));
	if (!plan_write(file, search, options->limits.seed) ||
	    fclose(file) != 0)
		fail(options->out, strerror(errno));
}

/* The record of an earlier run sets seed, rounds and temperatures. */
static void
follow(struct options *options, const struct plan *plan)
{
	struct limits *limits = &options->limits;

	limits->seed = plan->seed;
	limits->rounds = plan->rounds;
	limits->temperature = plan->temperature;
	if (limits->phases < 0 || limits->phases > plan->phases)
		limits->phases = plan->phases;
}

static int
run_plan(struct options *options)
{
	struct instance in;
	struct model model;
	struct search search;
	struct plan replay;

	load_instance(&in, options->instance);
	memset(&replay, 0, sizeof(replay));
	if (options->replay != NULL) {
		load_plan(&replay, &in, options->replay);
		follow(options, &replay);
	}
	options->limits.on_progress = on_progress;
	options->limits.context = options;
	options->limits.stop = &stop_asked;
	catch_signals();
	model_make(&model, &in);
	search_make(&search, &model, &options->limits);
	search_run(&search, &options->limits);
	if (options->out != NULL)
		save_plan(&search, options);
	print_result(
	    search.cost, search.bound, search.phases, search_seconds(&search));
	search_free(&search);
	model_free(&model);
	plan_free(&replay);
	instance_fini(&in);
	return EXIT_SUCCESS;
}

enum { OPTION_CHECK = 256, OPTION_REPLAY };

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
};

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
		options->timed = true;
		break;
	case 'n':
		limits->phases = (int32_t)number(value, 0, 0, 10000000);
		break;
	case 'g':
		limits->gap = (double)number(value, 3, 0, 100000) / 1000;
		break;
	case 's':
		limits->seed = (uint64_t)number(value, 0, 0, INT64_MAX);
		break;
	case 'o':
		options->out = value;
		break;
	case OPTION_REPLAY:
		options->replay = value;
		break;
	case OPTION_CHECK:
		options->check = true;
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
	while ((option = getopt_long(argc, argv, "q", list, NULL)) != -1)
		read_option(options, option, optarg);
	if (argc - optind != (options->check ? 2 : 1))
		usage();
	options->instance = argv[optind];
	options->plan = options->check ? argv[optind + 1] : NULL;
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
	return options.check ? run_check(&options) : run_plan(&options);
}
