/* SPDX-License-Identifier: ISC */
/*
 * id_random: random UUIDs.
 *
 * Many are drawn from the kernel at once, so a copy of the process has the same
 * ones to come as the process itself: there they may name nothing that leaves
 * the copy for good.
 */
#ifndef BASE_ID_RANDOM_H
#define BASE_ID_RANDOM_H

#include "proto/id.h"

struct id id_random(void);

#endif
