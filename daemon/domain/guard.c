/* SPDX-License-Identifier: ISC */
/*
 * guard: names of aggregates.
 *
 * A name is 128 bits mixed from words of 64: what sort of aggregate, then what
 * tells it from others of its sort.  Texts go in as their length and their
 * bytes, eight to a word, the first lowest, so the machine does not matter; a
 * kind goes in by its name, as its number may change.  Daemons of neighbouring
 * releases share guards: this file may only be added to.
 */
#include "daemon/domain/unit.h"

/* splitmix64's finaliser. */
static uint64_t
scramble(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9u;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static void
mix(struct id *name, uint64_t word)
{
	name->hi = scramble(name->hi ^ word) + 0x9e3779b97f4a7c15u;
	name->lo = scramble(name->lo + word) ^ name->hi;
}

static void
mix_text(struct id *name, struct span text)
{
	mix(name, text.len);
	for (size_t i = 0; i < text.len; i += 8) {
		uint64_t word = 0;

		for (size_t j = 0; j < 8 && i + j < text.len; j++)
			word |= (uint64_t)(unsigned char)text.ptr[i + j]
			    << 8 * j;
		mix(name, word);
	}
}

static void
mix_id(struct id *name, struct id id)
{
	mix(name, id.hi);
	mix(name, id.lo);
}

static struct id
finish(struct id name)
{
	return (struct id){
	    scramble(name.hi + name.lo), scramble(name.lo ^ name.hi >> 1)};
}

static void
mix_day(struct id *name, int32_t day)
{
	mix(name, (uint64_t)(int64_t)day);
}

struct id
guard_entity(enum kind kind, struct id entity)
{
	struct id name = ID_NIL;

	mix_text(&name, SPAN("entity"));
	mix_text(&name, span_of(kind_info(kind)->name));
	mix_id(&name, entity);
	return finish(name);
}

struct id
guard_site_day(struct id site, int32_t day)
{
	struct id name = ID_NIL;

	mix_text(&name, SPAN("site-day"));
	mix_id(&name, site);
	mix_day(&name, day);
	return finish(name);
}

struct id
guard_share(struct span programme, struct id site, int32_t quarter)
{
	struct id name = ID_NIL;

	mix_text(&name, SPAN("share"));
	mix_text(&name, programme);
	mix_id(&name, site);
	mix_day(&name, quarter);
	return finish(name);
}
