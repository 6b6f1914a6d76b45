/* SPDX-License-Identifier: ISC */
/*
 * row: see row.h.
 */
#include "daemon/store/row.h"

#include "daemon/base/mem.h"
#include "daemon/store/pack.h"

#include <string.h>

enum {
	ARRAY_HEAD = 20, /* dimensions, nulls, type, count, first number */
	ARRAY_COUNT_AT = 12,
	LENGTH_SIZE = 4 /* before each element */
};

static uint64_t
big_endian(const char *bytes, size_t size)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | (unsigned char)bytes[i];
	return number;
}

static uint64_t
number_of(const PGresult *result, int row, int column, size_t size)
{
	if (PQgetlength(result, row, column) != (int)size)
		return 0;
	return big_endian(PQgetvalue(result, row, column), size);
}

int16_t
row_i16(const PGresult *result, int row, int column)
{
	return (int16_t)number_of(result, row, column, sizeof(int16_t));
}

int32_t
row_i32(const PGresult *result, int row, int column)
{
	return (int32_t)number_of(result, row, column, sizeof(int32_t));
}

int64_t
row_i64(const PGresult *result, int row, int column)
{
	return (int64_t)number_of(result, row, column, sizeof(int64_t));
}

struct id
row_id(const PGresult *result, int row, int column)
{
	if (PQgetlength(result, row, column) != (int)sizeof(struct id))
		return ID_NIL;
	return row_element_id(PQgetvalue(result, row, column) - LENGTH_SIZE, 0);
}

struct span
row_text(const PGresult *result, int row, int column)
{
	return (struct span){PQgetvalue(result, row, column),
	    (size_t)PQgetlength(result, row, column)};
}

struct span
row_json(const PGresult *result, int row, int column)
{
	struct span text = row_text(result, row, column);

	if (text.len == 0)
		return text;
	return (struct span){text.ptr + 1, text.len - 1};
}

int64_t
row_instant_us(const PGresult *result, int row, int column)
{
	return row_i64(result, row, column) + PG_EPOCH_US;
}

int32_t
row_day(const PGresult *result, int row, int column)
{
	return row_i32(result, row, column) + PG_EPOCH_DAY;
}

bool
row_snapshot(
    const PGresult *result, int row, int column, struct snapshot *snapshot)
{
	struct span bytes = row_text(result, row, column);
	size_t count, head = sizeof(uint32_t) + 2 * sizeof(uint64_t);

	if (bytes.len < head)
		return false;
	count = big_endian(bytes.ptr, sizeof(uint32_t));
	if ((bytes.len - head) / sizeof(uint64_t) != count)
		return false;
	snapshot->xmin = big_endian(bytes.ptr + 4, sizeof(uint64_t));
	snapshot->xmax = big_endian(bytes.ptr + 12, sizeof(uint64_t));
	snapshot->xip = xgrow(snapshot->xip, &snapshot->capacity, count,
	    sizeof(snapshot->xip[0]));
	snapshot->count = count;
	for (size_t i = 0; i < count; i++)
		snapshot->xip[i] = big_endian(
		    bytes.ptr + head + i * sizeof(uint64_t), sizeof(uint64_t));
	return true;
}

size_t
row_array(const PGresult *result, int row, int column, size_t size,
    const char **elements)
{
	struct span bytes = row_text(result, row, column);
	size_t count;

	*elements = NULL;
	if (bytes.len < ARRAY_HEAD)
		return 0;
	count = big_endian(bytes.ptr + ARRAY_COUNT_AT, sizeof(uint32_t));
	if ((bytes.len - ARRAY_HEAD) / (LENGTH_SIZE + size) != count ||
	    (bytes.len - ARRAY_HEAD) % (LENGTH_SIZE + size) != 0)
		return 0;
	*elements = bytes.ptr + ARRAY_HEAD;
	return count;
}

struct id
row_element_id(const char *elements, size_t i)
{
	const char *at =
	    elements + i * (LENGTH_SIZE + sizeof(struct id)) + LENGTH_SIZE;

	return (struct id){big_endian(at, 8), big_endian(at + 8, 8)};
}

uint64_t
row_element_u64(const char *elements, size_t i)
{
	return big_endian(
	    elements + i * (LENGTH_SIZE + sizeof(uint64_t)) + LENGTH_SIZE,
	    sizeof(uint64_t));
}
