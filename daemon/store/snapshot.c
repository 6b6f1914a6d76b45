/* SPDX-License-Identifier: ISC */
/*
 * snapshot: see snapshot.h.
 */
#include "daemon/store/snapshot.h"

#include "daemon/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { U64_DIGITS = 20 };

void
snapshot_fini(struct snapshot *snapshot)
{
	free(snapshot->xip);
	*snapshot = (struct snapshot){0};
}

/* Cuts a number off that must be followed by ':' . */
static bool
cut_number(struct span *rest, uint64_t max, uint64_t *out)
{
	const char *colon =
	    rest->len == 0 ? NULL : memchr(rest->ptr, ':', rest->len);
	struct span word;

	if (colon == NULL)
		return false;
	word = (struct span){rest->ptr, (size_t)(colon - rest->ptr)};
	*rest = (struct span){colon + 1, rest->len - word.len - 1};
	return span_to_u64(word, max, out);
}

static bool
parse_xip(struct snapshot *snapshot, struct span rest)
{
	uint64_t least = snapshot->xmin, xid;
	struct span word;

	if (rest.len > 0 && rest.ptr[rest.len - 1] == ',')
		return false;
	while (span_cut(&rest, ',', &word)) {
		if (!span_to_u64(word, UINT64_MAX, &xid) || xid < least ||
		    xid >= snapshot->xmax)
			return false;
		snapshot->xip = xgrow(snapshot->xip, &snapshot->capacity,
		    snapshot->count + 1, sizeof(snapshot->xip[0]));
		snapshot->xip[snapshot->count++] = xid;
		least = xid + 1;
	}
	return true;
}

bool
snapshot_parse(struct snapshot *snapshot, struct span text)
{
	snapshot->count = 0;
	if (cut_number(&text, UINT64_MAX, &snapshot->xmin) &&
	    cut_number(&text, UINT64_MAX, &snapshot->xmax) &&
	    snapshot->xmin > 0 && snapshot->xmin <= snapshot->xmax &&
	    parse_xip(snapshot, text))
		return true;
	snapshot->xmin = snapshot->xmax = 0;
	snapshot->count = 0;
	return false;
}

void
snapshot_print(const struct snapshot *snapshot, struct pack *pack)
{
	struct out out =
	    pack_out(pack, (snapshot->count + 2) * (U64_DIGITS + 1));

	out_u64(&out, snapshot->xmin);
	out_char(&out, ':');
	out_u64(&out, snapshot->xmax);
	out_char(&out, ':');
	for (size_t i = 0; i < snapshot->count; i++) {
		if (i > 0)
			out_char(&out, ',');
		out_u64(&out, snapshot->xip[i]);
	}
	pack_printed(pack, &out);
}

void
snapshot_pack(const struct snapshot *snapshot, struct pack *pack)
{
	pack_u32(pack, (uint32_t)snapshot->count);
	pack_u64(pack, snapshot->xmin);
	pack_u64(pack, snapshot->xmax);
	for (size_t i = 0; i < snapshot->count; i++)
		pack_u64(pack, snapshot->xip[i]);
}

void
snapshot_pack_xip(const struct snapshot *snapshot, struct pack *pack)
{
	pack_array(pack, OID_XID8, snapshot->count);
	for (size_t i = 0; i < snapshot->count; i++)
		pack_item_u64(pack, snapshot->xip[i]);
}

void
snapshot_copy(struct snapshot *to, const struct snapshot *from)
{
	to->xip =
	    xgrow(to->xip, &to->capacity, from->count, sizeof(to->xip[0]));
	if (from->count > 0)
		memcpy(to->xip, from->xip, from->count * sizeof(to->xip[0]));
	to->count = from->count;
	to->xmin = from->xmin;
	to->xmax = from->xmax;
}

/* First position in xip whose number is not below xid. */
static size_t
lower_bound(const struct snapshot *snapshot, uint64_t xid)
{
	size_t low = 0, high = snapshot->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (snapshot->xip[middle] < xid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
snapshot_visible(const struct snapshot *snapshot, uint64_t xid)
{
	size_t at;

	if (xid >= snapshot->xmax)
		return false;
	at = lower_bound(snapshot, xid);
	return at == snapshot->count || snapshot->xip[at] != xid;
}

bool
snapshot_covers(const struct snapshot *whole, const struct snapshot *part)
{
	size_t at;

	/* What `whole` has yet to see, `part` must not see either... */
	for (size_t i = 0; i < whole->count && whole->xip[i] < part->xmax; i++)
		if (snapshot_visible(part, whole->xip[i]))
			return false;
	/* ...nor anything from whole's end on: all of it is in progress. */
	if (part->xmax <= whole->xmax)
		return true;
	at = lower_bound(part, whole->xmax);
	return part->count - at == part->xmax - whole->xmax;
}

bool
cursor_covers(const struct cursor *whole, const struct cursor *part)
{
	return whole->epoch == part->epoch &&
	    snapshot_covers(&whole->snapshot, &part->snapshot);
}

void
cursor_copy(struct cursor *to, const struct cursor *from)
{
	to->epoch = from->epoch;
	snapshot_copy(&to->snapshot, &from->snapshot);
}

bool
cursor_parse(struct cursor *cursor, struct span text)
{
	uint64_t epoch;

	cursor->epoch = 0;
	if (!cut_number(&text, INT32_MAX, &epoch) || epoch == 0 ||
	    !snapshot_parse(&cursor->snapshot, text))
		return false;
	cursor->epoch = (unsigned)epoch;
	return true;
}

void
cursor_print(const struct cursor *cursor, struct pack *pack)
{
	struct out out = pack_out(pack, U64_DIGITS + 1);

	out_u64(&out, cursor->epoch);
	out_char(&out, ':');
	pack_printed(pack, &out);
	snapshot_print(&cursor->snapshot, pack);
}
