/* SPDX-License-Identifier: ISC */
/*
 * error: the new text is built aside, since it may be made from the old one.
 */
#include "daemon/base/error.h"

#include <stdarg.h>
#include <stdio.h>

void
error_set(struct error *error, const char *fmt, ...)
{
	struct error made;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(made.text, sizeof(made.text), fmt, args);
	va_end(args);
	*error = made;
}

void
error_prefix(struct error *error, const char *fmt, ...)
{
	struct error prefix;
	struct error made;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(prefix.text, sizeof(prefix.text), fmt, args);
	va_end(args);
	/* A cut text is still the best there is. */
	if (snprintf(made.text, sizeof(made.text), "%s: %s", prefix.text,
		error->text) < 0)
		return;
	*error = made;
}
