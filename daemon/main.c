/* SPDX-License-Identifier: ISC */
/*
 * main: wiring - options, configuration, and the parts of the daemon in the
 * order in which they are built, run and taken down.
 *
 * Exit codes: 0 stopped, or the configuration is right; 1 something failed
 * while starting or running; 2 wrong options or configuration; 3 the database
 * is not one that this daemon may serve.
 */
#include "daemon/base/log.h"
#include "daemon/config/config.h"
#include "daemon/config/supervise.h"
#include "daemon/domain/travel.h"
#include "daemon/server/server.h"
#include "daemon/server/tls.h"
#include "daemon/signals.h"
#include "daemon/store/store.h"

#include <errno.h>
#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	EXIT_RUNTIME = 1,
	EXIT_USAGE = 2,
	EXIT_REFUSED = 3,
	FILES_MARGIN = 128, /* besides clients: database, listeners, log */
	STATUS_S = 10       /* between two lines for the service manager */
};

struct options {
	const char *path;
	bool check, verbose, version;
	int ready_fd; /* -1: none */
};

struct rotad {
	const struct options *options;
	struct config *config;
	struct event_base *base;
	struct travel *travel;
	struct store *store;
	struct server *server;
	struct signals *signals;
	struct event *watchdog, *status;
	bool ready; /* the first book has been loaded */
	int result;
};

static void
usage(FILE *file)
{
	(void)fputs("usage: rotad [-nv] [-c file] [-r fd]\n"
		    "       rotad -V\n",
	    file);
}

/* A descriptor number, or -1. */
static int
parse_fd(const char *text)
{
	uint64_t fd;

	return span_to_u64(span_of(text), 65535, &fd) ? (int)fd : -1;
}

/* 0, or -1 after a message. */
static int
parse_options(int argc, char *argv[], struct options *options)
{
	int c;

	*options =
	    (struct options){.path = "/etc/rota/rotad.conf", .ready_fd = -1};
	while ((c = getopt(argc, argv, "c:nr:Vv")) != -1) {
		switch (c) {
		case 'c':
			options->path = optarg;
			break;
		case 'n':
			options->check = true;
			break;
		case 'r':
			options->ready_fd = parse_fd(optarg);
			if (options->ready_fd >= 0)
				break;
			(void)fprintf(stderr,
			    "rotad: -r needs the number of a descriptor\n");
			return -1;
		case 'V':
			options->version = true;
			break;
		case 'v':
			options->verbose = true;
			break;
		default:
			usage(stderr);
			return -1;
		}
	}
	if (optind == argc)
		return 0;
	usage(stderr);
	return -1;
}

static void
set_log_level(const struct rotad *rotad)
{
	enum log_level level = LOG_LEVEL_INFO;

	/* config.def allows no other words. */
	if (log_level_parse(rotad->config->log_level, &level) != 0)
		level = LOG_LEVEL_INFO;
	log_init(rotad->options->verbose ? LOG_LEVEL_DEBUG : level);
}

static struct travel *
make_travel(const struct config *config, struct error *error)
{
	const struct travel_rule rule = {
	    .road_percent = (unsigned)config->travel_road_factor,
	    .fixed_minutes = (unsigned)config->travel_fixed_minutes,
	    .margin_minutes = (unsigned)config->travel_margin_minutes,
	};

	return travel_new(&rule, config->travel_matrix, error);
}

/* All else works without it; a plan that is asked for will fail. */
static void
look_for_planner(const struct config *config)
{
	if (config->planner[0] != '\0' && access(config->planner, X_OK) != 0)
		log_errno("config", "no-planner", "planner=%s",
		    LOG_QUOTE(config->planner));
}

/* The configuration is right: are the files that it names? */
static int
check_files(const struct config *config, struct error *error)
{
	struct travel *travel = make_travel(config, error);
	struct ssl_ctx_st *tls = NULL;
	bool has_tls = config->tls_certificate[0] != '\0';

	if (travel == NULL)
		return -1;
	travel_free(travel);
	if (has_tls)
		tls = tls_new(config, error);
	if (has_tls && tls == NULL)
		return -1;
	tls_free(tls);
	look_for_planner(config);
	return 0;
}

