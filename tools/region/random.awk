# SPDX-License-Identifier: ISC
#
# Random numbers that are the same under every awk, unlike rand(): the minimal
# standard generator of Park and Miller.  Its products stay below 2^53.

# One stream per purpose, so that more of one thing do not change the others.
function random_start(seed, stream,    i) {
	random_state = (seed % 2147483646 + 1) * 48271 % 2147483647
	random_state = (random_state + stream * 7919) % 2147483647
	if (random_state == 0)
		random_state = 1
	for (i = 0; i < 16; i++)
		random_below(1)
}

# A whole number from 0 to limit - 1.
function random_below(limit) {
	random_state = random_state * 16807 % 2147483647
	return int(random_state / 2147483647 * limit)
}
