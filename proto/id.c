/* SPDX-License-Identifier: ISC */
/* id: bytes, words and text of a UUID. */
#include "proto/id.h"

#include "proto/put.h"

#include <string.h>

static uint64_t
word_from_bytes(const unsigned char bytes[8])
{
	uint64_t word = 0;
	unsigned i;

	for (i = 0; i < 8; i++)
		word = word << 8 | bytes[i];
	return word;
}

static void
word_to_bytes(uint64_t word, unsigned char bytes[8])
{
	unsigned i;

	for (i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(word >> (56 - 8 * i));
}

struct id
id_from_bytes(const unsigned char bytes[16])
{
	return (struct id){word_from_bytes(bytes), word_from_bytes(bytes + 8)};
}

void
id_to_bytes(struct id id, unsigned char bytes[16])
{
	word_to_bytes(id.hi, bytes);
	word_to_bytes(id.lo, bytes + 8);
}

const char put_hex[513] = "000102030405060708090a0b0c0d0e0f"
			  "101112131415161718191a1b1c1d1e1f"
			  "202122232425262728292a2b2c2d2e2f"
			  "303132333435363738393a3b3c3d3e3f"
			  "404142434445464748494a4b4c4d4e4f"
			  "505152535455565758595a5b5c5d5e5f"
			  "606162636465666768696a6b6c6d6e6f"
			  "707172737475767778797a7b7c7d7e7f"
			  "808182838485868788898a8b8c8d8e8f"
			  "909192939495969798999a9b9c9d9e9f"
			  "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
			  "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
			  "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
			  "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
			  "e0e1e2e3e4e5e6e7e8e9eaebecedeeef"
			  "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

void
id_to_text(struct id id, char text[36])
{
	put_id(text, id);
}