static struct store_options
store_options(const struct config *config)
{
	return (struct store_options){
	    .conninfo = config->database,
	    .write_sessions = (unsigned)config->write_sessions,
	    .write_depth = (unsigned)config->write_depth,
	    .write_queue = (unsigned)config->write_queue,
	    .statement_timeout_ms = config->statement_timeout_ms,
	    .lock_timeout_ms = config->lock_timeout_ms,
	    .connect_timeout_ms = config->connect_timeout_ms,
	    .reconnect_min_ms = config->reconnect_min_ms,
	    .reconnect_max_ms = config->reconnect_max_ms,
	    .poll_ms = config->poll_interval_ms,
	    .wake_ms = config->wake_interval_ms,
	    .mark_ms = config->mark_interval_ms,
	    .key_lifetime_ms = config->key_lifetime_ms,
	};
}

/* Descriptors for all clients that the configuration admits. */
static void
raise_files(const struct config *config)
{
	rlim_t wanted = (rlim_t)config->connections_max + FILES_MARGIN;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		log_errno("rotad", "files-limit", "");
	else if (limit.rlim_cur < wanted)
		log_warn("rotad", "files-limit",
		    "files=%ju connections-max=%" PRIu64,
		    (uintmax_t)limit.rlim_cur, config->connections_max);
}

/* ----- what the store reports ----- */

static void
tell_ready(struct rotad *rotad)
{
	int fd = rotad->options->ready_fd;
	char line[256];
	int len = snprintf(line, sizeof(line), "port=%u tls=%u unix=%s\n",
	    server_port(rotad->server, false), server_port(rotad->server, true),
	    server_path(rotad->server));

	rotad->ready = true;
	supervise_ready();
	log_info("rotad", "ready", "port=%u tls=%u unix=%s",
	    server_port(rotad->server, false), server_port(rotad->server, true),
	    LOG_QUOTE(server_path(rotad->server)));
	if (fd == -1)
		return;
	if (write(fd, line, (size_t)len) != len)
		log_errno("rotad", "ready-unheard", "fd=%d", fd);
	(void)close(fd);
}

static void
on_change(void *arg, const struct change *change)
{
	server_on_change(((struct rotad *)arg)->server, change);
}

static void
on_applied(void *arg)
{
	server_on_applied(((struct rotad *)arg)->server);
}

static void
on_loaded(void *arg, enum store_load load)
{
	struct rotad *rotad = arg;

	server_on_loaded(rotad->server, load);
	if (!rotad->ready)
		tell_ready(rotad);
}

static void
on_state(void *arg, enum store_state state)
{
	struct rotad *rotad = arg;

	server_on_state(rotad->server, state);
	if (state != STORE_REFUSED || rotad->ready)
		return;
	log_error("rotad", "database-refused", "reason=%s",
	    LOG_QUOTE(store_reason(rotad->store)));
	rotad->result = EXIT_REFUSED;
	(void)event_base_loopbreak(rotad->base);
}

/* ----- signals ----- */

static void
log_change(void *arg UNUSED, const struct config_key *key, const char *before,
    const char *after)
{
	log_info("config", "changed", "key=%s before=%s after=%s", key->name,
	    LOG_QUOTE(before), LOG_QUOTE(after));
}

/* All that may fail comes before the first thing that changes. */
static int
reload(struct rotad *rotad, struct error *error)
{
	struct config *next = config_load(rotad->options->path, error);
	struct config *former = rotad->config;
	struct travel *travel = NULL;
	struct store_options options;

	if (next == NULL)
		return -1;
	if (config_reloadable(former, next, error) == 0)
		travel = make_travel(next, error);
	if (travel == NULL || server_reload(rotad->server, next, error) != 0) {
		travel_free(travel);
		config_free(next);
		return -1;
	}
	travel_free(rotad->travel);
	rotad->travel = travel;
	rotad->server->travel = travel;
	rotad->config = next;
	options = store_options(next);
	store_reload(rotad->store, &options);
	set_log_level(rotad);
	raise_files(next);
	look_for_planner(next);
	(void)config_diff(former, next, log_change, NULL);
	config_free(former);
	return 0;
}

static void
on_hup(void *arg)
{
	struct rotad *rotad = arg;
	struct error error = {""};

	if (rotad->ready)
		supervise_reloading();
	if (reload(rotad, &error) == 0)
		log_info("config", "reloaded", "");
	else
		log_error(
		    "config", "refused", "error=%s", LOG_QUOTE(error.text));
	if (rotad->ready)
		supervise_ready();
}

static void
on_drained(void *arg)
{
	struct rotad *rotad = arg;

	(void)event_base_loopbreak(rotad->base);
}

static void
on_term(void *arg)
{
	struct rotad *rotad = arg;

	supervise_stopping();
	server_drain(rotad->server, on_drained, rotad);
}

