/* SPDX-License-Identifier: ISC */
/*
 * env: what the parts of one store share; it outlives them.
 */
#ifndef STORE_ENV_H
#define STORE_ENV_H

#include "daemon/store/store.h"

struct hosts;

struct store_env {
	struct event_base *base;
	const struct store_options *options;
	struct store_figures *figures;
	struct hosts *hosts;
};

#endif
