/* SPDX-License-Identifier: ISC */
/*
 * replay: drives a fuzz target over its seeds without libFuzzer, as a plain
 * test: each seed, each of its beginnings, and the seed with each bit of each
 * byte turned.  Usage: x_replay [FILE...]; without files the target's folder
 * below $ROTA_SOURCE_DIR/tests/fuzz/corpus.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <unistd.h>

enum { SEED_MAX = 65536, VARIED_MAX = 1024 };

static unsigned long inputs;

static void
try(const uint8_t *data, size_t size)
{
	LLVMFuzzerTestOneInput(data, size);
	inputs++;
}

static void
replay(uint8_t *data, size_t size)
{
	size_t i;
	unsigned bit;

	try(data, size);
	if (size > VARIED_MAX)
		return;
	for (i = 0; i < size; i++)
		try(data, i);
	for (i = 0; i < size; i++) {
		for (bit = 0; bit < 8; bit++) {
			data[i] ^= (uint8_t)(1U << bit);
			try(data, size);
			data[i] ^= (uint8_t)(1U << bit);
		}
	}
}

static void
replay_file(const char *path)
{
	static uint8_t data[SEED_MAX];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (file == NULL)
		err(1, "%s", path);
	size = fread(data, 1, sizeof(data), file);
	if (ferror(file))
		err(1, "%s", path);
	fclose(file);
	replay(data, size);
}

static void
replay_folder(const char *path)
{
	const struct dirent *entry;
	DIR *folder;

	if (chdir(path) == -1 || (folder = opendir(".")) == NULL)
		err(1, "%s", path);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		replay_file(entry->d_name);
	}
	closedir(folder);
}

int
main(int argc, char *argv[])
{
	const char *top = getenv("ROTA_SOURCE_DIR");
	char folder[4096];
	int i;

	if (argc > 1) {
		for (i = 1; i < argc; i++)
			replay_file(argv[i]);
	} else {
		snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s",
		    top == NULL ? "." : top, fuzz_corpus);
		replay_folder(folder);
	}
	if (inputs == 0)
		errx(1, "no seeds");
	printf("%s: %lu inputs\n", fuzz_corpus, inputs);
	return 0;
}