static void
on_int(void *arg)
{
	struct rotad *rotad = arg;

	supervise_stopping();
	(void)event_base_loopbreak(rotad->base);
}

/* ----- timers ----- */

static void
on_watchdog(evutil_socket_t fd UNUSED, short what UNUSED, void *arg UNUSED)
{
	supervise_alive();
}

static void
on_status(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	const struct rotad *rotad = arg;
	const char *state = "loading the plan";

	switch (store_state(rotad->store)) {
	case STORE_LOADING:
		break;
	case STORE_UP:
		state = "serving";
		break;
	case STORE_DOWN:
		state = "without the database";
		break;
	case STORE_REFUSED:
		state = "refusing the database";
		break;
	}
	supervise_status(
	    "%s, %u connections", state, server_connections(rotad->server));
}

static struct event *
every(struct rotad *rotad, uint64_t us, event_callback_fn callback)
{
	const struct timeval period = {.tv_sec = (time_t)(us / 1000000),
	    .tv_usec = (suseconds_t)(us % 1000000)};
	struct event *event =
	    event_new(rotad->base, -1, EV_PERSIST, callback, rotad);

	if (event == NULL || evtimer_add(event, &period) != 0)
		abort(); /* out of memory: small, and at the start */
	return event;
}

/* ----- start and end ----- */

/* Exit code; 0 when all is built and listening. */
static int
start(struct rotad *rotad, struct error *error)
{
	static const struct store_hooks store_hooks = {
	    on_change, on_applied, on_loaded, on_state};
	static const struct signals_hooks signals_hooks = {
	    on_hup, on_term, on_int};
	struct store_options options = store_options(rotad->config);
	uint64_t watchdog = supervise_watchdog_us();

	rotad->travel = make_travel(rotad->config, error);
	if (rotad->travel == NULL)
		return EXIT_USAGE;
	raise_files(rotad->config);
	look_for_planner(rotad->config);
	rotad->base = event_base_new();
	if (rotad->base == NULL) {
		error_set(error, "event loop: %s", strerror(errno));
		return EXIT_RUNTIME;
	}
	rotad->signals = signals_new(rotad->base, &signals_hooks, rotad);
	rotad->store = store_new(rotad->base, &options, &store_hooks, rotad);
	rotad->server = server_new(
	    rotad->base, rotad->config, rotad->store, rotad->travel, error);
	if (rotad->server == NULL)
		return EXIT_USAGE;
	if (server_listen(rotad->server, error) != 0)
		return EXIT_RUNTIME;
	if (watchdog > 0)
		rotad->watchdog = every(rotad, watchdog, on_watchdog);
	rotad->status = every(rotad, (uint64_t)STATUS_S * 1000000, on_status);
	store_start(rotad->store);
	return 0;
}

/* The store first: it answers what is pending, and the server has it sent. */
static void
stop(struct rotad *rotad)
{
	if (rotad->status != NULL)
		event_free(rotad->status);
	if (rotad->watchdog != NULL)
		event_free(rotad->watchdog);
	store_free(rotad->store);
	server_free(rotad->server);
	signals_free(rotad->signals);
	travel_free(rotad->travel);
	if (rotad->base != NULL)
		event_base_free(rotad->base);
	config_free(rotad->config);
}

static int
run(const struct options *options, struct config *config)
{
	struct rotad rotad = {.options = options, .config = config};
	struct error error = {""};

	set_log_level(&rotad);
	log_info("rotad", "start", "version=%s", PACKAGE_VERSION);
	rotad.result = start(&rotad, &error);
	if (rotad.result != 0)
		log_error(
		    "rotad", "not-started", "error=%s", LOG_QUOTE(error.text));
	else if (event_base_dispatch(rotad.base) != 0)
		rotad.result = EXIT_RUNTIME;
	stop(&rotad);
	log_info("rotad", "stop", "status=%d", rotad.result);
	return rotad.result;
}

int
main(int argc, char *argv[])
{
	struct error error = {""};
	struct options options;
	struct config *config;

	if (parse_options(argc, argv, &options) != 0)
		return EXIT_USAGE;
	if (options.version) {
		(void)puts("rotad " PACKAGE_VERSION);
		return 0;
	}
	config = config_load(options.path, &error);
	if (config == NULL ||
	    (options.check && check_files(config, &error) != 0)) {
		config_free(config);
		log_error(
		    "config", "refused", "error=%s", LOG_QUOTE(error.text));
		return EXIT_USAGE;
	}
	if (!options.check)
		return run(&options, config);
	config_print(config, stdout);
	config_free(config);
	return 0;
}
