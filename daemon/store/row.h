/* SPDX-License-Identifier: ISC */
/*
 * row: values of a result in PostgreSQL's binary form.
 *
 * The statements are ours, so a value has the type that its statement gives it;
 * one that is null reads as zero, nil or empty.
 */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include "daemon/store/snapshot.h"
#include "proto/id.h"
#include "proto/span.h"

#include <libpq-fe.h>

/* Microseconds from 1970 to the year 2000, where PostgreSQL counts from. */
#define PG_EPOCH_US ((int64_t)946684800 * 1000000)

int16_t row_i16(const PGresult *result, int row, int column);
int32_t row_i32(const PGresult *result, int row, int column);
int64_t row_i64(const PGresult *result, int row, int column);
struct id row_id(const PGresult *result, int row, int column);
/* Borrowed from the result. */
struct span row_text(const PGresult *result, int row, int column);
/* A jsonb without its first byte, the version. */
struct span row_json(const PGresult *result, int row, int column);
/* A timestamptz as microseconds since 1970, a date as days since then. */
int64_t row_instant_us(const PGresult *result, int row, int column);
int32_t row_day(const PGresult *result, int row, int column);
/* A pg_snapshot; false if it is not one. */
bool row_snapshot(const PGresult *result, int row, int column,
    struct snapshot *snapshot) MUST_CHECK;

/* Elements of one dimension and one size, none null: 0 when it is not that. */
size_t row_array(const PGresult *result, int row, int column, size_t size,
    const char **elements);
/* The numbers in an array's elements. */
struct id row_element_id(const char *elements, size_t i);
uint64_t row_element_u64(const char *elements, size_t i);

#endif
