/* SPDX-License-Identifier: ISC */
/*
 * rota-migrate: brings the schema of a database to the newest migration, and
 * tells what state it is in.
 *
 * The table below is the only list of commands.
 */
#include "tools/migrate/command.h"

#include "tools/migrate/db.h"
#include "tools/migrate/say.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

/* What a command takes and needs. */
enum {
	WRITES = 1, /* a server that accepts writes */
	FILES = 2,  /* the folder of migrations */
	GRANT = 4,  /* --grant and --create-login */
	LOGIN = 8,  /* the operand LOGIN and --create-login */
	FORCE = 16  /* --force */
};

static const struct command {
	const char *name;
	int (*run)(struct task *task);
	unsigned traits;
	const char *usage;
} commands[] = {
    {"apply", command_apply, WRITES | FILES | GRANT,
	"[--grant LOGIN [--create-login]]"},
    {"check", command_check, FILES, ""},
    {"daemon-role", command_daemon_role, WRITES | LOGIN,
	"LOGIN [--create-login]"},
    {"report", command_report, FILES, ""},
    {"restored", command_restored, WRITES | FORCE, "[--force]"},
};

static NORETURN void
usage(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(stderr,
		    "%s rota-migrate [-d conninfo] [-m folder] %s%s%s\n",
		    i == 0 ? "usage:" : "      ", commands[i].name,
		    *commands[i].usage ? " " : "", commands[i].usage);
	exit(EXIT_USAGE);
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	complain("no command %s", name);
	usage();
}

/* Options may stand before and after the command. */
static void
read_options(struct task *task, int argc, char **argv)
{
	static const struct option options[] = {
	    {"create-login", no_argument, NULL, 'c'},
	    {"force", no_argument, NULL, 'f'},
	    {"grant", required_argument, NULL, 'g'}, {NULL, 0, NULL, 0}};
	int option;

	while (
	    (option = getopt_long(argc, argv, "d:m:V", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			task->conninfo = optarg;
			break;
		case 'm':
			task->folder = optarg;
			break;
		case 'c':
			task->create_login = true;
			break;
		case 'f':
			task->force = true;
			break;
		case 'g':
			task->login = optarg;
			break;
		case 'V':
			puts("rota-migrate " PACKAGE_VERSION);
			exit(EXIT_SUCCESS);
		default:
			usage();
		}
	}
}

/* Options that the command does not know, or that lack their companion. */
static void
check_options(const struct command *command, const struct task *task)
{
	if ((task->force && !(command->traits & FORCE)) ||
	    (task->login != NULL && !(command->traits & (GRANT | LOGIN))) ||
	    (task->create_login && task->login == NULL)) {
		complain("%s takes: %s", command->name,
		    *command->usage ? command->usage : "no option of its own");
		usage();
	}
}

static int
run(const struct command *command, struct task *task)
{
	int answer = -1;

	if (!(command->traits & FILES) ||
	    migrations_read(&task->migrations, task->folder) == 0) {
		task->pg =
		    db_open(task->conninfo, (command->traits & WRITES) != 0);
		if (task->pg != NULL) {
			answer = command->run(task);
			PQfinish(task->pg);
		}
	}
	migrations_free(&task->migrations);
	if (fflush(stdout) != 0) {
		complain("standard output: cannot write");
		answer = -1;
	}
	return answer;
}

int
main(int argc, char **argv)
{
	const char *folder = getenv("ROTA_MIGRATIONS");
	struct task task = {.conninfo = "",
	    .folder = folder != NULL ? folder : migrations_folder};
	const struct command *command;

	read_options(&task, argc, argv);
	if (optind == argc)
		usage();
	command = find_command(argv[optind++]);
	if (command->traits & LOGIN) {
		if (optind == argc || task.login != NULL)
			usage();
		task.login = argv[optind++];
	}
	if (optind != argc)
		usage();
	check_options(command, &task);
	return run(command, &task) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
