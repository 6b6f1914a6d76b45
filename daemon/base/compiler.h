/* SPDX-License-Identifier: ISC */
/*
 * compiler: attributes and small macros that standard C11 does not spell.
 *
 * Understood by gcc and clang; nothing here changes what a program means.
 */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

/* The caller must look at the result; on a prototype, after its ")". */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Argument number fmt is a printf format, its values start at number args. */
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* A parameter that a function type forces on us. */
#define UNUSED __attribute__((unused))

/* Does not come back. */
#define NORETURN __attribute__((noreturn))

/* Number of elements of a true array (-Wsizeof-pointer-div minds pointers). */
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Checked by the compiler: the text is the condition itself. */
#define STATIC_ASSERT(condition) _Static_assert(condition, #condition)

#endif
