/* SPDX-License-Identifier: ISC */
/* id_random: see id_random.h. */
#include "daemon/base/id_random.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/random.h>

enum { DRAWN_IDS = 16 }; /* getrandom() is whole up to 256 bytes */

struct id
id_random(void)
{
	static struct id drawn[DRAWN_IDS];
	static size_t left;
	struct id id;

	if (left == 0) {
		if (getrandom(drawn, sizeof(drawn), 0) != sizeof(drawn))
			abort(); /* so few bytes are never cut short */
		left = DRAWN_IDS;
	}
	id = drawn[--left];
	id.hi = (id.hi & ~UINT64_C(0xf000)) | UINT64_C(4) << 12;
	id.lo = UINT64_C(2) << 62 | id.lo >> 2;
	return id;
}
