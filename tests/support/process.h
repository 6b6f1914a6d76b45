/* SPDX-License-Identifier: ISC */
/*
 * process: other processes, as /proc tells of them.
 */
#ifndef TESTS_SUPPORT_PROCESS_H
#define TESTS_SUPPORT_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

/* A child of that process whose command line, its words with blanks between,
 * holds these; 0: there is none. */
pid_t process_child(pid_t parent, const char *words);
/* Its threads, at most max of them into thread[]; how many there are, 0 when
 * it is gone. */
size_t process_threads(pid_t pid, pid_t thread[], size_t max);

#endif
