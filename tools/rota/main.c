/* SPDX-License-Identifier: ISC */
/* rota: the client of rotad for people and scripts; see rota(1). */
#include "tools/rota/command.h"
#include "tools/rota/complete.h"
#include "tools/rota/script.h"
#include "tools/rota/usage.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum outcome
run(struct rota *rota, int count, char **words)
{
	const struct options *options = &rota->options;

	if (options->complete) {
		/* nobody reads complaints behind a half-typed line */
		if (freopen("/dev/null", "w", stderr) == NULL)
			return OUTCOME_FAIL;
		return complete_line(rota, count > 0 ? words[0] : "");
	}
	if (count > 0)
		return command_run_words(rota, options, count, words);
	if (options->help) {
		usage_all();
		return OUTCOME_OK;
	}
	if (isatty(STDIN_FILENO) == 1)
		return prompt_run(rota);
	return script_run(rota, stdin);
}

int
main(int argc, char **argv)
{
	enum lang lang = words_init();
	enum outcome outcome = OUTCOME_USAGE;
	struct options options;
	struct rota rota;
	bool is_login;
	int first;

	(void)signal(SIGPIPE, SIG_IGN);
	options_init(&options);
	if (options_read(&options, argc, argv, false, &first) != 0) {
		fprintf(stderr, "%s\n",
		    T("usage: rota [options] COMMAND [WORD...]; see rota "
		      "--help"));
		return OUTCOME_USAGE;
	}
	if (options.version) {
		puts("rota " PACKAGE_VERSION);
		return OUTCOME_OK;
	}
	/* login makes a profile that is not there */
	is_login = first < argc && strcmp(argv[first], "login") == 0;
	if (rota_init(&rota, &options, lang, !is_login) == 0)
		outcome = run(&rota, argc - first, argv + first);
	rota_fini(&rota);
	if (fflush(stdout) != 0) {
		/* who reads may have read enough */
		if (errno != EPIPE)
			complain(T("standard output: %s"), strerror(errno));
		outcome = OUTCOME_FAIL;
	}
	return (int)outcome;
}
