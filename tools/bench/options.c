/* SPDX-License-Identifier: ISC */
/* options: see options.h. */
#include "tools/bench/options.h"

#include "proto/span.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
complain(const char *fmt, ...)
{
	va_list args;

	fputs("rota-bench: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

void
common_init(struct common *common)
{
	*common = (struct common){.connect = "127.0.0.1:7682",
	    .connections = 16,
	    .seconds = 10,
	    .warm_up = 1,
	    .seed = 1,
	    .world = {.physicians = 200,
		.sites = 450,
		.weeks = 13,
		.per_week = 3,
		.first = world_first_day()}};
}

static int
take_count(const struct option *option, struct span value)
{
	uint64_t number;

	if (!span_to_u64(value, option->max, &number) || number < option->min) {
		complain("--%s takes a number from %u to %u", option->name,
		    option->min, option->max);
		return -1;
	}
	*(unsigned *)option->value = (unsigned)number;
	return 0;
}

static int
take_value(const struct option *option, const char *value)
{
	if (option->type == OPTION_FLAG) {
		if (value != NULL) {
			complain("--%s takes no value", option->name);
			return -1;
		}
		*(bool *)option->value = true;
		return 0;
	}
	if (value == NULL || *value == '\0') {
		complain(
		    "--%s takes a value: --%s=...", option->name, option->name);
		return -1;
	}
	switch (option->type) {
	case OPTION_COUNT:
		return take_count(option, span_of(value));
	case OPTION_TEXT:
		*(const char **)option->value = value;
		return 0;
	case OPTION_DAY:
		if (span_to_day(span_of(value), (int32_t *)option->value))
			return 0;
		complain("--%s takes a date YYYY-MM-DD", option->name);
		return -1;
	case OPTION_FLAG:
		break;
	}
	return -1;
}

static const struct option *
find(const struct option *options, size_t count, struct span name)
{
	for (size_t i = 0; i < count; i++)
		if (span_is(name, options[i].name))
			return &options[i];
	return NULL;
}

int
options_read(int argc, char **argv, const struct option *options, size_t count)
{
	for (int i = 0; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		const struct option *option = NULL;
		struct span name = span_of(argv[i]);

		if (equals != NULL)
			name.len = (size_t)(equals - argv[i]);
		if (name.len > 2 && memcmp(name.ptr, "--", 2) == 0)
			option = find(options, count,
			    (struct span){name.ptr + 2, name.len - 2});
		if (option == NULL) {
			complain("there is no option %s here", argv[i]);
			return -1;
		}
		if (take_value(option, equals == NULL ? NULL : equals + 1) != 0)
			return -1;
	}
	return 0;
}
